"""The mouse: clicking a displayed key presses it, rows can be picked, the wheel scrolls; and it is optional."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.events import MouseScrollDown, MouseScrollUp
from textual.widget import Widget

from live_stage import MEDIUM, SIZES, SMALL, WIDE, LiveStage, live_screen, screen_rows
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.services.call_service import CallService
from salesnerd_tui.storage.call_store import CallStore
from salesnerd_tui.tui.app import SalesnerdApp
from salesnerd_tui.tui.keymap import user_keymap
from salesnerd_tui.tui.screens.home import HomeScreen


async def click(stage: LiveStage, words: str, *, row: int | None = None) -> None:
    """Click in the middle of words on the screen."""
    y = row if row is not None else next(y for y, line in enumerate(stage.rows) if words in line)
    x = stage.rows[y].index(words) + len(words) // 2
    await stage.pilot.click(offset=(x, y))
    await stage.pilot.pause()


async def wheel(stage: LiveStage, down: int) -> None:
    kind = MouseScrollDown if down > 0 else MouseScrollUp
    for _ in range(abs(down)):
        stage.app.screen._forward_event(kind(None, 5, 5, 0, 0, 0, False, False, False))
        await stage.pilot.pause()


@pytest.mark.parametrize("size", SIZES)
async def test_click_on_an_answer_picks_it(stage: LiveStage) -> None:
    await click(stage, "My boss asked")
    assert "What did your boss see?" in stage.screen_text


async def test_click_on_a_key_in_the_hint_line_presses_it(stage: LiveStage) -> None:
    await click(stage, "n next")
    assert stage.session.state.place.item == "last_time"
    await click(stage, "? all keys")
    assert "KEYS" in stage.screen_text
    await click(stage, "esc back", row=len(stage.rows) - 1)
    assert stage.screen.panel is None


@pytest.mark.parametrize("size", SIZES)
async def test_click_on_a_request_takes_its_detour(stage: LiveStage) -> None:
    await stage.speak("Dana", "Can you just show us a demo?", 3)
    await stage.wait_until(lambda: "demo?”" in stage.screen_text)
    await click(stage, "demo?”")
    assert "Gladly, two questions first." in stage.screen_text


async def test_click_elsewhere_leaves_the_line_like_esc(stage: LiveStage) -> None:
    await stage.press("enter")
    await stage.type("half a")
    await click(stage, "Something broke")
    assert stage.screen.input.draft == "half a"
    assert "When did it last happen?" in stage.screen_text


async def test_click_on_the_line_starts_a_note(stage: LiveStage) -> None:
    await stage.pilot.click("#line")
    await stage.type("by mouse")
    await click(stage, "enter save")
    assert stage.notes == ["by mouse"]


async def test_click_picks_a_row_and_the_wheel_moves_the_cursor(stage: LiveStage) -> None:
    await stage.press("j")
    await wheel(stage, -1)
    assert any("❯" in row and "Walk me through" in row for row in stage.rows)
    await click(stage, "Is a next step worth it")
    assert stage.session.state.place.item == "verdict"


async def test_wheel_scrolls_a_panel_and_changes_nothing_else(tmp_path: Path) -> None:
    async with live_screen(tmp_path, SMALL) as stage:
        await wheel(stage, 3)
        assert stage.hint_message() == ""
        await stage.press("question_mark")
        first = stage.rows[3]
        await wheel(stage, 2)
        assert stage.rows[3] != first
        assert stage.screen.panel is not None


async def test_call_can_be_ended_with_the_mouse(tmp_path: Path) -> None:
    async with live_screen(tmp_path, WIDE) as stage:
        await stage.press("e")
        await click(stage, "part friends")
        await click(stage, "enter ends the call")
        assert stage.is_left()


async def test_click_presses_the_users_key(tmp_path: Path) -> None:
    file = tmp_path / "keys.toml"
    file.write_text('[live]\nnext = "f7"\n')
    stage = LiveStage(tmp_path)
    stage.app = SalesnerdApp(stage.service, lambda: stage.screen, user_keymap(str(file)))
    async with stage.app.run_test(size=MEDIUM) as pilot:
        stage.pilot = pilot
        await pilot.pause()
        await click(stage, "f7 next")
        assert stage.session.state.place.item == "last_time"


async def test_click_opens_a_row_of_the_start_page(tmp_path: Path) -> None:
    service = CallService(Library([]), CallStore(tmp_path))
    screen = HomeScreen(service)
    app = SalesnerdApp(service, lambda: screen)
    async with app.run_test(size=MEDIUM) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        middle: Widget = screen.middle
        row = next(y for y, text in enumerate(screen_rows(app)) if "start your first call" in text)
        await pilot.click(middle, offset=(6, row - 1))
        await pilot.pause()
        assert screen.panel is not None


async def test_playbook_text_is_not_clickable(stage: LiveStage) -> None:
    await click(stage, "What happened that")
    await click(stage, "a date")
    assert stage.session.state.place.item == "trigger"
    assert stage.hint_message() == ""
