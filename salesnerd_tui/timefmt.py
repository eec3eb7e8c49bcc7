"""Durations, times and dates as text."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

NO_DATE = "no date yet"
"""Shown in place of a day that both sides still have to agree on."""


def format_clock(seconds: float) -> str:
    """Return `4:10` or, from an hour on, `1:04:10`; before zero `-0:05`."""
    hours, rest = divmod(int(abs(seconds)), 3600)
    sign = "-" if seconds <= -1 else ""
    return f"{sign}{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{sign}{rest // 60}:{rest % 60:02}"


def format_running_clock(seconds: float) -> str:
    """Return the time of a running call, at least zero and with two-digit minutes: `04:10`."""
    text = format_clock(max(seconds, 0.0))
    return text if len(text) > len("4:10") else f"0{text}"


def format_age(seconds: float) -> str:
    """Return an age as `now`, `20 s` or `2 min`, rounded so that it changes rarely."""
    if seconds < 10:
        return "now"
    return f"{int(seconds // 10) * 10} s" if seconds < 60 else f"{int(seconds + 30) // 60} min"


def format_call_day(call_id: str, now: datetime | None) -> str:
    """Return the day of a call from its id, as in `29 Nov` or `today`; empty for an id without a day."""
    try:
        day = date.fromisoformat(call_id[:10])
    except ValueError:
        return ""
    return "today" if now is not None and day == now.date() else short_day(day, now)


def common_day(days: Iterable[str]) -> str:
    """Return the day that all have in common, or `before` if there is none."""
    different = set(days)
    return different.pop() or "before" if len(different) == 1 else "before"


def format_duration(seconds: float) -> str:
    """Return a duration as `40 s`, `31 min` or `1 h 12 min`."""
    if seconds < 60:
        return f"{round(seconds)} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def parse_time(text: str) -> datetime | None:
    """Return an ISO 8601 time, None if the text is not one."""
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        return None


def to_epoch_seconds(moment: datetime | None) -> float:
    """Return a time in seconds since 1970, infinity for None. A time without a zone is UTC."""
    if moment is None:
        return float("inf")
    return moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()


def short_day(day: date, today: date | None) -> str:
    """Return `3 Mar`, with the year if it is not this year's."""
    return f"{day.day} {day:%b}" if today and today.year == day.year else f"{day.day} {day:%b %Y}"


def format_day(value: str | date, today: date | None) -> str:
    """Return `2027-03-03` as `3 March`, with the year if it is not this year's; other words are returned unchanged.

    `today` may be the day of a call, for a text about that call.
    """
    if isinstance(value, str):
        words = value.strip()
        try:
            value = date.fromisoformat(words)
        except ValueError:
            return words
    text = f"{value.day} {value:%B}"
    return text if today and today.year == value.year else f"{text} {value.year}"
