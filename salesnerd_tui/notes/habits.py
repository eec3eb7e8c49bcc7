"""Where the coach's habits with this person are kept: one value among the settings, read with care, reset at will."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec.structs import asdict, fields

from salesnerd_tui.call.events import CueKind, Event
from salesnerd_tui.coach.quiet import QUIETEST, Effect, Habit, effects, learn, pauses
from salesnerd_tui.notes.settings import Settings

NAME = "coach"
"""The setting's name: `{kind: {level, in_vain, heeded, ignored, dismissed}}`."""

MOST_TIMES = 1_000_000


class CoachHabits:
    """`by_hand` is for recordings, where nobody could have heeded a tap: only those waved away teach something."""

    def __init__(self, settings: Settings, *, by_hand: bool = False) -> None:
        self._settings = settings
        self._by_hand = by_hand

    def known(self) -> dict[CueKind, Habit]:
        """What was learned so far; of a value that somebody spoiled, what can be read."""
        kept = self._settings.get(NAME)
        if not isinstance(kept, dict):
            return {}
        return {kind: _habit(kept[kind]) for kind in CueKind if isinstance(kept.get(kind), dict)}

    def pauses(self) -> dict[CueKind, float]:
        """How many times longer the pause before each kind is, for the kinds with more than the usual one."""
        return pauses(self.known())

    def learn(self, events: Sequence[Event], since: int = 0) -> None:
        """Learn from what came of the taps from event number `since` on. Never waits for the disk."""
        taps = [tap for tap in effects(events, since) if not self._by_hand or tap[1] is Effect.DISMISSED]
        if taps:
            learned = learn(self.known(), taps)
            self._settings.set(NAME, {str(kind): asdict(habit) for kind, habit in learned.items()})

    def forget(self) -> None:
        """Every kind has its usual pause again."""
        self._settings.set(NAME, {})


def _habit(kept: dict[str, Any]) -> Habit:
    found = {field.name: kept.get(field.name, 0) for field in fields(Habit)}
    times = {name: value if type(value) is int and 0 <= value <= MOST_TIMES else 0 for name, value in found.items()}
    return Habit(**{**times, "level": min(times["level"], QUIETEST)})
