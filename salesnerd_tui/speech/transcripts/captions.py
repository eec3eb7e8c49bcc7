"""Parser of captions below a line of times: WebVTT, SRT, SBV and the captions in Teams documents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from salesnerd_tui.lazy_pattern import lazy_pattern
from salesnerd_tui.speech.transcripts.model import Format, Piece, same_name, spoken_seconds
from salesnerd_tui.speech.transcripts.parser import LineParser, Lines, in_order
from salesnerd_tui.speech.transcripts.plain_text import MOST, RECURS
from salesnerd_tui.speech.transcripts.rolling_captions import RollingFilter
from salesnerd_tui.speech.transcripts.speakers import (
    Spoken,
    candidate_of,
    has_voice_tag,
    looks_like_name,
    spoken_in,
    words_of,
)
from salesnerd_tui.speech.transcripts.timestamps import TIME, seconds_of

_STAMP = rf"{TIME}|\d{{1,6}}\.\d{{1,6}}s?"
_POINTS = r"[ \t]*(?:-{1,3}>|[–—]>|→|=>)[ \t]*"
ARROW = lazy_pattern(rf"[ \t]*({_STAMP}){_POINTS}({_STAMP})(?:[ \t]|\Z)")
_NUMBERED = lazy_pattern(rf"[ \t]*\d{{1,9}}[ \t]+(?=(?:{TIME}){_POINTS})")
_LABEL = lazy_pattern(r"[ \t]*\d{0,9}[ \t]*\"([^\"\n]{1,120})\"[ \t]*(?:\(\d{1,20}\))?[ \t]*\Z")
"""Line of Webex above the times: a number, the name, and the person's number."""

_ROLLS = lazy_pattern(r"align:start position:0%|<\d{1,4}(?::\d{1,4}){1,2}[.,]\d{1,6}><c>")
"""Markup of YouTube's automatic captions, which roll."""

_HEADER = lazy_pattern(r"(?:Kind|Language|Region|X-TIMESTAMP-MAP|Translator|Title|Style)\b", re.IGNORECASE)
PAIR = lazy_pattern(r"[ \t]*(\d{1,4}:\d{1,2}:\d{1,2}\.\d{1,3}),(\d{1,4}:\d{1,2}:\d{1,2}\.\d{1,3})[ \t]*\Z")
UNPADDED = lazy_pattern(r"[ \t]*\d{1,4}:(?:\d:\d{1,2}|\d{1,2}:\d)\.\d")
"""Times such as `0:0:5.1` in the document export of Teams, with the name on the line below."""

_SKIPPED = lazy_pattern(r"(?:NOTE|STYLE|REGION)(?:\s|\Z)")
_DIGITS = lazy_pattern(r"[ \t]*\d{1,9}[ \t]*\Z")


def _has_roll_markup(text: str) -> bool:
    return ("><c>" in text or "align:" in text) and _ROLLS.search(text) is not None


def timing_of(line: str) -> tuple[float | None, float | None] | None:
    """Return the start and end of a line of times, both None if they are unreadable; None for another line."""
    head = line[:200]
    first = head.lstrip(" \t")[:1]
    if first.isdigit() or first == "-":
        found = ARROW.match(head) or PAIR.match(head)
        if not found and (numbered := _NUMBERED.match(head)):
            found = ARROW.match(head, numbered.end())
        if found:
            return seconds_of(found.group(1).rstrip("s")), seconds_of(found.group(2).rstrip("s"))
    left, arrow, right = head.partition("-->")
    looks_timed = (
        arrow
        and len(left) < 40
        and not left.lstrip().startswith(("[", "("))
        and ":" in left
        and not any(char.isalpha() for char in left)
    )
    return (None, None) if looks_timed and right[:1] in ("", " ", "\t") else None


class CueParser(LineParser):
    """Parser of blocks with times and text. Blank lines, header and numbers may be missing.

    `loose` tells whether any text before the first colon of a caption is a name; with None, the captions so far decide.
    """

    def __init__(self, kind: Format, known: Iterable[str] = (), loose: bool | None = None, grows: bool = False) -> None:
        super().__init__()
        self.kind = kind
        self._known = set(known)
        self._loose = loose
        self._tagged = 0
        self._label = ""
        self._rolling = RollingFilter(holds=grows)
        self._returns_held = True
        self._first = -1
        self._times: tuple[float | None, float | None] | None = None
        self._lines: Lines = None
        self._skipping = False
        self._speaker = ""
        self._cued = False

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._known)

    @property
    def grows(self) -> bool:
        return self._rolling.holds

    @property
    def repeats(self) -> bool:
        return self._rolling.repeats

    @property
    def is_settled(self) -> bool:
        return self._tagged == self.turns and self.kind is Format.WEBVTT and not self.grows

    def _push(self, line: str) -> Sequence[Piece]:
        if (times := timing_of(line)) is not None:
            done = self._begin(times)
            if not self._rolling.rolls and _has_roll_markup(line[:200]):
                self._rolling = replace(self._rolling, rolls=True)
            return done
        if not line.strip():
            return () if self._times is not None and not self._lines else self._end()
        if self._skipping:
            return ()
        if self._times is None and not self._lines and self._is_preamble(line):
            self._skipping = True
            return ()
        if not self._lines and self._times is None:
            self.begun += 1
            self._first = self._line
        self._lines = (line, self._lines)
        return ()

    def finish(self) -> Sequence[Piece]:
        done = self._end()
        self._rolling, held = self._rolling.released()
        return [*done, *held] if self._returns_held else done

    def _end(self) -> Sequence[Piece]:
        """Return the pieces of the open caption."""
        done = self._pieces()
        self._times, self._lines, self._skipping = None, None, False
        return done

    def peek(self) -> CueParser:
        twin = super().peek()
        twin._known = set(self._known)
        twin._returns_held = False
        return twin

    def release(self) -> CueParser:
        twin = self.peek()
        twin._returns_held = True
        return twin

    def _is_preamble(self, line: str) -> bool:
        if line.lstrip("\ufeff").startswith("WEBVTT"):
            return True
        return self.kind is Format.WEBVTT and bool(_SKIPPED.match(line))

    def _begin(self, times: tuple[float | None, float | None]) -> Sequence[Piece]:
        label = _LABEL.match(self._lines[0][:200]) if self._lines else None
        if self._times is None:
            for number, line in enumerate(in_order(self._lines)[:-1]):
                self.problems.skip(self._first + number, line)
            self._lines = None
        elif self._lines and (label or _DIGITS.match(self._lines[0])):
            self._lines = self._lines[1]
        done = self._end()
        self._label = label.group(1).strip() if label else ""
        if times == (None, None):
            self.problems.add("unreadable times, estimated from the words", self._line)
        self._times, self._first, self._cued = times, self._line, True
        self.begun += 1
        return done

    def _pieces(self) -> Sequence[Piece]:
        if self._skipping or not self._lines:
            return ()
        if self._times is None:
            return self._stray()
        lines = in_order(self._lines)
        speaker = ""
        if self.kind is Format.TEAMS and len(lines) > 1 and looks_like_name(lines[0]):
            speaker, lines = lines[0].strip(), lines[1:]
        self.turns += 1
        if recorded := _recorded(lines):
            self.named, self._tagged = self.named + 1, self._tagged + 1
            return _split_time(recorded, self._times, self._first)
        spoken = self._spoken(lines)
        if self._label and not any(name for name, _ in spoken):
            spoken = [(self._label, text) for _, text in spoken]
        if speaker:
            spoken = [(speaker, "\n".join(text for _, text in spoken))] if spoken else []
        if spoken:
            self._speaker = spoken[-1][0]
        pieces = _split_time(spoken, self._times, self._first)
        self._rolling, new = self._rolling.next(pieces)
        return new

    def _spoken(self, lines: Sequence[str]) -> list[Spoken]:
        """Return the words of a caption by speaker, and take account of its names and its markup."""
        marked_up = self.kind is Format.WEBVTT
        candidate = candidate_of(words_of(lines[0], marked_up))
        self.named += bool(candidate or lines[0].lstrip()[:2].casefold() == "<v")
        loose = self._loose if self._loose is not None else self.named >= MOST * self.turns
        recurs = loose or (self._loose is None and self.named >= RECURS * self.turns)
        if candidate and self._meet(same_name(candidate), self._first) and recurs:
            self._known.add(same_name(candidate))
        if not self._rolling.rolls and _has_roll_markup(lines[-1][:400]):
            self._rolling = replace(self._rolling, rolls=True)
        self._tagged += has_voice_tag(lines)
        return spoken_in(lines, self._known, marked_up, loose)

    def _stray(self) -> Sequence[Piece]:
        """Return words after a blank line, which continue the caption; a lone number or name is a label."""
        lines = in_order(self._lines)
        if not self._cued or not any(" " in line.strip() for line in lines):
            for number, line in enumerate(lines):
                if len(line.split()) > 2 and not _HEADER.match(line):
                    self.problems.skip(self._first + number, line)
            return ()
        self._tagged -= 1  # a known name may begin such a line
        spoken = spoken_in(lines, self._known, self.kind is Format.WEBVTT)
        return [Piece(name or self._speaker, words, None, None, self._first) for name, words in spoken]


def _recorded(lines: Sequence[str]) -> list[Spoken]:
    """Return the speakers and words of a caption that is a JSON object, as Teams exports it with its metadata."""
    if not lines[0].lstrip().startswith('{"'):
        return []
    from salesnerd_tui.speech.transcripts.structured import (
        row_of,
        rows_of,  # start-up time
    )

    record = row_of("".join(lines))
    return [(row.speaker, row.text) for row in rows_of(record) if row.text.strip()] if record else []


def _split_time(spoken: list[Spoken], times: tuple[float | None, float | None], line: int) -> Sequence[Piece]:
    """Split the time of a caption by the length of what each of its speakers says."""
    start, end = times
    if not spoken:
        return ()
    if len(spoken) == 1:
        return [Piece(*spoken[0], start, end, line)]
    if start is None or end is None or end <= start:
        return [Piece(*said, None if index else start, None, line) for index, said in enumerate(spoken)]
    weights = [max(spoken_seconds(text), 0.1) for _, text in spoken]
    scale = (end - start) / sum(weights)
    pieces, clock = [], start
    for said, weight in zip(spoken, weights, strict=True):
        pieces.append(Piece(*said, clock, clock + weight * scale, line))
        clock += weight * scale
    return pieces
