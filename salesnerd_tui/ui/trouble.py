"""What is not well with a call, for every way of showing it: at most one thing, and the worst. No Textual here."""

from __future__ import annotations

from msgspec import Struct

from salesnerd_tui.call.events import SourceState
from salesnerd_tui.call.state import CallState


class Trouble(Struct, frozen=True):
    """What the second line of the screen has to say. `bad` is for notes that are not saved: nothing is louder."""

    words: str
    bad: bool = False
    key: str = ""
    """What a key can do about it."""


def trouble_of(
    state: CallState, unsaved: int, why: str, hears: bool, told_floor: bool, talk: str = ""
) -> Trouble | None:
    """The one thing that most needs to be known; None when all is well. `talk` says which key shows who talks."""
    if unsaved:
        return Trouble(f"NOT SAVED ({unsaved}): {why}", bad=True)
    for source in state.sources.values():
        if source.state in (SourceState.BROKEN, SourceState.LAGGING, SourceState.ENDED):
            return Trouble(source.told)
    if not hears and not told_floor:
        return Trouble("not hearing", key=talk)
    return None
