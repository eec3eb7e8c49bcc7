"""Recognized questions on the live screen: ticked if sure, otherwise suggested and accepted with one key."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from live_stage import SIZES, LiveStage, live_screen
from salesnerd_tui.call.events import Answered, Asked, FloorTaken, Origin, Side, TapKind, Tapped
from tap_reasons import recorded


async def test_heard_question_is_marked_as_asked_and_can_be_undone(stage: LiveStage) -> None:
    await stage.speak("Me", "So what happened that made you look at this now?", 4)
    assert [event.how for event in stage.session.events if isinstance(event, Asked)] == [Origin.HEARD]
    assert "asked ✓" in stage.screen_text
    await stage.press("u")
    assert "trigger" not in stage.session.state.asked


async def hear_answer(stage: LiveStage, answer: str) -> None:
    await stage.speak("Me", "So what happened that made you look at this now?", 4)
    await stage.speak("Dana", answer, 5)
    await stage.speak("Me", "I see.", 1)
    await stage.pilot.pause()


async def test_an_answer_is_saved_by_the_next_question_without_a_mark_on_the_screen(stage: LiveStage) -> None:
    await hear_answer(stage, "The auditor found forty double bills in March.")
    assert "their answer" not in stage.screen_text
    assert not stage.session.state.known("trigger"), "asked is not answered"
    await stage.speak("Me", "Could you walk me through the last time?", 4)
    await stage.wait_until(lambda: "✓ The auditor found forty double bills" in stage.screen_text)
    assert [event.how for event in stage.session.events if isinstance(event, Answered)] == [Origin.HEARD]


async def test_a_short_answer_is_suggested_because_only_a_key_saves_it(stage: LiveStage) -> None:
    await hear_answer(stage, "Forty double bills.")
    await stage.wait_until(lambda: "y keeps it: Forty double bills." in stage.screen_text)
    await stage.press("y")
    assert stage.session.state.known("trigger") == ("Forty double bills.",)


async def test_wrong_suggestion_can_be_dismissed(stage: LiveStage) -> None:
    await hear_answer(stage, "Forty double bills.")
    await stage.wait_until(lambda: "their answer" in stage.screen_text)
    await stage.press("question_mark", *"dismiss")
    assert "z  Dismiss the tap (three in a row: fewer like it) or the suggestion" in stage.screen_text
    await stage.press("escape", "z")
    await stage.wait_until(lambda: "their answer" not in stage.screen_text)
    assert not stage.session.state.known("trigger")


async def test_dismissing_an_answer_without_a_mark_says_so(stage: LiveStage) -> None:
    await hear_answer(stage, "The auditor found forty double bills in March.")
    await stage.press("z")
    assert stage.hint_message() == "not saved: “The auditor found forty double bills in March.”"
    await stage.press("n")
    assert not stage.session.state.known("trigger")


async def test_dismissing_a_request_says_nothing_of_an_answer(stage: LiveStage) -> None:
    await hear_answer(stage, "The auditor found forty double bills in March.")
    await stage.speak("Dana", "Can you just show us a demo?", 3)
    await stage.press("z")
    assert "not saved" not in stage.screen_text


async def test_requested_demo_suggests_its_detour(stage: LiveStage) -> None:
    await stage.speak("Dana", "Can you just show us a demo?", 3)
    await stage.wait_until(lambda: "they asked  d “Can you just show us a demo?”" in stage.screen_text)
    await stage.press("d")
    assert stage.session.state.place.detour == "demo_request"


async def test_only_requests_are_shown_while_the_buyer_talks(stage: LiveStage) -> None:
    await hear_answer(stage, "Forty double bills.")
    stage.send_event(FloorTaken(stage.seconds, Side.THEM))
    await stage.pilot.pause()
    assert "their answer" not in stage.screen_text


async def test_accepting_an_answer_without_a_mark_says_what_was_accepted(stage: LiveStage) -> None:
    await hear_answer(stage, "The auditor found forty double bills in March.")
    await stage.press("y")
    assert stage.hint_message() == "accepted: note “The auditor found forty double bills in March.”"


async def test_accept_without_a_suggestion_says_so(stage: LiveStage) -> None:
    await stage.press("y")
    assert "no suggestion to confirm or reject" in stage.rows[-1]


async def test_screen_follows_a_heard_question_and_undo_goes_back(stage: LiveStage) -> None:
    await stage.speak("Me", "Could you walk me through the last time?", 4)
    await stage.wait_until(lambda: stage.session.state.place.item == "last_time")
    assert "u goes back" in stage.hint_message()
    await stage.press("u")
    assert stage.session.state.place.item == "trigger"
    assert "undone: heard you ask “Walk me through the last time.”" in stage.hint_message()


async def test_screen_stays_while_a_note_is_typed(stage: LiveStage) -> None:
    await stage.press("enter")
    await stage.type("forty bills")
    await stage.speak("Me", "Could you walk me through the last time?", 4)
    await stage.press("enter")
    assert stage.session.state.known("trigger") == ("forty bills",)


def is_shown(stage: LiveStage, words: str) -> bool:
    return words in stage.screen_text


async def test_request_is_shown_beside_a_tap(tmp_path: Path) -> None:
    for size in SIZES:
        async with live_screen(tmp_path, size) as stage:
            stage.session.record(Tapped(0.0, TapKind.MONOLOGUE, recorded("48 s without a break"), "", "Whose hours?"))
            await stage.speak("Dana", "Can you just show us a demo?", 3)
            await stage.wait_until(partial(is_shown, stage, "demo?”"))
            assert "HAND IT BACK" in stage.screen_text
