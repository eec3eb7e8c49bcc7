"""Protocol of the app that screens run in, for what a plain Textual app does not offer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from textual.app import App
from textual.message import Message

from salesnerd_tui.tui.keymap import DEFAULT_KEYMAP, Keymap, Table

if TYPE_CHECKING:
    from salesnerd_tui.app.verbs import ControlFactory


@runtime_checkable
class ScreenHost(Protocol):
    """An app with the user's key bindings and a list of notes to print when it ends."""

    own_keys: Keymap
    left_unsaved: list[str]
    control: ControlFactory | None

    def mark_tab(self, marked: bool) -> None:
        """Mark the tab of the terminal or the task bar, or remove the mark."""


class ThemeReported(Message):
    """The terminal reports that its background is dark or light now (private mode 2031)."""

    def __init__(self, is_light: bool) -> None:
        super().__init__()
        self.is_light = is_light


@runtime_checkable
class TerminalUser(Protocol):
    """An app that sends sequences of its own to the terminal, and gets reports that it asked for."""

    terminal_modes: tuple[int, ...]
    """Private modes to turn on while the app has the terminal."""

    send_to_terminal: Callable[[str], None]
    """Writes between two frames; does nothing without a terminal."""


def key_table(app: App[object], screen: str) -> Table:
    """Return the keys of a screen, with the user's own bindings if the app has any."""
    keymap = app.own_keys if isinstance(app, ScreenHost) else DEFAULT_KEYMAP
    return keymap.of(screen)
