"""A disk that fails once or permanently loses no saved note, and no lost note looks saved."""

from __future__ import annotations

import errno
import os
import queue
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from broken_disks import FailingDisk, FullDisk, Unsynced
from notes_story import BEGAN, STARTED, is_lost, note, save_events

from salesnerd_tui.call.events import Event
from salesnerd_tui.storage import call_writer, journal
from salesnerd_tui.storage.call_files import CallPaths, read_main_file
from salesnerd_tui.storage.call_store import CallStore, add_events
from salesnerd_tui.storage.call_writer import CallFile
from salesnerd_tui.storage.disk import RESERVE_BYTES, Disk
from salesnerd_tui.storage.errors import FolderUnusable, NoSuchCall, StorageError, WriteFailed, WriteSaved

EVENTS: tuple[Event, ...] = (STARTED, *(note(number) for number in range(1, 7)))
Results = dict[int, WriteSaved | WriteFailed]


def save_and_record(call: CallFile, events: Sequence[Event], answers: Results) -> None:
    """Save events, wait for the first result, and record it and every later one."""
    first: queue.SimpleQueue[None] = queue.SimpleQueue()

    def on_written(answer: WriteSaved | WriteFailed) -> None:
        answers[answer.numbers.start] = answer
        first.put(None)

    call.save(events, on_written)
    first.get(timeout=20)


def note_until_failure(folder: Path, disk: Disk) -> tuple[str, Results]:
    """Return the call's id and the last result for each note, until the disk prevents opening a call."""
    store = CallStore(folder, disk=disk)
    call = store.create(BEGAN)
    answers: Results = {}
    for number, event in enumerate(EVENTS):
        if number == 4:
            call.close()
            try:
                call = store.open(call.id)
            except StorageError:
                return call.id, answers
        call.save_draft(f"half a thought {number}")
        save_and_record(call, [event], answers)
    call.close()
    return call.id, answers


@pytest.mark.parametrize("for_ever", [False, True], ids=["once", "for ever"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO], ids=["full", "faulty"])
def test_no_saved_note_is_lost_whichever_system_call_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, for_ever: bool
) -> None:
    monkeypatch.setattr(journal, "MERGE_BYTES", 400)
    healthy = FailingDisk()
    note_until_failure(tmp_path / "healthy", healthy)
    assert len(healthy.names) > 40
    for first in range(len(healthy.names)):
        folder = tmp_path / str(first)
        CallStore(folder, disk=Unsynced())
        call_id, answers = note_until_failure(folder, FailingDisk(number, first, for_ever=for_ever))
        gone = [at for at in lost(folder, call_id) if isinstance(answers.get(at), WriteSaved)]
        assert not gone, f"call {first} ({healthy.names[first]}) failed, and kept notes {gone} are gone"


def lost(folder: Path, call_id: str) -> list[int]:
    """Return the numbers of the missing notes; a note that was never passed to the store fails the test."""
    try:
        with CallStore(folder, disk=Unsynced()).open(call_id) as call:
            events = call.events
    except NoSuchCall:
        events = ()
    assert all(is_lost(event) or event == EVENTS[at] for at, event in enumerate(events))
    return [at for at, event in enumerate(EVENTS) if at >= len(events) or events[at] != event]


def test_after_a_failed_fsync_the_whole_call_goes_to_a_new_file(tmp_path: Path) -> None:
    """A second fsync of the same file may succeed without the data, so that file is not synced again."""
    disk = FailingDisk(errno.EIO)
    with CallStore(tmp_path, disk=disk).create(BEGAN) as call:
        assert save_events(call, [STARTED]) == WriteSaved(range(1))
        disk.names.clear()
        disk.first = disk.count + 1
        assert save_events(call, [note(1)]) == WriteSaved(range(1, 2))
        assert disk.names[:3] == ["write", "fsync", "truncate"]
        assert disk.names[3:6] == ["open", "write", "fsync"], "everything is in a new file"
        assert not call.problem


def test_a_failed_note_is_reported_and_retried_until_it_is_saved(tmp_path: Path) -> None:
    disk = FailingDisk(errno.EIO, for_ever=True)
    answers: Results = {}
    with CallStore(tmp_path, disk=disk).create(BEGAN) as call:
        save_and_record(call, [STARTED], answers)
        disk.first = disk.count
        save_and_record(call, [note(1)], answers)
        save_and_record(call, [note(2)], answers)
        assert isinstance(failed := answers[1], WriteFailed)
        assert failed.message == call.problem
        assert "disk error" in call.problem
        assert list(call.failed_events) == [note(1), note(2)]
        disk.heal()
        save_and_record(call, [note(3)], answers)
        assert answers == {at: WriteSaved(range(at, at + 1)) for at in range(4)}
        assert not call.failed_events
        assert not call.problem
    assert CallStore(tmp_path).read(call.id).events == (STARTED, note(1), note(2), note(3))


@pytest.mark.parametrize("by_hand", [True, False])
def test_failed_notes_are_retried_on_request_and_automatically(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by_hand: bool
) -> None:
    monkeypatch.setattr(call_writer, "RETRY_SECONDS", 1000.0 if by_hand else 0.01)
    disk = FailingDisk(errno.ENOSPC, for_ever=True)
    answers: queue.SimpleQueue[WriteSaved | WriteFailed] = queue.SimpleQueue()
    with CallStore(tmp_path, disk=disk).create(BEGAN) as call:
        save_events(call, [STARTED])
        disk.first = disk.count
        call.save([note(1)], answers.put)
        assert isinstance(answers.get(timeout=20), WriteFailed)
        disk.heal()
        if by_hand:
            call.retry()
        assert answers.get(timeout=20) == WriteSaved(range(1, 2))


def test_closing_reports_failed_notes(tmp_path: Path) -> None:
    disk = FailingDisk(errno.ENOSPC, for_ever=True)
    call = CallStore(tmp_path, disk=disk).create(BEGAN)
    save_events(call, [STARTED])
    disk.first = disk.count
    assert isinstance(save_events(call, [note(1)]), WriteFailed)
    assert not call.close()
    assert call.failed_events == (note(1),)
    with CallStore(tmp_path).open(call.id) as again:
        assert again.events == (STARTED,)


def test_a_call_does_not_grow_beyond_what_can_be_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("salesnerd_tui.storage.journal.MAX_CALL_BYTES", 40_000)
    store = CallStore(tmp_path)
    with store.create(BEGAN) as call:
        assert isinstance(save_events(call, [note(0)]), WriteSaved)
        refused = save_events(call, [note(1, 50_000)])
        assert isinstance(refused, WriteFailed)
        assert refused.message == "too large for the file of this call: copy the note somewhere else"
        assert isinstance(save_events(call, [note(2)]), WriteSaved)
        assert call.failed_events == (note(1, 50_000),)
        saved = [number for number in range(3, 9) if isinstance(save_events(call, [note(number, 9000)]), WriteSaved)]
        assert saved == [3, 4, 5, 6]
    path = tmp_path / "calls" / f"{call.id}.json"
    assert path.stat().st_size < 40_000
    events = store.read(call.id).events
    assert [event for event in events if not is_lost(event)] == [note(0), note(2), *(note(n, 9000) for n in saved)]


def test_small_notes_are_saved_however_many_large_ones_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("salesnerd_tui.storage.journal.MAX_CALL_BYTES", 40_000)
    large = tuple(note(number, 50_000 + number) for number in range(5))
    with CallStore(tmp_path).create(BEGAN) as call:
        assert all(isinstance(save_events(call, [each]), WriteFailed) for each in large)
        assert save_events(call, [note(5)]) == WriteSaved(range(5, 6))
        assert save_events(call, [note(6)]) == WriteSaved(range(6, 7))
        assert call.failed_events == large
        assert "too large" in call.problem


def test_a_full_disk_uses_the_reserve_and_warns(tmp_path: Path) -> None:
    disk = FullDisk()
    warned: list[str] = []
    answers: Results = {}
    with CallStore(tmp_path, disk=disk, on_warning=warned.append).create(BEGAN) as call:
        save_and_record(call, [STARTED], answers)
        disk.left = 100
        at = 1
        while all(isinstance(answer, WriteSaved) for answer in answers.values()):
            save_and_record(call, [note(at, 350)], answers)
            at += 1
        assert len(warned) == 1
        assert "the disk is full" in warned[0]
        assert at > 500, "the reserve is good for hundreds of notes"
        assert isinstance(refused := answers[at - 1], WriteFailed)
        assert "disk is full" in refused.message
        disk.left = 10 * RESERVE_BYTES
        save_and_record(call, [note(at, 350)], answers)
        assert all(isinstance(answer, WriteSaved) for answer in answers.values())
    assert CallStore(tmp_path).read(call.id).events[1:] == tuple(note(n, 350) for n in range(1, at + 1))
    assert (tmp_path / ".reserve").stat().st_size == RESERVE_BYTES, "the reserve is filled again at the next start"


def test_a_note_that_does_not_fit_into_the_reserve_fails(tmp_path: Path) -> None:
    disk = FullDisk(errno.EDQUOT)
    with CallStore(tmp_path, disk=disk).create(BEGAN) as call:
        save_events(call, [STARTED])
        disk.left = 0
        answer = save_events(call, [note(1, 2 * RESERVE_BYTES)])
        assert isinstance(answer, WriteFailed)
        assert not (tmp_path / ".reserve").exists()
        assert "quota" in answer.message
        assert save_events(call, [note(2)]) == WriteSaved(range(2, 3)), "a shorter note still fits"
        assert call.failed_events == (note(1, 2 * RESERVE_BYTES),)


def test_a_full_disk_is_not_tried_for_every_waiting_note(tmp_path: Path) -> None:
    class Counting(FullDisk):
        writes = 0

        def write(self, fd: int, data: bytes) -> int:
            self.writes += 1
            return super().write(fd, data)

    disk = Counting()
    with CallStore(tmp_path, disk=disk).create(BEGAN) as call:
        save_events(call, [STARTED])
        (tmp_path / ".reserve").unlink()
        disk.left = 0
        for number in range(30):
            assert isinstance(save_events(call, [note(number)]), WriteFailed)
        disk.writes = 0
        assert isinstance(save_events(call, [note(30)]), WriteFailed)
        assert disk.writes < 15
        disk.left = float("inf")


def test_a_note_that_waits_is_reported_as_failed_only_once(tmp_path: Path) -> None:
    disk = FullDisk()
    answers: list[WriteSaved | WriteFailed] = []
    with CallStore(tmp_path, disk=disk).create(BEGAN) as call:
        save_events(call, [STARTED])
        (tmp_path / ".reserve").unlink()
        disk.left = 0
        call.save([note(1)], answers.append)
        for number in (2, 3):
            assert isinstance(save_events(call, [note(number)]), WriteFailed)
        disk.left = float("inf")
        assert isinstance(save_events(call, [note(4)]), WriteSaved)
    assert [type(answer) for answer in answers] == [WriteFailed, WriteSaved]


def test_a_draft_does_not_spend_the_reserve(tmp_path: Path) -> None:
    disk = FullDisk()
    with CallStore(tmp_path, disk=disk).create(BEGAN) as call:
        save_events(call, [STARTED])
        disk.left = 0
        call.save_draft("half a thought")
        call.close()
        assert "disk is full" in call.problem
        assert (tmp_path / ".reserve").exists()


class FailsOnce(Unsynced):
    """Refuses the next write or replacement once it is `armed`, as if it were full."""

    armed = ""

    def _may(self, what: str) -> None:
        if self.armed == what:
            self.armed = ""
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def write(self, fd: int, data: bytes) -> int:
        self._may("write")
        return super().write(fd, data)

    def replace(self, source: Path, target: Path) -> None:
        self._may("replace")
        super().replace(source, target)


def test_a_draft_and_a_note_that_failed_together_are_both_written(tmp_path: Path) -> None:
    disk = FailsOnce()
    with CallStore(tmp_path, disk=disk).create(BEGAN) as call:
        save_events(call, [STARTED])
        (tmp_path / ".reserve").unlink()
        disk.armed = "write"
        call.save_draft("half a thought")
        assert save_events(call, [note(1)]) == WriteSaved(range(1, 2))
        assert b"half a thought" in CallPaths(tmp_path / "calls" / f"{call.id}.json").journal.read_bytes()
        assert call.problem == ""


def test_a_journal_that_could_not_be_merged_on_opening_is_merged_on_closing(tmp_path: Path) -> None:
    disk = FailsOnce()
    call = CallStore(tmp_path / "running", disk=Unsynced()).create(BEGAN)
    save_events(call, [STARTED])
    shutil.copytree(tmp_path / "running", tmp_path / "data")
    call.close()
    store = CallStore(tmp_path / "data", disk=disk)
    disk.armed = "replace"
    assert store.open(call.id).close()
    assert not disk.armed
    files = CallPaths(tmp_path / "data" / "calls" / f"{call.id}.json")
    assert not files.journal.exists()
    assert read_main_file(files.main.read_bytes()).tables["events"].keys() == {"0"}


def test_a_call_can_start_on_a_full_disk(tmp_path: Path) -> None:
    CallStore(tmp_path)
    disk = FullDisk()
    disk.left = 0
    with CallStore(tmp_path, disk=disk).create(BEGAN) as call:
        assert save_events(call, [STARTED]) == WriteSaved(range(1))
    with CallStore(tmp_path).open(call.id) as again:
        assert again.events == (STARTED,)


def test_the_first_note_of_a_resumed_call_needs_space_only_for_itself(tmp_path: Path) -> None:
    """It is merged at once, and into the journal if the disk has no room for another main file."""
    with CallStore(tmp_path).create(BEGAN) as call:
        save_events(call, EVENTS)
    disk = FullDisk()
    with CallStore(tmp_path, disk=disk).open(call.id) as again:
        disk.left = 300
        assert save_events(again, [note(7)]) == WriteSaved(range(len(EVENTS), len(EVENTS) + 1))
        assert (tmp_path / ".reserve").exists()
        assert CallStore(tmp_path).read(call.id).events == (*EVENTS, note(7))


def test_an_error_in_the_callback_does_not_stop_the_writer(tmp_path: Path) -> None:
    def fail(_: WriteSaved | WriteFailed) -> None:
        raise RuntimeError("the screen is gone")

    with CallStore(tmp_path).create(BEGAN) as call:
        call.save([STARTED], fail)
        assert save_events(call, [note(1)]) == WriteSaved(range(1, 2))


def test_an_event_that_json_cannot_represent_is_refused_at_once(tmp_path: Path) -> None:
    with CallStore(tmp_path).create(BEGAN) as call:
        with pytest.raises(ValueError, match="JSON"):
            call.save([note(1), type(note(1))(float("nan"), "when?")], lambda _: None)
        assert save_events(call, [STARTED]) == WriteSaved(range(1))


def test_the_error_of_a_folder_that_cannot_be_created_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(FolderUnusable, match="cannot be used"):
        CallStore(tmp_path / "file")


class CannotTruncate(Unsynced):
    """Disk that writes half of the next write and cannot truncate it, or that cannot create files."""

    def __init__(self) -> None:
        self.refusals = 0
        self.takes_new_files = True

    def write(self, fd: int, data: bytes) -> int:
        if self.refusals == 2:
            self.refusals = 1
            return super().write(fd, data[: len(data) // 2])
        if self.refusals == 1:
            self.refusals = 0
            raise OSError(errno.ENOSPC, "")
        return super().write(fd, data)

    def truncate(self, fd: int, size: int) -> None:
        raise OSError(errno.EPERM, "")

    def open(self, path: Path, flags: int) -> int:
        if not self.takes_new_files and path.suffix == ".tmp":
            raise OSError(errno.ENOSPC, "")
        return super().open(path, flags)


def test_an_incomplete_line_that_cannot_be_removed_damages_no_later_note(tmp_path: Path) -> None:
    CallStore(tmp_path)
    disk = CannotTruncate()
    call = CallStore(tmp_path, disk=disk).create(BEGAN)
    save_events(call, [STARTED])
    (tmp_path / ".reserve").unlink()
    disk.refusals = 2
    answers: Results = {}
    save_and_record(call, [note(1)], answers)
    save_and_record(call, [note(2)], answers)
    shutil.copytree(tmp_path, tmp_path / "cut")
    call.close()
    assert answers == {1: WriteSaved(range(1, 2)), 2: WriteSaved(range(2, 3))}
    store = CallStore(tmp_path / "cut", disk=Unsynced())
    with store.open(call.id) as again:
        assert again.events == (STARTED, note(1), note(2))
    assert store.quarantined == []
    assert store.warnings == []


def test_a_journal_that_cannot_be_merged_is_continued(tmp_path: Path) -> None:
    """A call was interrupted in the middle of a line, then opened while the disk is too full for a new file."""
    call = CallStore(tmp_path / "data").create(BEGAN)
    save_events(call, [STARTED, note(1)])
    save_events(call, [note(2)])
    shutil.copytree(tmp_path / "data", tmp_path / "cut")
    call.close()
    journal = CallPaths(tmp_path / "cut" / "calls" / f"{call.id}.json").journal
    journal.write_bytes(journal.read_bytes()[:-9])
    disk = CannotTruncate()
    disk.takes_new_files = False
    with CallStore(tmp_path / "cut", disk=disk).open(call.id) as again:
        assert again.events == (STARTED, note(1))
        assert save_events(again, [note(2), note(3)]) == WriteSaved(range(2, 4))
    store = CallStore(tmp_path / "cut")
    assert store.read(call.id).events == (STARTED, note(1), note(2), note(3))
    assert store.warnings == []


class CannotReplace(Unsynced):
    def replace(self, source: Path, target: Path) -> None:
        raise OSError(errno.EIO, "")


def test_no_temporary_files_remain(tmp_path: Path) -> None:
    with CallStore(tmp_path).create(BEGAN) as call:
        save_events(call, [STARTED])
    with CallStore(tmp_path, disk=CannotReplace()).open(call.id) as again:
        save_events(again, [note(1)])
    half_made = tmp_path / "calls" / f"{call.id}.json.{'0' * 16}.tmp"
    assert not list((tmp_path / "calls").glob("*.tmp")), "a failed merge removes its temporary file"
    half_made.write_text("left by a power cut")
    with CallStore(tmp_path).open(call.id) as again:
        assert again.events == (STARTED, note(1))
    assert not half_made.exists()


def test_a_draft_is_written_when_it_changes_and_not_with_every_note(tmp_path: Path) -> None:
    with CallStore(tmp_path).create(BEGAN) as call:
        call.save_draft("half a thought")
        for number in range(5):
            save_events(call, [note(number)])
        journal = CallPaths(tmp_path / "calls" / f"{call.id}.json").journal.read_bytes()
    assert journal.count(b"half a thought") == 1


def test_a_full_disk_promises_no_later_save_where_nothing_is_retried(tmp_path: Path) -> None:
    disk = FullDisk()
    with CallStore(tmp_path, disk=disk).create(BEGAN) as call:
        add_events(call, [STARTED], "nothing was saved")
        disk.left = 0
        with pytest.raises(StorageError) as refused:
            add_events(call, [note(1, 2 * RESERVE_BYTES)], "nothing was saved")
        assert str(refused.value) == "nothing was saved: the disk is full: free some space"
        disk.left = float("inf")


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.EPERM])
def test_a_read_only_folder_is_named_when_a_call_starts(tmp_path: Path, number: int) -> None:
    class ReadOnlyCalls(Unsynced):
        def open(self, path: Path, flags: int) -> int:
            if path.name.endswith(".lock"):
                raise OSError(number, os.strerror(number), str(path))
            return super().open(path, flags)

    store = CallStore(tmp_path, disk=ReadOnlyCalls())
    with pytest.raises(FolderUnusable, match=f"the calls directory {tmp_path / 'calls'} cannot be written: "):
        store.create(BEGAN)
