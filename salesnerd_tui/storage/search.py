"""Search in everything that is stored, and the cache that makes it and the list of calls fast.

Only the calls' own files are searched; the cache can only exclude calls. The raw bytes of a call are tested first,
newest call first, and only lines that can match are decoded. Hits are yielded as they are found. Texts are compared as
`text.search_text` normalizes them. Every word must occur in the entry itself or in the call's own data (account,
people, playbook), so `acme pager` finds the pager in Acme's calls.

With the cache, 10,000 calls are listed and searched at once. It is one SQLite file beside the calls, which may be
deleted at any time: each call's line for the list, the three-letter pieces of its normalized words (FTS5 with the
trigram tokenizer), and figures that other packages compute. A call whose file has changed is not looked up there: its
stamp (size, time and inode number) differs. The store never changes a file in place, so the inode number shows its own
changes; size and time show those of other programs.

Any inconsistency deletes the cache. Deleting or redacting a call deletes it too, because no word may outlive its call
there. The FTS row of a call that has changed stays until the file is created again; nothing refers to it.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

from msgspec import Struct

from salesnerd_tui.lazy_pattern import lazy_pattern
from salesnerd_tui.storage.call_files import (
    CallPaths,
    Stamp,
    has_all_lines,
    is_call_id,
    newest_first,
    read_call,
    read_document_line,
    scan_folder,
    stamp_of,
)
from salesnerd_tui.storage.errors import error_message
from salesnerd_tui.storage.migrations import EVENT_NAMES
from salesnerd_tui.storage.summary import (
    LINE_FIELDS,
    CallSummary,
    call_text,
    entry_text,
    from_document,
    read_head,
    summary_of,
)
from salesnerd_tui.text import has_word, plain_number, search_text, searchable

if TYPE_CHECKING:
    import sqlite3

    from salesnerd_tui.storage.disk import Disk

RECALLED = "Recalled"
"""Event that repeats the content of an earlier call; only the earlier call is found."""

HEARD, PROMISED = "Heard", "Promised"
HEARD_ORIGIN = "heard"
"""Origin of an entry that was recognized in speech."""

RECENT_UTTERANCES = 50
"""Number of found utterances in which a later entry may have been recognized."""

WHOLE_CALL = -1
"""Number of a hit in the call's own data."""

_SPEAKER_FIELDS = ("speaker", "owner")
_ESCAPED = b"\\u"

RawTest = Callable[[bytes], bool]


class SearchHit(Struct, frozen=True):
    """Entry that contains the words.

    `number` is its place in the call's list (`WHOLE_CALL` for the call's own data). The other fields are the event's
    name, seconds into the call, the speaker if known, and the text as it was stored.
    """

    call: CallSummary
    number: int
    event: str
    at: float
    who: str
    text: str


FindExcluded = Callable[[list[str]], Mapping[str, Stamp]]
"""Returns the calls that cannot contain all of these words, provided their files have these stamps."""


def search(
    folder: Path,
    disk: Disk,
    text: str,
    find_excluded: FindExcluded = lambda _: {},
    on_damage: Callable[[str, str], None] = lambda *_: None,
) -> Iterator[SearchHit]:
    """Yield hits in the calls of `folder`, newest call first; none if there are no words. An unreadable call has none.

    A call that another program changed in place since it was cached comes last. `on_damage` is called with the id and
    the problem of a call that turns out to be damaged or unreadable.
    """
    if text.strip():
        yield from _Search(folder, disk, searchable(text).split(), on_damage).hits(find_excluded)


class _Search:
    def __init__(self, folder: Path, disk: Disk, words: list[str], on_damage: Callable[[str, str], None]) -> None:
        self._on_damage = on_damage
        self._folder = folder
        self._disk = disk
        self._words = words
        self._raw_tests = {word: _raw_test(word) for word in words}

    def hits(self, find_excluded: FindExcluded) -> Iterator[SearchHit]:
        excluded = find_excluded(self._words)
        # One scan of the folder shows every change that the store made; the stamp of each file is checked later.
        scan = scan_folder(self._folder, with_stamps=False)
        skipped = []
        for call_id in newest_first(scan.ids):
            stamp = excluded.get(call_id)
            if stamp is not None and scan.inodes.get(call_id) == stamp[-1]:
                skipped.append(call_id)
            elif is_call_id(call_id):
                yield from self._in_all_files(call_id) if call_id in scan.unsettled else self._in_main_file(call_id)
        for call_id in skipped:
            if stamp_of(f"{self._folder}{os.sep}{call_id}.json") != excluded[call_id]:
                yield from self._in_main_file(call_id)

    def _in_main_file(self, call_id: str) -> Iterator[SearchHit]:
        try:
            data = self._disk.read(self._folder / f"{call_id}.json")
        except OSError:
            data = b""
        head = read_head(data)
        if head is None or not has_all_lines(data, head):
            yield from self._in_all_files(call_id)
            return
        lowered = data.lower()
        if not all(test(lowered) for test in self._raw_tests.values()):
            return
        summary = from_document(call_id, head)
        tests = [self._raw_tests[word] for word in _words_not_in_call(summary, self._words)]
        lines = (line for line in data.split(b"\n") if all(test(line.lower()) for test in tests))
        yield from _hits(summary, self._words, (row for line in lines if (row := read_document_line("events", line))))

    def _in_all_files(self, call_id: str) -> Iterator[SearchHit]:
        """Search a call that is open, interrupted, damaged, or was rewritten by another TinyDB; this is slow."""
        try:
            call = read_call(CallPaths(self._folder / f"{call_id}.json"), self._disk)
        except FileNotFoundError:
            return
        except OSError as problem:
            self._on_damage(call_id, f"cannot be read: {error_message(problem)}")
            return
        if call.problem:
            self._on_damage(call_id, call.problem)
        yield from _hits(summary_of(call_id, call.tables), self._words, call.tables.get("events", {}).items())


def _hits(summary: CallSummary, words: list[str], rows: Iterable[tuple[str, Mapping[str, Any]]]) -> Iterator[SearchHit]:
    """Yield the entries of a call that contain the words.

    What was recognized in an utterance (an answer, a promise, a question) is left out after the utterance itself.
    """
    missing = _words_not_in_call(summary, words)
    utterances: deque[str] = deque(maxlen=RECENT_UTTERANCES)
    if not missing:
        yield SearchHit(summary, WHOLE_CALL, "", 0.0, "", call_text(summary))
    for number, document in rows:
        name = str(document.get("event", ""))
        event = EVENT_NAMES.get(name, name)
        if event == RECALLED:
            continue
        text = entry_text(document)
        normalized = search_text(text)
        if all(has_word(normalized, word) for word in missing) and any(has_word(normalized, word) for word in words):
            if event == HEARD:
                utterances.append(text)
            elif _repeats_any(event, document, utterances):
                continue
            at = document.get("at")
            yield SearchHit(
                summary,
                int(number),
                event,
                float(at) if isinstance(at, int | float) else 0.0,
                next((who for field in _SPEAKER_FIELDS if isinstance(who := document.get(field), str)), ""),
                text,
            )


def _repeats_any(event: str, document: Mapping[str, Any], utterances: Iterable[str]) -> bool:
    """Return whether an entry was recognized in one of these utterances and has only words of it."""
    default = HEARD_ORIGIN if event == PROMISED else ""  # stored entries leave out defaults
    said = document.get("note") or document.get("text")
    if not isinstance(said, str) or document.get("how", default) != HEARD_ORIGIN or document.get("label"):
        return False
    return any(said in utterance for utterance in utterances)


def _words_not_in_call(summary: CallSummary, words: list[str]) -> list[str]:
    text = search_text(call_text(summary))
    return [word for word in words if not has_word(text, word)]


_BETWEEN_DIGITS = lazy_pattern("(?<=[0-9])(?=[0-9])")


def _raw_test(word: str) -> RawTest:
    """Return a test whether lower-case raw JSON may contain the normalized `word`.

    A character outside ASCII may normalize to any letter, so a line with one is decoded first.
    """
    word = plain_number(word)
    if not word.isascii():
        return lambda raw: _ESCAPED in raw or not raw.isascii()
    longest = max(re.findall("[a-z0-9]+", word), key=len, default="")
    if longest.isalpha() or len(longest) < 2:
        letters = longest.encode()
        return lambda raw: letters in raw or _ESCAPED in raw or not raw.isascii()
    has_number = re.compile(_BETWEEN_DIGITS.sub("[,.' ]?", longest).encode()).search
    return lambda raw: has_number(raw) is not None or _ESCAPED in raw or not raw.isascii()


VERSION = 4
"""Version of the tables and their content; a file of another version is deleted."""

LAYOUT = crc32(",".join(LINE_FIELDS).encode()) >> 1
"""Version of the lines: it changes with the fields of a summary."""

GRAM_LETTERS = 3
"""Letters of a piece (gram) of the trigram tokenizer; shorter words are not looked up."""

MAX_QUERY_WORDS = 12
MAX_QUERY_GRAMS = 48
"""Limits of one query, which takes the longest words; users also paste whole pages into the search."""

MAX_OBSOLETE_ROWS = 1_000
"""Rows of changed calls, in addition to one for each call, after which the file is created again."""

LOCK_SECONDS = 0.25
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
_WORDS_TABLE = """
CREATE VIRTUAL TABLE words USING fts5(
    text, content = '', detail = none, columnsize = 0, tokenize = 'trigram case_sensitive 1'
);
"""
_BUSY_ERRORS = ("locked", "readonly", "unable to open", "full", "disk I/O")
_WHERE_CURRENT = " WHERE id = ? AND size = ? AND changed = ? AND file = ?"

IsCurrent = Callable[[str, Stamp], bool]
"""Returns whether the file of a call is unchanged since it was read; called while no other window can write."""


class NoCache(Exception):
    """The cache cannot be used now: SQLite is missing, the folder is read-only, or another window writes."""


class CacheRow(Struct, frozen=True):
    """Cache entry of a call; `text` is all of its normalized words."""

    stamp: Stamp
    line: str
    text: str


class SearchCache:
    """The cache file. `on_warning` is called once, with a sentence, if it was damaged or another window holds it.

    Every method opens the file itself, so any thread may call it; each raises only `NoCache`.
    """

    def __init__(self, path: Path, disk: Disk, on_warning: Callable[[str], None]) -> None:
        self.path = path
        self._disk = disk
        self._on_warning = on_warning
        self._has_warned = False

    def files(self) -> list[Path]:
        """Return the cache's files that exist."""
        suffixes = ("", "-journal", "-wal", "-shm")
        paths = [self.path.with_name(self.path.name + suffix) for suffix in suffixes]
        return [path for path in paths if os.path.lexists(path)]

    def delete(self, reason: str = "") -> None:
        """Delete the files; `reason` is reported once."""
        for path in self.files():
            self._disk.remove(path)
        if reason:
            self._warn(f"the search cache {reason} and is being rebuilt; searching is slower until it is done")

    # reading

    def lines(self) -> list[tuple[str, int, int, int, str]]:
        """Return every call with the three parts of its file's stamp, and its line for the list."""
        with self._open(create=False) as db:
            return db.execute("SELECT id, size, changed, file, line FROM calls").fetchall()

    def cached_calls(self) -> tuple[dict[str, tuple[Stamp, bool]], bool]:
        """Return every call with its stamp and whether its words are cached, and whether to create the file again.

        A file with too many obsolete rows should be created again. Words count as cached if SQLite has no full-text
        search.
        """
        with self._open(create=False) as db:
            no_words = not _has_words(db)
            rows = db.execute("SELECT id, size, changed, file, number IS NOT NULL FROM calls")
            calls = {each[0]: (each[1:4], no_words or bool(each[4])) for each in rows}
            (last,) = db.execute("SELECT last FROM numbered").fetchone()
            return calls, last > 2 * len(calls) + MAX_OBSOLETE_ROWS

    def excluded_calls(self, words: Sequence[str]) -> dict[str, Stamp]:
        """Return the calls that cannot contain all of these normalized words, provided their files have this stamp."""
        query = fts_query(words)
        if not query:
            return {}
        with self._open(create=False) as db:
            if not _has_words(db):
                return {}
            rows = db.execute(
                "SELECT id, size, changed, file FROM calls"
                " WHERE number NOT NULL AND number NOT IN (SELECT rowid FROM words WHERE words MATCH ?)",
                (query,),
            )
            return {each[0]: each[1:4] for each in rows}

    def facts(self, version: int) -> dict[str, tuple[Stamp, Any]]:
        """Return the values computed from each call under this version, with the stamp of the call's file."""
        with self._open(create=False) as db:
            rows = db.execute(
                "SELECT id, size, changed, file, facts FROM calls WHERE version = ?", (version,)
            ).fetchall()
        try:
            values = json.loads(f"[{','.join([row[4] for row in rows])}]")
            return {row[0]: (row[1:4], value) for row, value in zip(rows, values, strict=True)}
        except (ValueError, TypeError, RecursionError):
            self.delete("was damaged")
            raise NoCache from None

    # writing

    def put_lines(self, lines: Mapping[str, tuple[Stamp, str]], is_current: IsCurrent) -> None:
        """Set the calls' lines for the list. What was cached of a call whose file has changed since is dropped."""
        with self._transaction() as db:
            for call_id, (stamp, line) in lines.items():
                if (
                    is_current(call_id, stamp)
                    and not db.execute(f"SELECT 1 FROM calls{_WHERE_CURRENT}", (call_id, *stamp)).fetchone()
                ):
                    db.execute(
                        "INSERT OR REPLACE INTO calls (id, size, changed, file, line) VALUES (?, ?, ?, ?, ?)",
                        (call_id, *stamp, line),
                    )

    def put_words(self, calls: Mapping[str, CacheRow], is_current: IsCurrent) -> None:
        """Set the calls' lines and words; computed values of the same file stay."""
        with self._transaction() as db:
            has_words = _has_words(db)
            (number,) = db.execute("SELECT last FROM numbered").fetchone()
            for call_id, row in calls.items():
                if not is_current(call_id, row.stamp):
                    continue
                number += 1
                facts = db.execute(
                    f"SELECT version, facts FROM calls{_WHERE_CURRENT}", (call_id, *row.stamp)
                ).fetchone()
                db.execute(
                    "INSERT OR REPLACE INTO calls VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (call_id, *row.stamp, row.line, number if has_words else None, *(facts or (None, None))),
                )
                if has_words:
                    db.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (number, _storable(row.text)))
            db.execute("UPDATE numbered SET last = ?", (number,))

    def put_facts(self, version: int, facts: Mapping[str, tuple[Stamp, Any]], is_current: IsCurrent) -> None:
        """Store values computed from calls; they are dropped when the files change."""
        with self._transaction() as db:
            for call_id, (stamp, value) in facts.items():
                if is_current(call_id, stamp):
                    row = (version, json.dumps(value), call_id, *stamp)
                    db.execute(f"UPDATE calls SET version = ?, facts = ?{_WHERE_CURRENT}", row)

    # the file

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """Run one transaction, with no other writer during it."""
        with self._open(create=True) as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise

    @contextlib.contextmanager
    def _open(self, *, create: bool) -> Iterator[sqlite3.Connection]:
        try:
            import sqlite3  # start-up time, and missing from some Pythons
        except ImportError:
            raise NoCache from None
        try:
            connection = self._connect(create=create)
            try:
                yield connection
            finally:
                connection.close()
        except (sqlite3.Error, UnicodeError, OverflowError, TypeError, ValueError) as problem:
            if isinstance(problem, sqlite3.OperationalError) and any(word in str(problem) for word in _BUSY_ERRORS):
                if "locked" in str(problem) and not create:
                    self._warn("the search cache is in use by another window; reading every call instead")
            else:
                self.delete("was damaged")
            raise NoCache from problem
        except OSError as problem:
            raise NoCache from problem

    def _connect(self, *, create: bool) -> sqlite3.Connection:
        import sqlite3  # start-up time

        if self.path.is_symlink():
            self._disk.remove(self.path)
        if not self.path.exists():
            if not create:
                raise NoCache
            self._disk.close(self._disk.open(self.path, os.O_RDWR | os.O_CREAT))
        connection = sqlite3.connect(self.path, timeout=LOCK_SECONDS, isolation_level=None)
        try:
            for pragma in ("secure_delete = ON", "temp_store = MEMORY", "synchronous = NORMAL", "trusted_schema = OFF"):
                connection.execute(f"PRAGMA {pragma}")
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version == 0 and not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
                connection.executescript(f"BEGIN IMMEDIATE;{_TABLES}COMMIT;")
                with contextlib.suppress(sqlite3.OperationalError):
                    connection.execute(_WORDS_TABLE)  # Raised if SQLite has no FTS5 or no trigram tokenizer.
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
            self._on_warning(sentence)


def fts_query(words: Sequence[str]) -> str:
    """Return the FTS5 query for calls that have every three-letter piece of the words; '' if there is none.

    Pieces with a mark between thousands are left out: a call may write the number with another mark.
    """
    longest = sorted((word for word in words if len(word) >= GRAM_LETTERS), key=len, reverse=True)[:MAX_QUERY_WORDS]
    grams = dict.fromkeys(
        word[start : start + GRAM_LETTERS]
        for word in longest
        for start in range(min(len(word) - GRAM_LETTERS + 1, MAX_QUERY_GRAMS))
        if word[start : start + GRAM_LETTERS] in plain_number(word)
    )
    storable = [gram for gram in grams if gram == _storable(gram)][:MAX_QUERY_GRAMS]
    return " AND ".join('"' + gram.replace('"', '""') + '"' for gram in storable)


def _storable(text: str) -> str:
    """Return `text` as the tokenizer accepts it: a NUL would end it, and UTF-8 has no lone surrogates."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode()


def _has_words(db: sqlite3.Connection) -> bool:
    return db.execute("SELECT 1 FROM sqlite_master WHERE name = 'words'").fetchone() is not None
