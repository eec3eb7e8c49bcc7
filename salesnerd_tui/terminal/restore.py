"""Recovery of a terminal that a killed program left in a bad state, by the next program that starts in it.

A `kill -9` leaves mouse reports, bracketed paste and another key protocol on. So a screen holds a lock with the name
of its terminal, which the system releases however the program ends. An unlocked lock file means a killed program.
"""

from __future__ import annotations

import contextlib
import os
import select
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from salesnerd_tui.storage.disk import Disk, FileLock, LockHeld
from salesnerd_tui.terminal.handover import settings_before_start

if sys.platform != "win32":
    import termios


RESET = "".join(
    (
        *(f"\x1b[?{mode}l" for mode in (1000, 1002, 1003, 1006, 1015, 1004, 2004, 2031)),
        "\x1b[<u",
        "\x1b[?25h",
        "\x1b[0m",
    )
)
"""Turns off mouse, focus and theme reports, bracketed paste, the key protocol and colors, and shows the cursor.

It changes nothing in a good state. The program that starts now leaves the alternate screen when it ends."""

LEAVE_SCREEN = "\x1b[?7h\x1b[?1049l"
"""Turns line wrapping on and leaves the alternate screen."""

WRITABLE_MILLISECONDS = 200

RESET_MESSAGE = (
    "salesnerd was killed in this terminal earlier; the terminal was reset (if it still looks wrong, run: reset)"
)


@contextlib.contextmanager
def reset_if_killed(folder: Path, write: Callable[[str], None], name: str | None) -> Iterator[bool]:
    """Reset the terminal `name` if its last screen was killed, and hold its lock. Yields whether it was reset.

    `folder` contains the locks. Without a name or a lock, nothing is done.
    """
    lock, was_killed = None, False
    if name is not None:
        path = folder / f"{''.join(letter if letter.isalnum() else '-' for letter in name)}.lock"
        was_killed = path.exists()
        with contextlib.suppress(LockHeld, OSError):
            disk = Disk()
            disk.make_folder(folder)
            lock = FileLock(path, disk)
    was_killed = was_killed and lock is not None
    if was_killed:
        write(RESET)
    try:
        yield was_killed
    finally:
        if lock is not None:
            with contextlib.suppress(OSError):
                lock.release()


def terminal_name() -> str | None:
    """Return the name of the terminal of the screen, None on systems without such names (Windows)."""
    try:
        return os.ttyname(2)
    except (AttributeError, OSError):
        return None


def write_to_terminal(sequence: str) -> None:
    """Write to the terminal of the screen."""
    with contextlib.suppress(OSError):
        os.write(2, sequence.encode())


class TerminalState:
    """Saved terminal modes, for an exit that cannot wait for the screen to end."""

    def __init__(self) -> None:
        self._attributes: list[Any] | None = None

    def remember(self) -> None:
        """Save the modes from before the start, if standard input is a terminal."""
        if sys.platform != "win32":
            with contextlib.suppress(termios.error, OSError):
                self._attributes = settings_before_start() or [*termios.tcgetattr(0)]

    def forget(self) -> None:
        """Drop the saved modes, because the screen restored them itself."""
        self._attributes = None

    def restore(self) -> None:
        """Restore the saved modes at most once, without waiting for a terminal that does not read."""
        if sys.platform == "win32" or self._attributes is None:
            return
        attributes, self._attributes = self._attributes, None
        with contextlib.suppress(termios.error, OSError):
            termios.tcsetattr(0, termios.TCSANOW, attributes)
        poll = select.poll()
        poll.register(2, select.POLLOUT)
        if any(event == select.POLLOUT for _, event in poll.poll(WRITABLE_MILLISECONDS)):
            write_to_terminal(RESET + LEAVE_SCREEN)


terminal_state = TerminalState()


def run_screen(folder: Path, show: Callable[[], None]) -> None:
    """Show a screen until it ends, and report if the terminal had to be reset before."""
    with reset_if_killed(folder / "screens", write_to_terminal, terminal_name()) as was_killed:
        terminal_state.remember()
        try:
            show()
        finally:
            terminal_state.forget()
    if was_killed:
        sys.stderr.write(f"{RESET_MESSAGE}\n")
