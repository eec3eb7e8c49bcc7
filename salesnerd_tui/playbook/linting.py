"""Checking many files at once: each alone, then against each other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from salesnerd_tui.playbook.checking import check_together, without_accepted
from salesnerd_tui.playbook.findings import Finding, did_you_mean, error
from salesnerd_tui.playbook.folders import SUFFIXES, files_in, own_folders
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.playbook.loading import Loaded, load
from salesnerd_tui.playbook.model import Spot
from salesnerd_tui.playbook.nodes import Source


class Report(Struct, frozen=True):
    """Every finding once, by file and line, with the texts to show them in."""

    findings: tuple[Finding, ...]
    sources: dict[str, Source]
    checked: tuple[Path, ...] = ()


def lint(names: Sequence[str], library: Library, *, all_advice: bool = False) -> Report:
    """Check what `names` say: files, folders or ids. Without any: the user's own folders, or else every file there is.

    What is not there is a finding, not an exception.
    """
    paths, missing = paths_of(names, library)
    loaded = [load(path, library.folders, all_advice=all_advice) for path in paths]
    return _report(paths, loaded, missing)


def _report(paths: Sequence[Path], loaded: Sequence[Loaded], missing: Sequence[Finding]) -> Report:
    sources: dict[str, Source] = {}
    for one in loaded:
        sources.update(one.sources)
    together = check_together([one.book for one in loaded if one.book]) if len(loaded) > 1 else []
    accepted = without_accepted(together, sources)
    every = [*missing, *(finding for one in loaded for finding in one.findings), *accepted]
    unique = {(finding.code, finding.spot): finding for finding in reversed(every)}
    ordered = sorted(unique.values(), key=lambda finding: (finding.spot, finding.code))
    return Report(tuple(ordered), sources, tuple(paths))


def paths_of(names: Sequence[str], library: Library) -> tuple[list[Path], list[Finding]]:
    """The files to check, and what of `names` is not there."""
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
            missing.append(error("P100", "there is no such file or playbook", Spot(name[:200], 1, 1, 2), hint, fix))
    return list(dict.fromkeys(paths)), missing
