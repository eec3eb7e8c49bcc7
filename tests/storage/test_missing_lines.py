"""Files that lost lines: each loss is noticed, the backup is used, and the original is quarantined."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from zlib import crc32

import pytest
from broken_disks import Unsynced
from notes_story import BEGAN, STARTED, is_lost, note, save_events

from salesnerd_tui.storage.call_files import (
    MAIN_FILE_MISSING,
    CallPaths,
    document_line,
    journal_line,
    main_file_lines,
    read_journal,
    read_main_file,
)
from salesnerd_tui.storage.call_store import CallStore
from salesnerd_tui.storage.disk import saved_count_line

NOTES = 20


def two_merges(folder: Path) -> CallPaths:
    """Return a call whose backup has all but its last note."""
    book = CallStore(folder, disk=Unsynced())
    with book.create(BEGAN, "Acme") as call:
        save_events(call, [STARTED, *(note(number) for number in range(1, NOTES))])
    with book.open(call.id) as call:
        save_events(call, [note(NOTES)])
    return CallPaths(folder / "calls" / f"{call.id}.json")


def call_of(files: CallPaths) -> str:
    return files.main.name.removesuffix(".json")


def test_a_truncated_file_is_damaged_and_completed_from_the_backup(tmp_path: Path) -> None:
    files = two_merges(tmp_path / "data")
    lines = files.main.read_bytes().splitlines(keepends=True)
    for left in range(1, len(lines)):
        folder = tmp_path / f"cut {left}"
        shutil.copytree(tmp_path / "data", folder)
        cut = CallPaths(folder / "calls" / files.main.name)
        data = b"".join(lines[:left])
        cut.main.write_bytes(data)
        backup = cut.backup.read_bytes()
        book = CallStore(folder, disk=Unsynced())
        with book.open(call_of(files)) as call:
            assert call.events[:NOTES] == (STARTED, *(note(number) for number in range(1, NOTES))), left
        (aside,) = book.quarantined
        assert aside.path.read_bytes() == data
        assert "damaged in" in aside.message
        assert cut.backup.read_bytes() == backup, "the truncated file did not replace the intact backup"


def test_a_missing_main_file_is_read_from_the_backup_and_reported(tmp_path: Path) -> None:
    files = two_merges(tmp_path / "data")
    files.main.unlink()
    warnings: list[str] = []
    book = CallStore(tmp_path / "data", disk=Unsynced(), on_warning=warnings.append)
    assert [problem for _, problem in book.check_calls()] == [MAIN_FILE_MISSING]
    assert [summary.problem for summary in book.summaries()] == [f"this call {MAIN_FILE_MISSING}"]
    with book.open(call_of(files)) as call:
        assert len(call.events) == NOTES, "the backup has all but the last note"
    assert warnings == [f"call {call_of(files)} {MAIN_FILE_MISSING}"]


def test_a_missing_main_file_is_noticed_beside_its_journal(tmp_path: Path) -> None:
    folder = tmp_path / "cut off"
    files = two_merges(tmp_path / "data")
    book = CallStore(tmp_path / "data", disk=Unsynced())
    with book.open(call_of(files)) as call:
        save_events(call, [note(NOTES + 1)])
        save_events(call, [note(NOTES + 2)])
        shutil.copytree(tmp_path / "data", folder)
    cut_off = CallStore(folder, disk=Unsynced())
    assert [problem for _, problem in cut_off.check_calls()] == [""]
    (folder / "calls" / files.main.name).unlink()
    assert [problem for _, problem in cut_off.check_calls()] == [MAIN_FILE_MISSING]


@pytest.mark.parametrize("notes", [1, 2])
def test_between_two_renames_nothing_is_missing(notes: int, tmp_path: Path) -> None:
    """The first note after an opening is merged at once, so that there is no journal."""
    folder = tmp_path / "cut off"
    files = two_merges(tmp_path / "data")
    with CallStore(tmp_path / "data", disk=Unsynced()).open(call_of(files)) as call:
        for number in range(1, notes + 1):
            save_events(call, [note(NOTES + number)])
        shutil.copytree(tmp_path / "data", folder)
    moved = CallPaths(folder / "calls" / files.main.name)
    moved.main.replace(moved.backup)
    assert [problem for _, problem in CallStore(folder, disk=Unsynced()).check_calls()] == [""]


def test_a_removed_entry_is_noticed_and_recovered(tmp_path: Path) -> None:
    files = two_merges(tmp_path / "data")
    lines = files.main.read_bytes().splitlines(keepends=True)
    entries = [number for number, line in enumerate(lines) if b'"crc32"' in line]
    assert len(entries) > NOTES
    for gone in entries:
        files.main.write_bytes(b"".join(lines[:gone] + lines[gone + 1 :]))
        read = read_main_file(files.main.read_bytes())
        assert read.damaged_entries == 1, lines[gone]
        book = CallStore(tmp_path / "data", disk=Unsynced())
        call = book.read(call_of(files))
        found = [event for event in call.events if not is_lost(event)]
        assert len(found) >= NOTES, lines[gone]


def test_a_removed_entry_is_reported_once(tmp_path: Path) -> None:
    files = two_merges(tmp_path / "data")
    lines = files.main.read_bytes().splitlines(keepends=True)
    last = max(number for number, line in enumerate(lines) if b'"Noted"' in line)
    files.main.write_bytes(b"".join(lines[:last] + lines[last + 1 :]))
    book = CallStore(tmp_path / "data", disk=Unsynced())
    with book.open(call_of(files)) as call:
        assert len(call.events) == NOTES, "the last note is lost"
    assert ["in 1 place;" in aside.message for aside in book.quarantined] == [True]
    again = CallStore(tmp_path / "data", disk=Unsynced())
    again.open(call_of(files)).close()
    assert again.quarantined == []


def test_a_file_without_entry_counts_can_be_read(tmp_path: Path) -> None:
    """Files of earlier versions have no count."""
    files = two_merges(tmp_path)
    tables = json.loads(files.main.read_bytes())
    lines = files.main.read_bytes().splitlines()
    row = {key: value for key, value in tables["call"]["1"].items() if key not in ("entries", "highest", "crc32")}
    lines[2] = document_line("call", "1", row)
    old = b"\n".join(lines) + b"\n"
    files.main.write_bytes(old)
    assert read_main_file(old).damaged_entries == 0
    book = CallStore(tmp_path, disk=Unsynced())
    with book.open(call_of(files)) as call:
        assert len(call.events) == NOTES + 1
    assert book.quarantined == []
    assert read_main_file(old.replace(lines[7] + b"\n", b"")).damaged_entries == 1, "a gap"


def test_entry_counts_are_not_part_of_the_documents(tmp_path: Path) -> None:
    files = two_merges(tmp_path)
    data = files.main.read_bytes()
    assert json.loads(data)["call"]["1"]["entries"] == {"events": NOTES + 1, "draft": 0, "meta": 1}
    assert json.loads(data)["call"]["1"]["highest"] == NOTES
    assert "entries" not in read_main_file(data).tables["call"]["1"]
    CallStore(tmp_path).open(call_of(files)).close()
    assert files.main.read_bytes() == data


def test_another_program_may_add_and_remove_entries(tmp_path: Path) -> None:
    files = two_merges(tmp_path)
    tables = json.loads(files.main.read_bytes())
    del tables["events"]["4"]
    files.main.write_text(json.dumps(tables))
    book = CallStore(tmp_path)
    with book.open(call_of(files)) as call:
        assert is_lost(call.events[4])
    assert book.quarantined == []


def interrupted(folder: Path) -> CallPaths:
    """Make a call that was interrupted by a crash, with everything in the journal."""
    call = CallStore(folder / "running", disk=Unsynced()).create(BEGAN, "Acme")
    save_events(call, [STARTED])
    for number in range(1, NOTES + 1):
        save_events(call, [note(number)])
    shutil.copytree(folder / "running", folder / "data")
    call.close()
    files = CallPaths(folder / "data" / "calls" / f"{call.id}.json")
    files.lock.unlink()
    return files


@pytest.mark.parametrize("tail", [b"\0" * 300, b"0bad1dea \xff\xfe", b"x" * 1500, b"12345678 [\0\0"])
def test_a_bad_tail_of_a_journal_is_damage(tail: bytes, tmp_path: Path) -> None:
    files = interrupted(tmp_path)
    whole = files.journal.read_bytes()
    files.journal.write_bytes(whole[: -len(tail)] + tail)
    damaged = files.journal.read_bytes()
    book = CallStore(tmp_path / "data", disk=Unsynced())
    with book.open(call_of(files)) as call:
        assert [STARTED, note(1)] == list(call.events[:2])
    (aside,) = book.quarantined
    assert aside.path.read_bytes() == damaged
    assert not files.journal.exists()


def test_an_incomplete_line_after_a_crash_is_not_damage(tmp_path: Path) -> None:
    files = interrupted(tmp_path)
    whole = files.journal.read_bytes()
    start = whole.rindex(b"\n", 0, -1) + 1
    for end in range(start, len(whole)):
        _, read = read_journal(whole[:end])
        assert read.damaged_entries == 0, end - start


def test_incomplete_lines_of_a_full_disk_are_not_damage(tmp_path: Path) -> None:
    """The disk was full, and the beginning of the line could not be removed."""
    files = interrupted(tmp_path)
    *lines, last = files.journal.read_bytes().splitlines(keepends=True)
    for end in range(1, len(last)):
        for begun in (last[:end] + b"\n", last[:end] + b"\n" + last[: end // 2 + 1] + b"\n"):
            _, read = read_journal(b"".join([*lines, begun, last]))
            assert (read.damaged_entries, read.is_end_unclear) == (0, False), end
            _, read = read_journal(b"".join([*lines, begun, lines[0]]))
            assert read.damaged_entries == 0, "the serial numbers restart in the next run"
            _, read = read_journal(b"".join([*lines[:-1], begun, last]))
            assert read.damaged_entries, "a line is missing"


@pytest.mark.parametrize("saved", [NOTES + 1, NOTES + 2])
def test_the_number_of_saved_entries_shows_whether_incomplete_lines_were_saved(saved: int, tmp_path: Path) -> None:
    files = interrupted(tmp_path)
    line = journal_line([("events", str(NOTES + 1), {"text": "x" * 3000})], NOTES + 2)
    files.journal.write_bytes(files.journal.read_bytes() + line[:2000] + b"\n" + line[:2900])
    files.lock.write_bytes(saved_count_line(saved))
    book = CallStore(tmp_path / "data", disk=Unsynced())
    with book.open(call_of(files)) as call:
        assert call.events[-1] == note(NOTES)
    assert bool(book.quarantined) == bool(book.warnings) == (saved > NOTES + 1)


def test_a_line_removed_from_a_journal_is_damage(tmp_path: Path) -> None:
    files = interrupted(tmp_path)
    lines = files.journal.read_bytes().splitlines(keepends=True)
    for gone in range(len(lines) - 1):
        _, read = read_journal(b"".join(lines[:gone] + lines[gone + 1 :]))
        assert read.damaged_entries == 1, gone
    _, read = read_journal(b"".join([lines[0], b"x" * 20 + b"\n", *lines[2:]]))
    assert read.damaged_entries == 1, "a damaged line counts once"


def test_a_journal_without_serial_numbers_can_be_read() -> None:
    """Journals of earlier versions have no serial numbers."""
    text = b'[["events", "0", {"event": "x"}], ["draft", "1", null]]'
    data = b"%08x %b\n" % (crc32(text), text)
    changes, read = read_journal(data * 2)
    assert read.damaged_entries == 0
    assert changes == [("events", "0", {"event": "x"}), ("draft", "1", None)] * 2


def test_a_settings_file_without_its_end_is_damaged() -> None:
    data = b"".join(main_file_lines({"settings": {"1": {"name": "theme", "value": "dark"}}}))
    assert read_main_file(data).damaged_entries == 0
    for left in range(1, data.count(b"\n")):
        assert read_main_file(b"".join(data.splitlines(keepends=True)[:left])).damaged_entries, left
