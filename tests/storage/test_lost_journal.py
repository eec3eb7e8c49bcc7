"""Lost entries are noticed, whatever truncated or removed their journal."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from broken_disks import FailingDisk, FullDisk, Unsynced
from notes_story import BEGAN, STARTED, note, save_events

from salesnerd_tui.storage.call_files import (
    DAMAGED,
    JOURNAL_MISSING,
    CallPaths,
    read_call,
    read_main_file,
    write_main_file,
)
from salesnerd_tui.storage.call_store import CallStore
from salesnerd_tui.storage.disk import Disk, read_saved_count, saved_count_line
from salesnerd_tui.storage.errors import StorageError, WriteFailed, WriteSaved
from salesnerd_tui.storage.forget import ForgetPlan, ForgottenName
from salesnerd_tui.storage.journal import RETRY_MARK_BYTES

NOTES = 8


def interrupted(folder: Path, *, again: bool = False) -> CallPaths:
    """Make a call that a crash interrupted, with its notes in the journal; with `again`, one that was resumed."""
    store = CallStore(folder / "running", disk=Unsynced())
    call = store.create(BEGAN, "Acme")
    save_events(call, [STARTED])
    if again:
        call.close()
        call = store.open(call.id)
    for number in range(1, NOTES + 1):
        call.save_draft(f"half of note {number}")
        save_events(call, [note(number)])
    shutil.copytree(folder / "running", folder / "data")
    call.close()
    return CallPaths(folder / "data" / "calls" / f"{call.id}.json")


def problems(files: CallPaths) -> list[str]:
    return [problem for _, problem in CallStore(files.main.parent.parent, disk=Unsynced()).check_calls()]


def cuts(journal: bytes) -> Iterator[bytes]:
    """Yield the journal without its last bytes, its last lines, or all of it, including every end of a line."""
    ends = {at + 1 for at, byte in enumerate(journal[:-1]) if byte == 10}
    for length in sorted({*range(0, len(journal), 17), *ends}):
        yield journal[:length]


@pytest.mark.parametrize("again", [False, True])
def test_every_cut_of_the_journal_that_loses_a_saved_entry_is_noticed(again: bool, tmp_path: Path) -> None:
    files = interrupted(tmp_path, again=again)
    whole = files.journal.read_bytes()
    assert problems(files) == [""]
    for cut in cuts(whole):
        files.journal.write_bytes(cut)
        call = CallStore(tmp_path / "data", disk=Unsynced()).read(call_of(files))
        lost = NOTES + 1 - len(call.events)
        (problem,) = problems(files)
        if problem != DAMAGED:
            assert bool(problem) == bool(lost), len(cut)
            assert not lost or ("entry" if lost == 1 else f"{lost} entries") in problem


@pytest.mark.parametrize("again", [False, True])
def test_nul_bytes_at_the_end_are_damage_only_if_saved_entries_are_missing(again: bool, tmp_path: Path) -> None:
    """Some file systems make a file longer before they write its data."""
    files = interrupted(tmp_path, again=again)
    whole = files.journal.read_bytes()
    for cut in cuts(whole):
        for blank in (1, len(whole) - len(cut), 9000):
            files.journal.write_bytes(cut + b"\0" * blank)
            call = CallStore(tmp_path / "data", disk=Unsynced()).read(call_of(files))
            lost = NOTES + 1 - len(call.events)
            assert problems(files) == [DAMAGED if lost else ""], (len(cut), blank)


@pytest.mark.parametrize(
    "half", ["", "0", "1234abcd", '1234abcd [99, ["events", "9", {"text": "' + "half a note " * 400]
)
@pytest.mark.parametrize("blank", [1, 4096, 100_000])
def test_nul_bytes_of_an_unfinished_write_are_not_reported(half: str, blank: int, tmp_path: Path) -> None:
    files = interrupted(tmp_path)
    with files.journal.open("ab") as journal:
        journal.write(half.encode() + b"\0" * blank)
    warnings: list[str] = []
    store = CallStore(tmp_path / "data", disk=Unsynced(), on_warning=warnings.append)
    assert [summary.problem for summary in store.summaries()] == [""]
    assert len(list(store.search("note", thorough=True))) == NOTES
    with store.open(call_of(files)) as call:
        assert call.events == (STARTED, *map(note, range(1, NOTES + 1)))
        assert save_events(call, [note(99)]) == WriteSaved(range(NOTES + 1, NOTES + 2))
    assert (warnings, store.quarantined, problems(files)) == ([], [], [""])


def test_a_journal_with_nul_bytes_instead_of_saved_entries_is_quarantined(tmp_path: Path) -> None:
    files = interrupted(tmp_path)
    whole = files.journal.read_bytes()
    damaged = whole[:-300] + b"\0" * 300
    files.journal.write_bytes(damaged)
    store = CallStore(tmp_path / "data", disk=Unsynced())
    with store.open(call_of(files)) as call:
        assert 0 < len(call.events) < NOTES + 1
    (aside,) = store.quarantined
    assert aside.path.read_bytes() == damaged


@pytest.mark.parametrize("again", [False, True])
def test_a_removed_journal_is_noticed(again: bool, tmp_path: Path) -> None:
    files = interrupted(tmp_path, again=again)
    merged = len(read_main_file(files.main.read_bytes()).tables.get("events", {}))
    files.journal.unlink()
    assert problems(files) == [
        f"has lost its latest {NOTES + 1 - merged} entries: they were saved, but the end of its journal is gone"
    ]


def test_a_loss_is_reported_once_and_the_call_continues(tmp_path: Path) -> None:
    files = interrupted(tmp_path)
    lines = files.journal.read_bytes().splitlines(keepends=True)
    files.journal.write_bytes(b"".join(lines[:-2]))
    warnings: list[str] = []
    store = CallStore(tmp_path / "data", disk=Unsynced(), on_warning=warnings.append)
    (summary,) = store.summaries()
    assert "has lost its latest entry" in summary.problem
    with store.open(call_of(files)) as call:
        assert len(call.events) == NOTES
        assert save_events(call, [note(99)]) == WriteSaved(range(NOTES, NOTES + 1))
    assert warnings == [
        f"call {call_of(files)} has lost its latest entry: it was saved, but the end of its journal is gone"
    ]
    assert problems(files) == [""]
    CallStore(tmp_path / "data", disk=Unsynced(), on_warning=warnings.append).open(call_of(files)).close()
    assert len(warnings) == 1


@pytest.mark.parametrize("with_lock", [True, False])
def test_redacting_a_call_with_a_loss_reports_it(with_lock: bool, tmp_path: Path) -> None:
    """Deleting writes the call again, after which nothing would show the loss."""
    files = interrupted(tmp_path)
    files.journal.unlink()
    if not with_lock:
        files.lock.unlink()
    warnings: list[str] = []
    store = CallStore(tmp_path / "data", disk=Unsynced(), on_warning=warnings.append)
    store.carry_out(ForgetPlan((), names=(ForgottenName("Acme"),)))
    (sentence,) = warnings
    assert "lost" in sentence
    assert not files.lock.exists(), "the rewritten file is complete"
    assert problems(files) == [""]


@pytest.mark.parametrize("again", [False, True])
def test_a_journal_that_was_removed_with_its_lock_is_missed(again: bool, tmp_path: Path) -> None:
    """Only the main files of a running call are copied."""
    files = interrupted(tmp_path, again=again)
    files.journal.unlink()
    files.lock.unlink()
    warnings: list[str] = []
    store = CallStore(tmp_path / "data", disk=Unsynced(), on_warning=warnings.append)
    assert problems(files) == [JOURNAL_MISSING]
    (summary,) = store.summaries()
    assert summary.problem == f"this call {JOURNAL_MISSING}"
    assert not list(store.search(f"note {NOTES}", thorough=True))
    assert warnings == [f"call {call_of(files)} {JOURNAL_MISSING} (salesnerd doctor checks all calls)"]
    store.open(call_of(files)).close()
    assert f"call {call_of(files)} {JOURNAL_MISSING}" in warnings
    assert problems(files) == [""]


@pytest.mark.parametrize("is_cached", [False, True])
def test_the_list_shows_the_loss_of_a_journal_that_it_has_never_seen(is_cached: bool, tmp_path: Path) -> None:
    """The main file is the same before the first line of the journal and after its loss."""
    store = CallStore(tmp_path / "running", disk=Unsynced())
    call = store.create(BEGAN, "Acme")
    save_events(call, [])
    other = CallStore(tmp_path / "running", disk=Unsynced())
    assert [summary.problem for summary in other.summaries()] == [""]
    if is_cached:
        other.update_cache()
    save_events(call, [STARTED, note(1)])
    shutil.copytree(tmp_path / "running", tmp_path / "data", copy_function=os.link)
    call.close()
    files = CallPaths(tmp_path / "data" / "calls" / f"{call.id}.json")
    files.journal.unlink()
    files.lock.unlink()
    after = CallStore(tmp_path / "data", disk=Unsynced())
    assert [summary.problem for summary in after.summaries()] == [f"this call {JOURNAL_MISSING}"]


def test_the_list_shows_a_loss_that_only_the_lock_file_records(tmp_path: Path) -> None:
    """The disk was too full to mark the main file of a reopened call; its journal still had room."""
    disk = FullDisk()
    store = CallStore(tmp_path / "running", disk=disk)
    with store.create(BEGAN, "Acme") as call:
        save_events(call, [STARTED, *map(note, range(1, 20))])
    CallStore(tmp_path / "running", disk=disk).update_cache()
    call = store.open(call.id)
    disk.left = 1_000
    assert save_events(call, [note(20)]) == WriteSaved(range(20, 21))
    shutil.copytree(tmp_path / "running", tmp_path / "data", copy_function=os.link)
    disk.left = float("inf")
    call.close()
    files = CallPaths(tmp_path / "data" / "calls" / f"{call.id}.json")
    files.journal.unlink()
    assert b'"journal"' not in files.main.read_bytes()
    (problem,) = problems(files)
    assert "has lost its latest entry" in problem
    assert [each.problem for each in CallStore(tmp_path / "data").summaries()] == [f"this call {problem}"]


def test_a_journal_that_could_not_be_merged_on_closing_is_counted(tmp_path: Path) -> None:
    """The main file can be replaced neither for its mark, which is tried once, nor on closing."""

    class KeepsItsFiles(Unsynced):
        tried = 0

        def replace(self, source: Path, target: Path) -> None:
            if self.tried:
                self.tried += 1
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            super().replace(source, target)

    disk = KeepsItsFiles()
    store = CallStore(tmp_path, disk=disk)
    with store.create(BEGAN, "Acme") as call:
        save_events(call, [STARTED])
    call = store.open(call.id)
    disk.tried = 1
    assert [save_events(call, [note(number)]) for number in (1, 2)] == [
        WriteSaved(range(1, 2)),
        WriteSaved(range(2, 3)),
    ]
    assert disk.tried == 2
    assert call.close()
    files = CallPaths(tmp_path / "calls" / f"{call.id}.json")
    assert problems(files) == [""]
    files.journal.write_bytes(files.journal.read_bytes().splitlines(keepends=True)[0])
    (problem,) = problems(files)
    assert "has lost its latest entry" in problem


def test_a_disk_that_is_no_longer_full_gets_the_mark_later(tmp_path: Path) -> None:
    """A loss of journal and lock together shows only in the main file."""
    disk = FullDisk()
    store = CallStore(tmp_path, disk=disk)
    with store.create(BEGAN, "Acme") as call:
        save_events(call, [STARTED, *map(note, range(1, 20))])
    call = store.open(call.id)
    files = CallPaths(tmp_path / "calls" / f"{call.id}.json")
    disk.left = 1_000
    save_events(call, [note(20)])
    assert not read_main_file(files.main.read_bytes()).is_open
    disk.left = float("inf")
    save_events(call, [note(21, length=RETRY_MARK_BYTES)])
    save_events(call, [note(22)])
    assert read_main_file(files.main.read_bytes()).is_open
    call.close()


def test_a_note_that_did_not_fit_on_the_disk_leaves_no_gap_in_the_journal(tmp_path: Path) -> None:
    disk = FullDisk()
    call = CallStore(tmp_path / "running", disk=disk).create(BEGAN, "Acme")
    save_events(call, [STARTED])
    save_events(call, [note(1)])
    (tmp_path / "running" / ".reserve").unlink()
    disk.left = 50
    assert isinstance(save_events(call, [note(2)]), WriteFailed)
    disk.left = float("inf")
    assert save_events(call, [note(3)]) == WriteSaved(range(3, 4))
    shutil.copytree(tmp_path / "running", tmp_path / "data")
    assert call.close()
    files = CallPaths(tmp_path / "data" / "calls" / f"{call.id}.json")
    assert problems(files) == [""]
    assert CallStore(tmp_path / "data", disk=Unsynced()).read(call.id).events == (STARTED, *map(note, (1, 2, 3)))


def test_a_lock_file_alone_is_not_a_call(tmp_path: Path) -> None:
    """A crash right after the lock of a new call was created."""
    store = CallStore(tmp_path, disk=Unsynced())
    (tmp_path / "calls" / "2026-11-22T1004-0000cafe.json.lock").write_bytes(saved_count_line(0))
    assert store.summaries() == []
    assert list(store.check_calls()) == []


def test_a_call_without_loss_is_never_reported(tmp_path: Path) -> None:
    """An open call, with and without a journal, as another window sees it, and after it was closed."""
    warnings: list[str] = []
    store = CallStore(tmp_path, disk=Unsynced(), on_warning=warnings.append)
    other = CallStore(tmp_path, disk=Unsynced(), on_warning=warnings.append)
    call = store.create(BEGAN, "Acme")
    seen = [problem for _, problem in other.check_calls()]
    save_events(call, [STARTED])
    for number in range(1, 4):
        save_events(call, [note(number)])
        seen += [problem for _, problem in other.check_calls()] + [summary.problem for summary in other.summaries()]
    call.close()
    with store.open(call.id) as call:
        seen += [problem for _, problem in other.check_calls()]
        save_events(call, [note(4)])
        seen += [problem for _, problem in other.check_calls()] + [summary.problem for summary in other.summaries()]
    seen += [problem for _, problem in other.check_calls()] + [summary.problem for summary in other.summaries()]
    assert set(seen) == {""}
    assert warnings == []


def test_an_open_call_whose_saved_count_cannot_be_read_is_not_reported(tmp_path: Path) -> None:
    """On Windows, another process cannot read a locked file."""

    class Windows(Unsynced):
        def read(self, path: Path | str, limit: int = -1) -> bytes:
            if str(path).endswith(".lock"):
                raise PermissionError(13, "Permission denied")
            return super().read(path, limit)

    other = CallStore(tmp_path, disk=Windows())
    with CallStore(tmp_path, disk=Unsynced()).create(BEGAN, "Acme") as call:
        save_events(call, [])
        assert not CallPaths(tmp_path / "calls" / f"{call.id}.json").journal.exists()
        assert [problem for _, problem in other.check_calls()] == [""]
        assert [summary.problem for summary in other.summaries()] == [""]


def test_a_closed_file_has_no_mark_of_an_open_call(tmp_path: Path) -> None:
    store = CallStore(tmp_path, disk=Unsynced())
    call = store.create(BEGAN, "Acme")
    save_events(call, [])
    kept = CallPaths(tmp_path / "calls" / f"{call.id}.json").main
    assert read_main_file(kept.read_bytes()).is_open
    call.close()
    assert not read_main_file(kept.read_bytes()).is_open
    assert b'"journal"' not in kept.read_bytes()


def test_an_opening_without_a_new_note_leaves_no_mark_behind(tmp_path: Path) -> None:
    """A crash right after a merge leaves the mark in the main file, and no journal."""
    store = CallStore(tmp_path / "running", disk=Unsynced())
    call = store.create(BEGAN, "Acme")
    save_events(call, [STARTED])
    files = CallPaths(tmp_path / "running" / "calls" / f"{call.id}.json")
    write_main_file(files, read_call(files, Disk()).tables, Disk(), is_open=True)
    shutil.copytree(tmp_path / "running", tmp_path / "data")
    call.close()
    files = CallPaths(tmp_path / "data" / "calls" / f"{call.id}.json")
    files.journal.unlink()
    CallStore(tmp_path / "data", disk=Unsynced()).open(call.id).close()
    assert problems(files) == [""]
    assert not read_main_file(files.main.read_bytes()).is_open


def test_a_failed_opening_keeps_the_saved_count_for_the_next_one(tmp_path: Path) -> None:
    files = interrupted(tmp_path)
    files.journal.write_bytes(files.journal.read_bytes().splitlines(keepends=True)[0])
    (before,) = problems(files)
    assert "lost" in before

    class Unreadable(Unsynced):
        def read(self, path: Path | str, limit: int = -1) -> bytes:
            if path == files.journal:
                raise PermissionError(13, "Permission denied")
            return super().read(path, limit)

    with pytest.raises(StorageError):
        CallStore(tmp_path / "data", disk=Unreadable()).open(call_of(files))
    assert problems(files) == [before]


@pytest.mark.parametrize(
    "content", [b"", b"\0" * 20, b"12345678 0000000009\n", b"zzzzzzzz x\n", saved_count_line(7)[:12]]
)
def test_a_lock_file_without_a_valid_number_has_no_count(content: bytes, tmp_path: Path) -> None:
    files = interrupted(tmp_path)
    files.lock.write_bytes(content)
    assert read_saved_count(files.lock, Disk()) is None
    assert problems(files) == [""]
    files.lock.write_bytes(saved_count_line(12))
    assert read_saved_count(files.lock, Disk()) == 12


def test_notes_are_saved_if_the_saved_count_cannot_be_written(tmp_path: Path) -> None:
    class Refusing(FailingDisk):
        def overwrite(self, fd: int, data: bytes) -> None:
            raise OSError(28, "full")

    store = CallStore(tmp_path, disk=Refusing())
    with store.create(BEGAN) as call:
        assert save_events(call, [STARTED]) == WriteSaved(range(1))
    assert store.read(call.id).events == (STARTED,)


def call_of(files: CallPaths) -> str:
    return files.main.name.removesuffix(".json")
