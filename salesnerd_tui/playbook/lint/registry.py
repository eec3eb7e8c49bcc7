"""Registry of all rules, and those that compare the files of a folder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from salesnerd_tui.playbook.lint import better_question, paths, practice_cases, references, style, syntax
from salesnerd_tui.playbook.lint.rule import TABLE, Rule

if TYPE_CHECKING:
    from salesnerd_tui.playbook.diagnostics import Finding
    from salesnerd_tui.playbook.lint.context import LintContext

MODULES = (syntax, references, paths, style, better_question, practice_cases)
"""Modules that register their rules when they are imported."""

RULES: Mapping[str, Rule] = dict(sorted(TABLE.items()))


def check_together(books: Iterable[LintContext]) -> list[Finding]:
    """Run the rules that compare the files of a folder."""
    books = list(books)
    return [finding for rule in RULES.values() if rule.check_all for finding in rule.check_all(books)]
