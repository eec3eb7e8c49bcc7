"""What the planning keys of a prep open: lists of people, questions and sections, and a line to write on.

A prep on the live screen's machinery: your prep questions one by one, and under them the page they make.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

from textual.message import Message

from salesnerd_tui.app.call_text import CallWarning
from salesnerd_tui.app.calls import CallService, OpenedCall
from salesnerd_tui.app.prep import EarlierCalls, live_from, prep_sheet, read_earlier_calls
from salesnerd_tui.app.request import CannotOpen
from salesnerd_tui.call import plan
from salesnerd_tui.playbook.model import Ask, Priority, Section
from salesnerd_tui.review.files import CannotWrite, write_private
from salesnerd_tui.review.prep import ON_THE_CALL, PrepSheet, people
from salesnerd_tui.review.prep_page import blocks, markdown
from salesnerd_tui.tui.panels.help import help_panel
from salesnerd_tui.tui.panels.picker import Entry, Picker
from salesnerd_tui.tui.render.pages import SCROLLS, window
from salesnerd_tui.tui.render.prompt import draw_prompt
from salesnerd_tui.tui.render.text import MUTED, Lines, blank, both_ends, line, safe, wrapped
from salesnerd_tui.tui.screens.live import LiveScreen
from salesnerd_tui.tui.widgets.note_input import InputMode

NOBODY_YET = " "
NO_QUESTION = " "


class Planning(LiveScreen):
    """The gestures are the call room's; here are only the lists that lead to them."""

    def write(self, name: str, placeholder: str, done: Callable[[str], None], text: str = "") -> None:
        """Let the line take something, and then do it."""
        self.panel = None

        def entered(words: str) -> None:
            self.box.rest()
            done(words)
            self.repaint()

        self.box.begin(InputMode(name, entered, self.close, text=text, placeholder=placeholder))
        self.repaint()

    # to test

    def do_test(self) -> None:
        self.write("to test", "what do you believe and want to find out?", self._tested)

    def _tested(self, text: str) -> None:
        if not text.strip():
            return
        rows = [Entry(NO_QUESTION, line("no question in particular")), *self._questions()]
        self.open(Picker("find out with", rows, lambda question: self._tests(text, question), self.close))

    def _tests(self, text: str, question: str) -> None:
        self.close()
        self.gesture(lambda now: plan.hypothesis(now, text, question.strip()))

    # people

    def do_part(self) -> None:
        state = self.session.state
        rows = [
            Entry(person.name, line(safe(person.name)), line((safe(person.role) or "–", MUTED)))
            for person in people(state, plan.planning(state.plan))
        ]
        rows.append(Entry(NOBODY_YET, line(("somebody else", MUTED))))
        self.open(Picker("whose part in buying", rows, self._person, self.close))

    def _person(self, name: str) -> None:
        if name == NOBODY_YET:
            self.write(
                "who", "name, as in: Petra, security", lambda typed: self._person(typed) if typed.strip() else None
            )
            return
        known = plan.planning(self.session.state.plan).parts.get(name, "")
        self.write(
            "part",
            f"what does {safe(name)} have to do with buying?",
            lambda text: self._parted(name, text),
            "" if known == ON_THE_CALL else known,
        )

    def _parted(self, name: str, text: str) -> None:
        self.gesture(lambda now: plan.part(now, name, text.strip() or ON_THE_CALL))

    # questions

    def do_musts(self, at: str = "") -> None:
        rows = self._questions()
        if not rows:
            self.say("this playbook has no questions")
            return
        self.open(Picker("musts today: enter changes one", rows, self._must, self.close, at=at))

    def _must(self, question: str) -> None:
        self.close()
        self.gesture(lambda now: plan.must(now, question))
        self.do_musts(question)

    def do_reword(self) -> None:
        self.open(Picker("in your own words", self._questions(), self._reworded, self.close))

    def _reworded(self, question: str) -> None:
        ask = next(item for item in self._planned() if item.id == question)
        self.write(
            "words", "your words; empty takes the playbook's", lambda text: self._words(question, text), ask.text
        )

    def _words(self, question: str, text: str) -> None:
        own = next(item for item in self.session.playbook.asks() if item.id == question).text
        words = "" if text.strip() == own else text
        self.gesture(lambda now: plan.reword(now, question, words))

    # minutes

    def do_boxes(self) -> None:
        agenda = plan.planned(self.session.playbook, plan.planning(self.session.state.plan)).agenda
        rows = [
            Entry(item.title, line(safe(item.title)), line((f"{item.minutes:g} min" if item.minutes else "–", MUTED)))
            for item in agenda
            if isinstance(item, Section)
        ]
        if not rows:
            self.say("this playbook has no sections")
            return
        self.open(Picker("minutes for", rows, self._box, self.close))

    def _box(self, section: str) -> None:
        told = f"minutes for {safe(section)}; empty takes the playbook's"
        self.write("minutes", told, lambda text: self._boxed(section, text))

    def _boxed(self, section: str, text: str) -> None:
        self.gesture(lambda now: plan.box(now, section, text))

    def _planned(self) -> list[Ask]:
        agenda = plan.planned(self.session.playbook, plan.planning(self.session.state.plan)).agenda
        return [item for item in agenda if isinstance(item, Ask)]

    def _questions(self) -> list[Entry]:
        return [_row(ask) for ask in self._planned()]


def _row(ask: Ask) -> Entry:
    must = ("MUST ", "bold $warning") if ask.priority is Priority.MUST else ("     ", "")
    return Entry(ask.id, line(must, safe(ask.text)), line((ask.id, MUTED)), f"{ask.text} {ask.id}")


PROMPT_ROWS = 6
"""Rows a prep question gets at the most; the page has the rest."""

READABLE = 100
LISTEN = "a captions or transcript file, or mic; empty: the space key shows who talks"


class BeginCall(Message):
    """Request to show a prepared call in place of its prep."""

    def __init__(self, call: OpenedCall) -> None:
        super().__init__()
        self.call = call


class PrepScreen(Planning):
    """Leaving keeps it; `g` begins the call."""

    CSS_PATH = "live.tcss"
    KEYS = "prep"
    WHEEL_SCROLLS = True

    def __init__(self, call: OpenedCall, desk: CallService) -> None:
        super().__init__(call)
        self.desk = desk
        self._top = 0
        self._sheet: PrepSheet | None = None
        self._before: EarlierCalls | None = None

    def changed(self) -> None:
        state, today = self.session.state, date.today()
        if self._before is None:
            self._before = read_earlier_calls(self.desk, state.started.account if state.started else "", today)
        self._sheet = prep_sheet(self.desk, state, self.session.playbook, today, self._before)
        super().changed()

    # keys

    def unclaimed(self, key: str) -> None:
        if key in SCROLLS:
            self._top = max(self._top + SCROLLS[key], 0)
        elif key == "escape":
            return
        else:
            super().unclaimed(key)

    def do_help(self) -> None:
        self.open(help_panel(self.close, self.table, asks=True, types=True))

    def do_leave(self) -> None:
        self.finish(ended=False)

    def do_go(self) -> None:
        """Close the prep and begin its call; where that cannot be, the prep is opened again and says why."""
        self.flush()
        prep = self.call.file.id
        try:
            call = live_from(self.desk, prep)
        except CannotOpen as problem:
            call = self.desk.resume(prep)
            call.told = (str(problem),)
        self.post_message(BeginCall(call))

    def do_listen(self) -> None:
        self.write("listen to", LISTEN, self._listens, self._sheet.hear if self._sheet is not None else "")

    def _listens(self, source: str) -> None:
        self.gesture(lambda now: plan.hear(now, source))

    def do_export(self) -> None:
        self.write("file", "a file name", self._exported, f"prep-{self.call.file.id}.md")

    def _exported(self, name: str) -> None:
        if self._sheet is None or not name.strip():
            return
        try:
            write_private(Path(name.strip()).expanduser(), markdown(self._sheet))
        except CannotWrite as problem:
            self.say(str(problem))
        else:
            self.say(f"written, for your eyes only: {safe(name)}")

    # painting

    def trouble(self) -> CallWarning | None:
        found = super().trouble()
        return found if found is not None and found.bad else None

    def hints(self) -> Iterable[tuple[str, str]]:
        keys = self.table.hints()
        return (*keys[:2], keys[-1]) if self.is_small else keys

    def _draw_status(self, width: int, _: int) -> Lines:
        people = " · ".join(safe(each) for each in (self.view.account, *self.view.people) if each)
        left = line(("prep  ", MUTED), (people or "no account", "bold"))
        return [both_ends(left, line((f"{safe(self.view.title)} ", MUTED)), width)]

    def draw(self, width: int, height: int) -> Lines:
        if self.session.state.place.item is None:
            return self._page(width, height)
        if self.is_small or height < PROMPT_ROWS + 4:
            return draw_prompt(self.view, width, height, self.shown)
        drawn = draw_prompt(self.view, width, PROMPT_ROWS, self.shown)
        return [*drawn, *self._page(width, height - len(drawn))]

    def _page(self, width: int, height: int) -> Lines:
        """The sheet; arrows scroll it."""
        shown, self._top = window(self._rows_of_sheet(min(width, READABLE)), self._top, width, height)
        return shown

    def _rows_of_sheet(self, width: int) -> Lines:
        rows: Lines = []
        for block in blocks(self._sheet) if self._sheet is not None else ():
            rows.append(line(" ", (block.title.upper(), "bold $primary")))
            for text in block.lines:
                rows += _hanging(text, width, "")
            for text in block.weak:
                rows += _hanging(text, width, MUTED)
            rows.append(blank())
        told = (("test", "to test"), ("part", "people"), ("musts", "musts"))
        begin = ", ".join(filter(None, (self.table.told(id, does) for id, does in told)))
        return rows or [line("  ", (f"nothing yet: {begin}", MUTED))]


def _hanging(text: str, width: int, style: str) -> Lines:
    first, *rest = wrapped(text, width - 5, style) or [blank()]
    return [line("   · ", first), *(line("     ", each) for each in rest)]
