"""Transcript that grows while it is read: each utterance comes as partials, and once when it is complete.

The bytes are read again from where the last unfinished utterance began (`rest`), because caption writers rewrite the
last caption as it grows; everything before is complete. Lines that are unchanged since the last read are not parsed
again, so the cost of reading depends only on what is new. The `Deduplicator` emits nothing twice when a part is read
again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.speech.transcripts.captions import CAPTION_KEY, parse_cue_times
from salesnerd_tui.speech.transcripts.decode import (
    binary_message,
    decode_line,
    detect_binary,
    detect_encoding,
    strip_overwritten,
)
from salesnerd_tui.speech.transcripts.formats import (
    CAPTIONS,
    MAX_EXAMINED_LINES,
    FormatRule,
    NameHints,
    Sample,
    find_later_rule,
    find_rule,
    find_rule_early,
)
from salesnerd_tui.speech.transcripts.model import Format, LineParser, Piece

RECENT_LINES = 400
"""Lines in which the first captions of a text that replaces another are searched; such files hold a few minutes."""

LINE_LIMIT = 256 * 1024
"""Bytes after which a line is read as if it had ended, so that an endless line is not read again and again."""

BLOCK_LIMIT = 1024 * 1024
"""Bytes after which an unfinished utterance is emitted as it is."""

DOCUMENT_LIMIT = 64 * 1024 * 1024
"""The same limit for a JSON document, which is complete only at its end."""


class _Mark(Struct, frozen=True):
    """A place to resume reading from: a byte, the parser there, and the number of pieces before."""

    at: int
    parser: LineParser
    pieces: int


class _LinePosition(Struct, frozen=True):
    """A place in a text of captions: the last lines before it, the parser there, and the number of pieces before."""

    lines: Sequence[str]
    parser: LineParser
    pieces: int


class _OpenState(Struct, frozen=True):
    """The parser after the last whole line, and the line without an end.

    `read` are the whole lines since the mark, `complete` counts the pieces that they completed.
    """

    parser: LineParser
    tail: str
    read: bytes = b""
    complete: int = 0


class GrowingTranscript:
    """Growing transcript. Pass `take` the bytes from `rest` to the current end, as often as there is something new.

    If the bytes are not text, nothing is returned and `binary_message` says what they are.
    """

    def __init__(self) -> None:
        self._rule: FormatRule | None = None
        self.binary_message = ""
        self._encoding = "utf-8"
        self._mark: _Mark | None = None
        self._open: _OpenState | None = None
        self._pieces = 0
        self._deduplicator = Deduplicator()
        self._restarted = False
        self._recent: deque[str] = deque(maxlen=RECENT_LINES)
        """The last lines before `rest`."""
        self._old_rule: FormatRule | None = None
        self._places: list[_LinePosition] = []
        """After a restart: the end of the old text, and its last caption."""
        self._texts: list[str] = []
        """The first whole lines up to `rest`, until the format is certain."""
        self._examined = 0

    @property
    def format(self) -> Format | None:
        return self._rule.format if self._rule else None

    @property
    def rest(self) -> int:
        """The byte from which the next `take` needs everything."""
        return self._mark.at if self._mark else 0

    @property
    def skipped_lines_message(self) -> str:
        """A message about skipped lines; empty if they are only a few."""
        return self._mark.parser.problems.skipped_lines_message if self._mark else ""

    def restart(self) -> None:
        """Start over with a text that replaces the old one. What both have in common is not returned again.

        Captions that begin in the middle of the old text and continue it are read from its end, with what is known
        there: a caption that grows repeats words of one that is no longer in the text.
        """
        self._places = self._ends()
        self._old_rule = self._rule or self._old_rule
        self._rule, self._mark, self.binary_message = None, None, ""
        self._open, self._pieces, self._texts, self._examined = None, 0, [], 0
        self._recent.clear()
        self._restarted = True

    def take(self, data: bytes) -> list[UtteranceChange]:
        """Return the changes that `data` makes."""
        return self._read(data, ended=False)

    def settle(self) -> list[UtteranceChange]:
        """Return open utterances as complete, because nothing came for a while; an incomplete line may still grow."""
        return self._open_changes(complete=True)

    def close(self, data: bytes) -> list[UtteranceChange]:
        """Return the changes at the end of the text, which completes everything."""
        changes = self._read(data, ended=True)
        if self._open is None:
            return changes
        pieces = _rest_of(self._open.parser, self._open.tail)
        self._open = None
        return [*changes, *self._complete(pieces)]

    def _changes(self, pieces: Sequence[Piece], complete: bool) -> list[UtteranceChange]:
        return [
            change
            for index, piece in enumerate(pieces, self._pieces)
            for change in self._deduplicator.changes(index, piece, complete)
        ]

    def _read(self, data: bytes, ended: bool) -> list[UtteranceChange]:
        if self._mark is None:
            skipped = self._recognize(data, ended)
            data = data[skipped:]
        if self._mark is None:
            return []
        changes, passed_bytes = self._examine_again(data)
        data = data[passed_bytes:]
        mark, state = self._mark, self._open
        parser, at, known = mark.parser.copy(), mark.at, b""
        self._pieces = mark.pieces
        if state is not None and state.read and data.startswith(state.read):
            parser, known = state.parser, state.read
            at += len(known)
            self._pieces += state.complete
        begun_at = mark.at
        lines, tail = raw_lines(data[len(known) :], self._encoding)
        passed = self._text_lines(known)
        for raw in lines:
            before = parser.copy()
            text = self._text(raw)
            done = parser.push(text)
            if parser.block_count > before.block_count:
                mark = _Mark(at, before, self._pieces)
                self._remember(passed)
                passed = []
            passed.append(text)
            at += len(raw)
            changes += self._complete(done)
        limit = DOCUMENT_LIMIT if self.format is Format.JSON_LINES else BLOCK_LIMIT
        if at - mark.at > limit:
            changes += self._complete(parser.finish())
            mark = _Mark(at, parser.copy(), self._pieces)
            self._remember(passed)
        self._mark = mark
        read = data[mark.at - begun_at : at - begun_at]
        self._open = _OpenState(parser, self._text(tail), read, self._pieces - mark.pieces)
        return changes + self._open_changes(complete=False)

    def _remember(self, passed: Sequence[str]) -> None:
        self._recent += passed
        if len(self._texts) < MAX_EXAMINED_LINES:
            self._texts += passed

    def _text_lines(self, data: bytes) -> list[str]:
        return [self._text(raw) for raw in raw_lines(data, self._encoding)[0]]

    def _examine_again(self, data: bytes) -> tuple[list[UtteranceChange], int]:
        """Change to another format if the lines since the last look show one.

        What was said in the old format is complete. Return its changes, and the number of bytes up to its end.
        """
        if self._mark is None or self._rule is None or len(self._texts) >= MAX_EXAMINED_LINES:
            return [], 0
        texts = [*self._texts, *self._text_lines(data)]
        if len(texts) == self._examined:
            return [], 0
        self._examined = len(texts)
        sample = Sample(texts)
        found = find_later_rule(self._rule, sample)
        if found is None:
            return [], 0
        state = self._open if self._open and data.startswith(self._open.read) else _OpenState(self._mark.parser, "")
        self._pieces = self._mark.pieces + state.complete
        changes = self._complete(state.parser.quiet_copy().finish())
        self._remember(self._text_lines(state.read))
        parser = _new_parser(found, sample)
        for text in self._texts:
            parser.push(text)
        parser.drop_open_block()
        parser.problems = self._mark.parser.problems
        self._rule, self._open = found, None
        self._mark = _Mark(self._mark.at + len(state.read), parser, self._pieces)
        return changes, len(state.read)

    def _complete(self, pieces: Sequence[Piece]) -> list[UtteranceChange]:
        changes = self._changes(pieces, complete=True)
        self._pieces += len(pieces)
        return changes

    def _open_changes(self, complete: bool) -> list[UtteranceChange]:
        """Return the changes that the end of the text would make now; `complete`: also what may still grow.

        An incomplete line may become a name, a time, or repeated words. It counts only inside a caption.
        """
        if self._open is None:
            return []
        parser = self._open.parser.final_copy() if complete else self._open.parser.quiet_copy()
        may_be_time = not any(char.isalpha() for char in self._open.tail)
        is_words = self.format in CAPTIONS and not may_be_time and not parser.may_repeat_words
        return self._changes(_rest_of(parser, self._open.tail if is_words else ""), complete)

    def _recognize(self, data: bytes, ended: bool) -> int:
        """Detect the format if possible by now. Return the length of the byte order mark."""
        if kind := detect_binary(data):
            self.binary_message = binary_message(kind)
            return 0
        self._encoding, skipped = detect_encoding(data)
        lines, tail = raw_lines(data[skipped:], self._encoding)
        if self._places and (resumed := self._resume(lines, skipped)):
            return resumed
        texts = [self._text(raw) for raw in lines[:500]]
        if ended and tail:
            texts.append(self._text(tail))
        is_complete = ended or len(data) > BLOCK_LIMIT
        sample = Sample(texts)
        found = find_rule(sample) if is_complete else find_rule_early(sample)
        if found is None:
            return skipped
        first = self._first_piece(found, sample, lines, ended) if self._restarted else 0
        if first is None:
            return skipped
        self._rule, self._restarted = found, False
        self._mark = _Mark(skipped, _new_parser(found, sample), first)
        return skipped

    def _ends(self) -> list[_LinePosition]:
        if self._mark is None or self.format not in CAPTIONS:
            return self._places
        places = [_LinePosition(tuple(self._recent), self._mark.parser, self._mark.pieces)]
        if self._open is not None:
            lines = (*self._recent, *self._text_lines(self._open.read))
            places.insert(0, _LinePosition(lines, self._open.parser, self._mark.pieces + self._open.complete))
        return places

    def _resume(self, lines: Sequence[bytes], skipped: int) -> int:
        """Continue at the end of the old text if the new one contains it. Return its place in bytes, 0 without one.

        The lines begin after `skipped` bytes, those of a byte order mark.
        """
        texts = [self._text(raw) for raw in lines]
        for place in self._places:
            if count := lines_until(place.lines, texts):
                at = skipped + sum(map(len, lines[:count]))
                self._rule, self._restarted = self._old_rule, False
                self._mark = _Mark(at, place.parser.copy(), place.pieces)
                return at
        return 0

    def _first_piece(self, found: FormatRule, sample: Sample, lines: Sequence[bytes], ended: bool) -> int | None:
        """Return the index of the first piece of a text that replaces another; None while it has no piece."""
        parser = found.make_parser(found.format, sample, NameHints())
        pieces = [piece for raw in lines for piece in parser.push(self._text(raw))]
        pieces += parser.quiet_copy().finish()
        if not pieces and not ended:
            return None
        return self._deduplicator.index_of(pieces)

    def _text(self, raw: bytes) -> str:
        return strip_overwritten(decode_line(raw, self._encoding)).rstrip("\r\n")


def _rest_of(parser: LineParser, tail: str) -> Sequence[Piece]:
    """Return the pieces that the end of the text completes; `tail` is its last line without an end."""
    return [*(parser.push(tail) if tail else ()), *parser.finish()]


def _new_parser(found: FormatRule, sample: Sample) -> LineParser:
    """Return a parser that knows what the existing lines show: whether captions grow word by word."""
    parser = found.make_parser(found.format, sample, NameHints())
    if found.format not in CAPTIONS:
        return parser
    for text in sample.lines:
        parser.push(text)
    return found.make_parser(found.format, sample, NameHints(grows=parser.has_growing_captions))


def lines_until(old: Sequence[str], new: Sequence[str]) -> int:
    """Return the number of lines of `new` up to the end of `old`; 0 unless the captions there are the last of `old`."""
    wanted = [line for line in old if _tells(line)]
    there = [(number, line) for number, line in enumerate(new, 1) if _tells(line)]
    first = next((index for index, (_, line) in enumerate(there) if parse_cue_times(line)), None)
    if not wanted or first is None:
        return 0
    for end in range(len(there), first + 1, -1):
        if there[end - 1][1] != wanted[-1]:
            continue
        begin = max(first, end - len(wanted))
        if wanted[begin - end :] == [line for _, line in there[begin:end]]:
            return there[end - 1][0]
    return 0


def _tells(line: str) -> bool:
    """Return whether a line is more than a blank or the number of a caption."""
    return bool(line.strip()) and not line.strip().isdecimal()


def raw_lines(data: bytes, encoding: str) -> tuple[list[bytes], bytes]:
    """Return the lines with their ends, and what follows the last end. An endless line is split at `LINE_LIMIT`."""
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
