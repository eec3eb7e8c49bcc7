"""Protocol of all panels, and the simplest one: text to read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from salesnerd_tui.tui.render.pages import SCROLLS
from salesnerd_tui.tui.render.text import MUTED, Line, Lines, blank, both_ends, line, safe, wrapped
from salesnerd_tui.tui.widgets.note_input import InputMode

READABLE = 90


class Panel(Protocol):
    """Something in the middle of a screen. `purpose` is what the line takes meanwhile; None if single keys act."""

    @property
    def purpose(self) -> InputMode | None: ...

    def draw(self, width: int, height: int) -> Lines: ...

    def press(self, key: str) -> bool:
        """Handle a single key and return whether the panel used it."""


def panel_head(title: str, right: str, width: int) -> Lines:
    """Return the first line of a panel."""
    return [both_ends(line(" ", (safe(title).upper(), "bold $primary")), line((right, MUTED), " "), width)]


class ReadingPanel:
    """Text to read. The arrows scroll; every other key closes the panel and then does what it always does."""

    def __init__(self, title: str, paragraphs: Sequence[str | Line], close: Callable[[], None]) -> None:
        self.title = title
        self._paragraphs = paragraphs
        self._close = close
        self._top = 0
        self._last_top = 0

    @property
    def purpose(self) -> InputMode | None:
        return None

    def draw(self, width: int, height: int) -> Lines:
        body: Lines = []
        for paragraph in self._paragraphs:
            body += wrapped(paragraph, min(width - 2, READABLE), "", "  ") if paragraph else [blank()]
        self._last_top = max(len(body) - (height - 1), 0)
        self._top = min(self._top, self._last_top)
        more = f"↓ {self._last_top - self._top} more · " if self._top < self._last_top else ""
        return [*panel_head(self.title, f"{more}esc closes", width), *body[self._top : self._top + max(height - 1, 0)]]

    def press(self, key: str) -> bool:
        if key in SCROLLS:
            self._top = min(max(self._top + SCROLLS[key], 0), self._last_top)
            return True
        self._close()
        return key in ("escape", "enter")
