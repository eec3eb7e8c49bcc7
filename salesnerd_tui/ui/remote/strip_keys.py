"""The keys of the strip: those of a call, as far as a terminal sends them as one character.

They are written out here, because a strip that had to load the program's tables for them would come up twice as late;
a test keeps them and the tables the same. Somebody with keys of their own waits for the tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from salesnerd_tui.ui.keys.keymap import Table

ORDERS: Mapping[str, str] = {
    "next": "next",
    "back": "back",
    "skip": "skip",
    "mark": "mark",
    "talk": "talk",
    "accept": "yes",
    "wave": "wave",
    "undo": "undo",
    "panic": "panic",
}
"""What is sent for each command of a call."""

TOLD: Mapping[str, str] = {"mark": "mark", "accept": "yes", "wave": "wave away", "panic": "hide"}
"""Words where the verb is not enough."""

PICKS: Mapping[str, tuple[str, str]] = {str(number): ("pick", str(number)) for number in range(1, 10)}
ENDS = frozenset({"\x03", "\x04", ""})
"""Leave whatever the keys are: ctrl+c, ctrl+d, and the end of the terminal."""


class StripKeys(NamedTuple):
    """`orders` are sent, `leaves` end the strip, `helps` shows `told`."""

    orders: Mapping[str, tuple[str, str]]
    leaves: frozenset[str]
    helps: frozenset[str]
    told: str


AS_IT_COMES = StripKeys(
    {
        "n": ("next", ""),
        "b": ("back", ""),
        "s": ("skip", ""),
        "m": ("mark", ""),
        " ": ("talk", ""),
        "o": ("yes", ""),
        "w": ("wave", ""),
        "u": ("undo", ""),
        "x": ("panic", ""),
        **PICKS,
    },
    frozenset({"q"}),
    frozenset({"?"}),
    "n next  b back  s skip  1-9 answer  m mark  space talk  o yes  w wave away  u undo  x hide  q leaves",
)


def strip_keys(table: Table) -> StripKeys:
    """From the keys of a call."""
    from salesnerd_tui.ui.keys.names import character_of, shown_key

    keys = {each.id: [key for key in each.keys if character_of(key)] for each in table.commands}
    orders = {character_of(key): (verb, "") for id, verb in ORDERS.items() for key in keys.get(id, ())}
    told = [f"{shown_key(keys[id][0])} {TOLD.get(id, verb)}" for id, verb in ORDERS.items() if keys.get(id)]
    told.insert(min(3, len(told)), "1-9 answer")
    leaves = frozenset(character_of(key) for key in keys["leave"]) or frozenset({"q"})
    ends = shown_key(keys["leave"][0]) if keys["leave"] else "q"
    helps = frozenset(character_of(key) for key in keys["help"])
    return StripKeys({**orders, **PICKS}, leaves, helps, "  ".join([*told, f"{ends} leaves"]))
