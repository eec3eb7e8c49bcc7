"""`salesnerd live`: take a call on the full screen, or as plain lines."""

from __future__ import annotations

import argparse
import atexit
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from salesnerd_tui.text import one_line

if TYPE_CHECKING:
    from salesnerd_tui.app.calls import CallService, OpenedCall
    from salesnerd_tui.storage.store import CallStore

INSTEAD = "--linear takes the call as plain lines"

EXAMPLES = """examples:
  salesnerd live first_call --account Acme --with "Dana, VP Eng"
  salesnerd live --from-prep --account Acme
  salesnerd live --hear meeting.vtt --me Sam --speed 4
  captions | salesnerd live --hear - --me Sam
  salesnerd live --hear mic --mode mine
  salesnerd live --linear
  salesnerd live --resume 2026-11-22T1004-1a2b3c4d
"""


def main(arguments: list[str]) -> int:
    """Exit status: 0 well, 1 could not be opened (one line says why), 2 used wrongly, 70 after a crash."""
    options = _parser().parse_args(arguments)
    from salesnerd_tui.terminal.profile import NoScreen, check_terminal, keys_from_terminal, prepare

    try:
        if not options.linear:
            check_terminal("salesnerd live", keys_from_tty=options.hear == "-", instead=INSTEAD)
        speech = keys_from_terminal() if options.hear == "-" else -1
        if not options.linear:
            prepare()
        return _run(options, speech)
    except NoScreen as problem:
        return refuse(str(problem))


def refuse(why: str) -> int:
    sys.stderr.write(f"salesnerd: {one_line(why)}\n")
    return 1


def desk(data: str | None) -> CallService:
    """The playbooks and the notes. Raises `notes.receipts.NotesProblem`."""
    from salesnerd_tui.app.calls import CallService
    from salesnerd_tui.cli.folders import data_folder
    from salesnerd_tui.playbook.library import Library
    from salesnerd_tui.storage.store import CallStore

    notebook = CallStore(data_folder(data))
    atexit.register(_print_warnings, notebook)
    return CallService(Library(), notebook)


def _print_warnings(notebook: CallStore) -> None:
    """Print what no screen was there to show."""
    from salesnerd_tui.cli.output import warn

    for told in notebook.warnings:
        warn(told)


def _run(options: argparse.Namespace, speech: int) -> int:
    from salesnerd_tui.app.request import CannotOpen
    from salesnerd_tui.storage.errors import StorageError

    try:
        opened = desk(options.data)
        call = _open(opened, options, speech)
    except (CannotOpen, StorageError) as problem:
        return refuse(str(problem))
    return _in_lines(opened, call, options) if options.linear else _on_screen(opened, call, options)


def _in_lines(opened: CallService, call: OpenedCall, options: argparse.Namespace) -> int:
    from salesnerd_tui.cli.screens import look
    from salesnerd_tui.plain.loop import run_linear
    from salesnerd_tui.plain.printer import Printer
    from salesnerd_tui.terminal.ascii import spelled

    spells = spelled if look(opened, options).ascii else str
    return run_linear(call, opened, Printer(sys.stdout, spelled=spells))


def _on_screen(opened: CallService, call: OpenedCall, options: argparse.Namespace) -> int:
    from salesnerd_tui.cli.screens import run
    from salesnerd_tui.tui.screens.factory import call_screen

    status = run(opened, lambda: call_screen(call, opened), options)
    call.file.close()
    return status


def _open(opened: CallService, options: argparse.Namespace, speech: int) -> OpenedCall:
    from salesnerd_tui.app.request import OpenRequest
    from salesnerd_tui.cli.output import announce_reading

    wish = OpenRequest(
        options.playbook,
        options.account,
        tuple(options.people),
        tuple(options.me),
        options.hear,
        options.follow,
        options.speed,
        speech_descriptor=speech,
        voice=options.mode,
        voice_model=options.voice_model,
    )
    if wish.is_recording:
        announce_reading(Path(options.hear))
    if options.from_prep is not None:
        from salesnerd_tui.app.prep import find_prep, live_from

        prep = options.from_prep or find_prep(opened.notebook, options.account)
        return live_from(opened, prep, wish)
    return opened.resume(options.resume, wish) if options.resume else opened.open(wish)


def _parser() -> argparse.ArgumentParser:
    from salesnerd_tui.cli.folders import add_data_option
    from salesnerd_tui.cli.screens import add_screen_options

    parser = argparse.ArgumentParser(
        prog="salesnerd live",
        description="Take a call: one question at a time, a tap when you drift, notes that are never lost.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "playbook", nargs="?", default="first_call", help="a playbook's name or file (default: first_call)"
    )
    parser.add_argument("--account", default="", metavar="A", help="who the call is with: the company")
    parser.add_argument(
        "--with", dest="people", action="append", default=[], metavar="NAME", help="a person on the call"
    )
    parser.add_argument("--me", action="append", default=[], metavar="NAME", help="the speaker who is you")
    parser.add_argument(
        "--hear",
        default="",
        metavar="FILE|-|mic",
        help="a transcript or captions file, standard input, or the microphone",
    )
    parser.add_argument(
        "--mode",
        default="",
        choices=("activity", "mine", "both"),
        help="with --hear mic: who talks (default), my words too, or both sides' once they said yes",
    )
    parser.add_argument(
        "--voice-model", default="", metavar="FOLDER", help="another Moonshine or Whisper model for --hear mic"
    )
    parser.add_argument("--follow", action="store_true", help="the file grows while the call goes on")
    parser.add_argument("--speed", type=pace, default=1.0, metavar="N", help="play a recording N times as fast")
    add_data_option(parser)
    parser.add_argument(
        "--from-prep",
        nargs="?",
        const="",
        metavar="PREP",
        help="begin with what was prepared: the account's newest prep that waits, or the one named",
    )
    parser.add_argument(
        "--linear",
        action="store_true",
        help="as plain lines: for a screen reader, a terminal that cannot move its cursor, or a script",
    )
    add_screen_options(parser)
    parser.add_argument("--resume", metavar="CALL", help="go on with a call that was left open or cut off")
    return parser


def pace(text: str) -> float:
    """How many times as fast as life. Raises `argparse.ArgumentTypeError`."""
    try:
        speed = float(text)
    except ValueError:
        speed = -1.0
    if not 0.01 <= speed <= 1000:
        raise argparse.ArgumentTypeError(f"{text!r} is no pace: 0.01 to 1000, as in --speed 4")
    return speed
