"""Paths through a playbook (P301 to P312), sentences that open a detour (P313 and P314), and walks of buyers and tests
(P503 to P506).

What a path can reach is a set computed in one pass; it is never smaller than what a real call can reach: a question
falls through to the next item, because the user can always write a note or skip, and its answers may lead elsewhere.
`picks` fixes answers, as a test or a buyer does.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct, field

from salesnerd_tui.playbook import field_values
from salesnerd_tui.playbook.conditions import GateMet, can_be_met, comparisons
from salesnerd_tui.playbook.diagnostics import join_names
from salesnerd_tui.playbook.fields import DESTINATIONS, MAX_STEPS, RESERVED_LETTERS
from salesnerd_tui.playbook.lint.rule import (
    ANSWERED_QUESTION,
    OTHER_TESTS,
    OUTCOMES,
    Problem,
    advice_rule,
    folder_rule,
    sample,
    warning_rule,
)
from salesnerd_tui.playbook.model import (
    ALWAYS,
    Answer,
    Ask,
    Decision,
    NoteType,
    PlaybookTest,
    Priority,
    Section,
)
from salesnerd_tui.playbook.yaml_tree import Map, Scalar, normalize_label

if TYPE_CHECKING:
    from salesnerd_tui.playbook.build import ItemNode
    from salesnerd_tui.playbook.lint.context import LintContext

_ASK = "- ask: What happened?\n  id: trigger\n"
_COST = "- ask: What did it cost?\n  id: cost\n"
_MUST = _COST + "  priority: must\n"
_PAUSED = OUTCOMES + "  paused: {decision: not-yet, capture: [revisit_on]}\n"
_DATE = re.compile(r"(^|_)(on|date|day|when|by|until|week|month)($|_)")


@warning_rule(
    "P301",
    "unreachable outcome",
    "No answer leads to the outcome, so it will be forgotten.",
    bad=sample(_ASK, outcomes=_PAUSED),
    good=sample(_ASK + "  answers:\n    We stopped for now: {end: paused}\n", outcomes=_PAUSED),
)
def unreached_outcome(context: LintContext) -> Iterator[Problem]:
    if context.is_library or not (context.playbook.agenda or context.playbook.outcomes):
        return
    reached = {answer.fields.text("end") for answer in context.answer_nodes}
    for outcome in context.playbook.outcomes.values():
        if outcome.id not in reached:
            hint = f"add it to an answer: {{end: {outcome.id}}}"
            yield Problem(f"no answer leads to the outcome '{outcome.id}'", outcome.location, hint)


@warning_rule(
    "P302",
    "missing kind of outcome",
    "A call needs a go, a no-go and a not-yet. If it can end only one way, there is nothing to decide.",
    bad=sample(_ASK, outcomes=OUTCOMES.replace("no-go", "go")),
    good=sample(_ASK),
)
def missing_ending(context: LintContext) -> Iterator[Problem]:
    if context.is_library or not (context.playbook.agenda or context.playbook.outcomes):
        return
    there = {outcome.decision for outcome in context.playbook.outcomes.values()}
    missing = [str(decision) for decision in Decision if decision not in there]
    if missing:
        key = context.tree.key("outcomes")
        location = key.location if key and context.is_own(key) else context.title_location
        *first, last = [f"a {decision}" for decision in missing]
        ways = f"{', '.join(first)} or {last}" if first else last
        yield Problem(f"no path leads to {ways}", location, "add an outcome for it, and an answer that ends with it")


@warning_rule(
    "P303",
    "unreachable question",
    "Every answer above leads elsewhere and no `goto` leads here: the question is asked only after a skip.",
    bad=sample(_ASK + "  answers:\n    It broke: {end: go_on}\n    Nothing: {end: part}\n" + _MUST),
    good=sample(_ASK + "  answers:\n    It broke: When was that?\n    Nothing: {end: part}\n" + _MUST),
)
def nothing_leads_here(context: LintContext) -> Iterator[Problem]:
    for place, rows in context.rows_by_place.items():
        reached = reachable_positions(rows, context.positions[place]) if place in context.positions else set()
        for row in rows:
            if row.index not in reached and row.index - 1 in reached:
                hint = "let an answer above continue here, or lead here with goto"
                yield Problem("no answer and no goto leads here", row.item.location, hint)


@folder_rule(
    "P304",
    "unused library question",
    "A question of a library that no playbook includes is never asked.",
    bad={
        "sample.yaml": "library: Parts\nquestions:\n  - ask: Who decides?\n    id: decider\n",
        "other.yaml": sample(_ASK, head="use: [sample]"),
    },
    good={
        "sample.yaml": "library: Parts\nquestions:\n  - ask: Who decides?\n    id: decider\n",
        "other.yaml": sample(_ASK + "- include: decider\n", head="use: [sample]"),
    },
)
def unused_part(books: Iterable[LintContext]) -> Iterator[Problem]:
    books = list(books)
    asked = {row.item.location for one in books for row in one.question_rows}
    for one in books:
        for part in one.own.maps("questions"):
            text = part.scalar("ask")
            if text and text.location not in asked:
                name = part.text("id")
                yield Problem(
                    f"no playbook includes '{name}'", text.location, f"write `- include: {name}`, or delete it"
                )


@warning_rule(
    "P305",
    "unreachable detour",
    "Without `they_say`, `key` or an answer that leads to it, a detour can only be found in the list of detours.",
    bad=sample(_ASK, "detours:\n  demo:\n    agenda:\n      - ask: Who has to see it?\n        id: audience\n"),
    good=sample(
        _ASK,
        "detours:\n  demo:\n    they_say: Show us\n    agenda:\n      - ask: Who must see it?\n        id: audience\n",
    ),
)
def unused_detour(context: LintContext) -> Iterator[Problem]:
    led = {answer.fields.text("detour") for answer in context.answer_nodes}
    for detour in context.playbook.detours.values():
        if not detour.they_say and not detour.key and detour.id not in led:
            hint = "add `they_say:` with their words, or a `key:`"
            yield Problem(f"nothing leads into the detour '{detour.id}'", detour.location, hint)


@warning_rule(
    "P306",
    "unused gate",
    "A gate that no outcome needs and no condition uses has no effect.",
    bad=sample(_ASK, "gates:\n  real: trigger is known\n"),
    good=sample(_ASK + _MUST + "  when: real\n", "gates:\n  real: trigger is known\n"),
)
def unused_gate(context: LintContext) -> Iterator[Problem]:
    if context.is_library:
        return
    used = {
        leaf.name for _, condition in context.conditions for leaf in comparisons(condition) if isinstance(leaf, GateMet)
    }
    for gate in context.playbook.gates.values():
        if gate.name not in used:
            hint = f"let an outcome need it, `needs: [{gate.name}]`, or an item wait for it, `when: {gate.name}`"
            yield Problem(f"nothing asks for the gate '{gate.name}'", gate.location, hint)


@warning_rule(
    "P307",
    "skippable must-ask",
    "The jump passes a must-ask question and never returns to it.",
    bad=sample(_ASK + "  answers:\n    Just looking: {goto: verdict}\n" + _MUST),
    good=sample(_ASK + "  answers:\n    Just looking: {goto: cost}\n" + _MUST),
)
def skipped_must(context: LintContext) -> Iterator[Problem]:
    for place, index in context.positions.items():
        rows = context.rows_by_place[place]
        again = lowest_reachable(rows, index)
        musts = [row for row in rows if isinstance(row.item, Ask) and row.item.priority is Priority.MUST]
        musts = [row for row in musts if row.item.when is ALWAYS]
        places = [row.index for row in musts]
        for answer in context.answer_nodes if musts else ():
            goto = answer.fields.scalar("goto") if answer.row.list_name == place else None
            target = index.get(goto.text) if goto else None
            if goto is None or target is None or target <= answer.row.index:
                continue
            skipped = musts[bisect_right(places, answer.row.index) : bisect_left(places, again[target])]
            if skipped:
                names = join_names([row.node.text("id") for row in skipped], 4)
                hint = "jump to it, make it a should, or guard it with `when:`"
                yield Problem(f"this jump skips what must be asked: {names}", goto.location, hint)


@warning_rule(
    "P308",
    "not-yet without a date",
    "Without a follow-up date, a not-yet is a slow no. Capture one.",
    bad=sample(_ASK, outcomes=OUTCOMES.replace(", capture: [revisit_on]", "")),
    good=sample(_ASK),
)
def undated_not_yet(context: LintContext) -> Iterator[Problem]:
    for outcome in context.playbook.outcomes.values():
        if outcome.decision is not Decision.NOT_YET:
            continue
        dated = any(_is_date(name, context) for name in outcome.capture)
        if not dated:
            hint = "record a day, like `capture: [revisit_on]`; a name of yours ends in _on, _date or _by"
            yield Problem(f"'{outcome.id}' is a not-yet and records no date", outcome.location, hint)


def _is_date(name: str, context: LintContext) -> bool:
    asked = context.questions.get(name)
    return bool(_DATE.search(name)) or (asked is not None and asked.type is NoteType.DATE)


@warning_rule(
    "P309",
    "duplicate detour key",
    "Only one of the detours can be opened with the key.",
    bad=sample(
        _ASK, "detours:\n  demo: {key: d, agenda: [{say: Happy to.}]}\n  deck: {key: d, agenda: [{say: Gladly.}]}\n"
    ),
    good=sample(
        _ASK, "detours:\n  demo: {key: d, agenda: [{say: Happy to.}]}\n  deck: {key: k, agenda: [{say: Gladly.}]}\n"
    ),
)
def shared_key(context: LintContext) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for name, detour in context.tree.entries_of("detours"):
        key = detour.scalar("key") if isinstance(detour, Map) else None
        if key and first.setdefault(key.text, name.text) != name.text:
            free = next((letter for letter in name.text if letter.isalpha() and letter not in first), "")
            hint = f"'{free}' is free" if free and free not in RESERVED_LETTERS else "choose another letter"
            yield Problem(f"'{key.text}' already enters '{first[key.text]}'", key.location, hint)


@warning_rule(
    "P310",
    "sections longer than the call",
    "The sections add up to more minutes than the call is planned for, so it is late from the start.",
    bad=sample("- section: Why now\n  minutes: 25\n" + _ASK, head="minutes: 20"),
    good=sample("- section: Why now\n  minutes: 15\n" + _ASK, head="minutes: 20"),
)
def too_many_minutes(context: LintContext) -> Iterator[Problem]:
    written = context.tree.scalar("minutes")
    whole = field_values.parse_minutes(written.text) if written else None
    planned = sum(item.minutes or 0 for item in context.playbook.agenda if isinstance(item, Section))
    if written and whole is not None and planned > whole:
        message = f"the sections add up to {planned:g} minutes, the call has {whole:g}"
        yield Problem(message, written.location, "give a section less, or the call more")


@warning_rule(
    "P311",
    "empty section",
    "A section without questions takes up space in the progress line and has no effect on the call.",
    bad=sample("- section: Why now\n- section: The cost\n" + _ASK),
    good=sample("- section: Why now\n" + _ASK),
)
def empty_section(context: LintContext) -> Iterator[Problem]:
    for rows in context.rows_by_place.values():
        for row, below in zip(rows, [*rows[1:], None], strict=False):
            if isinstance(row.item, Section) and (below is None or isinstance(below.item, Section)):
                yield Problem(f"nothing is asked under '{row.item.title}'", row.item.location, "fill it or delete it")


_DATED = OUTCOMES.replace("{decision: go}", "{decision: go, needs: [dated], capture: [next_date]}")


@warning_rule(
    "P312",
    "gate that only the notes of an outcome could meet",
    "Gates are checked before the notes of the outcome are recorded, so this gate is never met when the call ends. "
    "Ask for the note during the call, or record it without a gate.",
    bad=sample(_ASK, "gates:\n  dated: next_date is known\n", outcomes=_DATED),
    good=sample(
        _ASK + "- ask: When do we talk next?\n  id: next_date\n  type: date\n",
        "gates:\n  dated: next_date is known\n",
        outcomes=_DATED,
    ),
)
def gate_met_by_outcome_notes(context: LintContext) -> Iterator[Problem]:
    if context.is_library:
        return
    taken = {
        *context.questions,
        *context.set_names,
        *(was.text for row in context.question_rows for was in row.node.scalars("aliases")),
    }
    recorded = {name for outcome in context.playbook.outcomes.values() for name in outcome.capture} - taken
    for name, node in context.tree.entries_of("outcomes"):
        outcome = context.playbook.outcomes.get(name.text)
        if outcome is None or not isinstance(node, Map):
            continue
        for gate, needed in zip(node.scalars("needs"), outcome.needs, strict=True):
            if can_be_met(needed.condition, recorded):
                continue
            waits = [one for one in sorted(recorded) if not can_be_met(needed.condition, {one})] or sorted(recorded)
            own = [one for one in waits if one in outcome.capture]
            where = "the same outcome records" if own else "only an outcome records"
            message = (
                f"'{name.text}' needs '{gate.text}', which waits for a note that {where}: {join_names(own or waits, 3)}"
            )
            yield Problem(message, gate.location, "ask for it during the call, or delete it from `needs`")


_WORD = re.compile(r"[\w']+")
_DETOURS = """
detours:
  demo: {they_say: Can you show us, agenda: [{say: Happy to.}]}
  deck: {they_say: SECOND, agenda: [{say: Gladly.}]}
"""
_EXCLUDING = """
detours:
  demo:
    they_say: Can you show us a demo
    unless_they_say: NEGATIVE
    agenda: [{say: Happy to.}]
"""


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.casefold().replace("’", "'")))


@warning_rule(
    "P313",
    "two detours with the same words",
    "The coach cannot tell which of the two is meant and offers neither with confidence. Give each its own sentences.",
    bad=sample(_ASK, _DETOURS.replace("SECOND", "Can you show us")),
    good=sample(_ASK, _DETOURS.replace("SECOND", "Can you send us slides")),
)
def shared_words(context: LintContext) -> Iterator[Problem]:
    first: dict[tuple[str, ...], Scalar] = {}
    for name, detour in context.tree.entries_of("detours"):
        for spoken in detour.scalars("they_say") if isinstance(detour, Map) else ():
            other = first.setdefault(_words(spoken.text), name)
            if other.text != name.text and _words(spoken.text):
                message = f"'{spoken.text[:60]}' opens the detour '{other.text}' too"
                yield Problem(message, spoken.location, "keep the sentence in one of the two detours")


@warning_rule(
    "P314",
    "detour that excludes its own words",
    "The closer wording wins, and an exclusion wins a tie, so the detour is never offered for this sentence. "
    "`salesnerd playbook test` tries all sentences on the coach.",
    bad=sample(_ASK, _EXCLUDING.replace("NEGATIVE", '"Can you show us a demo?"')),
    good=sample(_ASK, _EXCLUDING.replace("NEGATIVE", "Let me show you our demo")),
)
def self_excluding_detour(context: LintContext) -> Iterator[Problem]:
    for name, detour in context.tree.entries_of("detours"):
        if not isinstance(detour, Map):
            continue
        opening = {_words(spoken.text) for spoken in detour.scalars("they_say")}
        for excluded in detour.scalars("unless_they_say"):
            if _words(excluded.text) in opening:
                message = f"'{excluded.text[:60]}' both opens '{name.text}' and is excluded"
                yield Problem(message, excluded.location, "delete it from one of the two lists")


@warning_rule(
    "P503",
    "buyer who never reaches an outcome",
    "None of this buyer's answers ends with an outcome, so the rehearsal never does.",
    bad=sample(ANSWERED_QUESTION, "buyers:\n  dana:\n    picks: {trigger: It broke}\n"),
    good=sample(ANSWERED_QUESTION, "buyers:\n  dana:\n    picks: {trigger: It broke, verdict: Go on together}\n"),
)
def endless_buyer(context: LintContext) -> Iterator[Problem]:
    ways = context.cached(WalkResults).by_buyer if not context.is_library else {}
    for buyer in context.playbook.buyers.values():
        way = ways.get(buyer.id)
        if way and not way.ends and not way.leaves:
            hint = "pick an answer that ends with an outcome"
            yield Problem(f"{buyer.id} reaches no outcome", buyer.location, hint)


@warning_rule(
    "P504",
    "test that cannot reach its expectation",
    "With these answers the call never reaches what the test checks.",
    bad=sample(
        ANSWERED_QUESTION,
        "tests:\n  - {it: lets go, picks: {trigger: It broke}, ends: part}\n  - {it: continues, " + OTHER_TESTS,
    ),
    good=sample(ANSWERED_QUESTION, "tests:\n  - {it: lets go, " + OTHER_TESTS),
)
def unreached_line(context: LintContext) -> Iterator[Problem]:
    walks = context.cached(WalkResults)
    if walks.left:
        location = (context.own.key("tests") or context.own.key("buyers") or context.own).location
        hint = "`salesnerd playbook test` takes them all"
        yield Problem(f"{walks.left} tests are not followed here: over {MAX_STEPS:,} steps", location, hint)
    for node, way in zip(context.tree.maps("tests"), walks.by_test, strict=True):
        if way is None:
            return
        ends = node.scalar("ends")
        if ends and ends.text not in way.ends:
            hint = (
                f"these answers end with: {join_names(sorted(way.ends))}"
                if way.ends
                else "no answer here ends the call"
            )
            yield Problem(f"this walk cannot end with '{ends.text}'", ends.location, hint)
            continue
        for name in (*node.scalars("asks"), *(key for key, _ in node.entries_of("picks"))):
            if name.text not in way.items:
                yield Problem(
                    f"this walk never comes to '{name.text}'", name.location, "another answer leads away before it"
                )
                break


def _untested(context: LintContext, names: Iterable[str], seen: set[str], message: str, hint: str) -> Iterator[Problem]:
    """Yield one problem about the names that the walk of no test and no buyer has, if the file has tests."""
    key = context.own.key("tests")
    missing = [name for name in names if name not in seen]
    if key is not None and missing and not context.cached(WalkResults).left:
        yield Problem(f"{message}: {join_names(missing, 5)}", key.location, hint)


@advice_rule(
    "P505",
    "untested question",
    "A change to the question can break it while all tests pass.",
    bad=sample(
        ANSWERED_QUESTION.replace("When?", "{goto: verdict}\n    A rule changed: {}") + _COST,
        "tests:\n  - {it: lets go, " + OTHER_TESTS.replace("verdict:", "trigger: It broke, verdict:"),
    ),
    good=sample(ANSWERED_QUESTION + _COST, "tests:\n  - {it: lets go, " + OTHER_TESTS),
)
def untested_question(context: LintContext) -> Iterator[Problem]:
    asked = [row.item.id for row in context.rows_by_place["agenda"] if isinstance(row.item, Ask)]
    seen = {name for way in context.cached(WalkResults) for name in way.items}
    return _untested(context, asked, seen, "no test visits", "add a test whose answers come by it")


@advice_rule(
    "P506",
    "untested outcome",
    "Each outcome deserves a test: it is where a playbook decides.",
    bad=sample(ANSWERED_QUESTION, "tests:\n  - {it: lets go, " + "".join(OTHER_TESTS.splitlines(keepends=True)[:2])),
    good=sample(ANSWERED_QUESTION, "tests:\n  - {it: lets go, " + OTHER_TESTS),
)
def untested_outcome(context: LintContext) -> Iterator[Problem]:
    seen = {name for way in context.cached(WalkResults) for name in way.ends}
    return _untested(context, context.playbook.outcomes, seen, "no test ends with", "add a test for each ending")


Places = Mapping[str, "list[ItemNode]"]
"""Rows of `prep`, `agenda` and each detour."""

Index = Mapping[str, Mapping[str, int]]
"""Position of each id, by place."""


def move_field(answer: Answer) -> str:
    """Return the field of an answer that moves the call: `goto`, `end`, `switch`, `detour`, `back` or none."""
    return next((move for move in DESTINATIONS if getattr(answer, move)), "")


def always_moves(row: ItemNode) -> bool:
    """Return whether every answer of a question jumps or leaves its list, so that only a note or a skip continues
    below.

    A single answer does not count: it is an exception that the author wrote down, not all that a buyer can say.
    """
    item = row.item
    if not isinstance(item, Ask) or len(item.answers) < 2 or item.when is not ALWAYS:
        return False
    return all(move_field(answer) not in ("", "detour") for answer in item.answers)


def reachable_positions(rows: list[ItemNode], index: Mapping[str, int]) -> set[int]:
    """Return the positions to which an answer or the item above leads.

    Notes and skips do not count at a question whose every answer leads elsewhere.
    """
    seen: set[int] = set()
    todo = [0] if rows else []
    while todo:
        at = todo.pop()
        if at in seen or at >= len(rows):
            continue
        seen.add(at)
        item = rows[at].item
        if isinstance(item, Ask):
            todo += [index[answer.goto] for answer in item.answers if answer.goto and answer.goto in index]
        if not always_moves(rows[at]):
            todo.append(at + 1)
    return seen


def lowest_reachable(rows: list[ItemNode], index: Mapping[str, int]) -> list[int]:
    """Return, for each position, the smallest position that a path from there can return to."""
    size = len(rows)
    back = list(range(size + 1))
    for row in rows:
        if isinstance(row.item, Ask):
            for answer in row.item.answers:
                if answer.goto and answer.goto in index:
                    back[row.index] = min(back[row.index], index[answer.goto])
    for at in range(size - 1, -1, -1):
        back[at] = min(back[at], back[at + 1])
    for at in range(size):
        while back[back[at]] < back[at]:
            back[at] = back[back[at]]
    return back


class WalkResult(Struct):
    """Items and outcomes that a path with fixed answers may reach."""

    items: set[str] = field(default_factory=set)
    ends: set[str] = field(default_factory=set)
    leaves: bool = False
    runs_out: bool = False


class WalkResults:
    """Items that each test and each buyer of a playbook can reach, computed once and up to a limit.

    `left` is the number of tests and buyers beyond the limit.
    """

    def __init__(self, context: LintContext) -> None:
        playbook = context.playbook
        self._playbook, self._places, self._index = playbook, context.rows_by_place, context.positions
        self._next_positions = 0
        self.left = 0
        self.by_buyer = {
            buyer.id: self._walk(buyer.picks, [one.detour for one in buyer.interrupts])
            for buyer in playbook.buyers.values()
        }
        self.by_test = [self._walk_test(example) for example in playbook.tests]

    def __iter__(self) -> Iterator[WalkResult]:
        """Yield the results of the tests, and of the buyers that can be followed."""
        yield from (way for way in self.by_test if way)
        for buyer in self._playbook.buyers.values():
            way = self.by_buyer[buyer.id] if buyer.ends else None
            if way:
                yield way

    def _walk_test(self, example: PlaybookTest) -> WalkResult | None:
        buyer = self._playbook.buyers.get(example.buyer)
        left_open = {name for name, words in example.notes.items() if not words.strip()}
        picked = {name: label for name, label in (buyer.picks if buyer else {}).items() if name not in left_open}
        picks = {**picked, **example.picks}
        interrupts = (*example.interrupts, *(buyer.interrupts if buyer else ()))
        return self._walk(picks, [one.detour for one in interrupts])

    def _walk(self, picks: Mapping[str, str], detours: Collection[str]) -> WalkResult | None:
        if self._next_positions > MAX_STEPS:
            self.left += 1
            return None
        way = _walk_items(self._places, self._index, picks, detours)
        self._next_positions += len(way.items) + len(detours)
        return way


def _walk_items(places: Places, index: Index, picks: Mapping[str, str], detours: Collection[str]) -> WalkResult:
    """Return the items that a path with these answers may ask, and its outcomes; any condition may hold."""
    found = WalkResult()
    todo = [("prep", 0), ("agenda", 0), *((detour, 0) for detour in detours)]
    seen: set[tuple[str, int]] = set()
    while todo:
        place, at = todo.pop()
        rows = places.get(place, [])
        if (place, at) in seen:
            continue
        if at >= len(rows):
            found.runs_out |= place == "agenda"
            continue
        seen.add((place, at))
        found.items.add(rows[at].node.text("id"))
        todo.extend(_next_positions(rows[at], index, picks, found))
    return found


def _next_positions(
    row: ItemNode, index: Index, picks: Mapping[str, str], found: WalkResult
) -> Iterator[tuple[str, int]]:
    item = row.item
    answer = _picked_answer(item, picks) if isinstance(item, Ask) else None
    maybe = isinstance(item, Ask) and (item.when is not ALWAYS or item.priority is Priority.COULD)
    move = move_field(answer) if answer else ""
    if maybe or move in ("", "detour"):
        yield row.list_name, row.index + 1
    if answer is None:
        return
    if move == "end":
        found.ends.add(answer.end or "")
    elif move == "switch":
        found.leaves = True
    elif move == "detour":
        yield answer.detour or "", 0
    elif answer.goto and answer.goto in index[row.list_name]:
        target = index[row.list_name][answer.goto]
        yield row.list_name, target
        if target <= row.index:
            yield row.list_name, row.index + 1


def _picked_answer(item: Ask, picks: Mapping[str, str]) -> Answer | None:
    label = normalize_label(picks.get(item.id, ""))
    return next((answer for answer in item.answers if normalize_label(answer.label) == label), None) if label else None
