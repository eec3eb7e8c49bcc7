"""Listening in the debrief: follow-ups, evidence and open questions."""

from __future__ import annotations

import pytest

from invented_calls import Call
from salesnerd_tui.coach.signals.evidence import Rung, find_rung
from salesnerd_tui.review.debrief.builder import build_debrief
from salesnerd_tui.review.debrief.model import Debrief
from salesnerd_tui.review.debrief.talk import FollowUp, best_statement, grade_reply, is_answered
from salesnerd_tui.review.debrief_page import (
    built_on_text,
    evidence_summary,
    render_markdown,
    render_page,
    to_plain_text,
)

SAID = "Every invoice is typed three times, and last Tuesday we sent one to the wrong hospital."


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (["Which hospital got the invoice?"], FollowUp.QUESTION),
        (["What happened then?"], FollowUp.QUESTION),
        (["Three times, and then the wrong hospital."], FollowUp.REFLECTION),
        (["Oh, that's rotten."], FollowUp.ACKNOWLEDGMENT),
        ([], FollowUp.PASSED_OVER),
        (
            [
                "Okay, so this is exactly why we built the routing engine.",
                "It has a shared calendar, a rule editor and a mobile app for the drivers.",
                "And with the premium plan you also get dashboards for every team.",
            ],
            FollowUp.PASSED_OVER,
        ),
        (["Moving on, the second item on our list is the onboarding, which takes about a week."], FollowUp.PASSED_OVER),
    ],
)
def test_a_reply_is_graded_by_what_it_shares_with_their_words(reply: list[str], expected: FollowUp) -> None:
    assert grade_reply(SAID, reply) is expected


def test_the_debrief_counts_what_was_built_on_and_quotes_both() -> None:
    call = Call().they_say(0, 8, "Closing the month is a nightmare for the two of us.")
    call.i_say(9, 12, "What makes closing the month a nightmare?")
    call.they_say(13, 20, "We lost four days in March because nobody trusts the report.")
    call.i_say(21, 50, "Right, regarding our product, it has a cache, a broker, a scheduler and a new admin console.")
    call.they_say(51, 55, "I see, and we should talk about the budget as well.")
    text = to_plain_text(render_page(build_debrief(call.events), 80))
    assert "You built on 1 of the 2 things they told you." in text
    assert "We lost four days in March" in text
    assert "regarding our product" in text
    assert "- You built on 1 of the 2 things they told you." in render_markdown(build_debrief(call.events), "id")


def revealing(followed_up: int, passed_over: int) -> Debrief:
    """Return the debrief of a call in which they revealed something, and the user followed up on some of it."""
    call, at = Call(), 0.0
    for number in range(followed_up + passed_over):
        call.they_say(at, at + 8, "Closing the month is a nightmare for the two of us.")
        good = "What makes closing the month a nightmare?"
        bad = "Right, regarding our product, it has a cache, a broker, a scheduler and a new admin console."
        call.i_say(at + 9, at + 12, good if number < followed_up else bad)
        at += 13
    return build_debrief(call.they_say(at, at + 4, "Let me think about that for a while.").events)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((1, 0), "You built on the one thing they told you."),
        ((0, 1), "You did not build on the one thing they told you."),
        ((2, 0), "You built on both things they told you."),
        ((3, 0), "You built on all 3 things they told you."),
        ((0, 3), "You built on none of the 3 things they told you."),
        ((2, 2), "You built on 2 of the 4 things they told you."),
    ],
)
def test_the_summary_counts_followed_up_reveals(counts: tuple[int, int], expected: str) -> None:
    assert built_on_text(revealing(*counts)) == expected


def test_every_reveal_is_listed_or_counted() -> None:
    text = to_plain_text(render_page(revealing(10, 2), 80))
    listed = text.partition("What they revealed")[2].partition("What their words")[0]
    assert listed.count("“Closing the month") == 8
    assert "and 4 more that you built on" in listed


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (
            ("We lost four days in March.", "That mistake cost us four thousand euros."),
            "Both of their statements that matter count as",
        ),
        (
            ("This looks really impressive, well done.", "I think most teams have it."),
            "None of their 2 statements that matter counts",
        ),
    ],
)
def test_the_summary_says_if_all_or_none_are_evidence(said: tuple[str, ...], expected: str) -> None:
    call = Call()
    for number, text in enumerate(said):
        call.they_say(number * 10, number * 10 + 5, text)
    assert expected in evidence_summary(build_debrief(call.events))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("This looks really impressive, well done.", Rung.POLITENESS),
        ("I think most teams have that problem.", Rung.OPINION),
        ("We would definitely use it every week.", Rung.HYPOTHETICAL),
        ("I'd love to have that on my phone.", Rung.WISH),
        ("Last Tuesday we sent a box to the wrong school.", Rung.INCIDENT),
        ("Right now I copy each name by hand.", Rung.WORKAROUND),
        ("That mistake cost us four thousand euros.", Rung.SPENT),
        ("I'll introduce you to our head of operations.", Rung.INTRODUCTION),
        ("Let's meet again on Thursday at nine.", Rung.DATE),
        ("We have twenty thousand set aside for this.", Rung.BUDGET),
        ("We don't have any money set aside for this.", None),
        ("Maybe we could meet on Thursday or so.", Rung.HYPOTHETICAL),
        ("Would you pay forty euros for it?", None),
        ("The left wing is painted green.", None),
        ("Yes, sure.", None),
    ],
)
def test_a_statement_has_the_rung_that_its_words_support(said: str, expected: Rung | None) -> None:
    assert find_rung(said) is expected


def test_the_debrief_says_how_much_is_evidence_and_shows_the_best_piece() -> None:
    call = Call().they_say(0, 5, "This looks really impressive, well done.")
    call.they_say(6, 10, "We would definitely use it every week.")
    call.they_say(11, 16, "That mistake cost us four thousand euros.")
    found = build_debrief(call.events)
    text = to_plain_text(render_page(found, 80))
    assert "1 of their 3 statements that matter counts as evidence." in text
    assert "1 cost, 1 hypothetical, 1 polite remark" in text
    assert "✓ best, cost: “That mistake cost us four thousand euros.”" in text
    only_praise = build_debrief(Call().they_say(0, 5, "This looks really impressive, well done.").events)
    assert best_statement(only_praise.statements) is None
    assert "The one statement of theirs that matters is not evidence." in to_plain_text(render_page(only_praise, 80))
    assert "Ask for the last time it happened" in to_plain_text(render_page(only_praise, 80))


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (["Yes, in two weeks."], True),
        (["It reads them from the old database."], True),
        (["I'll have to check that with Priya."], False),
        (["I don't know, to be honest."], False),
        (["Anyway, the next thing I wanted to show is the calendar."], False),
        (["Next, the invoices are loaded overnight."], True),
        ([], False),
    ],
)
def test_a_question_is_answered_unless_it_is_postponed_or_passed_over(reply: list[str], expected: bool) -> None:
    assert is_answered("How do you load our old invoices?", reply) is expected


def test_open_questions_are_listed_with_their_minute_until_they_are_answered() -> None:
    call = Call().they_say(60, 65, "How do you load our old invoices into it?")
    call.i_say(66, 70, "I'll have to check that with Priya.").they_say(71, 75, "Fine, thank you for that.")
    open_call = build_debrief(call.events)
    assert [asked.at for asked in open_call.open_questions] == [60]
    text = to_plain_text(render_page(open_call, 80))
    assert "Their questions you have not answered" in text
    assert "1:00 “How do you load our old invoices into it?”" in text
    call.i_say(300, 308, "About your old invoices: we load them from a spreadsheet overnight.")
    assert build_debrief(call.events).open_questions == ()


PAIN = "Honestly, closing the month is a nightmare for the two of us."


def test_a_pain_that_the_user_asks_about_is_followed_up() -> None:
    call = Call().they_say(0, 10, PAIN).i_say(11, 15, "What makes the closing such a nightmare?")
    found = build_debrief(call.events).reveals
    assert [(reveal.kind, reveal.followed_up) for reveal in found] == [("pain", True)]


def test_a_pain_that_the_user_ignores_is_not_followed_up() -> None:
    call = Call().they_say(0, 10, PAIN)
    call.i_say(11, 30, "Next, our platform runs on three clouds. It has a broker. And it has a cache.")
    found = build_debrief(call.events)
    assert not found.reveals[0].followed_up
    assert found.reveals[0].next_said is not None
    assert found.reveals[0].next_said.text.startswith("Next, our platform")
    assert "You did not build on the one thing they told you." in to_plain_text(render_page(found, 80))


def test_small_talk_reveals_nothing() -> None:
    call = Call().they_say(0, 3, "No problem, thanks for having me.").i_say(4, 8, "Let us begin with the agenda then.")
    assert build_debrief(call.events).reveals == ()


def test_a_request_for_a_demo_is_no_disclosure_but_the_statement_before_it_is() -> None:
    call = Call()
    call.they_say(5, 8, "Could you just show us a demo of the missing slots?").i_say(9, 11, "Sure, we can do that.")
    call.they_say(12, 15, "We lost two drivers over it.").i_say(16, 17, "Two drivers?")
    call.they_say(18, 19, "Can you send us the price list that was missing?").i_say(20, 22, "I'll send it today.")
    call.they_say(23, 24, "Thanks a lot for that.")
    assert [reveal.said.text for reveal in build_debrief(call.events).reveals] == ["We lost two drivers over it."]
