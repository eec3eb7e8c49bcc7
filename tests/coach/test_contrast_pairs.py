"""Contrast pairs: the same long talk, once as drift and once as wanted, by the hands that the judge learned from.

That the judge tells some of them apart is a floor and not a measure: `docs/judgement.md` has the figures of pairs that
it has not seen.
"""

from __future__ import annotations

import pytest
from training.conversations import Conversation, own
from training.evaluation import DRIFT as DRIFT_KINDS
from training.evaluation import taps_of

from salesnerd_tui.coach.drift_judge import shipped_model

PAIRS = [each for each in own() if each.source.startswith("pairs_")]
DRIFT = [each for each in PAIRS if each.stretches]
WANTED = [each for each in PAIRS if not each.stretches]

LEFT_ALONE = [
    *(f"pairs_a/{number}" for number in ("03", "05", "06", "07", "09", "10", "12", "13")),
    *(f"pairs_b/{number}" for number in ("06", "08", "11", "12", "13")),
]
"""Pairs whose wanted half is not tapped. In the other fifteen the coach still taps talk that was asked for."""


def pair(conversation: Conversation) -> str:
    return f"{conversation.source}/{conversation.project}"


def longest_turn(conversation: Conversation) -> float:
    """Seconds of the user's longest turn."""
    spoken = zip(conversation.clocks, conversation.rows, strict=True)
    return max(end - start for (start, end), row in spoken if row["speaker"] in conversation.me)


@pytest.mark.parametrize("conversation", DRIFT, ids=lambda each: each.name)
def test_the_drift_half_is_tapped_where_readers_marked_it(conversation: Conversation) -> None:
    assert any(tap.right for tap in taps_of(conversation, shipped_model()))


@pytest.mark.parametrize("name", LEFT_ALONE)
def test_the_wanted_half_of_the_same_talk_is_left_alone(name: str) -> None:
    (wanted,) = (each for each in WANTED if pair(each) == name)
    assert not any(tap.kind in DRIFT_KINDS for tap in taps_of(wanted, shipped_model()))


def test_both_halves_run_equally_long() -> None:
    """The pairs differ in what was asked, not in length, so a stopwatch cannot tell them apart."""
    for drift in DRIFT:
        (wanted,) = (each for each in WANTED if pair(each) == pair(drift))
        first, second = longest_turn(drift), longest_turn(wanted)
        assert min(first, second) > 0.4 * max(first, second), pair(drift)
