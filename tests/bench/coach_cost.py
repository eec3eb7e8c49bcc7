"""Measure `salesnerd coach`, and the coach over a long meeting: an utterance costs the same after four hours."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bench import meeting
from bench.measure import PYTHON, SALESNERD, in_turns, median, percentile, processor_seconds
from bench.table import Row, Unmeasured, ratio
from salesnerd_tui.call.events import Heard, Side
from salesnerd_tui.coach.engine import Coach
from salesnerd_tui.playbook.model import CoachSettings

GROWTH = 1.5
LONG_HOURS = 4


def rows(folder: Path, quick: bool) -> Iterator[Row | Unmeasured]:
    for told, seconds, limit in (("two minutes", 2 * meeting.MINUTE, 6.0), ("an hour", meeting.HOUR, 13.0)):
        told = f"salesnerd coach over {told} of talk, processor time"
        transcript = meeting.as_captions(folder / "meeting.vtt", seconds)
        command = [SALESNERD, "coach", str(transcript), "--me", meeting.ME, "--json"]
        nothing = partial(processor_seconds, [PYTHON, "-c", "pass"])
        try:
            bare, ours = in_turns(5 if quick else 21, nothing, partial(processor_seconds, command))
            yield ratio(told, median(ours) * 1e3, median(bare) * 1e3, limit, "ms", "python -c pass")
        except subprocess.CalledProcessError as problem:
            yield Unmeasured(told, str(problem))
    taken = utterance_seconds()
    quarter = len(taken) // 4
    first, last = sum(taken[:quarter]) / quarter, sum(taken[-quarter:]) / quarter
    told = f"an utterance in the last of {LONG_HOURS} hours"
    yield ratio(told, last * 1e6, first * 1e6, GROWTH, "µs", f"first hour (p99 {percentile(taken, 0.99) * 1e6:.0f} µs)")


def utterance_seconds() -> list[float]:
    """Return the seconds per utterance of a long meeting, the best of three runs for each."""
    return [min(costs) for costs in zip(*(_one_pass() for _ in range(3)), strict=True)]


def _one_pass() -> list[float]:
    coach = Coach(CoachSettings())
    taken = []
    for number, line in enumerate(meeting.lines(LONG_HOURS * meeting.HOUR)):
        side = Side.ME if line.speaker == meeting.ME else Side.THEM
        heard = Heard(line.end, side, line.speaker, line.start, line.end, line.text, utterance=number, turn=number)
        began = time.perf_counter()
        coach.hear(heard)
        taken.append(time.perf_counter() - began)
    return taken
