"""Runs of the linter over many files: their findings, the files after the safe edits, and the explanation of each rule.

`lint --fix` makes the edits that findings propose. Everything else in a file stays as it is, byte for byte: comments,
line breaks, a byte order mark. One round of edits is made, and it is only written if the file has no new error
afterwards.
"""

from __future__ import annotations

import stat
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from salesnerd_tui.playbook.diagnostics import Edit, Finding, Severity, apply_edits, did_you_mean, error, touched_lines
from salesnerd_tui.playbook.fields import FILE_BYTES
from salesnerd_tui.playbook.folders import SUFFIXES, builtin_folder, files_in, own_folders, shown_name
from salesnerd_tui.playbook.library import Library, Loaded, lint
from salesnerd_tui.playbook.lint.checker import RULES, check_together, without_accepted
from salesnerd_tui.playbook.lint.report import render_text
from salesnerd_tui.playbook.lint.rule import Rule, Sample, book
from salesnerd_tui.playbook.model import SourceLocation
from salesnerd_tui.playbook.tree import SourceText
from salesnerd_tui.private_file import write_private
from salesnerd_tui.regular_file import read_regular


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


_BOM = b"\xef\xbb\xbf"
_FIRST_FIELD_CODE = "P110"
"""Findings below this code are about reading the file; their edits apply to the text as it is written."""


class CannotFix(Exception):
    """Raised if a file was left alone; the message says why."""


class FixedFile(Struct, frozen=True):
    """One file before and after, with a line for each change. `problem` says why it must not be written."""

    path: Path
    name: str
    raw: bytes
    before: str
    after: str
    changes: tuple[str, ...]
    problem: str = ""

    def write(self) -> None:
        """Replace the file, keeping its mode; readers see the old file or the new one.

        Raises `CannotFix` if the file is not to be changed or was changed meanwhile, and `CannotWrite`.
        """
        if self.problem:
            raise CannotFix(f"{self.name} was not changed: {self.problem}")
        target = self.path.resolve()
        try:
            if read_regular(target, FILE_BYTES) != self.raw:
                raise CannotFix(f"{self.name} was not changed: it was saved by another program meanwhile")
            mode = stat.S_IMODE(target.stat().st_mode)
            mark = "\ufeff" if self.raw.startswith(_BOM) else ""
            write_private(target, mark + self.after, force=True)
            target.chmod(mode)
        except OSError as problem:
            raise CannotFix(f"{self.name} was not changed: {problem.strerror or problem}") from None


def fixed_files(report: LintReport, library: Library, codes: Collection[str] = ()) -> Iterator[FixedFile]:
    """Yield each checked file that the findings (of these codes, if any are named) can change."""
    for path in report.checked:
        name = shown_name(path)
        source = report.sources.get(name)
        found = [one for one in report.findings if one.spot.file == name and (not codes or one.code in codes)]
        fixed = _fixed(path, source, found, library) if source is not None else None
        if fixed is not None:
            yield fixed


def _fixed(path: Path, source: SourceText, found: list[Finding], library: Library) -> FixedFile | None:
    edits: list[Edit] = []
    changes: list[str] = []
    for finding in found:
        wanted = [edit for edit in finding.edits if _fits(edit, finding, source, edits)]
        if wanted:
            edits += wanted
            changes.append(_change(finding, wanted, source))
    if not edits:
        return None
    return changed_file(path, source, edits, changes, library)


def changed_file(
    path: Path, source: SourceText, edits: Sequence[Edit], changes: Sequence[str], library: Library
) -> FixedFile:
    """Return a file with the edits made; its `problem` is set if the file would have more errors than before."""
    after, _ = apply_edits(source.text, edits)
    raw = _raw(path)
    problem = _problem(path, raw, source.text, after, library)
    return FixedFile(path, shown_name(path), raw, source.text, after, tuple(changes), problem)


def _fits(edit: Edit, finding: Finding, source: SourceText, taken: list[Edit]) -> bool:
    """Return whether an edit can be made: not on a line that was read as if correct, and not over another edit."""
    if finding.code >= _FIRST_FIELD_CODE and touched_lines([edit]) & source.repaired:
        return False
    start, end = (edit.line, edit.column), (edit.end_line, edit.end_column)
    return all(end <= (one.line, one.column) or start >= (one.end_line, one.end_column) for one in taken)


def _change(finding: Finding, edits: list[Edit], source: SourceText) -> str:
    first = edits[0]
    before = source.between(first.line, first.column, first.end_line, first.end_column)
    if len(edits) > 1:
        what = f"{len(edits)} places"
    elif before:
        what = f"{before} → {first.text}"
    else:
        what = f"added {first.text.strip()}" if first.text.strip() else "added a space"
    return f"{finding.spot.file}:{first.line}: {finding.code}: {what}"


def _raw(path: Path) -> bytes:
    try:
        return read_regular(path, FILE_BYTES)
    except OSError:
        return b""


def _problem(path: Path, raw: bytes, before: str, after: str, library: Library) -> str:
    """Return why a change must not be written, or an empty string.

    A built-in playbook is only changed from inside its own folder or checkout.
    """
    here = path.resolve()
    if here.is_relative_to(builtin_folder().resolve()) and not here.is_relative_to(Path.cwd()):
        return "it is built in (copy it with: salesnerd playbook new NAME --from " + path.stem + ")"
    if raw.decode("utf-8-sig", "replace") != before:
        return "it was saved by another program meanwhile"
    known = [one.code for one in lint(path, library.folders, before).findings if one.severity is Severity.ERROR]
    new = [one for one in lint(path, library.folders, after).findings if one.severity is Severity.ERROR]
    if len(new) > len(known):
        return f"the changes together would be wrong ({new[0].message}); fix the file by hand"
    return ""


def explained(rule: Rule) -> str:
    """Return a rule as plain text of several lines."""
    off = "" if rule.on else " (off unless asked for with --all-advice: it is wrong too often)"
    parts = [f"{rule.code} {rule.severity}: {rule.title}{off}", rule.why]
    parts += ["Not like this:", _indented(sample_text(rule.bad))]
    seen = _finding_about(rule)
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


def _finding_about(rule: Rule) -> str:
    """Return the finding about the bad sample; an empty string if the sample has several files."""
    if isinstance(rule.bad, Mapping):
        return ""
    loaded = lint(Path("sample.yaml"), (), rule.bad, all_advice=True)
    found = next((one for one in loaded.findings if one.code == rule.code), None)
    return render_text(found, SourceText("sample.yaml", rule.bad)) if found else ""


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.split("\n"))


def all_codes() -> str:
    """Return all rules, one on each line."""
    return "\n".join(
        f"{rule.code}  {rule.severity:8} {rule.title}{'' if rule.on else ' (off)'}" for rule in RULES.values()
    )
