"""`salesnerd coach`: the very same coach over a transcript, without a screen; one line for each tap."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from salesnerd_tui.call.events import Cued, Heard, TapKind
from salesnerd_tui.cli.output import announce_reading, complain, print_data, say
from salesnerd_tui.coach.replay import judge
from salesnerd_tui.playbook.model import CoachSettings
from salesnerd_tui.regular_file import in_megabytes
from salesnerd_tui.speech.sides import Sides, UnknownSpeaker, check_me, suggest_me
from salesnerd_tui.speech.transcripts.model import Transcript
from salesnerd_tui.speech.transcripts.read import FORMATS_TOLD, MOST_BYTES, CannotRead, read_transcript
from salesnerd_tui.text import one_line
from salesnerd_tui.timefmt import clock as told_time

VERB = "coach"


class CoachRefused(Exception):
    """What the person has to change; the message says what."""


def main(arguments: list[str]) -> int:
    """0 whether there were taps or not, 1 when a file cannot be used, 2 when it was called wrongly."""
    given = _parser().parse_args(arguments)
    try:
        transcript = _transcript(given.file)
        me = _check_sides(given.me, transcript)
        drift = _drift(given.playbook) if given.playbook else None
    except UnknownSpeaker as problem:
        complain(VERB, str(problem))
        return 2
    except (CannotRead, CoachRefused) as problem:
        complain(VERB, str(problem))
        return 1
    for told in transcript.problems:
        complain(VERB, told)
    cues = judge(heard_in(transcript, Sides(me)), drift)
    for cue in cues:
        if given.json:
            print_data(as_json(cue))
        else:
            say(as_line(cue))
    if not cues and not given.json:
        say(f"no taps in {told_time(transcript.seconds)} of {transcript.format}")
    return 0


def heard_in(transcript: Transcript, sides: Sides) -> Iterable[Heard]:
    """Each utterance as it was heard when it was complete, in the order of the file."""
    for number, said in enumerate(transcript.utterances):
        side = sides.side(said.speaker)
        yield Heard(said.end, side, said.speaker, said.start, said.end, said.text, True, number, said.turn)


def as_json(cue: Cued) -> str:
    """One JSON object on one line. Kinds that are not drift are `other`."""
    kind = "other" if cue.kind is TapKind.SILENCE else str(cue.kind)
    row = {"at": round(cue.at, 2), "turn": cue.turn, "kind": kind, "cue": cue.words, "because": cue.because}
    return json.dumps(row)


def as_line(cue: Cued) -> str:
    """When, the words, and why, for people."""
    return f"{told_time(cue.at):>7}  {one_line(cue.words):<20}  {one_line(cue.because)}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=f"salesnerd {VERB}",
        description=f"Run the coach over a recorded call and print its taps. Files that are read: {FORMATS_TOLD}.",
    )
    parser.add_argument("file", metavar="FILE", help="the transcript; - reads standard input")
    parser.add_argument(
        "--me", action="append", default=[], metavar="SPEAKER", help="who you are in it; give it again for each of you"
    )
    parser.add_argument("--playbook", metavar="P", help="an id or a file: its limits and its jargon count")
    parser.add_argument("--json", action="store_true", help="one JSON object a line: at, turn, kind, cue, because")
    return parser


def _transcript(file: str) -> Transcript:
    if file == "-":
        data = sys.stdin.buffer.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise CannotRead(f"standard input is larger than {in_megabytes(MOST_BYTES)}, which no transcript is.")
        return read_transcript(data)
    announce_reading(Path(file))
    return read_transcript(Path(file))


def _check_sides(me: Sequence[str], transcript: Transcript) -> list[str]:
    """Return the speakers that are me. A name that nobody has is reported, and is an error only if it is the only one.

    Raises `UnknownSpeaker` and, where nothing was said, `CoachRefused`.
    """
    if not transcript.utterances:
        raise CoachRefused(" ".join(transcript.problems))
    if not me:
        there = ", ".join(transcript.speakers) or "nobody by name"
        example = suggest_me(transcript)
        hint = f', for example --me "{example}"' if example else ""
        raise UnknownSpeaker(f"say which speaker is you{hint}. The speakers are: {there}.")
    found, unknown = [], []
    for name in me:
        try:
            found += check_me([name], transcript.speakers)
        except UnknownSpeaker as nobody:
            unknown.append(str(nobody))
    if not found:
        raise UnknownSpeaker(unknown[0])
    for told in unknown:
        complain(VERB, told)
    return found


def _drift(name: str) -> CoachSettings:
    """The limits of a playbook. Raises `CoachRefused` with what is wrong with it."""
    from salesnerd_tui.playbook.library import Library
    from salesnerd_tui.playbook.lint.report import render_all

    loaded = Library().load(name)
    if loaded.playbook is None:
        wrong = render_all(loaded.errors, loaded.sources) if loaded.errors else ""
        raise CoachRefused(wrong or f"{name} is a library, no playbook: name a playbook that uses it")
    return loaded.playbook.coach
