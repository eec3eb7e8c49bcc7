"""Figures of a call, also after its transcript was deleted."""

from __future__ import annotations

import json

from any_events import events
from hypothesis import given, settings
from msgspec import convert, to_builtins
from msgspec.structs import replace

from invented_calls import Call, dana
from salesnerd_tui.call.events import Dismissal, Event, Forgotten, Heard, Side, TapKind
from salesnerd_tui.review.debrief.builder import Figures, figures, figures_to_store
from salesnerd_tui.review.debrief.model import OutcomeKind
from thoroughness import examples

ASKS = "What did that one time cost you?"
TELLS = "So the way our pipeline works is that every event goes into a queue and our scheduler writes it."


def drifting() -> Call:
    """A minute of questions and answers, a minute of features with two taps, and a dismissed tap."""
    return (
        Call()
        .i_say(0, 10, ASKS)
        .they_say(11, 51, "Billing broke twice last week and three of us were up at night.")
        .i_say(60, 120, TELLS)
        .tapped(100, TapKind.OVER_EXPLAINING, "ask, don't tell")
        .gone(105, TapKind.OVER_EXPLAINING, Dismissal.EXPIRED)
        .tapped(115, TapKind.PITCHING, "ask, don't tell")
        .gone(121, TapKind.PITCHING, Dismissal.HANDED_BACK)
        .they_say(121, 141, "That is more than we asked for, to be honest with you.")
        .i_say(150, 180, TELLS)
        .tapped(170, TapKind.PITCHING, "ask, don't tell")
        .gone(172, TapKind.PITCHING, Dismissal.DISMISSED)
        .promised(175, "it will be done by Friday", over=True)
        .ended(600, "part_friends", "no-go")
    )


def test_talk_questions_taps_and_the_ending_are_counted() -> None:
    found = figures(drifting().events)
    assert (found.seconds, found.mine_seconds, found.theirs_seconds) == (600, 100, 60)
    assert (found.longest_mine_seconds, found.longest_theirs_seconds) == (60, 40)
    assert (found.taps, found.handed_back, found.dismissed) == (3, 1, 1)
    assert (found.questions, found.overpromises, found.verdict) == (1, 1, OutcomeKind.NO_GO)
    assert found.share == 0.625
    assert found.has_transcript


def test_a_stretch_counts_as_unasked_once_and_not_when_its_tap_was_waved_away() -> None:
    assert figures(drifting().events).unasked_seconds == 60


def test_praise_is_no_tap() -> None:
    assert figures(Call().i_say(0, 9, ASKS).tapped(20, TapKind.SILENCE, "well waited").events).taps == 0


def test_without_speech_nothing_is_known_of_talk() -> None:
    found = figures(Call().asked(5, "trigger", "What happened?").ended(60, "next_step", "go").events)
    assert (found.share, found.heard, found.has_transcript) == (None, False, False)
    assert (found.questions, found.seconds, found.verdict) == (1, 60, OutcomeKind.GO)
    assert figures([]) == Figures()


def test_what_was_undone_does_not_count() -> None:
    call = drifting()
    number = next(number for number, event in enumerate(call.events) if getattr(event, "overpromise", False))
    assert figures(call.undone(number).events).overpromises == 0


def test_figures_come_back_from_json() -> None:
    found = figures(dana().events)
    assert convert(json.loads(json.dumps(to_builtins(found))), Figures) == found


def without_words(told: list[Event]) -> list[Event]:
    wordless = [replace(event, text=None) if isinstance(event, Heard) else event for event in told]
    return [*wordless, Forgotten(told[-1].at, figures_to_store(told))]


def test_the_figures_stay_when_the_words_are_forgotten() -> None:
    for call in (drifting(), dana()):
        before = figures(call.events)
        assert figures(without_words(call.events)) == before
        assert figures(without_words(without_words(call.events))) == before


def test_what_is_heard_afterwards_is_added() -> None:
    told = [*without_words(drifting().events), Heard(700, Side.ME, "Kim", 610, 700, ASKS)]
    found = figures(told)
    assert (found.mine_seconds, found.theirs_seconds, found.longest_mine_seconds) == (190, 60, 90)
    assert found.questions == 2


@settings(max_examples=examples(200), deadline=None)
@given(events())
def test_any_events_have_figures_that_json_holds(told: list[Event]) -> None:
    found = figures(told)
    assert convert(json.loads(json.dumps(to_builtins(found), allow_nan=False)), Figures) == found
    assert all(value >= 0 for value in figures_to_store(told).values())


def test_a_stored_figure_that_is_no_number_of_seconds_counts_as_nothing() -> None:
    broken = Forgotten(600.0, {"questions": float("inf"), "mine_seconds": float("nan"), "theirs_seconds": -1.0})
    found = figures([*Call().events, broken])
    assert (found.questions, found.mine_seconds, found.theirs_seconds) == (0, 0.0, 0.0)
