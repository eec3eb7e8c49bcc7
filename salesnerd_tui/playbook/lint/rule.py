"""Rules, their registration, the check for errors, and the sample playbooks of the rules."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice

from msgspec import Struct

from salesnerd_tui.playbook.diagnostics import Edit, Finding, Severity, make_finding
from salesnerd_tui.playbook.fields import MAX_FINDINGS_PER_CODE
from salesnerd_tui.playbook.lint.context import LintContext
from salesnerd_tui.playbook.model import SourceLocation


class Problem(Struct, frozen=True):
    """A problem that a rule reports. `severity` overrides the severity of the rule."""

    message: str
    location: SourceLocation
    hint: str = ""
    fix: str = ""
    edits: tuple[Edit, ...] = ()
    severity: Severity | None = None


Check = Callable[[LintContext], Iterator[Problem]]
FolderCheck = Callable[[Sequence[LintContext]], Iterator[Problem]]
Sample = str | Mapping[str, str]
"""Text of a file, or of several files by path, the first of which is checked."""


class Rule(Struct, frozen=True):
    """A rule. `is_default` is False for advice with too many false positives."""

    code: str
    severity: Severity
    title: str
    why: str
    bad: Sample
    good: Sample
    is_default: bool = True
    check: Check | None = None
    check_folder: FolderCheck | None = None

    @property
    def stage(self) -> int:
        """Stage of the rule: 1 for references, 2 for rules that require valid references."""
        return 1 if self.code[1] in "26" or self.code in ("P501", "P502") else 2

    def findings(self, context: LintContext) -> Iterator[Finding]:
        return self._findings(self.check(context) if self.check else ())

    def folder_findings(self, contexts: Sequence[LintContext]) -> Iterator[Finding]:
        """Yield the findings of a rule that compares the files of a folder."""
        return self._findings(self.check_folder(contexts) if self.check_folder else ())

    def _findings(self, problems: Iterable[Problem]) -> Iterator[Finding]:
        for one in problems:
            severity = one.severity or self.severity
            yield make_finding(
                self.code, one.message, one.location, one.hint, one.fix, severity=severity, edits=one.edits
            )


RULES_BY_CODE: dict[str, Rule] = {}


def describe_rule(
    code: str, title: str, why: str, *, bad: Sample, good: Sample, severity: Severity = Severity.ERROR
) -> None:
    """Register a rule whose findings are reported by the loader."""
    RULES_BY_CODE[code] = Rule(code, severity, title, why, bad, good)


def _rule(
    severity: Severity, code: str, title: str, why: str, *, bad: Sample, good: Sample, is_default: bool = True
) -> Callable[[Check], Check]:
    """Return a decorator that registers the check of one file."""

    def register(check: Check) -> Check:
        RULES_BY_CODE[code] = Rule(code, severity, title, why, bad, good, is_default, check=check)
        return check

    return register


error_rule = partial(_rule, Severity.ERROR)
warning_rule = partial(_rule, Severity.WARNING)
advice_rule = partial(_rule, Severity.ADVICE)


def folder_rule(code: str, title: str, why: str, *, bad: Sample, good: Sample) -> Callable[[FolderCheck], FolderCheck]:
    """Return a decorator that registers the check of a whole folder, whose findings are warnings."""

    def register(check: FolderCheck) -> FolderCheck:
        RULES_BY_CODE[code] = Rule(code, Severity.WARNING, title, why, bad, good, check_folder=check)
        return check

    return register


def check_errors(context: LintContext) -> list[Finding]:
    """Return the errors of the rules in a valid file, which keep it from loading."""
    errors: list[Finding] = []
    for _, rule in sorted(RULES_BY_CODE.items()):
        if rule.stage == 1 and rule.severity is Severity.ERROR:
            findings = (finding for finding in rule.findings(context) if finding.severity is Severity.ERROR)
            errors.extend(islice(findings, MAX_FINDINGS_PER_CODE + 1))
    return errors


_ENDINGS = """\
  - ask: What should we do from here?
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
ANSWERED_QUESTION = "- ask: What happened?\n  id: trigger\n  answers:\n    It broke: When?\n    Nothing: {end: part}\n"
"""A question with answers for the buyers and tests of a sample."""

OTHER_TESTS = """\
picks: {trigger: Nothing}, ends: part}
  - {it: continues, picks: {verdict: Go on together}, ends: go_on}
  - {it: waits, picks: {verdict: Later in the year}, ends: later}
"""
"""The rest of the tests of a sample, which together reach every outcome."""


def sample(agenda: str = "", more: str = "", head: str = "", outcomes: str = OUTCOMES) -> str:
    """Return a complete playbook with these `agenda` items before its verdict, and the fields `more` below."""
    items = textwrap.indent(textwrap.dedent(agenda).strip("\n"), "  ")
    head, more = (textwrap.dedent(text).strip("\n") for text in (head, more))
    parts = ("playbook: Sample", head, "agenda:", items, _ENDINGS, outcomes, more)
    return "".join(part if part.endswith("\n") or not part else f"{part}\n" for part in parts)
