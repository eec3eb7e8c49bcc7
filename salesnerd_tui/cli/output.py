"""Plain lines on standard output: cleaned, and never stopped by what the terminal's encoding lacks."""

from __future__ import annotations

import contextlib
import io
import shutil
import stat
import sys
from pathlib import Path

from salesnerd_tui.regular_file import in_megabytes
from salesnerd_tui.text import clean, escape_json, one_line

LONG_BYTES = 512 * 1024
"""A transcript of this size takes seconds to read."""

PIPE_CELLS = 100
"""The width where there is no terminal to ask."""


def say(text: str) -> None:
    """Print `text`, which holds its own new lines but the last."""
    _write(sys.stdout, clean(text) + "\n")


def print_document(text: str) -> None:
    """Print a document for people and other programs, such as Markdown: cleaned, but no line is cut."""
    _write(sys.stdout, clean(text, whole=True) + "\n")


def print_data(json_text: str) -> None:
    """Print JSON for programs: nothing is cut, and nothing in it can move a terminal's cursor.

    Characters that the encoding of standard output lacks are written as escapes.
    """
    text = escape_json(json_text)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        text = escape_json(text, ascii_only=True)
    _write(sys.stdout, text + "\n")


def complain(verb: str, text: str) -> None:
    """Say what went wrong, and for which verb."""
    _write(sys.stderr, f"salesnerd {verb}: {clean(text)}\n")


def warn(text: str) -> None:
    """Print what the user must know beside what was asked for."""
    _write(sys.stderr, f"salesnerd: {one_line(text)}\n")


def announce_reading(path: Path) -> None:
    """Say that a long file is being read: nothing else is shown until it has been."""
    with contextlib.suppress(OSError, ValueError):
        info = path.stat()
        if stat.S_ISREG(info.st_mode) and info.st_size >= LONG_BYTES:
            warn(f"reading {path.name} ({in_megabytes(info.st_size)}) …")


def refuse(verb: str, why: str) -> int:
    """Say in one line why it cannot be done; the exit status of that."""
    complain(verb, one_line(why))
    return 1


def cells() -> int:
    """How wide the terminal is."""
    return shutil.get_terminal_size((PIPE_CELLS, 24)).columns


def draws_boxes() -> bool:
    """Whether standard output can show the signs that pictures are drawn with."""
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
