"""Shutdown by signals, a closed terminal or a crash, after saving drafts and events."""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from types import FrameType

from salesnerd_tui.terminal.restore import terminal_state

FORCED_EXIT_SECONDS = 2.0
"""Time after a signal until the process is ended even if it hangs, as when a dead terminal blocks output."""

CRASH_EXIT_SECONDS = 12.0
"""The same after a crash: longer than closing a call waits for a slow disk to take the last notes."""

CRASH_STATUS = 70
"""Exit status after a crash (EX_SOFTWARE)."""

HANGUP_STATUS = 129
"""Exit status after the terminal was closed: 128 plus the number of SIGHUP."""

SIGNALS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
MAX_LOG_BYTES = 256 * 1024


def handle_exit_signals(leave: Callable[[int], None]) -> None:
    """Call `leave` with the exit status on SIGTERM and SIGHUP, even if SIGHUP was ignored."""
    for number in SIGNALS:
        handle_signal(number, leave, 128 + number)


def handle_signal(number: int, call: Callable[..., object], *arguments: object) -> None:
    """Call `call` in the running event loop on a signal; a signal after the end of the loop has its default effect.

    `loop.add_signal_handler` would lose signals: it writes them to a socket that a few hundred wake-ups from other
    threads fill, as when text is typed in a burst, and ignores that there was no room.
    """
    loop = asyncio.get_running_loop()

    def handle(number: int, _frame: FrameType | None) -> None:
        try:
            loop.call_soon_threadsafe(call, *arguments)
        except RuntimeError:  # the loop is closed
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)

    with contextlib.suppress(ValueError):  # only the main thread can receive signals
        signal.signal(number, handle)


def force_exit_after(status: int, seconds: float = FORCED_EXIT_SECONDS) -> None:
    """End the process after `seconds` unless it has ended before; the terminal is restored first."""

    def end() -> None:
        try:
            terminal_state.restore()
        finally:
            os._exit(status)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()


def release_terminal() -> None:
    """Replace standard streams whose terminal was closed by the null device, because writing to them raises."""
    for descriptor in (0, 1, 2):
        with contextlib.suppress(OSError):
            if is_terminal_closed(descriptor):
                null = os.open(os.devnull, os.O_RDWR)
                os.dup2(null, descriptor)
                os.close(null)


def is_terminal_closed(descriptor: int = 0) -> bool:
    """Return whether the terminal was closed. Reading from it would return end-of-file forever."""
    if not hasattr(select, "poll"):
        return False
    poll = select.poll()
    poll.register(descriptor, select.POLLHUP | select.POLLERR)
    return any(happened & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _, happened in poll.poll(0))


@contextlib.contextmanager
def report_thread_errors(on_fault: Callable[[BaseException | None], None]) -> Iterator[None]:
    """Call `on_fault`, on its thread, with each exception that ends a thread; printing it would be lost."""
    before = threading.excepthook
    threading.excepthook = lambda fault: on_fault(fault.exc_value)
    try:
        yield
    finally:
        threading.excepthook = before


def write_crash(error: BaseException | None, folder: Path) -> Path | None:
    """Append the traceback without local variables to the private log. Return its path, or None on failure."""
    path = folder / "crash.log"
    trace = "".join(traceback.format_exception(error)) if error else "no traceback\n"
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
    try:
        if path.exists() and path.stat().st_size > MAX_LOG_BYTES:
            path.unlink()
        with os.fdopen(os.open(path, flags, 0o600), "w", encoding="utf-8", errors="replace") as log:
            log.write(f"{datetime.now().astimezone().isoformat()} python {sys.version.split()[0]}\n{trace}\n")
    except OSError:
        return None
    return path
