"""Files that the playbook tools write: readable by their owner only, and never over something by accident."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


class CannotSave(Exception):
    """Nothing was written; the message says why."""


def private_folder(folder: Path) -> None:
    """Make the folder, and those above it that are missing, for its owner only."""
    try:
        for each in (*reversed(folder.parents), folder):
            if not each.exists():
                each.mkdir(mode=0o700, exist_ok=True)
    except OSError as problem:
        raise CannotSave(f"{folder} cannot be made: {problem.strerror or problem}") from None


def create(path: Path, text: str) -> None:
    """Write a new file. Raises `CannotSave`, also when there is one of that name."""
    private_folder(path.parent)
    try:
        _create(path, text.encode("utf-8"))
    except FileExistsError:
        raise CannotSave(f"{path} already exists; nothing was written") from None
    except OSError as problem:
        raise CannotSave(f"{path} cannot be written: {problem.strerror or problem}") from None


def write_over(path: Path, text: str) -> None:
    """Write a file that only the program writes, such as the schema; readers see the old file or the new one."""
    private_folder(path.parent)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        _create(beside, text.encode("utf-8"))
        beside.replace(path)
    except OSError as problem:
        raise CannotSave(f"{path} cannot be written: {problem.strerror or problem}") from None
    finally:
        beside.unlink(missing_ok=True)


def _create(path: Path, data: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
