"""Turns under a heading: Zoom's `[Ana] 00:01:02`, Otter's `Ana  0:05`, and names and times on lines of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from salesnerd_tui.hearing.formats.boilerplate import is_boilerplate
from salesnerd_tui.hearing.formats.clocks import TIME, is_spoken_time, seconds_of
from salesnerd_tui.hearing.formats.model import Piece, same_name
from salesnerd_tui.hearing.formats.named import HEAD, HEADING
from salesnerd_tui.hearing.formats.names import looks_like_name
from salesnerd_tui.hearing.formats.parsing import LineParser, Lines, in_order

BRACKETED = re.compile(rf"[ \t]*\[([^\[\]\n]{{1,80}})\][ \t]+({TIME})[ \t]*\Z")
TRAILING = re.compile(rf"[ \t]*(\S.{{0,70}}?)([ \t]{{1,40}})({TIME})[ \t]*\Z")
_SPOKEN_TAIL = re.compile(rf"[ \t]*((?:\d{{1,4}} (?:hours?|minutes?|seconds?),? ?){{1,3}})({TIME})[ \t]*\Z")


def heading_of(line: str) -> tuple[str, float | None] | None:
    """The name and time of a heading on one line, or None."""
    if len(line) > HEAD:
        return None
    if found := BRACKETED.match(line):
        return found.group(1).strip(), seconds_of(found.group(2))
    found = TRAILING.match(line)
    if found and looks_like_name(found.group(1), loose=len(found.group(2)) > 1 or "\t" in found.group(2)):
        return found.group(1).strip(), seconds_of(found.group(3))
    return None


def time_alone(line: str) -> float | None:
    """The time that a line consists of, as Teams copies it too (`3 minutes 5 seconds3:05`), or None."""
    if len(line) > HEAD:
        return None
    if found := HEADING.match(line):
        return seconds_of(found.group(1))
    return seconds_of(found.group(2)) if (found := _SPOKEN_TAIL.match(line)) else None


class HeadedParser(LineParser):
    """A heading, then text until the next heading. A line that could be a name waits for the line below it."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        super().__init__()
        self._names = frozenset(names)
        self._first = -1
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
        if heading := heading_of(line):
            return self._begin(*heading)
        if same_name(text[:HEAD]) in self._names:
            return self._begin(text, self._heading)
        if is_boilerplate(text) or self._repeats_heading(text):
            return ()
        if not self._names and looks_like_name(text[:HEAD]):
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
        done = self.finish()
        self._heading = alone
        return done

    def _begin(self, speaker: str, start: float | None) -> Sequence[Piece]:
        done = self.finish()
        self.begun += 1
        self._speaker, self._start, self._first = " ".join(speaker.split()), start, self._line
        self._lines, self._open, self._heading = None, True, None
        return done

    def _settle_waiting(self) -> None:
        if self._waiting is not None:
            text, self._waiting = self._waiting, None
            self._add(text)

    def _add(self, text: str) -> None:
        if not self._open and self._speaker:
            self.begun += 1
            self._start, self._first, self._open = None, self._line, True
        if self._open:
            self._lines = (text, self._lines)

    def _repeats_heading(self, text: str) -> bool:
        """Teams copies each heading twice, the second time as words: `Ana Silva 3 minutes 5 seconds`."""
        name = self._speaker
        return bool(name) and text.startswith(name) and is_spoken_time(text[len(name) :].strip()[:60])
