"""Folder of all calls: create, open, list, search and delete them, and read those of one account.

A call is opened in steps: lock, read, recover from damage, migrate, and only then start a writer.

`Catalog` lists the calls. It reads a call from its own files if the cache does not have its current version, or if it
is open, interrupted or damaged, so it is correct in any state of the cache. A closed and undamaged call is read from
the head of its file.
"""

from __future__ import annotations

import os
import queue
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.call.events import Event, Mode
from salesnerd_tui.call.events import to_document as event_document
from salesnerd_tui.garbage import paused_collection
from salesnerd_tui.storage.call_files import (
    OPEN_MARK,
    CallPaths,
    FolderScan,
    RecoveredCall,
    Stamp,
    Tables,
    is_call_id,
    lock_call,
    newest_first,
    quarantine_damaged,
    read_call,
    read_main_file,
    scan_folder,
    stamp_of,
    to_json,
    write_main_file,
)
from salesnerd_tui.storage.call_writer import CallFile, CallWriter, CloseTimeout, WriteResult
from salesnerd_tui.storage.disk import Disk, DiskReserve, FileLock, is_held
from salesnerd_tui.storage.errors import (
    CallIsReadOnly,
    FolderUnusable,
    NoSuchCall,
    QuarantinedFile,
    StorageError,
    WriteFailed,
    error_message,
)
from salesnerd_tui.storage.forget import ForgetPlan, ForgetPreview, ForgetRun, files_by_call
from salesnerd_tui.storage.journal import MAX_CALL_BYTES, JournalStorage
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
    summarize,
    summary_of,
    to_document,
    to_line,
)
from salesnerd_tui.text import search_text

MAX_ACCOUNT_CALLS = 50
"""Maximum number of calls read for one account: almost a year of weekly calls."""

SIGNAL_CLOSE_SECONDS = 1.2
"""Longest time that closing waits for the disk after a signal, which ends the process after 2 s."""

SAVE_SECONDS = 10.0
"""Longest wait for the disk while the user waits."""


class CallContent(NamedTuple):
    """Content of a stored call: its events, and the text that was being typed when it was closed."""

    events: tuple[Event, ...]
    draft: str


class StoredEvents(Struct, frozen=True):
    """Summary and events of a stored call."""

    summary: CallSummary
    events: tuple[Event, ...]


def account_key(account: str) -> str:
    """Return the name by which accounts are compared: case and spacing make no difference."""
    return " ".join(account.split()).casefold()


def same_account(one: str, other: str) -> bool:
    return account_key(one) == account_key(other)


def calls_with(store: CallStore, account: str, modes: Collection[Mode]) -> Iterator[StoredEvents]:
    """Yield the account's calls, newest first; unreadable ones are skipped. An empty name has none."""
    if not account.strip():
        return
    summaries = [each for each in store.summaries() if each.mode in modes and same_account(each.account, account)]
    for summary in summaries[:MAX_ACCOUNT_CALLS]:
        try:
            events = store.read(summary.id).events
        except StorageError:
            continue
        yield StoredEvents(summary, events)


def newest_prep(store: CallStore, account: str | None, playbook: str = "") -> CallSummary | None:
    """Return the newest prep from which no call was started, of any account if `account` is None."""
    for summary in store.summaries():
        is_account = account is None or same_account(summary.account, account)
        is_playbook = playbook in ("", summary.playbook)
        if summary.mode is Mode.PREP and not summary.ended and is_account and is_playbook:
            return summary
    return None


def add_events(file: CallFile, events: Sequence[Event], failure: str) -> None:
    """Store events in a call, and wait until they are on the disk.

    Raises `StorageError`, whose message contains `failure`, such as `nothing was saved`.
    """
    results: queue.SimpleQueue[WriteResult] = queue.SimpleQueue()
    file.save(events, results.put)
    try:
        result = results.get(timeout=SAVE_SECONDS)
    except queue.Empty:
        raise StorageError(f"the disk does not respond; {failure}") from None
    if isinstance(result, WriteFailed):
        raise StorageError(f"{failure}: {result.disk_message}")


class CallStore:
    """Folder of calls; folders and files in it get mode 0700 and 0600. Raises `FolderUnusable`, never for its content.

    `on_warning` is called, perhaps from another thread, with a sentence that the user must see at once: the disk
    reserve is used, a call is damaged. It may be replaced at any time; until it is set, sentences wait in `warnings`. A
    thread that must not wait for the disk may only call `CallFile.save` and `save_draft`. `quarantined` lists the
    damaged files found so far.
    """

    def __init__(
        self,
        folder: Path,
        *,
        on_warning: Callable[[str], None] | None = None,
        disk: Disk | None = None,
        formats: Migrations = FORMATS,
    ) -> None:
        self.folder = folder
        self.quarantined: list[QuarantinedFile] = []
        self.on_warning = on_warning
        self.warnings: list[str] = []
        self._reported: set[str] = set()
        self._has_warned_of_locks = False
        self._calls = folder / "calls"
        self._quarantine = folder / "quarantine"
        self._disk = disk or Disk()
        self._formats = formats
        self._close_timeout = CloseTimeout()
        self._reserve = DiskReserve(folder, self._disk, self.warn)
        try:
            self._disk.make_folder(self._calls)
            with os.scandir(self._calls):
                pass
        except OSError as problem:
            raise FolderUnusable.from_os_error(folder, problem) from problem
        self._reserve.fill()
        cache = SearchCache(folder / "index.sqlite3", self._disk, self.warn)
        self._catalog = Catalog(self._calls, cache, self._disk)
        self.settings = SettingsStore(
            folder / "settings.json", self._disk, partial(self._quarantine_damaged, "settings")
        )
        self._forgetting = ForgetRun(folder, self._disk, formats, cache, self.warn)
        try:
            self._forgetting.finish()
        except StorageError as problem:
            self.warn(str(problem))

    def create(self, started_at: datetime, account: str = "") -> CallFile:
        """Create a call, locked for this program. Raises `StorageError` if the folder cannot be written."""
        call_id = _new_id(started_at)
        files = self._files(call_id)
        lock = lock_call(call_id, files, self._disk)
        summary = to_document(CallSummary(call_id, started_at=started_at.isoformat(), account=account))
        tables = self._formats.stamped({"call": {"1": summary}, "events": {}, "draft": {}})
        return self._start(call_id, files, tables, lock, needs_merge=True)

    def add(self, started_at: datetime, events: Sequence[Event], key: str = "") -> CallSummary:
        """Store a complete call in one step, so that a crash leaves all of it or nothing; return its summary.

        Its id ends with `key`, eight hexadecimal digits, or with random ones. Raises `StorageError`.
        """
        call_id = _new_id(started_at, key)
        files = self._files(call_id)
        rows = {str(number): event_document(event) for number, event in enumerate(events)}
        if len(to_json(rows)) > MAX_CALL_BYTES:
            raise StorageError("the transcript is too long for one call (split it)")
        summary = summarize(CallSummary(call_id), events)
        tables = self._formats.stamped({"call": {"1": to_document(summary)}, "events": rows, "draft": {}})
        lock = lock_call(call_id, files, self._disk)
        try:
            if files.any_exists():
                raise StorageError(f"call {call_id} already exists")
            for leftover in files.temporary_files():
                self._disk.remove(leftover)
            write_main_file(files, tables, self._disk)
        except OSError as problem:
            raise StorageError(f"cannot store call {call_id}: {error_message(problem)}") from problem
        finally:
            lock.release()
        return summary

    def read(self, call_id: str) -> CallContent:
        """Return what is stored of a call, also of one that is open; nothing is written.

        Raises `NoSuchCall`, and `StorageError` if the disk fails.
        """
        call = self._recover(call_id, self._files(call_id), has_lock=False)
        if call.problem:
            self.report(call_id, call.problem)
        return self._content(call_id, self._formats.migrated(call.tables))

    def open(self, call_id: str) -> CallFile:
        """Open a stored call, locked for this program.

        Raises `NoSuchCall`, `CallIsOpen` if another program has it open, `CallIsReadOnly` for a newer format or for
        damage that cannot be copied, and `StorageError` if the disk fails.
        """
        files = self._files(call_id)
        if not files.any_exists():
            raise NoSuchCall(f"call not found: {call_id}")
        lock = lock_call(call_id, files, self._disk)
        try:
            call = self._recover(call_id, files, has_lock=True)
            self._prepare(call_id, files, call)
        except BaseException:
            lock.release(keep_count=True)
            raise
        if call.problem and not call.damaged_files:
            self.warn(f"call {call_id} {call.problem}")
        migrated = self._formats.migrated(call.tables)
        needs_merge = call.needs_merge or bool(call.problem) or migrated != call.tables
        is_damaged = files.main in call.damaged_files
        return self._start(call_id, files, migrated, lock, needs_merge=needs_merge, is_damaged=is_damaged)

    def summaries(self) -> list[CallSummary]:
        """Return all calls, newest first."""
        return self._catalog.summaries()

    def resumable(self, summaries: Iterable[CallSummary]) -> list[CallSummary]:
        """Return the calls that can be resumed: those without an outcome that are open in no window.

        A prep can be resumed only if a crash interrupted it.
        """
        return [
            summary
            for summary in summaries
            if not summary.ended
            and (summary.interrupted or summary.mode in (Mode.LIVE, Mode.REHEARSE))
            and not is_held(self._files(summary.id).lock, self._disk)
        ]

    def search(self, words: str, *, thorough: bool = False) -> Iterator[SearchHit]:
        """Yield every entry with all of the words, newest call first, as soon as it is found.

        `thorough` reads every call without the cache.
        """
        if thorough:
            return search(self._calls, self._disk, words, on_damage=self.report)
        return search(self._calls, self._disk, words, self._catalog.excluded_calls, self.report)

    def update_cache(
        self,
        max_seconds: float | None = None,
        stop: Callable[[], bool] = lambda: False,
        clock: Callable[[], float] = time.monotonic,
    ) -> int:
        """Add missing calls to the cache, newest first, for at most `max_seconds` or until `stop` returns True.

        Returns the number still missing. Run it in a thread while the program is idle; search is correct without it,
        but slower.
        """
        return self._catalog.update_cache(max_seconds, stop, clock)

    def facts(
        self, version: int, compute: ComputeFacts, on_progress: OnProgress = lambda *_: None
    ) -> Iterator[tuple[CallSummary, Any]]:
        """Yield every call, newest first, with what `compute` returns for its events: a JSON value without words.

        The value is cached under `version`, so only new and changed calls are read; `on_progress` gets the number read
        so far and the number to read. A call that cannot be read is skipped.
        """
        return self._catalog.facts(version, compute, on_progress, self.report)

    def check_calls(self) -> Iterator[tuple[str, str]]:
        """Read every call in full; yield its id and its problem, empty if there is none."""
        for call_id in newest_first(filter(is_call_id, scan_folder(self._calls, with_stamps=False).ids)):
            try:
                call = read_call(self._files(call_id), self._disk)
            except FileNotFoundError:
                continue
            except OSError as problem:
                yield call_id, f"cannot be read: {error_message(problem)}"
            else:
                yield call_id, call.problem

    def forget(self, call_id: str) -> None:
        """Delete a call and everything copied from it.

        That is its backups, journal and damaged copies, the text that other calls recalled from it, and the rehearsals
        that replay it. Raises `NoSuchCall`, `CallIsOpen`, and `StorageError` naming the files that could not be
        removed.
        """
        self._files(call_id)
        if call_id not in files_by_call(self._calls, self._quarantine):
            raise NoSuchCall(f"call not found: {call_id}")
        self.carry_out(self._forgetting.with_replays(ForgetPlan((call_id,))))

    def preview(self, plan: ForgetPlan) -> ForgetPreview:
        """Return what `plan` would change, without changing anything. Reads every call, which takes time."""
        return self._forgetting.preview(plan)

    def carry_out(self, plan: ForgetPlan) -> None:
        """Carry out the plan, and remove what other calls copied from deleted ones.

        After a crash, the next start finishes it. Raises `CallIsOpen`, and `StorageError` naming what could not be
        changed, and whether the next start tries that again.
        """
        self._forgetting.carry_out(plan)
        self.quarantined[:] = [copy for copy in self.quarantined if copy.path.exists()]

    def shorten_close(self) -> None:
        """Wait less for the disk when calls are closed, because a signal ends the process soon."""
        self._close_timeout.seconds = SIGNAL_CLOSE_SECONDS

    def warn(self, sentence: str) -> None:
        """Show a line to the user, now or as soon as `on_warning` is set; from any thread."""
        if self.on_warning is None:
            self.warnings.append(sentence)
        else:
            self.on_warning(sentence)

    def report(self, call_id: str, problem: str) -> None:
        """Warn about a damaged call, once."""
        if call_id not in self._reported:
            self._reported.add(call_id)
            self.warn(f"call {call_id} {problem} (salesnerd doctor checks all calls)")

    def _quarantine_damaged(self, name: str, call: RecoveredCall) -> None:
        for copy in quarantine_damaged(name, call, self._quarantine, self._disk):
            self.quarantined.append(copy)
            self.warn(copy.message)

    def _recover(self, call_id: str, files: CallPaths, *, has_lock: bool) -> RecoveredCall:
        """Read the files of a call. Raises `NoSuchCall` and `StorageError`."""
        try:
            return read_call(files, self._disk, has_lock=has_lock)
        except FileNotFoundError:
            raise NoSuchCall(f"call not found: {call_id}") from None
        except OSError as problem:
            raise StorageError(f"cannot read call {call_id}: {error_message(problem)}") from problem

    def _prepare(self, call_id: str, files: CallPaths, call: RecoveredCall) -> None:
        """Copy the damaged originals that writing would replace. Raises `CallIsReadOnly`."""
        number = format_of(call.tables, self._formats.current)
        if number > self._formats.current:
            raise CallIsReadOnly(
                f"call {call_id} is read-only: created by a newer salesnerd; update to resume this call"
            )
        try:
            self._quarantine_damaged(call_id, call)
            if number < self._formats.current and not files.format_backup(number).exists():
                self._disk.write_atomically(files.format_backup(number), self._disk.read(files.main))
        except OSError as problem:
            reason = f"the original could not be backed up ({error_message(problem)})"
            raise CallIsReadOnly(f"call {call_id} is read-only: {reason}") from problem
        for leftover in files.temporary_files():
            self._disk.remove(leftover)

    def _start(
        self,
        call_id: str,
        files: CallPaths,
        tables: Tables,
        lock: FileLock,
        *,
        needs_merge: bool,
        is_damaged: bool = False,
    ) -> CallFile:
        """Return an open call with its writer running; `is_damaged` says that the main file is damaged."""
        if not lock.is_effective and not self._has_warned_of_locks:
            self._has_warned_of_locks = True
            self.warn(f"{self.folder} has no file locks: open each call in one window only (or use --data DIR)")
        storage = JournalStorage(
            files,
            self._disk,
            tables,
            needs_merge=needs_merge,
            is_damaged=is_damaged,
            lock=lock,
            on_rewritten=lambda: self.warn(
                f"the files of call {call_id} were removed or replaced while it was open; "
                f"the whole call was saved again in {files.main}"
            ),
            derive=lambda current: {"call": {"1": to_document(summary_of(call_id, current))}},
            free_space=self._reserve.free,
        )
        events, draft = self._content(call_id, tables)
        return CallFile(
            call_id, events, draft, CallWriter(storage, call_id), lock=lock, close_timeout=self._close_timeout
        )

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


def _new_id(started_at: datetime, key: str = "") -> str:
    return f"{started_at:%Y-%m-%dT%H%M}-{key or os.urandom(4).hex()}"


BATCH = 63
"""Calls written to the cache in one transaction: the longest wait of another window, and the work a crash loses."""

ComputeFacts = Callable[[Sequence[Event]], Any]
"""Computes a JSON value from a call's events."""

OnProgress = Callable[[int, int], None]
"""Gets the number of calls read, and the number to read."""


class Catalog:
    """Catalog of the calls in `folder`."""

    def __init__(self, folder: Path, cache: SearchCache, disk: Disk) -> None:
        self.cache = cache
        self._folder = folder
        self._disk = disk
        self._stamps: dict[str, Stamp] = {}
        self._summaries: dict[str, CallSummary] = {}

    def summaries(self) -> list[CallSummary]:
        """Return all calls, newest first; an unreadable call has `problem` set."""
        with paused_collection():  # reading calls creates no cycles; to search 10,000 for them doubles the time
            return self._list_calls()[0]

    def _list_calls(self) -> tuple[list[CallSummary], FolderScan]:
        """Return all calls, newest first, and the folder scan that the list is based on."""
        scan = scan_folder(self._folder, with_stamps=True)
        summaries = dict(self._summaries)
        if self._stamps != scan.stamps:
            current, known = scan.stamps.get, self._stamps.get
            summaries = {each: summary for each, summary in summaries.items() if current(each) == known(each)}
        if len(summaries) < len(scan.stamps):
            self._add_cached(scan, summaries)
        lines: dict[str, tuple[Stamp, str]] = {}
        volatile: list[str] = []
        """Calls that have to be read again for the next list."""
        for call_id in scan.ids - summaries.keys():
            if is_call_id(call_id):
                read = read_whole if call_id in scan.unsettled else _read_head
                summaries[call_id], is_settled = read(call_id, self._folder, self._disk)
                if call_id not in scan.stamps or not is_settled:
                    volatile.append(call_id)
                elif line := to_line(summaries[call_id]):
                    lines[call_id] = (scan.stamps[call_id], line)
        if lines:
            self._write(lambda: self.cache.put_lines(lines, self._is_current))
        self._stamps = scan.stamps
        listed = sorted(summaries.values(), key=_start_key, reverse=True)
        for call_id in volatile:
            del summaries[call_id]
        self._summaries = summaries
        return listed, scan

    def excluded_calls(self, words: list[str]) -> dict[str, Stamp]:
        """Return the calls that cannot contain all the words, provided their files have these stamps."""
        try:
            return self.cache.excluded_calls(words)
        except NoCache:
            return {}

    def update_cache(self, max_seconds: float | None, stop: Callable[[], bool], clock: Callable[[], float]) -> int:
        """Add calls to the cache, as described in `CallStore.update_cache`."""
        ends_at = None if max_seconds is None else clock() + max_seconds
        stamps = scan_folder(self._folder, with_stamps=True).stamps
        try:
            cached, has_obsolete_rows = self.cache.cached_calls()
        except NoCache:
            cached, has_obsolete_rows = {}, False
        if has_obsolete_rows or any(not os.path.lexists(self._path(call_id)) for call_id in cached):
            self.cache.delete()
            cached = {}
        missing = newest_first(
            call_id for call_id, stamp in stamps.items() if cached.get(call_id) != (stamp, True) and is_call_id(call_id)
        )
        while missing and not stop() and (ends_at is None or clock() < ends_at):
            rows = {call_id: row for call_id in missing[:BATCH] if (row := self._cache_row(call_id)) is not None}
            if not self._write(partial(self.cache.put_words, rows, self._is_current)):
                break
            missing = missing[BATCH:]
        return len(missing)

    def facts(
        self,
        version: int,
        compute: ComputeFacts,
        on_progress: OnProgress,
        on_damage: Callable[[str, str], None],
    ) -> Iterator[tuple[CallSummary, Any]]:
        """Yield every call with a computed value, as described in `CallStore.facts`.

        `on_damage` is called with the id of a damaged or unreadable call, and its problem.
        """
        summaries, scan = self._list_calls()
        try:
            stored = self.cache.facts(version)
        except NoCache:
            stored = {}
        cached = {call_id: value for call_id, (stamp, value) in stored.items() if scan.stamps.get(call_id) == stamp}
        missing = sum(summary.id not in cached for summary in summaries)
        computed: dict[str, tuple[Stamp, Any]] = {}
        read_count = 0
        for summary in summaries:
            if summary.id in cached:
                yield summary, cached[summary.id]
                continue
            stamp = stamp_of(self._path(summary.id))
            try:
                call = read_call(CallPaths(self._folder / f"{summary.id}.json"), self._disk)
            except OSError as problem:
                on_damage(summary.id, f"cannot be read: {error_message(problem)}")
                continue
            if call.problem:
                on_damage(summary.id, call.problem)
            value = compute(read_events(FORMATS.migrated(call.tables).get("events", {}))[0])
            if stamp is not None and not summary.interrupted and not summary.problem and not call.damaged_entries:
                computed[summary.id] = (stamp, value)
            read_count += 1
            on_progress(read_count, missing)
            if len(computed) >= BATCH:
                self._put_facts(version, computed)
            yield summary, value
        self._put_facts(version, computed)

    def _put_facts(self, version: int, computed: dict[str, tuple[Stamp, Any]]) -> None:
        if computed:
            self._write(lambda: self.cache.put_facts(version, computed, self._is_current))
            computed.clear()

    def _add_cached(self, scan: FolderScan, summaries: dict[str, CallSummary]) -> None:
        """Add the calls whose current version is in the cache."""
        current_stamp = scan.stamps.get
        try:
            rows = self.cache.lines()
        except NoCache:
            return
        lines = {row[0]: row[4] for row in rows if current_stamp(row[0]) == row[1:4] and row[0] not in summaries}
        with suppress(ValueError):
            cached = from_lines(lines.values())
            if [each.id for each in cached] == list(lines):
                summaries.update(zip(lines, cached, strict=True))
                return
        self.cache.delete("was damaged")

    def _cache_row(self, call_id: str) -> CacheRow | None:
        """Return the call as a cache row; None if its content may be incomplete."""
        path = self._path(call_id)
        stamp = stamp_of(path)
        try:
            data = self._disk.read(path)
        except OSError:
            return None
        content = read_main_file(data)
        if stamp is None or content.damaged_entries or content.is_open or not data:
            return None
        head = read_head(data)
        summary = summary_of(call_id, content.tables) if head is None else from_document(call_id, head)
        texts = [call_text(summary), *(entry_text(document) for document in content.tables.get("events", {}).values())]
        line = to_line(summary)
        return CacheRow(stamp, line, "\n".join(map(search_text, texts))) if line else None

    def _is_current(self, call_id: str, stamp: Stamp) -> bool:
        return stamp_of(self._path(call_id)) == stamp

    def _path(self, call_id: str) -> str:
        # A string, not a Path: creating 10,000 Paths takes longer than checking the files.
        return f"{self._folder}{os.sep}{call_id}.json"

    @staticmethod
    def _write(write: Callable[[], None]) -> bool:
        try:
            write()
        except NoCache:
            return False
        return True


def _start_key(summary: CallSummary) -> tuple[float, str]:
    try:
        return datetime.fromisoformat(summary.started_at).timestamp(), summary.id
    except (ValueError, OverflowError, OSError):
        return 0.0, summary.id


def _read_head(call_id: str, folder: Path, disk: Disk) -> tuple[CallSummary, bool]:
    try:
        # A string, not a Path: creating 10,000 Paths takes longer than reading the files.
        data = disk.read(f"{folder}{os.sep}{call_id}.json", HEAD_BYTES)
    except OSError:
        return read_whole(call_id, folder, disk)
    head = read_head(data)
    if head is None or OPEN_MARK in head:
        return read_whole(call_id, folder, disk)
    return from_document(call_id, head), True


def read_whole(call_id: str, folder: Path, disk: Disk) -> tuple[CallSummary, bool]:
    """Return the summary from all files of a call, and whether it stays valid while the main file is unchanged.

    This is for a call that is open, interrupted, damaged, or was rewritten by another TinyDB. `problem` is set if the
    call cannot be read.
    """
    try:
        call = read_call(CallPaths(folder / f"{call_id}.json"), disk)
    except OSError as problem:
        return CallSummary(call_id, problem=f"this call cannot be read: {error_message(problem)}"), False
    damage = f"this call {call.problem}" if call.problem else ""
    if call.damaged_entries:
        damage = "this call's file is damaged; what can be read is shown on opening it"
    # The first entry after an opening is in the main file, and there is no journal yet.
    is_interrupted = call.has_journal or call.is_open
    summary = replace(summary_of(call_id, call.tables), interrupted=is_interrupted, problem=damage)
    # A call that stays open may lose a journal that is not there yet.
    return summary, not damage and not call.is_open
