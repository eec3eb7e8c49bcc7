"""What the planning keys of a prep open: lists of people, questions and sections, and a line to write on."""

from __future__ import annotations

from collections.abc import Callable

from salesnerd_tui.call import plan
from salesnerd_tui.playbook.model import Ask, Priority, Section
from salesnerd_tui.review.prep import ON_THE_CALL, people
from salesnerd_tui.ui.drawing.words import MUTED, line, safe
from salesnerd_tui.ui.live import LiveScreen
from salesnerd_tui.ui.panels.picker import Entry, Picker
from salesnerd_tui.ui.widgets.linebox import Purpose

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

        self.box.begin(Purpose(name, entered, self.close, text=text, placeholder=placeholder))
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
            Entry(person.name, line(safe(person.name)), line((safe(person.part) or "–", MUTED)))
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
