"""However the program ends, the terminal is a terminal again, and soon."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from journeys.live import OPENING, SALESNERD, kept_in, salesnerd
from terminal import Terminal

ALTERNATE_SCREEN, MOUSE, PASTE = 1049, (1000, 1002, 1003, 1006), 2004
GONE_SECONDS = 15.0
TYPED = "half a sentence about the aud"

pytestmark = pytest.mark.journey


def is_restored(terminal: Terminal) -> bool:
    return not terminal.modes & {ALTERNATE_SCREEN, PASTE, *MOUSE} and terminal.keyboard_levels <= 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_with_the_draft_kept_and_the_terminal_restored(number: signal.Signals, tmp_path: Path) -> None:
    with salesnerd("live", "first_call", data=tmp_path) as terminal:
        terminal.wait_for(OPENING)
        assert ALTERNATE_SCREEN in terminal.modes
        terminal.type(f"\r{TYPED}")
        terminal.wait_for(TYPED)
        terminal.signal(number)
        assert terminal.wait_exit(GONE_SECONDS) != 0
        assert is_restored(terminal)
    assert kept_in(tmp_path).draft == TYPED


def test_a_closed_terminal_ends_it(tmp_path: Path) -> None:
    with salesnerd("live", "first_call", data=tmp_path) as terminal:
        terminal.wait_for(OPENING)
        terminal.type(f"\r{TYPED}")
        terminal.wait_for(TYPED)
        terminal.hang_up()
        terminal.wait_exit(GONE_SECONDS)
    assert kept_in(tmp_path).draft == TYPED


def test_leaving_by_key_says_how_to_come_back_and_restores_the_terminal(tmp_path: Path) -> None:
    with salesnerd("live", "first_call", "--account", "Acme", data=tmp_path) as terminal:
        terminal.wait_for(OPENING)
        terminal.press("q")
        terminal.wait_for("leave it open")
        terminal.press("q")
        assert terminal.wait_exit() == 0
        assert is_restored(terminal)


def test_a_terminal_that_a_kill_left_untidy_is_put_right_by_the_next_start(tmp_path: Path) -> None:
    """And the start page offers the call that was cut off, in the same terminal."""
    once_more = f'"{SALESNERD}" live first_call --account Acme; "{SALESNERD}"; echo and back'
    environment = {"SALESNERD_DATA": str(tmp_path), "HOME": str(tmp_path / "home")}
    with Terminal(["sh", "-c", once_more], columns=100, rows=30, environment=environment) as terminal:
        terminal.wait_for(OPENING)
        terminal.type(f"\r{TYPED}")
        terminal.wait_until(lambda: kept_in(tmp_path).draft == TYPED, "the draft on the disk")
        (running,) = (Path("/proc") / str(terminal.process.pid) / "task" / str(terminal.process.pid)).glob("children")
        os.kill(int(running.read_text().split()[0]), signal.SIGKILL)
        terminal.wait_for("new call")
        terminal.wait_for("Acme")
        terminal.press("q")
        terminal.wait_for("and back")
        assert is_restored(terminal)
        assert "has put it right now" in terminal.text
        assert list((tmp_path / "screens").iterdir()) == []


@pytest.mark.parametrize("verb", [["live", "first_call"], ["home"]])
def test_without_a_terminal_a_screen_is_refused_in_one_line(verb: list[str], tmp_path: Path) -> None:
    done = subprocess.run(
        [SALESNERD, *verb, "--data", str(tmp_path)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode != 0
    assert "\x1b" not in done.stdout + done.stderr
    assert "terminal" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_terminal_that_cannot_draw_is_refused_in_one_line(tmp_path: Path) -> None:
    environment = {"TERM": "dumb", "SALESNERD_DATA": str(tmp_path)}
    with Terminal([SALESNERD, "live", "first_call"], environment=environment) as terminal:
        assert terminal.wait_exit() != 0
        assert b"\x1b[?1049h" not in terminal.raw
        assert "TERM" in terminal.text
