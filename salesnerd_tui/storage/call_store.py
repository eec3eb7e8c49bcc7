"""Folder of all calls: create, open, list, search and delete them, and read those of one account."""

from __future__ import annotations

import contextlib
import os
import queue
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from salesnerd_tui.call.events import Event, Mode
from salesnerd_tui.storage.call_files import CallPaths, is_call_id
from salesnerd_tui.storage.call_opener import CallOpener, RecoveredCall, read_call, set_aside
from salesnerd_tui.storage.call_writer import ClosePatience
from salesnerd_tui.storage.catalog import Catalog, Make, SearchCache, look, read_whole
from salesnerd_tui.storage.disk import Disk, DiskReserve, is_held
from salesnerd_tui.storage.errors import (
    FolderUnusable,
    NoSuchCall,
    SetAside,
    StorageError,
    WriteFailed,
    WriteSaved,
    in_words,
)
from salesnerd_tui.storage.forget import ForgetPlan, ForgetPreview, ForgetRun, belongings
from salesnerd_tui.storage.migrations import FORMATS, Migrations
from salesnerd_tui.storage.search import SearchHit, search
from salesnerd_tui.storage.settings import SettingsStore
from salesnerd_tui.storage.summary import CallSummary, to_document

if TYPE_CHECKING:
    from salesnerd_tui.storage.call_writer import CallFile

CALLS = 50
"""Maximum number of calls read for one account: more than a year of weekly ones."""


HURRY_SECONDS = 1.2
"""Time that closing waits for the disk after a signal; the process is ended 2 s after it."""

WAIT_SECONDS = 10.0
"""Time that the disk has for events that the user waits for."""


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
            events = store.open(summary.id, read_only=True).events
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
        self._disk = disk or Disk()
        self._formats = formats
        self._patience = ClosePatience()
        reserve = DiskReserve(folder, self._disk, self.warn)
        self._opener = CallOpener(
            folder / "quarantine",
            self._disk,
            formats,
            reserve,
            self.warn,
            self._found_damage,
            self.report,
            self._patience,
        )
        try:
            self._disk.make_folder(self._calls)
            with os.scandir(self._calls):
                pass
        except OSError as problem:
            raise FolderUnusable(f"data directory {folder} cannot be used: {in_words(problem)}") from problem
        reserve.fill()
        cache = SearchCache(folder / "index.sqlite3", self._disk, self.warn)
        self._catalog = Catalog(self._calls, cache, self._disk)
        self.settings = SettingsStore(folder / "settings.json", self._disk, self._settings_damaged)
        self._forgetting = ForgetRun(folder, self._opener, cache, CallPaths(folder / "settings.json"))
        try:
            self._forgetting.finish()
        except StorageError as problem:
            self.warn(str(problem))

    def create(self, began: datetime, account: str = "") -> CallFile:
        """Create a call, locked for this program. Raises `StorageError` if the folder cannot be written."""
        call_id = f"{began:%Y-%m-%dT%H%M}-{os.urandom(4).hex()}"
        files = self._files(call_id)
        lock = self._opener.lock(call_id, files)
        summary = to_document(CallSummary(call_id, started_at=began.isoformat(), account=account))
        tables = self._formats.stamped({"call": {"1": summary}, "events": {}, "draft": {}})
        return self._opener.start(call_id, files, tables, lock, unfolded=True)

    def open(self, call_id: str, read_only: bool = False) -> CallFile:
        """Open a stored call. One of a newer format, or with damage that cannot be copied, is opened read-only.

        Raises `NoSuchCall`, `CallIsOpen` if another program has it open (not with `read_only`), and `StorageError` if
        the disk fails.
        """
        files = self._files(call_id)
        if not files.exist():
            raise NoSuchCall(f"call not found: {call_id!r}")
        if read_only:
            return self._opener.to_read(call_id, files, "the call was opened to be read")
        return self._opener.to_write(call_id, files)

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
        if call_id not in belongings(self._calls, self._opener.quarantine):
            raise NoSuchCall(f"call not found: {call_id}")
        self.carry_out(self._forgetting.with_replays(ForgetPlan((call_id,))))

    def preview(self, plan: ForgetPlan) -> ForgetPreview:
        """Return what `plan` would change, without changing anything. Reads every call, which takes time."""
        return self._forgetting.preview(plan)

    def carry_out(self, plan: ForgetPlan) -> None:
        """Carry out the plan, and remove what other calls copied from deleted ones. The next start finishes it after a
        crash.

        Raises `CallIsOpen`, and `StorageError` naming what could not be changed; the next start tries that again.
        """
        self._forgetting.carry_out(plan)
        self.set_aside[:] = [aside for aside in self.set_aside if aside.copy.exists()]

    def tidy(self) -> None:
        """Merge the journals that a crash left of calls with an outcome, so that any TinyDB can open them.

        Run it in a quiet moment after the start; calls without an outcome keep their journal until they are resumed.
        """
        for call_id, is_unsettled in look(self._calls, closely=False).calls().items():
            if is_unsettled and read_whole(call_id, self._calls, self._disk)[0].ended:
                with contextlib.suppress(StorageError):
                    self.open(call_id).close()

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
        for aside in set_aside("settings", found, self._opener.quarantine, self._disk):
            self._found_damage(aside)

    def _files(self, call_id: str) -> CallPaths:
        if not is_call_id(call_id):
            raise NoSuchCall(f"invalid call id {call_id!r}")
        return CallPaths(self._calls / f"{call_id}.json")
