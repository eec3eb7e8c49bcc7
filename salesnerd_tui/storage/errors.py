"""Errors and results of the store: what was saved, what was not and why, and what was damaged."""

from __future__ import annotations

import errno
from pathlib import Path

from msgspec import Struct

from salesnerd_tui.errors import UserError

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""Error numbers for no space left: disk, quota, file size limit."""


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


class WriteSaved(Struct, frozen=True):
    """Events, by their numbers in the call's list, that are durably on disk."""

    numbers: range


class WriteFailed(Struct, frozen=True):
    """Events that are only in memory. Each later note and `CallFile.retry()` retry them."""

    numbers: range
    why: str


class SetAside(Struct, frozen=True):
    """A damaged file: `copy` is the untouched original, `message` is for the user."""

    copy: Path
    message: str


_GONE = "the data directory is gone: was it moved, or its disk unplugged?"
_DENIED = "permission denied: fix the permissions of the data directory, or use --data DIR"
_WORDS = {
    errno.ENOSPC: "the disk is full: free some space",
    errno.EDQUOT: "your disk quota is used up: free some space",
    errno.EFBIG: "file size limit reached: raise the limit (ulimit -f)",
    errno.EROFS: "read-only file system: make it writable, or use --data DIR",
    errno.EACCES: _DENIED,
    errno.EPERM: _DENIED,
    errno.ELOOP: "symbolic links are not followed: replace the link with the file",
    errno.EIO: "disk error: check the disk",
    errno.ENOENT: _GONE,
    errno.ENOTDIR: _GONE,
    errno.EBUSY: "another window has opened this call: close it there",
}
_NOTE_WORDS = {
    errno.ENOSPC: f"{_WORDS[errno.ENOSPC]}, and it will be saved",
    errno.EDQUOT: f"{_WORDS[errno.EDQUOT]}, and it will be saved",
    errno.EFBIG: f"{_WORDS[errno.EFBIG]}, or copy the note",
    errno.EIO: "disk error: copy the note somewhere else, then check the disk",
    errno.EBUSY: "another window has opened this call: copy the notes, then close one of the two",
}
_NO_CALL = frozenset({errno.EINVAL, errno.EOVERFLOW, errno.EISDIR})


def in_words(error: OSError) -> str:
    """Return what went wrong with the disk and how to fix it, in one line."""
    if error.errno in _WORDS:
        return _WORDS[error.errno]
    if error.errno in _NO_CALL and error.filename:
        return f"not a call: {error.strerror} (move it out of the directory)"
    return error.strerror or str(error)


def note_in_words(error: OSError) -> str:
    """Return the same for a note that was not written, and what to do about the note."""
    if error.errno in _NOTE_WORDS:
        return _NOTE_WORDS[error.errno]
    if error.errno in _WORDS:
        return _WORDS[error.errno]
    return f"the note could not be written: {in_words(error)} (copy it somewhere else)"


def unusable(folder: Path, error: OSError) -> FolderUnusable:
    """Return the error for a data directory that could not be opened or created."""
    why = in_words(error)
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        files = [each for each in (*reversed(folder.parents), folder, folder / "calls") if each.exists()]
        file = next((each for each in files if not each.is_dir()), None)
        missing = f"it cannot be created in {files[-1]}" if files else "it cannot be created"
        why = f"{missing if file is None else f'{file} is not a directory'} (choose another with --data DIR)"
    return FolderUnusable(f"data directory {folder} cannot be used: {why}")
