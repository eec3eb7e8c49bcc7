"""What the store tells the people and rooms that use it: what is on disk, what is not and why, what was damaged."""

from __future__ import annotations

import errno
from pathlib import Path

from msgspec import Struct

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""The errors that mean that no more fits: disk, quota, file size limit."""


class StorageError(Exception):
    """The store cannot do what was asked; the message is for the person."""


class NoSuchCall(StorageError):
    """No call of this id is kept here."""


class CallIsOpen(StorageError):
    """Another window has the call open; it can still be opened with `read_only=True`."""


class CallIsReadOnly(StorageError):
    """The call was opened to be read, or comes from a newer version of the program."""


class FolderUnusable(StorageError):
    """The notes' folder cannot be made or written."""


class WriteSaved(Struct, frozen=True):
    """These events (their numbers in the call's list) are on disk, whatever happens next."""

    numbers: range


class WriteFailed(Struct, frozen=True):
    """These events are only in memory. They are tried again with every later note, and by `CallFile.retry()`.

    `freed_reserve` says that the space held back for a full disk was used up in trying.
    """

    numbers: range
    why: str
    freed_reserve: bool = False


class SetAside(Struct, frozen=True):
    """A damaged file: `copy` is the untouched original, `told` the sentence for the person, `lost` the entries gone."""

    call_id: str
    copy: Path
    lost: int
    told: str


_GONE = "the notes' folder is gone: was it moved, or its disk unplugged?"
_DENIED = "it may not be read or written: mend the permissions of the notes' folder, or use --data FOLDER"
_WORDS = {
    errno.ENOSPC: "the disk is full: free some space, and it will be saved",
    errno.EDQUOT: "your disk quota is used up: free some space, and it will be saved",
    errno.EFBIG: (
        "the file may not grow any further (a size limit is set): raise the limit (ulimit -f), or copy the note"
    ),
    errno.EROFS: "the disk can only be read: make it writable, or start with --data and another folder",
    errno.EACCES: _DENIED,
    errno.EPERM: _DENIED,
    errno.ELOOP: "it is a link, and links are not followed here: put the file itself in its place",
    errno.EIO: "the disk reports a fault: copy the note somewhere else, then check the disk",
    errno.ENOENT: _GONE,
    errno.ENOTDIR: _GONE,
    errno.EBUSY: "another window has opened this call meanwhile: copy the notes, then close one of the two",
}
_NO_CALL = frozenset({errno.EINVAL, errno.EOVERFLOW, errno.EISDIR})


def in_words(error: OSError) -> str:
    """Return what went wrong with the disk and what to do about it, in one sentence."""
    if error.errno in _WORDS:
        return _WORDS[error.errno]
    if error.errno in _NO_CALL and error.filename:
        return f"it is no call: {error.strerror} (move it out of the folder)"
    return f"the disk does not take it ({error.strerror or error}): copy the note somewhere else"
