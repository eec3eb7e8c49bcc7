"""Orders from other windows on the live screen: they act as its keys do, and passive displays get the state."""

from __future__ import annotations

from typing import Any

import pytest

from live_stage import LiveStage
from salesnerd_tui.call.actions import CannotAct
from salesnerd_tui.call.events import FloorTaken, Marked, Place, Side, Skipped, TapKind, Tapped
from salesnerd_tui.control.server import run_order, snapshot
from salesnerd_tui.control.strip import draw
from tap_reasons import recorded


async def send(stage: LiveStage, name: str, argument: str = "") -> None:
    run_order(stage.screen, name, argument)
    await stage.pilot.pause()


async def test_every_action_has_its_order(stage: LiveStage) -> None:
    await send(stage, "pick", "1")
    assert "When did it last happen?" in stage.screen_text
    await send(stage, "next")
    assert stage.session.state.place == Place("last_time")
    await send(stage, "skip")
    await send(stage, "mark")
    assert [type(event) for event in stage.session.events if isinstance(event, Skipped | Marked)] == [Skipped, Marked]
    await send(stage, "jump", "trigger")
    assert stage.session.state.place == Place("trigger")
    await send(stage, "back")
    assert stage.session.state.place == Place("cost")
    await send(stage, "note", "# 40 pages a week")
    assert stage.notes[-1] == "40 pages a week"
    await send(stage, "talk")
    assert any(isinstance(event, FloorTaken) and event.side is Side.ME for event in stage.session.events)


@pytest.mark.parametrize("named", ["demo_request", "d"])
async def test_a_detour_is_named_by_its_id_or_its_letter(stage: LiveStage, named: str) -> None:
    await send(stage, "detour", named)
    assert stage.session.state.place.detour == "demo_request"
    await send(stage, "undo")
    assert stage.session.state.place == Place("trigger")


@pytest.mark.parametrize("name", ["yes", "no"])
async def test_there_is_nothing_to_accept_or_dismiss_without_a_suggestion(stage: LiveStage, name: str) -> None:
    with pytest.raises(CannotAct, match="no suggestion to confirm or reject"):
        await send(stage, name)


async def test_a_suggestion_is_shown_and_accepted(stage: LiveStage) -> None:
    await stage.speak("Dana", "Is it planned?", 4)
    assert stage.session.suggestions.requests
    assert "Is it planned?" in snapshot(stage.screen)["offer"]
    await send(stage, "yes")
    assert stage.session.state.place.detour == "roadmap"


async def test_an_offer_names_the_key_that_takes_it(stage: LiveStage) -> None:
    await stage.speak("Me", "So what happened that made you look at this now?", 4)
    await stage.speak("Dana", "The auditor found forty double bills in March.", 5)
    await stage.speak("Dana", "Can you just show us a demo?", 3)
    await stage.wait_until(lambda: bool(stage.session.suggestions.requests))
    state = snapshot(stage.screen)
    assert "Can you just show us a demo?" in state["offer"]
    assert (state["offer_key"], state["letters"]) == ("d", "dR")


async def test_silence_after_a_question_has_nothing_to_say(stage: LiveStage) -> None:
    tap = Tapped(1.0, TapKind.SILENCE, recorded("3 s of silence"), "", "Walk me through the last time.")
    stage.session.record(tap)
    assert snapshot(stage.screen)["tap"]["suggestion"] == ""


@pytest.mark.parametrize(
    ("order", "typed", "meant"),
    [("jump", "verdct", "verdict"), ("detour", "demo_reqest", "demo_request"), ("detour", "demo", "demo_request")],
)
async def test_a_mistyped_id_gets_the_id_that_was_meant(stage: LiveStage, order: str, typed: str, meant: str) -> None:
    with pytest.raises(CannotAct, match=f"in this playbook \\(did you mean '{meant}'\\?\\)"):
        await send(stage, order, typed)
    with pytest.raises(CannotAct, match=r"in this playbook$"):
        await send(stage, order, "xyz")


async def test_a_refusal_is_shown_to_the_sender_and_in_the_call(stage: LiveStage) -> None:
    with pytest.raises(CannotAct, match="first question"):
        await send(stage, "back")
    await stage.pilot.pause()
    assert "this is the first question" in stage.screen_text


async def test_an_order_does_not_change_the_draft(stage: LiveStage) -> None:
    await stage.press("enter")
    await stage.type("half a")
    await send(stage, "next")
    await stage.type(" note")
    assert stage.screen.input.draft == "half a note"


async def test_a_call_that_is_over_refuses_orders(stage: LiveStage) -> None:
    stage.screen.flush()
    with pytest.raises(CannotAct, match="over"):
        run_order(stage.screen, "next", "")


async def test_the_state_has_question_tap_and_clock(stage: LiveStage) -> None:
    stage.seconds = 83.4
    stage.session.record(Tapped(83.0, TapKind.OVER_EXPLAINING, recorded("48 s on features, nobody asked")))
    state = snapshot(stage.screen)
    assert state["seconds"] == 83
    assert state["question"] == "What happened that made you look at this now?"
    assert state["choices"][1] == "My boss asked"
    assert state["tap"]["words"] == "Ask, don't tell"
    assert state["must"] is True


async def test_the_strip_of_a_follow_up_shows_no_answers_of_the_question_before(stage: LiveStage) -> None:
    await send(stage, "pick", "1")
    drawn = ["".join(text for text, _ in row) for row in draw(snapshot(stage.screen), "", 80, 3)]
    assert "When did it last happen?" in drawn[0]
    assert drawn[-1] == " follow-up to “Something broke”"


async def test_a_hidden_call_shows_only_its_clock(stage: LiveStage) -> None:
    await send(stage, "hide")
    state: dict[str, Any] = snapshot(stage.screen)
    assert set(state) == {"call", "seconds", "hidden"}
    assert "What happened" not in stage.screen_text
    await send(stage, "hide")
    assert "What happened" in stage.screen_text


async def test_hostile_words_are_short_and_harmless(stage: LiveStage) -> None:
    bad = "\x1b]0;owned\x07" + "z" * 100_000
    stage.session.record(Tapped(1.0, TapKind.OVER_EXPLAINING, recorded(bad)))
    state = snapshot(stage.screen)
    assert len(repr(state)) < 5_000
    assert "\x1b" not in state["tap"]["words"]
