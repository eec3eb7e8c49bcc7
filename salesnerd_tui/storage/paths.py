"""Files of the calls: their names and stamps, a scan of their folder, and the atomic replacement of a main file.

A call has a main file, a lock, backups, a journal, partly written files, and copies of damaged files.

A stamp (size, time and inode number) shows whether a file has changed since it was read. The store never changes a file
in place, so the inode number shows its own changes; size and time show those of other programs.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec import Struct, field

from salesnerd_tui.storage.disk import Disk, temporary
from salesnerd_tui.storage.errors import FolderUnusable, in_words
from salesnerd_tui.storage.journal import Tables, kept_file

_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")
_DEVICES = re.compile(r"(?i)con|prn|aux|nul|com\d|lpt\d")


def is_call_id(text: str) -> bool:
    """Return whether `text` can be a call's id: it leaves no folder, hides no file and names no device."""
    return bool(_SAFE.fullmatch(text)) and not _DEVICES.fullmatch(text)


def newest_first(call_ids: Iterable[str]) -> list[str]:
    """Return the ids sorted, newest first; an id starts with date and minute."""
    return sorted(call_ids, reverse=True)


class CallPaths(Struct, frozen=True):
    """Paths of one call.

    `kept` is the main file, plain TinyDB JSON; the other files are beside it and start with its name.
    """

    kept: Path

    @property
    def previous(self) -> Path:
        """The main file before the last merge."""
        return self.kept.with_name(self.kept.name + ".bak")

    @property
    def journal(self) -> Path:
        """Exists only while the call is open, or after a crash."""
        return self.kept.with_name(self.kept.name + ".journal")

    @property
    def lock(self) -> Path:
        return self.kept.with_name(self.kept.name + ".lock")

    def older_format(self, number: int) -> Path:
        """The main file before it was migrated from format `number`."""
        return self.kept.with_name(f"{self.kept.name}.format{number}.bak")

    def temporaries(self) -> list[Path]:
        """Return the partly written files that a crash left; call this only under the lock."""
        return list(self.kept.parent.glob(f"{self.kept.name}.*.tmp"))

    def exist(self) -> bool:
        return any(path.is_file() for path in (self.kept, self.previous, self.journal))


def write_kept(
    files: CallPaths, tables: Tables, disk: Disk, *, keep_previous: bool = True, continued: bool = False
) -> None:
    """Replace the main file in one step. Raises `OSError`; then nothing has changed.

    `continued` marks the file of a call that stays open. The old file becomes the backup, unless `keep_previous` is off
    because it is damaged and the backup is better.
    """
    try:
        data = b"".join(kept_file(tables, continued=continued))
    except (ValueError, RecursionError) as problem:
        # Only a tampered file has such numbers; new notes stay in the journal.
        raise OSError(errno.EINVAL, "something in this call cannot be written as JSON") from problem
    new = temporary(files.kept)
    disk.write_new(new, data)
    try:
        if keep_previous:
            _keep_previous(files, disk)
        disk.replace(new, files.kept)
    except OSError:
        disk.remove(new)
        raise
    disk.sync_folder(files.kept.parent)


def _keep_previous(files: CallPaths, disk: Disk) -> None:
    """Link the main file under the backup's name.

    Without links in the file system it is renamed; until the new file is in place, backup and journal together are the
    call.
    """
    if not files.kept.exists():
        return
    disk.remove(files.previous)
    try:
        disk.link(files.kept, files.previous)
    except OSError:
        disk.replace(files.kept, files.previous)


_COPY = re.compile(r"(.+)-[0-9a-f]{8}\.json.*")

Belongings = Mapping[str, list[Path]]


def belongings(calls: Path, quarantine: Path) -> Belongings:
    """Return every file of each call, except for locks."""
    found: dict[str, list[Path]] = {}
    for path in _files_in(calls):
        call_id, dot, kind = path.name.partition(".json")
        if dot and kind != ".lock" and kind[:1] in ("", ".") and is_call_id(call_id):
            found.setdefault(call_id, []).append(path)
    for path in _files_in(quarantine):
        if copy := _COPY.fullmatch(path.name):
            found.setdefault(copy[1], []).append(path)
    return found


def _files_in(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if not path.is_dir() or path.is_symlink()]
    except OSError:
        return []


def remove_for_good(paths: Iterable[Path], disk: Disk, last: Path | None = None) -> list[Path]:
    """Remove files, `last` after the others.

    The removal is durable on return. Returns the files that could not be removed.
    """
    found = sorted(paths, key=lambda path: path == last)
    left = [path for path in found if not disk.remove(path)]
    for folder in {path.parent for path in found}:
        disk.sync_folder(folder)
    return left


def not_removed(left: Iterable[Path]) -> str:
    """Return the error message about these files."""
    return f"These files could not be removed: {', '.join(map(str, left))}."


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
