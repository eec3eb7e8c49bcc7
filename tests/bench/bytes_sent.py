"""Measure how many bytes a call writes to the terminal, because they take time on a slow connection."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bench.idle_cost import read_output
from bench.measure import SALESNERD
from bench.table import Row, Unmeasured, limit_row
from terminal import NeverShown, Terminal

FIRST_LIMIT = 32_000.0
KEY_LIMIT = 8_000.0
TYPED_LIMIT = 600.0
SPEECH_LIMIT = 2_000.0
"""Limits in bytes, at 120x40 in 16 million colors. 9,600 baud carry about a thousand a second."""

COLORS = {"many colors": {}, "16 colors": {"TERM": "xterm", "COLORTERM": ""}, "NO_COLOR": {"NO_COLOR": "1"}}
MEETING = Path(__file__).parent.parent / "journeys" / "meeting.vtt"
QUIET_SECONDS = 0.6


def rows(folder: Path, quick: bool) -> Iterator[Row | Unmeasured]:
    for number, (name, environment) in enumerate(COLORS.items()):
        try:
            yield from _measure_keys(folder / f"keys{number}", name, environment)
        except NeverShown as problem:
            yield Unmeasured(f"written with {name}", str(problem).splitlines()[0])
    try:
        yield _measure_speech(folder / "speech", 10.0 if quick else 30.0)
    except NeverShown as problem:
        yield Unmeasured("written during speech", str(problem).splitlines()[0])


def _measure_keys(data: Path, name: str, environment: dict[str, str]) -> Iterator[Row]:
    command = [SALESNERD, "live", "first_call", "--account", "Acme", "--data", str(data)]
    with Terminal(command, columns=120, rows=40, environment=environment) as terminal:
        terminal.wait_for("Thanks for making the time")
        terminal.settle(QUIET_SECONDS, 2.0)
        yield limit_row(f"first paint, {name}: written", len(terminal.raw), FIRST_LIMIT, "B")
        yield limit_row(f"next question, {name}: written", _bytes_after(terminal, "n"), KEY_LIMIT, "B")
        terminal.press("enter")
        terminal.settle(QUIET_SECONDS, 2.0)
        typed = [_bytes_after(terminal, letter) for letter in "abcdefgh"]
        yield limit_row(f"a letter of a note, {name}: written", sorted(typed)[len(typed) // 2], TYPED_LIMIT, "B")


def _measure_speech(data: Path, seconds: float) -> Row:
    """Play captions in real time, with partials."""
    options = ["--listen", str(MEETING), "--me", "Ana"]
    command = [SALESNERD, "live", "first_call", "--account", "Acme", "--data", str(data), *options]
    with Terminal(command, columns=120, rows=40) as terminal:
        terminal.wait_for("Thanks for making the time")
        read_output(terminal, 2.0)
        before = len(terminal.raw)
        elapsed = read_output(terminal, seconds)
        return limit_row("during speech: written", (len(terminal.raw) - before) / elapsed, SPEECH_LIMIT, "B/s")


def _bytes_after(terminal: Terminal, key: str) -> int:
    before = len(terminal.raw)
    terminal.press(key)
    terminal.settle(0.2, QUIET_SECONDS)
    return len(terminal.raw) - before
