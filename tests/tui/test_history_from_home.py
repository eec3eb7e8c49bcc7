"""The history, opened from the start page, and the commands for a call in it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from test_home import HomeStage, home_screen, store_call

from live_stage import SIZES
from salesnerd_tui.call.events import Mode
from salesnerd_tui.playbook.folders import builtin_folder
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.services.call_service import CallService
from salesnerd_tui.services.prep import PrepRequest, open_prep
from salesnerd_tui.storage.call_store import CallStore
from salesnerd_tui.tui.screens.history import HistoryScreen
from salesnerd_tui.tui.screens.prep import PrepScreen
from salesnerd_tui.tui.screens.promises import PromisesScreen


async def history(stage: HomeStage, words: str = "") -> None:
    await stage.press("slash", until="enter open")
    if words:
        await stage.type(words, until=words)


@pytest.mark.parametrize("size", SIZES)
async def test_history_opens_with_one_key_and_searches_while_typing(tmp_path: Path, size: tuple[int, int]) -> None:
    store_call(tmp_path, "Acme", ended=True)
    store_call(tmp_path, "Borealis", ended=True)
    async with home_screen(tmp_path, size) as stage:
        await history(stage)
        assert isinstance(stage.app.screen, HistoryScreen)
        await stage.wait_for("Acme")
        await stage.type("borea", until="Borealis")
        assert "Acme" not in stage.screen_text
        await stage.press("enter", until="A clear no")
        await stage.press("q", "escape", "escape")
        await stage.wait_for_home()


async def test_call_is_written_to_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store_call(tmp_path / "data", "Acme", ended=True)
    monkeypatch.chdir(tmp_path)
    today = datetime.now(UTC).date().isoformat()
    async with home_screen(tmp_path / "data", (120, 30)) as stage:
        await history(stage, "acme")
        await stage.press("escape", "w", until="write Acme of")
        await stage.wait_for(f"> ./acme-{today}.md")
        await stage.wait_for(f"{tmp_path}/acme-{today}.md")
        await stage.press("ctrl+u")
        await stage.type(str(tmp_path / "call.json"), "enter", until="saved ")
        assert json.loads((tmp_path / "call.json").read_text())["header"]["account"] == "Acme"
        await stage.press("w", "ctrl+u")
        await stage.type("call.doc", "enter", until="unknown format '.doc'")


async def test_call_is_deleted_only_after_a_yes(tmp_path: Path) -> None:
    store_call(tmp_path, "Acme", ended=True)
    store_call(tmp_path, "Borealis", ended=True)
    async with home_screen(tmp_path) as stage:
        await history(stage)
        await stage.type("acme", "escape", "delete", until="Delete Acme of")
        await stage.wait_for("with 2 notes permanently?")
        await stage.press("escape")
        await stage.press("delete", until="permanently?")
        await stage.type("no", "enter", until="nothing was deleted")
        assert len(stage.service.store.summaries()) == 2
        await stage.press("delete", until="permanently?")
        await stage.type("yes", "enter", until="deleted")
        assert [call.account for call in stage.service.store.summaries()] == ["Borealis"]


async def test_open_call_is_not_deleted(tmp_path: Path) -> None:
    call = store_call(tmp_path, "Acme")
    with CallStore(tmp_path).open(call):
        async with home_screen(tmp_path) as stage:
            await history(stage, "acme")
            await stage.press("escape", "delete", until="open in another window")


async def test_promises_of_the_account_open_with_one_key(tmp_path: Path) -> None:
    store_call(tmp_path, "Acme", ended=True)
    async with home_screen(tmp_path) as stage:
        await history(stage, "acme")
        await stage.press("escape", "o", until="No open promises.")
        assert isinstance(stage.app.screen, PromisesScreen)
        assert "Acme · open" in stage.screen_text
        await stage.press("q", until="enter open")


async def test_open_prep_is_resumed_from_the_history(tmp_path: Path) -> None:
    store_call(tmp_path, "Acme", ended=True)
    prep = open_prep(
        CallService(Library([builtin_folder()]), CallStore(tmp_path)), PrepRequest("first_call", "Borealis")
    )
    prep.begin()
    prep.session.close()
    assert prep.mode is Mode.PREP
    async with home_screen(tmp_path) as stage:
        await history(stage)
        await stage.type("borealis", until="PREP")
        await stage.press("enter", until="MUST-ASK QUESTIONS")
        assert isinstance(stage.app.screen, PrepScreen)


@pytest.mark.parametrize("size", SIZES)
async def test_a_mistyped_call_is_corrected(tmp_path: Path, size: tuple[int, int]) -> None:
    store_call(tmp_path, "Acmee", ended=True)
    async with home_screen(tmp_path, size) as stage:
        await history(stage, "acmee")
        await stage.press("escape", "v", until="Edit Acmee of")
        await stage.press(*["ctrl+u", "backspace"] * 3)
        await stage.type("Acme; with=Dana, CFO; with=Raj; on=2026-13-01", "enter", until="invalid date")
        await stage.press(*["backspace"] * len("2026-13-01"))
        await stage.type("2026-02-03", "enter", until="saved")
        await stage.wait_for("no matches")
        [call] = stage.service.store.summaries()
        assert (call.account, call.people, call.started_at[:10]) == ("Acme", ("Dana, CFO", "Raj"), "2026-02-03")
        assert call.ended
        await stage.press("slash", "ctrl+u")
        await stage.type("dana", until="Acme")
        await stage.press("escape", "v", until="on=2026-02-03")
        await stage.press("enter", until="nothing was changed")


async def test_a_call_that_is_open_in_another_window_is_not_corrected(tmp_path: Path) -> None:
    call = store_call(tmp_path, "Acmee")
    with CallStore(tmp_path).open(call):
        async with home_screen(tmp_path) as stage:
            await history(stage, "acmee")
            await stage.press("escape", "v", until="Edit Acmee of")
            await stage.press("ctrl+u")
            await stage.type("Acme", "enter", until="open in another window")
            assert [each.account for each in stage.service.store.summaries()] == ["Acmee"]
