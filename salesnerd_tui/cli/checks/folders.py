"""The folders: whose they are, who can look into them, and whether a note written there is there when it is read."""

from __future__ import annotations

import os
import shutil
import stat
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from salesnerd_tui.call.events import Noted, NoteKind
from salesnerd_tui.cli.checks.check import CheckResult, State
from salesnerd_tui.control.sockets import NoSocketFolder, folder_in, make_private, path_of, session_folders
from salesnerd_tui.storage.errors import CallIsOpen, StorageError, WriteFailed, WriteSaved
from salesnerd_tui.storage.store import CallStore

FREE_BYTES = 100 * 1024 * 1024
"""A call is well under a megabyte; below this something else will fill the disk in the middle of one."""

NETWORKS = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "afs", "webdav"})
PROBE_SECONDS = 10.0
SLOW_SECONDS = 0.25
SAMPLE_ID = "2026-11-22T1404-1a2b3c4d"


def examined(data: Path) -> Iterator[CheckResult]:
    there = data if data.is_dir() else _nearest(data)
    yield from _folder(data)
    if os.access(there, os.W_OK):
        yield from _store(data)
    if (data / "calls").exists() or os.path.lexists(data / "calls"):
        yield from _calls(data)
    yield _socket(data)
    for made in (data, *data.parents):
        if made == there or not made.is_relative_to(there):
            break
        _remove_if_empty(made)


def _folder(data: Path) -> Iterator[CheckResult]:
    if not data.is_dir():
        near = _nearest(data)
        if data.exists():
            yield CheckResult(
                "calls folder", State.BAD, f"{data} is no folder", "name another with --data or SALESNERD_DATA"
            )
        elif os.access(near, os.W_OK):
            yield CheckResult("calls folder", State.WELL, f"{data}, made with the first call")
        else:
            yield CheckResult(
                "calls folder", State.BAD, f"{data} cannot be made in {near}", f"chmod u+w {near}, or --data DIR"
            )
        return
    if not os.access(data, os.R_OK | os.W_OK | os.X_OK):
        yield CheckResult("calls folder", State.BAD, f"{data} cannot be written", f"chmod u+rwx {data}, or --data DIR")
        return
    yield CheckResult("calls folder", State.WELL, str(data))
    yield _modes(data)
    yield from _disk(data)


def _modes(data: Path) -> CheckResult:
    """Notes about customers are nobody else's."""
    loose = [path for path in (data, *data.rglob("*")) if not path.is_symlink() and path.lstat().st_mode & 0o077]
    if os.name != "posix" or not loose:
        return CheckResult("private", State.WELL, "nobody else can read your calls")
    told = f"others may read {len(loose)} of your files, {loose[0]} for one"
    return CheckResult("private", State.BAD, told, f"chmod -R go= {data}")


def _disk(data: Path) -> Iterator[CheckResult]:
    free = shutil.disk_usage(data).free
    if free < FREE_BYTES:
        yield CheckResult("disk", State.BAD, f"{free // 2**20} MB free", "make room: a full disk keeps no notes")
    else:
        yield CheckResult("disk", State.WELL, f"{free / 2**30:.1f} GB free")
    kind = _kind_of_disk(data)
    if kind in NETWORKS:
        yield CheckResult(
            "disk", State.NOTE, f"a network folder ({kind}): a lock there may bind nobody", "--data DIR on a disk"
        )


def _calls(data: Path) -> Iterator[CheckResult]:
    """Read every call in full, and pass on what the notebook warns of."""
    try:
        notebook = CallStore(data)
        found = list(notebook.checked())
    except StorageError as problem:
        yield CheckResult("calls", State.BAD, str(problem), f"chmod u+rwx {data / 'calls'}, or --data DIR")
        return
    for told in notebook.warnings:
        yield CheckResult("calls", State.NOTE, told)
    wrong = [(call_id, why) for call_id, why in found if why]
    count = "1 call" if len(found) == 1 else f"{len(found)} calls"
    if not wrong:
        yield CheckResult("calls", State.WELL, f"{count} read in full, none damaged")
        return
    call_id, why = wrong[0]
    told = f"{len(wrong)} of {count} damaged or unreadable; call {call_id} {why}"
    yield CheckResult("calls", State.NOTE, told, f"salesnerd calls show {call_id} prints what can be read")


def _store(data: Path) -> Iterator[CheckResult]:
    """A call in a folder of its own beside the real ones: written, locked, read again, removed."""
    probe = data / f".doctor-{os.getpid()}"
    try:
        notebook = CallStore(probe)
        with notebook.create(datetime.now(UTC).astimezone()) as call:
            kept: list[WriteSaved | WriteFailed] = []
            done = threading.Event()
            began = time.perf_counter()

            def told(outcome: WriteSaved | WriteFailed) -> None:
                kept.append(outcome)
                done.set()

            call.keep([Noted(0.0, "a probe", NoteKind.FREE)], told)
            done.wait(PROBE_SECONDS)
            yield _written(kept, time.perf_counter() - began)
            yield _locked(notebook, call.id)
        read = notebook.open(call.id, read_only=True).events
        if [event.text for event in read if isinstance(event, Noted)] != ["a probe"]:
            yield CheckResult(
                "store", State.BAD, "what was written was not there when it was read", f"check the disk of {data}"
            )
    except (StorageError, OSError) as problem:
        yield CheckResult("store", State.BAD, str(problem), "name another folder with --data or SALESNERD_DATA")
    finally:
        shutil.rmtree(probe, ignore_errors=True)


def _written(kept: list[WriteSaved | WriteFailed], seconds: float) -> CheckResult:
    outcome = kept[0] if kept else None
    if isinstance(outcome, WriteFailed):
        return CheckResult(
            "store", State.BAD, f"a note could not be kept: {outcome.why}", "mend that, or use --data DIR"
        )
    if outcome is None:
        told = f"the disk took more than {PROBE_SECONDS:g} s for a note"
        return CheckResult("store", State.BAD, told, "name a folder on another disk with --data")
    state = State.NOTE if seconds > SLOW_SECONDS else State.WELL
    return CheckResult("store", state, f"a note is on the disk after {seconds * 1000:.0f} ms, and was read back")


def _locked(notebook: CallStore, call_id: str) -> CheckResult:
    try:
        notebook.open(call_id).close()
    except CallIsOpen:
        return CheckResult("lock", State.WELL, "a call is written by one window at a time")
    told = "two windows could write one call"
    return CheckResult("lock", State.BAD, told, "use a folder on a local disk with --data, or one window only")


def _socket(data: Path) -> CheckResult:
    wrong: list[str] = []
    for folder in (*session_folders(), folder_in(str(data))):
        there = Path(folder).is_dir()
        try:
            path_of(folder, SAMPLE_ID)
            make_private(folder)
        except NoSocketFolder as problem:
            wrong.append(str(problem))
            continue
        if not there:
            _remove_if_empty(Path(folder))
        return CheckResult("send, strip", State.WELL, f"reach a call in {folder}")
    return CheckResult(
        "send, strip", State.NOTE, "; ".join(wrong), "set XDG_RUNTIME_DIR to a folder of yours, mode 0700"
    )


def _nearest(path: Path) -> Path:
    """The folder that is there, on the way to one that is not."""
    return next((each for each in path.parents if each.is_dir()), Path("/"))


def _remove_if_empty(folder: Path) -> None:
    if folder.is_dir() and not stat.S_ISLNK(folder.lstat().st_mode) and not any(folder.iterdir()):
        folder.rmdir()


def _kind_of_disk(path: Path) -> str:
    """What Linux says is mounted there; empty elsewhere."""
    try:
        mounts = Path("/proc/mounts").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    rows = [row.split() for row in mounts.splitlines() if len(row.split()) >= 3]
    under = [(len(where), kind) for _, where, kind, *_ in rows if path.resolve().is_relative_to(where)]
    return max(under)[1] if under else ""
