"""Leaving a call with unsaved notes shows how many would be lost, and offers to save them."""

from __future__ import annotations

import pytest

from live_stage import LiveStage

WHY = "the disk is full"


async def refuse_two_notes(stage: LiveStage) -> None:
    stage.disk.confirms_at_once = False
    await stage.note("the second pump")
    await stage.note("every Tuesday")
    stage.disk.refuse(WHY)
    await stage.wait_until(lambda: "NOT SAVED" in stage.screen_text)


@pytest.mark.parametrize(("key", "title"), [("q", "leave the call?"), ("e", "end the call?")])
async def test_leaving_and_ending_show_how_many_notes_would_be_lost(key: str, title: str, stage: LiveStage) -> None:
    await refuse_two_notes(stage)
    await stage.press(key)
    assert title in stage.screen_text.lower()
    assert "2 notes are NOT SAVED" in " ".join(stage.screen_text.split())
    assert "Everything is saved" not in stage.screen_text
    assert "retry saving" in stage.screen_text
    assert "copy unsaved notes" in stage.screen_text
    assert not stage.screen.is_over


async def test_note_that_fails_while_the_panel_is_open_is_counted(stage: LiveStage) -> None:
    stage.disk.confirms_at_once = False
    await stage.note("the second pump")
    stage.disk.refuse(WHY)
    await stage.wait_until(lambda: "NOT SAVED" in stage.screen_text)
    await stage.note("every Tuesday")
    await stage.press("q")
    assert "1 note is NOT SAVED" in " ".join(stage.screen_text.split())
    stage.disk.refuse(WHY)
    await stage.wait_until(lambda: "2 notes are NOT SAVED" in " ".join(stage.screen_text.split()))


async def test_leaving_before_the_disk_confirms_does_not_report_saved(stage: LiveStage) -> None:
    stage.disk.confirms_at_once = False
    await stage.note("the second pump")
    await stage.press("q", until="Saving has not finished.")
    stage.disk.confirm()
    await stage.wait_until(lambda: "Everything is saved." in stage.screen_text)


async def test_after_a_successful_retry_leaving_asks_as_usual(stage: LiveStage) -> None:
    await refuse_two_notes(stage)
    await stage.press("q", "r")
    await stage.wait_until(lambda: not stage.disk.failed_events)
    await stage.press("q", until="Everything is saved")


async def test_leaving_anyway_prints_the_notes_to_the_shell(stage: LiveStage) -> None:
    await refuse_two_notes(stage)
    await stage.press("q", "q")
    assert stage.screen.is_over
    texts = "\n".join(stage.app.unsaved_lines)
    assert "2 notes are NOT SAVED" in texts
    assert "the second pump" in texts
    assert "every Tuesday" in texts


async def test_ctrl_q_prints_the_notes_to_the_shell(stage: LiveStage) -> None:
    await refuse_two_notes(stage)
    await stage.press("ctrl+q")
    assert "the second pump" in "\n".join(stage.app.unsaved_lines)


async def test_nothing_is_printed_when_all_notes_are_saved(stage: LiveStage) -> None:
    await stage.note("the second pump")
    await stage.press("q", "q")
    assert stage.app.unsaved_lines == []


async def test_keys_after_the_end_change_nothing(stage: LiveStage) -> None:
    await stage.type("qq\rtoo late\rn")
    assert stage.screen.is_over
    assert "too late" not in stage.notes
