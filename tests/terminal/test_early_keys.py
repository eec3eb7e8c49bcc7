"""Keys typed while the program starts: they wait for the screen, and the terminal is given back on every way out."""

from __future__ import annotations

import os
import pty
import signal
import sys
import termios
from collections.abc import Iterator

import pytest

from salesnerd_tui.terminal.profile import hold_keys, release_keys
from terminal import Terminal

PROGRAM = """
import os, sys, termios
before = termios.tcgetattr(0)
from salesnerd_tui.terminal.profile import hold_keys
import atexit, threading
atexit.register(lambda: print('restored' if termios.tcgetattr(0) == before else 'changed', flush=True))
hold_keys()
print('ready', flush=True)
"""


@pytest.fixture
def line() -> Iterator[tuple[int, int]]:
    ours, theirs = pty.openpty()
    yield ours, theirs
    release_keys()
    os.close(ours)
    os.close(theirs)


def test_what_is_typed_is_neither_shown_nor_changed_nor_kept_for_the_end_of_the_line(line: tuple[int, int]) -> None:
    ours, theirs = line
    hold_keys(theirs)
    os.write(ours, b"n\r\x04")
    assert os.read(theirs, 99) == b"n\r\x04"
    os.write(theirs, b"end")
    assert os.read(ours, 99) == b"end"


def test_the_terminal_is_given_back_with_what_was_typed(line: tuple[int, int]) -> None:
    ours, theirs = line
    before = termios.tcgetattr(theirs)
    hold_keys(theirs)
    hold_keys(theirs)
    assert termios.tcgetattr(theirs) != before
    os.write(ours, b"nn")
    release_keys()
    assert termios.tcgetattr(theirs) == before
    hold_keys(theirs)  # as the screen does
    assert os.read(theirs, 99) == b"nn"


def test_without_a_terminal_nothing_happens() -> None:
    reading, writing = os.pipe()
    hold_keys(reading)
    release_keys()
    os.close(reading)
    os.close(writing)


@pytest.mark.parametrize(
    ("way_out", "status"),
    [("sys.exit(3)", 3), ("raise OSError('gone')", 1), ("pass", 0)],
    ids=["an exit", "an error", "the end"],
)
def test_the_terminal_is_restored_on_every_way_out(way_out: str, status: int) -> None:
    with Terminal([sys.executable, "-c", f"{PROGRAM}\n{way_out}"]) as terminal:
        assert terminal.wait_exit() == status
        assert "restored" in terminal.text


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_the_terminal_is_restored_after_a_signal(number: signal.Signals) -> None:
    with Terminal([sys.executable, "-c", f"{PROGRAM}\nthreading.Event().wait(60)"]) as terminal:
        terminal.wait_for("ready")
        terminal.signal(number)
        terminal.wait_for("restored")
        terminal.wait_exit()
