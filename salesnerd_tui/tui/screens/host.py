"""Protocol of the app that screens run in, for what a plain Textual app does not offer."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from textual.app import App

from salesnerd_tui.app.controlled_call import ControlFactory
from salesnerd_tui.tui.keymap import DEFAULT_KEYMAP, Keymap, Table


@runtime_checkable
class ScreenHost(Protocol):
    """An app with the user's key bindings and a list of notes to print when it ends."""

    own_keys: Keymap
    left_unsaved: list[str]
    control: ControlFactory | None


def key_table(app: App[object], screen: str) -> Table:
    """Return the keys of a screen, with the user's own bindings if the app has any."""
    keymap = app.own_keys if isinstance(app, ScreenHost) else DEFAULT_KEYMAP
    return keymap.of(screen)
