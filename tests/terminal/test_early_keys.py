"""Keys typed during the start: they wait for the screen, and the terminal is restored however the start ends."""

from __future__ import annotations

import os
import pty
import signal
import sys
import termios
from collections.abc import Iterator

import pytest

from salesnerd_tui.terminal.handover import drop_keys, hold_keys, settings_before_start, take_keys
from terminal import Terminal

PROGRAM = """
import os, sys, termios
before = termios.tcgetattr(0)
from salesnerd_tui.terminal.handover import hold_keys
import atexit, threading
atexit.register(lambda: print('restored' if termios.tcgetattr(0) == before else 'changed', flush=True))
hold_keys()
print('ready', flush=True)
"""

STOPPED = """
import os, signal, subprocess, sys, termios
from salesnerd_tui.terminal.handover import drop_keys, hold_keys
before = termios.tcgetattr(0)
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
program = os.fork()  # the shell is the parent
if not program:
    os.setpgid(0, 0)
    hold_keys()
    print('ready', flush=True)
    os.kill(os.getpid(), signal.SIGTSTP)
    stays = termios.tcgetattr(0) != before
    drop_keys()
    os._exit(stays)
os.setpgid(program, program)
os.tcsetpgrp(0, program)
os.waitpid(program, os.WUNTRACED)
seen = 'as before' if termios.tcgetattr(0) == before else 'changed'
os.kill(program, signal.SIGCONT)
held = os.waitstatus_to_exitcode(os.waitpid(program, 0)[1])
os.tcsetpgrp(0, os.getpid())
print(f"stopped: {seen}, later: {'held' if held else 'free'}", flush=True)
"""


@pytest.fixture
def line() -> Iterator[tuple[int, int]]:
    ours, theirs = pty.openpty()
    yield ours, theirs
    drop_keys()
    os.close(ours)
    os.close(theirs)


def test_early_keys_arrive_unchanged_at_once_and_without_echo(line: tuple[int, int]) -> None:
    ours, theirs = line
    hold_keys(theirs)
    os.write(ours, b"n\r\x04\x11\x16")
    assert os.read(theirs, 99) == b"n\r\x04\x11\x16"
    os.write(theirs, b"end")
    assert os.read(ours, 99) == b"end"


def test_the_screen_gets_the_early_keys(line: tuple[int, int]) -> None:
    ours, theirs = line
    before = termios.tcgetattr(theirs)
    hold_keys(theirs)
    held = termios.tcgetattr(theirs)
    hold_keys(theirs)
    assert held != before
    assert settings_before_start() == before
    os.write(ours, b"nn")
    assert take_keys() == before
    assert take_keys() is None
    assert termios.tcgetattr(theirs) == held  # without an echo until the screen changes it
    assert os.read(theirs, 99) == b"nn"


def test_the_screen_keeps_its_signal_handlers(line: tuple[int, int]) -> None:
    hangup, terminated = signal.getsignal(signal.SIGHUP), signal.getsignal(signal.SIGTERM)
    try:
        hold_keys(line[1])
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        take_keys()
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
        assert signal.getsignal(signal.SIGHUP) == hangup
    finally:
        signal.signal(signal.SIGTERM, terminated)


def test_early_keys_are_not_left_to_the_shell_if_no_screen_appears(line: tuple[int, int]) -> None:
    ours, theirs = line
    before = termios.tcgetattr(theirs)
    hold_keys(theirs)
    os.write(ours, b"rm notes\r")
    drop_keys()
    assert termios.tcgetattr(theirs) == before
    os.write(ours, b"ls\r")
    assert os.read(theirs, 99) == b"ls\n"


def test_without_a_terminal_nothing_happens() -> None:
    reading, writing = os.pipe()
    hold_keys(reading)
    drop_keys()
    os.close(reading)
    os.close(writing)


@pytest.mark.parametrize(
    ("way_out", "status"),
    [("sys.exit(3)", 3), ("raise OSError('gone')", 1), ("pass", 0)],
    ids=["an exit", "an error", "the end"],
)
def test_the_terminal_is_restored_however_the_start_ends(way_out: str, status: int) -> None:
    with Terminal([sys.executable, "-c", f"{PROGRAM}\n{way_out}"]) as terminal:
        assert terminal.wait_exit() == status
        assert "restored" in terminal.text


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT])
def test_the_terminal_is_restored_after_a_signal(number: signal.Signals) -> None:
    with Terminal([sys.executable, "-c", f"{PROGRAM}\nthreading.Event().wait(60)"]) as terminal:
        terminal.wait_for("ready")
        terminal.signal(number)
        terminal.wait_for("restored")
        terminal.wait_exit()


def test_a_suspended_start_restores_the_terminal_and_continues_later() -> None:
    with Terminal([sys.executable, "-c", STOPPED]) as terminal:
        terminal.wait_for("ready")
        terminal.wait_exit()
        assert "stopped: as before, later: held" in terminal.text
