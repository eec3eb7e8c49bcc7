"""Keys that arrive together act one after the other, each on the screen that the one before it led to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from test_home import House, a_call, at_home
from textual.events import Event, Key

from live_stage import NAMED
from salesnerd_tui.tui.app import KeyQueue
from salesnerd_tui.tui.screens.debrief import DebriefScreen
from salesnerd_tui.tui.screens.home import HomeScreen
from salesnerd_tui.tui.screens.live import LiveScreen
from salesnerd_tui.tui.screens.promises import PromisesScreen


def arrive(house: House, *keys: str) -> None:
    """Send keys before the program handles any of them, as a stalled connection or a busy machine does."""
    for key in keys:
        house.app.post_message(Key(NAMED.get(key, key), key if len(key) == 1 else None))


async def until(house: House, holds: Callable[[], bool]) -> None:
    for _ in range(300):
        if holds():
            return
        await house.pilot.pause()
    raise AssertionError(house.shown)


@pytest.mark.parametrize("page", ["t", "o", "slash"])
async def test_page_and_start_page_are_left_one_by_one(page: str, tmp_path: Path) -> None:
    a_call(tmp_path, "Acme", ended=True)
    async with at_home(tmp_path) as house:
        await house.is_home()
        debrief = await open_debrief_below(house)
        await house.press(page)
        await until(house, lambda: not isinstance(house.app.screen, HomeScreen))
        arrive(house, *(["escape"] if page == "slash" else ["q"]), "q")
        await until(house, lambda: house.app._exit)
        assert debrief in house.app.screen_stack, "`q` on the start page ends the program and shows no older page"


async def open_debrief_below(house: House) -> DebriefScreen:
    """A start page that lies over a debrief, as after a call begun from the command line."""
    from salesnerd_tui.services.call_service import read_stored_call
    from salesnerd_tui.tui.navigator import debrief_screen

    (call,) = house.service.store.summaries()
    debrief = debrief_screen(read_stored_call(house.service, call.id))
    assert isinstance(debrief, DebriefScreen)
    await house.app.push_screen(debrief)
    await house.app.push_screen(HomeScreen(house.service))
    await house.is_home()
    return debrief


async def test_key_after_leaving_the_debrief_goes_to_the_screen_below(tmp_path: Path) -> None:
    a_call(tmp_path, "Acme", ended=True)
    async with at_home(tmp_path) as house:
        await open_debrief_below(house)
        house.app.pop_screen()
        await until(house, lambda: isinstance(house.app.screen, DebriefScreen))
        arrive(house, "o", "q", "q", "o")
        # The debrief was left, and the second `o` acted on the start page: the first `o` made a stack of three.
        await until(house, lambda: len(house.app.screen_stack) == 2 and isinstance(house.app.screen, PromisesScreen))


async def test_keys_after_the_one_that_starts_a_call_go_to_the_call(tmp_path: Path) -> None:
    async with at_home(tmp_path) as house:
        arrive(house, "n")
        await house.sees("PICK A PLAYBOOK")
        arrive(
            house, *"first", "\r", *"Acme", "\r", *"Dana", "\r", "\r", "\r", *"forty bills", "\r", "\r", *"two", "\r"
        )
        await until(house, lambda: isinstance(house.app.screen, LiveScreen))
        await house.sees("✓")
        await house.sees("forty bills")
        await house.sees("two")


async def test_keys_after_the_one_that_leaves_a_prep_go_to_the_start_page(tmp_path: Path) -> None:
    async with at_home(tmp_path) as house:
        await house.press("p")
        await house.sees("PICK A PLAYBOOK")
        await house.type("first")
        await house.press("enter", "enter", "enter", "enter")
        await house.sees("prep  ")
        arrive(house, "q", "n")
        await house.sees("PICK A PLAYBOOK")
        assert isinstance(house.app.screen, HomeScreen)


async def test_screen_removed_with_its_keys_does_not_block_the_queue(tmp_path: Path) -> None:
    a_call(tmp_path, "Acme", ended=True)
    async with at_home(tmp_path) as house:
        await house.is_home()
        await house.press("t")
        await until(house, lambda: not isinstance(house.app.screen, HomeScreen))
        for _ in range(5):
            arrive(house, "x")
            house.app.pop_screen()
            arrive(house, "o")
            await until(house, lambda: isinstance(house.app.screen, PromisesScreen))


async def test_key_after_the_last_screen_is_dropped(tmp_path: Path) -> None:
    delivered: list[Event] = []

    async def deliver(event: Event) -> None:
        delivered.append(event)

    async with at_home(tmp_path) as house:
        queue = KeyQueue(house.app, deliver)
        await queue.deliver(Key("q", "q"))
        assert len(delivered) == 1
    await KeyQueue(house.app, deliver).deliver(Key("q", "q"))
    assert len(delivered) == 1
