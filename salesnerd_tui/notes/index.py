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
from salesnerd_tui.notes.index_rows import CALLS_A_CHUNK, add, bits_of, changing, drop, put_line, renumber, words_with
from salesnerd_tui.notes.stamps import Stamp
from salesnerd_tui.notes.summary import LINE
from salesnerd_tui.notes.wording import WordsOfCall

if TYPE_CHECKING:
    import sqlite3

VERSION = 1
"""Of the tables below and of what is written in them; another version's file is thrown away."""

LAYOUT = crc32(",".join(LINE).encode()) >> 1
"""Of the lines: it changes with what a summary holds."""

PIECES_ASKED = 12
"""The longest pieces tell most; somebody pastes a page into the search too."""

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

    def lines(self) -> list[tuple[str, int, int, int, str]]:
        """Every call with the three parts of the stamp of the file it was read from, and its line for the list."""
        with self._opened(make=False) as db:
            return db.execute("SELECT id, size, changed, file, line FROM calls").fetchall()

    def listed(self) -> dict[str, tuple[Stamp, bool]]:
        """Every call with its stamp, and whether its words are in."""
        with self._opened(make=False) as db:
            rows = db.execute("SELECT id, size, changed, file, number IS NOT NULL FROM calls")
            return {call_id: ((size, changed, file), bool(worded)) for call_id, size, changed, file, worded in rows}

    def without(self, pieces: Sequence[str]) -> dict[str, Stamp]:
        """The calls that cannot have all these pieces of words as long as their file has this stamp."""
        telling = sorted(pieces, key=len, reverse=True)[:PIECES_ASKED]
        with self._opened(make=False) as db:
            db.execute("BEGIN")
            (last,) = db.execute("SELECT max(number) FROM calls").fetchone()
            narrowed: dict[int, int] | None = None
            for ids in words_with(db, telling):
                if ids is not None:
                    chunks = range((last or 0) // CALLS_A_CHUNK + 1) if narrowed is None else list(narrowed)
                    bits = bits_of(db, chunks, ids)
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

    def facts(self, version: int) -> dict[str, tuple[Stamp, Any]]:
        """What was worked out of each call by this version of whoever did it, with the stamp of the call's file."""
        with self._opened(make=False) as db:
            rows = db.execute(
                "SELECT id, size, changed, file, facts FROM facts JOIN calls USING (id) WHERE version = ?", (version,)
            ).fetchall()
        try:
            found = json.loads(f"[{','.join([row[4] for row in rows])}]")
            return {row[0]: (row[1:4], facts) for row, facts in zip(rows, found, strict=True)}
        except (ValueError, TypeError):
            self.throw_away("was damaged")
            raise NoIndex from None

    # writing; `still` says of an id whether its file is as it was when it was read, and is asked under the lock

    def put_lines(self, lines: Mapping[str, tuple[Stamp, str]], still: Callable[[str, Stamp], bool]) -> None:
        """Set the calls' lines for the list. What was known of a call whose file has changed since is dropped."""
        with self._opened() as db, changing(db):
            for call_id, (stamp, line) in lines.items():
                if still(call_id, stamp):
                    put_line(db, call_id, stamp, line)

    def put_words(
        self, calls: Mapping[str, tuple[Stamp, str, WordsOfCall]], still: Callable[[str, Stamp], bool]
    ) -> None:
        """Set the calls' lines and words."""
        with self._opened() as db, changing(db):
            bits: dict[tuple[int, str], int] = {}
            (last,) = db.execute("SELECT max(number) FROM calls").fetchone()
            free = count(max(-1 if last is None else last, -1) + 1)
            for call_id, (stamp, line, words) in calls.items():
                if not still(call_id, stamp):
                    continue
                number = ALWAYS if words is None else next(free)
                renumber(db, call_id, stamp, line, number)
                for word in words or ():
                    place = (number // CALLS_A_CHUNK, word)
                    bits[place] = bits.get(place, 0) | 1 << (number % CALLS_A_CHUNK)
            add(db, bits)

    def put_facts(
        self, version: int, facts: Mapping[str, tuple[Stamp, Any]], still: Callable[[str, Stamp], bool]
    ) -> None:
        """Remember what was worked out of calls; forgotten when their files change."""
        with self._opened() as db, changing(db):
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
                with changing(db):
                    for call_id in call_ids:
                        drop(db, call_id)
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
