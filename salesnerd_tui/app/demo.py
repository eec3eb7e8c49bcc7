"""The demo's data, and its gestures as the session understands them.

Opening the demo in a folder that goes away.
"""

from __future__ import annotations

import atexit
import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from salesnerd_tui.app.calls import CallService, OpenedCall
from salesnerd_tui.app.request import OpenRequest
from salesnerd_tui.call import actions, outcome
from salesnerd_tui.call.actions import CallContext, CannotAct
from salesnerd_tui.call.events import Event, Heard, Mode
from salesnerd_tui.playbook.library import Library, builtin_folder
from salesnerd_tui.speech.partials import unfold
from salesnerd_tui.speech.sides import Sides
from salesnerd_tui.speech.transcripts.read import read_transcript
from salesnerd_tui.storage.store import CallStore

FOLDER = Path(__file__).parent
CALL = FOLDER / "demo_call.vtt"
GESTURES = FOLDER / "demo_actions.json"

PLAYBOOK = "first_call"
ACCOUNT = "Sunny Side Clinic"
PEOPLE = ("Dana, billing",)
ME = ("Sam",)

SPEED = 2.8
"""Four and a half minutes of call in a good minute and a half: as fast as captions can be read."""


class DemoStep(Struct, frozen=True):
    """Something the engineer does at `at` seconds of the call: `words` say it to the watcher."""

    at: float
    do: str
    words: str
    details: dict[str, Any] = field(default_factory=dict)

    def __call__(self, now: CallContext) -> tuple[Event, ...]:
        """The gesture. Raises `CannotAct`."""
        match self.do:
            case "pick":
                return actions.pick(now, _number(now, self.details["label"]))
            case "note":
                return actions.note(now, self.details["text"])
            case "detour":
                return actions.take_detour(now, self.details["detour"])
            case "jump":
                return actions.jump(now, self.details["question"])
            case "end":
                return outcome.end(now, _outcome(now, self.details["decision"]), self.details["record"])
        return {"next": actions.go_next, "skip": actions.skip, "mark": actions.mark}[self.do](now)


def wish(speed: float = SPEED) -> OpenRequest:
    """The call to open."""
    return OpenRequest(PLAYBOOK, ACCOUNT, PEOPLE, ME, str(CALL), speed=speed, mode=Mode.DEMO)


def acts() -> tuple[DemoStep, ...]:
    rows = json.loads(GESTURES.read_text(encoding="utf-8"))
    return tuple(DemoStep(row.pop("at"), row["do"], _words(row), row) for row in rows)


def speech(begin: float = 0.0) -> Iterator[Heard]:
    """Everything said from `begin` seconds on, growing as it would be heard live."""
    transcript = read_transcript(CALL)
    return (event for event in unfold(transcript.utterances, Sides(ME)) if event.at >= begin)


def _number(now: CallContext, label: str) -> int:
    for number, answer in enumerate(actions.choices(now.here), 1):
        if answer.label == label:
            return number
    raise CannotAct(f"no answer {label!r} here")


def _outcome(now: CallContext, decision: str) -> str:
    return next(each.outcome.id for each in outcome.endings(now) if each.outcome.decision == decision)


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


class Demo(Struct, frozen=True):
    desk: CallService
    call: OpenedCall
    acts: tuple[DemoStep, ...]


def demo_desk() -> CallService:
    """The built-in playbooks, and notes that are gone when the program ends, however it ends by itself."""
    folder = Path(tempfile.mkdtemp(prefix="salesnerd-demo-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return CallService(Library([builtin_folder()]), CallStore(folder))


def open_demo(speed: float = SPEED) -> Demo:
    """The demo's call, ready for its screen."""
    desk = demo_desk()
    return Demo(desk, desk.open(wish(speed)), acts())
