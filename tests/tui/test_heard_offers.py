"""Heard you ask it, on the live screen: a tick, an offer, one key."""

from __future__ import annotations

from pathlib import Path

from live_stage import on_stage
from salesnerd_tui.call.events import Answered, Asked, FloorTaken, Origin, Side


async def test_a_question_spoken_in_its_own_words_ticks_itself_and_can_be_undone(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        await stage.says("Me", "So what happened that made you look at this now?", 4)
        assert [event.how for event in stage.session.events if isinstance(event, Asked)] == [Origin.HEARD]
        assert "asked ✓" in stage.shown
        await stage.press("u")
        assert "trigger" not in stage.session.state.asked


async def test_what_they_say_next_is_offered_as_the_answer_and_kept_by_one_key(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        await stage.says("Me", "So what happened that made you look at this now?", 4)
        await stage.says("Dana", "The auditor found forty double bills in March.", 5)
        await stage.says("Me", "I see.", 1)
        await stage.until(lambda: "their answer" in stage.shown)
        assert not stage.session.state.known("trigger"), "asked is not answered"
        await stage.press("o")
        assert "forty double bills" in stage.session.state.known("trigger")[0]
        assert [event.how for event in stage.session.events if isinstance(event, Answered)] == [Origin.HEARD]


async def test_an_offer_that_is_wrong_is_waved_away(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        await stage.says("Me", "So what happened that made you look at this now?", 4)
        await stage.says("Dana", "The auditor found forty double bills in March.", 5)
        await stage.says("Me", "I see.", 1)
        await stage.until(lambda: "their answer" in stage.shown)
        await stage.press("w")
        await stage.until(lambda: "their answer" not in stage.shown)
        assert not stage.session.state.known("trigger")


async def test_a_demo_asked_for_offers_its_detour_by_its_letter(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        await stage.says("Dana", "Can you just show us a demo?", 3)
        await stage.until(lambda: "they asked  “Can you just show us a demo?”" in stage.shown)
        assert "d takes it" in stage.shown
        await stage.press("d")
        assert stage.session.state.place.detour == "demo_request"


async def test_nothing_but_what_they_ask_for_appears_while_they_talk(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        await stage.says("Me", "So what happened that made you look at this now?", 4)
        await stage.says("Dana", "The auditor found forty double bills in March.", 5)
        stage.session.hear(FloorTaken(stage.seconds, Side.THEM))
        stage.screen.speech.talk_key.follow(Side.THEM)
        stage.screen.changed()
        assert "their answer" not in stage.shown


async def test_yes_to_nothing_says_so(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        await stage.press("o")
        assert "no suggestion to confirm or reject" in stage.rows[-1]
