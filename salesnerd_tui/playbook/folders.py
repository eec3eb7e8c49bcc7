"""Playbook folders, and the files in them by id. No id can refer to a file outside the folders."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

SUFFIXES = (".yaml", ".yml")
FOLDERS_VARIABLE = "SALESNERD_PLAYBOOKS"
"""Environment variable with the user's folders, separated as in PATH; by default one in the configuration folder."""


def builtin_folder() -> Path:
    """Return the folder of the built-in playbooks: in the package if installed, otherwise in the repository."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "playbooks"
    return inside if inside.is_dir() else package.parent / "playbooks"


DEFAULT_PLAYBOOK = "first_call"
"""Id of the playbook of a call for which none is chosen."""


def user_folders() -> tuple[Path, ...]:
    """Return the user's folders in order of precedence. They may not exist."""
    value = os.environ.get(FOLDERS_VARIABLE, "")
    if value:
        return tuple(Path(folder).expanduser() for folder in value.split(os.pathsep) if folder)
    from platformdirs import user_config_path  # start-up time

    return (user_config_path("salesnerd") / "playbooks",)


def default_folders() -> tuple[Path, ...]:
    """Return all folders, the user's first: a playbook there replaces a built-in one of the same name."""
    return (*user_folders(), builtin_folder())


def find_file(name: str, folders: Sequence[Path], other_than: Path | None = None) -> Path | None:
    """Return the file of a playbook or library by id, from the first folder that has it."""
    if not name or name.startswith(("/", ".")) or ".." in name or "\\" in name or "\0" in name:
        return None
    for folder in folders:
        for suffix in SUFFIXES:
            path = folder / (name + suffix)
            if _is_inside(path, folder) and not (other_than and _is_same_file(path, other_than)):
                return path
    return None


def _is_inside(path: Path, folder: Path) -> bool:
    """Return whether a path is a file in the folder, even after links are followed."""
    try:
        return path.is_file() and path.resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError, RuntimeError):
        return False


def _is_same_file(path: Path, other: Path) -> bool:
    try:
        return path.resolve() == other.resolve()
    except (OSError, RuntimeError):
        return False


def list_files(folders: Sequence[Path]) -> dict[str, Path]:
    """Return every playbook and library by id, from the first folder that has it."""
    files: dict[str, Path] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            is_hidden = any(part.startswith((".", "_")) for part in path.relative_to(folder).parts)
            if path.suffix in SUFFIXES and not is_hidden and _is_inside(path, folder):
                files.setdefault(playbook_id(path, folders), path)
    return files


def playbook_id(path: Path, folders: Sequence[Path]) -> str:
    """Return the id of a file: its path in the folder without extension; its name if it is in no folder."""
    for folder in folders:
        if path.is_relative_to(folder):
            return path.relative_to(folder).with_suffix("").as_posix()
    return path.stem


def is_library_file(path: Path) -> bool:
    """Return whether a file is a library, without parsing it."""
    try:
        with path.open("rb") as file:
            head = file.read(65536)
    except OSError:
        return False
    return head.startswith(b"library:") or b"\nlibrary:" in head


def list_playbook_ids(folders: Sequence[Path]) -> list[str]:
    return [name for name, path in list_files(folders).items() if not is_library_file(path)]


def is_playbook(name: str, folders: Sequence[Path]) -> bool:
    """Return whether a playbook has this id, without listing the folders. May miss one: see `list_playbook_ids`."""
    path = None if any(part.startswith((".", "_")) for part in name.split("/")) else find_file(name, folders)
    return path is not None and playbook_id(path, folders) == name and not is_library_file(path)


def list_library_ids(folders: Sequence[Path]) -> list[str]:
    return [name for name, path in list_files(folders).items() if is_library_file(path)]


def display_path(path: Path) -> str:
    """Return a path for findings: relative if it is below the current folder."""
    try:
        return str(path.relative_to(Path.cwd())) if path.is_absolute() else str(path)
    except (ValueError, OSError):
        return str(path)
