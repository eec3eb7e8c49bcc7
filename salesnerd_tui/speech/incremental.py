"""What a growing transcript has given so far, so that reading a part of it again gives nothing twice.

A transcript that grows while it is read: each utterance comes as partials, and once when it is complete.

The bytes are read again from where the last unfinished utterance began (`rest`), because caption writers rewrite the
last caption as it grows. Everything before is complete. Lines that were read before and are still the same are not
read again, so reading costs as much as is new, however long the unfinished part. No files here: a followed file and a
pipe are both read by this.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.speech.transcripts.decode import decode_line, encoding_of, kind_of_binary, not_text
from salesnerd_tui.speech.transcripts.detect import CAPTIONS, Trust, early_format, format_of, parser_for
from salesnerd_tui.speech.transcripts.model import Format, Piece
from salesnerd_tui.speech.transcripts.parser import LineParser

WINDOW_PIECES = 5000
"""Pieces at the end of what was given among which those of a new text are sought."""


class UtteranceChange(Struct, frozen=True):
    """An utterance that is new, has grown, or is complete; `number` is its own from its first partial to its final."""

    number: int
    piece: Piece
    final: bool


class Deduplicator:
    """Keeps what was given by the number of the piece in its file."""

    def __init__(self) -> None:
        self._given: list[Piece] = []
        self._timed: set[tuple[float, str, str]] = set()
        self._numbers: dict[int, int] = {}
        self._keys: dict[str, int] = {}
        self._shown: dict[int, Piece] = {}
        self._next = 0

    def tell(self, index: int, piece: Piece, complete: bool) -> Iterator[UtteranceChange]:
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
            yield UtteranceChange(self._number(index, piece.key, complete, final), piece, final)
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


LINE_LIMIT = 256 * 1024
"""Bytes of one line, after which it is read as if it had ended: an endless line must not be read again and again."""

BLOCK_LIMIT = 1024 * 1024
"""Bytes of one unfinished utterance, after which it is given as it stands."""

DOCUMENT_LIMIT = 64 * 1024 * 1024
"""Bytes of one JSON document, which is complete only at its end."""


class _Mark(Struct, frozen=True):
    """Where reading can begin again: a byte, the reader as it was there, and how many pieces came before."""

    at: int
    parser: LineParser
    pieces: int


class _Standing(Struct, frozen=True):
    """The reader after the last whole line, and the line that has no end yet.

    `read` are the whole lines since the mark, and `complete` the pieces that they completed.
    """

    parser: LineParser
    tail: str
    read: bytes = b""
    complete: int = 0

    def pieces(self) -> Sequence[Piece]:
        """Return what it would give if nothing more came."""
        parser = self.parser.peek()
        return [*(parser.push(self.tail) if self.tail else ()), *parser.finish()]


class GrowingTranscript:
    """`take` is given the bytes from `rest` to the end of what is there, as often as there is something new.

    Where the bytes are no text, nothing is given, and `not_text` is a sentence that says what they are.
    """

    def __init__(self) -> None:
        self.format: Format | None = None
        self.not_text = ""
        self._encoding = "utf-8"
        self._mark: _Mark | None = None
        self._standing: _Standing | None = None
        self._pieces = 0
        self._ledger = Deduplicator()
        self._restarted = False

    @property
    def rest(self) -> int:
        """The byte from which the next `take` has to be given everything."""
        return self._mark.at if self._mark else 0

    @property
    def not_understood(self) -> str:
        """A sentence about lines that were left out; empty where they are only a few."""
        return self._mark.parser.troubles.not_understood if self._mark else ""

    def restart(self) -> None:
        """Begin again: another text is in place of the old one. What both have in common is not given again."""
        self.format, self._mark, self.not_text = None, None, ""
        self._standing, self._pieces = None, 0
        self._restarted = True

    def take(self, data: bytes) -> list[UtteranceChange]:
        """Return what `data` brings that was not given yet."""
        return self._read(data, ended=False)

    def settle(self) -> list[UtteranceChange]:
        """Take what stands unfinished as complete, because nothing came for a while; half a line may still grow."""
        return self._stands(self._without_half_a_line(), complete=True)

    def close(self, data: bytes) -> list[UtteranceChange]:
        """Return what is new at the end: what is still open is complete."""
        changes = self._read(data, ended=True)
        if self._standing is None:
            return changes
        parser = self._standing.parser
        pieces = [*(parser.push(self._standing.tail) if self._standing.tail else ()), *parser.finish()]
        self._standing = None
        return [*changes, *self._complete(pieces)]

    def _changes(self, index: int, piece: Piece, complete: bool) -> Iterator[UtteranceChange]:
        return self._ledger.tell(self._pieces + index, piece, complete)

    def _read(self, data: bytes, ended: bool) -> list[UtteranceChange]:
        if self._mark is None:
            skipped = self._recognize(data, ended)
            data = data[skipped:]
        if self._mark is None:
            return []
        mark, standing = self._mark, self._standing
        parser, at, known = mark.parser.copy(), mark.at, b""
        self._pieces = mark.pieces
        if standing is not None and standing.read and data.startswith(standing.read):
            parser, known = standing.parser, standing.read
            at += len(known)
            self._pieces += standing.complete
        begun_at = mark.at
        changes: list[UtteranceChange] = []
        lines, tail = raw_lines(data[len(known) :], self._encoding)
        for raw in lines:
            before = parser.copy()
            done = parser.push(self._text(raw))
            if parser.begun > before.begun:
                mark = _Mark(at, before, self._pieces)
            at += len(raw)
            changes += self._complete(done)
        limit = DOCUMENT_LIMIT if self.format is Format.JSON_LINES else BLOCK_LIMIT
        if at - mark.at > limit:
            changes += self._complete(parser.finish())
            mark = _Mark(at, parser.copy(), self._pieces)
        self._mark = mark
        read = data[mark.at - begun_at : at - begun_at]
        self._standing = _Standing(parser, self._text(tail), read, self._pieces - mark.pieces)
        return changes + self._stands(self._without_half_a_line(), complete=False)

    def _complete(self, pieces: Sequence[Piece]) -> list[UtteranceChange]:
        changes = [change for index, piece in enumerate(pieces) for change in self._changes(index, piece, True)]
        self._pieces += len(pieces)
        return changes

    def _without_half_a_line(self) -> _Standing | None:
        """Only in captions a line without its end counts: elsewhere it may become a name, and a pipe cuts anywhere."""
        if self._standing is None or self.format in CAPTIONS:
            return self._standing
        return replace(self._standing, tail="")

    def _stands(self, standing: _Standing | None, complete: bool) -> list[UtteranceChange]:
        if standing is None:
            return []
        pieces = standing.pieces()
        return [change for index, piece in enumerate(pieces) for change in self._changes(index, piece, complete)]

    def _recognize(self, data: bytes, ended: bool) -> int:
        """Find the format, if it shows by now. Return the bytes of the byte order mark."""
        if kind := kind_of_binary(data):
            self.not_text = not_text(kind)
            return 0
        self._encoding, skipped = encoding_of(data)
        lines, tail = raw_lines(data[skipped:], self._encoding)
        texts = [self._text(raw) for raw in lines[:500]]
        if ended and tail:
            texts.append(self._text(tail))
        all_there = ended or len(data) > BLOCK_LIMIT
        found = format_of(texts) or Format.PLAIN if all_there else early_format(texts)
        if found is None:
            return skipped
        first = self._first_piece(found, texts, lines, ended) if self._restarted else 0
        if first is None:
            return skipped
        self.format, self._restarted = found, False
        self._mark = _Mark(skipped, parser_for(found, texts, _seen_in(found, texts)), first)
        return skipped

    def _first_piece(self, found: Format, texts: Sequence[str], lines: Sequence[bytes], ended: bool) -> int | None:
        """Return the number of the first piece of a text that is in place of another; None while it has none.

        A window of the last minutes begins with what was given before.
        """
        parser = parser_for(found, texts)
        pieces = [piece for raw in lines for piece in parser.push(self._text(raw))]
        pieces += parser.peek().finish()
        if not pieces and not ended:
            return None
        return self._ledger.place_of(pieces)

    def _text(self, raw: bytes) -> str:
        return decode_line(raw, self._encoding).rstrip("\r\n")


def _seen_in(found: Format, texts: Sequence[str]) -> Trust:
    """Return what the lines that are there already show: whether their captions grow word by word."""
    if found not in CAPTIONS:
        return Trust()
    parser = parser_for(found, texts)
    for text in texts:
        parser.push(text)
    return Trust(grows=parser.grows)


def raw_lines(data: bytes, encoding: str) -> tuple[list[bytes], bytes]:
    """Return the lines with their ends, and what follows the last end. An endless line is cut at `LINE_LIMIT`."""
    end = "\n".encode(encoding)
    lines, position, search = [], 0, 0
    while (found := data.find(end, search)) >= 0:
        search = found + 1
        if found % len(end) == 0:
            search = found + len(end)
            lines.append(data[position:search])
            position = search
    tail = data[position:]
    if len(tail) > LINE_LIMIT:
        cut = len(tail) - len(tail) % len(end)
        lines.append(tail[:cut])
        tail = tail[cut:]
    return lines, tail
