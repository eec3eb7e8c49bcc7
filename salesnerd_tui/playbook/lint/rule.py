"""Rules and their table, their texts on the page of findings, and the check for errors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from itertools import islice
from pathlib import Path

from msgspec import Struct

from salesnerd_tui.lazy_pattern import lazy_pattern
from salesnerd_tui.playbook.diagnostics import Edit, Finding, Severity, finding
from salesnerd_tui.playbook.fields import ALIKE
from salesnerd_tui.playbook.lint.context import LintContext
from salesnerd_tui.playbook.model import SourceLocation


class Problem(Struct, frozen=True):
    """A problem that a rule found, without what all its findings share. `severity` is one other than the rule's."""

    message: str
    spot: SourceLocation
    hint: str = ""
    fix: str = ""
    edits: tuple[Edit, ...] = ()
    severity: Severity | None = None


Check = Callable[[LintContext], Iterator[Problem]]
CheckAll = Callable[[Iterable[LintContext]], Iterator[Problem]]
Sample = str | Mapping[str, str]
"""A file's text, or several files by path; the first one is checked."""


ENDINGS = """\
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
ENDING_LEFT_OUT = "  # … and how it ends\n"
"""Line of a sample that stands for the end which most samples share, and which is not their point."""


class Description(Struct, frozen=True):
    """Text about a rule on the page of findings; `bad` and `good` are samples as the page shows them."""

    severity: str
    title: str
    why: str
    bad: str
    good: str


_PAGE = Path(__file__).with_name("findings.md")
"""The page in an installed package; in a checkout it is in the folder of documents."""

_DESCRIPTION = lazy_pattern(
    r"^## (P\d{3})\n\n\*\*(?P<severity>\w+): (?P<title>[^\n]+?)\.\*\* (?P<why>[^\n]+)\n\n(?:Off unless [^\n]+\n\n)?"
    r"Not like this:\n\n```yaml\n(?P<bad>.*?\n)```\n\nLike this:\n\n```yaml\n(?P<good>.*?\n)```\n",
    re.MULTILINE | re.DOTALL,
)
_FILE_OF_SAMPLE = lazy_pattern(r"^# ([\w/]+\.yaml)\n", re.MULTILINE)


@cache
def descriptions() -> Mapping[str, Description]:
    """Return what the page of findings (`docs/findings.md`) says about each rule, by code.

    The page is written by hand, for people; the tests run its samples. It is read only to explain a rule.
    """
    page = _PAGE if _PAGE.is_file() else Path(__file__).parents[3] / "docs" / _PAGE.name
    found = _DESCRIPTION.finditer(page.read_text(encoding="utf-8"))
    return {one[1]: Description(**one.groupdict()) for one in found}


class Rule(Struct, frozen=True):
    """A rule. `on` is False for advice with too many false positives for a default run.

    A rule without a check describes findings that are reported elsewhere.
    """

    code: str
    severity: Severity
    on: bool = True
    check: Check | None = None
    check_all: CheckAll | None = None

    @property
    def stage(self) -> int:
        """Group of the rule.

        References come first; paths are checked only once they are valid, or one error is reported ten times.
        """
        return 1 if self.code[1] in "26" or self.code in ("P501", "P502") else 2

    @property
    def description(self) -> Description:
        return descriptions()[self.code]

    @property
    def bad(self) -> Sample:
        """The sample that has this finding."""
        return _sample(self.description.bad)

    @property
    def good(self) -> Sample:
        """The sample that has no finding."""
        return _sample(self.description.good)

    def findings(self, book: LintContext) -> Iterator[Finding]:
        """Yield the findings in one file."""
        return self._findings(self.check(book) if self.check else ())

    def findings_together(self, books: Sequence[LintContext]) -> Iterator[Finding]:
        """Yield the findings of a rule that compares the files of a folder."""
        return self._findings(self.check_all(books) if self.check_all else ())

    def _findings(self, problems: Iterable[Problem]) -> Iterator[Finding]:
        for one in problems:
            severity = one.severity or self.severity
            yield finding(severity, self.code, one.message, one.spot, one.hint, one.fix, one.edits)


def _sample(shown: str) -> Sample:
    """Return a sample with the end that the page leaves out; several files are below comments with their names."""
    whole = shown.replace(ENDING_LEFT_OUT, ENDINGS + OUTCOMES)
    _, *parts = _FILE_OF_SAMPLE.split(whole)
    files = {name: f"{text.strip()}\n" for name, text in zip(parts[::2], parts[1::2], strict=True)}
    return files or whole


TABLE: dict[str, Rule] = {}


def described(severity: Severity, *codes: str) -> None:
    """Register rules whose findings are reported elsewhere."""
    TABLE.update({code: Rule(code, severity) for code in codes})


def _rule(severity: Severity, code: str, on: bool = True) -> Callable[[Check], Check]:
    """Register the decorated check of one file."""

    def enter(check: Check) -> Check:
        TABLE[code] = Rule(code, severity, on, check)
        return check

    return enter


error_rule = partial(_rule, Severity.ERROR)
warning_rule = partial(_rule, Severity.WARNING)
advice_rule = partial(_rule, Severity.ADVICE)


def rule_for_all(code: str) -> Callable[[CheckAll], CheckAll]:
    """Register the decorated check of a whole folder, which finds warnings."""

    def enter(check: CheckAll) -> CheckAll:
        TABLE[code] = Rule(code, Severity.WARNING, check_all=check)
        return check

    return enter


def check_errors(book: LintContext) -> list[Finding]:
    """Return the errors of the rules, which keep a readable file from loading."""
    found: list[Finding] = []
    for _, rule in sorted(TABLE.items()):
        if rule.stage == 1 and rule.severity is Severity.ERROR:
            found.extend(islice((one for one in rule.findings(book) if one.severity is Severity.ERROR), ALIKE + 1))
    return found
