"""A terminal in the bad state that a killed program left is reset by the next program, and no other terminal is."""

from __future__ import annotations

import contextlib
import stat
from pathlib import Path

import pytest

from salesnerd_tui.storage.disk import Disk, FileLock
from salesnerd_tui.terminal.restore import RESET, reset_if_killed, terminal_name

NAME = "/dev/pts/3"


class Terminal:
    """Fake terminal that records what is written to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "screens"
        self.written: list[str] = []

    def shows(self, name: str | None = NAME) -> contextlib.AbstractContextManager[bool]:
        return reset_if_killed(self.folder, self.written.append, name)

    def is_killed(self, name: str = "-dev-pts-3") -> None:
        """Leave an unlocked lock file behind, like `kill -9`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / f"{name}.lock").touch()


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


def test_clean_terminal_is_not_restored(terminal: Terminal) -> None:
    for _ in range(2):
        with terminal.shows() as killed:
            assert not killed
    assert terminal.written == []
    assert list(terminal.folder.iterdir()) == []


def test_terminal_is_restored_once_after_a_kill(terminal: Terminal) -> None:
    terminal.is_killed()
    with terminal.shows() as killed:
        assert killed
        assert terminal.written == [RESET]
    with terminal.shows() as killed:
        assert not killed
    assert terminal.written == [RESET]


def test_other_terminal_is_not_restored(terminal: Terminal) -> None:
    terminal.is_killed("-dev-pts-4")
    with terminal.shows() as killed:
        assert not killed


def test_crash_restores_the_terminal(terminal: Terminal) -> None:
    with pytest.raises(ZeroDivisionError), terminal.shows():
        raise ZeroDivisionError
    with terminal.shows() as killed:
        assert not killed


def test_running_program_was_not_killed(terminal: Terminal) -> None:
    terminal.folder.mkdir()
    running = FileLock(terminal.folder / "-dev-pts-3.lock", Disk())
    with terminal.shows() as killed:
        assert not killed
    assert terminal.written == []
    running.release()


def test_screen_is_shown_without_a_writable_folder(terminal: Terminal) -> None:
    terminal.folder.write_text("no folder")
    with terminal.shows() as killed:
        assert not killed


def test_unnamed_terminal_is_not_restored(terminal: Terminal) -> None:
    with terminal.shows(None) as killed:
        assert not killed
    assert not terminal.folder.exists()


def test_list_of_terminals_is_private(terminal: Terminal) -> None:
    with terminal.shows():
        (lock,) = terminal.folder.iterdir()
        assert stat.S_IMODE(lock.stat().st_mode) == 0o600
        assert stat.S_IMODE(terminal.folder.stat().st_mode) == 0o700


def test_windows_has_no_terminal_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("os.ttyname")
    assert terminal_name() is None
