"""A part of the screen that is painted by a function of its size, and only when that gives something new."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.content import Content
from textual.widget import Widget

Draw = Callable[[int, int], Sequence[Content]]
"""Width and height in cells to the lines that fill them."""


class Canvas(Widget):
    """Its size comes from the style sheet alone, so that painting never moves anything else on the screen."""

    DEFAULT_CSS = "Canvas { height: 1; text-wrap: nowrap; text-overflow: clip; }"
    can_focus = False
    ALLOW_SELECT = False

    def __init__(self, draw: Draw, *, id: str) -> None:
        super().__init__(id=id)
        self._draw = draw
        self._painted = Content("")

    def repaint(self) -> None:
        """Draw again; a screen that looks the same costs nothing."""
        width, height = self.content_size
        if width <= 0 or height <= 0:
            return
        lines = [part.truncate(width) for part in list(self._draw(width, height))[:height]]
        drawn = Content("\n").join(lines)
        if not (drawn.is_same(self._painted)):
            self._painted = drawn
            self.refresh()

    def render(self) -> Content:
        return self._painted

    def on_resize(self) -> None:
        self.repaint()
