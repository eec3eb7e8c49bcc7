"""Robust figures from a noisy machine: medians, high percentiles, and two sides measured in turns."""

from __future__ import annotations

import gc
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

PYTHON = sys.executable
SALESNERD = str(Path(sys.executable).with_name("salesnerd"))

Measured = Callable[[], float]
"""Function that does the work once and returns its seconds."""


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least `share` of the values do not exceed, without interpolation."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -int(-len(ordered) * share // 1) - 1))]


def in_turns(times: int, *sides: Measured) -> list[list[float]]:
    """Measure each side `times` times in turns, so that a busy minute affects all of them.

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
    """Return the seconds of one call, without garbage collection."""
    gc.collect()
    began = time.perf_counter()
    does()
    return time.perf_counter() - began


def run_seconds(command: Sequence[str]) -> float:
    """Return the seconds of a command. Raises `CalledProcessError` if it fails."""
    began = time.perf_counter()
    subprocess.run(list(command), check=True, stdin=subprocess.DEVNULL, capture_output=True)
    return time.perf_counter() - began


def processor_seconds(command: Sequence[str]) -> float:
    """Return the processor seconds of a command, which depend less on a busy machine. Raises `CalledProcessError`."""
    with subprocess.Popen(
        list(command), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, list(command), stderr=b"it failed")
    return used.ru_utime + used.ru_stime
