"""A power failure at any moment loses no note that was reported as saved, and invents none."""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from broken_disks import Call, RecordingDisk, Unsynced, WithoutFolderSync, WithoutFsync, WithoutLinks
from notes_story import BEGAN, STARTED, is_lost, note, save_events
from power_cut import lay_out, states_after
from tinydb import TinyDB
from tinydb.storages import JSONStorage

from salesnerd_tui.call.events import Event
from salesnerd_tui.storage import journal
from salesnerd_tui.storage.call_store import CallStore
from salesnerd_tui.storage.errors import NoSuchCall, WriteSaved

EVENTS: tuple[Event, ...] = (STARTED, *(note(number) for number in range(1, 9)))


def recorded_call(folder: Path, disk: RecordingDisk) -> str:
    """Nine notes with drafts between them, with the journal merged in the middle, closed and resumed once."""
    store = CallStore(folder, disk=disk)
    call = store.create(BEGAN, "Acme")
    for number, event in enumerate(EVENTS):
        if number == 6:
            call.close()
            call = store.open(call.id)
        call.save_draft(f"half a thought {number}")
        assert save_events(call, [event]) == WriteSaved(range(number, number + 1))
        disk.note("kept", number)
    call.close()
    return call.id


def cuts(calls: Sequence[Call]) -> Iterator[tuple[set[int], dict[Path, bytes]]]:
    """Yield each state that a power failure may leave, with the numbers reported as saved before it."""
    for length in range(1, len(calls) + 1):
        before = calls[:length]
        kept = {call[1] for call in before if call[0] == "kept"}
        for state in states_after([call for call in before if call[0] != "kept"]):
            yield kept, state


def failures_after_power_cut(call_id: str, kept: set[int], folder: Path) -> bool:
    warnings: list[str] = []
    try:
        with CallStore(folder, disk=Unsynced(), on_warning=warnings.append).open(call_id) as call:
            events = call.events
    except NoSuchCall:
        return bool(kept)
    made_up = any(event != EVENTS[number] and not is_lost(event) for number, event in enumerate(events))
    return (
        made_up
        or _says_lost(warnings)
        or any(number >= len(events) or events[number] != EVENTS[number] for number in kept)
    )


def _says_lost(warnings: Sequence[str]) -> bool:
    return any("lost" in sentence for sentence in warnings)


@pytest.fixture
def merges_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "MERGE_BYTES", 400)


def judged(tmp_path: Path, disk: RecordingDisk) -> Iterator[bool]:
    """Yield for every state whether a saved note was lost, or one was invented."""
    original = tmp_path / "data"
    call_id = recorded_call(original, disk)
    calls = [call for call in disk.calls if ".reserve" not in str(call[1])]
    for kept, state in cuts(calls):
        with tempfile.TemporaryDirectory(dir=tmp_path) as scratch:
            lay_out(state | {original / ".reserve": b"not now"}, original, Path(scratch))
            yield failures_after_power_cut(call_id, kept, Path(scratch))


@pytest.mark.usefixtures("merges_often")
@pytest.mark.parametrize("disk", [RecordingDisk, WithoutLinks])
def test_no_power_cut_loses_a_saved_note(tmp_path: Path, disk: Callable[[], RecordingDisk]) -> None:
    verdicts = list(judged(tmp_path, disk()))
    assert len(verdicts) > 200
    assert not any(verdicts), f"{sum(verdicts)} of {len(verdicts)} states"


@pytest.mark.usefixtures("merges_often")
@pytest.mark.parametrize("broken", [WithoutFsync, WithoutFolderSync])
def test_the_simulation_detects_missing_syncs(tmp_path: Path, broken: Callable[[], RecordingDisk]) -> None:
    assert any(judged(tmp_path, broken()))


class _RecordedHandle:
    """File of TinyDB whose writes are recorded."""

    def __init__(self, handle: Any, disk: RecordingDisk) -> None:
        self._handle = handle
        self._disk = disk

    def write(self, text: str) -> None:
        self._disk.note("write", 1, self._handle.tell(), text.encode())
        self._handle.write(text)

    def truncate(self) -> None:
        self._disk.note("fsync", 1)
        self._disk.note("truncate", 1, self._handle.tell())
        self._handle.truncate()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._handle, name)


def test_the_simulation_detects_what_the_storage_of_tinydb_loses(tmp_path: Path) -> None:
    path = tmp_path / "stock.json"
    disk = RecordingDisk()
    disk.note("name", path, 1)
    disk.note("sync folder", tmp_path)
    database = TinyDB(path)
    stock = database.storage
    assert isinstance(stock, JSONStorage)
    stock._handle = _RecordedHandle(stock._handle, disk)
    for number in range(6):
        database.insert({"text": "x" * 30})
        database.update({"text": "y" * (60 - 9 * number)}, doc_ids=[1])
        disk.note("kept", number)
    database.close()
    assert any(_stock_lost(kept, state.get(path, b"")) for kept, state in cuts(disk.calls))


def _stock_lost(kept: set[int], data: bytes) -> bool:
    with contextlib.suppress(ValueError):
        return bool(kept) and len(json.loads(data)["_default"]) <= max(kept)
    return bool(kept)


def test_the_recording_disk_records_every_change(tmp_path: Path) -> None:
    """The recorder sees every change: its final state is the state of the folder."""
    disk = RecordingDisk()
    original = tmp_path / "data"
    recorded_call(original, disk)
    calls = [call for call in disk.calls if call[0] != "kept"]
    everything = next(states_after(calls))
    there = {path: path.read_bytes() for path in original.rglob("*") if path.is_file()}
    assert everything == there
