"""Notes that are not saved never look saved."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from live_stage import SIZES, SMALL, LiveStage, live_screen
from salesnerd_tui.services.shutdown import HANGUP_STATUS
from salesnerd_tui.storage.call_store import CallStore

FULL = "the disk is full: free some space, and it will be saved"


async def test_note_is_marked_as_saved_once_the_disk_confirms(stage: LiveStage) -> None:
    stage.disk.confirms_at_once = False
    await stage.note("pages twice a week")
    row = next(row for row in stage.rows if "pages twice a week" in row and "14:00" in row)
    assert "·" in row
    assert "✓" not in row
    stage.disk.confirm()
    await stage.wait_until(lambda: any("✓ pages twice a week" in row for row in stage.rows))


@pytest.mark.parametrize("size", SIZES)
async def test_unsaved_note_is_prominent_at_every_size(stage: LiveStage, size: tuple[int, int]) -> None:
    stage.disk.confirms_at_once = False
    await stage.note("pages twice")
    stage.disk.refuse(FULL)
    row = -1 if size == SMALL else 1
    await stage.wait_until(lambda: "NOT SAVED" in stage.rows[row])
    assert "the disk is full" in stage.rows[row]
    assert "✓ pages" not in stage.screen_text
    assert "pages twice" in stage.screen_text, "the words stay in sight"
    stage.disk.confirm()
    await stage.wait_until(lambda: "NOT SAVED" not in stage.screen_text)
    assert "✓ pages twice" in stage.screen_text


async def test_unsaved_note_can_be_retried_and_copied(stage: LiveStage) -> None:
    stage.disk.confirms_at_once = False
    await stage.note("pages twice")
    stage.disk.refuse(FULL)
    await stage.press("ctrl+y")
    assert stage.app.clipboard == "pages twice"
    await stage.press("ctrl+s")
    await stage.wait_until(lambda: "NOT SAVED" not in stage.screen_text)


async def test_smallest_size_shows_the_last_note_and_its_state(tmp_path: Path) -> None:
    async with live_screen(tmp_path, SMALL) as stage:
        stage.disk.confirms_at_once = False
        await stage.note("pages twice")
        assert "· pages twice" in stage.screen_text
        stage.disk.confirm()
        await stage.wait_until(lambda: "✓ pages twice" in stage.screen_text)


async def test_every_draft_is_stored_at_once(stage: LiveStage) -> None:
    await stage.type("\rthree")
    assert [draft for draft in stage.disk.drafts if draft] == ["t", "th", "thr", "thre", "three"]


@pytest.mark.parametrize(("status", "hurries"), [(143, True), (HANGUP_STATUS, False)])
async def test_only_a_signal_leaves_time_to_print_unsaved_notes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int, hurries: bool
) -> None:
    """Text for a closed terminal cannot be read, so the disk gets all the time."""
    hurried: list[CallStore] = []
    monkeypatch.setattr(CallStore, "shorten_close", lambda store: hurried.append(store))
    async with live_screen(tmp_path) as stage:
        stage.app.leave_now(status)
        assert bool(hurried) == hurries


async def test_error_of_a_closed_terminal_is_not_a_crash(tmp_path: Path) -> None:
    async with live_screen(tmp_path) as stage:
        stage.app.leave_now(HANGUP_STATUS)
        stage.app.handle_crash(OSError(errno.EIO, "Input/output error"))
        assert stage.app.return_code == HANGUP_STATUS
    assert not list(tmp_path.rglob("crash.log"))


async def test_leaving_keeps_the_draft(stage: LiveStage) -> None:
    await stage.press("enter")
    await stage.type("half")
    stage.app.leave_now(143)
    assert stage.disk.drafts[-1] == "half"
    assert stage.disk.is_closed
    assert stage.app.return_code == 143
