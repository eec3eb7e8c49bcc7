"""File operations and locks of the storage package, in one place.

Tests replace `Disk` to record each call, to make any of them fail, and to compute what a power cut would leave. So no
other module of this package writes, renames or deletes a file of a call.

`DiskReserve` holds space for the moment when the disk is full. `FileLock` allows one writer per call; the operating
system releases it when its holder dies.

Note: 256 KiB of reserve were enough for 571 more notes when they were measured.

Note: filelock 4.3 was measured and not used. A second process gets its lock after the lock file was deleted, while the
first still reports that it holds it, so `ensure_locked` and the check after locking would stay our own code. It opens
files itself, without the `Disk` with which tests make each call fail. Its import takes 75 ms of CPU; this module takes
none.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
import time
from collections.abc import Callable
from pathlib import Path
from zlib import crc32

from salesnerd_tui.files import read_head, read_regular

if sys.platform == "win32":  # pragma: no cover
    import msvcrt
else:
    import fcntl

CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL
APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND
_SAFE_FLAGS = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)

_SYSTEM = os.name

MAX_FILE_BYTES = 64 << 20
"""Largest file that is read. A call has about a megabyte; a larger file would take the memory that a call needs."""

FileIdentity = tuple[int, int, int]
"""Device, inode, and size in bytes."""

REPLACE_TIMEOUT_SECONDS = 2.5
"""Windows only: waits for virus scanners and indexers, which keep a new file open for milliseconds."""


class Disk:
    """Files that only their owner may read, are never opened through a link, and are durable once `fsync` returns."""

    def open(self, path: Path, flags: int) -> int:
        """Open a file and return its descriptor; a new file gets mode 0600 whatever the umask.

        A symbolic link raises `OSError` (ELOOP).
        """
        fd = os.open(path, flags | _SAFE_FLAGS, 0o600)
        if flags & os.O_CREAT and hasattr(os, "fchmod"):
            os.fchmod(fd, 0o600)
        return fd

    def write(self, fd: int, data: bytes) -> int:
        """Write and return the number of bytes written, which may be fewer than given."""
        return os.write(fd, data)

    def overwrite(self, fd: int, data: bytes) -> None:
        """Write at the start of the file, without waiting for the disk."""
        os.lseek(fd, 0, os.SEEK_SET)
        os.write(fd, data)

    def fsync(self, fd: int) -> None:
        """Wait until the file's bytes are on the disk itself; macOS needs a special call for that."""
        full_sync = getattr(fcntl, "F_FULLFSYNC", None) if sys.platform != "win32" else None
        if full_sync is None:
            os.fsync(fd)
            return
        try:
            fcntl.fcntl(fd, full_sync)
        except OSError as problem:
            if problem.errno not in (errno.ENOTSUP, errno.EINVAL, errno.ENOTTY):
                raise
            os.fsync(fd)

    def size(self, fd: int) -> int:
        return os.fstat(fd).st_size

    def identity(self, file: Path | int) -> FileIdentity | None:
        """Return the identity of the file at a path or behind a descriptor; None if there is none."""
        try:
            info = os.fstat(file) if isinstance(file, int) else os.lstat(file)
        except OSError:
            return None
        return (info.st_dev, info.st_ino, info.st_size) if stat.S_ISREG(info.st_mode) else None

    def truncate(self, fd: int, size: int) -> None:
        os.ftruncate(fd, size)

    def close(self, fd: int) -> None:
        os.close(fd)

    def replace(self, source: Path, target: Path) -> None:
        """Replace `target` with `source` in one step."""
        _replace_with_retries(source, target)

    def link(self, source: Path, target: Path) -> None:
        os.link(source, target)

    def unlink(self, path: Path) -> None:
        path.unlink()

    def sync_folder(self, folder: Path) -> None:
        """Make the names in `folder` durable. Does nothing on systems that cannot open or sync a folder."""
        if sys.platform == "win32":
            return
        fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(fd)
        except OSError as problem:
            if problem.errno not in (errno.EINVAL, errno.ENOTSUP):
                raise
        finally:
            os.close(fd)

    def make_folder(self, folder: Path) -> None:
        """Create `folder` and its missing parents with mode 0700; an existing folder keeps its mode."""
        if folder.is_dir():
            return
        self.make_folder(folder.parent)
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            folder.chmod(0o700)
        with contextlib.suppress(OSError):
            # A parent folder may belong to another user and be unreadable.
            self.sync_folder(folder.parent)

    def lock(self, fd: int) -> None:
        """Lock an open file without waiting. Raises `OSError`; its number is in `NO_LOCKS_ERRORS` without locks."""
        if sys.platform == "win32":  # pragma: no cover
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)

    # The methods below use only those above.

    def read(self, path: Path | str, limit: int = -1) -> bytes:
        """Return the file's bytes, at most `limit` if given.

        Raises `OSError`: EINVAL for anything but a regular file, EOVERFLOW for more than `MAX_FILE_BYTES` if there is
        no limit.
        """
        if limit >= 0:
            return read_head(path, sys.maxsize, limit, _SAFE_FLAGS)[0]
        return read_regular(path, MAX_FILE_BYTES, _SAFE_FLAGS)

    def write_all(self, fd: int, data: bytes) -> None:
        remaining = memoryview(data)
        while remaining:
            remaining = remaining[self.write(fd, bytes(remaining)) :]

    def write_new(self, path: Path, data: bytes) -> None:
        """Write a new durable file, or no file at all and raise `OSError`. Its name is durable after `sync_folder`."""
        fd = self.open(path, CREATE)
        try:
            try:
                self.write_all(fd, data)
                self.fsync(fd)
            finally:
                self.close(fd)
        except OSError:
            self.remove(path)
            raise

    def write_atomically(self, path: Path, data: bytes, before_replace: Callable[[], None] = lambda: None) -> None:
        """Replace `path` with a durable file in one step, or change nothing and raise `OSError`.

        `before_replace` is called when the new file is on the disk under a temporary name.
        """
        new_path = temporary_path(path)
        self.write_new(new_path, data)
        try:
            before_replace()
            self.replace(new_path, path)
        except OSError:
            self.remove(new_path)
            raise
        self.sync_folder(path.parent)

    def remove(self, path: Path) -> bool:
        """Delete the file and return whether it is gone; never raises."""
        try:
            self.unlink(path)
        except FileNotFoundError:
            return True
        except OSError:
            return False
        return True


def temporary_path(path: Path) -> Path:
    """Return a new name beside `path`. It is random, because process numbers are reused."""
    return path.with_name(f"{path.name}.{os.urandom(8).hex()}.tmp")


def _replace_with_retries(source: Path, target: Path) -> None:
    wait_seconds = 0.01
    give_up_at = time.monotonic() + REPLACE_TIMEOUT_SECONDS
    while True:
        try:
            source.replace(target)
        except PermissionError:
            if _SYSTEM != "nt" or time.monotonic() >= give_up_at:
                raise
            time.sleep(wait_seconds)
            wait_seconds = min(wait_seconds * 2, 0.25)
        else:
            return


RESERVE_BYTES = 256 * 1024


class DiskReserve:
    """File of random bytes that holds space; a compressing file system would not reserve space for zeros.

    `warn` is called with a sentence when the space is freed.
    """

    def __init__(self, folder: Path, disk: Disk, warn: Callable[[str], None]) -> None:
        self._path = folder / ".reserve"
        self._disk = disk
        self._warn = warn

    def fill(self) -> None:
        """Reserve the space; do nothing if the disk is too full for it."""
        with contextlib.suppress(OSError):
            if self._path.exists() and self._path.stat().st_size >= RESERVE_BYTES:
                return
            self._disk.remove(self._path)
            self._disk.write_new(self._path, os.urandom(RESERVE_BYTES))

    def free(self) -> bool:
        """Free the reserved space. Return whether there was any."""
        if not self._path.exists() or not self._disk.remove(self._path):
            return False
        self._warn("the disk is full: about 500 more notes fit into the reserved space (free some space)")
        return True


NO_LOCKS_ERRORS = frozenset({errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP})
"""Error numbers for a file system without locks: some network folders, and folders of other programs (FUSE)."""


def _can_lock(fd: int, disk: Disk) -> bool:
    """Lock an open file, and return whether no other program has it locked; nobody has without locks."""
    try:
        disk.lock(fd)
    except OSError as problem:
        return problem.errno in NO_LOCKS_ERRORS
    return True


_RETRY_DELAYS_SECONDS = (0.0, 0.01, 0.03, 0.06)
"""Delays before the attempts: another window that lists the calls holds each lock for an instant to test it."""


class LockHeld(Exception):
    """Another program or window holds the lock."""


class FileLock:
    """Lock held from construction until `release`. Raises `LockHeld`, or `OSError` if the file cannot be created.

    While a call runs, its lock file holds how many entries were reported as saved: `write_saved_count` writes the
    number and `read_saved_count` reads it after a crash. The number is never larger than what was on the disk, so a
    call with fewer entries has lost some.

    The file is deleted on release. A lock on a file that its last holder has just deleted is void, so the name is
    checked again after locking. On network folders (NFS, Dropbox) such a lock may have no effect. `is_effective` is
    False if the file system says so: a call is then better than no call.
    """

    def __init__(self, path: Path, disk: Disk) -> None:
        self.is_effective = True
        self._path = path
        self._disk = disk
        for wait_seconds in _RETRY_DELAYS_SECONDS:
            time.sleep(wait_seconds)
            self._fd = disk.open(path, os.O_RDWR | os.O_CREAT)
            if self._acquire():
                return
            disk.close(self._fd)
        raise LockHeld(path.name)

    def _acquire(self) -> bool:
        try:
            self._disk.lock(self._fd)
        except OSError as problem:
            if problem.errno not in NO_LOCKS_ERRORS:
                return False
            self.is_effective = False
        try:
            return self._path.stat().st_ino == os.fstat(self._fd).st_ino
        except OSError:
            return False

    def ensure_locked(self) -> None:
        """Lock the path again if its lock file was removed. Raises `OSError` (EBUSY if another process holds it)."""
        if self._disk.identity(self._path) == self._disk.identity(self._fd):
            return
        fd, old = self._disk.open(self._path, os.O_RDWR | os.O_CREAT), self._fd
        if not _can_lock(fd, self._disk):
            self._disk.close(fd)
            raise OSError(errno.EBUSY, "another process has opened this call")
        self._fd = fd
        self._disk.close(old)

    def write_saved_count(self, entries: int, *, durable: bool = False) -> None:
        """Write the number of saved entries into the lock file, and wait for the disk only if it must be `durable`.

        A failure is ignored: without the number, fewer lost entries are noticed.
        """
        with contextlib.suppress(OSError):
            self._disk.overwrite(self._fd, saved_count_line(entries))
            if durable:
                self._disk.fsync(self._fd)
                self._disk.sync_folder(self._path.parent)

    def release(self, *, keep_count: bool = False) -> None:
        """Unlock, and remove the lock file.

        `keep_count` leaves a file that holds the number of saved entries, so that the next opening can check them.
        """
        is_kept = keep_count and read_saved_count(self._path, self._disk) is not None
        if not is_kept and self._disk.identity(self._path) == self._disk.identity(self._fd):
            self._disk.remove(self._path)
        with contextlib.suppress(OSError):  # the lock ends with the descriptor, whatever a network folder reports
            self._disk.close(self._fd)


def saved_count_line(entries: int) -> bytes:
    """Return the content of a lock file. Its length is constant, so that it is overwritten in one piece."""
    number = b"%010d" % entries
    return b"%08x %b\n" % (crc32(number), number)


def read_saved_count(path: Path, disk: Disk) -> int | None:
    """Return the number of saved entries that a lock file holds; None if there is no file, or no number in it."""
    try:
        checksum, _, number = disk.read(path, 20).partition(b" ")
        return int(number) if int(checksum, 16) == crc32(number.rstrip(b"\n")) else None
    except (OSError, ValueError):
        return None


def is_held(path: Path, disk: Disk) -> bool:
    """Return whether a program holds the lock; the lock file is not changed."""
    if not path.exists():
        return False
    try:
        fd = disk.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        return not _can_lock(fd, disk)
    finally:
        with contextlib.suppress(OSError):
            disk.close(fd)
