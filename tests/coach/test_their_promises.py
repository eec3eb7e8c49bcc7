"""Promises of the buyer with a date are listed; everything else they say about the future is not."""

from __future__ import annotations

import pytest

from salesnerd_tui.call.events import Heard, Promised, Side
from salesnerd_tui.coach.engine import Coach
from salesnerd_tui.coach.signals.promises import find_buyer_promise
from salesnerd_tui.playbook.coach_settings import CoachSettings


def find_promises(text: str, side: Side = Side.THEM) -> list[Promised]:
    events = Coach(CoachSettings()).hear(Heard(5.0, side, "Dana", 1.0, 5.0, text))
    return [event for event in events if isinstance(event, Promised)]


def test_a_dated_step_of_the_buyer_is_their_promise() -> None:
    (found,) = find_promises("And I'll send you our October file by Wednesday.")
    assert (found.side, found.owner, found.due, found.overpromise) == (Side.THEM, "Dana", "by wednesday", False)
    assert find_promises("I'll ask the director to sign by Friday, and Dana names somebody at the front desk.")


@pytest.mark.parametrize(
    "text",
    [
        "We'll see next week.",
        "You will send us that by Friday, then.",
        "I'll need the figures by Monday.",
        "Somebody has to be there by Friday.",
        "We will not sign before March.",
        "Shall I send it by Friday?",
        "I'll send you the file.",
    ],
)
def test_a_sentence_that_commits_nobody_is_not_a_promise(text: str) -> None:
    assert find_promises(text) == []


def test_a_strong_word_of_the_buyer_is_not_an_overpromise() -> None:
    found = find_buyer_promise("we will definitely send it by friday")
    assert found is None or not found.is_overpromise
