"""Lines that begin with a name: `Ana: …`, `[00:01:02] Ana: …`, `Ana (1:02): …`, chats, and Google Meet's document."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence

from salesnerd_tui.hearing.formats.boilerplate import is_boilerplate
from salesnerd_tui.hearing.formats.clocks import TIME, seconds_of
from salesnerd_tui.hearing.formats.model import Piece
from salesnerd_tui.hearing.formats.names import prefix_of
from salesnerd_tui.hearing.formats.parsing import LineParser, Lines, in_order

HEADING = re.compile(rf"[ \t]*[\[(]?({TIME})[\])]?[ \t]*\Z")
_TIME_BEFORE = re.compile(rf"[ \t]*(?:\[({TIME})\]|\(({TIME})\)|({TIME}))[ \t]*[-–|]?[ \t]+")
_TIME_AFTER = re.compile(rf"[ \t]*(.{{1,70}}?)[ \t]*[\[(]({TIME})[\])][ \t]*:?[ \t]*")
_ADDRESSED = re.compile(r"[ \t]*(?:from|From)[ \t]+(.{1,64}?)[ \t]+(?:to|To)[ \t]+[^:]{1,80}:[ \t]*")
HEAD = 240
"""Characters of a line that are looked at for its name and time."""

Turn = tuple[str, float | None, str]
"""A speaker, a start and the words after them."""


def turn_of(line: str, known: Container[str] = (), loose: bool = True) -> Turn | None:
    """The beginning of a turn on this line, or None where the line goes on with the last one."""
    head, tail = line[:HEAD], line[HEAD:]
    start: float | None = None
    if before := _TIME_BEFORE.match(head):
        start = seconds_of(next(filter(None, before.groups())))
        head = head[before.end() :]
        if addressed := _ADDRESSED.match(head):
            return addressed.group(1).strip(), start, head[addressed.end() :] + tail
    elif (after := _TIME_AFTER.match(head)) and prefix_of(after.group(1) + ":", known, loose):
        return after.group(1).strip(), seconds_of(after.group(2)), head[after.end() :] + tail
    found = prefix_of(head, known, loose)
    return (found[0], start, found[1] + tail) if found else None


class NamedParser(LineParser):
    """A turn is a line with a name and the lines below it; a blank line ends it, and the same speaker may go on."""

    def __init__(self, known: Iterable[str] = (), loose: bool = True) -> None:
        super().__init__()
        self._known = frozenset(known)
        self._loose = loose
        self._first = -1
        self._speaker = ""
        self._start: float | None = None
        self._heading: float | None = None
        self._lines: Lines = None
        self._open = False

    def push(self, line: str) -> Sequence[Piece]:
        self._line += 1
        if not line.strip() or is_boilerplate(line):
            return self.finish() if self._spoken() else ()
        if heading := HEADING.match(line[:HEAD]):
            done = self.finish()
            self._heading = seconds_of(heading.group(1))
            return done
        if turn := turn_of(line, self._known, self._loose):
            return self._begin(*turn)
        if self._open:
            self._lines = (line.strip(), self._lines)
        elif self._speaker:
            return self._begin(self._speaker, None, line.strip())
        return ()

    def finish(self) -> Sequence[Piece]:
        text = "\n".join(filter(None, in_order(self._lines)))
        self._lines, self._open = None, False
        return (Piece(self._speaker, text, self._start, None, self._first),) if text else ()

    def _spoken(self) -> bool:
        """Whether the open turn has words yet: a name alone waits for them below a blank line."""
        return self._lines is not None and any(in_order(self._lines)[:2])

    def _begin(self, speaker: str, start: float | None, text: str) -> Sequence[Piece]:
        done = self.finish()
        self.begun += 1
        self._speaker, self._first = " ".join(speaker.split()), self._line
        self._lines, self._open = (text.strip(), None), True
        self._start = start if start is not None else self._heading
        self._heading = None
        return done
