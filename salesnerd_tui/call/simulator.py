"""Simulator: runs a playbook with the answers of its tests or buyers, and searches for answers that lead to an outcome.

The walk performs the actions of the live screen, so a call with these answers goes the same way. The prep comes first,
as before a real call. A question without an answer in the script gets some words; one whose note is empty is asked and
stays open. The report says what the tests and buyers of a playbook visit, and what none of them does.

The search starts from the call in which nothing is picked, then changes one answer, then two, and so on: the first path
to an outcome is one with the fewest answers. Only answers and notes that change where the call goes are tried.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import count

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.call import actions, traversal
from salesnerd_tui.call.events import Answered, Detoured, Event, Mode, Place, Returned, Started
from salesnerd_tui.call.state import CallState, evolve
from salesnerd_tui.playbook.conditions import Comparison, GateMet, Includes, IsKnown, IsLabel, comparisons
from salesnerd_tui.playbook.model import PREP, Answer, Ask, Buyer, Condition, Gate, Interruption, Playbook, PlaybookTest
from salesnerd_tui.playbook.yaml_tree import normalize_label

LATE_SECONDS = 24 * 3600.0
"""Time of the call in a test with `late: true`: later than any planned time."""

STARTED_AT = "2026-01-01T00:00:00+00:00"
"""Fixed start date, so that a simulated call is the same on every day."""

DEFAULT_ANSWER = "…"
"""Answer to a question that the script does not mention."""

MAX_STEPS_PER_ITEM = 6
"""Maximum number of actions per item (asked, picked, follow-up, detour in and out); more means an endless loop."""


class WalkReport(Struct, frozen=True):
    """Result of a simulated call. `ending` is the proposed outcome or playbook; '' if the agenda ended undecided."""

    name: str
    asked: tuple[str, ...]
    ending: str
    answers: frozenset[tuple[str, str]]
    detours: frozenset[str]
    returned_to: str
    met: frozenset[str]
    problems: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        return not self.problems


def run_test(playbook: Playbook, test: PlaybookTest) -> WalkReport:
    """Run one test of the playbook; `problems` lists its failures."""
    buyer = playbook.buyers.get(test.buyer)
    open_questions = {name for name, words in test.notes.items() if not words.strip()}
    picked = {name: label for name, label in (buyer.picks if buyer else {}).items() if name not in open_questions}
    script = _Script(
        picks={**picked, **test.picks},
        notes={**(buyer.says if buyer else {}), **test.notes},
        interrupts=(*(buyer.interrupts if buyer else ()), *test.interrupts),
        is_late=test.late,
    )
    report = _walk(playbook, test.it, script, (*test.met, *test.unmet))
    return replace(report, problems=(*report.problems, *_failures(report, test)))


def run_buyer(playbook: Playbook, buyer: Buyer) -> WalkReport:
    """Run the call with a rehearsal buyer; a buyer with `ends` must end there."""
    notes = {**buyer.says, **buyer.hides}
    report = _walk(playbook, buyer.id, _Script(buyer.picks, notes, buyer.interrupts, is_late=False))
    return replace(report, problems=(*report.problems, *_failures(report, PlaybookTest(buyer.id, ends=buyer.ends))))


class _Script(Struct, frozen=True):
    picks: Mapping[str, str]
    notes: Mapping[str, str]
    interrupts: tuple[Interruption, ...]
    is_late: bool


class _Walker:
    """Call in memory that follows a script."""

    def __init__(self, playbook: Playbook, script: _Script) -> None:
        self.playbook = playbook
        self.script = script
        self.events: list[Event] = []
        self.asked: list[str] = []
        self.problems: list[str] = []
        self.pending_interruptions = list(script.interrupts)
        self.state = CallState()
        self.at = LATE_SECONDS if script.is_late else 0.0
        self._start(PREP if playbook.prep else None)

    @property
    def context(self) -> actions.CallContext:
        return actions.CallContext(self.playbook, self.state, self.at)

    def steps(self) -> Iterator[Place]:
        """Continue until the end of the agenda, or until the call loops."""
        items = sum(len(self.playbook.items_of(each)) for each in (None, PREP, *self.playbook.detours))
        for _ in range(MAX_STEPS_PER_ITEM * items + MAX_STEPS_PER_ITEM):
            is_over = self.state.place.item is None and self.state.proposed is None
            if is_over and traversal.main_list(self.state) == PREP:
                self._start(None)
            if self.state.place.item is None:
                return
            yield self.state.place
            self._answer_or_ask()
        self.problems.append(f"never ends: still at '{self.state.place.item}'")

    def _start(self, main_list: str | None) -> None:
        playbook, place = self.playbook, traversal.first_place(self.playbook, self.state, main_list)
        self._apply((Started(self.at, playbook.id, playbook.title, playbook.digest, Mode.REHEARSE, place, STARTED_AT),))

    def _answer_or_ask(self) -> None:
        item = self.context.item
        place = self.state.place
        if isinstance(item, Ask) and place.probe is None:
            self._ask(item)
        else:
            self._apply(actions.go_next(self.context))
        self._interrupt(place)

    def _ask(self, item: Ask) -> None:
        self.asked.append(item.id)
        label = self.script.picks.get(item.id)
        words = self.script.notes.get(item.id, DEFAULT_ANSWER if label is None else "")
        if words.strip():
            self._apply(actions.answer(self.context, item, words))
        labels = [normalize_label(answer.label) for answer in actions.numbered_answers(item)]
        if label is not None and normalize_label(label) in labels:
            self._apply(actions.pick(self.context, labels.index(normalize_label(label)) + 1))
            return
        if label is not None:
            self.problems.append(f"'{item.id}' has no answer '{label}'")
        self._apply(actions.go_next(self.context))

    def _interrupt(self, place: Place) -> None:
        """Interrupt once the call has moved on from the question (and its follow-up)."""
        interruption = next((each for each in self.pending_interruptions if each.after == place.item), None)
        if interruption is None or self.state.place.item == place.item:
            return
        self.pending_interruptions.remove(interruption)
        try:
            self._apply(actions.take_detour(self.context, interruption.detour))
        except actions.CannotAct as refusal:
            self.problems.append(f"cannot interrupt with '{interruption.detour}': {refusal}")

    def _apply(self, events: tuple[Event, ...]) -> None:
        self.at += 0.001
        self.events.extend(events)
        for event in events:
            self.state = evolve(self.state, event)


def _walk(playbook: Playbook, name: str, script: _Script, conditions: Sequence[Gate] = ()) -> WalkReport:
    walker = _Walker(playbook, script)
    for _ in walker.steps():
        pass
    for missed in walker.pending_interruptions:
        problem = f"never comes to '{missed.after}', where '{missed.detour}' should interrupt"
        is_second = sum(each.after == missed.after for each in script.interrupts) > 1
        if is_second and missed.after in walker.asked:
            problem = f"'{missed.detour}' does not interrupt after '{missed.after}': another interruption comes there"
        walker.problems.append(problem)
    proposed = walker.state.proposed
    facts = traversal.CallFacts(playbook, walker.state)
    returned = [event.to.item for event in walker.events if isinstance(event, Returned)]
    return WalkReport(
        name=name,
        asked=tuple(walker.asked),
        ending=(proposed.outcome or proposed.switch) if proposed else "",
        answers=frozenset(
            (event.question, event.label) for event in walker.events if isinstance(event, Answered) and event.label
        ),
        detours=frozenset(event.detour for event in walker.events if isinstance(event, Detoured)),
        returned_to=(returned[-1] or "") if returned else "",
        met=frozenset(gate.name for gate in (*playbook.gates.values(), *conditions) if gate.condition.is_met(facts)),
        problems=tuple(walker.problems),
    )


def _failures(report: WalkReport, test: PlaybookTest) -> Iterator[str]:
    if test.ends and report.ending != test.ends:
        yield f"ends with {report.ending or 'nothing decided'}, not with {test.ends}"
    unasked = [question for question in test.asks if question not in report.asked]
    if unasked:
        yield f"never asks {', '.join(unasked)}"
    remaining = iter(report.asked)
    if not unasked and not all(question in remaining for question in test.asks):
        yield f"asks {', '.join(q for q in report.asked if q in test.asks)}, not {', '.join(test.asks)}"
    yield from (f"asks {question}, which should be skipped" for question in test.skips if question in report.asked)
    yield from (f"{gate.name} is not met" for gate in test.met if gate.name not in report.met)
    yield from (f"{gate.name} is met" for gate in test.unmet if gate.name in report.met)
    if test.returns_to and report.returned_to != test.returns_to:
        yield f"comes back to {report.returned_to or 'nothing'}, not to {test.returns_to}"


class UncoveredItems(Struct, frozen=True):
    """Ids (answers as `question: label`) that no test and no buyer visits, in the playbook's order."""

    questions: tuple[str, ...]
    answers: tuple[str, ...]
    detours: tuple[str, ...]
    outcomes: tuple[str, ...]


def run_all(playbook: Playbook) -> tuple[WalkReport, ...]:
    return (
        *(run_test(playbook, test) for test in playbook.tests),
        *(run_buyer(playbook, buyer) for buyer in playbook.buyers.values()),
    )


def find_uncovered(playbook: Playbook, reports: Sequence[WalkReport]) -> UncoveredItems:
    """Return the items that none of the simulated calls visited.

    Only items of the playbook's own file count: a shared library is tested on its own, or by any playbook that uses it.
    """
    own_file = playbook.sources[:1]
    asked = {question for report in reports for question in report.asked}
    picked = {answer for report in reports for answer in report.answers}
    taken = {detour for report in reports for detour in report.detours}
    endings = {report.ending for report in reports}
    questions = tuple(ask for ask in playbook.questions() if not own_file or ask.location.file in own_file)
    return UncoveredItems(
        questions=tuple(ask.id for ask in questions if ask.id not in asked),
        answers=tuple(
            f"{ask.id}: {answer.label}"
            for ask in questions
            for answer in ask.answers
            if (ask.id, answer.label) not in picked
        ),
        detours=tuple(
            detour.id
            for detour in playbook.detours.values()
            if detour.id not in taken and (not own_file or detour.location.file in own_file)
        ),
        outcomes=tuple(outcome for outcome in playbook.outcomes if outcome not in endings),
    )


MAX_SEARCH_QUESTIONS = 10_000
"""Maximum number of questions of a whole search, after about three seconds; then it gives up."""

_POINTS = "points"

_Comparison = IsKnown | IsLabel | Includes | Comparison


class _Choice(Struct, frozen=True):
    """Choice at a question: the label of an answer, or a note ('' leaves the question open)."""

    question: str
    label: str = ""
    note: str | None = None
    ends: str = ""

    def add_to(self, script: PlaybookTest) -> PlaybookTest:
        if self.note is not None:
            return replace(script, notes={**script.notes, self.question: self.note})
        return replace(script, picks={**script.picks, self.question: self.label})


def outcome_paths(playbook: Playbook, outcomes: Collection[str]) -> dict[str, PlaybookTest]:
    """Return a test for each wanted outcome that a path reaches, in the playbook's order.

    An outcome that no answer ends with, or that the search does not reach within its limit, is missing.
    """
    search = _PathSearch(playbook, outcomes)
    search.run()
    for detour in playbook.detours.values():
        opening = next((item.id for item in playbook.agenda if isinstance(item, Ask)), "")
        ends = {answer.end for item in detour.agenda if isinstance(item, Ask) for answer in item.answers}
        if opening and ends & search.missing:
            search.run((Interruption(opening, detour.id),))
    return {name: search.tests[name] for name in playbook.outcomes if name in search.tests}


class _PathSearch:
    """Best-first search over scripts: the fewest answers first, and of those the ones that end as wanted."""

    def __init__(self, playbook: Playbook, outcomes: Collection[str]) -> None:
        self._playbook = playbook
        self._choices = _search_choices(playbook)
        self._questions_left = MAX_SEARCH_QUESTIONS
        ends = {choice.ends for choices in self._choices.values() for choice in choices}
        self.missing = {name for name in outcomes if name in ends}
        self.tests: dict[str, PlaybookTest] = {}

    def run(self, interrupts: tuple[Interruption, ...] = ()) -> None:
        """Search until every outcome is reached, nothing is left to try, or the limit is reached."""
        order = count()
        start = PlaybookTest("", interrupts=interrupts)
        queue: list[tuple[int, bool, int, PlaybookTest, str]] = [(0, False, next(order), start, "")]
        while queue and self.missing and self._questions_left > 0:
            changes, _, _, script, last = heapq.heappop(queue)
            report = run_test(self._playbook, script)
            self._questions_left -= len(report.asked) + 1
            if report.problems:
                continue
            if report.ending in self.missing:
                self.missing.remove(report.ending)
                it = f"ends with {self._playbook.display_name(report.ending)}"
                self.tests[report.ending] = replace(script, it=it, ends=report.ending)
            # Only at questions after the last one chosen: each set of choices is then tried once.
            questions = list(dict.fromkeys(report.asked))
            for question in questions[questions.index(last) + 1 if last in questions else 0 :]:
                for choice in self._choices.get(question, ()):
                    if not choice.ends or choice.ends in self.missing:
                        entry = choice.add_to(script)
                        heapq.heappush(queue, (changes + 1, not choice.ends, next(order), entry, question))


def _search_choices(playbook: Playbook) -> Mapping[str, tuple[_Choice, ...]]:
    """Return for each question the answers and notes that may change where the call goes."""
    all_comparisons = list(_flow_comparisons(playbook))
    choices_by_question: dict[str, tuple[_Choice, ...]] = {}
    for ask in playbook.questions():
        comparisons_of_ask = [leaf for leaf in all_comparisons if leaf.name == ask.id]
        picks = (
            _Choice(ask.id, answer.label, ends=answer.end or "")
            for answer in ask.answers
            if not answer.switch and _can_change_path(answer, comparisons_of_ask, all_comparisons)
        )
        notes = (_Choice(ask.id, note=note) for note in dict.fromkeys(_search_notes(ask, comparisons_of_ask)))
        choices = (*picks, *notes)
        if choices:
            choices_by_question[ask.id] = choices
    return choices_by_question


def _flow_comparisons(playbook: Playbook) -> Iterator[_Comparison]:
    """Yield the comparisons of all conditions that decide what is asked, with those of the gates they name."""
    items = [*playbook.prep, *playbook.agenda, *(item for each in playbook.detours.values() for item in each.agenda)]
    conditions: list[Condition] = [part.when for part in (*items, *playbook.detours.values()) if part.when.source]
    seen_gates: set[str] = set()
    while conditions:
        for leaf in comparisons(conditions.pop()):
            if isinstance(leaf, GateMet):
                if leaf.condition is not None and leaf.name not in seen_gates:
                    seen_gates.add(leaf.name)
                    conditions.append(leaf.condition)
            elif isinstance(leaf, IsKnown | IsLabel | Includes | Comparison):
                yield leaf


def _can_change_path(answer: Answer, about: Sequence[_Comparison], all_comparisons: Sequence[_Comparison]) -> bool:
    """Return whether picking an answer may lead elsewhere than a note does."""
    if answer.goto or answer.end or answer.detour or answer.back:
        return True
    names = {leaf.name for leaf in all_comparisons}
    if answer.sets.keys() & names:
        return True
    if answer.points and any(name.partition(".")[0] == _POINTS for name in names):
        return True
    for leaf in about:
        if isinstance(leaf, IsLabel) and normalize_label(leaf.label) == normalize_label(answer.label):
            return True
        if isinstance(leaf, Includes) and normalize_label(leaf.text) in normalize_label(answer.label):
            return True
        if isinstance(leaf, Comparison) or (isinstance(leaf, IsKnown) and not answer.known):
            return True
    return False


def _search_notes(ask: Ask, about: Sequence[_Comparison]) -> Iterator[str]:
    """Yield notes that make the conditions about a question true and false."""
    labels = {normalize_label(answer.label) for answer in ask.answers}
    for leaf in about:
        if isinstance(leaf, IsKnown):
            yield ""
        elif isinstance(leaf, IsLabel) and normalize_label(leaf.label) not in labels:
            yield leaf.label
        elif isinstance(leaf, Includes):
            yield leaf.text
        elif isinstance(leaf, Comparison):
            yield from (f"{leaf.number + step:g}" for step in (0, 1, -1))
