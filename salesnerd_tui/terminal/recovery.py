"""A terminal that a killed program left untidy is put right by the next one that starts in it. No Textual here.

Nothing can be done at the moment of a `kill -9`: the mouse goes on reporting, pastes come in marks, keys in another
protocol. So a screen holds a lock under its terminal's name, which the system lets go of however the program ends. A
lock file that nobody holds is one of a program that had no time to tidy up.
"""

from __future__ import annotations

import contextlib
import os
import select
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

if sys.platform != "win32":
    import termios

from salesnerd_tui.storage.disk import Disk
from salesnerd_tui.storage.lock import FileLock, LockHeld

PUT_RIGHT = "".join(
    (
        *(f"\x1b[?{mode}l" for mode in (1000, 1002, 1003, 1006, 1015, 1004, 2004)),
        "\x1b[<u",
        "\x1b[?25h",
        "\x1b[0m",
    )
)
"""No mouse, no news of the focus, no marked pastes, the keyboard as before, a cursor, no colour.

A terminal that is tidy already takes all of it for nothing. The alternate screen is left by the program that starts
now, when it ends."""

LEFT = "\x1b[?7h\x1b[?1049l"
"""Lines wrap again, and the alternate screen is left."""

WRITABLE_MILLISECONDS = 200

TOLD = "salesnerd was killed in this terminal before, and has put it right now. Should it still look odd: reset"


@contextlib.contextmanager
def tidied(folder: Path, write: Callable[[str], None], name: str | None) -> Iterator[bool]:
    """While a screen is shown in the terminal called `name`; whether the one before it was killed there.

    `folder` keeps the locks. Without a name, or where no lock can be had, nothing is known and nothing done.
    """
    lock, killed = None, False
    if name is not None:
        path = folder / f"{''.join(letter if letter.isalnum() else '-' for letter in name)}.lock"
        killed = path.exists()
        with contextlib.suppress(LockHeld, OSError):
            disk = Disk()
            disk.make_folder(folder)
            lock = FileLock(path, disk)
    killed = killed and lock is not None
    if killed:
        write(PUT_RIGHT)
    try:
        yield killed
    finally:
        if lock is not None:
            with contextlib.suppress(OSError):
                lock.release()


def terminal_name() -> str | None:
    """The name of the terminal that is drawn on; None where terminals have no names (Windows)."""
    try:
        return os.ttyname(2)
    except (AttributeError, OSError):
        return None


def to_terminal(sequence: str) -> None:
    """Write to where screens are drawn."""
    with contextlib.suppress(OSError):
        os.write(2, sequence.encode())


class TerminalState:
    """The modes of the terminal before a screen was shown, for an exit that cannot wait for the screen to end."""

    def __init__(self) -> None:
        self._attributes: list[Any] | None = None

    def remember(self) -> None:
        """Note how the terminal is now. Nothing where standard input is no terminal."""
        if sys.platform != "win32":
            with contextlib.suppress(termios.error, OSError):
                self._attributes = [*termios.tcgetattr(0)]

    def forget(self) -> None:
        """The screen has ended and restored the terminal itself."""
        self._attributes = None

    def restore(self) -> None:
        """Put the terminal back as it was remembered, at most once. Never waits for a terminal that does not read."""
        if sys.platform == "win32" or self._attributes is None:
            return
        attributes, self._attributes = self._attributes, None
        with contextlib.suppress(termios.error, OSError):
            termios.tcsetattr(0, termios.TCSANOW, attributes)
        poll = select.poll()
        poll.register(2, select.POLLOUT)
        if any(happened == select.POLLOUT for _, happened in poll.poll(WRITABLE_MILLISECONDS)):
            to_terminal(PUT_RIGHT + LEFT)


terminal_state = TerminalState()


def shown_tidily(folder: Path, show: Callable[[], None]) -> None:
    """Show a screen until it ends, and say so where its terminal had to be put right before."""
    with tidied(folder / "screens", to_terminal, terminal_name()) as killed:
        terminal_state.remember()
        try:
            show()
        finally:
            terminal_state.forget()
    if killed:
        sys.stderr.write(f"{TOLD}\n")
