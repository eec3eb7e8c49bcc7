"""Prompt for a file name: shows the full path while it is typed, and writes the file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from salesnerd_tui.private_file import CannotWrite, write_private

if TYPE_CHECKING:
    from salesnerd_tui.tui.screens.base import BaseScreen

FileText = Callable[[Path], str]
"""Returns the text of a file, whose format may follow from its name. Raises `CannotWrite`."""


def ask_file(
    screen: BaseScreen,
    what: str,
    name: str,
    file_text: FileText,
    *,
    endings: str = "",
    then: Callable[[], None] | None = None,
) -> None:
    """Ask where to write `what`, starting from `name`; after a failure the prompt stays and the last line says why.

    `then` is called when the prompt is over, whether the file was written or not.
    """

    def about(typed: str) -> str:
        return f"{_path(typed)}{f'   ({endings})' if endings else ''}" if typed.strip() else "a file name"

    def write(typed: str) -> None:
        try:
            write_private(_path(typed), file_text(_path(typed)))
        except CannotWrite as problem:
            ask_file(screen, what, typed, file_text, endings=endings, then=then)
            screen.say(str(problem))
        else:
            if then is not None:
                then()
            screen.say(f"saved {_path(typed)} (only you can read it)")

    screen.ask_line(f"write {what} to", "file name", write, name, does="writes the file", about=about, left=then)


def _path(typed: str) -> Path:
    """Return the absolute path of a typed name, and an empty path for an empty one."""
    return Path(typed.strip()).expanduser().absolute() if typed.strip() else Path()
