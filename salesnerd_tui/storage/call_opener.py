"""Opening the files of a call: lock, read, recover from damage, migrate, and only then start a writer.

The newest valid version of a document wins: the journal's, then the main file's, then the backup's. The backup is read
only if the main file is damaged. The journal is read first, so that a reader without the lock misses nothing if the
owner merges between two reads. Damaged originals are copied before anything is written.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from salesnerd_tui.storage.call_files import JournalContent, Table, Tables, apply, read_journal, read_kept_file
from salesnerd_tui.storage.call_writer import CallFile, CallWriter, ClosePatience
from salesnerd_tui.storage.disk import Disk, DiskReserve, FileLock, LockHeld, recorded
from salesnerd_tui.storage.errors import CallIsOpen, NoSuchCall, SetAside, StorageError, in_words
from salesnerd_tui.storage.journal import JournalStorage
from salesnerd_tui.storage.migrations import Migrations, format_of
from salesnerd_tui.storage.summary import read_events, retold, to_document

if TYPE_CHECKING:
    from salesnerd_tui.call.events import Event
    from salesnerd_tui.storage.call_files import CallPaths

_UNREADABLE = b"\0\n"
"""Content of a file that the disk cannot read: damaged and empty."""


DAMAGED = "is damaged: entries are unreadable or missing"
FROM_BACKUP = "has lost its file: it was read from the backup, which may lack the latest entries"
WITHOUT_JOURNAL = "was not closed, and its journal is missing: the latest entries may be lost"


class RecoveredCall(Struct):
    """Content of a call's files.

    `bad` counts unreadable lines, in the `damaged` files. `journaled` means that some lines are not merged: the call is
    open or was interrupted. `continued` means that the main file was written for a call that stayed open. `unfolded`
    means that the main file alone does not have everything. `from_backup` means that the main file is missing, and the
    backup may be older than it was. `lost` counts entries that were saved and are in no file. `without_journal` means
    that nobody knows whether there were any.
    """

    tables: Tables = field(default_factory=dict)
    bad: int = 0
    damaged: list[Path] = field(default_factory=list)
    journaled: bool = False
    continued: bool = False
    unfolded: bool = False
    from_backup: bool = False
    lost: int = 0
    without_journal: bool = False

    @property
    def problem(self) -> str:
        """Problem of the call, to follow its id; empty without one."""
        if self.bad:
            return DAMAGED
        if self.from_backup:
            return FROM_BACKUP
        if self.lost:
            which = "latest entry: it was" if self.lost == 1 else f"latest {self.lost} entries: they were"
            return f"has lost its {which} saved, but the end of its journal is gone"
        return WITHOUT_JOURNAL if self.without_journal else ""


def read_call(files: CallPaths, disk: Disk, *, is_locked: bool = False) -> RecoveredCall:
    """Return everything that can be read. Missing files are not damage; raises `FileNotFoundError` without any.

    `is_locked` says that the caller has the lock, so that no other window has the call open.
    """
    # First, because the number grows while another window has the call open.
    saved = recorded(files.lock, disk)
    journal = _bytes(files.journal, disk)
    kept = _bytes(files.kept, disk)
    changes, from_journal = read_journal(journal or b"")
    from_kept = _kept(kept)
    found = RecoveredCall(journaled=journal is not None, continued=from_kept.continued, unfolded=bool(journal))
    sources = [(files.kept, from_kept), (files.journal, from_journal)]
    if kept is None or from_kept.bad:
        previous = _bytes(files.previous, disk)
        if previous is None and kept is None and journal is None:
            raise FileNotFoundError(str(files.kept))
        from_previous = _kept(previous)
        sources.append((files.previous, from_previous))
        found.tables = from_previous.tables
        found.unfolded = True
    for name, rows in from_kept.tables.items():
        found.tables.setdefault(name, {}).update(rows)
    apply(found.tables, changes)
    events = found.tables.get("events", {})
    # Between two renames the backup and the journal, if there is one, hold everything without a gap.
    is_whole = journal is not None or (saved is not None and len(events) >= saved)
    found.from_backup = kept is None and (not is_whole or _has_gap(events))
    found.bad = sum(read.bad for _, read in sources)
    if saved is not None:
        found.lost = max(saved - len(events), 0)
    elif found.continued and journal is None:
        found.without_journal = is_locked or not files.lock.exists()
    # A mark that a journal follows is removed by the next merge, also if nothing more is written.
    found.unfolded |= found.continued
    found.damaged = [path for path, read in sources if read.bad]
    return found


def _has_gap(events: Table) -> bool:
    numbers = [int(name) for name in events if name.isdecimal()]
    return bool(numbers) and max(numbers) >= len(numbers)


def _kept(data: bytes | None) -> JournalContent:
    """Return the documents of a main file; an empty file is damaged, because it is never written empty."""
    return read_kept_file(data) if data else JournalContent(bad=data is not None)


def _bytes(path: Path, disk: Disk) -> bytes | None:
    try:
        return disk.read(path)
    except FileNotFoundError:
        return None
    except OSError as problem:
        if problem.errno != errno.EIO:
            raise
        return _UNREADABLE


def set_aside(call_id: str, found: RecoveredCall, folder: Path, disk: Disk) -> list[SetAside]:
    """Copy every damaged original into `folder` before anything is written. Raises `OSError` if that fails."""
    kept = []
    for path in found.damaged:
        disk.make_folder(folder)
        copy = folder / f"{call_id}-{os.urandom(4).hex()}{''.join(path.suffixes)}"
        disk.write_new(copy, disk.read(path))
        disk.sync_folder(folder)
        places = "1 place" if found.bad == 1 else f"{found.bad} places"
        message = (
            f"call {call_id} was damaged in {places}; "
            f"everything readable was recovered, and the damaged file was saved as {copy}"
        )
        kept.append(SetAside(copy, message))
    return kept


class CallOpener(Struct, frozen=True):
    """Opens calls to read or to write.

    `found_damage` is called with each file that was copied, `damaged` with the id of a call that can only be read, and
    the reason. `patience` is shared by the calls that it opens.
    """

    quarantine: Path
    disk: Disk
    formats: Migrations
    reserve: DiskReserve
    warned: Callable[[str], None]
    found_damage: Callable[[SetAside], None]
    damaged: Callable[[str, str], None]
    patience: ClosePatience

    def lock(self, call_id: str, files: CallPaths) -> FileLock:
        """Lock a call. Raises `CallIsOpen`, or `StorageError` if the folder cannot be written."""
        try:
            return FileLock(files.lock, self.disk)
        except LockHeld:
            raise CallIsOpen(
                f"call {call_id} is open in another window (continue there, or read it: salesnerd calls show {call_id})"
            ) from None
        except OSError as problem:
            raise StorageError(f"cannot open call {call_id}: {in_words(problem)}") from problem

    def to_read(self, call_id: str, files: CallPaths, why: str) -> CallFile:
        """Return the call as it is in its files, without writing anything. Raises `NoSuchCall` and `StorageError`."""
        found = self._read(call_id, files, is_locked=False)
        if found.problem:
            self.damaged(call_id, found.problem)
        return CallFile(call_id, *self._content(call_id, self.formats.migrated(found.tables)), why_read_only=why)

    def to_write(self, call_id: str, files: CallPaths) -> CallFile:
        """Return the call for writing. Raises `NoSuchCall`, `CallIsOpen` and `StorageError`."""
        lock = self.lock(call_id, files)
        try:
            found = self._read(call_id, files, is_locked=True)
            why_not = self._prepare(call_id, files, found)
        except BaseException:
            lock.release(keep=True)
            raise
        if why_not:
            lock.release(keep=True)
            return CallFile(call_id, *self._content(call_id, found.tables), why_read_only=why_not)
        if found.problem and not found.damaged:
            self.warned(f"call {call_id} {found.problem}")
        migrated = self.formats.migrated(found.tables)
        unfolded = found.unfolded or bool(found.problem) or migrated != found.tables
        return self.start(call_id, files, migrated, lock, unfolded=unfolded, damaged=files.kept in found.damaged)

    def start(
        self, call_id: str, files: CallPaths, tables: Tables, lock: FileLock, *, unfolded: bool, damaged: bool = False
    ) -> CallFile:
        """Return an open call with its writer running; `damaged` says whether the main file is."""
        # Before the first main file: one that says that a journal follows is never alone without a number.
        lock.record(len(tables.get("events", ())), durable=True)
        storage = JournalStorage(
            files,
            self.disk,
            tables,
            unfolded=unfolded,
            damaged=damaged,
            ensure_place=lock.ensure,
            record=lock.record,
            moved=lambda: self.warned(
                f"the files of call {call_id} were removed or replaced while it was open; "
                f"the whole call was saved again in {files.kept}"
            ),
            retold=lambda now: {"call": {"1": to_document(retold(call_id, now))}},
            make_room=self.reserve.spend,
        )
        events, draft = self._content(call_id, tables)
        writer = CallWriter(storage, call_id)
        return CallFile(call_id, events, draft, writer=writer, lock=lock, patience=self.patience)

    def _read(self, call_id: str, files: CallPaths, *, is_locked: bool) -> RecoveredCall:
        try:
            return read_call(files, self.disk, is_locked=is_locked)
        except FileNotFoundError:
            raise NoSuchCall(f"call not found: {call_id}") from None
        except OSError as problem:
            raise StorageError(f"cannot read call {call_id}: {in_words(problem)}") from problem

    def _prepare(self, call_id: str, files: CallPaths, found: RecoveredCall) -> str:
        """Copy the damaged originals that writing would replace. Return the reason if the call can only be read."""
        number = format_of(found.tables, self.formats.current)
        if number > self.formats.current:
            return "created by a newer salesnerd; update to resume this call"
        try:
            for aside in set_aside(call_id, found, self.quarantine, self.disk):
                self.found_damage(aside)
            if number < self.formats.current and not files.older_format(number).exists():
                self.disk.write_over(files.older_format(number), self.disk.read(files.kept))
        except OSError as problem:
            return f"read-only: the original could not be backed up ({in_words(problem)})"
        for leftover in files.temporaries():
            self.disk.remove(leftover)
        return ""

    def _content(self, call_id: str, tables: Tables) -> tuple[tuple[Event, ...], str]:
        """Return the events and the draft; warn about entries of other versions."""
        events, unknown = read_events(tables.get("events", {}))
        if unknown:
            self.warned(f"call {call_id}: {unknown} of its entries are unknown to this version and are not shown")
        draft = tables.get("draft", {}).get("1", {}).get("text", "")
        return events, draft if isinstance(draft, str) else ""
