"""Folder of all calls: create, open, list, search and delete them, and read those of one account.

A call is opened in steps: lock, read, recover from damage, migrate, and only then start a writer.

`Catalog` lists the calls. It reads a call from its own files if the cache does not have its current version, or if it
is open, interrupted or damaged, so it is correct in any state of the cache. A call that is closed and whole is read
from the head of its file.
"""

from __future__ import annotations

import contextlib
import gc
import os
import queue
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.call.events import Event, Mode
from salesnerd_tui.storage.call_files import (
    CONTINUED,
    CallPaths,
    Folder,
    RecoveredCall,
    Stamp,
    Tables,
    is_call_id,
    lock_call,
    look,
    newest_first,
    read_call,
    read_main_file,
    set_aside,
    stamp_of,
)
from salesnerd_tui.storage.call_writer import CallFile, CallWriter, ClosePatience
from salesnerd_tui.storage.disk import Disk, DiskReserve, FileLock, is_held
from salesnerd_tui.storage.errors import (
    CallIsReadOnly,
    NoSuchCall,
    SetAside,
    StorageError,
    WriteFailed,
    WriteSaved,
    in_words,
    unusable,
)
from salesnerd_tui.storage.forget import ForgetPlan, ForgetPreview, ForgetRun, belongings
from salesnerd_tui.storage.journal import JournalStorage
from salesnerd_tui.storage.migrations import FORMATS, Migrations, format_of
from salesnerd_tui.storage.search import CacheRow, NoCache, SearchCache, SearchHit, search
from salesnerd_tui.storage.settings import SettingsStore
from salesnerd_tui.storage.summary import (
    HEAD_BYTES,
    CallSummary,
    call_text,
    entry_text,
    from_document,
    from_lines,
    read_events,
    read_head,
    summary_of,
    to_document,
    to_line,
)
from salesnerd_tui.text import searchable

CALLS = 50
"""Maximum number of calls read for one account: more than a year of weekly ones."""

HURRY_SECONDS = 1.2
"""Time that closing waits for the disk after a signal; the process is ended 2 s after it."""

WAIT_SECONDS = 10.0
"""Time that the disk has for events that the user waits for."""


class CallContent(NamedTuple):
    """Content of a stored call: its events, and the text that was being typed when it was closed."""

    events: tuple[Event, ...]
    draft: str


class StoredEvents(Struct, frozen=True):
    """Id and events of a stored call."""

    summary: CallSummary
    events: tuple[Event, ...]


def account_key(account: str) -> str:
    """Return the name by which accounts are compared: case and spacing make no difference."""
    return " ".join(account.split()).casefold()


def same_account(one: str, other: str) -> bool:
    """Return True if two names mean the same account."""
    return account_key(one) == account_key(other)


def calls_with(store: CallStore, account: str, modes: Collection[Mode]) -> Iterator[StoredEvents]:
    """Yield the account's calls, newest first; unreadable ones are skipped. An empty name has none."""
    if not account.strip():
        return
    found = [each for each in store.summaries() if each.mode in modes and same_account(each.account, account)]
    for summary in found[:CALLS]:
        try:
            events = store.read(summary.id).events
        except StorageError:
            continue
        yield StoredEvents(summary, events)


def newest_prep(store: CallStore, account: str | None = None, playbook: str = "") -> CallSummary | None:
    """Return the newest prep from which no call was started, of any account if `account` is None."""
    for each in store.summaries():
        fits = account is None or same_account(each.account, account)
        if each.mode is Mode.PREP and not each.ended and fits and playbook in ("", each.playbook):
            return each
    return None


def add_events(file: CallFile, events: Sequence[Event], failed: str) -> None:
    """Store events in a call, and wait until they are on the disk.

    Raises `StorageError`, whose message has `failed`, such as `nothing was saved`.
    """
    answers: queue.SimpleQueue[WriteSaved | WriteFailed] = queue.SimpleQueue()
    file.keep(events, answers.put)
    try:
        answer = answers.get(timeout=WAIT_SECONDS)
    except queue.Empty:
        raise StorageError(f"the disk does not respond; {failed}") from None
    if isinstance(answer, WriteFailed):
        raise StorageError(f"{failed}: {answer.why}")


class CallStore:
    """Folder of calls; folders and files in it get mode 0700 and 0600. Raises `FolderUnusable`, never for its content.

    `warned` is called, perhaps from another thread, with a sentence that the user must see at once: the disk reserve is
    used, a call is damaged. It may be replaced at any time; until it is set, sentences wait in `warnings`. Only
    `CallFile.keep` and `keep_draft` may be called where waiting for the disk would hurt. `set_aside` lists the damaged
    files found so far.
    """

    def __init__(
        self,
        folder: Path,
        *,
        warned: Callable[[str], None] | None = None,
        disk: Disk | None = None,
        formats: Migrations = FORMATS,
    ) -> None:
        self.folder = folder
        self.set_aside: list[SetAside] = []
        self.warned = warned
        self.warnings: list[str] = []
        self._reported: set[str] = set()
        self._calls = folder / "calls"
        self._quarantine = folder / "quarantine"
        self._disk = disk or Disk()
        self._formats = formats
        self._patience = ClosePatience()
        self._reserve = DiskReserve(folder, self._disk, self.warn)
        try:
            self._disk.make_folder(self._calls)
            with os.scandir(self._calls):
                pass
        except OSError as problem:
            raise unusable(folder, problem) from problem
        self._reserve.fill()
        cache = SearchCache(folder / "index.sqlite3", self._disk, self.warn)
        self._catalog = Catalog(self._calls, cache, self._disk)
        self.settings = SettingsStore(folder / "settings.json", self._disk, self._settings_damaged)
        self._forgetting = ForgetRun(folder, self._disk, formats, cache, self.warn)
        try:
            self._forgetting.finish()
        except StorageError as problem:
            self.warn(str(problem))

    def create(self, began: datetime, account: str = "") -> CallFile:
        """Create a call, locked for this program. Raises `StorageError` if the folder cannot be written."""
        call_id = f"{began:%Y-%m-%dT%H%M}-{os.urandom(4).hex()}"
        files = self._files(call_id)
        lock = lock_call(call_id, files, self._disk)
        summary = to_document(CallSummary(call_id, started_at=began.isoformat(), account=account))
        tables = self._formats.stamped({"call": {"1": summary}, "events": {}, "draft": {}})
        return self._start(call_id, files, tables, lock, unmerged=True)

    def read(self, call_id: str) -> CallContent:
        """Return what is stored of a call, also of one that is open; nothing is written.

        Raises `NoSuchCall`, and `StorageError` if the disk fails.
        """
        found = self._recovered(call_id, self._files(call_id), is_locked=False)
        if found.problem:
            self.report(call_id, found.problem)
        return self._content(call_id, self._formats.migrated(found.tables))

    def open(self, call_id: str) -> CallFile:
        """Open a stored call, locked for this program.

        Raises `NoSuchCall`, `CallIsOpen` if another program has it open, `CallIsReadOnly` for a newer format or for
        damage that cannot be copied, and `StorageError` if the disk fails.
        """
        files = self._files(call_id)
        if not files.exist():
            raise NoSuchCall(f"call not found: {call_id}")
        lock = lock_call(call_id, files, self._disk)
        try:
            found = self._recovered(call_id, files, is_locked=True)
            self._prepare(call_id, files, found)
        except BaseException:
            lock.release(keep=True)
            raise
        if found.problem and not found.damaged:
            self.warn(f"call {call_id} {found.problem}")
        migrated = self._formats.migrated(found.tables)
        unmerged = found.unmerged or bool(found.problem) or migrated != found.tables
        return self._start(call_id, files, migrated, lock, unmerged=unmerged, damaged=files.main in found.damaged)

    def summaries(self) -> list[CallSummary]:
        """Return all calls, newest first."""
        return self._catalog.summaries()

    def interrupted(self, among: Iterable[CallSummary]) -> list[CallSummary]:
        """Return the calls that can be resumed: without an outcome, and open in no window.

        A prep is among them only if a crash interrupted it.
        """
        return [
            summary
            for summary in among
            if not summary.ended
            and (summary.interrupted or summary.mode in (Mode.LIVE, Mode.REHEARSE))
            and not is_held(self._files(summary.id).lock, self._disk)
        ]

    def search(self, words: str, *, thorough: bool = False) -> Iterator[SearchHit]:
        """Yield every entry with all of the words, newest call first, as soon as it is found.

        `thorough` reads every call without the cache.
        """
        if thorough:
            return search(self._calls, self._disk, words, damaged=self.report)
        return search(self._calls, self._disk, words, self._catalog.without, self.report)

    def catch_up(
        self,
        seconds: float | None = None,
        stop: Callable[[], bool] = lambda: False,
        clock: Callable[[], float] = time.monotonic,
    ) -> int:
        """Add missing calls to the cache, newest first, for at most `seconds` or until `stop` returns True.

        Returns the number still missing. Run it in a thread in a quiet moment; search is correct without it, but
        slower.
        """
        return self._catalog.catch_up(seconds, stop, clock)

    def facts(
        self, version: int, make: Make, done: Callable[[int, int], None] = lambda *_: None
    ) -> Iterator[tuple[CallSummary, Any]]:
        """Yield every call, newest first, with what `make` computes from its events: a JSON value without words.

        The value is cached under `version`, so only new and changed calls are read; `done` gets the number read so far
        and the number to read. A call that cannot be read is skipped.
        """
        return self._catalog.facts(version, make, done, self.report)

    def checked(self) -> Iterator[tuple[str, str]]:
        """Read every call in full; yield its id and its problem, empty if there is none."""
        for call_id in sorted(look(self._calls, closely=False).calls(), reverse=True):
            try:
                found = read_call(self._files(call_id), self._disk)
            except FileNotFoundError:
                continue
            except OSError as problem:
                yield call_id, f"cannot be read: {in_words(problem)}"
            else:
                yield call_id, found.problem

    def forget(self, call_id: str) -> None:
        """Remove a call with its backups, journal and damaged copies, what other calls recalled from it, and rehearsals
        that replay it.

        Raises `NoSuchCall`, `CallIsOpen`, and `StorageError` naming the files that could not be removed.
        """
        self._files(call_id)
        if call_id not in belongings(self._calls, self._quarantine):
            raise NoSuchCall(f"call not found: {call_id}")
        self.carry_out(self._forgetting.with_replays(ForgetPlan((call_id,))))

    def preview(self, plan: ForgetPlan) -> ForgetPreview:
        """Return what `plan` would change, without changing anything. Reads every call, which takes time."""
        return self._forgetting.preview(plan)

    def carry_out(self, plan: ForgetPlan) -> None:
        """Carry out the plan, and remove what other calls copied from deleted ones. The next start finishes it after a
        crash.

        Raises `CallIsOpen`, and `StorageError` naming what could not be changed, and whether the next start tries that
        again.
        """
        self._forgetting.carry_out(plan)
        self.set_aside[:] = [aside for aside in self.set_aside if aside.copy.exists()]

    def hurry(self) -> None:
        """Wait less for the disk when calls are closed, because the process ends in `HURRY_SECONDS` and a little."""
        self._patience.seconds = HURRY_SECONDS

    def warn(self, sentence: str) -> None:
        """Show a line to the user, now or as soon as `warned` is set; from any thread."""
        if self.warned is None:
            self.warnings.append(sentence)
        else:
            self.warned(sentence)

    def report(self, call_id: str, wrong: str) -> None:
        """Warn about a damaged call, once."""
        if call_id not in self._reported:
            self._reported.add(call_id)
            self.warn(f"call {call_id} {wrong} (salesnerd doctor checks all calls)")

    def _found_damage(self, aside: SetAside) -> None:
        self.set_aside.append(aside)
        self.warn(aside.message)

    def _settings_damaged(self, found: RecoveredCall) -> None:
        for aside in set_aside("settings", found, self._quarantine, self._disk):
            self._found_damage(aside)

    def _recovered(self, call_id: str, files: CallPaths, *, is_locked: bool) -> RecoveredCall:
        """Read the files of a call. Raises `NoSuchCall` and `StorageError`."""
        try:
            return read_call(files, self._disk, is_locked=is_locked)
        except FileNotFoundError:
            raise NoSuchCall(f"call not found: {call_id}") from None
        except OSError as problem:
            raise StorageError(f"cannot read call {call_id}: {in_words(problem)}") from problem

    def _prepare(self, call_id: str, files: CallPaths, found: RecoveredCall) -> None:
        """Copy the damaged originals that writing would replace. Raises `CallIsReadOnly`."""
        number = format_of(found.tables, self._formats.current)
        if number > self._formats.current:
            raise CallIsReadOnly(
                f"call {call_id} is read-only: created by a newer salesnerd; update to resume this call"
            )
        try:
            for aside in set_aside(call_id, found, self._quarantine, self._disk):
                self._found_damage(aside)
            if number < self._formats.current and not files.older_format(number).exists():
                self._disk.write_over(files.older_format(number), self._disk.read(files.main))
        except OSError as problem:
            why = f"the original could not be backed up ({in_words(problem)})"
            raise CallIsReadOnly(f"call {call_id} is read-only: {why}") from problem
        for leftover in files.temporaries():
            self._disk.remove(leftover)

    def _start(
        self, call_id: str, files: CallPaths, tables: Tables, lock: FileLock, *, unmerged: bool, damaged: bool = False
    ) -> CallFile:
        """Return an open call with its writer running; `damaged` says whether the main file is."""
        # Before the first main file: one that says that a journal follows is never alone without a number.
        lock.record(len(tables.get("events", ())), durable=True)
        storage = JournalStorage(
            files,
            self._disk,
            tables,
            unmerged=unmerged,
            damaged=damaged,
            lock=lock,
            moved=lambda: self.warn(
                f"the files of call {call_id} were removed or replaced while it was open; "
                f"the whole call was saved again in {files.main}"
            ),
            derive=lambda now: {"call": {"1": to_document(summary_of(call_id, now))}},
            make_room=self._reserve.spend,
        )
        events, draft = self._content(call_id, tables)
        return CallFile(call_id, events, draft, CallWriter(storage, call_id), lock, self._patience)

    def _content(self, call_id: str, tables: Tables) -> CallContent:
        """Return the events and the draft; warn about entries of other versions."""
        events, unknown = read_events(tables.get("events", {}))
        if unknown:
            self.warn(f"call {call_id}: {unknown} of its entries are unknown to this version and are not shown")
        draft = tables.get("draft", {}).get("1", {}).get("text", "")
        return CallContent(events, draft if isinstance(draft, str) else "")

    def _files(self, call_id: str) -> CallPaths:
        if not is_call_id(call_id):
            raise NoSuchCall(f"invalid call id {call_id!r}")
        return CallPaths(self._calls / f"{call_id}.json")


BATCH = 63
"""Calls written to the cache in one transaction: the longest wait of another window, and the work a crash loses."""

Make = Callable[[Sequence[Event]], Any]
"""Computes a JSON value from a call's events."""


@contextlib.contextmanager
def collector_waits() -> Iterator[None]:
    """Disable garbage collection inside the function.

    It creates no cycles, and with 10,000 calls collection takes half of the time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class Catalog:
    """Catalog of the calls in `folder`."""

    def __init__(self, folder: Path, cache: SearchCache, disk: Disk) -> None:
        self.cache = cache
        self._folder = folder
        self._disk = disk
        self._stamps: dict[str, Stamp] = {}
        self._known: dict[str, CallSummary] = {}

    def summaries(self) -> list[CallSummary]:
        """Return all calls, newest first; an unreadable call has `problem` set."""
        with collector_waits():
            return self._listed()[0]

    def _listed(self) -> tuple[list[CallSummary], Folder]:
        """Return all calls, newest first, and the folder scan that the list is based on."""
        seen = look(self._folder, closely=True)
        stamps, known = self._stamps, self._known
        found = (
            dict(known)
            if stamps == seen.stamps
            else {each: summary for each, summary in known.items() if seen.stamps.get(each) == stamps.get(each)}
        )
        if len(found) < len(seen.stamps):
            self._from_cache(seen, found)
        lines: dict[str, tuple[Stamp, str]] = {}
        read_anew: list[str] = []
        for call_id in {*seen.numbers, *seen.others} - found.keys():
            if is_call_id(call_id):
                read = read_whole if seen.others.get(call_id) else _read_head
                found[call_id], is_settled = read(call_id, self._folder, self._disk)
                if call_id not in seen.stamps or not is_settled:
                    read_anew.append(call_id)
                elif line := to_line(found[call_id]):
                    lines[call_id] = (seen.stamps[call_id], line)
        if lines:
            self._write(lambda: self.cache.put_lines(lines, self._is_still))
        self._stamps = seen.stamps
        listed = sorted(found.values(), key=_began, reverse=True)
        for call_id in read_anew:
            del found[call_id]
        self._known = found
        return listed, seen

    def without(self, wanted: list[str]) -> dict[str, Stamp]:
        """Return the calls that cannot contain all the words, provided their files have these stamps."""
        try:
            return self.cache.without(wanted)
        except NoCache:
            return {}

    def catch_up(self, seconds: float | None, stop: Callable[[], bool], clock: Callable[[], float]) -> int:
        """Add calls to the cache, as described in `CallStore.catch_up`."""
        until = None if seconds is None else clock() + seconds
        there = look(self._folder, closely=True).stamps
        try:
            known, is_worn = self.cache.listed()
        except NoCache:
            known, is_worn = {}, False
        if is_worn or any(not os.path.lexists(self._path(call_id)) for call_id in known):
            self.cache.delete()
            known = {}
        missing = newest_first(
            call_id for call_id, stamp in there.items() if known.get(call_id) != (stamp, True) and is_call_id(call_id)
        )
        while missing and not stop() and (until is None or clock() < until):
            rows = {call_id: row for call_id in missing[:BATCH] if (row := self._row(call_id)) is not None}
            if not self._write(partial(self.cache.put_words, rows, self._is_still)):
                break
            missing = missing[BATCH:]
        return len(missing)

    def facts(
        self,
        version: int,
        make: Make,
        done: Callable[[int, int], None],
        damaged: Callable[[str, str], None],
    ) -> Iterator[tuple[CallSummary, Any]]:
        """Yield every call with a computed value, as described in `CallStore.facts`.

        `damaged` is called with the id of a damaged or unreadable call, and its problem.
        """
        summaries, seen = self._listed()
        known = self._known_facts(version, seen)
        missing = sum(summary.id not in known for summary in summaries)
        fresh: dict[str, tuple[Stamp, Any]] = {}
        read = 0
        for summary in summaries:
            if summary.id in known:
                yield summary, known[summary.id]
                continue
            stamp = stamp_of(self._path(summary.id))
            try:
                read_back = read_call(CallPaths(self._folder / f"{summary.id}.json"), self._disk)
            except OSError as problem:
                damaged(summary.id, f"cannot be read: {in_words(problem)}")
                continue
            if read_back.problem:
                damaged(summary.id, read_back.problem)
            found = make(read_events(FORMATS.migrated(read_back.tables).get("events", {}))[0])
            if stamp is not None and not summary.interrupted and not summary.problem and not read_back.bad:
                fresh[summary.id] = (stamp, found)
            read += 1
            done(read, missing)
            if len(fresh) >= BATCH:
                self._put_facts(version, fresh)
            yield summary, found
        self._put_facts(version, fresh)

    def _known_facts(self, version: int, seen: Folder) -> dict[str, Any]:
        try:
            facts = self.cache.facts(version)
        except NoCache:
            return {}
        return {call_id: found for call_id, (stamp, found) in facts.items() if seen.stamps.get(call_id) == stamp}

    def _put_facts(self, version: int, fresh: dict[str, tuple[Stamp, Any]]) -> None:
        if fresh:
            self._write(lambda: self.cache.put_facts(version, fresh, self._is_still))
            fresh.clear()

    def _from_cache(self, seen: Folder, found: dict[str, CallSummary]) -> None:
        """Add to `found` the calls whose current version is in the cache."""
        stamp_of_call = seen.stamps.get
        try:
            rows = self.cache.lines()
        except NoCache:
            return
        right = {row[0]: row[4] for row in rows if stamp_of_call(row[0]) == row[1:4] and row[0] not in found}
        try:
            summaries = from_lines(right.values())
        except ValueError:
            self.cache.delete("was damaged")
            return
        if [each.id for each in summaries] != list(right):
            self.cache.delete("was damaged")
            return
        found.update(zip(right, summaries, strict=True))

    def _row(self, call_id: str) -> CacheRow | None:
        """Return the call as a cache row; None if its content may be incomplete."""
        path = self._path(call_id)
        stamp = stamp_of(path)
        try:
            data = self._disk.read(path)
        except OSError:
            return None
        read = read_main_file(data)
        if stamp is None or read.bad or read.continued or not data:
            return None
        head = read_head(data)
        summary = summary_of(call_id, read.tables) if head is None else from_document(call_id, head)
        texts = [call_text(summary), *(entry_text(document) for document in read.tables.get("events", {}).values())]
        line = to_line(summary)
        return CacheRow(stamp, line, "\n".join(map(searchable, texts))) if line else None

    def _is_still(self, call_id: str, stamp: Stamp) -> bool:
        return stamp_of(self._path(call_id)) == stamp

    def _path(self, call_id: str) -> str:
        # A string, not a Path: creating 10,000 Paths takes longer than checking the files.
        return f"{self._folder}{os.sep}{call_id}.json"

    @staticmethod
    def _write(does: Callable[[], None]) -> bool:
        try:
            does()
        except NoCache:
            return False
        return True


def _began(summary: CallSummary) -> tuple[float, str]:
    try:
        return datetime.fromisoformat(summary.started_at).timestamp(), summary.id
    except (ValueError, OverflowError, OSError):
        return 0.0, summary.id


def _read_head(call_id: str, folder: Path, disk: Disk) -> tuple[CallSummary, bool]:
    try:
        # A string, not a Path: creating 10,000 Paths takes longer than reading the files.
        head = disk.read(f"{folder}{os.sep}{call_id}.json", HEAD_BYTES)
    except OSError:
        return read_whole(call_id, folder, disk)
    found = read_head(head)
    if found is None or CONTINUED in found:
        return read_whole(call_id, folder, disk)
    return from_document(call_id, found), True


def read_whole(call_id: str, folder: Path, disk: Disk) -> tuple[CallSummary, bool]:
    """Return the summary from all files of a call that is open, interrupted, damaged, or was rewritten by another
    TinyDB, and whether it holds as long as the main file is the same.

    `problem` is set if the call cannot be read.
    """
    try:
        found = read_call(CallPaths(folder / f"{call_id}.json"), disk)
    except OSError as problem:
        return CallSummary(call_id, problem=f"this call cannot be read: {in_words(problem)}"), False
    damage = f"this call {found.problem}" if found.problem else ""
    if found.bad:
        damage = "this call's file is damaged; what can be read is shown on opening it"
    # The first entry after an opening is in the main file, and there is no journal yet.
    is_open = found.journaled or found.continued
    summary = replace(summary_of(call_id, found.tables), interrupted=is_open, problem=damage)
    # A call that stays open may lose a journal that is not there yet.
    return summary, not damage and not found.continued
