"""The file that changes are appended to: what `append` returned from is on the disk."""

from __future__ import annotations

import contextlib
import errno
from pathlib import Path

from salesnerd_tui.notes.disk import APPEND, Disk
from salesnerd_tui.notes.receipts import FULL


class Journal:
    """Made with the first line. `trusted` turns False when the disk failed in a way after which its answers about
    this file mean nothing (a second fsync may succeed without the data): then only `renew` helps."""

    def __init__(self, path: Path, disk: Disk) -> None:
        self.trusted = True
        self.size = 0
        self._path = path
        self._disk = disk
        self._fd = -1
        self._ragged = False

    def append(self, data: bytes) -> None:
        """Raises `OSError`; while `trusted` still holds, nothing of `data` is left in the file."""
        try:
            self._open()
            if self._ragged:
                data = b"\n" + data
            self._disk.write_all(self._fd, data)
        except OSError as problem:
            self._take_back()
            self.trusted = problem.errno in FULL
            raise
        try:
            self._disk.fsync(self._fd)
        except OSError:
            self._take_back()
            self.trusted = False
            raise
        self._ragged = False
        self.size += len(data)
        if not self.is_in_place():
            # Writing to a file whose name is gone succeeds, and nobody can read it afterwards.
            self.trusted = False
            raise OSError(errno.ENOENT, "the journal was removed or replaced", str(self._path))

    def is_in_place(self) -> bool:
        """Return whether the path still leads to the file written so far, at its full length."""
        if self._fd < 0:
            return True
        there = self._disk.identity(self._path)
        return there is not None and there == self._disk.identity(self._fd) and there[2] >= self.size

    def _open(self) -> None:
        if self._fd >= 0:
            return
        fd = self._disk.open(self._path, APPEND)
        try:
            self.size = self._disk.size(fd)
            self._disk.sync_folder(self._path.parent)
        except OSError:
            self._disk.close(fd)
            raise
        # Lines of an earlier run that could not be folded: its last one may be cut off.
        self._ragged = self.size > 0
        self._fd = fd

    def _take_back(self) -> None:
        """Cut the half line off again; where that fails too, the next line begins on a line of its own."""
        if self._fd < 0:
            return
        try:
            self._disk.truncate(self._fd, self.size)
        except OSError:
            self._ragged = True
            with contextlib.suppress(OSError):
                self.size = self._disk.size(self._fd)

    def renew(self) -> None:
        """Begin again: the lines so far have been folded. They may come back after a crash; that changes nothing."""
        self.close()
        if self._disk.remove(self._path):
            self.trusted = True
            self.size = 0
            self._ragged = False

    def close(self) -> None:
        if self._fd >= 0:
            fd, self._fd = self._fd, -1
            with contextlib.suppress(OSError):
                self._disk.close(fd)
