"""Prep screen: the live screen with the prep questions one by one, and below them the prep sheet.

Its planning commands add hypotheses and people, and choose, reword and time the questions of the call.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from salesnerd_tui.call import plan
from salesnerd_tui.files import proposed_name
from salesnerd_tui.playbook.model import Ask, Item, Priority, Section
from salesnerd_tui.review.prep import (
    ON_THE_CALL,
    EarlierCall,
    EarlierCalls,
    PrepSheet,
    belief_facts,
    list_people,
    prep_markdown,
    untested_beliefs,
)
from salesnerd_tui.services.call_service import CannotOpen, OpenedCall
from salesnerd_tui.services.prep import open_from_prep, prep_sheet, read_earlier_calls
from salesnerd_tui.tui.navigator import StartPreparedCall
from salesnerd_tui.tui.panels.picker import Entry, Picker
from salesnerd_tui.tui.render.page import draw_sheet
from salesnerd_tui.tui.render.question import draw_answers, draw_cues, side_by_side
from salesnerd_tui.tui.render.text import MUTED, SCROLL_STEPS, Lines, blank, both_ends, line, safe, visible_rows
from salesnerd_tui.tui.screens.base import ask_file
from salesnerd_tui.tui.screens.live import LiveScreen

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from salesnerd_tui.call.actions import CallContext
    from salesnerd_tui.call.events import Event
    from salesnerd_tui.services.call_service import CallService
    from salesnerd_tui.services.call_status import CallWarning


MAX_ANSWER_ROWS = 3
"""Rows that the answers of a prep question may take; the sheet has the rest."""

MAX_WIDTH = 100
LISTEN_PLACEHOLDER = "a captions or transcript file, or mic; empty for the space key only"


class PrepScreen(LiveScreen):
    """Live screen without speech and coach. Leaving keeps the prep; `go` starts its call."""

    KEYMAP_NAME = "prep"
    MOVE_KEYS = SCROLL_STEPS

    def __init__(self, call: OpenedCall, service: CallService) -> None:
        super().__init__(call, service)
        self.command_handlers = (*self.command_handlers, PlanActions(self))
        self.sheet: PrepSheet | None = None
        self._earlier: EarlierCalls | None = None

    def changed(self) -> None:
        state, today = self.session.state, date.today()
        if self._earlier is None:
            self._earlier = read_earlier_calls(self.service, state.started.account if state.started else "", today)
        self.sheet = prep_sheet(self.service, state, self.session.playbook, today, self._earlier)
        self.set_class(state.place.item is None, "-agenda-done")
        super().changed()

    @property
    def earlier(self) -> tuple[EarlierCall, ...]:
        """The earlier calls with the account."""
        return self._earlier.calls if self._earlier is not None else ()

    # keys

    def do_leave(self) -> None:
        self.close_call(is_ended=False)

    def do_go(self) -> None:
        """Close the prep and start its call; if that fails, reopen the prep and show the reason."""
        self.flush()
        prep = self.call.file.id
        try:
            call = open_from_prep(self.service, prep)
        except CannotOpen as problem:
            call = self.service.resume(prep)
            call.messages = (str(problem),)
        self.post_message(StartPreparedCall(call))

    def do_listen(self) -> None:
        def listen_to(source: str) -> None:
            self.perform(lambda context: plan.set_listen_source(context, source))

        source = self.sheet.listen if self.sheet is not None else ""
        self.ask_for_text("listen to", LISTEN_PLACEHOLDER, listen_to, source)

    def do_write(self) -> None:
        sheet = self.sheet
        if sheet is not None:
            name = proposed_name(self.view.account, "prep", date.today().isoformat())
            ask_file(self, "the prep", name, lambda _: prep_markdown(sheet))

    # painting

    def warning(self) -> CallWarning | None:
        """Return a warning only if notes are not saved: a prep listens to nothing."""
        warning = super().warning()
        return warning if warning is not None and warning.is_unsaved else None

    def hints(self) -> Iterable[tuple[str, str]]:
        left_out = ("note",) if self.session.state.place.item is not None else ("note", "next", "skip")
        keys_left_out = {self.key_table.shown_keys.get(id) for id in left_out}
        keys = tuple(each for each in self.key_table.hints() if each[0] not in keys_left_out)
        return (*keys[:2], keys[-1]) if self.is_small else keys

    def _draw_status(self, width: int, _: int) -> Lines:
        people = " · ".join(safe(each) for each in (self.view.account, *self.view.people) if each)
        left = line(("prep  ", MUTED), (people or "no account", "bold"))
        return [both_ends(left, line((f"{safe(self.view.title)} ", MUTED)), width)]

    def draw(self, width: int, height: int) -> Lines:
        if self.session.state.place.item is None:
            return self._draw_page(width, height)
        if self.is_small:
            return draw_answers(self.view, width, height, self.shown_keys)
        prompt = self.view.prompt
        top = side_by_side(prompt, width, MAX_ANSWER_ROWS) if prompt.choices else draw_cues(prompt, width, 1)
        top = [*top, *[blank()] * (MAX_ANSWER_ROWS - len(top)), blank()]
        return [*top, *self._draw_page(width, height - len(top))]

    def _draw_page(self, width: int, height: int) -> Lines:
        """Draw the visible part of the prep sheet."""
        rows = draw_sheet(self.sheet, min(width, MAX_WIDTH)) if self.sheet is not None else []
        if not rows:
            phrases = (("hypothesis", "adds a hypothesis"), ("role", "adds a person"), ("must", "sets must-asks"))
            keys = ", ".join(filter(None, (self.key_phrase(id, does) for id, does in phrases)))
            rows = [line("  ", (f"nothing prepared yet: {keys}", MUTED))]
        shown, self._top = visible_rows(rows, self._top, width, height)
        return shown


OTHER_PERSON = " "
NO_QUESTION = " "
NEW_HYPOTHESIS = " "


class PlanActions:
    """The `do_<id>` methods that change the plan of a prep."""

    def __init__(self, screen: PrepScreen) -> None:
        self._screen = screen
        self._session = screen.session

    # hypotheses

    def do_hypothesis(self) -> None:
        """Offer the hypotheses of earlier calls, the riskiest first, or ask for a new one."""
        sheet = self._screen.sheet
        beliefs = {belief.text: belief for belief in untested_beliefs(sheet)} if sheet is not None else {}
        if not beliefs:
            self._ask_hypothesis()
            return
        rows = [
            Entry(
                text,
                line(safe(text)),
                line((belief.state.value, MUTED)),
                details=(" · ".join(belief_facts(belief, date.today())),),
            )
            for text, belief in beliefs.items()
        ]
        rows.append(Entry(NEW_HYPOTHESIS, line(("something new", MUTED))))

        def handle_pick(text: str) -> None:
            if text == NEW_HYPOTHESIS:
                self._ask_hypothesis()
                return
            belief = beliefs[text]
            if any(ask.id == belief.question for ask in self._planned_questions()):
                self._add_hypothesis(belief.text, belief.question, belief.disproof)
            else:
                self._pick_test_question(belief.text, belief.disproof)

        screen = self._screen
        screen.open_panel(
            Picker(
                "hypothesis",
                rows,
                screen.close_panel_then(handle_pick),
                empty_text="enter adds it as a new hypothesis",
                placeholder="pick one to test again, or type a new one",
                on_unmatched=screen.close_panel_then(self._pick_test_question),
            )
        )

    def _ask_hypothesis(self) -> None:
        self._screen.ask_for_text("hypothesis", "what do you believe and want to find out?", self._pick_test_question)

    def _pick_test_question(self, text: str, disproof: str = "") -> None:
        if not text.strip():
            return
        rows = [Entry(NO_QUESTION, line("no particular question")), *self._question_rows()]

        self._screen.pick(
            "find out with", rows, lambda question: self._add_hypothesis(text, question.strip(), disproof)
        )

    def _add_hypothesis(self, hypothesis: str, question: str, disproof: str) -> None:
        """Add a hypothesis, and ask what would disprove it unless that is given."""
        if not self._screen.perform(lambda context: plan.add_hypothesis(context, hypothesis, question)):
            return
        if disproof:
            self._set_disproof(hypothesis, disproof)
        else:
            self._screen.ask_for_text(
                "you would be wrong if",
                "what would you hear if it is wrong? empty skips",
                lambda typed: self._set_disproof(hypothesis, typed),
                enter_label="add",
            )

    def _set_disproof(self, hypothesis: str, text: str) -> None:
        """Add what would disprove the hypothesis, if given, and confirm it: a small screen does not show the sheet."""
        if not text.strip() or self._screen.perform(lambda context: plan.set_disproof(context, hypothesis, text)):
            self._screen.say(f"added hypothesis “{hypothesis}”")

    # people

    def do_role(self) -> None:
        state = self._session.state
        rows = [
            Entry(
                person.name,
                line(safe(person.name)),
                line((safe(person.role) or ("–" if person.today else "from an earlier call"), MUTED)),
            )
            for person in list_people(state, plan.plan_from_events(state.plan), self._screen.earlier)
        ]
        rows.append(Entry(OTHER_PERSON, line(("add a person", MUTED))))
        self._screen.pick("role in buying", rows, self._ask_role)

    def _ask_role(self, name: str) -> None:
        if name == OTHER_PERSON:
            self._screen.ask_for_text(
                "person", "name, e.g. Petra, security", lambda typed: self._ask_role(typed) if typed.strip() else None
            )
            return
        role = plan.plan_from_events(self._session.state.plan).roles.get(name, "")
        self._screen.ask_for_text(
            "role",
            f"role of {safe(name)} in buying",
            lambda text: self._plan(plan.set_role, name, text.strip() or ON_THE_CALL),
            "" if role == ON_THE_CALL else role,
        )

    # questions

    def do_must(self, current_id: str = "") -> None:
        rows = self._question_rows()
        if not rows:
            self._screen.say("this playbook has no questions")
            return
        self._screen.pick("must-ask questions: enter toggles", rows, self._toggle_must, current_id)

    def _toggle_must(self, question: str) -> None:
        self._screen.perform(lambda context: plan.set_must(context, question))
        self.do_must(question)

    def do_reword(self) -> None:
        self._screen.pick("reword a question", self._question_rows(), self._ask_wording)

    def _ask_wording(self, question: str) -> None:
        ask = next(ask for ask in self._planned_questions() if ask.id == question)
        self._screen.ask_for_text(
            "wording",
            "your wording; empty restores the playbook's",
            lambda text: self._set_wording(question, text),
            ask.text,
        )

    def _set_wording(self, question: str, text: str) -> None:
        original = next(ask for ask in self._session.playbook.call_questions() if ask.id == question).text
        self._plan(plan.reword, question, "" if text.strip() == original else text)

    # time boxes

    def do_timebox(self) -> None:
        rows = [
            Entry(item.title, line(safe(item.title)), line((f"{item.minutes:g} min" if item.minutes else "–", MUTED)))
            for item in self._planned_agenda()
            if isinstance(item, Section)
        ]
        if not rows:
            self._screen.say("this playbook has no sections")
            return
        self._screen.pick("time box for", rows, self._ask_minutes)

    def _ask_minutes(self, section: str) -> None:
        self._screen.ask_for_text(
            "minutes",
            f"minutes for {safe(section)}; empty restores the playbook's",
            lambda text: self._plan(plan.set_timebox, section, text),
        )

    def _plan(self, change: Callable[[CallContext, str, str], tuple[Event, ...]], subject: str, text: str) -> None:
        self._screen.perform(lambda context: change(context, subject, text))

    def _planned_agenda(self) -> Sequence[Item]:
        return plan.apply_plan(self._session.playbook, plan.plan_from_events(self._session.state.plan)).agenda

    def _planned_questions(self) -> list[Ask]:
        return [item for item in self._planned_agenda() if isinstance(item, Ask)]

    def _question_rows(self) -> list[Entry]:
        rows = []
        for ask in self._planned_questions():
            must = ("MUST ", "bold $warning") if ask.priority is Priority.MUST else ("     ", "")
            rows.append(Entry(ask.id, line(must, safe(ask.text)), search_text=f"{ask.text} {ask.id}"))
        return rows
