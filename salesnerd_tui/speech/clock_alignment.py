"""Caption times aligned with the call's clock.

A captions file counts from the start of the meeting, a pipe has no times at all, and the call's clock starts with a key
press. The smallest recent delay between a caption's end and its arrival is the difference between the two clocks; a
caption that arrives later than that is late.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from msgspec import Struct

from salesnerd_tui.speech.transcripts.model import spoken_seconds

if TYPE_CHECKING:
    from salesnerd_tui.speech.transcripts.model import Piece

RECENT_CAPTIONS = 40
"""Captions among which the smallest delay counts: a few minutes, so that a pause or a wrong time drops out."""


class AlignedTime(Struct, frozen=True):
    """Call seconds of an utterance, and its delay compared with the others."""

    start: float
    end: float
    late_seconds: float


class ClockAlignment:
    """Aligns the pieces of one source in order."""

    def __init__(self) -> None:
        self._delays: deque[float] = deque(maxlen=RECENT_CAPTIONS)
        self._starts: dict[int, float] = {}
        self._last_end = 0.0

    def place(self, number: int, piece: Piece, final: bool, now: float) -> AlignedTime:
        """Return the time of the utterance `number`, which was read at `now` (call seconds)."""
        placed = self._by_time(piece, now) if piece.start is not None else self._by_words(number, piece, now)
        if final:
            self._starts.pop(number, None)
            self._last_end = max(self._last_end, placed.end)
        return placed

    def _by_time(self, piece: Piece, now: float) -> AlignedTime:
        start = piece.start or 0.0
        end = piece.end if piece.end is not None and piece.end >= start else start + spoken_seconds(piece.text)
        delay = now - end
        self._delays.append(delay)
        difference = min(self._delays)
        begin = min(max(0.0, start + difference), now)
        return AlignedTime(begin, min(max(begin, end + difference), now), delay - difference)

    def _by_words(self, number: int, piece: Piece, now: float) -> AlignedTime:
        """Assume that a piece without a time was said just now; its start stays where it was first heard."""
        estimate = max(min(self._last_end, now), now - spoken_seconds(piece.text))
        start = self._starts.setdefault(number, estimate)
        return AlignedTime(min(start, estimate), now, 0.0)
