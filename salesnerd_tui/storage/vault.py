"""Folder of Markdown notes that salesnerd shares with its user, for example an Obsidian vault.

Everything in a note outside of its generated parts is the user's and is never changed (see `vault_note`). A note that
the user renames or moves within the vault is found again by its mark.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path

from salesnerd_tui.private_file import CannotWrite, replace_private
from salesnerd_tui.regular_file import read_head, read_regular
from salesnerd_tui.storage.disk import Disk, FileLock, LockHeld
from salesnerd_tui.storage.errors import in_words
from salesnerd_tui.storage.vault_note import KEY, VaultNote, checksum, generated, mark_of, merged, stripped

FOLDERS = ("Calls", "Accounts", "People")
"""Folders of new notes."""

LARGEST_BYTES = 4 << 20
HEAD_BYTES = 16 << 10
"""Start of a file that holds the mark of a generated note, if it is one."""

ATTEMPTS = 5
"""Times that a note is read and merged again if another program changes it meanwhile."""

LOCK = "vault.lock"
"""File in the data directory that is locked while the vault is being changed."""

WAIT_SECONDS = 10.0
"""Time to wait for another window that is changing the vault."""

_TEMPORARY = re.compile(r"\..+\.md\.[0-9a-f]{8}")
"""Name of a note that was being written; a crash leaves it behind."""


class VaultProblem(Exception):
    """A note was not written; the message says which and why, on one line."""


@contextmanager
def vault_lock(folder: Path, disk: Disk) -> Iterator[None]:
    """Wait until no other window changes the vault, which may have read the calls earlier; `folder` is the data's.

    Raises `VaultProblem`.
    """
    ends_at = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            lock = FileLock(folder / LOCK, disk)
            break
        except LockHeld:
            if time.monotonic() > ends_at:
                raise VaultProblem(
                    "another salesnerd window is writing the vault (the next update or start makes up for it)"
                ) from None
        except OSError as problem:
            raise VaultProblem(f"the vault was not updated: {in_words(problem)}") from None
    try:
        yield
    finally:
        lock.release()


class Vault:
    """The notes below one folder. A folder that does not exist is not created, so that no note lands beside a vault
    that is not mounted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def check(self) -> None:
        """Raise `VaultProblem` unless the folder exists and its parts are folders of their own."""
        if not self.is_there():
            raise VaultProblem(f"the vault {self.folder} is not a folder (set it with: salesnerd settings --vault DIR)")
        for name in FOLDERS:
            if _is_link(self.folder / name):
                raise VaultProblem(f"{self.folder / name} is a symbolic link, and links are not followed")

    def is_there(self) -> bool:
        """Return whether the folder exists and can be reached."""
        try:
            return self.folder.is_dir()
        except OSError:
            return False

    def write(self, note: VaultNote) -> bool:
        """Write a note and return whether its file changed. Raises `VaultProblem`; then the file is as it was."""
        return self._change(self.folder / note.path, lambda found: merged(found, note))

    def remove(self, path: Path) -> None:
        """Remove the generated parts of a note file; without text of the user's, the file is deleted."""
        self._change(path, stripped)

    def files(self) -> Iterator[tuple[Path, str]]:
        """Yield the generated notes with their text, in the order of their names; links are not followed."""
        for path in self._paths(lambda name: name.lower().endswith(".md") and not name.startswith(".")):
            try:
                head, _ = read_head(path, LARGEST_BYTES, HEAD_BYTES)
                text = self._read(path) if f"{KEY}:".encode() in head else ""
            except (OSError, VaultProblem):
                continue
            if mark_of(text):
                yield path, text

    def tidy(self) -> None:
        """Delete what a crash left behind while a note was written."""
        for path in list(self._paths(lambda name: _TEMPORARY.fullmatch(name) is not None)):
            try:
                path.unlink()
            except OSError:
                continue

    def forget(self, concerns: Callable[[str], bool]) -> Iterator[str]:
        """Remove the generated parts of each note for which `concerns(name, generated part)` is true.

        A file whose name matches and that has text of the user's is renamed. Yields what failed.
        """
        self.tidy()
        for path, text in list(self.files()):
            try:
                if concerns(f"{path.stem}\n{generated(text)}"):
                    self.remove(path)
                if path.exists() and concerns(path.stem):
                    path.rename(_free_path(path.with_name(f"Note {checksum(path.stem)}.md")))
            except VaultProblem as problem:
                yield str(problem)
            except OSError as problem:
                yield f"cannot rename {path}: {problem.strerror or problem}"

    def _paths(self, is_wanted: Callable[[str], bool]) -> Iterator[Path]:
        for folder, names, files in os.walk(self.folder):
            names[:] = sorted(name for name in names if not name.startswith("."))
            for name in sorted(filter(is_wanted, files)):
                path = Path(folder, name)
                if not _is_link(path):
                    yield path

    def _change(self, path: Path, change: Callable[[str], str]) -> bool:
        """Change a file from what it is at the last moment, not from what it was when it was read first."""
        for _ in range(ATTEMPTS):
            found = self._read(path)
            wanted = change(found)
            if wanted == found:
                return False
            try:
                if wanted.strip():
                    is_done = replace_private(path, wanted, partial(self._is_still, path, found))
                elif is_done := self._is_still(path, found):
                    path.unlink()
            except CannotWrite as problem:
                raise VaultProblem(f"the vault was not updated: {problem}") from None
            except OSError as problem:
                raise VaultProblem(f"cannot delete {path}: {problem.strerror or problem}") from None
            if is_done:
                return True
        raise VaultProblem(f"{path} is being changed by another program (it is updated after the next call)")

    def _is_still(self, path: Path, found: str) -> bool:
        return self._read(path) == found

    def _read(self, path: Path) -> str:
        """Return the text of a note file, empty if there is none."""
        if _is_link(path):
            raise VaultProblem(f"{path} is a symbolic link, and links are not followed")
        try:
            return read_regular(path, LARGEST_BYTES).decode("utf-8")
        except FileNotFoundError:
            return ""
        except UnicodeDecodeError:
            raise VaultProblem(f"{path} is not UTF-8 text and was left alone") from None
        except OSError as problem:
            raise VaultProblem(f"cannot read {path}: {problem.strerror or problem}") from None


def _is_link(path: Path) -> bool:
    """Return whether the path is a symbolic link; reading one that cannot be reached says why."""
    try:
        return path.is_symlink()
    except OSError:
        return False


def _free_path(path: Path) -> Path:
    """Return the path, with a number if a file has it: renaming would replace that file."""
    names = (path.with_stem(f"{path.stem}{f' {number}' if number > 1 else ''}") for number in count(1))
    return next(each for each in names if not os.path.lexists(each))
