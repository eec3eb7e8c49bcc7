"""A call in one window, controlled from another: orders show on the screen, and no socket is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from journeys.live import OPENING, SALESNERD, asked, on_screen, stored_call
from salesnerd_tui.call.events import Marked
from terminal import Terminal
from thoroughness import some

pytestmark = pytest.mark.journey


class Desktop:
    """A session of one user: a runtime folder, a data folder and windows."""

    def __init__(self, folder: Path, runtime: Path) -> None:
        self.data = folder
        runtime.chmod(0o700)
        self.environment = {
            "SALESNERD_DATA": str(folder),
            "HOME": str(folder / "home"),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "XDG_RUNTIME_DIR": str(runtime),
        }
        self.sockets = runtime / "salesnerd"

    def window(self, *words: str, columns: int = 80, rows: int = 24) -> Terminal:
        return Terminal([SALESNERD, *words], columns=columns, rows=rows, environment=self.environment)

    def send(self, *words: str) -> subprocess.CompletedProcess[str]:
        return self.run("send", *words)

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, **self.environment}
        return subprocess.run([SALESNERD, *words], env=environment, capture_output=True, text=True, timeout=60)


@pytest.fixture
def desktop(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Desktop:
    return Desktop(tmp_path, tmp_path_factory.mktemp("r"))


def on_the_screen(terminal: Terminal, desktop: Desktop, words: Sequence[str]) -> None:
    """Send it while the screen is read: a screen nobody reads stands still."""
    sender = subprocess.Popen([SALESNERD, "send", *words], env={**os.environ, **desktop.environment})
    terminal.wait_until(lambda: sender.poll() is not None, f"{words} sent")
    assert sender.returncode == 0


def test_a_call_is_controlled_from_another_window(desktop: Desktop) -> None:
    with desktop.window("live", "first_call") as terminal:
        terminal.wait_for(OPENING)
        terminal.wait_until(lambda: desktop.sockets.is_dir() and any(desktop.sockets.iterdir()), "the door open")
        on_the_screen(terminal, desktop, ["jump", "trigger"])
        terminal.wait_for(asked("trigger"))
        on_the_screen(terminal, desktop, ["pick", "1"])
        terminal.wait_for(asked("trigger", "Something broke"))
        on_the_screen(terminal, desktop, ["note", "said from a pedal"])
        terminal.wait_for(on_screen("said from a pedal"))
        on_the_screen(terminal, desktop, ["mark"])
        terminal.press("q", "q")
        terminal.wait_exit()
    kept = stored_call(desktop.data)
    assert kept.notes["said from a pedal"] == 1
    assert len(kept.of(Marked)) == 1
    assert list(desktop.sockets.iterdir()) == []
    assert desktop.send("next").returncode == 3


def test_the_socket_of_a_killed_call_is_removed_by_the_next_order(desktop: Desktop) -> None:
    with desktop.window("live", "first_call") as terminal:
        terminal.wait_for(OPENING)
        terminal.wait_until(lambda: desktop.sockets.is_dir() and any(desktop.sockets.iterdir()), "the door open")
        terminal.signal(signal.SIGKILL)
        terminal.wait_exit()
    assert len(list(desktop.sockets.iterdir())) == 1
    assert "no call is running" in desktop.send("next").stderr
    assert list(desktop.sockets.iterdir()) == []


@pytest.mark.parametrize("columns", some([40, 80, 120], 3))
def test_a_strip_shows_the_call_of_another_window(desktop: Desktop, columns: int) -> None:
    with desktop.window("live", "first_call") as call, desktop.window("strip", columns=columns, rows=3) as strip:
        strip.wait_for("no call is running")
        call.wait_for(OPENING)
        strip.wait_for(OPENING)
        on_the_screen(call, desktop, ["jump", "trigger"])
        strip.wait_for(asked("trigger"))
        strip.press("w")
        strip.wait_for("n next  b back")
        strip.press("1")
        call.wait_for(asked("trigger", "Something broke"))
        strip.press("x")
        call.wait_gone(asked("trigger", "Something broke"))
        strip.wait_gone(on_screen("When did it"))
        call.press("x", "q", "q")
        call.wait_exit()
        strip.wait_for("no call is running")
        strip.press("q")
        assert strip.wait_exit() == 0
        assert 1049 not in strip.modes


def test_a_strip_restores_its_terminal_after_a_signal(desktop: Desktop) -> None:
    with desktop.window("strip", rows=3) as strip:
        strip.wait_for("no call is running")
        strip.signal(signal.SIGTERM)
        assert strip.wait_exit() == 128 + signal.SIGTERM
        assert 1049 not in strip.modes
