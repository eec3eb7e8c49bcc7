"""Text output of the commands: cleaned, and printable in any encoding."""

from __future__ import annotations

import contextlib
import io
import os
import stat
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from salesnerd_tui.errors import UserError
from salesnerd_tui.files import in_megabytes
from salesnerd_tui.text import clean, escape_json, one_line

if TYPE_CHECKING:
    from pathlib import Path

LONG_BYTES = 512 * 1024
"""A transcript of this size takes seconds to read."""

PIPE_CELLS = 100
"""Width if there is no terminal."""


def say(text: str) -> None:
    """Print `text` and a newline."""
    _write(sys.stdout, clean(text) + "\n")


def print_document(text: str) -> None:
    """Print a document such as Markdown: cleaned, but long lines are not cut."""
    _write(sys.stdout, clean(text, whole=True) + "\n")


def print_data(json_text: str) -> None:
    """Print JSON without cutting it; control characters and unencodable characters are escaped."""
    text = escape_json(json_text)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        text = escape_json(text, ascii_only=True)
    _write(sys.stdout, text + "\n")


def complain(command: str, text: str) -> None:
    """Print an error or a warning of a command to standard error."""
    _write(sys.stderr, f"salesnerd {command}: {clean(text)}\n")


def warn(text: str) -> None:
    """Print a warning that no single command is about to standard error."""
    _write(sys.stderr, f"salesnerd: {one_line(text)}\n")


def announce_reading(path: str | Path) -> None:
    """Print that a long file is being read, since nothing else appears until it is."""
    with contextlib.suppress(OSError, ValueError):
        info = os.stat(path)  # noqa: PTH116  # start-up time: pathlib
        if stat.S_ISREG(info.st_mode) and info.st_size >= LONG_BYTES:
            warn(f"reading {os.path.basename(path)} ({in_megabytes(info.st_size)}) …")  # noqa: PTH119


def attempt(command: str, work: Callable[[], int]) -> int:
    """Return the exit status of `work`. If it cannot be done, print why on one line and return 1."""
    try:
        return work()
    except UserError as problem:
        return refuse(command, str(problem))


def refuse(command: str, reason: str) -> int:
    """Print on one line why a command cannot do its work, and return its exit status."""
    complain(command, one_line(reason))
    return 1


def write_file(path: Path, text: str, *, force: bool) -> None:
    """Write a file that only its owner can read. Raises `UserError`."""
    from salesnerd_tui.files import AlreadyExists, write_private  # start-up time

    try:
        write_private(path, text, force=force)
    except AlreadyExists as problem:
        raise UserError(f"{problem} (use --force to overwrite)") from None


def cells() -> int:
    """Return the width of the terminal in cells."""
    import shutil  # start-up time

    return shutil.get_terminal_size((PIPE_CELLS, 24)).columns


def draws_boxes() -> bool:
    """Return whether standard output can encode the symbols that charts consist of."""
    try:
        "▁█┬╌✓▲◆“…".encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _write(stream: object, text: str) -> None:
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace")
    if isinstance(stream, io.TextIOBase):
        stream.write(text)
        stream.flush()
