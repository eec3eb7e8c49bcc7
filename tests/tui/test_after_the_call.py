"""From the debrief to the follow-up message, the promises, the buying process and the next call."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event as Flag

import pytest
from test_home import House, a_call, at_home

from live_stage import SIZES
from salesnerd_tui.call import outcome
from salesnerd_tui.call.events import Marked, Mode, Place, Resumed, Started
from salesnerd_tui.playbook.folders import builtin_folder
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.services.call_service import CallService
from salesnerd_tui.services.rehearsal import RehearsalRequest, open_rehearsal
from salesnerd_tui.storage.call_store import CallStore
from salesnerd_tui.tui.app import SalesnerdApp
from salesnerd_tui.tui.screens.board import BoardScreen
from salesnerd_tui.tui.screens.home import HomeScreen
from salesnerd_tui.tui.screens.prep import PrepScreen
from salesnerd_tui.tui.screens.promises import PromisesScreen


async def debrief(house: House) -> None:
    await house.sees("NO-GO")
    await house.press("enter")
    await house.sees("too early")


@pytest.mark.parametrize("size", SIZES)
async def test_page_shows_its_parts_and_the_close_key(tmp_path: Path, size: tuple[int, int]) -> None:
    a_call(tmp_path, "Acme", ended=True)
    async with at_home(tmp_path, size) as house:
        await debrief(house)
        await house.sees("1 said")
        *_, parts, keys = house.shown.splitlines()
        assert parts.split()[:2] == ["1", "said"]
        assert keys.split()[-4:] == ["to", "home", "?", "help"]


async def test_next_call_asks_only_for_the_playbook(tmp_path: Path) -> None:
    a_call(tmp_path, "Acme", ended=True)
    async with at_home(tmp_path) as house:
        await debrief(house)
        page = house.app.screen
        await house.press("p")
        await house.sees("PICK A PLAYBOOK")
        await house.press("escape")
        await house.sees("One thing to try")
        assert house.app.screen is page, "esc goes back to where p was pressed"
        await house.press("p")
        await house.sees("PICK A PLAYBOOK")
        await house.type("asked for a demo")
        await house.press("enter")
        await house.sees("> Acme")
        await house.press("enter")
        await house.sees("> Dana, VP Eng")
        await house.press("enter", "enter")
        await house.sees("MUST-ASK QUESTIONS")
        screen = house.app.screen
        assert isinstance(screen, PrepScreen)
        assert screen.view.title == "They asked for a demo"
        await house.press("q")
        await house.sees("One thing to try")
        await house.press("q")
        await house.sees("prepared 1 min ago")


async def test_promises_and_board_open_with_one_key(tmp_path: Path) -> None:
    a_call(tmp_path, "Acme", ended=True)
    async with at_home(tmp_path) as house:
        await debrief(house)
        await house.press("o")
        await house.sees("Acme · open")
        assert isinstance(house.app.screen, PromisesScreen)
        await house.press("q", "b")
        await house.sees("BUYING JOBS")
        assert isinstance(house.app.screen, BoardScreen)


async def test_message_can_be_read_copied_and_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    service = CallService(Library([builtin_folder()]), CallStore(tmp_path / "data"))
    call = service.resume(a_call(tmp_path / "data", "Acme"))
    call.begin()
    call.session.do(lambda now: outcome.end(now, "not_now", {"what_must_change": "the budget"}))
    call.session.close()
    async with at_home(tmp_path / "data") as house:
        await house.sees("NOT YET")
        await house.press("G", "enter")
        await house.sees("One thing to try")
        await house.press("f")
        await house.sees("MESSAGE TO THEM")
        assert "! no date to talk again" in house.shown
        assert "Hi Dana," in house.shown
        await house.press("enter")
        assert house.app.clipboard.startswith("Hi Dana,")
        await house.press("w")
        await house.sees("write the message to")
        name = f"acme-{datetime.now(UTC).date().isoformat()}-message.txt"
        await house.sees(f"> ./{name}")
        await house.press("enter")
        await house.sees("saved ")
        assert (tmp_path / name).read_text() == house.app.clipboard
        assert "MESSAGE TO THEM" in house.shown
        await house.press("escape")
        await house.sees("One thing to try")


async def test_message_is_edited_in_the_users_editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\nprintf 'Dear Dana,\\n\\033[2J' > \"$1\"\n")
    editor.chmod(0o700)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", str(editor))
    monkeypatch.setattr(SalesnerdApp, "suspend", lambda _: nullcontext())
    a_call(tmp_path / "data", "Acme", ended=True)
    async with at_home(tmp_path / "data") as house:
        await debrief(house)
        await house.press("f", "v")
        await house.sees("Dear Dana,")
        assert "\x1b" not in house.shown
        await house.press("escape", "f", "enter")
        assert house.app.clipboard.startswith("Dear Dana,")
        assert "\x1b" not in house.app.clipboard


async def test_next_call_of_a_debrief_offers_earlier_accounts(tmp_path: Path) -> None:
    a_call(tmp_path, "Acme", ended=True)
    a_call(tmp_path, "", ended=True)
    async with at_home(tmp_path) as house:
        await debrief(house)
        await house.press("p")
        await house.sees("PICK A PLAYBOOK")
        await house.press("enter")
        await house.sees("pgup pgdn Acme")
        assert not isinstance(house.app.screen, HomeScreen)


async def test_rehearsal_has_no_next_call(tmp_path: Path) -> None:
    service = CallService(Library([builtin_folder()]), CallStore(tmp_path))
    call = open_rehearsal(service, RehearsalRequest("first_call", seed=3))
    call.begin()
    call.session.close()
    async with at_home(tmp_path) as house:
        await house.press("slash")
        await house.sees("DRILL")
        await house.press("enter")
        await house.sees("how it went")
        await house.press("p")
        await house.sees("only available for a live call")


def test_call_resumed_twice_counts_each_break_once(tmp_path: Path) -> None:
    began = datetime.now(UTC) - timedelta(hours=2)
    first = Started(0.0, "first_call", "First call", "", Mode.LIVE, Place("trigger"), began.isoformat())
    with CallStore(tmp_path).create(began) as file:
        kept = Flag()
        file.save([first, Marked(90.0)], lambda _: kept.set())
        assert kept.wait(10)
    for _ in range(2):
        call = CallService(Library([builtin_folder()]), CallStore(tmp_path)).resume(file.id)
        call.begin()
        assert call.session.events[-1].at >= 90.0  # the clock continues where the call was left
        call.file.close()
    again = CallStore(tmp_path).read(file.id)
    gaps = [event.gap_seconds for event in again.events if isinstance(event, Resumed)]
    assert gaps[0] >= 7200 - 90
    assert gaps[1] < 3600
