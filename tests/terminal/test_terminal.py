"""Tests of the test terminal: each starts a tiny program in it."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence

import pytest

from terminal import NeverShown, Terminal
from terminal.emulation import Emulation
from terminal.keys import bytes_of
from terminal.usage import usage_of

RAW = "import os, sys, termios, tty; tty.setraw(0)\n"


def python(program: str) -> Sequence[str]:
    return [sys.executable, "-c", program]


def test_what_a_program_prints_is_on_the_screen() -> None:
    with Terminal(python("print('good morning'); print('Zoë · 3 €')"), columns=30, rows=5) as terminal:
        assert terminal.wait_exit() == 0
        assert terminal.rows[:2] == ("good morning".ljust(30), "Zoë · 3 €".ljust(30))
        assert terminal.text.startswith("good morning\nZoë · 3 €\n")


def test_half_of_a_wide_character_can_be_drawn_over() -> None:
    """Either half; a screen drawn in steps leaves such rows on its way, and they must be readable."""
    emulation = Emulation(10, 1, lambda _: None)
    emulation.feed("漢字x".encode())
    assert emulation.rows == ("漢字x     ",)
    emulation.feed(b"\x1b[1;3HY")
    assert emulation.rows == ("漢Yx     ",)
    emulation.feed(b"\x1b[1;2HX")
    assert emulation.rows == ("漢XYx     ",)


def test_keys_arrive_as_a_terminal_sends_them() -> None:
    program = RAW + "print('ready', end='', flush=True); print(os.read(0, 99), end='', flush=True)"
    with Terminal(python(program), columns=60) as terminal:
        terminal.wait_for("ready")
        terminal.press("down", "enter", "ctrl+c", "é", until=r"b'\x1b[B\r\x03\xc3\xa9'")


def test_a_paste_is_bracketed() -> None:
    program = RAW + "print('ready', end='', flush=True); print(os.read(0, 99), end='', flush=True)"
    with Terminal(python(program), columns=60) as terminal:
        terminal.wait_for("ready")
        terminal.paste("two\nlines")
        terminal.wait_for(r"b'\x1b[200~two\nlines\x1b[201~'")


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(KeyError):
        bytes_of("hyper")


def test_the_size_is_as_requested_and_a_change_is_signaled() -> None:
    program = (
        "import os, signal\n"
        "signal.signal(signal.SIGWINCH, lambda *_: os.write(1, b'now %d %d\\n' % os.get_terminal_size()))\n"
        "print(*os.get_terminal_size(), flush=True)\nwhile True: signal.pause()"
    )
    with Terminal(python(program), columns=40, rows=12) as terminal:
        terminal.wait_for("40 12")
        terminal.resize(120, 40)
        terminal.wait_for("now 120 40")
        assert len(terminal.rows) == 40
        assert len(terminal.rows[0]) == 120


def test_queries_of_the_program_are_answered() -> None:
    program = RAW + (
        "sys.stdout.write('ready' + '\\x1b[c' + '\\x1b[?2026$p' + '\\x1b[?2048$p' + '\\x1b[6n'); sys.stdout.flush()\n"
        "got = b''\nwhile not got.endswith(b'R'): got += os.read(0, 99)\n"
        "print(sorted(got.split(b'\\x1b')), end='', flush=True)"
    )
    with Terminal(python(program), columns=100) as terminal:
        terminal.wait_for(r"[b'', b'[1;6R', b'[?2026;2$y', b'[?2048;0$y', b'[?62;22c']")


def test_private_sequences_print_nothing_and_set_their_modes() -> None:
    program = (
        "import sys, time\n"
        "def say(text): sys.stdout.write(text); sys.stdout.flush(); time.sleep(0.02)\n"
        "for part in ('\\x1b[?1049h\\x1b[?10', '03h\\x1b[>', '25u', 'in'): say(part)\n"
        "for part in ('\\x1b[?1003l\\x1b', '[<u', ' out'): say(part)\n"
        "input()"
    )
    with Terminal(python(program)) as terminal:
        terminal.wait_for("in out")
        assert terminal.rows[0].rstrip() == "in out"
        assert terminal.modes == {1049}
        assert terminal.keyboard_levels == 0


def test_a_timeout_shows_the_last_screen() -> None:
    with (
        Terminal(python("print('only this'); input()")) as terminal,
        pytest.raises(NeverShown, match=r"(?s)something else.*only this"),
    ):
        terminal.wait_for("something else", seconds=0.3)


def test_waiting_for_a_program_that_ended_fails_at_once() -> None:
    with Terminal(python("print('gone'); raise SystemExit(3)")) as terminal:
        with pytest.raises(NeverShown, match="the program ended"):
            terminal.wait_for("more", seconds=60)
        assert terminal.wait_exit() == 3


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGHUP])
def test_a_signal_ends_the_program(number: signal.Signals) -> None:
    with Terminal(python("print('up', flush=True); import time; time.sleep(60)")) as terminal:
        terminal.wait_for("up")
        terminal.signal(number)
        assert terminal.wait_exit() == -number


def test_a_closed_terminal_hangs_up() -> None:
    with Terminal(python("print('up', flush=True); import time; time.sleep(60)")) as terminal:
        terminal.wait_for("up")
        terminal.hang_up()
        assert terminal.wait_exit() == -signal.SIGHUP


def test_leaving_the_with_block_kills_a_program_that_ignores_signals() -> None:
    program = (
        "import signal, time\nfor number in (1, 2, 15): signal.signal(number, signal.SIG_IGN)\n"
        "print('up', flush=True); time.sleep(60)"
    )
    with Terminal(python(program)) as terminal:
        terminal.wait_for("up")
    assert terminal.process.returncode == -signal.SIGKILL


def test_every_byte_of_output_is_recorded() -> None:
    with Terminal(python("import sys; sys.stdout.write('\\x1b]0;owned\\x07visible')")) as terminal:
        terminal.wait_exit()
        assert b"\x1b]0;owned\x07" in terminal.raw
        assert terminal.rows[0].rstrip() == "visible"


def test_more_keys_than_the_input_buffer_holds_are_all_delivered() -> None:
    program = RAW + (
        "print('ready', end='', flush=True)\ngot = 0\n"
        "while got < 50_000: got += len(os.read(0, 999)); os.write(1, b'.' * 20)\n"
        "print('all', got, end='', flush=True)"
    )
    with Terminal(python(program)) as terminal:
        terminal.wait_for("ready")
        terminal.type("x" * 50_000, until="all 50000")


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_resource_usage_of_a_program_is_measured() -> None:
    with Terminal(python("sum(range(9_000_000)); print('worked', flush=True); input()")) as terminal:
        terminal.wait_for("worked")
        assert usage_of(terminal.process.pid).cpu_seconds > 0.02
        assert usage_of(terminal.process.pid).resident_megabytes > 2


def test_a_frame_is_seen_completely_or_not_at_all() -> None:
    program = (
        RAW
        + r"print('\x1b[?2026hold\x1b[?2026l\x1b[?2026h\x1b[1Gne', end='', flush=True); os.read(0, 1);"
        + r"print('w\x1b[?2026l', end='', flush=True); os.read(0, 1)"
    )
    with Terminal(python(program), columns=20, rows=3, whole_frames=True) as terminal:
        terminal.wait_for("old")
        terminal.settle(0.1)
        assert terminal.rows[0].strip() == "old", "not `ned`, which no program wrote"
        terminal.press("x", until="new")


def test_ctrl_c_ends_a_program_even_where_the_tests_run_in_the_background() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with Terminal(python("print('up', flush=True); import time; time.sleep(60)")) as terminal:
            terminal.wait_for("up")
            terminal.type("\x03")
            assert terminal.wait_exit() != 0
    finally:
        signal.signal(signal.SIGINT, before)
