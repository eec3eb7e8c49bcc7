"""Files that are written for a person: readable by them only, and never over something by accident."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


class CannotWrite(Exception):
    """The file was not written; the message tells the person why and what to do."""


class AlreadyThere(CannotWrite):
    """A file of that name exists."""


def write_private(path: Path, text: str, *, force: bool = False) -> None:
    """Write `text` with mode 0600. Raises `AlreadyThere` (unless `force`) and `CannotWrite`."""
    if not path.name:
        raise CannotWrite("a file needs a name")
    data = text.encode("utf-8", "replace")
    try:
        if not force:
            _create(path, data)
            return
        beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        _create(beside, data)
        try:
            beside.replace(path)
        except OSError:
            beside.unlink()
            raise
    except FileExistsError:
        raise AlreadyThere(f"{path} is there already") from None
    except (OSError, ValueError) as problem:
        why = problem.strerror if isinstance(problem, OSError) and problem.strerror else str(problem)
        raise CannotWrite(f"{path} cannot be written: {why}") from None


def _create(path: Path, data: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        file.write(data)
