"""Rules that the loader applies when it reads, validates and merges a file (P100 to P130, P601 to P606)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from salesnerd_tui.lazy_pattern import lazy_pattern
from salesnerd_tui.playbook import fields as table
from salesnerd_tui.playbook.diagnostics import Edit, Severity, join_names
from salesnerd_tui.playbook.lint.rule import Problem, advice_rule, describe_rule, sample, warning_rule
from salesnerd_tui.playbook.yaml_errors import quote_hint
from salesnerd_tui.playbook.yaml_tree import Map, Scalar, Seq
from salesnerd_tui.playbook.yaml_writer import quote_for_hint, without_curly_quotes
from salesnerd_tui.text import one_line

if TYPE_CHECKING:
    from salesnerd_tui.playbook.lint.context import LintContext

_ASK = "- ask: What happened?\n  id: trigger\n"

describe_rule(
    "P100",
    "invalid YAML",
    "The file is not UTF-8 or contains several documents, or a space is missing, or a quote or a bracket is never "
    "closed. The position shows where to fix it.",
    bad='playbook: "Never closed\nagenda:\n  - ask: What happened?\n    id: trigger\n',
    good=sample(_ASK),
)
describe_rule(
    "P101",
    "unquoted colon",
    "In YAML a colon followed by a space ends the name of a field, even in the middle of a sentence. Quote the text.",
    bad=sample("- ask: What now: the plan?\n  id: plan\n"),
    good=sample('- ask: "What now: the plan?"\n  id: plan\n'),
)
describe_rule(
    "P102",
    "unquoted special character",
    "A text that starts with one of & * ! | > @ % ` { [ or a quote means something else in YAML: an anchor, an "
    "alias, a tag, a list. Playbooks have none of these, so quote the text.",
    bad=sample("- say: @all of you, good morning\n"),
    good=sample('- say: "@all of you, good morning"\n'),
)
describe_rule(
    "P103",
    "text lost to a comment",
    "A space and # start a comment, so the rest of the sentence would be dropped silently. Quote the text.",
    bad=sample("- ask: Who opened ticket #1 back then?\n  id: ticket\n"),
    good=sample('- ask: "Who opened ticket #1 back then?"\n  id: ticket   # a comment, with a space after the #\n'),
)
describe_rule(
    "P104",
    "tab in the indentation",
    "YAML indents with spaces only; a tab looks the same and is rejected.",
    bad="playbook: Sample\nagenda:\n\t- ask: What happened?\n",
    good=sample(_ASK),
)
describe_rule(
    "P105",
    "bare yes or no as an answer",
    "You read notes weeks later, and 'Yes' says nothing then. Use the words you would hear. In `prep` you answer "
    "yourself, so a yes or no is fine there.",
    bad=sample("- ask: Who minds most?\n  id: minds\n  answers:\n    No: What makes you say so?\n"),
    good=sample("- ask: Who minds most?\n  id: minds\n  answers:\n    Nobody minds: What makes you say so?\n"),
    severity=Severity.ADVICE,
)
describe_rule(
    "P106",
    "duplicate field",
    "Only one of two fields with the same name would count, and it would not be obvious which.",
    bad=sample(_ASK + "  priority: must\n  priority: could\n"),
    good=sample(_ASK + "  priority: must\n"),
)
describe_rule(
    "P107",
    "text split at a comma",
    "Inside { } and [ ] a comma ends the text. Quote the text, or write each item on a line of its own.",
    bad=sample(_ASK + "  answers:\n    It broke: {follow_up: When was it, and who saw it}\n"),
    good=sample(_ASK + '  answers:\n    It broke: {follow_up: "When was it, and who saw it?"}\n'),
)


@advice_rule(
    "P108",
    "unquoted question mark in brackets",
    "Inside [ ] and { }, other readers of YAML end a text at a question mark, so yamllint and scripts refuse the file. "
    "salesnerd reads it; `salesnerd playbook lint --fix` writes the quotes.",
    bad=sample(_ASK + "  follow_ups: [Who saw it?, When?]\n"),
    good=sample(_ASK + '  follow_ups: ["Who saw it?", "When?"]\n'),
)
def bare_question_marks(context: LintContext) -> Iterator[Problem]:
    if not _MAY_BE_BARE.search(context.own.source.text):
        return
    bare = list(_bare_in_brackets(context.own))
    if not bare:
        return
    texts = "a text in brackets has" if len(bare) == 1 else f"{len(bare)} texts in brackets have"
    message = f"{texts} a question mark and no quotes, which other readers of YAML refuse"
    edits = tuple(edit for text in bare for edit in _quotes(text))
    hint = quote_hint(bare[0].text).replace("the whole text", "it", 1)
    hint += f"; `salesnerd playbook lint --fix {bare[0].location.file}` does" if edits else ""
    yield Problem(message, bare[0].location, hint, edits=edits)


_MAY_BE_BARE = lazy_pattern(r"\?[^\n]*[,\]}]|\[[^\]\n]*$|\{[^}\n]*$", re.MULTILINE)
"""A question mark before the end of an item, or brackets on several lines. Most files contain neither."""


def _bare_in_brackets(tree: Map) -> list[Scalar]:
    """Return the unquoted texts with a question mark inside [ ] and { }, in the order of the file."""
    texts: dict[tuple[int, int], Scalar] = {}
    todo: list[tuple[Map | Seq, bool]] = [(tree, False)]
    while todo:
        node, inside = todo.pop()
        inside = inside or node.is_flow
        inner = node.items if isinstance(node, Seq) else [part for entry in node.entries.values() for part in entry]
        for part in inner:
            if not isinstance(part, Scalar):
                todo.append((part, inside))
            elif inside and "?" in part.text and not part.style:
                texts[part.line, part.column] = part
    return [texts[place] for place in sorted(texts)]


def _quotes(text: Scalar) -> Iterator[Edit]:
    """Yield the edit that quotes a text of one line."""
    if text.line == text.end_line and text.source.line(text.line)[text.column - 1 : text.end_column - 1] == text.text:
        yield Edit(
            text.line, text.column, text.end_line, text.end_column, quote_for_hint(without_curly_quotes(text.text))
        )


describe_rule(
    "P110",
    "unknown type of item",
    "Each item of an agenda is exactly one of `section`, `ask`, `say` and `include`, and a file is either a "
    "playbook or a library.",
    bad=sample("- aks: What happened?\n  id: trigger\n"),
    good=sample(_ASK),
)
describe_rule(
    "P111",
    "unknown field",
    "An unknown field would be ignored silently: with a typo in `priority`, a must-ask would be lost.",
    bad=sample(_ASK + "  priorty: must\n"),
    good=sample(_ASK + "  priority: must\n"),
)
describe_rule(
    "P112",
    "wrong type of value",
    "The field expects something else: a number, a list, one of a few words, or a duration.",
    bad=sample(_ASK + "  type: monney\n"),
    good=sample(_ASK + "  type: money\n"),
)
describe_rule(
    "P113",
    "field in the wrong place",
    "The field exists, but not here. It belongs to another item, or its line is indented one level too far in or out.",
    bad=sample(_ASK) + "priority: must\n",
    good=sample(_ASK + "  priority: must\n"),
)
describe_rule(
    "P114",
    "unsupported format version",
    "The file was written for a later version of salesnerd, with fields that this version does not know.",
    bad=sample(_ASK, head="format: 2"),
    good=sample(_ASK),
)
describe_rule(
    "P115",
    "limit exceeded",
    "Sizes are limited so that no file can slow down a call: a file of 1 MiB, "
    f"{table.MAX_DEPTH} levels, {table.MAX_FILE_VALUES:,} values, lines of {table.MAX_LINE_CHARACTERS:,} characters, "
    f"{table.MAX_LIST_ITEMS:,} texts in a list, {table.MAX_LIBRARIES} libraries under one `use`, "
    f"{table.MAX_FILES} files in all, {table.MAX_WORDS:,} words for the coach, {table.MAX_COPIES:,} values copied by "
    f"`defaults` and `include`, {table.MAX_COMPARISONS:,} comparisons in a condition with its gates.",
    bad=sample(_ASK, head=f"use: [{', '.join(f'part_{number}' for number in range(1, table.MAX_LIBRARIES + 2))}]"),
    good=sample(_ASK),
)
describe_rule(
    "P116",
    "list without brackets",
    "Without brackets, several names or phrases with commas between them are a single text, which matches nothing.",
    bad=sample("- say: Let me look.\n", "coach:\n  never_say: should be easy, on the roadmap\n"),
    good=sample("- say: Let me look.\n", "coach:\n  never_say: [should be easy, on the roadmap]\n"),
    severity=Severity.WARNING,
)
describe_rule(
    "P120",
    "missing id",
    "Without an id, notes are stored under the first words of the question. If you reword it, old notes are lost. "
    "`salesnerd playbook lint --fix` adds all missing ids.",
    bad=sample("- ask: What happened?\n"),
    good=sample(_ASK),
    severity=Severity.ADVICE,
)


_PARTS = {"parts.yaml": "library: Parts\nquestions:\n  - ask: Who decides?\n    id: decider\n"}
_PARENT = {"parent.yaml": sample(_ASK)}
_CHILD = "playbook: Sample\nextends: parent\n"

describe_rule(
    "P601",
    "unknown library",
    "`use` names a file in the playbook folders, without its extension.",
    bad={"sample.yaml": sample(_ASK, head="use: [prts]"), **_PARTS},
    good={"sample.yaml": sample(_ASK, head="use: [parts]"), **_PARTS},
)
describe_rule(
    "P602",
    "unknown question in `include`",
    "`include` names a question of the libraries in `use`.",
    bad={"sample.yaml": sample("- include: decidr\n", head="use: [parts]"), **_PARTS},
    good={"sample.yaml": sample("- include: decider\n", head="use: [parts]"), **_PARTS},
)
describe_rule(
    "P603",
    "unknown parent",
    "`extends` names a playbook in the folders.",
    bad={"sample.yaml": "playbook: Sample\nextends: parnt\n", **_PARENT},
    good={"sample.yaml": _CHILD, **_PARENT},
)
describe_rule(
    "P604",
    "circular inheritance",
    "Playbooks cannot extend each other in a cycle, or more than five levels deep.",
    bad={"sample.yaml": _CHILD, "parent.yaml": "playbook: Parent\nextends: sample\n"},
    good={"sample.yaml": _CHILD, **_PARENT},
)
describe_rule(
    "P605",
    "change to an item that is not inherited",
    "You can only remove, replace, relabel or move inherited items. Most often the id has a typo.",
    bad={"sample.yaml": _CHILD + "agenda:\n  - id: triger\n    priority: must\n", **_PARENT},
    good={"sample.yaml": _CHILD + "agenda:\n  - id: trigger\n    priority: must\n", **_PARENT},
)


@warning_rule(
    "P606",
    "missing translations",
    "The language of the file differs from its parent's, and some of what is said is still in the parent's language.",
    bad={"sample.yaml": "playbook: Beispiel\nextends: parent\nlang: de\n", **_PARENT},
    good={"sample.yaml": "playbook: Sample\nextends: parent\nlang: en\n", **_PARENT},
)
def missing_translations(context: LintContext) -> Iterator[Problem]:
    lang = context.own.scalar("lang")
    if lang is None or not context.parents:
        return
    langs = context.languages
    foreign = [spoken for spoken in context.spoken_texts if langs.get(spoken.text.source.name, "en") != lang.text]
    names = [spoken.row.node.text("id") if spoken.row else "an outcome" for spoken in foreign]
    for answer in context.answer_nodes:
        if "label" not in answer.fields and langs.get(answer.label.source.name, "en") != lang.text:
            names.append(f"{answer.row.node.text('id')}: {answer.label.text}")
    for row in context.rows:
        title = row.node.scalar("section")
        if title and langs.get(title.source.name, "en") != lang.text:
            names.append(title.text)
    if names:
        message = f"{len(names)} texts are not in {lang.text} yet: {join_names(dict.fromkeys(names), 6)}"
        yield Problem(message, lang.location, "override them by id; labels with `label:`")


DECISION_MARK = "# ? "


_DECISION = lazy_pattern(r"^\s*# \? (?P<question>.+?)(?: => (?P<choices>.+))?$")


def decision_comment(question: str, choices: Sequence[str]) -> str:
    """Return the comment for an open decision."""
    question = one_line(question).replace(" => ", " ")
    return f"# ? {question} => {' | '.join(choices)}" if choices else f"# ? {question}"


@advice_rule(
    "P130",
    "open decision",
    "A comment that starts with `# ?` is a question to the author, with the choices after `=>`. An import adds one "
    "wherever a document can be read in two ways. Decide, then delete the comment.",
    bad=sample("# ? whose question is this => theirs: delete it | ours: keep it\n- ask: Why now?\n  id: trigger\n"),
    good=sample("- ask: Why now?\n  id: trigger\n"),
)
def find_open_decisions(context: LintContext) -> Iterator[Problem]:
    """Yield a finding for each decision comment of the file."""
    source = context.own.source
    for number in sorted(source.lines_with_hash):
        match = _DECISION.match(source.line(number))
        if match:
            start, end = match.start("question") + 1, len(source.line(number)) + 1
            choices = " or ".join(filter(None, map(str.strip, (match["choices"] or "").split("|"))))
            hint = f"{choices}; then delete this comment" if choices else "decide, then delete this comment"
            location = source.location(number, start, end)
            yield Problem(f"to decide: {match['question'].strip()}", location, hint)
