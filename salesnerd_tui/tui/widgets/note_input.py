"""Note input: the one line of a screen that takes all keys, as text or as single-key commands.

It always has the focus and decides at once whether a key is text or a command. If the key had to reach another widget
first, later keys of a burst from a slow connection would overtake it: notes were joined or lost, and their letters ran
as commands (with Textual 8.2.8, none of 20 notes in one write survived).
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct
from textual import events
from textual.actions import SkipAction
from textual.content import Content
from textual.widgets import TextArea

from salesnerd_tui.terminal.key_parser import ESC, BurstCharacter
from salesnerd_tui.text import LINE_LIMIT, is_typeable

if TYPE_CHECKING:
    from salesnerd_tui.tui.screens.base import BaseScreen

MAX_PASTE = 100_000
"""Characters of a paste that is put into the line; a longer one is saved at once, because editing it takes seconds."""

MAX_PASTED_LINE = LINE_LIMIT // 5
"""Characters of a pasted line; a longer one is split, because each key in a line of a megabyte takes 1.7 s."""


class InputMode(Struct, frozen=True):
    """Mode of the line: where its text goes, and the keys that are not text.

    `on_enter` and `on_change` get the text. `on_move` gets the keys up, down, pageup and pagedown, with tab as down and
    shift+tab as up. `keeps_draft` keeps the text as the unfinished note when the line is left.
    """

    on_enter: Callable[[str], None]
    on_escape: Callable[[], None]
    on_change: Callable[[str], None] | None = None
    on_move: Callable[[str], None] | None = None
    text: str = ""
    placeholder: str = ""
    keeps_draft: bool = False
    is_multiline: bool = False
    label: str = ""
    """Title shown above the line."""
    enter_label: str = "accept"
    """Effect of enter, for the hints."""
    explain: Callable[[str], str] | None = None
    """Explanation of the text in the line, for example the full path of a file."""


IDLE = InputMode(lambda _: None, lambda: None, keeps_draft=True)
"""Mode of the line while keys are commands and it shows the unfinished note."""

_MOVES = {**{key: key for key in ("up", "down", "pageup", "pagedown")}, "tab": "down", "shift+tab": "up"}
"""Keys that move in a list or a form, with the key that `on_move` gets."""


def _read_editing_actions() -> Mapping[str, tuple[str, bool]]:
    """Return the action of each key that the text area binds; a binding itself would run only after bubbling."""
    actions: dict[str, tuple[str, bool]] = {}
    for binding in TextArea.BINDINGS:
        keys, action = (binding.key, binding.action) if not isinstance(binding, tuple) else (binding[0], binding[1])
        name, _, argument = action.partition("(")
        for key in keys.split(","):
            actions[key.strip()] = (name, argument.startswith("True"))
    actions["ctrl+k"] = ("delete_to_end_of_line", False)
    actions["alt+b"], actions["alt+f"] = actions["ctrl+left"], actions["ctrl+right"]
    return actions


EDITING_ACTIONS = _read_editing_actions()


class NoteInput(TextArea, inherit_css=False):
    """Growing line. `input_mode` is None while keys are commands, which go to the `handler`.

    It has its own styles in app.tcss; to read and apply those of the text area takes 2 ms of each start.
    """

    COMPONENT_CLASSES = TextArea.COMPONENT_CLASSES

    def __init__(self, handler: BaseScreen) -> None:
        super().__init__("", soft_wrap=True, highlight_cursor_line=False, id="line", classes="-idle")
        self.cursor_blink = False
        self.input_mode: InputMode | None = None
        self._handler = handler
        self._idle_text: str | Content = ""
        self._text_mode = IDLE
        self._draft = ""
        self._pasted_read = 0
        self.ignores_keys = False
        """True once the call that further keys would change is closed."""

    @property
    def draft(self) -> str:
        """The unfinished note, in the line or behind another text."""
        return self.text if self._text_mode.keeps_draft else self._draft

    def start_typing(self, input_mode: InputMode) -> None:
        """Take text from the next key on."""
        if not (input_mode.keeps_draft and self._text_mode.keeps_draft):
            if self._text_mode.keeps_draft:
                self._draft = self.text
            self._set_text(self._draft if input_mode.keeps_draft else input_mode.text)
        self.input_mode = self._text_mode = input_mode
        self.placeholder = Content(input_mode.placeholder)
        self.remove_class("-idle")

    def stop_typing(self) -> None:
        """Treat keys as commands from the next key on, and show an unfinished note again."""
        if not self._text_mode.keeps_draft:
            self._set_text(self._draft)
            self._text_mode = IDLE
        self.input_mode = None
        self.placeholder = _to_content(self._idle_text)
        self.add_class("-idle")

    def set_idle_text(self, placeholder: str | Content) -> None:
        """Set what the empty line shows while keys are commands."""
        self._idle_text = placeholder
        if self.input_mode is None:
            self.placeholder = _to_content(placeholder)

    def set_draft(self, text: str) -> None:
        """Set the unfinished note."""
        if self._text_mode.keeps_draft:
            self._set_text(text)
        self._draft = text

    def process_key(self, key: str, character: str | None) -> None:
        """Process one key, in the order of arrival.

        Esc and a key right after it arrive as the same bytes as alt and that key. They are two keys unless the chord is
        bound.
        """
        if self.ignores_keys:
            return
        if self._handler.typing_keys.get(key) == "hide":
            self._handler.press_hide_key(key)
        elif key.startswith("alt+") and self._is_bound_chord(key):
            self._handle_single_key(key, None if character and character.isprintable() else character)
        else:
            for each, typed in split_alt(key, character):
                if self.app.screen is self.screen:
                    self._handle_single_key(each, typed)
                else:
                    # Esc has left the screen: the key after it is for the one below.
                    self.app.post_message(events.Key(each, typed))

    def _is_bound_chord(self, key: str) -> bool:
        if self.input_mode is None:
            return key in self._handler.key_table.command_by_key
        return key in EDITING_ACTIONS or key in self._handler.typing_keys

    def _handle_single_key(self, key: str, character: str | None) -> None:
        if self.input_mode is None and self._is_pasted(key, character):
            self._handler.start_text()
        input_mode = self.input_mode
        if input_mode is None:
            self._handler.press_key(key)
        elif key == "escape":
            input_mode.on_escape()
        elif key == "enter":
            self._submit(input_mode)
        elif key in self._handler.typing_keys:
            if input_mode.is_multiline:
                self._insert("\n")
        elif key in _MOVES and input_mode.on_move is not None:
            input_mode.on_move(_MOVES[key])
            self._handler.handle_text_change()
        elif character is not None and is_typeable(character):
            self._insert(character)
        elif key in EDITING_ACTIONS:
            self._edit(*EDITING_ACTIONS[key])

    def process_paste(self, text: str) -> None:
        """Process a paste, which is always text and never keys."""
        if self.ignores_keys:
            return
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if self.input_mode is None:
            self._handler.start_text()
        input_mode = self.input_mode
        if input_mode is None:
            return
        if len(text) > MAX_PASTE and input_mode.keeps_draft:
            input_mode.on_enter(text)
            return
        self._insert(_split_long_lines(text) if input_mode.is_multiline else " ".join(text.split())[:LINE_LIMIT])

    def _is_pasted(self, key: str, character: str | None) -> bool:
        """Return whether a key is part of pasted text, because it arrived with more keys than anyone presses at once.

        A terminal without bracketed paste sends a paste as keys. Its first line becomes a note, which its enter saves.
        """
        if not isinstance(character, BurstCharacter):
            return False
        if character.read != self._pasted_read:
            if not character.is_pasted_text or self._handler.opens_line(key):
                return False
            self._pasted_read = character.read
        return True

    def _submit(self, input_mode: InputMode) -> None:
        text = self.text
        self._set_text("")
        if input_mode.keeps_draft:
            self._draft = ""
        input_mode.on_enter(text)
        if self.input_mode is input_mode and input_mode.on_change is not None and not input_mode.keeps_draft:
            self._set_text(text)  # nothing in the list matches, so the filter and its text stay

    def _insert(self, text: str) -> None:
        result = self.replace(text, *self.selection, maintain_selection_offset=False)
        self.move_cursor(result.end_location)
        self._report_change()

    def _edit(self, action: str, select: bool) -> None:
        method = getattr(self, f"action_{action}", None)
        if method is None:
            return
        before = self.text
        with contextlib.suppress(SkipAction):  # nothing is selected that could be copied
            if action.startswith("cursor_") and not action.startswith("cursor_page"):
                method(select)
            else:
                method()
        if self.text != before:
            self._report_change()
        else:
            self._handler.handle_text_change()

    def _report_change(self) -> None:
        if self.input_mode is not None and self.input_mode.on_change is not None:
            self.input_mode.on_change(self.text)
        self._handler.handle_text_change()

    def _set_text(self, text: str) -> None:
        if self.text != text:
            self.load_text(text)
            self.move_cursor(self.document.end)
        self._handler.handle_text_change()

    def on_click(self) -> None:
        """Start a text on a click."""
        if self.input_mode is None:
            self._handler.handle_line_click()

    async def _on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        self.process_key(event.key, event.character)

    async def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.process_paste(event.text)


def split_alt(key: str, character: str | None) -> tuple[tuple[str, str | None], ...]:
    """Return Alt and a key as Esc and that key, which a terminal sends as the same bytes; any other key unchanged.

    Keyboard protocols that report modifiers send no character with Alt; such a key stays Alt.
    """
    if key == "alt+enter" and character:
        return (("escape", ESC), ("enter", character))
    if not key.startswith("alt+") or not character or not character.isprintable():
        return ((key, character),)
    return (("escape", ESC), (character if character.isalnum() else key.removeprefix("alt+"), character))


def _to_content(text: str | Content) -> Content:
    return text if isinstance(text, Content) else Content(text)


def _split_long_lines(text: str) -> str:
    if len(text) <= MAX_PASTED_LINE:
        return text
    lines: list[str] = []
    for line in text.split("\n"):
        lines += [line[i : i + MAX_PASTED_LINE] for i in range(0, len(line), MAX_PASTED_LINE)] or [""]
    return "\n".join(lines)
