"""A coach that takes over in the middle of a call: first it hears what was said so far, and says nothing about it.

A playbook that is saved may change what the coach lets pass. To hear an hour of talk again takes a fifth of a second,
and no key is to wait for that: it is heard piece by piece while the coach before it goes on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from salesnerd_tui.call.events import CueKind, Event, FloorTaken, Heard, Promised
from salesnerd_tui.coach.coach import Coach
from salesnerd_tui.playbook.model import Drift


class Successor:
    """`events` are the call's own list, which may grow meanwhile. `promised` is what was promised in what it heard."""

    def __init__(self, drift: Drift, quiet: Mapping[CueKind, float], events: Sequence[Event]) -> None:
        self.coach = Coach(drift, quiet=quiet)
        self.promised: list[Promised] = []
        self._events = events
        self._next = 0

    def listen(self, most: int | None = None) -> bool:
        """Hear all there is, or so many events more; whether it has caught up with the call."""
        last = len(self._events)
        until = last if most is None else min(self._next + most, last)
        for number in range(self._next, until):
            event = self._events[number]
            if isinstance(event, Heard | FloorTaken):
                self.promised += [told for told in self.coach.hear(event) if isinstance(told, Promised)]
        self._next = until
        return until == last
