"""Talk time of a side at any moment, without summing up all stretches."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesnerd_tui.coach.talk_stats import TalkTimeline

SPANS = st.lists(st.tuples(st.floats(0, 20), st.floats(0, 20)), max_size=30)


def build_timeline(spans: list[tuple[float, float]]) -> tuple[TalkTimeline, list[tuple[float, float]]]:
    """Return alternating pauses and stretches, as a timeline and as a list."""
    timeline, stretches, clock = TalkTimeline(), list[tuple[float, float]](), 0.0
    for pause, seconds in spans:
        start, clock = clock + pause, clock + pause + seconds
        timeline.add(start, clock)
        stretches.append((start, clock))
    return timeline, stretches


@given(SPANS, st.floats(-5, 800))
def test_the_binary_search_equals_a_sum_over_all_stretches(spans: list[tuple[float, float]], at: float) -> None:
    timeline, stretches = build_timeline(spans)
    counted = sum(max(min(end, at) - start, 0.0) for start, end in stretches)
    assert timeline.seconds_until(at) == pytest.approx(counted, abs=1e-6)


@given(SPANS, st.floats(0, 400), st.floats(0, 400))
def test_talk_time_never_decreases(spans: list[tuple[float, float]], one: float, other: float) -> None:
    timeline, _ = build_timeline(spans)
    earlier, later = sorted((one, other))
    assert timeline.seconds_until(earlier) <= timeline.seconds_until(later) + 1e-6
    assert timeline.seconds_until(later) - timeline.seconds_until(earlier) <= later - earlier + 1e-6


def test_overlaps_count_once() -> None:
    timeline = TalkTimeline()
    timeline.add(0.0, 10.0)
    timeline.add(5.0, 12.0)
    timeline.add(1.0, 3.0)
    assert timeline.seconds_until(20.0) == 12.0


def test_a_stretch_can_be_lengthened() -> None:
    timeline = TalkTimeline()
    timeline.add(2.0, 4.0)
    timeline.lengthen(9.0)
    timeline.lengthen(6.0)
    assert timeline.seconds_until(20.0) == 7.0
