"""The rows of the index: words, the calls that have them as bits, and each call's line. Used by `index` alone."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from salesnerd_tui.notes.stamps import Stamp
from salesnerd_tui.notes.wording import PART

if TYPE_CHECKING:
    import sqlite3

CALLS_A_CHUNK = 63
"""Calls whose bits share a row: as many as a signed number of SQLite holds."""

WIDE_WORDS = 200
"""A piece found in more words than this (`e`, `in`) is in nearly every call, and narrows nothing."""


@contextlib.contextmanager
def changing(db: sqlite3.Connection) -> Iterator[None]:
    """All of it or nothing, with no other writer meanwhile."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def words_with(db: sqlite3.Connection, pieces: Sequence[str]) -> Iterator[list[int] | None]:
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


def bits_of(db: sqlite3.Connection, chunks: Iterable[int], word_ids: Sequence[int]) -> dict[int, int]:
    """By chunk the calls that have any of the words."""
    marks = ", ".join("?" * len(word_ids))
    found: dict[int, int] = {}
    for chunk in chunks:
        for (bits,) in db.execute(f"SELECT bits FROM found WHERE chunk = ? AND word IN ({marks})", (chunk, *word_ids)):
            found[chunk] = found.get(chunk, 0) | bits
    return found


def put_line(db: sqlite3.Connection, call_id: str, stamp: Stamp, line: str) -> None:
    known = db.execute("SELECT size, changed, file FROM calls WHERE id = ?", (call_id,)).fetchone()
    if known != stamp:
        drop(db, call_id)
        db.execute("INSERT INTO calls VALUES (?, ?, ?, ?, NULL, ?)", (call_id, *stamp, line))


def renumber(db: sqlite3.Connection, call_id: str, stamp: Stamp, line: str, number: int) -> None:
    """Give a call whose words are put in now its number; facts about the same file stay."""
    facts = db.execute(
        "SELECT version, facts FROM facts JOIN calls USING (id) WHERE id = ? AND size = ? AND changed = ? AND file = ?",
        (call_id, *stamp),
    ).fetchone()
    drop(db, call_id)
    db.execute("INSERT INTO calls VALUES (?, ?, ?, ?, ?, ?)", (call_id, *stamp, number, line))
    if facts is not None:
        db.execute("INSERT INTO facts VALUES (?, ?, ?)", (call_id, *facts))


def add(db: sqlite3.Connection, bits: Mapping[tuple[int, str], int]) -> None:
    db.executemany("INSERT OR IGNORE INTO words (word) VALUES (?)", ((word,) for _, word in bits))
    db.executemany(
        "INSERT INTO found SELECT ?, id, ? FROM words WHERE word = ?"
        " ON CONFLICT (chunk, word) DO UPDATE SET bits = bits | excluded.bits",
        ((chunk, set_bits, word) for (chunk, word), set_bits in bits.items()),
    )


def drop(db: sqlite3.Connection, call_id: str) -> None:
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
