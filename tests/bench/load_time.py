"""Measure the time to read and check a long playbook."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bench import questions
from bench.measure import median, seconds_of
from bench.table import Row, Unmeasured, at_most
from salesnerd_tui.playbook.diagnostics import Severity
from salesnerd_tui.playbook.library import load

QUESTIONS = 1_000
LIMIT_MS = 100.0


def rows(folder: Path, quick: bool) -> Iterator[Row | Unmeasured]:
    told = f"a playbook of {QUESTIONS:,} questions, loaded and checked"
    path = questions.playbook(folder / "long.yaml", QUESTIONS)
    loaded = load(path, [folder])
    if loaded.playbook is None or any(finding.severity is Severity.ERROR for finding in loaded.findings):
        yield Unmeasured(told, f"it does not load: {loaded.findings[:1]}")
        return
    taken = [seconds_of(partial(load, path, [folder])) for _ in range(3 if quick else 9)]
    yield at_most(told, median(taken) * 1e3, LIMIT_MS, "ms", f"best {min(taken) * 1e3:.0f} ms")
