"""Contrast pairs: the same long talk, once as drift and once as an answer, by authors in the training data.

The judge must distinguish some of them, which is not a measure of its quality: `docs/judgement.md` has the figures of
pairs that it has not seen.
"""

from __future__ import annotations

import pytest
from training.conversations import Conversation, load_dialogues
from training.evaluation import find_taps

from salesnerd_tui.coach.drift_judge import shipped_model
from salesnerd_tui.coach.tap_cadence import DRIFT_KINDS

PAIRS = [each for each in load_dialogues() if each.source.startswith("pairs_")]
DRIFT = [each for each in PAIRS if each.stretches]
INVITED = [each for each in PAIRS if not each.stretches]

LEFT_ALONE = [
    *(f"pairs_a/{number}" for number in ("02", "03", "05", "06", "07", "09", "10", "11", "12", "13")),
    *(f"pairs_b/{number}" for number in ("03", "06", "08", "11", "13")),
]
"""Pairs whose invited half is not tapped. In the other thirteen the coach still taps talk that was asked for."""


def pair(conversation: Conversation) -> str:
    return f"{conversation.source}/{conversation.project}"


def longest_turn(conversation: Conversation) -> float:
    """Return the seconds of the user's longest turn."""
    spoken = zip(conversation.clocks, conversation.rows, strict=True)
    return max(end - start for (start, end), row in spoken if row["speaker"] in conversation.me)


@pytest.mark.parametrize("conversation", DRIFT, ids=lambda each: each.name)
def test_the_drift_half_is_tapped_where_readers_marked_it(conversation: Conversation) -> None:
    assert any(tap.is_right for tap in find_taps(conversation, shipped_model()))


@pytest.mark.parametrize("name", LEFT_ALONE)
def test_the_invited_half_is_not_tapped(name: str) -> None:
    (invited,) = (each for each in INVITED if pair(each) == name)
    assert not any(tap.kind in DRIFT_KINDS for tap in find_taps(invited, shipped_model()))


def test_both_halves_are_about_equally_long() -> None:
    """The pairs differ in what was asked, not in length, so a stopwatch cannot tell them apart."""
    for drift in DRIFT:
        (invited,) = (each for each in INVITED if pair(each) == pair(drift))
        first, second = longest_turn(drift), longest_turn(invited)
        assert min(first, second) > 0.4 * max(first, second), pair(drift)
