"""Disks that record operations, or fail."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from salesnerd_tui.storage.disk import Disk

Call = tuple[Any, ...]


class Unsynced(Disk):
    """Fast disk that does not wait for fsync; no test really cuts the power."""

    def fsync(self, fd: int) -> None:
        pass

    def sync_folder(self, folder: Path) -> None:
        pass


class RecordingDisk(Unsynced):
    """Real disk that records what a simulated power failure needs. Files are identified by numbers."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self._guard = threading.RLock()
        self._files: dict[Path, int] = {}
        self._open: dict[int, int] = {}
        self._made = 0

    def note(self, *call: Any) -> None:
        with self._guard:
            self.calls.append(call)

    def open(self, path: Path, flags: int) -> int:
        with self._guard:
            fd = super().open(path, flags)
            if path not in self._files:
                self._made += 1
                self._files[path] = self._made
                self.note("name", path, self._made)
            self._open[fd] = self._files[path]
            return fd

    def write(self, fd: int, data: bytes) -> int:
        with self._guard:
            self.note("write", self._open[fd], os.fstat(fd).st_size, data)
            return super().write(fd, data)

    def overwrite(self, fd: int, data: bytes) -> None:
        with self._guard:
            self.note("overwrite", self._open[fd], 0, data)
            super().overwrite(fd, data)

    def fsync(self, fd: int) -> None:
        with self._guard:
            super().fsync(fd)
            self.note("fsync", self._open[fd])

    def truncate(self, fd: int, size: int) -> None:
        with self._guard:
            super().truncate(fd, size)
            self.note("truncate", self._open[fd], size)

    def replace(self, source: Path, target: Path) -> None:
        with self._guard:
            super().replace(source, target)
            self._files[target] = self._files.pop(source)
            self.note("rename", source, target, self._files[target])

    def link(self, source: Path, target: Path) -> None:
        with self._guard:
            super().link(source, target)
            self._files[target] = self._files[source]
            self.note("name", target, self._files[target])

    def unlink(self, path: Path) -> None:
        with self._guard:
            super().unlink(path)
            self._files.pop(path)
            self.note("unlink", path)

    def sync_folder(self, folder: Path) -> None:
        super().sync_folder(folder)
        self.note("sync folder", folder)


class WithoutLinks(RecordingDisk):
    """File system without hard links."""

    def link(self, source: Path, target: Path) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))


class WithoutFsync(RecordingDisk):
    """Control: files are never synced."""

    def fsync(self, fd: int) -> None:
        pass


class WithoutFolderSync(RecordingDisk):
    """Control: folders are never synced."""

    def sync_folder(self, folder: Path) -> None:
        pass


class FailingDisk(Unsynced):
    """Counts the calls that change something; from the `first` on (or only then) they fail with `number`.

    A write that fails has first taken half of its bytes, as real ones do.
    """

    def __init__(self, number: int = errno.ENOSPC, first: int = -1, *, for_ever: bool = False) -> None:
        self.number = number
        self.first = first
        self.for_ever = for_ever
        self.count = 0
        self.names: list[str] = []
        self._half_done = False

    def heal(self) -> None:
        self.first = -1

    def fails(self, name: str) -> bool:
        self.count += 1
        self.names.append(name)
        if self.first < 0:
            return False
        return self.count - 1 >= self.first if self.for_ever else self.count - 1 == self.first

    def _may(self, name: str) -> None:
        if self.fails(name):
            raise OSError(self.number, os.strerror(self.number))

    def open(self, path: Path, flags: int) -> int:
        if path.suffix != ".lock":
            self._may("open")
        return super().open(path, flags)

    def write(self, fd: int, data: bytes) -> int:
        if self._half_done:
            self._half_done = False
            raise OSError(self.number, os.strerror(self.number))
        if self.fails("write"):
            self._half_done = True
            return super().write(fd, data[: max(1, len(data) // 2)])
        return super().write(fd, data)

    def fsync(self, fd: int) -> None:
        self._may("fsync")
        super().fsync(fd)

    def overwrite(self, fd: int, data: bytes) -> None:
        self._may("overwrite")
        super().overwrite(fd, data)

    def truncate(self, fd: int, size: int) -> None:
        self._may("truncate")
        super().truncate(fd, size)

    def replace(self, source: Path, target: Path) -> None:
        self._may("replace")
        super().replace(source, target)

    def link(self, source: Path, target: Path) -> None:
        self._may("link")
        super().link(source, target)

    def unlink(self, path: Path) -> None:
        if path.suffix != ".lock":
            self._may("unlink")
        super().unlink(path)

    def sync_folder(self, folder: Path) -> None:
        self._may("sync folder")
        super().sync_folder(folder)


class FullDisk(Unsynced):
    """Disk with `left` free bytes; removing the reserve frees its size."""

    def __init__(self, number: int = errno.ENOSPC) -> None:
        self.number = number
        self.left: float = float("inf")
        self.fullness: Callable[[], OSError] = lambda: OSError(self.number, os.strerror(self.number))

    def write(self, fd: int, data: bytes) -> int:
        taken = data[: int(min(self.left, len(data)))]
        if not taken and data:
            raise self.fullness()
        self.left -= len(taken)
        return super().write(fd, taken)

    def truncate(self, fd: int, size: int) -> None:
        self.left += self.size(fd) - size
        super().truncate(fd, size)

    def unlink(self, path: Path) -> None:
        size = path.stat().st_size
        super().unlink(path)
        self.left += size
