"""Calls whose files are removed, moved or replaced while open: written again in full, or reported as not saved."""

from __future__ import annotations

import errno
import os
import queue
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from broken_disks import Unsynced
from notes_story import BEGAN, STARTED, note, save_events

from salesnerd_tui.storage.call_files import CallPaths
from salesnerd_tui.storage.call_store import CallStore
from salesnerd_tui.storage.call_writer import CallFile
from salesnerd_tui.storage.errors import CallIsOpen, WriteFailed, WriteSaved, error_message

Removal = Callable[[Path, CallPaths], None]


def remove_data_folder(folder: Path, _: CallPaths) -> None:
    shutil.rmtree(folder)


def rename_data_folder(folder: Path, _: CallPaths) -> None:
    folder.rename(folder.with_name("moved"))


def remove_calls_folder(folder: Path, _: CallPaths) -> None:
    shutil.rmtree(folder / "calls")


def rename_calls_folder(folder: Path, _: CallPaths) -> None:
    (folder / "calls").rename(folder / "old calls")


def remove_journal(_: Path, files: CallPaths) -> None:
    files.journal.unlink()


def replace_journal(_: Path, files: CallPaths) -> None:
    files.journal.rename(files.journal.with_suffix(".taken"))
    files.journal.write_bytes(b"")


def empty_journal(_: Path, files: CallPaths) -> None:
    os.truncate(files.journal, 0)


def put_folder_in_place_of_journal(_: Path, files: CallPaths) -> None:
    files.journal.unlink()
    shutil.copytree(files.main.parent, files.journal.with_name("elsewhere"))


def remove_main_file(_: Path, files: CallPaths) -> None:
    files.main.unlink()
    files.backup.unlink(missing_ok=True)


def empty_main_file(_: Path, files: CallPaths) -> None:
    os.truncate(files.main, 0)


REMOVALS = [
    remove_data_folder,
    rename_data_folder,
    remove_calls_folder,
    rename_calls_folder,
    remove_journal,
    replace_journal,
    empty_journal,
    put_folder_in_place_of_journal,
    remove_main_file,
    empty_main_file,
]


def open_call(folder: Path, warnings: list[str] | None = None) -> tuple[CallFile, CallPaths]:
    store = CallStore(folder, on_warning=(warnings if warnings is not None else []).append, disk=Unsynced())
    call = store.create(BEGAN, "Acme")
    assert isinstance(save_events(call, [STARTED]), WriteSaved)
    return call, CallPaths(folder / "calls" / f"{call.id}.json")


def notes_in(folder: Path, call_id: str) -> list[str]:
    call = CallStore(folder).read(call_id)
    return [str(getattr(event, "text", "")) for event in call.events[1:]]


@pytest.mark.parametrize("remove", REMOVALS)
def test_the_next_note_restores_removed_files(remove: Removal, tmp_path: Path) -> None:
    folder, warnings = tmp_path / "data", list[str]()
    call, files = open_call(folder, warnings)
    for number in (1, 2, 3):
        assert isinstance(save_events(call, [note(number)]), WriteSaved)
    remove(folder, files)
    assert isinstance(save_events(call, [note(4)]), WriteSaved)
    assert notes_in(folder, call.id) == [note(number).text for number in (1, 2, 3, 4)], (
        "on disk once it is called saved"
    )
    assert isinstance(save_events(call, [note(5)]), WriteSaved)
    assert call.close()
    assert call.unsaved == ()
    assert notes_in(folder, call.id) == [note(number).text for number in range(1, 6)]
    assert any("removed or replaced" in sentence and str(files.main) in sentence for sentence in warnings)
    assert files.main.stat().st_mode & 0o777 == 0o600
    assert files.main.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("remove", [remove_main_file, empty_main_file])
def test_the_next_note_in_a_resumed_call_restores_the_main_file(remove: Removal, tmp_path: Path) -> None:
    call, files = open_call(tmp_path)
    save_events(call, [note(1)])
    call.close()
    call = CallStore(tmp_path, disk=Unsynced()).open(call.id)
    for number in (2, 3):
        save_events(call, [note(number)])
    remove(tmp_path, files)
    assert isinstance(save_events(call, [note(4)]), WriteSaved)
    assert notes_in(tmp_path, call.id) == [note(number).text for number in (1, 2, 3, 4)]
    call.close()


@pytest.mark.parametrize("remove", REMOVALS)
def test_closing_restores_files_that_were_removed_since_the_last_note(remove: Removal, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    call, files = open_call(folder)
    save_events(call, [note(1)])
    remove(folder, files)
    assert call.close()
    assert notes_in(folder, call.id) == [note(1).text]


@pytest.mark.parametrize("remove", [remove_data_folder, rename_calls_folder])
def test_closing_fails_if_the_events_are_not_on_the_disk(remove: Removal, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    call, files = open_call(folder)
    save_events(call, [note(1)])
    remove(folder, files)
    block(folder)
    assert not call.close()
    assert call.failed_events == (STARTED, note(1))
    assert call.unsaved == (STARTED, note(1))
    assert "directory" in call.problem


def block(folder: Path) -> None:
    """Put a file where a folder has to be created."""
    place = folder / "calls" if folder.exists() else folder
    place.write_text("in the way")


def test_earlier_notes_are_reported_as_not_saved_and_as_saved_again(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    call, _ = open_call(folder)
    answers: queue.SimpleQueue[WriteSaved | WriteFailed] = queue.SimpleQueue()
    save_events(call, [note(1)])
    shutil.rmtree(folder)
    block(folder)
    call.save([note(2)], answers.put)
    refused = [answers.get(timeout=20), answers.get(timeout=20)]
    assert all(isinstance(answer, WriteFailed) for answer in refused)
    assert {number for answer in refused for number in answer.numbers} == {0, 1, 2}
    folder.unlink()
    call.retry()
    saved = [answers.get(timeout=20), answers.get(timeout=20)]
    assert all(isinstance(answer, WriteSaved) for answer in saved)
    assert {number for answer in saved for number in answer.numbers} == {0, 1, 2}
    assert call.close()
    assert notes_in(folder, call.id) == [note(1).text, note(2).text]


def test_the_call_is_still_locked_after_its_folder_was_restored(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    call, _ = open_call(folder)
    shutil.rmtree(folder)
    save_events(call, [note(1)])
    with pytest.raises(CallIsOpen):
        CallStore(folder).open(call.id)
    call.close()
    assert not list((folder / "calls").glob("*.lock"))


def test_a_copy_that_another_window_opened_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    call, _ = open_call(folder)
    save_events(call, [note(1)])
    shutil.copytree(folder, tmp_path / "copy")
    shutil.rmtree(folder)
    shutil.copytree(tmp_path / "copy", folder)
    other = CallStore(folder).open(call.id)
    assert isinstance(save_events(other, [note(7)]), WriteSaved)
    refused = save_events(call, [note(2)])
    assert isinstance(refused, WriteFailed)
    assert "another window" in refused.message
    assert not call.close()
    assert other.close()
    assert notes_in(folder, call.id) == [note(1).text, note(7).text]


def test_a_damaged_file_of_another_program_does_not_become_the_backup(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    call, files = open_call(folder)
    save_events(call, [note(1)])
    call.close()
    again = CallStore(folder).open(call.id)
    save_events(again, [note(2)])
    backup = files.backup.read_bytes()
    files.main.write_bytes(files.main.read_bytes()[:40])
    save_events(again, [note(3)])
    assert files.backup.read_bytes() == backup
    again.close()
    assert notes_in(folder, call.id) == [note(number).text for number in (1, 2, 3)]


def test_a_missing_directory_is_named_as_the_cause() -> None:
    for number in (errno.ENOENT, errno.ENOTDIR):
        assert "directory is gone" in error_message(OSError(number, "x"))
