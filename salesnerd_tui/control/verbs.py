"""What `send` and the linear mode can have done to a call: the same gestures as the keys of the screen. No Textual."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from salesnerd_tui.app.call_text import CallWarning
from salesnerd_tui.app.calls import OpenedCall
from salesnerd_tui.call import actions
from salesnerd_tui.call.actions import CallContext
from salesnerd_tui.call.events import Event, Side
from salesnerd_tui.call.view import CallView
from salesnerd_tui.session import CallSession

PLAIN: Mapping[str, Callable[[CallContext], tuple[Event, ...]]] = {
    "next": actions.go_next,
    "back": actions.go_back,
    "skip": actions.skip,
    "mark": actions.mark,
    "yes": actions.accept,
}


class ControlledCall(Protocol):
    """A running call and how it is shown: the live screen, or lines."""

    over: bool
    panicked: bool
    view: CallView
    said: str

    @property
    def call(self) -> OpenedCall: ...

    @property
    def session(self) -> CallSession: ...

    @property
    def holder(self) -> Side: ...

    def trouble(self) -> CallWarning | None: ...

    def do_talk(self) -> None:
        """The talk key."""

    def do_panic(self) -> None:
        """Hide the coaching, or show it again."""

    def say(self, words: str) -> None:
        """Why something could not be done."""

    def changed(self) -> None:
        """Show what is new."""


def act(shown: ControlledCall, verb: str, of: str) -> None:
    """Do what a verb of `orders.VERBS` says. Raises `CannotAct` with why not."""
    session = shown.session
    match verb:
        case "talk":
            shown.do_talk()
        case "panic":
            shown.do_panic()
        case "undo":
            session.undo()
        case "no":
            session.refuse_offer()
        case "wave":
            session.wave_away()
        case "pick":
            session.do(lambda now: actions.pick(now, int(of)))
        case "note":
            session.do(lambda now: actions.note(now, of))
        case "jump":
            session.do(lambda now: actions.jump(now, of))
        case "detour":
            session.do(lambda now: actions.take_detour(now, _detour(now, of)))
        case _:
            session.do(PLAIN[verb])


def _detour(now: CallContext, named: str) -> str:
    """The detour's id, also when it was named by its letter."""
    detours = now.playbook.detours
    if named in detours:
        return named
    return next((each.id for each in detours.values() if each.key and each.key == named), named)
