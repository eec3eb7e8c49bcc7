"""Measure the cost of a call in which only the clock runs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from bench.measure import SALESNERD
from bench.table import Row, Unmeasured, limit_row
from terminal import NeverShown, Terminal
from terminal.usage import usage_of

CPU_LIMIT_PERCENT = 1.0
BYTES_LIMIT = 300.0
MEMORY_LIMIT_MEGABYTES = 80.0
SETTLE_SECONDS = 3.0


def rows(folder: Path, quick: bool) -> Iterator[Row | Unmeasured]:
    seconds = 10.0 if quick else 60.0
    command = [SALESNERD, "live", "first_call", "--account", "Acme", "--data", str(folder / "idle")]
    try:
        with Terminal(command, columns=120, rows=40) as terminal:
            terminal.wait_for("Thanks for making the time")
            read_output(terminal, SETTLE_SECONDS)
            before, written = usage_of(terminal.process.pid), len(terminal.raw)
            elapsed = read_output(terminal, seconds)
            after = usage_of(terminal.process.pid)
    except NeverShown as problem:
        yield Unmeasured("an idle live call", str(problem).splitlines()[0])
        return
    percent = (after.cpu_seconds - before.cpu_seconds) / elapsed * 100
    yield limit_row("an idle live call: share of a core", percent, CPU_LIMIT_PERCENT, "%", f"over {elapsed:.0f} s")
    yield limit_row(
        "an idle live call: written to the terminal", (len(terminal.raw) - written) / elapsed, BYTES_LIMIT, "B/s"
    )
    yield limit_row("a live call: memory", after.resident_megabytes, MEMORY_LIMIT_MEGABYTES, "MB")


def read_output(terminal: Terminal, seconds: float) -> float:
    """Read the output without pressing a key. Return the elapsed seconds."""
    start = time.perf_counter()
    while time.perf_counter() - start < seconds and not terminal.at_end:
        terminal.read(0.25)
    return time.perf_counter() - start
