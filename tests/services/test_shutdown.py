"""A signal ends the program, even if other threads keep its event loop awake."""

from __future__ import annotations

import asyncio
import os
import signal
import threading

from salesnerd_tui.services.shutdown import handle_signal

WAKEUPS = 2000
"""More than the wake-up socket of an event loop holds: 278 on Linux with the default buffer."""


def test_a_signal_counts_although_other_threads_woke_the_loop_many_times() -> None:
    async def busy_loop() -> list[int]:
        received: list[int] = []
        loop = asyncio.get_running_loop()
        handle_signal(signal.SIGTERM, received.append, 143)
        typist = threading.Thread(target=lambda: [loop.call_soon_threadsafe(lambda: None) for _ in range(WAKEUPS)])
        typist.start()
        typist.join()
        os.kill(os.getpid(), signal.SIGTERM)
        for _ in range(3):
            await asyncio.sleep(0)
        return received

    before = signal.getsignal(signal.SIGTERM)
    try:
        assert asyncio.run(busy_loop()) == [143]
    finally:
        signal.signal(signal.SIGTERM, before)
