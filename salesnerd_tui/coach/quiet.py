"""Learning to be quiet: a kind of tap that this person waves away, or that changes nothing, comes less often.

A pure function of the history; where that is kept, and how it is shown and reset, is not decided here. A tap that
worked makes the kind speak up again, and no kind ever falls silent for good: an over-promise stays an over-promise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from salesnerd_tui.call.events import CueKind, Dismissal

ENOUGH = 3
"""The design's three times; fewer may be chance."""

LONGEST = 8.0
"""The pause of a kind grows to at most eight times its usual: eight minutes."""


class Effect(StrEnum):
    """What came of a tap."""

    HEEDED = "heeded"
    IGNORED = "ignored"
    DISMISSED = "dismissed"


def effect(how: Dismissal) -> Effect:
    """What a tap's leaving the screen says about it."""
    return {
        Dismissal.HANDED_BACK: Effect.HEEDED,
        Dismissal.BY_HAND: Effect.DISMISSED,
        Dismissal.EXPIRED: Effect.IGNORED,
    }[how]


@dataclass(frozen=True, slots=True)
class Quieter:
    """How much longer the pause of a kind is, and why, in words for the settings."""

    factor: float
    why: str


def quieter(history: Mapping[tuple[CueKind, Effect], int]) -> dict[CueKind, Quieter]:
    """The kinds to be quieter about. `history` counts what came of each kind's taps; the rest keep their usual pause.

    Each time in vain beyond what worked counts, a wave of the hand as one and a half. From three on the pause
    doubles, and
    doubles again with each three more.
    """
    told: dict[CueKind, Quieter] = {}
    for kind in CueKind:
        counts = {what: history.get((kind, what), 0) for what in Effect}
        vain = counts[Effect.IGNORED] + 1.5 * counts[Effect.DISMISSED] - counts[Effect.HEEDED]
        if vain >= ENOUGH and counts[Effect.IGNORED] + counts[Effect.DISMISSED] >= ENOUGH:
            factor = min(2.0 ** int(vain // ENOUGH), LONGEST)
            why = (
                f"waved away {counts[Effect.DISMISSED]} times, ignored {counts[Effect.IGNORED]} times, heeded "
                f"{counts[Effect.HEEDED]} times"
            )
            told[kind] = Quieter(factor, why)
    return told


def pauses(history: Mapping[tuple[CueKind, Effect], int]) -> dict[CueKind, float]:
    """The factors alone, as `Coach(quiet=…)` takes them."""
    return {kind: found.factor for kind, found in quieter(history).items()}
