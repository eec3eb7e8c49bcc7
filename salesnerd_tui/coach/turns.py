"""Turn-taking: whose turn it is, and how long that turn is.

A backchannel (up to about three words, a cough) does not end a turn, so it cannot reset the clock. Real words of the
other side do, so a dialogue of short turns is not a monologue. An answer to a question is a turn, however short it is.
The length of a turn is time spent talking, not the time from the first word to the last.
"""

from __future__ import annotations

from msgspec import Struct

from salesnerd_tui.call.events import FloorTaken, Heard, Side
from salesnerd_tui.coach.limits import Limits
from salesnerd_tui.coach.sentences import end_mark, is_polite, split_words
from salesnerd_tui.coach.signals.questions import is_question
from salesnerd_tui.coach.talk_stats import TalkStats


class Turn(Struct):
    """Turn of one side. `seconds` is time spent talking."""

    side: Side
    start: float
    end: float
    seconds: float = 0.0
    words: int = 0


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
        self.talk.update_longest(self.current.side, self.current.seconds)
        self.talk.holder = side
        self.is_reply_due = is_question and side is Side.ME
        return True

    def _lengthen(self, turn: Turn, start: float, end: float, words: tuple[str, ...] | None) -> None:
        turn.end = max(turn.end, end)
        turn.seconds += max(end - start, 0.0)
        turn.words += len(words or ())
        if turn is self.current:
            self.talk.update_longest(turn.side, turn.seconds)

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
