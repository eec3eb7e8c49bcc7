"""Search for the answers that lead a call to each outcome of a playbook.

The search walks the playbook with the simulator, so every path it returns is one that the call really goes. It starts
from the call in which nothing is picked, then changes one answer, then two, and so on: the first path to an outcome is
one with the fewest answers. Only answers and notes that change where the call goes are tried.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import count

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.call.simulator import try_example
from salesnerd_tui.playbook.conditions import Compare, GateMet, Includes, Is, IsKnown, leaves
from salesnerd_tui.playbook.model import Answer, Ask, Condition, Interruption, Playbook, PlaybookTest
from salesnerd_tui.playbook.tree import folded

QUESTIONS_WALKED = 10_000
"""Most questions that all walks of a search may ask together, which takes about three seconds; then it gives up."""

_POINTS = "points"

_Comparison = IsKnown | Is | Includes | Compare


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
                it = f"ends with {self._playbook.shown(walked.ended)}"
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
        for leaf in leaves(todo.pop()):
            if isinstance(leaf, GateMet):
                if leaf.condition is not None and leaf.name not in seen:
                    seen.add(leaf.name)
                    todo.append(leaf.condition)
            elif isinstance(leaf, IsKnown | Is | Includes | Compare):
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
        if isinstance(leaf, Is) and folded(leaf.label) == folded(answer.label):
            return True
        if isinstance(leaf, Includes) and folded(leaf.text) in folded(answer.label):
            return True
        if isinstance(leaf, Compare) or (isinstance(leaf, IsKnown) and not answer.known):
            return True
    return False


def _notes(ask: Ask, about: Sequence[_Comparison]) -> Iterator[str]:
    """Yield notes that make the conditions about a question true and false."""
    labels = {folded(answer.label) for answer in ask.answers}
    for leaf in about:
        if isinstance(leaf, IsKnown):
            yield ""
        elif isinstance(leaf, Is) and folded(leaf.label) not in labels:
            yield leaf.label
        elif isinstance(leaf, Includes):
            yield leaf.text
        elif isinstance(leaf, Compare):
            yield from (f"{leaf.number + step:g}" for step in (0, 1, -1))
