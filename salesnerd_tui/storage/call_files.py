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
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from zlib import crc32

from msgspec import Struct, field

from salesnerd_tui.lazy_pattern import lazy_pattern
from salesnerd_tui.storage.disk import Disk, FileLock, LockHeld, read_saved_count
from salesnerd_tui.storage.errors import (
    NOT_WRITABLE_ERRORS,
    CallIsOpen,
    FolderUnusable,
    QuarantinedFile,
    StorageError,
    error_message,
)

_CALL_ID = lazy_pattern(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")
_DEVICE_NAMES = lazy_pattern(r"(?i)con|prn|aux|nul|com\d|lpt\d")


def is_call_id(text: str) -> bool:
    """Return whether `text` can be a call's id: never a path, a hidden file or the name of a Windows device."""
    return bool(_CALL_ID.fullmatch(text)) and not _DEVICE_NAMES.fullmatch(text)


class CallPaths(Struct, frozen=True):
    """Paths of one call: `main` is the main file, and the other files are beside it and start with its name."""

    main: Path

    @property
    def backup(self) -> Path:
        """The main file before the last merge."""
        return self._sibling(".bak")

    @property
    def journal(self) -> Path:
        """Exists only while the call is open, or after a crash."""
        return self._sibling(".journal")

    @property
    def lock(self) -> Path:
        return self._sibling(".lock")

    def format_backup(self, number: int) -> Path:
        """Return the copy of the main file from before it was migrated from format `number`."""
        return self._sibling(f".format{number}.bak")

    def temporary_files(self) -> list[Path]:
        """Return the partly written files that a crash left; call this only under the lock."""
        return list(self.main.parent.glob(f"{self.main.name}.*.tmp"))

    def any_exists(self) -> bool:
        return any(path.is_file() for path in (self.main, self.backup, self.journal))

    def _sibling(self, suffix: str) -> Path:
        return self.main.with_name(self.main.name + suffix)


Document = dict[str, Any]
Table = dict[str, Document]
Tables = dict[str, Table]
"""Documents by table and by number as a string, as in TinyDB."""

Change = tuple[str, str, Document | None]
"""Table, number, and the new document, or None if it was removed."""

TABLES = ("call", "events", "draft", "meta")
"""The summary comes first, so that the list of calls needs only the head of each file."""

_NUMBER = lazy_pattern(r"\d{1,9}")
_DOCUMENT_LINE = lazy_pattern(rb'"(\d{1,9})": (\{.*)"crc32": "([0-9a-f]{8})"\},?')
_TABLE_LINE = lazy_pattern(rb'"(\w+)": \{')
_BRACES = (b"", b"{", b"}", b"},")
_LAST_LINES = b"\n}\n}"
_EMPTY = b"{\n}"
_CUT_OFF_LINE = lazy_pattern(rb"[0-9a-f]{0,8}|[0-9a-f]{8} |[0-9a-f]{8} \[[ -~]*")
_NUL = b"\0"

MAX_CUT_OFF_BYTES = 1024
"""Longest incomplete line at a journal's end that is certainly the beginning of a write."""

ENTRY_COUNTS = "entries"
"""Field of the call's document: the number of entries in each other table."""

HIGHEST_NUMBER = "highest"
"""Field of the call's document: the highest number of an event, -1 if there is none."""


OPEN_MARK = "journal"
"""Field of the call's document: True while the call is open, because newer entries are then in its journal."""


class FileContent(Struct):
    """Content of a journal or main file.

    `damaged_entries` counts unreadable and missing entries. `is_end_unclear` says that only the number of saved entries
    can show whether a journal lacks its end: it ends with incomplete lines, or with NUL bytes, because some file
    systems make a file longer before they write its data. `is_open` says that a main file was written for a call that
    stayed open.
    """

    tables: Tables = field(default_factory=dict)
    damaged_entries: int = 0
    is_end_unclear: bool = False
    is_open: bool = False


def to_json(value: Any) -> str:
    """Return one line of ASCII.

    Raises `ValueError` for infinite numbers, `TypeError` for types that JSON does not have.
    """
    return json.dumps(value, allow_nan=False)


def journal_line(changes: Iterable[Change], serial: int) -> bytes:
    """Return the line of one action; `serial` counts the lines of a journal from 1."""
    text = to_json([serial, *changes]).encode("ascii")
    return b"%08x %b\n" % (crc32(text), text)


def read_journal(data: bytes) -> tuple[list[Change], FileContent]:
    """Return the changes of every complete line, in order.

    The beginning of a line is not damage if it is the last one, or if the line below it has its serial number again:
    it was never reported as saved. A gap in the serial numbers, and anything else, is damage.
    """
    changes: list[Change] = []
    written = data.rstrip(_NUL)
    *lines, tail = written.split(b"\n")
    if complete := next((line for line in (tail, tail[:-1]) if _parse_line(line)), None):
        lines, tail = [*lines, complete], b""
    damaged = serial = cut_off = 0
    for line in lines:
        parsed = _parse_line(line)
        if parsed is None and line and _CUT_OFF_LINE.fullmatch(line):
            cut_off += 1
        elif parsed is None:
            lost = cut_off + bool(line)
            damaged, serial, cut_off = damaged + lost, serial + lost, 0
        else:
            number, line_changes = parsed
            changes += line_changes
            # Serial numbers restart at 1 after a run whose journal could not be merged.
            missing = cut_off if number is None else max(number - serial - 1, 0)
            damaged += max(cut_off, missing) if missing else 0
            serial, cut_off = number or serial + cut_off + 1, 0
    damaged += _CUT_OFF_LINE.fullmatch(tail) is None
    if not tail:
        damaged, cut_off = damaged + cut_off, 0
    is_end_unclear = len(written) < len(data) or len(tail) > MAX_CUT_OFF_BYTES or cut_off > 0
    return changes, FileContent(damaged_entries=damaged, is_end_unclear=is_end_unclear)


def _parse_line(line: bytes) -> tuple[int | None, list[Change]] | None:
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


def apply_changes(tables: Tables, changes: Iterable[Change]) -> None:
    """Set or remove each document; applying the changes again has no further effect."""
    for table, number, document in changes:
        if document is None:
            tables.setdefault(table, {}).pop(number, None)
        else:
            tables.setdefault(table, {})[number] = document


def main_file_lines(tables: Mapping[str, Table], *, is_open: bool = False) -> Iterator[bytes]:
    """Yield the lines of the file, the known tables first and in their order."""
    names = [*(name for name in TABLES if name in tables), *(name for name in tables if name not in TABLES)]
    yield b"{\n"
    for name in names:
        yield b"%b: {\n" % to_json(name).encode()
        rows = _with_counts(tables, is_open) if name == "call" else tables[name]
        for remaining, (number, document) in zip(range(len(rows) - 1, -1, -1), rows.items(), strict=True):
            yield document_line(name, number, document) + (b",\n" if remaining else b"\n")
        yield b"}\n" if name == names[-1] else b"},\n"
    yield b"}\n"


def _with_counts(tables: Mapping[str, Table], is_open: bool) -> Table:
    """Return the table of the call, with the entry counts of the other tables in its document."""
    rows = tables["call"]
    if "1" not in rows:
        return rows
    counts = {name: len(other) for name, other in tables.items() if name != "call"}
    highest = max(map(int, tables.get("events", ())), default=-1)
    fields = {ENTRY_COUNTS: counts, HIGHEST_NUMBER: highest} | ({OPEN_MARK: True} if is_open else {})
    return {**rows, "1": {**rows["1"], **fields}}


def document_line(table: str, number: str, document: Document) -> bytes:
    """Return a document as a line of the main file, ending in the checksum of its table, number and content."""
    body = to_json(document).encode("ascii")[:-1]
    comma = b", " if document else b""
    return b'"%b": %b%b"crc32": "%08x"}' % (number.encode(), body, comma, _checksum(table, number.encode(), body))


def _checksum(table: str, number: bytes, body: bytes) -> int:
    return crc32(b"%b/%b/%b" % (table.encode(), number, body))


def read_document_line(table: str, line: bytes) -> tuple[str, Document] | None:
    """Return the number and document of a complete line; its checksum covers the table's name too."""
    match = _DOCUMENT_LINE.fullmatch(line)
    if match is None:
        return None
    number, body, checksum = match.groups()
    body = body.removesuffix(b", ")
    if _checksum(table, number, body) != int(checksum, 16):
        return None
    try:
        return number.decode(), json.loads(body.decode("ascii") + "}")
    except (ValueError, RecursionError):
        return None


def read_main_file(data: bytes) -> FileContent:
    """Return every document with a valid checksum, whatever is damaged around it. An empty file is not damaged.

    Neither is a complete file with NUL bytes after it: a power cut may leave a file longer than its data.
    """
    if data[:3] in (b'{\n"', b"{\n}"):
        return _read_lines(data.rstrip(_NUL))
    # TinyDB itself rewrites the file as one line, without valid checksums.
    if not data.strip():
        return FileContent(damaged_entries=1 if data else 0)
    try:
        return _tables_from_json(json.loads(data))
    except (ValueError, RecursionError):
        return _salvage(data.decode("utf-8", "replace"))


def _read_lines(data: bytes) -> FileContent:
    content = FileContent()
    table = ""
    for line in data.split(b"\n"):
        if line in _BRACES:
            continue
        if header := _TABLE_LINE.fullmatch(line):
            table = header[1].decode()
            content.tables.setdefault(table, {})
            continue
        for name in dict.fromkeys((table, *TABLES)):
            if row := read_document_line(name, line):
                content.tables.setdefault(name, {})[row[0]] = row[1]
                break
        else:
            content.damaged_entries += 1
    content.is_open = content.tables.get("call", {}).get("1", {}).pop(OPEN_MARK, False) is True
    lacks_end = not (data.rstrip().endswith(_LAST_LINES) or data.strip() == _EMPTY)
    content.damaged_entries = max(content.damaged_entries, _count_missing(content.tables), lacks_end)
    return content


def has_all_lines(data: bytes, call: Document) -> bool:
    """Return whether a main file is that of a closed call, and complete by its number of lines and its end.

    This is faster than reading the documents.
    """
    counts = call.get(ENTRY_COUNTS)
    if OPEN_MARK in call or not data.endswith(_LAST_LINES + b"\n"):
        return False
    if not isinstance(counts, dict):
        return True
    rows = [count for count in counts.values() if isinstance(count, int)]
    # The file's braces, the call's table with one document, the other tables' braces, and a line for each entry.
    return data.count(b"\n") == 2 + 3 + 2 * len(rows) + sum(rows)


def _count_missing(tables: Tables) -> int:
    """Return how many counted entries are missing; remove the counts from the document of the call."""
    events = tables.get("events", {})
    highest = max(map(int, events), default=-1)
    if "call" in tables and not tables["call"]:
        return 1
    call = tables.get("call", {}).get("1", {})
    counts, stored_highest = call.pop(ENTRY_COUNTS, None), call.pop(HIGHEST_NUMBER, None)
    if not isinstance(counts, dict):
        return int(bool(call) and highest + 1 > len(events))
    missing = sum(max(count - len(tables.get(name, ())), 0) for name, count in counts.items() if isinstance(count, int))
    return max(missing, int(isinstance(stored_highest, int) and highest < stored_highest))


def _tables_from_json(value: Any) -> FileContent:
    if not isinstance(value, dict):
        return FileContent(damaged_entries=1)
    content = FileContent()
    for name, rows in value.items():
        content.tables[name] = {}
        if not isinstance(rows, dict):
            content.damaged_entries += 1
            continue
        for number, document in rows.items():
            if isinstance(document, dict) and _NUMBER.fullmatch(number):
                content.tables[name][number] = _without_own_fields(document)
            else:
                content.damaged_entries += 1
    return content


def _without_own_fields(document: Document) -> Document:
    own = ("crc32", ENTRY_COUNTS, HIGHEST_NUMBER, OPEN_MARK)
    return {name: value for name, value in document.items() if name not in own}


_DOCUMENT_START = lazy_pattern(r'"(?:(\d{1,9})|(' + "|".join(TABLES) + r'))"\s*:\s*(?=\{)')


def _salvage(text: str) -> FileContent:
    """Return the documents of a damaged file that can still be recognized."""
    content = FileContent(damaged_entries=1)
    table = "events"
    decode = json.JSONDecoder().raw_decode
    position = 0
    while start := _DOCUMENT_START.search(text, position):
        position = start.end()
        if start[2]:
            table = start[2]
            continue
        try:
            document, position = decode(text, position)
        except ValueError:
            content.damaged_entries += 1
            continue
        except RecursionError:
            return content
        content.tables.setdefault(table, {})[start[1]] = _without_own_fields(document)
    return content


def write_main_file(
    files: CallPaths, tables: Tables, disk: Disk, *, make_backup: bool = True, is_open: bool = False
) -> None:
    """Replace the main file in one step. Raises `OSError`; then nothing has changed.

    `is_open` marks the file of a call that stays open. The old file becomes the backup if `make_backup` is set; a
    damaged one must not replace a better backup.
    """
    try:
        data = b"".join(main_file_lines(tables, is_open=is_open))
    except (ValueError, RecursionError) as problem:
        # Only a tampered file has such numbers; new notes stay in the journal.
        raise OSError(errno.EINVAL, "a value in this call cannot be written as JSON") from problem

    def back_up() -> None:
        if not make_backup or not files.main.exists():
            return
        disk.remove(files.backup)
        try:
            disk.link(files.main, files.backup)
        except OSError:  # no links; until the new file is in place, the backup and the journal together are the call
            disk.replace(files.main, files.backup)

    disk.write_atomically(files.main, data, back_up)


_UNREADABLE_CONTENT = b"\0\n"
"""Content of a file that the disk cannot read: damaged and empty."""

DAMAGED = "is damaged: entries are unreadable or missing"
MAIN_FILE_MISSING = "has lost its file: it was read from the backup, which may lack the latest entries"
JOURNAL_MISSING = "was not closed, and its journal is missing: the latest entries may be lost"


def lock_call(call_id: str, files: CallPaths, disk: Disk) -> FileLock:
    """Lock a call. Raises `CallIsOpen`, or `StorageError` if the folder cannot be written."""
    try:
        return FileLock(files.lock, disk)
    except LockHeld:
        raise CallIsOpen(
            f"call {call_id} is open in another window (continue there, or read it: salesnerd calls show {call_id})"
        ) from None
    except OSError as problem:
        if problem.errno in NOT_WRITABLE_ERRORS:
            message = f"the calls directory {files.main.parent} cannot be written: {error_message(problem)}"
            raise FolderUnusable(message) from problem
        raise StorageError(f"cannot open call {call_id}: {error_message(problem)}") from problem


class RecoveredCall(Struct):
    """Content of a call's files.

    `damaged_entries` counts unreadable and missing entries, in the `damaged_files`. `has_journal` means that some lines
    are not merged: the call is open or was interrupted. `is_open` means that the main file was written for a call that
    stayed open. `needs_merge` means that the main file alone does not have everything. `is_from_backup` means that the
    main file is missing, and the backup may be older than it was. `lost_entries` counts entries that were saved and are
    in no file. `is_journal_missing` means that their number is unknown.
    """

    tables: Tables = field(default_factory=dict)
    damaged_entries: int = 0
    damaged_files: list[Path] = field(default_factory=list)
    has_journal: bool = False
    is_open: bool = False
    needs_merge: bool = False
    is_from_backup: bool = False
    lost_entries: int = 0
    is_journal_missing: bool = False

    @property
    def problem(self) -> str:
        """Problem of the call, to follow its id; empty without one."""
        if self.damaged_entries:
            return DAMAGED
        if self.is_from_backup:
            return MAIN_FILE_MISSING
        if self.lost_entries:
            count = self.lost_entries
            which = "latest entry: it was" if count == 1 else f"latest {count} entries: they were"
            return f"has lost its {which} saved, but the end of its journal is gone"
        return JOURNAL_MISSING if self.is_journal_missing else ""


def read_call(files: CallPaths, disk: Disk, *, has_lock: bool = False, has_saved_count: bool = True) -> RecoveredCall:
    """Return everything that can be read. Missing files are not damage; raises `FileNotFoundError` without any.

    `has_lock` says that the caller has the lock, so that no other window has the call open. `has_saved_count` is False
    for settings: their lock file never holds the number of saved entries.
    """
    # First, because the number grows while another window has the call open.
    saved_count = read_saved_count(files.lock, disk)
    journal_data, main_data = _read_bytes(files.journal, disk), _read_bytes(files.main, disk)
    changes, journal = read_journal(journal_data or b"")
    main = _read_main(main_data)
    call = RecoveredCall(has_journal=journal_data is not None, is_open=main.is_open, needs_merge=bool(journal_data))
    sources = [(files.main, main), (files.journal, journal)]
    if main_data is None or main.damaged_entries:
        backup_data = _read_bytes(files.backup, disk)
        if backup_data is None and main_data is None and journal_data is None:
            raise FileNotFoundError(str(files.main))
        backup = _read_main(backup_data)
        sources.append((files.backup, backup))
        call.tables = backup.tables
        call.needs_merge = True
    for name, rows in main.tables.items():
        call.tables.setdefault(name, {}).update(rows)
    apply_changes(call.tables, changes)
    events = call.tables.get("events", {})
    if journal.is_end_unclear and has_saved_count and (saved_count is None or len(events) < saved_count):
        journal.damaged_entries += 1
    # Between two renames the backup and the journal, if there is one, hold everything without a gap.
    is_complete = journal_data is not None or (saved_count is not None and len(events) >= saved_count)
    numbers = [int(name) for name in events if name.isdecimal()]
    has_gap = max(numbers, default=-1) >= len(numbers)
    call.is_from_backup = main_data is None and (not is_complete or has_gap)
    call.damaged_entries = sum(content.damaged_entries for _, content in sources)
    if saved_count is not None:
        call.lost_entries = max(saved_count - len(events), 0)
    elif call.is_open and journal_data is None:
        call.is_journal_missing = has_lock or not files.lock.exists()
    # The next merge removes the mark of an open call, even if nothing more is written.
    call.needs_merge |= call.is_open
    call.damaged_files = [path for path, content in sources if content.damaged_entries]
    return call


def _read_main(data: bytes | None) -> FileContent:
    """Return the documents of a main file; an empty file is damaged, because it is never written empty."""
    return read_main_file(data) if data else FileContent(damaged_entries=data is not None)


def _read_bytes(path: Path, disk: Disk) -> bytes | None:
    try:
        return disk.read(path)
    except FileNotFoundError:
        return None
    except OSError as problem:
        if problem.errno != errno.EIO:
            raise
        return _UNREADABLE_CONTENT


def quarantine_damaged(call_id: str, call: RecoveredCall, folder: Path, disk: Disk) -> list[QuarantinedFile]:
    """Copy every damaged original into `folder` before anything is written. Raises `OSError` if that fails."""
    quarantined = []
    for path in call.damaged_files:
        disk.make_folder(folder)
        copy = folder / f"{call_id}-{os.urandom(4).hex()}{''.join(path.suffixes)}"
        disk.write_new(copy, disk.read(path))
        disk.sync_folder(folder)
        places = "1 place" if call.damaged_entries == 1 else f"{call.damaged_entries} places"
        message = (
            f"call {call_id} was damaged in {places}; "
            f"everything readable was recovered, and the damaged file was saved as {copy}"
        )
        quarantined.append(QuarantinedFile(copy, message))
    return quarantined


def newest_first(call_ids: Iterable[str]) -> list[str]:
    """Return the ids sorted, newest first; an id starts with date and minute."""
    return sorted(call_ids, reverse=True)


Stamp = tuple[int, int, int]
"""Size in bytes, time of the last change in nanoseconds, inode number."""

SUFFIX = ".json"

_MAX_SQLITE_INTEGER = (1 << 63) - 1
"""Largest integer of SQLite; some file systems have larger numbers."""


class FolderScan(Struct):
    """Result of a scan of the calls folder.

    `inodes` has the inode number and `stamps` (if they were read) the stamp of each settled call. `unsettled` are the
    calls with a journal or a lock, which are open or were interrupted; `backups` are those with only a backup. The ids
    are unchecked: use `is_call_id`.
    """

    inodes: dict[str, int] = field(default_factory=dict)
    stamps: dict[str, Stamp] = field(default_factory=dict)
    unsettled: set[str] = field(default_factory=set)
    backups: set[str] = field(default_factory=set)

    @property
    def ids(self) -> set[str]:
        return {*self.inodes, *self.unsettled, *self.backups}


def scan_folder(folder: Path, *, with_stamps: bool) -> FolderScan:
    """Scan the folder; `with_stamps` also reads the stamp of each main file. A missing folder counts as empty."""
    scan = FolderScan()
    ids_by_suffix: dict[str, set[str]] = {suffix: set() for suffix in (".journal", ".lock", ".bak")}
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                name = entry.name
                if name.endswith(SUFFIX):
                    call_id = name[: -len(SUFFIX)]
                    scan.inodes[call_id] = entry.inode() & _MAX_SQLITE_INTEGER
                    if with_stamps:
                        with suppress(OSError):  # deleted meanwhile
                            if (stamp := _stamp(entry.stat(follow_symlinks=False))) is not None:
                                scan.stamps[call_id] = stamp
                    continue
                call_id, _, suffix = name.partition(SUFFIX)
                if suffix in ids_by_suffix:
                    ids_by_suffix[suffix].add(call_id)
    except FileNotFoundError:
        return FolderScan()
    except OSError as problem:
        raise FolderUnusable(f"cannot read the calls directory {folder}: {error_message(problem)}") from problem
    # The lock may hold the number of entries of a journal that is gone.
    scan.unsettled = ids_by_suffix[".journal"] | (ids_by_suffix[".lock"] & scan.inodes.keys())
    scan.backups = ids_by_suffix[".bak"] - scan.inodes.keys() - scan.unsettled
    for call_id in scan.unsettled:
        scan.inodes.pop(call_id, None)
        scan.stamps.pop(call_id, None)
    return scan


def stamp_of(path: Path | str) -> Stamp | None:
    """Return the stamp of a file, or None if it is not a regular file."""
    try:
        return _stamp(os.lstat(path))
    except (OSError, ValueError):
        return None


def _stamp(info: os.stat_result) -> Stamp | None:
    return (info.st_size, info.st_mtime_ns, info.st_ino & _MAX_SQLITE_INTEGER) if stat.S_ISREG(info.st_mode) else None
