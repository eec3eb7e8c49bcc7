"""What the keys of the board draw: a line to write on, a list to pick from, and the edit is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from salesnerd_tui.call.events import Drawn, Mapped
from salesnerd_tui.call.moves import CannotAct
from salesnerd_tui.notes.receipts import NotesProblem
from salesnerd_tui.review.board_model import Board, JobState
from salesnerd_tui.review.board_page import MARKS
from salesnerd_tui.ui.board.opening import draw, job_edit, mapped, read_board, state_edit
from salesnerd_tui.ui.drawing.words import MUTED, line, safe
from salesnerd_tui.ui.keyscreen import KeyScreen
from salesnerd_tui.ui.opening import Desk
from salesnerd_tui.ui.panels.picker import Entry, Picker
from salesnerd_tui.ui.widgets.linebox import Purpose

NEXT_STATE = {
    JobState.NOT_BEGUN: JobState.AT_WORK.value,
    JobState.AT_WORK: JobState.DONE.value,
    JobState.DONE: JobState.AT_WORK.value,
    JobState.REOPENED: JobState.DONE.value,
}


class Drawing(KeyScreen):
    """Every edit is on the disk before it is shown."""

    def __init__(self, desk: Desk, account: str) -> None:
        super().__init__()
        self.desk = desk
        self.board: Board = read_board(desk.notebook, account, date.today(), desk.library)

    def do_theirs(self) -> None:
        self._type("their step", "what they do next, as in: Dana asks the CFO; by=Friday", Drawn.THEIRS)

    def do_mine(self) -> None:
        self._type("your step", "what you do next, as in: Send the figures; by=Friday", Drawn.MINE)

    def do_step(self) -> None:
        self._type("step", "as in: Privacy check; who=Omar; takes=3 weeks; after=The paper", Drawn.STEP)

    def do_paper(self) -> None:
        self._type("paper", "a paper that has to be there", Drawn.PAPER)

    def do_stall(self) -> None:
        self._type("stalls", "what holds it up", Drawn.STALL)

    def do_date(self) -> None:
        self._type("date", "by when it has to be in use, in their words", Drawn.DATE)

    def do_person(self) -> None:
        self.write("person", "as in: Omar = reads the security form", self._person)

    def _person(self, text: str) -> None:
        name, _, words = text.partition("=")
        self._draws(lambda: mapped(Drawn.PERSON, name.strip(), date.today(), words=words.strip()))

    def do_job(self, at: str = "") -> None:
        rows = [
            Entry(card.job.value, line(f"{MARKS[card.state]} {card.job}"), line((str(card.state), MUTED)))
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
        self._pick("take off the board", [*named, *board.papers, *board.stalls], "gone")

    def _type(self, name: str, told: str, kind: Drawn) -> None:
        self.write(name, told, lambda text: self._draws(lambda: mapped(kind, text, date.today())))

    def write(self, name: str, told: str, done: Callable[[str], None], text: str = "") -> None:
        def entered(words: str) -> None:
            self.box.rest()
            if words.strip():
                done(words)
            self.repaint()

        self.box.begin(Purpose(name, entered, self.close, text=text, placeholder=told))
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

    def _draws(self, edit: Callable[[], Mapped]) -> None:
        """Keep it, then show the board as it is kept; or say why not."""
        try:
            draw(self.desk.notebook, self.board.account, [edit()])
        except (CannotAct, NotesProblem) as problem:
            self.say(str(problem))
            return
        self.board = read_board(self.desk.notebook, self.board.account, date.today(), self.desk.library)
        self.repaint()
