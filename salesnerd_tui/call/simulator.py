"""Simulator: walks a playbook as one of its tests or buyers answers, and searches the answers that lead to an outcome.

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
"""Time of a test with `late: true`: later than any planned time."""

BEGAN = "2026-01-01T00:00:00+00:00"
"""Fixed start date, so that a simulated call is the same on every day."""

SOME_WORDS = "…"
"""Answer to a question that the script does not mention."""

STEPS_AN_ITEM = 6
"""Actions an item can take at the most (asked, picked, follow-up, detour in and out); more is a walk that hangs."""


class WalkReport(Struct, frozen=True):
    """Result of a simulated call. `ended` is the proposed outcome or playbook; '' if the agenda ended undecided."""

    name: str
    asked: tuple[str, ...]
    ended: str
    answers: frozenset[tuple[str, str]]
    detours: frozenset[str]
    came_back_to: str
    met: frozenset[str]
    problems: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        return not self.problems


def try_example(playbook: Playbook, example: PlaybookTest) -> WalkReport:
    """Run one test of the playbook; `problems` lists its failures."""
    buyer = playbook.buyers.get(example.buyer)
    left_open = {name for name, words in example.notes.items() if not words.strip()}
    picked = {name: label for name, label in (buyer.picks if buyer else {}).items() if name not in left_open}
    asked_of = _Script(
        picks={**picked, **example.picks},
        notes={**(buyer.says if buyer else {}), **example.notes},
        interrupts=(*(buyer.interrupts if buyer else ()), *example.interrupts),
        late=example.late,
    )
    trial = _walk(playbook, example.it, asked_of, (*example.met, *example.unmet))
    return replace(trial, problems=(*trial.problems, *_complaints(trial, example)))


def try_buyer(playbook: Playbook, buyer: Buyer) -> WalkReport:
    """Run the call with a rehearsal buyer; a buyer with `ends` must end there."""
    notes = {**buyer.says, **buyer.hides}
    trial = _walk(playbook, buyer.id, _Script(buyer.picks, notes, buyer.interrupts, late=False))
    return replace(trial, problems=(*trial.problems, *_complaints(trial, PlaybookTest(buyer.id, ends=buyer.ends))))


class _Script(Struct, frozen=True):
    picks: Mapping[str, str]
    notes: Mapping[str, str]
    interrupts: tuple[Interruption, ...]
    late: bool


class _Walker:
    """In-memory call that follows a script."""

    def __init__(self, playbook: Playbook, script: _Script) -> None:
        self.playbook = playbook
        self.script = script
        self.events: list[Event] = []
        self.asked: list[str] = []
        self.problems: list[str] = []
        self.waiting = list(script.interrupts)
        self.state = CallState()
        self.at = LATE_SECONDS if script.late else 0.0
        self._starts(PREP if playbook.prep else None)

    @property
    def now(self) -> actions.CallContext:
        return actions.CallContext(self.playbook, self.state, self.at)

    def steps(self) -> Iterator[Place]:
        """Continue until the end of the agenda, or until the call loops."""
        items = sum(len(self.playbook.items_of(each)) for each in (None, PREP, *self.playbook.detours))
        for _ in range(STEPS_AN_ITEM * items + STEPS_AN_ITEM):
            is_over = self.state.place.item is None and self.state.proposed is None
            if is_over and traversal.main_list(self.state) == PREP:
                self._starts(None)
            if self.state.place.item is None:
                return
            yield self.state.place
            self._answer_or_ask()
        self.problems.append(f"never ends: still at '{self.state.place.item}'")

    def _starts(self, items: str | None) -> None:
        playbook, place = self.playbook, traversal.first_place(self.playbook, self.state, items)
        self._happens((Started(self.at, playbook.id, playbook.title, playbook.digest, Mode.REHEARSE, place, BEGAN),))

    def _answer_or_ask(self) -> None:
        item = self.now.item
        place = self.state.place
        if isinstance(item, Ask) and place.probe is None:
            self._ask(item)
        else:
            self._happens(actions.go_next(self.now))
        self._interrupt(place)

    def _ask(self, item: Ask) -> None:
        self.asked.append(item.id)
        label = self.script.picks.get(item.id)
        words = self.script.notes.get(item.id, SOME_WORDS if label is None else "")
        if words.strip():
            self._happens(actions.answer(self.now, item, words))
        if label is None:
            self._happens(actions.go_next(self.now))
            return
        labels = [normalize_label(answer.label) for answer in actions.numbered_answers(item)]
        if normalize_label(label) not in labels:
            self.problems.append(f"'{item.id}' has no answer '{label}'")
            self._happens(actions.go_next(self.now))
            return
        self._happens(actions.pick(self.now, labels.index(normalize_label(label)) + 1))

    def _interrupt(self, left: Place) -> None:
        """Interrupt once the call has moved on from the question (and its follow-up)."""
        moved_on = self.state.place.item != left.item
        due = next((each for each in self.waiting if each.after == left.item), None) if moved_on else None
        if due is None:
            return
        self.waiting.remove(due)
        try:
            self._happens(actions.take_detour(self.now, due.detour))
        except actions.CannotAct as refusal:
            self.problems.append(f"cannot interrupt with '{due.detour}': {refusal}")

    def _happens(self, events: tuple[Event, ...]) -> None:
        self.at += 0.001
        self.events.extend(events)
        for event in events:
            self.state = evolve(self.state, event)


def _walk(playbook: Playbook, name: str, script: _Script, conditions: Sequence[Gate] = ()) -> WalkReport:
    walker = _Walker(playbook, script)
    for _ in walker.steps():
        pass
    for missed in walker.waiting:
        walker.problems.append(f"never comes to '{missed.after}', where '{missed.detour}' should interrupt")
    proposed = walker.state.proposed
    facts = traversal.CallFacts(playbook, walker.state)
    returned = [event.to.item for event in walker.events if isinstance(event, Returned)]
    return WalkReport(
        name=name,
        asked=tuple(walker.asked),
        ended=(proposed.outcome or proposed.switch) if proposed else "",
        answers=frozenset(
            (event.question, event.label) for event in walker.events if isinstance(event, Answered) and event.label
        ),
        detours=frozenset(event.detour for event in walker.events if isinstance(event, Detoured)),
        came_back_to=(returned[-1] or "") if returned else "",
        met=frozenset(gate.name for gate in (*playbook.gates.values(), *conditions) if gate.condition.is_met(facts)),
        problems=tuple(walker.problems),
    )


def _complaints(trial: WalkReport, example: PlaybookTest) -> Iterator[str]:
    if example.ends and trial.ended != example.ends:
        yield f"ends with {trial.ended or 'nothing decided'}, not with {example.ends}"
    unasked = [question for question in example.asks if question not in trial.asked]
    if unasked:
        yield f"never asks {', '.join(unasked)}"
    if not unasked and not _in_order(example.asks, trial.asked):
        yield f"asks {', '.join(q for q in trial.asked if q in example.asks)}, not {', '.join(example.asks)}"
    for question in example.skips:
        if question in trial.asked:
            yield f"asks {question}, which should be skipped"
    yield from (f"{gate.name} is not met" for gate in example.met if gate.name not in trial.met)
    yield from (f"{gate.name} is met" for gate in example.unmet if gate.name in trial.met)
    if example.returns_to and trial.came_back_to != example.returns_to:
        yield f"comes back to {trial.came_back_to or 'nothing'}, not to {example.returns_to}"


def _in_order(wanted: tuple[str, ...], asked: tuple[str, ...]) -> bool:
    remaining = iter(asked)
    return all(question in remaining for question in wanted)


class UncoveredItems(Struct, frozen=True):
    """Ids (answers as `question: label`) that no test and no buyer visits, in the playbook's order."""

    questions: tuple[str, ...]
    answers: tuple[str, ...]
    detours: tuple[str, ...]
    outcomes: tuple[str, ...]


def trials(playbook: Playbook) -> tuple[WalkReport, ...]:
    """Run every test, then every buyer."""
    return (
        *(try_example(playbook, example) for example in playbook.tests),
        *(try_buyer(playbook, buyer) for buyer in playbook.buyers.values()),
    )


def untested(playbook: Playbook, walked: Sequence[WalkReport]) -> UncoveredItems:
    """Return what none of the simulated calls visited.

    Only items of the playbook's own file count: a shared library is tested on its own, or by any playbook that uses it.
    """
    own = playbook.sources[:1]
    asked = {question for trial in walked for question in trial.asked}
    picked = {answer for trial in walked for answer in trial.answers}
    taken = {detour for trial in walked for detour in trial.detours}
    ended = {trial.ended for trial in walked}
    questions = tuple(ask for ask in playbook.questions() if not own or ask.location.file in own)
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
            if detour.id not in taken and (not own or detour.location.file in own)
        ),
        outcomes=tuple(outcome for outcome in playbook.outcomes if outcome not in ended),
    )


QUESTIONS_WALKED = 10_000
"""Maximum number of questions of a whole search, after about three seconds; then it gives up."""

_POINTS = "points"

_Comparison = IsKnown | IsLabel | Includes | Comparison


class _Choice(Struct, frozen=True):
    """Choice at a question: the label of an answer, or a note ('' leaves the question open)."""

    question: str
    label: str = ""
    note: str | None = None
    ends: str = ""

    def added_to(self, script: PlaybookTest) -> PlaybookTest:
        if self.note is not None:
            return replace(script, notes={**script.notes, self.question: self.note})
        return replace(script, picks={**script.picks, self.question: self.label})


def outcome_paths(playbook: Playbook, wanted: Collection[str]) -> dict[str, PlaybookTest]:
    """Return a test for each wanted outcome that a path reaches, in the playbook's order.

    An outcome that no answer ends with, or that the search does not reach within its limit, is missing.
    """
    search = _PathSearch(playbook, wanted)
    search.run()
    for detour in playbook.detours.values():
        opening = next((item.id for item in playbook.agenda if isinstance(item, Ask)), "")
        ends = {answer.end for item in detour.agenda if isinstance(item, Ask) for answer in item.answers}
        if opening and ends & search.missing:
            search.run((Interruption(opening, detour.id),))
    return {name: search.found[name] for name in playbook.outcomes if name in search.found}


class _PathSearch:
    """Best-first search over scripts: the fewest answers first, and of those the ones that end as wanted."""

    def __init__(self, playbook: Playbook, wanted: Collection[str]) -> None:
        self._playbook = playbook
        self._choices = _choices(playbook)
        self._left = QUESTIONS_WALKED
        ends = {choice.ends for choices in self._choices.values() for choice in choices}
        self.missing = {name for name in wanted if name in ends}
        self.found: dict[str, PlaybookTest] = {}

    def run(self, interrupts: tuple[Interruption, ...] = ()) -> None:
        """Walk until every outcome is found, nothing is left to try, or the limit is reached."""
        order = count()
        start = PlaybookTest("", interrupts=interrupts)
        todo: list[tuple[int, bool, int, PlaybookTest, str]] = [(0, False, next(order), start, "")]
        while todo and self.missing and self._left > 0:
            changes, _, _, script, last = heapq.heappop(todo)
            walked = try_example(self._playbook, script)
            self._left -= len(walked.asked) + 1
            if walked.problems:
                continue
            if walked.ended in self.missing:
                self.missing.remove(walked.ended)
                it = f"ends with {self._playbook.display_name(walked.ended)}"
                self.found[walked.ended] = replace(script, it=it, ends=walked.ended)
            for choice in self._next_choices(walked.asked, last):
                entry = choice.added_to(script)
                heapq.heappush(todo, (changes + 1, not choice.ends, next(order), entry, choice.question))

    def _next_choices(self, asked: Sequence[str], last: str) -> Iterator[_Choice]:
        """Yield the choices at questions after the last one chosen: each set of choices is then tried once."""
        questions = list(dict.fromkeys(asked))
        for question in questions[questions.index(last) + 1 if last in questions else 0 :]:
            for choice in self._choices.get(question, ()):
                if not choice.ends or choice.ends in self.missing:
                    yield choice


def _choices(playbook: Playbook) -> Mapping[str, tuple[_Choice, ...]]:
    """Return for each question the answers and notes that may change where the call goes."""
    tested = list(_tested(playbook))
    found: dict[str, tuple[_Choice, ...]] = {}
    for ask in playbook.questions():
        about = [leaf for leaf in tested if leaf.name == ask.id]
        picks = (
            _Choice(ask.id, answer.label, ends=answer.end or "")
            for answer in ask.answers
            if not answer.switch and _matters(answer, about, tested)
        )
        notes = (_Choice(ask.id, note=note) for note in dict.fromkeys(_notes(ask, about)))
        choices = (*picks, *notes)
        if choices:
            found[ask.id] = choices
    return found


def _tested(playbook: Playbook) -> Iterator[_Comparison]:
    """Yield the comparisons of all conditions that decide what is asked, with those of the gates they name."""
    items = [*playbook.prep, *playbook.agenda, *(item for each in playbook.detours.values() for item in each.agenda)]
    todo: list[Condition] = [part.when for part in (*items, *playbook.detours.values()) if part.when.source]
    seen: set[str] = set()
    while todo:
        for leaf in comparisons(todo.pop()):
            if isinstance(leaf, GateMet):
                if leaf.condition is not None and leaf.name not in seen:
                    seen.add(leaf.name)
                    todo.append(leaf.condition)
            elif isinstance(leaf, IsKnown | IsLabel | Includes | Comparison):
                yield leaf


def _matters(answer: Answer, about: Sequence[_Comparison], tested: Sequence[_Comparison]) -> bool:
    """Return whether picking an answer may lead elsewhere than a note does."""
    if answer.goto or answer.end or answer.detour or answer.back:
        return True
    names = {leaf.name for leaf in tested}
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


def _notes(ask: Ask, about: Sequence[_Comparison]) -> Iterator[str]:
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
