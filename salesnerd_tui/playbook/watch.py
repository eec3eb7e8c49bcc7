"""File watcher that notices when a playbook was saved, however the editor saves.

Editors write in place, rename a new file over the old one, or write several files at once. So the watcher polls the
identities of the files (a few `stat` calls, which are cheaper than a native watcher and the same on every system). A
change counts once all files have been unchanged for a moment, so never while a file is half written or being renamed.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

STABLE_SECONDS = 0.1
"""Time for which all files must be unchanged before a change counts."""

MISSING_SECONDS = 1.0
"""Time after which a missing file counts as deleted, not as being renamed."""

Identity = tuple[int, int, int] | None


class FileWatcher:
    """Watcher of the files of one playbook. Call `has_changed(now)` a few times a second, with any clock in seconds."""

    def __init__(self, files: Iterable[Path]) -> None:
        self._files = tuple(files)
        self._known = self._identities()
        self._seen = self._known
        self._changed_at: float | None = None

    def has_changed(self, now: float) -> bool:
        """Return whether the files have changed since this was last True, and are unchanged again."""
        seen = self._identities()
        if seen != self._seen:
            self._seen, self._changed_at = seen, now
        if self._changed_at is None or seen == self._known:
            return False
        patience = MISSING_SECONDS if None in seen else STABLE_SECONDS
        if now - self._changed_at < patience:
            return False
        self._known, self._changed_at = seen, None
        return True

    def watch(self, files: Iterable[Path]) -> None:
        """Watch these files from now on, because a playbook may `use` others after an edit."""
        files = tuple(files)
        if files != self._files:
            self._files = files
            self._known = self._seen = self._identities()
            self._changed_at = None

    def _identities(self) -> tuple[Identity, ...]:
        return tuple(map(_identity, self._files))


def _identity(file: Path) -> Identity:
    try:
        found = file.stat()
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size, found.st_ino)
