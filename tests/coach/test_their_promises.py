"""Steps of the buyer with a date or for the user are listed; everything else they say about the future is not."""

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
        "Yes, I'll get you a sample of the October file.",
        "And we'll forward the contract.",
        "I'll ask my brother, he knows the cellar.",
        "We're going to come back to you.",
        "I'll introduce you to Bram.",
    ],
)
def test_a_step_of_the_buyer_for_the_user_needs_no_date(text: str) -> None:
    (found,) = find_promises(text)
    assert (found.side, found.due) == (Side.THEM, "")


def test_what_they_can_do_is_a_promise_with_a_date() -> None:
    (found,) = find_promises("I can do that by next Wednesday.")
    assert found.due == "by next wednesday"


@pytest.mark.parametrize(
    "text",
    [
        "We'll see next week.",
        "You will send us that by Friday, then.",
        "I'll need the figures by Monday.",
        "Somebody has to be there by Friday.",
        "We will not sign before March.",
        "Shall I send it by Friday?",
        "Shall I send you the file?",
        "I won't send you the file.",
        "I'll ask you something else.",
        "We'll get used to it.",
        "I can do that in my sleep.",
    ],
)
def test_a_sentence_that_commits_nobody_is_not_a_promise(text: str) -> None:
    assert find_promises(text) == []


def test_a_strong_word_of_the_buyer_is_not_an_overpromise() -> None:
    found = find_buyer_promise("we will definitely send it by friday")
    assert found is None or not found.is_overpromise
