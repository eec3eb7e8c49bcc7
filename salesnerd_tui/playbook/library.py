"""The playbooks a person has: their own folder laid over the built-in one, each found by its id."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from salesnerd_tui.playbook.findings import did_you_mean, error
from salesnerd_tui.playbook.folders import (
    SUFFIXES,
    builtin_folder,
    default_folders,
    files_in,
    find,
    ids_in,
    is_library_file,
    library_ids,
    own_folders,
)
from salesnerd_tui.playbook.loading import Loaded, load
from salesnerd_tui.playbook.model import Spot

__all__ = ["Library", "Loaded", "builtin_folder", "default_folders", "own_folders"]


class Library:
    """Folders of playbooks; the first folder that has a name wins."""

    def __init__(self, folders: Sequence[Path] | None = None) -> None:
        self.folders = tuple(default_folders() if folders is None else folders)

    def ids(self) -> list[str]:
        """The ids of all playbooks, without the libraries they use."""
        return sorted(ids_in(self.folders))

    def libraries(self) -> list[str]:
        """The paths of all libraries, as `use:` writes them."""
        return sorted(library_ids(self.folders))

    def files(self) -> dict[str, Path]:
        """Every file, playbook or library, by its id."""
        return files_in(self.folders)

    def path_of(self, name: str | Path) -> Path | None:
        """The file of an id, or the path itself when that is what was given; None when there is neither."""
        if isinstance(name, str) and not name.endswith(SUFFIXES):
            found = find(name, self.folders)
            if found:
                return found
        path = Path(name)
        try:
            return path if path.suffix in SUFFIXES or path.is_file() else None
        except (OSError, ValueError):
            return None

    def load(self, name: str | Path, *, thorough: bool = True) -> Loaded:
        """A playbook by id or by path. A name nobody has gives an error finding, as anything else that is wrong.

        Not `thorough`, it looks for errors only: what a call needs to begin, in half the time.
        """
        path = self.path_of(name)
        if path is not None:
            return load(path, self.folders, thorough=thorough)
        text = str(name)
        hint, fix = did_you_mean(text, self.ids())
        finding = error("P603", f"no playbook has the id '{text[:80]}'", Spot(text[:80], 1, 1, 1), hint, fix)
        return Loaded(text, Path(text.replace("\0", "")), text, None, (finding,))

    def list(self) -> list[Loaded]:
        """Every playbook, loaded and checked, by id; those with errors too."""
        return [load(path, self.folders) for _, path in sorted(self.files().items()) if not is_library_file(path)]
