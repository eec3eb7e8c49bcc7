"""Talk time of both sides and the talk ratio, at any moment of a call.

The talk time at a moment is found with a binary search, because the talk ratio is drawn with every word that changes
whose turn it is.

Note: summing all stretches each time took 4 ms after three hours of talk, and the cost grew with every hour.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise

from msgspec import Struct

from salesnerd_tui.call.events import Side


class TalkTimeline:
    """Stretches of talk of one side, in seconds of the call, in the order of their start; overlaps count once."""

    def __init__(self) -> None:
        self._starts: list[float] = []
        self._ends: list[float] = []
        self._seconds_before: list[float] = []
        """Seconds of talk before each stretch."""

    def add(self, start: float, end: float) -> None:
        """Add a stretch."""
        if self._ends:
            start = max(start, self._ends[-1])
        self._seconds_before.append(self.seconds_until(start))
        self._starts.append(start)
        self._ends.append(max(start, end))

    def lengthen(self, end: float) -> None:
        """Extend the last stretch."""
        self._ends[-1] = max(self._ends[-1], end)

    def seconds_until(self, at: float) -> float:
        """Return the seconds of talk before `at`."""
        latest = bisect_right(self._starts, at) - 1
        if latest < 0:
            return 0.0
        return self._seconds_before[latest] + min(at, self._ends[latest]) - self._starts[latest]


MAX_GAP_SECONDS = 1.0
"""Stretches of one side with a shorter gap count as one."""


class TalkSlice(Struct, frozen=True):
    """Fraction of a slice of the call in which each side talked, 0 to 1."""

    mine: float
    theirs: float


class TalkStats:
    """Talk time of both sides so far. Durations are in seconds, times on the call's clock."""

    def __init__(self) -> None:
        self.mine_seconds = 0.0
        self.theirs_seconds = 0.0
        self.holder = Side.NOBODY
        self.longest_mine_seconds = 0.0
        self.longest_theirs_seconds = 0.0
        self._timelines = {Side.ME: TalkTimeline(), Side.THEM: TalkTimeline()}
        self._call_start: float | None = None
        self._last_side: Side | None = None
        self._last_end = 0.0

    @property
    def share(self) -> float | None:
        """Talk ratio of the user, 0 to 1; None until both sides have spoken.

        With one side only, the other one is not transcribed, or the talk key was pressed once.
        """
        is_known = self.mine_seconds > 0 and self.theirs_seconds > 0
        return self.mine_seconds / (self.mine_seconds + self.theirs_seconds) if is_known else None

    def buckets(self, count: int) -> tuple[TalkSlice, ...]:
        """Return equal slices of the call, from its first word to its last, for a sparkline."""
        if count < 1 or self._call_start is None:
            return ()
        width = max(self._last_end - self._call_start, 1e-6) / count
        edges = [self._call_start + number * width for number in range(count + 1)]
        user, buyer = ([self._timelines[side].seconds_until(edge) for edge in edges] for side in (Side.ME, Side.THEM))
        return tuple(
            TalkSlice(_fraction(user_end - user_start, width), _fraction(buyer_end - buyer_start, width))
            for (user_start, user_end), (buyer_start, buyer_end) in zip(pairwise(user), pairwise(buyer), strict=True)
        )

    def add(self, side: Side, start: float, end: float) -> None:
        """Count talk of one side between two times of the call."""
        seconds = max(end - start, 0.0)
        if side is Side.ME:
            self.mine_seconds += seconds
        else:
            self.theirs_seconds += seconds
        if self._last_side is side and -MAX_GAP_SECONDS <= start - self._last_end <= MAX_GAP_SECONDS:
            self._timelines[side].lengthen(end)
        else:
            self._timelines[side].add(start, end)
        self._call_start = start if self._call_start is None else self._call_start
        self._last_side, self._last_end = side, max(self._last_end, end)

    def update_longest(self, side: Side, seconds: float) -> None:
        """Compare the length of a turn, which may have grown, with the longest one of its side."""
        if side is Side.ME:
            self.longest_mine_seconds = max(self.longest_mine_seconds, seconds)
        else:
            self.longest_theirs_seconds = max(self.longest_theirs_seconds, seconds)


def _fraction(seconds: float, total_seconds: float) -> float:
    return min(max(seconds / total_seconds, 0.0), 1.0)
