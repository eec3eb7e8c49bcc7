"""A disk that does not respond: what waits for it is reported as not saved, and closing waits only once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from broken_disks import Unsynced
from notes_story import BEGAN, STARTED, note, save_events

from salesnerd_tui.call.events import Event
from salesnerd_tui.storage.call_files import CallPaths
from salesnerd_tui.storage.call_store import CallStore
from salesnerd_tui.storage.call_writer import STALLED, STALLED_DISK, STALLED_SECONDS, CallFile, CallWriter, CloseTimeout
from salesnerd_tui.storage.disk import FileLock
from salesnerd_tui.storage.errors import WriteFailed, WriteSaved
from salesnerd_tui.storage.journal import JournalStorage


class HangingDisk(Unsynced):
    """Stops in the next write once it hangs, until it is healed."""

    def __init__(self) -> None:
        self._responds = threading.Event()
        self._responds.set()
        self.asked = threading.Event()

    def hang(self) -> None:
        self._responds.clear()

    def heal(self) -> None:
        self._responds.set()

    def write(self, fd: int, data: bytes) -> int:
        if not self._responds.is_set():
            self.asked.set()
        assert self._responds.wait(60)
        return super().write(fd, data)


class Watch:
    """The clock of a call's watch for a stalled disk; timers run when time passes."""

    def __init__(self) -> None:
        self.now = 100.0
        self._timers: list[tuple[float, Callable[[], None]]] = []

    def call_later(self, seconds: float, call: Callable[[], None]) -> None:
        self._timers.append((self.now + seconds, call))

    def pass_time(self, seconds: float) -> None:
        self.now += seconds
        due = [timer for timer in self._timers if timer[0] <= self.now]
        self._timers = [timer for timer in self._timers if timer[0] > self.now]
        for _, call in due:
            call()

    @property
    def is_idle(self) -> bool:
        return not self._timers


@pytest.fixture
def disk() -> Iterator[HangingDisk]:
    disk = HangingDisk()
    yield disk
    disk.heal()


def open_call(folder: Path, disk: HangingDisk, watch: Watch, patience: CloseTimeout | None = None) -> CallFile:
    files = CallPaths(folder / "a.json")
    return CallFile(
        "a",
        (),
        "",
        CallWriter(JournalStorage(files, disk, {"events": {}}), "a"),
        lock=FileLock(files.lock, disk),
        close_timeout=patience or CloseTimeout(),
        now=lambda: watch.now,
        call_later=watch.call_later,
    )


def said_of(call: CallFile) -> tuple[list[Event], list[Event], str]:
    """Return what is reported as not saved, what is not known to be saved, and why."""
    return [*call.failed_events], [*call.unsaved], call.problem


def test_notes_that_wait_too_long_are_not_saved_until_the_disk_responds(tmp_path: Path, disk: HangingDisk) -> None:
    watch, results = Watch(), list[WriteSaved | WriteFailed]()
    call = open_call(tmp_path, disk, watch)
    assert isinstance(save_events(call, [STARTED]), WriteSaved)
    disk.hang()
    call.save([note(1)], results.append)
    assert disk.asked.wait(60)
    watch.pass_time(STALLED_SECONDS - 0.1)
    assert not results, "it may be slow"
    assert said_of(call) == ([], [note(1)], "")
    watch.pass_time(0.1)
    call.save([note(2)], results.append)
    watch.pass_time(STALLED_SECONDS - 0.1)
    assert results == [WriteFailed(range(1, 2), STALLED, STALLED_DISK)]
    assert said_of(call) == ([note(1)], [note(1), note(2)], STALLED)
    watch.pass_time(STALLED_SECONDS)
    assert results == [
        WriteFailed(range(1, 2), STALLED, STALLED_DISK),
        WriteFailed(range(2, 3), STALLED, STALLED_DISK),
    ], "each once"
    disk.heal()
    assert call.close(60)
    assert results[2:] == [WriteSaved(range(1, 2)), WriteSaved(range(2, 3))]
    assert said_of(call) == ([], [], "")
    watch.pass_time(STALLED_SECONDS)
    assert watch.is_idle
    assert len(results) == 4


def test_a_call_whose_notes_are_saved_sets_no_timer_again(tmp_path: Path, disk: HangingDisk) -> None:
    watch = Watch()
    call = open_call(tmp_path, disk, watch)
    for number in range(5):
        assert isinstance(save_events(call, [note(number)]), WriteSaved)
    watch.pass_time(STALLED_SECONDS)
    assert watch.is_idle
    assert call.close(60)


def test_closing_waits_only_once_for_a_disk_that_does_not_respond(tmp_path: Path, disk: HangingDisk) -> None:
    patience = CloseTimeout(0.0)
    call = open_call(tmp_path, disk, Watch(), patience)
    save_events(call, [STARTED])
    disk.hang()
    call.save([note(1)], lambda _: None)
    assert not call.close()
    patience.seconds = 3600
    again = threading.Thread(target=call.close, daemon=True)
    again.start()
    again.join(20)
    assert not again.is_alive(), "otherwise it waits for an hour"
    assert call.unsaved == (note(1),)


def test_after_a_signal_the_calls_of_a_store_wait_less(tmp_path: Path, disk: HangingDisk) -> None:
    store = CallStore(tmp_path, disk=disk)
    call = store.create(BEGAN, "Acme")
    save_events(call, [STARTED])
    disk.hang()
    call.save([note(1)], lambda _: None)
    store.shorten_close()
    assert not call.close()
    assert call.unsaved == (note(1),)
