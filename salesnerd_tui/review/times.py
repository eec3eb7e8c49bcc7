"""Times and dates as people read them, and events whose times can be drawn.

A store may hold anything: a transcript on another clock, a time that is no number, a clock that began again after a
crash. `drawable` mends that once, so that nothing after it has to ask.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from datetime import date, datetime

from msgspec.structs import replace

from salesnerd_tui.call.events import Event, Heard, Resumed

LONGEST_CALL_SECONDS = 7 * 24 * 3600.0
"""Later than this is another clock, not a longer call."""

OTHER_CLOCK_SECONDS = 12 * 3600.0
"""Speech this far from when it was heard was timed on another clock; its length still holds."""

LONGEST_UTTERANCE_SECONDS = 3600.0


def length(seconds: float) -> str:
    """`40 s`, `31 min`, `1 h 12 min`."""
    if seconds < 60:
        return f"{round(seconds)} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def moment(text: str) -> datetime | None:
    """An ISO 8601 time, or None."""
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        return None


def day(words: str, began: datetime | None) -> str:
    """`2027-03-03` as `3 March` (with its year when that is not the call's); other words as they are."""
    try:
        found = date.fromisoformat(words.strip())
    except ValueError:
        return words.strip()
    shown = f"{found.day} {found:%B}"
    return shown if began and began.year == found.year else f"{shown} {found.year}"


def drawable(events: Iterable[Event]) -> Iterator[Event]:
    """The events with times that are numbers of one clock; partial speech is left out."""
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
