"""Writing playbooks: several files or none, readable by their owner only, and never over something by accident."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from salesnerd_tui.playbook.limits import FILE_BYTES
from salesnerd_tui.playbook.nodes import Map, Source
from salesnerd_tui.playbook.reader import read_bytes

_BOM = b"\xef\xbb\xbf"


class CannotSave(Exception):
    """Nothing was written; the message says why."""


class Draft(Struct, frozen=True):
    """A file as it was read, so that it can be written back only over that very text."""

    path: Path
    raw: bytes
    source: Source
    tree: Map | None

    def encoded(self, text: str) -> bytes:
        """`text` as the file's bytes, with the mark some editors put first."""
        return (_BOM if self.raw.startswith(_BOM) else b"") + text.encode("utf-8")


def read_draft(path: Path, name: str) -> Draft:
    """The file at `path`, called `name` in findings. Raises `CannotSave` when it cannot be read at all."""
    try:
        if not path.is_file():
            raise CannotSave(f"{name} is not a file")
        with path.open("rb") as file:
            raw = file.read(FILE_BYTES + 1)
    except OSError as problem:
        raise CannotSave(f"{name} cannot be read: {problem.strerror or problem}") from None
    source, tree, _ = read_bytes(raw, name)
    return Draft(path.resolve(), raw, source, tree)


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
        _create(path, text.encode("utf-8"), 0o600)
    except FileExistsError:
        raise CannotSave(f"{path} is there already; nothing was written") from None
    except OSError as problem:
        raise CannotSave(f"{path} cannot be written: {problem.strerror or problem}") from None


def replace_all(changes: Sequence[tuple[Draft, str]]) -> None:
    """Write each draft's new text over it: all of them, or, when one cannot be written, none."""
    beside: dict[Path, Draft] = {}
    try:
        for draft, text in changes:
            beside[_beside(draft, draft.encoded(text))] = draft
        for draft in beside.values():
            if draft.path.read_bytes() != draft.raw:
                raise CannotSave(f"{draft.source.name} was changed meanwhile; nothing was written, try again")
        _swap(beside)
    except OSError as problem:
        where = f"{problem.filename} " if problem.filename else ""
        raise CannotSave(f"{where}cannot be written: {problem.strerror or problem}; nothing was changed") from None
    finally:
        for path in beside:
            path.unlink(missing_ok=True)


def _swap(beside: Mapping[Path, Draft]) -> None:
    done: list[Draft] = []
    try:
        for path, draft in beside.items():
            path.replace(draft.path)
            done.append(draft)
    except OSError:
        for draft in done:
            _beside(draft, draft.raw).replace(draft.path)
        raise


def _beside(draft: Draft, data: bytes) -> Path:
    """A hidden file in the same folder, with the old one's permissions."""
    path = draft.path.with_name(f".{draft.path.name}.{secrets.token_hex(4)}")
    _create(path, data, draft.path.stat().st_mode & 0o777)
    return path


def write_over(path: Path, text: str) -> None:
    """Write a file that only the program writes, such as the schema; whoever reads it sees the old or the new one."""
    private_folder(path.parent)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        _create(beside, text.encode("utf-8"), 0o600)
        beside.replace(path)
    except OSError as problem:
        raise CannotSave(f"{path} cannot be written: {problem.strerror or problem}") from None
    finally:
        beside.unlink(missing_ok=True)


def _create(path: Path, data: bytes, mode: int) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    if mode != 0o600:
        path.chmod(mode)
