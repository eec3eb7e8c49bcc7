"""Learning to be quiet: a kind of tap that this person waves away, or that changes nothing, comes less often.

A fold over what came of each tap: three in vain, one after the other, double the pause before the kind comes again; one
that was heeded halves it. So it recovers as fast as it learned, whatever happened a year ago, and no kind ever falls
silent for good. Where this is kept, shown and reset is not decided here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.call.events import Dismissal, Dismissed, Event, TapKind, Tapped
from salesnerd_tui.call.state import undone_numbers

ENOUGH = 3
"""The design's three times; fewer may be chance."""

QUIETEST = 3
"""A pause is doubled at most so often: eight minutes between two taps of a kind, not one."""


class TapEffect(StrEnum):
    """What came of a tap."""

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
    """What one kind's taps came to. `level` is how often its pause is doubled, `in_vain` the failures in a row."""

    level: int = 0
    in_vain: int = 0
    heeded: int = 0
    ignored: int = 0
    dismissed: int = 0

    @property
    def factor(self) -> float:
        """How many times longer than usual the pause before this kind is."""
        return 2.0**self.level

    @property
    def why(self) -> str:
        """The history, in words for the settings."""
        return f"waved away {self.dismissed}, no effect {self.ignored}, heeded {self.heeded} times"


Habits = Mapping[TapKind, TapHabit]


def after(habit: TapHabit, effect: TapEffect) -> TapHabit:
    """The habit once one more tap came to this."""
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
    """The habits after these taps, oldest first."""
    learned = dict(habits)
    for kind, effect in taps:
        learned[kind] = after(learned.get(kind, TapHabit()), effect)
    return learned


def pauses(habits: Habits) -> dict[TapKind, float]:
    """The stretched pauses, as `Coach(quiet=…)` takes them; kinds with their usual pause are left out."""
    return {kind: habit.factor for kind, habit in habits.items() if habit.level}


def effects(events: Sequence[Event], since: int = 0) -> Iterator[tuple[TapKind, TapEffect]]:
    """What came of each tap from event number `since` on. A tap that another one replaced had no effect.

    Praise for a silence asks for nothing, so it cannot be ignored; it can be unwanted. A promise is heeded only when it
    was bounded: that they spoke next does not change it.
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
