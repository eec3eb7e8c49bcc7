"""The listening child as the program sees it: messages out of it, orders into it, and its end."""

from __future__ import annotations

import contextlib
import os
import queue
import subprocess
import sys
from pathlib import Path
from threading import Thread
from typing import IO, Protocol

from salesnerd_tui.speech.microphone.child import ChildSettings
from salesnerd_tui.speech.microphone.protocol import ListenOrders, Message, NotALine, decode, encode_orders

END_SECONDS = 1.0
"""How long the child may take to end by itself once its orders end."""

LOG_BYTES = 1_000_000
"""A log that has grown larger is begun anew."""


class ChildEnded(Exception):
    """The child is gone; the message says how."""


class Listener(Protocol):
    """A child at work. A test has one of its own."""

    def take(self, seconds: float) -> tuple[Message, float] | None:
        """The next message and how old it was when it was written down here, in seconds on the child's clock.

        None if there is none within so many seconds. Raises `ChildEnded`.
        """

    def order(self, orders: ListenOrders) -> None: ...

    def close(self) -> None: ...


class ChildListener:
    """A real child process. Its error output, and so whatever native libraries print, is added to `log` (0600)."""

    def __init__(self, settings: ChildSettings, log: Path) -> None:
        command = [sys.executable, "-m", "salesnerd_tui.speech.microphone.child", settings.encode()]
        with _opened(log) as errors:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                encoding="ascii",
                errors="replace",
                start_new_session=True,
            )
        self._inbox: queue.SimpleQueue[tuple[Message, float] | None] = queue.SimpleQueue()
        Thread(target=self._read, name="voice lines", daemon=True).start()

    def take(self, seconds: float) -> tuple[Message, float] | None:
        try:
            received = self._inbox.get(timeout=seconds)
        except queue.Empty:
            return None
        if received is None:
            raise ChildEnded(self._how())
        return received

    def order(self, orders: ListenOrders) -> None:
        with contextlib.suppress(OSError, ValueError):
            assert self._process.stdin is not None
            self._process.stdin.write(encode_orders(orders) + "\n")
            self._process.stdin.flush()

    def close(self) -> None:
        """It ends when its orders do; one that does not is killed."""
        with contextlib.suppress(OSError, ValueError):
            assert self._process.stdin is not None
            self._process.stdin.close()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @property
    def pid(self) -> int:
        return self._process.pid

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with contextlib.suppress(NotALine):
                self._inbox.put(decode(line))
        self._inbox.put(None)

    def _how(self) -> str:
        try:
            status = self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            return "it closed its mouth"
        return f"signal {-status}" if status < 0 else f"status {status}"


def _opened(log: Path) -> IO[bytes]:
    """The log, or nowhere if it cannot be written: listening matters more."""
    try:
        log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        mode = os.O_TRUNC if log.exists() and log.stat().st_size > LOG_BYTES else os.O_APPEND
        return os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | mode, 0o600), "ab")
    except OSError:
        return Path(os.devnull).open("ab")
