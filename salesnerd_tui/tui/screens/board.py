"""Board screen: an account's buying process, read like a page and edited with single keys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from salesnerd_tui.app.board import read_board
from salesnerd_tui.app.calls import CallService
from salesnerd_tui.private_file import proposed_name
from salesnerd_tui.review.board import Board
from salesnerd_tui.review.board_page import blocks, plan_markdown
from salesnerd_tui.tui.render.pages import MOVES
from salesnerd_tui.tui.render.text import MUTED, Line, Lines, blank, line, safe, wrapped
from salesnerd_tui.tui.screens.base import BaseScreen
from salesnerd_tui.tui.screens.board_actions import BoardActions
from salesnerd_tui.tui.screens.file_prompt import ask_file
from salesnerd_tui.tui.screens.messages import OpenPromises

READABLE = 100


class BoardScreen(BaseScreen):
    """Page of one account that the arrows scroll."""

    CSS_PATH = "report.tcss"
    KEYS = "board"
    WHEEL_SCROLLS = True

    def __init__(self, service: CallService, account: str) -> None:
        super().__init__()
        self.service = service
        self.board: Board = read_board(service.notebook, account, date.today(), service.library)
        self.command_handlers = (BoardActions(self),)
        self._top = 0

    def on_mount(self) -> None:
        self.rest_on_phrases(("add", "add a step, a person, a date"), ("help", "keys"))

    def read(self) -> None:
        """Show the board as it is stored."""
        self.board = read_board(self.service.notebook, self.board.account, date.today(), self.service.library)
        self.repaint()

    # keys

    def handle_unbound(self, key: str) -> None:
        if key in MOVES:
            self._top = max(self._top + MOVES[key], 0)
        elif key == "escape":
            self.do_leave()
        else:
            super().handle_unbound(key)

    def ask_text(self, label: str, example: str, done: Callable[[str], None]) -> None:
        """Ask for a line; an empty one changes nothing."""
        self.ask_line(
            label, "", lambda text: done(text) if text.strip() else None, does="saves", about=lambda _: example
        )

    def do_write(self) -> None:
        name = proposed_name(self.board.account, "plan", date.today().isoformat())
        ask_file(self, "the plan", name, lambda _: plan_markdown(self.board, date.today()))

    def do_promises(self) -> None:
        self.post_message(OpenPromises(self.board.account))

    # painting

    def title_ends(self) -> tuple[Line, Line]:
        calls = f"{self.board.calls} call{'' if self.board.calls == 1 else 's'}"
        return line((safe(self.board.account), "bold"), ("   buying process", MUTED)), line((calls, MUTED))

    def draw(self, width: int, height: int) -> Lines:
        rows: Lines = [blank()]
        for block in blocks(self.board):
            rows.append(line(" ", (block.title.upper(), "bold $primary")))
            for text in block.lines:
                style = "bold $warning" if text.startswith("! ") else ""
                first, *rest = wrapped(text, min(width, READABLE) - 5, style) or [blank()]
                rows += [line("   ", first), *(line("     ", each) for each in rest)]
            rows.append(blank())
        self._top = min(self._top, max(len(rows) - height, 0))
        return rows[self._top : self._top + height]
