"""Full-screen commands: their shared options, the call service they open, and running the app."""

from __future__ import annotations

import atexit
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import TYPE_CHECKING

from salesnerd_tui.cli.output import say, warn
from salesnerd_tui.terminal.profile import THEMES, TerminalProfile, check_terminal, look_of, prepare

if TYPE_CHECKING:
    from textual.screen import Screen

    from salesnerd_tui.services.call_commands import CallControl, ControlFactory, ControlledCall, OnTurn
    from salesnerd_tui.services.call_service import CallService
    from salesnerd_tui.storage.call_store import CallStore

UNSAVED = 1
"""Exit status if notes could not be saved."""


def add_screen_options(parser: ArgumentParser) -> None:
    """Add `--theme`, `--ascii`, `--keys FILE` and `--no-mouse`."""
    parser.add_argument(
        "--theme", default="", choices=THEMES, help="color theme (default: from settings, otherwise auto-detected)"
    )
    parser.add_argument("--ascii", action="store_true", help="use ASCII characters only")
    parser.add_argument(
        "--keys",
        metavar="FILE",
        help="key bindings file (default: $SALESNERD_KEYS or keys.toml next to your playbooks)",
    )
    parser.add_argument("--no-mouse", action="store_true", help="disable mouse support")


def prepare_screen() -> None:
    """Check the terminal and set what Textual reads at its import. Raises `NoScreen`."""
    check_terminal()
    prepare()


def open_service(data: str | None) -> CallService:
    """Return the service with the playbooks and the stored calls. Raises `StorageError`."""
    # Loaded here because `--help` needs none of it.
    from salesnerd_tui.cli.options import data_folder
    from salesnerd_tui.services.call_service import CallService
    from salesnerd_tui.storage.call_store import CallStore

    store = CallStore(data_folder(data))
    atexit.register(_print_warnings, store)
    return CallService(None, store)


def _print_warnings(store: CallStore) -> None:
    """Print the warnings that no screen has shown."""
    for message in store.warnings:
        warn(message)


def look(service: CallService, options: Namespace) -> TerminalProfile:
    """Return theme, colors and symbols: from the options, then the settings, then what the terminal supports."""
    return look_of(options.theme, options.ascii, service.store.settings.get)


def run(service: CallService, first: Callable[[], Screen[None]], options: Namespace) -> int:
    """Run the app with the screen that `first` returns, and return the exit status."""
    # Textual is loaded only when a screen is opened.
    from salesnerd_tui.terminal.restore import shown_tidily
    from salesnerd_tui.tui.app import SalesnerdApp
    from salesnerd_tui.tui.keymap import user_keymap

    app = SalesnerdApp(service, first, user_keymap(options.keys), look(service, options), control_of(service))
    shown_tidily(service.store.folder, lambda: app.run(mouse=uses_mouse(service, options)))
    if not app.left_unsaved:
        return app.return_code or 0
    say("\n".join(app.left_unsaved))
    return app.return_code or UNSAVED


def uses_mouse(service: CallService, options: Namespace) -> bool:
    """Return whether the app handles the mouse: unless an option or the settings say no."""
    return not options.no_mouse and service.store.settings.get("mouse") != "off"


def control_of(service: CallService) -> ControlFactory:
    """Return what gives other windows access to a call."""

    def control(call: ControlledCall, on_turn: OnTurn) -> CallControl:
        from salesnerd_tui.control.server import CallSocket  # after the first paint, which need not wait for it

        return CallSocket(call, on_turn, str(service.store.folder))

    return control
