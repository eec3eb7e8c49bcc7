"""The figures of the benchmark are only as good as its arithmetic."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from bench import meeting
from bench.measure import measure_alternately, percentile
from bench.table import Row, Unmeasured, format_row, limit_row, ratio_row, summary


@pytest.mark.parametrize(("share", "expected"), [(0.0, 1.0), (0.5, 50.0), (0.99, 99.0), (0.995, 100.0), (1.0, 100.0)])
def test_a_percentile_is_a_value_that_was_measured(share: float, expected: float) -> None:
    assert percentile([float(value) for value in range(100, 0, -1)], share) == expected


def test_a_percentile_of_few_values_is_the_worst() -> None:
    assert percentile([3.0, 1.0, 2.0], 0.99) == 3.0


def test_sides_take_turns_and_the_first_round_is_not_counted() -> None:
    calls = itertools.count(1)
    order: list[str] = []

    def side(name: str) -> float:
        order.append(name)
        return float(next(calls))

    ours, theirs = measure_alternately(2, lambda: side("ours"), lambda: side("theirs"))
    assert order == ["ours", "theirs"] * 3
    assert ours == [3.0, 5.0]
    assert theirs == [4.0, 6.0]


def test_a_row_over_its_budget_says_so() -> None:
    assert "OVER" in format_row(ratio_row("start", 600.0, 300.0, 1.5, "ms", "hello"))
    assert "600 ms = 2.00 x" in format_row(ratio_row("start", 600.0, 300.0, 1.5, "ms", "hello"))
    assert "OVER" not in format_row(limit_row("note", 5.0, 5.0, "ms"))


def test_the_summary_counts_what_was_not_measured() -> None:
    rows: list[Row | Unmeasured] = [
        limit_row("a", 1, 2, "ms"),
        limit_row("b", 3, 2, "ms"),
        Unmeasured("c", "no terminal"),
    ]
    assert summary(rows) == "1 within budget, 1 over, 1 not measured"


def test_the_meeting_is_as_long_as_asked_and_its_captions_hold_it(tmp_path: Path) -> None:
    utterances = list(meeting.lines(meeting.HOUR))
    assert meeting.HOUR <= utterances[-1].end < meeting.HOUR + meeting.MINUTE
    assert all(before.end <= after.start for before, after in itertools.pairwise(utterances))
    captions = meeting.as_captions(tmp_path / "hour.vtt").read_text()
    assert captions.count(" --> ") == len(utterances)
    assert "00:59:" in captions
