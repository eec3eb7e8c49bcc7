"""A cache of what the calls' files say, so that ten thousand calls are listed and searched at once. Never the truth.

One SQLite file beside the calls: which words stand in which call, each call's line for the list, and figures that
other rooms work out. It only ever says where to look; what is found is read from the call itself, and a call whose
file has changed is not looked up here. So it may be thrown away at any time, and it is, whenever anything is odd.

Not SQLite's full-text search: that finds whole words and beginnings, where a search here finds any part of a word, and
it keeps deleted words until it merges, where forgetting must leave nothing. Words are rows; the calls that have a word
are bits, 63 to a row. The file is its owner's alone, without a write-ahead log, and what is deleted is overwritten.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

from salesnerd_tui.notes.disk import Disk
from salesnerd_tui.notes.stamps import Stamp
from salesnerd_tui.notes.summary import LINE
from salesnerd_tui.notes.wording import PART, WordsOfCall

if TYPE_CHECKING:
    import sqlite3

VERSION = 1
"""Of the tables below and of what is written in them; another version's file is thrown away."""

LAYOUT = crc32(",".join(LINE).encode()) >> 1
"""Of the lines: it changes with what a summary holds."""

CALLS_A_CHUNK = 63
"""Calls whose bits share a row: as many as a signed number of SQLite holds."""

WIDE_WORDS = 200
"""A piece found in more words than this (`e`, `in`) is in nearly every call, and narrows nothing."""

WAIT_SECONDS = 0.25
"""How long another window's write is waited for, before going on without the index."""

ALWAYS = -1
"""The number of a call with too many words to list: it is always looked through."""

_TABLES = f"""
CREATE TABLE calls (
    id TEXT PRIMARY KEY, size INTEGER, changed INTEGER, file INTEGER, number INTEGER, line TEXT
) WITHOUT ROWID;
CREATE TABLE words (id INTEGER PRIMARY KEY, word TEXT UNIQUE);
CREATE TABLE found (chunk INTEGER, word INTEGER, bits INTEGER, PRIMARY KEY (chunk, word)) WITHOUT ROWID;
CREATE TABLE facts (id TEXT PRIMARY KEY, version INTEGER, facts TEXT) WITHOUT ROWID;
PRAGMA user_version = {VERSION};
PRAGMA application_id = {LAYOUT};
"""


class NoIndex(Exception):
    """There is no index to work with just now: SQLite is missing, the folder is read-only, another window writes."""


class Index:
    """`warned` is told once, in a sentence, when an index had to be thrown away.

    Every method opens the file for itself, so that any thread may call it; each raises `NoIndex` and nothing else.
    """

    def __init__(self, path: Path, disk: Disk, warned: Callable[[str], None]) -> None:
        self.path = path
        self._disk = disk
        self._warned = warned
        self._told = False

    # asking

    def lines(self) -> list[tuple[str, Stamp, str]]:
        """Every call with the stamp of the file it was read from, and its line for the list as JSON."""
        with self._opened(make=False) as db:
            rows = db.execute("SELECT id, size, changed, file, line FROM calls")
            return [(call_id, (size, changed, file), line) for call_id, size, changed, file, line in rows]

    def listed(self) -> dict[str, tuple[Stamp, bool]]:
        """Every call with its stamp, and whether its words are in."""
        with self._opened(make=False) as db:
            rows = db.execute("SELECT id, size, changed, file, number IS NOT NULL FROM calls")
            return {call_id: ((size, changed, file), bool(worded)) for call_id, size, changed, file, worded in rows}

    def without(self, pieces: Sequence[str]) -> dict[str, Stamp]:
        """The calls that cannot have all these pieces of words as long as their file has this stamp."""
        with self._opened(make=False) as db:
            db.execute("BEGIN")
            (last,) = db.execute("SELECT max(number) FROM calls").fetchone()
            narrowed: dict[int, int] | None = None
            for ids in _words_with(db, pieces):
                if ids is not None:
                    chunks = range((last or 0) // CALLS_A_CHUNK + 1) if narrowed is None else list(narrowed)
                    bits = _bits(db, chunks, ids)
                    narrowed = {chunk: both for chunk in bits if (both := bits[chunk] & (narrowed or bits)[chunk])}
            if narrowed is None:
                return {}
            kept = {
                chunk * CALLS_A_CHUNK + bit
                for chunk, bits in narrowed.items()
                for bit in range(CALLS_A_CHUNK)
                if bits >> bit & 1
            }
            rows = db.execute("SELECT id, size, changed, file, number FROM calls WHERE number >= 0")
            return {
                call_id: (size, changed, file) for call_id, size, changed, file, number in rows if number not in kept
            }

    def facts(self, version: int) -> dict[str, Any]:
        """What was worked out of each call by this version of whoever did it."""
        with self._opened(make=False) as db:
            rows = db.execute("SELECT id, facts FROM facts WHERE version = ?", (version,)).fetchall()
        texts = ",".join(row[1] for row in rows)
        try:
            return dict(zip((row[0] for row in rows), json.loads(f"[{texts}]"), strict=True))
        except ValueError:
            self.throw_away("was damaged")
            raise NoIndex from None

    # writing; `still` says of an id whether its file is as it was when it was read, and is asked under the lock

    def put_lines(self, lines: Mapping[str, tuple[Stamp, str]], still: Callable[[str, Stamp], bool]) -> None:
        """Set the calls' lines for the list. What was known of a call whose file has changed since is dropped."""
        with self._opened() as db, _changing(db):
            for call_id, (stamp, line) in lines.items():
                if still(call_id, stamp):
                    _put_line(db, call_id, stamp, line)

    def put_words(
        self, calls: Mapping[str, tuple[Stamp, str, WordsOfCall]], still: Callable[[str, Stamp], bool]
    ) -> None:
        """Set the calls' lines and words."""
        with self._opened() as db, _changing(db):
            bits: dict[tuple[int, str], int] = {}
            (last,) = db.execute("SELECT max(number) FROM calls").fetchone()
            free = count(max(-1 if last is None else last, -1) + 1)
            for call_id, (stamp, line, words) in calls.items():
                if not still(call_id, stamp):
                    continue
                number = ALWAYS if words is None else next(free)
                _renumber(db, call_id, stamp, line, number)
                for word in words or ():
                    place = (number // CALLS_A_CHUNK, word)
                    bits[place] = bits.get(place, 0) | 1 << (number % CALLS_A_CHUNK)
            _add(db, bits)

    def put_facts(
        self, version: int, facts: Mapping[str, tuple[Stamp, Any]], still: Callable[[str, Stamp], bool]
    ) -> None:
        """Remember what was worked out of calls; forgotten when their files change."""
        with self._opened() as db, _changing(db):
            for call_id, (stamp, found) in facts.items():
                if still(call_id, stamp):
                    row = (call_id, version, json.dumps(found), call_id, *stamp)
                    db.execute(
                        "INSERT OR REPLACE INTO facts SELECT ?, ?, ? FROM calls"
                        " WHERE id = ? AND size = ? AND changed = ? AND file = ?",
                        row,
                    )

    def forget(self, call_ids: Iterable[str]) -> None:
        """Leave nothing of these calls: when that cannot be done with care, the whole index goes."""
        if not os.path.lexists(self.path):
            return
        try:
            with self._opened(make=False) as db:
                with _changing(db):
                    for call_id in call_ids:
                        _drop(db, call_id)
                    db.execute("DELETE FROM words WHERE id NOT IN (SELECT word FROM found)")
                # Pages are put in order as rows come and go, and may keep a stale copy: write the file anew.
                db.execute("VACUUM")
        except NoIndex:
            self.throw_away("")

    def throw_away(self, why: str) -> None:
        """Remove the file; `why`, if given, is told to the person, once."""
        for path in (self.path, *(self.path.with_name(self.path.name + end) for end in ("-journal", "-wal", "-shm"))):
            self._disk.remove(path)
        if why and not self._told:
            self._told = True
            self._warned(
                f"The index of your calls {why}. It is made anew from the calls; until then searching is slower."
            )

    # the file

    @contextlib.contextmanager
    def _opened(self, *, make: bool = True) -> Iterator[sqlite3.Connection]:
        try:
            import sqlite3
        except ImportError:
            raise NoIndex from None
        try:
            connection = self._connected(make=make)
            try:
                yield connection
            finally:
                connection.close()
        except sqlite3.OperationalError as problem:
            if any(word in str(problem) for word in ("locked", "readonly", "unable to open", "full", "disk I/O")):
                raise NoIndex from problem
            self.throw_away("was damaged")
            raise NoIndex from problem
        except (sqlite3.Error, UnicodeError, OverflowError, TypeError, ValueError) as problem:
            self.throw_away("was damaged")
            raise NoIndex from problem
        except OSError as problem:
            raise NoIndex from problem

    def _connected(self, *, make: bool) -> sqlite3.Connection:
        import sqlite3

        if self.path.is_symlink():
            self._disk.remove(self.path)
        if not self.path.exists():
            if not make:
                raise NoIndex
            self._disk.close(self._disk.open(self.path, os.O_RDWR | os.O_CREAT))
        connection = sqlite3.connect(self.path, timeout=WAIT_SECONDS, isolation_level=None)
        try:
            for pragma in ("secure_delete = ON", "temp_store = MEMORY", "synchronous = NORMAL", "trusted_schema = OFF"):
                connection.execute(f"PRAGMA {pragma}")
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version == 0 and not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
                connection.executescript(f"BEGIN IMMEDIATE;{_TABLES}COMMIT;")
            elif (version, connection.execute("PRAGMA application_id").fetchone()[0]) != (VERSION, LAYOUT):
                connection.close()
                self.throw_away("was made by another version of salesnerd")
                raise NoIndex
        except BaseException:
            connection.close()
            raise
        return connection


@contextlib.contextmanager
def _changing(db: sqlite3.Connection) -> Iterator[None]:
    """All of it or nothing, with no other writer meanwhile."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def _words_with(db: sqlite3.Connection, pieces: Sequence[str]) -> Iterator[list[int] | None]:
    """For each piece the ids of the words that have it, None where they are too many; all in one reading."""
    if not pieces:
        return
    pieces = [piece[:PART] for piece in pieces]
    tests = [f"instr(word, ?{number}) > 0" for number in range(1, len(pieces) + 1)]
    found: list[list[int] | None] = [[] for _ in pieces]
    for word_id, *has in db.execute(f"SELECT id, {', '.join(tests)} FROM words WHERE {' OR '.join(tests)}", pieces):
        for number, yes in enumerate(has):
            ids = found[number]
            if yes and ids is not None:
                ids.append(word_id)
                if len(ids) > WIDE_WORDS:
                    found[number] = None
    yield from found


def _bits(db: sqlite3.Connection, chunks: Iterable[int], word_ids: Sequence[int]) -> dict[int, int]:
    """By chunk the calls that have any of the words."""
    marks = ", ".join("?" * len(word_ids))
    found: dict[int, int] = {}
    for chunk in chunks:
        for (bits,) in db.execute(f"SELECT bits FROM found WHERE chunk = ? AND word IN ({marks})", (chunk, *word_ids)):
            found[chunk] = found.get(chunk, 0) | bits
    return found


def _put_line(db: sqlite3.Connection, call_id: str, stamp: Stamp, line: str) -> None:
    known = db.execute("SELECT size, changed, file FROM calls WHERE id = ?", (call_id,)).fetchone()
    if known != stamp:
        _drop(db, call_id)
        db.execute("INSERT INTO calls VALUES (?, ?, ?, ?, NULL, ?)", (call_id, *stamp, line))


def _renumber(db: sqlite3.Connection, call_id: str, stamp: Stamp, line: str, number: int) -> None:
    """Give a call whose words are put in now its number; facts about the same file stay."""
    facts = db.execute(
        "SELECT version, facts FROM facts JOIN calls USING (id) WHERE id = ? AND size = ? AND changed = ? AND file = ?",
        (call_id, *stamp),
    ).fetchone()
    _drop(db, call_id)
    db.execute("INSERT INTO calls VALUES (?, ?, ?, ?, ?, ?)", (call_id, *stamp, number, line))
    if facts is not None:
        db.execute("INSERT INTO facts VALUES (?, ?, ?)", (call_id, *facts))


def _add(db: sqlite3.Connection, bits: Mapping[tuple[int, str], int]) -> None:
    db.executemany("INSERT OR IGNORE INTO words (word) VALUES (?)", ((word,) for _, word in bits))
    db.executemany(
        "INSERT INTO found SELECT ?, id, ? FROM words WHERE word = ?"
        " ON CONFLICT (chunk, word) DO UPDATE SET bits = bits | excluded.bits",
        ((chunk, set_bits, word) for (chunk, word), set_bits in bits.items()),
    )


def _drop(db: sqlite3.Connection, call_id: str) -> None:
    """Take a call out. Words that no call has any more go when something is forgotten."""
    row = db.execute("SELECT number FROM calls WHERE id = ?", (call_id,)).fetchone()
    if row is None:
        return
    number = row[0]
    if number is not None and number >= 0:
        chunk, bit = number // CALLS_A_CHUNK, 1 << (number % CALLS_A_CHUNK)
        db.execute("UPDATE found SET bits = bits & ~? WHERE chunk = ? AND bits & ?", (bit, chunk, bit))
        db.execute("DELETE FROM found WHERE chunk = ? AND bits = 0", (chunk,))
    db.execute("DELETE FROM facts WHERE id = ?", (call_id,))
    db.execute("DELETE FROM calls WHERE id = ?", (call_id,))
