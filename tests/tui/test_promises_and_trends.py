"""Pages about all calls: promises and trends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event as Flag

import pytest
from test_home import at_home

from hostile import HOSTILE
from invented_calls import Call, dana
from live_stage import SIZES
from salesnerd_tui.call.events import Event, Settlement, TapKind, Tapped
from salesnerd_tui.review.promise_ledger import PromiseFilter, listed
from salesnerd_tui.storage.call_store import CallStore
from salesnerd_tui.tui.screens.debrief import DebriefScreen
from salesnerd_tui.tui.screens.promises import PromisesScreen
from salesnerd_tui.tui.screens.trends import TrendsScreen
from tap_reasons import recorded
from vault_stage import Stage

TODAY = datetime.now(UTC)


def keep(folder: Path, events: Sequence[Event], began: datetime = TODAY) -> None:
    with CallStore(folder).create(began, "") as call:
        kept = Flag()
        call.save(events, lambda _: kept.set())
        assert kept.wait(10)


def a_call(folder: Path, days_ago: int, taps: int, account: str = "Acme") -> None:
    """Return ten minutes of talk with a number of taps."""
    began = TODAY - timedelta(days=days_ago)
    call = Call(account=account, began=began.isoformat())
    call.i_say(1, 100, "Let me tell you what we do here all day long.").they_say(101, 500, "We see, go on with it.")
    call.add(*(Tapped(10.0 * number, TapKind.MONOLOGUE, recorded("long")) for number in range(taps)))
    keep(folder, call.ended(600, "next_step", "go", {"next_step": "look"}).events, began)


def a_year(folder: Path) -> None:
    """Eight calls with fewer taps in the later ones; one of them with another account."""
    for number, taps in enumerate((6, 5, 6, 5, 1, 0, 1, 0)):
        a_call(folder, 235 - 30 * number, taps, "Old Mill" if number == 7 else "Acme")


@pytest.mark.parametrize("size", SIZES)
async def test_trends_start_with_the_change(tmp_path: Path, size: tuple[int, int]) -> None:
    a_year(tmp_path)
    async with at_home(tmp_path, size) as house:
        await house.press("t")
        await house.sees("You are getting better: fewer taps")
        assert isinstance(house.app.screen, TrendsScreen)
        lines = house.shown.splitlines()
        assert "Trends" in lines[0]
        assert "You are getting better" in lines[2], "above everything else"
        assert all(len(line) <= size[0] for line in lines)


async def test_trends_are_filtered_and_show_the_filter(tmp_path: Path) -> None:
    a_year(tmp_path)
    async with at_home(tmp_path, (100, 30)) as house:
        await house.press("t")
        await house.sees("8 calls")
        for words, shown in (
            ("account mill", "1 call ·"),
            ("all calls", "8 calls"),
            ("last 30", "1 call ·"),
            ("all dates", "8 calls"),
            ("chart week", "by week"),
            ("playbook first", "8 calls"),
            ("rehearsals", "no rehearsals yet"),
            ("show calls", "8 calls"),
        ):
            await house.press("slash")
            await house.sees("FILTER")
            await house.type(words)
            await house.press("enter")
            await house.sees(shown)
        await house.press("q")
        await house.is_home()


async def test_hostile_accounts_in_trends_are_only_shown(tmp_path: Path) -> None:
    for number, name in enumerate(list(HOSTILE.values())[::5]):
        a_call(tmp_path, number, 1, name)
    async with at_home(tmp_path, (80, 24)) as house:
        await house.press("t")
        await house.sees("BY ACCOUNT")
        await house.press("slash")
        await house.sees("account  ")
        assert not {char for char in house.shown if ord(char) < 32 and char != "\n"}


@pytest.mark.parametrize("size", SIZES)
async def test_promises_are_listed_with_owner_and_due_date(tmp_path: Path, size: tuple[int, int]) -> None:
    keep(tmp_path, dana().events)
    async with at_home(tmp_path, size) as house:
        await house.press("o")
        await house.sees("You owe 2; they owe 1")
        assert isinstance(house.app.screen, PromisesScreen)
        await house.sees("27 November" if size[0] > 40 else "27 Nov")
        assert all(len(line) <= size[0] for line in house.shown.splitlines())


async def test_promise_is_settled_and_reopened(tmp_path: Path) -> None:
    keep(tmp_path, dana().events)
    async with at_home(tmp_path, (100, 30)) as house:
        await house.press("o")
        await house.sees("You owe 2; they owe 1")
        await house.press("j", "k", "m")
        await house.sees("MARK THIS PROMISE AS")
        await house.press("1")
        await house.sees("kept: ")
        await house.sees("You owe 2; they owe 0")
        await house.press("tab", "tab", "tab")
        await house.sees("kept  ")
        everything = listed(house.service.store, PromiseFilter(settled=True), TODAY.date())
        assert [pledge.promise.settled for pledge in everything] == [Settlement.OPEN, Settlement.OPEN, Settlement.KEPT]
        await house.press("G", "m", "3")
        await house.sees("You owe 2; they owe 1")
        await house.press("tab", "tab")
        await house.sees("You owe 2; they owe 0")
        await house.press("enter")
        await house.sees("One thing to try")
        assert isinstance(house.app.screen, DebriefScreen)


async def test_kept_promise_is_updated_in_the_vault_at_once(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.call()
    stage.update()
    async with at_home(stage.data, (100, 30)) as house:
        await house.press("o")
        await house.sees("You owe")
        await house.press("m", "1")
        await house.sees("kept: ")
        await house.app.workers.wait_for_complete()
        assert "- [x]" in stage.text()


async def test_promises_are_filtered_by_words(tmp_path: Path) -> None:
    keep(tmp_path, dana().events)
    async with at_home(tmp_path, (100, 30)) as house:
        await house.press("o")
        await house.sees("You owe 2; they owe 1")
        await house.press("slash")
        await house.type("audit")
        await house.sees("You owe 0; they owe 1")
        await house.press("enter")
        assert "“audit”" in house.shown.splitlines()[0]
        await house.press("escape")
        await house.sees("You owe 2; they owe 1")
        assert isinstance(house.app.screen, PromisesScreen)


async def test_promises_are_written_as_checkboxes_or_a_calendar(tmp_path: Path) -> None:
    keep(tmp_path / "data", dana().events)
    async with at_home(tmp_path / "data", (100, 30)) as house:
        await house.press("o")
        await house.sees("they owe 1")
        for name, holds in (("owed.md", "- [ ] **"), ("owed.ics", "BEGIN:VCALENDAR")):
            await house.press("w", "ctrl+u")
            await house.type(str(tmp_path / name))
            await house.press("enter")
            await house.sees("saved ")
            assert holds in (tmp_path / name).read_text()


async def test_empty_list_says_where_promises_come_from(tmp_path: Path) -> None:
    keep(tmp_path, Call().events)
    async with at_home(tmp_path, (80, 24)) as house:
        await house.press("o")
        await house.sees("No open promises.")
        await house.press("m")
        await house.sees("no promise is selected")
        await house.press("escape")
        await house.is_home()
