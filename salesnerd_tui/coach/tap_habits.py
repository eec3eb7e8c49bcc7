"""Tap habits: a kind of tap that the user dismisses, or that changes nothing, comes less often.

Three taps of a kind in a row without effect double the pause before the next tap of that kind, and one that the user
followed halves it. So the pause recovers as fast as it grew, and no kind is ever silenced permanently.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.call.events import Dismissal, Dismissed, Event, TapKind, Tapped
from salesnerd_tui.call.state import undone_numbers

ENOUGH = 3
"""Taps in a row without effect that double the pause; fewer may be chance."""

QUIETEST = 3
"""Maximum number of times a pause is doubled: eight minutes between two taps of a kind instead of one."""


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
    """Effects of one kind of tap. `level` is how often its pause is doubled, `in_vain` the failures in a row."""

    level: int = 0
    in_vain: int = 0
    heeded: int = 0
    ignored: int = 0
    dismissed: int = 0

    @property
    def factor(self) -> float:
        """Return the factor by which the pause before this kind of tap is lengthened."""
        return 2.0**self.level

    @property
    def why(self) -> str:
        """Return the history in words, for the settings."""
        return f"dismissed {self.dismissed}, no effect {self.ignored}, followed {self.heeded} times"


Habits = Mapping[TapKind, TapHabit]


def after(habit: TapHabit, effect: TapEffect) -> TapHabit:
    """Return the habit after one more tap with this effect."""
    if effect is TapEffect.HEEDED:
        return replace(habit, heeded=habit.heeded + 1, in_vain=0, level=max(habit.level - 1, 0))
    counted = (
        replace(habit, ignored=habit.ignored + 1)
        if effect is TapEffect.IGNORED
        else replace(habit, dismissed=habit.dismissed + 1)
    )
    if habit.in_vain + 1 < ENOUGH:
        return replace(counted, in_vain=habit.in_vain + 1)
    return replace(counted, in_vain=0, level=min(habit.level + 1, QUIETEST))


def learn(habits: Habits, taps: Iterable[tuple[TapKind, TapEffect]]) -> dict[TapKind, TapHabit]:
    """Return the habits after these taps, oldest first."""
    learned = dict(habits)
    for kind, effect in taps:
        learned[kind] = after(learned.get(kind, TapHabit()), effect)
    return learned


def pauses(habits: Habits) -> dict[TapKind, float]:
    """Return the factors of lengthened pauses, for `Coach(quiet=…)`; kinds with their usual pause are left out."""
    return {kind: habit.factor for kind, habit in habits.items() if habit.level}


def effects(events: Sequence[Event], since: int = 0) -> Iterator[tuple[TapKind, TapEffect]]:
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
                    stands = kind is TapKind.OVER_PROMISING and how is Dismissal.HANDED_BACK
                    yield kind, TapEffect.IGNORED if stands else _EFFECTS[how]
