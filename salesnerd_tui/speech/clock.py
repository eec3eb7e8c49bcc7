"""Clock of a call: seconds since the call began. A replay runs faster, a pause stops the clock."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class CallClock:
    """Call seconds. At `speed` 20, an hour of call passes in three minutes, and every limit of the coach with it.

    `now` returns real seconds and never goes back (`time.monotonic`). Safe to use from several threads.
    """

    def __init__(self, speed: float = 1.0, now: Callable[[], float] = time.monotonic) -> None:
        if not 0 < speed <= 1000:
            raise ValueError(f"invalid speed {speed:g} (expected 0.01 to 1000)")
        self.speed = speed
        self._now = now
        self._lock = threading.Lock()
        self._since = now()
        self._passed = 0.0
        self._paused = False

    def __call__(self) -> float:
        """Return the seconds since the call began."""
        with self._lock:
            return self._read()

    @property
    def paused(self) -> bool:
        return self._paused

    def pause(self) -> None:
        with self._lock:
            self._passed, self._since, self._paused = self._read(), self._now(), True

    def go_on(self) -> None:
        """Resume after a pause."""
        with self._lock:
            self._passed, self._since, self._paused = self._read(), self._now(), False

    def resume_from(self, seconds: float) -> None:
        """Continue an interrupted call at `seconds`."""
        with self._lock:
            self._passed, self._since, self._paused = max(0.0, seconds), self._now(), False

    def real_seconds(self, call_seconds: float) -> float:
        """Return the real time in which so many seconds of the call pass."""
        return call_seconds / self.speed

    def _read(self) -> float:
        return self._passed if self._paused else self._passed + max(0.0, self._now() - self._since) * self.speed
