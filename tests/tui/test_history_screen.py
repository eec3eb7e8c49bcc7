"""The history: calls and words are found while typing, and open as debriefs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event as Flag

import pytest
from msgspec.structs import replace
from rich.segment import Segment
from textual.app import App
from textual.pilot import Pilot
from textual.screen import Screen

from hostile import HOSTILE
from invented_calls import Call, dana
from live_stage import screen_text, wait_until
from salesnerd_tui.call.events import Event, Mode, PlanKind, PlanSet
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.services.call_service import CallService
from salesnerd_tui.storage.call_store import CallStore
from salesnerd_tui.tui.app import SalesnerdApp
from salesnerd_tui.tui.screens.debrief import DebriefScreen
from salesnerd_tui.tui.screens.history import HistoryScreen


@asynccontextmanager
async def history_screen(
    folder: Path, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[SalesnerdApp, Pilot[None]]]:
    """The history of a folder, above an empty screen."""
    service = CallService(Library(), CallStore(folder))
    app = SalesnerdApp(service, Screen[None])
    async with app.run_test(size=size) as pilot:
        await app.push_screen(HistoryScreen(service))
        yield app, pilot


def store_events(folder: Path, events: Sequence[Event], day: int) -> None:
    with CallStore(folder).create(datetime(2026, 11, day, 10, 0, tzinfo=UTC)) as call:
        kept = Flag()
        call.save(events, lambda _: kept.set())
        assert kept.wait(10)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    store_events(tmp_path, Call(account="Old Mill", began="2026-11-03T10:00:00+00:00").noted(5, "a zeppelin").events, 3)
    store_events(tmp_path, dana().events, 20)
    return tmp_path


def listed_texts(app: App[None]) -> list[str]:
    """The accounts of the calls that are listed, and the texts of the matches."""
    screen = app.screen
    assert isinstance(screen, HistoryScreen)
    return [row.hit.text if row.hit is not None else row.call.account for row in screen.rows]


async def test_a_match_of_another_year_has_its_year(tmp_path: Path) -> None:
    store_events(tmp_path, Call(began="2024-05-12T10:00:00+02:00").noted(5, "a zeppelin").events, 3)
    async with history_screen(tmp_path, (120, 40)) as (app, pilot):
        await pilot.press(*"zeppelin")
        await wait_until(pilot, lambda: "12 May 2024   0:05" in screen_text(app))


async def test_a_match_is_visible_on_a_small_screen(tmp_path: Path) -> None:
    call = Call(account="Northwind Regional Clinic").noted(5, "they asked the auditors about the zeppelin")
    store_events(tmp_path, call.events, 3)
    async with history_screen(tmp_path, (40, 12)) as (app, pilot):
        await pilot.press(*"zeppelin")
        await wait_until(pilot, lambda: "the zeppelin" in screen_text(app))


async def test_a_prep_is_previewed_as_its_sheet_and_not_counted_as_a_call(folder: Path) -> None:
    call = Call(account="Old Mill")
    call.events[0] = replace(call.events[0], mode=Mode.PREP, people=("Ola",))
    store_events(folder, call.add(PlanSet(1, PlanKind.HYPOTHESIS, "", "nobody counted it")).events, 21)
    async with history_screen(folder, (120, 40)) as (app, pilot):
        await wait_until(pilot, lambda: "nobody counted it" in screen_text(app))
        assert "2 calls · 1 prep" in screen_text(app)
        assert "This call is still open" not in screen_text(app)
        await pilot.press("o", "l", "a")
        await wait_until(pilot, lambda: len(listed_texts(app)) == 1)
        await pilot.press("escape", "w", "ctrl+u", *str(folder / "prep.md"), "enter")
        await wait_until(pilot, (folder / "prep.md").exists)
    assert (folder / "prep.md").read_text(encoding="utf-8").startswith("# Prep: Old Mill")


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 12)])
async def test_history_lists_the_newest_first_and_opens_the_selected_call(folder: Path, size: tuple[int, int]) -> None:
    async with history_screen(folder, size) as (app, pilot):
        await wait_until(pilot, lambda: len(listed_texts(app)) == 2)
        assert "Northwind" in listed_texts(app)[0]
        await pilot.press("down", "enter")
        await wait_until(pilot, lambda: isinstance(app.screen, DebriefScreen))
        assert isinstance(app.screen, DebriefScreen)
        assert app.screen.debrief.header.account == "Old Mill"
        await pilot.press("q")
        await wait_until(pilot, lambda: isinstance(app.screen, HistoryScreen))


async def test_word_in_a_note_is_found(folder: Path) -> None:
    async with history_screen(folder) as (app, pilot):
        await wait_until(pilot, lambda: len(listed_texts(app)) == 2)
        await pilot.press(*"zeppelin")
        await wait_until(pilot, lambda: any("a zeppelin" in row for row in listed_texts(app)))
        await wait_until(pilot, lambda: "note: a zeppelin" in screen_text(app))
        await pilot.press("enter")
        await wait_until(pilot, lambda: isinstance(app.screen, DebriefScreen))


async def test_preview_marks_an_undone_note(tmp_path: Path) -> None:
    call = Call(account="Old Mill").noted(5, "a zeppelin").noted(8, "a balloon").undone(1)
    store_events(tmp_path, call.events, 3)
    async with history_screen(tmp_path) as (app, pilot):
        await pilot.press(*"balloon")
        await wait_until(pilot, lambda: "note: a balloon" in screen_text(app))
        assert "note (undone): a zeppelin" in screen_text(app)


async def test_call_opens_at_the_match_and_marks_it(folder: Path) -> None:
    async with history_screen(folder) as (app, pilot):
        await wait_until(pilot, lambda: len(listed_texts(app)) == 2)
        await pilot.press(*"angry")
        await wait_until(pilot, lambda: any("angry" in row for row in listed_texts(app)))
        await pilot.press("down", "enter")
        await wait_until(pilot, lambda: isinstance(app.screen, DebriefScreen))
        await wait_until(pilot, lambda: "angry patients" in screen_text(app))
        strips = app.screen._compositor.render_strips(app.size)
        marked = [part.text for strip in strips for part in strip if part.style and part.style.reverse]
        assert "angry" in marked
        await pilot.press("escape")
        await pilot.pause()
        strips = app.screen._compositor.render_strips(app.size)
        assert not any(part.text == "angry" for strip in strips for part in strip)


async def test_account_is_found_and_escape_goes_back_in_steps(folder: Path) -> None:
    async with history_screen(folder) as (app, pilot):
        await wait_until(pilot, lambda: len(listed_texts(app)) == 2)
        await pilot.press(*"old mill")
        await pilot.pause()
        assert "Old Mill" in listed_texts(app)[0]
        await pilot.press("escape")
        assert "w write" in screen_text(app), "the line is left for the single keys, and the words stay"
        await pilot.press("escape")
        assert not isinstance(app.screen, HistoryScreen)


async def test_list_keys_work_after_the_line_is_left(folder: Path) -> None:
    async with history_screen(folder) as (app, pilot):
        await wait_until(pilot, lambda: len(listed_texts(app)) == 2)
        await pilot.press("l", "escape")
        await wait_until(pilot, lambda: "searching" not in screen_text(app))
        await pilot.press("j", "j")
        screen = app.screen
        assert isinstance(screen, HistoryScreen)
        assert screen.selected is screen.rows[2]
        await pilot.press("k")
        assert screen.selected is screen.rows[1]
        await pilot.press("G")
        assert screen.selected is screen.rows[-1]
        await pilot.press("g")
        assert screen.selected is screen.rows[0]
        await pilot.press("slash")
        assert screen.input.text == "l"


async def test_search_without_matches_says_so(folder: Path) -> None:
    async with history_screen(folder) as (app, pilot):
        await wait_until(pilot, lambda: len(listed_texts(app)) == 2)
        await pilot.press(*"xyzzy")
        await wait_until(pilot, lambda: "no matches" in screen_text(app))
        await pilot.press("enter")
        assert isinstance(app.screen, HistoryScreen)


async def test_hostile_text_is_only_shown(tmp_path: Path) -> None:
    for day, name in enumerate(("action on click", "closing tag of nothing", "window title"), 1):
        store_events(tmp_path, Call(account=HOSTILE[name]).noted(1, "needle " + HOSTILE[name]).events, day)
    async with history_screen(tmp_path) as (app, pilot):
        await wait_until(pilot, lambda: len(listed_texts(app)) == 3)
        await pilot.press(*"needle")
        await wait_until(
            pilot, lambda: len(listed_texts(app)) == 3 and all("needle" in row for row in listed_texts(app))
        )
        assert "\x1b" not in screen_text(app)
        await pilot.click("#middle", offset=(15, 1))
        await wait_until(pilot, lambda: isinstance(app.screen, DebriefScreen))


def preview_segments(app: App[None]) -> list[Segment]:
    """Return the text of the preview beside the list."""
    lines = app.screen._compositor.render_strips(app.size)[1:-2]
    return [part for strip in lines for part in strip.crop(69, strip.cell_length) if part.text.strip()]


def marked_text(app: App[None]) -> str:
    """Return the texts in reverse video beside the list."""
    return " ".join(part.text for part in preview_segments(app) if part.style and part.style.reverse)


async def test_preview_marks_the_current_words(folder: Path) -> None:
    async with history_screen(folder, (120, 40)) as (app, pilot):
        await pilot.press(*"zep")
        await wait_until(pilot, lambda: "a zeppelin" in listed_texts(app) and marked_text(app) == "zep")
        await pilot.press(*"pelin")
        await wait_until(pilot, lambda: marked_text(app) == "zeppelin")


async def test_a_match_that_only_the_search_folds_is_shown_and_marked(tmp_path: Path) -> None:
    note = "everything that they have is still in the old building, which is the one in Hauptstraße 4"
    store_events(tmp_path, Call().noted(5, note).events, 3)
    async with history_screen(tmp_path, (120, 40)) as (app, pilot):
        await pilot.press(*"strasse")
        await wait_until(pilot, lambda: "straße" in marked_text(app))
        listed = next(row[:69] for row in screen_text(app).splitlines() if "…" in row[:69])
        assert "Hauptstraß" in listed


async def test_preview_is_shown_after_the_calls_are_reloaded(folder: Path) -> None:
    async with history_screen(folder, (120, 40)) as (app, pilot):
        await wait_until(pilot, lambda: bool(preview_segments(app)))
        before = preview_segments(app)
        screen = app.screen
        assert isinstance(screen, HistoryScreen)
        screen.reload("this call is open in another window")
        await app.workers.wait_for_complete()
        await pilot.pause()
        await wait_until(pilot, lambda: preview_segments(app) == before)
