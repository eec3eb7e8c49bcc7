"""The listening child process, seen from the program: start it, read messages, send orders, end it."""

from __future__ import annotations

import contextlib
import os
import queue
import subprocess
import sys
from pathlib import Path
from threading import Thread
from typing import IO, Protocol

from salesnerd_tui.speech.microphone.protocol import (
    ChildSettings,
    InvalidLine,
    ListenOrders,
    Message,
    decode,
    encode_orders,
    encode_settings,
)

END_SECONDS = 1.0
"""Seconds for the child to end after its standard input closed; then it is killed."""

LOG_BYTES = 1_000_000
"""Size from which the log is truncated."""


class ChildEnded(Exception):
    """The child process has ended; the message says how."""


class Listener(Protocol):
    """A running child. Tests provide a fake."""

    def take(self, seconds: float) -> tuple[Message, float] | None:
        """Wait up to `seconds` for the next message; return it with the child's clock when it was written.

        Returns None after the timeout. Raises `ChildEnded`.
        """

    def order(self, orders: ListenOrders) -> None: ...

    def close(self) -> None: ...


class ChildListener:
    """A real child process. Its standard error, with the output of native libraries, is appended to `log` (0600)."""

    def __init__(self, settings: ChildSettings, log: Path) -> None:
        command = [sys.executable, "-m", "salesnerd_tui.speech.microphone.child", encode_settings(settings)]
        with _open_log(log) as errors:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                encoding="utf-8",
                errors="replace",
                start_new_session=True,
            )
        self._inbox: queue.SimpleQueue[tuple[Message, float] | None] = queue.SimpleQueue()
        Thread(target=self._read, name="voice messages", daemon=True).start()

    def take(self, seconds: float) -> tuple[Message, float] | None:
        try:
            received = self._inbox.get(timeout=seconds)
        except queue.Empty:
            return None
        if received is None:
            raise ChildEnded(self._exit_reason())
        return received

    def order(self, orders: ListenOrders) -> None:
        with contextlib.suppress(OSError, ValueError):
            assert self._process.stdin is not None
            self._process.stdin.write(encode_orders(orders) + "\n")
            self._process.stdin.flush()

    def close(self) -> None:
        """Close the child's standard input, which ends it; kill it after `END_SECONDS`."""
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
            with contextlib.suppress(InvalidLine):
                self._inbox.put(decode(line))
        self._inbox.put(None)

    def _exit_reason(self) -> str:
        try:
            status = self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            return "it closed its output"
        return f"signal {-status}" if status < 0 else f"status {status}"


def _open_log(log: Path) -> IO[bytes]:
    """Open the log; without write access, discard the output, because listening matters more."""
    try:
        log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        mode = os.O_TRUNC if log.exists() and log.stat().st_size > LOG_BYTES else os.O_APPEND
        return os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | mode, 0o600), "ab")
    except OSError:
        return Path(os.devnull).open("ab")
