"""Private files: readable by the user only, and never overwritten by accident."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


class CannotWrite(Exception):
    """Raised if a file was not written; the message says why."""


class AlreadyExists(CannotWrite):
    """Raised if a file with that name exists."""


def write_private(path: Path, text: str, *, force: bool = False) -> None:
    """Write `text` with mode 0600. Raises `AlreadyExists` (unless `force`) and `CannotWrite`."""
    if not path.name:
        raise CannotWrite("missing file name")
    data = text.encode("utf-8", "replace")
    try:
        if not force:
            _create(path, data)
            return
        temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        _create(temporary, data)
        try:
            temporary.replace(path)
        except OSError:
            temporary.unlink()
            raise
    except FileExistsError:
        raise AlreadyExists(f"{path} already exists") from None
    except (OSError, ValueError) as problem:
        why = problem.strerror if isinstance(problem, OSError) and problem.strerror else str(problem)
        raise CannotWrite(f"cannot write {path}: {why}") from None


def _create(path: Path, data: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        file.write(data)
