"""Deduplicator of a growing transcript: reading a part of it again emits nothing twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.speech.transcripts.model import Piece
from salesnerd_tui.speech.transcripts.rolling_captions import CAPTION_KEY

WINDOW_PIECES = 5000
"""Latest emitted pieces among which the pieces of a new text are searched."""


class UtteranceChange(Struct, frozen=True):
    """An utterance that is new, has grown or is complete; its `number` stays the same until its final."""

    number: int
    piece: Piece
    final: bool


class Deduplicator:
    """Remembers emitted pieces by their index in the file."""

    def __init__(self) -> None:
        self._emitted: list[Piece] = []
        self._timed: set[tuple[float, str, str]] = set()
        self._numbers: dict[int, int] = {}
        self._keys: dict[str, int] = {}
        self._shown: dict[int, Piece] = {}
        self._said: dict[str, str] = {}
        """Final texts by key: an utterance that grows after a silence continues with its new words."""
        self._next = 0

    def changes(self, index: int, piece: Piece, complete: bool) -> Iterator[UtteranceChange]:
        """Yield the change that the piece at `index` of the file makes, if any."""
        new = self._new_words(index, piece, complete)
        if new is None:
            return
        if complete:
            self._emitted[index : index + 1] = [piece]
            if piece.start is not None:
                self._timed.add((piece.start, piece.speaker, piece.text))
        final = complete and piece.final
        if final and piece.key.startswith(CAPTION_KEY):
            self._said[piece.key] = piece.text
        shown = self._shown.get(index)
        if new.text and (final or shown is None or shown.text != new.text):
            yield UtteranceChange(self._number(index, piece.key, complete, final), new, final)
        self._shown[index] = new
        if complete:
            self._shown.pop(index)

    def _new_words(self, index: int, piece: Piece, complete: bool) -> Piece | None:
        """Return the piece without the words that were emitted as final, None if there is nothing to emit."""
        said = self._said.get(piece.key) if piece.key else None
        if index < len(self._emitted):
            old = self._emitted[index]
            if (piece.speaker, piece.text, piece.key) == (old.speaker, old.text, old.key) and old.final >= piece.final:
                return None
            if not complete and piece.speaker == old.speaker and old.text.startswith(piece.text):
                return None
            if _same_utterance(old, piece):
                said = said or old.text
            elif piece.start is not None and (piece.start, piece.speaker, piece.text) in self._timed:
                self._emitted[index] = piece
                return None
            else:
                del self._emitted[index:]
        return piece if said is None else replace(piece, text=_words_after(said, piece.text), start=None)

    def index_of(self, pieces: Sequence[Piece]) -> int:
        """Return the index of the first of `pieces`, with which a text that replaces the old one begins.

        The text may begin with the latest emitted pieces (a window of the last minutes), be a part of the old text
        (while it is written), or contain all of it. The longest common run decides; without one, the pieces are new.
        """
        self._said.clear()  # their keys are lines of the old text
        emitted = [
            *self._emitted,
            *(self._shown[index] for index in sorted(self._shown) if index >= len(self._emitted)),
        ]
        start = max(0, len(emitted) - WINDOW_PIECES)
        emitted = emitted[start:]
        if not emitted or not pieces:
            return len(self._emitted)
        best, place = 0, len(self._emitted)
        for at, old in enumerate(emitted):
            if not _alike(old, pieces[0], last=at == len(emitted) - 1 or len(pieces) == 1):
                continue
            length = _common_run(emitted, at, pieces, best)
            if length > best or (length and length == best and length == len(pieces)):
                best, place = length, start + at
        if not best:
            self._numbers.clear()
            self._shown.clear()
        return place

    def _number(self, index: int, key: str, complete: bool, final: bool) -> int:
        """Return the number of an utterance. One that is open keeps it if its next version has a key, or has none."""
        known = self._keys.get(key) if key else None
        if known is None:
            known = self._numbers.pop(index, None)
            self._keys = {each: number for each, number in self._keys.items() if number != known}
            if known is None:
                known, self._next = self._next, self._next + 1
            if not complete:
                self._numbers[index] = known
        if key and not final:
            self._keys[key] = known
        elif key:
            self._keys.pop(key, None)
        return known


def _common_run(emitted: Sequence[Piece], at: int, pieces: Sequence[Piece], best: int) -> int:
    """Return how many pieces agree from `at` on if all of them agree, otherwise 0."""
    length = min(len(emitted) - at, len(pieces))
    if length < best:
        return 0
    for offset in range(length):
        last = at + offset == len(emitted) - 1 or offset == len(pieces) - 1
        if not _alike(emitted[at + offset], pieces[offset], last):
            return 0
    return length


def _alike(old: Piece, new: Piece, last: bool) -> bool:
    """Return whether both are the same utterance; the `last` one of a text may have grown or be incomplete."""
    if old.speaker != new.speaker or (old.start is not None and new.start is not None and old.start != new.start):
        return False
    return old.text == new.text or (last and (new.text.startswith(old.text) or old.text.startswith(new.text)))


def _same_utterance(old: Piece, new: Piece) -> bool:
    """Return whether `new` is `old` after it has grown or was corrected, not another utterance in its place."""
    if old.speaker != new.speaker or old.key != new.key:
        return False
    if old.start is not None or new.start is not None:
        return old.start == new.start
    return new.text.startswith(old.text)


def _words_after(said: str, text: str) -> str:
    """Return the words of `text` after as many as `said` has: a correction of those is not emitted again."""
    return " ".join(text.split()[len(said.split()) :])
