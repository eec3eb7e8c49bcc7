"""What a growing transcript has told so far, so that reading a part of it again tells nothing twice."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.hearing.formats.model import Piece


class Change(Struct, frozen=True):
    """An utterance that is new, has grown, or is complete; `number` is its own from its first partial to its final."""

    number: int
    piece: Piece
    final: bool


class Ledger:
    """Keeps what was told by the number of the piece in its file."""

    def __init__(self) -> None:
        self._given: list[Piece] = []
        self._timed: set[tuple[float, str, str]] = set()
        self._numbers: dict[int, int] = {}
        self._keys: dict[str, int] = {}
        self._shown: dict[int, str] = {}
        self._next = 0

    def tell(self, index: int, piece: Piece, complete: bool) -> Iterator[Change]:
        """The change that the piece number `index` of the file makes, if it makes any."""
        whole = piece
        if index < len(self._given):
            old = self._given[index]
            if (piece.speaker, piece.text, piece.key) == (old.speaker, old.text, old.key):
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
        if piece.text and (final or self._shown.get(index) != piece.text):
            yield Change(self._number(index, piece.key, complete, final), piece, final)
        self._shown[index] = piece.text
        if complete:
            self._shown.pop(index)

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


def _same_utterance(old: Piece, new: Piece) -> bool:
    """Whether `new` is `old` after it has grown or was corrected, and not another one in its place."""
    if old.speaker != new.speaker or old.key != new.key:
        return False
    if old.start is not None or new.start is not None:
        return old.start == new.start
    return new.text.startswith(old.text)


def _beyond(said: str, text: str) -> str:
    """The words of `text` after as many as were said already: a correction of them is not said again."""
    return " ".join(text.split()[len(said.split()) :])
