"""Measure how many bytes a call writes to the terminal: on a slow connection each of them costs time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bench.idle_cost import left_alone
from bench.measure import SALESNERD
from bench.table import Row, Unmeasured, at_most
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
    for number, (told, environment) in enumerate(COLORS.items()):
        try:
            yield from _of_keys(folder / f"keys{number}", told, environment)
        except NeverShown as problem:
            yield Unmeasured(f"written with {told}", str(problem).splitlines()[0])
    try:
        yield _of_speech(folder / "speech", 10.0 if quick else 30.0)
    except NeverShown as problem:
        yield Unmeasured("written during speech", str(problem).splitlines()[0])


def _of_keys(data: Path, told: str, environment: dict[str, str]) -> Iterator[Row]:
    command = [SALESNERD, "live", "first_call", "--account", "Acme", "--data", str(data)]
    with Terminal(command, columns=120, rows=40, environment=environment) as terminal:
        terminal.wait_for("Thanks for making the time")
        terminal.settle(QUIET_SECONDS, 2.0)
        yield at_most(f"first paint, {told}: written", len(terminal.raw), FIRST_LIMIT, "B")
        yield at_most(f"next question, {told}: written", _written(terminal, "n"), KEY_LIMIT, "B")
        terminal.press("enter")
        terminal.settle(QUIET_SECONDS, 2.0)
        typed = [_written(terminal, letter) for letter in "abcdefgh"]
        yield at_most(f"a letter of a note, {told}: written", sorted(typed)[len(typed) // 2], TYPED_LIMIT, "B")


def _of_speech(data: Path, seconds: float) -> Row:
    """Speak in real time, with partials as in captions."""
    heard = ["--listen", str(MEETING), "--me", "Ana"]
    command = [SALESNERD, "live", "first_call", "--account", "Acme", "--data", str(data), *heard]
    with Terminal(command, columns=120, rows=40) as terminal:
        terminal.wait_for("Thanks for making the time")
        left_alone(terminal, 2.0)
        before = len(terminal.raw)
        took = left_alone(terminal, seconds)
        return at_most("during speech: written", (len(terminal.raw) - before) / took, SPEECH_LIMIT, "B/s")


def _written(terminal: Terminal, key: str) -> int:
    before = len(terminal.raw)
    terminal.press(key)
    terminal.settle(0.2, QUIET_SECONDS)
    return len(terminal.raw) - before
