"""P413 to P415: text that cannot be read aloud, and an agenda too long for a call."""

from __future__ import annotations

import re
from collections.abc import Iterator

from salesnerd_tui.playbook.diagnostics import Finding, Severity, advice
from salesnerd_tui.playbook.lint.context import LintContext
from salesnerd_tui.playbook.lint.rule import book, rule
from salesnerd_tui.playbook.model import Ask, Priority
from salesnerd_tui.playbook.yaml_writer import rewritten

_A = Severity.ADVICE
_ASK = "- ask: What happened?\n  id: trigger\n"

MINUTES_PER_QUESTION = 2.0
"""Minutes for a question, a reply of a few sentences, and its note."""

LONG_MINUTES = 90.0
"""Length of the longest usual call."""

_MARKED = re.compile(
    r"\[(?P<link>[^\]\n]+)\]\((?P<target>[^)\s]+)\)|(?P<strong>\*\*|__)(?P<bold>[^\s*_][^*_]*)(?P=strong)"
    r"|(?<![\w*])\*(?P<slant>[^\s*][^*\n]*?[^\s*]|[^\s*])\*(?![\w*])|`(?P<code>[^`\n]+)`|^(?P<head>#{1,6}) (?=\S)"
)
_NOTE = re.compile(
    r"\((?:if (?:applicable|relevant|needed|necessary|appropriate|possible|asked|time)|optional|pause|note\b|skip\b|"
    r"only if|e\.g\.|for example|ideal(?:ly)?\b|goal\b|tip\b|hint\b|internal\b|listen for)[^)\n]*\)"
    r"|\[(?:[A-Za-z][\w' /-]{1,40})\](?!\()|<[A-Za-z][\w /-]{1,30}>|_{3,}|\b(?:TODO|TBD|FIXME)\b",
    re.I,
)


@rule(
    "P413",
    _A,
    "Markdown in a text",
    "A playbook's texts are shown and said as they are written: stars and brackets would be read aloud.",
    bad=book("- say: We are **really** careful with it.\n" + _ASK),
    good=book("- say: We are really careful with it.\n" + _ASK),
)
def markdown_in_text(book: LintContext) -> Iterator[Finding]:
    for said in book.own_spoken:
        found = _MARKED.search(said.text.text)
        if found is None:
            continue
        spot = said.text.within(found.start(), len(found[0]))
        plain = _MARKED.sub(_unmarked, said.text.text)
        hint = "write the words only" if not found["link"] else "write the words only, and the address under `link:`"
        edits = () if "](" in said.text.text else rewritten(said.text, plain)
        yield advice("P413", f"'{found[0][:40]}' is Markdown and would be read aloud", spot, hint, edits=edits)


def _unmarked(found: re.Match[str]) -> str:
    return next((found[name] for name in ("link", "bold", "slant", "code") if found[name]), "")


@rule(
    "P414",
    _A,
    "a note to yourself in a text",
    "What stands in the text is said aloud. Conditions go under `when:`, notes under `why:`, and names into slots.",
    bad=book("- ask: Who signs (if applicable)?\n  id: signer\n" + _ASK),
    good=book(_ASK + "- ask: Who signs?\n  id: signer\n  when: trigger is known\n"),
)
def note_in_text(book: LintContext) -> Iterator[Finding]:
    for said in book.own_spoken:
        found = _NOTE.search(said.text.text)
        if found is None:
            continue
        spot = said.text.within(found.start(), len(found[0]))
        if found[0][0] == "(":
            hint = "write a condition under `when:`, and a note to yourself under `why:`"
        elif found[0][0] in "[<":
            hint = "write a slot that is filled in, like {name} or {account}, or one of `vars:`"
        else:
            hint = "finish the text, or write a slot that is filled in, like {name}"
        yield advice("P414", f"'{found[0][:40]}' would be read aloud", spot, hint)


@rule(
    "P415",
    _A,
    "more questions than a call has time for",
    f"A question and its reply take about {MINUTES_PER_QUESTION:g} minutes. With a planned length, the call can leave "
    "out what is not a must.",
    bad=book("".join(f"- ask: What about part {n}?\n  id: part_{n}\n" for n in range(60))),
    good=book(_ASK + "  priority: must\n", head="minutes: 15"),
)
def more_than_a_call(book: LintContext) -> Iterator[Finding]:
    if book.is_library or book.playbook.minutes:
        return
    asked = sum(
        isinstance(item, Ask) and item.priority is not Priority.COULD and not item.when.source
        for item in book.playbook.agenda
    )
    minutes = asked * MINUTES_PER_QUESTION
    if minutes > LONG_MINUTES:
        message = f"{asked} questions take about {minutes / 60:.0f} hours, and no length is planned"
        hint = "write `minutes:`, and `priority: must` on what the call cannot do without"
        yield advice("P415", message, book.title_spot, hint)
