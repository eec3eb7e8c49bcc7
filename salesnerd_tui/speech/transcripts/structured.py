"""Parsers of transcripts as data: JSON lines, JSON documents, and tables (CSV, TSV) with a header.

Recognizers name the same fields in many ways, flat or nested. A record is an utterance if it has words. What a
container says (a time, a speaker, whether it is final) applies to the records inside it. Times are in seconds,
milliseconds or ticks, as numbers, strings or objects.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.lazy_pattern import lazy_pattern
from salesnerd_tui.speech.transcripts.formats import STREAM_FIELD
from salesnerd_tui.speech.transcripts.model import (
    LineParser,
    LineStack,
    Piece,
    estimate_seconds,
    oldest_first,
    parse_time,
)
from salesnerd_tui.speech.transcripts.speakers import clean_name

MAX_DEPTH = 60
"""Limit of nested containers."""


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split())


TEXT_FIELDS = _split(
    "text transcript content sentence caption utterance punctuatedtranscript displaytext display message body line "
    "words value partial rawtext transcription speech spokentext transcripttext msg"
)
SPEAKER_FIELDS = _split(
    "speaker speakername name displayname who participant participantname author user username speakerid speakerlabel "
    "speakertag speakerindex person from role spk label speakerdesignation users id"
)
CHANNEL_FIELDS = ("channel", "channelindex", "channelid", "channelnumber", "ch")
_SIDE_FIELDS = ("source", "channel", "track", "stream", "side", "direction")
_SIDE_VALUES = _split(
    "mic microphone system speakers loopback local remote input output inbound outbound me you them us self other "
    "agent customer caller host guest left right l r"
)
"""Values of a field in `_SIDE_FIELDS` that say who speaks, unlike the name of a recognizer or a file."""

_AMBIGUOUS_FIELDS = ("from", "name", "role", "user", "author", "username")
"""Fields that name a speaker only in a record with text."""

_CONTAINER_FIELDS = _split(
    "utterances segments sentences monologues transcription paragraphs captions cues turns entries lines chunks "
    "phrases recognizedphrases audiosegments transcript transcripts subtitles messages events results result channels "
    "channel alternatives nbest data payload message response output body content items records meeting call "
    "conversation segment utterance recognitionresults combinedrecognizedphrases blocks speechsegments speeches"
)
_WORD_LIST_FIELDS = ("words", "elements", "tokens", "segs", "items", "result", "results", "wordinfo")
_WORD_FIELDS = ("punctuatedword", "word", "text", "value", "content", "utf8", "token", "w")
_PEOPLE_FIELDS = _split("speakers participants attendees people parties users members speakermap speakernames")
_PERSON_ID_FIELDS = _split("speakerid participantid userid id index speaker key label tag")
_PERSON_NAME_FIELDS = _split("name displayname fullname speakername username email")
_FINAL_FIELDS = ("final", "isfinal", "endofturn", "isfinalresult")
_PARTIAL_FIELDS = ("partial", "ispartial", "interim", "isinterim")
_ALTERNATIVE_FIELDS = ("alternatives", "nbest")
"""Fields with alternative readings of the same words, best first."""


class Record(Struct, frozen=True):
    """An utterance as its record has it, or, without a text, what a container says about the utterances inside it.

    Times are in units of `unit` seconds, or of an unknown unit. `channel` is the number of a sound channel: it
    identifies the speaker if there are several channels and no names.
    """

    text: str = ""
    speaker: str = ""
    channel: str = ""
    start: float | None = None
    end: float | None = None
    unit: float | None = None
    final: bool = True
    key: str = ""
    invalid_times: tuple[str, ...] = ()
    """Fields with invalid times."""
    labels: tuple[tuple[float, str], ...] = ()
    """Start times and speakers, where a document lists them apart from the words."""

    @property
    def origin(self) -> str:
        """The speaker or else the channel."""
        return self.speaker or self.channel


def find_records(value: object) -> list[Record]:
    """Return the utterances in a JSON value, in its order."""
    records = list(_find_records(value, Record(), 0))
    if names := _find_names(value):
        records = [replace(record, speaker=names.get(record.speaker, record.speaker)) for record in records]
    attributed = [record for record in records if record.origin]
    if len(attributed) < len(records) and any(record.speaker for record in records):
        unattributed_words = sum(len(record.text.split()) for record in records if not record.origin)
        words = sum(len(record.text.split()) for record in attributed)
        if words and abs(unattributed_words - words) <= 0.1 * words:  # a summary that repeats all without speakers
            return attributed
    return records


def _find_names(value: object) -> dict[str, str]:
    """Return the names by id of the people at the top of a document, whose utterances have only the ids.

    They are a list of objects, or an object with the ids as its fields.
    """
    fields = normalize_fields(value) if isinstance(value, dict) else {}
    names: dict[str, str] = {}
    for people in map(fields.get, _PEOPLE_FIELDS):
        if isinstance(people, dict):
            names |= {id_: name for id_, each in people.items() if (name := _parse_speaker(each))}
    for person in (person for name in _PEOPLE_FIELDS for person in _objects_in(fields.get(name))):
        id_ = next((found for each in _PERSON_ID_FIELDS if (found := _parse_speaker(person.get(each)))), "")
        name = next((found for each in _PERSON_NAME_FIELDS if (found := _parse_speaker(person.get(each)))), "")
        if id_ and name:
            names[id_] = name
    return names


def _find_records(value: object, context: Record, depth: int) -> Iterator[Record]:
    if depth > MAX_DEPTH:
        return
    if isinstance(value, list):
        for item in value:
            yield from _find_records(item, context, depth + 1)
    elif isinstance(value, dict):
        fields = normalize_fields(value)
        own_context = _context(fields, context)
        inner, unvisited = _find_inner_records(fields, own_context, depth)
        words = next((fields[name] for name in _WORD_LIST_FIELDS if _is_word_list(fields.get(name))), None)
        if words is None:
            words = _parse_timed_words(fields.get("timestamps"))
        spoken = list(_join_words(words, own_context)) if words is not None else []
        if inner:
            worse = not any(record.origin for record in inner) and any(record.speaker for record in spoken)
            yield from spoken if worse else inner
        else:
            records = list(_parse_record(fields, own_context, spoken))
            yield from records or _find_records_elsewhere(unvisited, own_context, depth)


def _find_records_elsewhere(unvisited: Iterable[object], own_context: Record, depth: int) -> list[Record]:
    """Return the utterances in a container of an unknown name: the one with most words that have a speaker or a time.

    An error message or the settings of a recognizer have neither.
    """
    found = [
        [
            record
            for record in _find_records(inside, own_context, depth + 1)
            if record.origin or record.start is not None
        ]
        for inside in unvisited
        if isinstance(inside, dict | list)
    ]
    return max(found, key=lambda records: sum(len(record.text) for record in records), default=[])


def _parse_record(fields: Mapping[str, Any], own_context: Record, spoken: Sequence[Record]) -> Iterator[Record]:
    """Yield the utterances of a record itself; `spoken` are its words joined by speaker."""
    text = next((fields[name] for name in TEXT_FIELDS if isinstance(fields.get(name), str)), None)
    if spoken and (text is None or len({record.speaker for record in spoken}) > 1):
        yield from spoken
        return
    if text is None:
        return
    if spoken:
        untimed = own_context.start is None
        own_context = replace(
            own_context,
            speaker=own_context.speaker or spoken[0].speaker,
            start=spoken[0].start if untimed else own_context.start,
            end=spoken[-1].end if untimed else own_context.end,
            unit=spoken[0].unit if untimed else own_context.unit,
        )
    final = own_context.final and not (isinstance(fields.get("partial"), str) and "text" not in fields)
    yield replace(own_context, text=text.strip(), final=final)


def _find_inner_records(
    fields: Mapping[str, Any], own_context: Record, depth: int
) -> tuple[list[Record], list[object]]:
    """Return the utterances of the first container that has any, and the values that were not searched for them.

    A value that is searched twice at each level costs twice as much for each level.
    """
    unvisited = dict(fields)
    for name in _CONTAINER_FIELDS:
        inside = fields.get(name)
        if not isinstance(inside, dict | list) or (name in _WORD_LIST_FIELDS and _is_word_list(inside)):
            continue
        del unvisited[name]
        if name in _ALTERNATIVE_FIELDS and isinstance(inside, list):
            inside, unvisited[name] = inside[:1], inside[1:]
        if name == "channels" and isinstance(inside, list) and len(inside) > 1:
            records = [
                record
                for number, item in enumerate(inside)
                for record in _find_records(item, replace(own_context, channel=str(number)), depth + 1)
            ]
        else:
            records = list(_find_records(inside, own_context, depth + 1))
        if records:
            return records, []
    return [], list(unvisited.values())


def _context(fields: Mapping[str, Any], outer: Record) -> Record:
    """Return the context of a record, for itself and for the records inside it."""
    start, end, unit, invalid_times = parse_span(fields)
    if start is None and end is None:
        start, end, unit = outer.start, outer.end, outer.unit
    finals = [fields[name] for name in _FINAL_FIELDS if isinstance(fields.get(name), bool)]
    partial = str(fields.get("messagetype", "")).startswith("Partial") or any(
        fields.get(name) is True for name in _PARTIAL_FIELDS
    )
    return Record(
        speaker=_find_speaker(fields) or outer.speaker,
        channel=_find_channel(fields) or outer.channel,
        start=start,
        end=end,
        unit=unit,
        final=finals[0] if finals else outer.final and not partial,
        key=_find_key(fields) or outer.key,
        invalid_times=invalid_times,
        labels=_parse_labels(fields.get("speakerlabels")) or outer.labels,
    )


def _parse_labels(value: object) -> tuple[tuple[float, str], ...]:
    """Return start times with speakers: of a list of labels, or of the words in a list of segments."""
    labels = []
    segments = normalize_fields(value).get("segments") if isinstance(value, dict) else value
    for segment in _objects_in(segments):
        for label in (segment, *_objects_in(segment.get("items"))):
            start, _, _, _ = parse_span(label)
            if start is not None and (speaker := _find_speaker(label)):
                labels.append((start, speaker))
    return tuple(sorted(labels))


def _objects_in(value: object) -> list[dict[str, Any]]:
    """Return the objects in a list, with normalized field names; none for anything else."""
    return [normalize_fields(each) for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _speaker_at(labels: Sequence[tuple[float, str]], start: float | None) -> str:
    """Return the speaker of the last label that begins no later than `start`."""
    if start is None:
        return ""
    before = bisect_right(labels, (start, "\U0010ffff"))
    return labels[before - 1][1] if before else ""


def _find_speaker(fields: Mapping[str, Any]) -> str:
    has_text = any(isinstance(fields.get(name), str) for name in TEXT_FIELDS)
    for name in SPEAKER_FIELDS:
        if name in ("id", "label") or (name in _AMBIGUOUS_FIELDS and not has_text):
            continue
        found = _parse_speaker(fields.get(name))
        if found and not (name == "from" and (isinstance(fields[name], int) or parse_time(found) is not None)):
            return found
    for name in _SIDE_FIELDS if has_text else ():
        value = fields.get(name)
        if isinstance(value, str) and value.strip().casefold() in _SIDE_VALUES:
            return value.strip()
    return ""


def _find_channel(fields: Mapping[str, Any]) -> str:
    for value in map(fields.get, CHANNEL_FIELDS):
        number = value[0] if isinstance(value, list) and len(value) == 2 else value  # Deepgram counts them: [0, 2]
        if isinstance(number, int | str) and str(number).strip().isdecimal():
            return str(number).strip()
    return ""


def _find_key(fields: Mapping[str, Any]) -> str:
    """Return the writer's id of an utterance, unless the field holds its text."""
    value = fields.get("utterance", fields.get("utteranceid"))
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    texts = [fields[name] for name in TEXT_FIELDS[:3] if isinstance(fields.get(name), str)]
    return value if isinstance(value, str) and texts and value not in texts else ""


def _parse_speaker(value: object, depth: int = 0) -> str:
    """Return a name from a string, a number, or an object that describes a person."""
    if isinstance(value, bool) or value is None or depth > MAX_DEPTH:
        return ""
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dict):
        person = normalize_fields(value)
        parts = (person.get(name) for name in (*SPEAKER_FIELDS, "email", "tag"))
        return next((found for part in parts if (found := _parse_speaker(part, depth + 1))), "")
    if isinstance(value, list) and len(value) == 1:
        return _parse_speaker(value[0], depth + 1)
    return clean_name(value) if isinstance(value, str) else ""


def _is_word_list(value: object) -> bool:
    """Return whether a list contains words, not utterances."""
    if not isinstance(value, list) or not value:
        return False
    first = next((each for each in value if isinstance(each, dict)), None)
    if first is None:
        return False
    fields = normalize_fields(first)
    if any(isinstance(fields.get(name), list | dict) for name in ("words", "alternatives", "segments", "elements")):
        return fields.get("type") in ("pronunciation", "punctuation", "word")
    if "utf8" in fields:
        return True
    text = next((fields[name] for name in _WORD_FIELDS if isinstance(fields.get(name), str)), None)
    return text is not None and len(text.split()) <= 1


def _parse_timed_words(value: object) -> list[dict[str, Any]] | None:
    """Return words from lists of a word, its start and its end; None for anything else."""
    if not isinstance(value, list) or not value:
        return None
    if not all(isinstance(each, list) and len(each) == 3 and isinstance(each[0], str) for each in value):
        return None
    return [{"word": word, "start": start, "end": end} for word, start, end in value]


def _join_words(words: Sequence[object], context: Record) -> Iterator[Record]:
    """Join consecutive words of one speaker to utterances."""
    untimed = replace(context, start=None, end=None, unit=None, invalid_times=())
    joined, texts = untimed, list[str]()
    for fields in (_flatten_word(word) for word in words if isinstance(word, dict)):
        text = next((fields[name] for name in _WORD_FIELDS if isinstance(fields.get(name), str)), "")
        own_context = _context({**fields, "text": text}, Record(speaker=context.speaker))
        speaker = own_context.speaker
        if context.labels and not speaker:
            speaker = _speaker_at(context.labels, own_context.start) or joined.speaker
        if speaker != joined.speaker and texts and text.strip():
            yield _finish_record(joined, texts, context)
            joined, texts = replace(untimed, speaker=joined.speaker), []
        texts.append(f" {text}" if texts and _needs_space(texts[-1], text, fields) else text)
        joined = replace(
            joined,
            speaker=speaker if text.strip() else joined.speaker,
            start=own_context.start if joined.start is None else joined.start,
            end=joined.end if own_context.end is None else own_context.end,
            unit=own_context.unit if joined.unit is None else joined.unit,
        )
    if any(text.strip() for text in texts):
        yield _finish_record(joined, texts, context)


def _finish_record(joined: Record, texts: Sequence[str], context: Record) -> Record:
    """Return joined words with the times of their container if they have none themselves."""
    record = replace(joined, text="".join(texts).strip())
    return replace(record, start=context.start, end=context.end, unit=context.unit) if record.start is None else record


def _flatten_word(word: Mapping[str, Any]) -> dict[str, Any]:
    """Return a word merged with its best reading."""
    fields = normalize_fields(word)
    best = fields.get("alternatives")
    return (
        {**fields, **normalize_fields(best[0])}
        if isinstance(best, list) and best and isinstance(best[0], dict)
        else fields
    )


def _needs_space(before: str, text: str, fields: Mapping[str, Any]) -> bool:
    """Return whether a space belongs before a word; writers with punctuation as words include the spaces."""
    if "utf8" in fields or ("value" in fields and "type" in fields) or not text.strip():
        return False
    if fields.get("type") in ("punct", "punctuation") or text[0].isspace() or before[-1:].isspace():
        return False
    return text[0].isalnum() or text[0] in '¿¡"“(@#$€£&'


def is_metadata(value: object) -> bool:
    """Return whether a value describes the recording or the connection instead of speech."""
    if not isinstance(value, dict):
        return value in ([], None)
    if {"type", "event"} & set(value) and not any(normalize_name(str(key)) in TEXT_FIELDS for key in value):
        return True
    return any(
        isinstance(value.get(name), str) and not value[name].strip() for name in ("text", "partial", "transcript")
    )


START_FIELDS = _split(
    "start starttime startseconds startsec startts starttimestamp startoffset startat begin begintime beginoffset "
    "offset offsetseconds timestamp timestamps time ts from audiostart startms starttimems startmillis "
    "startmilliseconds startoffsetms beginms offsetms tstartms offsetmilliseconds offsetmillis timems timestampms "
    "offsetinticks t0 bg startinseconds at"
)
_END_FIELDS = _split(
    "end endtime endseconds endsec endts endtimestamp endoffset endat stop stoptime finish to until audioend endms "
    "endtimems endmillis endmilliseconds endoffsetms t1 ed endinseconds stopms"
)
_DURATION_FIELDS = (
    *("duration", "dur", "length", "durationseconds", "durationms", "ddurationms", "durationmillis"),
    *("durationmilliseconds", "durationinticks"),
)
_ISO_DURATION = lazy_pattern(r"PT(?:(\d{1,4})H)?(?:(\d{1,6})M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?\Z")
_WITH_UNIT = lazy_pattern(r"(-?\d{1,12}(?:\.\d{1,9})?) ?(ms|s|sec|seconds)\Z")
TICKS_PER_SECOND = 1e7


def parse_span(fields: Mapping[str, Any]) -> tuple[float | None, float | None, float | None, tuple[str, ...]]:
    """Return start and end as written, their unit in seconds if certain, and the fields with invalid times."""
    times = dict(fields)
    nested = next(
        (each for each in map(fields.get, ("timestamps", "timestamp", "offsets")) if isinstance(each, dict)), {}
    )
    milliseconds = nested is fields.get("offsets")
    for key, value in normalize_fields(nested).items():
        times[{"from": "startms", "to": "endms"}.get(key, key) if milliseconds else key] = value
    pair = next((each for each in map(fields.get, ("timestamp", "timestamps", "time")) if isinstance(each, list)), [])
    if len(pair) == 2:
        times["start"], times["end"] = pair
    start, unit, invalid_times = _find_time(times, START_FIELDS)
    end, end_unit, unread_end = _find_time(times, _END_FIELDS)
    if end is None and start is not None:
        length, end_unit, _ = _find_time(times, _DURATION_FIELDS)
        end = start + _convert(length, end_unit, unit) if length is not None and length >= 0 else None
    elif end is not None:
        end = _convert(end, end_unit, unit)
    return start, end, unit, (*invalid_times, *unread_end)


def _convert(time: float, unit: float | None, target_unit: float | None) -> float:
    return time * unit / target_unit if unit and target_unit and unit != target_unit else time


def _find_time(fields: Mapping[str, Any], names: Sequence[str]) -> tuple[float | None, float | None, tuple[str, ...]]:
    """Return a time as written, its unit in seconds if certain, and the fields with invalid times."""
    invalid_times: list[str] = []
    for name in names:
        value = fields.get(name)
        if value is None or (isinstance(value, dict) and not {"seconds", "nanos", "relative"} & set(value)):
            continue
        if name in ("from", "to") and isinstance(value, str) and parse_time(value) is None:
            continue
        if isinstance(value, list):
            continue
        found = _parse_time_value(value)
        if found is None:
            invalid_times.append(name)
            continue
        seconds, unit = found
        if name.endswith(("ms", "millis", "milliseconds")):
            unit = 0.001 if unit is None else unit
        elif name.endswith("ticks"):
            unit = 1 / TICKS_PER_SECOND
        elif name.endswith(("seconds", "sec")):
            unit = 1.0
        return seconds, unit, ()
    return None, None, tuple(invalid_times)


def _parse_time_value(value: object) -> tuple[float, float | None] | None:
    """Return a time and its unit in seconds (None for ambiguous whole numbers), or None for an invalid time."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return (float(value), None) if abs(value) < 10**18 else None
    if isinstance(value, float):
        return (value, None if value.is_integer() and value >= 1000 else 1.0) if math.isfinite(value) else None
    if isinstance(value, dict):
        parts = [_parse_time_value(value.get(name, 0)) for name in ("seconds", "relative", "nanos")]
        values = [part[0] for part in parts if part]
        return (values[0] + values[1] + values[2] / 1e9, 1.0) if len(values) == len(parts) else None
    return _parse_time_text(value.strip()[:60]) if isinstance(value, str) else None


def _parse_time_text(written: str) -> tuple[float, float | None] | None:
    if suffixed := _WITH_UNIT.match(written):
        return float(suffixed.group(1)), 0.001 if suffixed.group(2) == "ms" else 1.0
    if iso := _ISO_DURATION.match(written):
        hours, minutes, rest = (float(each or 0) for each in iso.groups())
        return hours * 3600 + minutes * 60 + rest, 1.0
    if written[4:5] == "-":  # a date, which `parse_time` would skip
        with suppress(ValueError, OverflowError, OSError):
            return datetime.fromisoformat(written).timestamp(), 1.0
    seconds = parse_time(written)
    return None if seconds is None else (seconds, None if written.isdigit() else 1.0)


def normalize_name(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold()) if len(name) < 60 else ""


def normalize_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return an object with normalized field names."""
    return {normalize_name(key): value for key, value in fields.items() if isinstance(key, str)}


_TOKEN = lazy_pattern(r'[{}\[\]]|"(?:[^"\\]|\\.)*"|"')
_OPEN = {"}": "{", "]": "["}


class RecordParser(LineParser):
    """Base of record parsers: finds the unit of times, and identifies utterances that are sent again as they grow.

    `channels` are those of the whole file, if known. Channels are speakers once there are several and nobody is named.
    """

    def __init__(self, channels: frozenset[str] = frozenset()) -> None:
        super().__init__()
        self._channels = channels
        self._has_names = False
        self._growing: Mapping[str, str] = {}
        self._unit: float | None = None
        self._last: tuple[float, str] | None = None

    @property
    def names(self) -> frozenset[str]:
        return self._channels if len(self._channels) > 1 and not self._has_names else frozenset()

    def _pieces(self, records: Sequence[Record], line: int) -> list[Piece]:
        self._unit = self._unit or _estimate_unit(records, self._last)
        self._has_names = self._has_names or any(record.speaker for record in records)
        self._channels |= {record.channel for record in records if record.channel}
        timed = [record for record in records if record.start is not None]
        if timed:
            self._last = (timed[-1].start or 0.0, timed[-1].text)
        pieces = []
        for record in records:
            for name in record.invalid_times:
                self.problems.add(f'invalid time in "{name}", estimated from the words', line)
            unit = record.unit or self._unit or _default_unit(record)
            start, end = (None if time is None else time * unit for time in (record.start, record.end))
            speaker = record.speaker or (record.channel if record.channel in self.names else "")
            pieces.append(Piece(speaker, record.text, start, end, line, self._key(record, line), record.final))
        return pieces

    def _key(self, record: Record, line: int) -> str:
        """Return the writer's id of an utterance; without one, each speaker has at most one growing utterance."""
        if record.key:
            return record.key
        key = self._growing.get(record.origin, "" if record.final else f"line {line}")
        if record.final and not key:
            return ""
        others = {name: known for name, known in self._growing.items() if name != record.origin}
        self._growing = others if record.final else {**others, record.origin: key}
        return key


class JsonParser(RecordParser):
    """Parser of consecutive JSON values, each on one or several lines."""

    def __init__(self, channels: frozenset[str]) -> None:
        super().__init__(channels)
        self._first_line = 0
        self._lines: LineStack = None
        self._stack = ""

    def _push(self, line: str) -> Sequence[Piece]:
        text = line.strip().lstrip("\ufeff\x1e")
        if not text:
            return ()
        if self._lines is not None and self._is_new_value(line):
            self._fail()
        if self._lines is None:
            self.block_count += 1
            self._first_line = self._line
            text = text.removeprefix("data:").strip() if text.startswith("data:") else text
            if not text.startswith(("{", "[")):
                if text not in ("", ",", "]", "[DONE]") and not STREAM_FIELD.match(text):
                    self.problems.add("not a JSON object, line skipped", self._line)
                    self.problems.add_skipped_line(self._line, text)
                return ()
        self._lines = (text, self._lines)
        stack = _update_stack(self._stack, text)
        if stack is None or len(stack) > MAX_DEPTH:
            self._fail()
            return ()
        self._stack = stack
        return (
            self._complete()
            if not stack or (stack == "[" and self._first_line == self._line and len(text) == 1)
            else ()
        )

    def finish(self) -> Sequence[Piece]:
        if self._lines is not None:
            self._fail()
        return ()

    def become_quiet(self) -> None:
        super().become_quiet()
        self._lines, self._stack = None, ""  # an incomplete value has no words, and may be long

    def _is_new_value(self, line: str) -> bool:
        """Return whether a line begins a new value although the previous one is incomplete."""
        return line[:1] == "{" and self._stack.endswith("{") and not oldest_first(self._lines)[-1].endswith(":")

    def _fail(self) -> None:
        self.problems.add("not a JSON object, line skipped", self._first_line)
        for number, text in enumerate(oldest_first(self._lines)):
            self.problems.add_skipped_line(self._first_line + number, text)
        self._lines, self._stack = None, ""

    def _complete(self) -> Sequence[Piece]:
        lines = oldest_first(self._lines)
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
        records = find_records(value)
        if not records and not is_metadata(value):
            self.problems.add('no "text" field, line skipped', self._first_line)
            self.problems.add_skipped_line(self._first_line, lines[0])
        return self._pieces([record for record in records if record.text.strip()], self._first_line)


class TableParser(RecordParser):
    """Parser of CSV and TSV rows below a header."""

    def __init__(self, header: Sequence[str], delimiter: str, channels: frozenset[str] = frozenset()) -> None:
        super().__init__(channels)
        self._header = header
        self._delimiter = delimiter
        self._met_header = False

    def _push(self, line: str) -> Sequence[Piece]:
        if not line.strip():
            return ()
        self.block_count += 1
        if not self._met_header:
            self._met_header = True
            return ()
        cells = split_cells(line, self._delimiter)
        if not any(char.isalnum() for char in line):
            return ()
        last = len(self._header) - 1
        rest = self._delimiter.join(cells[last:])  # the last cell may contain the delimiter in an unquoted row
        fields = dict(zip(self._header, [*cells[:last], rest], strict=False))
        records = [record for record in find_records(fields) if record.text.strip()]
        if not records:
            self.problems.add_skipped_line(self._line, line)
        return self._pieces(records, self._line)


def parse_header(line: str) -> tuple[list[str], str] | None:
    """Return the columns and the delimiter of a header with a text column and another known one, or None."""
    if len(line) > 1000:
        return None
    for delimiter in ("\t", ",", ";", "|"):
        names = [normalize_name(cell) for cell in split_cells(line.lstrip("\ufeff"), delimiter)]
        if len(names) < 2 or not any(name in TEXT_FIELDS for name in names):
            continue
        if any(name in (*START_FIELDS, *SPEAKER_FIELDS, *CHANNEL_FIELDS) for name in names):
            return names, delimiter
    return None


def split_cells(line: str, delimiter: str) -> list[str]:
    """Return the cells of a row, quoted or not."""
    import csv  # start-up time: most transcripts are not tables

    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])]
    except csv.Error:
        return [cell.strip() for cell in line.split(delimiter)]


def parse_json_object(line: str) -> Mapping[str, Any] | None:
    """Return the JSON object on a line, or None."""
    if "{" not in line:
        return None
    import json  # start-up time

    try:
        value = json.loads(line.strip().removeprefix("data:"))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _estimate_unit(records: Sequence[Record], last: tuple[float, str] | None) -> float | None:
    """Return the unit of whole numbers in seconds, estimated from the length of the words; None if unknown."""
    ratios = []
    for record in records:
        if record.unit is not None or record.start is None:
            continue
        if record.end is not None and record.end > record.start:
            ratios.append((record.end - record.start) / max(estimate_seconds(record.text), 0.3))
        elif last is not None and record.start > last[0]:
            ratios.append((record.start - last[0]) / max(estimate_seconds(last[1]), 3.0) / 10)
        last = (record.start, record.text)
    if not ratios:
        return None
    return 0.001 if sorted(ratios)[len(ratios) // 2] > 50 else 1.0


def _default_unit(record: Record) -> float:
    """Return the unit of a single record: whole numbers from 1000 up count milliseconds."""
    start = record.start or 0.0
    return 0.001 if 1000 <= start < 1e9 or start > 1e11 else 1.0


def _update_stack(stack: str, text: str) -> str | None:
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
