"""`salesnerd live`: start or resume a call, full-screen or in plain text mode."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from salesnerd_tui.cli.options import CommandParser, add_data_option, add_people_options, parse_speed
from salesnerd_tui.cli.output import announce_reading, warn
from salesnerd_tui.cli.screens import add_screen_options, control_factory, open_service, run, terminal_profile
from salesnerd_tui.playbook.folders import DEFAULT_PLAYBOOK
from salesnerd_tui.terminal.ascii import to_ascii
from salesnerd_tui.terminal.profile import check_terminal, keys_from_terminal, prepare

if TYPE_CHECKING:
    from argparse import Namespace

    from salesnerd_tui.services.call_service import CallService, OpenedCall

EXAMPLES = """examples:
  salesnerd live first_call --account Acme --with "Dana, VP Eng"
  salesnerd live --from-prep --account Acme
  salesnerd live --listen meeting.vtt --me Sam --speed 4
  captions | salesnerd live --listen - --me Sam
  salesnerd live --listen mic --transcribe me
  salesnerd live --plain
  salesnerd live --resume 2026-11-22T1004-1a2b3c4d

exit status: 0 success, 1 the call could not be opened, 2 usage error, 70 crash
"""


def main(arguments: list[str]) -> int:
    """Return the exit status: 0 success, 1 the call could not be opened, 2 usage error, 70 crash."""
    parser = CommandParser(
        "live",
        "Start or resume a call: one question at a time, a tap when you drift, every note saved at once.",
        EXAMPLES,
    )
    parser.add_argument(
        "playbook", nargs="?", default=DEFAULT_PLAYBOOK, help="name or file of a playbook (default: %(default)s)"
    )
    add_people_options(parser)
    parser.add_argument(
        "--me", action="append", default=[], metavar="NAME", help="your name in the transcript (repeatable)"
    )
    parser.add_argument(
        "--listen",
        default="",
        metavar="FILE|-|mic",
        help="listen to a captions or transcript file, to standard input, or to the microphone",
    )
    parser.add_argument(
        "--transcribe",
        default="",
        choices=["none", "me", "both"],
        help="with --listen mic, whose words to write down: nobody's (default), yours, or both sides' once they agree",
    )
    parser.add_argument(
        "--voice-model", default="", metavar="FOLDER", help="use this Moonshine or Whisper model for --listen mic"
    )
    parser.add_argument("--follow", action="store_true", help="keep reading as the file grows")
    parser.add_argument(
        "--speed",
        type=parse_speed,
        default=1.0,
        metavar="NUMBER",
        help="play a recording NUMBER times as fast (default: 1)",
    )
    add_data_option(parser)
    parser.add_argument(
        "--from-prep",
        nargs="?",
        const="",
        metavar="PREP",
        help="start with what you prepared (default: the newest open prep of the account)",
    )
    parser.add_argument(
        "--plain", action="store_true", help="plain text mode: for screen readers, simple terminals and scripts"
    )
    add_screen_options(parser)
    parser.add_argument("--resume", metavar="CALL", help="resume an open call: the start of its id, or `last`")
    return parser.run(arguments, _run)


def _run(options: Namespace) -> int:
    if not options.plain:
        check_terminal(is_call=True, keys_from_tty=options.listen == "-", instead="without a screen use --plain")
    speech_descriptor = keys_from_terminal() if options.listen == "-" else -1
    if not options.plain:
        prepare()
    service = open_service(options.data)
    call = _open(service, options, speech_descriptor)
    if options.plain:
        return _run_plain(service, call, options)
    from salesnerd_tui.tui.navigator import call_screen

    status = run(service, lambda: call_screen(call, service), options)
    call.file.close()
    return status


def _open(service: CallService, options: Namespace, speech: int) -> OpenedCall:
    from salesnerd_tui.services.call_service import OpenRequest

    request = OpenRequest(
        options.playbook,
        options.account,
        tuple(options.people),
        tuple(options.me),
        options.listen,
        options.follow,
        options.speed,
        speech_descriptor=speech,
        transcribe=options.transcribe,
        voice_model=options.voice_model,
    )
    if request.is_recording:
        announce_reading(Path(options.listen))
    if options.from_prep is not None:
        from salesnerd_tui.services.prep import open_from_prep, open_prep_id

        return open_from_prep(service, options.from_prep or open_prep_id(service.store, options.account), request)
    if options.resume:
        from salesnerd_tui.cli.call_lookup import find_call

        return service.resume(find_call(service.store.summaries(), options.resume).id, request)
    return service.open(request)


def _run_plain(service: CallService, call: OpenedCall, options: Namespace) -> int:
    from salesnerd_tui.plain.loop import Printer, run_plain

    printer = Printer(sys.stdout, to_ascii=to_ascii if terminal_profile(service, options).ascii else str)
    status = run_plain(call, service, printer, control_factory(service))
    if call.session.state.ended is not None:
        from salesnerd_tui.services.vault import update_vault_with_warning

        update_vault_with_warning(
            service.store, call.session.state.started.account if call.session.state.started else "", warn
        )
    return status
