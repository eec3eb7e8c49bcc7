"""One rule, and the table they enter.

Small whole playbooks for samples, so that a sample shows its point and nothing else.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping

from msgspec import Struct

from salesnerd_tui.playbook.diagnostics import Finding, Severity
from salesnerd_tui.playbook.lint.context import LintContext

Check = Callable[[LintContext], Iterator[Finding]]
CheckAll = Callable[[Iterable[LintContext]], Iterator[Finding]]
Sample = str | Mapping[str, str]
"""A file's text, or several files by path; the first one is checked."""


class Rule(Struct, frozen=True):
    """`on` is False for advice that is wrong too often to be given unasked."""

    code: str
    severity: Severity
    title: str
    why: str
    bad: Sample
    good: Sample
    on: bool = True
    check: Check | None = None
    check_all: CheckAll | None = None

    @property
    def stage(self) -> int:
        """Names first; the paths through a playbook only once every name is right, or one slip is told ten times."""
        return 1 if self.code[1] in "26" or self.code in ("P501", "P502") else 2


TABLE: dict[str, Rule] = {}


def described(code: str, severity: Severity, title: str, why: str, bad: Sample, good: Sample) -> None:
    """Enter a rule that is found elsewhere."""
    TABLE[code] = Rule(code, severity, title, why, bad, good)


def rule(
    code: str, severity: Severity, title: str, why: str, bad: Sample, good: Sample, on: bool = True
) -> Callable[[Check], Check]:
    """Enter the decorated check of one book."""

    def enter(check: Check) -> Check:
        TABLE[code] = Rule(code, severity, title, why, bad, good, on, check=check)
        return check

    return enter


def rule_for_all(
    code: str, severity: Severity, title: str, why: str, bad: Sample, good: Sample
) -> Callable[[CheckAll], CheckAll]:
    """Enter the decorated check of a whole folder."""

    def enter(check: CheckAll) -> CheckAll:
        TABLE[code] = Rule(code, severity, title, why, bad, good, check_all=check)
        return check

    return enter


_ENDINGS = """\
  - ask: What shall we do from here?
    id: verdict
    answers:
      Go on together: {end: go_on}
      Later in the year: {end: later}
      Not for us: {end: part}
"""
OUTCOMES = """\
outcomes:
  go_on: {decision: go}
  later: {decision: not-yet, capture: [revisit_on]}
  part: {decision: no-go}
"""


def book(agenda: str = "", more: str = "", head: str = "", outcomes: str = OUTCOMES) -> str:
    """A playbook that ends well, with `agenda` items before its verdict and `more` fields below."""
    items = textwrap.indent(textwrap.dedent(agenda).strip("\n"), "  ")
    return "".join(
        part if part.endswith("\n") or not part else part + "\n"
        for part in (
            "playbook: Sample",
            textwrap.dedent(head).strip("\n"),
            "agenda:",
            items,
            _ENDINGS,
            outcomes,
            textwrap.dedent(more).strip("\n"),
        )
    )
