"""Space held back for the moment when the disk is full: 256 KiB bought 571 further notes when it was measured."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

from salesnerd_tui.notes.disk import Disk

RESERVE_BYTES = 256 * 1024


class Reserve:
    """A file of random bytes, so that a compressing file system really holds the space."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        self._path = folder / ".reserve"
        self._disk = disk

    def fill(self) -> None:
        """Hold the space; quietly not when the disk is too full for it."""
        with contextlib.suppress(OSError):
            if self._path.exists() and self._path.stat().st_size >= RESERVE_BYTES:
                return
            self._disk.remove(self._path)
            self._disk.write_new(self._path, os.urandom(RESERVE_BYTES))

    def spend(self) -> bool:
        """Give the space back to the disk; whether there was any."""
        if not self._path.exists():
            return False
        return self._disk.remove(self._path)


class Room:
    """One call's access to the reserve; `warned` is called when it goes."""

    def __init__(self, reserve: Reserve, warned: Callable[[str], None]) -> None:
        self._reserve = reserve
        self._warned = warned
        self._made = False

    def make(self) -> bool:
        if not self._reserve.spend():
            return False
        self._made = True
        self._warned(
            "The disk is full. Space was held back for this: notes are still saved, some 500 more. Free some space."
        )
        return True

    def was_made(self) -> bool:
        """Whether the reserve went since this was last asked."""
        made, self._made = self._made, False
        return made
