"""Printer of plain text mode: sanitized lines, each flushed at once."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Mapping
from typing import TextIO

from salesnerd_tui.text import one_line

WIPE = "\x1b[H\x1b[2J\x1b[3J"
"""Clears screen and scrollback: the only control sequence in plain text mode, written only by hide."""


class Printer:
    """Prints lines to a stream; `spelled` replaces characters that the terminal lacks."""

    def __init__(
        self, stream: TextIO, environment: Mapping[str, str] = os.environ, spelled: Callable[[str], str] = str
    ) -> None:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
        self._stream = stream
        self._spelled = spelled
        self._can_wipe = stream.isatty() and environment.get("TERM", "dumb") not in ("", "dumb", "unknown")

    def say(self, line: str) -> bool:
        """Print a line and return whether the stream is still open."""
        try:
            self._stream.write(self._spelled(one_line(line)) + "\n")
            self._stream.flush()
        except (OSError, ValueError):
            return False
        return True

    def wipe(self) -> None:
        """Clear everything printed, if the terminal can."""
        if self._can_wipe:
            self._stream.write(WIPE)
            self._stream.flush()
