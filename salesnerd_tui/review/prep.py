"""Prep sheet of a call: people, must-asks, hypotheses, promises and background, on the screen and as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from salesnerd_tui.call.events import GONE
from salesnerd_tui.call.plan import CallPlan, apply_plan, hypothesis_key, plan_from_events, with_current_ids
from salesnerd_tui.call.state import CallState, wall_time
from salesnerd_tui.call.traversal import CallFacts, fill, wording
from salesnerd_tui.playbook.model import Ask, Cues, Playbook, Priority, Section
from salesnerd_tui.review.debrief.hypotheses import Belief, BeliefState, belief_source, beliefs, find_riskiest
from salesnerd_tui.review.debrief.model import OutcomeKind
from salesnerd_tui.review.page_lines import escape
from salesnerd_tui.review.promises import (
    OPEN_STATUSES,
    PromiseStatus,
    TrackedPromise,
    due_text,
    is_one_of,
    names_day,
    same_person,
    sentence,
    sort_by_urgency,
)
from salesnerd_tui.text import quoted, with_period
from salesnerd_tui.timefmt import format_day, parse_time, short_day

if TYPE_CHECKING:
    from salesnerd_tui.review.debrief.model import Debrief


ON_THE_CALL = "on the call"
"""Stored role of a person who was added without one."""


class EarlierCall(Struct, frozen=True):
    """An earlier call with its final state."""

    call: str
    state: CallState


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


class EarlierCalls(Struct, frozen=True):
    """Knowledge before a call: the account's calls and preps, newest first, promises, and the previous call."""

    calls: tuple[EarlierCall, ...] = ()
    promises: tuple[TrackedPromise, ...] = ()
    last: LastCall | None = None
    preps: tuple[EarlierCall, ...] = ()


class PrepSheet(Struct, frozen=True):
    """The whole page. `hypotheses` are those without a question; `promises` are the open ones.

    `beliefs` are all hypotheses about the account, those of this prep too; `riskiest` is the text of the one to test
    next, empty if nothing is untested but what this prep tests. Days of the year of `today` have no year.
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
    today: date | None = None

    @property
    def musts(self) -> tuple[PlannedQuestion, ...]:
        return tuple(question for box in self.agenda for question in box.questions if question.must)


def summarize_last_call(debrief: Debrief) -> LastCall:
    """Return what matters of the previous call; praise is not a lesson to try."""
    lesson, outcome = debrief.lesson, debrief.outcome
    # "This call" would be the one that is prepared.
    line = "The last call is still open." if outcome.verdict is OutcomeKind.OPEN else outcome.line
    return LastCall(debrief.header.started_at, line, "" if lesson.praise else lesson.text)


def build_sheet(state: CallState, playbook: Playbook, earlier: EarlierCalls, today: date) -> PrepSheet:
    """Return the prep sheet. The state may be empty; the prep it belongs to may be among the earlier preps."""
    plan = with_current_ids(plan_from_events(state.plan), playbook)
    planned = apply_plan(playbook, replace(plan, hypotheses=()))
    others = (each for each in (*earlier.calls, *earlier.preps) if each.state.started != state.started)
    all_beliefs = beliefs((*(belief_source(each.call, each.state) for each in others), belief_source("", state)))
    musts = {ask.id for ask in planned.call_questions() if ask.priority is Priority.MUST}
    next_test = find_riskiest(all_beliefs, musts, (text for _, text in plan.hypotheses))
    return PrepSheet(
        account=state.started.account if state.started else "",
        playbook=playbook.id,
        title=playbook.title,
        goal=playbook.goal,
        minutes=planned.minutes,
        people=list_people(state, plan, earlier.calls),
        thoughts=tuple(
            PrepAnswer(fill(item.text, playbook, state), " · ".join(CallFacts(playbook, state).known(item.id)))
            for item in playbook.prep
            if isinstance(item, Ask)
        ),
        known=tuple(_known_facts(playbook, earlier.calls)),
        hypotheses=plan.hypotheses_about(""),
        agenda=tuple(_time_boxes(planned, plan, state)),
        promises=tuple(sort_by_urgency(each for each in earlier.promises if each.status in OPEN_STATUSES)),
        notes=tuple(note.text for note in state.free),
        last=earlier.last,
        listen=plan.listen,
        meeting=plan.meeting,
        beliefs=all_beliefs,
        riskiest=next_test.text if next_test is not None else "",
        today=today,
    )


def list_people(state: CallState, plan: CallPlan, earlier: Sequence[EarlierCall] = ()) -> tuple[PrepPerson, ...]:
    """Return the people on the call with their roles, then people from earlier calls."""
    names = list(state.started.people) if state.started else []
    names += [name for name in plan.roles if not any(same_person(name, other) for other in names)]
    met = [name for call in earlier if call.state.started for name in call.state.started.people if name != GONE]
    roles = {name: role for name, role in plan.roles.items() if role != ON_THE_CALL}
    today = [PrepPerson(with_title(name, met), role_of(name, roles)) for name in names]
    earlier_people: list[PrepPerson] = []
    for name in met:
        if not is_one_of(name, (person.name for person in (*today, *earlier_people))):
            earlier_people.append(PrepPerson(name, today=False))
    return (*today, *earlier_people)


def with_title(name: str, met: Sequence[str]) -> str:
    """Return `Dana Roe, VP Eng` for `Dana Roe`, as an invitation names her, if an earlier call had `Dana, VP Eng`."""
    titles = (other.partition(",")[2] for other in met if "," in other and is_one_of(other, (name,)))
    return name if "," in name else ",".join((name, *islice(titles, 1)))


def role_of(name: str, roles: Mapping[str, str]) -> str:
    return next((role for about, role in roles.items() if same_person(about, name)), "")


def _known_facts(playbook: Playbook, earlier: Sequence[EarlierCall]) -> Iterator[KnownFact]:
    """Yield the newest answer to each question, those of today's playbook first."""
    todays_ids = {name for ask in playbook.questions() for name in ask.all_ids}
    facts: dict[str, KnownFact] = {}
    for call in earlier:
        for question, notes in call.state.notes.items():
            own = [note for note in notes if note.words and not note.recalled_from]
            if own and question not in facts:
                words = " · ".join(filter(None, (own[-1].label, own[-1].text)))
                facts[question] = KnownFact(
                    question,
                    wording(question, call.state),
                    words,
                    wall_time(call.state, own[-1].at),
                    question in todays_ids,
                )
    yield from sorted(facts.values(), key=lambda known: not known.here)


def _time_boxes(playbook: Playbook, plan: CallPlan, state: CallState) -> Iterator[TimeBox]:
    section, asks = Section(""), list[Ask]()
    for item in (*playbook.agenda, Section("")):
        if isinstance(item, Section):
            if asks:
                questions = tuple(_plan_question(ask, playbook, plan, state) for ask in asks)
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


def _plan_question(ask: Ask, playbook: Playbook, plan: CallPlan, state: CallState) -> PlannedQuestion:
    known = CallFacts(playbook, state).known(ask.id)
    return PlannedQuestion(
        ask.id,
        fill(ask.text, playbook, state),
        ask.priority is Priority.MUST,
        ask.id in plan.wordings,
        known[-1] if known else "",
        plan.hypotheses_about(ask.id),
        tuple(_reminders(ask)),
    )


MAX_KNOWN_CHARACTERS = 160
"""Maximum length of an answer on the page."""

MAX_PROMISES = 3
"""Maximum number of open promises on the page if there are more than one more."""

MAX_BELIEFS = 8
"""Maximum number of hypotheses on the page that this prep does not test."""

MAX_OTHER_FACTS = 6
"""Maximum number of answers to questions of other playbooks."""


class PrepBlock(Struct, frozen=True):
    """A heading with its lines; `weak` lines are shown less prominently, and so is the text `under` a line."""

    title: str
    lines: tuple[str, ...]
    weak: tuple[str, ...] = ()
    under: Mapping[str, str] = field(default_factory=dict)


def prep_blocks(sheet: PrepSheet) -> Iterator[PrepBlock]:
    """Yield the blocks that have lines, the most useful first.

    Nothing is on the page twice: a question that tests a hypothesis is next to it, a must-ask has its fact and its
    reminders, and the agenda has the remaining questions.
    """
    others = [question for question in sheet.musts if not question.hypotheses]
    musts = {_question_text(question, sheet): _sentences(question.reminders) for question in others}
    tests = dict(_hypotheses(sheet))
    today = [person for person in sheet.people if person.today]
    met = [person.name for person in sheet.people if not person.today]
    must_title = "Must-ask questions" if len(others) == len(sheet.musts) else "Other must-ask questions"
    blocks = (
        PrepBlock("Call", tuple(_meeting(sheet))),
        PrepBlock("They wrote", tuple(sheet.meeting.get("written", "").splitlines())),
        PrepBlock("People", tuple(map(person_text, today)), (f"from earlier calls: {'; '.join(met)}",) if met else ()),
        PrepBlock("Last time", tuple(_last_call_lines(sheet))),
        PrepBlock("Open promises", *_promises(sheet)),
        PrepBlock("Hypotheses", tuple(tests), tuple(_other_beliefs(sheet)), _filled_slots(tests)),
        PrepBlock(must_title, tuple(musts), under=_filled_slots(musts)),
        PrepBlock("Background", *_known_lines(sheet)),
        PrepBlock("Your own answers", tuple(f"{each.question} {each.words}" for each in sheet.thoughts if each.words)),
        PrepBlock("Notes", sheet.notes),
        PrepBlock("Agenda", tuple(_agenda(sheet))),
        PrepBlock("Listens to", (sheet.listen,) if sheet.listen else ()),
    )
    yield from (block for block in blocks if block.lines or block.weak)


def prep_markdown(sheet: PrepSheet) -> str:
    """Return the page as Markdown; words of people are escaped."""
    head = " · ".join(filter(None, (sheet.account, sheet.title)))
    lines = [f"# Prep: {escape(head)}", ""]
    if sheet.goal:
        lines += [f"{escape(sheet.goal)}{_minutes_text(sheet.minutes)}", ""]
    for block in prep_blocks(sheet):
        lines += [f"## {block.title}", ""]
        for row in (*block.lines, *block.weak):
            lines.append(f"- {escape(row)}")
            lines += [f"  - {escape(block.under[row])}"] if row in block.under else []
        lines.append("")
    return "\n".join(lines)


def person_text(person: PrepPerson) -> str:
    return f"{person.name}: {person.role}" if person.role else person.name


def _meeting(sheet: PrepSheet) -> Iterator[str]:
    """Yield when the call is, in local time, and its link."""
    facts = sheet.meeting
    start = parse_time(facts.get("starts_at", ""))
    if start is not None:
        local = start.astimezone() if start.tzinfo else start
        at = f", {local.hour}:{local.minute:02}" if start.tzinfo else ""
        minutes = f" ({facts['minutes']} min)" if facts.get("minutes") else ""
        yield f"{local:%A}, {format_day(local.date(), sheet.today)}{at}{minutes}"
    if facts.get("link"):
        yield facts["link"]


def _filled_slots(under: Mapping[str, str]) -> dict[str, str]:
    return {text: words for text, words in under.items() if words}


def _question_text(question: PlannedQuestion, sheet: PrepSheet) -> str:
    """Return a question with what is known about it, and from which day."""
    fact = next((each for each in sheet.known if each.question == question.id), None)
    words = fact.words if fact is not None else question.known
    day = _day_of_moment(fact.said_at, sheet.today) if fact is not None else ""
    return f"{question.text} {quoted(words, MAX_KNOWN_CHARACTERS)}{day}" if words else question.text


def _sentences(texts: Iterable[str]) -> str:
    return " ".join(map(with_period, texts))


def _hypotheses(sheet: PrepSheet) -> Iterator[tuple[str, str]]:
    """Yield the hypotheses of this prep with their question; what is known of them and a must-ask's reminders."""
    known = {hypothesis_key(belief.text): belief for belief in sheet.beliefs}

    def facts(test: str) -> str:
        belief = known.get(hypothesis_key(test))
        return " · ".join(belief_facts(belief, sheet.today)) if belief is not None else ""

    for test in sheet.hypotheses:
        yield test, facts(test)
    for box in sheet.agenda:
        for question in box.questions:
            for number, test in enumerate(question.hypotheses):
                must = " (must-ask)" if question.must else ""
                asked = "the same question" if number else f"{_question_text(question, sheet)}{must}"
                reminders = _sentences(question.reminders) if question.must and not number else ""
                yield f"{test} → {asked}", ". ".join(filter(None, (facts(test), reminders)))


def untested_beliefs(sheet: PrepSheet) -> list[Belief]:
    """Return the beliefs that this prep does not test, the riskiest first."""
    tested = {hypothesis_key(test) for test in sheet.hypotheses}
    tested |= {hypothesis_key(test) for box in sheet.agenda for each in box.questions for test in each.hypotheses}
    others = [belief for belief in sheet.beliefs if hypothesis_key(belief.text) not in tested]
    return sorted(others, key=lambda belief: belief.text != sheet.riskiest)


def _other_beliefs(sheet: PrepSheet) -> Iterator[str]:
    others = untested_beliefs(sheet)
    for belief in others[:MAX_BELIEFS]:
        text = belief_text(belief, sheet.today)
        yield f"riskiest, {text}" if belief.text == sheet.riskiest else text
    if len(others) > MAX_BELIEFS:
        yield f"and {len(others) - MAX_BELIEFS} more"


def belief_text(belief: Belief, today: date | None) -> str:
    """Return a belief on one line: `supported: the CFO decides · “Only she signs” (3 Nov)`."""
    state, *facts = belief_facts(belief, today)
    return " · ".join((f"{state}: {belief.text}", *facts))


def belief_facts(belief: Belief, today: date | None) -> Iterator[str]:
    """Yield the state of a belief, the best evidence for it with its day, and what would disprove it."""
    best, state = belief.best, belief.state.value
    if belief.state is BeliefState.UNTESTED:
        since = belief.since.date() if belief.since is not None else today
        yield state if since is None or since == today else f"{state} since {short_day(since, today)}"
    elif best is not None and best.quote:
        yield state
        yield f"{quoted(best.quote, MAX_KNOWN_CHARACTERS)}{_day_of_moment(best.said_at, today)}"
    else:
        yield f"{state}{_day_of_moment(best.said_at, today) if best is not None else ''}"
    if belief.disproof and belief.state is not BeliefState.DISPROVED:
        yield f"wrong if: {belief.disproof}"


def _promises(sheet: PrepSheet) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the most urgent promises, and how many more are open: the must-asks follow on the same screen."""
    count = len(sheet.promises)
    shown = sheet.promises[: MAX_PROMISES if count > MAX_PROMISES + 1 else count]
    others = f"and {count - len(shown)} more" if len(shown) < count else ""
    return tuple(_promise_text(tracked, sheet.today) for tracked in shown), (others,) if others else ()


def _promise_text(tracked: TrackedPromise, today: date | None) -> str:
    promise = tracked.promise
    is_named = promise.due_on is not None and names_day(promise.text, promise.due_on, today)
    due = "" if is_named else due_text(tracked, today)
    status = "" if tracked.status is PromiseStatus.OPEN else tracked.status.value
    facts = ", ".join(part for part in (due, status) if part)
    return f"{tracked.who}: {sentence(promise.text)}{f' ({facts})' if facts else ''}"


def _known_lines(sheet: PrepSheet) -> tuple[tuple[str, ...], tuple[str, ...]]:
    above = {question.id for box in sheet.agenda for question in box.questions if question.must or question.hypotheses}
    texts = {}
    for fact in sheet.known:
        day = _day_of_moment(fact.said_at, sheet.today)
        texts[fact.question] = f"{fact.asked_as} {quoted(fact.words, MAX_KNOWN_CHARACTERS)}{day}"
    here = tuple(texts[each.question] for each in sheet.known if each.here and each.question not in above)
    return here, tuple(texts[each.question] for each in sheet.known if not each.here)[:MAX_OTHER_FACTS]


def _last_call_lines(sheet: PrepSheet) -> Iterator[str]:
    if sheet.last is not None:
        yield f"{sheet.last.line}{_day_of_moment(sheet.last.started_at, sheet.today)}"
        if sheet.last.lesson:
            yield f"to try: {sheet.last.lesson}"


def _day_of_moment(moment: datetime | None, today: date | None) -> str:
    return f" ({short_day(moment.date(), today)})" if moment else ""


def _agenda(sheet: PrepSheet) -> Iterator[str]:
    """Yield each section with its reminders and the questions that are neither must-asks nor known."""
    known = {fact.question for fact in sheet.known}
    for box in sheet.agenda:
        also = " · ".join(
            each.text for each in box.questions if not (each.must or each.hypotheses or each.known or each.id in known)
        )
        is_rest = box.reminders or any(each.must or each.hypotheses for each in box.questions)
        words = " ".join(filter(None, (_sentences(box.reminders), f"Also: {also}" if also and is_rest else also)))
        title = f"{box.title or 'Start'}{_minutes_text(box.minutes)}"
        yield f"{title}: {words}" if words else title


def _minutes_text(minutes: float | None) -> str:
    return f" ({minutes:g} min)" if minutes else ""
