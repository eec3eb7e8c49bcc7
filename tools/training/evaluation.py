"""Evaluation of the shipped coach on labeled conversations, each judged by a model that has not seen it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from salesnerd_tui.call import tap_text
from salesnerd_tui.call.events import TapKind, Tapped
from salesnerd_tui.coach.drift_judge import DriftModel
from salesnerd_tui.coach.engine import Coach, replay
from salesnerd_tui.coach.limits import Limits
from salesnerd_tui.coach.tap_cadence import DRIFT_KINDS
from salesnerd_tui.playbook.coach_settings import CoachSettings
from training.conversations import Conversation
from training.scoring import Score, score

LABELED_KINDS = DRIFT_KINDS | {TapKind.OVER_PROMISING}
"""Kinds of taps whose places readers marked."""

ModelOf = Callable[[Conversation], DriftModel]


@dataclass(frozen=True)
class Tap:
    """One warning. `is_right` is true if its turn is marked as drift, or as an overpromise."""

    turn: int
    kind: TapKind
    title: str
    reason: str
    is_right: bool


def find_taps(
    conversation: Conversation, model: DriftModel, variant: str = "as written", limits: Limits | None = None
) -> list[Tap]:
    """Return the coach's warnings about drift and overpromises, in order."""
    coach = Coach(CoachSettings(), limits=limits, model=model)
    events = replay(coach, conversation.utterances(variant))
    drift_turns = {turn for each in conversation.stretches for turn in range(each.first, each.last + 1)}
    return [
        Tap(
            event.turn,
            event.kind,
            tap_text.title(event),
            tap_text.reason(event),
            event.turn in (drift_turns if event.kind in DRIFT_KINDS else conversation.overpromised_turns),
        )
        for event in events
        if isinstance(event, Tapped) and event.kind in LABELED_KINDS
    ]


def score_conversations(
    conversations: Iterable[Conversation],
    model_of: ModelOf,
    variant: str = "as written",
    limits: Limits | None = None,
) -> tuple[list[Score], list[Tap]]:
    """Return the score of the warnings about drift in each conversation, and all warnings."""
    scores: list[Score] = []
    all_taps: list[Tap] = []
    for conversation in conversations:
        taps = find_taps(conversation, model_of(conversation), variant, limits)
        all_taps += taps
        scores.append(score(conversation, [tap.turn for tap in taps if tap.kind in DRIFT_KINDS]))
    return scores, all_taps


def precision_by_title(taps: Sequence[Tap]) -> dict[str, dict[str, float]]:
    """Return for each title of a tap how many there were, and the share of right ones."""
    by_title: dict[str, list[bool]] = {}
    for tap in taps:
        by_title.setdefault(tap.title, []).append(tap.is_right)
    return {
        title: {"taps": len(is_right), "precision": round(sum(is_right) / len(is_right), 3)}
        for title, is_right in sorted(by_title.items())
    }
