"""Linter: runs all rules on one file or many, except for findings accepted by a comment (`# ok CODE reason`)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.lazy_pattern import lazy_pattern
from salesnerd_tui.playbook.diagnostics import Finding, did_you_mean
from salesnerd_tui.playbook.fields import MAX_FINDINGS_PER_CODE
from salesnerd_tui.playbook.folders import list_files
from salesnerd_tui.playbook.library import Library, LoadResult, load_with_rules
from salesnerd_tui.playbook.lint import better_question, paths, references, style, syntax
from salesnerd_tui.playbook.lint.rule import RULES_BY_CODE, Rule
from salesnerd_tui.playbook.yaml_tree import SourceText

if TYPE_CHECKING:
    from salesnerd_tui.playbook.lint.context import LintContext

MODULES = (syntax, references, paths, style, better_question)
"""Modules whose import registers their rules."""

RULES: Mapping[str, Rule] = dict(sorted(RULES_BY_CODE.items()))


def check(context: LintContext, *, all_advice: bool = False) -> list[Finding]:
    """Run every rule on one file. Paths, advice and tests are only checked if all references are valid."""
    findings: list[Finding] = []
    for stage in (1, 2):
        for rule in RULES.values():
            if rule.stage == stage and (rule.is_default or all_advice):
                findings.extend(islice(rule.findings(context), MAX_FINDINGS_PER_CODE + 1))
        if any(finding.is_error for finding in findings):
            break
    return [_with_removal(finding, context) for finding in findings if _belongs_to_file(finding, context)]


_NAMED = lazy_pattern(r"'([a-z][a-z0-9_]*)'")


def _with_removal(finding: Finding, context: LintContext) -> Finding:
    """Return an error in an inherited file with the `remove:` that causes it, if this file removes what it names."""
    if not finding.is_error or finding.location.file == context.own.source.name:
        return finding
    removed = {name.text: name.line for name in context.own.scalars("remove")}
    name = next((name for name in _NAMED.findall(finding.message) if name in removed), "")
    if not name:
        return finding
    hint = f"line {removed[name]} of {context.path.name} removes '{name}': keep it, or override here what refers to it"
    return replace(finding, hint=hint, fix="")


def _belongs_to_file(finding: Finding, context: LintContext) -> bool:
    """Return whether a finding is reported for the checked file.

    A finding in another file is reported there, unless it prevents this file from loading or is caused by it.
    """
    if finding.is_error or finding.location.file == context.own.source.name:
        return True
    return bool(context.parents) and finding.code[1] in "35"


def check_folder(contexts: Sequence[LintContext]) -> list[Finding]:
    """Run the rules that compare the files of a folder."""
    return [finding for rule in RULES.values() for finding in rule.folder_findings(contexts)]


def lint(
    path: Path, folders: Sequence[Path] | None = None, text: str | None = None, *, all_advice: bool = False
) -> LoadResult:
    """Load a file as `load` does and run every rule on it. `all_advice` adds rules with many false positives."""
    return load_with_rules(path, folders, text, partial(check, all_advice=all_advice), drop_accepted)


def lint_by_name(name: str, library: Library) -> LoadResult:
    """Load a playbook by id or path and run every rule on it."""
    path = library.find_path(name)
    return lint(path, library.folders) if path is not None else library.load(name)


class LintReport(Struct, frozen=True):
    """Findings sorted by file and line, and the texts of the files. `missing` has an error for each unknown name."""

    findings: tuple[Finding, ...]
    sources: dict[str, SourceText]
    checked: tuple[Path, ...] = ()
    missing: tuple[str, ...] = ()

    def filter_codes(self, codes: Collection[str]) -> LintReport:
        return replace(self, findings=tuple(finding for finding in self.findings if finding.code in codes))


def lint_files(names: Sequence[str], library: Library, *, all_advice: bool = False) -> LintReport:
    """Check files, folders or ids. Without names: the user's own folders, or every file if there are none."""
    paths, missing = find_paths(names, library)
    results = [lint(path, library.folders, all_advice=all_advice) for path in paths]
    sources: dict[str, SourceText] = {}
    for result in results:
        sources.update(result.sources)
    findings = [finding for result in results for finding in result.findings]
    if len(results) > 1:
        findings += drop_accepted(check_folder([result.context for result in results if result.context]), sources)
    unique = {(finding.code, finding.location): finding for finding in reversed(findings)}
    ordered = sorted(unique.values(), key=lambda finding: (finding.location, finding.code))
    return LintReport(tuple(ordered), sources, tuple(paths), tuple(missing))


def find_paths(names: Sequence[str], library: Library) -> tuple[list[Path], list[str]]:
    """Return the files to check, and an error message for each unknown name."""
    if not names:
        return [path for _, path in sorted(library.user_files().items())], []
    paths: list[Path] = []
    missing: list[str] = []
    for name in names:
        path = Path(name)
        if name and "\0" not in name and path.is_dir():
            files = list_files([path])
            paths += [file for _, file in sorted(files.items())]
            if not files:
                missing.append(f"no playbooks in {name[:200]!r} (expected files that end in .yaml or .yml)")
        elif file := library.find_path(name):
            paths.append(file)
        else:
            hint, _ = did_you_mean(name, library.files(), "list playbooks with: salesnerd playbook list")
            missing.append(f"no such file or playbook: {name[:200]!r} ({hint})")
    return list(dict.fromkeys(paths)), missing


_SECTION = lazy_pattern(r"(\s*)- section:")
_OK = lazy_pattern(r"(?:^|\s)#\s*ok\s+(P\d{3}(?:[ ,]+P\d{3})*)(?::|\s)\s*(\S.*)$")


def drop_accepted(findings: Sequence[Finding], sources: dict[str, SourceText]) -> list[Finding]:
    """Return the findings that are not accepted by a comment.

    `# ok CODE reason` applies to its line, or to the next line if it is on a line of its own. At a `- section:` it
    applies to the section, and at the title of the file or above to the whole file. Errors cannot be accepted.
    """
    scopes: dict[str, AcceptedScopes] = {}
    kept: list[Finding] = []
    for finding in findings:
        source = sources.get(finding.location.file)
        if finding.is_error or source is None or not source.may_have_ok_comments:
            kept.append(finding)
            continue
        if finding.location.file not in scopes:
            scopes[finding.location.file] = AcceptedScopes(source)
        if not scopes[finding.location.file].accepts(finding):
            kept.append(finding)
    return kept


class AcceptedScopes:
    """Lines of a file for which comments accept findings."""

    def __init__(self, source: SourceText) -> None:
        self._source = source
        self._scopes: list[tuple[str, int, int]] = []
        for number in sorted(source.lines_with_hash):
            if match := _OK.search(source.line(number)):
                first, last = self._scope(number)
                self._scopes += [(code, first, last) for code in re.findall(r"P\d{3}", match[1])]

    def accepts(self, finding: Finding) -> bool:
        line = finding.location.line
        return any(code == finding.code and first <= line <= last for code, first, last in self._scopes)

    def _scope(self, number: int) -> tuple[int, int]:
        """Return the first and the last line to which a comment applies."""
        last = len(self._source.lines)
        is_whole_line = self._source.line(number).lstrip().startswith("#")
        target = number + 1 if is_whole_line else number
        if number <= self._title_line():
            return 1, last
        section = _SECTION.match(self._source.line(target))
        if section is None:
            return number, target
        lines_below = range(target + 1, last + 1)
        ends = (line - 1 for line in lines_below if self._ends_section(self._source.line(line), section[1]))
        return number, next(ends, last)

    def _title_line(self) -> int:
        lines = self._source.lines
        return next((number for number, line in enumerate(lines, 1) if line.strip() and line.lstrip()[0] != "#"), 0)

    @staticmethod
    def _ends_section(line: str, indent: str) -> bool:
        """Return whether a line is the next section of the list or comes after the list."""
        if not line.strip() or line.lstrip().startswith("#"):
            return False
        section = _SECTION.match(line)
        depth = len(line) - len(line.lstrip())
        is_after_list = depth < len(indent) or (depth == len(indent) and not line.lstrip().startswith("- "))
        return is_after_list or (section is not None and section[1] == indent)
