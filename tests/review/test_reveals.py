"""Reveals of the buyer, and whether the user followed up."""

from __future__ import annotations

from invented_calls import Call
from salesnerd_tui.review.debrief.builder import debrief
from salesnerd_tui.review.debrief_page import page, printed

PAIN = "Honestly, closing the month is a nightmare for the two of us."


def test_a_pain_that_i_asked_about_was_taken_up() -> None:
    call = Call().they_say(0, 10, PAIN).i_say(11, 15, "What makes the closing such a nightmare?")
    found = debrief(call.events).reveals
    assert [(reveal.kind, reveal.followed_up) for reveal in found] == [("pain", True)]


def test_a_pain_that_i_talked_past_was_not() -> None:
    call = Call().they_say(0, 10, PAIN)
    call.i_say(11, 30, "Next, our platform runs on three clouds. It has a broker. And it has a cache.")
    found = debrief(call.events)
    assert not found.reveals[0].followed_up
    assert found.reveals[0].next_said is not None
    assert found.reveals[0].next_said.text.startswith("Next, our platform")
    assert "You did not build on the one thing they told you." in printed(page(found, 80))


def test_manners_give_nothing_away() -> None:
    call = Call().they_say(0, 3, "No problem, thanks for having me.").i_say(4, 8, "Let us begin with the agenda then.")
    assert debrief(call.events).reveals == ()
