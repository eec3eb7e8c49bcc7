"""Orders from other windows on the live screen: they act as its keys do, and passive displays get the state."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from live_stage import Stage, on_stage
from salesnerd_tui.call.actions import CannotAct
from salesnerd_tui.call.events import FloorTaken, Marked, Place, Side, Skipped, TapKind, Tapped
from salesnerd_tui.control.server import run_order, snapshot
from tap_reasons import recorded


async def does(stage: Stage, verb: str, of: str = "") -> None:
    run_order(stage.screen, verb, of)
    await stage.pilot.pause()


async def test_every_action_has_its_order(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        await does(stage, "pick", "1")
        assert "When did it last happen?" in stage.shown
        await does(stage, "next")
        assert stage.session.state.place == Place("last_time")
        await does(stage, "skip")
        await does(stage, "mark")
        assert [type(event) for event in stage.session.events if isinstance(event, Skipped | Marked)] == [
            Skipped,
            Marked,
        ]
        await does(stage, "jump", "trigger")
        assert stage.session.state.place == Place("trigger")
        await does(stage, "back")
        assert stage.session.state.place == Place("cost")
        await does(stage, "note", "# 40 pages a week")
        assert stage.notes[-1] == "40 pages a week"
        await does(stage, "talk")
        assert any(isinstance(event, FloorTaken) and event.side is Side.ME for event in stage.session.events)


@pytest.mark.parametrize("named", ["demo_request", "d"])
async def test_a_detour_is_named_by_its_id_or_its_letter(tmp_path: Path, named: str) -> None:
    async with on_stage(tmp_path) as stage:
        await does(stage, "detour", named)
        assert stage.session.state.place.detour == "demo_request"
        await does(stage, "undo")
        assert stage.session.state.place == Place("trigger")


@pytest.mark.parametrize("verb", ["yes", "no"])
async def test_there_is_nothing_to_accept_or_dismiss_without_a_suggestion(tmp_path: Path, verb: str) -> None:
    async with on_stage(tmp_path) as stage:
        with pytest.raises(CannotAct, match="no suggestion to confirm or reject"):
            await does(stage, verb)


async def test_a_suggestion_is_shown_and_accepted(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        await stage.says("Dana", "Is it planned?", 4)
        assert stage.session.suggestions.detour is not None
        assert "Is it planned?" in snapshot(stage.screen)["offer"]
        await does(stage, "yes")
        assert stage.session.state.place.detour == "roadmap"


async def test_a_refusal_is_shown_to_the_sender_and_in_the_call(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        with pytest.raises(CannotAct, match="first question"):
            await does(stage, "back")
        await stage.pilot.pause()
        assert "this is the first question" in stage.shown


async def test_an_order_does_not_change_the_draft(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        await stage.press("enter")
        await stage.type("half a")
        await does(stage, "next")
        await stage.type(" note")
        assert stage.screen.input.draft == "half a note"


async def test_a_call_that_is_over_refuses_orders(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        stage.screen.flush()
        with pytest.raises(CannotAct, match="over"):
            run_order(stage.screen, "next", "")


async def test_the_state_has_question_tap_and_clock(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        stage.seconds = 83.4
        stage.session.record(Tapped(83.0, TapKind.OVER_EXPLAINING, recorded("48 s on features, nobody asked")))
        seen = snapshot(stage.screen)
        assert seen["seconds"] == 83
        assert seen["question"] == "What happened that made you look at this now?"
        assert seen["choices"][1] == "My boss asked"
        assert seen["tap"]["words"] == "Ask, don't tell"
        assert seen["must"] is True


async def test_a_hidden_call_shows_only_its_clock(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        await does(stage, "hide")
        seen: dict[str, Any] = snapshot(stage.screen)
        assert set(seen) == {"call", "seconds", "hidden"}
        assert "What happened" not in stage.shown
        await does(stage, "hide")
        assert "What happened" in stage.shown


async def test_hostile_words_are_short_and_harmless(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        bad = "\x1b]0;owned\x07" + "z" * 100_000
        stage.session.record(Tapped(1.0, TapKind.OVER_EXPLAINING, recorded(bad)))
        seen = snapshot(stage.screen)
        assert len(repr(seen)) < 5_000
        assert "\x1b" not in seen["tap"]["words"]
