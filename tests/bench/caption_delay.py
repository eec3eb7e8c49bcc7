"""Measure the delay from a caption in the pipe to its effect on the screen.

A tap takes the same path (source, coach, event, store, screen). The shown speaker is measured instead, because at most
three taps appear in a minute, too few for a percentile.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import time
from collections.abc import Iterator
from pathlib import Path

from bench import meeting
from bench.idle_cost import read_output
from bench.measure import SALESNERD, median, percentile
from bench.table import Row, Unmeasured, limit_row, ratio_row
from terminal import NeverShown, Terminal
from terminal.usage import usage_of

LIMIT_MS = 50.0
GROWTH = 1.5
LOST_AFTER_SECONDS = 30.0
PAUSE_SECONDS = 0.05
CATCH_UP_SECONDS = 120.0
IDLE_SHARE = 0.05
"""Share of a core below which the call is idle; an idle call takes a hundredth."""

# A filled circle before the clock: the user talks; an empty one: the buyer.
TURNS = (
    (meeting.ME, "What happened the last time that you tried it?", re.compile(r"\A\s*●")),
    (meeting.THEM, "It broke on a Friday evening and nobody noticed.", re.compile(r"\A\s*○")),
)


def rows(folder: Path, quick: bool) -> Iterator[Row | Unmeasured]:
    times = 40 if quick else 150
    try:
        fresh, long = speech_seconds(folder, times, hours=1 if quick else 2)
    except NeverShown as problem:
        yield Unmeasured("speech to the screen", str(problem).splitlines()[0])
        return
    yield limit_row("speech to the screen, p99", percentile(fresh, 0.99) * 1e3, LIMIT_MS, "ms", f"p50 {_p50(fresh)}")
    tail = percentile(long, 0.99) * 1e3
    yield limit_row("speech to the screen late in a long call, p99", tail, LIMIT_MS, "ms", f"p50 {_p50(long)}")
    name = "the same: late in a long call against its start, p50"
    yield ratio_row(name, median(long) * 1e3, median(fresh) * 1e3, GROWTH, "ms", "start")


def _p50(seconds: list[float]) -> str:
    return f"{median(seconds) * 1e3:.1f} ms"


def speech_seconds(folder: Path, times: int, hours: int) -> tuple[list[float], list[float]]:
    """Return the seconds from caption to screen, at the start of a call and after hours of talk in the same pipe."""
    pipe = folder / "captions"
    os.mkfifo(pipe)
    words = [SALESNERD, "live", "first_call", "--listen", "-", "--me", meeting.ME, "--data", str(folder / "data")]
    shell = ["sh", "-c", f"exec {shlex.join(words)} < {shlex.quote(str(pipe))}"]
    with Terminal(shell, columns=120, rows=40) as terminal:
        speech = os.open(pipe, os.O_RDWR)
        try:
            terminal.wait_for("Thanks for making the time")
            terminal.settle(0.5)
            fresh = [measure_turn(terminal, speech, number) for number in range(times)]
            for line in meeting.lines(hours * meeting.HOUR):
                say(speech, line.speaker, line.text)
                terminal.read(0)
            wait_until_idle(terminal)
            measure_turn(terminal, speech, 1)  # the last speaker is shown already: the first turn may change nothing
            return fresh, [measure_turn(terminal, speech, number) for number in range(times)]
        finally:
            os.close(speech)


def wait_until_idle(terminal: Terminal) -> None:
    """Wait until hours of talk in one burst are processed. Raises `NeverShown`."""
    for _ in range(int(CATCH_UP_SECONDS)):
        before = usage_of(terminal.process.pid).cpu_seconds
        read_output(terminal, 1.0)
        if usage_of(terminal.process.pid).cpu_seconds - before < IDLE_SHARE:
            return
    raise NeverShown(f"the captions are not processed after {CATCH_UP_SECONDS:g} s. The screen:\n{terminal.text}")


def measure_turn(terminal: Terminal, speech: int, number: int) -> float:
    pause_end = time.perf_counter() + PAUSE_SECONDS
    while time.perf_counter() < pause_end:
        terminal.read(pause_end - time.perf_counter())
    speaker, text, shown = TURNS[number % len(TURNS)]
    start = time.perf_counter()
    say(speech, speaker, text)
    while time.perf_counter() - start < LOST_AFTER_SECONDS:
        read_at = terminal.read(0.5)
        if read_at is not None and terminal.shows(shown):
            return read_at - start
    raise NeverShown(f"{shown.pattern} did not appear. The screen:\n{terminal.text}")


def say(speech: int, speaker: str, text: str) -> None:
    os.write(speech, json.dumps({"speaker": speaker, "text": text}).encode() + b"\n")
