"""The `salesnerd` command: a table of commands, each of which imports only what it needs, and the process they run in.

A command is a module in this folder with `main(arguments: list[str]) -> int`, or a function in one of
`SHARED_MODULES`. Neither the table nor `--help` loads argparse, Textual, YAML, TinyDB or a model.

A full disk, a closed descriptor or a broken pipe is reported on one line instead of a traceback.
"""

from __future__ import annotations

import contextlib
import errno
import gc
import io
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, TextIO

from salesnerd_tui import __version__

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

GROUPS: Mapping[str, Mapping[str, str]] = {
    "Calls": {
        "home": "start page (default)",
        "prep": "prepare a call",
        "live": "start or resume a call",
        "rehearse": "practice with a simulated buyer",
        "demo": "watch a two-minute sample call",
    },
    "After the call": {
        "calls": "list, show, search, import, edit, export and delete calls",
        "promises": "who promised what, and what is overdue",
        "trends": "how your calls change over time",
        "account": "an account's buying process and next steps",
        "coach": "run the coach on a transcript",
    },
    "From another window": {
        "send": "control the running call",
        "status": "running call as one line (tmux, waybar)",
        "strip": "running call in three lines",
        "mcp": "let your own agent read your calls (off by default)",
    },
    "Setup": {
        "playbook": "create, check, test and play playbooks",
        "voice": "install and check microphone support",
        "keys": "show and customize key bindings",
        "settings": "show and change settings",
        "doctor": "check your setup",
    },
}
COMMANDS: Mapping[str, str] = {name: summary for commands in GROUPS.values() for name, summary in commands.items()}
SHARED_MODULES: Mapping[str, str] = {
    "home": "screens",
    "demo": "screens",
    "send": "running_call",
    "status": "running_call",
    "strip": "running_call",
    "voice": "doctor",
}
"""Modules with several commands; each is a function with the name of the command."""

INPUT, OUTPUT, ERROR = 0, 1, 2
HELP_CELLS = 80
"""Width of the help."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Return the exit status: 0 success, 1 findings or failure, 2 usage error."""
    _keep_memory_private()
    if arguments is None:
        guard_streams()
    try:
        try:
            status = _run(list(sys.argv[1:] if arguments is None else arguments))
        except SystemExit:
            sys.stdout.flush()
            raise
        except KeyboardInterrupt:
            status = 130
        sys.stdout.flush()
    except OutputError as error:
        _discard_output()
        if error.is_broken_pipe:  # its reader has what it wants (`| head`)
            return 0
        sys.stderr.write(f"salesnerd: cannot write to standard output: {error.reason}\n")
        return 1
    except BrokenPipeError:
        _discard_output()
        return 0
    if arguments is None:
        gc.freeze()  # the process ends; to search all objects for cycles once more takes longer than some commands
    return status


def _keep_memory_private() -> None:
    """Disable core dumps: they would contain the notes."""
    if sys.platform == "win32":
        return
    import resource

    _, hard_limit = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard_limit))


def _run(arguments: list[str]) -> int:
    command = arguments.pop(0) if arguments and not arguments[0].startswith("-") else ""
    if not command and arguments and arguments[0] in ("-h", "--help"):
        return _print(_help())
    if not command and arguments and arguments[0] in ("-V", "--version"):
        return _print(f"salesnerd {__version__}")
    command = command or "home"
    if command not in COMMANDS:
        return report_unknown("salesnerd", command, COMMANDS)
    gc.disable()  # imports leave no garbage to collect
    try:
        module = import_module(f"salesnerd_tui.cli.{SHARED_MODULES.get(command, command)}")
    finally:
        gc.freeze()  # what they leave counts as old at once, or the next object would start a search through all of it
        gc.unfreeze()
        gc.enable()
    return int(getattr(module, command if command in SHARED_MODULES else "main")(arguments))


def _help() -> str:
    groups = "\n".join(
        "\n".join((heading, *(f"  {command:10} {summary}" for command, summary in commands.items())))
        for heading, commands in GROUPS.items()
    )
    return (
        "usage: salesnerd [COMMAND] [OPTIONS]\n\n"
        "A terminal coach for engineers who ended up selling.\n\n"
        f"{groups}\n\n"
        "Run 'salesnerd COMMAND --help' for details.\n"
        "Calls are stored in your user data directory; change it with --data DIR or\n"
        "SALESNERD_DATA. Exit status: 0 success, 1 findings or failure, 2 usage error."
    )


def report_unknown(prefix: str, command: str, known: Iterable[str]) -> int:
    """Print that there is no such command, and the one that was probably meant; return the exit status."""
    from salesnerd_tui.text import closest_match  # start-up time

    match = closest_match(command, known)
    hint = f"did you mean {match!r}?" if match else f"see: {prefix} --help"
    sys.stderr.write(f"{prefix}: unknown command {command[:60]!r} ({hint})\n")
    return 2


def _print(text: str) -> int:
    if sys.stdout.isatty() and os.get_terminal_size(OUTPUT).columns < HELP_CELLS:
        from salesnerd_tui.cli.output import fit_to_terminal

        text = fit_to_terminal(text)
    sys.stdout.write(text + "\n")
    return 0


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
            null_device = os.open(os.devnull, mode)
            if null_device != descriptor:
                os.dup2(null_device, descriptor)
                os.close(null_device)
    if sys.stdin is None:
        sys.stdin = os.fdopen(INPUT, encoding="utf-8", closefd=False)
    if sys.stdout is None or not sys.stdout.isatty():
        sys.stdout = _rebuild_stream(_Output(OUTPUT, "w", closefd=False), sys.stdout)
    if sys.stderr is None or not sys.stderr.isatty():
        sys.stderr = _rebuild_stream(_Errors(ERROR, "w", closefd=False), sys.stderr)


def _discard_output() -> None:
    """Discard what is still buffered, so that the interpreter can exit without an error."""
    with contextlib.suppress(OSError, ValueError):
        null_device = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null_device, sys.stdout.fileno())
        os.close(null_device)


def _rebuild_stream(raw: io.FileIO, stream: TextIO | None) -> TextIO:
    if not isinstance(stream, io.TextIOWrapper):
        return io.TextIOWrapper(io.BufferedWriter(raw), encoding="utf-8", errors="backslashreplace")
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=stream.encoding,
        errors=stream.errors,
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )
