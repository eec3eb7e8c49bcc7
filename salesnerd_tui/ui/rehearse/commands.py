"""The keys of a rehearsal: those of a call, but enter says something, and a note has a key of its own."""

from __future__ import annotations

from msgspec.structs import replace

from salesnerd_tui.ui.commands import LIVE, Command, Group

SAY = Command(
    "say",
    "enter",
    "say",
    "Say something: type it, enter says it; empty asks the question shown",
    Group.ASK,
    hint=1,
    opens_line=True,
)
HURRY = Command(
    "hurry", "space", "hear them out", "Put the clock forward to the end of their sentence", Group.COACH, hint=3
)

_REPLACED = {"talk": HURRY}
_CHANGED = {"note": ("tab", 2), "next": ("n", 4)}


def _rehearsed(command: Command) -> Command:
    if command.id in _REPLACED:
        return _REPLACED[command.id]
    if command.id in _CHANGED:
        key, hint = _CHANGED[command.id]
        return replace(command, key=key, hint=hint, also=())
    return command


REHEARSE: tuple[Command, ...] = (SAY, *map(_rehearsed, LIVE))
