"""Which files belong to which call: its own, its backups and journal, half-written ones, and damaged copies."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from salesnerd_tui.notes.disk import Disk
from salesnerd_tui.notes.files import is_call_id

_COPY = re.compile(r"(.+)-[0-9a-f]{8}\.json.*")

Belongings = Mapping[str, list[Path]]


def belongings(calls: Path, quarantine: Path) -> Belongings:
    """Every file by its call, locks left out."""
    found: dict[str, list[Path]] = {}
    for path in _files_in(calls):
        call_id, dot, kind = path.name.partition(".json")
        if dot and kind != ".lock" and kind[:1] in ("", ".") and is_call_id(call_id):
            found.setdefault(call_id, []).append(path)
    for path in _files_in(quarantine):
        if copy := _COPY.fullmatch(path.name):
            found.setdefault(copy[1], []).append(path)
    return found


def _files_in(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if not path.is_dir() or path.is_symlink()]
    except OSError:
        return []


def remove_for_good(paths: Iterable[Path], disk: Disk, last: Path | None = None) -> list[Path]:
    """Remove files, `last` after the others; on return that is durable. Those that could not be removed."""
    found = sorted(paths, key=lambda path: path == last)
    left = [path for path in found if not disk.remove(path)]
    for folder in {path.parent for path in found}:
        disk.sync_folder(folder)
    return left


def not_removed(left: Iterable[Path]) -> str:
    """What to say of them."""
    return f"These files could not be removed: {', '.join(map(str, left))}."
