"""Rehearsal of a recorded call from any minute on."""

from __future__ import annotations

import pytest

from salesnerd_tui.call.events import Answered, Event, Heard, Jumped, Mode, Place, Side, Started, Undone
from salesnerd_tui.rehearsal.buyer import LineReason, UserTurn
from salesnerd_tui.rehearsal.recorded import NothingToRehearse, RecordedBuyer, cut_recording

BEGUN = Started(0, "first_call", "First call", "", Mode.LIVE, Place("trigger"), "2026-03-01T10:00:00+00:00", "Acme")


def heard(side: Side, start: float, text: str) -> Heard:
    return Heard(start + 4, side, side.value, start, start + 4, text)


def heard_user(start: float, text: str) -> Heard:
    return heard(Side.ME, start, text)


def heard_buyer(start: float, text: str) -> Heard:
    return heard(Side.THEM, start, text)


CALL: tuple[Event, ...] = (
    BEGUN,
    heard_user(0, "What happened?"),
    heard_buyer(10, "The auditor came by and found it."),
    Answered(12, "trigger", "What happened?", "the auditor"),
    Jumped(13, Place("cost"), Place("trigger")),
    heard_user(70, "What did it cost you?"),
    heard_buyer(80, "Two days."),
    heard_user(90, "We have a product for that."),
    heard_buyer(93, "Mm-hm."),
    heard_user(95, "It is very good."),
    heard_buyer(100, "That is what the last one said."),
    Answered(101, "cost", "Cost?", "two days"),
    heard_user(110, "Goodbye."),
)


def test_the_rehearsal_starts_in_the_state_of_that_minute() -> None:
    recording = cut_recording(CALL, 65)
    assert recording.place == Place("cost")
    assert {name: note.words for name, note in recording.notes.items()} == {"trigger": "the auditor"}
    assert [heard.text for heard in recording.context] == ["The auditor came by and found it."]


def test_their_lines_come_from_the_recording_and_yours_are_told_beside_them() -> None:
    buyer = RecordedBuyer(cut_recording(CALL, 65))
    state = buyer.respond(buyer.start(), UserTurn("How much was it?"))
    assert [(line.text, line.reason, line.recorded_user_text) for line in state.lines] == [
        ("Two days.", LineReason.RECORDED, "What did it cost you?")
    ]
    state = buyer.respond(state, UserTurn("Whose days?", heard_lines=1))
    assert state.lines[0].text == "That is what the last one said."
    assert state.lines[0].recorded_user_text == "We have a product for that. It is very good."
    assert buyer.respond(state, UserTurn("And then?", heard_lines=1)).is_over


def test_a_recording_in_which_the_buyer_speaks_first_starts_with_the_buyer() -> None:
    buyer = RecordedBuyer(cut_recording(CALL, 79))
    assert [line.text for line in buyer.start().lines] == ["Two days."]
    state = buyer.respond(buyer.start(), UserTurn("Whose?", heard_lines=1))
    assert [line.text for line in state.lines] == ["That is what the last one said."]


def test_lines_talked_over_come_before_the_next() -> None:
    buyer = RecordedBuyer(cut_recording(CALL, 65))
    state = buyer.respond(buyer.start(), UserTurn("How much was it?"))
    state = buyer.respond(state, UserTurn("I mean in hours.", heard_lines=0))
    assert [line.text for line in state.lines] == ["Two days.", "That is what the last one said."]


def test_what_was_undone_does_not_count() -> None:
    assert cut_recording((*CALL, Undone(120, (3,))), 65).notes == {}


def test_a_call_without_their_words_says_what_to_do_instead() -> None:
    with pytest.raises(NothingToRehearse, match="no transcript of the buyer"):
        cut_recording((BEGUN, heard_user(0, "Hello?")), 0)
    with pytest.raises(NothingToRehearse, match="before 1:40"):
        cut_recording(CALL, 105)
