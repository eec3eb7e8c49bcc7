"""`salesnerd rehearse`: practise on a playbook's buyer, one trap at a time, or from a minute of a recorded call."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from salesnerd_tui.cli.output import refuse
from salesnerd_tui.text import one_line

if TYPE_CHECKING:
    from salesnerd_tui.app.calls import CallService, OpenedCall
    from salesnerd_tui.app.rehearsal import RehearsalRequest

DRILLS = ("pitch", "jargon", "promise", "interrupt", "silence")
SEEDS = 10_000

EXAMPLES = """examples:
  salesnerd rehearse first_call --buyer dana
  salesnerd rehearse --drill silence
  salesnerd rehearse --from last --at 12:30
  salesnerd rehearse --seed 7 < what_i_say.txt

Where there is no terminal it goes line by line: a line is what you say, /? lists the keys.
"""


def main(arguments: list[str]) -> int:
    """Exit status: 0 well, 1 could not be opened (one line says why), 2 used wrongly, 70 after a crash."""
    options = _parser().parse_args(arguments)
    if options.hear and options.plain:
        return refuse("rehearse", "--hear needs the screen: leave out --plain")
    if options.at is not None and not options.recorded:
        return refuse("rehearse", "--at is a time of a recorded call: name it with --from CALL")
    from salesnerd_tui.terminal.profile import NoScreen, check_terminal, prepare

    plain = options.plain or not (sys.stdin.isatty() and sys.stdout.isatty())
    if not plain:
        try:
            check_terminal("salesnerd rehearse")
        except NoScreen as problem:
            return refuse("rehearse", str(problem))
        prepare()
    return _run(options, plain)


def _run(options: argparse.Namespace, plain: bool) -> int:
    from salesnerd_tui.app.rehearsal import open_rehearsal
    from salesnerd_tui.app.request import CannotOpen
    from salesnerd_tui.cli.call_lookup import CallLookupFailed
    from salesnerd_tui.cli.live import desk
    from salesnerd_tui.storage.errors import StorageError

    try:
        opened = desk(options.data)
        wish = _wish(options, opened)
        return _lines(opened, wish) if plain else _screen(opened, open_rehearsal(opened, wish), options)
    except (CannotOpen, StorageError, CallLookupFailed) as problem:
        return refuse("rehearse", str(problem))


def _wish(options: argparse.Namespace, desk: CallService) -> RehearsalRequest:
    from secrets import randbelow

    from salesnerd_tui.app.rehearsal import RehearsalRequest
    from salesnerd_tui.cli.call_lookup import find
    from salesnerd_tui.rehearsal.drills import Drill

    return RehearsalRequest(
        options.playbook,
        options.buyer,
        randbelow(SEEDS) if options.seed is None else options.seed,
        Drill(options.drill) if options.drill else None,
        find(desk.notebook.summaries(), options.recorded).id if options.recorded else "",
        options.at or 0.0,
        options.speed,
        options.hear,
    )


def _screen(desk: CallService, call: OpenedCall, options: argparse.Namespace) -> int:
    from salesnerd_tui.cli.screens import run
    from salesnerd_tui.tui.screens.rehearsal import RehearsalScreen

    status = run(desk, lambda: RehearsalScreen(call, desk), options)
    call.file.close()
    return status


def _lines(desk: CallService, wish: RehearsalRequest) -> int:
    from salesnerd_tui.app.rehearsal import open_rehearsal, talk
    from salesnerd_tui.call.events import Rehearsed
    from salesnerd_tui.cli.output import say
    from salesnerd_tui.plain.rehearsal import HELP, PlainRehearsal
    from salesnerd_tui.rehearsal.conversation import HandTime

    time = HandTime()
    call = open_rehearsal(desk, wish, time)
    with call.file:
        call.begin()
        rehearsed = next(event for event in call.session.events if isinstance(event, Rehearsed))
        spoken = talk(desk, call.session, time, rehearsed)
        rehearsal = PlainRehearsal(call.session, spoken, time)
        say(_head(call, wish))
        if sys.stdin.isatty():
            say(HELP)
        for told in rehearsal.begins():
            say(told)
        for line in sys.stdin:
            for told in rehearsal.takes(line):
                say(told)
            if rehearsal.is_over:
                break
        for told in rehearsal.stops():
            say(told)
    say(_tail(call, spoken.progress and f"{spoken.scene.passed} of {len(spoken.scene.verdicts)} traps passed. "))
    return 0


def _head(call: OpenedCall, wish: RehearsalRequest) -> str:
    from salesnerd_tui.rehearsal.drills import TOLD

    buyer = call.session.playbook.buyers.get(wish.buyer) or next(iter(call.session.playbook.buyers.values()), None)
    who = f"the call {wish.call}" if wish.call else one_line(buyer.who or buyer.id) if buyer else ""
    drill = f"\n{wish.drill.value}: {TOLD[wish.drill]}" if wish.drill else ""
    return f"{one_line(call.session.playbook.title)}, a rehearsal with {who} (seed {wish.seed}){drill}"


def _tail(call: OpenedCall, drilled: str) -> str:
    taps = call.session.coach.talk
    share = f"you talked {round(taps.share * 100)}% of the time. " if taps.share is not None else ""
    return f"\n{drilled}{share[:1].upper()}{share[1:]}The debrief: salesnerd calls show {call.file.id}"


def _parser() -> argparse.ArgumentParser:
    from salesnerd_tui.cli.folders import add_data_option
    from salesnerd_tui.cli.live import pace
    from salesnerd_tui.cli.screens import add_screen_options

    parser = argparse.ArgumentParser(
        prog="salesnerd rehearse",
        description="Practise: you type what you say, a buyer answers, the coach taps as on a call.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("playbook", nargs="?", default="first_call", help="a playbook's name (default: first_call)")
    parser.add_argument("--buyer", default="", metavar="NAME", help="who of its rehearsal buyers (default: the first)")
    parser.add_argument("--seed", type=int, metavar="N", help="the same number gives the same run")
    parser.add_argument("--drill", choices=DRILLS, help="five minutes of one trap")
    parser.add_argument("--from", dest="recorded", default="", metavar="CALL", help="a recorded call, or `last`")
    parser.add_argument("--at", type=moment_of, metavar="MM:SS", help="from this time of it on")
    parser.add_argument("--speed", type=pace, default=1.6, metavar="N", help="how fast they talk (default: 1.6)")
    parser.add_argument("--hear", default="", metavar="mic|FILE", help="speak instead of typing")
    parser.add_argument("--plain", action="store_true", help="line by line, as where there is no terminal")
    add_data_option(parser)
    add_screen_options(parser)
    return parser


def moment_of(text: str) -> float:
    """`12:30`, `1:02:03`, or whole minutes, as seconds. Raises `argparse.ArgumentTypeError`."""
    parts = text.split(":")
    if not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts) or len(parts) > 3:
        raise argparse.ArgumentTypeError(f"{text!r} is no time: write 12:30, or 12 for minutes")
    numbers = [int(part) for part in parts]
    if len(numbers) == 1:
        return numbers[0] * 60.0
    hours, minutes, seconds = (0, *numbers) if len(numbers) == 2 else numbers
    return hours * 3600.0 + minutes * 60.0 + seconds
