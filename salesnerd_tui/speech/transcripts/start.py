"""Start of a recorded call: the day and time in its transcript, in the name of the file or its folder, or of the file.

Only days with one reading count: `2026-11-12`, `20261112` and `Nov 12, 2026`, but not `11/12/2026`.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING

from msgspec import Struct

from salesnerd_tui.files import read_regular
from salesnerd_tui.lazy_pattern import lazy_pattern
from salesnerd_tui.speech.transcripts.decode import decode
from salesnerd_tui.speech.transcripts.read import MAX_BYTES

if TYPE_CHECKING:
    from pathlib import Path

    from salesnerd_tui.speech.transcripts.model import Transcript

NOON = 12
"""Hour of a call of which only the day is known: no time zone makes it another day."""

FIRST_SECOND = 946_684_800
"""Seconds from 1970 to 2000: a time in a transcript that is later names a day."""

MAX_HEADING_CHARACTERS = 10_000
"""Characters in which the first words of a transcript are looked for."""

FIRST_WORDS = 3

_MONTH_NAMES = "january february march april may june july august september october november december"
_MONTHS = _MONTH_NAMES.split()
_MONTH = "|".join(f"{name}|{name[:3]}" for name in _MONTHS) + "|sept"
_DAYS = (
    lazy_pattern(rf"\b(?P<month>{_MONTH})\.? (?P<day>\d\d?)(?:st|nd|rd|th)?,? (?P<year>20\d\d)\b", re.IGNORECASE),
    lazy_pattern(rf"\b(?P<day>\d\d?)(?:st|nd|rd|th)?\.? (?P<month>{_MONTH})\.?,? (?P<year>20\d\d)\b", re.IGNORECASE),
    lazy_pattern(r"(?<!\d)(?P<year>20\d\d)(?P<separator>[-/._]?)(?P<month>\d\d)(?P=separator)(?P<day>\d\d)"),
)
"""Days with a month in words come first: Teams writes them for the reader, and digits in the name of the recording."""

_TIME = lazy_pattern(
    r"[\sT_,·–-]{0,3}(?:at )?(?:(?P<hour>\d\d?):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d{1,9})?)?"
    r"(?: ?(?P<half>[ap])\.?m\b)?|(?P<hours>\d\d)[-._h]?(?P<minutes>\d\d)(?:[-._]?(?P<seconds>\d\d))?(?!\d))"
    r" ?(?P<zone>z\b|(?:gmt|utc)(?:[+-]\d\d?(?::?\d\d)?)?|[+-]\d\d:\d\d)?",
    re.IGNORECASE,
)
_OFFSET = lazy_pattern(r"(?P<sign>[+-])(?P<hours>\d\d?):?(?P<minutes>\d\d)?")


class RecordedStart(Struct, frozen=True):
    """Start of a recorded call, in the local time zone; `has_time` is False if only the day is known.

    `origin` says where it was found, such as `file name`.
    """

    moment: datetime
    has_time: bool = True
    origin: str = ""


def find_start(path: Path, transcript: Transcript, now: datetime) -> RecordedStart:
    """Return when the call in a transcript began; without a day in words, its file was written at its end.

    A day in the future is another day, such as that of the next call. Raises `OSError` if the file is gone.
    """
    if FIRST_SECOND <= transcript.first_time <= now.timestamp():
        return RecordedStart(datetime.fromtimestamp(transcript.first_time, UTC).astimezone(), origin="transcript")
    texts = (
        ("transcript", _heading(path, transcript)),
        ("file name", path.stem),
        ("folder name", path.absolute().parent.name),
    )
    for origin, text in texts:
        found = parse_start(text)
        if found is not None and found.moment <= now:
            return RecordedStart(found.moment, found.has_time, origin)
    written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return RecordedStart((min(written, now) - timedelta(seconds=transcript.seconds)).astimezone(), origin="file date")


def _heading(path: Path, transcript: Transcript) -> str:
    """Return the text above the first words, empty if they are not found."""
    text, _ = decode(read_regular(path, MAX_BYTES))
    first_words = " ".join(transcript.utterances[0].text.split()[:FIRST_WORDS])
    heading, found, _ = " ".join(text[:MAX_HEADING_CHARACTERS].split()).partition(first_words)
    return heading if found else ""


def parse_start(text: str) -> RecordedStart | None:
    """Return a day in a text, with the time after it; None without a valid day."""
    for match in (match for pattern in _DAYS for match in pattern.finditer(text)):
        month = match["month"].casefold()
        number = int(month) if month.isdigit() else [name[:3] for name in _MONTHS].index(month[:3]) + 1
        try:
            day = datetime(int(match["year"]), number, int(match["day"]), NOON)  # noqa: DTZ001  # no zone yet
        except ValueError:
            continue
        time = _TIME.match(text, match.end())
        is_utc = text[: match.start()].casefold().endswith("gmt")  # Zoom: GMT20261112-150203_Recording
        return (_with_time(day, time, is_utc) if time else None) or RecordedStart(day.astimezone(), has_time=False)
    return None


def _with_time(day: datetime, time: re.Match[str], is_utc: bool) -> RecordedStart | None:
    """Return the start at a time of the day, None if there is no such time."""
    hour, minute = int(time["hour"] or time["hours"]), int(time["minute"] or time["minutes"])
    second = int(time["second"] or time["seconds"] or 0)
    if half := time["half"]:
        hour = hour % 12 + (12 if half in "pP" else 0)
    try:
        moment = day.replace(hour=hour, minute=minute, second=second)
        if is_utc or time["zone"]:
            moment = moment.replace(tzinfo=_zone(time["zone"] or ""))
    except ValueError:
        return None
    return RecordedStart(moment.astimezone())


def _zone(written: str) -> tzinfo:
    """Return the zone of `Z`, `GMT+1` or `+01:00`. Raises `ValueError` beyond a day."""
    offset = _OFFSET.search(written)
    if offset is None:
        return UTC
    minutes = int(offset["hours"]) * 60 + int(offset["minutes"] or 0)
    return timezone(timedelta(minutes=-minutes if offset["sign"] == "-" else minutes))
