"""Times in records: under many field names, in seconds, milliseconds or ticks, as numbers, strings or objects."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from salesnerd_tui.lazy_pattern import lazy_pattern
from salesnerd_tui.speech.transcripts.timestamps import seconds_of

START_FIELDS = (
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
_END_FIELDS = (
    *("end", "endtime", "endseconds", "endsec", "endts", "endtimestamp", "endoffset", "endat", "stop", "stoptime"),
    *("finish", "to", "until", "audioend", "endms", "endtimems", "endmillis", "endmilliseconds", "endoffsetms", "t1"),
    *("ed", "endinseconds", "stopms"),
)
_DURATION_FIELDS = (
    *("duration", "dur", "length", "durationseconds", "durationms", "ddurationms", "durationmillis"),
    *("durationmilliseconds", "durationinticks"),
)
_ISO_DURATION = lazy_pattern(r"PT(?:(\d{1,4})H)?(?:(\d{1,6})M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?\Z")
_WITH_UNIT = lazy_pattern(r"(-?\d{1,12}(?:\.\d{1,9})?) ?(ms|s|sec|seconds)\Z")
TICKS_PER_SECOND = 1e7


def span_of(record: Mapping[str, Any]) -> tuple[float | None, float | None, float | None, tuple[str, ...]]:
    """Return start and end as written, their unit in seconds if certain, and the fields with invalid times."""
    times = dict(record)
    nested = next(
        (each for each in map(record.get, ("timestamps", "timestamp", "offsets")) if isinstance(each, dict)), {}
    )
    milliseconds = nested is record.get("offsets")
    for key, given in normalized(nested).items():
        times[{"from": "startms", "to": "endms"}.get(key, key) if milliseconds else key] = given
    pair = next((each for each in map(record.get, ("timestamp", "timestamps", "time")) if isinstance(each, list)), [])
    if len(pair) == 2:
        times["start"], times["end"] = pair
    start, unit, unread = _time(times, START_FIELDS)
    end, end_unit, unread_end = _time(times, _END_FIELDS)
    if end is None and start is not None:
        length, end_unit, _ = _time(times, _DURATION_FIELDS)
        end = start + _in_unit(length, end_unit, unit) if length is not None and length >= 0 else None
    elif end is not None:
        end = _in_unit(end, end_unit, unit)
    return start, end, unit, (*unread, *unread_end)


def _in_unit(time: float, its: float | None, wanted: float | None) -> float:
    return time * its / wanted if its and wanted and its != wanted else time


def _time(record: Mapping[str, Any], names: Sequence[str]) -> tuple[float | None, float | None, tuple[str, ...]]:
    """Return a time as written, its unit in seconds if certain, and the fields with invalid times."""
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
    """Return a time and its unit in seconds (None for ambiguous whole numbers), or None for an invalid time."""
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
    if suffixed := _WITH_UNIT.match(written):
        return float(suffixed.group(1)), 0.001 if suffixed.group(2) == "ms" else 1.0
    if iso := _ISO_DURATION.match(written):
        hours, minutes, rest = (float(each or 0) for each in iso.groups())
        return hours * 3600 + minutes * 60 + rest, 1.0
    if (seconds := seconds_of(written)) is not None:
        return seconds, None if written.isdigit() else 1.0
    try:
        return datetime.fromisoformat(written).timestamp(), 1.0
    except (ValueError, OverflowError, OSError):
        return None


def field_name(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold()) if len(name) < 60 else ""


def normalized(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return an object with normalized field names."""
    return {field_name(key): given for key, given in value.items() if isinstance(key, str)}
