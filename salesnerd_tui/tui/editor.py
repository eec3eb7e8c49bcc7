"""Open a file in the user's own editor, at a line.

The editor is `VISUAL`, otherwise `EDITOR`. Known editors get the line in their own syntax. Any other editor gets only
the file, because a wrong guess would open a file named `+12`.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from salesnerd_tui.errors import error_reason
from salesnerd_tui.playbook.folders import builtin_folder
from salesnerd_tui.text import one_line

if TYPE_CHECKING:
    from salesnerd_tui.playbook.model import SourceLocation

PLUS_SYNTAX = frozenset(
    {"vi", "vim", "nvim", "view", "nano", "pico", "emacs", "emacsclient", "micro", "kak", "joe", "mg", "ne"}
)
COLON_SYNTAX = frozenset({"hx", "helix", "subl", "zed", "mate", "lapce"})
GOTO_SYNTAX = frozenset({"code", "codium", "vscodium", "cursor", "code-insiders"})
WINDOWED = COLON_SYNTAX - {"hx", "helix"} | GOTO_SYNTAX
"""Editors that open their own window, so that the call stays on the screen."""

FALLBACKS = ("nano", "vi")


class NoEditor(Exception):
    """No editor can be started; the message says what to set."""


def editor_command(location: SourceLocation, environment: Mapping[str, str] = os.environ) -> list[str]:
    """Return the command that opens `location.file` at its line. Raises `NoEditor` if the setting cannot be read."""
    words = _configured_command(environment) or [name for name in FALLBACKS if shutil.which(name)][:1]
    if not words:
        raise NoEditor("no editor is set: put its name into EDITOR, for example export EDITOR=nano")
    name = Path(words[0]).name
    file = os.fspath(Path(location.file).absolute())
    if name in PLUS_SYNTAX:
        return [*words, f"+{max(location.line, 1)}", file]
    if name in COLON_SYNTAX:
        return [*words, f"{file}:{max(location.line, 1)}:{max(location.column, 1)}"]
    if name in GOTO_SYNTAX:
        return [*words, "--goto", f"{file}:{max(location.line, 1)}:{max(location.column, 1)}"]
    return [*words, file]


def check_editor(command: list[str]) -> None:
    """Raise `NoEditor` unless the program of `command` can be started."""
    name = command[0]
    if shutil.which(name) is not None:
        return
    if Path(name).is_dir():
        reason = "is a directory"
    elif os.sep in name and Path(name).is_file():
        reason = "is not executable"
    else:
        reason = "not found"
    raise NoEditor(f"editor {reason}: {name!r} (set EDITOR, for example export EDITOR=nano)")


def _configured_command(environment: Mapping[str, str]) -> list[str]:
    """Return the words of VISUAL, otherwise EDITOR; a path with blanks may be unquoted."""
    for variable in ("VISUAL", "EDITOR"):
        value = environment.get(variable, "").strip()
        if not value:
            continue
        try:
            words = shlex.split(value)
        except ValueError as problem:
            words, reason = [], str(problem).lower()
        else:
            reason = "it does not name a program"
        words[:1] = [str(Path(word).expanduser()) if word.startswith("~") else word for word in words[:1]]
        if not (words and words[0] and shutil.which(words[0])):
            words = _split_unquoted(os.path.expanduser(value)) or words  # noqa: PTH111 (a Path joins several blanks)
        if not (words and words[0]):
            raise NoEditor(f"invalid {variable} {value!r}: {reason} (set {variable}, for example to nano)")
        return words
    return []


def _split_unquoted(value: str) -> list[str]:
    """Return the longest prefix that is a program, and the words after it; empty if there is none."""
    for end in [len(value), *(found.start() for found in reversed(list(re.finditer(r"\s+", value))))]:
        if os.sep in value[:end] and shutil.which(value[:end]):
            return [value[:end], *value[end:].split()]
    return []


def has_window(command: list[str]) -> bool:
    """Return whether the editor opens its own window instead of using the terminal."""
    return Path(command[0]).name in WINDOWED


def edit(location: SourceLocation, suspend: Callable[[], AbstractContextManager[None]]) -> str:
    """Open an editor at a location, within `suspend` if it needs the terminal. Return the error, or an empty string.

    Everything that can be checked is checked before the terminal is released.
    """
    if is_builtin(Path(location.file)):
        return "this playbook came with salesnerd (copy it with: salesnerd playbook new NAME --from it)"
    try:
        command = editor_command(location)
        if has_window(command):
            _start_windowed(command)
            return ""
        check_editor(command)
        with suspend():
            status = subprocess.run(command, check=False).returncode
        if status == 0:
            return ""
        outcome = f"exited with status {status}" if status > 0 else f"was killed by signal {-status}"
        return one_line(f"editor {Path(command[0]).name} {outcome}: check that the file was saved")
    except NoEditor as problem:
        return one_line(str(problem))
    except OSError as problem:
        return one_line(f"cannot start the editor: {error_reason(problem).lower()} (set EDITOR)")


def _start_windowed(command: list[str]) -> None:
    """Start an editor that opens its own window, without access to the terminal."""
    quiet = subprocess.DEVNULL
    try:
        subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet)
    except OSError:
        check_editor(command)
        raise


def is_builtin(file: Path) -> bool:
    """Return whether the next upgrade would overwrite the file: a built-in playbook outside a checkout."""
    folder = builtin_folder()
    return folder.parent.name == "salesnerd_tui" and file.absolute().is_relative_to(folder)
