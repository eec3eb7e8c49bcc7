"""What a growing transcript has given so far, so that reading a part of it again gives nothing twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.hearing.formats.model import Piece

WINDOW_PIECES = 5000
"""Pieces at the end of what was given among which those of a new text are sought."""


class Change(Struct, frozen=True):
    """An utterance that is new, has grown, or is complete; `number` is its own from its first partial to its final."""

    number: int
    piece: Piece
    final: bool


class Ledger:
    """Keeps what was given by the number of the piece in its file."""

    def __init__(self) -> None:
        self._given: list[Piece] = []
        self._timed: set[tuple[float, str, str]] = set()
        self._numbers: dict[int, int] = {}
        self._keys: dict[str, int] = {}
        self._shown: dict[int, Piece] = {}
        self._next = 0

    def tell(self, index: int, piece: Piece, complete: bool) -> Iterator[Change]:
        """Yield the change that the piece number `index` of the file makes, if it makes any."""
        whole = piece
        if index < len(self._given):
            old = self._given[index]
            if (piece.speaker, piece.text, piece.key) == (old.speaker, old.text, old.key):
                return
            if not complete and piece.speaker == old.speaker and old.text.startswith(piece.text):
                return
            if not _same_utterance(old, piece):
                if piece.start is not None and (piece.start, piece.speaker, piece.text) in self._timed:
                    self._given[index] = piece
                    return
                del self._given[index:]
            else:
                piece = replace(piece, text=_beyond(old.text, piece.text), start=None)
        if complete:
            self._given[index : index + 1] = [whole]
            if whole.start is not None:
                self._timed.add((whole.start, whole.speaker, whole.text))
        final = complete and piece.final
        shown = self._shown.get(index)
        if piece.text and (final or shown is None or shown.text != piece.text):
            yield Change(self._number(index, piece.key, complete, final), piece, final)
        self._shown[index] = piece
        if complete:
            self._shown.pop(index)

    def place_of(self, pieces: Sequence[Piece]) -> int:
        """Return the number that the first of `pieces` has, which a text in place of the old one begins with.

        The text may begin with the end of what was given (a window of the last minutes), be a part of it (because it
        is being written), or have all of it. The longest run in common decides; without one, the pieces are new.
        """
        given = [*self._given, *(self._shown[index] for index in sorted(self._shown) if index >= len(self._given))]
        start = max(0, len(given) - WINDOW_PIECES)
        given = given[start:]
        if not given or not pieces:
            return len(self._given)
        best, place = 0, len(self._given)
        for at, old in enumerate(given):
            if not _alike(old, pieces[0], last=at == len(given) - 1 or len(pieces) == 1):
                continue
            length = _run(given, at, pieces, best)
            if length > best or (length and length == best and length == len(pieces)):
                best, place = length, start + at
        if not best:
            self._numbers.clear()
            self._shown.clear()
        return place

    def _number(self, index: int, key: str, complete: bool, final: bool) -> int:
        known = self._keys.get(key) if key else self._numbers.get(index)
        if known is None:
            known, self._next = self._next, self._next + 1
        if key:
            self._keys[key] = known
            if final:
                del self._keys[key]
        else:
            self._numbers[index] = known
            if complete:
                del self._numbers[index]
        return known


def _run(given: Sequence[Piece], at: int, pieces: Sequence[Piece], best: int) -> int:
    """Return how many pieces agree from `at` on if all that both texts have there agree, else 0."""
    length = min(len(given) - at, len(pieces))
    if length < best:
        return 0
    for offset in range(length):
        last = at + offset == len(given) - 1 or offset == len(pieces) - 1
        if not _alike(given[at + offset], pieces[offset], last):
            return 0
    return length


def _alike(old: Piece, new: Piece, last: bool) -> bool:
    """Whether both are the same utterance; the `last` one of a text may have grown or be half written."""
    if old.speaker != new.speaker or (old.start is not None and new.start is not None and old.start != new.start):
        return False
    return old.text == new.text or (last and (new.text.startswith(old.text) or old.text.startswith(new.text)))


def _same_utterance(old: Piece, new: Piece) -> bool:
    """Whether `new` is `old` after it has grown or was corrected, and not another one in its place."""
    if old.speaker != new.speaker or old.key != new.key:
        return False
    if old.start is not None or new.start is not None:
        return old.start == new.start
    return new.text.startswith(old.text)


def _beyond(said: str, text: str) -> str:
    """Return the words of `text` after as many as were said already: a correction of them is not said again."""
    return " ".join(text.split()[len(said.split()) :])
