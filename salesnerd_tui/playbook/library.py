"""Loader of playbooks by path or id. It returns a playbook or findings, and never raises for any content."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from salesnerd_tui.garbage import paused_collection
from salesnerd_tui.lazy_pattern import lazy_pattern
from salesnerd_tui.playbook.build import build
from salesnerd_tui.playbook.diagnostics import Finding, did_you_mean, error
from salesnerd_tui.playbook.fields import MAX_FINDINGS_PER_CODE
from salesnerd_tui.playbook.folders import (
    SUFFIXES,
    builtin_folder,
    default_folders,
    find_file,
    is_library_file,
    list_files,
    list_playbook_ids,
    playbook_id,
    user_folders,
)
from salesnerd_tui.playbook.inheritance import resolve
from salesnerd_tui.playbook.lint import references
from salesnerd_tui.playbook.lint.context import LintContext
from salesnerd_tui.playbook.lint.rule import check_errors
from salesnerd_tui.playbook.model import Playbook, SourceLocation
from salesnerd_tui.playbook.yaml_tree import Map, SourceText

ERROR_RULES = (references,)
"""Modules with the rules that a file must follow to load. Only the linter imports the other rules."""


class LoadResult(Struct, frozen=True):
    """Result of loading a file. `playbook` is None if there is an error, or if the file is a library.

    `context` has the merged tree and everything that the rules need, even if there are errors; it is None if the file
    cannot be read. `sources` are all files that were read, by their names in findings.
    """

    id: str
    path: Path
    title: str
    playbook: Playbook | None
    findings: tuple[Finding, ...]
    sources: Mapping[str, SourceText] = field(default_factory=dict)
    is_library: bool = False
    context: LintContext | None = None

    @property
    def tree(self) -> Map | None:
        return self.context.tree if self.context else None

    @property
    def runnable_playbook(self) -> Playbook | None:
        """The playbook, or for a library a playbook with its questions as the agenda; None if there are errors."""
        if not self.is_library or self.context is None or self.errors:
            return self.playbook
        tree, merged = self.context.tree, self.context.playbook
        if "questions" in tree:
            entries = {**tree.entries, "agenda": tree.entries["questions"]}
            merged = build(tree.with_entries(entries), self.id, merged.digest).playbook
        return replace(merged, title=self.context.own.text("library") or self.id)

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.is_error)

    @property
    def not_found(self) -> str:
        """Message that there is no such playbook, with similar ids; empty if there is one."""
        if self.sources or not self.errors or self.errors[0].code != "P603":
            return ""
        return f"{self.errors[0].message} ({self.errors[0].hint})"


def load(path: Path, folders: Sequence[Path] | None = None, text: str | None = None) -> LoadResult:
    """Read, merge and build the file at `path`, or `text` as if it were that file's content.

    It checks only for errors, which make the file unusable. Names also refer to files in the folder of `path`, unless
    one of `folders` contains it or `folders` is empty. Never raises for any content.
    """
    return load_with_rules(
        path, folders, text, check_errors, lambda findings, _: [one for one in findings if one.is_error]
    )


@paused_collection()  # the objects of 1,000 questions all stay; to search them takes a third of the time
def load_with_rules(
    path: Path,
    folders: Sequence[Path] | None,
    text: str | None,
    check: Callable[[LintContext], list[Finding]],
    select: Callable[[Sequence[Finding], dict[str, SourceText]], list[Finding]],
) -> LoadResult:
    """Load a file, add the findings of `check`, and keep those that `select` returns; see `load`."""
    folders = _with_own_folder(path, (builtin_folder(),) if folders is None else folders)
    merged = resolve(path, folders, text)
    id = playbook_id(path, folders)
    if merged.tree is None or merged.own_tree is None:
        return LoadResult(id, path, id, None, _sorted_findings(merged.findings), merged.sources)
    built = build(merged.tree, id, merged.digest(), tuple(merged.sources))
    own, tree, rows = merged.own_tree, merged.tree, built.item_nodes
    context = LintContext(tree, own, built.playbook, rows, path, folders, merged.languages, merged.parents)
    # Advice and warnings about other files are reported when those files are checked.
    own_name = merged.own_tree.source.name
    findings = [finding for finding in merged.findings if finding.is_error or finding.location.file == own_name]
    findings += [finding for finding in built.findings if finding.code != "P112" or not merged.has_errors]
    findings += _unknown_names(context, findings) if any(one.is_error for one in findings) else check(context)
    selected = _sorted_findings(select(_without_repaired(findings, merged.sources), merged.sources))
    is_usable = not merged.is_library and not any(finding.is_error for finding in selected)
    playbook = built.playbook if is_usable else None
    title = built.playbook.title or id
    return LoadResult(id, path, title, playbook, selected, merged.sources, merged.is_library, context)


def _unknown_names(context: LintContext, findings: Sequence[Finding]) -> list[Finding]:
    """Return errors about names in a file with other errors, so that one check reports both.

    A name that occurs more than once in the file may be defined in a part that the other errors removed, so it is not
    reported. If a library, a parent or a whole field of the file is missing, no names are reported.
    """
    source = context.own.source
    if any(one.is_error and (one.location.file != source.name or one.code[1] == "6") for one in findings):
        return []
    if set(_TOP_LEVEL_FIELD.findall(source.text)) - context.own.entries.keys():
        return []
    errors = [finding for finding in check_errors(context) if finding.location.file == source.name]
    return [finding for finding in errors if _occurs_once(source, finding.location)]


_TOP_LEVEL_FIELD = lazy_pattern(r"^([A-Za-z_][\w-]*)[ ]*:", re.MULTILINE)


def _occurs_once(source: SourceText, location: SourceLocation) -> bool:
    """Return whether the words at a location occur only there."""
    words = source.line(location.line)[location.column - 1 : location.end_column - 1].strip("\"'")
    if not words:
        return False
    pattern = re.compile(rf"(?<!\w){re.escape(words)}(?!\w)")
    return sum(len(pattern.findall(line)) for line in source.lines) == 1


def _without_repaired(findings: Sequence[Finding], sources: Mapping[str, SourceText]) -> list[Finding]:
    """Remove the findings on repaired lines, except the one about the error that was repaired."""
    kept: list[Finding] = []
    lines_with_repair: set[tuple[str, int]] = set()
    for finding in findings:
        line = (finding.location.file, finding.location.line)
        source = sources.get(finding.location.file)
        if source is None or finding.location.line not in source.repaired:
            kept.append(finding)
        elif finding.edits and finding.code < "P110" and line not in lines_with_repair:
            lines_with_repair.add(line)
            kept.append(finding)
    return kept


def _with_own_folder(path: Path, folders: Sequence[Path]) -> tuple[Path, ...]:
    if not folders or any(path.is_relative_to(folder) for folder in folders):
        return tuple(folders)
    return (path.parent, *folders)


def _sorted_findings(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return each finding once, by file and line. If a code has too many, the last one that is kept says so."""
    unique = {(finding.code, finding.location): finding for finding in reversed(findings)}
    ordered = sorted(unique.values(), key=lambda finding: (finding.location, finding.code))
    totals = Counter(finding.code for finding in ordered)
    counts: Counter[str] = Counter()
    kept: list[Finding] = []
    for finding in ordered:
        counts[finding.code] += 1
        if counts[finding.code] < MAX_FINDINGS_PER_CODE or totals[finding.code] <= MAX_FINDINGS_PER_CODE:
            kept.append(finding)
        elif counts[finding.code] == MAX_FINDINGS_PER_CODE:
            hint = f"there are more of these, and {MAX_FINDINGS_PER_CODE} are shown"
            kept.append(replace(finding, hint=f"{finding.hint}; {hint}" if finding.hint else hint))
    return tuple(kept)


class Library:
    """Playbook folders; a playbook in an earlier folder replaces one with the same id in a later folder."""

    def __init__(self, folders: Sequence[Path] | None = None) -> None:
        self.folders = tuple(default_folders() if folders is None else folders)

    def ids(self) -> list[str]:
        return sorted(list_playbook_ids(self.folders))

    def files(self) -> dict[str, Path]:
        """Return every file, playbook or library, by its id."""
        return list_files(self.folders)

    def user_files(self) -> dict[str, Path]:
        """Return the files in the user's own folders by id, or every file if there are none."""
        return list_files([folder for folder in user_folders() if folder in self.folders]) or self.files()

    def find_path(self, name: str | Path) -> Path | None:
        """Return the file of an id, or a given path; None if there is neither."""
        if isinstance(name, str) and not name.endswith(SUFFIXES):
            file = find_file(name, self.folders)
            if file:
                return file
        path = Path(name)
        try:
            return path if path.suffix in SUFFIXES or path.is_file() else None
        except (OSError, ValueError):
            return None

    def load(self, name: str | Path) -> LoadResult:
        """Load a playbook by id or path. An unknown name is an error in the result."""
        path = self.find_path(name)
        if path is not None:
            return load(path, self.folders)
        name = str(name)
        hint, fix = did_you_mean(name, self.ids())
        finding = error("P603", f"no playbook has the id '{name[:80]}'", SourceLocation(name[:80], 1, 1, 1), hint, fix)
        return LoadResult(name, Path(name.replace("\0", "")), name, None, (finding,))

    def load_all(self) -> list[LoadResult]:
        """Load every playbook by id, including those with errors."""
        return [self.load(path) for _, path in sorted(self.files().items()) if not is_library_file(path)]
