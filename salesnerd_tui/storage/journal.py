"""Journal of a call: each change is appended durably, and merged into the main file later.

`Journal` is the file. `JournalStorage` is a TinyDB storage that holds the documents in memory and appends every change;
`merge` writes all documents as plain TinyDB JSON. `JournalTable` gives TinyDB's update functions a view that records
what they change, so the cost of a note does not grow with the call. Not thread-safe: one thread owns a storage.
"""

from __future__ import annotations

import contextlib
import copy
import errno
import os
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tinydb import TinyDB
from tinydb.storages import Storage
from tinydb.table import Table

from salesnerd_tui.storage.call_files import (
    CallPaths,
    Change,
    Document,
    Tables,
    apply_changes,
    journal_line,
    read_main_file,
    write_main_file,
)
from salesnerd_tui.storage.call_files import Table as Rows
from salesnerd_tui.storage.disk import APPEND, MAX_FILE_BYTES, Disk
from salesnerd_tui.storage.errors import DISK_FULL_ERRORS

if TYPE_CHECKING:
    from salesnerd_tui.storage.disk import FileLock


class Journal:
    """Journal file, created with its first line.

    `is_reliable` is False after a disk error such as a failed fsync, because a second fsync may succeed without the
    data. Only `restart` makes the journal reliable again.
    """

    def __init__(self, path: Path, disk: Disk) -> None:
        self.is_reliable = True
        self.size = 0
        self._path = path
        self._disk = disk
        self._fd = -1
        self._has_partial_line = False

    def append(self, data: bytes) -> None:
        """Append lines. Raises `OSError`; while `is_reliable`, no part of `data` is then left in the file."""
        is_written = False
        try:
            self._open()
            if self._has_partial_line:
                data = b"\n" + data
            self._disk.write_all(self._fd, data)
            is_written = True
            self._disk.fsync(self._fd)
        except OSError as problem:
            self._remove_partial_line()
            self.is_reliable = not is_written and problem.errno in DISK_FULL_ERRORS
            raise
        self._has_partial_line = False
        self.size += len(data)
        if not self.is_in_place():
            # Writing to a deleted file succeeds, and nobody can read it afterwards.
            self.is_reliable = False
            raise OSError(errno.ENOENT, "the journal was removed or replaced", str(self._path))

    def is_in_place(self) -> bool:
        """Return whether the path still leads to the file written so far, at its full length."""
        if self._fd < 0:
            return True
        identity = self._disk.identity(self._path)
        return identity is not None and identity == self._disk.identity(self._fd) and identity[2] >= self.size

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
        # Lines of an earlier run that could not be merged: its last line may be incomplete.
        self._has_partial_line = self.size > 0
        self._fd = fd

    def _remove_partial_line(self) -> None:
        """Remove an incomplete line; if that fails too, the next entry starts on a new line."""
        if self._fd < 0:
            return
        try:
            self._disk.truncate(self._fd, self.size)
        except OSError:
            self._has_partial_line = True
            with contextlib.suppress(OSError):
                self.size = self._disk.size(self._fd)

    def restart(self) -> None:
        """Start a new journal after a merge. A crash may bring the merged lines back, which changes nothing."""
        self.close()
        if self._disk.remove(self._path):
            self.is_reliable = True
            self.size = 0
            self._has_partial_line = False

    def close(self) -> None:
        if self._fd >= 0:
            fd, self._fd = self._fd, -1
            with contextlib.suppress(OSError):
                self._disk.close(fd)


MAX_CALL_BYTES = MAX_FILE_BYTES - (4 << 20)
"""Largest call that is written: a larger file would not be read again. The difference is for checksums and counts."""

MERGE_BYTES = 1 << 20
"""A longer journal is merged at the next opportunity, because opening a call after a crash has to read it."""

RETRY_MARK_BYTES = 16 << 10
"""The same limit if the main file could not be marked as that of an open call, because the disk was full."""


class JournalStorage(Storage):
    """TinyDB storage that appends changes to a journal.

    `tables` is the content of the files; `needs_merge` means that the main file alone does not contain all of it, and
    `is_damaged` that the main file must not become the backup. `lock` is created again after its file was deleted, and
    holds the number of events on disk. `on_rewritten` is called after the files were deleted and everything was written
    again. `derive` returns tables that are computed again at each merge; `free_space` frees space on a full disk and
    returns whether it did.

    A change that could not be made durable raises `OSError`, and is undone in memory too.
    """

    def __init__(
        self,
        files: CallPaths,
        disk: Disk,
        tables: Tables,
        *,
        needs_merge: bool = False,
        is_damaged: bool = False,
        lock: FileLock | None = None,
        on_rewritten: Callable[[], None] = lambda: None,
        derive: Callable[[Tables], Tables] = lambda _: {},
        free_space: Callable[[], bool] = lambda: False,
    ) -> None:
        self.documents = tables
        self.needs_merge = needs_merge
        self.restore_error: OSError | None = None
        self.is_merged = True
        """False if the last merge, on closing, failed."""
        self._files = files
        self._disk = disk
        self._lock = lock
        self._on_rewritten = on_rewritten
        self._derive = derive
        self._free_space = free_space
        self._is_damaged = is_damaged
        self._is_marked_open = False
        # Settings have no document that could hold the mark.
        self._can_mark = "1" in tables.get("call", {})
        self._main_identity = disk.identity(files.main)
        self._journal = Journal(files.journal, disk)
        self._pending_lines: list[bytes] | None = None
        self._previous: list[Change] = []
        self._merge_at_bytes = MERGE_BYTES
        self._serial = 0

    def read(self) -> Tables | None:
        """Return a copy, so that changing a list in a result does not change the storage."""
        return copy.deepcopy(self.documents) or None

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Write every difference to the current content; slow, for changes of whole tables."""
        changes: list[Change] = []
        for name in {**self.documents, **data}:
            old, new = self.documents.get(name, {}), data.get(name, {})
            changes += [(name, number, None) for number in old if number not in new]
            changes += [(name, number, row) for number, row in new.items() if old.get(number) != row]
        self.write_changes(copy.deepcopy(changes))
        self.documents.update({name: {} for name in data if name not in self.documents})
        for name in [name for name in self.documents if name not in data]:
            del self.documents[name]

    def write_changes(self, changes: list[Change]) -> None:
        """Set and remove documents. They are durable on return, or at the end of `transaction`."""
        if not changes:
            return
        if self._pending_lines is None:
            with self.transaction():
                self.write_changes(changes)
            return
        self._serial += 1
        self._pending_lines.append(journal_line(changes, self._serial))
        self._previous += [(name, number, self.documents.get(name, {}).get(number)) for name, number, _ in changes]
        apply_changes(self.documents, changes)

    @contextlib.contextmanager
    def transaction(self, *, free_space: bool = True) -> Iterator[None]:
        """Write all changes inside the block at once, with one sync; if that fails, all of them are undone."""
        self._pending_lines, self._previous = [], []
        serial = self._serial
        try:
            yield
            if self._pending_lines:
                self._commit(b"".join(self._pending_lines), free_space)
        except BaseException:
            apply_changes(self.documents, reversed(self._previous))
            self._serial = serial
            raise
        finally:
            self._pending_lines = None

    def _commit(self, data: bytes, free_space: bool) -> None:
        main_bytes = self._main_identity[2] if self._main_identity is not None else 0
        if main_bytes + self._journal.size + len(data) > MAX_CALL_BYTES:
            raise OSError(errno.EMSGSIZE, os.strerror(errno.EMSGSIZE))
        try:
            self._append_or_merge(data)
        except OSError as problem:
            if not (free_space and problem.errno in DISK_FULL_ERRORS and self._free_space()):
                raise
            self._append_or_merge(data)
        self._write_saved_count()

    def _append_or_merge(self, data: bytes) -> None:
        if self._can_mark and not self._is_marked_open:
            # The main file of a closed call does not say that a journal follows, so nobody would miss a lost one. If
            # the disk is too full to write the main file, the journal may still fit.
            self._can_mark = False
            with contextlib.suppress(OSError):
                self.merge()
                return
            self._merge_at_bytes = RETRY_MARK_BYTES
        if self._journal.is_reliable:
            try:
                self._journal.append(data)
            except OSError:
                if self._journal.is_reliable:
                    raise
            else:
                if self.is_in_place():
                    return
        # The documents in memory include `data`: a new file with all of them replaces the one that failed.
        self.merge()

    def prepare(self) -> None:
        """Make the saved count durable, and merge if that is needed. Raises `OSError` as `merge` does."""
        if self._lock is not None:
            # Before the first main file, so that a main file of an open call always has a saved count beside it.
            self._lock.write_saved_count(len(self.documents.get("events", ())), durable=True)
        if self.needs_merge:
            self.merge()

    def merge(self, *, is_open: bool = True, make_backup: bool = True) -> None:
        """Write all documents as plain TinyDB JSON and start a new journal.

        `is_open` marks the file of a call that stays open, `make_backup` allows the old file to become the backup.
        Raises `OSError`; the journal is then unchanged.
        """
        self.documents.update(self._derive(self.documents))
        was_moved = not self.is_in_place()
        self._disk.make_folder(self._files.main.parent)
        if self._lock is not None:
            self._lock.ensure_locked()
        make_backup = make_backup and self._can_back_up()
        write_main_file(self._files, self.documents, self._disk, make_backup=make_backup, is_open=is_open)
        self._is_marked_open = is_open
        self._main_identity = self._disk.identity(self._files.main)
        self._is_damaged = False
        self._journal.restart()
        self.needs_merge = False
        self._merge_at_bytes = self._journal.size + MERGE_BYTES
        self._serial = 0
        self._write_saved_count()
        if was_moved:
            self._on_rewritten()

    def _write_saved_count(self) -> None:
        if self._lock is not None:
            self._lock.write_saved_count(len(self.documents.get("events", ())))

    def is_in_place(self) -> bool:
        """Return whether the call's files are still those that were read and written."""
        return self._journal.is_in_place() and (
            self._main_identity is None or self._main_identity == self._disk.identity(self._files.main)
        )

    def restore(self, *, is_open: bool = True) -> OSError | None:
        """Write everything again if the files were deleted, moved or replaced. Return the error if that failed."""
        if self.is_in_place():
            return None
        try:
            self.merge(is_open=is_open)
        except OSError as problem:
            return problem
        return None

    def _can_back_up(self) -> bool:
        """Return whether the main file may become the backup."""
        if self._is_damaged:
            return False
        if self._main_identity is None or self._main_identity == self._disk.identity(self._files.main):
            return True
        try:
            return not read_main_file(self._disk.read(self._files.main)).damaged_entries
        except OSError:
            return False

    def merge_if_due(self) -> None:
        """Merge a long journal. After a failure, the next attempt follows one mebibyte later."""
        if self._journal.size < self._merge_at_bytes:
            return
        try:
            self.merge()
        except OSError:
            self._merge_at_bytes = self._journal.size + MERGE_BYTES

    def close(self) -> None:
        """Merge what is not merged yet; if that fails, the journal stays and the next opening merges it."""
        needs_merge = bool(self._journal.size or self.needs_merge)
        if needs_merge or self._is_marked_open:
            try:
                self.merge(is_open=False, make_backup=needs_merge)
            except OSError:
                self.is_merged = False
        self.restore_error = self.restore(is_open=False)
        self._journal.close()


class JournalTable(Table):
    """TinyDB table that writes only the documents an update changed."""

    def _read_table(self) -> dict[str, Mapping[str, Any]]:
        return {**copy.deepcopy(self._rows())}

    def _update_table(self, updater: Callable[[Any], None]) -> None:
        recorded = RecordedChanges(self._rows())
        updater(recorded)
        self._journal_storage().write_changes(recorded.changes(self.name))
        self.clear_cache()

    def _rows(self) -> Rows:
        return self._journal_storage().documents.get(self.name, {})

    def _journal_storage(self) -> JournalStorage:
        if not isinstance(self._storage, JournalStorage):
            raise TypeError("a JournalTable needs a JournalStorage")
        return self._storage


class RecordedChanges(MutableMapping[int, Document]):
    """Table view for TinyDB's update functions that records changes and applies none."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._copies: dict[int, Document] = {}
        self._removed: set[int] = set()

    def __contains__(self, number: object) -> bool:
        return number in self._copies or (number not in self._removed and str(number) in self._rows)

    def __getitem__(self, number: int) -> Document:
        if number not in self:
            raise KeyError(number)
        if number not in self._copies:
            self._copies[number] = copy.deepcopy(self._rows[str(number)])
        return self._copies[number]

    def __setitem__(self, number: int, document: Document) -> None:
        self._removed.discard(number)
        self._copies[number] = document

    def __delitem__(self, number: int) -> None:
        if number not in self:
            raise KeyError(number)
        self._copies.pop(number, None)
        self._removed.add(number)

    def __iter__(self) -> Iterator[int]:
        yield from (number for number in map(int, self._rows) if number not in self._removed)
        yield from (number for number in list(self._copies) if str(number) not in self._rows)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def changes(self, table: str) -> list[Change]:
        changes: list[Change] = [(table, str(number), None) for number in self._removed if str(number) in self._rows]
        for number, document in self._copies.items():
            if self._rows.get(str(number)) != document:
                changes.append((table, str(number), copy.deepcopy(document)))
        return changes


class Database(TinyDB):
    """TinyDB with `JournalTable`s."""

    table_class = JournalTable
