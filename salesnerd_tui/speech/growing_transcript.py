"""Transcript that grows while it is read: each utterance comes as partials, and once when it is complete.

Caption writers rewrite the last caption as it grows. Therefore the bytes are read again from where the last unfinished
utterance began (`resume_at`); everything before is complete. Lines that are unchanged since the last read are not
parsed again, so the cost of reading depends only on what is new. The `Deduplicator` emits nothing twice when a part is
read again.
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

MAX_RECENT_LINES = 400
"""Lines in which the first captions of a text that replaces another are searched; such files hold a few minutes."""

MAX_LINE_BYTES = 256 * 1024
"""Bytes after which a line is read as if it had ended, so that an endless line is not read again and again."""

MAX_BLOCK_BYTES = 64 * 1024
"""Bytes after which an unfinished utterance is complete: an hour of talk, which each step would parse again."""

MAX_DOCUMENT_BYTES = 64 * 1024 * 1024
"""The same limit for a JSON document, which is complete only at its end and parsed only there."""

MAX_UNDETECTED_BYTES = 1024 * 1024
"""Bytes after which a text has a format in any case."""


class _Checkpoint(Struct, frozen=True):
    """A place to resume reading from: a byte, the parser there, and the number of pieces before."""

    at: int
    parser: LineParser
    piece_count: int


class _OldEnd(Struct, frozen=True):
    """The end of a text of captions that was replaced: its last lines, the parser, and the number of pieces."""

    lines: Sequence[str]
    parser: LineParser
    piece_count: int


class _OpenState(Struct, frozen=True):
    """The parser after the last whole line, and what follows the checkpoint.

    `data` are the whole lines after the checkpoint, `lines` the same as text, `completed` is the number of pieces that
    they completed, and `tail` is the line without an end.
    """

    parser: LineParser
    data: bytes = b""
    lines: Sequence[str] = ()
    completed: int = 0
    tail: str = ""


class GrowingTranscript:
    """Growing transcript. When there is something new, pass `feed` the bytes from `resume_at` to the current end.

    If the bytes are not text, nothing is returned and `binary_message` says what they are.
    """

    def __init__(self) -> None:
        self.binary_message = ""
        self._rule: FormatRule | None = None
        self._encoding = "utf-8"
        self._checkpoint: _Checkpoint | None = None
        self._open: _OpenState | None = None
        self._piece_count = 0
        self._deduplicator = Deduplicator()
        self._first_lines: list[str] = []
        """The first whole lines up to `resume_at`, until the format is certain."""
        self._examined_count = 0
        self._recent_lines: deque[str] = deque(maxlen=MAX_RECENT_LINES)
        """The last lines before `resume_at`."""
        self._is_restarted = False
        self._old_rule: FormatRule | None = None
        self._old_ends: list[_OldEnd] = []
        """After a restart: the end of the old text, and its last caption."""

    @property
    def format(self) -> Format | None:
        return self._rule.format if self._rule else None

    @property
    def resume_at(self) -> int:
        """The byte from which the next `feed` needs everything."""
        return self._checkpoint.at if self._checkpoint else 0

    @property
    def skipped_lines_message(self) -> str:
        """A message about skipped lines; empty if they are only a few."""
        return self._checkpoint.parser.problems.skipped_lines_message if self._checkpoint else ""

    def restart(self) -> None:
        """Start over with a text that replaces the old one. What both have in common is not returned again.

        Captions that begin in the middle of the old text and continue it are read from its end, with the parser there:
        a caption that grows repeats words of one that is no longer in the text.
        """
        self._old_ends = self._find_ends()
        self._old_rule = self._rule or self._old_rule
        self._rule, self._checkpoint, self.binary_message = None, None, ""
        self._open, self._piece_count, self._first_lines, self._examined_count = None, 0, [], 0
        self._recent_lines.clear()
        self._is_restarted = True

    def feed(self, data: bytes) -> list[UtteranceChange]:
        """Return the changes that `data` makes."""
        return self._read(data, is_end=False)

    def complete_open(self) -> list[UtteranceChange]:
        """Return open utterances as complete, because nothing came for a while; an incomplete line may still grow."""
        return self._emit_open(complete=True)

    def close(self, data: bytes) -> list[UtteranceChange]:
        """Return the changes at the end of the text, which completes everything."""
        changes = self._read(data, is_end=True)
        if self._open is None:
            return changes
        pieces = _finish_with(self._open.parser, self._open.tail)
        self._open = None
        return [*changes, *self._emit_complete(pieces)]

    def _read(self, data: bytes, is_end: bool) -> list[UtteranceChange]:
        if self._checkpoint is None:
            data = data[self._detect_format(data, is_end) :]
        if self._checkpoint is None:
            return []
        changes, passed_bytes = self._detect_again(data)
        data = data[passed_bytes:]
        checkpoint, state = self._checkpoint, self._open_state(data)
        parser, lines = state.parser.copy(), list(state.lines)
        start, at = checkpoint.at, checkpoint.at + len(state.data)
        self._piece_count = checkpoint.piece_count + state.completed
        raw_lines, tail = split_raw_lines(data[len(state.data) :], self._encoding)
        for raw in raw_lines:
            before = parser.copy()
            line = self._decode(raw)
            completed = parser.push(line)
            if parser.block_count > before.block_count:
                checkpoint = _Checkpoint(at, before, self._piece_count)
                self._remember(lines)
                lines = []
            lines.append(line)
            at += len(raw)
            changes += self._emit_complete(completed)
        if at - checkpoint.at > (MAX_DOCUMENT_BYTES if self.format is Format.JSON_LINES else MAX_BLOCK_BYTES):
            changes += self._emit_complete(parser.finish())
            checkpoint = _Checkpoint(at, parser.copy(), self._piece_count)
            self._remember(lines)
            lines = []
        self._checkpoint = checkpoint
        completed_count = self._piece_count - checkpoint.piece_count
        open_data = data[checkpoint.at - start : at - start]
        self._open = _OpenState(parser, open_data, lines, completed_count, self._decode(tail))
        return changes + self._emit_open(complete=False)

    def _open_state(self, data: bytes) -> _OpenState:
        """Return the state after the last read, or at the checkpoint if `data` rewrites what was read."""
        assert self._checkpoint is not None
        if self._open is not None and data.startswith(self._open.data):
            return self._open
        return _OpenState(self._checkpoint.parser)

    def _remember(self, lines: Sequence[str]) -> None:
        self._recent_lines += lines
        if len(self._first_lines) < MAX_EXAMINED_LINES:
            self._first_lines += lines

    def _decode(self, raw: bytes) -> str:
        return strip_overwritten(decode_line(raw, self._encoding)).rstrip("\r\n")

    def _detect_again(self, data: bytes) -> tuple[list[UtteranceChange], int]:
        """Change to another format if the lines since the last look show one.

        What was said in the old format is complete. Return its changes, and the number of bytes up to its end.
        """
        if self._checkpoint is None or self._rule is None or len(self._first_lines) >= MAX_EXAMINED_LINES:
            return [], 0
        state = self._open_state(data)
        new_lines, _ = split_raw_lines(data[len(state.data) :], self._encoding)
        lines = [*self._first_lines, *state.lines, *map(self._decode, new_lines)]
        if len(lines) == self._examined_count or MAX_EXAMINED_LINES < len(lines) < 2 * self._examined_count:
            return [], 0
        self._examined_count = len(lines)
        sample = Sample(lines)
        rule = find_later_rule(self._rule, sample)
        if rule is None:
            return [], 0
        self._piece_count = self._checkpoint.piece_count + state.completed
        changes = self._emit_complete(state.parser.quiet_copy().finish())
        self._remember(state.lines)
        parser = _new_parser(rule, sample)
        for line in self._first_lines:
            parser.push(line)
        parser.drop_open_block()
        parser.problems = self._checkpoint.parser.problems
        self._rule, self._open = rule, None
        self._checkpoint = _Checkpoint(self._checkpoint.at + len(state.data), parser, self._piece_count)
        return changes, len(state.data)

    def _emit_complete(self, pieces: Sequence[Piece]) -> list[UtteranceChange]:
        changes = self._changes_of(pieces, complete=True)
        self._piece_count += len(pieces)
        return changes

    def _emit_open(self, complete: bool) -> list[UtteranceChange]:
        """Return the changes that the end of the text would make now; `complete`: also what may still grow.

        An incomplete line may become a name, a time, or repeated words. It counts only inside a caption.
        """
        if self._open is None:
            return []
        parser = self._open.parser.final_copy() if complete else self._open.parser.quiet_copy()
        may_be_time = not any(char.isalpha() for char in self._open.tail)
        is_words = self.format in CAPTIONS and not may_be_time and not parser.may_repeat_words
        return self._changes_of(_finish_with(parser, self._open.tail if is_words else ""), complete)

    def _changes_of(self, pieces: Sequence[Piece], complete: bool) -> list[UtteranceChange]:
        return [
            change
            for index, piece in enumerate(pieces, self._piece_count)
            for change in self._deduplicator.changes(index, piece, complete)
        ]

    def _detect_format(self, data: bytes, is_end: bool) -> int:
        """Detect the format if possible by now. Return the number of bytes to skip: those of the byte order mark."""
        kind = detect_binary(data)
        self.binary_message = binary_message(kind) if kind else ""
        if kind:
            return 0
        self._encoding, mark_bytes = detect_encoding(data)
        raw_lines, tail = split_raw_lines(data[mark_bytes:], self._encoding)
        if self._old_ends and (resumed_at := self._resume_at_old_end(raw_lines, mark_bytes)):
            return resumed_at
        lines = [self._decode(raw) for raw in raw_lines[:500]]
        if is_end and tail:
            lines.append(self._decode(tail))
        sample = Sample(lines)
        is_certain = is_end or len(data) > MAX_UNDETECTED_BYTES
        rule = find_rule(sample) if is_certain else find_rule_early(sample)
        if rule is None:
            return mark_bytes
        first = self._find_first_piece(rule, sample, raw_lines, is_end) if self._is_restarted else 0
        if first is None:
            return mark_bytes
        self._rule, self._is_restarted = rule, False
        self._checkpoint = _Checkpoint(mark_bytes, _new_parser(rule, sample), first)
        return mark_bytes

    def _find_ends(self) -> list[_OldEnd]:
        if self._checkpoint is None or self.format not in CAPTIONS:
            return self._old_ends
        checkpoint, state = self._checkpoint, self._open
        ends = [_OldEnd(tuple(self._recent_lines), checkpoint.parser, checkpoint.piece_count)]
        if state is not None:
            lines = (*self._recent_lines, *state.lines)
            ends.insert(0, _OldEnd(lines, state.parser, checkpoint.piece_count + state.completed))
        return ends

    def _resume_at_old_end(self, raw_lines: Sequence[bytes], mark_bytes: int) -> int:
        """Continue at the end of the old text if the new one contains it. Return its place in bytes, 0 without one.

        The lines begin after `mark_bytes`, those of a byte order mark.
        """
        lines = [self._decode(raw) for raw in raw_lines]
        for end in self._old_ends:
            if count := count_lines_until(end.lines, lines):
                at = mark_bytes + sum(map(len, raw_lines[:count]))
                self._rule, self._is_restarted = self._old_rule, False
                self._checkpoint = _Checkpoint(at, end.parser.copy(), end.piece_count)
                return at
        return 0

    def _find_first_piece(
        self, rule: FormatRule, sample: Sample, raw_lines: Sequence[bytes], is_end: bool
    ) -> int | None:
        """Return the index of the first piece of a text that replaces another; None while it has no piece."""
        parser = rule.make_parser(rule.format, sample, NameHints())
        pieces = [piece for raw in raw_lines for piece in parser.push(self._decode(raw))]
        pieces += parser.quiet_copy().finish()
        if not pieces and not is_end:
            return None
        return self._deduplicator.index_of(pieces)


def _finish_with(parser: LineParser, tail: str) -> Sequence[Piece]:
    """Return the pieces that the end of the text completes; `tail` is its last line without an end."""
    return [*(parser.push(tail) if tail else ()), *parser.finish()]


def _new_parser(rule: FormatRule, sample: Sample) -> LineParser:
    """Return a parser that knows from the existing lines whether captions grow word by word."""
    parser = rule.make_parser(rule.format, sample, NameHints())
    if rule.format not in CAPTIONS:
        return parser
    for line in sample.lines:
        parser.push(line)
    return rule.make_parser(rule.format, sample, NameHints(grows=parser.has_growing_captions))


def count_lines_until(old: Sequence[str], new: Sequence[str]) -> int:
    """Return the number of lines of `new` up to the end of `old`; 0 unless the captions there are the last of `old`."""
    old_lines = [line for line in old if _is_content(line)]
    new_lines = [(number, line) for number, line in enumerate(new, 1) if _is_content(line)]
    first = next((index for index, (_, line) in enumerate(new_lines) if parse_cue_times(line)), None)
    if not old_lines or first is None:
        return 0
    for end in range(len(new_lines), first + 1, -1):
        if new_lines[end - 1][1] != old_lines[-1]:
            continue
        begin = max(first, end - len(old_lines))
        if old_lines[begin - end :] == [line for _, line in new_lines[begin:end]]:
            return new_lines[end - 1][0]
    return 0


def _is_content(line: str) -> bool:
    """Return whether a line is more than a blank or the number of a caption."""
    return bool(line.strip()) and not line.strip().isdecimal()


def split_raw_lines(data: bytes, encoding: str) -> tuple[list[bytes], bytes]:
    """Return the lines with their ends, and what follows the last end. An endless line ends at `MAX_LINE_BYTES`."""
    line_end = "\n".encode(encoding)
    lines, position, search = [], 0, 0
    while (found := data.find(line_end, search)) >= 0:
        search = found + 1
        if found % len(line_end) == 0:
            search = found + len(line_end)
            lines.append(data[position:search])
            position = search
    tail = data[position:]
    if len(tail) > MAX_LINE_BYTES:
        cut = len(tail) - len(tail) % len(line_end)
        lines.append(tail[:cut])
        tail = tail[cut:]
    return lines, tail


MAX_SEARCHED_PIECES = 5000
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
        self._emitted_timed: set[tuple[float, str, str]] = set()
        self._numbers_by_index: dict[int, int] = {}
        self._numbers_by_key: dict[str, int] = {}
        self._partials: dict[int, Piece] = {}
        self._final_texts: dict[str, str] = {}
        """Final texts by key: an utterance that grows after a silence continues with its new words."""
        self._next_number = 0

    def changes(self, index: int, piece: Piece, complete: bool) -> Iterator[UtteranceChange]:
        """Yield the change that the piece at `index` of the file makes, if any."""
        new = self._without_emitted_words(index, piece, complete)
        if new is None:
            return
        if complete:
            self._emitted[index : index + 1] = [piece]
            if piece.start is not None:
                self._emitted_timed.add((piece.start, piece.speaker, piece.text))
        final = complete and piece.final
        if final and piece.key.startswith(CAPTION_KEY):
            self._final_texts[piece.key] = piece.text
        partial = self._partials.get(index)
        if new.text and (final or partial is None or partial.text != new.text):
            yield UtteranceChange(self._number_for(index, piece.key, complete, final), new, final)
        self._partials[index] = new
        if complete:
            self._partials.pop(index)

    def _without_emitted_words(self, index: int, piece: Piece, complete: bool) -> Piece | None:
        """Return the piece without the words that were emitted as final, None if there is nothing to emit."""
        emitted_text = self._final_texts.get(piece.key) if piece.key else None
        if index < len(self._emitted):
            old = self._emitted[index]
            if (piece.speaker, piece.text, piece.key) == (old.speaker, old.text, old.key) and old.final >= piece.final:
                return None
            if not complete and piece.speaker == old.speaker and old.text.startswith(piece.text):
                return None
            if _is_revision(old, piece):
                emitted_text = emitted_text or old.text
            elif piece.start is not None and (piece.start, piece.speaker, piece.text) in self._emitted_timed:
                self._emitted[index] = piece
                return None
            else:
                del self._emitted[index:]
        if emitted_text is None:
            return piece
        # As many words are left out as were emitted: a correction of those is not emitted again.
        return replace(piece, text=" ".join(piece.text.split()[len(emitted_text.split()) :]), start=None)

    def index_of(self, pieces: Sequence[Piece]) -> int:
        """Return the index of the first of `pieces`, with which a text that replaces the old one begins.

        The text may begin with the latest emitted pieces (a window of the last minutes), be a part of the old text
        (while it is written), or contain all of it. The longest common run decides; without one, the pieces are new.
        """
        self._final_texts.clear()  # their keys are lines of the old text
        emitted = [
            *self._emitted,
            *(self._partials[index] for index in sorted(self._partials) if index >= len(self._emitted)),
        ]
        start = max(0, len(emitted) - MAX_SEARCHED_PIECES)
        emitted = emitted[start:]
        if not emitted or not pieces:
            return len(self._emitted)
        longest, index = 0, len(self._emitted)
        for at, old in enumerate(emitted):
            if not _is_same_piece(old, pieces[0], is_last=at == len(emitted) - 1 or len(pieces) == 1):
                continue
            length = _common_length(emitted, at, pieces, longest)
            if length > longest or (length and length == longest and length == len(pieces)):
                longest, index = length, start + at
        if not longest:
            self._numbers_by_index.clear()
            self._partials.clear()
        return index

    def _number_for(self, index: int, key: str, complete: bool, final: bool) -> int:
        """Return the number of an utterance. One that is open keeps it if its next version has a key, or has none."""
        number = self._numbers_by_key.get(key) if key else None
        if number is None:
            number = self._numbers_by_index.pop(index, None)
            self._numbers_by_key = {each: known for each, known in self._numbers_by_key.items() if known != number}
            if number is None:
                number, self._next_number = self._next_number, self._next_number + 1
            if not complete:
                self._numbers_by_index[index] = number
        if key and not final:
            self._numbers_by_key[key] = number
        elif key:
            self._numbers_by_key.pop(key, None)
        return number


def _common_length(emitted: Sequence[Piece], at: int, pieces: Sequence[Piece], minimum: int) -> int:
    """Return how many pieces agree from `at` on; 0 if one of them does not, or if they are fewer than `minimum`."""
    length = min(len(emitted) - at, len(pieces))
    if length < minimum:
        return 0
    for offset in range(length):
        is_last = at + offset == len(emitted) - 1 or offset == len(pieces) - 1
        if not _is_same_piece(emitted[at + offset], pieces[offset], is_last):
            return 0
    return length


def _is_same_piece(old: Piece, new: Piece, is_last: bool) -> bool:
    """Return whether both are the same utterance; the last one of a text may have grown or be incomplete."""
    if old.speaker != new.speaker or (old.start is not None and new.start is not None and old.start != new.start):
        return False
    return old.text == new.text or (is_last and (new.text.startswith(old.text) or old.text.startswith(new.text)))


def _is_revision(old: Piece, new: Piece) -> bool:
    """Return whether `new` is `old` after it has grown or was corrected, not another utterance in its place."""
    if old.speaker != new.speaker or old.key != new.key:
        return False
    if old.start is not None or new.start is not None:
        return old.start == new.start
    return new.text.startswith(old.text)
