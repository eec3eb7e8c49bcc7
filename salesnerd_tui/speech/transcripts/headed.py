"""Parser of turns below a heading: `[Ana] 00:01:02`, `Ana  0:05`, `0:05 - Ana`, or a name above its time."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from typing import NamedTuple

from salesnerd_tui.lazy_pattern import lazy_pattern
from salesnerd_tui.speech.transcripts.boilerplate import is_boilerplate
from salesnerd_tui.speech.transcripts.model import Piece, same_name
from salesnerd_tui.speech.transcripts.named import HEAD, HEADING
from salesnerd_tui.speech.transcripts.parser import LineParser, Lines, in_order
from salesnerd_tui.speech.transcripts.speakers import looks_like_name, without_aside
from salesnerd_tui.speech.transcripts.timestamps import TIME, is_spoken_time, seconds_of

_RANGE = rf"({TIME})(?:[ \t]*(?:-{{1,2}}>?|–|—|→|to)[ \t]*{TIME})?"
BRACKETED = lazy_pattern(rf"[ \t]*\[([^\[\]\n]{{1,120}})\][ \t]+({TIME})[ \t]*\Z")
_BETWEEN = r"[ \t]+[-–—@][ \t]+|[ \t]*[|·•–—][ \t]*"
"""Separators of a name and a time."""

_TRAILING = lazy_pattern(
    rf"[ \t]*(\S.{{0,118}}?)({_BETWEEN}|[ \t]{{1,40}}(?=[\d\[(])|(?=[\[(]))([\[(]?){_RANGE}[\])]?[ \t]*:?[ \t]*\Z"
)
_LEADING = lazy_pattern(rf"[ \t]*([\[(]?){_RANGE}[\])]?({_BETWEEN}|[ \t]{{1,40}})(\S.{{0,118}}?)[ \t]*:?[ \t]*\Z")
_SPOKEN_TAIL = lazy_pattern(rf"[ \t]*((?:\d{{1,4}} (?:hours?|minutes?|seconds?),? ?){{1,3}})({TIME})[ \t]*\Z")
_DATE = lazy_pattern(r"\b(?:19|20)\d\d\b|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b", re.IGNORECASE)


class TurnHeading(NamedTuple):
    """A speaker and a start time; `separated` by more than spaces."""

    speaker: str
    start: float | None
    separated: bool


def heading_of(line: str, known: Container[str] = (), established: bool = False) -> TurnHeading | None:
    """Return the heading on a line, or None. `established`: in this file, any name may follow a time and a dash."""
    if len(line) > HEAD:
        return None
    if found := BRACKETED.match(line):
        return TurnHeading(found.group(1).strip(), seconds_of(found.group(2)), False)
    if found := _TRAILING.match(line):
        name, between = found.group(1).strip(), found.group(2)
        separated = bool(between.strip() or found.group(3))
        loose = separated or len(between) > 1 or "\t" in between
        if _is_heading(name, known, loose):
            return TurnHeading(name, seconds_of(found.group(4)), separated)
    if found := _LEADING.match(line):
        name, between = without_aside(found.group(4)), found.group(3)
        company = found.group(4).endswith(")") and name != found.group(4)
        separated = bool(between.strip() or found.group(1))
        if _is_heading(name, known, separated and (company or established)) and (
            separated or len(name.split()) > 1 or same_name(name) in known
        ):
            return TurnHeading(name, seconds_of(found.group(2)), True)
    return None


def _is_heading(name: str, known: Container[str], loose: bool) -> bool:
    if same_name(name) in known:
        return True
    ends_open = name.split()[-1:] in (["at"], ["to"], ["from"], ["of"], ["and"], ["the"], ["via"])
    return not ends_open and not _DATE.search(name) and ":" not in name and looks_like_name(name, loose)


def time_alone(line: str) -> float | None:
    """Return the time that a line consists of, also as Teams copies it (`3 minutes 5 seconds3:05`), or None."""
    if len(line) > HEAD:
        return None
    if found := HEADING.match(line):
        return seconds_of(found.group(1))
    return seconds_of(found.group(2)) if (found := _SPOKEN_TAIL.match(line)) else None


class HeadedParser(LineParser):
    """Parser of headings with text up to the next one. A line that may be a name waits for the line below it.

    `names` are on lines of their own without a time. `known` (as `same_name`) are names wherever a heading may be.
    """

    def __init__(self, names: Iterable[str] = (), known: Iterable[str] = ()) -> None:
        super().__init__()
        self._names = frozenset(names)
        self._known = frozenset(known)
        self._first = -1
        self._turns = 0
        self._speaker = ""
        self._start: float | None = None
        self._heading: float | None = None
        self._waiting: str | None = None
        self._lines: Lines = None
        self._open = False

    def push(self, line: str) -> Sequence[Piece]:
        self._line += 1
        text = line.strip()
        if not text:
            self._settle_waiting()
            return self.finish() if self._lines and not self._names else ()
        if (alone := time_alone(line)) is not None:
            return self._time_line(alone)
        self._settle_waiting()
        if heading := heading_of(line, self._known, bool(self._known)):
            return self._begin(heading.speaker, heading.start)
        if same_name(text[:HEAD]) in self._names:
            return self._begin(text, self._heading)
        if is_boilerplate(text) or self._repeats_heading(text):
            return ()
        if not self._names and ":" not in text and self._may_name(text[:HEAD]):
            self._waiting = text
        else:
            self._add(text)
        return ()

    def finish(self) -> Sequence[Piece]:
        self._settle_waiting()
        text = "\n".join(in_order(self._lines))
        self._lines, self._open = None, False
        return (Piece(self._speaker, text, self._start, None, self._first),) if text else ()

    def _time_line(self, alone: float) -> Sequence[Piece]:
        if self._waiting is not None:
            name, self._waiting = self._waiting, None
            return self._begin(name, alone)
        if not self._names:
            return self._begin("", alone)
        done = self.finish()
        self._heading = alone
        return done

    def _begin(self, speaker: str, start: float | None) -> Sequence[Piece]:
        done = self.finish()
        self.begun += 1
        self._turns += 1
        self._speaker, self._start, self._first = " ".join(speaker.split()), start, self._line
        self._lines, self._open, self._heading = None, True, None
        return done

    def _may_name(self, text: str) -> bool:
        return looks_like_name(text) or same_name(text) in self._known

    def _settle_waiting(self) -> None:
        if self._waiting is not None:
            text, self._waiting = self._waiting, None
            self._add(text)

    def _add(self, text: str) -> None:
        if not self._open and self._turns:
            self.begun += 1
            self._start, self._first, self._open = None, self._line, True
        if self._open:
            self._lines = (text, self._lines)
        else:
            self.problems.skip(self._line, text)

    def _repeats_heading(self, text: str) -> bool:
        """Return whether Teams copied the heading a second time as words: `Ana Silva 3 minutes 5 seconds`."""
        name = self._speaker
        return bool(name) and text.startswith(name) and is_spoken_time(text[len(name) :].strip()[:60])
