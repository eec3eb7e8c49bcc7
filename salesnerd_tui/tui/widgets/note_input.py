"""Note input: the one line of a screen that takes all keys, as text or as single-key commands.

It always has the focus and decides when a key arrives whether that key is text or a command. If a key had to travel to
another widget first, keys from a stalled connection would overtake it in a burst. Notes would be joined or lost, and
their letters run as commands (in Textual 8.2.8, none of 20 notes in one write survived).
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from typing import Protocol

from msgspec import Struct
from textual import events
from textual.actions import SkipAction
from textual.content import Content
from textual.widgets import TextArea

from salesnerd_tui.terminal.key_parser import ESC, BurstCharacter
from salesnerd_tui.text import LINE_LIMIT, is_typeable

PASTE_LIMIT = 100_000
"""Most characters of a paste put into the line; a longer one is entered at once: editing it would take seconds."""

FOLD_AT = LINE_LIMIT // 5
"""Most characters of one pasted line; a longer one is split, because a line of a megabyte costs 1.7 s a key."""


class KeyHandler(Protocol):
    """Receiver of keys that are not text."""

    @property
    def typing(self) -> Mapping[str, str]:
        """Return what keys do while the line takes text: `line` begins a new line, `hide` hides at any time."""

    def press(self, key: str) -> None: ...

    def hide(self, key: str) -> None: ...

    def acts(self, key: str) -> bool:
        """Return whether a single key is bound to a command."""

    def opens_line(self, key: str) -> bool:
        """Return whether the keys after this one are text."""

    def begin_text(self) -> None:
        """Let the line take text that arrives while single keys act, if there is a use for it."""

    def click_line(self) -> None: ...

    def typed(self) -> None: ...


class InputMode(Struct, frozen=True):
    """Purpose of a text in the line.

    `entered` gets the text on enter, `changed` after each change, `moved` the keys up, down, pageup and pagedown, with
    tab as down and shift+tab as up. `left` is called on esc. `keeps` keeps the text as a draft when the line is left;
    `lines` allows line breaks.
    """

    entered: Callable[[str], None]
    left: Callable[[], None]
    changed: Callable[[str], None] | None = None
    moved: Callable[[str], None] | None = None
    text: str = ""
    placeholder: str = ""
    keeps: bool = False
    lines: bool = False
    label: str = ""
    """Question shown above the line."""
    does: str = "accept"
    """Words for enter in the hints."""
    about: Callable[[str], str] | None = None
    """Explanation of the text in the line, for example the full path of a file."""


NO_TEXT = InputMode(lambda _: None, lambda: None, keeps=True)
"""Mode of the line while single keys act and it shows the unfinished note."""

_MOVES = {**{key: key for key in ("up", "down", "pageup", "pagedown")}, "tab": "down", "shift+tab": "up"}
"""Keys that move in a list or a form, with the key that `moved` gets."""


def _editing_actions() -> Mapping[str, tuple[str, bool]]:
    """Return the action of each key that the text area binds; a binding itself would run only after bubbling."""
    found: dict[str, tuple[str, bool]] = {}
    for binding in TextArea.BINDINGS:
        keys, action = (binding.key, binding.action) if not isinstance(binding, tuple) else (binding[0], binding[1])
        name, _, argument = action.partition("(")
        for key in keys.split(","):
            found[key.strip()] = (name, argument.startswith("True"))
    found["ctrl+k"] = ("delete_to_end_of_line", False)
    found["alt+b"], found["alt+f"] = found["ctrl+left"], found["ctrl+right"]
    return found


EDITING = _editing_actions()


class NoteInput(TextArea):
    """Growing line. `purpose` is None while single keys act, which go to the `handler`."""

    def __init__(self, handler: KeyHandler) -> None:
        super().__init__("", soft_wrap=True, highlight_cursor_line=False, id="line", classes="-resting")
        self.cursor_blink = False
        self.purpose: InputMode | None = None
        self._handler = handler
        self._resting: str | Content = ""
        self._text_of = NO_TEXT
        self._draft = ""
        self._pasted_read = 0
        self.is_shut = False

    @property
    def draft(self) -> str:
        """The unfinished note, in the line or behind another text."""
        return self.text if self._text_of.keeps else self._draft

    def begin(self, purpose: InputMode) -> None:
        """Take text for a purpose from the next key on."""
        if not (purpose.keeps and self._text_of.keeps):
            if self._text_of.keeps:
                self._draft = self.text
            self._put(self._draft if purpose.keeps else purpose.text)
        self.purpose = self._text_of = purpose
        self.placeholder = Content(purpose.placeholder)
        self.remove_class("-resting")

    def rest(self) -> None:
        """Let single keys act from the next key on, and show an unfinished note again."""
        if not self._text_of.keeps:
            self._put(self._draft)
            self._text_of = NO_TEXT
        self.purpose = None
        self.placeholder = _content(self._resting)
        self.add_class("-resting")

    def rest_on(self, placeholder: str | Content) -> None:
        """Set what the empty line shows while single keys act."""
        self._resting = placeholder
        if self.purpose is None:
            self.placeholder = _content(placeholder)

    def put_draft(self, text: str) -> None:
        """Set the unfinished note."""
        if self._text_of.keeps:
            self._put(text)
        self._draft = text

    def shut(self) -> None:
        """Drop every key from here on, because the call that they would change is closed."""
        self.is_shut = True

    def take(self, key: str, character: str | None) -> None:
        """Take one key, in the order of arrival.

        Esc and a key right after it arrive as the same bytes as alt and that key. They are two keys unless the chord is
        bound.
        """
        if self.is_shut:
            return
        if self._handler.typing.get(key) == "hide":
            self._handler.hide(key)
        elif key.startswith("alt+") and self._has_chord(key):
            self._take_key(key, None if character and character.isprintable() else character)
        else:
            for each, typed in split_alt(key, character):
                if self.app.screen is self.screen:
                    self._take_key(each, typed)
                else:
                    # Esc has left the screen: the key after it is for the one below.
                    self.app.post_message(events.Key(each, typed))

    def _has_chord(self, key: str) -> bool:
        if self.purpose is None:
            return self._handler.acts(key)
        return key in EDITING or key in self._handler.typing

    def _take_key(self, key: str, character: str | None) -> None:
        if self.purpose is None and self._is_pasted(key, character):
            self._handler.begin_text()
        purpose = self.purpose
        if purpose is None:
            self._handler.press(key)
        elif key == "escape":
            purpose.left()
        elif key == "enter":
            self._enter(purpose)
        elif key in self._handler.typing:
            if purpose.lines:
                self._insert("\n")
        elif key in _MOVES and purpose.moved is not None:
            purpose.moved(_MOVES[key])
            self._handler.typed()
        elif character is not None and is_typeable(character):
            self._insert(character)
        elif key in EDITING:
            self._edit(*EDITING[key])

    def take_paste(self, text: str) -> None:
        """Take a paste, which is always text and never keys."""
        if self.is_shut:
            return
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if self.purpose is None:
            self._handler.begin_text()
        purpose = self.purpose
        if purpose is None:
            return
        if len(text) > PASTE_LIMIT and purpose.keeps:
            purpose.entered(text)
            return
        self._insert(_split_long_lines(text) if purpose.lines else " ".join(text.split())[:LINE_LIMIT])

    def _is_pasted(self, key: str, character: str | None) -> bool:
        """Return whether a key that would act is text: it arrived at once with more keys than anybody presses blindly.

        A terminal without bracketed paste sends a paste as keys. The first line goes into the open note, and its enter
        ends that note.
        """
        if not isinstance(character, BurstCharacter):
            return False
        if character.read != self._pasted_read:
            if not character.begins_text or self._handler.opens_line(key):
                return False
            self._pasted_read = character.read
        return True

    def _enter(self, purpose: InputMode) -> None:
        text = self.text
        self._put("")
        if purpose.keeps:
            self._draft = ""
        purpose.entered(text)
        if self.purpose is purpose and purpose.changed is not None and not purpose.keeps:
            self._put(text)  # nothing in the list matches: the filter stays, and so does its text

    def _insert(self, text: str) -> None:
        result = self.replace(text, *self.selection, maintain_selection_offset=False)
        self.move_cursor(result.end_location)
        self._report_change()

    def _edit(self, action: str, select: bool) -> None:
        act = getattr(self, f"action_{action}", None)
        if act is None:
            return
        before = self.text
        with contextlib.suppress(SkipAction):  # nothing is selected that could be copied
            if action.startswith("cursor_") and not action.startswith("cursor_page"):
                act(select)
            else:
                act()
        if self.text != before:
            self._report_change()
        else:
            self._handler.typed()

    def _report_change(self) -> None:
        if self.purpose is not None and self.purpose.changed is not None:
            self.purpose.changed(self.text)
        self._handler.typed()

    def _put(self, text: str) -> None:
        if self.text != text:
            self.load_text(text)
            self.move_cursor(self.document.end)
        self._handler.typed()

    def on_click(self) -> None:
        """Let a click begin a text."""
        if self.purpose is None:
            self._handler.click_line()

    async def _on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        self.take(event.key, event.character)

    async def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.take_paste(event.text)


def split_alt(key: str, character: str | None) -> tuple[tuple[str, str | None], ...]:
    """Return Alt and a key as Esc and that key, which a terminal sends as the same bytes; any other key unchanged.

    Keyboard protocols that report modifiers send no character with Alt; such a key stays Alt.
    """
    if key == "alt+enter" and character:
        return (("escape", ESC), ("enter", character))
    if not key.startswith("alt+") or not character or not character.isprintable():
        return ((key, character),)
    return (("escape", ESC), (character if character.isalnum() else key.removeprefix("alt+"), character))


def _content(text: str | Content) -> Content:
    return text if isinstance(text, Content) else Content(text)


def _split_long_lines(text: str) -> str:
    if len(text) <= FOLD_AT:
        return text
    lines: list[str] = []
    for line in text.split("\n"):
        lines += [line[i : i + FOLD_AT] for i in range(0, len(line), FOLD_AT)] or [""]
    return "\n".join(lines)
