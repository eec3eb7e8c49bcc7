"""Pages about all calls: promises and trends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event as Flag

import pytest
from test_home import home_screen

from hostile import HOSTILE
from invented_calls import Call, dana
from live_stage import SIZES
from salesnerd_tui.call.events import Event, Settlement, TapKind, Tapped
from salesnerd_tui.review.promise_ledger import PromiseFilter, list_promises
from salesnerd_tui.storage.call_store import CallStore
from salesnerd_tui.tui.screens.debrief import DebriefScreen
from salesnerd_tui.tui.screens.promises import PromisesScreen
from salesnerd_tui.tui.screens.trends import TrendsScreen
from tap_reasons import recorded
from vault_stage import VaultStage

TODAY = datetime.now(UTC)


def store_events(folder: Path, events: Sequence[Event], began: datetime = TODAY) -> None:
    with CallStore(folder).create(began, "") as call:
        kept = Flag()
        call.save(events, lambda _: kept.set())
        assert kept.wait(10)


def store_call(folder: Path, days_ago: int, taps: int, account: str = "Acme") -> None:
    """Return ten minutes of talk with a number of taps."""
    began = TODAY - timedelta(days=days_ago)
    call = Call(account=account, began=began.isoformat())
    call.i_say(1, 100, "Let me tell you what we do here all day long.").they_say(101, 500, "We see, go on with it.")
    call.add(*(Tapped(10.0 * number, TapKind.MONOLOGUE, recorded("long")) for number in range(taps)))
    store_events(folder, call.ended(600, "next_step", "go", {"next_step": "look"}).events, began)


def store_year(folder: Path) -> None:
    """Eight calls with fewer taps in the later ones; one of them with another account."""
    for number, taps in enumerate((6, 5, 6, 5, 1, 0, 1, 0)):
        store_call(folder, 235 - 30 * number, taps, "Old Mill" if number == 7 else "Acme")


@pytest.mark.parametrize("size", SIZES)
async def test_trends_start_with_the_change(tmp_path: Path, size: tuple[int, int]) -> None:
    store_year(tmp_path)
    async with home_screen(tmp_path, size) as stage:
        await stage.press("t", until="You are getting better: fewer taps")
        assert isinstance(stage.app.screen, TrendsScreen)
        lines = stage.screen_text.splitlines()
        assert "Trends" in lines[0]
        assert "You are getting better" in lines[2], "above everything else"
        assert all(len(line) <= size[0] for line in lines)


async def test_trends_are_filtered_and_show_the_filter(tmp_path: Path) -> None:
    store_year(tmp_path)
    async with home_screen(tmp_path, (100, 30)) as stage:
        await stage.press("t", until="8 calls")
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
            await stage.press("slash", until="FILTER")
            await stage.type(words, "enter", until=shown)
        await stage.press("q")
        await stage.wait_for_home()


async def test_hostile_accounts_in_trends_are_only_shown(tmp_path: Path) -> None:
    for number, name in enumerate(list(HOSTILE.values())[::5]):
        store_call(tmp_path, number, 1, name)
    async with home_screen(tmp_path, (80, 24)) as stage:
        await stage.press("t", until="BY ACCOUNT")
        await stage.press("slash", until="account  ")
        assert not {char for char in stage.screen_text if ord(char) < 32 and char != "\n"}


@pytest.mark.parametrize("size", SIZES)
async def test_promises_are_listed_with_owner_and_due_date(tmp_path: Path, size: tuple[int, int]) -> None:
    store_events(tmp_path, dana().events)
    async with home_screen(tmp_path, size) as stage:
        await stage.press("o", until="You owe 2; they owe 1")
        assert isinstance(stage.app.screen, PromisesScreen)
        await stage.wait_for("27 November" if size[0] > 40 else "27 Nov")
        assert all(len(line) <= size[0] for line in stage.screen_text.splitlines())


async def test_promise_is_settled_and_reopened(tmp_path: Path) -> None:
    store_events(tmp_path, dana().events)
    async with home_screen(tmp_path, (100, 30)) as stage:
        await stage.press("o", until="You owe 2; they owe 1")
        await stage.press("j", "k", "m", until="MARK THIS PROMISE AS")
        await stage.press("1", until="kept: ")
        await stage.wait_for("You owe 2; they owe 0")
        await stage.press("tab", "tab", "tab", until="kept  ")
        everything = list_promises(stage.service.store, PromiseFilter(settled=True), TODAY.date())
        assert [pledge.promise.settled for pledge in everything] == [Settlement.OPEN, Settlement.OPEN, Settlement.KEPT]
        await stage.press("G", "m", "3", until="You owe 2; they owe 1")
        await stage.press("tab", "tab", until="You owe 2; they owe 0")
        await stage.press("enter", until="One thing to try")
        assert isinstance(stage.app.screen, DebriefScreen)


async def test_kept_promise_is_updated_in_the_vault_at_once(tmp_path: Path) -> None:
    vault = VaultStage(tmp_path)
    vault.store_call()
    vault.update()
    async with home_screen(vault.data, (100, 30)) as stage:
        await stage.press("o", until="You owe")
        await stage.press("m", "1", until="kept: ")
        await stage.app.workers.wait_for_complete()
        assert "- [x]" in vault.text()


async def test_promises_are_filtered_by_words(tmp_path: Path) -> None:
    store_events(tmp_path, dana().events)
    async with home_screen(tmp_path, (100, 30)) as stage:
        await stage.press("o", until="You owe 2; they owe 1")
        await stage.press("slash")
        await stage.type("audit", until="You owe 0; they owe 1")
        await stage.press("enter")
        assert "“audit”" in stage.screen_text.splitlines()[0]
        await stage.press("escape", until="You owe 2; they owe 1")
        assert isinstance(stage.app.screen, PromisesScreen)


async def test_promises_are_written_as_checkboxes_or_a_calendar(tmp_path: Path) -> None:
    store_events(tmp_path / "data", dana().events)
    async with home_screen(tmp_path / "data", (100, 30)) as stage:
        await stage.press("o", until="they owe 1")
        for name, holds in (("owed.md", "- [ ] **"), ("owed.ics", "BEGIN:VCALENDAR")):
            await stage.press("w", "ctrl+u")
            await stage.type(str(tmp_path / name), "enter", until="saved ")
            assert holds in (tmp_path / name).read_text()


async def test_empty_list_says_where_promises_come_from(tmp_path: Path) -> None:
    store_events(tmp_path, Call().events)
    async with home_screen(tmp_path, (80, 24)) as stage:
        await stage.press("o", until="No open promises.")
        await stage.press("m", until="no promise is selected")
        await stage.press("escape")
        await stage.wait_for_home()
