"""Prep screen: questions to the user, the plan, and one key that starts the call."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace
from test_home import store_call
from textual.pilot import Pilot

from live_stage import AppPilot
from salesnerd_tui.call.events import Ended, Event, Mode, Place, PlanKind, PlanSet, Started
from salesnerd_tui.call.plan import add_hypothesis as plan_hypothesis
from salesnerd_tui.call.plan import plan_from_events
from salesnerd_tui.call_session import CallSession
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.services import prep as prep_service
from salesnerd_tui.services.call_service import CallService, OpenedCall, read_stored_call
from salesnerd_tui.services.prep import PrepRequest, open_prep
from salesnerd_tui.storage.call_store import CallStore
from salesnerd_tui.storage.summary import CallSummary
from salesnerd_tui.timefmt import short_day
from salesnerd_tui.tui.app import SalesnerdApp
from salesnerd_tui.tui.navigator import call_screen
from salesnerd_tui.tui.screens.debrief import DebriefScreen
from salesnerd_tui.tui.screens.live import LiveScreen
from salesnerd_tui.tui.screens.prep import PrepScreen


class PrepStage(AppPilot):
    def __init__(self, service: CallService, call: OpenedCall, pilot: Pilot[None]) -> None:
        self.service, self.call, self.pilot = service, call, pilot

    @property
    def session(self) -> CallSession:
        return self.call.session


@asynccontextmanager
async def prep_screen(
    folder: Path, request: PrepRequest | None = None, size: tuple[int, int] = (90, 44)
) -> AsyncIterator[PrepStage]:
    service = CallService(Library(), CallStore(folder))
    call = open_prep(service, request or PrepRequest("first_call", "Acme", ("Dana, VP Eng",)))
    app = SalesnerdApp(service, lambda: PrepScreen(call, service))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield PrepStage(service, call, pilot)
    call.file.close()


async def test_letters_take_no_detours_in_a_prep(tmp_path: Path) -> None:
    async with prep_screen(tmp_path) as stage:
        await stage.press("d")
        assert stage.session.state.place.detour != "demo_request"
        assert "What do you believe about them" in stage.screen_text
        await stage.press("question_mark", until="Pick the answer")
        assert "Take the detour" not in stage.screen_text


async def test_prep_questions_come_before_the_sheet(tmp_path: Path) -> None:
    async with prep_screen(tmp_path) as stage:
        assert "What do you believe about them" in stage.screen_text
        await stage.press("enter", "h", "u", "r", "r", "y", "enter", "n", until="What made you turn down")
        await stage.press("n", until="nobody told you? hurry")
        assert "MUST-ASK QUESTIONS" in stage.screen_text


class ListedEarly(CallStore):
    """A store that lists preps as it does before their first event is on the disk: nothing says that they are preps."""

    def summaries(self) -> list[CallSummary]:
        return [replace(each, mode=Mode.LIVE) for each in super().summaries()]


async def test_prep_without_events_is_not_the_last_call(tmp_path: Path) -> None:
    call = store_call(tmp_path, "Acme", ended=True)
    async with prep_screen(tmp_path):
        pass
    service = CallService(Library(), ListedEarly(tmp_path))
    assert len(service.store.summaries()) == 2
    found = prep_service.read_earlier_calls(service, "Acme", date.today())
    assert [each.call for each in found.calls] == [call]
    assert found.last is not None


async def test_playbook_without_prep_questions_shows_the_sheet(tmp_path: Path) -> None:
    async with prep_screen(tmp_path, PrepRequest("buying_map", "Acme")) as stage:
        assert "MUST-ASK QUESTIONS" in stage.screen_text
        assert stage.session.state.place.item is None


async def test_small_screen_confirms_a_hypothesis(tmp_path: Path) -> None:
    async with prep_screen(tmp_path, size=(40, 12)) as stage:
        await stage.press("H")
        await stage.type("nobody counted", "enter", "enter", "enter", until="added hypothesis “nobody counted”")


async def test_plan_is_made_with_keys(tmp_path: Path) -> None:
    async with prep_screen(tmp_path) as stage:
        await stage.press("H")
        await stage.type("nobody counted", "enter", "c", "o", "s", "t", "enter", until="you would be wrong if")
        await stage.type("they have a sum", "enter", "P", "enter")
        await stage.type("asks the cfo", "enter")
        await stage.press("P", "up", "pagedown", "enter")
        await stage.type("Petra", "enter", "enter")
        await stage.press("M")
        await stage.type("late_stop", "enter", "escape")
        await stage.press("T", "enter", "5", "enter")
        plan = plan_from_events(stage.session.state.plan)
        assert plan.hypotheses == (("cost", "nobody counted"),)
        assert plan.disproofs == {"nobody counted": "they have a sum"}
        assert plan.roles == {"Dana, VP Eng": "asks the cfo", "Petra": "on the call"}
        assert plan.musts == {"late_stop": True}
        assert plan.minutes == {"Why now": 5}
        for words in ("nobody counted →", "Dana, VP Eng: asks the cfo", "· Petra"):
            assert words in stage.screen_text
        await stage.press("u")
        assert plan_from_events(stage.session.state.plan).minutes == {}


async def test_rewording_starts_from_the_playbooks_text(tmp_path: Path) -> None:
    async with prep_screen(tmp_path) as stage:
        await stage.press("R", "enter", until="What made you start looking into this now?")
        await stage.press("ctrl+u")
        await stage.type("Why now", "enter")
        assert plan_from_events(stage.session.state.plan).wordings == {"trigger": "Why now"}
        await stage.press("R", "enter", "ctrl+u", "enter")
        assert plan_from_events(stage.session.state.plan).wordings == {}


async def test_one_key_starts_the_call(tmp_path: Path) -> None:
    async with prep_screen(tmp_path) as stage:
        await stage.press("M", "down", "enter", "escape", "C")
        await stage.wait_until(lambda: type(stage.pilot.app.screen) is LiveScreen)
        screen = stage.pilot.app.screen
        assert type(screen) is LiveScreen
        started = screen.session.state.started
        assert started is not None
        assert (started.mode, started.account, started.people) == (Mode.LIVE, "Acme", ("Dana, VP Eng",))
        assert any(isinstance(event, PlanSet) for event in screen.session.events)
        screen.call.file.close()
        prep = stage.service.store.read(stage.call.file.id)
        assert isinstance(prep.events[-1], Ended)


async def test_prep_is_kept_after_leaving(tmp_path: Path) -> None:
    async with prep_screen(tmp_path) as stage:
        await stage.press("H")
        await stage.type("money is there", "enter", "enter", "enter", "q")
        assert not stage.pilot.app.is_running or stage.pilot.app.return_code is not None
    async with prep_screen(tmp_path) as again:
        assert again.call.file.id == stage.call.file.id
        assert "money is there" in again.screen_text
        assert isinstance(call_screen(again.call, again.service), PrepScreen)


async def test_sheet_is_written_to_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with prep_screen(tmp_path / "data") as stage:
        await stage.press("w", "enter", until="saved ")
        assert "# Prep: Acme" in next(tmp_path.glob("acme-prep-*.md")).read_text()


@pytest.mark.parametrize("size", [(80, 24), (40, 12), (40, 3)])
async def test_every_size_shows_the_question(tmp_path: Path, size: tuple[int, int]) -> None:
    async with prep_screen(tmp_path, size=size) as stage:
        assert "What do you believe" in stage.screen_text


async def test_call_shows_its_prep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreadable(*_: object) -> None:
        raise OSError("the disk is gone")

    async with prep_screen(tmp_path) as stage:
        await stage.press("enter")
        await stage.type("hurry", "enter", "H")
        await stage.type("nobody counted", "enter", *"zzz", "enter", until="no matches")
        assert "> zzz" in stage.screen_text, "enter takes nothing, and keeps what was typed"
        await stage.press("ctrl+u", *"cost", "enter", "enter", "C", until="tab shows your prep")
        with monkeypatch.context() as broken:
            broken.setattr(prep_service, "sheet_of_call", unreadable)
            await stage.press("tab", "tab", until="cannot read the prep: the disk is gone")
        await stage.press("ctrl+p")
        await stage.type("your prep", "enter", until="PREPARED")
        pages = [stage.screen_text]
        for _ in range(3):
            await stage.press("pagedown")
            pages.append(stage.screen_text)
        for words in ("must-ask questions", "nobody told you? hurry", "Why now (8 min)", "nobody counted →"):
            assert any(words in page for page in pages)
        screen = stage.pilot.app.screen
        assert isinstance(screen, LiveScreen)
    screen.call.file.close()


async def test_hints_after_the_last_question_fit_a_prep(tmp_path: Path) -> None:
    async with prep_screen(tmp_path) as stage:
        await stage.press("n", "n")
        hints = stage.screen_text.splitlines()[-1]
        assert "C start call" in hints
        assert "n next" not in hints
        await stage.press("n", until="no more prep questions: start the call")
        await stage.press("s", until="nothing to skip: no more prep questions")


async def test_people_are_offered_by_name_and_questions_without_ids(tmp_path: Path) -> None:
    async with prep_screen(tmp_path, PrepRequest("first_call", "Acme", ("Dana, VP Eng", "Petra"))) as stage:
        await stage.press("P", until="Dana, VP Eng")
        assert "Petra" in stage.screen_text
        await stage.press("escape", "M", until="Who feels it most")
        assert "who_feels_it" not in stage.screen_text


async def test_no_question_is_on_the_sheet_twice(tmp_path: Path) -> None:
    async with prep_screen(tmp_path, size=(110, 70)) as stage:
        await stage.press("n", "n")
        for text, question in (("nobody counted", "cost"), ("late trouble", "late_stop"), ("no sum", "cost")):
            stage.session.do(partial(plan_hypothesis, text=text, question=question))
        screen = stage.pilot.app.screen
        assert isinstance(screen, PrepScreen)
        screen.changed()
        await stage.pilot.pause()
        assert " ".join(stage.screen_text.split()).count("nobody counted") == 1
        page = " ".join(stage.screen_text.split())
        for ask in stage.session.playbook.call_questions():
            assert page.count(ask.text) <= 1
        assert page.count("What made you start looking into this now?") == 1
        assert page.count("Who feels it most when it happens?") == 1


async def test_prep_opens_in_the_call_with_one_key(tmp_path: Path) -> None:
    async with prep_screen(tmp_path) as stage:
        await stage.press("H")
        await stage.type("nobody counted", "enter", "enter", "enter", "C", until="tab shows your prep")
        await stage.press("tab", until="nobody counted")
        assert "Dana, VP Eng" in stage.screen_text
        await stage.press("escape")
        assert "nobody counted" not in stage.screen_text
        screen = stage.pilot.app.screen
        assert isinstance(screen, LiveScreen)
    screen.call.file.close()


def store_events(folder: Path, *events: Event, mode: Mode = Mode.LIVE) -> None:
    """An earlier call or prep with Acme that has ended."""
    began = datetime(2026, 3, 1, 10, tzinfo=UTC)
    started = Started(0, "first_call", "First", "", mode, Place("cost"), began.isoformat(), "Acme", ("Raj, security",))
    with CallStore(folder).create(began, "Acme") as file:
        file.save([started, *events, Ended(60, "not_now", "not-yet")], lambda _: None)


def shown_day(day: int) -> str:
    """Return a day of March 2026 as it is shown today."""
    return short_day(date(2026, 3, day), date.today())


async def test_people_of_earlier_calls_can_be_added(tmp_path: Path) -> None:
    store_events(tmp_path)
    async with prep_screen(tmp_path) as stage:
        await stage.press("P")
        assert any("Raj, security" in row and "from an earlier call" in row for row in stage.screen_text.splitlines())
        await stage.type("raj", "enter", "enter")
        assert plan_from_events(stage.session.state.plan).roles == {"Raj, security": "on the call"}


async def test_earlier_hypothesis_is_tested_again_with_its_question(tmp_path: Path) -> None:
    believed = (
        PlanSet(0, PlanKind.HYPOTHESIS, "cost", "nobody counted"),
        PlanSet(0, PlanKind.HYPOTHESIS, "", "all good"),
    )
    store_events(tmp_path, *believed, PlanSet(0, PlanKind.DISPROOF, "all good", "they complain"))
    async with prep_screen(tmp_path) as stage:
        assert f"riskiest, untested since {shown_day(1)}: nobody counted" in stage.screen_text
        await stage.press("H")
        assert "❯ nobody counted" in stage.screen_text, "the riskiest is one key away"
        assert f"untested since {shown_day(1)}\n" in stage.screen_text
        await stage.press("enter", until="you would be wrong if")
        await stage.press("enter", "H", "enter", "enter")
        plan = plan_from_events(stage.session.state.plan)
        assert plan.hypotheses == (("cost", "nobody counted"), ("", "all good"))
        assert plan.disproofs == {"all good": "they complain"}, "what is known is not asked again"


async def test_new_hypothesis_is_typed_into_the_list(tmp_path: Path) -> None:
    store_events(tmp_path, PlanSet(0, PlanKind.HYPOTHESIS, "cost", "nobody counted"))
    async with prep_screen(tmp_path) as stage:
        await stage.press("H")
        await stage.type("money is there", until="enter adds it as a new hypothesis")
        await stage.press("enter", "enter", "escape")
        assert plan_from_events(stage.session.state.plan).hypotheses == (("", "money is there"),)
        await stage.press("H")
        await stage.type("new", "enter")
        await stage.type("he signs", "enter", "enter", "enter")
        assert len(plan_from_events(stage.session.state.plan).hypotheses) == 2


async def test_playbook_outside_the_folders_starts_its_call(tmp_path: Path) -> None:
    own = tmp_path / "elsewhere" / "mine.yaml"
    own.parent.mkdir()
    own.write_text("playbook: Mine\nagenda:\n  - {ask: What hurts?, id: pain}\n")
    async with prep_screen(tmp_path / "data", PrepRequest(str(own), "Acme")) as stage:
        await stage.press("q")
    async with prep_screen(tmp_path / "data", PrepRequest(str(own), "Acme")) as stage:
        assert len(stage.service.store.summaries()) == 1, "the same prep"
        assert "What hurts?" in stage.screen_text
        await stage.press("C", until="tab shows your prep")
        screen = stage.pilot.app.screen
        assert isinstance(screen, LiveScreen)
        assert screen.session.playbook.title == "Mine"
        await stage.press("tab", until="PREPARED")
        assert "What hurts?" in stage.screen_text
        screen.call.file.close()
        assert read_stored_call(stage.service, screen.call.file.id).playbook is not None


async def test_call_started_from_its_prep_ends_with_its_debrief(tmp_path: Path) -> None:
    async with prep_screen(tmp_path) as stage:
        await stage.press("C", until="tab shows your prep")
        await stage.press("e", "3", "enter", "enter", "enter", "enter", until="One thing to try")
        assert isinstance(stage.pilot.app.screen, DebriefScreen)
