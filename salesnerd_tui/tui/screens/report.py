"""What the pages that look back share: a title, a page that scrolls, and the way back."""

from __future__ import annotations

from textual.app import ComposeResult

from salesnerd_tui.app.calls import CallService
from salesnerd_tui.tui.panels.help import help_panel
from salesnerd_tui.tui.render.pages import SCROLLS
from salesnerd_tui.tui.render.text import MUTED, Lines, both_ends, line
from salesnerd_tui.tui.screens.base import BaseScreen
from salesnerd_tui.tui.widgets.canvas import Canvas


class ReportScreen(BaseScreen):
    """Subclasses say what the two ends of the title are, and draw the page."""

    CSS_PATH = "report.tcss"
    WHEEL_SCROLLS = True

    def __init__(self, desk: CallService) -> None:
        super().__init__()
        self.desk = desk

    @property
    def titles(self) -> tuple[str, str]:
        """What it is, and of which calls."""
        raise NotImplementedError

    def move(self, key: str) -> None:
        """An arrow, page up or page down."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        yield Canvas(self._draw_title, id="title")
        yield self.middle
        yield from self.compose_line()

    def on_mount(self) -> None:
        self.box.rest_on(self.table.told("help", "keys"))
        self.box.rest()

    def unclaimed(self, key: str) -> None:
        if key in SCROLLS:
            self.move(key)
        elif key == "escape":
            self.do_leave()
        else:
            super().unclaimed(key)

    def do_help(self) -> None:
        self.open(help_panel(self.close, self.table))

    def do_leave(self) -> None:
        if len(self.app.screen_stack) > 1:
            self.app.pop_screen()
        else:
            self.app.exit()

    def _draw_title(self, width: int, _: int) -> Lines:
        left, right = self.titles
        return [both_ends(line(" ", (left, "bold")), line((f"{right} ", MUTED)), width)]
