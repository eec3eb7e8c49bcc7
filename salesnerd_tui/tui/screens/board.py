"""What the keys of the board draw: a line to write on, a list to pick from, and the edit is kept.

How an account buys, on the screen: read it like a page, draw on it with single keys.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from textual.app import ComposeResult

from salesnerd_tui.app.board import draw, job_edit, mapped, read_board, state_edit
from salesnerd_tui.app.calls import CallService
from salesnerd_tui.call.actions import CannotAct
from salesnerd_tui.call.events import BoardEdit, BoardEdited
from salesnerd_tui.review.board import Board, JobState
from salesnerd_tui.review.board_page import SYMBOLS, blocks, plan_markdown
from salesnerd_tui.review.files import CannotWrite, write_private
from salesnerd_tui.storage.errors import StorageError
from salesnerd_tui.tui.panels.help import help_panel
from salesnerd_tui.tui.panels.picker import Entry, Picker
from salesnerd_tui.tui.render.text import MUTED, Lines, blank, both_ends, line, safe, wrapped
from salesnerd_tui.tui.screens.base import BaseScreen
from salesnerd_tui.tui.widgets.canvas import Canvas
from salesnerd_tui.tui.widgets.note_input import InputMode

NEXT_STATE = {
    JobState.NOT_STARTED: JobState.IN_PROGRESS.value,
    JobState.IN_PROGRESS: JobState.DONE.value,
    JobState.DONE: JobState.IN_PROGRESS.value,
    JobState.REOPENED: JobState.DONE.value,
}


class Drawing(BaseScreen):
    """Every edit is on the disk before it is shown."""

    def __init__(self, desk: CallService, account: str) -> None:
        super().__init__()
        self.desk = desk
        self.board: Board = read_board(desk.notebook, account, date.today(), desk.library)

    def do_theirs(self) -> None:
        self._type("their step", "what they do next, as in: Dana asks the CFO; by=Friday", BoardEdit.THEIR_STEP)

    def do_mine(self) -> None:
        self._type("your step", "what you do next, as in: Send the figures; by=Friday", BoardEdit.OUR_STEP)

    def do_step(self) -> None:
        self._type("step", "as in: Privacy check; who=Omar; takes=3 weeks; after=The paper", BoardEdit.STEP)

    def do_paper(self) -> None:
        self._type("paper", "a paper that has to be there", BoardEdit.DOCUMENT)

    def do_stall(self) -> None:
        self._type("stalls", "what holds it up", BoardEdit.BLOCKER)

    def do_date(self) -> None:
        self._type("date", "by when it has to be in use, in their words", BoardEdit.GO_LIVE)

    def do_person(self) -> None:
        self.write("person", "as in: Omar = reads the security form", self._person)

    def _person(self, text: str) -> None:
        name, _, words = text.partition("=")
        self._draws(lambda: mapped(BoardEdit.PERSON, name.strip(), date.today(), words=words.strip()))

    def do_job(self, at: str = "") -> None:
        rows = [
            Entry(card.job.value, line(f"{SYMBOLS[card.state]} {card.job}"), line((str(card.state), MUTED)))
            for card in self.board.jobs
        ]
        self.open(Picker("their jobs: enter changes one", rows, self._job, self.close, at=at))

    def _job(self, job: str) -> None:
        self.close()
        state = next(card.state for card in self.board.jobs if card.job == job)
        self._draws(lambda: job_edit(f"{job}={NEXT_STATE[state]}", date.today()))
        self.do_job(job)

    def do_done(self) -> None:
        rows = [step.title for step in self.board.steps if not step.done]
        rows += [step.text for step in (self.board.mine, self.board.theirs) if step and step.text not in rows]
        self._pick("done", rows, "done")

    def do_drop(self) -> None:
        board = self.board
        named = (*(step.title for step in board.steps), *(person.name for person in board.people))
        self._pick("take off the board", [*named, *board.documents, *board.blockers], "gone")

    def _type(self, name: str, told: str, kind: BoardEdit) -> None:
        self.write(name, told, lambda text: self._draws(lambda: mapped(kind, text, date.today())))

    def write(self, name: str, told: str, done: Callable[[str], None], text: str = "") -> None:
        def entered(words: str) -> None:
            self.box.rest()
            if words.strip():
                done(words)
            self.repaint()

        self.box.begin(InputMode(name, entered, self.close, text=text, placeholder=told))
        self.repaint()

    def _pick(self, title: str, names: list[str], state: str) -> None:
        if not names:
            self.say("nothing there yet")
            return
        rows = [Entry(name, line(safe(name))) for name in dict.fromkeys(names)]

        def picked(name: str) -> None:
            self.close()
            self._draws(lambda: state_edit(self.board, name, state, date.today()))

        self.open(Picker(title, rows, picked, self.close))

    def _draws(self, edit: Callable[[], BoardEdited]) -> None:
        """Keep it, then show the board as it is kept; or say why not."""
        try:
            draw(self.desk.notebook, self.board.account, [edit()])
        except (CannotAct, StorageError) as problem:
            self.say(str(problem))
            return
        self.board = read_board(self.desk.notebook, self.board.account, date.today(), self.desk.library)
        self.repaint()


READABLE = 100
SCROLLS = {"down": 1, "up": -1, "pagedown": 8, "pageup": -8}


class BoardScreen(Drawing):
    """A page that is scrolled with the arrows."""

    CSS_PATH = "board.tcss"
    KEYS = "board"
    WHEEL_SCROLLS = True

    def __init__(self, desk: CallService, account: str) -> None:
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
