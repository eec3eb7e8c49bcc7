"""The side that talks now: the one source for the dot, the label and everything else that shows it."""

from __future__ import annotations

from salesnerd_tui.call.events import FloorTaken, Heard, Side
from salesnerd_tui.speech.source import TalkKey

QUIET_SECONDS = 4.0
"""Silence after which nobody is shown as speaking; pauses between sentences are shorter."""

BACKCHANNEL_WORDS = 3
"""Words that may be no more than assent, as in the coach's limits."""


class CurrentSpeaker:
    """Follows the talk key, voices and words. Times are seconds of the call."""

    def __init__(self) -> None:
        self._key = TalkKey()
        self._voice = Side.NOBODY
        self._is_held = False
        self._until = 0.0

    def side(self, at: float) -> Side:
        """Return the side that talks `at` seconds of the call; a word of assent does not change it."""
        return self._key.side if self._is_recent(at) else Side.NOBODY

    def voice(self, at: float) -> Side:
        """Return the side whose voice was heard last, words of assent included."""
        return self._voice if self._is_recent(at) else Side.NOBODY

    def press(self, at: float) -> FloorTaken:
        """Press the talk key: the other side talks."""
        pressed = self._key.press(at)
        self.follow(pressed)
        return pressed

    def follow(self, event: Heard | FloorTaken) -> None:
        """Take over who was heard; a word of assent while the other side talks is not a turn."""
        self._voice = event.side
        if isinstance(event, Heard) and self.side(event.start) not in (event.side, Side.NOBODY) and _assents(event):
            self._until = max(self._until, event.at, event.end)
            return
        self._key.follow(event.side)
        if isinstance(event, Heard):
            self._is_held, self._until = False, max(self._until, event.at, event.end)
        else:
            self._is_held, self._until = event.side is not Side.NOBODY, float("-inf")

    def _is_recent(self, at: float) -> bool:
        return self._is_held or at - self._until <= QUIET_SECONDS


def _assents(event: Heard) -> bool:
    return event.text is not None and len(event.text.split()) <= BACKCHANNEL_WORDS
