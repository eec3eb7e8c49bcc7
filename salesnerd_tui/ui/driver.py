"""The terminal as it is driven here: a mouse that tells of clicks, drags and its wheel, and not of every move.

Textual 8.2.8 asks for every move. A pointer that crosses the pane on its way to the video call then costs 0.8 ms of
processor and 120 bytes a cell, and nothing on these screens changes under a pointer.
"""

from __future__ import annotations

from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver


class QuietDriver(LinuxDriver):
    """Clicks and the wheel (1000), moves while a button is down (1002), in numbers without end (1006)."""

    def _enable_mouse_support(self) -> None:
        if self._mouse:
            self.write("\x1b[?1000h\x1b[?1002h\x1b[?1006h")
            self.flush()

    def _disable_mouse_support(self) -> None:
        if self._mouse:
            self.write("\x1b[?1006l\x1b[?1002l\x1b[?1000l")
            self.flush()


def quiet(found: type[Driver]) -> type[Driver]:
    """The quiet one in the place of Textual's own; what somebody named in TEXTUAL_DRIVER stays."""
    return QuietDriver if found is LinuxDriver else found
