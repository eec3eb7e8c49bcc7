"""Files of the user: read only if they are regular and within a limit, and written completely or not at all.

Opening a named pipe waits for a writer, and a device such as /dev/zero never ends, so the kind of file is checked
before its content is read. A new file is readable only by its owner, and no file is overwritten by accident.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from typing import TYPE_CHECKING

from salesnerd_tui.errors import UserError, error_reason
from salesnerd_tui.lazy_pattern import lazy_pattern

if TYPE_CHECKING:
    from pathlib import Path  # start-up time: `coach` does without it

_READ_FLAGS = (
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
_CHUNK_BYTES = 1 << 20


class NotRegular(OSError):
    """The path is a pipe, a device or a socket."""


class TooLarge(OSError):
    """The file is larger than the limit."""


def read_regular(path: str | Path, max_bytes: int, flags: int = 0) -> bytes:
    """Return the content of a regular file of at most `max_bytes` bytes.

    Symbolic links are followed unless `flags` forbid it. Raises `NotRegular`, `TooLarge`, and `OSError`
    (`IsADirectoryError` for a folder).
    """
    descriptor = os.open(path, _READ_FLAGS | flags)
    try:
        _check_size(descriptor, path, max_bytes)
        chunks: list[bytes] = []
        remaining = max_bytes + 1
        while remaining > 0 and (chunk := os.read(descriptor, min(remaining, _CHUNK_BYTES))):
            chunks.append(chunk)
            remaining -= len(chunk)
        if remaining <= 0:
            raise _too_large(max_bytes + 1, max_bytes, path)
        return b"".join(chunks)
    finally:
        os.close(descriptor)


def read_head(path: str | Path, max_bytes: int, length: int, flags: int = 0) -> tuple[bytes, int]:
    """Return the first `length` bytes of a regular file of at most `max_bytes` bytes, and the file's size.

    Raises like `read_regular`.
    """
    descriptor = os.open(path, _READ_FLAGS | flags)
    try:
        size = _check_size(descriptor, path, max_bytes)
        return os.read(descriptor, length), size
    finally:
        os.close(descriptor)


def _check_size(descriptor: int, path: str | Path, max_bytes: int) -> int:
    info = os.fstat(descriptor)
    if stat.S_ISDIR(info.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    for is_kind, name in _KINDS:
        if is_kind(info.st_mode):
            raise NotRegular(errno.EINVAL, f"not a regular file but a {name}", str(path))
    if info.st_size > max_bytes:
        raise _too_large(info.st_size, max_bytes, path)
    return info.st_size


def _too_large(size: int, max_bytes: int, path: str | Path) -> TooLarge:
    return TooLarge(errno.EOVERFLOW, f"larger than {format_size(max_bytes)} ({format_size(size)})", str(path))


def format_size(size: int) -> str:
    """Return a size in bytes as text: `256 KB`, `1.5 MB`, `64 MB`."""
    if size < 1 << 20:
        return f"{size / 1024:.0f} KB"
    return f"{size / (1 << 20):.1f} MB".replace(".0 ", " ")


_URL = lazy_pattern(r"[A-Za-z][A-Za-z0-9+.-]+:/")
"""Start of a URL, also after `Path` has removed one of two slashes; a drive such as `C:/` has one letter."""


def url_hint(path: str | Path) -> str:
    """Return the end of an error message about a missing file if its name is a URL, otherwise an empty string."""
    return " (expected a path, not a URL)" if _URL.match(os.fspath(path)) else ""


PRIVATE = 0o600
"""Mode of a new file: only its owner reads it."""

MAX_NAME_CHARACTERS = 40
"""Longest part of an account in the name of a file."""


class CannotWrite(UserError):
    """Raised if a file was not written; the message says why."""


class AlreadyExists(CannotWrite):
    """Raised if a file with that name exists."""


def proposed_name(account: str, *parts: str, suffix: str = "md") -> str:
    """Return a name for a new file in this folder, such as `./acme-2026-11-29.md`, that no file has yet.

    Only letters and digits of the account are used, so that it never names another folder.
    """
    words = "".join(letter if letter.isalnum() else " " for letter in account.casefold()).split()
    stem = "-".join(filter(None, ("-".join(words)[:MAX_NAME_CHARACTERS].strip("-") or "call", *parts)))
    names = (f"{stem}{f'-{number}' if number > 1 else ''}.{suffix}" for number in count(1))
    return f"./{next(name for name in names if not os.path.lexists(name))}"


def write_private(path: Path, text: str, *, force: bool = False, make_folders: bool = False) -> None:
    """Write `text` as UTF-8 with mode 0600; with `force`, readers see the old file or the new one.

    Missing folders are created (mode 0700) if `make_folders` is set. The file is on the disk when this returns.
    Raises `AlreadyExists` (unless `force`) and `CannotWrite`; then nothing was written.
    """
    with _explained_errors(path):
        if make_folders:
            _make_folders(path.parent)
        if force:
            _replace(path, text, PRIVATE, lambda: True)
        else:
            _create(path, text.encode("utf-8", "replace"))


def replace_private(path: Path, text: str, can_replace: Callable[[], bool]) -> bool:
    """Write a file as `write_private` does with `force` and `make_folders`, and return whether it was replaced.

    `can_replace` is called just before the new file gets its name, so that another program has hardly any time left to
    change the old one. An existing file keeps its mode, because the user may have created it.
    """
    with _explained_errors(path):
        _make_folders(path.parent)
        mode = path.stat().st_mode & 0o777 if path.exists() else PRIVATE
        return _replace(path, text, mode, can_replace)


@contextmanager
def _explained_errors(path: Path) -> Iterator[None]:
    if not path.name:
        raise CannotWrite("missing file name")
    try:
        yield
    except FileExistsError:
        raise AlreadyExists(f"{path} already exists") from None
    except (OSError, ValueError) as problem:
        raise CannotWrite(f"cannot write {path}: {_explanation(path, problem)}") from None


def _explanation(path: Path, problem: OSError | ValueError) -> str:
    """Return what went wrong and how to fix it."""
    number = problem.errno if isinstance(problem, OSError) else None
    if number in (errno.EACCES, errno.EPERM):
        return f"no permission for {path.parent} (change its permissions, or choose another folder)"
    if number == errno.EROFS:
        return f"{path.parent} is read-only (choose another folder)"
    if number in (errno.ENOENT, errno.ENOTDIR):
        folder = path.parent
        if folder.is_dir():
            return f"no file can be created in {folder} (choose another folder)"
        return f"there is no folder {folder} (create it)"
    if number == errno.EISDIR:
        return "it is a folder (add a file name)"
    if number in (errno.ENOSPC, errno.EDQUOT):
        return "the disk is full (free some space)"
    return error_reason(problem)


def _replace(path: Path, text: str, mode: int, can_replace: Callable[[], bool]) -> bool:
    temporary = path.with_name(f".{path.name}.{os.urandom(4).hex()}")
    try:
        _create(temporary, text.encode("utf-8", "replace"))
        if mode != PRIVATE:
            _set_mode(temporary, mode)
        if is_replaced := can_replace():
            temporary.replace(path)
        return is_replaced
    finally:
        temporary.unlink(missing_ok=True)


def _set_mode(path: Path, mode: int) -> None:
    """Set the mode, whatever the umask; a file system without modes refuses that."""
    with suppress(OSError):
        path.chmod(mode)


def _make_folders(folder: Path) -> None:
    for parent in (*reversed(folder.parents), folder):
        if not parent.exists():
            parent.mkdir(mode=0o700, exist_ok=True)
            _set_mode(parent, 0o700)


def _create(path: Path, data: bytes) -> None:
    """Create a durable file, or no file at all: an incomplete one is removed."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    with os.fdopen(os.open(path, flags, PRIVATE), "wb") as file:
        try:
            _set_mode(path, PRIVATE)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            path.unlink(missing_ok=True)
            raise
