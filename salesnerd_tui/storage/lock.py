"""One writer per call: a lock that the operating system releases when its holder dies.

Note: filelock 4.3 was measured and not used. A second process gets its lock after the lock file was deleted, while the
first still reports that it holds it, so `ensure` and the check after locking would stay our own code. It opens files
itself, without the `Disk` with which tests make each call fail. Its import takes 75 ms of CPU; this module takes none.
"""

from __future__ import annotations

import errno
import os
import sys
import time
from pathlib import Path

from salesnerd_tui.storage.disk import Disk

if sys.platform == "win32":  # pragma: no cover
    import msvcrt

    def _try_lock(fd: int) -> None:
        msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _try_lock(fd: int) -> None:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)


_PATIENCE_SECONDS = (0.0, 0.01, 0.03, 0.06)
"""Waits between attempts: another window that lists the calls tests each lock for an instant."""


class LockHeld(Exception):
    """Another program or window holds the lock."""


class FileLock:
    """Lock held from construction until `release`. Raises `LockHeld`, or `OSError` if the file cannot be created.

    The file is deleted on release. A lock on a file that its last holder has just deleted is void, so the name is
    checked again after locking. On network folders (NFS, Dropbox) such a lock may have no effect.
    """

    def __init__(self, path: Path, disk: Disk) -> None:
        self._path = path
        self._disk = disk
        for wait_seconds in _PATIENCE_SECONDS:
            time.sleep(wait_seconds)
            self._fd = disk.open(path, os.O_RDWR | os.O_CREAT)
            if self._won():
                return
            disk.close(self._fd)
        raise LockHeld(path.name)

    def _won(self) -> bool:
        try:
            _try_lock(self._fd)
            return self._path.stat().st_ino == os.fstat(self._fd).st_ino
        except OSError:
            return False

    def ensure(self) -> None:
        """Lock the path again if its lock file was removed. Raises `OSError` (EBUSY if another process holds it)."""
        if self._disk.identity(self._path) == self._disk.identity(self._fd):
            return
        fd, old = self._disk.open(self._path, os.O_RDWR | os.O_CREAT), self._fd
        try:
            _try_lock(fd)
        except OSError as problem:
            self._disk.close(fd)
            raise OSError(errno.EBUSY, "another process has opened this call") from problem
        self._fd = fd
        self._disk.close(old)

    def release(self) -> None:
        if self._disk.identity(self._path) == self._disk.identity(self._fd):
            self._disk.remove(self._path)
        self._disk.close(self._fd)


def is_held(path: Path, disk: Disk) -> bool:
    """Return whether the lock is held now; an unheld lock file is left alone."""
    if not path.exists():
        return False
    try:
        fd = disk.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        _try_lock(fd)
    except OSError:
        return True
    finally:
        disk.close(fd)
    return False
