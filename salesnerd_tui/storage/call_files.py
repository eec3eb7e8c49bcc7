"""Files of a call, and the two formats in which it is written: journal lines and main file, both with checksums.

A journal line is `crc32 json`; the JSON is a serial number and the changes of one action. A main file is plain TinyDB
JSON with one document per line, each with its checksum as its last field: `"7": {…, "crc32": "0f3c…"}`. Any TinyDB can
open it, and a flipped bit or a lost block damages only its own line and is always noticed.

The document of the call counts the entries of every table, and the file ends with its closing braces, so a missing line
or a missing end is noticed too. Files without the count, and journals without serial numbers, can still be read.
Everything is ASCII: it opens under any locale, and a lone surrogate from a bad paste is stored like any other
character.

`Journal` is the file that changes are appended to: they are on disk when `append` returns. `CallPaths` names the files
of a call: main file, journal, lock, backups, and what was partly written.
"""

from __future__ import annotations

import contextlib
import errno
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from zlib import crc32

from msgspec import Struct, field

from salesnerd_tui.lazy_pattern import lazy_pattern
from salesnerd_tui.storage.disk import APPEND, Disk
from salesnerd_tui.storage.errors import FULL

Document = dict[str, Any]
Table = dict[str, Document]
Tables = dict[str, Table]
"""Documents by table and by number as a string, as in TinyDB."""

Change = tuple[str, str, Document | None]
"""Table, number, and the new document, or None if it was removed."""

TABLES = ("call", "events", "draft", "meta")
"""The summary comes first, so that the list of calls needs only the head of each file."""

_NUMBER = lazy_pattern(r"\d{1,9}")
_DOCUMENT_LINE = re.compile(rb'"(\d{1,9})": (\{.*)"crc32": "([0-9a-f]{8})"\},?')
_TABLE_LINE = re.compile(rb'"(\w+)": \{')
_BRACES = (b"", b"{", b"}", b"},")
_END = b"\n}\n}"
_NOTHING = b"{\n}"
_CUT_OFF_LINE = re.compile(rb"[0-9a-f]{0,8}|[0-9a-f]{8} |[0-9a-f]{8} \[[ -~]*")

LONGEST_CUT_OFF = 1024
"""Most bytes at a journal's end that count as the beginning of a line; more are a damaged line."""

ENTRIES = "entries"
"""Field of the call's document: the number of entries in each other table."""

HIGHEST = "highest"
"""Field of the call's document: the highest number of an event, -1 if there is none."""


CONTINUED = "journal"
"""Field of the call's document: True while the call is open, because newer entries are then in its journal."""


class JournalContent(Struct):
    """Content of a journal or main file: the tables, and the number of unreadable or missing entries.

    `cut_off` says that the last line of a journal is incomplete, `continued` that a main file was written for a call
    that stayed open.
    """

    tables: Tables = field(default_factory=dict)
    bad: int = 0
    cut_off: bool = False
    continued: bool = False


def to_json(value: Any) -> str:
    """Return one line of ASCII.

    Raises `ValueError` for infinite numbers, `TypeError` for types that JSON does not have.
    """
    return json.dumps(value, allow_nan=False)


def journal_line(changes: Iterable[Change], serial: int) -> bytes:
    """Return the line of one action; `serial` counts the lines of a journal from 1."""
    text = to_json([serial, *changes]).encode("ascii")
    return b"%08x %b\n" % (crc32(text), text)


def read_journal(data: bytes) -> tuple[list[Change], JournalContent]:
    """Return the changes of every complete line, in order.

    The beginning of a last line is not damage, because it was never reported as saved. Anything else at the end, and a
    gap in the serial numbers, is damage.
    """
    changes: list[Change] = []
    read = JournalContent()
    last = 0
    *lines, tail = data.split(b"\n")
    for line in filter(None, lines):
        last = _take_line(line, last, changes, read)
    if tail:
        whole = next((part for part in (tail, tail[:-1]) if _changes_of(part)), None)
        if whole is not None:
            _take_line(whole, last, changes, read)
        else:
            read.cut_off = True
            read.bad += len(tail) > LONGEST_CUT_OFF or _CUT_OFF_LINE.fullmatch(tail) is None
    return changes, read


def _take_line(line: bytes, last: int, changes: list[Change], read: JournalContent) -> int:
    """Add the changes of a line. Return its serial number, or the expected one if it has none."""
    found = _changes_of(line)
    if found is None:
        read.bad += 1
        return last + 1
    serial, new = found
    changes += new
    if serial is None:
        return last + 1
    # Serial numbers restart at 1 after a run whose journal could not be merged.
    read.bad += max(serial - last - 1, 0)
    return serial


def _changes_of(line: bytes) -> tuple[int | None, list[Change]] | None:
    text = line[9:]
    if line[:9] != b"%08x " % crc32(text):
        return None
    try:
        serial, *rest = json.loads(text) or [None]
        if not isinstance(serial, int):
            serial, rest = None, json.loads(text)
        return serial, [(table, number, _document(document)) for table, number, document in rest]
    except (ValueError, TypeError, RecursionError):
        return None


def _document(value: Any) -> Document | None:
    if value is None or isinstance(value, dict):
        return value
    raise TypeError("not a document")


def apply(tables: Tables, changes: Iterable[Change]) -> None:
    """Set or remove each document; applying it twice has no further effect."""
    for table, number, document in changes:
        if document is None:
            tables.setdefault(table, {}).pop(number, None)
        else:
            tables.setdefault(table, {})[number] = document


def kept_file(tables: Mapping[str, Table], *, continued: bool = False) -> Iterator[bytes]:
    """Yield the lines of the file, the known tables first and in their order."""
    names = [*(name for name in TABLES if name in tables), *(name for name in tables if name not in TABLES)]
    yield b"{\n"
    for name in names:
        yield b"%b: {\n" % to_json(name).encode()
        rows = _counted(tables, continued) if name == "call" else tables[name]
        for left, (number, document) in zip(range(len(rows) - 1, -1, -1), rows.items(), strict=True):
            yield document_line(name, number, document) + (b",\n" if left else b"\n")
        yield b"}\n" if name == names[-1] else b"},\n"
    yield b"}\n"


def _counted(tables: Mapping[str, Table], continued: bool) -> Table:
    """Return the table of the call, with the count of everything else in its document."""
    rows = tables["call"]
    if "1" not in rows:
        return rows
    count = {name: len(other) for name, other in tables.items() if name != "call"}
    highest = max(map(int, tables.get("events", ())), default=-1)
    marks = {ENTRIES: count, HIGHEST: highest} | ({CONTINUED: True} if continued else {})
    return {**rows, "1": {**rows["1"], **marks}}


def document_line(table: str, number: str, document: Document) -> bytes:
    body = to_json(document).encode("ascii")[:-1]
    comma = b", " if document else b""
    return b'"%b": %b%b"crc32": "%08x"}' % (number.encode(), body, comma, _sum(table, number.encode(), body))


def _sum(table: str, number: bytes, body: bytes) -> int:
    return crc32(b"%b/%b/%b" % (table.encode(), number, body))


def is_ours(data: bytes) -> bool:
    """Return whether the file has our layout; another TinyDB rewrites it as one line, without valid checksums."""
    return data[:3] in (b'{\n"', b"{\n}")


def read_document_line(table: str, line: bytes) -> tuple[str, Document] | None:
    """Return the number and document of a complete line; its checksum covers the table's name too."""
    found = _DOCUMENT_LINE.fullmatch(line)
    if found is None:
        return None
    number, body, wanted = found.groups()
    body = body.removesuffix(b", ")
    if _sum(table, number, body) != int(wanted, 16):
        return None
    try:
        return number.decode(), json.loads(body.decode("ascii") + "}")
    except (ValueError, RecursionError):
        return None


def read_kept_file(data: bytes) -> JournalContent:
    """Return every document with a valid checksum, whatever is damaged around it. An empty file is not damaged."""
    if is_ours(data):
        return _read_lines(data)
    return _read_foreign(data)


def _read_lines(data: bytes) -> JournalContent:
    read = JournalContent()
    table = ""
    for line in data.split(b"\n"):
        if line in _BRACES:
            continue
        if header := _TABLE_LINE.fullmatch(line):
            table = header[1].decode()
            read.tables.setdefault(table, {})
            continue
        for name in dict.fromkeys((table, *TABLES)):
            if found := read_document_line(name, line):
                read.tables.setdefault(name, {})[found[0]] = found[1]
                break
        else:
            read.bad += 1
    read.continued = read.tables.get("call", {}).get("1", {}).pop(CONTINUED, False) is True
    read.bad = max(read.bad, _missing(read.tables), not (data.rstrip().endswith(_END) or data.strip() == _NOTHING))
    return read


def has_all_lines(data: bytes, call: Document) -> bool:
    """Return whether a main file is of a closed call, and has its end and as many lines as its count says; a quick
    check."""
    counts = call.get(ENTRIES)
    if CONTINUED in call or not data.endswith(_END + b"\n"):
        return False
    if not isinstance(counts, dict):
        return True
    rows = [count for count in counts.values() if isinstance(count, int)]
    # The braces of the file and of each table, the table of the call with its one document, and one line for each
    # entry.
    return data.count(b"\n") == 2 + 3 + 2 * len(rows) + sum(rows)


def _missing(tables: Tables) -> int:
    """Return how many counted entries are missing; removes the count from the document of the call."""
    events = tables.get("events", {})
    highest = max(map(int, events), default=-1)
    if "call" in tables and not tables["call"]:
        return 1
    call = tables.get("call", {}).get("1", {})
    counts, should_be = call.pop(ENTRIES, None), call.pop(HIGHEST, None)
    if not isinstance(counts, dict):
        return int(bool(call) and highest + 1 > len(events))
    missing = sum(max(count - len(tables.get(name, ())), 0) for name, count in counts.items() if isinstance(count, int))
    return max(missing, int(isinstance(should_be, int) and highest < should_be))


def _read_foreign(data: bytes) -> JournalContent:
    """Read a file that TinyDB itself rewrote; if it is damaged, return the documents that can still be recognized."""
    if not data.strip():
        return JournalContent(bad=1 if data else 0)
    try:
        return _as_tables(json.loads(data))
    except (ValueError, RecursionError):
        return _salvage(data.decode("utf-8", "replace"))


def _as_tables(value: Any) -> JournalContent:
    read = JournalContent()
    if not isinstance(value, dict):
        return JournalContent(bad=1)
    for name, rows in value.items():
        read.tables[name] = {}
        if not isinstance(rows, dict):
            read.bad += 1
            continue
        for number, document in rows.items():
            if isinstance(document, dict) and _NUMBER.fullmatch(number):
                read.tables[name][number] = {key: part for key, part in document.items() if key not in _OURS}
            else:
                read.bad += 1
    return read


_OURS = frozenset(("crc32", ENTRIES, HIGHEST, CONTINUED))

_PIECE = lazy_pattern(r'"(?:(\d{1,9})|(' + "|".join(TABLES) + r'))"\s*:\s*(?=\{)')


def _salvage(text: str) -> JournalContent:
    read = JournalContent(bad=1)
    table = "events"
    decode = json.JSONDecoder().raw_decode
    at = 0
    while piece := _PIECE.search(text, at):
        at = piece.end()
        if piece[2]:
            table = piece[2]
            continue
        try:
            document, at = decode(text, at)
        except ValueError:
            read.bad += 1
            continue
        except RecursionError:
            return read
        kept = {key: part for key, part in document.items() if key not in _OURS}
        read.tables.setdefault(table, {})[piece[1]] = kept
    return read


_SAFE = lazy_pattern(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")
_DEVICES = lazy_pattern(r"(?i)con|prn|aux|nul|com\d|lpt\d")


def is_call_id(text: str) -> bool:
    """Return whether `text` can be a call's id: it leaves no folder, hides no file and names no device."""
    return bool(_SAFE.fullmatch(text)) and not _DEVICES.fullmatch(text)


class CallPaths(Struct, frozen=True):
    """Paths of one call.

    `kept` is the main file, plain TinyDB JSON; the other files are beside it and start with its name.
    """

    kept: Path

    @property
    def previous(self) -> Path:
        """The main file before the last merge."""
        return self.kept.with_name(self.kept.name + ".bak")

    @property
    def journal(self) -> Path:
        """Exists only while the call is open, or after a crash."""
        return self.kept.with_name(self.kept.name + ".journal")

    @property
    def lock(self) -> Path:
        return self.kept.with_name(self.kept.name + ".lock")

    def older_format(self, number: int) -> Path:
        """The main file before it was migrated from format `number`."""
        return self.kept.with_name(f"{self.kept.name}.format{number}.bak")

    def temporaries(self) -> list[Path]:
        """Return the partly written files that a crash left; call this only under the lock."""
        return list(self.kept.parent.glob(f"{self.kept.name}.*.tmp"))

    def exist(self) -> bool:
        return any(path.is_file() for path in (self.kept, self.previous, self.journal))


def write_kept(
    files: CallPaths, tables: Tables, disk: Disk, *, keep_previous: bool = True, continued: bool = False
) -> None:
    """Replace the main file in one step. Raises `OSError`; then nothing has changed.

    `continued` marks the file of a call that stays open. The old file becomes the backup, unless `keep_previous` is off
    because it is damaged and the backup is better.
    """
    try:
        data = b"".join(kept_file(tables, continued=continued))
    except (ValueError, RecursionError) as problem:
        # Only a tampered file has such numbers; new notes stay in the journal.
        raise OSError(errno.EINVAL, "something in this call cannot be written as JSON") from problem
    disk.write_over(files.kept, data, lambda: _keep_previous(files, disk) if keep_previous else None)


def _keep_previous(files: CallPaths, disk: Disk) -> None:
    """Link the main file under the backup's name.

    Without links in the file system it is renamed; until the new file is in place, backup and journal together are the
    call.
    """
    if not files.kept.exists():
        return
    disk.remove(files.previous)
    try:
        disk.link(files.kept, files.previous)
    except OSError:
        disk.replace(files.kept, files.previous)


class Journal:
    """Journal file, created with its first line.

    `trusted` turns False after a disk error after which this file cannot be relied on: a second fsync may succeed
    without the data. Only `renew` helps then.
    """

    def __init__(self, path: Path, disk: Disk) -> None:
        self.trusted = True
        self.size = 0
        self._path = path
        self._disk = disk
        self._fd = -1
        self._ragged = False

    def append(self, data: bytes) -> None:
        """Append lines. Raises `OSError`; while `trusted` holds, no part of `data` is then left in the file."""
        try:
            self._open()
            if self._ragged:
                data = b"\n" + data
            self._disk.write_all(self._fd, data)
        except OSError as problem:
            self._take_back()
            self.trusted = problem.errno in FULL
            raise
        try:
            self._disk.fsync(self._fd)
        except OSError:
            self._take_back()
            self.trusted = False
            raise
        self._ragged = False
        self.size += len(data)
        if not self.is_in_place():
            # Writing to a deleted file succeeds, and nobody can read it afterwards.
            self.trusted = False
            raise OSError(errno.ENOENT, "the journal was removed or replaced", str(self._path))

    def is_in_place(self) -> bool:
        """Return whether the path still leads to the file written so far, at its full length."""
        if self._fd < 0:
            return True
        there = self._disk.identity(self._path)
        return there is not None and there == self._disk.identity(self._fd) and there[2] >= self.size

    def _open(self) -> None:
        if self._fd >= 0:
            return
        fd = self._disk.open(self._path, APPEND)
        try:
            self.size = self._disk.size(fd)
            self._disk.sync_folder(self._path.parent)
        except OSError:
            self._disk.close(fd)
            raise
        # Lines of an earlier run that could not be merged: its last line may be incomplete.
        self._ragged = self.size > 0
        self._fd = fd

    def _take_back(self) -> None:
        """Remove an incomplete line; if that fails too, the next entry starts on a new line."""
        if self._fd < 0:
            return
        try:
            self._disk.truncate(self._fd, self.size)
        except OSError:
            self._ragged = True
            with contextlib.suppress(OSError):
                self.size = self._disk.size(self._fd)

    def renew(self) -> None:
        """Start a new journal after a merge. A crash may bring the merged lines back, which changes nothing."""
        self.close()
        if self._disk.remove(self._path):
            self.trusted = True
            self.size = 0
            self._ragged = False

    def close(self) -> None:
        if self._fd >= 0:
            fd, self._fd = self._fd, -1
            with contextlib.suppress(OSError):
                self._disk.close(fd)
