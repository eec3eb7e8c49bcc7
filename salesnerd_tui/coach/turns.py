"""Turn-taking: whose turn it is, how long that turn is, and the talk ratio.

A backchannel (up to about three words, a cough) does not end a turn, so it cannot reset the clock. Real words of the
other side do, so a dialogue of short turns is not a monologue. An answer to a question is a turn, however short it is.
The length of a turn is time spent talking, not the time from the first word to the last.

The talk time at any moment is found with a binary search, because the talk ratio is drawn with every word that changes
whose turn it is.

Note: summing all stretches each time took 4 ms after three hours of talk, and the cost grew with every hour.
"""

from __future__ import annotations

from bisect import bisect_right

from msgspec import Struct

from salesnerd_tui.call.events import FloorTaken, Heard, Side
from salesnerd_tui.coach.limits import Limits
from salesnerd_tui.coach.sentences import end_mark, is_polite, words
from salesnerd_tui.coach.signals.questions import is_question


class TalkTimeline:
    """Stretches of talk of one side, in seconds of the call, in the order of their start; overlaps count once."""

    def __init__(self) -> None:
        self._starts: list[float] = []
        self._ends: list[float] = []
        self._before: list[float] = []
        """Seconds of talk before each stretch."""

    def add(self, start: float, end: float) -> None:
        """Add a stretch."""
        if self._ends:
            start = max(start, self._ends[-1])
        self._before.append(self.until(start))
        self._starts.append(start)
        self._ends.append(max(start, end))

    def lengthen(self, end: float) -> None:
        """Extend the last stretch."""
        self._ends[-1] = max(self._ends[-1], end)

    def until(self, at: float) -> float:
        """Return the seconds of talk before `at`."""
        latest = bisect_right(self._starts, at) - 1
        if latest < 0:
            return 0.0
        return self._before[latest] + min(at, self._ends[latest]) - self._starts[latest]


JOINED_SECONDS = 1.0
"""Spans of one side with a shorter gap are drawn as one."""


class Turn(Struct):
    """Turn of one side. `seconds` is time spent talking."""

    side: Side
    start: float
    end: float
    seconds: float = 0.0
    words: int = 0


class TalkSlice(Struct, frozen=True):
    """A slice of the call: the fraction of it in which each side talked, 0 to 1."""

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
        self._talk = {Side.ME: TalkTimeline(), Side.THEM: TalkTimeline()}
        self._first: float | None = None
        self._last: Side | None = None
        self._last_end = 0.0

    @property
    def share(self) -> float | None:
        """Return the user's talk ratio, 0 to 1; None until somebody has spoken."""
        total = self.mine_seconds + self.theirs_seconds
        return self.mine_seconds / total if total > 0 else None

    def buckets(self, count: int, until: float | None = None) -> tuple[TalkSlice, ...]:
        """Return equal slices of the call, from its first word to `until` (or the last word), for a sparkline."""
        if count < 1 or self._first is None:
            return ()
        last = max(until or 0.0, self._last_end)
        width = max(last - self._first, 1e-6) / count
        edges = [self._first + number * width for number in range(count + 1)]
        mine, theirs = ([self._talk[side].until(edge) for edge in edges] for side in (Side.ME, Side.THEM))
        return tuple(
            TalkSlice(_part(mine[number + 1] - mine[number], width), _part(theirs[number + 1] - theirs[number], width))
            for number in range(count)
        )

    def _talked(self, side: Side, start: float, end: float) -> None:
        seconds = max(end - start, 0.0)
        if side is Side.ME:
            self.mine_seconds += seconds
        else:
            self.theirs_seconds += seconds
        if self._last is side and -JOINED_SECONDS <= start - self._last_end <= JOINED_SECONDS:
            self._talk[side].lengthen(end)
        else:
            self._talk[side].add(start, end)
        self._first = start if self._first is None else self._first
        self._last, self._last_end = side, max(self._last_end, end)

    def _held(self, run: Turn) -> None:
        if run.side is Side.ME:
            self.longest_mine_seconds = max(self.longest_mine_seconds, run.seconds)
        else:
            self.longest_theirs_seconds = max(self.longest_theirs_seconds, run.seconds)


def _part(seconds: float, of_seconds: float) -> float:
    return min(max(seconds / of_seconds, 0.0), 1.0)


class TurnTracker:
    """Folds speech into turns. `current` is the turn of the side that has the floor."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self.talk = TalkStats()
        self.current: Turn | None = None
        self.handed_over = False
        """True if the user's last sentence was a question, so that any reply of the buyer is a turn."""
        self._aside = Turn(Side.NOBODY, 0.0, 0.0)
        self._worded: set[Side] = set()
        self._keyed: tuple[Side, float] | None = None
        self.last_end = 0.0

    def hear(self, event: Heard | FloorTaken) -> bool:
        """Take one event. Return whether the floor changed."""
        if isinstance(event, FloorTaken):
            return self.taken(event)
        if event.text is None:
            return self.spoke(event.side, event.start, event.end, None)
        spoken = words(event.text)
        question = is_question(spoken, end_mark(event.text))
        return self.spoke(event.side, event.start, event.end, spoken, question=question)

    def taken(self, event: FloorTaken) -> bool:
        """Set the current speaker, by the talk key or voice activity. Return whether the floor changed."""
        changed = self.tick(event.at)
        self._keyed = None if event.side is Side.NOBODY else (event.side, event.at)
        if event.side is Side.NOBODY:
            self._aside = Turn(Side.NOBODY, event.at, event.at)
        return changed

    def tick(self, at: float) -> bool:
        """Count the time until now for the speaker set by `taken`. Return whether the floor changed."""
        if self._keyed is None:
            return False
        side, since = self._keyed
        self._keyed = (side, max(at, since))
        if side in self._worded:
            return False
        return self.spoke(side, since, max(at, since), None, opens=False)

    def spoke(
        self,
        side: Side,
        start: float,
        end: float,
        spoken: tuple[str, ...] | None,
        *,
        question: bool = False,
        opens: bool = True,
    ) -> bool:
        """Take one sentence (`spoken` is None without words). Return whether the floor changed."""
        if side is Side.NOBODY:
            return False
        if spoken is not None:
            self._worded.add(side)
        self.last_end = max(self.last_end, end)
        self.talk._talked(side, start, end)
        if self.current is not None and self.current.side is side:
            self._aside = Turn(Side.NOBODY, end, end)
            self._lengthen(self.current, start, end, spoken)
            self.handed_over = question and side is Side.ME
            return False
        if opens or self._aside.side is not side:
            self._aside = Turn(side, start, end)
        self._lengthen(self._aside, start, end, spoken)
        if self.current is not None and not self._is_turn(self._aside, spoken, question):
            return False
        self.current = self._aside
        self._aside = Turn(Side.NOBODY, end, end)
        self.talk._held(self.current)
        self.talk.holder = side
        self.handed_over = question and side is Side.ME
        return True

    def _lengthen(self, run: Turn, start: float, end: float, spoken: tuple[str, ...] | None) -> None:
        run.end = max(run.end, end)
        run.seconds += max(end - start, 0.0)
        run.words += len(spoken or ())
        if run is self.current:
            self.talk._held(run)

    def _is_turn(self, aside: Turn, spoken: tuple[str, ...] | None, question: bool) -> bool:
        if spoken is None:
            return aside.seconds > self._limits.cough_seconds
        if self.current is not None and aside.end <= self.current.end and aside.seconds <= self._limits.cough_seconds:
            return False
        if question or (self.handed_over and aside.side is Side.THEM):
            return True
        if aside.words <= self._limits.backchannel_words:
            return False
        return not (aside.words <= self._limits.polite_words and is_polite(spoken))
