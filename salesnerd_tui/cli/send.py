"""`salesnerd send`: one key press from another window, a pedal or a script, to the running call.

It is run for every press, so it reads its few words by hand and loads no more than a socket: no argparse, no Textual.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from salesnerd_tui.control.client import NoCall, ask
from salesnerd_tui.control.protocol import ORDER_LIMIT, VERBS, BadOrder, order
from salesnerd_tui.control.sockets import beside, session_folders

USAGE = "usage: salesnerd send [--call ID] [--data DIR] [--json] VERB"


def main(arguments: list[str]) -> int:
    """Exit status: 0 done, 1 the call could not (one line says why), 2 used wrongly, 3 no call to be reached."""
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
    return 1 if as_json else _refuse(str(answer.get("why", "no reason was given")), 1)


def folders(data: str | None) -> tuple[str, ...]:
    """Where to look for running calls. The user's data folder is only worked out where no runtime folder has a call."""
    found = session_folders()
    named = data or os.environ.get("SALESNERD_DATA", "")
    if named:
        return (*found, beside(os.path.expanduser(named)))
    if any(os.path.isdir(each) for each in found):
        return found
    from salesnerd_tui.cli.options import data_folder

    return (*found, beside(str(data_folder(None))))


def _read(arguments: Sequence[str]) -> tuple[str, str | None, bool, list[str]]:
    call, data, as_json = "", None, False
    left = list(arguments)
    while left and left[0].startswith("--"):
        name, has_value, value = left.pop(0).partition("=")
        if name == "--json" and not has_value:
            as_json = True
            continue
        if name not in ("--call", "--data"):
            raise BadOrder(f"there is no option {name}; {USAGE}")
        if not has_value and not left:
            raise BadOrder(f"{name} needs a value; {USAGE}")
        value = value if has_value else left.pop(0)
        call, data = (value, data) if name == "--call" else (call, value)
    return call, data, as_json, left


def _from_stdin(words: list[str]) -> list[str]:
    if words != ["note", "-"]:
        return words
    return ["note", sys.stdin.read(ORDER_LIMIT)]


def _help() -> str:
    rows = "\n".join(f"  {f'{verb} {takes}':12} {told}" for verb, (takes, told) in VERBS.items())
    return (
        f"{USAGE}\n\nAct on the running call from anywhere: a desktop shortcut, a foot pedal, a script.\n\n{rows}\n\n"
        "  --call ID    the call whose id begins so; without it the one opened last\n"
        "  --data DIR   where its calls are kept, if it was started with --data\n"
        "  --json       print the answer of the call as a line of JSON\n\n"
        "Exit status: 0 done, 1 the call could not and says why, 2 used wrongly, 3 no call is running.\n"
    )


def _refuse(why: str, status: int) -> int:
    from salesnerd_tui.text import one_line

    sys.stderr.write(f"salesnerd send: {one_line(why)}\n")
    return status
