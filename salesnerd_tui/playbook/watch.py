"""File watcher that detects a saved playbook, however the editor saves it.

Editors write in place, rename a new file over the old one, or write several files at once. The watcher polls the
identities of the files: a few `stat` calls are cheaper than a native watcher, and the same on every system. It reports
a change once all files have been unchanged for a moment, so never while a file is being written or renamed.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

STABLE_SECONDS = 0.1
"""Time for which all files must be unchanged before a change is reported."""

MISSING_SECONDS = 1.0
"""Time after which a missing file is deleted rather than being renamed."""

FileIdentity = tuple[int, int, int] | None


class FileWatcher:
    """Watcher of the files of one playbook. Call `has_changed(now)` a few times a second, with any clock in seconds."""

    def __init__(self, files: Iterable[Path]) -> None:
        self._files = tuple(files)
        self._reported = self._identities()
        self._latest = self._reported
        self._changed_at: float | None = None

    def has_changed(self, now: float) -> bool:
        """Return whether the files have changed since the last reported change, and are stable again."""
        latest = self._identities()
        if latest != self._latest:
            self._latest, self._changed_at = latest, now
        if self._changed_at is None or latest == self._reported:
            return False
        required_seconds = MISSING_SECONDS if None in latest else STABLE_SECONDS
        if now - self._changed_at < required_seconds:
            return False
        self._reported, self._changed_at = latest, None
        return True

    def watch(self, files: Iterable[Path]) -> None:
        """Replace the watched files, because a playbook may `use` other files after an edit.

        A file that is still watched keeps its identity, so that a save while the files were read is a change.
        """
        files = tuple(files)
        if files != self._files:
            reported = dict(zip(self._files, self._reported, strict=True))
            self._files = files
            self._reported = tuple(reported[file] if file in reported else _identity(file) for file in files)
            self._latest, self._changed_at = self._reported, None

    def _identities(self) -> tuple[FileIdentity, ...]:
        return tuple(map(_identity, self._files))


def _identity(file: Path) -> FileIdentity:
    try:
        status = file.stat()
    except OSError:
        return None
    return (status.st_mtime_ns, status.st_size, status.st_ino)
