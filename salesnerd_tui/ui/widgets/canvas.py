"""A part of the screen that is painted by a function of its size, and only when that gives something new."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.widget import Widget

Draw = Callable[[int, int], Sequence[Content]]
"""Width and height in cells to the lines that fill them."""


LEFT = 1


class Clicked(Message):
    """A key or a row of a list was clicked where it is drawn."""

    def __init__(self, key: str, row: int | None) -> None:
        super().__init__()
        self.key = key
        self.row = row


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

    def on_click(self, event: Click) -> None:
        """Somebody clicked; where a key or a row is drawn, that is what they mean."""
        meta = event.style.meta
        key, row = meta.get("press"), meta.get("row")
        if event.button == LEFT and (key or row is not None):
            event.stop()
            self.post_message(Clicked(str(key or ""), row if isinstance(row, int) else None))

    def on_resize(self) -> None:
        self.repaint()
