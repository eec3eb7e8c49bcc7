"""Fields that hold the name of a question, a detour, an outcome, a gate or a buyer.

One table for everything that follows names through a file, such as completion in an editor.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from salesnerd_tui.playbook import schema as table


class Names(StrEnum):
    """The namespaces. An `ITEM` is a question as a step of the call, a `PLACE` that or a section's heading, a `PART` a
    question of a library; all three are named like questions."""

    QUESTION = "question"
    ITEM = "item"
    DETOUR = "detour"
    OUTCOME = "outcome"
    GATE = "gate"
    BUYER = "buyer"
    PLACE = "place"
    PART = "part"
    ANY = "anything"
    PLAYBOOK = "playbook"
    LIBRARY = "library"


OWN = (Names.QUESTION, Names.DETOUR, Names.OUTCOME, Names.GATE, Names.BUYER)
"""Kinds of names that an author chooses."""

_N = Names
_ITEM = {"after": _N.PLACE, "before": _N.PLACE}
VALUES: Mapping[str, Mapping[str, Names]] = {
    table.FILE.title: {"extends": _N.PLAYBOOK, "use": _N.LIBRARY, "remove": _N.ANY},
    table.SECTION.title: _ITEM,
    table.ASK.title: {"id": _N.QUESTION, **_ITEM},
    table.SAY.title: {"id": _N.QUESTION, **_ITEM},
    table.INCLUDE.title: {"include": _N.PART, **_ITEM},
    table.ACT.title: {"goto": _N.ITEM, "end": _N.OUTCOME, "switch": _N.PLAYBOOK, "detour": _N.DETOUR},
    table.OUTCOME.title: {"needs": _N.GATE, "capture": _N.QUESTION, "next": _N.PLAYBOOK},
    table.INTERRUPT.title: {"after": _N.ITEM, "with": _N.DETOUR},
    table.BUYER.title: {"ends": _N.OUTCOME},
    table.TEST.title: {
        "buyer": _N.BUYER,
        "ends": _N.OUTCOME,
        "asks": _N.ITEM,
        "skips": _N.ITEM,
        "met": _N.GATE,
        "unmet": _N.GATE,
        "returns_to": _N.ITEM,
    },
}
"""Title of a shape to field to what its value names."""

KEYS: Mapping[str, Mapping[str, Names]] = {
    table.FILE.title: {
        "detours": _N.DETOUR,
        "gates": _N.GATE,
        "outcomes": _N.OUTCOME,
        "buyers": _N.BUYER,
        "labels": _N.ANY,
    },
    table.ACT.title: {"set": _N.QUESTION},
    table.BUYER.title: {"picks": _N.ITEM, "says": _N.ITEM, "hides": _N.ITEM},
    table.TEST.title: {"picks": _N.ITEM, "notes": _N.QUESTION},
}
"""Title of a shape to field to what the keys of the map under it name."""
