"""Reading of regular files within a size limit.

Opening a named pipe waits for a writer, and a device such as /dev/zero never ends, so the kind of file is checked
before its content is read.
"""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
_KINDS = (
    (stat.S_ISFIFO, "named pipe"),
    (stat.S_ISCHR, "device"),
    (stat.S_ISBLK, "device"),
    (stat.S_ISSOCK, "socket"),
)
_CHUNK = 1 << 20


class NotRegular(OSError):
    """The path is a pipe, a device or a socket."""


class TooLarge(OSError):
    """The file is larger than the limit."""


def read_regular(path: str | Path, most: int, flags: int = 0) -> bytes:
    """Return the content of a regular file of at most `most` bytes; symbolic links are followed unless `flags` forbid
    it.

    Raises `NotRegular`, `TooLarge`, and `OSError` (`IsADirectoryError` for a folder).
    """
    descriptor = os.open(path, _FLAGS | flags)
    try:
        _checked_size(descriptor, path, most)
        parts: list[bytes] = []
        left = most + 1
        while left > 0 and (part := os.read(descriptor, min(left, _CHUNK))):
            parts.append(part)
            left -= len(part)
        if left <= 0:
            raise _too_large(most + 1, most, path)
        return b"".join(parts)
    finally:
        os.close(descriptor)


def read_head(path: str | Path, most: int, length: int, flags: int = 0) -> tuple[bytes, int]:
    """Return the first `length` bytes of a regular file of at most `most` bytes, and the file's size.

    Raises like `read_regular`.
    """
    descriptor = os.open(path, _FLAGS | flags)
    try:
        size = _checked_size(descriptor, path, most)
        return os.read(descriptor, length), size
    finally:
        os.close(descriptor)


def _checked_size(descriptor: int, path: str | Path, most: int) -> int:
    info = os.fstat(descriptor)
    if stat.S_ISDIR(info.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    for is_kind, name in _KINDS:
        if is_kind(info.st_mode):
            raise NotRegular(errno.EINVAL, f"not a regular file but a {name}", str(path))
    if info.st_size > most:
        raise _too_large(info.st_size, most, path)
    return info.st_size


def _too_large(size: int, most: int, path: str | Path) -> TooLarge:
    return TooLarge(errno.EOVERFLOW, f"larger than {in_megabytes(most)} ({in_megabytes(size)})", str(path))


def in_megabytes(size: int) -> str:
    """Return a size in bytes as text: `256 KB`, `1.5 MB`, `64 MB`."""
    if size < 1 << 20:
        return f"{size / 1024:.0f} KB"
    return f"{size / (1 << 20):.1f} MB".replace(".0 ", " ")
