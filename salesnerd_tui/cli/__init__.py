"""The `salesnerd` command: a table of commands, each of which imports only what it needs.

A command is a module in this folder with `main(arguments: list[str]) -> int`. Neither the table nor `--help` loads
argparse, Textual, YAML, TinyDB or a model.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module

from salesnerd_tui import __version__
from salesnerd_tui.cli.standard_streams import OutputError, discard_output, guard_streams, report_output_error

GROUPS: Mapping[str, Mapping[str, str]] = {
    "Calls": {
        "home": "start page (default)",
        "prep": "prepare a call",
        "live": "start or resume a call",
        "rehearse": "practice with a simulated buyer",
        "demo": "watch a two-minute sample call",
    },
    "After the call": {
        "calls": "list, show, search, export and delete calls",
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
RENAMED: Mapping[str, str] = {"board": "account"}
"""Former names of commands. They are no longer accepted, only mapped to the command that replaced them."""


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
        return report_output_error(error)
    except BrokenPipeError:
        discard_output()
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


def _run(words: list[str]) -> int:
    command = words.pop(0) if words and not words[0].startswith("-") else ""
    if not command and words and words[0] in ("-h", "--help"):
        return _print(_help())
    if not command and words and words[0] in ("-V", "--version"):
        return _print(f"salesnerd {__version__}")
    command = command or "home"
    if command not in COMMANDS:
        return _report_unknown(command)
    gc.disable()  # imports leave no garbage to collect
    try:
        module = import_module(f"salesnerd_tui.cli.{command}")
    finally:
        gc.enable()
    return int(module.main(words))


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


def _report_unknown(command: str) -> int:
    from difflib import get_close_matches

    close = [RENAMED[command]] if command in RENAMED else get_close_matches(command, COMMANDS, n=1)
    hint = f"did you mean {close[0]!r}?" if close else "see: salesnerd --help"
    sys.stderr.write(f"salesnerd: unknown command {command!r} ({hint})\n")
    return 2


def _print(text: str) -> int:
    sys.stdout.write(text + "\n")
    return 0
