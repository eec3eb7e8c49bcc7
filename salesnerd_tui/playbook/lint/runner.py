"""Runs of the linter over many files, and the explanation of each rule as text."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from salesnerd_tui.playbook.diagnostics import Finding, did_you_mean, error
from salesnerd_tui.playbook.folders import SUFFIXES, files_in, own_folders
from salesnerd_tui.playbook.library import Library, Loaded, lint
from salesnerd_tui.playbook.lint.registry import RULES, check_together, without_accepted
from salesnerd_tui.playbook.lint.report import render_text
from salesnerd_tui.playbook.lint.rule import Rule, Sample, book
from salesnerd_tui.playbook.model import SourceLocation
from salesnerd_tui.playbook.tree import SourceText


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


def explained(rule: Rule) -> str:
    """Return a rule as plain text of several lines."""
    off = "" if rule.on else " (off unless asked for with --all-advice: it is wrong too often)"
    parts = [f"{rule.code} {rule.severity}: {rule.title}{off}", rule.why]
    parts += ["Not like this:", _indented(sample_text(rule.bad))]
    seen = shown(rule)
    if seen:
        parts += ["Output:", _indented(seen)]
    parts += ["Like this:", _indented(sample_text(rule.good))]
    if rule.severity != "error":
        parts.append(f"To accept it, write on its line, its section or above the title:  # ok {rule.code} your reason")
    return "\n\n".join(parts)


_ENDING = book().partition("agenda:\n")[2]
"""End that most samples share, and that is not their point."""


def sample_text(sample: Sample) -> str:
    """Return a sample as in its file or files, without the shared end."""
    if isinstance(sample, str):
        return sample.replace(_ENDING, "  # … and how it ends\n").rstrip("\n")
    return "\n\n".join(f"# {name}\n{sample_text(text)}" for name, text in sample.items())


def shown(rule: Rule) -> str:
    """Return the finding about the bad sample; an empty string if the sample has several files."""
    if isinstance(rule.bad, Mapping):
        return ""
    loaded = lint(Path("sample.yaml"), (), rule.bad, all_advice=True)
    found = next((one for one in loaded.findings if one.code == rule.code), None)
    return _told(found, rule.bad) if found else ""


def _told(finding: Finding, text: str) -> str:
    from salesnerd_tui.playbook.tree import SourceText

    return render_text(finding, SourceText("sample.yaml", text))


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.split("\n"))


def all_codes() -> str:
    """Return all rules, one on each line."""
    return "\n".join(
        f"{rule.code}  {rule.severity:8} {rule.title}{'' if rule.on else ' (off)'}" for rule in RULES.values()
    )
