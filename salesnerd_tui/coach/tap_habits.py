"""Tap habits: a kind of tap that the user dismisses, or that changes nothing, comes less often.

Three taps of a kind in a row without effect double the interval before the next tap of that kind, and one that the user
followed halves it. So the interval recovers as fast as it grew, and no kind is ever silenced permanently.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.call.events import Dismissal, Dismissed, Event, TapKind, Tapped
from salesnerd_tui.call.state import undone_numbers

FUTILE_TAPS = 3
"""Taps in a row without effect that double the interval; fewer may be chance."""

MAX_LEVEL = 3
"""Maximum number of times an interval is doubled: eight minutes between two taps of a kind instead of one."""


class TapEffect(StrEnum):
    """Effect of a tap."""

    HEEDED = "heeded"
    IGNORED = "ignored"
    DISMISSED = "dismissed"


_EFFECTS: Mapping[Dismissal, TapEffect] = {
    Dismissal.HANDED_BACK: TapEffect.HEEDED,
    Dismissal.BOUNDED: TapEffect.HEEDED,
    Dismissal.DISMISSED: TapEffect.DISMISSED,
    Dismissal.EXPIRED: TapEffect.IGNORED,
}


class TapHabit(Struct, frozen=True):
    """Effects of one kind of tap. `level` is how often its interval is doubled, `in_vain` the failures in a row."""

    level: int = 0
    in_vain: int = 0
    heeded: int = 0
    ignored: int = 0
    dismissed: int = 0

    @property
    def factor(self) -> float:
        """Factor by which the interval before this kind of tap is lengthened."""
        return 2.0**self.level

    @property
    def summary(self) -> str:
        """History in words, for the settings."""
        return f"dismissed {self.dismissed}, no effect {self.ignored}, followed {self.heeded} times"


Habits = Mapping[TapKind, TapHabit]


def update_habit(habit: TapHabit, effect: TapEffect) -> TapHabit:
    """Return the habit after one more tap with this effect."""
    if effect is TapEffect.HEEDED:
        return replace(habit, heeded=habit.heeded + 1, in_vain=0, level=max(habit.level - 1, 0))
    if effect is TapEffect.IGNORED:
        habit = replace(habit, ignored=habit.ignored + 1)
    else:
        habit = replace(habit, dismissed=habit.dismissed + 1)
    if habit.in_vain + 1 < FUTILE_TAPS:
        return replace(habit, in_vain=habit.in_vain + 1)
    return replace(habit, in_vain=0, level=min(habit.level + 1, MAX_LEVEL))


def learn_habits(habits: Habits, taps: Iterable[tuple[TapKind, TapEffect]]) -> dict[TapKind, TapHabit]:
    """Return the habits after these taps, oldest first."""
    learned = dict(habits)
    for kind, effect in taps:
        learned[kind] = update_habit(learned.get(kind, TapHabit()), effect)
    return learned


def interval_factors(habits: Habits) -> dict[TapKind, float]:
    """Return the factors for `Coach(interval_factors=…)`; kinds with their usual interval are left out."""
    return {kind: habit.factor for kind, habit in habits.items() if habit.level}


def read_effects(events: Sequence[Event], since: int = 0) -> Iterator[tuple[TapKind, TapEffect]]:
    """Yield the effect of each tap from event number `since` on. A tap that another one replaced was ignored.

    Praise for a silence asks for nothing, so it can be dismissed but not ignored. A tap for an overpromise is only
    followed if the user limits the promise: it does not count that the buyer spoke next.
    """
    undone = undone_numbers(events)
    shown: TapKind | None = None
    for number, event in enumerate(events):
        if number < since or number in undone:
            continue
        match event:
            case Tapped(kind=kind):
                if shown is not None and shown is not TapKind.SILENCE:
                    yield shown, TapEffect.IGNORED
                shown = kind
            case Dismissed(kind=kind, how=how) if kind is shown:
                shown = None
                if kind is not TapKind.SILENCE or how is Dismissal.DISMISSED:
                    is_unlimited = kind is TapKind.OVER_PROMISING and how is Dismissal.HANDED_BACK
                    yield kind, TapEffect.IGNORED if is_unlimited else _EFFECTS[how]
