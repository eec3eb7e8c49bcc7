"""Wall-clock time of moments in a call.

The call's own clock stops while the program is closed and while the computer sleeps. The start of a call and every
resume store the wall-clock time, so the latest of these before a moment determines its time of day.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from salesnerd_tui.call.state import CallState


def wall_time(state: CallState, at: float) -> datetime | None:
    """Return the time of day at `at` call seconds, in the time zone of that part of the call; None if it is unknown."""
    found: datetime | None = None
    for since, wall in state.wall_readings:
        if found is not None and since > at:
            break
        read = _moment(wall)
        if read is not None:
            found = _later(read, at - since)
    return found


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        return None


def _later(moment: datetime, seconds: float) -> datetime | None:
    try:
        return moment + timedelta(seconds=seconds)
    except (OverflowError, ValueError):
        return None
