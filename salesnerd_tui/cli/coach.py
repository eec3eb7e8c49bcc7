"""`salesnerd coach`: run the coach on a transcript and print its taps, one per line."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from salesnerd_tui.call import tap_text
from salesnerd_tui.call.events import Heard, TapKind, Tapped
from salesnerd_tui.cli.output import announce_reading, echo, print_data, print_error, run_reporting_errors
from salesnerd_tui.coach.engine import judge
from salesnerd_tui.files import format_size
from salesnerd_tui.garbage import paused_collection
from salesnerd_tui.speech.sides import Sides, find_user
from salesnerd_tui.speech.transcripts.read import MAX_BYTES, SUPPORTED_FORMATS, CannotRead, read_file, read_transcript
from salesnerd_tui.text import escape_json, one_line
from salesnerd_tui.timefmt import format_clock

if TYPE_CHECKING:
    from argparse import Namespace

    from salesnerd_tui.cli.options import CommandParser
    from salesnerd_tui.speech.transcripts.model import Transcript

COMMAND = "coach"


class CoachOptions(Struct):
    """Options of the command, as `_parser` returns them."""

    file: str
    me: list[str]
    playbook: str | None = None
    json: bool = False


def main(arguments: list[str]) -> int:
    """Return the exit status: 0 success with or without taps, 1 a file cannot be used, 2 usage error."""
    options = plain_options(arguments) or _parser().parse_args(arguments)
    with paused_collection():  # a process of a second; a collection would go through all weights and captions
        return run_reporting_errors(COMMAND, lambda: _run(options))


def _run(options: CoachOptions | Namespace) -> int:
    transcript = _transcript(options.file)
    me, unknown_names = find_user(options.me, transcript)
    for message in unknown_names:
        print_error(COMMAND, message)
    settings = None
    if options.playbook:
        from salesnerd_tui.cli.playbook import load_playbook  # start-up time

        settings = load_playbook(options.playbook).coach
    for message in transcript.problems:
        print_error(COMMAND, message)
    taps = judge(heard_events(transcript, Sides(me)), settings)
    for tap in taps:
        if options.json:
            print_data(tap_json(tap))
        else:
            echo(format_tap(tap))
    if not taps and not options.json:
        echo(f"no taps in {format_clock(transcript.seconds)} of {transcript.format}")
    return 0


def heard_events(transcript: Transcript, sides: Sides) -> Iterable[Heard]:
    """Yield each utterance as the event that ends it, in the order of the file."""
    for number, each in enumerate(transcript.utterances):
        side = sides.side_of(each.speaker)
        yield Heard(
            each.end, side, each.speaker, each.start, each.end, each.text, final=True, utterance=number, turn=each.turn
        )


def tap_json(tap: Tapped) -> str:
    """Return one JSON object on one line. The kind is `other` for taps that are not about drift."""
    kind = "other" if tap.kind in (TapKind.SILENCE, TapKind.SUPPOSITION) else str(tap.kind)
    row = {
        "at": round(tap.at, 2),
        "turn": tap.turn,
        "kind": kind,
        "tap": tap_text.title(tap),
        "reason": tap_text.reason(tap),
    }
    try:
        text = msgspec.json.format(msgspec.json.encode(row), indent=0).decode()
    except UnicodeEncodeError:  # half of a surrogate pair, which only `json` can write
        import json  # start-up time

        return json.dumps(row)
    return escape_json(text, ascii_only=True)


def format_tap(tap: Tapped) -> str:
    """Return time, words and reason of a tap as one line."""
    return f"{format_clock(tap.at):>7}  {one_line(tap_text.title(tap)):<20}  {one_line(tap_text.reason(tap))}"


def plain_options(arguments: Sequence[str]) -> CoachOptions | None:
    """Return the options if they are spelled out and complete; None if they need the parser, which explains errors.

    The parser costs as much as reading a short transcript.
    """
    options = CoachOptions("", [])
    words = iter(arguments)
    for word in words:
        if word == "--json":
            options.json = True
        elif word in ("--me", "--playbook"):
            value = next(words, "")
            if not value or value.startswith("-"):
                return None
            if word == "--me":
                options.me.append(value)
            else:
                options.playbook = value
        elif options.file or not word or (word.startswith("-") and word != "-"):
            return None
        else:
            options.file = word
    return options if options.file else None


def _parser() -> CommandParser:
    from salesnerd_tui.cli.options import CommandParser  # start-up time: argparse and what it loads

    parser = CommandParser(
        COMMAND, f"Run the coach on a recorded call and print its taps. Formats: {SUPPORTED_FORMATS}."
    )
    parser.add_argument("file", metavar="FILE", help="transcript, or - for standard input")
    parser.add_argument(
        "--me",
        action="append",
        default=[],
        metavar="SPEAKER",
        help="your name in the transcript (repeatable)",
    )
    parser.add_argument("--playbook", metavar="PLAYBOOK", help="playbook whose limits and jargon apply")
    parser.add_argument("--json", action="store_true", help="print one JSON object per line")
    return parser


def _transcript(file: str) -> Transcript:
    if file == "-":
        data = sys.stdin.buffer.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise CannotRead(f"standard input is larger than {format_size(MAX_BYTES)} (not a transcript)")
        return read_transcript(data)
    announce_reading(file)
    is_pipe = False
    try:
        return read_file(file)
    except CannotRead as problem:
        from pathlib import Path  # start-up time

        with contextlib.suppress(OSError):  # such as a name that is too long
            is_pipe = Path(file).is_fifo()
        if is_pipe:
            raise CannotRead(f"{problem} (use - for standard input: salesnerd {COMMAND} - < {file})") from None
        raise
