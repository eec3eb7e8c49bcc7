"""The question which speaker is you: a recording waits for the answer, live speech counts once it is given."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from live_stage import SIZES, LiveStage
from salesnerd_tui.call.events import Heard, Identified, Side
from salesnerd_tui.speech.sides import Sides
from salesnerd_tui.speech.source import CallClock, Emit, StopSignal
from thoroughness import some

TALK = (("Ana", "What happened that made you look at this now?"), ("Dana", "Forty invoices went out twice in March."))
ASKED = "WHICH SPEAKER ARE YOU?"


class Recording:
    """Source that plays everything when it is started, with the sides known at that time."""

    name = "call.vtt"
    speed = 1.0

    def __init__(self, sides: Sides) -> None:
        self.played = threading.Event()
        self._sides = sides

    def run(self, emit: Emit, clock: CallClock, stop: StopSignal) -> None:
        for number, (name, text) in enumerate(TALK):
            emit(Heard(number + 1.0, self._sides.side_of(name), name, number, number + 1.0, text, turn=number))
        self.played.set()


@asynccontextmanager
async def with_recording(
    folder: Path, size: tuple[int, int] = (80, 24), speakers: Sequence[str] = ("Ana", "Dana")
) -> AsyncIterator[tuple[LiveStage, Recording]]:
    stage = LiveStage(folder)
    call, sides = stage.call, Sides()
    recording = Recording(sides)
    call.sides, call.source, call.speakers, call.suggested_speaker = sides, recording, tuple(speakers), speakers[0]
    async with stage.app.run_test(size=size) as pilot:
        stage.pilot = pilot
        await stage.wait_until(lambda: ASKED in stage.screen_text)
        yield stage, recording


def sides_heard(stage: LiveStage) -> list[Side]:
    return [event.side for event in stage.session.events if isinstance(event, Heard)]


@pytest.mark.parametrize("size", some(SIZES, 3))
async def test_recording_waits_for_the_answer_and_counts_from_its_first_word(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with with_recording(tmp_path, size) as (stage, recording):
        stage.seconds += 30.0
        assert stage.call.clock() == 0.0, "its clock does not run meanwhile"
        assert not recording.played.is_set()
        await stage.press("1")
        await stage.wait_until(lambda: len(sides_heard(stage)) == 2)
        assert sides_heard(stage) == [Side.ME, Side.THEM]
        assert stage.hint_message() == "you are Ana (change it: ctrl+p, then choose your name)"
        stage.seconds += 1.0
        assert stage.call.clock() == 1.0, "now it runs"


async def test_enter_picks_the_suggested_speaker(tmp_path: Path) -> None:
    async with with_recording(tmp_path) as (stage, _):
        assert "most likely" in stage.screen_text
        await stage.press("enter")
        await stage.wait_until(lambda: sides_heard(stage) == [Side.ME, Side.THEM])


async def test_user_may_be_none_of_the_speakers(tmp_path: Path) -> None:
    async with with_recording(tmp_path) as (stage, _):
        await stage.press("0")
        await stage.wait_until(lambda: sides_heard(stage) == [Side.NOBODY, Side.NOBODY])
        assert stage.session.coach.talk.share is None
        assert "you are not one of the speakers" in stage.hint_message()


async def test_closing_the_question_plays_the_recording_and_it_can_be_answered_later(tmp_path: Path) -> None:
    async with with_recording(tmp_path) as (stage, _):
        await stage.press("escape")
        await stage.wait_until(lambda: sides_heard(stage) == [Side.NOBODY, Side.NOBODY])
        await stage.wait_until(lambda: "nothing yet" not in stage.screen_text)
        assert "not known yet which speaker is you; ctrl+p, then choose your name" in stage.rows[1]
        await stage.press("ctrl+p", *"your name", "enter")
        await stage.press("2")
        assert sides_heard(stage) == [Side.THEM, Side.ME], "it counts from the first word all the same"
        assert "not known" not in stage.screen_text


async def test_hiding_the_question_plays_the_recording(tmp_path: Path) -> None:
    async with with_recording(tmp_path) as (stage, recording):
        await stage.press("ctrl+g")
        await stage.wait_until(recording.played.is_set)
        assert not stage.call.clock.is_paused


async def test_leaving_before_the_answer_starts_no_recording(tmp_path: Path) -> None:
    async with with_recording(tmp_path) as (stage, recording):
        stage.screen.flush()
        stage.screen.close_panel()
        assert not recording.played.is_set()


async def test_many_speakers_are_shown_as_a_list(tmp_path: Path) -> None:
    speakers = ("Ana", "Dana", *(f"Guest {number}" for number in range(3, 14)))
    async with with_recording(tmp_path, speakers=speakers) as (stage, _):
        await stage.type("dana", "enter")
        await stage.wait_until(lambda: sides_heard(stage) == [Side.THEM, Side.ME])


@pytest.mark.parametrize(("has_moved", "place"), [(False, "last_time"), (True, "cost")])
async def test_screen_goes_to_the_question_asked_before_the_answer_unless_the_user_has_moved(
    tmp_path: Path, has_moved: bool, place: str
) -> None:
    stage = LiveStage(tmp_path)
    stage.call.sides = Sides()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        stage.pilot = pilot
        if has_moved:
            await stage.press("s", "s")
        talk = (("Ana", "Could you walk me through the last time?"), ("Dana", "It was the night of the third."))
        for number, (name, text) in enumerate(talk):
            stage.send_event(Heard(number + 5.0, Side.NOBODY, name, number, number + 5.0, text))
        await stage.wait_until(lambda: ASKED in stage.screen_text)
        assert stage.rows[-1].strip() == "0–2 pick  esc back"
        await stage.press("1")
        assert stage.session.state.place.item == place
        assert "last_time" in stage.session.state.asked


async def test_earlier_live_speech_counts_after_the_answer(tmp_path: Path) -> None:
    stage = LiveStage(tmp_path)
    stage.call.sides = Sides()
    stage.call.is_share_always_shown = True
    async with stage.app.run_test(size=(80, 24)) as pilot:
        stage.pilot = pilot
        for number, (name, text) in enumerate(TALK):
            event = Heard(number + 5.0, Side.NOBODY, name, number, number + 5.0, text)
            stage.send_event(event)
        await stage.wait_until(lambda: ASKED in stage.screen_text)
        assert "Earlier speech" in stage.screen_text
        await stage.press("1")
        assert sides_heard(stage) == [Side.ME, Side.THEM]
        assert stage.session.coach.talk.share == 0.5
        assert any(isinstance(event, Identified) for event in stage.disk.kept)
        await stage.wait_until(lambda: "50%" in stage.rows[0])
