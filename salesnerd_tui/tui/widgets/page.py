"""Page view: a long page of which only the visible lines are drawn, so that 5,000 notes scroll like five."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from salesnerd_tui.review.canvas import BLANK, Line, Part, Tone, line
from salesnerd_tui.review.document import DocumentBlock

MakeBlocks = Callable[[int], Sequence[DocumentBlock]]
"""Function from a width in cells to the page in that width."""


class PageView(ScrollView, can_focus=True):
    """Scrolling page, made again by `make_blocks` when the width changes; the current section stays in place."""

    DEFAULT_CSS = """
    PageView {
        scrollbar-size-vertical: 1;
        overflow-x: hidden;
        scrollbar-gutter: stable;
        & > .page--plain { color: $foreground; }
        & > .page--heading { color: $primary; text-style: bold; }
        & > .page--dim { color: $text-muted; }
        & > .page--me { color: $accent; }
        & > .page--them { color: $primary; }
        & > .page--tap { color: $warning; text-style: bold; }
        & > .page--good { color: $success; text-style: bold; }
        & > .page--quote { color: $secondary; }
        & > .page--strong { text-style: bold; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"page--{tone.value}" for tone in Tone}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "scroll_up", "Up", show=False),
        Binding("down,j", "scroll_down", "Down", show=False),
        Binding("pageup,b", "page_up", "Page up", show=False),
        Binding("pagedown,space", "page_down", "Page down", show=False),
        Binding("home,g", "scroll_home", "Top", show=False),
        Binding("end,G", "scroll_end", "End", show=False),
    ]
    section: reactive[int] = reactive(0)
    """The block at the top of the view."""

    def __init__(self, make_blocks: MakeBlocks, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._make_blocks = make_blocks
        self._lines: list[Line] = []
        self._starts: list[int] = [0]
        self._width = 0

    @property
    def plain(self) -> str:
        """All lines as plain text."""
        return "\n".join(row.plain for row in self._lines)

    def go_to(self, section: int) -> None:
        """Scroll a section to the top."""
        section = max(0, min(section, len(self._starts) - 1))
        self.scroll_to(y=self._starts[section], animate=False)
        self.section = section

    def step(self, by: int) -> None:
        """Go to the next or previous section, around the ends."""
        self.go_to((self.section + by) % len(self._starts))

    def rewrite(self) -> None:
        """Make the page for the current width."""
        width = self.scrollable_content_region.width
        if width <= 0:
            return
        self._width = width
        self._lines, self._starts = [], []
        for block in self._make_blocks(width):
            self._starts.append(len(self._lines))
            if block.title:
                self._lines += [line(Part(block.title, Tone.HEADING)), BLANK]
            self._lines += [*block.lines, BLANK]
        self._starts = self._starts or [0]
        self.virtual_size = Size(width, len(self._lines))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        at = y + self.scroll_offset.y
        base = self.rich_style
        parts = self._lines[at].parts if at < len(self._lines) else ()
        segments = [
            Segment(part.text, base + self.get_component_rich_style(f"page--{part.tone.value}", partial=True))
            for part in parts
        ]
        return Strip(segments).adjust_cell_length(self.size.width, base)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        top = round(new_value)
        if not (self.section < len(self._starts) and top == self._last_top(self._starts[self.section])):
            self.section = max((number for number, start in enumerate(self._starts) if start <= top), default=0)

    def _last_top(self, start: int) -> int:
        """Return the scroll position for a line; near the end of the page it cannot come to the top."""
        return min(start, max(len(self._lines) - self.size.height, 0))

    def on_resize(self) -> None:
        """Make the page for a new width and keep the reading position within the section."""
        if self.scrollable_content_region.width == self._width:
            return
        section = min(self.section, len(self._starts) - 1)
        depth = max(round(self.scroll_y) - self._starts[section], 0)
        self.rewrite()
        section = min(section, len(self._starts) - 1)
        self.section = section
        self.scroll_to(y=self._starts[section] + depth, animate=False)
