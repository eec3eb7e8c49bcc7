"""`salesnerd home`, or `salesnerd` alone: the start page."""

from __future__ import annotations

from argparse import Namespace

from salesnerd_tui.cli.options import CommandParser, add_data_option
from salesnerd_tui.cli.output import attempt
from salesnerd_tui.cli.screens import add_screen_options, open_service, prepare_screen, run


def main(arguments: list[str]) -> int:
    """Return the exit status: 0 success, 1 no terminal or no data directory, 2 usage error, 70 crash."""
    parser = CommandParser(
        prog="salesnerd home", description="Open the start page: your calls, a new call, rehearsals, the demo."
    )
    add_data_option(parser)
    add_screen_options(parser)
    options = parser.parse_args(arguments)
    return attempt("home", lambda: _run(options))


def _run(options: Namespace) -> int:
    prepare_screen()
    # Storage and Textual are loaded after the terminal has been checked, so that an error is reported at once.
    service = open_service(options.data)
    from salesnerd_tui.tui.screens.home import HomeScreen

    return run(service, lambda: HomeScreen(service), options)
