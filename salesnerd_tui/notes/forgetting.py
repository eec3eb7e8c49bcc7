"""Forgetting a call: every file that ever held a word of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from salesnerd_tui.notes.disk import Disk
from salesnerd_tui.notes.files import Files


def files_of(call_id: str, files: Files, quarantine: Path) -> Iterator[Path]:
    """All files of the call but its lock: kept, backups, journal, half-written ones and damaged originals."""
    name = files.kept.name
    for path in files.kept.parent.iterdir():
        if path.name == name or (path.name.startswith(f"{name}.") and path != files.lock):
            yield path
    if quarantine.is_dir():
        copy = re.compile(re.escape(call_id) + r"-[0-9a-f]{8}\.json.*")
        yield from (path for path in quarantine.iterdir() if copy.fullmatch(path.name))


def forget_files(call_id: str, files: Files, quarantine: Path, disk: Disk) -> list[Path]:
    """Remove them for good; those that could not be removed. The journal goes first, the backups before the file."""
    found = sorted(files_of(call_id, files, quarantine), key=lambda path: path == files.kept)
    left = [path for path in found if not disk.remove(path)]
    for folder in {path.parent for path in found}:
        disk.sync_folder(folder)
    return left
