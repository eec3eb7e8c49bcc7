"""Invented calls that try to fool the coach: some must be tapped, others must not."""

from __future__ import annotations

import re

import pytest
from coach_story import FEATURES, Story
from dialogues import DRIFT, NO_DRIFT, lines

from salesnerd_tui.call import tap_text
from salesnerd_tui.call.events import Side, TapKind


def play_call(name: str, *, bare: bool = False) -> Story:
    """Return the call at 150 words a minute, from its second minute on; `bare` as poor speech recognition would."""
    call = Story(after=60)
    for is_user, text in lines(name):
        spoken = re.sub(r"[^\w\s']", "", text).lower() if bare else text
        (call.me if is_user else call.them)(spoken)
    call.wait(5)
    return call


@pytest.mark.parametrize("bare", [False, True], ids=["punctuated", "bare"])
@pytest.mark.parametrize("name", NO_DRIFT)
def test_a_call_without_drift_is_not_tapped(name: str, bare: bool) -> None:
    assert [(tap.turn, tap_text.reason(tap)) for tap in play_call(name, bare=bare).taps] == []


@pytest.mark.parametrize("bare", [False, True], ids=["punctuated", "bare"])
@pytest.mark.parametrize("name", DRIFT)
def test_a_call_with_drift_is_tapped(name: str, bare: bool) -> None:
    assert play_call(name, bare=bare).taps


def test_a_pushy_pitch_is_tapped_repeatedly() -> None:
    call = play_call("pushy_pitch")
    assert len(call.taps) >= 2
    assert any(promise.overpromise for promise in call.promises)
    assert call.warnings


def test_talk_about_the_company_has_its_own_kind() -> None:
    assert play_call("all_about_us").taps[0].kind is TapKind.US_FOCUS


def test_an_ignored_pain_is_tapped() -> None:
    tap = play_call("pain_passed_over").taps[0]
    assert tap.kind is TapKind.PITCHING
    assert tap_text.title(tap) == "Follow that up"


def test_internals_are_named_in_the_reason() -> None:
    assert "internals" in tap_text.reason(play_call("stack_tour").taps[0])


def test_backchannels_do_not_end_a_monologue() -> None:
    call = Story()
    for part in lines("pushy_pitch"):
        if part[0]:
            for sentence in re.split(r"(?<=[.!?]) ", part[1]):
                call.me(sentence)
                call.them("Mm-hm.")
    assert len(call.taps) >= 2


def test_the_same_talk_is_not_tapped_when_it_was_asked_for() -> None:
    unasked, asked = Story(), Story()
    unasked.them("We are a small choir, and I keep the list of who pays.")
    asked.them("Could you show me all of it, please, one thing after the other?")
    for call in (unasked, asked):
        call.me(FEATURES)
    assert unasked.taps
    assert asked.taps == []


def test_an_invitation_expires() -> None:
    call = Story()
    call.them("Could you show me how the calendar works?")
    call.me(FEATURES * 5)
    assert call.taps
    assert call.taps[0].at - 60 > 60


def test_one_tap_per_turn() -> None:
    call = Story()
    events = call.me("It works with anything, it will never crash, and I guarantee that everything is ready by Monday.")
    assert len([event for event in events if getattr(event, "kind", None) is TapKind.OVER_PROMISING]) == 1


def test_swapping_the_sides_changes_who_is_tapped() -> None:
    call = Story()
    for is_user, text in lines("pushy_pitch"):
        (call.them if is_user else call.me)(text)
    assert call.taps == []
    assert call.coach.talk.holder is Side.THEM
