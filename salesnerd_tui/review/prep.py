"""Prep sheet of a call: one page with people, must-asks, hypotheses, promises and background."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from salesnerd_tui.call.plan import CallPlan, planned, planning
from salesnerd_tui.call.state import CallState, wall_time
from salesnerd_tui.call.traversal import fill
from salesnerd_tui.playbook.model import Ask, Cues, Playbook, Priority, Section
from salesnerd_tui.review.debrief.hypotheses import Belief, belief_source, beliefs, riskiest
from salesnerd_tui.review.promises import OPEN_STATUSES, TrackedPromise, in_order, same_person
from salesnerd_tui.timefmt import moment

if TYPE_CHECKING:
    from salesnerd_tui.review.debrief.model import Debrief

ON_THE_CALL = "on the call"
"""Stored role of a person who was added without one."""


class EarlierCall(Struct, frozen=True):
    """An earlier call with its final state."""

    call: str
    state: CallState

    @property
    def started_at(self) -> datetime | None:
        return moment(self.state.started.started_at) if self.state.started else None

    @property
    def title(self) -> str:
        return self.state.started.title if self.state.started else ""


class PrepPerson(Struct, frozen=True):
    """A person. `role` is their role in the purchase; `today` says that they are on this call."""

    name: str
    role: str = ""
    today: bool = True


class KnownFact(Struct, frozen=True):
    """An answer from an earlier call. `here`: today's playbook asks the question."""

    question: str
    asked_as: str
    words: str
    said_at: datetime | None
    here: bool


class PlannedQuestion(Struct, frozen=True):
    """A question of today's call, with a known answer, the hypotheses it tests and the playbook's notes about it."""

    id: str
    text: str
    must: bool
    reworded: bool = False
    known: str = ""
    hypotheses: tuple[str, ...] = ()
    reminders: tuple[str, ...] = ()


class TimeBox(Struct, frozen=True):
    """A section with its time box in minutes and the playbook's notes about it."""

    title: str
    minutes: float | None
    questions: tuple[PlannedQuestion, ...]
    reminders: tuple[str, ...] = ()


class PrepAnswer(Struct, frozen=True):
    """A prep question and the user's answer."""

    question: str
    words: str


class LastCall(Struct, frozen=True):
    """The previous call: when, its outcome in a sentence, and the lesson of its debrief."""

    started_at: datetime | None
    line: str
    lesson: str = ""


class PrepSheet(Struct, frozen=True):
    """The whole page. `hypotheses` are those without a question; `promises` are the open ones.

    `beliefs` are all hypotheses about the account, those of this prep too; `riskiest` is the text of the one to test
    next, empty if nothing is untested but what this prep tests.
    """

    account: str
    playbook: str
    title: str
    goal: str
    minutes: float | None
    people: tuple[PrepPerson, ...]
    thoughts: tuple[PrepAnswer, ...]
    known: tuple[KnownFact, ...]
    hypotheses: tuple[str, ...]
    agenda: tuple[TimeBox, ...]
    promises: tuple[TrackedPromise, ...]
    notes: tuple[str, ...]
    last: LastCall | None = None
    listen: str = ""
    meeting: Mapping[str, str] = field(default_factory=dict)
    """Facts of the invitation: `starts_at` (ISO 8601), `minutes`, `link`, `title`."""
    beliefs: tuple[Belief, ...] = ()
    riskiest: str = ""

    @property
    def musts(self) -> tuple[PlannedQuestion, ...]:
        return tuple(question for box in self.agenda for question in box.questions if question.must)


def last_time(debrief: Debrief) -> LastCall:
    """Return what matters of the previous call; praise is not a lesson to try."""
    lesson = debrief.lesson
    return LastCall(debrief.header.started_at, debrief.outcome.line, "" if lesson.praise else lesson.text)


def sheet(
    state: CallState,
    playbook: Playbook,
    earlier: Sequence[EarlierCall],
    pledges: Iterable[TrackedPromise],
    last: LastCall | None = None,
    preps: Sequence[EarlierCall] = (),
) -> PrepSheet:
    """Return the prep sheet; `earlier` are the account's calls, newest first, and `preps` its preps.

    The state may be empty. The prep it belongs to may be among `preps`.
    """
    plan = planning(state.plan)
    today = planned(playbook, replace(plan, hypotheses=()))
    others = (each for each in (*earlier, *preps) if each.state.started != state.started)
    believed = beliefs((*(belief_source(each.call, each.state) for each in others), belief_source("", state)))
    musts = {ask.id for ask in today.asks() if ask.priority is Priority.MUST}
    next_test = riskiest(believed, musts, (text for _, text in plan.hypotheses))
    return PrepSheet(
        account=state.started.account if state.started else "",
        playbook=playbook.id,
        title=playbook.title,
        goal=playbook.goal,
        minutes=today.minutes,
        people=people(state, plan, earlier),
        thoughts=tuple(
            PrepAnswer(fill(item.text, playbook, state), " · ".join(state.known(item.id)))
            for item in playbook.prep
            if isinstance(item, Ask)
        ),
        known=tuple(_known(playbook, earlier)),
        hypotheses=plan.about(""),
        agenda=tuple(_boxes(today, plan, state)),
        promises=tuple(in_order(pledge for pledge in pledges if pledge.status in OPEN_STATUSES)),
        notes=tuple(note.text for note in state.free),
        last=last,
        listen=plan.listen,
        meeting=plan.meeting,
        beliefs=believed,
        riskiest=next_test.text if next_test is not None else "",
    )


def people(state: CallState, plan: CallPlan, earlier: Sequence[EarlierCall] = ()) -> tuple[PrepPerson, ...]:
    """Return the people on the call with their roles, then people from earlier calls."""
    named = list(state.started.people) if state.started else []
    named += [name for name in plan.parts if not any(same_person(name, other) for other in named)]
    today = [PrepPerson(name, _role(name, plan)) for name in named]
    met: list[PrepPerson] = []
    for call in earlier:
        for name in call.state.started.people if call.state.started else ():
            if not any(same_person(name, person.name) for person in (*today, *met)):
                met.append(PrepPerson(name, today=False))
    return (*today, *met)


def _role(name: str, plan: CallPlan) -> str:
    role = next((text for about, text in plan.parts.items() if same_person(about, name)), "")
    return "" if role == ON_THE_CALL else role


def _known(playbook: Playbook, earlier: Sequence[EarlierCall]) -> Iterator[KnownFact]:
    """Yield the newest answer to each question, those of today's playbook first."""
    here = {name for ask in playbook.questions() for name in (ask.id, *ask.aliases)}
    found: dict[str, KnownFact] = {}
    for call in earlier:
        for question, notes in call.state.notes.items():
            own = [note for note in notes if note.words and not note.recalled_from]
            if own and question not in found:
                asked_as = call.state.wordings.get(question, question.replace("_", " "))
                words = " · ".join(filter(None, (own[-1].label, own[-1].text)))
                found[question] = KnownFact(
                    question, asked_as, words, wall_time(call.state, own[-1].at), question in here
                )
    yield from sorted(found.values(), key=lambda known: not known.here)


def _boxes(playbook: Playbook, plan: CallPlan, state: CallState) -> Iterator[TimeBox]:
    section, asks = Section(""), list[Ask]()
    for item in (*playbook.agenda, Section("")):
        if isinstance(item, Section):
            if asks:
                questions = tuple(_question(ask, playbook, plan, state) for ask in asks)
                goal = (section.goal,) if section.goal else ()
                yield TimeBox(section.title, section.minutes, questions, (*goal, *_reminders(section)))
            section, asks = item, []
        elif isinstance(item, Ask):
            asks.append(item)


def _reminders(cues: Cues) -> Iterator[str]:
    """Yield what the playbook notes for the user, a line per kind of note."""
    yield from cues.why
    for label, words in (("Listen for", cues.listen_for), ("Avoid", cues.avoid), ("See", cues.link)):
        if words:
            yield f"{label}: {', '.join(words)}"


def _question(ask: Ask, playbook: Playbook, plan: CallPlan, state: CallState) -> PlannedQuestion:
    known = state.known(ask.id)
    return PlannedQuestion(
        ask.id,
        fill(ask.text, playbook, state),
        ask.priority is Priority.MUST,
        ask.id in plan.wordings,
        known[-1] if known else "",
        plan.about(ask.id),
        tuple(_reminders(ask)),
    )
