"""Parsers of transcripts as data: JSON lines, JSON documents, and tables (CSV, TSV) with a header.

A record is an utterance if it has words (`record_rows`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from salesnerd_tui.lazy_pattern import lazy_pattern
from salesnerd_tui.speech.transcripts.model import Piece, spoken_seconds
from salesnerd_tui.speech.transcripts.parser import LineParser, Lines, in_order
from salesnerd_tui.speech.transcripts.record_rows import (
    CHANNEL_FIELDS,
    DEPTH_LIMIT,
    SPEAKER_FIELDS,
    START_FIELDS,
    TEXT_FIELDS,
    RecordRow,
    field_name,
    is_metadata,
    rows_of,
)

_TOKEN = lazy_pattern(r'[{}\[\]]|"(?:[^"\\]|\\.)*"|"')
_OPEN = {"}": "{", "]": "["}
STREAM_FIELD = lazy_pattern(r"(?:event|id|retry)?:(?:[ \t]|\Z)")
"""Lines between the data lines of a server-sent event stream."""


class RecordParser(LineParser):
    """Base of record parsers: finds the unit of times, and identifies utterances that are sent again as they grow.

    `channels` are those of the whole file, if known. Channels are speakers once there are several and nobody is named.
    """

    def __init__(self, channels: frozenset[str] = frozenset()) -> None:
        super().__init__()
        self._channels = channels
        self._is_named = False
        self._growing: Mapping[str, str] = {}
        self._unit: float | None = None
        self._last: tuple[float, str] | None = None

    @property
    def names(self) -> frozenset[str]:
        return self._channels if len(self._channels) > 1 and not self._is_named else frozenset()

    def finish(self) -> Sequence[Piece]:
        return ()

    def _pieces(self, rows: Sequence[RecordRow], line: int) -> list[Piece]:
        self._unit = self._unit or _unit_of(rows, self._last)
        self._is_named = self._is_named or any(row.speaker for row in rows)
        self._channels |= {row.channel for row in rows if row.channel}
        timed = [row for row in rows if row.start is not None]
        if timed:
            self._last = (timed[-1].start or 0.0, timed[-1].text)
        pieces = []
        for row in rows:
            for name in row.unread:
                self.problems.add(f'invalid time in "{name}", estimated from the words', line)
            unit = row.unit or self._unit or _likely_unit(row)
            start, end = (None if time is None else time * unit for time in (row.start, row.end))
            speaker = row.speaker or (row.channel if row.channel in self.names else "")
            pieces.append(Piece(speaker, row.text, start, end, line, self._key(row, line), row.final))
        return pieces

    def _key(self, row: RecordRow, line: int) -> str:
        """Return the writer's id of an utterance; without one, each speaker has at most one growing utterance."""
        if row.key:
            return row.key
        key = self._growing.get(row.origin, "" if row.final else f"line {line}")
        if row.final and not key:
            return ""
        others = {name: known for name, known in self._growing.items() if name != row.origin}
        self._growing = others if row.final else {**others, row.origin: key}
        return key


class JsonParser(RecordParser):
    """Parser of consecutive JSON values, each on one or several lines."""

    def __init__(self, channels: frozenset[str] = frozenset()) -> None:
        super().__init__(channels)
        self._first = 0
        self._lines: Lines = None
        self._stack = ""

    def push(self, line: str) -> Sequence[Piece]:
        self._line += 1
        text = line.strip().lstrip("\ufeff\x1e")
        if not text:
            return ()
        if self._lines is not None and self._begins_again(line):
            self._fail()
        if self._lines is None:
            self.begun += 1
            self._first = self._line
            text = text.removeprefix("data:").strip() if text.startswith("data:") else text
            if text[0] not in "{[":
                if text not in (",", "]", "[DONE]") and not STREAM_FIELD.match(text):
                    self.problems.add("not a JSON object, line skipped", self._line)
                    self.problems.skip(self._line, text)
                return ()
        self._lines = (text, self._lines)
        stack = _stack_after(self._stack, text)
        if stack is None or len(stack) > DEPTH_LIMIT:
            self._fail()
            return ()
        self._stack = stack
        return self._complete() if not stack or (stack == "[" and self._first == self._line and len(text) == 1) else ()

    def finish(self) -> Sequence[Piece]:
        if self._lines is not None:
            self._fail()
        return ()

    def _begins_again(self, line: str) -> bool:
        """Return whether a line begins a new value although the previous one is incomplete."""
        return line[:1] == "{" and self._stack.endswith("{") and not in_order(self._lines)[-1].endswith(":")

    def _fail(self) -> None:
        self.problems.add("not a JSON object, line skipped", self._first)
        for number, text in enumerate(in_order(self._lines)):
            self.problems.skip(self._first + number, text)
        self._lines, self._stack = None, ""

    def _complete(self) -> Sequence[Piece]:
        lines = in_order(self._lines)
        if lines == ["["]:
            self._lines, self._stack = None, ""
            return ()
        import json  # start-up time: most transcripts are not JSON

        try:
            value = json.loads("\n".join(lines).rstrip(","))
        except (ValueError, RecursionError):
            self._fail()
            return ()
        self._lines, self._stack = None, ""
        rows = rows_of(value)
        if not rows and not is_metadata(value):
            self.problems.add('no "text" field, line skipped', self._first)
            self.problems.skip(self._first, lines[0])
        return self._pieces([row for row in rows if row.text.strip()], self._first)


class TableParser(RecordParser):
    """Parser of CSV and TSV rows below a header."""

    def __init__(self, header: Sequence[str], delimiter: str, channels: frozenset[str] = frozenset()) -> None:
        super().__init__(channels)
        self._header = header
        self._delimiter = delimiter
        self._met_header = False

    def push(self, line: str) -> Sequence[Piece]:
        self._line += 1
        if not line.strip():
            return ()
        self.begun += 1
        if not self._met_header:
            self._met_header = True
            return ()
        cells = cells_of(line, self._delimiter)
        if not any(char.isalnum() for char in line):
            return ()
        record = dict(zip(self._header, [*cells[: len(self._header) - 1], self._rest(cells)], strict=False))
        rows = [row for row in rows_of(record) if row.text.strip()]
        if not rows:
            self.problems.skip(self._line, line)
        return self._pieces(rows, self._line)

    def _rest(self, cells: Sequence[str]) -> str:
        """Return the last cell, which may contain the delimiter in an unquoted row."""
        return self._delimiter.join(cells[len(self._header) - 1 :])


def header_of(line: str) -> tuple[list[str], str] | None:
    """Return the columns and the delimiter of a header with a text column and another known one, or None."""
    if len(line) > 1000:
        return None
    for delimiter in ("\t", ",", ";", "|"):
        names = [field_name(cell) for cell in cells_of(line.lstrip("\ufeff"), delimiter)]
        if len(names) < 2 or not any(name in TEXT_FIELDS for name in names):
            continue
        if any(name in (*START_FIELDS, *SPEAKER_FIELDS, *CHANNEL_FIELDS) for name in names):
            return names, delimiter
    return None


def cells_of(line: str, delimiter: str) -> list[str]:
    """Return the cells of a row, quoted or not."""
    import csv  # start-up time: most transcripts are not tables

    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])]
    except csv.Error:
        return [cell.strip() for cell in line.split(delimiter)]


def row_of(line: str) -> Mapping[str, Any] | None:
    """Return the JSON object on a line, or None."""
    if "{" not in line:
        return None
    import json  # start-up time

    try:
        row = json.loads(line.strip().removeprefix("data:"))
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) else None


def begins_json(line: str) -> bool:
    """Return whether a line can begin a JSON document of several lines."""
    text = line.lstrip("\ufeff \t").removeprefix("data:").strip()
    return text in ("{", "[") or text.startswith(('{"', "[{", "[ {", '{ "'))


def _unit_of(rows: Sequence[RecordRow], last: tuple[float, str] | None) -> float | None:
    """Return the unit of whole numbers in seconds, estimated from the length of the words; None if unknown."""
    ratios = []
    for row in rows:
        if row.unit is not None or row.start is None:
            continue
        if row.end is not None and row.end > row.start:
            ratios.append((row.end - row.start) / max(spoken_seconds(row.text), 0.3))
        elif last is not None and row.start > last[0]:
            ratios.append((row.start - last[0]) / max(spoken_seconds(last[1]), 3.0) / 10)
        last = (row.start, row.text)
    if not ratios:
        return None
    return 0.001 if sorted(ratios)[len(ratios) // 2] > 50 else 1.0


def _likely_unit(row: RecordRow) -> float:
    """Return the unit of a single record: whole numbers from 1000 up count milliseconds."""
    start = row.start or 0.0
    return 0.001 if 1000 <= start < 1e9 or start > 1e11 else 1.0


def _stack_after(stack: str, text: str) -> str | None:
    """Return the open brackets after a line, None if they do not match or a string is unterminated."""
    opened = list(stack)
    for found in _TOKEN.finditer(text):
        token = found.group()
        if token in "{[":
            opened.append(token)
        elif token in "}]":
            if not opened or opened.pop() != _OPEN[token]:
                return None
        elif token == '"':
            return None
    return "".join(opened)
