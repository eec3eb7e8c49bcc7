"""A running call that is shown somewhere, as seen by everything that acts on it from outside."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from salesnerd_tui.app.call_text import CallWarning
    from salesnerd_tui.app.opened_call import OpenedCall
    from salesnerd_tui.app.verbs import Verb
    from salesnerd_tui.call.events import Side
    from salesnerd_tui.call.view import CallView
    from salesnerd_tui.session import CallSession


class ControlledCall(Protocol):
    """A running call and how it is shown: on the live screen, or in plain text mode."""

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
        """Switch the speaker."""

    def do_hide(self) -> None:
        """Hide the coaching, or show it again."""

    def say(self, words: str) -> None:
        """Show why something could not be done."""

    def changed(self) -> None:
        """Show what is new."""


OnTurn = Callable[[Callable[[], None]], object]
"""Runs a function on the thread of the call, in order with its keys."""


class CallControl(Protocol):
    """Access to a running call from other windows."""

    async def open(self) -> str:
        """Start to listen. Returns why nobody can connect, or an empty string."""

    def close(self) -> None:
        """Stop to listen; safe to call twice."""


ControlFactory = Callable[[ControlledCall, OnTurn], CallControl]
"""Makes the access to a call. The command line provides it, so that screens need not know of sockets."""


def perform_verb(verb: Verb, call: ControlledCall, words: str) -> None:
    """Do a verb on a running call. Raises `CannotAct` with the reason if it cannot be done."""
    act = verb.act
    if act is not None:
        call.session.do(lambda now: act(now, words))
    elif verb.on_session is not None:
        verb.on_session(call.session)
    else:
        getattr(call, f"do_{verb.id}")()
