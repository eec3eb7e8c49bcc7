"""Durations and dates as text, and normalized event times.

Stored events can have any times: a transcript with a different clock, a time that is not a number, a clock that
restarted after a crash. `drawable` normalizes them in one place.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime

from msgspec.structs import replace

from salesnerd_tui.call.events import Event, Heard, Resumed

LONGEST_CALL_SECONDS = 7 * 24 * 3600.0
"""A later time comes from a different clock."""

OTHER_CLOCK_SECONDS = 12 * 3600.0
"""Speech this far from its event was timed by a different clock; only its duration is used."""

LONGEST_UTTERANCE_SECONDS = 3600.0


def length(seconds: float) -> str:
    """Return a duration as `40 s`, `31 min` or `1 h 12 min`."""
    if seconds < 60:
        return f"{round(seconds)} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def moment(text: str) -> datetime | None:
    """Return an ISO 8601 time, None if the text is not one."""
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        return None


def epoch_seconds(moment: datetime | None) -> float:
    """Return a time as seconds, also where zones are missing or at the ends of the calendar; no time is the latest."""
    if moment is None:
        return float("inf")
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return (aware - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()


def day(words: str, started_at: datetime | None) -> str:
    """Return `2027-03-03` as `3 March`, with the year if it is not the call's; other words are returned unchanged."""
    try:
        found = date.fromisoformat(words.strip())
    except ValueError:
        return words.strip()
    shown = f"{found.day} {found:%B}"
    return shown if started_at and started_at.year == found.year else f"{shown} {found.year}"


def drawable(events: Iterable[Event]) -> Iterator[Event]:
    """Yield the events with normalized times, without partial speech."""
    offset = last = 0.0
    for event in events:
        at = _within(event.at, last - offset)
        if isinstance(event, Resumed) and at + offset < last:
            offset = last - at
        last = at + offset
        if not isinstance(event, Heard):
            yield event if last == event.at else replace(event, at=last)
        elif event.final:
            yield _heard(event, last, offset)


def _heard(event: Heard, at: float, offset: float) -> Heard:
    start, end = (value if math.isfinite(value) else math.inf for value in (event.start, event.end))
    start, end = start + offset, end + offset
    seconds = min(max(end - start, 0.0), LONGEST_UTTERANCE_SECONDS) if math.isfinite(end - start) else 0.0
    if not (start >= 0 and abs(start + seconds - at) <= OTHER_CLOCK_SECONDS):
        start = max(at - seconds, 0.0)
    return replace(event, at=at, start=round(start, 3), end=round(start + seconds, 3))


def _within(seconds: float, otherwise: float) -> float:
    known = math.isfinite(seconds) and 0 <= seconds <= LONGEST_CALL_SECONDS
    return round(seconds if known else max(otherwise, 0.0), 3)
