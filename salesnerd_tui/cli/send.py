"""`salesnerd send`: control the running call from another window, a pedal or a script.

It runs for every key press, so it parses its few words by hand and imports little more than a socket.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from salesnerd_tui.control.client import NoCall, ask
from salesnerd_tui.control.protocol import ORDER_LIMIT, BadOrder, folder_in, order, session_folders
from salesnerd_tui.services import call_commands

USAGE = "usage: salesnerd send [--call ID] [--data DIR] [--json] ACTION [ARGUMENT]"


def main(arguments: list[str]) -> int:
    """Return the exit status: 0 success, 1 refused (one line says why), 2 usage error, 3 no running call."""
    if not arguments or arguments[0] in ("-h", "--help"):
        sys.stdout.write(_help())
        return 0 if arguments else 2
    try:
        call, data, as_json, words = _read(arguments)
        asked = order(_from_stdin(words))
    except BadOrder as problem:
        return _refuse(str(problem), 2)
    try:
        answer = ask(folders(data), asked, call)
    except NoCall as problem:
        return _refuse(str(problem), 3)
    if as_json:
        import json

        sys.stdout.write(json.dumps(answer) + "\n")
    if answer.get("done") is True:
        return 0
    return 1 if as_json else _refuse(str(answer.get("why", "no reason given")), 1)


def folders(data: str | None) -> tuple[str, ...]:
    """Return the folders to search for running calls. The data folder is only resolved without a runtime folder."""
    found = session_folders()
    named = data or os.environ.get("SALESNERD_DATA", "")
    if named:
        return (*found, folder_in(os.path.expanduser(named)))
    if any(os.path.isdir(each) for each in found):
        return found
    from salesnerd_tui.cli.options import data_folder

    return (*found, folder_in(str(data_folder(None))))


def _read(arguments: Sequence[str]) -> tuple[str, str | None, bool, list[str]]:
    call, data, as_json = "", None, False
    left = list(arguments)
    while left and left[0].startswith("--"):
        name, has_value, value = left.pop(0).partition("=")
        if name == "--json" and not has_value:
            as_json = True
            continue
        if name not in ("--call", "--data"):
            raise BadOrder(f"unknown option {name} ({USAGE})")
        if not has_value and not left:
            raise BadOrder(f"{name} needs a value ({USAGE})")
        value = value if has_value else left.pop(0)
        call, data = (value, data) if name == "--call" else (call, value)
    return call, data, as_json, left


def _from_stdin(words: list[str]) -> list[str]:
    if words != ["note", "-"]:
        return words
    return ["note", sys.stdin.read(ORDER_LIMIT)]


def _help() -> str:
    rows = "\n".join(
        f"  {f'{command.name} {command.takes}':12} {command.typed_help}"
        for command in call_commands.of(call_commands.SEND)
    )
    return (
        f"{USAGE}\n\nControl the running call: from a desktop shortcut, a foot pedal or a script.\n\n{rows}\n\n"
        "  note -       Read the note from standard input\n\n"
        "  --call ID    id prefix of the call (default: most recently opened)\n"
        "  --data DIR   data directory of the call, if it was started with --data\n"
        "  --json       print the answer of the call as a line of JSON\n\n"
        "Exit status: 0 success, 1 refused by the call (one line says why), 2 usage error, 3 no running call.\n"
    )


def _refuse(reason: str, status: int) -> int:
    from salesnerd_tui.text import one_line

    sys.stderr.write(f"salesnerd send: {one_line(reason)}\n")
    return status
