"""Durations in readable form."""

from __future__ import annotations

import pytest

from salesnerd_tui.timefmt import format_clock, format_running_clock


@pytest.mark.parametrize(
    ("seconds", "shown", "running"),
    [
        (0, "0:00", "00:00"),
        (59.9, "0:59", "00:59"),
        (250, "4:10", "04:10"),
        (850, "14:10", "14:10"),
        (3850, "1:04:10", "1:04:10"),
        (-5, "-0:05", "00:00"),
        (-0.5, "0:00", "00:00"),
    ],
)
def test_a_length_of_time_is_shown(seconds: float, shown: str, running: str) -> None:
    assert format_clock(seconds) == shown
    assert format_running_clock(seconds) == running
