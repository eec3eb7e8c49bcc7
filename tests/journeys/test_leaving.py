"""However the program ends, the terminal is restored quickly."""

from __future__ import annotations

import os
import re
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from journeys.live import OPENING, SALESNERD, salesnerd, stored_call
from terminal import Terminal
from thoroughness import some

ALTERNATE_SCREEN, MOUSE, PASTE = 1049, (1000, 1002, 1003, 1006), 2004
GONE_SECONDS = 15.0
TYPED = "half a sentence about the aud"

pytestmark = pytest.mark.journey


def is_restored(terminal: Terminal) -> bool:
    return not terminal.modes & {ALTERNATE_SCREEN, PASTE, *MOUSE} and terminal.keyboard_levels <= 0


@pytest.mark.parametrize("number", some([signal.SIGTERM, signal.SIGHUP], 2))
def test_a_signal_saves_the_draft_and_restores_the_terminal(number: signal.Signals, tmp_path: Path) -> None:
    with salesnerd("live", "first_call", data=tmp_path) as terminal:
        terminal.wait_for(OPENING)
        assert ALTERNATE_SCREEN in terminal.modes
        terminal.type(f"\r{TYPED}", until=TYPED)
        terminal.signal(number)
        assert terminal.wait_exit(GONE_SECONDS) == 128 + number
        assert is_restored(terminal)
    assert stored_call(tmp_path).draft == TYPED


@pytest.mark.parametrize("number", some([signal.SIGTERM, signal.SIGHUP], 2))
def test_a_signal_before_the_first_frame_leaves_the_terminal_restored(number: signal.Signals, tmp_path: Path) -> None:
    with salesnerd("live", "first_call", data=tmp_path) as terminal:
        terminal.wait_until(lambda: ALTERNATE_SCREEN in terminal.modes, "the alternate screen")
        terminal.signal(number)
        assert terminal.wait_exit(GONE_SECONDS) == 128 + number
        assert is_restored(terminal)
    assert not (tmp_path / "crash.log").exists()


def test_a_closed_terminal_ends_the_program(tmp_path: Path) -> None:
    with salesnerd("live", "first_call", data=tmp_path) as terminal:
        terminal.wait_for(OPENING)
        terminal.type(f"\r{TYPED}", until=TYPED)
        terminal.hang_up()
        assert terminal.wait_exit(GONE_SECONDS) == 129
    assert stored_call(tmp_path).draft == TYPED
    assert not (tmp_path / "crash.log").exists()


@pytest.mark.parametrize("command", [["live", "first_call"], ["live", "first_call", "--plain"]])
def test_a_closed_terminal_is_not_a_crash_while_keys_wait(command: list[str], tmp_path: Path) -> None:
    with salesnerd(*command, data=tmp_path) as terminal:
        terminal.wait_for(OPENING)
        terminal.write(b"".join(b"\rnote number %d\r" % number for number in range(60)))
        terminal.hang_up()
        assert terminal.wait_exit(GONE_SECONDS) == 129 or "--plain" in command
    assert not (tmp_path / "crash.log").exists()


@pytest.mark.parametrize("number", some([signal.SIGHUP, signal.SIGTERM], 2))
def test_a_signal_is_not_a_crash_while_keys_wait(number: signal.Signals, tmp_path: Path) -> None:
    with salesnerd("live", "first_call", data=tmp_path) as terminal:
        terminal.wait_for(OPENING)
        terminal.write(b"".join(b"\rnote number %d\r" % note for note in range(60)))
        terminal.signal(number)
        assert terminal.wait_exit(GONE_SECONDS) == 128 + number
        assert is_restored(terminal)
    assert not (tmp_path / "crash.log").exists()


HANGING = """
import sys, time
from salesnerd_tui.cli import main
from salesnerd_tui.storage.disk import Disk

Disk.fsync = lambda self, fd: time.sleep(600) if open(sys.argv[-1]).read() else None
sys.exit(main(sys.argv[1:-1]))
"""


@pytest.mark.parametrize("plain", [False, True], ids=["screen", "plain"])
def test_a_signal_restores_the_terminal_and_prints_the_notes_when_the_disk_hangs(tmp_path: Path, plain: bool) -> None:
    switch = tmp_path / "switch"
    switch.write_text("")
    words = ["live", "first_call", "--data", str(tmp_path / "data"), *(["--plain"] if plain else []), str(switch)]
    with Terminal([sys.executable, "-c", HANGING, *words], environment={"HOME": str(tmp_path)}) as terminal:
        terminal.wait_for("Type help" if plain else OPENING)
        switch.write_text("hang")
        terminal.type("note three double bills\rnotes\r" if plain else "\rthree double bills\r")
        terminal.wait_for("saving: three double bills" if plain else "three double bills")
        terminal.signal(signal.SIGTERM)
        assert terminal.wait_exit(GONE_SECONDS) == 128 + signal.SIGTERM
        assert is_restored(terminal)
        assert terminal.echoes
        assert re.search("NOT SAVED.*three double bills", terminal.text, re.DOTALL)


CRASHING = """
import os, pty, sys, time
from salesnerd_tui.cli import main
from salesnerd_tui.tui.screens.live_commands import LiveCommands

def crash(actions):
    if sys.argv[-1] == "closed":  # without a signal: the terminal is gone, and a thread waits for the disk
        actions._screen.run_worker(lambda: time.sleep(600), thread=True)
        main_side, side = pty.openpty()
        os.close(main_side)
        os.dup2(side, 0)
        raise OSError(5, "Input/output error")
    raise ZeroDivisionError

LiveCommands.do_why = crash
sys.exit(main(sys.argv[1:-1]))
"""


@pytest.mark.parametrize(("kind", "status"), [("crashed", 70), ("closed", 129)])
def test_a_crash_ends_the_program_when_the_disk_hangs(tmp_path: Path, kind: str, status: int) -> None:
    data = tmp_path / "data"
    data.mkdir(0o700)
    if kind == "crashed":
        os.mkfifo(data / "crash.log")  # opening it hangs
    command = [sys.executable, "-c", CRASHING, "live", "first_call", "--data", str(data), kind]
    with Terminal(command, environment={"HOME": str(tmp_path)}) as terminal:
        terminal.wait_for(OPENING)
        terminal.press("i")
        assert terminal.wait_exit() == status
        assert is_restored(terminal) or kind == "closed"


def test_notes_that_cannot_be_saved_are_announced_and_printed(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with salesnerd("live", "first_call", data=data) as terminal:
        terminal.wait_for(OPENING)
        terminal.type("\rthe pager goes at three\r", until=re.compile("✓.*the pager goes at three"))
        shutil.rmtree(data)
        data.write_text("in the way")
        terminal.type("\rtwo people left\r", until="NOT SAVED")
        terminal.press("q", until="2 notes are NOT SAVED")
        terminal.press("q")
        assert terminal.wait_exit() == 1
        assert is_restored(terminal)
        assert "2 notes are NOT SAVED" in terminal.text
        assert "the pager goes at three" in terminal.text
        assert "two people left" in terminal.text


@pytest.fixture
def core_files() -> Iterator[None]:
    """A shell that allows core files, where it may."""
    limits = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (limits[1], limits[1]))
    yield
    resource.setrlimit(resource.RLIMIT_CORE, limits)


@pytest.mark.usefixtures("core_files")
@pytest.mark.parametrize(
    "numbers",
    [(signal.SIGCONT,), (signal.SIGSTOP, signal.SIGCONT), (signal.SIGTSTP, signal.SIGCONT)],
    ids=["continued", "frozen", "suspended"],
)
def test_a_program_that_was_stopped_goes_on_and_leaves_the_terminal_restored(
    numbers: Sequence[signal.Signals], tmp_path: Path
) -> None:
    with salesnerd("live", "first_call", data=tmp_path) as terminal:
        assert terminal.echoes
        terminal.wait_for(OPENING)
        terminal.press("enter", until="enter save")
        state = Path(f"/proc/{terminal.process.pid}/stat")
        for number in numbers:
            terminal.signal(number)
            if number != signal.SIGCONT:
                terminal.wait_until(lambda: ") T" in state.read_text(), "the program stops")
        if signal.SIGTSTP in numbers:
            terminal.settle()  # until then, the terminal is that of the shell, which waits for whole lines
        for letter in "they pay twice":
            terminal.type(letter)
            terminal.read(0.01)
        terminal.press("enter", until="✓ they pay twice")
        terminal.signal(signal.SIGTERM)
        assert terminal.wait_exit() == 128 + signal.SIGTERM
        assert terminal.echoes
        assert is_restored(terminal)
    assert stored_call(tmp_path).notes["they pay twice"] == 1


def test_quitting_prints_how_to_resume_and_restores_the_terminal(tmp_path: Path) -> None:
    with salesnerd("live", "first_call", "--account", "Acme", data=tmp_path) as terminal:
        terminal.wait_for(OPENING)
        limits = Path(f"/proc/{terminal.process.pid}/limits").read_text()
        terminal.press("q", until="leave open")
        terminal.press("q")
        assert terminal.wait_exit() == 0
        assert is_restored(terminal)
    (line,) = [each for each in limits.splitlines() if each.startswith("Max core file size")]
    assert line.split()[4] == "0", "no core file with the notes is written"


def test_the_next_start_resets_a_terminal_after_a_kill(tmp_path: Path) -> None:
    """The start page in the same terminal offers the interrupted call."""
    once_more = f'"{SALESNERD}" live first_call --account Acme; "{SALESNERD}"; echo and back'
    environment = {"SALESNERD_DATA": str(tmp_path), "HOME": str(tmp_path / "home")}
    with Terminal(["sh", "-c", once_more], columns=100, rows=30, environment=environment) as terminal:
        terminal.wait_for(OPENING)
        terminal.type(f"\r{TYPED}")
        terminal.wait_until(lambda: stored_call(tmp_path).draft == TYPED, "the draft on the disk")
        (running,) = (Path("/proc") / str(terminal.process.pid) / "task" / str(terminal.process.pid)).glob("children")
        os.kill(int(running.read_text().split()[0]), signal.SIGKILL)
        terminal.wait_for("new call")
        terminal.wait_for("Acme")
        terminal.press("q", until="and back")
        assert is_restored(terminal)
        assert "the terminal was reset" in terminal.text
        assert list((tmp_path / "screens").iterdir()) == []


@pytest.mark.parametrize("command", [["live", "first_call"], ["home"]])
def test_without_a_terminal_a_screen_is_refused_in_one_line(command: list[str], tmp_path: Path) -> None:
    done = subprocess.run(
        [SALESNERD, *command, "--data", str(tmp_path)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode != 0
    assert "\x1b" not in done.stdout + done.stderr
    assert done.stderr.startswith(f"salesnerd {command[0]}: needs a terminal: standard input is not one")
    assert "Traceback" not in done.stderr


def test_a_terminal_that_cannot_draw_is_refused_in_one_line(tmp_path: Path) -> None:
    environment = {"TERM": "dumb", "SALESNERD_DATA": str(tmp_path)}
    with Terminal([SALESNERD, "live", "first_call"], environment=environment) as terminal:
        assert terminal.wait_exit() != 0
        assert b"\x1b[?1049h" not in terminal.raw
        assert "TERM" in terminal.text
