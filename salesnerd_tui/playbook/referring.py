"""What names what: which fields hold the name of a question, a detour, an outcome, a gate or a buyer.

One table for everything that has to follow names through a file: renaming, and completion in an editor.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum

from msgspec import Struct

from salesnerd_tui.playbook import fields as table
from salesnerd_tui.playbook.book import PLACEHOLDER
from salesnerd_tui.playbook.fields import Field, Kind, Shape
from salesnerd_tui.playbook.nodes import Map, Node, Scalar, Seq


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
"""The kinds of names that an author makes up."""

_N = Names
_ITEM = {"after": _N.PLACE, "before": _N.PLACE}
VALUES: Mapping[str, Mapping[str, Names]] = {
    table.FILE.title: {"extends": _N.PLAYBOOK, "use": _N.LIBRARY, "remove": _N.ANY},
    table.SECTION.title: _ITEM,
    table.ASK.title: {"id": _N.QUESTION, **_ITEM},
    table.SAY.title: {"id": _N.QUESTION, **_ITEM},
    table.INCLUDE.title: {"include": _N.PART, **_ITEM},
    table.ACT.title: {"goto": _N.ITEM, "end": _N.OUTCOME, "switch": _N.PLAYBOOK, "detour": _N.DETOUR},
    table.OUTCOME.title: {"needs": _N.GATE, "record": _N.QUESTION, "next": _N.PLAYBOOK},
    table.INTERRUPT.title: {"after": _N.ITEM, "with": _N.DETOUR},
    table.BUYER.title: {"ends": _N.OUTCOME},
    table.TEST.title: {
        "buyer": _N.BUYER,
        "ends": _N.OUTCOME,
        "asks": _N.ITEM,
        "skips": _N.ITEM,
        "lit": _N.GATE,
        "dark": _N.GATE,
        "back_to": _N.ITEM,
    },
}
"""Title of a shape to field to what its value names."""

KEYS: Mapping[str, Mapping[str, Names]] = {
    table.FILE.title: {
        "detours": _N.DETOUR,
        "gates": _N.GATE,
        "outcomes": _N.OUTCOME,
        "rehearsal": _N.BUYER,
        "labels": _N.ANY,
    },
    table.ACT.title: {"set": _N.QUESTION},
    table.BUYER.title: {"picks": _N.ITEM, "says": _N.ITEM, "hides": _N.ITEM},
    table.TEST.title: {"picks": _N.ITEM, "notes": _N.QUESTION},
}
"""Title of a shape to field to what the keys of the map under it name."""

_MAPS: Mapping[Kind, Shape] = {Kind.EACH: table.EACH, Kind.DRIFT: table.DRIFT}
_NAMED: Mapping[Kind, Shape] = {
    Kind.DETOURS: table.DETOUR,
    Kind.OUTCOMES: table.OUTCOME,
    Kind.BUYERS: table.BUYER,
    Kind.ANSWERS: table.ACT,
}
_LISTED: Mapping[Kind, Shape] = {Kind.TESTS: table.TEST, Kind.INTERRUPTS: table.INTERRUPT}
_QUOTED_OR_WORD = re.compile(r"\"[^\"]*\"|'[^']*'|(?<![\w.])([A-Za-z_][\w.]*)(\s*(?:is|includes)\b|\s*[<>=])?")
_NO_NAMES = frozenset(("and", "or", "not", "is", "known", "unknown", "includes"))


class Visit(Struct, frozen=True):
    """A known field in a file as it was written: `owner` has `key` with `value`."""

    shape: Shape
    field: Field
    owner: Map
    key: Scalar
    value: Node


class Mention(Struct, frozen=True):
    """A name in a file: `node.text[at:at + len(name)]`."""

    kind: Names
    name: str
    node: Scalar
    at: int = 0
    made: bool = False
    """Whether the name is made here, and not only used."""


def visits(node: Map, shape: Shape = table.FILE) -> Iterator[Visit]:
    """Every known field of a file, in written order, also where other things are wrong in it."""
    for name, (key, value) in node.entries.items():
        field = shape.fields.get(name)
        if field is not None:
            yield Visit(shape, field, node, key, value)
            yield from _below(field.kind, value)


def _below(kind: Kind, value: Node) -> Iterator[Visit]:
    if kind in _MAPS and isinstance(value, Map):
        yield from visits(value, _MAPS[kind])
    elif kind in _NAMED and isinstance(value, Map):
        for _, node in value.entries.values():
            if isinstance(node, Map):
                yield from visits(node, _NAMED[kind])
    elif kind in _LISTED:
        for node in _each(value):
            yield from visits(node, _LISTED[kind])
    elif kind is Kind.ITEMS:
        for node in _each(value):
            yield from visits(node, shape_of(node))


def _each(value: Node) -> list[Map]:
    nodes = value.items if isinstance(value, Seq) else [value]
    return [node for node in nodes if isinstance(node, Map)]


def shape_of(item: Map) -> Shape:
    """What kind of item it is; an override with no more than an id is a question."""
    return next((shape for name, shape in table.ITEMS.items() if name in item), table.ASK)


def items_of(tree: Map) -> Iterator[Map]:
    """Every item of a file: prep, agenda, parts and detours."""
    for visit in visits(tree):
        if visit.field.kind is Kind.ITEMS:
            yield from _each(visit.value)


def scalars_of(node: Node) -> list[Scalar]:
    """A text, or the texts of a list."""
    if isinstance(node, Seq):
        return [item for item in node.items if isinstance(item, Scalar)]
    return [node] if isinstance(node, Scalar) else []


def mentions(tree: Map) -> Iterator[Mention]:
    """Every name in a file: made, used, in a condition, or as {name} in a text."""
    for visit in visits(tree):
        title, name = visit.shape.title, visit.field.name
        kind = VALUES.get(title, {}).get(name)
        if kind is not None:
            made = (name == "id" and "ask" in visit.owner) or name == "record"
            yield from (Mention(kind, text.text, text, 0, made) for text in scalars_of(visit.value))
        keys = KEYS.get(title, {}).get(name)
        if keys is not None and isinstance(visit.value, Map):
            made = keys in OWN and (visit.shape is table.FILE or name == "set")
            yield from (Mention(keys, key.text, key, 0, made) for key, _ in visit.value.entries.values())
        if visit.field.kind is Kind.CONDITION and isinstance(visit.value, Scalar):
            yield from _in_condition(visit.value)
        if visit.field.kind is Kind.GATES and isinstance(visit.value, Map):
            for _, gate in visit.value.entries.values():
                yield from _in_condition(gate) if isinstance(gate, Scalar) else ()
    for scalar in all_scalars(tree):
        for found in PLACEHOLDER.finditer(scalar.text):
            yield Mention(Names.QUESTION, found[1], scalar, found.start(1))


def _in_condition(node: Scalar) -> Iterator[Mention]:
    """A name that is compared is a note, a name alone is a gate; what stands in quotes is neither."""
    for found in _QUOTED_OR_WORD.finditer(node.text):
        name = found[1]
        if name and name not in _NO_NAMES:
            yield Mention(Names.QUESTION if found[2] else Names.GATE, name, node, found.start(1))


def all_scalars(node: Node) -> Iterator[Scalar]:
    """Every text of a tree in written order, keys too."""
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Seq):
        for item in node.items:
            yield from all_scalars(item)
    else:
        for key, value in node.entries.values():
            yield key
            yield from all_scalars(value)
