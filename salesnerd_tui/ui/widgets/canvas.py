"""A part of the screen that is painted by a function of its size, and only when that gives something new."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.content import Content
from textual.events import Click
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from salesnerd_tui.ui.widgets.lean import lean

Draw = Callable[[int, int], Sequence[Content]]
"""Width and height in cells to the lines that fill them."""


LEFT = 1
BLANK = Content("")


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
        self._lines: list[Content] = []

    def repaint(self) -> None:
        """Draw again; lines that look the same cost nothing, neither here nor on the way to the terminal."""
        width, height = self.content_size
        if width <= 0 or height <= 0:
            return
        lines = [part.truncate(width) for part in list(self._draw(width, height))[:height]]
        lines += [BLANK] * (height - len(lines))
        before, self._lines = self._lines, lines
        if len(before) != len(lines):
            self._painted = Content("\n").join(lines)
            self.refresh()
            return
        changed = [y for y, (old, new) in enumerate(zip(before, lines, strict=True)) if not new.is_same(old)]
        if changed:
            self._painted = Content("\n").join(lines)
            self.refresh(*(Region(0, y, width, 1) for y in changed))

    def render(self) -> Content:
        return self._painted

    def render_line(self, y: int) -> Strip:
        return lean(super().render_line(y))

    def on_click(self, event: Click) -> None:
        """Somebody clicked; where a key or a row is drawn, that is what they mean."""
        meta = event.style.meta
        key, row = meta.get("press"), meta.get("row")
        if event.button == LEFT and (key or row is not None):
            event.stop()
            self.post_message(Clicked(str(key or ""), row if isinstance(row, int) else None))

    def on_resize(self) -> None:
        self.repaint()
