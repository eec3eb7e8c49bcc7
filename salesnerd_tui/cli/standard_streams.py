"""Standard streams that report a full disk, a closed descriptor or a broken pipe on one line instead of a traceback."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

INPUT, OUTPUT, ERROR = 0, 1, 2


class OutputError(Exception):
    """Standard output cannot be written. Not an `OSError`, so that only `main` handles it."""

    def __init__(self, error: OSError) -> None:
        super().__init__(str(error))
        is_closed = error.errno == errno.EBADF
        self.reason = "it is closed" if is_closed else (error.strerror or str(error)).lower()
        self.is_broken_pipe = isinstance(error, BrokenPipeError)


class _Output(io.FileIO):
    """Standard output whose failing writes raise `OutputError`."""

    def write(self, data: ReadableBuffer) -> int:
        try:
            return super().write(data)
        except OSError as error:
            raise OutputError(error) from error


class _Errors(io.FileIO):
    """Standard error that drops what cannot be written, since there is nowhere else to report it."""

    def write(self, data: ReadableBuffer) -> int:
        try:
            return super().write(data)
        except OSError:
            return memoryview(data).nbytes


def guard_streams() -> None:
    """Replace `sys.stdout` and `sys.stderr` unless they are terminals, and reopen closed descriptors on /dev/null.

    A closed descriptor would otherwise be reused by the next file that is opened.
    """
    for descriptor in (INPUT, OUTPUT, ERROR):
        try:
            os.fstat(descriptor)
        except OSError:
            # The substitute for standard output is read-only, so that a command notices that it is closed.
            mode = os.O_WRONLY if descriptor == ERROR else os.O_RDONLY
            opened = os.open(os.devnull, mode)
            if opened != descriptor:
                os.dup2(opened, descriptor)
                os.close(opened)
    if sys.stdin is None:
        sys.stdin = os.fdopen(INPUT, encoding="utf-8", closefd=False)
    if sys.stdout is None or not sys.stdout.isatty():
        sys.stdout = _rebuilt(_Output(OUTPUT, "w", closefd=False), sys.stdout)
    if sys.stderr is None or not sys.stderr.isatty():
        sys.stderr = _rebuilt(_Errors(ERROR, "w", closefd=False), sys.stderr)


def report_output_error(error: OutputError) -> int:
    """Print why the output failed, unless its reader closed the pipe (`| head`), and return the exit status."""
    discard_output()
    if error.is_broken_pipe:
        return 0
    sys.stderr.write(f"salesnerd: cannot write to standard output: {error.reason}\n")
    return 1


def discard_output() -> None:
    """Discard what is still buffered, so that the interpreter can exit without an error."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _rebuilt(raw: io.FileIO, before: TextIO | None) -> TextIO:
    if not isinstance(before, io.TextIOWrapper):
        return io.TextIOWrapper(io.BufferedWriter(raw), encoding="utf-8", errors="backslashreplace")
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=before.encoding,
        errors=before.errors,
        line_buffering=before.line_buffering,
        write_through=before.write_through,
    )
