"""Rehearsal screen: the user types what they say, the buyer answers, and a crash loses nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.events import Paste
from textual.pilot import Pilot

from live_stage import SIZES, SMALL, AppPilot
from salesnerd_tui.call.events import Answered, Ended, Heard, Side
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.rehearsal.buyer import NODS
from salesnerd_tui.rehearsal.conversation import RehearsalConversation
from salesnerd_tui.rehearsal.drills import Drill
from salesnerd_tui.services.call_service import CallService, OpenedCall
from salesnerd_tui.services.rehearsal import RehearsalRequest, open_rehearsal
from salesnerd_tui.storage.call_store import CallStore
from salesnerd_tui.tui.app import SalesnerdApp
from salesnerd_tui.tui.navigator import call_screen
from salesnerd_tui.tui.screens.rehearsal import RehearsalScreen
from thoroughness import some

SPEED = 1000.0
"""Seconds of the call per real second, so that tests do not wait for the buyer."""


class RehearsalStage(AppPilot):
    def __init__(self, service: CallService, call: OpenedCall, pilot: Pilot[None]) -> None:
        self.service, self.call, self.pilot = service, call, pilot

    async def say(self, text: str) -> None:
        await self.press("enter")
        await self.type(text)
        await self.press("enter")

    def heard(self, side: Side) -> list[str]:
        events = self.call.session.events
        return [event.text or "" for event in events if isinstance(event, Heard) and event.final and event.side is side]

    @property
    def talk(self) -> RehearsalConversation:
        screen = self.pilot.app.screen_stack[0]
        assert isinstance(screen, RehearsalScreen)
        assert screen.talk is not None
        return screen.talk


@asynccontextmanager
async def rehearsal_screen(
    folder: Path, request: RehearsalRequest | None = None, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[RehearsalStage]:
    service = CallService(Library(), CallStore(folder))
    call = open_rehearsal(service, request or RehearsalRequest(buyer="dana", seed=4, speed=SPEED))
    app = SalesnerdApp(service, lambda: RehearsalScreen(call, service))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        stage = RehearsalStage(service, call, pilot)
        screen = app.screen
        await stage.wait_until(lambda: isinstance(screen, RehearsalScreen) and screen.talk is not None)
        await pilot.pause()
        yield stage
    call.file.close()


@pytest.mark.parametrize("buyer", ["dana", "kofi"])
async def test_greeting_is_not_taken_for_a_question(tmp_path: Path, buyer: str) -> None:
    async with rehearsal_screen(tmp_path, RehearsalRequest(buyer=buyer, seed=4, speed=SPEED)) as stage:
        await stage.press("enter", "enter")
        await stage.wait_until(lambda: bool(stage.heard(Side.THEM)))
        assert "whether there's a next step" in stage.heard(Side.ME)[0]
        assert stage.heard(Side.THEM)[0] in NODS


async def test_paste_opens_the_line_and_shows_its_keys_at_once(tmp_path: Path) -> None:
    async with rehearsal_screen(tmp_path) as stage:
        stage.pilot.app.post_message(Paste("what set this off"))
        await stage.pilot.pause()
        assert "what set this off" in stage.rows[-2]
        assert "say it" in stage.rows[-1]
        assert stage.call.clock.is_paused


async def test_typed_text_is_said_and_answered(tmp_path: Path) -> None:
    async with rehearsal_screen(tmp_path) as stage:
        await stage.say("what set this off")
        await stage.wait_until(lambda: bool(stage.heard(Side.THEM)))
        assert stage.heard(Side.ME) == ["what set this off"]
        assert "auditor found forty bills" in stage.heard(Side.THEM)[0]
        await stage.pilot.pause()
        assert "auditor found forty bills" in stage.screen_text
        assert "trigger" in stage.call.session.state.asked


async def test_empty_line_asks_the_shown_question(tmp_path: Path) -> None:
    async with rehearsal_screen(tmp_path) as stage:
        await stage.press("n")
        await stage.press("enter", "enter")
        assert stage.heard(Side.ME) == ["What made you start looking into this now?"]


async def test_empty_line_says_the_shown_text_and_goes_to_the_question(tmp_path: Path) -> None:
    async with rehearsal_screen(tmp_path) as stage:
        await stage.press("enter", "enter")
        assert stage.heard(Side.ME)[0].startswith("Thanks for making the time")
        await stage.wait_until(lambda: "What made you start looking into this now?" in stage.screen_text)
        assert "asked ✓" not in stage.screen_text


async def test_clock_is_paused_while_typing(tmp_path: Path) -> None:
    async with rehearsal_screen(tmp_path) as stage:
        stood = []
        for keys in (("enter", "h", "i"), ("escape",)):
            await stage.press(*keys)
            stood.append(stage.call.clock.is_paused)
        assert stood == [True, False]
        await stage.press("enter", "enter")
        assert stage.heard(Side.ME) == ["hi"]


async def test_notes_and_answers_are_stored_as_in_a_call(tmp_path: Path) -> None:
    async with rehearsal_screen(tmp_path) as stage:
        await stage.press("n", "2", "tab", "f", "o", "r", "t", "y", "enter")
        answers = [event for event in stage.call.session.events if isinstance(event, Answered)]
        assert [(event.label, event.note) for event in answers] == [("My boss asked", ""), ("", "forty")]
        assert stage.heard(Side.ME) == []


async def test_drill_starts_with_its_bait_and_ends_with_its_result(tmp_path: Path) -> None:
    request = RehearsalRequest(buyer="dana", seed=4, speed=1.0, drill=Drill.PROMISE)
    async with rehearsal_screen(tmp_path, request, (120, 40)) as stage:
        await stage.wait_until(lambda: "promise drill" in stage.screen_text)
        for _ in range(6):
            stage.call.clock.resume_from(stage.talk.next_at or 0)
            await stage.wait_until(lambda: bool(stage.talk.current_sentence))
            await stage.say("sure")
        (ended,) = (event for event in stage.call.session.events if isinstance(event, Ended))
        assert ended.record["passed"] == "0 of 6"


@pytest.mark.parametrize("size", some(SIZES, 3))
async def test_silence_drill_passes_when_waiting_made_them_talk(tmp_path: Path, size: tuple[int, int]) -> None:
    request = RehearsalRequest(buyer="dana", seed=4, speed=1.0, drill=Drill.SILENCE)
    async with rehearsal_screen(tmp_path, request, size) as stage:
        if size != SMALL:
            assert "enter enter asks the question shown" in stage.screen_text
            assert "silence drill: 6 to come" in stage.screen_text
        await stage.say("What made you start looking into this now?")
        assert not stage.talk.silence_message, "they are thinking"
        last = stage.talk.state.lines[-1].text
        while last not in stage.heard(Side.THEM):
            stage.call.clock.resume_from(stage.talk.next_at or 0)
            await stage.pilot.pause(0.002)
        await stage.wait_until(lambda: "passed: they told you" in stage.screen_text)
        assert not stage.talk.state.results, "the verdict itself is recorded with the next turn"
        if size != SMALL:
            assert "silence drill: 1 of 1 passed, 5 to come" in stage.screen_text
        await stage.say("What did that one time cost you?")
        assert not stage.talk.silence_message, "they think about the next question"
        assert [verdict.passed for verdict in stage.talk.state.results] == [True]


async def test_interrupted_rehearsal_resumes_with_its_buyer(tmp_path: Path) -> None:
    async with rehearsal_screen(tmp_path) as stage:
        await stage.say("what set this off")
        await stage.wait_until(lambda: bool(stage.heard(Side.THEM)))
        answered = stage.talk.state.answered
        call_id = stage.call.file.id
    service = CallService(Library(), CallStore(tmp_path))
    call = service.resume(call_id)
    screen = call_screen(call, service)
    assert isinstance(screen, RehearsalScreen)
    app = SalesnerdApp(service, lambda: screen)
    async with app.run_test(size=(80, 24)) as pilot:
        again = RehearsalStage(service, call, pilot)
        await again.wait_until(lambda: screen.talk is not None)
        assert screen.talk is not None
        assert screen.talk.state.answered == answered
    call.file.close()


async def test_small_screen_shows_the_dialogue_in_the_rows_of_the_answers(tmp_path: Path) -> None:
    async with rehearsal_screen(tmp_path, size=(40, 12)) as stage:
        await stage.press("n", "enter", "enter")
        await stage.wait_until(lambda: bool(stage.heard(Side.THEM)))
        await stage.wait_until(lambda: "twice." in stage.screen_text or "half an hour." in stage.screen_text)
        assert "What made you start looking" in stage.screen_text
        rows = stage.screen_text.split("\n")
        theirs = next(number for number, row in enumerate(rows) if "twice." in row or "half an hour." in row)
        question = next(number for number, row in enumerate(rows) if "What made you" in row)
        assert question < theirs, "the dialogue has its place below the question"


async def test_spoken_words_are_answered_and_not_interrupted(tmp_path: Path) -> None:
    async with rehearsal_screen(tmp_path, RehearsalRequest(buyer="dana", seed=4, speed=20.0)) as stage:
        screen = stage.pilot.app.screen
        assert isinstance(screen, RehearsalScreen)

        async def spoken(side: Side, *texts: tuple[str, bool]) -> None:
            """Send texts to the screen at once, each with whether it is final."""
            for text, final in texts:
                at = stage.call.clock()
                event = Heard(at, side, "mic", max(at - 2, 0), at, text, final, utterance=7)
                screen.call_later(screen.on_speech, event)
            await stage.pilot.pause()

        await spoken(Side.ME, ("what set", False))
        assert stage.heard(Side.ME) == []
        await spoken(Side.ME, ("what set this off", True), ("i mean", False))
        assert stage.heard(Side.ME) == ["what set this off"]
        await stage.pilot.pause(0.5)
        assert stage.heard(Side.THEM) == [], "they wait while you speak"
        await spoken(Side.THEM, ("from the loudspeaker", True))
        await spoken(Side.ME, ("i mean this spring", True))
        await stage.wait_until(lambda: bool(stage.heard(Side.THEM)))
        assert "auditor" in stage.heard(Side.THEM)[0]


async def test_spoken_words_slow_the_buyer_to_real_time(tmp_path: Path) -> None:
    service = CallService(Library(), CallStore(tmp_path))
    call = open_rehearsal(service, RehearsalRequest(listen=str(tmp_path / "captions.txt")))
    assert call.source is not None
    assert call.clock.speed == 1.0
    call.file.close()


async def test_empty_line_says_how_to_speak(tmp_path: Path) -> None:
    async with rehearsal_screen(tmp_path) as stage:
        await stage.press("enter")
        screen = stage.pilot.app.screen
        assert isinstance(screen, RehearsalScreen)
        screen.changed()
        await stage.press("escape", until="> enter says something")


async def test_tall_screen_shows_effects_and_cues_above_the_dialogue(tmp_path: Path) -> None:
    async with rehearsal_screen(tmp_path, size=(120, 40)) as stage:
        await stage.press("n", "enter", "enter")
        await stage.wait_until(lambda: "Dana: " in stage.screen_text)
        rows = stage.screen_text.split("\n")
        effect, cue, dialogue = (
            next(number for number, row in enumerate(rows) if text in row)
            for text in ("→ When did it last happen?", "listen for", "Dana: ")
        )
        assert effect < cue < dialogue


@pytest.mark.parametrize("size", some(SIZES, 3))
async def test_dialogue_moves_nothing(tmp_path: Path, size: tuple[int, int]) -> None:
    """The question stays in its rows however much is said."""
    async with rehearsal_screen(tmp_path, size=size) as stage:
        await stage.press("n")
        rows: list[list[int]] = []
        for said in ("what set this off", "and what did that cost you", "who has to agree to it"):
            await stage.say(said)
            await stage.wait_until(lambda: len(stage.heard(Side.THEM)) > len(rows))
            await stage.pilot.pause()
            parts = stage.pilot.app.screen.query("#question, #coach, #middle, #entry, #hint")
            rows.append([part.region.y for part in parts])
        assert rows[0] == rows[1] == rows[2]
