"""P130: open decisions, written as `# ? question: choice | choice` by `salesnerd playbook import` or by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from salesnerd_tui.playbook.diagnostics import Finding, Severity, advice
from salesnerd_tui.playbook.lint.context import LintContext
from salesnerd_tui.playbook.lint.rule import book, rule
from salesnerd_tui.playbook.model import SourceLocation
from salesnerd_tui.text import one_line

DECISION_MARK = "# ? "
_DECISION = re.compile(r"^\s*# \? (?P<question>.+?)(?: => (?P<choices>.+))?$")


def decision_comment(question: str, choices: Sequence[str] = ()) -> str:
    """Return the comment that marks an open decision."""
    question = one_line(question).replace(" => ", " ")
    return f"# ? {question} => {' | '.join(choices)}" if choices else f"# ? {question}"


@rule(
    "P130",
    Severity.ADVICE,
    "an open decision",
    "A comment that starts with `# ?` is a question to the author, with the choices behind `=>`. An import leaves one "
    "wherever a document can be read in two ways. Decide, then delete the comment.",
    bad=book("# ? whose question is this => theirs: delete it | ours: keep it\n- ask: Why now?\n  id: trigger\n"),
    good=book("- ask: Why now?\n  id: trigger\n"),
)
def find_open_decisions(context: LintContext) -> Iterator[Finding]:
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
            spot = SourceLocation(source.name, number, start, end)
            yield advice("P130", f"to decide: {found['question'].strip()}", spot, hint)
