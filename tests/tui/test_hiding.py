"""Hiding: a neutral clock and notes at once, from any state and whatever happens next."""

from __future__ import annotations

import pytest

from live_stage import SIZES, LiveStage
from salesnerd_tui.call.events import TapKind, Tapped
from tap_reasons import recorded

COACHING = (
    "What happened",
    "Something broke",
    "ASK, DON'T TELL",
    "48 s on features",
    "listen for",
    "MUST",
    "Why now",
    "demo request",
    "skipped",
    "marked",
    "detour",
    "first question",
    "? help",
    "enter starts",
    "JUMP",
    "Acme",
    "0/3",
)


def show_tap(stage: LiveStage) -> None:
    stage.session.record(Tapped(83.0, TapKind.OVER_EXPLAINING, recorded("48 s on features, nobody asked")))
    stage.screen.changed()


def coaching_texts(stage: LiveStage) -> list[str]:
    return [words for words in COACHING if words.upper() in stage.screen_text.upper()]


@pytest.mark.parametrize("size", [*SIZES, (80, 3)])
async def test_hiding_removes_all_coaching(stage: LiveStage) -> None:
    await stage.note("# pages twice a week")
    await stage.press("s", "m", "d", "b")
    show_tap(stage)
    await stage.pilot.pause()
    assert coaching_texts(stage)
    await stage.press("x")
    assert not coaching_texts(stage), stage.screen_text
    show_tap(stage)
    await stage.pilot.pause()
    assert not coaching_texts(stage), "a tap that comes later stays hidden"
    await stage.press("x", until="ASK, DON'T TELL")


async def test_hide_works_in_a_list(stage: LiveStage) -> None:
    await stage.press("j")
    await stage.type("cost", "ctrl+g")
    assert not coaching_texts(stage), stage.screen_text
    assert "cost" not in stage.screen_text


async def test_hide_works_in_a_panel(stage: LiveStage) -> None:
    await stage.press("question_mark")
    await stage.press("x")
    assert stage.screen.is_coaching_hidden
    assert not coaching_texts(stage), stage.screen_text


async def test_draft_survives_hiding(stage: LiveStage) -> None:
    await stage.press("enter")
    await stage.type("twice a ", "ctrl+g")
    assert not coaching_texts(stage)
    await stage.type("week\r")
    assert stage.notes == ["twice a week"]
    assert "twice a week" in stage.screen_text, "notes are what a notepad shows"


async def test_coaching_keys_do_nothing_while_hidden(stage: LiveStage) -> None:
    await stage.press("x", "n", "question_mark", "j")
    assert stage.session.state.place.item == "trigger"
    assert not coaching_texts(stage)
