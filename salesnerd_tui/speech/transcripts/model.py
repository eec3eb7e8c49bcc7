"""Transcript model, independent of the file format: utterances, names, written times, and the base of the parsers.

A parser takes one line at a time and returns each piece once, as soon as it is complete, so that the same code reads
whole and growing files. It can be copied at any line: a file whose last caption is rewritten is parsed again from where
that caption began.

Written times are `1:02`, `00:01:02.500`, `0:0:5.1`, `10:02:13 AM` or `62.5`.

Note: no library fits. webvtt-py 0.6.0 keeps only the first voice of a caption and raises on a missing header or invalid
UTF-8; srt 3.5.3 raises on text between captions and on absurd hours; pysubs2 1.8.1 drops the voices. None of them takes
a file line by line. The tests compare the result for well-formed captions with webvtt-py.
"""

from __future__ import annotations

import math
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Self

from msgspec import Struct

from salesnerd_tui.lazy_pattern import lazy_pattern
from salesnerd_tui.speech.transcripts.speakers import name_key
from salesnerd_tui.text import one_line

if TYPE_CHECKING:
    from salesnerd_tui.speech.transcripts.plain_text import Markdown

WORDS_PER_SECOND = 150 / 60
"""Assumed pace where a file has no times: 150 words per minute, the middle of 130 to 175."""


class Format(StrEnum):
    """Supported file formats, as shown to the user."""

    WEBVTT = "WebVTT captions"
    SUBRIP = "SubRip (SRT) captions"
    SBV = "SBV captions (Google Meet, YouTube)"
    JSON_LINES = "JSON lines"
    NAMED = "Name: text lines"
    ZOOM = "a Zoom saved caption file"
    TEAMS = "a Microsoft Teams transcript"
    MEET = "a Google Meet transcript"
    OTTER = "an Otter transcript"
    HEADED = "turns under a name and a time"
    TIMED = "lines with times"
    TABLE = "a table"
    PLAIN = "plain lines without names"


class Piece(Struct, frozen=True):
    """An utterance as a file has it, before its times are normalized.

    `line` is the 0-based line where it begins; `start` and `end` are seconds as written, or None. `key` and `final`
    come from writers that identify utterances and rewrite them as they grow.
    """

    speaker: str
    text: str
    start: float | None
    end: float | None
    line: int
    key: str = ""
    final: bool = True


class Utterance(Struct, frozen=True):
    """Words of one speaker. Times are seconds since the call began, never negative; `end` is never before `start`.

    `turn` is the 0-based number of the utterance in its file; for JSON lines, the 0-based line.
    """

    start: float
    end: float
    speaker: str
    text: str
    turn: int


class Transcript(Struct, frozen=True):
    """The readable content of a file.

    `speakers` are in the order of their first word. `problems` are messages for the user.
    """

    utterances: tuple[Utterance, ...]
    speakers: tuple[str, ...]
    problems: tuple[str, ...]
    format: Format
    skipped_lines_message: str = ""
    """The problem that more than a few lines were skipped; empty otherwise."""
    first_time: float = 0.0
    """The first time as written, in seconds; records may count from 1970."""

    @property
    def seconds(self) -> float:
        """The end of the last utterance."""
        return max((utterance.end for utterance in self.utterances), default=0.0)


def list_speakers(utterances: Iterable[Utterance]) -> tuple[str, ...]:
    """Return the named speakers in the order of their first word."""
    seen: dict[str, str] = {}
    for speaker in dict.fromkeys(utterance.speaker for utterance in utterances if utterance.speaker):
        seen.setdefault(name_key(speaker), speaker)
    return tuple(seen.values())


def estimate_seconds(text: str) -> float:
    """Return the seconds to say `text` at `WORDS_PER_SECOND`; without spaces, three characters count as a word."""
    words = len(text.split())
    if words <= 2 and len(text) > 20:
        words = max(words, len(text) // 3 if not text.isascii() else words)
    return words / WORDS_PER_SECOND


UNREPORTED_LINES = 3
"""Lines that may be skipped without a message: a title, a date, a duration."""

EXCERPT_CHARACTERS = 40
"""Characters of a skipped line in a message."""

MOSTLY_NAMED = 0.9
"""Share of lines with text before a colon from which any such text is a name."""

RECURRING_NAMES = 0.3
"""Share of captions with text before a colon from which a recurring text there counts as a name."""

LineStack = tuple[str, "LineStack"] | None
"""The lines of an open block as a linked list, newest first, so that copying a parser is cheap."""


def oldest_first(lines: LineStack) -> list[str]:
    """Return the lines of a block, oldest first."""
    found: list[str] = []
    while lines is not None:
        line, lines = lines
        found.append(line)
    found.reverse()
    return found


class LineParser(ABC):
    """Parser of one format. Its state is immutable values or sets that only grow, so a shallow copy suffices.

    When a `push` raises `block_count`, everything before that line is complete. `turn_count` counts all turns,
    `named_count` those with text before a colon, `rejected_count` those whose text before a colon is not a name.
    """

    def __init__(self) -> None:
        self.block_count = self.turn_count = self.named_count = self.rejected_count = 0
        self.problems = ProblemLog()
        self.markup: Markdown | None = None
        self._line = -1
        self._lines_by_name: dict[str, set[int]] = {}

    @property
    def has_growing_captions(self) -> bool:
        """Return whether captions grow word by word."""
        return False

    @property
    def may_repeat_words(self) -> bool:
        """Return whether the next caption may repeat words of the previous one."""
        return False

    @property
    def needs_second_pass(self) -> bool:
        """Return whether a second pass that knows all names may return something else."""
        return True

    @property
    def names(self) -> frozenset[str]:
        """The names found so far (as `name_key`), in parsers that rely on them."""
        return frozenset()

    @property
    def recurring_names(self) -> frozenset[str]:
        """Texts that precede a colon at least twice (as `name_key`)."""
        return frozenset(name for name, lines in self._lines_by_name.items() if len(lines) > 1)

    def _record_name(self, name: str, line: int) -> bool:
        """Remember text before a colon. Return whether it occurred before."""
        lines = self._lines_by_name.setdefault(name, set())
        lines.add(line)
        return len(lines) > 1

    def push(self, line: str) -> Sequence[Piece]:
        """Return the pieces that this line (without its end) completes."""
        self._line += 1
        if self.markup is not None:
            line, self.markup = self.markup.clean(line, self._line)
        return self._push(line)

    @abstractmethod
    def _push(self, line: str) -> Sequence[Piece]:
        """Parse the line of the number `_line`, without markup."""

    def finish(self) -> Sequence[Piece]:
        """Return the rest at the end of the file; on a `copy()`, the open block so far."""
        return ()

    def drop_open_block(self) -> None:
        """Drop the words of the open block. A name that waits for its words stays."""
        self.finish()

    def copy(self) -> Self:
        """Return an independent parser in the same state, with a shared problem log."""
        copy = object.__new__(type(self))  # as `copy.copy` does, whose import takes longer than reading a short file
        copy.__dict__.update(self.__dict__)
        return copy

    def quiet_copy(self) -> Self:
        """Return a copy that logs nothing, to look at the open block."""
        copy = self.copy()
        copy.become_quiet()
        return copy

    def become_quiet(self) -> None:
        """Turn this copy into a quiet one, which shares nothing that it changes with the original."""
        self.problems = ProblemLog()
        self._lines_by_name = {}

    def final_copy(self) -> Self:
        """Return a copy whose `finish` completes what may still grow."""
        return self.quiet_copy()


class ProblemLog:
    """Problems of a file: each kind once, with its first line and its count, and the skipped lines.

    Logging a line twice changes nothing, so that an open block may be parsed again.
    """

    def __init__(self) -> None:
        self._lines_by_problem: dict[str, set[int]] = {}
        self._skipped_lines: dict[int, str] = {}

    def add(self, problem: str, line: int) -> None:
        """Log a problem of a 0-based line."""
        self._lines_by_problem.setdefault(problem, set()).add(line)

    def add_skipped_line(self, line: int, text: str) -> None:
        """Log a line of text that is not recognized as speech."""
        self._skipped_lines[line] = text[: EXCERPT_CHARACTERS + 1]

    def messages(self) -> tuple[str, ...]:
        """Return the problems in the order of their first line."""
        messages = []
        for problem, lines in sorted(self._lines_by_problem.items(), key=lambda each: min(each[1])):
            more = f" (and {len(lines) - 1} more)" if len(lines) > 1 else ""
            messages.append(f"line {min(lines) + 1}: {problem}{more}")
        return tuple(messages)

    @property
    def skipped_lines_message(self) -> str:
        """A message about the skipped lines; empty if they are only a few."""
        if len(self._skipped_lines) <= UNREPORTED_LINES:
            return ""
        first = min(self._skipped_lines)
        text = one_line(self._skipped_lines[first]).strip()
        shown = repr(text if len(text) <= EXCERPT_CHARACTERS else text[: EXCERPT_CHARACTERS - 1] + "…")
        return f"line {first + 1}: skipped {len(self._skipped_lines)} lines that are not speech, the first is {shown}"


_TIME = r"-?\d{1,9}(?::\d{1,9}){1,2}(?:[.,]\d{1,9})?(?: ?[AaPp]\.?[Mm]\.?)?"
_DATE = r"(?:\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./](?:\d{4}|\d\d))(?:T|,?[ \t]{1,4})"
_ZONE = r"(?:Z|\+\d\d:?\d\d|-\d{4})?"
TIME = rf"(?:{_DATE})?{_TIME}{_ZONE}"
"""Pattern of a time with at least one colon, also after a date. Every repetition is bounded, so that no line makes it
slow."""

_DECIMAL = lazy_pattern(r"-?\d{1,15}(?:\.\d{0,15})?(?:[eE][+-]?\d{1,3})?\Z")
_CLOCK_TIME = lazy_pattern(rf"({_DATE})?({_TIME}){_ZONE}\Z")
SPELLED_OUT_TIME = (
    r"(?:\d{1,4}[ \xa0](?:hours?|minutes?|seconds?|Stunden?|Minuten?|Sekunden?|heures?|secondes?|horas?|minutos?"
    r"|segundos?|ore|ora|minut[oi]|second[oi]|uur|minu(?:ut|ten)|seconden?),? ?){1,3}"
)
"""Pattern of a time for screen readers, as Teams and YouTube copy it: `3 minutes 5 seconds`."""

_SPELLED_OUT_LINE = lazy_pattern(SPELLED_OUT_TIME + r"\Z", re.IGNORECASE)


def parse_time(written: str) -> float | None:
    """Return the seconds of a written time, or None. They may be negative or absurd; `normalize_times` checks that."""
    written = written.strip()[:60]
    if ":" not in written and _DECIMAL.match(written):
        value = float(written)
        return value if math.isfinite(value) else None
    clock_time = _CLOCK_TIME.match(written)
    if not clock_time:
        return None
    written = clock_time.group(2)
    negative = written.startswith("-")
    lowered = written.lower()
    afternoon = "p" in lowered
    is_12_hour = afternoon or "a" in lowered
    digits = re.sub(r"[^\d:.,]", "", written) if is_12_hour else written.removeprefix("-")
    fields = list(map(float, digits.rstrip(".").replace(",", ".").split(":")))
    if is_12_hour and fields[0] <= 12:
        fields[0] = fields[0] % 12 + (12 if afternoon else 0)
        fields += [0.0] * (3 - len(fields))
    elif clock_time.group(1):  # beside a date, two fields are hours and minutes
        fields += [0.0] * (3 - len(fields))
    total = 0.0
    for field in fields:
        total = total * 60 + field
    return -total if negative else total


def is_spelled_out_time(text: str) -> bool:
    """Return whether a line is a time for screen readers."""
    return bool(_SPELLED_OUT_LINE.match(text[:60]))
