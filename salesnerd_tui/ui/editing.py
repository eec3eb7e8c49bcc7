"""Opening a file in the person's own editor, at the line.

`VISUAL`, else `EDITOR`, as every tool does it. Editors that are known are told the line in their own way; any other
gets the file alone, which is better than a guess that opens a file named `+12`.
"""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Mapping
from pathlib import Path

from salesnerd_tui.playbook.model import Spot

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


def _fallback() -> list[str]:
    found = next((name for name in FALLBACKS if shutil.which(name)), None)
    if found is None:
        raise NoEditor("no editor is set: put its name into EDITOR, for example export EDITOR=nano")
    return [found]
