"""From the debrief to the follow-up message, the promises, the buying process and the next call."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Event as Flag

import pytest
from test_home import HomeStage, home_screen, store_call

from live_stage import SIZES
from salesnerd_tui.call import actions, outcome
from salesnerd_tui.call.events import Marked, Mode, Place, Resumed, Started
from salesnerd_tui.playbook.folders import builtin_folder
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.services.call_service import CallService, OpenRequest
from salesnerd_tui.services.rehearsal import RehearsalRequest, open_rehearsal
from salesnerd_tui.storage.call_store import CallStore
from salesnerd_tui.tui.app import SalesnerdApp
from salesnerd_tui.tui.screens.account import AccountScreen
from salesnerd_tui.tui.screens.home import HomeScreen
from salesnerd_tui.tui.screens.prep import PrepScreen
from salesnerd_tui.tui.screens.promises import PromisesScreen


async def open_debrief(stage: HomeStage) -> None:
    await stage.wait_for("NO-GO")
    await stage.press("enter", until="too early")


@pytest.mark.parametrize("size", SIZES)
async def test_page_shows_its_parts_and_the_close_key(tmp_path: Path, size: tuple[int, int]) -> None:
    store_call(tmp_path, "Acme", ended=True)
    async with home_screen(tmp_path, size) as stage:
        await open_debrief(stage)
        await stage.wait_for("1 said")
        *_, parts, keys = stage.screen_text.splitlines()
        assert parts.split()[:2] == ["1", "said"]
        assert keys.split()[-4:] == ["to", "home", "?", "help"]


async def test_next_call_asks_only_for_the_playbook(tmp_path: Path) -> None:
    store_call(tmp_path, "Acme", ended=True)
    async with home_screen(tmp_path) as stage:
        await open_debrief(stage)
        page = stage.app.screen
        await stage.press("p", until="PICK A PLAYBOOK")
        await stage.press("escape", until="One thing to try")
        assert stage.app.screen is page, "esc goes back to where p was pressed"
        await stage.press("p", until="PICK A PLAYBOOK")
        await stage.type("asked for a demo", "enter", until="> Acme")
        await stage.press("enter", until="> Dana, VP Eng")
        await stage.press("enter", "enter", until="MUST-ASK QUESTIONS")
        screen = stage.app.screen
        assert isinstance(screen, PrepScreen)
        assert screen.view.title == "They asked for a demo"
        await stage.press("q", until="One thing to try")
        await stage.press("q", until="prepared 1 min ago")


async def test_promises_and_account_page_open_with_one_key(tmp_path: Path) -> None:
    store_call(tmp_path, "Acme", ended=True)
    async with home_screen(tmp_path) as stage:
        await open_debrief(stage)
        await stage.press("o", until="Acme · open")
        assert isinstance(stage.app.screen, PromisesScreen)
        await stage.press("q", "b", until="BUYING JOBS")
        assert isinstance(stage.app.screen, AccountScreen)


async def test_message_can_be_read_copied_and_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    service = CallService(Library([builtin_folder()]), CallStore(tmp_path / "data"))
    call = service.resume(store_call(tmp_path / "data", "Acme"))
    call.begin()
    call.session.do(lambda context: outcome.end(context, "not_now", {"what_must_change": "the budget"}))
    call.session.close()
    async with home_screen(tmp_path / "data") as stage:
        await stage.wait_for("NOT YET")
        await stage.press("G", "enter", until="One thing to try")
        await stage.press("f", until="MESSAGE TO THEM")
        assert "! no date to talk again" in stage.screen_text
        assert "Hi Dana," in stage.screen_text
        await stage.press("enter")
        assert stage.app.clipboard.startswith("Hi Dana,")
        assert "copied the message, if your terminal allows it" in stage.screen_text
        await stage.press("w", until="write the message to")
        name = f"acme-{datetime.now(UTC).date().isoformat()}-message.txt"
        await stage.wait_for(f"> ./{name}")
        await stage.press("enter", until="saved ")
        assert (tmp_path / name).read_text() == stage.app.clipboard
        assert "MESSAGE TO THEM" in stage.screen_text
        await stage.press("escape", until="One thing to try")


async def test_own_notes_are_in_the_message_only_after_their_number_was_pressed(tmp_path: Path) -> None:
    store_call(tmp_path, "Acme", ended=True)
    async with home_screen(tmp_path) as stage:
        await open_debrief(stage)
        await stage.press("f", until="Your own notes (a number adds or removes one):")
        assert "1 · two days a month" in stage.screen_text
        assert "2 · forty double bills" in stage.screen_text
        await stage.press("9", "2", "enter", until="2 ✓ forty double bills")
        assert "What I noted:\n- forty double bills\n" in stage.app.clipboard
        assert "two days" not in stage.app.clipboard
        await stage.press("2", "enter")
        assert "What I noted" not in stage.app.clipboard


async def test_many_own_notes_are_counted_and_a_number_scrolls_nothing(tmp_path: Path) -> None:
    service = CallService(Library(), CallStore(tmp_path))
    call = service.open(OpenRequest("first_call", "Acme", ("Dana",), mode=Mode.LIVE))
    call.begin()
    for number in range(1, 13):
        call.session.do(partial(actions.note, text=f"remark number {number} of twelve"))
    call.session.do(lambda context: outcome.end(context, "not_a_fit", {"reason": "too early"}))
    call.session.close()
    async with home_screen(tmp_path, (80, 24)) as stage:
        await open_debrief(stage)
        await stage.press("f", "pagedown", "pagedown", until="and 3 more: salesnerd calls followup --notes")
        await stage.press("7", until="7 ✓ remark number 7 of twelve")


async def test_message_is_edited_in_the_users_editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\nprintf 'Dear Dana,\\n\\033[2J' > \"$1\"\n")
    editor.chmod(0o700)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", str(editor))
    monkeypatch.setattr(SalesnerdApp, "suspend", lambda _: nullcontext())
    store_call(tmp_path / "data", "Acme", ended=True)
    async with home_screen(tmp_path / "data") as stage:
        await open_debrief(stage)
        await stage.press("f", "v", until="Dear Dana,")
        assert "\x1b" not in stage.screen_text
        await stage.press("escape", "f", "enter")
        assert stage.app.clipboard.startswith("Dear Dana,")
        assert "\x1b" not in stage.app.clipboard


async def test_next_call_of_a_debrief_offers_earlier_accounts(tmp_path: Path) -> None:
    store_call(tmp_path, "Acme", ended=True)
    store_call(tmp_path, "", ended=True)
    async with home_screen(tmp_path) as stage:
        await open_debrief(stage)
        await stage.press("p", until="PICK A PLAYBOOK")
        await stage.press("enter", until="pgup pgdn Acme")
        assert not isinstance(stage.app.screen, HomeScreen)


async def test_rehearsal_has_no_next_call(tmp_path: Path) -> None:
    service = CallService(Library([builtin_folder()]), CallStore(tmp_path))
    call = open_rehearsal(service, RehearsalRequest("first_call", seed=3))
    call.begin()
    call.session.close()
    async with home_screen(tmp_path) as stage:
        await stage.press("slash", until="REHEARSAL")
        await stage.press("enter", until="how it went")
        await stage.press("p", until="only available for a live call")


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
