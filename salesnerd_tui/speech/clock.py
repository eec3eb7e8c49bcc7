"""The call's clock: seconds since the call began. A replay runs it faster, a pause stops it, a resumed call goes on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class CallClock:
    """Call seconds. At `speed` 20 an hour of call passes in three minutes, and every limit of the coach with it.

    `now` gives real seconds and never goes back (`time.monotonic`). Safe to read from several threads.
    """

    def __init__(self, speed: float = 1.0, now: Callable[[], float] = time.monotonic) -> None:
        if not 0 < speed <= 1000:
            raise ValueError(f"a call can run at 0.01 to 1000 times its pace, not {speed:g}")
        self.speed = speed
        self._now = now
        self._lock = threading.Lock()
        self._since = now()
        self._passed = 0.0
        self._paused = False

    def __call__(self) -> float:
        """Seconds since the call began."""
        with self._lock:
            return self._reading()

    @property
    def paused(self) -> bool:
        return self._paused

    def pause(self) -> None:
        with self._lock:
            self._passed, self._since, self._paused = self._reading(), self._now(), True

    def go_on(self) -> None:
        with self._lock:
            self._passed, self._since, self._paused = self._reading(), self._now(), False

    def resume_from(self, seconds: float) -> None:
        """A call that was cut off goes on at `seconds`; the clock runs."""
        with self._lock:
            self._passed, self._since, self._paused = max(0.0, seconds), self._now(), False

    def real_seconds(self, call_seconds: float) -> float:
        """How long to wait, in real time, until so many seconds of the call have passed."""
        return call_seconds / self.speed

    def _reading(self) -> float:
        return self._passed if self._paused else self._passed + max(0.0, self._now() - self._since) * self.speed
