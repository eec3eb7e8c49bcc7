"""Job control of the screen: SIGTSTP stops the program, and SIGCONT takes the terminal again.

Both are handled in the event loop, because a signal may interrupt a write to the terminal. Each SIGCONT sets up the
terminal again: after a SIGSTOP, which no program can handle, the shell may have changed its settings.

Note: Textual 8.2 handles both at once. A SIGCONT without a SIGTSTP starts a second thread that reads keys, and the
terminal stays without echo and with the keyboard protocol of the screen at the end; many signals end in a deadlock.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

_NUMBERS = tuple(getattr(signal, name) for name in ("SIGTSTP", "SIGCONT") if hasattr(signal, name))


def stop_process() -> None:
    """Stop this process until it gets SIGCONT."""
    os.kill(os.getpid(), signal.SIGSTOP)


class JobControl:
    """Handler of the two signals.

    `lend` hands the terminal over while its block runs, and raises `OSError` if that is impossible. `retake` sets up
    the terminal again. `call_soon` calls a function in the event loop, and raises `RuntimeError` once the loop is
    closed.
    """

    def __init__(
        self,
        lend: Callable[[], AbstractContextManager[None]],
        retake: Callable[[], None],
        call_soon: Callable[[Callable[[], None]], object],
        stop: Callable[[], None] = stop_process,
    ) -> None:
        self._lend = lend
        self._retake = retake
        self._call_soon = call_soon
        self._stop_process = stop
        self._is_stop_requested = False
        self._is_continue_scheduled = False

    def handle_signals(self) -> None:
        """Handle the signals from now on; does nothing outside of the main thread."""
        with contextlib.suppress(ValueError):
            for number in _NUMBERS:
                signal.signal(number, self._on_signal)

    @staticmethod
    def release_signals() -> None:
        """Give the signals their default effect."""
        with contextlib.suppress(ValueError):
            for number in _NUMBERS:
                signal.signal(number, signal.SIG_DFL)

    def _on_signal(self, number: int, _: Any) -> None:
        try:
            if number == signal.SIGTSTP:
                self._is_stop_requested = True
                self._call_soon(self._stop)
                return
            self._is_stop_requested = False  # a program that is continued before it has stopped does not stop
            if not self._is_continue_scheduled:
                self._is_continue_scheduled = True
                self._call_soon(self._continue)
        except RuntimeError:
            self.release_signals()
            signal.raise_signal(number)

    def _stop(self) -> None:
        if not self._is_stop_requested:
            return
        try:
            with self._lend():
                self._stop_now()
        except OSError:
            self._stop_now()

    def _stop_now(self) -> None:
        if self._is_stop_requested:
            self._is_stop_requested = False
            self._stop_process()

    def _continue(self) -> None:
        self._is_continue_scheduled = False
        self._retake()
