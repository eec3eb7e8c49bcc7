"""`salesnerd` alone: the start page."""

from __future__ import annotations

import argparse


def main(arguments: list[str]) -> int:
    """Exit status: 0 well, 1 no terminal or no folder for the notes (one line says why), 70 after a crash."""
    from salesnerd_tui.cli.folders import add_data_option
    from salesnerd_tui.cli.screens import add_screen_options, run

    parser = argparse.ArgumentParser(
        prog="salesnerd home", description="The start page: your calls, a new one, the demo."
    )
    add_data_option(parser)
    add_screen_options(parser)
    options = parser.parse_args(arguments)
    from salesnerd_tui.cli.live import desk, refuse
    from salesnerd_tui.terminal.profile import NoScreen, check_terminal, prepare

    try:
        check_terminal("salesnerd")
    except NoScreen as problem:
        return refuse(str(problem))
    prepare()
    from salesnerd_tui.storage.errors import StorageError

    try:
        opened = desk(options.data)
    except StorageError as problem:
        return refuse(str(problem))
    from salesnerd_tui.tui.screens.home import HomeScreen

    return run(opened, lambda: HomeScreen(opened), options)
