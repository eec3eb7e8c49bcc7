"""Wait until the app of a test has nothing left to do, without asking the clock."""

from __future__ import annotations

import asyncio
import sys
import threading
from concurrent.futures import thread as executor_thread
from typing import Any

from textual import _wait, app, pilot, screen

from salesnerd_tui.storage import call_writer

SOON_SECONDS = 0.02
"""Time in which a timer is due that is waited for: the app paints in one."""

SWITCH_SECONDS = 0.001
"""Time in which a thread begins the work that it was given."""

WAITING = {
    (threading.__file__, "wait"),
    (threading.__file__, "_wait_for_tstate_lock"),
    (executor_thread.__file__, "_worker"),
    (call_writer.__file__, "_receive"),
}
"""File and function where a thread without work waits."""


def replace_waiting() -> None:
    """Let a pilot wait until the app has nothing to do, which Textual asks the processor every 20 ms."""
    vars(pilot).update(wait_for_idle=wait_for_idle)
    vars(app).update(wait_for_idle=wait_for_idle)
    vars(screen).update(UPDATE_PERIOD=SWITCH_SECONDS)


async def wait_for_idle(min_sleep: float = 0.0, max_sleep: float = 1.0) -> None:
    """Return once no task can run, no timer is due soon, and all threads wait."""
    loop: Any = asyncio.get_running_loop()
    start, was_idle = loop.time(), False
    while (now := loop.time()) < start + max_sleep:
        await asyncio.sleep(0)
        due = min((timer.when() for timer in loop._scheduled if not timer.cancelled()), default=now + max_sleep)
        if loop._ready or due < now + SOON_SECONDS:
            was_idle = False
            await asyncio.sleep(0 if loop._ready else max(0.0, due - now))
        elif was_idle or threading.active_count() == 1:
            return
        else:
            was_idle = are_threads_waiting()
            await asyncio.sleep(SWITCH_SECONDS)
            if not was_idle and now > start + SOON_SECONDS:
                await _wait.wait_for_idle(min_sleep, max_sleep)
                return


def are_threads_waiting() -> bool:
    """Return whether all threads but the caller's wait for work, for a lock or for a time."""
    frames = sys._current_frames()
    del frames[threading.get_ident()]
    return all((frame.f_code.co_filename, frame.f_code.co_name) in WAITING for frame in frames.values())
