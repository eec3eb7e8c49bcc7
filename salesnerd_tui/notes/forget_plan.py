"""What is to be forgotten, as it is written down before anything goes, and what that comes to."""

from __future__ import annotations

import json
from collections.abc import Mapping

from msgspec import Struct, field

from salesnerd_tui.notes.files import is_call_id
from salesnerd_tui.notes.redacting import Name


class Plan(Struct, frozen=True):
    """Whole calls, names wherever they stand, and the words heard in calls, with the figures to keep of each."""

    calls: tuple[str, ...] = ()
    names: tuple[Name, ...] = ()
    words: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


class Preview(Struct, frozen=True):
    """What carrying out a plan would do.

    `plan` also has the full names that were found (`Dana Smith` for Dana), and the rehearsals that replay a call that
    goes. `rewritten` are other calls with how often a name stands in them; `open` ones are in a window, and
    `unreadable` ones are damaged beyond reading or of a newer version. `parts` are single words of the names that would
    still stand somewhere, with in how many calls.
    """

    plan: Plan
    rewritten: Mapping[str, int]
    open: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    parts: Mapping[str, int] = field(default_factory=dict)


def to_json(plan: Plan) -> bytes:
    names = [[name.text, name.exact] for name in plan.names]
    told = {"calls": list(plan.calls), "names": names, "words": {key: dict(kept) for key, kept in plan.words.items()}}
    return json.dumps(told).encode()


def from_json(data: bytes) -> Plan:
    """Raises `ValueError`, `TypeError` or `KeyError` for what `to_json` did not write."""
    told = json.loads(data)
    calls = tuple(call_id for call_id in told["calls"] if is_call_id(call_id))
    return Plan(calls, tuple(Name(str(text), bool(exact)) for text, exact in told["names"]), dict(told["words"]))
