"""Every warning of the store reaches the user: on the command line, in plain text mode, and on the screen."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli_runs import Run
from journeys.live import salesnerd
from salesnerd_tui.call.events import Mode, Noted, Place, Started
from salesnerd_tui.cli import main
from salesnerd_tui.storage.call_files import document_line
from salesnerd_tui.storage.call_store import CallStore
from salesnerd_tui.storage.disk import Disk
from salesnerd_tui.storage.errors import StorageError
from salesnerd_tui.storage.forget import ForgetRun
from terminal import Terminal
from thoroughness import some

BEGAN = datetime(2026, 4, 1, 8, 0, tzinfo=UTC)
STARTED = Started(0.0, "first_call", "First call", "d", Mode.LIVE, Place("why"), BEGAN.isoformat(), "Veltro")


def keep_call(folder: Path) -> Path:
    with CallStore(folder).create(BEGAN, "Veltro") as call:
        call.save([STARTED, Noted(1.0, "the old switch hums"), Noted(2.0, "twice a week")], lambda _: None)
    return folder / "calls" / f"{call.id}.json"


def replace_entry(path: Path, number: int, line: bytes) -> None:
    """Put another line in the place of an event."""
    lines = path.read_bytes().split(b"\n")
    at = next(place for place, each in enumerate(lines) if each.startswith(b'"%d": {"event"' % number))
    lines[at] = line + b","
    path.write_bytes(b"\n".join(lines))


def make_unknown(folder: Path) -> str:
    replace_entry(keep_call(folder), 1, document_line("events", "1", {"event": "FromTheFuture", "at": 1.0}))
    return "1 of its entries are unknown"


def make_damaged(folder: Path) -> str:
    replace_entry(keep_call(folder), 1, b'"1": {"event": "broken')
    return "damaged"


TROUBLES: list[Callable[[Path], str]] = [make_unknown, make_damaged]


@pytest.mark.parametrize("make", TROUBLES)
def test_a_warning_reaches_the_command_line(
    make: Callable[[Path], str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    warning = make(tmp_path)
    main(["calls", "show", "last", "--data", str(tmp_path)])
    assert warning in capsys.readouterr().err


@pytest.mark.journey
@pytest.mark.parametrize("make", some(TROUBLES, 3))
@pytest.mark.parametrize("how", [[], ["--plain"]], ids=["screen", "linear"])
def test_a_warning_reaches_a_resumed_call(how: list[str], make: Callable[[Path], str], tmp_path: Path) -> None:
    folder = tmp_path / "data"
    warning = make(folder)
    (path,) = (folder / "calls").glob("*.json")
    with salesnerd("live", "--resume", path.stem, *how, data=folder) as terminal:
        terminal.wait_for(warning)


def test_an_unfinished_forget_is_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_call(tmp_path)

    def stuck(_: ForgetRun) -> None:
        raise StorageError("Not everything was forgotten: the disk can only be read.")

    monkeypatch.setattr(ForgetRun, "finish", stuck)
    assert "Not everything was forgotten" in run("calls", "list", "--data", str(tmp_path)).err
    main(["doctor", "--data", str(tmp_path)])
    assert "Not everything was forgotten" in capsys.readouterr().out


class NearlyFull(Disk):
    """Full until the reserve is given up."""

    def __init__(self, folder: Path) -> None:
        self.reserve = folder / ".reserve"
        self.is_full = False

    def write(self, fd: int, data: bytes) -> int:
        if self.is_full and self.reserve.exists():
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return super().write(fd, data)


def test_a_full_disk_is_reported_once(tmp_path: Path) -> None:
    disk = NearlyFull(tmp_path)
    store = CallStore(tmp_path, disk=disk)
    with store.create(BEGAN) as call:
        call.save([STARTED], lambda _: None)
        disk.is_full = True
        call.save([Noted(1.0, "the last free block")], lambda _: None)
    (waiting,) = store.warnings
    assert "the disk is full" in waiting
    heard: list[str] = []
    store.on_warning = heard.append
    disk.is_full = False
    with CallStore(tmp_path, on_warning=heard.append, disk=disk).open(call.id) as again:
        disk.is_full = True
        again.save([Noted(2.0, "once more")], lambda _: None)
    assert len(heard) == 1


FULL_DISK = """
import errno, sys
from pathlib import Path
from salesnerd_tui.cli import main
from salesnerd_tui.storage.disk import Disk

data, write = Path(sys.argv[sys.argv.index("--data") + 1]), Disk.write

def refuse(self, fd, part):
    if b"fills the disk" in part and (data / ".reserve").exists():
        raise OSError(errno.ENOSPC, "full")
    return write(self, fd, part)

Disk.write = refuse
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.journey
@pytest.mark.parametrize("how", [[], ["--plain"]], ids=["screen", "linear"])
def test_a_full_disk_is_reported_in_the_call(how: list[str], tmp_path: Path) -> None:
    command = [sys.executable, "-c", FULL_DISK, "live", "first_call", "--data", str(tmp_path / "data"), *how]
    with Terminal(command, environment={"HOME": str(tmp_path)}) as terminal:
        terminal.wait_for("Thanks for making the time")
        terminal.type("note fills the disk\r" if how else "\rfills the disk\r", until="the disk is full")
