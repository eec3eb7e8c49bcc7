"""Opening a file in the person's own editor, at the line.

`VISUAL`, else `EDITOR`, as every tool does it. Editors that are known are told the line in their own way; any other
gets the file alone, which is better than a guess that opens a file named `+12`.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from salesnerd_tui.playbook.folders import builtin_folder
from salesnerd_tui.playbook.model import Spot
from salesnerd_tui.text import one_line

PLUS = frozenset(
    {"vi", "vim", "nvim", "view", "nano", "pico", "emacs", "emacsclient", "micro", "kak", "joe", "mg", "ne"}
)
COLON = frozenset({"hx", "helix", "subl", "zed", "mate", "lapce"})
GOTO = frozenset({"code", "codium", "vscodium", "cursor", "code-insiders"})
WINDOWED = COLON - {"hx", "helix"} | GOTO
"""Editors with a window of their own: the call stays on the screen beside them."""

FALLBACKS = ("nano", "vi")


class NoEditor(Exception):
    """There is nothing to edit with; the message says what to set."""


def editor_command(spot: Spot, environment: Mapping[str, str] = os.environ) -> list[str]:
    """The command that opens `spot.file` at its line. Raises `NoEditor`."""
    words = shlex.split(environment.get("VISUAL") or environment.get("EDITOR") or "") or _fallback()
    name = Path(words[0]).name
    file = os.fspath(Path(spot.file).absolute())
    if name in PLUS:
        return [*words, f"+{max(spot.line, 1)}", file]
    if name in COLON:
        return [*words, f"{file}:{max(spot.line, 1)}:{max(spot.column, 1)}"]
    if name in GOTO:
        return [*words, "--goto", f"{file}:{max(spot.line, 1)}:{max(spot.column, 1)}"]
    return [*words, file]


def has_window(command: list[str]) -> bool:
    """Whether the editor opens beside the terminal and not in it."""
    return Path(command[0]).name in WINDOWED


def edit(spot: Spot, suspend: Callable[[], AbstractContextManager[None]]) -> str:
    """Open an editor at the place; within `suspend` where the terminal is given to it. Why not, else nothing."""
    if is_installed(Path(spot.file)):
        return "this one came with salesnerd: salesnerd playbook new NAME --from it makes one of your own"
    try:
        command = editor_command(spot)
        if has_window(command):
            subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        else:
            with suspend():
                subprocess.run(command, check=False)
    except (NoEditor, OSError) as problem:
        return one_line(str(problem))
    return ""


def is_installed(file: Path) -> bool:
    """Whether the next upgrade would write over it: a built-in playbook outside a checkout."""
    folder = builtin_folder()
    return folder.parent.name == "salesnerd_tui" and file.absolute().is_relative_to(folder)


def _fallback() -> list[str]:
    found = next((name for name in FALLBACKS if shutil.which(name)), None)
    if found is None:
        raise NoEditor("no editor is set: put its name into EDITOR, for example export EDITOR=nano")
    return [found]
