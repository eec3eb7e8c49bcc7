"""A transcript that grows while it is read: each utterance is told as a partial, and once when it is complete.

The bytes are read again from where the last unfinished utterance began (`rest`), because caption writers rewrite the
last caption as it grows. Everything before is complete, so a reading costs the length of one caption, however long the
call. This knows no files: a followed file and a pipe are both read by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.hearing.formats.decoding import decode_line, encoding_of
from salesnerd_tui.hearing.formats.detection import CAPTIONS, early_format, format_of, parser_for
from salesnerd_tui.hearing.formats.model import Format, Piece
from salesnerd_tui.hearing.formats.parsing import LineParser
from salesnerd_tui.hearing.ledger import Change, Ledger

LINE_LIMIT = 256 * 1024
"""Bytes of one line, after which it is read as if it had ended: an endless line must not be read again and again."""

BLOCK_LIMIT = 1024 * 1024
"""Bytes of one unfinished utterance, after which it is given as it stands."""


class _Mark(Struct, frozen=True):
    """Where reading can begin again: a byte, the reader as it was there, and how many pieces came before."""

    at: int
    parser: LineParser
    pieces: int


class _Standing(Struct, frozen=True):
    """The reader after the last whole line, and the line that has no end yet."""

    parser: LineParser
    tail: str

    def pieces(self) -> Sequence[Piece]:
        """What it would give if nothing more came."""
        parser = self.parser.copy()
        return [*(parser.push(self.tail) if self.tail else ()), *parser.finish()]


class GrowingTranscript:
    """`take` is given the bytes from `rest` to the end of what is there, as often as there is something new."""

    def __init__(self) -> None:
        self.format: Format | None = None
        self._encoding = "utf-8"
        self._mark: _Mark | None = None
        self._standing: _Standing | None = None
        self._pieces = 0
        self._ledger = Ledger()

    @property
    def rest(self) -> int:
        """The byte from which the next `take` has to be given everything."""
        return self._mark.at if self._mark else 0

    def restart(self) -> None:
        """The file was written anew. What it repeats of what was told before is not told again."""
        self.format, self._mark = None, None
        self._standing, self._pieces = None, 0

    def take(self, data: bytes) -> list[Change]:
        """What `data` brings that was not told yet."""
        return self._read(data, ended=False)

    def settle(self) -> list[Change]:
        """Nothing came for a while: what stands unfinished is complete as it is, but for half a line that may go on."""
        return self._stands(self._without_half_a_line(), complete=True)

    def close(self, data: bytes) -> list[Change]:
        """The end: what is still open is complete."""
        changes = self._read(data, ended=True)
        return [*changes, *self._stands(self._standing, complete=True)]

    def _told(self, index: int, piece: Piece, complete: bool) -> Iterator[Change]:
        return self._ledger.tell(self._pieces + index, piece, complete)

    def _read(self, data: bytes, ended: bool) -> list[Change]:
        if self._mark is None:
            skipped = self._recognise(data, ended)
            data = data[skipped:]
        if self._mark is None:
            return []
        mark, parser, at = self._mark, self._mark.parser.copy(), self._mark.at
        self._pieces = mark.pieces
        changes: list[Change] = []
        lines, tail = raw_lines(data, self._encoding)
        for raw in lines:
            before = parser.copy()
            done = parser.push(self._text(raw))
            if parser.begun > before.begun:
                mark = _Mark(at, before, self._pieces)
            at += len(raw)
            changes += self._complete(done)
        if at - mark.at > BLOCK_LIMIT:
            changes += self._complete(parser.finish())
            mark = _Mark(at, parser, self._pieces)
        self._mark = mark
        self._standing = _Standing(parser, self._text(tail))
        return changes + self._stands(self._without_half_a_line(), complete=False)

    def _complete(self, pieces: Sequence[Piece]) -> list[Change]:
        changes = [change for index, piece in enumerate(pieces) for change in self._told(index, piece, True)]
        self._pieces += len(pieces)
        return changes

    def _without_half_a_line(self) -> _Standing | None:
        """Only in captions a line without its end counts: elsewhere it may yet be a name, and a pipe cuts anywhere."""
        if self._standing is None or self.format in CAPTIONS:
            return self._standing
        return replace(self._standing, tail="")

    def _stands(self, standing: _Standing | None, complete: bool) -> list[Change]:
        if standing is None:
            return []
        pieces = standing.pieces()
        return [change for index, piece in enumerate(pieces) for change in self._told(index, piece, complete)]

    def _recognise(self, data: bytes, ended: bool) -> int:
        """Find the format, if it shows by now; returns the bytes of the file's mark."""
        self._encoding, skipped = encoding_of(data)
        lines, tail = raw_lines(data[skipped:], self._encoding)
        texts = [self._text(raw) for raw in lines[:500]]
        if ended and tail:
            texts.append(self._text(tail))
        if ended or len(data) > BLOCK_LIMIT:
            self.format = format_of(texts) or Format.PLAIN
        else:
            self.format = early_format(texts)
        if self.format:
            self._mark = _Mark(skipped, parser_for(self.format, (), texts), 0)
        return skipped

    def _text(self, raw: bytes) -> str:
        return decode_line(raw, self._encoding).rstrip("\r\n")


def raw_lines(data: bytes, encoding: str) -> tuple[list[bytes], bytes]:
    """The lines with their ends, and what follows the last end. An endless line is cut at `LINE_LIMIT`."""
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
