"""One loader for the app, the checker and the tests: a file in, a playbook or findings out, never an exception."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from salesnerd_tui.playbook.building import build
from salesnerd_tui.playbook.findings import Finding, Severity
from salesnerd_tui.playbook.folders import builtin_folder, id_of
from salesnerd_tui.playbook.gathering import gather
from salesnerd_tui.playbook.model import Playbook
from salesnerd_tui.playbook.nodes import Map, Source


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading a file gave. `playbook` is None when there is an error, or when the file is a library.

    `tree` is the merged tree (for showing where each value comes from), `own` this file's own part of it, `sources`
    every file that was read, by the name findings use.
    """

    id: str
    path: Path
    title: str
    playbook: Playbook | None
    findings: tuple[Finding, ...]
    sources: Mapping[str, Source] = field(default_factory=dict)
    is_library: bool = False
    tree: Map | None = None
    own: Map | None = None

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)


def load(path: Path, folders: Sequence[Path] | None = None, text: str | None = None) -> Loaded:
    """Read, merge, build and check the file at `path`, or `text` as if it stood there.

    Names are looked for in the file's own folder as well, unless it is in one of `folders` already.
    """
    folders = _with_own(path, (builtin_folder(),) if folders is None else folders)
    gathered = gather(path, folders, text)
    id = id_of(path, folders)
    if gathered.tree is None or gathered.own is None:
        return Loaded(id, path, id, None, _in_order(gathered.findings), gathered.sources)
    built = build(gathered.tree, id, gathered.digest(), tuple(gathered.sources))
    findings = _in_order([*gathered.findings, *built.findings])
    usable = not gathered.is_library and not any(finding.severity is Severity.ERROR for finding in findings)
    return Loaded(
        id,
        path,
        built.playbook.title or id,
        built.playbook if usable else None,
        findings,
        gathered.sources,
        gathered.is_library,
        gathered.tree,
        gathered.own,
    )


def _with_own(path: Path, folders: Sequence[Path]) -> tuple[Path, ...]:
    if any(path.is_relative_to(folder) for folder in folders):
        return tuple(folders)
    return (path.parent, *folders)


def _in_order(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Each finding once, by file and line."""
    unique = {(finding.code, finding.spot): finding for finding in reversed(findings)}
    return tuple(sorted(unique.values(), key=lambda finding: (finding.spot, finding.code)))
