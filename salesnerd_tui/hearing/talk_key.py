"""The talk key: the person shows who talks. No microphone, no words, and it always works."""

from __future__ import annotations

from salesnerd_tui.call.events import FloorTaken, How, Side


class TalkKey:
    """A toggle between me and them; the first press says that I talk."""

    def __init__(self) -> None:
        self._side = Side.NOBODY

    @property
    def side(self) -> Side:
        return self._side

    def press(self, at: float) -> FloorTaken:
        """The floor changes hands at `at` seconds of the call."""
        self._side = Side.THEM if self._side is Side.ME else Side.ME
        return FloorTaken(at, self._side, How.HAND)

    def follow(self, side: Side) -> None:
        """Somebody was heard: the next press says that the other one talks now."""
        if side is not Side.NOBODY:
            self._side = side

    def silence(self, at: float) -> FloorTaken:
        """Nobody talks: the call was paused or is over."""
        self._side = Side.NOBODY
        return FloorTaken(at, Side.NOBODY, How.HAND)
