"""Journal: changes are appended to it, and are on the disk when the call returns; later they are merged.

`Journal` is the file. `JournalStorage` is a TinyDB storage that holds the documents in memory and appends every change;
`merge` writes all documents as plain TinyDB JSON. `JournalTable` gives TinyDB's update functions a view that records
what they change, so the cost of a note does not grow with the call. Not thread-safe: one thread owns a storage.
"""

from __future__ import annotations

import contextlib
import copy
import errno
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
    apply,
    journal_line,
    read_main_file,
    write_main_file,
)
from salesnerd_tui.storage.call_files import Table as Rows
from salesnerd_tui.storage.disk import APPEND, Disk
from salesnerd_tui.storage.errors import FULL

if TYPE_CHECKING:
    from salesnerd_tui.storage.disk import FileLock


class Journal:
    """Journal file, created with its first line.

    `trusted` turns False after a disk error after which this file cannot be relied on: a second fsync may succeed
    without the data. Only `renew` helps then.
    """

    def __init__(self, path: Path, disk: Disk) -> None:
        self.trusted = True
        self.size = 0
        self._path = path
        self._disk = disk
        self._fd = -1
        self._ragged = False

    def append(self, data: bytes) -> None:
        """Append lines. Raises `OSError`; while `trusted` holds, no part of `data` is then left in the file."""
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
            # Writing to a deleted file succeeds, and nobody can read it afterwards.
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
        # Lines of an earlier run that could not be merged: its last line may be incomplete.
        self._ragged = self.size > 0
        self._fd = fd

    def _take_back(self) -> None:
        """Remove an incomplete line; if that fails too, the next entry starts on a new line."""
        if self._fd < 0:
            return
        try:
            self._disk.truncate(self._fd, self.size)
        except OSError:
            self._ragged = True
            with contextlib.suppress(OSError):
                self.size = self._disk.size(self._fd)

    def renew(self) -> None:
        """Start a new journal after a merge. A crash may bring the merged lines back, which changes nothing."""
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


MERGE_BYTES = 1 << 20
"""A longer journal is merged at the next opportunity, because opening a call after a crash has to read it."""

MARK_AGAIN_BYTES = 16 << 10
"""The same for a main file that could not be marked as followed by a journal, because the disk was full."""


class JournalStorage(Storage):
    """TinyDB storage that appends changes to a journal.

    `tables` is the content of the files; `unmerged` means that the main file alone does not contain all of it, and
    `damaged` that it must not become the backup. `lock` is created again after its file was deleted, and holds the
    number of events on disk. `moved` is called after the files were deleted and everything was written again. `derive`
    returns tables that are computed again at each merge; `make_room` frees space on a full disk, if it can.

    Every change raises `OSError` if it could not be made durable, and is then undone in memory too.
    """

    def __init__(
        self,
        files: CallPaths,
        disk: Disk,
        tables: Tables,
        *,
        unmerged: bool = False,
        damaged: bool = False,
        lock: FileLock | None = None,
        moved: Callable[[], None] = lambda: None,
        derive: Callable[[Tables], Tables] = lambda _: {},
        make_room: Callable[[], bool] = lambda: False,
    ) -> None:
        self.live = tables
        self.unmerged = unmerged
        self.lost: OSError | None = None
        self.is_merged = True
        """False if the last merge, on closing, failed."""
        self._files = files
        self._disk = disk
        self._lock = lock
        self._moved = moved
        self._derive = derive
        self._make_room = make_room
        self._damaged = damaged
        self._is_continued = False
        # Settings have no document that could hold the mark.
        self._may_mark = "1" in tables.get("call", {})
        self._main = disk.identity(files.main)
        self._journal = Journal(files.journal, disk)
        self._lines: list[bytes] | None = None
        self._before: list[Change] = []
        self._merge_at = MERGE_BYTES
        self._serial = 0

    def read(self) -> Tables | None:
        """Return a copy, so that changing a list in a result does not change the storage."""
        return copy.deepcopy(self.live) or None

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Write every difference to the current content; slow, for changes of whole tables."""
        changes: list[Change] = []
        for name in {**self.live, **data}:
            old, new = self.live.get(name, {}), data.get(name, {})
            changes += [(name, number, None) for number in old if number not in new]
            changes += [(name, number, row) for number, row in new.items() if old.get(number) != row]
        self.change(copy.deepcopy(changes))
        self.live.update({name: {} for name in data if name not in self.live})
        for name in [name for name in self.live if name not in data]:
            del self.live[name]

    def change(self, changes: list[Change]) -> None:
        """Set and remove documents. They are durable on return, or at the end of `together`."""
        if not changes:
            return
        if self._lines is None:
            with self.together():
                self.change(changes)
            return
        self._serial += 1
        self._lines.append(journal_line(changes, self._serial))
        self._before += [(name, number, self.live.get(name, {}).get(number)) for name, number, _ in changes]
        apply(self.live, changes)

    @contextlib.contextmanager
    def together(self, *, make_room: bool = True) -> Iterator[None]:
        """Write all changes inside the block at once, with one sync; if that fails, all of them are undone."""
        self._lines, self._before = [], []
        serial = self._serial
        try:
            yield
            if self._lines:
                self._commit(b"".join(self._lines), make_room)
        except BaseException:
            apply(self.live, reversed(self._before))
            self._serial = serial
            raise
        finally:
            self._lines = None

    def _commit(self, data: bytes, make_room: bool) -> None:
        try:
            self._put(data)
        except OSError as problem:
            if not (make_room and problem.errno in FULL and self._make_room()):
                raise
            self._put(data)
        self._record()

    def _put(self, data: bytes) -> None:
        if self._may_mark and not self._is_continued:
            # The main file of a closed call does not say that a journal follows, so a lost one would not be missed.
            # On a full disk, the journal may still have room for what the main file has not.
            self._may_mark = False
            with contextlib.suppress(OSError):
                self.merge()
                return
            self._merge_at = MARK_AGAIN_BYTES
        if self._journal.trusted:
            try:
                self._journal.append(data)
            except OSError:
                if self._journal.trusted:
                    raise
            else:
                if self.is_in_place():
                    return
        # The documents in memory include `data`: a new file with all of them replaces the one that failed.
        self.merge()

    def merge(self, *, continued: bool = True, backs_up: bool = True) -> None:
        """Write all documents as plain TinyDB JSON and start a new journal.

        `continued` says that more may follow, `backs_up` that the old file may become the backup. Raises
        `OSError`; the journal is then unchanged.
        """
        self.live.update(self._derive(self.live))
        were_gone = not self.is_in_place()
        self._disk.make_folder(self._files.main.parent)
        if self._lock is not None:
            self._lock.ensure()
        backs_up = backs_up and self._is_good_backup()
        write_main_file(self._files, self.live, self._disk, backs_up=backs_up, continued=continued)
        self._is_continued = continued
        self._main = self._disk.identity(self._files.main)
        self._damaged = False
        self._journal.renew()
        self.unmerged = False
        self._merge_at = self._journal.size + MERGE_BYTES
        self._serial = 0
        self._record()
        if were_gone:
            self._moved()

    def _record(self) -> None:
        if self._lock is not None:
            self._lock.record(len(self.live.get("events", ())))

    def is_in_place(self) -> bool:
        """Return whether the call's files are still those that were read and written."""
        return self._journal.is_in_place() and (
            self._main is None or self._main == self._disk.identity(self._files.main)
        )

    def restore(self, *, continued: bool = True) -> OSError | None:
        """Write everything again if the files were deleted, moved or replaced. Return the reason if that failed."""
        if self.is_in_place():
            return None
        try:
            self.merge(continued=continued)
        except OSError as problem:
            return problem
        return None

    def _is_good_backup(self) -> bool:
        """Return whether the main file may become the backup."""
        if self._damaged:
            return False
        if self._main is None or self._main == self._disk.identity(self._files.main):
            return True
        try:
            return not read_main_file(self._disk.read(self._files.main)).bad
        except OSError:
            return False

    def merge_if_due(self) -> None:
        """Merge a long journal. A failure is harmless: the next attempt follows one mebibyte later."""
        if self._journal.size < self._merge_at:
            return
        try:
            self.merge()
        except OSError:
            self._merge_at = self._journal.size + MERGE_BYTES

    def close(self) -> None:
        """Merge what is not merged yet; if that fails, the journal stays and the next opening merges it."""
        has_more = bool(self._journal.size or self.unmerged)
        if has_more or self._is_continued:
            try:
                self.merge(continued=False, backs_up=has_more)
            except OSError:
                self.is_merged = False
        self.lost = self.restore(continued=False)
        self._journal.close()


class JournalTable(Table):
    """TinyDB table that writes only the documents an update changed."""

    def _read_table(self) -> dict[str, Mapping[str, Any]]:
        return {**copy.deepcopy(self._rows())}

    def _update_table(self, updater: Callable[[Any], None]) -> None:
        touched = RecordedChanges(self._rows())
        updater(touched)
        self._journaled().change(touched.changes(self.name))
        self.clear_cache()

    def _rows(self) -> Rows:
        return self._journaled().live.get(self.name, {})

    def _journaled(self) -> JournalStorage:
        if not isinstance(self._storage, JournalStorage):
            raise TypeError("a JournalTable needs a JournalStorage")
        return self._storage


class RecordedChanges(MutableMapping[int, Document]):
    """Table view for TinyDB's update functions that records changes and applies none."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._lent: dict[int, Document] = {}
        self._gone: set[int] = set()

    def __contains__(self, number: object) -> bool:
        return number in self._lent or (number not in self._gone and str(number) in self._rows)

    def __getitem__(self, number: int) -> Document:
        if number not in self:
            raise KeyError(number)
        if number not in self._lent:
            self._lent[number] = copy.deepcopy(self._rows[str(number)])
        return self._lent[number]

    def __setitem__(self, number: int, document: Document) -> None:
        self._gone.discard(number)
        self._lent[number] = document

    def __delitem__(self, number: int) -> None:
        if number not in self:
            raise KeyError(number)
        self._lent.pop(number, None)
        self._gone.add(number)

    def __iter__(self) -> Iterator[int]:
        yield from (number for number in map(int, self._rows) if number not in self._gone)
        yield from (number for number in list(self._lent) if str(number) not in self._rows)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def changes(self, table: str) -> list[Change]:
        changes: list[Change] = [(table, str(number), None) for number in self._gone if str(number) in self._rows]
        for number, document in self._lent.items():
            if self._rows.get(str(number)) != document:
                changes.append((table, str(number), copy.deepcopy(document)))
        return changes


class Database(TinyDB):
    """TinyDB with `JournalTable`s."""

    table_class = JournalTable
