"""Catalog of calls: the cache, completed from the calls' own files.

A call is read from its own files if the cache does not have its current version, or if it is open, interrupted or
damaged. The catalog is therefore correct in any state of the cache; a call that is closed and whole is read from the
head of its file. `catch_up` adds calls to the cache, newest first.

With the cache, 10,000 calls are listed and searched at once. It is one SQLite file beside the calls, which may be
deleted at any time: each call's line for the list, the three-letter pieces of its normalized words (FTS5 with the
trigram tokenizer), and figures that other packages compute. A call whose file has changed is not looked up there.

Any inconsistency deletes the file. Deleting or redacting a call deletes it too, because no word may outlive its call
there. The FTS row of a call that has changed stays until the file is created again; nothing refers to it.

A stamp (size, time and inode number) shows whether a file has changed since it was read. The store never changes a file
in place, so the inode number shows its own changes; size and time show those of other programs.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

from msgspec import Struct, field
from msgspec.structs import replace

from salesnerd_tui.call.events import Event
from salesnerd_tui.storage.call_files import CONTINUED, CallPaths, is_call_id, read_kept_file
from salesnerd_tui.storage.call_opener import read_call
from salesnerd_tui.storage.errors import FolderUnusable, in_words
from salesnerd_tui.storage.migrations import FORMATS
from salesnerd_tui.storage.summary import (
    HEAD_BYTES,
    LINE,
    CallSummary,
    call_text,
    entry_text,
    from_document,
    from_lines,
    read_events,
    read_head,
    retold,
    to_line,
)
from salesnerd_tui.text import searchable

if TYPE_CHECKING:
    import sqlite3

    from salesnerd_tui.storage.disk import Disk


def newest_first(call_ids: Iterable[str]) -> list[str]:
    """Return the ids sorted, newest first; an id starts with date and minute."""
    return sorted(call_ids, reverse=True)


Stamp = tuple[int, int, int]
"""Size in bytes, time of the last change in nanoseconds, inode number."""

KEPT = ".json"

_LARGEST = (1 << 63) - 1
"""Largest integer of SQLite; some file systems have larger numbers."""


_KIND = 0o170000
"""Mask of the file type in a mode."""


class Folder(Struct):
    """Result of a scan of the calls folder.

    `numbers` has the inode number and `stamps` (if they were read) the stamp of each call; `others` has the calls with
    a journal or a lock, or without a main file. The names are unchecked until `calls` returns those that can be a
    call's.
    """

    numbers: dict[str, int] = field(default_factory=dict)
    stamps: dict[str, Stamp] = field(default_factory=dict)
    others: dict[str, bool] = field(default_factory=dict)

    def calls(self) -> dict[str, bool]:
        """Return every call, and whether it is open or was interrupted, which its journal or its lock shows."""
        found = {**dict.fromkeys(self.numbers, False), **self.others}
        return {call_id: is_unsettled for call_id, is_unsettled in found.items() if is_call_id(call_id)}


def look(folder: Path, *, closely: bool) -> Folder:
    """Scan the folder; `closely` also reads the stamp of each main file. A missing folder counts as empty."""
    seen = Folder()
    having: dict[str, set[str]] = {kind: set() for kind in (".journal", ".lock", ".bak")}
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                name = entry.name
                if name.endswith(KEPT):
                    call_id = name[: -len(KEPT)]
                    seen.numbers[call_id] = entry.inode() & _LARGEST
                    if closely and (stamp := _stamp_of(entry)) is not None:
                        seen.stamps[call_id] = stamp
                    continue
                call_id, _, kind = name.partition(KEPT)
                if kind in having:
                    having[kind].add(call_id)
    except FileNotFoundError:
        return Folder()
    except OSError as problem:
        raise FolderUnusable(f"cannot read the calls directory {folder}: {in_words(problem)}") from problem
    # The lock may hold the number of entries of a journal that is gone.
    unsettled = having[".journal"] | (having[".lock"] & seen.numbers.keys())
    seen.others = dict.fromkeys(having[".bak"] - seen.numbers.keys(), False) | dict.fromkeys(unsettled, True)
    for call_id in unsettled:
        seen.numbers.pop(call_id, None)
        seen.stamps.pop(call_id, None)
    return seen


def stamp_of(path: Path | str) -> Stamp | None:
    """Return the stamp of a file, or None if it is not a regular file."""
    try:
        return _stamp(os.lstat(path))
    except (OSError, ValueError):
        return None


def _stamp_of(entry: os.DirEntry[str]) -> Stamp | None:
    try:
        return _stamp(entry.stat(follow_symlinks=False))
    except OSError:
        return None


def _stamp(info: os.stat_result) -> Stamp | None:
    if info.st_mode & _KIND != stat.S_IFREG:
        return None
    return info.st_size, info.st_mtime_ns, info.st_ino & _LARGEST


VERSION = 3
"""Version of the tables and their content; a file of another version is deleted."""

LAYOUT = crc32(",".join(LINE).encode()) >> 1
"""Version of the lines: it changes with the fields of a summary."""

GRAM = 3
"""Letters of one piece of the trigram tokenizer; shorter words are not looked up."""

WORDS_ASKED = 12
GRAMS_ASKED = 48
"""Most pieces in one query, from the longest words; users also paste whole pages into the search."""

LEFT_BEHIND = 1_000
"""Rows of changed calls, in addition to one for each call, after which the file is created again."""

WAIT_SECONDS = 0.25
"""Longest wait for a write of another window, before the search continues without the cache."""

_TABLES = f"""
CREATE TABLE calls (
    id TEXT PRIMARY KEY, size INTEGER, changed INTEGER, file INTEGER, line TEXT,
    number INTEGER, version INTEGER, facts TEXT
) WITHOUT ROWID;
CREATE TABLE numbered (last INTEGER);
INSERT INTO numbered VALUES (0);
PRAGMA user_version = {VERSION};
PRAGMA application_id = {LAYOUT};
"""
_WORDS = """
CREATE VIRTUAL TABLE words USING fts5(
    text, content = '', detail = none, columnsize = 0, tokenize = 'trigram case_sensitive 1'
);
"""
_BUSY = ("locked", "readonly", "unable to open", "full", "disk I/O")
_IS = " WHERE id = ? AND size = ? AND changed = ? AND file = ?"

Still = Callable[[str, Stamp], bool]
"""Check whether the file of a call is unchanged since it was read; called while no other window can write."""


class NoCache(Exception):
    """The cache cannot be used now: SQLite is missing, the folder is read-only, or another window writes."""


class CacheRow(Struct, frozen=True):
    """Cache entry of a call; `text` is all of its normalized words."""

    stamp: Stamp
    line: str
    text: str


class SearchCache:
    """The cache file. `warned` is called once, with a sentence, if it was damaged or another window holds it.

    Every method opens the file itself, so any thread may call it; each raises only `NoCache`.
    """

    def __init__(self, path: Path, disk: Disk, warned: Callable[[str], None]) -> None:
        self.path = path
        self._disk = disk
        self._warned = warned
        self._has_warned = False

    def files(self) -> list[Path]:
        """Return the cache's files that exist."""
        ends = ("", "-journal", "-wal", "-shm")
        paths = [self.path.with_name(self.path.name + end) for end in ends]
        return [path for path in paths if os.path.lexists(path)]

    def delete(self, why: str = "") -> None:
        """Delete the files; `why` is reported once."""
        for path in self.files():
            self._disk.remove(path)
        if why:
            self._warn(f"the search cache {why} and is being rebuilt; searching is slower until it is done")

    # reading

    def lines(self) -> list[tuple[str, int, int, int, str]]:
        """Return every call with the three parts of its file's stamp, and its line for the list."""
        with self._opened(make=False) as db:
            return db.execute("SELECT id, size, changed, file, line FROM calls").fetchall()

    def listed(self) -> tuple[dict[str, tuple[Stamp, bool]], bool]:
        """Return every call with its stamp, and whether its words are cached (always True for words that SQLite cannot
        hold); and whether the file has so many obsolete rows that it should be created again."""
        with self._opened(make=False) as db:
            no_words = not _has_words(db)
            rows = db.execute("SELECT id, size, changed, file, number IS NOT NULL FROM calls")
            found = {each[0]: (each[1:4], no_words or bool(each[4])) for each in rows}
            (last,) = db.execute("SELECT last FROM numbered").fetchone()
            return found, last > 2 * len(found) + LEFT_BEHIND

    def without(self, words: Sequence[str]) -> dict[str, Stamp]:
        """Return the calls that cannot contain all of these normalized words, provided their files have this stamp."""
        asked = query(words)
        if not asked:
            return {}
        with self._opened(make=False) as db:
            if not _has_words(db):
                return {}
            rows = db.execute(
                "SELECT id, size, changed, file FROM calls"
                " WHERE number NOT NULL AND number NOT IN (SELECT rowid FROM words WHERE words MATCH ?)",
                (asked,),
            )
            return {each[0]: each[1:4] for each in rows}

    def facts(self, version: int) -> dict[str, tuple[Stamp, Any]]:
        """Return the values computed from each call under this version, with the stamp of the call's file."""
        with self._opened(make=False) as db:
            rows = db.execute(
                "SELECT id, size, changed, file, facts FROM calls WHERE version = ?", (version,)
            ).fetchall()
        try:
            found = json.loads(f"[{','.join([row[4] for row in rows])}]")
            return {row[0]: (row[1:4], facts) for row, facts in zip(rows, found, strict=True)}
        except (ValueError, TypeError):
            self.delete("was damaged")
            raise NoCache from None

    # writing

    def put_lines(self, lines: Mapping[str, tuple[Stamp, str]], still: Still) -> None:
        """Set the calls' lines for the list. What was cached of a call whose file has changed since is dropped."""
        with self._changing() as db:
            for call_id, (stamp, line) in lines.items():
                if still(call_id, stamp) and not db.execute(f"SELECT 1 FROM calls{_IS}", (call_id, *stamp)).fetchone():
                    db.execute(
                        "INSERT OR REPLACE INTO calls (id, size, changed, file, line) VALUES (?, ?, ?, ?, ?)",
                        (call_id, *stamp, line),
                    )

    def put_words(self, calls: Mapping[str, CacheRow], still: Still) -> None:
        """Set the calls' lines and words; computed values of the same file stay."""
        with self._changing() as db:
            has_words = _has_words(db)
            (number,) = db.execute("SELECT last FROM numbered").fetchone()
            for call_id, row in calls.items():
                if not still(call_id, row.stamp):
                    continue
                number += 1
                facts = db.execute(f"SELECT version, facts FROM calls{_IS}", (call_id, *row.stamp)).fetchone()
                db.execute(
                    "INSERT OR REPLACE INTO calls VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (call_id, *row.stamp, row.line, number if has_words else None, *(facts or (None, None))),
                )
                if has_words:
                    db.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (number, _storable(row.text)))
            db.execute("UPDATE numbered SET last = ?", (number,))

    def put_facts(self, version: int, facts: Mapping[str, tuple[Stamp, Any]], still: Still) -> None:
        """Store values computed from calls; they are dropped when the files change."""
        with self._changing() as db:
            for call_id, (stamp, found) in facts.items():
                if still(call_id, stamp):
                    row = (version, json.dumps(found), call_id, *stamp)
                    db.execute(f"UPDATE calls SET version = ?, facts = ?{_IS}", row)

    # the file

    @contextlib.contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        """Run one transaction, with no other writer during it."""
        with self._opened(make=True) as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise

    @contextlib.contextmanager
    def _opened(self, *, make: bool) -> Iterator[sqlite3.Connection]:
        try:
            import sqlite3
        except ImportError:
            raise NoCache from None
        try:
            connection = self._connected(make=make)
            try:
                yield connection
            finally:
                connection.close()
        except (sqlite3.Error, UnicodeError, OverflowError, TypeError, ValueError) as problem:
            if isinstance(problem, sqlite3.OperationalError) and any(word in str(problem) for word in _BUSY):
                if "locked" in str(problem) and not make:
                    self._warn("the search cache is in use by another window; reading every call instead")
            else:
                self.delete("was damaged")
            raise NoCache from problem
        except OSError as problem:
            raise NoCache from problem

    def _connected(self, *, make: bool) -> sqlite3.Connection:
        import sqlite3

        if self.path.is_symlink():
            self._disk.remove(self.path)
        if not self.path.exists():
            if not make:
                raise NoCache
            self._disk.close(self._disk.open(self.path, os.O_RDWR | os.O_CREAT))
        connection = sqlite3.connect(self.path, timeout=WAIT_SECONDS, isolation_level=None)
        try:
            for pragma in ("secure_delete = ON", "temp_store = MEMORY", "synchronous = NORMAL", "trusted_schema = OFF"):
                connection.execute(f"PRAGMA {pragma}")
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version == 0 and not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
                connection.executescript(f"BEGIN IMMEDIATE;{_TABLES}COMMIT;")
                with contextlib.suppress(sqlite3.OperationalError):
                    connection.execute(_WORDS)  # Raised if SQLite has no FTS5 or no trigram tokenizer.
            elif (version, connection.execute("PRAGMA application_id").fetchone()[0]) != (VERSION, LAYOUT):
                connection.close()
                self.delete()
                raise NoCache
        except BaseException:
            connection.close()
            raise
        return connection

    def _warn(self, sentence: str) -> None:
        if not self._has_warned:
            self._has_warned = True
            self._warned(sentence)


def query(words: Sequence[str]) -> str:
    """Return the FTS5 query for calls that have every three-letter piece of the words; '' if there is none."""
    longest = sorted((word for word in words if len(word) >= GRAM), key=len, reverse=True)[:WORDS_ASKED]
    grams = dict.fromkeys(
        word[start : start + GRAM] for word in longest for start in range(min(len(word) - GRAM + 1, GRAMS_ASKED))
    )
    told = [gram for gram in grams if gram == _storable(gram)][:GRAMS_ASKED]
    return " AND ".join('"' + gram.replace('"', '""') + '"' for gram in told)


def _storable(text: str) -> str:
    """Return `text` as the tokenizer accepts it: a NUL would end it, and UTF-8 has no lone surrogates."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode()


def _has_words(db: sqlite3.Connection) -> bool:
    return db.execute("SELECT 1 FROM sqlite_master WHERE name = 'words'").fetchone() is not None


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
            told = from_lines(right.values())
        except ValueError:
            self.cache.delete("was damaged")
            return
        if [each.id for each in told] != list(right):
            self.cache.delete("was damaged")
            return
        found.update(zip(right, told, strict=True))

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
    summary = replace(retold(call_id, found.tables), interrupted=is_open, problem=damage)
    # A call that stays open may lose a journal that is not there yet.
    return summary, not damage and not found.continued
