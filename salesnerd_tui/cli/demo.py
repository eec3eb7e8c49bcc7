"""`salesnerd demo`: watch a call in under two minutes; it needs no set-up and leaves nothing behind."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

PLAIN_END = "That was the demo. Nothing of it is kept. salesnerd live takes a call of your own."


def main(arguments: list[str]) -> int:
    """Exit status: 0 watched or left, 70 after a crash."""
    parser = argparse.ArgumentParser(prog="salesnerd demo", description=__doc__)
    parser.add_argument("--plain", action="store_true", help="tell it as plain lines, as without a terminal")
    parser.add_argument("--speed", type=float, default=0.0, metavar="N", help="so many times as fast as the call was")
    options = parser.parse_args(arguments)
    from salesnerd_tui.ui.terminal import NoScreen, check_terminal, prepare

    with tempfile.TemporaryDirectory(prefix="salesnerd-demo-", ignore_cleanup_errors=True) as folder:
        try:
            check_terminal("salesnerd demo")
            on_screen = sys.stdout.isatty() and not options.plain
        except NoScreen:
            on_screen = False
        if not on_screen:
            return _plain(Path(folder))
        prepare()
        return _screen(Path(folder), options.speed or None)


def _plain(folder: Path) -> int:
    from salesnerd_tui.cli.printing import say
    from salesnerd_tui.notes.notebook import Notebook
    from salesnerd_tui.playbook.library import Library, builtin_folder
    from salesnerd_tui.ui.demo import script
    from salesnerd_tui.ui.demo.plain import play
    from salesnerd_tui.ui.opening import Desk

    say("salesnerd demo: an engineer takes a first call. [ ] is the question on the screen, >>> the coach.\n")
    desk = Desk(Library([builtin_folder()]), Notebook(folder))
    for told in play(desk.playbook(script.PLAYBOOK), desk.notebook):
        say(told)
    say(f"\n{PLAIN_END}")
    return 0


def _screen(folder: Path, speed: float | None) -> int:
    from salesnerd_tui.notes.notebook import Notebook
    from salesnerd_tui.playbook.library import Library, builtin_folder
    from salesnerd_tui.ui.app import SalesnerdApp
    from salesnerd_tui.ui.demo import script
    from salesnerd_tui.ui.demo.screen import DemoScreen
    from salesnerd_tui.ui.opening import Desk

    desk = Desk(Library([builtin_folder()]), Notebook(folder))
    call = desk.open(script.wish(speed or script.SPEED))
    app = SalesnerdApp(desk, lambda: DemoScreen(call, script.acts()))
    app.run()
    call.file.close()
    return app.return_code or 0
