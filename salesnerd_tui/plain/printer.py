"""Lines on standard output, clean, one by one; and what hiding in a hurry can do there."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Mapping
from typing import TextIO

from salesnerd_tui.text import one_line

WIPE = "\x1b[H\x1b[2J\x1b[3J"
"""Screen and scrollback emptied: the one sequence that is ever written, and only to hide in a hurry."""


class Printer:
    """`spelled` puts a line into the signs the terminal has."""

    def __init__(
        self, stream: TextIO, environment: Mapping[str, str] = os.environ, spelled: Callable[[str], str] = str
    ) -> None:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
        self._stream = stream
        self._spelled = spelled
        self._can_wipe = stream.isatty() and environment.get("TERM", "dumb") not in ("", "dumb", "unknown")

    def say(self, line: str) -> bool:
        """Print a line at once; whether there is still somebody to read it."""
        try:
            self._stream.write(self._spelled(one_line(line)) + "\n")
            self._stream.flush()
        except (OSError, ValueError):
            return False
        return True

    def wipe(self) -> None:
        """Take away what was printed, where that can be done."""
        if self._can_wipe:
            self._stream.write(WIPE)
            self._stream.flush()
