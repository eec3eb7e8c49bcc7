"""Linter: all rules, run over one file or many; a file is loaded first, with `library.load_checked`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from salesnerd_tui.playbook.diagnostics import Finding, Severity, did_you_mean, error
from salesnerd_tui.playbook.fields import ALIKE
from salesnerd_tui.playbook.folders import SUFFIXES, files_in, own_folders
from salesnerd_tui.playbook.library import Library, Loaded, load_checked
from salesnerd_tui.playbook.lint import better_question, paths, practice_cases, references, style, syntax
from salesnerd_tui.playbook.lint.rule import TABLE, Rule
from salesnerd_tui.playbook.lint.suppression import without_accepted
from salesnerd_tui.playbook.model import SourceLocation
from salesnerd_tui.playbook.tree import SourceText

if TYPE_CHECKING:
    from salesnerd_tui.playbook.lint.context import LintContext

MODULES = (syntax, references, paths, style, better_question, practice_cases)
"""Modules that register their rules when they are imported."""

RULES: Mapping[str, Rule] = dict(sorted(TABLE.items()))


def check(book: LintContext, all_advice: bool = False) -> list[Finding]:
    """Run every rule over one file. Paths, advice and tests are checked only if all references are valid."""
    found: list[Finding] = []
    for stage in (1, 2):
        for rule in RULES.values():
            if rule.stage == stage and (rule.on or all_advice):
                found.extend(islice(rule.findings(book), ALIKE + 1))
        if any(finding.severity is Severity.ERROR for finding in found):
            break
    return [finding for finding in found if _concerns(finding, book)]


def _concerns(finding: Finding, book: LintContext) -> bool:
    """Return whether a finding belongs to the checked file.

    A finding in another file is reported there, unless it prevents this one from loading or this one caused it.
    """
    if finding.severity is Severity.ERROR or finding.spot.file == book.own.source.name:
        return True
    return bool(book.gathered.parents) and finding.code[1] in "35"


def check_together(books: Iterable[LintContext]) -> list[Finding]:
    """Run the rules that compare the files of a folder."""
    books = list(books)
    return [finding for rule in RULES.values() for finding in rule.findings_together(books)]


def lint(
    path: Path, folders: Sequence[Path] | None = None, text: str | None = None, *, all_advice: bool = False
) -> Loaded:
    """Load a file as `load` does and run every rule on it. `all_advice` adds rules with many false positives."""
    return load_checked(path, folders, text, partial(check, all_advice=all_advice), without_accepted)


def lint_by_name(name: str, library: Library) -> Loaded:
    """Load a playbook by id or path and run every rule on it."""
    path = library.path_of(name)
    return lint(path, library.folders) if path is not None else library.load(name)


class LintReport(Struct, frozen=True):
    """All findings, sorted by file and line, with the files' texts."""

    findings: tuple[Finding, ...]
    sources: dict[str, SourceText]
    checked: tuple[Path, ...] = ()

    def only(self, codes: Collection[str]) -> LintReport:
        """Return the report with the findings of these codes, or all of it without any."""
        kept = tuple(finding for finding in self.findings if not codes or finding.code in codes)
        return LintReport(kept, self.sources, self.checked)


def lint_files(names: Sequence[str], library: Library, *, all_advice: bool = False) -> LintReport:
    """Check files, folders or ids; without any, the user's own folders, or else every file.

    A missing file is a finding, not an exception.
    """
    paths, missing = paths_of(names, library)
    loaded = [lint(path, library.folders, all_advice=all_advice) for path in paths]
    return _report(paths, loaded, missing)


def _report(paths: Sequence[Path], loaded: Sequence[Loaded], missing: Sequence[Finding]) -> LintReport:
    sources: dict[str, SourceText] = {}
    for one in loaded:
        sources.update(one.sources)
    together = check_together([one.book for one in loaded if one.book]) if len(loaded) > 1 else []
    accepted = without_accepted(together, sources)
    every = [*missing, *(finding for one in loaded for finding in one.findings), *accepted]
    unique = {(finding.code, finding.spot): finding for finding in reversed(every)}
    ordered = sorted(unique.values(), key=lambda finding: (finding.spot, finding.code))
    return LintReport(tuple(ordered), sources, tuple(paths))


def paths_of(names: Sequence[str], library: Library) -> tuple[list[Path], list[Finding]]:
    """Return the files to check, and a finding for each name that is not found."""
    if not names:
        own = files_in([folder for folder in own_folders() if folder in library.folders])
        return [path for _, path in sorted((own or library.files()).items())], []
    paths: list[Path] = []
    missing: list[Finding] = []
    for name in names:
        path = Path(name)
        if "\0" not in name and path.is_dir():
            paths += [found for _, found in sorted(files_in([path]).items())]
            continue
        found = library.path_of(name)
        if found is not None:
            paths.append(found)
        else:
            hint, fix = did_you_mean(name, library.files(), f"files end in {' or '.join(SUFFIXES)}")
            missing.append(
                error("P100", "there is no such file or playbook", SourceLocation(name[:200], 1, 1, 2), hint, fix)
            )
    return list(dict.fromkeys(paths)), missing
