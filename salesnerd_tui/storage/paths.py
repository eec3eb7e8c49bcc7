"""File names of a call, and the atomic replacement of its main file.

A call has a main file, a lock, backups, a journal, partly written files, and copies of damaged files.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec import Struct

from salesnerd_tui.storage.disk import Disk, temporary
from salesnerd_tui.storage.journal import Tables, kept_file

_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")
_DEVICES = re.compile(r"(?i)con|prn|aux|nul|com\d|lpt\d")


def is_call_id(text: str) -> bool:
    """Return whether `text` can be a call's id: it leaves no folder, hides no file and names no device."""
    return bool(_SAFE.fullmatch(text)) and not _DEVICES.fullmatch(text)


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


def write_kept(files: CallPaths, tables: Tables, disk: Disk, *, keep_previous: bool = True) -> None:
    """Replace the main file in one step. Raises `OSError`; then nothing has changed.

    The old file becomes the backup, unless `keep_previous` is off because it is damaged and the backup is better.
    """
    try:
        data = b"".join(kept_file(tables))
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
