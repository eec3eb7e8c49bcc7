"""Measure the time to read and check a long playbook."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bench import questions
from bench.measure import measure_call, median
from bench.table import Row, Unmeasured, limit_row
from salesnerd_tui.playbook.library import load

QUESTIONS = 1_000
LIMIT_MS = 100.0


def rows(folder: Path, quick: bool) -> Iterator[Row | Unmeasured]:
    name = f"a playbook of {QUESTIONS:,} questions, loaded and checked"
    path = questions.playbook(folder / "long.yaml", QUESTIONS)
    loaded = load(path, [folder])
    if loaded.playbook is None or any(finding.is_error for finding in loaded.findings):
        yield Unmeasured(name, f"the playbook does not load: {loaded.findings[:1]}")
        return
    seconds = [measure_call(partial(load, path, [folder])) for _ in range(3 if quick else 9)]
    yield limit_row(name, median(seconds) * 1e3, LIMIT_MS, "ms", f"best {min(seconds) * 1e3:.0f} ms")
