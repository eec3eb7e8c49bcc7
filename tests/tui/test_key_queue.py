"""Keys that arrive together act one after the other, each on the screen that the one before it led to."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_home import HomeStage, home_screen, store_call
from textual.events import Event, Key

from live_stage import KEY_NAMES
from salesnerd_tui.services.call_service import read_stored_call
from salesnerd_tui.tui.app import KeyQueue
from salesnerd_tui.tui.navigator import debrief_screen
from salesnerd_tui.tui.screens.debrief import DebriefScreen
from salesnerd_tui.tui.screens.home import HomeScreen
from salesnerd_tui.tui.screens.live import LiveScreen
from salesnerd_tui.tui.screens.promises import PromisesScreen


def post_keys(stage: HomeStage, *keys: str) -> None:
    """Send keys before the program handles any of them, as a stalled connection or a busy machine does."""
    for key in keys:
        stage.app.post_message(Key(KEY_NAMES.get(key, key), key if len(key) == 1 else None))


@pytest.mark.parametrize("page", ["t", "o", "slash"])
async def test_page_and_start_page_are_left_one_by_one(page: str, tmp_path: Path) -> None:
    store_call(tmp_path, "Acme", ended=True)
    async with home_screen(tmp_path) as stage:
        await stage.wait_for_home()
        debrief = await open_debrief_below(stage)
        await stage.press(page)
        await stage.wait_until(lambda: not isinstance(stage.app.screen, HomeScreen))
        post_keys(stage, *(["escape"] if page == "slash" else ["q"]), "q")
        await stage.wait_until(lambda: stage.app._exit)
        assert debrief in stage.app.screen_stack, "`q` on the start page ends the program and shows no older page"


async def open_debrief_below(stage: HomeStage) -> DebriefScreen:
    """A start page that lies over a debrief, as after a call begun from the command line."""
    (call,) = stage.service.store.summaries()
    debrief = debrief_screen(read_stored_call(stage.service, call.id))
    assert isinstance(debrief, DebriefScreen)
    await stage.app.push_screen(debrief)
    await stage.app.push_screen(HomeScreen(stage.service))
    await stage.wait_for_home()
    return debrief


async def test_key_after_leaving_the_debrief_goes_to_the_screen_below(tmp_path: Path) -> None:
    store_call(tmp_path, "Acme", ended=True)
    async with home_screen(tmp_path) as stage:
        await open_debrief_below(stage)
        stage.app.pop_screen()
        await stage.wait_until(lambda: isinstance(stage.app.screen, DebriefScreen))
        post_keys(stage, "o", "q", "q", "o")
        # The debrief was left, and the second `o` acted on the start page: the first `o` made a stack of three.
        await stage.wait_until(
            lambda: len(stage.app.screen_stack) == 2 and isinstance(stage.app.screen, PromisesScreen)
        )


async def test_keys_after_the_one_that_starts_a_call_go_to_the_call(tmp_path: Path) -> None:
    async with home_screen(tmp_path) as stage:
        post_keys(stage, "n")
        await stage.wait_for("PICK A PLAYBOOK")
        post_keys(
            stage, *"first", "\r", *"Acme", "\r", *"Dana", "\r", "\r", "\r", *"forty bills", "\r", "\r", *"two", "\r"
        )
        await stage.wait_until(lambda: isinstance(stage.app.screen, LiveScreen))
        await stage.wait_for("✓")
        await stage.wait_for("forty bills")
        await stage.wait_for("two")


async def test_keys_after_the_one_that_leaves_a_prep_go_to_the_start_page(tmp_path: Path) -> None:
    async with home_screen(tmp_path) as stage:
        await stage.press("p", until="PICK A PLAYBOOK")
        await stage.type("first", "enter", "enter", "enter", "enter", until="prep  ")
        post_keys(stage, "q", "n")
        await stage.wait_for("PICK A PLAYBOOK")
        assert isinstance(stage.app.screen, HomeScreen)


async def test_screen_removed_with_its_keys_does_not_block_the_queue(tmp_path: Path) -> None:
    store_call(tmp_path, "Acme", ended=True)
    async with home_screen(tmp_path) as stage:
        await stage.wait_for_home()
        await stage.press("t")
        await stage.wait_until(lambda: not isinstance(stage.app.screen, HomeScreen))
        for _ in range(5):
            post_keys(stage, "x")
            stage.app.pop_screen()
            post_keys(stage, "o")
            await stage.wait_until(lambda: isinstance(stage.app.screen, PromisesScreen))


async def test_key_after_the_last_screen_is_dropped(tmp_path: Path) -> None:
    delivered: list[Event] = []

    async def deliver(event: Event) -> None:
        delivered.append(event)

    async with home_screen(tmp_path) as stage:
        queue = KeyQueue(stage.app, deliver)
        await queue.deliver(Key("q", "q"))
        assert len(delivered) == 1
    await KeyQueue(stage.app, deliver).deliver(Key("q", "q"))
    assert len(delivered) == 1
