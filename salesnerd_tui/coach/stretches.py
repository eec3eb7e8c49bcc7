"""How long one side had talked at any moment of a call, found in the time of a look-up however long the call is.

The share of talk is drawn with every word that changes the floor: going through all stretches each time cost 4 ms after
three hours of talk, and every hour more.
"""

from __future__ import annotations

from bisect import bisect_right


class Stretches:
    """Stretches of talk of one side, in seconds of the call, added as they come; what overlaps counts once."""

    def __init__(self) -> None:
        self._starts: list[float] = []
        self._ends: list[float] = []
        self._before: list[float] = []
        """Seconds of talk before each stretch."""

    def add(self, start: float, end: float) -> None:
        """A new stretch."""
        if self._ends:
            start = max(start, self._ends[-1])
        self._before.append(self.until(start))
        self._starts.append(start)
        self._ends.append(max(start, end))

    def lengthen(self, end: float) -> None:
        """The last stretch goes on."""
        self._ends[-1] = max(self._ends[-1], end)

    def until(self, at: float) -> float:
        """Seconds of talk before `at`."""
        latest = bisect_right(self._starts, at) - 1
        if latest < 0:
            return 0.0
        return self._before[latest] + min(at, self._ends[latest]) - self._starts[latest]
