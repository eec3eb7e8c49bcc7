"""From a call's files to an open call: lock, read, set damage aside, migrate, and only then a writer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from salesnerd_tui.notes.callfile import CallFile
from salesnerd_tui.notes.disk import Disk
from salesnerd_tui.notes.files import Files
from salesnerd_tui.notes.formats import Formats, format_of
from salesnerd_tui.notes.lines import Tables
from salesnerd_tui.notes.lock import FileLock, Held
from salesnerd_tui.notes.reading import read_events
from salesnerd_tui.notes.receipts import CallIsOpen, NoSuchCall, NotesProblem, SetAside, in_words
from salesnerd_tui.notes.recovery import DAMAGED, Found, read_call, set_aside
from salesnerd_tui.notes.reserve import Reserve, Room
from salesnerd_tui.notes.storage import JournalStorage
from salesnerd_tui.notes.summary import retold, to_document
from salesnerd_tui.notes.writer import Writer


class Opener(Struct, frozen=True):
    """What every opening needs to know.

    `found_damage` is given each file that was set aside; `damaged` the id of a call that is only read, and what is
    wrong with it.
    """

    quarantine: Path
    disk: Disk
    formats: Formats
    reserve: Reserve
    warned: Callable[[str], None]
    found_damage: Callable[[SetAside], None]
    damaged: Callable[[str, str], None]

    def lock(self, call_id: str, files: Files) -> FileLock:
        """Raises `CallIsOpen`, or `NotesProblem` when the folder cannot be written."""
        try:
            return FileLock(files.lock, self.disk)
        except Held:
            raise CallIsOpen(
                f"Call {call_id} is open in another window: go on there, or look at it here without changing it."
            ) from None
        except OSError as problem:
            raise NotesProblem(f"Call {call_id} cannot be opened: {in_words(problem)}") from problem

    def to_read(self, call_id: str, files: Files, why: str) -> CallFile:
        """The call as its files tell it now; nothing is written. Raises `NoSuchCall` and `NotesProblem`."""
        found = self._read(call_id, files)
        if found.bad:
            self.damaged(call_id, DAMAGED)
        return self._call(call_id, self.formats.migrated(found.tables), why_read_only=why)

    def to_write(self, call_id: str, files: Files) -> CallFile:
        """Raises `NoSuchCall`, `CallIsOpen` and `NotesProblem`."""
        lock = self.lock(call_id, files)
        try:
            found = self._read(call_id, files)
            why_not = self._prepare(call_id, files, found)
        except BaseException:
            lock.release()
            raise
        if why_not:
            lock.release()
            return self._call(call_id, found.tables, why_read_only=why_not)
        migrated = self.formats.migrated(found.tables)
        unfolded = found.unfolded or migrated != found.tables
        return self.start(call_id, files, migrated, lock, unfolded=unfolded, damaged=found.kept_is_damaged)

    def start(
        self, call_id: str, files: Files, tables: Tables, lock: FileLock, *, unfolded: bool, damaged: bool = False
    ) -> CallFile:
        """Return an open call with its writer running; `damaged` is about the kept file."""
        room = Room(self.reserve, self.warned)
        storage = JournalStorage(
            files,
            self.disk,
            tables,
            unfolded=unfolded,
            damaged=damaged,
            ensure_place=lock.ensure,
            moved=lambda: self.warned(
                f"The files of call {call_id} were removed or replaced while it was open: "
                f"all of it is saved again in {files.kept}."
            ),
            retold=lambda now: {"call": {"1": to_document(retold(call_id, now))}},
            make_room=room.make,
        )
        call = self._call(call_id, tables)
        call.begin_writing(Writer(storage, call_id, room.was_made), lock)
        return call

    def _read(self, call_id: str, files: Files) -> Found:
        try:
            return read_call(files, self.disk)
        except FileNotFoundError:
            raise NoSuchCall(f"No call {call_id} is kept here.") from None
        except OSError as problem:
            raise NotesProblem(f"Call {call_id} cannot be read: {in_words(problem)}") from problem

    def _prepare(self, call_id: str, files: Files, found: Found) -> str:
        """Set the originals aside that writing would replace; why the call may only be read, if so."""
        number = format_of(found.tables, self.formats.current)
        if number > self.formats.current:
            return "this call was written by a newer salesnerd: update the program to go on with it"
        try:
            for aside in set_aside(call_id, found, self.quarantine, self.disk):
                self.found_damage(aside)
            if number < self.formats.current and not files.older_format(number).exists():
                self.disk.write_new(files.older_format(number), self.disk.read(files.kept))
        except OSError as problem:
            return f"the original could not be set aside ({in_words(problem)}), so the call can only be read"
        for leftover in files.temporaries():
            self.disk.remove(leftover)
        return ""

    def _call(self, call_id: str, tables: Tables, why_read_only: str = "") -> CallFile:
        events, unknown = read_events(tables.get("events", {}))
        if unknown:
            self.warned(f"Call {call_id}: {unknown} of its entries are unknown to this version and are not shown.")
        draft = tables.get("draft", {}).get("1", {}).get("text", "")
        return CallFile(call_id, events, draft if isinstance(draft, str) else "", why_read_only=why_read_only)
