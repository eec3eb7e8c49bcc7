"""Durations as clock times, and the days of calls."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date


def clock(seconds: float) -> str:
    """Return `4:10` or, from an hour on, `1:04:10`; before zero `-0:05`."""
    hours, rest = divmod(int(abs(seconds)), 3600)
    sign = "-" if seconds <= -1 else ""
    return f"{sign}{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{sign}{rest // 60}:{rest % 60:02}"


def running_clock(seconds: float) -> str:
    """Return the time of a running call, at least zero and with two-digit minutes: `04:10`."""
    shown = clock(max(seconds, 0.0))
    return shown if len(shown) > len("4:10") else f"0{shown}"


def age(seconds: float) -> str:
    """Return how long ago something was, as in `now`, `20 s` or `2 min`, in steps that change rarely."""
    if seconds < 10:
        return "now"
    return f"{int(seconds // 10) * 10} s" if seconds < 60 else f"{int(seconds + 30) // 60} min"


def call_day(call: str) -> str:
    """Return the day on which a call was made, as in `29 Nov`, from its id; empty for an id without a day."""
    try:
        day = date.fromisoformat(call[:10])
    except ValueError:
        return ""
    return f"{day.day} {day:%b}"


def call_days(calls: Iterable[str]) -> str:
    """Return the day of one or several calls: `29 Nov`, or `before` where they are not of one day."""
    days = {call_day(call) for call in calls}
    return days.pop() or "before" if len(days) == 1 else "before"
