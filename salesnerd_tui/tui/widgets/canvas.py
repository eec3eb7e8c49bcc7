"""Canvas: widget that is drawn by a function of its size, and repainted only where the result has changed.

Textual writes each part of a line with its whole style and a reset, even an empty part and a blank whose color is
invisible. Over a slow link these sequences are most of what is sent, so a canvas merges such parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.content import Content
from textual.events import Click
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

NO_STYLE = Style.null()


def merge_segments(segments: Iterable[Segment]) -> Strip:
    """Return a line that looks the same with as few segments as possible, for a widget without text selection."""
    parts: list[Segment] = []
    for segment in segments:
        if not segment.text:
            continue
        style = _common_style(parts[-1], segment) if parts else None
        if style is None:
            parts.append(segment)
        else:
            parts[-1] = Segment(parts[-1].text + segment.text, style)
    return Strip(parts)


def _common_style(one: Segment, other: Segment) -> Style | None:
    """Return the style that draws both segments unchanged, or None."""
    before, after = one.style or NO_STYLE, other.style or NO_STYLE
    if before == after:
        return before
    if other.text.isspace() and _shows_same_blank(before, after):
        return before
    return after if one.text.isspace() and _shows_same_blank(after, before) else None


@lru_cache(4096)
def _shows_same_blank(style: Style, blank: Style) -> bool:
    """Return whether a blank looks the same in both: it shows only a background and lines through it."""
    lines = any(each.reverse or each.underline or each.strike for each in (style, blank))
    return not lines and style.bgcolor == blank.bgcolor and not (style.meta or blank.meta)


DrawFunction = Callable[[int, int], Sequence[Content]]
"""Function from a width and a height, in cells, to the lines that fill them."""


LEFT_BUTTON = 1
BLANK = Content("")
EMPTY = Strip([])


class Clicked(Message):
    """Report that a drawn key, or the row of a list, was clicked."""

    def __init__(self, key: str, row: int | None) -> None:
        super().__init__()
        self.key = key
        self.row = row


class Canvas(Widget):
    """Widget drawn by a function. Only the style sheet sets its size, so that drawing never moves anything else."""

    DEFAULT_CSS = "Canvas { height: 1; }"
    can_focus = False
    ALLOW_SELECT = False

    def __init__(self, draw: DrawFunction, *, id: str) -> None:
        super().__init__(id=id)
        self._draw = draw
        self._lines: list[Content] = []
        self._drawn_size = Size(0, 0)
        self._is_stale = False

    def repaint(self) -> None:
        """Draw again before the next frame, once for all requests until then."""
        if not self._is_stale:
            self._is_stale = True
            self.call_next(self._draw_if_stale)

    def _draw_if_stale(self) -> None:
        if self._is_stale:
            self.draw_now()

    def draw_now(self) -> None:
        """Draw, and refresh only the lines that look different. Cheaper than `repaint` for a single request."""
        before = self._lines
        self._draw_lines()
        if len(before) != len(self._lines):
            self.refresh()
            return
        pairs = zip(before, self._lines, strict=True)
        changed = [y for y, (old, new) in enumerate(pairs) if not new.is_same(old)]
        if changed:
            self.refresh(*(Region(0, y, self.content_size.width, 1) for y in changed))

    def _draw_lines(self) -> None:
        self._is_stale = False
        self._drawn_size = width, height = self.content_size
        if width > 0 and height > 0:
            lines = [part.truncate(width) for part in list(self._draw(width, height))[:height]]
            self._lines = lines + [BLANK] * (height - len(lines))

    def render_line(self, y: int) -> Strip:
        """Return one line; after a change of size all lines are drawn now, not one frame later.

        Textual would join the lines, split and wrap them again, and add data for text selection to each part.
        """
        if self._drawn_size != self.content_size:
            self._draw_lines()
        content = self._lines[y] if y < len(self._lines) else BLANK
        return merge_segments(content.render_segments(self.visual_style)) if content else EMPTY

    def on_click(self, event: Click) -> None:
        """Report a click on a drawn key or row."""
        meta = event.style.meta
        key, row = meta.get("press"), meta.get("row")
        if event.button == LEFT_BUTTON and (key or row is not None):
            event.stop()
            self.post_message(Clicked(str(key or ""), row if isinstance(row, int) else None))

    def on_resize(self) -> None:
        if self._drawn_size != self.content_size:
            self.repaint()
