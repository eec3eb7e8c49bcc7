"""The history, opened from the start page, and the commands for a call in it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from test_home import House, a_call, at_home

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


async def history(house: House, words: str = "") -> None:
    await house.press("slash")
    await house.sees("enter open")
    if words:
        await house.type(words)
        await house.sees(words)


@pytest.mark.parametrize("size", SIZES)
async def test_history_opens_with_one_key_and_searches_while_typing(tmp_path: Path, size: tuple[int, int]) -> None:
    a_call(tmp_path, "Acme", ended=True)
    a_call(tmp_path, "Borealis", ended=True)
    async with at_home(tmp_path, size) as house:
        await history(house)
        assert isinstance(house.app.screen, HistoryScreen)
        await house.sees("Acme")
        await house.type("borea")
        await house.sees("Borealis")
        assert "Acme" not in house.shown
        await house.press("enter")
        await house.sees("A clear no")
        await house.press("q", "escape", "escape")
        await house.is_home()


async def test_call_is_written_to_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_call(tmp_path / "data", "Acme", ended=True)
    monkeypatch.chdir(tmp_path)
    today = datetime.now(UTC).date().isoformat()
    async with at_home(tmp_path / "data", (120, 30)) as house:
        await history(house, "acme")
        await house.press("escape", "w")
        await house.sees("write Acme of")
        await house.sees(f"> ./acme-{today}.md")
        await house.sees(f"{tmp_path}/acme-{today}.md")
        await house.press("ctrl+u")
        await house.type(str(tmp_path / "call.json"))
        await house.press("enter")
        await house.sees("saved ")
        assert json.loads((tmp_path / "call.json").read_text())["header"]["account"] == "Acme"
        await house.press("w", "ctrl+u")
        await house.type("call.doc")
        await house.press("enter")
        await house.sees("unknown format '.doc'")


async def test_call_is_deleted_only_after_a_yes(tmp_path: Path) -> None:
    a_call(tmp_path, "Acme", ended=True)
    a_call(tmp_path, "Borealis", ended=True)
    async with at_home(tmp_path) as house:
        await history(house)
        await house.type("acme")
        await house.press("escape", "delete")
        await house.sees("Delete Acme of")
        await house.sees("with 2 notes permanently?")
        await house.press("escape")
        await house.press("delete")
        await house.sees("permanently?")
        await house.type("no")
        await house.press("enter")
        await house.sees("nothing was deleted")
        assert len(house.service.store.summaries()) == 2
        await house.press("delete")
        await house.sees("permanently?")
        await house.type("yes")
        await house.press("enter")
        await house.sees("deleted")
        assert [call.account for call in house.service.store.summaries()] == ["Borealis"]


async def test_open_call_is_not_deleted(tmp_path: Path) -> None:
    call = a_call(tmp_path, "Acme")
    with CallStore(tmp_path).open(call):
        async with at_home(tmp_path) as house:
            await history(house, "acme")
            await house.press("escape", "delete")
            await house.sees("open in another window")


async def test_promises_of_the_account_open_with_one_key(tmp_path: Path) -> None:
    a_call(tmp_path, "Acme", ended=True)
    async with at_home(tmp_path) as house:
        await history(house, "acme")
        await house.press("escape", "o")
        await house.sees("No open promises.")
        assert isinstance(house.app.screen, PromisesScreen)
        assert "Acme · open" in house.shown
        await house.press("q")
        await house.sees("enter open")


async def test_open_prep_is_resumed_from_the_history(tmp_path: Path) -> None:
    a_call(tmp_path, "Acme", ended=True)
    prep = open_prep(
        CallService(Library([builtin_folder()]), CallStore(tmp_path)), PrepRequest("first_call", "Borealis")
    )
    prep.begin()
    prep.session.close()
    assert prep.mode is Mode.PREP
    async with at_home(tmp_path) as house:
        await history(house)
        await house.type("borealis")
        await house.sees("PREP")
        await house.press("enter")
        await house.sees("MUST-ASK QUESTIONS")
        assert isinstance(house.app.screen, PrepScreen)
