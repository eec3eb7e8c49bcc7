"""Captions with a line of times above them: WebVTT, SRT, SBV, and the captions that Teams writes into a document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from salesnerd_tui.hearing.formats.clocks import TIME, seconds_of
from salesnerd_tui.hearing.formats.model import Format, Piece, spoken_seconds
from salesnerd_tui.hearing.formats.names import looks_like_name
from salesnerd_tui.hearing.formats.parsing import LineParser, Lines, in_order
from salesnerd_tui.hearing.formats.voices import spoken_in

ARROW = re.compile(rf"[ \t]*({TIME})[ \t]*-->[ \t]*({TIME})(?:[ \t]|\Z)")
_NUMBERED = re.compile(rf"[ \t]*\d{{1,9}}[ \t]+(?={TIME}[ \t]*-->)")
PAIR = re.compile(r"[ \t]*(\d{1,4}:\d{1,2}:\d{1,2}\.\d{1,3}),(\d{1,4}:\d{1,2}:\d{1,2}\.\d{1,3})[ \t]*\Z")
UNPADDED = re.compile(r"[ \t]*\d{1,4}:(?:\d:\d{1,2}|\d{1,2}:\d)\.\d")
"""Times such as `0:0:5.1`, which only the document export of Teams writes, with the name on the line below."""

_SKIPPED = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|\Z)")
_DIGITS = re.compile(r"[ \t]*\d{1,9}[ \t]*\Z")


def timing_of(line: str) -> tuple[float | None, float | None] | None:
    """The start and end of a caption's line of times; both None where it has an arrow but no times."""
    head = line[:200]
    found = ARROW.match(head) or PAIR.match(head)
    if not found and (numbered := _NUMBERED.match(head)):
        found = ARROW.match(head, numbered.end())
    if found:
        return seconds_of(found.group(1)), seconds_of(found.group(2))
    left, arrow, right = head.partition("-->")
    looks_timed = arrow and len(left) < 40 and ":" in left and not any(char.isalpha() for char in left.replace(" ", ""))
    return (None, None) if looks_timed and right[:1] in ("", " ", "\t") else None


class CueParser(LineParser):
    """Blocks of times and text between blank lines. A missing blank line, header or number does no harm."""

    def __init__(self, kind: Format, known: Iterable[str] = ()) -> None:
        super().__init__()
        self.kind = kind
        self._known = set(known)
        self._first = -1
        self._times: tuple[float | None, float | None] | None = None
        self._lines: Lines = None
        self._skipping = False
        self._speaker = ""
        self._cued = False

    def push(self, line: str) -> Sequence[Piece]:
        self._line += 1
        if (times := timing_of(line)) is not None:
            return self._begin(times)
        if not line.strip():
            return self._end_of_block()
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
        done = self._pieces()
        self._times, self._lines, self._skipping = None, None, False
        return done

    def _is_preamble(self, line: str) -> bool:
        if line.lstrip("\ufeff").startswith("WEBVTT"):
            return True
        return self.kind is Format.WEBVTT and bool(_SKIPPED.match(line))

    def _begin(self, times: tuple[float | None, float | None]) -> Sequence[Piece]:
        if self._times is None:
            self._lines = None
        elif self._lines and _DIGITS.match(self._lines[0]):
            self._lines = self._lines[1]
        done = self.finish()
        if times == (None, None):
            self.troubles.note("times that cannot be read, so they are reckoned from the words", self._line)
        self._times, self._first, self._cued = times, self._line, True
        self.begun += 1
        return done

    def _end_of_block(self) -> Sequence[Piece]:
        if self._times is not None and not self._lines:
            return ()
        return self.finish()

    def _pieces(self) -> Sequence[Piece]:
        if self._skipping or not self._lines:
            return ()
        if self._times is None:
            return self._stray()
        lines = in_order(self._lines)
        speaker = ""
        if self.kind is Format.TEAMS and len(lines) > 1 and looks_like_name(lines[0]):
            speaker, lines = lines[0].strip(), lines[1:]
        spoken = spoken_in(lines, self._known, self.kind is Format.WEBVTT)
        if speaker:
            spoken = [(speaker, "\n".join(text for _, text in spoken))] if spoken else []
        if spoken:
            self._speaker = spoken[-1][0]
        return _shared(spoken, self._times, self._first)

    def _stray(self) -> Sequence[Piece]:
        """Words after a blank line inside a caption go on where it ended; a lone number or name is its label."""
        lines = in_order(self._lines)
        if not self._cued or not any(" " in line.strip() for line in lines):
            return ()
        spoken = spoken_in(lines, self._known, self.kind is Format.WEBVTT)
        return [Piece(name or self._speaker, words, None, None, self._first) for name, words in spoken]


def _shared(spoken: list[tuple[str, str]], times: tuple[float | None, float | None], line: int) -> Sequence[Piece]:
    """The caption's time, shared out by the length of what each of its speakers says."""
    start, end = times
    if len(spoken) < 2 or start is None or end is None or end <= start:
        return [
            Piece(name, text, start if not index else None, end if len(spoken) == 1 else None, line)
            for index, (name, text) in enumerate(spoken)
        ]
    weights = [max(spoken_seconds(text), 0.1) for _, text in spoken]
    scale = (end - start) / sum(weights)
    pieces, clock = [], start
    for (name, text), weight in zip(spoken, weights, strict=True):
        pieces.append(Piece(name, text, clock, clock + weight * scale, line))
        clock += weight * scale
    return pieces
