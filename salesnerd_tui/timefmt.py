"""Durations as clock times."""

from __future__ import annotations


def clock(seconds: float) -> str:
    """Return `4:10` or, from an hour on, `1:04:10`; before zero `-0:05`."""
    hours, rest = divmod(int(abs(seconds)), 3600)
    sign = "-" if seconds <= -1 else ""
    return f"{sign}{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{sign}{rest // 60}:{rest % 60:02}"


def running_clock(seconds: float) -> str:
    """Return the time of a running call, at least zero and with two-digit minutes: `04:10`."""
    shown = clock(max(seconds, 0.0))
    return shown if len(shown) > len("4:10") else f"0{shown}"
