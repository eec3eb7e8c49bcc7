"""Board screen: an account's buying process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from test_home import House, at_home

from salesnerd_tui.call.events import Answered, Mode, Place, Started
from salesnerd_tui.storage.call_store import CallStore
from salesnerd_tui.tui.screens.board import BoardScreen


def keep(folder: Path) -> None:
    began = datetime(2026, 11, 10, 10, tzinfo=UTC)
    with CallStore(folder).create(began, "Acme") as file:
        first = Started(0, "buying_map", "Map", "", Mode.LIVE, Place(None), began.isoformat(), "Acme", ("Dana",))
        file.save([first, Answered(5, "map_steps", "And then?", "the paper, then my boss")], lambda _: None)


@asynccontextmanager
async def board(folder: Path, size: tuple[int, int] = (100, 40)) -> AsyncIterator[House]:
    keep(folder)
    async with at_home(folder, size) as house:
        await house.press("b")
        await house.sees("Acme")
        await house.press("enter")
        await house.sees("BUYING JOBS")
        yield house


async def test_board_is_read_from_the_calls(tmp_path: Path) -> None:
    async with board(tmp_path) as house:
        assert isinstance(house.app.screen, BoardScreen)
        await house.sees("they: the paper")
        await house.sees("○ my boss")


async def test_step_of_the_user_ahead_of_theirs_is_marked(tmp_path: Path) -> None:
    async with board(tmp_path) as house:
        await house.press("a")
        await house.type("your next")
        await house.press("enter")
        await house.type("Send the contract")
        await house.press("enter")
        await house.sees("you: Send the contract")
        await house.sees("! Your next step is about their choice, which they have not started.")
        await house.press("m")
        await house.type("choice")
        await house.press("enter", "escape")
        await house.sees("choice, in progress")
        assert "! Your next step" not in house.shown


async def test_steps_are_added_marked_as_done_and_removed(tmp_path: Path) -> None:
    async with board(tmp_path) as house:
        await house.press("a")
        await house.type("add a step")
        await house.press("enter")
        await house.type("Privacy check; who=Omar; takes=3 weeks; after=the paper")
        await house.press("enter")
        await house.sees("○ Privacy check (Omar · 3 weeks)")
        await house.press("m", "enter", "escape")
        await house.sees("✓ the paper")
        await house.press("delete")
        await house.type("my boss")
        await house.press("enter")
        await house.sees("Privacy check")
        assert "my boss" not in house.shown


async def test_rejected_entry_shows_the_reason(tmp_path: Path) -> None:
    async with board(tmp_path) as house:
        await house.press("a")
        await house.type("add a step")
        await house.press("enter")
        await house.type("x; color=red")
        await house.press("enter")
        await house.sees("expected who=…")


async def test_plan_is_written_to_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with board(tmp_path / "data") as house:
        await house.press("w")
        await house.sees("write the plan to")
        await house.press("enter")
        await house.sees("saved ")
        assert "# Plan for Acme" in next(tmp_path.glob("acme-plan-*.md")).read_text()


async def test_board_closes_to_the_start_page(tmp_path: Path) -> None:
    async with board(tmp_path) as house:
        await house.press("question_mark")
        await house.sees("Set their next step")
        assert "Questions" not in house.shown
        assert "Changes" in house.shown
        await house.press("escape", "q")
        await house.is_home()


async def test_narrow_title_shows_only_the_account(tmp_path: Path) -> None:
    keep(tmp_path)
    async with at_home(tmp_path, (40, 12)) as house:
        await house.press("b", "enter")
        await house.sees("NEXT STEPS")
        first, *_, entry, _ = house.shown.splitlines()
        assert "buying" not in first
        assert "a adds a step, a person, a date" in entry


@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
async def test_small_board_scrolls(tmp_path: Path, size: tuple[int, int]) -> None:
    keep(tmp_path)
    async with at_home(tmp_path, size) as house:
        await house.press("b", "enter")
        await house.sees("NEXT")
        await house.press(*["pagedown"] * 6)
        await house.sees("my boss")


async def test_board_without_an_account_says_what_to_do(tmp_path: Path) -> None:
    async with at_home(tmp_path) as house:
        await house.press("b")
        await house.sees("no call with an account yet")
