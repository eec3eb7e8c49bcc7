"""The point of a spoken answer: one clean sentence, only of words that were said."""

from __future__ import annotations

import pytest

from salesnerd_tui.review.points import count_facts, main_point


@pytest.mark.parametrize(
    ("said", "point"),
    [
        ("Well, so we had this thing in October.", ""),
        ("Yeah, so, um, nobody noticed until Monday.", "Nobody noticed until Monday."),
        ("So far we lost three days.", "So far we lost three days."),
        ("Well over fifty people read it.", "Well over fifty people read it."),
        ("And then the job, right, just stopped, you know.", "Then the job, just stopped."),
        ("We would survive it. But we add two carriers in March.", "We add two carriers in March."),
        ("Let me think. It was, uh, two days.", "It was two days."),
        ("No, we never counted the two days.", "No, we never counted the two days."),
        ("How many of the two days do you mean?", ""),
        ("Five weeks.", ""),
    ],
)
def test_a_point_is_a_sentence_with_substance_and_without_fillers(said: str, point: str) -> None:
    assert main_point(said) == point


def test_a_number_of_several_words_is_one_fact() -> None:
    assert count_facts("It was four thousand two hundred.") == 1
    assert count_facts("On Monday Els paid 4,200.50 for two trucks.") == 4
