"""Measure `salesnerd coach`, and the coach over a long meeting: an utterance costs the same after four hours."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bench import meeting
from bench.measure import PYTHON, SALESNERD, measure_alternately, measure_processor, median, percentile
from bench.table import Row, Unmeasured, ratio_row
from salesnerd_tui.call.events import Heard, Side
from salesnerd_tui.coach.engine import Coach
from salesnerd_tui.playbook.coach_settings import CoachSettings

GROWTH = 1.5
LONG_HOURS = 4


def rows(folder: Path, quick: bool) -> Iterator[Row | Unmeasured]:
    for length, meeting_seconds, limit in (("two minutes", 2 * meeting.MINUTE, 6.0), ("an hour", meeting.HOUR, 13.0)):
        name = f"salesnerd coach over {length} of talk, processor time"
        transcript = meeting.as_captions(folder / "meeting.vtt", meeting_seconds)
        command = [SALESNERD, "coach", str(transcript), "--me", meeting.ME, "--json"]
        baseline = partial(measure_processor, [PYTHON, "-c", "pass"])
        try:
            python, coach = measure_alternately(5 if quick else 21, baseline, partial(measure_processor, command))
            yield ratio_row(name, median(coach) * 1e3, median(python) * 1e3, limit, "ms", "python -c pass")
        except subprocess.CalledProcessError as problem:
            yield Unmeasured(name, str(problem))
    seconds = utterance_seconds()
    quarter = len(seconds) // 4
    first, last = sum(seconds[:quarter]) / quarter, sum(seconds[-quarter:]) / quarter
    name = f"an utterance in the last of {LONG_HOURS} hours"
    yield ratio_row(
        name, last * 1e6, first * 1e6, GROWTH, "µs", f"first hour (p99 {percentile(seconds, 0.99) * 1e6:.0f} µs)"
    )


def utterance_seconds() -> list[float]:
    """Return the seconds per utterance of a long meeting, the best of three runs for each."""
    return [min(seconds) for seconds in zip(*(_measure_pass() for _ in range(3)), strict=True)]


def _measure_pass() -> list[float]:
    coach = Coach(CoachSettings())
    seconds = []
    for number, line in enumerate(meeting.lines(LONG_HOURS * meeting.HOUR)):
        side = Side.ME if line.speaker == meeting.ME else Side.THEM
        heard = Heard(line.end, side, line.speaker, line.start, line.end, line.text, utterance=number, turn=number)
        start = time.perf_counter()
        coach.hear(heard)
        seconds.append(time.perf_counter() - start)
    return seconds
