"""Safe edits that findings propose, made to the files (`lint --fix`).

Everything else in a file stays the same byte for byte: comments, line breaks, a byte order mark. One round of edits is
made, and it is written only if the file has no new error afterwards.
"""

from __future__ import annotations

import stat
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from salesnerd_tui.files import read_regular, write_private
from salesnerd_tui.playbook.diagnostics import Edit, Finding, apply_edits, edited_lines
from salesnerd_tui.playbook.fields import MAX_FILE_BYTES
from salesnerd_tui.playbook.folders import builtin_folder, display_path
from salesnerd_tui.playbook.library import Library, load

if TYPE_CHECKING:
    from salesnerd_tui.playbook.lint.linter import LintReport
    from salesnerd_tui.playbook.yaml_tree import SourceText

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
            if read_regular(target, MAX_FILE_BYTES) != self.raw:
                raise CannotFix(f"{self.name} was not changed: it was saved by another program meanwhile")
            mode = stat.S_IMODE(target.stat().st_mode)
            mark = "\ufeff" if self.raw.startswith(_BOM) else ""
            write_private(target, mark + self.after, force=True)
            target.chmod(mode)
        except OSError as problem:
            raise CannotFix(f"{self.name} was not changed: {problem.strerror or problem}") from None


def find_fixes(report: LintReport, library: Library, codes: Collection[str] = ()) -> Iterator[FixedFile]:
    """Yield each checked file that the findings (of these codes, if any are named) can change."""
    for path in report.checked:
        name = display_path(path)
        source = report.sources.get(name)
        found = [one for one in report.findings if one.location.file == name and (not codes or one.code in codes)]
        fixed = _fix(path, source, found, library) if source is not None else None
        if fixed is not None:
            yield fixed


def _fix(path: Path, source: SourceText, found: list[Finding], library: Library) -> FixedFile | None:
    edits: list[Edit] = []
    changes: list[str] = []
    for finding in found:
        wanted = [edit for edit in finding.edits if _can_apply(edit, finding, source, edits)]
        if wanted:
            edits += wanted
            changes.append(_describe_change(finding, wanted, source))
    if not edits:
        return None
    return preview_edits(path, source, edits, changes, library)


def preview_edits(
    path: Path, source: SourceText, edits: Sequence[Edit], changes: Sequence[str], library: Library
) -> FixedFile:
    """Return a file with the edits made; its `problem` is set if the file would have more errors than before."""
    after, _ = apply_edits(source.text, edits)
    raw = _read_bytes(path)
    problem = _problem(path, raw, source.text, after, library)
    return FixedFile(path, display_path(path), raw, source.text, after, tuple(changes), problem)


def _can_apply(edit: Edit, finding: Finding, source: SourceText, taken: list[Edit]) -> bool:
    """Return whether an edit can be made: not on a line that was read as if correct, and not over another edit."""
    if finding.code >= _FIRST_FIELD_CODE and edited_lines([edit]) & source.repaired:
        return False
    start, end = (edit.line, edit.column), (edit.end_line, edit.end_column)
    return all(end <= (one.line, one.column) or start >= (one.end_line, one.end_column) for one in taken)


def _describe_change(finding: Finding, edits: list[Edit], source: SourceText) -> str:
    first = edits[0]
    before = source.text_between(first.line, first.column, first.end_line, first.end_column)
    if len(edits) > 1:
        what = f"{len(edits)} places"
    elif before:
        what = f"{before} → {first.text}"
    else:
        what = f"added {first.text.strip()}" if first.text.strip() else "added a space"
    return f"{finding.location.file}:{first.line}: {finding.code}: {what}"


def _read_bytes(path: Path) -> bytes:
    try:
        return read_regular(path, MAX_FILE_BYTES)
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
    known, new = (load(path, library.folders, text).errors for text in (before, after))
    if len(new) > len(known):
        return f"the changes together would be wrong ({new[0].message}); fix the file by hand"
    return ""
