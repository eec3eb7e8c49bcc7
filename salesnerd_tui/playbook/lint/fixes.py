"""Safe edits of findings, applied to the files (`lint --fix`).

The rest of a file stays the same byte for byte, including comments, line breaks and a byte order mark. The edits are
applied in one round, and a file is written only if it has no more errors than before.
"""

from __future__ import annotations

import stat
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from salesnerd_tui.errors import error_reason
from salesnerd_tui.files import read_regular, write_private
from salesnerd_tui.playbook.diagnostics import FIRST_FIELD_CODE, Edit, Finding, apply_edits, edited_lines
from salesnerd_tui.playbook.fields import MAX_FILE_BYTES
from salesnerd_tui.playbook.folders import builtin_folder, display_path
from salesnerd_tui.playbook.library import Library, load

if TYPE_CHECKING:
    from salesnerd_tui.playbook.lint.linter import LintReport
    from salesnerd_tui.playbook.yaml_tree import SourceText

_BOM = b"\xef\xbb\xbf"


class CannotFix(Exception):
    """The file was not changed; the message is the reason."""


class FixedFile(Struct, frozen=True):
    """A file before and after its edits, with a line for each change. `problem` is why it must not be written."""

    path: Path
    name: str
    raw: bytes
    before: str
    after: str
    changes: tuple[str, ...]
    problem: str = ""

    def write(self) -> None:
        """Replace the file atomically and keep its mode.

        Raises `CannotFix` if the file must not be changed or was changed meanwhile, and `CannotWrite`.
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
            raise CannotFix(f"{self.name} was not changed: {error_reason(problem)}") from None


def find_fixes(report: LintReport, library: Library, codes: Collection[str] = ()) -> Iterator[FixedFile]:
    """Yield each checked file with edits by the findings of these codes, or by all findings."""
    for path in report.checked:
        name = display_path(path)
        source = report.sources.get(name)
        if source is None:
            continue
        edits: list[Edit] = []
        changes: list[str] = []
        for finding in report.findings:
            if finding.location.file != name or (codes and finding.code not in codes):
                continue
            applicable = [edit for edit in finding.edits if _can_apply(edit, finding, source, edits)]
            if applicable:
                edits += applicable
                changes.append(_describe_change(finding, applicable, source))
        if edits:
            yield preview_edits(path, source, edits, changes, library)


def preview_edits(
    path: Path, source: SourceText, edits: Sequence[Edit], changes: Sequence[str], library: Library
) -> FixedFile:
    """Apply edits to the text of a file without writing it. `problem` is set if the file must not be written."""
    after, _ = apply_edits(source.text, edits)
    raw = _read_bytes(path)
    problem = _find_problem(path, raw, source.text, after, library)
    return FixedFile(path, display_path(path), raw, source.text, after, tuple(changes), problem)


def _can_apply(edit: Edit, finding: Finding, source: SourceText, others: list[Edit]) -> bool:
    """Return whether an edit overlaps no other edit, and is not on a line that the reader repaired."""
    if finding.code >= FIRST_FIELD_CODE and edited_lines([edit]) & source.repaired:
        return False
    start, end = (edit.line, edit.column), (edit.end_line, edit.end_column)
    return all(end <= (other.line, other.column) or start >= (other.end_line, other.end_column) for other in others)


def _describe_change(finding: Finding, edits: list[Edit], source: SourceText) -> str:
    first = edits[0]
    before = source.text_between(first.line, first.column, first.end_line, first.end_column)
    if len(edits) > 1:
        change = f"{len(edits)} places"
    elif before:
        change = f"{before} → {first.text}" if first.text else f"deleted {before}"
    else:
        change = f"added {first.text.strip()}" if first.text.strip() else "added a space"
    return f"{finding.location.file}:{first.line}: {finding.code}: {change}"


def _read_bytes(path: Path) -> bytes:
    try:
        return read_regular(path, MAX_FILE_BYTES)
    except OSError:
        return b""


def _find_problem(path: Path, raw: bytes, before: str, after: str, library: Library) -> str:
    """Return why a change must not be written, or an empty string.

    A built-in playbook is only changed from inside its own folder or checkout.
    """
    path_in_full = path.resolve()
    if path_in_full.is_relative_to(builtin_folder().resolve()) and not path_in_full.is_relative_to(Path.cwd()):
        return f"it is built in (copy it with: salesnerd playbook new NAME --from {path.stem})"
    if raw.decode("utf-8-sig", "replace") != before:
        return "it was saved by another program meanwhile"
    errors_before, errors_after = (load(path, library.folders, text).errors for text in (before, after))
    if len(errors_after) > len(errors_before):
        return f"the changes together would be wrong ({errors_after[0].message}); fix the file by hand"
    return ""
