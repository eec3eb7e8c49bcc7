"""`salesnerd rehearse`: practice with a simulated buyer, on a drill, or on a recorded call."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from salesnerd_tui.cli.options import CommandParser, add_data_option, parse_recording_time, parse_speed
from salesnerd_tui.cli.output import echo
from salesnerd_tui.cli.screens import add_screen_options, open_service, prepare_screen, run
from salesnerd_tui.errors import UserError
from salesnerd_tui.playbook.folders import DEFAULT_PLAYBOOK
from salesnerd_tui.text import one_line

if TYPE_CHECKING:
    from argparse import Namespace

    from salesnerd_tui.services.call_service import CallService, OpenedCall
    from salesnerd_tui.services.rehearsal import RehearsalRequest

DRILLS = ("pitch", "jargon", "promise", "interrupt", "silence")
SEEDS = 10_000

EXAMPLES = """examples:
  salesnerd rehearse first_call --buyer dana
  salesnerd rehearse --drill silence
  salesnerd rehearse --from last --at 12:30
  salesnerd rehearse --seed 7 < what_i_say.txt

Without a terminal, rehearse runs line by line: each line is what you say, and /? lists the commands.
"""


def main(arguments: list[str]) -> int:
    """Return the exit status: 0 success, 1 the rehearsal could not be opened or saved, 2 usage error, 70 crash."""
    parser = CommandParser(
        "rehearse",
        "Practice a call: you type what you say, a simulated buyer answers, the coach taps as on a call.",
        EXAMPLES,
    )
    parser.add_argument(
        "playbook", nargs="?", default=DEFAULT_PLAYBOOK, help="name of a playbook (default: %(default)s)"
    )
    parser.add_argument("--buyer", default="", metavar="NAME", help="a buyer of the playbook (default: the first)")
    parser.add_argument("--seed", type=int, metavar="NUMBER", help="repeat the run with this seed")
    parser.add_argument("--drill", choices=DRILLS, help="practice one trap for five minutes")
    parser.add_argument(
        "--from",
        dest="recorded",
        default="",
        metavar="CALL",
        help="rehearse against a recorded call: the start of its id, or `last`",
    )
    parser.add_argument("--at", type=parse_recording_time, metavar="MM:SS", help="start at this time in the recording")
    parser.add_argument(
        "--speed",
        type=parse_speed,
        default=1.6,
        metavar="NUMBER",
        help="play the recording NUMBER times as fast (default: 1.6)",
    )
    parser.add_argument("--listen", default="", metavar="mic|FILE", help="speak instead of typing")
    parser.add_argument("--plain", action="store_true", help="plain text mode (default if there is no terminal)")
    add_data_option(parser)
    add_screen_options(parser)
    return parser.run(arguments, _run)


def _run(options: Namespace) -> int:
    if options.listen and options.plain:
        raise UserError("--listen needs the screen (omit --plain)")
    if options.at is not None and not options.recorded:
        raise UserError("--at is a time in a recorded call (choose one with --from CALL)")
    is_plain = options.plain or not (sys.stdin.isatty() and sys.stdout.isatty())
    if not is_plain:
        prepare_screen()
    from salesnerd_tui.services.rehearsal import open_rehearsal

    service = open_service(options.data)
    request = _request(options, service)
    if is_plain:
        return _run_plain(service, request)
    from salesnerd_tui.tui.screens.rehearsal import RehearsalScreen

    call = open_rehearsal(service, request)
    status = run(service, lambda: RehearsalScreen(call, service), options)
    call.file.close()
    return status


def _request(options: Namespace, service: CallService) -> RehearsalRequest:
    from secrets import randbelow

    from salesnerd_tui.call.events import Mode
    from salesnerd_tui.cli.call_lookup import find_call
    from salesnerd_tui.rehearsal.drills import Drill
    from salesnerd_tui.services.rehearsal import RehearsalRequest

    return RehearsalRequest(
        options.playbook,
        options.buyer,
        randbelow(SEEDS) if options.seed is None else options.seed,
        Drill(options.drill) if options.drill else None,
        find_call(service.store.summaries(), options.recorded, (Mode.LIVE,)).id if options.recorded else "",
        options.at or 0.0,
        options.speed,
        options.listen,
    )


def _run_plain(service: CallService, request: RehearsalRequest) -> int:
    from salesnerd_tui.call.events import Rehearsed
    from salesnerd_tui.plain.transcript import HELP, PlainRehearsal
    from salesnerd_tui.rehearsal.conversation import ManualClock
    from salesnerd_tui.services.call_status import note_texts, unsaved_lines
    from salesnerd_tui.services.rehearsal import open_conversation, open_rehearsal

    clock = ManualClock()
    call = open_rehearsal(service, request, clock)
    with call.file:
        call.begin()
        rehearsed = next(event for event in call.session.events if isinstance(event, Rehearsed))
        conversation = open_conversation(service, call.session, clock, rehearsed)
        rehearsal = PlainRehearsal(call.session, conversation, clock)
        echo(_introduction(call, request))
        if sys.stdin.isatty():
            echo(HELP)
        for line in rehearsal.begin():
            echo(line)
        for typed in sys.stdin:
            for line in rehearsal.handle_line(typed):
                echo(line)
            if rehearsal.is_over:
                break
        for line in rehearsal.stop():
            echo(line)
    passed = conversation.state.passed
    traps = f"{passed} of {len(conversation.state.results)} traps passed. " if conversation.progress else ""
    share = call.session.talk.share
    talk_ratio = f"You talked {round(share * 100)}% of the time. " if share is not None else ""
    if not call.file.unsaved:
        echo(f"\n{traps}{talk_ratio}Debrief: salesnerd calls show {call.file.id}")
        return 0
    reason = call.file.problem
    echo(f"\n{traps}{talk_ratio}This rehearsal is not saved: {reason}")
    for line in unsaved_lines(note_texts(call.file.unsaved), ""):
        echo(line)
    return 1


def _introduction(call: OpenedCall, request: RehearsalRequest) -> str:
    from salesnerd_tui.rehearsal.buyer import buyers_of
    from salesnerd_tui.rehearsal.drills import TASKS

    buyers = buyers_of(call.session.playbook)
    buyer = buyers.get(request.buyer) or next(iter(buyers.values()), None)
    partner = f"the call {request.call}" if request.call else buyer.id if buyer and not buyer.who else ""
    who = f" {one_line(buyer.who)}" if buyer and buyer.who and not request.call else ""
    drill = f"\n{request.drill.value}: {TASKS[request.drill]}" if request.drill else ""
    rehearsal = f"a rehearsal{f' with {partner}' if partner else ''} (seed {request.seed})"
    return f"{one_line(call.session.playbook.title)}, {rehearsal}.{who}{drill}"
