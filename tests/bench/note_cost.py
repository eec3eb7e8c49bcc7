"""Measure storage: saving a note in histories of any length, and finding it again."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from queue import SimpleQueue

from msgspec import convert, to_builtins

from bench.measure import measure_call, median, percentile
from bench.table import Row, Unmeasured, limit_row, ratio_row
from salesnerd_tui.call.events import Mode, Noted, Place, Started
from salesnerd_tui.cli.call_lookup import started_on
from salesnerd_tui.review.debrief.builder import FIGURES_VERSION, Figures, figures
from salesnerd_tui.review.trends import CountedCall, trends, trends_page
from salesnerd_tui.storage.call_store import CallStore
from salesnerd_tui.storage.errors import WriteFailed, WriteSaved

DURABLE_LIMIT_MS = 5.0
FIRST_RESULT_LIMIT_MS = 100.0
LIST_LIMIT_MS = 100.0
TRENDS_LIMIT_MS = 500.0
DURABLE_GROWTH = 2.0
NOTES_A_CALL = 40
NOTE = "pages twice a week, three engineers up at night, and the audit in March named it as a risk for the region"
BEGAN = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def rows(folder: Path, quick: bool) -> Iterator[Row | Unmeasured]:
    histories = (10, 1_000) if quick else (10, 1_000, 10_000)
    notes = 100 if quick else 300
    tails: dict[int, float] = {}
    for calls in histories:
        kept = grown(folder / f"history-{calls}", calls)
        seconds = durable_seconds(kept, notes)
        tails[calls] = percentile(seconds, 0.99) * 1e3
        name = f"a note on disk, {calls:,} calls kept, p99"
        yield limit_row(name, tails[calls], DURABLE_LIMIT_MS, "ms", f"p50 {median(seconds) * 1e3:.2f} ms")
    most = histories[-1]
    yield ratio_row(f"the same: {most:,} calls against 10", tails[most], tails[10], DURABLE_GROWTH, "ms", "10 calls")
    yield from finding(folder / f"history-{most}", most)


def finding(folder: Path, calls: int) -> Iterator[Row]:
    store = CallStore(folder)
    oldest = "the only call with a quagga"
    store.summaries()
    raw = measure_call(partial(first_hit, store, "quagga", thorough=True))
    built = measure_call(store.update_cache)
    seconds = [measure_call(CallStore(folder).summaries) for _ in range(5)]
    yield limit_row(f"the list of {calls:,} calls", median(seconds) * 1e3, LIST_LIMIT_MS, "ms")
    seconds = [measure_call(store.summaries) for _ in range(5)]
    yield limit_row("the same, looked at before in this window", median(seconds) * 1e3, LIST_LIMIT_MS, "ms")
    words = (("a common word", "pages twice"), ("a word of one call in a hundred", "zebra"), (oldest, "quagga"))
    for name, word in words:
        seconds = [measure_call(partial(first_hit, store, word)) for _ in range(5)]
        against = f"{raw * 1e3:.0f} ms without the index, which took {built:.0f} s" if word == "quagga" else ""
        what = f"search in {calls:,} calls, first result, {name}"
        yield limit_row(what, median(seconds) * 1e3, FIRST_RESULT_LIMIT_MS, "ms", against)
    once = measure_call(partial(trends_of, store))
    seconds = [measure_call(partial(trends_of, store)) for _ in range(3)]
    name = f"trends of {calls:,} calls"
    yield limit_row(name, median(seconds) * 1e3, TRENDS_LIMIT_MS, "ms", f"{once:.1f} s when every call is read, once")


def trends_of(store: CallStore) -> object:
    """Compute trends as `salesnerd trends` does, without printing."""
    facts = store.facts(FIGURES_VERSION, lambda events: to_builtins(figures(events)))
    calls = [
        CountedCall(call.id, started_on(call), call.account, call.playbook, convert(found, Figures))
        for call, found in facts
    ]
    return trends_page(trends(calls, calls), 80)


def first_hit(store: CallStore, words: str, *, thorough: bool = False) -> object:
    return next(iter(store.search(words, thorough=thorough)))


def durable_seconds(folder: Path, notes: int) -> list[float]:
    """Return the seconds from passing a note to the store until it reports that the note is on disk."""
    call = CallStore(folder).create(datetime.now(UTC), "Acme")
    outcomes: SimpleQueue[WriteSaved | WriteFailed] = SimpleQueue()
    seconds = []
    for number in range(notes):
        start = time.perf_counter()
        call.save([Noted(float(number), f"{NOTE} {number}")], outcomes.put)
        outcome = outcomes.get()
        seconds.append(time.perf_counter() - start)
        assert isinstance(outcome, WriteSaved)
    call.close()
    return seconds


def grown(folder: Path, calls: int) -> Path:
    """Write a history of a number of calls: a few go through the store, the rest are copies with later names."""
    store = CallStore(folder)
    take(store, "quagga", days=2)
    patterns = [take(store, "zebra" if special else "horse") for special in (True, False)]
    kept = folder / "calls"
    for number in range(calls - len(patterns) - 1):
        start = BEGAN + timedelta(hours=number)
        name = f"{start:%Y-%m-%dT%H%M}-{number:08x}.json"
        shutil.copyfile(kept / f"{patterns[bool(number % 100)]}.json", kept / name)
    return folder


def take(store: CallStore, word: str, days: int = 1) -> str:
    call = store.create(BEGAN - timedelta(days=days), "Acme")
    events = [
        Started(
            0.0, "first_call", "First call", "d", Mode.LIVE, Place("trigger"), BEGAN.isoformat(), "Acme", ("Dana",)
        ),
        *(Noted(float(number + 1), f"{NOTE} {number}") for number in range(NOTES_A_CALL)),
        Noted(99.0, f"the {word} of the operation"),
    ]
    call.save(events, lambda _: None)
    call.close()
    return call.id
