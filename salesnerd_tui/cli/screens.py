"""What every verb with a full screen shares: options for its look, keys and mouse, and running the program so."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import TYPE_CHECKING

from salesnerd_tui.cli.output import say
from salesnerd_tui.terminal.profile import THEMES, TerminalProfile, look_of

UNSAVED = 1
"""Exit status if notes could not be saved."""

if TYPE_CHECKING:
    from textual.screen import Screen

    from salesnerd_tui.app.calls import CallService
    from salesnerd_tui.app.controlled_call import CallControl, ControlFactory, ControlledCall, OnTurn


def add_screen_options(parser: ArgumentParser) -> None:
    """`--theme T`, `--ascii`, `--keys FILE` and `--no-mouse`."""
    add_look_options(parser)
    parser.add_argument(
        "--keys", metavar="FILE", help="your own keys (else SALESNERD_KEYS, else keys.toml beside your playbooks)"
    )
    parser.add_argument(
        "--no-mouse", action="store_true", help="leave the mouse to the terminal: select and copy as everywhere"
    )


def add_look_options(parser: ArgumentParser) -> None:
    """`--theme T` and `--ascii`."""
    parser.add_argument(
        "--theme",
        default="",
        choices=THEMES,
        help="the colours: dark, light, high contrast, or the terminal's own (else what is set, else your ground)",
    )
    parser.add_argument("--ascii", action="store_true", help="draw lines and signs in ASCII, for fonts without them")


def look(desk: CallService, options: Namespace) -> TerminalProfile:
    """How the screen is to look: as asked for, else as set, else as the terminal can."""
    return look_of(options.theme, options.ascii, desk.notebook.settings.get)


def run(desk: CallService, first: Callable[[], Screen[None]], options: Namespace) -> int:
    """Show the screen that `first` makes, with the look, keys and mouse of whoever started it; the exit status."""
    from salesnerd_tui.terminal.recovery import shown_tidily
    from salesnerd_tui.tui.app import SalesnerdApp
    from salesnerd_tui.tui.keymap import user_keymap

    app = SalesnerdApp(desk, first, user_keymap(options.keys), look(desk, options), control_of(desk))
    shown_tidily(desk.notebook.folder, lambda: app.run(mouse=wants_mouse(desk, options)))
    if not app.left_unsaved:
        return app.return_code or 0
    say("\n".join(app.left_unsaved))
    return app.return_code or UNSAVED


def control_of(desk: CallService) -> ControlFactory:
    """Return what gives other windows access to a call."""

    def control(call: ControlledCall, on_turn: OnTurn) -> CallControl:
        from salesnerd_tui.control.server import CallSocket  # after the first paint, which need not wait for it

        return CallSocket(call, on_turn, str(desk.notebook.folder))

    return control


def wants_mouse(desk: CallService, options: Namespace) -> bool:
    """Nothing needs it; it is taken unless somebody said not to, now or once and for all."""
    return not options.no_mouse and desk.notebook.settings.get("mouse") != "off"
