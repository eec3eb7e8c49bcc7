"""Measure the delay of keys while a long playbook is saved during a call, and reloaded in the background."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench import questions
from bench.measure import SALESNERD, percentile
from bench.table import Row, Unmeasured, limit_row
from terminal import NeverShown, Terminal

QUESTIONS = 1_000
FRAME_MS = 16.0
"""Maximum extra delay of a key: one frame, which nobody notices."""

BETWEEN_SAVES_SECONDS = 0.9
"""Pause between saves, so that each is read before the next (it takes 0.3 s to be noticed)."""

KEYS = ("a", "b", "c", "backspace", "backspace", "backspace")
NOTE_ROW = -2
ROUNDS = 4


def rows(folder: Path, quick: bool) -> Iterator[Row | Unmeasured]:
    path = questions.playbook(folder / "long.yaml", QUESTIONS)
    still: list[float] = []
    saved: list[float] = []
    keys = 50 if quick else 150
    try:
        with Terminal([SALESNERD, "live", str(path), "--data", str(folder / "saving")], columns=120, rows=40) as live:
            live.wait_for("step 0")
            live.press("enter")
            live.settle(0.5, seconds=2.0)
            for turn in range(ROUNDS):
                still += typed(live, keys, turn, lambda: None)
                saved += typed(live, keys, turn, Saving(path))
    except NeverShown as problem:
        yield Unmeasured("a key while a playbook is saved", str(problem).splitlines()[0])
        return
    name = f"a key while {QUESTIONS:,} questions are saved each second"
    for share, named in ((0.5, "p50"), (0.99, "p99")):
        without, during = percentile(still, share) * 1e3, percentile(saved, share) * 1e3
        against = f"{during:.1f} ms, without saves {without:.1f} ms"
        yield limit_row(f"{name}, {named}: more", max(during - without, 0.0), FRAME_MS, "ms", against)


class Saving:
    """Saves a changed playbook at intervals, when called."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._text = path.read_text()
        self._last = time.perf_counter()
        self._times = 0

    def __call__(self) -> None:
        if time.perf_counter() - self._last > BETWEEN_SAVES_SECONDS:
            self._last, self._times = time.perf_counter(), self._times + 1
            self._path.write_text(self._text.replace("goal: Measure", f"goal: {self._times} times measure", 1))


def typed(terminal: Terminal, times: int, seed: int, before_each: Callable[[], None]) -> list[float]:
    """Return the seconds from each letter until it is shown."""
    pause, seconds = random.Random(seed), list[float]()
    for number in range(times):
        terminal.settle(0.01 + pause.random() * 0.04, seconds=0.3)
        before_each()
        before, start = terminal.rows[NOTE_ROW], time.perf_counter()
        terminal.press(KEYS[number % len(KEYS)])
        seconds.append(_changed_at(terminal, before) - start)
    return seconds


def _changed_at(terminal: Terminal, before: str) -> float:
    return terminal.wait_until(lambda: terminal.rows[NOTE_ROW] != before, "a letter")
