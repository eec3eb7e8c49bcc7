"""What every verb with a full screen shares: the options for keys and mouse, and running the program with them."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.screen import Screen

    from salesnerd_tui.ui.opening import Desk


def add_screen_options(parser: ArgumentParser) -> None:
    """`--keys FILE` and `--no-mouse`."""
    parser.add_argument(
        "--keys", metavar="FILE", help="your own keys (else SALESNERD_KEYS, else keys.toml beside your playbooks)"
    )
    parser.add_argument(
        "--no-mouse", action="store_true", help="leave the mouse to the terminal: select and copy as everywhere"
    )


def run(desk: Desk, first: Callable[[], Screen[None]], options: Namespace) -> int:
    """Show the screen that `first` makes, with the keys and the mouse of whoever started it; the exit status."""
    from salesnerd_tui.ui.app import SalesnerdApp
    from salesnerd_tui.ui.keys.own import own_keys

    app = SalesnerdApp(desk, first, own_keys(options.keys))
    app.run(mouse=wants_mouse(desk, options))
    return app.return_code or 0


def wants_mouse(desk: Desk, options: Namespace) -> bool:
    """Nothing needs it; it is taken unless somebody said not to, now or once and for all."""
    return not options.no_mouse and desk.notebook.settings.get("mouse") != "off"
