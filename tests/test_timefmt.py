"""Durations in readable form."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from salesnerd_tui.timefmt import common_day, format_call_day, format_clock, format_day, format_running_clock, short_day


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


def test_a_day_has_its_year_unless_it_is_this_year() -> None:
    noon = datetime(2026, 12, 1, 12, tzinfo=UTC)
    today = noon.date()
    assert [short_day(day, today) for day in (date(2026, 1, 9), date(2027, 1, 9))] == ["9 Jan", "9 Jan 2027"]
    assert [format_day(day, today) for day in ("2026-05-03", "2025-05-03", "soon")] == ["3 May", "3 May 2025", "soon"]
    assert short_day(today, None) == "1 Dec 2026"
    assert format_call_day("2025-11-20T1000-0000cafe", noon) == "20 Nov 2025"
    assert format_call_day("call-1", noon) == ""


def test_facts_of_several_days_are_from_before() -> None:
    assert [common_day(days) for days in (["9 Jan", "9 Jan"], ["9 Jan", "10 Jan"], [""], [])] == [
        "9 Jan",
        *["before"] * 3,
    ]
