"""Speech on the live screen: the user's speaker, delays and failures, and that the call continues."""

from __future__ import annotations

from pathlib import Path

from live_stage import LiveStage, live_screen
from salesnerd_tui.call.events import Heard, Side, SourceChanged, SourceState
from salesnerd_tui.speech.sides import Sides


async def test_two_named_speakers_open_the_question_which_is_you(stage: LiveStage) -> None:
    stage.call.sides = Sides()
    for name in ("Ana", "Dana"):
        stage.send_event(Heard(1.0, Side.NOBODY, name, 0.0, 1.0, "Good morning."))
    await stage.wait_until(lambda: "WHICH SPEAKER ARE YOU?" in stage.screen_text)
    await stage.press("1")
    assert stage.call.sides.side_of("Ana") is Side.ME
    assert stage.call.sides.side_of("Dana") is Side.THEM
    assert "you are Ana" in stage.screen_text


async def test_speaker_question_waits_while_a_note_is_typed(stage: LiveStage) -> None:
    stage.call.sides = Sides()
    await stage.press("enter", "a")
    for name in ("Ana", "Dana"):
        stage.send_event(Heard(1.0, Side.NOBODY, name, 0.0, 1.0, "Good morning."))
    await stage.pilot.pause()
    await stage.press("1", "enter")
    assert stage.notes == ["a1"], "a key meant for a note answers nothing"
    stage.send_event(Heard(2.0, Side.NOBODY, "Ana", 1.0, 2.0, "So."))
    await stage.wait_until(lambda: "WHICH SPEAKER ARE YOU?" in stage.screen_text)


async def test_source_problem_is_shown_and_the_call_continues(stage: LiveStage) -> None:
    for state, message in (
        (SourceState.LAGGING, "captions are 4 s behind"),
        (SourceState.BROKEN, "captions.vtt is gone"),
        (SourceState.ENDED, "captions.vtt is over"),
    ):
        stage.send_event(SourceChanged(1.0, "captions", state, message))
        await stage.wait_for(message, row=1)
    stage.send_event(SourceChanged(2.0, "captions", SourceState.LISTENING, "hearing again"))
    await stage.wait_until(lambda: "captions" not in stage.rows[1])
    await stage.press("n")
    assert stage.session.state.place.item == "last_time"


async def test_partial_speech_is_not_stored(stage: LiveStage) -> None:
    stage.send_event(Heard(1.0, Side.THEM, "Dana", 0.0, 1.0, "We had", final=False))
    stage.send_event(Heard(2.0, Side.THEM, "Dana", 0.0, 2.0, "We had forty."))
    await stage.pilot.pause()
    heard = [event for event in stage.disk.kept if isinstance(event, Heard)]
    assert [event.text for event in heard] == ["We had forty."]


async def test_heard_speaker_overrides_the_talk_key(stage: LiveStage) -> None:
    await stage.speak("Dana", "We had forty double bills in March.", 5.0)
    await stage.press("space")
    assert stage.rows[0].startswith(" ●"), "after them it is me"


async def test_speaker_is_shown_at_once_after_a_word_of_assent(tmp_path: Path) -> None:
    async with live_screen(tmp_path, (120, 40)) as stage:
        await stage.speak("Dana", "We had forty double bills in March, and nobody saw it.", 5.0)
        await stage.speak("Me", "Okay.", 0.5)
        await stage.wait_for(" ○", row=0)
        await stage.speak("Me", "Our own bookkeeping had it in April, as far as memory serves.", 5.0)
        assert stage.rows[0].startswith(" ●"), "without waiting for the clock"
