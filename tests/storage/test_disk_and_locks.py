"""System calls that differ between systems, and the thread that makes them."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import re
import threading
from pathlib import Path

import pytest
from broken_disks import RecordingDisk
from notes_story import BEGAN, STARTED, note, save_events

from salesnerd_tui.storage import disk as disks
from salesnerd_tui.storage.call_files import CallPaths, main_file_lines, read_main_file
from salesnerd_tui.storage.call_store import CallStore
from salesnerd_tui.storage.disk import CREATE, NO_LOCKS_ERRORS, Disk, FileLock, LockHeld, is_held, temporary_path
from salesnerd_tui.storage.errors import (
    CallIsReadOnly,
    FolderUnusable,
    NoSuchCall,
    StorageError,
    WriteFailed,
    WriteSaved,
    error_message,
    note_error_message,
)


class SlowDisk(RecordingDisk):
    """Disk whose fsync returns on demand."""

    def __init__(self) -> None:
        super().__init__()
        self.answers = threading.Event()
        self.answers.set()

    def fsync(self, fd: int) -> None:
        self.answers.wait(20)
        super().fsync(fd)


def test_saving_never_waits_for_the_disk_and_waiting_events_are_written_together(tmp_path: Path) -> None:
    disk = SlowDisk()
    with CallStore(tmp_path, disk=disk).create(BEGAN) as call:
        save_events(call, [STARTED])
        disk.answers.clear()
        results: list[WriteSaved | WriteFailed] = []
        for number in range(1, 21):
            call.save([note(number)], results.append)
            call.save_draft(f"draft {number}")
        assert not results, "nothing is reported as saved before the disk has confirmed it"
        fsyncs = sum(made[0] == "fsync" for made in disk.calls)
        disk.answers.set()
        save_events(call, [])
        assert [answer.numbers.start for answer in results] == list(range(1, 21))
        assert sum(made[0] == "fsync" for made in disk.calls) - fsyncs <= 3


def test_closing_waits_for_the_disk_for_a_limited_time(tmp_path: Path) -> None:
    disk = SlowDisk()
    call = CallStore(tmp_path, disk=disk).create(BEGAN)
    save_events(call, [STARTED])
    disk.answers.clear()
    call.save([note(1)], lambda _: None)
    assert not call.close(timeout_seconds=0.01)
    with pytest.raises(StorageError, match="closed"):
        call.save([note(2)], lambda _: None)
    disk.answers.set()
    assert call.close(60)
    assert call.close(), "closing twice has no further effect"


def test_a_fault_of_the_program_is_reported_as_a_failed_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with CallStore(tmp_path).create(BEGAN) as call:
        save_events(call, [STARTED])
        with monkeypatch.context() as broken:
            broken.setattr("salesnerd_tui.storage.journal.journal_line", lambda *_: 1 / 0)
            answer = save_events(call, [note(1)])
            assert isinstance(answer, WriteFailed)
            assert "ZeroDivisionError" in answer.message
        assert save_events(call, [note(2)]) == WriteSaved(range(2, 3))
        assert not call.failed_events


@pytest.mark.parametrize("answer", [0, errno.ENOTSUP, errno.EIO])
def test_on_macos_the_disk_itself_is_flushed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: int) -> None:
    asked: list[str] = []

    def full(fd: int, command: int) -> None:
        asked.append("full")
        if answer:
            raise OSError(answer, "")

    monkeypatch.setattr(fcntl, "F_FULLFSYNC", 51, raising=False)
    monkeypatch.setattr(fcntl, "fcntl", full)
    monkeypatch.setattr(os, "fsync", lambda _: asked.append("plain"))
    disk = Disk()
    fd = disk.open(tmp_path / "file", CREATE)
    if answer == errno.EIO:
        with pytest.raises(OSError):
            disk.fsync(fd)
    else:
        disk.fsync(fd)
    disk.close(fd)
    assert asked == (["full", "plain"] if answer == errno.ENOTSUP else ["full"])


@pytest.mark.parametrize("number", [errno.EINVAL, errno.EIO])
def test_a_file_system_that_cannot_sync_folders_is_accepted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def fails(fd: int) -> None:
        raise OSError(number, "")

    monkeypatch.setattr(os, "fsync", fails)
    if number == errno.EIO:
        with pytest.raises(OSError):
            Disk().sync_folder(tmp_path)
    else:
        Disk().sync_folder(tmp_path)


@pytest.mark.parametrize(("system", "patience", "tries"), [("nt", 10.0, 4), ("nt", 0.0, 1), ("posix", 10.0, 1)])
def test_replacing_a_file_is_retried_while_another_program_has_it_open_on_windows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: str, patience: float, tries: int
) -> None:
    tried = []

    def busy(source: Path, target: Path) -> None:
        tried.append(target)
        if len(tried) < 4:
            raise PermissionError

    monkeypatch.setattr(Path, "replace", busy)
    monkeypatch.setattr("time.sleep", lambda _: None)
    monkeypatch.setattr(disks, "REPLACE_TIMEOUT_SECONDS", patience)
    monkeypatch.setattr(disks, "_SYSTEM", system)
    with contextlib.suppress(PermissionError) if tries < 4 else contextlib.nullcontext():
        Disk().replace(tmp_path / "new", tmp_path / "old")
    assert len(tried) == tries


class WithoutLinks(Disk):
    """Disk without links, such as exFAT and some network folders."""

    def link(self, source: Path, target: Path) -> None:
        raise OSError(errno.EPERM, "no links here")


def test_without_links_the_backup_is_made_by_renaming(tmp_path: Path) -> None:
    store = CallStore(tmp_path, disk=WithoutLinks())
    with store.create(BEGAN) as call:
        save_events(call, [STARTED])
    with store.open(call.id) as again:
        save_events(again, [note(1)])
    files = CallPaths(tmp_path / "calls" / f"{call.id}.json")
    assert len(read_main_file(files.backup.read_bytes()).tables["events"]) == 1
    assert len(read_main_file(files.main.read_bytes()).tables["events"]) == 2


def test_a_lock_is_held_by_one_until_it_is_released(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    assert not is_held(path, Disk())
    lock = FileLock(path, Disk())
    assert is_held(path, Disk())
    with pytest.raises(LockHeld):
        FileLock(path, Disk())
    lock.release()
    assert not path.exists()
    path.touch()
    assert not is_held(path, Disk()), "left by a program that was killed"
    FileLock(path, Disk()).release()


def test_a_lock_on_a_removed_file_is_retried(tmp_path: Path) -> None:
    path = tmp_path / "lock"

    class Removed(Disk):
        opened = 0

        def open(self, path: Path, flags: int) -> int:
            fd = super().open(path, flags)
            self.opened += 1
            if self.opened == 1:
                path.unlink()
            return fd

    disk = Removed()
    lock = FileLock(path, disk)
    assert disk.opened == 2
    assert is_held(path, Disk())
    lock.release()


@pytest.mark.parametrize("number", sorted(NO_LOCKS_ERRORS))
def test_a_call_is_saved_on_a_file_system_without_locks(tmp_path: Path, number: int) -> None:
    class Unlocked(Disk):
        def lock(self, fd: int) -> None:
            raise OSError(number, os.strerror(number))

    store = CallStore(tmp_path, disk=Unlocked())
    with store.create(BEGAN) as call:
        assert save_events(call, [STARTED]) == WriteSaved(range(1))
    with store.open(call.id) as call:
        assert save_events(call, [note(1)]) == WriteSaved(range(1, 2))
    assert store.warnings == [f"{tmp_path} has no file locks: open each call in one window only (or use --data DIR)"]
    assert [each.id for each in store.resumable(store.summaries())] == [call.id]
    store.settings.set("theme", "dark")
    store.settings.wait()
    assert store.settings.problem == ""
    store.forget(call.id)
    assert not list((tmp_path / "calls").iterdir())


def test_the_error_of_a_lock_that_cannot_be_created_names_the_cause(tmp_path: Path) -> None:
    store = CallStore(tmp_path)
    with store.create(BEGAN) as call:
        pass
    lock = tmp_path / "calls" / f"{call.id}.json.lock"
    lock.symlink_to(tmp_path / "elsewhere")
    assert not is_held(lock, Disk())
    with pytest.raises(StorageError, match="link"):
        store.open(call.id)


def test_a_call_that_is_deleted_while_it_is_opened_is_not_found(tmp_path: Path) -> None:
    class Vanishing(Disk):
        def read(self, path: Path | str, limit: int = -1) -> bytes:
            raise FileNotFoundError

    with CallStore(tmp_path).create(BEGAN) as call:
        pass
    store = CallStore(tmp_path, disk=Vanishing())
    with pytest.raises(NoSuchCall):
        store.open(call.id)
    assert not list((tmp_path / "calls").glob("*.lock"))
    with pytest.raises(NoSuchCall):
        store.open("2026-01-01T0000-00000000")


def test_a_call_whose_damaged_file_cannot_be_copied_is_read_only(tmp_path: Path) -> None:
    class Worn(Disk):
        def read(self, path: Path | str, limit: int = -1) -> bytes:
            if str(path).endswith(".json"):
                raise OSError(errno.EIO, "")
            return super().read(path, limit)

    with CallStore(tmp_path).create(BEGAN) as call:
        save_events(call, [STARTED])
    with CallStore(tmp_path).open(call.id) as call:
        save_events(call, [note(1)])
    worn = CallStore(tmp_path, disk=Worn())
    with pytest.raises(CallIsReadOnly, match="disk error"):
        worn.open(call.id)
    assert worn.read(call.id).events == (STARTED,)


def test_notes_are_saved_although_the_file_has_numbers_that_json_lacks(tmp_path: Path) -> None:
    (tmp_path / "calls").mkdir()
    path = tmp_path / "calls" / "tampered.json"
    path.write_bytes(b'{"events": {"0": {"event": "Noted", "at": 1e999, "text": "x"}}}')
    with CallStore(tmp_path).open("tampered") as call:
        assert save_events(call, [STARTED]) == WriteSaved(range(1, 2))
    assert CallStore(tmp_path).read("tampered").events[1] == STARTED


def test_every_error_message_says_how_to_fix_it() -> None:
    numbers = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.ELOOP, errno.EIO, errno.ENOENT)
    messages = {error_message(OSError(number, "")) for number in numbers}
    assert len(messages) == len(numbers)
    assert all(":" in words for words in messages)
    assert "too many files" in error_message(OSError(errno.EMFILE, "too many files"))


def test_only_a_note_is_promised_to_be_saved_later() -> None:
    numbers = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBUSY, errno.EMFILE)
    for number in numbers:
        assert not {"note", "saved", "notes", "copy"} & set(re.findall(r"\w+", error_message(OSError(number, "x"))))
        assert {"note", "saved", "notes"} & set(re.findall(r"\w+", note_error_message(OSError(number, "x"))))


@pytest.mark.parametrize("below", ["", "deep/down"])
def test_a_file_instead_of_the_data_directory_is_named(tmp_path: Path, below: str) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("mine")
    with pytest.raises(FolderUnusable) as error:
        CallStore(file / below)
    why = f"{file} is not a directory (choose another with --data DIR)"
    assert str(error.value) == f"data directory {file / below} cannot be used: {why}"
    assert file.read_text() == "mine"


def test_a_file_instead_of_the_folder_of_calls_is_named(tmp_path: Path) -> None:
    (tmp_path / "calls").touch()
    with pytest.raises(FolderUnusable, match="calls is not a directory"):
        CallStore(tmp_path)


def test_a_folder_in_which_no_directory_can_be_created_is_named(tmp_path: Path) -> None:
    class NoFolders(Disk):
        def make_folder(self, folder: Path) -> None:
            raise FileNotFoundError(errno.ENOENT, "no such file or directory", str(folder))

    with pytest.raises(FolderUnusable, match=re.escape(f"it cannot be created in {tmp_path} (choose another")):
        CallStore(tmp_path / "data", disk=NoFolders())


def test_temporary_names_are_unique() -> None:
    assert len({temporary_path(Path("a")) for _ in range(100)}) == 100


def test_a_file_without_tables_is_valid() -> None:
    assert read_main_file(b"".join(main_file_lines({}))).damaged_entries == 0
