"""While another window has the keyboard, the screen shows no keys."""

from __future__ import annotations

import pytest
from textual.events import AppBlur, AppFocus

from live_stage import SIZES, LiveStage
from salesnerd_tui.call.events import TapKind, Tapped
from salesnerd_tui.tui.keymap import DEFAULT_KEYMAP
from tap_reasons import recorded

KEYS_TOLD = ("enter starts", "? help", "n next", "z dismiss", "space switches speaker", "d demo request")


async def lose_focus(stage: LiveStage) -> None:
    stage.app.post_message(AppBlur())
    await stage.pilot.pause()


async def gain_focus(stage: LiveStage) -> None:
    stage.app.post_message(AppFocus())
    await stage.pilot.pause()


@pytest.mark.parametrize("size", SIZES)
async def test_unfocused_terminal_shows_question_tap_and_clock_without_keys(stage: LiveStage) -> None:
    stage.seconds = 83.0
    await stage.repaint(Tapped(83.0, TapKind.OVER_EXPLAINING, recorded("48 s on features, nobody asked")))
    before = stage.rows
    await lose_focus(stage)
    for words in ("01:23", "What happened", "ASK, DON'T TELL", "Something broke"):
        assert words in stage.screen_text
    assert not [words for words in KEYS_TOLD if words in stage.screen_text]
    await gain_focus(stage)
    assert stage.rows == before, "nothing has moved"


async def test_unfocused_terminal_hides_a_list_until_focus_returns(stage: LiveStage) -> None:
    await stage.press("j")
    await stage.type("cost")
    await lose_focus(stage)
    assert "What happened that made you look at this now?" in stage.screen_text
    await gain_focus(stage)
    assert "JUMP TO" in stage.screen_text.upper()
    await stage.press("enter")
    assert stage.session.state.place.item == "cost"


async def test_draft_stays_while_the_terminal_is_unfocused(stage: LiveStage) -> None:
    await stage.press("enter")
    await stage.type("half a")
    await lose_focus(stage)
    assert "half a" in stage.screen_text
    await gain_focus(stage)
    await stage.type(" note\r")
    assert stage.notes == ["half a note"]


async def test_key_shows_that_focus_is_back(stage: LiveStage) -> None:
    """Some terminals report when the focus is lost, but not when it returns."""
    await lose_focus(stage)
    await stage.press("n")
    assert stage.session.state.place.item == "last_time"
    assert all(label in stage.screen_text for _, label in DEFAULT_KEYMAP.table("live").hints()[:2])
