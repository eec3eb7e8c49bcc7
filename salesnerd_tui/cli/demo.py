"""`salesnerd demo`: watch a two-minute sample call; it needs no setup and saves nothing."""

from __future__ import annotations

import argparse
import sys

from salesnerd_tui.cli.options import CommandParser, speed
from salesnerd_tui.cli.output import say
from salesnerd_tui.cli.screens import add_screen_options, prepare_screen, run
from salesnerd_tui.terminal.profile import NoScreen

INTRODUCTION = "An engineer takes a first call. [ ] is the question on the screen, >>> is the coach.\n"
OPENING = "Opening the demo: a first call in two minutes (q leaves)"
CLOSING = "\nThat was the demo. Nothing was saved. Start a call of your own with: salesnerd live"


def main(arguments: list[str]) -> int:
    """Return the exit status: 0 watched or left, 2 usage error, 70 crash."""
    parser = CommandParser(
        prog="salesnerd demo", description="Watch a two-minute sample call. It needs no setup and saves nothing."
    )
    parser.add_argument("--plain", action="store_true", help="plain text mode (default if there is no terminal)")
    parser.add_argument(
        "--speed", type=speed, default=None, metavar="NUMBER", help="play NUMBER times as fast as the original call"
    )
    add_screen_options(parser)
    options = parser.parse_args(arguments)
    if options.plain or not sys.stdout.isatty():
        return _run_plain()
    try:
        prepare_screen()
    except NoScreen:
        return _run_plain()
    return _run_screen(options)


def _run_plain() -> int:
    from salesnerd_tui.plain.demo import play
    from salesnerd_tui.services import demo

    service = demo.demo_service()
    say(INTRODUCTION)
    for line in play(service.playbook(demo.PLAYBOOK), service.store):
        say(line)
    say(CLOSING)
    return 0


def _run_screen(options: argparse.Namespace) -> int:

    # Loading takes seconds on a busy machine, so the first line says what comes.
    say(OPENING)
    sys.stdout.flush()
    # Textual is loaded only when a screen is opened.
    from salesnerd_tui.services import demo
    from salesnerd_tui.tui.screens.demo import DemoScreen

    shown = demo.open_demo(options.speed or demo.SPEED)
    status = run(shown.service, lambda: DemoScreen(shown.call, shown.steps, shown.service), options)
    shown.call.file.close()
    return status
