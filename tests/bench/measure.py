"""Robust measurements on a busy machine: medians, high percentiles, and alternating measurements."""

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

Measurement = Callable[[], float]
"""Function that does the work once and returns its seconds."""


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least `share` of the values do not exceed, without interpolation."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -int(-len(ordered) * share // 1) - 1))]


def measure_alternately(times: int, *measurements: Measurement) -> list[list[float]]:
    """Repeat the measurements `times` times alternately, so that a busy minute affects all of them.

    The first round only warms the caches and is not counted.
    """
    results: list[list[float]] = [[] for _ in measurements]
    for round_number in range(times + 1):
        for measurement, values in zip(measurements, results, strict=True):
            seconds = measurement()
            if round_number:
                values.append(seconds)
    return results


def measure_call(function: Callable[[], object]) -> float:
    """Return the seconds of one call, without garbage collection."""
    gc.collect()
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def measure_command(command: Sequence[str]) -> float:
    """Return the seconds of a command. Raises `CalledProcessError` if it fails."""
    start = time.perf_counter()
    subprocess.run(list(command), check=True, stdin=subprocess.DEVNULL, capture_output=True)
    return time.perf_counter() - start


def measure_processor(command: Sequence[str]) -> float:
    """Return the processor seconds of a command, which depend less on a busy machine. Raises `CalledProcessError`."""
    with subprocess.Popen(
        list(command), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, list(command), stderr=b"the command failed")
    return usage.ru_utime + usage.ru_stime
