"""Rules applied while a file is read, validated and merged (P100 to P130, P601 to P606), and open decisions in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from salesnerd_tui.playbook.diagnostics import Edit, Severity, listed
from salesnerd_tui.playbook.lint.rule import Problem, advice_rule, described, warning_rule
from salesnerd_tui.playbook.tree import Map, Scalar, Seq
from salesnerd_tui.playbook.yaml_writer import in_quotes
from salesnerd_tui.text import one_line

if TYPE_CHECKING:
    from salesnerd_tui.playbook.lint.context import LintContext

described(Severity.ERROR, *("P100", "P101", "P102", "P103", "P104", "P106", "P107", "P110", "P111", "P112", "P113"))
described(Severity.ERROR, *("P114", "P115", "P215", "P601", "P602", "P603", "P604", "P605"))
described(Severity.ADVICE, "P105", "P120")


@advice_rule("P108")
def bare_question_marks(book: LintContext) -> Iterator[Problem]:
    if not _MAY_BE_BARE.search(book.own.source.text):
        return
    bare = list(_bare_in_brackets(book.own))
    if not bare:
        return
    texts = "a text in brackets has" if len(bare) == 1 else f"{len(bare)} texts in brackets have"
    message = f"{texts} a question mark and no quotes, which other readers of YAML refuse"
    edits = tuple(edit for text in bare for edit in _quotes(text))
    hint = f"put it in quotes: {in_quotes(bare[0].text[:60])}"
    hint += f"; `salesnerd playbook lint --fix {bare[0].spot.file}` does" if edits else ""
    yield Problem(message, bare[0].spot, hint, edits=edits)


_MAY_BE_BARE = re.compile(r"\?[^\n]*[,\]}]|\[[^\]\n]*$|\{[^}\n]*$", re.M)
"""A question mark before the end of an item, or brackets over several lines: most files have neither."""


def _bare_in_brackets(tree: Map) -> list[Scalar]:
    """Return the plain texts with a question mark inside [ ] and { }, each once, in their order."""
    found: dict[tuple[int, int], Scalar] = {}
    todo: list[tuple[Map | Seq, bool]] = [(tree, False)]
    while todo:
        node, inside = todo.pop()
        inside = inside or node.source.line(node.line)[node.column - 1 : node.column] in ("[", "{")
        inner = node.items if isinstance(node, Seq) else [part for entry in node.entries.values() for part in entry]
        for part in inner:
            if not isinstance(part, Scalar):
                todo.append((part, inside))
            elif inside and "?" in part.text and not part.style:
                found[part.line, part.column] = part
    return [found[place] for place in sorted(found)]


def _quotes(text: Scalar) -> Iterator[Edit]:
    """Yield the edit that puts a text of one line in quotes."""
    if text.line == text.end_line and text.source.line(text.line)[text.column - 1 : text.end_column - 1] == text.text:
        yield Edit(text.line, text.column, text.end_line, text.end_column, in_quotes(text.text))


@warning_rule("P606")
def missing_translations(book: LintContext) -> Iterator[Problem]:
    lang = book.own.scalar("lang")
    if lang is None or not book.gathered.parents:
        return
    langs = book.gathered.langs
    foreign = [said for said in book.spoken if langs.get(said.text.source.name, "en") != lang.text]
    names = [said.row.node.text("id") if said.row else "an outcome" for said in foreign]
    for reply in book.replies:
        if "label" not in reply.act and langs.get(reply.key.source.name, "en") != lang.text:
            names.append(f"{reply.row.node.text('id')}: {reply.key.text}")
    for row in book.rows:
        title = row.node.scalar("section")
        if title and langs.get(title.source.name, "en") != lang.text:
            names.append(title.text)
    if names:
        message = f"{len(names)} texts are not in {lang.text} yet: {listed(dict.fromkeys(names), 6)}"
        yield Problem(message, lang.spot, "override them by id; labels with `label:`")


DECISION_MARK = "# ? "


_DECISION = re.compile(r"^\s*# \? (?P<question>.+?)(?: => (?P<choices>.+))?$")


def decision_comment(question: str, choices: Sequence[str] = ()) -> str:
    """Return the comment that marks an open decision."""
    question = one_line(question).replace(" => ", " ")
    return f"# ? {question} => {' | '.join(choices)}" if choices else f"# ? {question}"


@advice_rule("P130")
def find_open_decisions(context: LintContext) -> Iterator[Problem]:
    """Yield a finding for each decision comment of the file."""
    source = context.own.source
    for number in sorted(source.hashed):
        found = _DECISION.match(source.line(number))
        if found:
            start, end = found.start("question") + 1, len(source.line(number)) + 1
            choices = " or ".join(
                f"{choice.strip()}" for choice in (found["choices"] or "").split("|") if choice.strip()
            )
            hint = f"{choices}; then delete this comment" if choices else "decide, then delete this comment"
            spot = source.spot(number, start, end)
            yield Problem(f"to decide: {found['question'].strip()}", spot, hint)
