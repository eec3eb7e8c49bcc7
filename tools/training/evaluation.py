"""The product's own coach over labeled conversations, each judged by a model that has not seen it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from salesnerd_tui.call import tap_text
from salesnerd_tui.call.events import TapKind, Tapped
from salesnerd_tui.coach.drift_judge import DriftModel
from salesnerd_tui.coach.engine import Coach, replay
from salesnerd_tui.coach.limits import Limits
from salesnerd_tui.playbook.model import CoachSettings
from training.conversations import Conversation
from training.scoring import Count, count

DRIFT = frozenset({TapKind.OVER_EXPLAINING, TapKind.PITCHING, TapKind.US_FOCUS, TapKind.MONOLOGUE})
LABELED = DRIFT | {TapKind.OVER_PROMISING}
"""Kinds of taps that readers marked the place for."""

ModelOf = Callable[[Conversation], DriftModel]


@dataclass(frozen=True)
class Tap:
    """One warning: the turn it came in, its kind, whether that turn is marked as drift, or as an overpromise."""

    turn: int
    kind: TapKind
    words: str
    because: str
    right: bool


def taps_of(
    conversation: Conversation, model: DriftModel, hearing: str = "as written", limits: Limits | None = None
) -> list[Tap]:
    """Return the coach's warnings about drift and overpromises, in order."""
    coach = Coach(CoachSettings(), limits=limits, model=model)
    told = replay(coach, conversation.heards(hearing))
    marked = {turn for each in conversation.stretches for turn in range(each.first, each.last + 1)}
    return [
        Tap(
            each.turn,
            each.kind,
            tap_text.title(each),
            tap_text.reason(each),
            each.turn in (marked if each.kind in DRIFT else conversation.overpromised_turns),
        )
        for each in told
        if isinstance(each, Tapped) and each.kind in LABELED
    ]


def counted(
    conversations: Iterable[Conversation],
    model_of: ModelOf,
    hearing: str = "as written",
    limits: Limits | None = None,
) -> tuple[list[Count], list[Tap]]:
    """Return the counts of each conversation, of its warnings about drift, and all warnings."""
    counts: list[Count] = []
    every: list[Tap] = []
    for conversation in conversations:
        taps = taps_of(conversation, model_of(conversation), hearing, limits)
        every += taps
        counts.append(count(conversation, [tap.turn for tap in taps if tap.kind in DRIFT]))
    return counts, every


def precision_by_kind(taps: Sequence[Tap]) -> dict[str, dict[str, float]]:
    """Return, by what a tap says, how many there were and which part of them was right."""
    kinds: dict[str, list[bool]] = {}
    for tap in taps:
        kinds.setdefault(tap.words, []).append(tap.right)
    return {
        words: {"taps": len(right), "precision": round(sum(right) / len(right), 3)}
        for words, right in sorted(kinds.items())
    }
