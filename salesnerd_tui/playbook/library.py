"""Loader of playbooks for the app, the checker and the tests: returns a playbook or findings, and never raises.

Playbooks are found by id: the user's own folder takes precedence over the built-in one.
"""

from __future__ import annotations

import gc
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from salesnerd_tui.lazy_pattern import lazy_pattern
from salesnerd_tui.playbook.build import build
from salesnerd_tui.playbook.diagnostics import Finding, Severity, did_you_mean, error
from salesnerd_tui.playbook.fields import MAX_FINDINGS_PER_CODE
from salesnerd_tui.playbook.folders import (
    SUFFIXES,
    builtin_folder,
    default_folders,
    find_file,
    is_library_file,
    list_files,
    list_library_ids,
    list_playbook_ids,
    playbook_id,
    user_folders,
)
from salesnerd_tui.playbook.inheritance import MergedSource, resolve
from salesnerd_tui.playbook.lint import references
from salesnerd_tui.playbook.lint.context import LintContext
from salesnerd_tui.playbook.lint.rule import check_errors
from salesnerd_tui.playbook.model import Playbook, SourceLocation
from salesnerd_tui.playbook.yaml_tree import Map, SourceText

ERROR_RULES = (references,)
"""Module with the rules that keep a file from loading. Most rules are in others, which only the linter imports."""


class LoadResult(Struct, frozen=True):
    """Result of loading a file. `playbook` is None if there is an error, or if the file is a library.

    `book` has the merged tree and everything that the rules need, even if it has errors; it is None if the file cannot
    be read at all. `sources` are all files that were read, by their names in findings.
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
        """The merged tree, in which every value has its position."""
        return self.context.tree if self.context else None

    @property
    def runnable_playbook(self) -> Playbook | None:
        """The playbook; for a library, one with its questions as the agenda. None if there are errors."""
        if not self.is_library or self.context is None or self.errors:
            return self.playbook
        tree, merged = self.context.tree, self.context.playbook
        parts = tree.entries.get("questions")
        if parts is not None:
            merged = build(tree.with_entries({**tree.entries, "agenda": parts}), self.id, merged.digest).playbook
        return replace(merged, title=self.context.own.text("library") or self.id)

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)

    @property
    def not_found(self) -> str:
        """Why there is no such playbook, with the names that were probably meant; empty if there is one."""
        if self.sources or not self.errors or self.errors[0].code != "P603":
            return ""
        return f"{self.errors[0].message} ({self.errors[0].hint})"


def load(path: Path, folders: Sequence[Path] | None = None, text: str | None = None) -> LoadResult:
    """Read, merge and build the file at `path`, or `text` as if it were that file's content.

    Only errors are searched, which make the file unusable. Names are also looked up in the file's own folder, unless
    one of `folders` contains it or there are none. Never raises for any content.
    """
    return load_with_rules(path, folders, text, check_errors, _only_errors)


@contextmanager
def _gc_disabled() -> Iterator[None]:
    """A thousand questions are a hundred thousand small objects that all stay: looking for garbage among them while
    they are made takes a third of the time and finds none.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@_gc_disabled()
def load_with_rules(
    path: Path,
    folders: Sequence[Path] | None,
    text: str | None,
    checked: Callable[[LintContext], list[Finding]],
    shown: Callable[[Sequence[Finding], dict[str, SourceText]], list[Finding]],
) -> LoadResult:
    """Load a file, add what `checked` finds in it, and keep the findings that `shown` returns; see `load`."""
    folders = _with_own_folder(path, (builtin_folder(),) if folders is None else folders)
    gathered = resolve(path, folders, text)
    id = playbook_id(path, folders)
    if gathered.tree is None or gathered.own_tree is None:
        return LoadResult(id, path, id, None, _sorted_findings(gathered.findings), gathered.sources)
    built = build(gathered.tree, id, gathered.digest(), tuple(gathered.sources))
    built_findings = [one for one in built.findings if one.code != "P112" or not gathered.has_errors]
    findings = [*_own_or_errors(gathered), *built_findings]
    book = LintContext(gathered, built, path, folders)
    if not any(finding.severity is Severity.ERROR for finding in findings):
        findings += checked(book)
    else:
        findings += _unknown_name_errors(book, findings)
    kept = _sorted_findings(shown(_without_repaired(findings, gathered), gathered.sources))
    usable = not gathered.is_library and not any(finding.severity is Severity.ERROR for finding in kept)
    playbook = built.playbook if usable else None
    return LoadResult(id, path, built.playbook.title or id, playbook, kept, gathered.sources, gathered.is_library, book)


def _only_errors(findings: Sequence[Finding], _sources: object) -> list[Finding]:
    return [finding for finding in findings if finding.severity is Severity.ERROR]


def _own_or_errors(gathered: MergedSource) -> list[Finding]:
    """Leave out advice and warnings about other files, which are reported when those files are checked."""
    own = gathered.own_tree.source.name if gathered.own_tree else ""
    return [one for one in gathered.findings if one.severity is Severity.ERROR or one.location.file == own]


def _unknown_name_errors(book: LintContext, findings: Sequence[Finding]) -> list[Finding]:
    """Return errors about names in a file that has other errors already, so that one round reports both.

    A name that also occurs elsewhere in the file may belong to parts that the other errors left out, so it is not
    reported yet. If a library, a parent or a whole part of the file is missing, no names are reported.
    """
    own = book.own.source
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    if any(finding.location.file != own.name or finding.code[1] == "6" for finding in errors):
        return []
    if set(_TOP_LEVEL_FIELD.findall(own.text)) - book.own.entries.keys():
        return []
    return [one for one in check_errors(book) if one.location.file == own.name and _occurs_once(own, one.location)]


_TOP_LEVEL_FIELD = lazy_pattern(r"^([A-Za-z_][\w-]*)[ ]*:", re.M)


def _occurs_once(source: SourceText, location: SourceLocation) -> bool:
    """Return whether the words at a place are nowhere else in the file."""
    words = source.line(location.line)[location.column - 1 : location.end_column - 1].strip("\"'")
    if not words:
        return False
    whole = re.compile(rf"(?<!\w){re.escape(words)}(?!\w)")
    return sum(len(whole.findall(line)) for line in source.lines) == 1


def _without_repaired(findings: Sequence[Finding], gathered: MergedSource) -> list[Finding]:
    """Leave out findings on repaired lines: the finding about the error itself is enough."""
    repaired = {(name, line) for name, source in gathered.sources.items() for line in source.repaired}
    if not repaired:
        return list(findings)
    slips = {
        (one.location.file, one.location.line): one for one in reversed(findings) if one.edits and one.code < "P110"
    }
    return [
        one
        for one in findings
        if (one.location.file, one.location.line) not in repaired
        or slips.get((one.location.file, one.location.line)) is one
    ]


def _with_own_folder(path: Path, folders: Sequence[Path]) -> tuple[Path, ...]:
    if not folders or any(path.is_relative_to(folder) for folder in folders):
        return tuple(folders)
    return (path.parent, *folders)


def _sorted_findings(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return each finding once, by file and line; of very many of one kind only the first, and the last says so."""
    unique = {(finding.code, finding.location): finding for finding in reversed(findings)}
    ordered = sorted(unique.values(), key=lambda finding: (finding.location, finding.code))
    every = Counter(finding.code for finding in ordered)
    count: Counter[str] = Counter()
    kept: list[Finding] = []
    for finding in ordered:
        count[finding.code] += 1
        if count[finding.code] < MAX_FINDINGS_PER_CODE or every[finding.code] <= MAX_FINDINGS_PER_CODE:
            kept.append(finding)
        elif count[finding.code] == MAX_FINDINGS_PER_CODE:
            hint = f"there are more of these, and {MAX_FINDINGS_PER_CODE} are shown"
            kept.append(replace(finding, hint=f"{finding.hint}; {hint}" if finding.hint else hint))
    return tuple(kept)


class Library:
    """Folders of playbooks; if several have the same name, the first folder counts."""

    def __init__(self, folders: Sequence[Path] | None = None) -> None:
        self.folders = tuple(default_folders() if folders is None else folders)

    def ids(self) -> list[str]:
        """Return the ids of all playbooks, without libraries."""
        return sorted(list_playbook_ids(self.folders))

    def libraries(self) -> list[str]:
        """Return the paths of all libraries, as `use:` writes them."""
        return sorted(list_library_ids(self.folders))

    def files(self) -> dict[str, Path]:
        """Return every file, playbook or library, by its id."""
        return list_files(self.folders)

    def user_files(self) -> dict[str, Path]:
        """Return the files in the user's own folders by id, or every file if there are none."""
        return list_files([folder for folder in user_folders() if folder in self.folders]) or self.files()

    def find_path(self, name: str | Path) -> Path | None:
        """Return the file of an id, or the path itself if one was given; None if there is neither."""
        if isinstance(name, str) and not name.endswith(SUFFIXES):
            found = find_file(name, self.folders)
            if found:
                return found
        path = Path(name)
        try:
            return path if path.suffix in SUFFIXES or path.is_file() else None
        except (OSError, ValueError):
            return None

    def load(self, name: str | Path) -> LoadResult:
        """Load a playbook by id or path. An unknown name is an error finding, like any other problem."""
        path = self.find_path(name)
        return load(path, self.folders) if path is not None else self._unknown(str(name))

    def _unknown(self, name: str) -> LoadResult:
        hint, fix = did_you_mean(name, self.ids())
        finding = error("P603", f"no playbook has the id '{name[:80]}'", SourceLocation(name[:80], 1, 1, 1), hint, fix)
        return LoadResult(name, Path(name.replace("\0", "")), name, None, (finding,))

    def load_all(self) -> list[LoadResult]:
        """Load every playbook by id, including those with errors."""
        return [self.load(path) for _, path in sorted(self.files().items()) if not is_library_file(path)]
