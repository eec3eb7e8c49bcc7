"""P201 to P219, P501 and P502: names, conditions and `{slots}` that refer to nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from salesnerd_tui.lazy_pattern import lazy_pattern
from salesnerd_tui.playbook.conditions import (
    AllOf,
    AnyOf,
    Comparison,
    GateMet,
    Includes,
    IsKnown,
    IsLabel,
    Not,
    comparisons,
)
from salesnerd_tui.playbook.diagnostics import Edit, Severity, did_you_mean, join_names
from salesnerd_tui.playbook.field_values import parse_flag
from salesnerd_tui.playbook.fields import BUILT_IN_VARIABLES
from salesnerd_tui.playbook.folders import find_file
from salesnerd_tui.playbook.lint.context import PLACEHOLDER, LintContext
from salesnerd_tui.playbook.lint.rule import (
    ANSWERED_QUESTION,
    OTHER_TESTS,
    OUTCOMES,
    Problem,
    advice_rule,
    describe_rule,
    error_rule,
    folder_rule,
    sample,
    warning_rule,
)
from salesnerd_tui.playbook.standard_notes import FORMER_FILLS, StandardNote, former_fills
from salesnerd_tui.playbook.yaml_tree import Map, Scalar, normalize_label
from salesnerd_tui.playbook.yaml_writer import replace_text

if TYPE_CHECKING:
    from salesnerd_tui.playbook.build import ItemNode
    from salesnerd_tui.playbook.model import Condition, SourceLocation

_ASK = "- ask: What happened?\n  id: trigger\n"
_COST = "- ask: What did it cost?\n  id: cost\n"
_JUMP_WORD = lazy_pattern(r"^(?:-{1,2}>|→|=>|(?:go ?to|end|detour)[ :]+)\s*", re.IGNORECASE)
_ID_PATTERN = lazy_pattern(r"[a-z]+(_[a-z0-9]+)+")
_DETOUR = """
detours:
  demo:
    they_say: Show us
    agenda:
      - ask: Who has to see it?
        id: audience
        answers:
          Only me: {ACT}
"""


_NO_QUESTION = "no question has that id"
_NO_OUTCOME = "no outcome has that name"
_NO_DETOUR = "no detour has that name"


def _unknown(
    name: Scalar,
    known: Iterable[str],
    problem: str,
    field: str = "",
    *,
    default_hint: str = "",
    hint: str = "",
    fix: str = "",
) -> Problem:
    """Return the problem of an unknown name. Without a `hint`, the most similar known name is suggested."""
    if not hint:
        names = sorted(known)
        if names and default_hint:
            default_hint = f"choose one of: {join_names(names)}; or {default_hint}"
        hint, fix = did_you_mean(name.text, names, default_hint)
    return Problem(f"{field}'{name.text}': {problem}", name.location, hint, fix)


_NEXT_WORDS = ("next", "continue", "next_question", "skip")
_END_WORDS = ("end", "exit", "finish", "stop", "close", "hangup", "hang_up")


def _hint_of_other_kind(name: Scalar, field: str, context: LintContext) -> tuple[str, str]:
    """Return the hint and the fix for a name of something else: an outcome under `goto`, or the text of a question."""
    kinds = (
        ("goto", "a question", context.item_ids),
        ("end", "an outcome", context.outcome_ids),
        ("detour", "a detour", context.playbook.detours),
    )
    for other, noun, names in kinds:
        if other != field and name.text in names:
            return f"'{name.text}' is {noun}: write `{other}: {name.text}`", ""
    if field == "goto" and name.text in _NEXT_WORDS:
        return "write `{}`: without a jump, the call continues with the next question", ""
    if field == "goto" and name.text in _END_WORDS:
        return "name an outcome, as in `end: not_now`", ""
    if field == "goto" and (id := context.ids_by_text.get(normalize_label(name.text), "")):
        return f"write its id: '{id}'", id
    return "", ""


def _id_location(row: ItemNode) -> SourceLocation:
    """Return where a row's id is written, or the `include` that inherits it."""
    written = row.node.scalar("id")
    if written is not None and written.source is row.node.source:
        return written.location
    return row.node.source.location(row.node.line, row.node.column, row.node.column + len("include"))


@error_rule(
    "P201",
    "duplicate id",
    "Notes are stored under the id, so two questions with the same id would overwrite each other's notes.",
    bad=sample(_ASK + "- ask: What else happened?\n  id: trigger\n"),
    good=sample(_ASK + "- ask: What else happened?\n  id: other_trigger\n"),
)
def duplicate_id(context: LintContext) -> Iterator[Problem]:
    seen: dict[str, ItemNode] = {}
    for row in context.rows:
        name = row.node.text("id")
        if not name:
            continue
        first = seen.setdefault(name, row)
        is_same_include = first.list_name != row.list_name and first.item.location == row.item.location
        if first is not row and not is_same_include:
            location = _id_location(first)
            place = f"on line {location.line}" if location.file == row.node.source.name else f"in {location}"
            yield Problem(f"id '{name}' is used twice", _id_location(row), f"first used {place}")


@error_rule(
    "P202",
    "unknown goto target",
    "The answer would lead nowhere in the middle of a call.",
    bad=sample(_ASK + "  answers:\n    It broke: {goto: cots}\n" + _COST),
    good=sample(_ASK + "  answers:\n    It broke: {goto: cost}\n" + _COST),
)
def unknown_goto(context: LintContext) -> Iterator[Problem]:
    for answer in context.answer_nodes:
        target = answer.fields.scalar("goto")
        if target and target.text not in context.item_ids:
            first = context.first_questions.get(normalize_label(target.text), "")
            hint, fix = f"a section is entered at its first question: '{first}'" if first else "", first
            if not hint:
                hint, fix = _hint_of_other_kind(target, "goto", context)
            yield _unknown(target, context.positions[answer.row.list_name], _NO_QUESTION, "goto ", hint=hint, fix=fix)


@error_rule(
    "P203",
    "unknown outcome",
    "The answer could not end the call with it.",
    bad=sample(_ASK + "  answers:\n    It broke: {end: latr}\n"),
    good=sample(_ASK + "  answers:\n    It broke: {end: later}\n"),
)
def unknown_end(context: LintContext) -> Iterator[Problem]:
    if context.is_library:
        return
    for answer in context.answer_nodes:
        target = answer.fields.scalar("end")
        if target and target.text not in context.outcome_ids:
            outcomes, decision = context.playbook.outcomes, target.text.replace("_", "-")
            same = [outcome.id for outcome in outcomes.values() if str(outcome.decision) == decision]
            hint = f"name an outcome; those with that decision: {', '.join(map(repr, same[:6]))}" if same else ""
            fix = same[0] if len(same) == 1 else ""
            if not hint:
                hint, fix = _hint_of_other_kind(target, "end", context)
            default_hint = "add it under `outcomes:`"
            yield _unknown(target, outcomes, _NO_OUTCOME, "end ", default_hint=default_hint, hint=hint, fix=fix)


@error_rule(
    "P204",
    "unknown playbook",
    "`switch` and `next` must name a playbook in one of the folders.",
    bad=sample(_ASK + "  answers:\n    A tender landed: {switch: nowhere}\n"),
    good={
        "sample.yaml": sample(_ASK + "  answers:\n    A tender landed: {switch: tender}\n"),
        "tender.yaml": sample(_COST),
    },
)
def unknown_playbook(context: LintContext) -> Iterator[Problem]:
    named = [("switch", answer.fields.scalar("switch")) for answer in context.answer_nodes if "switch" in answer.fields]
    named += [("next", node.scalar("next")) for _, node in context.tree.named_maps("outcomes")]
    for field, target in named:
        if target and not context.has_playbook(target.text):
            library = find_file(target.text, context.folders)
            hint = f"'{target.text}' is a library: name a playbook that uses it" if library else ""
            yield _unknown(target, context.playbook_ids, "no playbook has that id", f"{field} ", hint=hint)


@error_rule(
    "P205",
    "unknown detour",
    "The answer would lead nowhere in the middle of a call.",
    bad=sample(_ASK + "  answers:\n    Show us: {detour: dmo}\n", _DETOUR.replace("ACT", "back: true")),
    good=sample(_ASK + "  answers:\n    Show us: {detour: demo}\n", _DETOUR.replace("ACT", "back: true")),
)
def unknown_detour(context: LintContext) -> Iterator[Problem]:
    if context.is_library:
        return
    for answer in context.answer_nodes:
        target = answer.fields.scalar("detour")
        if target and target.text not in context.playbook.detours:
            detours = context.playbook.detours
            with_key = next((detour.id for detour in detours.values() if detour.key == target.text), "")
            hint = f"'{target.text}' is the key of the detour '{with_key}'" if with_key else ""
            hint = hint or _hint_of_other_kind(target, "detour", context)[0]
            default_hint = "add it under `detours:`, or `use:` its library"
            yield _unknown(target, detours, _NO_DETOUR, "detour ", default_hint=default_hint, hint=hint, fix=with_key)


@error_rule(
    "P206",
    "goto across a detour boundary",
    "A detour always returns to where it was taken: `goto` cannot enter or leave one, and `back` only works inside "
    "one.",
    bad=sample(_ASK, _DETOUR.replace("ACT", "goto: trigger")),
    good=sample(_ASK, _DETOUR.replace("ACT", "back: true")),
)
def goto_outside_list(context: LintContext) -> Iterator[Problem]:
    places = {name: place for place, positions in context.positions.items() for name in positions}
    for answer in context.answer_nodes:
        target, place = answer.fields.scalar("goto"), answer.row.list_name
        if target and target.text in places and target.text not in context.positions[place]:
            if place in ("agenda", "prep"):
                detour = places[target.text]
                hint = f"it is in the detour '{detour}': write `detour: {detour}`"
            else:
                hint = "a detour returns automatically: write `back: true`, or `end:` to end the call"
            yield Problem(f"goto '{target.text}' leads out of its list", target.location, hint)
        back = answer.fields.key("back")
        if back and place in ("agenda", "prep") and parse_flag(answer.fields.text("back")):
            yield Problem("back outside a detour", back.location, "only a detour has somewhere to go back to")


@warning_rule(
    "P207",
    "text that looks like an id",
    "A plain text after an answer is the follow-up that you would say. An id there is most often a forgotten `goto:`.",
    bad=sample(_ASK + "  answers:\n    It broke: cost\n" + _COST),
    good=sample(_ASK + "  answers:\n    It broke: {goto: cost}\n" + _COST),
)
def text_like_id(context: LintContext) -> Iterator[Problem]:
    playbook = context.playbook
    destinations = (("end", playbook.outcomes), ("detour", playbook.detours), ("goto", context.questions))
    for answer in context.answer_nodes:
        follow_ups = answer.fields.scalars("follow_ups")
        if len(follow_ups) != 1:
            continue
        text = follow_ups[0]
        name = _JUMP_WORD.sub("", text.text)
        field = next((field for field, names in destinations if name in names), "")
        if field or _ID_PATTERN.fullmatch(name):
            hint = f"did you mean `{{{field or 'goto'}: {name}}}`?"
            yield Problem(f"'{text.text}' would be said aloud, and looks like an id", text.location, hint)


_BROKE = _ASK + "  answers:\n    It broke: When was that?\n    My boss asked: {}\n"


def _location(node: Scalar, word: str) -> SourceLocation:
    return node.location_within(max(node.text.find(word), 0), len(word))


@error_rule(
    "P210",
    "unknown name",
    "A condition about a note that is never taken is always false, and a {name} that is never filled is shown as "
    "it is.",
    bad=sample(_ASK + _COST + "  when: triger is known\n"),
    good=sample(_ASK + _COST + "  when: trigger is known\n"),
)
def unknown_name(context: LintContext) -> Iterator[Problem]:
    if context.is_library:
        return
    for node, condition in context.conditions:
        for leaf in comparisons(condition):
            yield from _unknown_in_leaf(leaf, node, context)
    yield from _unknown_labels(context)
    yield from _unfilled_slots(context)


def _unknown_labels(context: LintContext) -> Iterator[Problem]:
    known = {*context.note_ids, *context.playbook.gates, *context.playbook.outcomes, *context.playbook.detours}
    for key, _ in context.own.entries_of("labels"):
        if key.text not in known:
            hint, fix = did_you_mean(key.text, known)
            yield Problem(
                f"label '{key.text}': nothing has that id", key.location, hint, fix, severity=Severity.WARNING
            )


def _unfilled_slots(context: LintContext) -> Iterator[Problem]:
    for spoken in context.spoken_texts:
        if "{" not in spoken.text.text:
            continue
        without_foreign = _FOREIGN_SLOT.sub(lambda match: " " * len(match[0]), spoken.text.text)
        slots = {match[1]: match for match in PLACEHOLDER.finditer(without_foreign)}
        for name, match in slots.items():
            if name in context.slot_names:
                continue
            default_hint = f"ask for it in `prep` or above, `- ask: …` with `id: {name}`, or write it under `vars:`"
            if name.startswith("points"):
                default_hint = "give the points to an answer: `{points: 1}`"
            hint, fix = did_you_mean(name, context.slot_names, default_hint)
            location = spoken.text.location_within(match.start(1), len(name))
            yield Problem(f"{{{name}}} is never filled", location, hint, fix, severity=Severity.WARNING)


_FOREIGN_SLOT = lazy_pattern(
    r"\{\{\s*(?P<in_braces>[a-z][a-z0-9_.]*)\s*\}\}|[$#%]\{(?P<after_sign>[a-z][a-z0-9_.]*)\}"
    r"|\{(?=\s|[a-z0-9_.]+\s)\s*(?P<with_spaces>[a-z][a-z0-9_.]*)\s*\}"
)


@warning_rule(
    "P216",
    "slot in the syntax of another language",
    "A slot is written {name}, with one pair of braces and no spaces. Other symbols would be shown on screen and read "
    "aloud.",
    bad=sample(_ASK + '- say: "You said: {{trigger}}."\n'),
    good=sample(_ASK + '- say: "You said: {trigger}."\n'),
)
def foreign_slots(context: LintContext) -> Iterator[Problem]:
    for spoken in context.own_spoken_texts:
        text = spoken.text.text
        for match in _FOREIGN_SLOT.finditer(text) if "{" in text else ():
            slot = f"{{{match[match.lastgroup or 0]}}}"
            location = spoken.text.location_within(match.start(), len(match[0]))
            edits = replace_text(spoken.text, text[: match.start()] + slot + text[match.end() :])
            yield Problem(f"'{match[0][:40]}' is not a slot", location, f"write `{slot}`", slot, edits)


def _unknown_in_leaf(leaf: Condition, node: Scalar, context: LintContext) -> Iterator[Problem]:
    if isinstance(leaf, GateMet):
        if leaf.name not in context.playbook.gates:
            location = _location(node, leaf.name)
            if leaf.name in context.note_ids:
                hint = f"did you mean '{leaf.name} is known'?"
                yield Problem(f"'{leaf.name}' is a note, not a gate", location, hint, f"{leaf.name} is known")
            else:
                hint, fix = did_you_mean(leaf.name, [*context.playbook.gates, *context.note_ids])
                if leaf.name.lower() in ("yes", "true", "always"):
                    hint, fix = "delete the line: without a condition it always holds", ""
                yield Problem(f"'{leaf.name}': no gate has that name", location, hint, fix)
    elif isinstance(leaf, (IsKnown, IsLabel, Includes, Comparison)):
        if leaf.name == "points" or leaf.name.startswith("points."):
            yield from _unknown_points(leaf.name, node, context)
        elif leaf.name not in context.note_ids:
            hint, fix = did_you_mean(leaf.name, context.note_ids)
            if leaf.name in BUILT_IN_VARIABLES:
                hint, fix = f"{{{leaf.name}}} is for texts: ask for it, and use that question's id", ""
            yield Problem(f"'{leaf.name}': nothing records that note", _location(node, leaf.name), hint, fix)


def _unknown_points(name: str, node: Scalar, context: LintContext) -> Iterator[Problem]:
    if name.partition(".")[2] not in context.point_names:
        hint, fix = did_you_mean(
            name, [f"points.{point}" if point else "points" for point in sorted(context.point_names)]
        )
        yield Problem(f"'{name}': no answer gives these points", _location(node, name), hint, fix)


@error_rule(
    "P211",
    "unknown answer label",
    "The condition compares with a label that does not exist, so it is always false.",
    bad=sample(_BROKE + _COST + '  when: trigger is "It brok"\n'),
    good=sample(_BROKE + _COST + '  when: trigger is "It broke"\n'),
)
def unknown_label(context: LintContext) -> Iterator[Problem]:
    values = _set_values(context)
    labels_by_id: dict[str, tuple[list[str], set[str]]] = {}
    for node, condition in context.conditions:
        for leaf in comparisons(condition):
            ask = context.questions.get(leaf.name) if isinstance(leaf, IsLabel) else None
            if ask is None or not isinstance(leaf, IsLabel):
                continue
            if ask.id not in labels_by_id:
                labels = [answer.label for answer in ask.answers]
                known = {normalize_label(label) for label in labels} | values.get(ask.id, set())
                labels_by_id[ask.id] = labels, known
            labels, known = labels_by_id[ask.id]
            if labels and normalize_label(leaf.label) not in known:
                hint, fix = did_you_mean(leaf.label, labels)
                message = f"'{leaf.label}' is not an answer of '{leaf.name}'"
                yield Problem(message, _location(node, leaf.label), hint, fix)


def _set_values(context: LintContext) -> Mapping[str, set[str]]:
    values: dict[str, set[str]] = {}
    for answer in context.answer_nodes:
        for key, value in answer.fields.entries_of("set"):
            if isinstance(value, Scalar):
                values.setdefault(key.text, set()).add(normalize_label(value.text))
    return values


@folder_rule(
    "P212",
    "conflicting types for one id",
    "Notes are shared across playbooks by account and id: a money note of one call would be a date in the next.",
    bad={"sample.yaml": sample(_COST + "  type: money\n"), "other.yaml": sample(_COST + "  type: date\n")},
    good={"sample.yaml": sample(_COST + "  type: money\n"), "other.yaml": sample(_COST + "  type: money\n")},
)
def type_clash(contexts: Sequence[LintContext]) -> Iterator[Problem]:
    first: dict[str, tuple[str, LintContext]] = {}
    for context in contexts:
        for row in context.question_rows:
            node = row.node.scalar("type")
            if node is None or node.source is not row.node.source:
                continue
            name = row.node.text("id")
            first_type, first_context = first.setdefault(name, (node.text, context))
            if first_type != node.text and first_context is not context:
                message = f"'{name}' is {node.text} here and {first_type} in {first_context.playbook.id}"
                yield Problem(message, node.location, "use one type, or two ids")


@warning_rule(
    "P213",
    "note used before its question",
    "The note is asked for further down, so here it only exists if an earlier call recorded it.",
    bad=sample(_ASK + "  when: cost is known\n" + _COST),
    good=sample(_COST + _ASK + "  when: cost is known\n"),
)
def used_too_early(context: LintContext) -> Iterator[Problem]:
    if context.is_library:
        return
    set_elsewhere = {
        *(name for place, positions in context.positions.items() if place != "agenda" for name in positions),
        *context.set_names,
        *(name for outcome in context.playbook.outcomes.values() for name in outcome.capture),
    }
    positions = context.positions["agenda"]
    conditions = {id(node): condition for node, condition in context.conditions}
    jumps = [
        (answer.row.index, positions[answer.fields.text("goto")])
        for answer in context.answer_nodes
        if answer.row.list_name == "agenda" and answer.fields.text("goto") in positions
    ]
    for row in context.rows_by_place["agenda"]:
        for name, node, start in _note_uses(row.node, conditions):
            asked_at = positions.get(name)
            if asked_at is None or asked_at < row.index or name in set_elsewhere:
                continue
            is_own_condition = asked_at == row.index and start < 0
            if is_own_condition or any(source >= asked_at and target <= row.index for source, target in jumps):
                continue
            location = _location(node, name) if start < 0 else node.location_within(start, len(name))
            place = "here" if asked_at == row.index else "further down"
            yield Problem(
                f"'{name}' is asked only {place}", location, "move it below that question, or ask for the note earlier"
            )


def _note_uses(node: Map, conditions: Mapping[int, Condition]) -> Iterator[tuple[str, Scalar, int]]:
    """Yield the notes that an item needs, with the text that uses them and the offset there; -1 in a condition."""
    when = node.scalar("when")
    if when and id(when) in conditions:
        for name in _required_names(conditions[id(when)]):
            yield name, when, -1
    text = node.scalar("ask") or node.scalar("say")
    if text and "{" in text.text:
        for match in PLACEHOLDER.finditer(text.text):
            yield match[1], text, match.start(1)


def _required_names(condition: Condition) -> Iterator[str]:
    """Yield the notes without which a condition is false."""
    if isinstance(condition, AllOf):
        for part in condition.parts:
            yield from _required_names(part)
    elif isinstance(condition, (IsLabel, Includes, Comparison)) or (
        isinstance(condition, IsKnown) and condition.expected
    ):
        yield condition.name


@warning_rule(
    "P214",
    "condition that is always false",
    "The condition contradicts itself, so the item that it guards is never asked.",
    bad=sample(_BROKE + _COST + '  when: trigger is "It broke" and trigger is unknown\n'),
    good=sample(_BROKE + _COST + '  when: trigger is "It broke" or trigger is unknown\n'),
)
def never_true(context: LintContext) -> Iterator[Problem]:
    for node, condition in context.conditions:
        if is_never_true(condition):
            yield Problem("this can never be true", node.location, "remove one of the parts that contradict each other")


def is_never_true(condition: Condition) -> bool:
    if isinstance(condition, AnyOf):
        return all(is_never_true(part) for part in condition.parts)
    if not isinstance(condition, AllOf):
        return False
    parts = list(_flatten(condition))
    if any(is_never_true(part) for part in parts if isinstance(part, AnyOf)):
        return True
    sources = {part.source for part in parts}
    if any(isinstance(part, Not) and part.operand.source in sources for part in parts):
        return True
    by_name: dict[str, list[Condition]] = {}
    for part in parts:
        if isinstance(part, (IsKnown, IsLabel, Includes, Comparison)):
            by_name.setdefault(part.name, []).append(part)
    return any(_contradict(same) for same in by_name.values() if len(same) > 1)


def _flatten(condition: AllOf) -> Iterator[Condition]:
    for part in condition.parts:
        if isinstance(part, AllOf):
            yield from _flatten(part)
        else:
            yield part


def _contradict(conditions: list[Condition]) -> bool:
    """Return whether conditions about the same note contradict each other."""
    must_be_unknown = any(isinstance(part, IsKnown) and not part.expected for part in conditions)
    must_be_known = any(not isinstance(part, IsKnown) or part.expected for part in conditions)
    required = {normalize_label(part.label) for part in conditions if isinstance(part, IsLabel) and part.expected}
    excluded = {normalize_label(part.label) for part in conditions if isinstance(part, IsLabel) and not part.expected}
    return (
        (must_be_unknown and must_be_known)
        or bool(required & excluded)
        or _excludes_all_numbers([part for part in conditions if isinstance(part, Comparison)])
    )


def _excludes_all_numbers(bounds: list[Comparison]) -> bool:
    low, high = float("-inf"), float("inf")
    strict_low = strict_high = False
    for bound in bounds:
        if bound.operator in (">", ">=", "=") and bound.number >= low:
            strict_low = bound.operator == ">" or (strict_low and bound.number == low)
            low = bound.number
        if bound.operator in ("<", "<=", "=") and bound.number <= high:
            strict_high = bound.operator == "<" or (strict_high and bound.number == high)
            high = bound.number
    return low > high or (low == high and (strict_low or strict_high))


def _capture_names(outcome: Map) -> list[Scalar]:
    """Return the ids that an outcome captures, from a list or from a map of ids to prompts."""
    return outcome.scalars("capture") or [name for name, _ in outcome.entries_of("capture")]


@warning_rule(
    "P217",
    "capture with the id of a question",
    "When the call ends, the field is already filled in with the note of the question. If the question asks for "
    "something else, the wrong words are saved.",
    bad=sample(
        "- ask: What's the reason that you look now?\n  id: reason\n",
        outcomes=OUTCOMES.replace("no-go}", "no-go, capture: [reason]}"),
    ),
    good=sample(
        "- ask: What's the reason that you look now?\n  id: trigger\n",
        outcomes=OUTCOMES.replace("no-go}", "no-go, capture: [reason]}"),
    ),
)
def capture_of_question(context: LintContext) -> Iterator[Problem]:
    rows = {row.node.text("id"): row for row in reversed(context.question_rows)}
    for _, outcome in context.tree.named_maps("outcomes"):
        prompts = outcome.map("capture")
        for name in _capture_names(outcome):
            row, prompt = rows.get(name.text), prompts.text(name.text) if prompts else ""
            # Without a prompt, any other id can only mean the note of the question; a date is the same date.
            if row is None or not (prompt or name.text in {*StandardNote}) or row.node.text("type") == "date":
                continue
            location = name.location if context.is_own(name) else _id_location(row)
            if prompt != row.node.text("ask") and location.file == context.own.source.name:
                message = f"'{name.text}' is also a question, whose note is filled in here"
                hint = "rename one of them; if both ask for the same, accept it: `# ok P217 the same`"
                yield Problem(message, location, hint)


@warning_rule(
    "P218",
    "possible typo in the id of a note",
    "Nothing reads the note, and another id differs in one letter. A note with a typo in its id is missing where you "
    "look for it.",
    bad=sample(_ASK, outcomes=OUTCOMES.replace("[revisit_on]", "[revisit_on, raeson]")),
    good=sample(_ASK, outcomes=OUTCOMES.replace("[revisit_on]", "[revisit_on, reason]")),
)
def misspelled_note(context: LintContext) -> Iterator[Problem]:
    groups = [_capture_names(node) for _, node in context.tree.named_maps("outcomes")]
    groups += [[name for name, _ in answer.fields.entries_of("set")] for answer in context.answer_nodes]
    written = Counter(name.text for group in groups for name in group)
    read = {*context.questions, *map(str, StandardNote), *_read_names(context)}
    unread = {name for name, count in written.items() if count == 1 and name not in read}
    similar: dict[str, list[str]] = {}
    for name in sorted({*context.questions, *map(str, StandardNote), *written}) if unread else ():
        for shorter in _without_a_letter(name):
            similar.setdefault(shorter, []).append(name)
    for group in groups:
        together = {name.text for name in group}
        for node in (name for name in group if name.text in unread and context.is_own(name)):
            names = (other for shorter in _without_a_letter(node.text) for other in similar[shorter])
            if match := next((name for name in names if name not in together and _is_slip(node.text, name)), ""):
                hint = f"did you mean '{match}'?"
                yield Problem(f"nothing reads the note '{node.text}'", node.location, hint, match)


def _without_a_letter(name: str) -> list[str]:
    """Return a name and all names with one letter less; two names that differ in one letter have one in common."""
    return [name, *(name[:index] + name[index + 1 :] for index in range(len(name)))]


def _read_names(context: LintContext) -> Iterator[str]:
    """Yield the names of the notes that conditions, slots and labels read."""
    for _, condition in context.conditions:
        yield from (getattr(leaf, "name", "") for leaf in comparisons(condition))
    for spoken in context.spoken_texts:
        yield from (match[1] for match in PLACEHOLDER.finditer(spoken.text.text))
    yield from (name.text for name, _ in context.tree.entries_of("labels"))


_MIN_SLIP = 5
"""Minimum letters of an id that is taken for a typo of another."""


def _is_slip(name: str, other: str) -> bool:
    """Return whether a letter was left out, added, replaced or swapped with the next; digits count things."""
    shorter = min(len(name), len(other))
    start = next((index for index in range(shorter) if name[index] != other[index]), shorter)
    rest, other_rest = name[start:], other[start:]
    if shorter < _MIN_SLIP or (rest + other_rest)[:1].isdigit():
        return False
    is_swapped = rest[:2] == other_rest[1::-1] and rest[2:] == other_rest[2:]
    return is_swapped or rest[1:] in (other_rest, other_rest[1:]) or rest == other_rest[1:]


describe_rule(
    "P215",
    "invalid condition",
    'Supported: x is known, x is unknown, x is "Label", x is not "Label", x includes "Ann", x > 10, points.fit >= '
    "5, the name of a gate, and, or, not, parentheses. A gate cannot depend on itself.",
    bad=sample(_BROKE + _COST + "  when: trigger is It broke\n"),
    good=sample(_BROKE + _COST + '  when: trigger is "It broke"\n'),
)


def _unknown_names(node: Map, context: LintContext) -> Iterator[Problem]:
    """Yield a problem for each name in a buyer or a test that the playbook does not have."""
    for key in ("picks", "says", "hides", "notes"):
        for name, value in node.entries_of(key):
            if name.text not in context.note_ids:
                id = context.ids_by_text.get(normalize_label(name.text), "")
                hint = f"write its id: '{id}'" if id else ""
                yield _unknown(name, context.questions, _NO_QUESTION, hint=hint, fix=id)
            elif key == "picks" and isinstance(value, Scalar):
                yield from _unknown_pick(name.text, value, context)
    fields = [(interruption, key) for interruption in node.maps("interrupts") for key in ("after", "with")]
    fields += [(node, key) for key in ("ends", "buyer", "returns_to", "asks", "skips")]
    known: dict[str, tuple[Collection[str], str]] = {
        "after": (context.questions, _NO_QUESTION),
        "with": (context.playbook.detours, _NO_DETOUR),
        "ends": (context.outcome_ids, _NO_OUTCOME),
        "buyer": (context.playbook.buyers, "no buyer has that name"),
        "returns_to": (context.questions, _NO_QUESTION),
        "asks": (context.item_ids, "nothing has that id"),
        "skips": (context.item_ids, "nothing has that id"),
    }
    for owner, key in fields:
        names, problem = known[key]
        scalar = owner.scalar(key)
        for name in [scalar] if scalar else owner.scalars(key):
            if name.text in names:
                continue
            id = context.ids_by_text.get(normalize_label(name.text), "")
            hint = f"write its id: '{id}'" if id in names else ""
            yield _unknown(name, names, problem, hint=hint, fix=id)


def _unknown_pick(name: str, value: Scalar, context: LintContext) -> Iterator[Problem]:
    question = context.questions.get(name)
    labels = [answer.label for answer in question.answers] if question else []
    if question and normalize_label(value.text) not in {normalize_label(label) for label in labels}:
        default_hint = "" if labels else "it has no answers: write it under `says:` or `notes:`"
        hint, fix = did_you_mean(value.text, labels, default_hint)
        yield Problem(f"'{value.text}' is not an answer of '{name}'", value.location, hint, fix)


@advice_rule(
    "P219",
    "undeclared notes for the account page",
    "Earlier versions recognized some questions by their ids. A question with such an id still fills the account page, "
    "but only `fills` says so.",
    bad=sample("- ask: When does it have to run?\n  id: in_use_by\n"),
    good=sample("- ask: When does it have to run?\n  id: in_use_by\n  fills: go_live\n"),
)
def undeclared_fills(context: LintContext) -> Iterator[Problem]:
    questions = [row.node for row in context.question_rows] + context.tree.maps("questions")
    for node in questions:
        key, id = node.key("id"), node.scalar("id")
        if key is None or id is None or id.text not in FORMER_FILLS or "fills" in node or not context.is_own(id):
            continue
        if parts := former_fills((id.text,) if "buying_job" in node else ()).get(id.text):
            line = f"fills: {parts[0]}" if len(parts) == 1 else f"fills: [{', '.join(parts)}]"
            text = f"{line}, " if node.is_flow else f"{line}\n{' ' * (key.column - 1)}"
            edit = Edit(key.line, key.column, key.line, key.column, text)
            yield Problem(
                f"the notes of '{id.text}' fill the account page", id.location, f"add `{line}`", edits=(edit,)
            )


@error_rule(
    "P501",
    "unknown name in a buyer",
    "The rehearsal would not go as written.",
    bad=sample(ANSWERED_QUESTION, "buyers:\n  dana:\n    picks: {trigger: It brok, verdict: Go on together}\n"),
    good=sample(ANSWERED_QUESTION, "buyers:\n  dana:\n    picks: {trigger: It broke, verdict: Go on together}\n"),
)
def buyer_names(context: LintContext) -> Iterator[Problem]:
    if not context.is_library:
        for _, node in context.tree.named_maps("buyers"):
            yield from _unknown_names(node, context)


@error_rule(
    "P502",
    "unknown name in a test",
    "The test cannot check what it was written for.",
    bad=sample(
        ANSWERED_QUESTION,
        "tests:\n  - {it: lets go, picks: {triger: Nothing}, ends: part}\n  - {it: continues, " + OTHER_TESTS,
    ),
    good=sample(ANSWERED_QUESTION, "tests:\n  - {it: lets go, " + OTHER_TESTS),
)
def test_names(context: LintContext) -> Iterator[Problem]:
    for node in context.tree.maps("tests"):
        yield from _unknown_names(node, context)
