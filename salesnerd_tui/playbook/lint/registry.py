"""All rules by code, how they run over one playbook or a folder, and which findings a comment accepts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from salesnerd_tui.playbook.diagnostics import Finding, Severity
from salesnerd_tui.playbook.limits import ALIKE
from salesnerd_tui.playbook.lint import (
    detour_words,
    paths,
    practice_cases,
    read_aloud,
    references,
    spoken_notes,
    style,
    syntax,
    weak_questions,
)
from salesnerd_tui.playbook.lint.context import LintContext
from salesnerd_tui.playbook.lint.rule import TABLE, Rule
from salesnerd_tui.playbook.tree import SourceText

MODULES = (syntax, references, paths, detour_words, spoken_notes, style, weak_questions, read_aloud, practice_cases)
"""Importing these enters their rules."""

RULES: Mapping[str, Rule] = dict(sorted(TABLE.items()))


_OK = re.compile(r"(?:^|\s)#\s*ok\s+(P\d{3}(?:[ ,]+P\d{3})*)(?::|\s)\s*(\S.*)$")


STAGES = (1, 2)
"""Names, in which all errors are; then paths, advice and tests, which stop nothing."""


def check(book: LintContext, stages: Sequence[int] = STAGES, all_advice: bool = False) -> list[Finding]:
    """Every cross-check of one book. Paths, advice and tests are looked at only when all names are right."""
    found: list[Finding] = []
    for stage in stages:
        for rule in RULES.values():
            if rule.check and rule.stage == stage and (rule.on or all_advice):
                found.extend(islice(rule.check(book), ALIKE + 1))
        if any(finding.severity is Severity.ERROR for finding in found):
            break
    return [finding for finding in found if _concerns(finding, book)]


def _concerns(finding: Finding, book: LintContext) -> bool:
    """What stands in another file is that file's matter, unless it stops this one or this one bent it."""
    if finding.severity is Severity.ERROR or finding.spot.file == book.own.source.name:
        return True
    return bool(book.gathered.parents) and finding.code[1] in "35"


def check_together(books: Iterable[LintContext]) -> list[Finding]:
    """The rules that compare the files of a folder."""
    books = list(books)
    return [finding for rule in RULES.values() if rule.check_all for finding in rule.check_all(books)]


def without_accepted(findings: Sequence[Finding], sources: dict[str, SourceText]) -> list[Finding]:
    """The findings that no comment on their line, or on a line of its own above, accepts with a reason."""
    return [
        finding
        for finding in findings
        if finding.severity is Severity.ERROR or not _accepted(finding, sources.get(finding.spot.file))
    ]


def _accepted(finding: Finding, source: SourceText | None) -> bool:
    if source is None or not source.accepts:
        return False
    above = source.line(finding.spot.line - 1)
    lines = [source.line(finding.spot.line), above if above.lstrip().startswith("#") else ""]
    return any((found := _OK.search(line)) and finding.code in found[1] for line in lines)
