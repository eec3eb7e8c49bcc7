"""`salesnerd demo`: watch a call in under two minutes; it needs no set-up and leaves nothing behind."""

from __future__ import annotations

import argparse
import sys

PLAIN_BEGIN = "An engineer takes a first call. [ ] is the question on the screen, >>> is the coach.\n"
PLAIN_END = "\nThat was the demo; nothing of it is kept. salesnerd live takes a call of your own."


def main(arguments: list[str]) -> int:
    """Exit status: 0 watched or left, 70 after a crash."""
    from salesnerd_tui.cli.live import pace
    from salesnerd_tui.cli.screens import add_screen_options

    parser = argparse.ArgumentParser(prog="salesnerd demo", description="Watch a call in under two minutes.")
    parser.add_argument("--plain", action="store_true", help="tell it as plain lines, as where there is no terminal")
    parser.add_argument("--speed", type=pace, default=None, metavar="N", help="play it N times as fast as the call was")
    add_screen_options(parser)
    options = parser.parse_args(arguments)
    from salesnerd_tui.terminal.profile import NoScreen, check_terminal, prepare

    if options.plain or not sys.stdout.isatty():
        return _plain()
    try:
        check_terminal("salesnerd demo")
    except NoScreen:
        return _plain()
    prepare()
    return _screen(options)


def _plain() -> int:
    from salesnerd_tui.app import demo
    from salesnerd_tui.app.demo import demo_desk
    from salesnerd_tui.cli.output import say
    from salesnerd_tui.plain.demo import play

    desk = demo_desk()
    say(PLAIN_BEGIN)
    for told in play(desk.playbook(demo.PLAYBOOK), desk.notebook):
        say(told)
    say(PLAIN_END)
    return 0


def _screen(options: argparse.Namespace) -> int:
    from salesnerd_tui.app import demo
    from salesnerd_tui.app.demo import open_demo
    from salesnerd_tui.cli.screens import run
    from salesnerd_tui.tui.screens.demo import DemoScreen

    shown = open_demo(options.speed or demo.SPEED)
    status = run(shown.desk, lambda: DemoScreen(shown.call, shown.acts, shown.desk), options)
    shown.call.file.close()
    return status
