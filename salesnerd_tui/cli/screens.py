"""Full-screen commands: their shared options, the service they open, running the app; and `home` and `demo`.

Storage and Textual are loaded when the terminal has been checked, so that an error is reported at once.
"""

from __future__ import annotations

import atexit
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import TYPE_CHECKING

from salesnerd_tui.cli.options import CommandParser, add_data_option, add_look_options, data_folder, parse_speed
from salesnerd_tui.cli.output import echo, warn
from salesnerd_tui.terminal.profile import (
    THEMES,
    WITHOUT_SCREEN,
    NoScreen,
    TerminalProfile,
    check_terminal,
    detect_profile,
    prepare,
)

if TYPE_CHECKING:
    from textual.screen import Screen

    from salesnerd_tui.services.call_commands import CallControl, ControlFactory, ControlledCall, OnTurn
    from salesnerd_tui.services.call_service import CallService
    from salesnerd_tui.storage.call_store import CallStore

UNSAVED = 1
"""Exit status if notes could not be saved."""

INTRODUCTION = "An engineer takes a first call. [ ] is the question on the screen, >>> is the coach.\n"
OPENING = "Opening the demo: a first call in two minutes (q leaves)"
CLOSING = "\nThat was the demo. Nothing was saved. Start a call of your own with: salesnerd live"


def home(arguments: list[str]) -> int:
    """Return the exit status: 0 success, 1 no terminal or no data directory, 2 usage error, 70 crash."""
    parser = CommandParser("home", "Open the start page: your calls, a new call, rehearsals, the demo.")
    add_data_option(parser)
    add_screen_options(parser)
    return parser.run(arguments, _home)


def _home(options: Namespace) -> int:
    prepare_screen()
    service = open_service(options.data)
    from salesnerd_tui.tui.screens.home import HomeScreen

    return run(service, lambda: HomeScreen(service), options)


def demo(arguments: list[str]) -> int:
    """Return the exit status: 0 watched or left, 2 usage error, 70 crash."""
    parser = CommandParser("demo", "Watch a two-minute sample call. It needs no setup and saves nothing.")
    parser.add_argument(
        "--plain", action="store_true", help="print the whole call as text (default if there is no terminal)"
    )
    parser.add_argument(
        "--speed",
        type=parse_speed,
        default=None,
        metavar="NUMBER",
        help="on the screen, play NUMBER times as fast as the original call (default: 2.8)",
    )
    add_screen_options(parser)
    return parser.run(arguments, _demo)


def _demo(options: Namespace) -> int:
    if options.plain or not sys.stdout.isatty():
        return _plain_demo()
    try:
        prepare_screen()
    except NoScreen:
        return _plain_demo()
    echo(OPENING)  # loading takes seconds on a busy machine
    from salesnerd_tui.services import demo
    from salesnerd_tui.tui.screens.demo import DemoScreen

    opened = demo.open_demo(options.speed or demo.SPEED)
    status = run(opened.service, lambda: DemoScreen(opened.call, opened.steps, opened.service), options)
    opened.call.file.close()
    return status


def _plain_demo() -> int:
    from salesnerd_tui.plain.transcript import play_demo
    from salesnerd_tui.services import demo

    service = demo.demo_service()
    echo(INTRODUCTION)
    for line in play_demo(service.load_playbook(demo.PLAYBOOK), service.store):
        echo(line)
    echo(CLOSING)
    return 0


def add_screen_options(parser: ArgumentParser) -> None:
    """Add `--theme`, `--ascii`, `--keys FILE` and `--no-mouse`."""
    parser.add_argument(
        "--theme",
        default="",
        choices=THEMES,
        metavar="THEME",
        help=f"color theme: {', '.join(THEMES)} (default: from settings, otherwise auto-detected)",
    )
    add_look_options(parser)
    parser.add_argument("--no-mouse", action="store_true", help="disable mouse support")


def prepare_screen(instead: str = WITHOUT_SCREEN) -> None:
    """Check the terminal and set what Textual reads at its import. Raises `NoScreen`, which proposes `instead`."""
    check_terminal(instead=instead)
    prepare()


def open_service(data: str | None) -> CallService:
    """Return the service with the playbooks and the stored calls. Raises `StorageError`."""
    from salesnerd_tui.services.call_service import CallService
    from salesnerd_tui.storage.call_store import CallStore

    store = CallStore(data_folder(data))
    atexit.register(_print_warnings, store)
    return CallService(None, store)


def _print_warnings(store: CallStore) -> None:
    """Print the warnings that no screen has shown."""
    for message in store.warnings:
        warn(message)


def terminal_profile(service: CallService, options: Namespace) -> TerminalProfile:
    """Return theme, colors and symbols: from the options, then the settings, then what the terminal supports."""
    return detect_profile(options.theme, ascii_only=options.ascii, remembered=service.store.settings.get)


def run(service: CallService, create_screen: Callable[[], Screen[None]], options: Namespace) -> int:
    """Run the app with the screen that `create_screen` returns, and return the exit status."""
    from salesnerd_tui.terminal.restore import run_screen
    from salesnerd_tui.tui.app import SalesnerdApp
    from salesnerd_tui.tui.keymap import user_keymap

    app = SalesnerdApp(
        service, create_screen, user_keymap(options.keys), terminal_profile(service, options), control_factory(service)
    )
    uses_mouse = not options.no_mouse and service.store.settings.get("mouse") != "off"
    run_screen(service.store.folder, lambda: app.run(mouse=uses_mouse))
    if not app.unsaved_lines:
        return app.return_code or 0
    echo("\n".join(app.unsaved_lines))
    return app.return_code or UNSAVED


def control_factory(service: CallService) -> ControlFactory:
    """Return what gives other windows access to a call."""

    def control(call: ControlledCall, on_turn: OnTurn) -> CallControl:
        from salesnerd_tui.control.server import CallSocket  # after the first paint, which need not wait for it

        return CallSocket(call, on_turn, str(service.store.folder))

    return control
