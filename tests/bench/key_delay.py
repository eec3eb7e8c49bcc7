"""Measure key latency: from writing a key to the terminal until the first bytes that change the screen."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.measure import PYTHON, SALESNERD, median, percentile
from bench.start_time import HELLO
from bench.table import Row, Unmeasured, limit_row, ratio_row
from terminal import NeverShown, Terminal

TIMES_HELLO = 1.5
LIVE_WIDGETS = 40
"""Number of widgets, about as many as on the live screen at 120x40."""

LETTERS = ("a", "b", "c", "backspace", "backspace", "backspace")
CLOCK_ROWS = (0,)
LOST_AFTER_SECONDS = 2.0
ROUNDS = 4


def rows(folder: Path, quick: bool) -> Iterator[Row | Unmeasured]:
    keys = 30 if quick else 100
    hello_command = [PYTHON, HELLO, str(LIVE_WIDGETS)]
    live_command = [SALESNERD, "live", "first_call", "--account", "Acme", "--data", str(folder / "keys")]
    hello: list[float] = []
    live: list[float] = []
    for turn in range(ROUNDS):
        with Terminal(hello_command, columns=120, rows=40) as terminal:
            terminal.wait_for(f"widget {5}")
            hello += key_seconds(terminal, LETTERS, keys, turn)
        try:
            with Terminal(live_command, columns=120, rows=40) as terminal:
                terminal.wait_for("Thanks for making the time")
                terminal.press("enter")
                terminal.settle(0.5)
                live += key_seconds(terminal, LETTERS, keys, turn)
        except NeverShown as problem:
            yield Unmeasured("typing a note on the live screen", str(problem).splitlines()[0])
            return
    named = f"hello-world with {LIVE_WIDGETS} widgets"
    for name, share in (("p50", 0.5), ("p99", 0.99)):
        ours, theirs = percentile(live, share) * 1e3, percentile(hello, share) * 1e3
        yield ratio_row(f"key to changed screen, live, {name}", ours, theirs, TIMES_HELLO, "ms", named)
    yield limit_row(
        "key to changed screen, live, slowest", max(live) * 1e3, 100.0, "ms", f"median {median(live) * 1e3:.1f}"
    )


def key_seconds(terminal: Terminal, keys: Sequence[str], times: int, seed: int) -> list[float]:
    """Return the seconds from each key to the first change outside the clock's rows; ignores keys without effect."""
    pause = random.Random(seed)
    seconds = []
    for number in range(times):
        terminal.settle(0.01 + pause.random() * 0.04, seconds=0.3)
        before = seen(terminal)
        start = time.perf_counter()
        terminal.press(keys[number % len(keys)])
        # Pressing also reads, on a busy machine perhaps the whole response: nothing else would come for a second.
        read_at: float | None = time.perf_counter()
        while time.perf_counter() - start < LOST_AFTER_SECONDS:
            if read_at is not None and seen(terminal) != before:
                seconds.append(read_at - start)
                break
            read_at = terminal.read(0.25)
    if len(seconds) < times * 0.9:
        raise NeverShown(f"{times - len(seconds)} of {times} keys changed nothing. The screen:\n{terminal.text}")
    return seconds


def seen(terminal: Terminal) -> tuple[str, ...]:
    return tuple(row for number, row in enumerate(terminal.rows) if number not in CLOCK_ROWS)
