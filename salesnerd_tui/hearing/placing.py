"""Where on the call's clock something was said that was only now read.

A captions file counts from the start of the meeting, a pipe from nothing at all; the call's clock began when the person
pressed a key. The least delay seen lately between a caption's end and its arrival is taken for the difference of the
two clocks; what comes later than that is late.
"""

from __future__ import annotations

from collections import deque

from msgspec import Struct

from salesnerd_tui.hearing.formats.model import Piece, spoken_seconds

RECENT = 40
"""Captions over which the least delay is sought: a few minutes, so that a paused call or a wrong time is forgotten."""


class Placed(Struct, frozen=True):
    """Seconds of the call, and how late it came compared with the others."""

    start: float
    end: float
    late_seconds: float


class Placing:
    """Keeps what it has to know of the pieces before."""

    def __init__(self) -> None:
        self._delays: deque[float] = deque(maxlen=RECENT)
        self._starts: dict[int, float] = {}
        self._last_end = 0.0

    def place(self, number: int, piece: Piece, final: bool, now: float) -> Placed:
        """The span of the utterance `number`, which was read at `now` (seconds of the call)."""
        placed = self._by_its_time(piece, now) if piece.start is not None else self._by_its_words(number, piece, now)
        if final:
            self._starts.pop(number, None)
            self._last_end = max(self._last_end, placed.end)
        return placed

    def _by_its_time(self, piece: Piece, now: float) -> Placed:
        start = piece.start or 0.0
        end = piece.end if piece.end is not None and piece.end >= start else start + spoken_seconds(piece.text)
        delay = now - end
        self._delays.append(delay)
        difference = min(self._delays)
        begin = min(max(0.0, start + difference), now)
        return Placed(begin, min(max(begin, end + difference), now), delay - difference)

    def _by_its_words(self, number: int, piece: Piece, now: float) -> Placed:
        """Without a time it was said just now; its beginning stays where it was first heard."""
        reckoned = max(min(self._last_end, now), now - spoken_seconds(piece.text))
        start = self._starts.setdefault(number, reckoned)
        return Placed(min(start, reckoned), now, 0.0)
