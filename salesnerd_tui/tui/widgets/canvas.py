"""A painted line in as few sequences as the same picture takes: over a slow link they are most of what is sent.

Textual writes each part of a line with its whole style and a reset: a part without text too, a blank whose colour
nobody can see, and parts that differ only in what a selection by mouse would want to know.

A part of the screen that is painted by a function of its size, and only when that gives something new.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.content import Content
from textual.events import Click
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

NO_STYLE = Style.null()
FOR_SELECTING = {"offset"}


def lean(strip: Strip) -> Strip:
    """The same line of a widget in which nothing can be selected."""
    parts: list[Segment] = []
    for segment in strip:
        if not segment.text:
            continue
        segment = _without_offset(segment)
        style = _style_of_both(parts[-1], segment) if parts else None
        if style is None:
            parts.append(segment)
        else:
            parts[-1] = Segment(parts[-1].text + segment.text, style)
    return Strip(parts, strip.cell_length)


def _without_offset(segment: Segment) -> Segment:
    style = segment.style
    if style is None or style.meta.keys() != FOR_SELECTING:
        return segment
    return Segment(segment.text, style.clear_meta_and_links())


def _style_of_both(one: Segment, other: Segment) -> Style | None:
    """The style that draws both as they are; None where there is none."""
    before, after = one.style or NO_STYLE, other.style or NO_STYLE
    if before == after:
        return before
    if other.text.isspace() and _is_only_ground(before, after):
        return before
    return after if one.text.isspace() and _is_only_ground(after, before) else None


@lru_cache(4096)
def _is_only_ground(style: Style, blank: Style) -> bool:
    """Whether a blank looks the same in both: only its ground can be seen, and lines through it."""
    lines = any(each.reverse or each.underline or each.strike for each in (style, blank))
    return not lines and style.bgcolor == blank.bgcolor and not (style.meta or blank.meta)


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
