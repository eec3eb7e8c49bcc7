"""The demo: its call, its scripted actions, and a temporary folder for it."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from pathlib import Path

import msgspec
from msgspec import Struct

from salesnerd_tui.call import actions, outcome
from salesnerd_tui.call.actions import CallContext, CannotAct
from salesnerd_tui.call.events import Event, Mode
from salesnerd_tui.playbook.folders import builtin_folder
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.services.call_commands import DEMO, CallCommand, find_command
from salesnerd_tui.services.call_service import CallService, OpenedCall, OpenRequest
from salesnerd_tui.storage.call_store import CallStore
from salesnerd_tui.terminal.key_names import key_label
from salesnerd_tui.text import one_line

FOLDER = Path(__file__).parent
CALL = FOLDER / "demo_call.vtt"
ACTIONS = FOLDER / "demo_actions.json"

PLAYBOOK = "first_call"
ACCOUNT = "Sunny Side Clinic"
PEOPLE = ("Dana, billing",)
ME = ("Sam",)

SPEED = 2.8
"""Plays four and a half minutes in about a minute and a half: as fast as captions can be read."""


class DemoStep(Struct, frozen=True):
    """Scripted action at `at` seconds of the call: a command, and what it takes."""

    at: float
    name: str
    label: str = ""
    """Label of the answer to pick."""
    argument: str = ""
    """Argument of any other command."""
    decision: str = ""
    record: dict[str, str] = {}
    """Decision and record of the end."""

    @property
    def command(self) -> CallCommand:
        command = find_command(self.name, DEMO)
        assert command is not None
        return command

    @property
    def caption(self) -> str:
        """Return what the engineer does, for the viewer."""
        key = key_label(self.command.key)
        words = one_line(self.label or self.argument or self.decision)
        return f"{key or '1-9'}  {self.command.label}{f': {words}' if words else ''}"

    def __call__(self, context: CallContext) -> tuple[Event, ...]:
        """Return the events of the action. Raises `CannotAct`."""
        if self.name == "end":
            endings = [each for each in outcome.ending_choices(context) if each.outcome.decision == self.decision]
            ending = outcome.suggested_ending(endings) or endings[0]
            return outcome.end(context, ending.outcome.id, self.record)
        act = self.command.action
        assert act is not None
        return act(context, self.argument or self._number(context))

    def _number(self, context: CallContext) -> str:
        """Return the number of the answer to pick, or an empty string."""
        labels = [answer.label for answer in actions.numbered_answers(context.item)]
        if self.label and self.label not in labels:
            raise CannotAct(f"no answer {self.label!r} here")
        return str(labels.index(self.label) + 1) if self.label else ""


def demo_request(speed: float = SPEED) -> OpenRequest:
    return OpenRequest(PLAYBOOK, ACCOUNT, PEOPLE, ME, str(CALL), speed=speed, mode=Mode.DEMO)


def load_steps() -> tuple[DemoStep, ...]:
    return tuple(msgspec.json.decode(ACTIONS.read_bytes(), type=tuple[DemoStep, ...]))


class Demo(Struct, frozen=True):
    """The demo's call, the service that opened it, and its scripted actions."""

    service: CallService
    call: OpenedCall
    steps: tuple[DemoStep, ...]


def demo_service() -> CallService:
    """Return a service with the built-in playbooks and a folder that is deleted when the program ends."""
    folder = Path(tempfile.mkdtemp(prefix="salesnerd-demo-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return CallService(Library([builtin_folder()]), CallStore(folder))


def open_demo(speed: float = SPEED) -> Demo:
    service = demo_service()
    return Demo(service, service.open(demo_request(speed)), load_steps())
