"""A call is written, closed, listed and opened again."""

from __future__ import annotations

import contextlib
import errno
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from broken_disks import FailingDisk
from msgspec.structs import replace
from notes_story import BEGAN, STARTED, save_events
from tinydb import TinyDB

from salesnerd_tui.call.events import Answered, Ended, Mode, Noted, Promised, TapKind, Tapped, Undone
from salesnerd_tui.storage.call_store import CallStore
from salesnerd_tui.storage.disk import Disk
from salesnerd_tui.storage.errors import CallIsOpen, NoSuchCall, StorageError, WriteFailed, WriteSaved
from tap_reasons import recorded


@pytest.fixture
def store(tmp_path: Path) -> CallStore:
    return CallStore(tmp_path / "data")


def test_saved_notes_are_there_when_the_call_is_opened_again(store: CallStore) -> None:
    call = store.create(BEGAN, "Acme")
    assert call.id.startswith("2026-11-22T1004-")
    assert save_events(call, [STARTED]) == WriteSaved(range(1))
    assert save_events(call, [Noted(3.0, "pages twice"), Noted(4.0, "at night")]) == WriteSaved(range(1, 3))
    assert call.close()
    with store.open(call.id) as again:
        assert again.events == (STARTED, Noted(3.0, "pages twice"), Noted(4.0, "at night"))
        assert again.save([Noted(9.0, "more")], lambda _: None) == range(3, 4)
    assert store.read(call.id).events[3] == Noted(9.0, "more")


def test_events_are_numbered_before_they_are_written(store: CallStore) -> None:
    with store.create(BEGAN) as call:
        results: list[WriteSaved | WriteFailed] = []
        ranges = [call.save([Noted(float(i), "x"), Noted(float(i), "y")], results.append) for i in range(5)]
    assert ranges == [range(2 * i, 2 * i + 2) for i in range(5)]
    assert results == [WriteSaved(numbers) for numbers in ranges]


def test_any_tinydb_opens_the_file_of_a_closed_call(store: CallStore) -> None:
    with store.create(BEGAN, "Acme") as call:
        save_events(call, [STARTED, Noted(3.0, 'half a surrogate \ud800, "quotes"\n[/b]')])
    path = store.folder / "calls" / f"{call.id}.json"
    with TinyDB(path, access_mode="r") as database:
        assert database.table("call").all()[0]["account"] == "Acme"
        assert database.table("events").get(doc_id=1)["text"] == 'half a surrogate \ud800, "quotes"\n[/b]'
        assert database.table("meta").all()[0]["format"] == 2


def test_the_list_summarizes_each_call(store: CallStore) -> None:
    with store.create(BEGAN, "Acme") as call:
        save_events(
            call,
            [
                STARTED,
                Noted(3.0, "wrong"),
                Answered(4.0, "why", "Why now?", "pages"),
                Tapped(9.0, TapKind.PITCHING, recorded("48 s")),
                Tapped(9.5, TapKind.SILENCE, recorded("2 s")),
                Promised(10.0, "send the sheet"),
                Undone(11.0, (1,)),
                Ended(60.5, "revisit", "not yet"),
            ],
        )
    with store.create(datetime(2026, 11, 23, tzinfo=UTC), "Later"):
        pass
    later, summary = store.summaries()
    assert (later.account, later.ended) == ("Later", False)
    assert (summary.id, summary.account, summary.people) == (call.id, "Acme", ("Dana", "Raj"))
    assert (summary.playbook, summary.title, summary.mode) == ("first_call", "First call", Mode.LIVE)
    assert (summary.started_at, summary.duration_seconds) == (BEGAN.isoformat(), 60.5)
    assert (summary.ended, summary.outcome, summary.decision) == (True, "revisit", "not yet")
    assert (summary.notes, summary.taps, summary.promises) == (1, 1, 1), "praise is not a tap"
    assert not summary.interrupted
    assert not summary.problem


def test_a_draft_is_restored(store: CallStore) -> None:
    with store.create(BEGAN) as call:
        for text in ("t", "th", "three eng"):
            call.save_draft(text)
    with store.open(call.id) as again:
        assert again.draft == "three eng"
        again.save_draft("")
    assert store.read(call.id).draft == ""


def test_a_second_window_can_read_but_not_write(store: CallStore, tmp_path: Path) -> None:
    other = CallStore(tmp_path / "data")
    with store.create(BEGAN) as call:
        save_events(call, [STARTED])
        with pytest.raises(CallIsOpen, match="another window"):
            other.open(call.id)
        assert other.read(call.id).events == (STARTED,)
    with other.open(call.id):
        pass


@pytest.mark.parametrize(
    "hostile", ["../x", "..", "a/b", "/etc/passwd", "", "a\0b", ".hidden", "nul", "a" * 100, "C:x"]
)
def test_an_id_cannot_name_a_file_outside_the_folder(store: CallStore, hostile: str) -> None:
    with pytest.raises(NoSuchCall):
        store.open(hostile)


def test_only_calls_without_an_outcome_are_offered_for_resuming(store: CallStore, tmp_path: Path) -> None:
    with store.create(BEGAN) as ended:
        save_events(ended, [STARTED, Ended(5.0, "go", "go")])
    with store.create(BEGAN) as broken_off:
        save_events(broken_off, [STARTED])
    with store.create(BEGAN) as now_open:
        save_events(now_open, [STARTED])
        other = CallStore(tmp_path / "data")
        assert [summary.id for summary in other.resumable(other.summaries())] == [broken_off.id]


def test_a_prep_is_offered_after_a_crash(tmp_path: Path) -> None:
    """That entry is in the main file; there is no journal yet."""
    store = CallStore(tmp_path / "data")
    with store.create(BEGAN) as prep:
        save_events(prep, [replace(STARTED, mode=Mode.PREP)])
    assert store.resumable(store.summaries()) == []
    with store.open(prep.id) as again:
        save_events(again, [Noted(1.0, "ask about the pager")])
        shutil.copytree(tmp_path / "data", tmp_path / "cut")
    assert store.resumable(store.summaries()) == []
    after = CallStore(tmp_path / "cut")
    assert [summary.id for summary in after.resumable(after.summaries())] == [prep.id]


def test_an_open_call_is_listed_with_its_latest_entries(tmp_path: Path) -> None:
    window, other = CallStore(tmp_path), CallStore(tmp_path)
    with other.create(BEGAN, "Acme") as call:
        save_events(call, [STARTED, Noted(1.0, "a horse")])
        assert [each.notes for each in window.summaries()] == [1]
        save_events(call, [Noted(2.0, "a zebra")])
        assert [each.notes for each in window.summaries()] == [2]


def test_an_unreadable_call_is_read_again_for_the_next_list(tmp_path: Path) -> None:
    window = CallStore(tmp_path)
    with window.create(BEGAN, "Acme") as call:
        save_events(call, [STARTED, Noted(1.0, "a horse")])
    file = tmp_path / "calls" / f"{call.id}.json"
    kept = file.read_bytes()
    (summary,) = window.summaries()
    assert not summary.problem
    file.rename(tmp_path / "aside")
    file.mkdir()
    (summary,) = window.summaries()
    assert summary.problem
    file.rmdir()
    file.write_bytes(kept)
    (summary,) = window.summaries()
    assert not summary.problem
    assert summary.notes == 1


IMPORTED = (STARTED, *(Noted(float(at), "imported") for at in range(1, 50)), Ended(50.0, "", ""))


def test_a_complete_call_is_stored_in_one_step(store: CallStore) -> None:
    summary = store.add(BEGAN, IMPORTED, "0badcafe")
    assert summary.id == "2026-11-22T1004-0badcafe"
    assert store.summaries() == [summary]
    assert store.read(summary.id).events == IMPORTED
    with store.open(summary.id) as call:
        save_events(call, [Noted(51.0, "later")])
    with pytest.raises(StorageError, match="already exists"):
        store.add(BEGAN, IMPORTED, "0badcafe")
    assert store.read(summary.id).events == (*IMPORTED, Noted(51.0, "later"))
    assert store.add(BEGAN, IMPORTED).id != store.add(BEGAN, IMPORTED).id
    assert not [path.name for path in (store.folder / "calls").iterdir() if path.suffix != ".json"][1:], "one backup"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO], ids=["full", "faulty"])
@pytest.mark.parametrize("operation", range(8))
def test_a_disk_that_fails_leaves_the_whole_call_or_nothing(tmp_path: Path, number: int, operation: int) -> None:
    disk = FailingDisk(number, for_ever=True)
    store = CallStore(tmp_path / "data", disk=disk)
    disk.first = disk.count + operation
    with contextlib.suppress(StorageError):
        store.add(BEGAN, IMPORTED)
        assert disk.count <= disk.first, "a failure is reported"
    disk.heal()
    for each in CallStore(tmp_path / "data").summaries():
        assert store.read(each.id).events == IMPORTED
        assert not each.interrupted


@pytest.mark.parametrize("stop", ["fsync", "replace"])
def test_an_interruption_leaves_nothing(tmp_path: Path, stop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = CallStore(tmp_path / "data")

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Disk, stop, interrupt)
    with pytest.raises(KeyboardInterrupt):
        store.add(BEGAN, IMPORTED, "0badcafe")
    monkeypatch.undo()
    assert CallStore(tmp_path / "data").summaries() == []
    store.add(BEGAN, IMPORTED, "0badcafe")
    assert not list((tmp_path / "data").rglob("*.tmp")), "the second attempt removes what is left of the first"


def test_a_call_that_could_not_be_read_again_is_not_stored(store: CallStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("salesnerd_tui.storage.call_store.MAX_CALL_BYTES", 1000)
    with pytest.raises(StorageError, match="too long for one call"):
        store.add(BEGAN, IMPORTED)
    assert store.summaries() == []
