"""How an account buys, on the screen: read it like a page, draw on it with single keys."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from textual.app import ComposeResult

from salesnerd_tui.review.board_page import blocks, plan_markdown
from salesnerd_tui.review.files import CannotWrite, write_private
from salesnerd_tui.ui.board.drawing import Drawing
from salesnerd_tui.ui.drawing.words import MUTED, Lines, blank, both_ends, line, safe, wrapped
from salesnerd_tui.ui.opening import Desk
from salesnerd_tui.ui.panels.explaining import help_panel
from salesnerd_tui.ui.widgets.canvas import Canvas

READABLE = 100
SCROLLS = {"down": 1, "up": -1, "pagedown": 8, "pageup": -8}


class BoardScreen(Drawing):
    """A page that is scrolled with the arrows."""

    CSS_PATH = "board.tcss"
    KEYS = "board"
    WHEEL_SCROLLS = True

    def __init__(self, desk: Desk, account: str) -> None:
        super().__init__(desk, account)
        self._top = 0

    def compose(self) -> ComposeResult:
        yield Canvas(self._draw_title, id="title")
        yield self.middle
        yield from self.compose_line()

    def on_mount(self) -> None:
        told = (("theirs", "their next step"), ("mine", "yours"), ("help", "keys"))
        self.box.rest_on(" · ".join(filter(None, (self.table.told(id, does) for id, does in told))))
        self.box.rest()

    # keys

    def unclaimed(self, key: str) -> None:
        if key in SCROLLS:
            self._top = max(self._top + SCROLLS[key], 0)
        elif key == "escape":
            self.do_leave()
        else:
            super().unclaimed(key)

    def do_plan(self) -> None:
        name = "".join(each if each.isalnum() else "-" for each in self.board.account.casefold())[:40]
        self.write("file", "a file name", self._written, f"plan-{name}.md")

    def _written(self, name: str) -> None:
        try:
            write_private(Path(name.strip()).expanduser(), plan_markdown(self.board, date.today()))
        except CannotWrite as problem:
            self.say(str(problem))
        else:
            self.say(f"written, for your eyes only until you send it: {safe(name)}")

    def do_help(self) -> None:
        self.open(help_panel(self.close, self.table))

    def do_leave(self) -> None:
        if len(self.app.screen_stack) > 1:
            self.app.pop_screen()
        else:
            self.app.exit()

    # painting

    def draw(self, width: int, height: int) -> Lines:
        rows: Lines = [blank()]
        for block in blocks(self.board):
            rows.append(line(" ", (block.title.upper(), "bold $primary")))
            for text in block.lines:
                warned = text.startswith("! ")
                first, *rest = wrapped(text, min(width, READABLE) - 5, "bold $warning" if warned else "") or [blank()]
                rows += [line("   ", first), *(line("     ", each) for each in rest)]
            rows.append(blank())
        self._top = min(self._top, max(len(rows) - height, 0))
        return rows[self._top : self._top + height]

    def _draw_title(self, width: int, _: int) -> Lines:
        calls = f"{self.board.calls} call{'' if self.board.calls == 1 else 's'} "
        left = line(" ", (safe(self.board.account), "bold"), ("   how they buy", MUTED))
        return [both_ends(left, line((calls, MUTED)), width)]
