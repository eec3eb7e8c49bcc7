"""`salesnerd status`: show the running call on one line, for tmux, waybar or a terminal."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from salesnerd_tui.cli.options import CommandParser, add_data_option
from salesnerd_tui.control.client import Answer, NoCall, ask
from salesnerd_tui.control.protocol import LOOK
from salesnerd_tui.control.status_line import FORMATS

EXAMPLES = """examples:
  salesnerd status
  set -g status-right '#(salesnerd status --format tmux)'      in ~/.tmux.conf
  "exec": "salesnerd status --follow --format waybar"          in waybar's config
"""


def main(arguments: list[str]) -> int:
    """Return the exit status: 0 a call is running, 1 none is (an empty line, as bars expect), 2 usage error."""
    options = _parser().parse_args(arguments)
    from salesnerd_tui.cli.send import folders

    show = FORMATS[options.format]
    where = folders(options.data)
    if options.follow:
        _follow(where, options.call, show)
    try:
        seen = ask(where, {"do": LOOK}, options.call)
    except NoCall as problem:
        as_data = options.format == "waybar"
        _print(str(problem) if sys.stdout.isatty() and not as_data else show(None), as_data=as_data)
        return 1
    _print(show(seen), as_data=options.format == "waybar")
    return 0


def _follow(where: tuple[str, ...], call: str, show: Callable[[Answer | None], str]) -> None:
    """Print each new line until the reader closes the pipe."""
    from salesnerd_tui.control.client import followed

    last: str | None = None
    for seen in followed(where, call):
        line = show(seen)
        if line != last:
            _print(line, as_data=show is FORMATS["waybar"])
            last = line


def _print(line: str, *, as_data: bool) -> None:
    from salesnerd_tui.cli.output import print_data, say

    (print_data if as_data else say)(line)


def _parser() -> CommandParser:
    parser = CommandParser(
        prog="salesnerd status",
        description="Show the running call on one line; a hidden call is only a clock.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--follow", action="store_true", help="print a new line whenever the call changes or starts")
    parser.add_argument("--format", choices=list(FORMATS), default="plain", help="format of the line (default: plain)")
    parser.add_argument(
        "--call", default="", metavar="ID", help="id prefix of the call (default: most recently opened)"
    )
    add_data_option(parser)
    return parser
