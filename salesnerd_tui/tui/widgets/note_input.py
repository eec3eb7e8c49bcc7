"""The one line of a screen that takes keys: single keys while nothing is typed, text while something is.

It has the focus all the time and decides by itself, at the moment a key arrives, whether that key is text or a command.
If a key had to travel to another widget first, keys that a stalled line delivers in one burst would overtake it: notes
would be joined or lost, and their letters run as commands (in Textual 8.2.8, none of 20 notes in one write survived).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from msgspec import Struct
from textual import events
from textual.content import Content
from textual.widgets import TextArea

from salesnerd_tui.terminal.key_parser import BurstCharacter, split_alt
from salesnerd_tui.text import LINE_LIMIT, is_typeable

PASTE_LIMIT = 100_000
"""Characters of a paste that are put into the line; a longer one is entered at once, for the editor takes seconds."""

FOLD_AT = LINE_LIMIT // 5
"""A pasted line longer than this is folded: one line of a megabyte costs 1.7 s a key."""


class KeyHandler(Protocol):
    """Who is told of keys that are no text."""

    @property
    def typing(self) -> Mapping[str, str]:
        """What a key does while a line takes text: `line` begins a new one, `hide` hides, at any time."""

    def press(self, key: str) -> None: ...

    def hide(self, key: str) -> None: ...

    def acts(self, key: str) -> bool:
        """Whether a single key is somebody's command."""

    def opens_line(self, key: str) -> bool:
        """Whether the keys after this one are text."""

    def begin_text(self) -> None:
        """Text came while nothing takes text: let a line take it, where there is one to take."""

    def click_line(self) -> None: ...

    def typed(self) -> None: ...


class InputMode(Struct, frozen=True):
    """What the line is being typed for. `keeps` says that leaving it keeps the text for the next time.

    `entered` gets the text when enter is pressed, `changed` after each change, `moved` the keys up, down, pageup and
    pagedown, `left` when esc is pressed.
    """

    name: str
    entered: Callable[[str], None]
    left: Callable[[], None]
    changed: Callable[[str], None] | None = None
    moved: Callable[[str], None] | None = None
    text: str = ""
    placeholder: str = ""
    keeps: bool = False
    lines: bool = False


_MOVES = frozenset({"up", "down", "pageup", "pagedown"})


def _editing_actions() -> Mapping[str, tuple[str, bool]]:
    """Each key the text area binds, with its action: run here and now, because a binding runs only after bubbling."""
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
    """A growing line. `purpose` is None while single keys act."""

    def __init__(self, taker: KeyHandler, placeholder: str) -> None:
        super().__init__("", soft_wrap=True, highlight_cursor_line=False, placeholder=placeholder, id="line")
        self.cursor_blink = False
        self.purpose: InputMode | None = None
        self._taker = taker
        self._resting = placeholder
        self._set_by = InputMode("", lambda _: None, lambda: None, keeps=True)
        self._kept = ""
        self._pasted_read = 0
        self._shut = False

    @property
    def draft(self) -> str:
        """The unfinished note, wherever it is now."""
        return self.text if self._set_by.keeps else self._kept

    @property
    def is_shut(self) -> bool:
        return self._shut

    def begin(self, purpose: InputMode) -> None:
        """Take text for `purpose` from the next key on."""
        if not (purpose.keeps and self._set_by.keeps):
            if self._set_by.keeps:
                self._kept = self.text
            self._put(self._kept if purpose.keeps else purpose.text)
        self.purpose = self._set_by = purpose
        self.placeholder = Content(purpose.placeholder)
        self.remove_class("-resting")

    def rest(self) -> None:
        """Single keys act from the next key on; an unfinished note is shown again."""
        if not self._set_by.keeps:
            self._put(self._kept)
            self._set_by = InputMode("", lambda _: None, lambda: None, keeps=True)
        self.purpose = None
        self.placeholder = Content(self._resting)
        self.add_class("-resting")

    def rest_on(self, placeholder: str) -> None:
        """What an empty line shows while single keys act."""
        self._resting = placeholder
        if self.purpose is None:
            self.placeholder = Content(placeholder)

    def put_draft(self, text: str) -> None:
        """An unfinished note from before."""
        if self._set_by.keeps:
            self._put(text)
        self._kept = text

    def shut(self) -> None:
        """Drop every key from here on: what they would change is closed."""
        self._shut = True

    def take(self, key: str, character: str | None) -> None:
        """One key, in its order.

        Esc and a key right after it come as alt and that key, the same bytes; unless that does something of its own
        it is meant as two keys.
        """
        if self._shut:
            return
        if self._taker.typing.get(key) == "hide":
            self._taker.hide(key)
        elif key.startswith("alt+") and self._has_chord(key):
            self._take(key, None if character and character.isprintable() else character)
        else:
            for each, typed in split_alt(key, character):
                self._take(each, typed)

    def _has_chord(self, key: str) -> bool:
        if self.purpose is None:
            return self._taker.acts(key)
        return key in EDITING or key in self._taker.typing

    def _take(self, key: str, character: str | None) -> None:
        if self.purpose is None and self._is_pasted(key, character):
            self._taker.begin_text()
        purpose = self.purpose
        if purpose is None:
            self._taker.press(key)
        elif key == "escape":
            purpose.left()
        elif key == "enter":
            self._enter(purpose)
        elif key in self._taker.typing:
            if purpose.lines:
                self._insert("\n")
        elif key in _MOVES and purpose.moved is not None:
            purpose.moved(key)
            self._taker.typed()
        elif character is not None and is_typeable(character):
            self._insert(character)
        elif key in EDITING:
            self._edit(*EDITING[key])

    def take_paste(self, text: str) -> None:
        """A paste is text, never keys."""
        if self._shut:
            return
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if self.purpose is None:
            self._taker.begin_text()
        purpose = self.purpose
        if purpose is None:
            return
        if len(text) > PASTE_LIMIT and purpose.keeps:
            purpose.entered(text)
            return
        self._insert(_folded(text) if purpose.lines else " ".join(text.split())[:LINE_LIMIT])

    def _is_pasted(self, key: str, character: str | None) -> bool:
        """Whether a key that would act is text: it came at once with more of a line than anybody presses blindly.

        A terminal without bracketed paste sends a paste as keys; the first line goes into the note that is open, and
        its enter ends that note.
        """
        if not isinstance(character, BurstCharacter):
            return False
        if character.read != self._pasted_read:
            if not character.begins_text or self._taker.opens_line(key):
                return False
            self._pasted_read = character.read
        return True

    def _enter(self, purpose: InputMode) -> None:
        text = self.text
        self._put("")
        if purpose.keeps:
            self._kept = ""
        purpose.entered(text)

    def _insert(self, text: str) -> None:
        result = self.replace(text, *self.selection, maintain_selection_offset=False)
        self.move_cursor(result.end_location)
        self._told()

    def _edit(self, action: str, select: bool) -> None:
        act = getattr(self, f"action_{action}", None)
        if act is None:
            return
        if action.startswith("cursor_") and not action.startswith("cursor_page"):
            act(select)
        else:
            act()
        self._told()

    def _told(self) -> None:
        if self.purpose is not None and self.purpose.changed is not None:
            self.purpose.changed(self.text)
        self._taker.typed()

    def _put(self, text: str) -> None:
        if self.text != text:
            self.load_text(text)
            self.move_cursor(self.document.end)
        self._taker.typed()

    def on_click(self) -> None:
        """Who clicks the line wants to type."""
        if self.purpose is None:
            self._taker.click_line()

    async def _on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        self.take(event.key, event.character)

    async def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.take_paste(event.text)


def _folded(text: str) -> str:
    if len(text) <= FOLD_AT:
        return text
    lines: list[str] = []
    for line in text.split("\n"):
        lines += [line[i : i + FOLD_AT] for i in range(0, len(line), FOLD_AT)] or [""]
    return "\n".join(lines)
