"""Real processes: killed at random moments, two at a time, and on a disk that is really full."""

from __future__ import annotations

import contextlib
import os
import random
import re
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from notes_story import is_lost, note
from tinydb import TinyDB

from salesnerd_tui.storage.call_store import CallStore
from small_disk import mounted_disk
from thoroughness import runs

RUNS = int(os.environ.get("SALESNERD_CRASH_RUNS") or runs(3, brief=2))
CHILD = Path(__file__).with_name("notes_child.py")
Child = subprocess.Popen[str]


@contextlib.contextmanager
def child(
    folder: Path, call_id: str = "-", count: int = 0, prepare: Callable[[], None] | None = None
) -> Iterator[Child]:
    """Start a program that saves notes in a call (a new one without an id), `count` of them or without end."""
    command = [sys.executable, str(CHILD), str(folder), call_id, str(count)]
    environment = {**os.environ, "PYTHONPATH": str(CHILD.parent)}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, preexec_fn=prepare)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def output_until_killed(process: Child, how: signal.Signals, after_notes: int) -> str:
    """Kill the program after it has reported a number of saved notes, and return its whole output."""
    assert process.stdout is not None
    said = []
    while after_notes:
        line = process.stdout.readline()
        assert line, "it ended before it was killed"
        said.append(line)
        after_notes -= line.startswith("kept")
    process.send_signal(how)
    return "".join(said) + process.communicate(timeout=60)[0]


def saved_notes(said: str) -> set[int]:
    return {int(number) for number in re.findall(r"^kept (\d+)$", said, re.MULTILINE)}


def call_in(said: str) -> str:
    found = re.search(r"^call (\S+)$", said, re.MULTILINE)
    assert found, said
    return found[1]


def check_saved(folder: Path, call_id: str, kept: set[int], *, is_opened: bool = True) -> None:
    store = CallStore(folder)
    with store.open(call_id) if is_opened else contextlib.nullcontext(store.read(call_id)) as call:
        assert kept <= set(range(len(call.events)))
        assert all(event == note(number, number % 97) or is_lost(event) for number, event in enumerate(call.events))
        assert not any(is_lost(call.events[number]) for number in kept)
        assert re.fullmatch(r"draft \d+|", call.draft)
    assert not store.quarantined, "a kill does no damage"


@pytest.mark.crash
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_no_saved_note_is_lost_if_a_call_is_killed_repeatedly(tmp_path: Path, how: signal.Signals) -> None:
    chance = random.Random(how)
    call_id = "-"
    kept: set[int] = set()
    for _ in range(RUNS):
        with child(tmp_path, call_id) as process:
            said = output_until_killed(process, how, chance.randrange(1, 60))
        call_id = call_in(said)
        kept |= saved_notes(said)
        check_saved(tmp_path, call_id, kept, is_opened=chance.random() < 0.5)
    store = CallStore(tmp_path)
    assert [summary.id for summary in store.resumable(store.summaries())] == [call_id]


def test_a_second_program_cannot_open_the_call_but_can_open_another(tmp_path: Path) -> None:
    with child(tmp_path) as first, child(tmp_path, count=150) as other:
        assert first.stdout
        call_id = call_in(first.stdout.readline())
        with child(tmp_path, call_id) as second:
            assert second.communicate(timeout=60)[0] == "open elsewhere\n"
        others = other.communicate(timeout=60)[0]
        assert "closed True" in others
        firsts = output_until_killed(first, signal.SIGKILL, 10)
    check_saved(tmp_path, call_id, saved_notes(firsts))
    assert saved_notes(others) == set(range(150))
    check_saved(tmp_path, call_in(others), saved_notes(others))


def test_writers_that_take_turns_lose_nothing(tmp_path: Path) -> None:
    with child(tmp_path, count=20) as process:
        call_id = call_in(process.communicate(timeout=60)[0])
    for turn in range(1, 4):
        with child(tmp_path, call_id, count=20) as process:
            assert saved_notes(process.communicate(timeout=60)[0]) == set(range(20 * turn, 20 * turn + 20))
    check_saved(tmp_path, call_id, set(range(80)))
    with TinyDB(tmp_path / "calls" / f"{call_id}.json", access_mode="r") as plain:
        assert len(plain.table("events")) == 80


def limit_files() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))


def test_no_saved_note_is_lost_at_a_file_size_limit(tmp_path: Path) -> None:
    CallStore(tmp_path)
    with child(tmp_path, count=1500, prepare=limit_files) as process:
        said = process.communicate(timeout=60)[0]
    assert "size limit" in said
    assert "closed False" in said
    assert len(saved_notes(said)) > 200
    check_saved(tmp_path, call_in(said), saved_notes(said))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    with mounted_disk(tmp_path / "disk", "1m") as folder:
        yield folder


def test_no_saved_note_is_lost_on_a_disk_that_is_really_full(small_disk: Path) -> None:
    with child(small_disk, count=6000) as process:
        said = process.communicate(timeout=60)[0]
    assert "the disk is full" in said
    kept = saved_notes(said)
    assert len(kept) > 500
    check_saved(small_disk, call_in(said), kept, is_opened=False)
    check_saved(small_disk, call_in(said), kept)
