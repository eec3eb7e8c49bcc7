"""Stamps that show whether a file has changed since it was read: size, time and inode number.

The store never changes a file in place, so the inode number shows its own changes; size and time show those of other
programs.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from msgspec import Struct, field

from salesnerd_tui.storage.errors import FolderUnusable, in_words
from salesnerd_tui.storage.paths import is_call_id

Stamp = tuple[int, int, int]
"""Size in bytes, time of the last change in nanoseconds, inode number."""

KEPT = ".json"

_LARGEST = (1 << 63) - 1
"""Largest integer of SQLite; some file systems have larger numbers."""


_KIND = 0o170000
"""Mask of the file type in a mode."""


class Folder(Struct):
    """Result of a scan of the calls folder.

    `numbers` has the inode number and `stamps` (if they were read) the stamp of each call; `others` has the calls with
    a journal, or without a main file. The names are unchecked until `calls` returns those that can be a call's.
    """

    numbers: dict[str, int] = field(default_factory=dict)
    stamps: dict[str, Stamp] = field(default_factory=dict)
    others: dict[str, bool] = field(default_factory=dict)

    def calls(self) -> dict[str, bool]:
        """Return every call, and whether it has a journal."""
        found = {**dict.fromkeys(self.numbers, False), **self.others}
        return {call_id: journal for call_id, journal in found.items() if is_call_id(call_id)}


def look(folder: Path, *, closely: bool) -> Folder:
    """Scan the folder; `closely` also reads the stamp of each main file. A missing folder counts as empty."""
    seen = Folder()
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                name = entry.name
                if name.endswith(KEPT):
                    call_id = name[: -len(KEPT)]
                    seen.numbers[call_id] = entry.inode() & _LARGEST
                    if closely and (stamp := _stamp_of(entry)) is not None:
                        seen.stamps[call_id] = stamp
                    continue
                call_id, _, kind = name.partition(KEPT)
                if kind in (".journal", ".bak"):
                    seen.others[call_id] = seen.others.get(call_id, False) or kind == ".journal"
    except FileNotFoundError:
        return Folder()
    except OSError as problem:
        raise FolderUnusable(f"cannot read the calls directory {folder}: {in_words(problem)}") from problem
    for call_id, journal in list(seen.others.items()):
        if journal:
            seen.numbers.pop(call_id, None)
            seen.stamps.pop(call_id, None)
        elif call_id in seen.numbers:
            del seen.others[call_id]
    return seen


def stamp_of(path: Path | str) -> Stamp | None:
    """Return the stamp of a file, or None if it is not a regular file."""
    try:
        return _stamp(os.lstat(path))
    except (OSError, ValueError):
        return None


def _stamp_of(entry: os.DirEntry[str]) -> Stamp | None:
    try:
        return _stamp(entry.stat(follow_symlinks=False))
    except OSError:
        return None


def _stamp(info: os.stat_result) -> Stamp | None:
    if info.st_mode & _KIND != stat.S_IFREG:
        return None
    return info.st_size, info.st_mtime_ns, info.st_ino & _LARGEST
