"""Robust figures from a noisy machine: medians, high percentiles, and two sides measured in turns."""

from __future__ import annotations

import gc
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

PYTHON = sys.executable
SALESNERD = str(Path(sys.executable).with_name("salesnerd"))

Measured = Callable[[], float]
"""Does the thing once; seconds it took."""


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of them do not exceed: no interpolation flatters a tail."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -int(-len(ordered) * share // 1) - 1))]


def in_turns(times: int, *sides: Measured) -> list[list[float]]:
    """Each side measured `times` times, one after the other, so that a busy minute falls on all of them.

    The first round only warms the caches and is not counted.
    """
    taken: list[list[float]] = [[] for _ in sides]
    for turn in range(times + 1):
        for side, kept in zip(sides, taken, strict=True):
            seconds = side()
            if turn:
                kept.append(seconds)
    return taken


def seconds_of(does: Callable[[], object]) -> float:
    """Seconds one call takes, with no collection of earlier rubbish falling into it."""
    gc.collect()
    began = time.perf_counter()
    does()
    return time.perf_counter() - began


def run_seconds(command: Sequence[str]) -> float:
    """Seconds a command takes from start to end. Raises CalledProcessError when it fails."""
    began = time.perf_counter()
    subprocess.run(list(command), check=True, stdin=subprocess.DEVNULL, capture_output=True)
    return time.perf_counter() - began
