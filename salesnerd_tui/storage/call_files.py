"""Files of a call: their names, the two formats in which they are written, and how they are read in any state.

A main file is plain TinyDB JSON with one document per line, each with its checksum as its last field:
`"7": {…, "crc32": "0f3c…"}`. Any TinyDB can open it, and a flipped bit or a lost block damages only its own line and is
always noticed. The document of the call counts the entries of every table, and the file ends with its closing braces,
so a missing line or a missing end is noticed too. A journal line is `crc32 json`; the JSON is a serial number and the
changes of one action. Files without the count, and journals without serial numbers, can still be read. Everything is
ASCII: it opens under any locale, and a lone surrogate from a bad paste is stored like any other character.

The newest valid version of a document wins: the journal's, then the main file's, then the backup's. The backup is read
only if the main file is damaged. The journal is read first, so that a reader without the lock misses nothing if the
owner merges between two reads. Damaged originals are copied before anything is written.
"""

from __future__ import annotations

import errno
import json
import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from zlib import crc32

from msgspec import Struct, field

from salesnerd_tui.lazy_pattern import lazy_pattern
from salesnerd_tui.storage.disk import Disk, FileLock, LockHeld, recorded
from salesnerd_tui.storage.errors import CallIsOpen, FolderUnusable, SetAside, StorageError, in_words

_SAFE = lazy_pattern(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")
_DEVICES = lazy_pattern(r"(?i)con|prn|aux|nul|com\d|lpt\d")


def is_call_id(text: str) -> bool:
    """Return whether `text` can be a call's id: it leaves no folder, hides no file and names no device."""
    return bool(_SAFE.fullmatch(text)) and not _DEVICES.fullmatch(text)


class CallPaths(Struct, frozen=True):
    """Paths of one call: `main` is the main file, and the other files are beside it and start with its name."""

    main: Path

    @property
    def backup(self) -> Path:
        """The main file before the last merge."""
        return self._beside(".bak")

    @property
    def journal(self) -> Path:
        """Exists only while the call is open, or after a crash."""
        return self._beside(".journal")

    @property
    def lock(self) -> Path:
        return self._beside(".lock")

    def older_format(self, number: int) -> Path:
        """The main file before it was migrated from format `number`."""
        return self._beside(f".format{number}.bak")

    def temporaries(self) -> list[Path]:
        """Return the partly written files that a crash left; call this only under the lock."""
        return list(self.main.parent.glob(f"{self.main.name}.*.tmp"))

    def exist(self) -> bool:
        return any(path.is_file() for path in (self.main, self.backup, self.journal))

    def _beside(self, ending: str) -> Path:
        return self.main.with_name(self.main.name + ending)


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
_BLANK = b"\0"

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

    `ends_blank` says that a journal ends with space that was never written, `continued` that a main file was written
    for a call that stayed open.
    """

    tables: Tables = field(default_factory=dict)
    bad: int = 0
    ends_blank: bool = False
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

    The beginning of a last line is not damage, because it was never reported as saved. Neither are NUL bytes at the
    end: some file systems make a file longer before they write its data, and a power cut comes between. Anything else
    at the end, and a gap in the serial numbers, is damage.
    """
    changes: list[Change] = []
    written = data.rstrip(_BLANK)
    read = JournalContent(ends_blank=len(written) < len(data))
    last = 0
    *lines, tail = written.split(b"\n")
    for line in filter(None, lines):
        last = _take_line(line, last, changes, read)
    if tail:
        whole = next((part for part in (tail, tail[:-1]) if _changes_of(part)), None)
        if whole is not None:
            _take_line(whole, last, changes, read)
        else:
            is_long = len(tail) > LONGEST_CUT_OFF and not read.ends_blank
            read.bad += is_long or _CUT_OFF_LINE.fullmatch(tail) is None
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


def main_file_lines(tables: Mapping[str, Table], *, continued: bool = False) -> Iterator[bytes]:
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


def read_main_file(data: bytes) -> JournalContent:
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


def write_main_file(
    files: CallPaths, tables: Tables, disk: Disk, *, backs_up: bool = True, continued: bool = False
) -> None:
    """Replace the main file in one step. Raises `OSError`; then nothing has changed.

    `continued` marks the file of a call that stays open. The old file becomes the backup, unless `backs_up` is off
    because it is damaged and the backup is better.
    """
    try:
        data = b"".join(main_file_lines(tables, continued=continued))
    except (ValueError, RecursionError) as problem:
        # Only a tampered file has such numbers; new notes stay in the journal.
        raise OSError(errno.EINVAL, "something in this call cannot be written as JSON") from problem
    disk.write_over(files.main, data, lambda: _back_up(files, disk) if backs_up else None)


def _back_up(files: CallPaths, disk: Disk) -> None:
    """Link the main file under the backup's name.

    Without links in the file system it is renamed; until the new file is in place, backup and journal together are the
    call.
    """
    if not files.main.exists():
        return
    disk.remove(files.backup)
    try:
        disk.link(files.main, files.backup)
    except OSError:
        disk.replace(files.main, files.backup)


_UNREADABLE = b"\0\n"
"""Content of a file that the disk cannot read: damaged and empty."""

DAMAGED = "is damaged: entries are unreadable or missing"
FROM_BACKUP = "has lost its file: it was read from the backup, which may lack the latest entries"
WITHOUT_JOURNAL = "was not closed, and its journal is missing: the latest entries may be lost"


def lock_call(call_id: str, files: CallPaths, disk: Disk) -> FileLock:
    """Lock a call. Raises `CallIsOpen`, or `StorageError` if the folder cannot be written."""
    try:
        return FileLock(files.lock, disk)
    except LockHeld:
        raise CallIsOpen(
            f"call {call_id} is open in another window (continue there, or read it: salesnerd calls show {call_id})"
        ) from None
    except OSError as problem:
        raise StorageError(f"cannot open call {call_id}: {in_words(problem)}") from problem


class RecoveredCall(Struct):
    """Content of a call's files.

    `bad` counts unreadable lines, in the `damaged` files. `journaled` means that some lines are not merged: the call is
    open or was interrupted. `continued` means that the main file was written for a call that stayed open. `unmerged`
    means that the main file alone does not have everything. `from_backup` means that the main file is missing, and the
    backup may be older than it was. `lost` counts entries that were saved and are in no file. `without_journal` means
    that nobody knows whether there were any.
    """

    tables: Tables = field(default_factory=dict)
    bad: int = 0
    damaged: list[Path] = field(default_factory=list)
    journaled: bool = False
    continued: bool = False
    unmerged: bool = False
    from_backup: bool = False
    lost: int = 0
    without_journal: bool = False

    @property
    def problem(self) -> str:
        """Problem of the call, to follow its id; empty without one."""
        if self.bad:
            return DAMAGED
        if self.from_backup:
            return FROM_BACKUP
        if self.lost:
            which = "latest entry: it was" if self.lost == 1 else f"latest {self.lost} entries: they were"
            return f"has lost its {which} saved, but the end of its journal is gone"
        return WITHOUT_JOURNAL if self.without_journal else ""


def read_call(files: CallPaths, disk: Disk, *, is_locked: bool = False) -> RecoveredCall:
    """Return everything that can be read. Missing files are not damage; raises `FileNotFoundError` without any.

    `is_locked` says that the caller has the lock, so that no other window has the call open.
    """
    # First, because the number grows while another window has the call open.
    saved = recorded(files.lock, disk)
    journal, main = _bytes(files.journal, disk), _bytes(files.main, disk)
    changes, from_journal = read_journal(journal or b"")
    from_main = _content(main)
    found = RecoveredCall(journaled=journal is not None, continued=from_main.continued, unmerged=bool(journal))
    sources = [(files.main, from_main), (files.journal, from_journal)]
    if main is None or from_main.bad:
        backup = _bytes(files.backup, disk)
        if backup is None and main is None and journal is None:
            raise FileNotFoundError(str(files.main))
        from_backup = _content(backup)
        sources.append((files.backup, from_backup))
        found.tables = from_backup.tables
        found.unmerged = True
    for name, rows in from_main.tables.items():
        found.tables.setdefault(name, {}).update(rows)
    apply(found.tables, changes)
    events = found.tables.get("events", {})
    if from_journal.ends_blank and (saved is None or len(events) < saved):
        # Only the number of saved entries tells an unfinished write from saved entries that were wiped out.
        from_journal.bad += 1
    # Between two renames the backup and the journal, if there is one, hold everything without a gap.
    is_whole = journal is not None or (saved is not None and len(events) >= saved)
    numbers = [int(name) for name in events if name.isdecimal()]
    has_gap = max(numbers, default=-1) >= len(numbers)
    found.from_backup = main is None and (not is_whole or has_gap)
    found.bad = sum(read.bad for _, read in sources)
    if saved is not None:
        found.lost = max(saved - len(events), 0)
    elif found.continued and journal is None:
        found.without_journal = is_locked or not files.lock.exists()
    # A mark that a journal follows is removed by the next merge, also if nothing more is written.
    found.unmerged |= found.continued
    found.damaged = [path for path, read in sources if read.bad]
    return found


def _content(data: bytes | None) -> JournalContent:
    """Return the documents of a main file; an empty file is damaged, because it is never written empty."""
    return read_main_file(data) if data else JournalContent(bad=data is not None)


def _bytes(path: Path, disk: Disk) -> bytes | None:
    try:
        return disk.read(path)
    except FileNotFoundError:
        return None
    except OSError as problem:
        if problem.errno != errno.EIO:
            raise
        return _UNREADABLE


def set_aside(call_id: str, found: RecoveredCall, folder: Path, disk: Disk) -> list[SetAside]:
    """Copy every damaged original into `folder` before anything is written. Raises `OSError` if that fails."""
    copies = []
    for path in found.damaged:
        disk.make_folder(folder)
        copy = folder / f"{call_id}-{os.urandom(4).hex()}{''.join(path.suffixes)}"
        disk.write_new(copy, disk.read(path))
        disk.sync_folder(folder)
        places = "1 place" if found.bad == 1 else f"{found.bad} places"
        message = (
            f"call {call_id} was damaged in {places}; "
            f"everything readable was recovered, and the damaged file was saved as {copy}"
        )
        copies.append(SetAside(copy, message))
    return copies


def newest_first(call_ids: Iterable[str]) -> list[str]:
    """Return the ids sorted, newest first; an id starts with date and minute."""
    return sorted(call_ids, reverse=True)


Stamp = tuple[int, int, int]
"""Size in bytes, time of the last change in nanoseconds, inode number."""

ENDING = ".json"

_LARGEST = (1 << 63) - 1
"""Largest integer of SQLite; some file systems have larger numbers."""


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
                if name.endswith(ENDING):
                    call_id = name[: -len(ENDING)]
                    seen.numbers[call_id] = entry.inode() & _LARGEST
                    if closely and (stamp := _stamp_of(entry)) is not None:
                        seen.stamps[call_id] = stamp
                    continue
                call_id, _, kind = name.partition(ENDING)
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
    except OSError:  # deleted meanwhile
        return None


def _stamp(info: os.stat_result) -> Stamp | None:
    return (info.st_size, info.st_mtime_ns, info.st_ino & _LARGEST) if stat.S_ISREG(info.st_mode) else None
