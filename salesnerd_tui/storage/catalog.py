"""Catalog of calls: the cache, completed from the calls' own files.

A call is read from its own files if the cache does not have its current version, or if it is open, interrupted or
damaged. The catalog is therefore correct in any state of the cache; a call that is closed and whole is read from the
head of its file. `catch_up` adds calls to the cache, newest first.
"""

from __future__ import annotations

import contextlib
import gc
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from salesnerd_tui.call.events import Event
from salesnerd_tui.storage.call_opener import read_call
from salesnerd_tui.storage.errors import in_words
from salesnerd_tui.storage.journal import CONTINUED, read_kept_file
from salesnerd_tui.storage.migrations import FORMATS
from salesnerd_tui.storage.paths import CallPaths, Folder, Stamp, is_call_id, look, newest_first, stamp_of
from salesnerd_tui.storage.search import CacheRow, NoCache, SearchCache, call_text, entry_text
from salesnerd_tui.storage.summary import (
    HEAD_BYTES,
    CallSummary,
    from_document,
    from_lines,
    read_events,
    read_head,
    retold,
    to_line,
)
from salesnerd_tui.text import searchable

if TYPE_CHECKING:
    from salesnerd_tui.storage.disk import Disk

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
            else {each: told for each, told in known.items() if seen.stamps.get(each) == stamps.get(each)}
        )
        if len(found) < len(seen.stamps):
            self._from_cache(seen, found)
        lines: dict[str, tuple[Stamp, str]] = {}
        read_anew: list[str] = []
        for call_id in {*seen.numbers, *seen.others} - found.keys():
            if is_call_id(call_id):
                read = _read_whole if seen.others.get(call_id) else _read_head
                found[call_id], is_settled = read(call_id, self._folder, self._disk)
                if call_id not in seen.stamps or not is_settled:
                    read_anew.append(call_id)
                elif line := to_line(found[call_id]):
                    lines[call_id] = (seen.stamps[call_id], line)
        if lines:
            self._write(lambda: self.cache.put_lines(lines, self._is_still))
        self._stamps = seen.stamps
        listed = sorted_by_day(found.values())
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
        """Add calls to the cache, newest first, until it is complete, `seconds` have passed or `stop` returns True.

        Returns the number still missing.
        """
        until = None if seconds is None else clock() + seconds
        there = look(self._folder, closely=True).stamps
        try:
            known = self.cache.listed()
        except NoCache:
            known = {}
        try:
            worn = self.cache.is_worn()
        except NoCache:
            worn = False
        if worn or any(not os.path.lexists(self._path(call_id)) for call_id in known):
            self.cache.delete()
            known = {}
        missing = newest_first(
            call_id for call_id, stamp in there.items() if known.get(call_id) != (stamp, True) and is_call_id(call_id)
        )
        while missing and not stop() and (until is None or clock() < until):
            batch, missing = missing[:BATCH], missing[BATCH:]
            if not self._put_words(batch):
                return len(missing) + len(batch)
        return len(missing)

    def facts(
        self,
        version: int,
        make: Make,
        done: Callable[[int, int], None],
        damaged: Callable[[str, str], None] = lambda *_: None,
    ) -> Iterator[tuple[CallSummary, Any]]:
        """Yield every call, newest first, with what `make` computes from its events, cached under `version`.

        `done` gets the number of calls read so far and the number to read. A call that cannot be read is skipped, and
        `damaged` is called with its id and the reason.
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
            told = from_lines(right.values())
        except ValueError:
            self.cache.delete("was damaged")
            return
        if [each.id for each in told] != list(right):
            self.cache.delete("was damaged")
            return
        found.update(zip(right, told, strict=True))

    def _put_words(self, call_ids: Iterable[str]) -> bool:
        rows = {call_id: row for call_id in call_ids if (row := self._row(call_id)) is not None}
        return self._write(lambda: self.cache.put_words(rows, self._is_still))

    def _row(self, call_id: str) -> CacheRow | None:
        """Return the call as a cache row; None if its content may be incomplete."""
        path = self._path(call_id)
        stamp = stamp_of(path)
        try:
            data = self._disk.read(path)
        except OSError:
            return None
        read = read_kept_file(data)
        if stamp is None or read.bad or read.continued or not data:
            return None
        head = read_head(data)
        summary = retold(call_id, read.tables) if head is None else from_document(call_id, head)
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


def sorted_by_day(summaries: Iterable[CallSummary]) -> list[CallSummary]:
    """Return the summaries by the moment of their start, newest first."""
    return sorted(summaries, key=_began, reverse=True)


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
        return _read_whole(call_id, folder, disk)
    found = read_head(head)
    if found is None or CONTINUED in found:
        return _read_whole(call_id, folder, disk)
    return from_document(call_id, found), True


def read_whole(call_id: str, folder: Path, disk: Disk) -> CallSummary:
    """Return the summary from all files of a call that is open, interrupted, damaged, or was rewritten by another
    TinyDB; `problem` is set if the call cannot be read."""
    return _read_whole(call_id, folder, disk)[0]


def _read_whole(call_id: str, folder: Path, disk: Disk) -> tuple[CallSummary, bool]:
    """Return the summary, and whether it holds as long as the main file is the same."""
    try:
        found = read_call(CallPaths(folder / f"{call_id}.json"), disk)
    except OSError as problem:
        return CallSummary(call_id, problem=f"this call cannot be read: {in_words(problem)}"), False
    damage = "this call's file is damaged; what can be read is shown on opening it" if found.bad else ""
    if found.lost or found.without_journal:
        damage = f"this call {found.problem}"
    summary = replace(retold(call_id, found.tables), interrupted=found.journaled, problem=damage)
    # A call that stays open may lose a journal that is not there yet.
    return summary, not damage and not found.continued
