"""What is being typed, and when it has to be on the disk: half a second is promised, whatever the screen is doing.

The screen tells every key; the writer's thread decides when to write. So neither a busy screen nor somebody who types
without a pause puts it off: the time begins with the first key that is not on the disk.
"""

from __future__ import annotations

import time
from collections.abc import Callable

DRAFT_SECONDS = 0.25
"""How long typed text may wait for more of it; half of what is promised, the rest is for a slow disk."""


class Draft:
    """`text` is the latest. One thread calls `typed`, another `seconds_left` and `taken`."""

    def __init__(self, text: str = "", now: Callable[[], float] = time.monotonic) -> None:
        self.text = text
        self._now = now
        self._since: float | None = None

    def typed(self, text: str) -> bool:
        """The text is this now; whether its writer has to be woken for it."""
        if text == self.text:
            return False
        self.text = text
        if self._since is None:
            self._since = self._now()
            return True
        return not text

    @property
    def seconds_left(self) -> float:
        """How long it may still wait. Text that was entered is no draft any more, and that is not put off."""
        since = self._since
        return max(since + DRAFT_SECONDS - self._now(), 0.0) if since is not None and self.text else 0.0

    def taken(self) -> str:
        """The text, to be written now. A key that comes meanwhile begins a time of its own."""
        self._since = None
        return self.text
