"""Account screen: an account's buying process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from test_home import HomeStage, home_screen

from salesnerd_tui.call.events import Answered, Mode, Place, Started
from salesnerd_tui.storage.call_store import CallStore
from salesnerd_tui.tui.screens.account import AccountScreen


def store_call(folder: Path) -> None:
    began = datetime(2026, 11, 10, 10, tzinfo=UTC)
    with CallStore(folder).create(began, "Acme") as file:
        first = Started(0, "buying_map", "Map", "", Mode.LIVE, Place(None), began.isoformat(), "Acme", ("Dana",))
        file.save([first, Answered(5, "map_steps", "And then?", "the paper, then my boss")], lambda _: None)


@asynccontextmanager
async def account_page(folder: Path, size: tuple[int, int] = (100, 40)) -> AsyncIterator[HomeStage]:
    store_call(folder)
    async with home_screen(folder, size) as stage:
        await stage.press("b", until="Acme")
        await stage.press("enter", until="BUYING JOBS")
        yield stage


async def test_account_page_is_read_from_the_calls(tmp_path: Path) -> None:
    async with account_page(tmp_path) as stage:
        assert isinstance(stage.app.screen, AccountScreen)
        await stage.wait_for("they: the paper")
        await stage.wait_for("○ my boss")


async def test_step_of_the_user_ahead_of_theirs_is_marked(tmp_path: Path) -> None:
    async with account_page(tmp_path) as stage:
        await stage.press("a")
        await stage.type("your next", "enter")
        await stage.type("Send the contract", "enter", until="you: Send the contract")
        await stage.wait_for("! Your next step is about their choice, which they have not started.")
        await stage.press("m")
        await stage.type("choice", "enter", "escape", until="choice, in progress")
        assert "! Your next step" not in stage.screen_text


async def test_steps_are_added_marked_as_done_and_removed(tmp_path: Path) -> None:
    async with account_page(tmp_path) as stage:
        await stage.press("a")
        await stage.type("add a step", "enter")
        await stage.type("Privacy check; who=Omar; takes=3 weeks; after=the paper", "enter")
        await stage.wait_for("○ Privacy check (Omar · 3 weeks)")
        await stage.press("m", "enter", "escape", until="✓ the paper")
        await stage.press("delete")
        await stage.type("my boss", "enter", until="Privacy check")
        assert "my boss" not in stage.screen_text


async def test_rejected_entry_shows_the_reason(tmp_path: Path) -> None:
    async with account_page(tmp_path) as stage:
        await stage.press("a")
        await stage.type("add a step", "enter")
        await stage.type("x; color=red", "enter", until="expected who=…")


async def test_plan_is_written_to_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with account_page(tmp_path / "data") as stage:
        await stage.press("w", until="write the plan to")
        await stage.press("enter", until="saved ")
        assert "# Plan for Acme" in next(tmp_path.glob("acme-plan-*.md")).read_text()


async def test_account_page_closes_to_the_start_page(tmp_path: Path) -> None:
    async with account_page(tmp_path) as stage:
        await stage.press("question_mark", until="Set their next step")
        assert "Questions" not in stage.screen_text
        assert "Changes" in stage.screen_text
        await stage.press("escape", "q")
        await stage.wait_for_home()


async def test_narrow_title_shows_only_the_account(tmp_path: Path) -> None:
    store_call(tmp_path)
    async with home_screen(tmp_path, (40, 12)) as stage:
        await stage.press("b", "enter", until="NEXT STEPS")
        first, *_, entry, _ = stage.screen_text.splitlines()
        assert "buying" not in first
        assert "a adds a step, a person, a date" in entry


@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
async def test_small_account_page_scrolls(tmp_path: Path, size: tuple[int, int]) -> None:
    store_call(tmp_path)
    async with home_screen(tmp_path, size) as stage:
        await stage.press("b", "enter", until="NEXT")
        await stage.press(*["pagedown"] * 6, until="my boss")


async def test_account_page_without_an_account_says_what_to_do(tmp_path: Path) -> None:
    async with home_screen(tmp_path) as stage:
        await stage.press("b", until="no call with an account yet")
