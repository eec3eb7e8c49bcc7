"""The two kinds of line a call is written in, each with a check sum of its own.

A journal's line is `crc32 json`, the JSON being the changes of one gesture. A kept file is plain TinyDB JSON that
happens to have one document on a line, each with its check sum as its last field: `"7": {…, "crc32": "0f3c…"}`. So
any TinyDB opens it, and a flipped bit or a lost block costs the line it hits and is never taken for what was noted.
Everything is ASCII: it opens under any locale, and a half surrogate from a bad paste is kept like any other character.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from zlib import crc32

from msgspec import Struct, field

Document = dict[str, Any]
Table = dict[str, Document]
Tables = dict[str, Table]
"""Documents by table and by number written as text, as TinyDB has them."""

Change = tuple[str, str, Document | None]
"""Table, number, and the new document or None where it was removed."""

TABLES = ("call", "events", "draft", "meta")
"""The summary comes first, so that the list of calls needs only the head of each file."""

_NUMBER = re.compile(r"\d{1,9}")
_DOCUMENT_LINE = re.compile(rb'"(\d{1,9})": (\{.*)"crc32": "([0-9a-f]{8})"\},?')
_TABLE_LINE = re.compile(rb'"(\w+)": \{')
_BRACES = (b"", b"{", b"}", b"},")


class Read(Struct):
    """What was read: the tables, how many entries could not be, and whether the last line was cut off in writing."""

    tables: Tables = field(default_factory=dict)
    bad: int = 0
    cut_off: bool = False


def to_json(value: Any) -> str:
    """One line of ASCII. Raises `ValueError` for infinite numbers, `TypeError` for what JSON does not have."""
    return json.dumps(value, allow_nan=False)


def journal_line(changes: Iterable[Change]) -> bytes:
    text = to_json(list(changes)).encode("ascii")
    return b"%08x %b\n" % (crc32(text), text)


def read_journal(data: bytes) -> tuple[list[Change], Read]:
    """The changes of every line that is whole, in their order. A last line without its end was never promised."""
    changes: list[Change] = []
    read = Read()
    *lines, tail = data.split(b"\n")
    for line in lines:
        found = _changes_of(line) if line else []
        read.bad += found is None
        changes += found or []
    if tail:
        rescued = _changes_of(tail) or _changes_of(tail[:-1])
        read.cut_off = rescued is None
        changes += rescued or []
    return changes, read


def _changes_of(line: bytes) -> list[Change] | None:
    text = line[9:]
    if line[:9] != b"%08x " % crc32(text):
        return None
    try:
        return [(table, number, _document(document)) for table, number, document in json.loads(text)]
    except (ValueError, TypeError, RecursionError):
        return None


def _document(value: Any) -> Document | None:
    if value is None or isinstance(value, dict):
        return value
    raise TypeError("not a document")


def apply(tables: Tables, changes: Iterable[Change]) -> None:
    """Set or remove each document; doing it twice is doing it once."""
    for table, number, document in changes:
        if document is None:
            tables.setdefault(table, {}).pop(number, None)
        else:
            tables.setdefault(table, {})[number] = document


def kept_file(tables: Mapping[str, Table]) -> Iterator[bytes]:
    """The file's lines; the known tables first and in their order."""
    names = [*(name for name in TABLES if name in tables), *(name for name in tables if name not in TABLES)]
    yield b"{\n"
    for name in names:
        yield b"%b: {\n" % to_json(name).encode()
        rows = tables[name]
        for left, (number, document) in zip(range(len(rows) - 1, -1, -1), rows.items(), strict=True):
            yield document_line(name, number, document) + (b",\n" if left else b"\n")
        yield b"}\n" if name == names[-1] else b"},\n"
    yield b"}\n"


def document_line(table: str, number: str, document: Document) -> bytes:
    body = to_json(document).encode("ascii")[:-1]
    comma = b", " if document else b""
    return b'"%b": %b%b"crc32": "%08x"}' % (number.encode(), body, comma, _sum(table, number.encode(), body))


def _sum(table: str, number: bytes, body: bytes) -> int:
    return crc32(b"%b/%b/%b" % (table.encode(), number, body))


def is_ours(data: bytes) -> bool:
    """Whether the file is laid out as above; another TinyDB rewrites it as one line, and its sums are void then."""
    return data[:3] in (b'{\n"', b"{\n}")


def read_document_line(table: str, line: bytes) -> tuple[str, Document] | None:
    """The number and document of a whole line; its check sum covers the table's name too."""
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


def read_kept_file(data: bytes) -> Read:
    """Every document that can be trusted, whatever is broken around it. An empty file holds nothing and is not bad."""
    if is_ours(data):
        return _read_lines(data)
    return _read_foreign(data)


def _read_lines(data: bytes) -> Read:
    read = Read()
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
    return read


def _read_foreign(data: bytes) -> Read:
    """A file that TinyDB itself rewrote; when it is broken too, whatever documents can still be made out."""
    if not data.strip():
        return Read(bad=1 if data else 0)
    try:
        return _as_tables(json.loads(data))
    except (ValueError, RecursionError):
        return _salvage(data.decode("utf-8", "replace"))


def _as_tables(value: Any) -> Read:
    read = Read()
    if not isinstance(value, dict):
        return Read(bad=1)
    for name, rows in value.items():
        read.tables[name] = {}
        if not isinstance(rows, dict):
            read.bad += 1
            continue
        for number, document in rows.items():
            if isinstance(document, dict) and _NUMBER.fullmatch(number):
                read.tables[name][number] = {key: part for key, part in document.items() if key != "crc32"}
            else:
                read.bad += 1
    return read


_PIECE = re.compile(r'"(?:(\d{1,9})|(' + "|".join(TABLES) + r'))"\s*:\s*(?=\{)')


def _salvage(text: str) -> Read:
    read = Read(bad=1)
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
        document.pop("crc32", None)
        read.tables.setdefault(table, {})[piece[1]] = document
    return read
