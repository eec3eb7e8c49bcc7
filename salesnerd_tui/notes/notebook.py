"""The folder of all calls: making, opening, listing, searching and forgetting them."""

from __future__ import annotations

import contextlib
import os
import secrets
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from salesnerd_tui.call.events import Mode
from salesnerd_tui.notes.belongings import belongings
from salesnerd_tui.notes.callfile import CallFile
from salesnerd_tui.notes.catalogue import Catalogue, Make
from salesnerd_tui.notes.disk import Disk
from salesnerd_tui.notes.files import Files, is_call_id
from salesnerd_tui.notes.forget_plan import Plan, Preview
from salesnerd_tui.notes.forgetting import Forgetting
from salesnerd_tui.notes.formats import FORMATS, Formats
from salesnerd_tui.notes.heads import read_whole
from salesnerd_tui.notes.lock import is_held
from salesnerd_tui.notes.opening import Opener
from salesnerd_tui.notes.receipts import FolderUnusable, NoSuchCall, NotesProblem, SetAside, in_words
from salesnerd_tui.notes.recovery import DAMAGED, Found, read_call, set_aside
from salesnerd_tui.notes.reserve import Reserve
from salesnerd_tui.notes.search import Hit, search
from salesnerd_tui.notes.search_cache import SearchCache
from salesnerd_tui.notes.settings import Settings
from salesnerd_tui.notes.stamps import look
from salesnerd_tui.notes.summary import CallSummary, to_document


class Notebook:
    """`folder` and what is in it are made 0700 and 0600. Raises `FolderUnusable`, never because of what is in it.

    `warned` is called, perhaps from another thread, with a sentence that the user must see at once: the reserve for the
    full disk is being used, a call is damaged. It may be replaced at any time; until there is one, sentences wait in
    `warnings`. Nothing here but `CallFile.keep` and `keep_draft` may be called where waiting for the
    disk would hurt. `set_aside` lists the damaged files found so far.
    """

    def __init__(
        self,
        folder: Path,
        *,
        warned: Callable[[str], None] | None = None,
        disk: Disk | None = None,
        formats: Formats = FORMATS,
    ) -> None:
        self.folder = folder
        self.set_aside: list[SetAside] = []
        self.warned = warned
        self.warnings: list[str] = []
        self._reported: set[str] = set()
        self._calls = folder / "calls"
        self._disk = disk or Disk()
        self._formats = formats
        reserve = Reserve(folder, self._disk)
        self._opener = Opener(
            folder / "quarantine", self._disk, formats, reserve, self._warn, self._found_damage, self.report
        )
        try:
            self._disk.make_folder(self._calls)
            with os.scandir(self._calls):
                pass
        except OSError as problem:
            raise FolderUnusable(f"The notes' folder {folder} cannot be used: {in_words(problem)}.") from problem
        reserve.fill()
        cache = SearchCache(folder / "index.sqlite3", self._disk, self._warn)
        self._catalogue = Catalogue(self._calls, cache, self._disk)
        self.settings = Settings(folder / "settings.json", self._disk, self._settings_damaged)
        self._forgetting = Forgetting(folder, self._opener, cache, Files(folder / "settings.json"))
        try:
            self._forgetting.finish()
        except NotesProblem as problem:
            self._warn(str(problem))

    def create(self, began: datetime, account: str = "") -> CallFile:
        """A new call, locked for this program. Raises `NotesProblem` when the folder cannot be written."""
        call_id = f"{began:%Y-%m-%dT%H%M}-{secrets.token_hex(4)}"
        files = self._files(call_id)
        lock = self._opener.lock(call_id, files)
        summary = to_document(CallSummary(call_id, began=began.isoformat(), account=account))
        tables = self._formats.stamped({"call": {"1": summary}, "events": {}, "draft": {}})
        return self._opener.start(call_id, files, tables, lock, unfolded=True)

    def open(self, call_id: str, read_only: bool = False) -> CallFile:
        """A kept call. One of a newer format, or with damage that cannot be set aside, comes back read-only.

        Raises `NoSuchCall`, `CallIsOpen` when another copy of the program has it (not with `read_only`), and
        `NotesProblem` when the disk refuses.
        """
        files = self._files(call_id)
        if not files.exist():
            raise NoSuchCall(f"No call {call_id!r} is kept here.")
        if read_only:
            return self._opener.to_read(call_id, files, "the call was opened to be read")
        return self._opener.to_write(call_id, files)

    def summaries(self) -> list[CallSummary]:
        """All calls, newest first."""
        return self._catalogue.summaries()

    def interrupted(self) -> list[CallSummary]:
        """Calls to offer for resuming, newest first: without an outcome, and open in no window.

        Preparations are among them only when a crash cut them off; a call is until it has its outcome.
        """
        return [
            summary
            for summary in self.summaries()
            if not summary.ended
            and (summary.cut_off or summary.mode in (Mode.LIVE, Mode.REHEARSE))
            and not is_held(self._files(summary.id).lock, self._disk)
        ]

    def search(self, words: str, *, thorough: bool = False) -> Iterator[Hit]:
        """Everything kept that has all the words, newest call first, each hit as soon as it is found.

        `thorough` reads every call, whatever the cache says.
        """
        if thorough:
            return search(self._calls, self._disk, words, damaged=self.report)
        return search(self._calls, self._disk, words, self._catalogue.without, self.report)

    def catch_up(
        self,
        seconds: float | None = None,
        stop: Callable[[], bool] = lambda: False,
        clock: Callable[[], float] = time.monotonic,
    ) -> int:
        """Put calls into the cache that are not in it yet, newest first, for at most `seconds` or until `stop` is true.

        Returns how many are missing still. For a quiet moment, on a thread: searching is right without it, but slower.
        """
        return self._catalogue.catch_up(seconds, stop, clock)

    def facts(
        self, version: int, make: Make, done: Callable[[int, int], None] = lambda *_: None
    ) -> Iterator[tuple[CallSummary, Any]]:
        """Every call, newest first, with what `make` works out of its events: a JSON value without words in it.

        It is kept in the cache for its `version`, so that only new and changed calls are read; `done` is told of these
        how many were read, of how many. A call that cannot be read is passed over.
        """
        return self._catalogue.facts(version, make, done, self.report)

    def checked(self) -> Iterator[tuple[str, str]]:
        """Read every call in full; yield its id and what is wrong with it, empty if nothing is."""
        for call_id in sorted(look(self._calls, closely=False).calls(), reverse=True):
            try:
                found = read_call(self._files(call_id), self._disk)
            except FileNotFoundError:
                continue
            except OSError as problem:
                yield call_id, f"cannot be read: {in_words(problem)}"
            else:
                yield call_id, DAMAGED if found.bad else ""

    def forget(self, call_id: str) -> None:
        """Remove a call with its backups, journal and damaged copies, what other calls recalled from it, and rehearsals
        that replay it.

        Raises `NoSuchCall`, `CallIsOpen`, and `NotesProblem` naming the files that could not be removed.
        """
        self._files(call_id)
        if call_id not in belongings(self._calls, self._opener.quarantine):
            raise NoSuchCall(f"No call {call_id} is kept here.")
        self.carry_out(self._forgetting.with_replays(Plan((call_id,))))

    def preview(self, plan: Plan) -> Preview:
        """What forgetting all of `plan` would change; nothing is. Every call is read, so it takes its time."""
        return self._forgetting.preview(plan)

    def carry_out(self, plan: Plan) -> None:
        """Forget all of `plan`, and what other calls took over from calls that go. A crash is made good at the next
        start.

        Raises `CallIsOpen`, and `NotesProblem` naming what could not be changed: that is tried again at the next start.
        """
        self._forgetting.carry_out(plan)
        self.set_aside[:] = [aside for aside in self.set_aside if aside.copy.exists()]

    def tidy(self) -> None:
        """Fold what a crash left of calls that have their outcome, so that any TinyDB opens them again.

        For a quiet moment after the start; calls without an outcome keep their journal until they are resumed.
        """
        for call_id, journal in look(self._calls, closely=False).calls().items():
            if journal and read_whole(call_id, self._calls, self._disk).ended:
                with contextlib.suppress(NotesProblem):
                    self.open(call_id).close()

    def _warn(self, sentence: str) -> None:
        if self.warned is None:
            self.warnings.append(sentence)
        else:
            self.warned(sentence)

    def report(self, call_id: str, wrong: str) -> None:
        """Warn of a damaged call, once."""
        if call_id not in self._reported:
            self._reported.add(call_id)
            self._warn(f"call {call_id} {wrong} (salesnerd doctor checks all calls)")

    def _found_damage(self, aside: SetAside) -> None:
        self.set_aside.append(aside)
        self._warn(aside.told)

    def _settings_damaged(self, found: Found) -> None:
        for aside in set_aside("settings", found, self._opener.quarantine, self._disk):
            self._found_damage(aside)

    def _files(self, call_id: str) -> Files:
        if not is_call_id(call_id):
            raise NoSuchCall(f"{call_id!r} is not the id of a call.")
        return Files(self._calls / f"{call_id}.json")
