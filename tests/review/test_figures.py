"""Figures of a call, also after its transcript was deleted."""

from __future__ import annotations

import json

from any_events import events
from hypothesis import given, settings
from msgspec import convert, to_builtins
from msgspec.structs import replace

from invented_calls import Call, dana
from salesnerd_tui.call.events import Dismissal, Event, Forgotten, Heard, Side, TapKind
from salesnerd_tui.review.debrief.builder import Figures, build_debrief, figures, figures_to_store
from salesnerd_tui.review.debrief.model import OutcomeKind
from salesnerd_tui.review.debrief_page import render_page, to_plain_text
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
    result = figures(drifting().events)
    assert (result.seconds, result.mine_seconds, result.theirs_seconds) == (600, 100, 60)
    assert (result.longest_mine_seconds, result.longest_theirs_seconds) == (60, 40)
    assert (result.taps, result.handed_back, result.dismissed) == (3, 1, 1)
    assert (result.questions, result.overpromises, result.verdict) == (1, 1, OutcomeKind.NO_GO)
    assert result.share == 0.625
    assert result.has_transcript


def test_a_monologue_counts_as_unasked_once_and_not_if_its_tap_was_dismissed() -> None:
    assert figures(drifting().events).unasked_seconds == 60


def test_praise_is_not_counted_as_a_tap() -> None:
    assert figures(Call().i_say(0, 9, ASKS).tapped(20, TapKind.SILENCE, "well waited").events).taps == 0


def test_talk_figures_are_unknown_without_speech() -> None:
    result = figures(Call().asked(5, "trigger", "What happened?").ended(60, "next_step", "go").events)
    assert (result.share, result.heard, result.has_transcript) == (None, False, False)
    assert (result.questions, result.seconds, result.verdict) == (1, 60, OutcomeKind.GO)
    assert figures([]) == Figures()


def test_a_talk_ratio_needs_both_sides() -> None:
    only_mine = Call().i_say(0, 40, ASKS)
    assert figures(only_mine.events).share is None
    page = to_plain_text(render_page(build_debrief(only_mine.ended(60, "next_step", "go").events), 80))
    assert "100%" not in page
    assert "longest 0:40" in page


def test_undone_events_do_not_count() -> None:
    call = drifting()
    number = next(number for number, event in enumerate(call.events) if getattr(event, "overpromise", False))
    assert figures(call.undone(number).events).overpromises == 0


def test_figures_survive_a_round_trip_through_json() -> None:
    result = figures(dana().events)
    assert convert(json.loads(json.dumps(to_builtins(result))), Figures) == result


def without_words(events: list[Event]) -> list[Event]:
    wordless = [replace(event, text=None) if isinstance(event, Heard) else event for event in events]
    return [*wordless, Forgotten(events[-1].at, figures_to_store(events))]


def test_figures_stay_the_same_when_the_transcript_is_deleted() -> None:
    for call in (drifting(), dana()):
        before = figures(call.events)
        assert figures(without_words(call.events)) == before
        assert figures(without_words(without_words(call.events))) == before


def test_speech_after_the_deletion_is_added() -> None:
    events = [*without_words(drifting().events), Heard(700, Side.ME, "Kim", 610, 700, ASKS)]
    result = figures(events)
    assert (result.mine_seconds, result.theirs_seconds, result.longest_mine_seconds) == (190, 60, 90)
    assert result.questions == 2


@settings(max_examples=examples(200), deadline=None)
@given(events())
def test_figures_of_any_events_are_valid_json(events: list[Event]) -> None:
    result = figures(events)
    assert convert(json.loads(json.dumps(to_builtins(result), allow_nan=False)), Figures) == result
    assert all(value >= 0 for value in figures_to_store(events).values())


def test_an_invalid_stored_figure_counts_as_zero() -> None:
    broken = Forgotten(600.0, {"questions": float("inf"), "mine_seconds": float("nan"), "theirs_seconds": -1.0})
    result = figures([*Call().events, broken])
    assert (result.questions, result.mine_seconds, result.theirs_seconds) == (0, 0.0, 0.0)
