"""An answer leads to another playbook: one key continues there, and nothing is lost."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from live_stage import TRIGGER, WIDE, LiveStage, live_screen, playbook_starting_with
from salesnerd_tui.playbook.folders import builtin_folder
from salesnerd_tui.playbook.model import Answer

LEADS_AWAY = playbook_starting_with(replace(TRIGGER, answers=(Answer("Show us", "Show us", switch="demo_request"),)))
LEADS_NOWHERE = playbook_starting_with(replace(TRIGGER, answers=(Answer("Show us", "Show us", switch="nowhere"),)))


async def test_n_switches_to_the_playbook_of_an_answer(tmp_path: Path) -> None:
    async with live_screen(tmp_path, WIDE, playbook=LEADS_AWAY) as stage:
        stage.service.library.folders = (builtin_folder(),)
        await stage.note("forty double bills")
        await stage.press("1", until="Continue with the playbook “demo request”?")
        assert "n continues there" in stage.screen_text
        await stage.press("n")
        assert stage.session.state.playbook == "demo_request"
        assert "forty double bills" in stage.screen_text
        assert stage.hint_message() == "continued with the playbook “They asked for a demo”"


async def test_undo_stops_at_the_switch(tmp_path: Path) -> None:
    async with live_screen(tmp_path, playbook=LEADS_AWAY) as stage:
        stage.service.library.folders = (builtin_folder(),)
        await stage.press("1", "n", "u")
        assert stage.hint_message() == "cannot undo the switch to another playbook"
        assert stage.session.state.known("trigger") == ("Show us",)
        await stage.press("n", "u", "u")
        assert stage.hint_message() == "cannot undo the switch to another playbook"
        assert stage.session.state.known("trigger") == ("Show us",)


async def test_missing_playbook_is_reported_and_the_call_stays(tmp_path: Path) -> None:
    async with live_screen(tmp_path, playbook=LEADS_NOWHERE) as stage:
        await stage.press("1", "n")
        assert stage.hint_message().startswith("no playbook has the id 'nowhere'")
        assert stage.session.state.playbook == "small"


async def test_end_of_the_agenda_shows_the_useful_keys(stage: LiveStage) -> None:
    await stage.press("n", "n", "n", "n", until="e ends the call")
    assert "n continues there" not in stage.screen_text
