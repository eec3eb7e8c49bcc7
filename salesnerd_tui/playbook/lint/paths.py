"""Paths through a playbook (P301 to P312), openings of detours (P313, P314), walks of buyers and tests (P503 to P506).

The items that a path can reach are computed in one pass, which never misses an item that a real call can reach: every
question also continues with the next item, because the user can always write a note or skip. The `picks` of a test or
a buyer fix the answers of its path.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct, field

from salesnerd_tui.lazy_pattern import lazy_pattern
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
from salesnerd_tui.playbook.model import ALWAYS, Answer, Ask, Decision, NoteType, PlaybookTest, Priority, Section
from salesnerd_tui.playbook.yaml_tree import Scalar, normalize_label

if TYPE_CHECKING:
    from salesnerd_tui.playbook.build import ItemNode
    from salesnerd_tui.playbook.lint.context import LintContext

_ASK = "- ask: What happened?\n  id: trigger\n"
_COST = "- ask: What did it cost?\n  id: cost\n"
_MUST = _COST + "  priority: must\n"
_PARTS = "library: Parts\nquestions:\n  - ask: Who decides?\n    id: decider\n"
_PAUSED = OUTCOMES + "  paused: {decision: not-yet, capture: [revisit_on]}\n"
_DATE = lazy_pattern(r"(^|_)(on|date|day|when|by|until|week|month)($|_)")


@warning_rule(
    "P301",
    "unreachable outcome",
    "No answer leads to the outcome, so it will be forgotten.",
    bad=sample(_ASK, outcomes=_PAUSED),
    good=sample(_ASK + "  answers:\n    We stopped for now: {end: paused}\n", outcomes=_PAUSED),
)
def unreachable_outcome(context: LintContext) -> Iterator[Problem]:
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
    decisions = {outcome.decision for outcome in context.playbook.outcomes.values()}
    missing = [str(decision) for decision in Decision if decision not in decisions]
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
def unreachable_question(context: LintContext) -> Iterator[Problem]:
    for place, rows in context.rows_by_place.items():
        reached = reachable_positions(rows, context.positions[place]) if place in context.positions else set()
        for row in rows:
            if row.index not in reached and row.index - 1 in reached:
                hint = "let an answer above continue here, or add a goto to here"
                yield Problem("no answer and no goto leads here", row.item.location, hint)


@folder_rule(
    "P304",
    "unused library question",
    "A question of a library that no playbook includes is never asked.",
    bad={"sample.yaml": _PARTS, "other.yaml": sample(_ASK, head="use: [sample]")},
    good={"sample.yaml": _PARTS, "other.yaml": sample(_ASK + "- include: decider\n", head="use: [sample]")},
)
def unused_library_question(contexts: Sequence[LintContext]) -> Iterator[Problem]:
    included = {row.item.location for context in contexts for row in context.question_rows}
    for context in contexts:
        for question in context.own.maps("questions"):
            text = question.scalar("ask")
            if text and text.location not in included:
                name = question.text("id")
                hint = f"write `- include: {name}`, or delete it"
                yield Problem(f"no playbook includes '{name}'", text.location, hint)


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
def unreachable_detour(context: LintContext) -> Iterator[Problem]:
    entered = {answer.fields.text("detour") for answer in context.answer_nodes}
    for detour in context.playbook.detours.values():
        if not detour.they_say and not detour.key and detour.id not in entered:
            hint = "add `they_say:` with their words, or a `key:`"
            yield Problem(f"nothing leads to the detour '{detour.id}'", detour.location, hint)


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
            hint = f"use it in an outcome, `needs: [{gate.name}]`, or an item, `when: {gate.name}`"
            yield Problem(f"no outcome and no condition uses the gate '{gate.name}'", gate.location, hint)


@warning_rule(
    "P307",
    "skippable must-ask",
    "The jump passes a must-ask question and never returns to it.",
    bad=sample(_ASK + "  answers:\n    Just looking: {goto: verdict}\n" + _MUST),
    good=sample(_ASK + "  answers:\n    Just looking: {goto: cost}\n" + _MUST),
)
def skipped_must(context: LintContext) -> Iterator[Problem]:
    for place, positions in context.positions.items():
        rows = context.rows_by_place[place]
        lowest = lowest_reachable(rows, positions)
        musts = [row for row in rows if isinstance(row.item, Ask) and row.item.priority is Priority.MUST]
        musts = [row for row in musts if row.item.when is ALWAYS]
        must_positions = [row.index for row in musts]
        for answer in context.answer_nodes if musts else ():
            goto = answer.fields.scalar("goto") if answer.row.list_name == place else None
            target = positions.get(goto.text) if goto else None
            if goto is None or target is None or target <= answer.row.index:
                continue
            first, end = bisect_right(must_positions, answer.row.index), bisect_left(must_positions, lowest[target])
            skipped = musts[first:end]
            if skipped:
                names = join_names([row.node.text("id") for row in skipped], 4)
                hint = "jump to it, make it a should, or add a condition with `when:`"
                yield Problem(f"this jump skips must-asks: {names}", goto.location, hint)


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
        questions = (context.questions.get(name) for name in outcome.capture)
        has_date = any(question.type is NoteType.DATE for question in questions if question)
        if not has_date and not any(map(_DATE.search, outcome.capture)):
            hint = "capture a date, like `capture: [revisit_on]` (the names of dates end in _on, _date or _by)"
            yield Problem(f"'{outcome.id}' is a not-yet without a date", outcome.location, hint)


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
    use = context.own.key("use")
    keys = [(name.text, key) for name, detour in context.tree.named_maps("detours") if (key := detour.scalar("key"))]
    taken = {key.text for _, key in keys} | set(RESERVED_LETTERS)
    first: dict[str, tuple[str, Scalar]] = {}
    for name, key in keys:
        first_name, first_key = first.setdefault(key.text, (name, key))
        if first_name == name:
            continue
        free = next((letter for letter in name + name.upper() if letter.isalpha() and letter not in taken), "")
        if context.is_own(key):
            hint = f"'{free}' is free" if free else "choose another letter"
            yield Problem(f"'{key.text}' already opens the detour '{first_name}'", key.location, hint)
        elif use is not None and key.source is not first_key.source:
            message = f"two inherited detours have the key '{key.text}': '{first_name}' opens, and '{name}' does not"
            hint = f"write another key for one of them: `detours: {{{name}: {{key: {free or '…'}}}}}`"
            yield Problem(message, use.location, hint)


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
        yield Problem(message, written.location, "shorten a section, or plan a longer call")


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
                yield Problem(
                    f"the section '{row.item.title}' has no questions", row.item.location, "add a question or delete it"
                )


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
    noted_during_call = {
        *context.questions,
        *context.set_names,
        *(alias.text for row in context.question_rows for alias in row.node.scalars("aliases")),
    }
    captured = {name for outcome in context.playbook.outcomes.values() for name in outcome.capture}
    captured -= noted_during_call
    for name, node in context.tree.named_maps("outcomes"):
        outcome = context.playbook.outcomes[name.text]
        for gate_name, gate in zip(node.scalars("needs"), outcome.needs, strict=True):
            if can_be_met(gate.condition, captured):
                continue
            notes = [note for note in sorted(captured) if not can_be_met(gate.condition, {note})] or sorted(captured)
            own_notes = [note for note in notes if note in outcome.capture]
            source = "the same outcome records" if own_notes else "only an outcome records"
            names = join_names(own_notes or notes, 3)
            message = f"'{name.text}' needs '{gate_name.text}', which waits for a note that {source}: {names}"
            yield Problem(message, gate_name.location, "ask for it during the call, or delete it from `needs`")


_WORD = lazy_pattern(r"[\w']+")
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
    for name, detour in context.tree.named_maps("detours"):
        for spoken in detour.scalars("they_say"):
            other = first.setdefault(_words(spoken.text), name)
            if other.text != name.text and _words(spoken.text):
                message = f"'{spoken.text[:60]}' also opens the detour '{other.text}'"
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
    for name, detour in context.tree.named_maps("detours"):
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
def buyer_without_outcome(context: LintContext) -> Iterator[Problem]:
    results = context.cached(WalkResults).by_buyer if not context.is_library else {}
    for buyer in context.playbook.buyers.values():
        result = results.get(buyer.id)
        if result and not result.ends and not result.switches:
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
def unreachable_expectation(context: LintContext) -> Iterator[Problem]:
    walks = context.cached(WalkResults)
    if walks.unwalked:
        location = (context.own.key("tests") or context.own.key("buyers") or context.own).location
        hint = "`salesnerd playbook test` runs all of them"
        yield Problem(f"{walks.unwalked} tests are not followed here: over {MAX_STEPS:,} steps", location, hint)
    for name, buyer in context.tree.named_maps("buyers"):
        ends, buyer_result = buyer.scalar("ends"), walks.by_buyer.get(name.text)
        if ends and buyer_result and buyer_result.ends and ends.text not in buyer_result.ends:
            yield _unreachable_end(ends, buyer_result.ends, "this buyer")
    for node, result in zip(context.tree.maps("tests"), walks.by_test, strict=True):
        if result is None:
            return
        ends = node.scalar("ends")
        if ends and ends.text not in result.ends:
            yield _unreachable_end(ends, result.ends, "this walk")
            continue
        for name in (*node.scalars("asks"), *(key for key, _ in node.entries_of("picks"))):
            if name.text not in result.items:
                yield Problem(
                    f"this walk never reaches '{name.text}'", name.location, "another answer leads away before it"
                )
                break


def _unreachable_end(ends: Scalar, reachable: Collection[str], subject: str) -> Problem:
    hint = f"these answers end with: {join_names(sorted(reachable))}" if reachable else "no answer here ends the call"
    return Problem(f"{subject} cannot end with '{ends.text}'", ends.location, hint)


def _untested(context: LintContext, names: Iterable[str], seen: set[str], message: str, hint: str) -> Iterator[Problem]:
    """Yield a problem about the names that no test and no buyer reaches, if the file has tests."""
    key = context.own.key("tests")
    missing = [name for name in names if name not in seen]
    if key is not None and missing and not context.cached(WalkResults).unwalked:
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
    seen = {name for result in context.cached(WalkResults) for name in result.items}
    return _untested(context, asked, seen, "no test reaches", "add a test that reaches it")


@advice_rule(
    "P506",
    "untested outcome",
    "Each outcome deserves a test: it is where a playbook decides.",
    bad=sample(ANSWERED_QUESTION, "tests:\n  - {it: lets go, " + "".join(OTHER_TESTS.splitlines(keepends=True)[:2])),
    good=sample(ANSWERED_QUESTION, "tests:\n  - {it: lets go, " + OTHER_TESTS),
)
def untested_outcome(context: LintContext) -> Iterator[Problem]:
    seen = {name for result in context.cached(WalkResults) for name in result.ends}
    return _untested(context, context.playbook.outcomes, seen, "no test ends with", "add a test for each ending")


def move_field(answer: Answer) -> str:
    """Return the field of an answer that moves the call: `goto`, `end`, `switch`, `detour`, `back` or none."""
    return next((move for move in DESTINATIONS if getattr(answer, move)), "")


def always_moves(row: ItemNode) -> bool:
    """Return whether every answer of a question leads elsewhere, so that only a note or a skip continues below.

    A single answer does not count: it is an exception that the author wrote down, not all that a buyer can say.
    """
    item = row.item
    if not isinstance(item, Ask) or len(item.answers) < 2 or item.when is not ALWAYS:
        return False
    return all(move_field(answer) not in ("", "detour") for answer in item.answers)


def reachable_positions(rows: list[ItemNode], positions: Mapping[str, int]) -> set[int]:
    """Return the positions to which an answer or the item above leads.

    Notes and skips do not count at a question whose answers all lead elsewhere.
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
            todo += [positions[answer.goto] for answer in item.answers if answer.goto and answer.goto in positions]
        if not always_moves(rows[at]):
            todo.append(at + 1)
    return seen


def lowest_reachable(rows: list[ItemNode], positions: Mapping[str, int]) -> list[int]:
    """Return, for each position, the smallest position that a path from there can return to."""
    size = len(rows)
    back = list(range(size + 1))
    for row in rows:
        if isinstance(row.item, Ask):
            for answer in row.item.answers:
                if answer.goto and answer.goto in positions:
                    back[row.index] = min(back[row.index], positions[answer.goto])
    for at in range(size - 1, -1, -1):
        back[at] = min(back[at], back[at + 1])
    for at in range(size):
        while back[back[at]] < back[at]:
            back[at] = back[back[at]]
    return back


class WalkResult(Struct):
    """Items and outcomes that a path with fixed answers can reach. `switches` is true if it can leave the playbook."""

    items: set[str] = field(default_factory=set)
    ends: set[str] = field(default_factory=set)
    switches: bool = False


class WalkResults:
    """Items that each test and each buyer of a playbook can reach.

    `unwalked` is the number of tests and buyers beyond the limit of steps.
    """

    def __init__(self, context: LintContext) -> None:
        playbook = self._playbook = context.playbook
        self._context = context
        self._steps = 0
        self.unwalked = 0
        self.by_buyer = {
            buyer.id: self._walk(buyer.picks, [interruption.detour for interruption in buyer.interrupts])
            for buyer in playbook.buyers.values()
        }
        self.by_test = [self._walk_test(test) for test in playbook.tests]

    def __iter__(self) -> Iterator[WalkResult]:
        """Yield the results of the tests, and of the buyers with an expected outcome."""
        buyers = self._playbook.buyers.values()
        results = [*self.by_test, *(self.by_buyer[buyer.id] for buyer in buyers if buyer.ends)]
        return (result for result in results if result)

    def _walk_test(self, test: PlaybookTest) -> WalkResult | None:
        buyer = self._playbook.buyers.get(test.buyer)
        unanswered = {name for name, words in test.notes.items() if not words.strip()}
        buyer_picks = {name: label for name, label in (buyer.picks if buyer else {}).items() if name not in unanswered}
        interrupts = (*test.interrupts, *(buyer.interrupts if buyer else ()))
        return self._walk({**buyer_picks, **test.picks}, [interruption.detour for interruption in interrupts])

    def _walk(self, picks: Mapping[str, str], detours: Collection[str]) -> WalkResult | None:
        """Return the items and outcomes that a path with these answers can reach; any condition may be true."""
        if self._steps > MAX_STEPS:
            self.unwalked += 1
            return None
        result = WalkResult()
        todo = [("prep", 0), ("agenda", 0), *((detour, 0) for detour in detours)]
        seen: set[tuple[str, int]] = set()
        while todo:
            place, at = todo.pop()
            rows = self._context.rows_by_place.get(place, [])
            if (place, at) in seen or at >= len(rows):
                continue
            seen.add((place, at))
            result.items.add(rows[at].node.text("id"))
            todo.extend(_next_positions(rows[at], self._context.positions.get(place, {}), picks, result))
        self._steps += len(result.items) + len(detours)
        return result


def _next_positions(
    row: ItemNode, positions: Mapping[str, int], picks: Mapping[str, str], result: WalkResult
) -> Iterator[tuple[str, int]]:
    """Yield the places to which an item leads, and add the outcome of its answer to the result.

    `positions` are those of the list in which the item is.
    """
    item = row.item
    answer = _picked_answer(item, picks) if isinstance(item, Ask) else None
    is_optional = isinstance(item, Ask) and (item.when is not ALWAYS or item.priority is Priority.COULD)
    move = move_field(answer) if answer else ""
    if is_optional or move in ("", "detour"):
        yield row.list_name, row.index + 1
    if answer is None:
        return
    if move == "end":
        result.ends.add(answer.end or "")
    elif move == "switch":
        result.switches = True
    elif move == "detour":
        yield answer.detour or "", 0
    elif answer.goto and answer.goto in positions:
        target = positions[answer.goto]
        yield row.list_name, target
        if target <= row.index:
            yield row.list_name, row.index + 1


def _picked_answer(item: Ask, picks: Mapping[str, str]) -> Answer | None:
    label = normalize_label(picks.get(item.id, ""))
    return next((answer for answer in item.answers if normalize_label(answer.label) == label), None) if label else None
