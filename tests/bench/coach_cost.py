"""Measure the coach over a long meeting: an utterance costs the same after four hours as at the start."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bench import meeting
from bench.measure import PYTHON, SALESNERD, in_turns, median, percentile, run_seconds
from bench.table import Row, Unmeasured, at_most, ratio
from salesnerd_tui.call.events import Heard, Side
from salesnerd_tui.coach.engine import Coach
from salesnerd_tui.playbook.model import CoachSettings

HOUR_LIMIT_SECONDS = 0.5
GROWTH = 1.5
LONG_HOURS = 4


def rows(folder: Path, quick: bool) -> Iterator[Row | Unmeasured]:
    told = "salesnerd coach over an hour of talk, whole command"
    hour = meeting.as_captions(folder / "hour.vtt")
    command = [SALESNERD, "coach", str(hour), "--me", meeting.ME, "--json"]
    try:
        bare, ours = in_turns(
            3 if quick else 7, partial(run_seconds, [PYTHON, "-c", "pass"]), partial(run_seconds, command)
        )
        against = f"python -c pass {median(bare) * 1e3:.0f} ms"
        yield at_most(told, median(ours), HOUR_LIMIT_SECONDS, "s", against)
    except subprocess.CalledProcessError as problem:
        yield Unmeasured(told, problem.stderr.decode(errors="replace").strip().splitlines()[-1])
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
