"""Reading a call back from whatever its files hold, and keeping the original of anything damaged.

The last good word about a document wins: the journal over the kept file, that over the backup. The backup is only
asked where the kept file is damaged, and the journal is read first, so that a reader without the lock misses nothing
when the owner folds between two reads.
"""

from __future__ import annotations

import errno
import secrets
from pathlib import Path

from msgspec import Struct, field

from salesnerd_tui.notes.disk import Disk
from salesnerd_tui.notes.files import Files
from salesnerd_tui.notes.lines import Read, Tables, apply, read_journal, read_kept_file
from salesnerd_tui.notes.receipts import SetAside

_UNREADABLE = b"\0\n"
"""Stands for a file that the disk cannot give back: damaged, with nothing in it."""


DAMAGED = "is damaged: entries are unreadable or missing"


class Found(Struct):
    """`bad` lines could not be read, in the `damaged` files. `journaled`: there are lines that were not folded, so the
    call is open or was cut off. `unfolded`: the kept file alone would not tell all of this."""

    tables: Tables = field(default_factory=dict)
    bad: int = 0
    kept_is_damaged: bool = False
    damaged: list[Path] = field(default_factory=list)
    journaled: bool = False
    unfolded: bool = False


def read_call(files: Files, disk: Disk) -> Found:
    """Everything that can be read. A file that is not there is no damage; raises `FileNotFoundError` when none is."""
    journal = _bytes(files.journal, disk)
    kept = _bytes(files.kept, disk)
    found = Found(journaled=journal is not None, unfolded=bool(journal))
    changes, from_journal = read_journal(journal or b"")
    from_kept = _kept(kept)
    sources = [(files.kept, from_kept), (files.journal, from_journal)]
    if kept is None or from_kept.bad:
        previous = _bytes(files.previous, disk)
        if previous is None and kept is None and journal is None:
            raise FileNotFoundError(str(files.kept))
        from_previous = _kept(previous)
        sources.append((files.previous, from_previous))
        found.tables = from_previous.tables
        found.unfolded = True
    for name, rows in from_kept.tables.items():
        found.tables.setdefault(name, {}).update(rows)
    apply(found.tables, changes)
    found.kept_is_damaged = bool(from_kept.bad)
    found.bad = sum(read.bad for _, read in sources)
    found.damaged = [path for path, read in sources if read.bad]
    return found


def _kept(data: bytes | None) -> Read:
    """A file that is there always holds something, so an empty one was damaged."""
    return read_kept_file(data) if data else Read(bad=data is not None)


def _bytes(path: Path, disk: Disk) -> bytes | None:
    try:
        return disk.read(path)
    except FileNotFoundError:
        return None
    except OSError as problem:
        if problem.errno != errno.EIO:
            raise
        return _UNREADABLE


def set_aside(call_id: str, found: Found, folder: Path, disk: Disk) -> list[SetAside]:
    """Copy every damaged original into `folder` before anything is written. Raises `OSError` when that fails."""
    kept = []
    for path in found.damaged:
        disk.make_folder(folder)
        copy = folder / f"{call_id}-{secrets.token_hex(4)}{''.join(path.suffixes)}"
        disk.write_new(copy, disk.read(path))
        disk.sync_folder(folder)
        places = "1 place" if found.bad == 1 else f"{found.bad} places"
        told = (
            f"The notes of call {call_id} were damaged in {places}. "
            f"Everything readable is here; the damaged file is kept as {copy}."
        )
        kept.append(SetAside(call_id, copy, found.bad, told))
    return kept
