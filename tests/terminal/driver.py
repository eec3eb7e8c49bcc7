"""Start a command in a pseudo-terminal, press keys, and wait for what a person would see."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from terminal.emulation import Emulation
from terminal.keys import PASTE_BEGINS, PASTE_ENDS, bytes_of

TIMEOUT_SECONDS = 60.0
"""Timeout for something to appear: generous, so that no test fails on a busy machine."""

_NOT_INHERITED = ("COLUMNS", "LINES", "NO_COLOR", "SALESNERD_DATA", "TERM_PROGRAM", "TMUX")


class NeverShown(AssertionError):
    """The expected text did not appear; the message contains the screen."""


class Terminal:
    """A command running in a terminal of `columns` by `rows`. Leaving its `with` block kills what still runs.

    With `whole_frames`, a frame is only visible when it is complete, so that no test sees half of it. Measurements do
    not use it, because the end of a frame may arrive up to a second after the rest.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        columns: int = 80,
        rows: int = 24,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
        whole_frames: bool = False,
    ) -> None:
        self._main, side = pty.openpty()
        self._emulation = Emulation(columns, rows, self._reply, whole_frames)
        self.raw = bytearray()
        """All bytes that the program wrote."""
        self.at_end = False
        """The program closed its side of the terminal."""
        self.resize(columns, rows)
        self.started_at = time.perf_counter()
        try:
            self.process = subprocess.Popen(
                list(command),
                stdin=side,
                stdout=side,
                stderr=side,
                cwd=folder,
                env=_environment(environment or {}),
                start_new_session=True,
                preexec_fn=_take_terminal,
            )
        except BaseException:
            os.close(self._main)
            raise
        finally:
            os.close(side)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # keys

    def press(self, *keys: str, until: str | re.Pattern[str] = "") -> None:
        """Press keys by name (`enter`, `ctrl+c`, `down`) or character, in one write; wait for a text on the screen."""
        self.write(b"".join(bytes_of(key) for key in keys))
        self.wait_for(until)

    def type(self, text: str, until: str | re.Pattern[str] = "") -> None:
        self.write(text.encode())
        self.wait_for(until)

    def paste(self, text: str) -> None:
        """Paste as a terminal does: between marks, and without sequences that could end the paste early."""
        inside = text.replace(PASTE_ENDS, "").encode(errors="surrogatepass")
        self.write(PASTE_BEGINS.encode() + inside + PASTE_ENDS.encode())

    def write(self, data: bytes) -> None:
        """Send raw bytes. Output is read as long as the program does not read, so that neither side blocks."""
        remaining = memoryview(data)
        while remaining and not self.at_end:
            _, writable, _ = select.select([], [self._main], [], 0.05)
            if writable:
                remaining = remaining[os.write(self._main, remaining[:512]) :]
            self.read(0)

    # the screen

    @property
    def rows(self) -> tuple[str, ...]:
        return self._emulation.rows

    @property
    def text(self) -> str:
        """Return the screen, one line per row, without trailing blanks."""
        return "\n".join(row.rstrip() for row in self.rows)

    @property
    def cursor(self) -> tuple[int, int]:
        """Return row and column of the cursor, from 0."""
        return self._emulation.screen.cursor.y, self._emulation.screen.cursor.x

    @property
    def echoes(self) -> bool:
        """Return whether the terminal shows what is typed, as a shell expects."""
        return bool(termios.tcgetattr(self._main)[3] & termios.ECHO)

    @property
    def modes(self) -> frozenset[int]:
        """Return the private modes that are on: 1049 alternate screen, 1000 and 1003 mouse, 2004 paste."""
        return frozenset(self._emulation.modes)

    @property
    def keyboard_levels(self) -> int:
        return self._emulation.keyboard_levels

    def shows(self, text: str | re.Pattern[str]) -> bool:
        pattern = re.compile(re.escape(text)) if isinstance(text, str) else text
        return pattern.search(self.text) is not None

    def read(self, seconds: float) -> float | None:
        """Read output for up to `seconds`. Return when it was read (perf_counter), or None."""
        if self.at_end:
            return None
        readable, _, _ = select.select([self._main], [], [], max(0.0, seconds))
        if not readable:
            return None
        try:
            data = os.read(self._main, 1 << 16)
        except OSError as problem:
            if problem.errno != errno.EIO:
                raise
            data = b""
        read_at = time.perf_counter()
        if not data:
            self.at_end = True
            return None
        self.raw += data
        self._emulation.feed(data)
        return read_at

    def wait_until(self, condition: Callable[[], bool], expected: str, seconds: float = TIMEOUT_SECONDS) -> float:
        """Read until `condition()` is true, and return that time. Raises `NeverShown`, which shows the screen."""
        ends_at = time.perf_counter() + seconds
        while not condition():
            if time.perf_counter() > ends_at or self.at_end:
                ended = f" (the program ended with {self.process.poll()})" if self.at_end else ""
                raise NeverShown(f"{expected}: not within {seconds:g} s{ended}. The screen:\n{self.text}")
            self.read(0.02)
        return time.perf_counter()

    def wait_for(self, text: str | re.Pattern[str], seconds: float = TIMEOUT_SECONDS) -> float:
        """Wait for a text (or pattern) on the screen."""
        return self.wait_until(lambda: self.shows(text), f"{text!r} on the screen", seconds)

    def wait_gone(self, text: str | re.Pattern[str], seconds: float = TIMEOUT_SECONDS) -> float:
        return self.wait_until(lambda: not self.shows(text), f"{text!r} gone from the screen", seconds)

    def settle(self, quiet_seconds: float = 0.2, seconds: float = 5.0) -> None:
        """Read until no output arrives for `quiet_seconds`, at most for `seconds`."""
        ends_at = time.perf_counter() + seconds
        while time.perf_counter() < ends_at and self.read(quiet_seconds) is not None:
            pass

    # ways to end

    def resize(self, columns: int, rows: int) -> None:
        """Resize the terminal; the kernel notifies the program."""
        self._emulation.resize(columns, rows)
        fcntl.ioctl(self._main, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(number)

    def hang_up(self) -> None:
        """Close the terminal window: the program gets SIGHUP, and end-of-file from then on."""
        self.at_end = True
        if self._main >= 0:
            os.close(self._main)
            self._main = -1

    def wait_exit(self, seconds: float = TIMEOUT_SECONDS) -> int:
        """Read until the program has ended. Return its status (negative: the number of the signal)."""
        ends_at = time.perf_counter() + seconds
        while self.process.poll() is None:
            if time.perf_counter() > ends_at:
                raise NeverShown(f"the program still runs after {seconds:g} s. The screen:\n{self.text}")
            if self.read(0.02) is None and self.at_end:
                time.sleep(0.01)
        while self.read(0.0) is not None:
            pass
        return self.process.returncode

    def close(self) -> None:
        """Kill what still runs (including children) and close the terminal."""
        if self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.hang_up()

    def _reply(self, data: bytes) -> None:
        with contextlib.suppress(OSError):
            os.write(self._main, data)


def _environment(extra: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a common terminal, independent of the one in which the tests run."""
    inherited = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
    return {**inherited, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", **extra}


def _take_terminal() -> None:
    """Make the program the session leader of its terminal, and restore the signals that the tests may ignore."""
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):  # a shell's background job ignores the last two
        signal.signal(number, signal.SIG_DFL)
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
