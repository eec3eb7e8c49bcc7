"""A transcript that grows while it is read: each utterance comes as partials, and once when it is complete.

The bytes are read again from where the last unfinished utterance began (`rest`), because caption writers rewrite the
last caption as it grows. Everything before is complete. Lines that were read before and are still the same are not
read again, so reading costs as much as is new, however long the unfinished part. No files here: a followed file and a
pipe are both read by this.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.hearing.formats.decoding import decode_line, encoding_of, kind_of_binary, not_text
from salesnerd_tui.hearing.formats.detection import CAPTIONS, Trust, early_format, format_of, parser_for
from salesnerd_tui.hearing.formats.model import Format, Piece
from salesnerd_tui.hearing.formats.parsing import LineParser
from salesnerd_tui.hearing.ledger import Change, Ledger

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
        self._ledger = Ledger()
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

    def take(self, data: bytes) -> list[Change]:
        """Return what `data` brings that was not given yet."""
        return self._read(data, ended=False)

    def settle(self) -> list[Change]:
        """Take what stands unfinished as complete, because nothing came for a while; half a line may still grow."""
        return self._stands(self._without_half_a_line(), complete=True)

    def close(self, data: bytes) -> list[Change]:
        """Return what is new at the end: what is still open is complete."""
        changes = self._read(data, ended=True)
        if self._standing is None:
            return changes
        parser = self._standing.parser
        pieces = [*(parser.push(self._standing.tail) if self._standing.tail else ()), *parser.finish()]
        self._standing = None
        return [*changes, *self._complete(pieces)]

    def _changes(self, index: int, piece: Piece, complete: bool) -> Iterator[Change]:
        return self._ledger.tell(self._pieces + index, piece, complete)

    def _read(self, data: bytes, ended: bool) -> list[Change]:
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
        changes: list[Change] = []
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

    def _complete(self, pieces: Sequence[Piece]) -> list[Change]:
        changes = [change for index, piece in enumerate(pieces) for change in self._changes(index, piece, True)]
        self._pieces += len(pieces)
        return changes

    def _without_half_a_line(self) -> _Standing | None:
        """Only in captions a line without its end counts: elsewhere it may become a name, and a pipe cuts anywhere."""
        if self._standing is None or self.format in CAPTIONS:
            return self._standing
        return replace(self._standing, tail="")

    def _stands(self, standing: _Standing | None, complete: bool) -> list[Change]:
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
