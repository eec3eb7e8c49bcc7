"""What every panel can do, and the simplest one: some lines to read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from salesnerd_tui.tui.render.text import MUTED, Line, Lines, blank, both_ends, line, safe, wrapped
from salesnerd_tui.tui.widgets.note_input import InputMode

READABLE = 90


class Panel(Protocol):
    """`purpose` is what the line takes while the panel is open; None where single keys are enough."""

    @property
    def purpose(self) -> InputMode | None: ...

    def draw(self, width: int, height: int) -> Lines: ...

    def press(self, key: str) -> bool:
        """A single key; False when the panel has no use for it."""


def headed(title: str, right: str, width: int) -> Lines:
    """The first line of a panel."""
    return [both_ends(line(" ", (safe(title).upper(), "bold $primary")), line((right, MUTED), " "), width)]


class ReadingPanel:
    """Text to read; up and down scroll, every other key closes it and does what it always does."""

    def __init__(self, title: str, paragraphs: Sequence[str | Line], close: Callable[[], None]) -> None:
        self.title = title
        self._paragraphs = paragraphs
        self._close = close
        self._top = 0
        self._most = 0

    @property
    def purpose(self) -> InputMode | None:
        return None

    def draw(self, width: int, height: int) -> Lines:
        body: Lines = []
        for paragraph in self._paragraphs:
            if isinstance(paragraph, str):
                body += wrapped(paragraph, min(width - 2, READABLE), "", "  ") if paragraph else [blank()]
            else:
                body.append(line("  ", paragraph))
        self._most = max(len(body) - (height - 1), 0)
        self._top = min(self._top, self._most)
        more = f"↓ {self._most - self._top} more · " if self._top < self._most else ""
        return [*headed(self.title, f"{more}esc closes", width), *body[self._top : self._top + max(height - 1, 0)]]

    def press(self, key: str) -> bool:
        steps = {"down": 1, "up": -1, "pagedown": 8, "pageup": -8}
        if key in steps:
            self._top = min(max(self._top + steps[key], 0), self._most)
            return True
        self._close()
        return key in ("escape", "enter")
