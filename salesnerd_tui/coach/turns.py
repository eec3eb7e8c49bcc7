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
from itertools import pairwise

from msgspec import Struct

from salesnerd_tui.call.events import FloorTaken, Heard, Side
from salesnerd_tui.coach.limits import Limits
from salesnerd_tui.coach.sentences import end_mark, is_polite, split_words
from salesnerd_tui.coach.signals.questions import is_question


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


class Turn(Struct):
    """Turn of one side. `seconds` is time spent talking."""

    side: Side
    start: float
    end: float
    seconds: float = 0.0
    words: int = 0


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
        """Talk ratio of the user, 0 to 1; None until somebody has spoken."""
        total = self.mine_seconds + self.theirs_seconds
        return self.mine_seconds / total if total > 0 else None

    def buckets(self, count: int, until: float | None = None) -> tuple[TalkSlice, ...]:
        """Return equal slices of the call, from its first word to `until` (or the last word), for a sparkline."""
        if count < 1 or self._call_start is None:
            return ()
        last = max(until or 0.0, self._last_end)
        width = max(last - self._call_start, 1e-6) / count
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

    def update_longest(self, turn: Turn) -> None:
        """Compare a turn, which may have grown, with the longest one of its side."""
        if turn.side is Side.ME:
            self.longest_mine_seconds = max(self.longest_mine_seconds, turn.seconds)
        else:
            self.longest_theirs_seconds = max(self.longest_theirs_seconds, turn.seconds)


def _fraction(seconds: float, total_seconds: float) -> float:
    return min(max(seconds / total_seconds, 0.0), 1.0)


class TurnTracker:
    """Groups speech into turns. `current` is the turn of the side that has the floor."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self.talk = TalkStats()
        self.current: Turn | None = None
        self.is_reply_due = False
        """True if the user's last sentence was a question, so that any reply of the buyer is a turn."""
        self.last_end = 0.0
        self._aside = Turn(Side.NOBODY, 0.0, 0.0)
        """Talk of the side without the floor; it becomes the current turn unless it is only a backchannel."""
        self._sides_with_words: set[Side] = set()
        self._speaker: tuple[Side, float] | None = None
        """Side set by `set_speaker`, and the time until which its talk is counted."""

    def hear(self, event: Heard | FloorTaken) -> bool:
        """Take one event. Return whether a new turn began."""
        if isinstance(event, FloorTaken):
            return self.set_speaker(event)
        if event.text is None:
            return self.add_talk(event.side, event.start, event.end, None)
        words = split_words(event.text)
        is_asking = is_question(words, end_mark(event.text))
        return self.add_talk(event.side, event.start, event.end, words, is_question=is_asking)

    def set_speaker(self, event: FloorTaken) -> bool:
        """Set the current speaker, by the talk key or voice activity. Return whether a new turn began."""
        is_new_turn = self.tick(event.at)
        self._speaker = None if event.side is Side.NOBODY else (event.side, event.at)
        if event.side is Side.NOBODY:
            self._aside = Turn(Side.NOBODY, event.at, event.at)
        return is_new_turn

    def tick(self, at: float) -> bool:
        """Count the time until now for the speaker set by `set_speaker`. Return whether a new turn began."""
        if self._speaker is None:
            return False
        side, since = self._speaker
        self._speaker = (side, max(at, since))
        if side in self._sides_with_words:
            return False
        return self.add_talk(side, since, max(at, since), None, is_first=False)

    def add_talk(
        self,
        side: Side,
        start: float,
        end: float,
        words: tuple[str, ...] | None,
        *,
        is_question: bool = False,
        is_first: bool = True,
    ) -> bool:
        """Take one sentence, or talk without words. Return whether a new turn began.

        `is_first` is false for a later sentence of the same utterance.
        """
        if side is Side.NOBODY:
            return False
        if words is not None:
            self._sides_with_words.add(side)
        self.last_end = max(self.last_end, end)
        self.talk.add(side, start, end)
        if self.current is not None and self.current.side is side:
            self._aside = Turn(Side.NOBODY, end, end)
            self._lengthen(self.current, start, end, words)
            self.is_reply_due = is_question and side is Side.ME
            return False
        if is_first or self._aside.side is not side:
            self._aside = Turn(side, start, end)
        self._lengthen(self._aside, start, end, words)
        if self.current is not None and not self._is_turn(self._aside, words, is_question=is_question):
            return False
        self.current = self._aside
        self._aside = Turn(Side.NOBODY, end, end)
        self.talk.update_longest(self.current)
        self.talk.holder = side
        self.is_reply_due = is_question and side is Side.ME
        return True

    def _lengthen(self, turn: Turn, start: float, end: float, words: tuple[str, ...] | None) -> None:
        turn.end = max(turn.end, end)
        turn.seconds += max(end - start, 0.0)
        turn.words += len(words or ())
        if turn is self.current:
            self.talk.update_longest(turn)

    def _is_turn(self, aside: Turn, words: tuple[str, ...] | None, *, is_question: bool) -> bool:
        if words is None:
            return aside.seconds > self._limits.cough_seconds
        if self.current is not None and aside.end <= self.current.end and aside.seconds <= self._limits.cough_seconds:
            return False
        if is_question or (self.is_reply_due and aside.side is Side.THEM):
            return True
        if aside.words <= self._limits.backchannel_words:
            return False
        return not (aside.words <= self._limits.polite_words and is_polite(words))
