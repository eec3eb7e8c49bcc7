"""The buyer's praise and suppositions that the user answers with product talk, and the buyer's open questions."""

from __future__ import annotations

import pytest
from coach_story import Story

from salesnerd_tui.call import tap_text
from salesnerd_tui.call.events import Dismissal, TapKind, Tapped
from salesnerd_tui.coach.sentences import split_words
from salesnerd_tui.coach.signals.evidence import is_flattering

FIRST = "The planner also has a calendar for the ovens."
SECOND = "It has filters by shop, and it exports all of that as a table."
THIRD = "You can drag orders between the vans, and there is a map of the routes."


def suppositions(call: Story) -> list[Tapped]:
    return [tap for tap in call.events if isinstance(tap, Tapped) and tap.kind is TapKind.SUPPOSITION]


def open_questions(call: Story) -> list[str]:
    return [question.text for question in call.coach.open_questions]


@pytest.mark.parametrize(
    "said", ["We would definitely use it.", "That sounds really great.", "i'd pay for that tomorrow"]
)
def test_praise_answered_with_the_product_asks_for_the_last_time(said: str) -> None:
    call = Story()
    call.them(said)
    call.me(FIRST)
    call.me(SECOND)
    call.me(THIRD)
    (tap,) = suppositions(call)
    assert tap_text.title(tap) == "Ask for the last time"
    assert said in tap_text.reason(tap)
    assert tap_text.suggestion(tap) == ("ask", "When did you last need that, and what did you do?")
    assert tap.quote in (SECOND, THIRD)


def test_a_question_in_return_is_not_tapped() -> None:
    call = Story()
    call.them("We would definitely use it.")
    call.me("When did you last need it?")
    call.them("Just now, I think, more or less.")
    call.me(FIRST)
    call.me(SECOND)
    call.me(THIRD)
    assert suppositions(call) == []


@pytest.mark.parametrize(
    "said",
    [
        "That sounds great, but we would never use it.",
        "Last week we lost forty orders, and that would help.",
        "It sounds good. How does it work?",
        "We bake for forty shops in the north.",
        "Thanks for making the time today.",
        "We wouldn't use it.",
    ],
)
def test_a_statement_that_is_not_only_praise_is_not_tapped(said: str) -> None:
    call = Story()
    call.them(said)
    call.me(FIRST)
    call.me(SECOND)
    call.me(THIRD)
    assert suppositions(call) == []


def test_praise_in_a_demo_that_they_asked_for_is_not_tapped() -> None:
    call = Story()
    call.them("Can you show me how that works?")
    call.me(FIRST)
    call.them("That looks great.")
    call.me(SECOND)
    call.me(FIRST)
    assert suppositions(call) == []


def test_praise_is_tapped_once_and_the_tap_leaves_when_the_buyer_replies() -> None:
    call = Story()
    for _ in range(3):
        call.them("That sounds really great.")
        call.me(FIRST)
        call.me(SECOND)
    assert len(suppositions(call)) == 1
    assert Dismissal.HANDED_BACK in [event.how for event in call.dismissals]


def test_praise_is_not_tapped_in_the_opening() -> None:
    call = Story(after=0)
    call.them("That sounds really great.")
    call.me(FIRST)
    call.me(SECOND)
    call.me(THIRD)
    assert suppositions(call) == []


@pytest.mark.parametrize(
    "text",
    ["that would be super useful for us", "it'd be so handy", "we'd love that honestly", "we would love to have it"],
)
def test_text_that_is_flattering(text: str) -> None:
    assert is_flattering(split_words(text))


@pytest.mark.parametrize(
    "text",
    ["", "great", "we would love to see the report", "would you use it", "that would be the day", "it is not great"],
)
def test_text_that_is_not_flattering(text: str) -> None:
    assert not is_flattering(split_words(text))


def test_a_postponed_question_stays_open_until_it_is_answered() -> None:
    call = Story()
    call.them("And who hosts the data, and in which country?")
    asked_at = call.at
    call.me("I'd have to check that. Let me show the calendar first.")
    assert open_questions(call) == ["And who hosts the data, and in which country?"]
    assert call.coach.open_questions[0].at < asked_at
    call.them("Sure.")
    call.me("About your data and the country, we host it in Norway.")
    assert open_questions(call) == []


def test_an_ignored_question_is_open_and_an_answered_one_is_not() -> None:
    call = Story()
    call.them("How long does the export take on a Friday?")
    call.me("About ten minutes.")
    assert open_questions(call) == []
    call.them("Can it read our old spreadsheets?")
    call.me("Moving on, there is the calendar.")
    call.me("There are filters. There is a driver app.")
    assert open_questions(call) == ["Can it read our old spreadsheets?"]


def test_an_interrupted_reply_leaves_the_question_open() -> None:
    call = Story()
    call.them("Can it read our old spreadsheets?")
    call.me("Anyway, let me finish the tour.")
    call.them("Okay, go on then.")
    assert len(call.coach.open_questions) == 1


def test_partial_speech_finds_the_same_question_once() -> None:
    call = Story()
    call.them("And who hosts the data, and in which country?")
    call.me("Let me check that.")
    assert len(call.coach.open_questions) == 1
