"""Preparing on the screen: questions to yourself, a plan, and one key to the call."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from salesnerd_tui.app.calls import CallService, OpenedCall
from salesnerd_tui.app.prep import PrepRequest, open_prep
from salesnerd_tui.call.events import Ended, Mode, PlanSet
from salesnerd_tui.call.plan import planning
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.session import CallSession
from salesnerd_tui.storage.store import CallStore
from salesnerd_tui.tui.app import SalesnerdApp
from salesnerd_tui.tui.screens.factory import call_screen
from salesnerd_tui.tui.screens.live import LiveScreen
from salesnerd_tui.tui.screens.prep import PrepScreen


class Stage:
    def __init__(self, desk: CallService, call: OpenedCall, pilot: Pilot[None]) -> None:
        self.desk, self.call, self.pilot = desk, call, pilot

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def type(self, text: str) -> None:
        await self.press(*("space" if character == " " else character for character in text))

    @property
    def shown(self) -> str:
        lines = self.pilot.app.screen._compositor.render_strips(self.pilot.app.size)
        return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in lines)

    @property
    def session(self) -> CallSession:
        return self.call.session


@asynccontextmanager
async def preparing(
    folder: Path, wish: PrepRequest | None = None, size: tuple[int, int] = (90, 44)
) -> AsyncIterator[Stage]:
    desk = CallService(Library(), CallStore(folder))
    call = open_prep(desk, wish or PrepRequest("first_call", "Acme", ("Dana, VP Eng",)))
    app = SalesnerdApp(desk, lambda: PrepScreen(call, desk))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield Stage(desk, call, pilot)
        call.file.close()


async def test_the_prep_questions_come_first_and_then_the_page(tmp_path: Path) -> None:
    async with preparing(tmp_path) as stage:
        assert "What do you believe about them" in stage.shown
        await stage.press("enter", "h", "u", "r", "r", "y", "enter", "n")
        assert "What made you turn down" in stage.shown
        await stage.press("n")
        assert "nobody told you? hurry" in stage.shown
        assert "MUST-ASK QUESTIONS" in stage.shown


async def test_a_playbook_without_prep_questions_shows_its_page(tmp_path: Path) -> None:
    async with preparing(tmp_path, PrepRequest("buying_map", "Acme")) as stage:
        assert "MUST-ASK QUESTIONS" in stage.shown
        assert stage.session.state.place.item is None


async def test_planning_by_keys(tmp_path: Path) -> None:
    async with preparing(tmp_path) as stage:
        await stage.press("t")
        await stage.type("nobody counted")
        await stage.press("enter", "c", "o", "s", "t", "enter")
        await stage.press("p", "enter")
        await stage.type("asks the cfo")
        await stage.press("enter")
        await stage.press("p", "up", "pagedown", "enter")
        await stage.type("Petra")
        await stage.press("enter", "enter")
        await stage.press("M")
        await stage.type("late_stop")
        await stage.press("enter", "escape")
        await stage.press("T", "enter", "5", "enter")
        plan = planning(stage.session.state.plan)
        assert plan.hypotheses == (("cost", "nobody counted"),)
        assert plan.parts == {"Dana, VP Eng": "asks the cfo", "Petra": "on the call"}
        assert plan.musts == {"late_stop": True}
        assert plan.minutes == {"Why now": 5}
        for words in ("nobody counted →", "Dana, VP Eng: asks the cfo", "· Petra"):
            assert words in stage.shown
        await stage.press("u")
        assert planning(stage.session.state.plan).minutes == {}


async def test_own_words_start_from_the_playbooks(tmp_path: Path) -> None:
    async with preparing(tmp_path) as stage:
        await stage.press("r", "enter")
        assert "What made you start looking into this now?" in stage.shown
        await stage.press("ctrl+u")
        await stage.type("Why now")
        await stage.press("enter")
        assert planning(stage.session.state.plan).wordings == {"trigger": "Why now"}
        await stage.press("r", "enter", "ctrl+u", "enter")
        assert planning(stage.session.state.plan).wordings == {}


async def test_one_key_begins_the_call(tmp_path: Path) -> None:
    async with preparing(tmp_path) as stage:
        await stage.press("M", "down", "enter", "escape", "g")
        for _ in range(100):
            await stage.pilot.pause(0.01)
            if type(stage.pilot.app.screen) is LiveScreen:
                break
        screen = stage.pilot.app.screen
        assert type(screen) is LiveScreen
        started = screen.session.state.started
        assert started is not None
        assert (started.mode, started.account, started.people) == (Mode.LIVE, "Acme", ("Dana, VP Eng",))
        assert any(isinstance(event, PlanSet) for event in screen.session.events)
        screen.call.file.close()
        prep = stage.desk.notebook.open(stage.call.file.id, read_only=True)
        assert isinstance(prep.events[-1], Ended)


async def test_what_was_prepared_is_there_after_leaving(tmp_path: Path) -> None:
    async with preparing(tmp_path) as stage:
        await stage.press("t")
        await stage.type("money is there")
        await stage.press("enter", "enter", "q")
        assert not stage.pilot.app.is_running or stage.pilot.app.return_code is not None
    async with preparing(tmp_path) as again:
        assert again.call.file.id == stage.call.file.id
        assert "money is there" in again.shown
        assert isinstance(call_screen(again.call, again.desk), PrepScreen)


async def test_the_page_is_written_to_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with preparing(tmp_path / "data") as stage:
        await stage.press("w", "enter")
        assert "saved " in stage.shown
        assert "# Prep: Acme" in next(tmp_path.glob("acme-prep-*.md")).read_text()


@pytest.mark.parametrize("size", [(80, 24), (40, 12), (40, 3)])
async def test_every_size_shows_the_question(tmp_path: Path, size: tuple[int, int]) -> None:
    async with preparing(tmp_path, size=size) as stage:
        assert "What do you believe" in stage.shown


async def test_the_call_can_look_at_what_was_prepared(tmp_path: Path) -> None:
    async with preparing(tmp_path) as stage:
        await stage.press("enter")
        await stage.type("hurry")
        await stage.press("enter", "t")
        await stage.type("nobody counted")
        await stage.press("enter", "c", "o", "s", "t", "enter", "g")
        for _ in range(100):
            await stage.pilot.pause(0.01)
            if type(stage.pilot.app.screen) is LiveScreen:
                break
        await stage.press("ctrl+p")
        await stage.type("your prep")
        await stage.press("enter")
        for words in ("HYPOTHESES", "nobody counted →", "nobody told you? hurry"):
            assert words.casefold() in stage.shown.casefold()
        screen = stage.pilot.app.screen
        assert isinstance(screen, LiveScreen)
        screen.call.file.close()


async def test_after_the_last_question_the_hint_fits_a_prep(tmp_path: Path) -> None:
    async with preparing(tmp_path) as stage:
        await stage.press("n", "n")
        hints = stage.shown.splitlines()[-1]
        assert "g start call" in hints
        assert "n next" not in hints
        await stage.press("n")
        assert "no more prep questions: start the call" in stage.shown
        await stage.press("s")
        assert "nothing to skip: no more prep questions" in stage.shown


async def test_people_are_offered_by_name_and_questions_without_their_ids(tmp_path: Path) -> None:
    async with preparing(tmp_path, PrepRequest("first_call", "Acme", ("Dana, VP Eng", "Petra"))) as stage:
        await stage.press("p")
        assert "Dana, VP Eng" in stage.shown
        assert "Petra" in stage.shown
        await stage.press("escape", "M")
        assert "Who feels it most" in stage.shown
        assert "who_feels_it" not in stage.shown


async def test_no_question_is_on_the_page_twice(tmp_path: Path) -> None:
    async with preparing(tmp_path, size=(110, 70)) as stage:
        await stage.press("n", "n")
        page = " ".join(stage.shown.split())
        for ask in stage.session.playbook.asks():
            assert page.count(ask.text) <= 1
        assert page.count("What made you start looking into this now?") == 1
        assert page.count("Who feels it most when it happens?") == 1


async def test_the_page_opens_in_the_call_with_one_key(tmp_path: Path) -> None:
    async with preparing(tmp_path) as stage:
        await stage.press("t")
        await stage.type("nobody counted")
        await stage.press("enter", "enter", "g")
        for _ in range(100):
            await stage.pilot.pause(0.01)
            if type(stage.pilot.app.screen) is LiveScreen and "tab shows your prep" in stage.shown:
                break
        assert "tab shows your prep" in stage.shown
        await stage.press("tab")
        assert "nobody counted" in stage.shown
        await stage.press("escape")
        assert "nobody counted" not in stage.shown
        screen = stage.pilot.app.screen
        assert isinstance(screen, LiveScreen)
        screen.call.file.close()
