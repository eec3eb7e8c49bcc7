"""The lesson of a debrief: one thing to try, at the moment that cost most."""

from __future__ import annotations

from any_events import events
from hypothesis import given, settings

from invented_calls import PLAYBOOK, Call, dana
from salesnerd_tui.call.events import Dismissal, Event, Recalled, TapKind, Tapped
from salesnerd_tui.review.debrief.builder import build_debrief
from salesnerd_tui.review.debrief.model import Lesson
from tap_reasons import recorded
from thoroughness import examples


def lesson(call: Call) -> Lesson:
    return build_debrief(call.events, PLAYBOOK).lesson


def all_asked(call: Call) -> Call:
    for number, question in enumerate(("trigger", "cost", "verdict")):
        call.answered(number * 10.0, question, f"Question {number}?", "an answer")
    return call


def settled(call: Call) -> Call:
    return all_asked(call).ended(1200, "next_step", "go", {"next_step": "a test with two clinics"})


PROMISE = "It works with anything."


def promised(call: Call) -> Call:
    return call.promised(400, PROMISE, over=True, bounded="It works with the two we tested.")


def test_an_overpromise_is_the_lesson_of_an_otherwise_good_call() -> None:
    result = lesson(settled(promised(Call())))
    assert result.text == "At 6:40 you said “It works with anything.”; say “It works with the two we tested.” instead."
    assert result.at == 400


def test_the_lesson_of_an_empty_call_says_that_nothing_happened() -> None:
    assert lesson(Call()).text.startswith("Nothing was heard or noted in this call.")


def test_a_question_of_the_section_in_which_the_call_ended_is_asked_before_closing() -> None:
    call = (
        Call().noted(10, "busy").moved(60, "trigger", "last_time").ended(300, "part_friends", "no-go", {"reason": "x"})
    )
    assert lesson(call).text.startswith("Before you leave “Why now” (here at 1:00), ask")
    call = Call().noted(10, "busy").ended(300, "part_friends", "no-go", {"reason": "x"})
    assert lesson(call).text.startswith("Before you close, ask")
    call = Call().noted(10, "busy").detour(60, 80, "trigger").ended(300, "part_friends", "no-go", {"reason": "x"})
    assert lesson(call).text.startswith("Before you close, ask"), "a detour interrupts the section"


def test_a_minute_of_features_costs_more_than_a_promise() -> None:
    call = Call().i_say(0, 52, "The tool also has a settings page.").tapped(20, TapKind.OVER_EXPLAINING)
    call.gone(52, TapKind.OVER_EXPLAINING, Dismissal.EXPIRED).they_say(53, 70, "Okay, and what would that mean here?")
    assert lesson(settled(promised(call))).at == 20


def test_what_they_revealed_costs_more_than_a_promise() -> None:
    assert lesson(promised(dana())).at == 82


def test_a_promise_that_was_limited_costs_nothing() -> None:
    call = Call().promised(400, PROMISE, over=True)
    call.add(Tapped(401, TapKind.OVER_PROMISING, recorded("not checked"), PROMISE))
    call.gone(409, TapKind.OVER_PROMISING, Dismissal.BOUNDED)
    assert "It works" not in lesson(settled(call)).text


def test_a_pitch_after_a_reveal_is_the_lesson() -> None:
    result = lesson(dana())
    assert result.text.startswith(
        "When they said “Two people stay late every month because of it.” (1:22), ask “What did"
    )
    assert result.at == 82


def test_an_ending_without_a_day_or_step_is_the_lesson() -> None:
    maybe = lesson(all_asked(Call()).ended(900, "not_now", "not-yet"))
    assert maybe.text == "Before you close (15:00), ask them for a day to talk again."
    assert (
        lesson(all_asked(Call()).ended(900, "next_step", "go")).reason
        == "A go without a next step is only a compliment."
    )


def test_the_tap_that_was_ignored_longest_is_the_lesson() -> None:
    call = Call().i_say(0, 100, "Let me show you how the queue works inside.")
    call.tapped(60, TapKind.MONOLOGUE, ready="Who minds most?")
    call.gone(75, TapKind.MONOLOGUE, Dismissal.EXPIRED).they_say(
        101, 130, "Okay, and what would that mean for us here?"
    )
    result = lesson(settled(call))
    assert result.text == (
        "At 1:00, after “Let me show you how the queue works inside.”, stop and ask “Who minds most?”; "
        "you kept talking for 41 s."
    )


def test_an_unasked_must_ask_question_is_the_lesson() -> None:
    call = Call().moved(200, "trigger", "last_time").moved(700, "last_time", "verdict")
    result = lesson(
        call.answered(10, "trigger", "Why?", "audit")
        .answered(800, "verdict", "Worth it?", "yes")
        .ended(900, "next_step", "go", {"next_step": "test"})
    )
    assert result.text == (
        "Before you leave “What it costs” (here at 11:40), ask “What did that one time cost you, Dana?”"
    )


def test_a_long_monologue_without_a_tap_is_the_lesson() -> None:
    call = (
        Call()
        .i_say(30, 150, "We started the company six years ago in a garage.")
        .they_say(151, 170, "Okay, good to know.")
    )
    assert lesson(settled(call)).text == (
        "At 0:30 you talked for 2 min, starting with “We started the company six years ago in a garage.”: "
        "hand it back halfway."
    )


def test_a_followed_tap_is_the_lesson_one_sentence_earlier() -> None:
    call = Call().i_say(0, 45, "The retry queue works like this inside.")
    call.tapped(40, TapKind.OVER_EXPLAINING, ready="Who minds most?")
    call.gone(47, TapKind.OVER_EXPLAINING, Dismissal.HANDED_BACK).they_say(46, 70, "The board minds most, I would say.")
    assert "ask “Who minds most?” one sentence earlier." in lesson(settled(call)).text


def test_the_lesson_of_a_good_call_is_praise() -> None:
    call = Call().i_say(0, 5, "What happened?").tapped(8, TapKind.SILENCE)
    result = lesson(settled(call.they_say(9, 60, "Well, to be honest the board is nervous.")))
    assert result.praise
    assert (
        result.text
        == "Do it again: at 0:08 you let them think, and they said “Well, to be honest the board is nervous.”"
    )


def test_only_an_answer_of_this_call_is_praised() -> None:
    names = ("trigger", "cost", "verdict")
    recalled = [Recalled(0.0, name, "the audit", "2026-10-01T0900-aaaa") for name in names]
    alone = lesson(Call().add(*recalled).ended(1200, "part_friends", "no-go", {"reason": "too early"}))
    assert alone.text.startswith("Nothing was heard or noted in this call.")
    call = Call().add(*recalled).answered(30, "cost", "What did it cost?", "two days")
    noted = lesson(call.ended(1200, "part_friends", "no-go", {"reason": "too early"}))
    assert (noted.text, noted.at) == ("Do it again: you wrote down their answer to “What did it cost?”", 30)


@given(events())
@settings(max_examples=examples(150), deadline=None)
def test_any_events_have_exactly_one_lesson(listed: list[Event]) -> None:
    assert build_debrief(listed, PLAYBOOK).lesson.text.count("\n") <= 1
