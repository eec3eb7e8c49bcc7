"""`salesnerd send`, `status` and `strip`: control and show the running call from another window.

`send` runs for every key press and `status` every second, so `send` parses its few words by hand, and nothing is
imported before it is needed.
"""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING

from salesnerd_tui.control.client import NoCall, ask, follow
from salesnerd_tui.control.protocol import (
    LOOK,
    ORDER_LIMIT,
    InvalidOrder,
    parse_order,
    session_folders,
    socket_folder_in,
)
from salesnerd_tui.services import call_commands

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from salesnerd_tui.cli.options import CommandParser
    from salesnerd_tui.control.strip import StripKeys

USAGE = "usage: salesnerd send [--call ID] [--data DIR] [--json] ACTION [ARGUMENT]"
STATUS_EXAMPLES = """examples:
  salesnerd status
  set -g status-right '#(salesnerd status --format tmux)'      in ~/.tmux.conf
  "exec": "salesnerd status --follow --format waybar"          in waybar's config
"""
STRIP_EXAMPLES = """examples:
  tmux split-window -l 3 salesnerd strip
  salesnerd strip --call 2026-11-22
"""


def send(arguments: list[str]) -> int:
    """Return the exit status: 0 success, 1 refused (one line says why), 2 usage error, 3 no running call."""
    if not arguments or arguments[0] in ("-h", "--help"):
        sys.stdout.write(_help())
        return 0 if arguments else 2
    try:
        call, data, as_json, words = _parse_arguments(arguments)
        order = parse_order(["note", sys.stdin.read(ORDER_LIMIT)] if words == ["note", "-"] else words)
    except InvalidOrder as problem:
        return _report_failure(str(problem), 2)
    try:
        answer = ask(folders(data), order, call)
    except NoCall as problem:
        return _report_failure(str(problem), 3)
    if as_json:
        sys.stdout.write(json.dumps(answer) + "\n")
    if answer.get("done") is True:
        return 0
    return 1 if as_json else _report_failure(str(answer.get("why", "no reason given")), 1)


def folders(data: str | None) -> tuple[str, ...]:
    """Return the folders to search for running calls. The data folder is only resolved without a runtime folder."""
    runtime_folders = session_folders()
    data_option = data or os.environ.get("SALESNERD_DATA", "")
    if data_option:
        return (*runtime_folders, socket_folder_in(os.path.expanduser(data_option)))
    if any(os.path.isdir(each) for each in runtime_folders):
        return runtime_folders
    from salesnerd_tui.cli.options import data_folder

    return (*runtime_folders, socket_folder_in(str(data_folder(None))))


def _parse_arguments(arguments: Sequence[str]) -> tuple[str, str | None, bool, list[str]]:
    call, data, as_json = "", None, False
    rest = list(arguments)
    while rest and rest[0].startswith("--"):
        name, equals, value = rest.pop(0).partition("=")
        if name == "--json" and not equals:
            as_json = True
            continue
        if name not in ("--call", "--data"):
            raise InvalidOrder(f"unknown option {name} ({USAGE})")
        if not equals and not rest:
            raise InvalidOrder(f"{name} needs a value ({USAGE})")
        value = value if equals else rest.pop(0)
        call, data = (value, data) if name == "--call" else (call, value)
    return call, data, as_json, rest


def _help() -> str:
    rows = "\n".join(
        f"  {f'{command.name} {command.argument}':12} {command.typed_help}"
        for command in call_commands.commands_of(call_commands.SEND)
    )
    return (
        f"{USAGE}\n\nControl the running call: from a desktop shortcut, a foot pedal or a script.\n\n{rows}\n\n"
        "  note -       Read the note from standard input\n\n"
        "  --call ID    id prefix of the call (default: most recently opened)\n"
        "  --data DIR   data directory of the call, if it was started with --data\n"
        "  --json       print the answer of the call as a line of JSON\n\n"
        "Exit status: 0 success, 1 refused by the call (one line says why), 2 usage error, 3 no running call.\n"
    )


def _report_failure(reason: str, status: int) -> int:
    from salesnerd_tui.text import one_line

    sys.stderr.write(f"salesnerd send: {one_line(reason)}\n")
    return status


def status(arguments: list[str]) -> int:
    """Return the exit status: 0 a call is running, 1 none is (an empty line, as bars expect), 2 usage error."""
    from salesnerd_tui.cli.output import echo, print_data
    from salesnerd_tui.control.status_line import FORMATS

    parser = _parser("status", "Show the running call on one line; a hidden call is only a clock.", STATUS_EXAMPLES)
    parser.add_argument("--follow", action="store_true", help="print a new line whenever the call changes or starts")
    parser.add_argument("--format", choices=list(FORMATS), default="plain", help="format of the line (default: plain)")
    options = parser.parse_args(arguments)
    is_data, show, call_folders = options.format == "waybar", FORMATS[options.format], folders(options.data)
    write = print_data if is_data else echo
    if options.follow:  # until the reader closes the pipe
        last_line = None
        for line in map(show, follow(call_folders, options.call)):
            if line != last_line:
                write(line)
                last_line = line
    try:
        state = ask(call_folders, {"do": LOOK}, options.call)
    except NoCall as problem:
        write(str(problem) if sys.stdout.isatty() and not is_data else show(None))
        return 1
    write(show(state))
    return 0


def strip(arguments: list[str]) -> int:
    """Return the exit status: 0 closed by the user, 1 no terminal, 2 usage error."""
    from salesnerd_tui.cli.options import add_look_options

    parser = _parser(
        "strip",
        "Show the running call in three lines. The single keys of a call work here as well, including your own key "
        "bindings (? lists them); q closes the strip, not the call.",
        STRIP_EXAMPLES,
    )
    add_look_options(parser)
    return parser.run(arguments, _strip)


def _strip(options: Namespace) -> int:
    from salesnerd_tui.errors import UserError

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UserError("standard input or output is not a terminal (use: salesnerd status --follow)")
    if sys.platform == "win32":
        raise UserError("not supported on Windows (run it inside WSL, where the call runs)")
    from salesnerd_tui.control.strip import show_strip
    from salesnerd_tui.terminal.profile import detect_profile

    show_strip(folders(options.data), options.call, _keys(options.keys), detect_profile(ascii_only=options.ascii))
    return 0


def _keys(option: str | None) -> StripKeys:
    """Return the keys of a call, as the user has them."""
    from salesnerd_tui.control.strip import strip_keys
    from salesnerd_tui.terminal.key_names import keys_file_path

    path, is_named = keys_file_path(option)
    if not is_named and not path.exists():
        return strip_keys()
    from salesnerd_tui.tui.keymap import user_keymap  # loads the tables of all screens, which takes time

    return strip_keys({command.id: command.keys for command in user_keymap(option).table("live").commands})


def _parser(command: str, description: str, examples: str) -> CommandParser:
    from salesnerd_tui.cli.options import CommandParser, add_data_option

    parser = CommandParser(command, description, examples)
    parser.add_argument(
        "--call", default="", metavar="ID", help="id prefix of the call (default: most recently opened)"
    )
    add_data_option(parser)
    return parser
