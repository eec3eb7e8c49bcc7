"""How keys arrive: Esc before a letter, and lines that come at once.

A terminal sends Esc as one byte, and the beginning of every arrow as the same byte. Textual 8.2.8 waits for what comes
next, and on a slow line, where keys come together, makes alt+d of Esc and d, a word's jump of Esc and b, and loses the
Esc before thirty more keys; an Esc in a paste makes keys of its text. Here a key after Esc that can begin no sequence
is told at once, with both in it; whoever takes it decides whether alt and that key mean anything (`taken_apart`).
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from typing import ClassVar

from textual import events
from textual._xterm_parser import XTermParser
from textual.message import Message

ESC = "\x1b"
SEQUENCES = "[O"
"""What follows Esc in the sequences of arrows, function keys, the mouse and pastes."""

A_MOMENT = 0.002
"""Longer than the wait itself, so that it is over when it is looked at."""

PASTE_BEGINS, PASTE_ENDS = "[200~", "[201~"

TEXT_KEYS = 12
TEXT_LETTERS = 5
"""So many keys in one read, with so many different letters, are a pasted line: nobody presses them blindly."""


class InOneRead(str):
    """A character that came with others in one read: which read, and the rest of its line there, itself included."""

    __slots__ = ("ahead", "read")
    ahead: str
    read: int

    @property
    def begins_text(self) -> bool:
        letters = {each for each in self.ahead if each.isalpha()}
        return len(self.ahead) >= TEXT_KEYS and len(letters) >= TEXT_LETTERS


def taken_apart(event: events.Key) -> tuple[events.Key, ...]:
    """Alt and a key, as it comes for Esc and that key, as the two; any other key as it is.

    A terminal that tells modifiers apart sends no character with alt, and its alt stays alt.
    """
    character = event.character
    if not event.key.startswith("alt+") or not character or not character.isprintable():
        return (event,)
    plain = character if character.isalnum() else event.key.removeprefix("alt+")
    return events.Key("escape", ESC), events.Key(plain, character)


class KeyParser(XTermParser):
    """Textual's parser, given its bytes so that it never has to guess."""

    seconds_left: ClassVar[float | None] = None
    """How long to wait for the rest of a key, while one has begun."""

    def __init__(self, debug: bool = False) -> None:
        super().__init__(debug)
        self._since_escape = " "
        self._pasted: str | None = None
        self._reads = 0

    def feed(self, data: str) -> Iterable[Message]:
        if not data:
            yield from super().feed(data)
            return
        yield from self.tick()
        self._reads += 1
        while data:
            data = yield from self._keys(data) if self._pasted is None else self._paste(data)
        KeyParser.seconds_left = None if self._awaiting.timeout is None else self._awaiting.timeout + A_MOMENT

    def tick(self) -> Iterable[Message]:
        yield from super().tick()
        if self._awaiting.timeout is None:
            KeyParser.seconds_left = None

    def _keys(self, data: str) -> Generator[Message, None, str]:
        """Keys, as far as no paste begins. Returns what is left."""
        while data:
            if data[0] == ESC:
                yield from super().feed(ESC)
                self._since_escape, data = "", data[1:]
                continue
            piece, escape, rest = data.partition(ESC)
            begins = self._begins_paste(piece)
            if begins:
                yield from super().feed(begins)
                self._since_escape, self._pasted = " ", ""
                return piece[len(begins) :] + escape + rest
            yield from self._go_on(piece)
            data = escape + rest
        return ""

    def _begins_paste(self, piece: str) -> str:
        """What completes the sign of a paste, if it is there; the sign itself may come in parts."""
        if not PASTE_BEGINS.startswith(self._since_escape):
            return ""
        wanted = PASTE_BEGINS.removeprefix(self._since_escape)
        return wanted if piece.startswith(wanted) else ""

    def _paste(self, data: str) -> Generator[Message, None, str]:
        """All of it is text, an Esc in it as well, which Textual would run as keys. Returns what comes after it."""
        before, ends = self._pasted or "", ESC + PASTE_ENDS
        self._pasted = before + data
        at = self._pasted.find(ends, max(len(before) - len(ends), 0))
        if at < 0:
            return ""
        text, rest = self._pasted[:at], self._pasted[at + len(ends) :]
        for _ in super().feed(ends):
            pass
        self._pasted = None
        yield events.Paste(text.replace("\0", ""))
        return rest

    def _go_on(self, piece: str) -> Iterator[Message]:
        """What came since the latest Esc, or some of it."""
        waits = self._awaiting.timeout is not None
        if waits and not self._since_escape and _is_key(piece[0]):
            self._forget_escape()
            for event in self._sequence_to_key_events(piece[0]):
                yield events.Key(f"alt+{_lower(event.key)}", piece[0])
            self._since_escape, piece = " ", piece[1:]
            waits = False
        self._since_escape = (self._since_escape + piece)[: len(PASTE_BEGINS)]
        if len(piece) >= TEXT_KEYS and not waits:
            yield from self._line_by_line(piece)
        elif piece:
            yield from super().feed(piece)

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[events.Key]:
        """None for what only looks like a key in numbers; Textual ends the program over it."""
        try:
            yield from super()._sequence_to_key_events(sequence, alt)
        except (ValueError, OverflowError):
            return

    def _forget_escape(self) -> None:
        """Let the parser give up waiting, without the Esc it would tell."""
        self._timeout_time = 0.0
        for _ in self.tick():
            pass

    def _line_by_line(self, piece: str) -> Iterator[Message]:
        """Keys that know how much of a line came with them."""
        ends = len(piece)
        rest: list[str] = [""] * len(piece)
        for at in range(len(piece) - 1, -1, -1):
            ends = at if not piece[at].isprintable() else ends
            rest[at] = piece[at:ends]
        for character, ahead in zip(piece, rest, strict=True):
            for event in super().feed(character):
                if isinstance(event, events.Key) and ahead and event.character == character:
                    event.character = InOneRead(character)
                    event.character.ahead, event.character.read = ahead, self._reads
                yield event


def _is_key(character: str) -> bool:
    return character.isprintable() and character not in SEQUENCES


def _lower(key: str) -> str:
    """A capital as it is named with alt."""
    return f"shift+{key.lower()}" if len(key) == 1 and key.isupper() else key
