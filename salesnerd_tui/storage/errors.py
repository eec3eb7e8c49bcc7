"""Errors and results of the store: what was saved, what was not and why, and what was damaged."""

from __future__ import annotations

import errno
from pathlib import Path

from msgspec import Struct

from salesnerd_tui.errors import UserError, error_reason

DISK_FULL_ERRORS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""Error numbers for no space left: disk, quota, file size limit."""


NOT_WRITABLE_ERRORS = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
"""Error numbers for a folder in which no file may be created."""


class StorageError(UserError):
    """The store could not do what was requested; the message is for the user."""


class NoSuchCall(StorageError):
    """No call with this id exists."""


class CallIsOpen(StorageError):
    """Another window has the call open; it can still be read."""


class CallIsReadOnly(StorageError):
    """The call can be read, but not written: a newer version created it, or its damaged file cannot be copied."""


class FolderUnusable(StorageError):
    """The data directory cannot be created or written."""

    @classmethod
    def from_os_error(cls, folder: Path, error: OSError) -> FolderUnusable:
        reason = error_message(error)
        if error.errno in (errno.ENOENT, errno.ENOTDIR):
            paths = [path for path in (*reversed(folder.parents), folder, folder / "calls") if path.exists()]
            file = next((path for path in paths if not path.is_dir()), None)
            missing = f"it cannot be created in {paths[-1]}" if paths else "it cannot be created"
            reason = f"{missing if file is None else f'{file} is not a directory'} (choose another with --data DIR)"
        return cls(f"data directory {folder} cannot be used: {reason}")


class WriteSaved(Struct, frozen=True):
    """Events, by their numbers in the call's list, that are durably on disk."""

    numbers: range


class WriteFailed(Struct, frozen=True):
    """Events that are only in memory. Each later note and `CallFile.retry()` retry them.

    `message` says why, and what to do about the notes of a call; `disk_message` says only what is wrong with the disk.
    """

    numbers: range
    message: str
    disk_message: str

    @classmethod
    def from_os_error(cls, numbers: range, error: OSError) -> WriteFailed:
        return cls(numbers, note_error_message(error), error_message(error))


class QuarantinedFile(Struct, frozen=True):
    """Copy of a damaged file, at `path` and unchanged; `message` is for the user."""

    path: Path
    message: str


_DIRECTORY_MISSING = "the data directory is gone: move it back or reconnect its disk, or use --data DIR"
_PERMISSION_DENIED = "permission denied: fix the permissions of the data directory, or use --data DIR"
_MESSAGES = {
    errno.ENOSPC: "the disk is full: free some space",
    errno.EDQUOT: "your disk quota is used up: free some space",
    errno.EFBIG: "file size limit reached: raise the limit (ulimit -f)",
    errno.EROFS: "read-only file system: make it writable, or use --data DIR",
    errno.EACCES: _PERMISSION_DENIED,
    errno.EPERM: _PERMISSION_DENIED,
    errno.ELOOP: "symbolic links are not followed: replace the link with the file",
    errno.EIO: "disk error: check the disk",
    errno.EMSGSIZE: "too large for the file of this call: make it shorter",
    errno.ENOENT: _DIRECTORY_MISSING,
    errno.ENOTDIR: _DIRECTORY_MISSING,
    errno.EBUSY: "another window has opened this call: close it there",
}
_NOTE_MESSAGES = {
    errno.ENOSPC: f"{_MESSAGES[errno.ENOSPC]}, and it will be saved",
    errno.EDQUOT: f"{_MESSAGES[errno.EDQUOT]}, and it will be saved",
    errno.EFBIG: f"{_MESSAGES[errno.EFBIG]}, or copy the note",
    errno.EIO: "disk error: copy the note somewhere else, then check the disk",
    errno.EMSGSIZE: "too large for the file of this call: copy the note somewhere else",
    errno.EBUSY: "another window has opened this call: copy the notes, then close one of the two",
}
_NOT_A_CALL_ERRORS = frozenset({errno.EINVAL, errno.EOVERFLOW, errno.EISDIR})


def error_message(error: OSError) -> str:
    """Return what went wrong with the disk and how to fix it, in one line."""
    if error.errno in _MESSAGES:
        return _MESSAGES[error.errno]
    if error.errno in _NOT_A_CALL_ERRORS and error.filename:
        return f"not a call: {error.strerror} (move it out of the directory)"
    return error_reason(error)


def note_error_message(error: OSError) -> str:
    """Return the message for a note that was not written: how to fix the disk, and what to do about the note."""
    for messages in (_NOTE_MESSAGES, _MESSAGES):
        if error.errno in messages:
            return messages[error.errno]
    return f"the note could not be written: {error_message(error)} (copy it somewhere else)"
