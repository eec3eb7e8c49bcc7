"""Transcripts as data: JSON lines, JSON documents of speech recognizers, and tables (CSV, TSV) with a header.

A record is an utterance if it has words. Recognizers name the same fields in many ways (`start`, `startTime`,
`begin`, `offset`, `timestamps.from`), in seconds or milliseconds, flat or nested; what a container says (a time, a
speaker, whether it is final) holds for the records inside it.
"""

from __future__ import annotations

import csv
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.speech.transcripts.clock_times import seconds_of
from salesnerd_tui.speech.transcripts.model import Piece, spoken_seconds
from salesnerd_tui.speech.transcripts.parser import LineParser, Lines, in_order

DEPTH_LIMIT = 60
"""Containers inside each other; deeper text is no transcript."""

_TEXT = (
    *("text", "transcript", "content", "sentence", "caption", "utterance", "punctuatedtranscript", "displaytext"),
    *("display", "message", "body", "line", "words", "value", "partial", "rawtext", "transcription", "speech"),
)
_SPEAKER = (
    *("speaker", "speakername", "name", "displayname", "who", "participant", "participantname", "author", "user"),
    *("username", "speakerid", "speakerlabel", "speakertag", "speakerindex", "person", "from", "role", "spk", "label"),
    *("id",),
)
_START = (
    *("start", "starttime", "startseconds", "startsec", "startts", "starttimestamp", "startoffset", "startat", "begin"),
    *(
        "begintime",
        "beginoffset",
        "offset",
        "offsetseconds",
        "timestamp",
        "timestamps",
        "time",
        "ts",
        "from",
        "audiostart",
    ),
    *("startms", "starttimems", "startmillis", "startmilliseconds", "startoffsetms", "beginms", "offsetms", "tstartms"),
    *(
        "offsetmilliseconds",
        "offsetmillis",
        "timems",
        "timestampms",
        "offsetinticks",
        "t0",
        "bg",
        "startinseconds",
        "at",
    ),
)
_AMBIGUOUS = ("from", "name", "role", "user", "author", "username")
"""Names that mean a speaker only beside words."""

_END = (
    *("end", "endtime", "endseconds", "endsec", "endts", "endtimestamp", "endoffset", "endat", "stop", "stoptime"),
    *("finish", "to", "until", "audioend", "endms", "endtimems", "endmillis", "endmilliseconds", "endoffsetms", "t1"),
    *("ed", "endinseconds", "stopms"),
)
_DURATION = (
    *("duration", "dur", "length", "durationseconds", "durationms", "ddurationms", "durationmillis"),
    *("durationmilliseconds", "durationinticks"),
)
_CONTAINERS = (
    *("utterances", "segments", "sentences", "monologues", "transcription", "paragraphs", "captions", "cues", "turns"),
    *("entries", "lines", "chunks", "phrases", "recognizedphrases", "audiosegments", "transcript", "transcripts"),
    *("subtitles", "messages", "events", "results", "result", "channels", "channel", "alternatives", "nbest", "data"),
    *(
        "payload",
        "message",
        "response",
        "output",
        "body",
        "content",
        "items",
        "records",
        "meeting",
        "call",
        "conversation",
    ),
    *(
        "segment",
        "utterance",
        "recognitionresults",
        "combinedrecognizedphrases",
        "blocks",
        "speechsegments",
        "speeches",
    ),
)
_WORDS = ("words", "elements", "tokens", "segs", "items", "result", "results", "wordinfo")
_WORD = ("punctuatedword", "word", "text", "value", "content", "utf8", "token", "w")
_FINAL = ("final", "isfinal", "endofturn", "isfinalresult")
_ONE_OF = ("alternatives", "nbest")
"""Readings of the same words: the first is the best."""

_DURATION_WRITTEN = re.compile(r"PT(?:(\d{1,4})H)?(?:(\d{1,6})M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?\Z")
_SUFFIXED = re.compile(r"(-?\d{1,12}(?:\.\d{1,9})?) ?(ms|s|sec|seconds)\Z")
_TOKEN = re.compile(r'[{}\[\]]|"(?:[^"\\]|\\.)*"|"')
_OPEN = {"}": "{", "]": "["}
TICKS_PER_SECOND = 1e7


class Row(Struct, frozen=True):
    """One utterance as its record has it; times as written, in seconds only where `unit` is 1."""

    speaker: str
    text: str
    start: float | None
    end: float | None
    key: str = ""
    final: bool = True
    unit: float | None = None
    unread: tuple[str, ...] = ()


class _Context(Struct, frozen=True):
    """What the containers around a record say."""

    speaker: str = ""
    channel: str = ""
    start: float | None = None
    end: float | None = None
    unit: float | None = None
    final: bool = True
    key: str = ""
    unread: tuple[str, ...] = ()


class RecordParser(LineParser):
    """What readers of records share: the unit of their times, and utterances that are sent again as they grow."""

    def __init__(self) -> None:
        super().__init__()
        self._growing: Mapping[str, str] = {}
        self._unit: float | None = None
        self._last: tuple[float, str] | None = None

    def finish(self) -> Sequence[Piece]:
        return ()

    def _pieces(self, rows: Sequence[Row], line: int) -> list[Piece]:
        self._unit = self._unit or _unit_of(rows, self._last)
        timed = [row for row in rows if row.start is not None]
        if timed:
            self._last = (timed[-1].start or 0.0, timed[-1].text)
        pieces = []
        for row in rows:
            for name in row.unread:
                self.troubles.note(f'"{name}" is not a number of seconds; it is reckoned from the words', line)
            unit = row.unit or self._unit or _likely_unit(row)
            start, end = (None if time is None else time * unit for time in (row.start, row.end))
            key = self._key(row, line)
            pieces.append(Piece(row.speaker, row.text, start, end, line, key, row.final))
        return pieces

    def _key(self, row: Row, line: int) -> str:
        """Return the writer's own name for the utterance; without one, each speaker has at most one that grows."""
        if row.key:
            return row.key
        key = self._growing.get(row.speaker, "" if row.final else f"line {line}")
        if row.final and not key:
            return ""
        others = {name: known for name, known in self._growing.items() if name != row.speaker}
        self._growing = others if row.final else {**others, row.speaker: key}
        return key


class JsonParser(RecordParser):
    """One JSON value after the other, on a line each or over many lines."""

    def __init__(self) -> None:
        super().__init__()
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
                if text not in (",", "]", "[DONE]"):
                    self.troubles.note("not a JSON object; the line was left out", self._line)
                    self.troubles.lose(self._line, text)
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
        """Whether a line begins a new value although the one before has no end: an object never follows an object."""
        return line[:1] == "{" and self._stack.endswith("{") and not in_order(self._lines)[-1].endswith(":")

    def _fail(self) -> None:
        self.troubles.note("not a JSON object; the line was left out", self._first)
        for number, text in enumerate(in_order(self._lines)):
            self.troubles.lose(self._first + number, text)
        self._lines, self._stack = None, ""

    def _complete(self) -> Sequence[Piece]:
        lines = in_order(self._lines)
        if lines == ["["]:
            self._lines, self._stack = None, ""
            return ()
        try:
            value = json.loads("\n".join(lines).rstrip(","))
        except (ValueError, RecursionError):
            self._fail()
            return ()
        self._lines, self._stack = None, ""
        rows = rows_of(value)
        if not rows and not _is_metadata(value):
            self.troubles.note('has no "text"; the line was left out', self._first)
            self.troubles.lose(self._first, lines[0])
        return self._pieces([row for row in rows if row.text.strip()], self._first)


class TableParser(RecordParser):
    """Rows of cells below a header that names them, as recognizers write CSV and TSV."""

    def __init__(self, header: Sequence[str], delimiter: str) -> None:
        super().__init__()
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
            self.troubles.lose(self._line, line)
        return self._pieces(rows, self._line)

    def _rest(self, cells: Sequence[str]) -> str:
        """Return the last cell; words at the end of an unquoted row may hold the delimiter themselves."""
        return self._delimiter.join(cells[len(self._header) - 1 :])


def header_of(line: str) -> tuple[list[str], str] | None:
    """Return the columns and the delimiter of a table's header: one column of words, and one more that is known."""
    if len(line) > 1000:
        return None
    for delimiter in ("\t", ",", ";", "|"):
        names = [_plain(cell) for cell in cells_of(line.lstrip("\ufeff"), delimiter)]
        if len(names) < 2 or not any(name in _TEXT for name in names):
            continue
        if any(name in _START or name in _SPEAKER for name in names):
            return names, delimiter
    return None


def cells_of(line: str, delimiter: str) -> list[str]:
    """Return the cells of a row, quoted or not."""
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])]
    except csv.Error:
        return [cell.strip() for cell in line.split(delimiter)]


def row_of(line: str) -> Mapping[str, Any] | None:
    """Return the JSON object on a line, or None."""
    try:
        row = json.loads(line.strip().removeprefix("data:"))
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) else None


def begins_json(line: str) -> bool:
    """Whether a line can be the first of a JSON document that goes over many."""
    text = line.lstrip("\ufeff \t").removeprefix("data:").strip()
    return text in ("{", "[") or text.startswith(('{"', "[{", "[ {", '{ "'))


def rows_of(value: object) -> list[Row]:
    """Return the utterances in a JSON value, in its order."""
    rows = list(_rows(value, _Context(), 0))
    channels = {row.speaker for row in rows if row.speaker.startswith(_CHANNEL)}
    named = any(row.speaker and not row.speaker.startswith(_CHANNEL) for row in rows)
    if named and any(not row.speaker for row in rows):
        rows = _without_summary(rows)
    if not channels:
        return rows
    keep = len(channels) > 1 and not named
    return [
        replace(row, speaker=row.speaker.removeprefix(_CHANNEL) if keep else "")
        if row.speaker.startswith(_CHANNEL)
        else row
        for row in rows
    ]


def _without_summary(rows: Sequence[Row]) -> list[Row]:
    """Leave out what nobody says where the same words are there again with their speakers."""
    said = [row for row in rows if row.speaker]
    nameless = sum(len(row.text.split()) for row in rows if not row.speaker)
    words = sum(len(row.text.split()) for row in said)
    return said if words and abs(nameless - words) <= 0.1 * words else list(rows)


_CHANNEL = "\0channel "
"""Before a channel's number, which names a speaker only where a document has several channels and no names."""


def _rows(value: object, context: _Context, depth: int) -> Iterator[Row]:
    if depth > DEPTH_LIMIT:
        return
    if isinstance(value, list):
        for item in value:
            yield from _rows(item, context, depth + 1)
    elif isinstance(value, dict):
        record = _record(value)
        here = _context(record, context)
        inner = _inner(record, here, depth)
        words = next((record[name] for name in _WORDS if _has_words(record.get(name))), None)
        spoken = list(_by_speaker(words, here)) if words is not None else []
        if inner:
            worse = not any(row.speaker for row in inner) and any(row.speaker for row in spoken)
            yield from spoken if worse else inner
        else:
            yield from _own_rows(record, here, spoken)


def _own_rows(record: Mapping[str, Any], here: _Context, spoken: Sequence[Row]) -> Iterator[Row]:
    """Yield what a record says itself; `spoken` are its single words, joined by speaker."""
    text = next((record[name] for name in _TEXT if isinstance(record.get(name), str)), None)
    if spoken and (text is None or len({row.speaker for row in spoken}) > 1):
        yield from spoken
        return
    if text is None:
        return
    if spoken:
        untimed = here.start is None
        here = replace(
            here,
            speaker=here.speaker or spoken[0].speaker,
            start=spoken[0].start if untimed else here.start,
            end=spoken[-1].end if untimed else here.end,
            unit=spoken[0].unit if untimed else here.unit,
        )
    final = here.final and not (isinstance(record.get("partial"), str) and "text" not in record)
    yield Row(here.speaker or here.channel, text.strip(), here.start, here.end, here.key, final, here.unit, here.unread)


def _record(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return an object with its names as they are compared."""
    return {_plain(key): given for key, given in value.items() if isinstance(key, str)}


def _inner(record: Mapping[str, Any], here: _Context, depth: int) -> list[Row]:
    """Return the utterances of the first container that has any."""
    for name in _CONTAINERS:
        inside = record.get(name)
        if not isinstance(inside, dict | list) or (name in _WORDS and _has_words(inside)):
            continue
        if name in _ONE_OF and isinstance(inside, list):
            inside = inside[:1]
        if name == "channels" and isinstance(inside, list) and len(inside) > 1:
            rows = [
                row
                for number, item in enumerate(inside)
                for row in _rows(item, replace(here, channel=f"{_CHANNEL}{number}"), depth + 1)
            ]
        else:
            rows = list(_rows(inside, here, depth + 1))
        if rows:
            return rows
    return []


def _context(record: Mapping[str, Any], outside: _Context) -> _Context:
    """Return what this record says for itself and for what is inside it."""
    start, end, unit, unread = _span(record)
    if start is None and end is None:
        start, end, unit = outside.start, outside.end, outside.unit
    finals = [record[name] for name in _FINAL if isinstance(record.get(name), bool)]
    partial = str(record.get("messagetype", "")).startswith("Partial")
    channel = record.get("channel")
    numbered = isinstance(channel, int) and not isinstance(channel, bool)
    return _Context(
        _speaker_of(record) or outside.speaker,
        f"{_CHANNEL}{channel}" if numbered else outside.channel,
        start,
        end,
        unit,
        finals[0] if finals else outside.final and not partial,
        _key_of(record) or outside.key,
        unread,
    )


def _speaker_of(record: Mapping[str, Any]) -> str:
    has_text = any(isinstance(record.get(name), str) for name in _TEXT)
    for name in _SPEAKER:
        if name in ("id", "label") or (name in _AMBIGUOUS and not has_text):
            continue
        found = _speaker(record.get(name))
        if found and not (name == "from" and (isinstance(record[name], int) or seconds_of(found) is not None)):
            return found
    return ""


def _key_of(record: Mapping[str, Any]) -> str:
    """Return the writer's own name for the utterance, which is not its text."""
    given = record.get("utterance", record.get("utteranceid"))
    if isinstance(given, int) and not isinstance(given, bool):
        return str(given)
    texts = [record[name] for name in _TEXT[:3] if isinstance(record.get(name), str)]
    return given if isinstance(given, str) and texts and given not in texts else ""


def _span(record: Mapping[str, Any]) -> tuple[float | None, float | None, float | None, tuple[str, ...]]:
    """Return start and end as written, the seconds of their unit where that is certain, and what is no time."""
    times = dict(record)
    nested = next(
        (each for each in map(record.get, ("timestamps", "timestamp", "offsets")) if isinstance(each, dict)), {}
    )
    milliseconds = nested is record.get("offsets")
    for key, given in _record(nested).items():
        times[{"from": "startms", "to": "endms"}.get(key, key) if milliseconds else key] = given
    pair = next((each for each in map(record.get, ("timestamp", "timestamps", "time")) if isinstance(each, list)), [])
    if len(pair) == 2:
        times["start"], times["end"] = pair
    start, unit, unread = _time(times, _START)
    end, end_unit, unread_end = _time(times, _END)
    if end is None and start is not None:
        length, end_unit, _ = _time(times, _DURATION)
        end = start + _in_unit(length, end_unit, unit) if length is not None and length >= 0 else None
    elif end is not None:
        end = _in_unit(end, end_unit, unit)
    return start, end, unit, (*unread, *unread_end)


def _in_unit(time: float, its: float | None, wanted: float | None) -> float:
    return time * its / wanted if its and wanted and its != wanted else time


def _speaker(given: object) -> str:
    """Return a name from a text, a number, or an object that describes a person."""
    if isinstance(given, bool) or given is None:
        return ""
    if isinstance(given, int):
        return str(given)
    if isinstance(given, float) and given.is_integer():
        return str(int(given))
    if isinstance(given, dict):
        person = _record(given)
        return next((found for name in (*_SPEAKER, "email", "tag") if (found := _speaker(person.get(name)))), "")
    return " ".join(given.split()) if isinstance(given, str) else ""


def _has_words(given: object) -> bool:
    """Whether a list holds words, not utterances."""
    if not isinstance(given, list) or not given:
        return False
    first = next((each for each in given if isinstance(each, dict)), None)
    if first is None:
        return False
    record = _record(first)
    if any(isinstance(record.get(name), list | dict) for name in ("words", "alternatives", "segments", "elements")):
        return record.get("type") in ("pronunciation", "punctuation", "word")
    if "utf8" in record:
        return True
    text = next((record[name] for name in _WORD if isinstance(record.get(name), str)), None)
    return text is not None and len(text.split()) <= 1


def _by_speaker(words: Sequence[object], context: _Context) -> Iterator[Row]:
    """Join words to utterances: as long as one speaker speaks them."""
    said: list[str] = []
    speaker, start, end, unit = context.speaker, None, None, None
    for record in (_word(word) for word in words if isinstance(word, dict)):
        text = next((record[name] for name in _WORD if isinstance(record.get(name), str)), "")
        here = _context({**record, "text": text}, _Context(context.speaker))
        if here.speaker != speaker and said and text.strip():
            yield _joined("".join(said).strip(), speaker, start, end, unit, context)
            said, start, end = [], None, None
        if text.strip():
            speaker = here.speaker
        said.append(f" {text}" if said and _stands_apart(said[-1], text, record) else text)
        start = here.start if start is None else start
        end = here.end if here.end is not None else end
        unit = here.unit if unit is None else unit
    if text := "".join(said).strip():
        yield _joined(text, speaker, start, end, unit, context)


def _word(word: Mapping[str, Any]) -> dict[str, Any]:
    """Return a word with what its best reading says."""
    record = _record(word)
    best = record.get("alternatives")
    return {**record, **_record(best[0])} if isinstance(best, list) and best and isinstance(best[0], dict) else record


def _stands_apart(before: str, text: str, record: Mapping[str, Any]) -> bool:
    """Whether a blank belongs before a word; writers that give punctuation as words give the blanks as well."""
    if "utf8" in record or ("value" in record and "type" in record) or not text.strip():
        return False
    if record.get("type") in ("punct", "punctuation") or text[0].isspace() or before[-1:].isspace():
        return False
    return text[0].isalnum() or text[0] in '¿¡"“(@#$€£&'


def _joined(
    text: str, speaker: str, start: float | None, end: float | None, unit: float | None, context: _Context
) -> Row:
    if start is None:
        start, end, unit = context.start, context.end, context.unit
    return Row(speaker, text, start, end, context.key, context.final, unit)


def _time(record: Mapping[str, Any], names: Sequence[str]) -> tuple[float | None, float | None, tuple[str, ...]]:
    """Return a time as written, its unit in seconds where it is certain, and the names of fields that hold no time."""
    unread: list[str] = []
    for name in names:
        given = record.get(name)
        if given is None or (isinstance(given, dict) and not {"seconds", "nanos", "relative"} & set(given)):
            continue
        if name in ("from", "to") and isinstance(given, str) and seconds_of(given) is None:
            continue
        if isinstance(given, list):
            continue
        found = _read_time(given)
        if found is None:
            unread.append(name)
            continue
        seconds, unit = found
        if name.endswith(("ms", "millis", "milliseconds")):
            unit = 0.001 if unit is None else unit
        elif name.endswith("ticks"):
            unit = 1 / TICKS_PER_SECOND
        elif name.endswith(("seconds", "sec")):
            unit = 1.0
        return seconds, unit, ()
    return None, None, tuple(unread)


def _read_time(given: object) -> tuple[float, float | None] | None:
    """Return a time and its unit in seconds, None where a whole number leaves the unit open; None if it is no time."""
    if isinstance(given, bool):
        return None
    if isinstance(given, int):
        return (float(given), None) if abs(given) < 10**18 else None
    if isinstance(given, float):
        return (given, None if given.is_integer() and given >= 1000 else 1.0) if math.isfinite(given) else None
    if isinstance(given, dict):
        parts = [_read_time(given.get(name, 0)) for name in ("seconds", "relative", "nanos")]
        values = [part[0] for part in parts if part]
        return (values[0] + values[1] + values[2] / 1e9, 1.0) if len(values) == len(parts) else None
    return _read_written(given.strip()[:60]) if isinstance(given, str) else None


def _read_written(written: str) -> tuple[float, float | None] | None:
    if suffixed := _SUFFIXED.match(written):
        return float(suffixed.group(1)), 0.001 if suffixed.group(2) == "ms" else 1.0
    if iso := _DURATION_WRITTEN.match(written):
        hours, minutes, rest = (float(each or 0) for each in iso.groups())
        return hours * 3600 + minutes * 60 + rest, 1.0
    if (seconds := seconds_of(written)) is not None:
        return seconds, None if written.isdigit() else 1.0
    try:
        return datetime.fromisoformat(written).timestamp(), 1.0
    except (ValueError, OverflowError, OSError):
        return None


def _unit_of(rows: Sequence[Row], last: tuple[float, str] | None) -> float | None:
    """Return the seconds of one unit of whole numbers, by how long the words take; None where nothing shows it."""
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


def _likely_unit(row: Row) -> float:
    """Return the unit of a record that shows none: whole numbers beyond a quarter of an hour count milliseconds."""
    start = row.start or 0.0
    return 0.001 if 1000 <= start < 1e9 or start > 1e11 else 1.0


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold()) if len(name) < 60 else ""


def _is_metadata(value: object) -> bool:
    """Whether an object describes the recording or the connection and no speech."""
    if not isinstance(value, dict):
        return value in ([], None)
    if {"type", "event"} & set(value) and not any(_plain(str(key)) in _TEXT for key in value):
        return True
    return any(
        isinstance(value.get(name), str) and not value[name].strip() for name in ("text", "partial", "transcript")
    )


def _stack_after(stack: str, text: str) -> str | None:
    """Return the brackets that are open after a line; None where they do not match or a string has no end."""
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
