"""Text output of the commands: cleaned, printable in any encoding, and within the width of a terminal."""

from __future__ import annotations

import contextlib
import io
import os
import re
import stat
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from salesnerd_tui.errors import UserError
from salesnerd_tui.files import AlreadyExists, format_size, write_private
from salesnerd_tui.terminal.ascii import to_ascii
from salesnerd_tui.text import clean, escape_json, one_line

if TYPE_CHECKING:
    from argparse import Namespace
    from pathlib import Path

LARGE_FILE_BYTES = 512 * 1024
"""A transcript of this size takes seconds to read."""

PIPE_CELLS = 100
"""Width if there is no terminal."""

MAX_WORD_CHARACTERS = 80
_ENDLESS_WORD = re.compile(r"\S{1000,}")


def echo(text: str) -> None:
    """Print `text` and a newline; on a terminal, long lines are continued at a space."""
    _write(sys.stdout, fit_to_terminal(clean(text)) + "\n")


def fit_to_terminal(text: str) -> str:
    """Return a text with its long lines continued at a space, if it is for a terminal."""
    return "\n".join(_rows(text, terminal_width())) if sys.stdout.isatty() else text


def _rows(text: str, width: int) -> Iterator[str]:
    """Yield the lines of a text in rows of at most `width` cells.

    Words are never broken; the rest is indented, except before a word that fits only without it.
    """
    for line in text.split("\n"):
        if len(line) <= (width if line.isascii() else width // 2):
            yield line
            continue
        from rich.cells import cell_len  # only for a line that may be too long

        row, indent = "", min(len(line) - len(line.lstrip()) + 2, width // 2)
        for word in re.findall(r"\s*\S+", line):
            if row.strip() and cell_len(row + word) > width:
                yield row
                word = word.lstrip()
                row = " " * indent + word if indent + cell_len(word) <= width else word
            else:
                row += word
        yield row


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


def print_error(command: str, text: str) -> None:
    """Print an error or a warning of a command to standard error; a word that fills the screen is cut."""
    text = _ENDLESS_WORD.sub(lambda word: f"{word[0][:MAX_WORD_CHARACTERS]}…", text)
    _write(sys.stderr, f"salesnerd {command}: {clean(text)}\n")


def warn(text: str) -> None:
    """Print a warning that no single command is about to standard error."""
    _write(sys.stderr, f"salesnerd: {one_line(text)}\n")


def announce_reading(path: str | Path) -> None:
    """Print that a long file is being read, since nothing else appears until it is."""
    with contextlib.suppress(OSError, ValueError):
        info = os.stat(path)  # noqa: PTH116  # start-up time: pathlib
        if stat.S_ISREG(info.st_mode) and info.st_size >= LARGE_FILE_BYTES:
            warn(f"reading {os.path.basename(path)} ({format_size(info.st_size)}) …")  # noqa: PTH119


def run_reporting_errors(command: str, work: Callable[[], int]) -> int:
    """Return the exit status of `work`. If it cannot be done, print why on one line, and return the error's status."""
    try:
        return work()
    except UserError as problem:
        return report_error(command, problem)


def report_error(command: str, problem: UserError) -> int:
    """Print why something cannot be done, on one line with details below, and return the error's status."""
    print_error(command, one_line(str(problem)) + (f"\n{problem.details}" if problem.details else ""))
    return problem.status


def print_or_save(
    text: str, options: Namespace, *, is_data: bool = False, audience: str = "only you can read it"
) -> None:
    """Print a document, or write it to the file named by `--out`. `is_data` is JSON. Raises `UserError`."""
    text = text.rstrip("\n")
    if not options.out:
        (print_data if is_data else print_document)(text)
        return
    from pathlib import Path  # start-up time

    write_file(Path(options.out).expanduser(), text + "\n", force=options.force)
    echo(f"saved {options.out} ({audience})")


def ask_user(question: str) -> str:
    """Return what the user answers, in lower case. Raises `UserError` if nobody can be asked."""
    if not sys.stdin.isatty():
        raise UserError("cannot prompt: standard input is not a terminal (use --yes)")
    sys.stdout.write(f"{question} ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower()


def write_file(path: Path, text: str, *, force: bool) -> None:
    """Write a file that only its owner can read. Raises `UserError`."""
    try:
        write_private(path, text, force=force)
    except AlreadyExists as problem:
        raise UserError(f"{problem} (use --force to overwrite)") from None


def terminal_width(without_terminal: int = PIPE_CELLS) -> int:
    """Return the width of the terminal in cells."""
    import shutil  # start-up time

    return shutil.get_terminal_size((without_terminal, 24)).columns


def can_draw_charts() -> bool:
    """Return whether standard output can encode the symbols that charts consist of."""
    try:
        "▁█┬╌✓▲⚑◆“…".encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _write(stream: object, text: str) -> None:
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace")
        with contextlib.suppress(LookupError):
            if text != text.encode(stream.encoding, "replace").decode(stream.encoding):
                text = to_ascii(text)
    if isinstance(stream, io.TextIOBase):
        stream.write(text)
        stream.flush()
