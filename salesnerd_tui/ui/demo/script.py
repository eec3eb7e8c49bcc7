"""The demo's data, and its gestures as the session understands them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from salesnerd_tui.call import ending, moves
from salesnerd_tui.call.events import Event, Heard, Mode
from salesnerd_tui.call.moves import CannotAct, Standing
from salesnerd_tui.hearing.formats.reading import read_transcript
from salesnerd_tui.hearing.sides import Sides
from salesnerd_tui.hearing.unfolding import unfold
from salesnerd_tui.ui.wish import Wish

FOLDER = Path(__file__).parent
CALL = FOLDER / "call.vtt"
GESTURES = FOLDER / "gestures.json"

PLAYBOOK = "first_call"
ACCOUNT = "Sunny Side Clinic"
PEOPLE = ("Dana, billing",)
ME = ("Sam",)

SPEED = 2.8
"""Four and a half minutes of call in a good minute and a half: as fast as captions can be read."""


class Act(Struct, frozen=True):
    """Something the engineer does at `at` seconds of the call: `words` say it to the watcher."""

    at: float
    do: str
    words: str
    details: dict[str, Any] = field(default_factory=dict)

    def __call__(self, now: Standing) -> tuple[Event, ...]:
        """The gesture. Raises `CannotAct`."""
        match self.do:
            case "pick":
                return moves.pick(now, _number(now, self.details["label"]))
            case "note":
                return moves.note(now, self.details["text"])
            case "detour":
                return moves.take_detour(now, self.details["detour"])
            case "jump":
                return moves.jump(now, self.details["question"])
            case "end":
                return ending.end(now, _outcome(now, self.details["decision"]), self.details["record"])
        return {"next": moves.go_next, "skip": moves.skip, "mark": moves.mark}[self.do](now)


def wish(speed: float = SPEED) -> Wish:
    """The call to open."""
    return Wish(PLAYBOOK, ACCOUNT, PEOPLE, ME, str(CALL), speed=speed, mode=Mode.DEMO)


def acts() -> tuple[Act, ...]:
    rows = json.loads(GESTURES.read_text(encoding="utf-8"))
    return tuple(Act(row.pop("at"), row["do"], _words(row), row) for row in rows)


def speech(begin: float = 0.0) -> Iterator[Heard]:
    """Everything said from `begin` seconds on, growing as it would be heard live."""
    transcript = read_transcript(CALL)
    return (event for event in unfold(transcript.utterances, Sides(ME)) if event.at >= begin)


def _number(now: Standing, label: str) -> int:
    for number, answer in enumerate(moves.choices(now.here), 1):
        if answer.label == label:
            return number
    raise CannotAct(f"no answer {label!r} here")


def _outcome(now: Standing, decision: str) -> str:
    return next(each.outcome.id for each in ending.endings(now) if each.outcome.decision == decision)


def _words(row: dict[str, Any]) -> str:
    match row["do"]:
        case "next":
            return "n  next question"
        case "skip":
            return "s  skip this one"
        case "mark":
            return "m  mark this moment"
        case "pick":
            return f"picks the answer: {row['label']}"
        case "note":
            return f"enter  note: {row['text']}"
        case "detour":
            return "d  detour: they want a demo"
        case "jump":
            return "j  jumps to the question asked"
        case "end":
            return "e  ends the call: not yet, with a date"
    return str(row["do"])
