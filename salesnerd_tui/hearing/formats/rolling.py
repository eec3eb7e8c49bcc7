"""Rolling captions: words that a caption repeats from the one before are spoken once.

Automatic captions show two or three lines and push them up: each caption begins with the last lines of the caption
before. Live captions grow: each caption begins with all of it. Both say the same words several times.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from msgspec.structs import replace

from salesnerd_tui.hearing.formats.model import Piece, same_name

WINDOW_WORDS = 400
"""Words at the end of a caption that the next one may repeat: far more than any screen shows."""

SURE_WORDS = 3
"""Words in common that are no chance. People repeat one or two words: "no, no"."""

TOUCH_SECONDS = 0.5
"""Captions that follow each other within this time are one flow of text."""

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
_STOP = re.compile(r"[.!?。！？]\s*\Z")


class _Shown(NamedTuple):
    """The caption before, as it was shown: with the words that were repeated in it."""

    speaker: str
    words: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    start: float | None
    end: float | None
    text: str


class Rolling:
    """Immutable state of the filter; `next` returns the state after a caption with the pieces that are new."""

    __slots__ = ("_before", "rolls")

    def __init__(self, before: Sequence[_Shown] = (), rolls: bool = False) -> None:
        self._before = tuple(before)
        self.rolls = rolls

    def surely(self) -> Rolling:
        """Return the state in which even one repeated word is a repetition."""
        return Rolling(self._before, True)

    def next(self, pieces: Sequence[Piece]) -> tuple[Rolling, list[Piece]]:
        """Take the pieces of one caption. Those that say nothing new are left out."""
        shown = [_shown(piece) for piece in pieces]
        new: list[Piece] = []
        rolls = self.rolls
        before = self._before
        for piece, now in zip(pieces, shown, strict=True):
            repeated = _repeated(before, now, rolls)
            if repeated:
                rolls = rolls or repeated >= SURE_WORDS
                rest = _after(piece.text, repeated)
                if rest:
                    new.append(replace(piece, text=rest))
            else:
                new.append(piece)
            before = () if not repeated or repeated < len(now.words) else before[1:]
        return Rolling(tuple(shown) or self._before, rolls), new


def _shown(piece: Piece) -> _Shown:
    lines = tuple(_words(line) for line in piece.text.split("\n"))
    words = tuple(word for line in lines for word in line)
    return _Shown(same_name(piece.speaker), words, lines, piece.start, piece.end, piece.text)


def _words(text: str) -> tuple[str, ...]:
    return tuple(found.group().casefold() for found in _WORD.finditer(text))


def _repeated(before: Sequence[_Shown], now: _Shown, rolls: bool) -> int:
    """Return how many words at the beginning of a caption were shown by the caption before."""
    for old in reversed(before):
        if old.speaker and now.speaker and old.speaker != now.speaker:
            continue
        if not old.words or not now.words or not _touches(old, now):
            continue
        count = _overlap(old.words, now.words)
        if count and _is_repetition(old, now, count, rolls):
            return count
    return 0


def _touches(old: _Shown, now: _Shown) -> bool:
    if old.start is None or now.start is None:
        return False
    if now.start == old.start:
        return True
    return old.end is not None and old.start <= now.start <= old.end + TOUCH_SECONDS


def _is_repetition(old: _Shown, now: _Shown, count: int, rolls: bool) -> bool:
    whole_old, whole_new = count == len(old.words), count == len(now.words)
    if whole_old and whole_new:
        return rolls or count > SURE_WORDS or old.start == now.start
    if count >= SURE_WORDS:
        return True
    if whole_old and not whole_new and len(now.lines) == 1:
        return rolls or old.start == now.start or (count > 1 or not _STOP.search(old.text))
    return _in_whole_lines(old, now, count) and (rolls or count > 1)


def _in_whole_lines(old: _Shown, now: _Shown, count: int) -> bool:
    """Whether the words in common are the last lines of the one and the first lines of the other."""
    return count in _sums(now.lines) and (count in _sums(old.lines[::-1]))


def _sums(lines: Sequence[Sequence[str]]) -> list[int]:
    sums, total = [], 0
    for line in lines:
        total += len(line)
        sums.append(total)
    return sums


def _overlap(old: Sequence[str], new: Sequence[str]) -> int:
    """Return the length of the longest end of `old` that `new` begins with. Linear time."""
    if len(new) >= len(old) and tuple(new[: len(old)]) == tuple(old):
        return len(old)
    tail = old[-WINDOW_WORDS:]
    head = new[:WINDOW_WORDS]
    failure = [0] * len(head)
    length = 0
    for at in range(1, len(head)):
        while length and head[at] != head[length]:
            length = failure[length - 1]
        length += head[at] == head[length]
        failure[at] = length
    length = 0
    for position, word in enumerate(tail):
        while length and (length == len(head) or word != head[length]):
            length = failure[length - 1]
        length += word == head[length]
        if length == len(head) and position + 1 < len(tail):
            length = failure[length - 1]
    return length


def _after(text: str, words: int) -> str:
    """Return the text after as many words, without the punctuation that belongs to them."""
    end = 0
    for number, found in enumerate(_WORD.finditer(text), 1):
        end = found.end()
        if number == words:
            break
    rest = text[end:]
    if not _WORD.search(rest):
        return ""
    return rest.lstrip(' \t\n.,;:!?…)"”’»。，！？-–—')
