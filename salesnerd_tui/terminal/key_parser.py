"""Parser that splits terminal input into text, keys, pastes and control sequences.

A terminal sends keys and its replies to queries over the same line. The parser finds the end of every control sequence,
whatever the sequence means, so that no part of a reply can be taken for keys. It knows no key names and no Textual:
`textual_compat` turns its tokens into events.

The caller passes the time in seconds. A sequence that stops in the middle is given up after a timeout.
"""

from __future__ import annotations

import codecs
from collections.abc import Generator, Iterator

from msgspec import Struct

from salesnerd_tui.lazy_pattern import lazy_pattern

ESC = "\x1b"

INTRODUCER_SECONDS = 0.2
"""Wait after Esc and a character that can begin a sequence; after that, both are keys."""

IDLE_SECONDS = 0.5
"""Wait for the rest of a sequence."""

TOTAL_SECONDS = 2.0
"""Limit for a sequence in short reads, which may be typing after a truncated reply."""

KEY_SECONDS = 0.15
"""Pause after an incomplete reply from which a single character is a typed key, not the rest of the reply."""

UNRELATED_KEY_SECONDS = 0.03
"""The same pause for a character that cannot continue a reply of that kind."""

PASTE_SECONDS = 3.0
"""Wait for the rest of a paste; after that, the paste consists of the text so far."""

LATE_SECONDS = 1.0
"""Time after a timeout during which the rest of a sequence is still recognized."""

LATE_HOLD_SECONDS = 0.1
"""Wait after a character that may begin a late rest."""

LONG_READ_LENGTH = 8
"""Length of a read in characters that nobody types between two reads."""

MAX_CSI_LENGTH = 512
"""Maximum length of a control sequence in characters; a longer one is dropped."""

BURST_LENGTH = 12
BURST_LETTERS = 5
"""Minimum length and number of different letters of a read that counts as pasted text instead of keys."""

STRING_INTRODUCERS = "]P^_X"
"""Second characters of OSC, DCS, PM, APC and SOS; each runs up to a string terminator."""

_KEY_FINALS = "ABCDEFHPQRSu~^@$"
"""Last characters of keys in CSI sequences without a private marker; the last three are rxvt's."""

_REPLY_CHARACTERS = {"<": "-Mm", "=": "$cu", ">": "$cmqu", "?": "$cnRSuy"}
"""Characters other than digits that can continue a mouse report or reply with this private marker."""

_UNMARKED_CHARACTERS = _KEY_FINALS + "&*'" + "ZabcdnRtwxyM"
_RXVT_KEY = lazy_pattern(r"[0-9]+\$")
"""Parameters of shift+delete and similar keys of rxvt. Replies with this character have two numbers or a marker."""

_C1_INTRODUCERS = {
    "\x9b": "[",
    "\x9d": "]",
    "\x90": "P",
    "\x9e": "^",
    "\x9f": "_",
    "\x98": "X",
    "\x8f": "O",
    "\x9c": "\\",
}
_PLAIN = lazy_pattern("[^\x1b\x80-\x9f]+")
_CSI_REST = lazy_pattern("[0-9;:]*[ -/]*[@-~]?")
_CSI_BODY = lazy_pattern("[0-?]*[ -/]*")
_STRING_END = lazy_pattern("[\x07\x18\x1a\x1b\x9c]")
_PASTE_BEGIN = lazy_pattern("(?:\x1b\\[|\x9b)200~")
_PASTE_END = lazy_pattern("(?:\x1b\\[|\x9b)201~")
_PASTE_END_PART = lazy_pattern("(?:\x1b(?:\\[(?:2(?:0(?:1)?)?)?)?|\x9b(?:2(?:0(?:1)?)?)?)\\Z")

_LATE_REST = lazy_pattern(
    r"\[[<=>?][0-9][0-9;:]*[ -/]*[@-~]"  # a reply with a private marker: nobody types one in a single read
    r"|\[[<=>?][0-9][0-9;:]*[ -/]*\Z"
    r"|\[[0-9][0-9;:]*[!-/]?[A-Za-z~](?=\Z|[\x1b\x80-\x9f])"
    r"|\[[0-9]+;[0-9;:]*\Z"
    r"|[\[O][A-Z](?=\Z|[\x1b\x80-\x9f])"
    r"|\[200~"
    r"|\][0-9]+;"
    r"|P(?:[>!]\||[01]?[$+]r)"
    r"|_G[a-z]="
    r"|[\]P^_X][^\x07\x1b\x9c]*(?:\x1b\\|\x9c|\x07)"
)
"""Rests of sequences that differ from typed text, after their Esc was taken for a key."""

_LATE_REST_START = lazy_pattern(r"\[(?:[<=>?]|[0-9]+)?|O|\][0-9]*|P(?:[>!]|[01]?[$+]?)|_G?|[\^X]")
"""Beginnings of `_LATE_REST`."""

_LATE_FINALS = ("c", "R", "S", "y", "m", "M")
"""Ends of replies with a private marker and of mouse reports. `n` and `u` end replies too, but are keys more often."""


_INVALID_UTF8 = lazy_pattern("[\udcc2-\udcf4][\udc80-\udcbf]+|[\udca0-\udcff]")
_RAW_C1 = lazy_pattern("[\udc80-\udc9f]")


class Decoder:
    """Decode UTF-8 reads; a stray 8-bit control character stays one, other invalid input becomes U+FFFD."""

    def __init__(self) -> None:
        self._decode = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode

    def decode(self, data: bytes) -> str:
        text = self._decode(data)
        if text.isascii():
            return text
        text = _INVALID_UTF8.sub("\ufffd", text)
        return _RAW_C1.sub(lambda match: chr(ord(match.group()) - 0xDC00), text)


class Text(Struct, frozen=True):
    """Typed characters, or one control character."""

    text: str


class Escape(Struct, frozen=True):
    """The Esc key."""


class Alt(Struct, frozen=True):
    """Esc directly followed by a printable character: Alt with that character, or two keys."""

    character: str


class ControlSequence(Struct, frozen=True):
    """A complete CSI or SS3 sequence, or Esc and a control character, in its 7-bit form."""

    text: str


class Pasted(Struct, frozen=True):
    """The text of a bracketed paste."""

    text: str


Token = Text | Escape | Alt | ControlSequence | Pasted


class BurstCharacter(str):
    """A character of a long read; `rest_of_line` starts with the character, `read` is the number of the read."""

    __slots__ = ("read", "rest_of_line")
    rest_of_line: str
    read: int

    @property
    def is_pasted_text(self) -> bool:
        """Return whether the rest of the line is pasted text instead of keys."""
        letters = {character for character in self.rest_of_line if character.isalpha()}
        return len(self.rest_of_line) >= BURST_LENGTH and len(letters) >= BURST_LETTERS


def burst(text: str, read: int) -> list[str]:
    """Return the characters of one read; in a long read, printable ones are `BurstCharacter`s."""
    if len(text) < BURST_LENGTH:
        return list(text)
    characters: list[str] = list(text)
    end = len(text)
    for index in range(len(text) - 1, -1, -1):
        if not text[index].isprintable():
            end = index
            continue
        character = BurstCharacter(text[index])
        character.rest_of_line, character.read = text[index:end], read
        characters[index] = character
    return characters


class KeyParser:
    """Feed it decoded reads; call `tick` when `deadline` has passed."""

    def __init__(self, escape_seconds: float) -> None:
        self._escape_seconds = escape_seconds
        self.deadline: float | None = None
        """Time of the next `tick`, on the caller's clock."""
        self._pending = ""
        """An incomplete sequence, or the Esc that may end a string."""
        self._in_string = False
        self._paste: list[str] | None = None
        self._is_paste_cut = False
        self._started_at: float | None = None
        self._read_at = 0.0
        self._late: str | None = None
        """Start of a sequence that a timeout ended, without its Esc; None if no rest can follow."""
        self._late_pending = ""
        self._late_until = 0.0
        self._terminator = ""
        """The rest of the terminator that a string may still get."""
        self._terminator_until = 0.0

    def feed(self, data: str, now: float) -> Iterator[Token]:
        """Yield the tokens of one read. Only `tick` ends an incomplete sequence."""
        if not data:
            return
        read_length = len(data)
        if self._is_typed_after_reply(data, now - self._read_at):
            pending, self._pending, self._in_string, self.deadline = self._pending, "", False, None
            yield from self._give_up(pending) if len(pending) > 2 else ()
        self._read_at = now
        if self._late is not None or self._late_pending:
            data = self._rejoin_late(data, now)
            if not data:
                return
        if now < self._terminator_until:
            self._terminator_until = 0.0
            data = data.removeprefix(self._terminator)
        data, self._pending = self._pending + data, ""
        while data:
            if self._paste is not None:
                data = yield from self._take_paste(data)
            elif self._in_string:
                data = self._take_string(data)
            else:
                data = yield from self._take(data)
            if data:
                self._started_at = None
        self._set_deadline(read_length, now)

    def tick(self, now: float) -> Iterator[Token]:
        """Yield the tokens of a sequence that has been incomplete for too long."""
        if self.deadline is None or now < self.deadline:
            return
        self.deadline = self._started_at = None
        pending, self._pending = self._pending, ""
        if self._late_pending:
            text, self._late, self._late_pending = self._late_pending, None, ""
            yield Text(text)
        elif self._paste is not None:
            text, self._paste = "".join(self._paste) + pending, None
            self._is_paste_cut = True
            yield Pasted(text)
        elif self._in_string:
            self._in_string = False
            self._terminator, self._terminator_until = ("" if pending else ESC) + "\\", now + LATE_SECONDS
        elif pending:
            yield from self._give_up(pending)
            if pending[0] == ESC:
                self._late, self._late_until = pending[1:], now + LATE_SECONDS

    def _is_typed_after_reply(self, data: str, pause: float) -> bool:
        """Return whether a read after a pause is a typed key, so that the pending sequence stays incomplete."""
        if self._paste is not None or pause < UNRELATED_KEY_SECONDS or not data.isprintable():
            return False
        if self._in_string:
            # An Esc may begin the terminator.
            return len(data) == 1 and pause >= KEY_SECONDS and not self._pending
        if len(self._pending) < 2:
            return False
        parameters = self._pending.removeprefix(ESC).removeprefix("[").removeprefix("\x9b")
        if not parameters or parameters[0] not in "<=>?0123456789;:":
            return len(data) == 1 and pause >= KEY_SECONDS and parameters == "M"
        if len(data) > 1:
            return pause >= KEY_SECONDS and not _CSI_REST.fullmatch(data)
        if data not in "0123456789;:" + _REPLY_CHARACTERS.get(parameters[0], _UNMARKED_CHARACTERS):
            return True
        # The rest of a key or a mouse report may arrive late over a slow connection.
        finals = "Mm" if parameters[0] == "<" else "" if parameters[0] in _REPLY_CHARACTERS else _KEY_FINALS
        return pause >= KEY_SECONDS and data not in finals

    # the ground state

    def _take(self, data: str) -> Generator[Token, None, str]:
        """Take the first token and return the rest."""
        if plain := _PLAIN.match(data):
            if (
                self._is_paste_cut
                and (marker := _PASTE_END.search(data))
                and not _PASTE_BEGIN.search(data, 0, marker.end())
            ):
                self._is_paste_cut = False
                yield Pasted(data[: marker.start()])
                return data[marker.end() :]
            yield Text(plain.group())
            return data[plain.end() :]
        if data[0] != ESC:
            introducer = _C1_INTRODUCERS.get(data[0], "")
            return (yield from self._take_sequence(data, introducer, 1)) if introducer else data[1:]
        if len(data) == 1:
            self._pending = data
            return ""
        second = data[1]
        if second in "[O" or second in STRING_INTRODUCERS:
            return (yield from self._take_sequence(data, second, 2))
        if (second < " " and second != ESC) or second == "\x7f":
            yield ControlSequence(data[:2])
            return data[2:]
        if not second.isprintable():
            yield Escape()
            return data[1:]
        yield Alt(second)
        return data[2:]

    def _take_sequence(self, data: str, introducer: str, start: int) -> Generator[Token, None, str]:
        if introducer == "\\":
            return data[start:]
        if len(data) == start:
            self._pending = data
            return ""
        if introducer == "[":
            return (yield from self._take_csi(data, start))
        if introducer != "O":
            self._in_string = True
            return data[start:]
        if "!" <= data[start] <= "~":
            yield ControlSequence(f"{ESC}O{data[start]}")
            return data[start + 1 :]
        yield from self._give_up(data[:start])
        return data[start:]

    def _take_csi(self, data: str, start: int) -> Generator[Token, None, str]:
        body = _CSI_BODY.match(data, start)
        end = body.end() if body else start
        if key := _RXVT_KEY.match(data, start, end):
            yield ControlSequence(f"{ESC}[{key[0]}")
            return data[key.end() :]
        if end == len(data):
            self._pending = data if end < MAX_CSI_LENGTH else data[:MAX_CSI_LENGTH]
            return ""
        final = data[end]
        if not "@" <= final <= "~":
            yield from self._give_up(data[:end])
            return data[end:]
        extra = {"[": 1, "M": 3}.get(final, 0) if end == start else 0
        # The Linux console sends f1 as CSI [ A; the oldest mouse protocol sends three characters after CSI M.
        if extra and ESC not in data[end + 1 : end + 1 + extra]:
            if len(data) <= end + extra:
                self._pending = data
                return ""
            if final == "M":
                return data[end + 1 + extra :]
            end += 1 if "A" <= data[end + 1] <= "E" else 0
        text = f"{ESC}[{data[start : end + 1]}"
        rest = data[end + 1 :]
        if text == "\x1b[200~":
            self._paste, self._is_paste_cut = [], False
        elif len(text) <= MAX_CSI_LENGTH:
            yield ControlSequence(text)
        return rest

    def _give_up(self, pending: str) -> Iterator[Token]:
        """Yield the keys of an incomplete sequence."""
        if pending == ESC:
            yield Escape()
        elif pending[0] == ESC and len(pending) == 2:
            yield Alt(pending[1])

    # strings and pastes

    def _take_string(self, data: str) -> str:
        """Drop the string; return what follows it."""
        marker = _STRING_END.search(data)
        if marker is None:
            return ""
        if marker.group() != ESC:
            self._in_string = False
            return data[marker.end() :]
        if marker.end() == len(data):
            self._pending = ESC
            return ""
        self._in_string = False
        return data[marker.end() + 1 :] if data[marker.end()] == "\\" else data[marker.start() :]

    def _take_paste(self, data: str) -> Generator[Token, None, str]:
        """Take text of a paste, in which Esc is text too."""
        chunks = self._paste if self._paste is not None else []
        marker = _PASTE_END.search(data)
        if marker is None:
            partial_end = _PASTE_END_PART.search(data)
            text_length = partial_end.start() if partial_end else len(data)
            chunks.append(data[:text_length])
            self._pending = data[text_length:]
            return ""
        self._paste = None
        yield Pasted("".join(chunks) + data[: marker.start()])
        return data[marker.end() :]

    # time

    def _set_deadline(self, read_length: int, now: float) -> None:
        if self._paste is not None or self._in_string or self._pending:
            if self._started_at is None or read_length >= LONG_READ_LENGTH:
                self._started_at = now
        else:
            self.deadline = self._started_at = None
            return
        if self._paste is not None:
            self.deadline = self._started_at + PASTE_SECONDS
        elif self._pending == ESC and not self._in_string:
            self.deadline = now + self._escape_seconds
        elif len(self._pending) == 2 and not self._in_string:
            self.deadline = now + INTRODUCER_SECONDS
        else:
            self.deadline = min(now + IDLE_SECONDS, self._started_at + TOTAL_SECONDS)

    def _rejoin_late(self, data: str, now: float) -> str:
        """Return the read, with the Esc restored if it is the rest of a sequence that a timeout ended."""
        start, pending = self._late or "", self._late_pending
        self._late, self._late_pending = None, ""
        if now >= self._late_until and not pending:
            return data
        text = start + pending + data
        # A single digit is a key that picks an answer, and so is a digit that is typed before a letter.
        continues = len(start) < 2 or (
            (len(data) > 2 or (start[1] in _REPLY_CHARACTERS and data[1:] in _LATE_FINALS))
            and data[0] in "0123456789;:"
        )
        if continues and _LATE_REST.match(text):
            self.deadline = None
            return ESC + text
        if len(start) < 2 and _LATE_REST_START.fullmatch(text):
            self._late, self._late_pending = start, pending + data
            self.deadline = now + LATE_HOLD_SECONDS
            return ""
        self.deadline = None
        return pending + data
