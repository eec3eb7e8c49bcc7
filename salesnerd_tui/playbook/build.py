"""Builder of the model from the merged tree.

Values in a canonical tree have the right kind, so only two things can go wrong here: a condition that cannot be read,
and an outcome without a decision. Missing fields keep the default of the model. `weight` is multiplied into the points
of the answers, so that a call only adds them up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from salesnerd_tui.playbook import field_values
from salesnerd_tui.playbook import fields as table
from salesnerd_tui.playbook.conditions import Gates
from salesnerd_tui.playbook.diagnostics import Finding, error
from salesnerd_tui.playbook.fields import Field, Kind, MapKind, NameKind
from salesnerd_tui.playbook.merge import outcome_aliases
from salesnerd_tui.playbook.model import (
    Answer,
    Ask,
    Buyer,
    CoachSettings,
    Condition,
    Decision,
    Detour,
    Gate,
    Interruption,
    Item,
    NoteType,
    Outcome,
    Playbook,
    PlaybookTest,
    Say,
    Section,
)
from salesnerd_tui.playbook.yaml_tree import Map, Node, Scalar, Seq

T = TypeVar("T", bound=Struct)


class ItemNode(Struct, frozen=True, gc=False):
    """An item with its tree and the name of its list: `prep`, `agenda` or a detour's id."""

    item: Item
    node: Map
    place: str
    index: int


class BuildResult(Struct):
    """The model, its rows in order, and the findings of building it."""

    playbook: Playbook
    item_nodes: list[ItemNode]
    findings: list[Finding] = field(default_factory=list)


def build(tree: Map, id: str, digest: str = "", sources: tuple[str, ...] = ()) -> BuildResult:
    """Build the playbook from a merged tree."""
    return _ModelBuilder(tree).build(id, digest, sources)


class _ModelBuilder:
    def __init__(self, tree: Map) -> None:
        self.tree = tree
        self.rows: list[ItemNode] = []
        self.findings: list[Finding] = []
        self._gates = Gates(tree, self.findings)
        self._outcome_aliases = outcome_aliases(outcomes) if (outcomes := tree.map("outcomes")) else {}

    def build(self, id: str, digest: str, sources: tuple[str, ...]) -> BuildResult:
        tree = self.tree
        prep = self._items(tree, "prep", "prep")
        agenda = self._items(tree, "agenda", "agenda")
        playbook = self._model(
            Playbook,
            tree,
            id=id,
            title=tree.text("playbook") or tree.text("library"),
            minutes=_planned_minutes(agenda),
            prep=prep,
            agenda=agenda,
            detours={name.text: self._detour(name, node) for name, node in _maps(tree, "detours")},
            gates=self._gates.all(),
            outcomes={name.text: self._outcome(name, node) for name, node in _maps(tree, "outcomes")},
            coach=self._model(CoachSettings, coach) if (coach := tree.map("coach")) else CoachSettings(),
            buyers={
                name.text: self._model(Buyer, node, id=name.text, location=name.location)
                for name, node in _maps(tree, "buyers")
            },
            tests=tuple(
                self._model(
                    PlaybookTest,
                    node,
                    it="",
                    location=node.entries["it"][1].location if "it" in node else node.location,
                )
                for node in tree.maps("tests")
            ),
            digest=digest,
            sources=sources,
        )
        return BuildResult(playbook, self.rows, self.findings)

    def _model(self, model: type[T], node: Map, **given: Any) -> T:
        """Return the model of a map; values that the map lacks are taken from `given`."""
        readers = _READERS_BY_MODEL[model]
        for name, (_, value) in node.entries.items():
            found = readers.get(name)
            if found:
                attribute, read = found
                given[attribute] = read(self, value)
        return model(**given)

    def _items(self, tree: Map, key: str, place: str) -> tuple[Item, ...]:
        items: list[Item] = []
        for node in tree.maps(key):
            item = self._item(node)
            if item is not None:
                self.rows.append(ItemNode(item, node, place, len(items)))
                items.append(item)
        return tuple(items)

    def _item(self, node: Map) -> Item | None:
        if "ask" in node:
            return self._ask(node)
        if "say" in node:
            return self._model(Say, node, id="", location=node.entries["say"][1].location)
        if "section" in node:
            return self._model(Section, node, location=node.entries["section"][1].location)
        return None

    def _ask(self, node: Map) -> Ask:
        ask = self._model(Ask, node, id="", location=node.entries["ask"][1].location)
        answers = SCALE_ANSWERS if ask.type is NoteType.SCALE and not ask.answers else ask.answers
        weight = _points(node.entries["weight"][1]) if "weight" in node else {}
        if weight:
            answers = apply_weight(answers, weight)
        return ask if answers is ask.answers else replace(ask, answers=answers)

    def answers(self, node: Node) -> tuple[Answer, ...]:
        found = node.entries.values() if isinstance(node, Map) else ()
        return tuple(
            self._model(Answer, act, label=key.text, display_label=key.text, location=key.location)
            for key, act in found
            if isinstance(act, Map)
        )

    def _detour(self, name: Scalar, node: Map) -> Detour:
        return self._model(
            Detour, node, id=name.text, agenda=self._items(node, "agenda", name.text), location=name.location
        )

    def _outcome(self, name: Scalar, node: Map) -> Outcome:
        if "decision" not in node:
            message = f"outcome '{name.text}' needs 'decision'"
            self.findings.append(error("P112", message, name.location, "one of: go, no-go, not-yet"))
        prompts = _text_map(node.entries["capture"][1]) if "capture" in node else {}
        return self._model(
            Outcome, node, id=name.text, decision=Decision.NOT_YET, prompts=prompts, location=name.location
        )

    def outcome(self, node: Node) -> str:
        """Return the current id of an outcome."""
        return self._outcome_aliases.get(_text(node), _text(node))

    def condition(self, node: Node) -> Condition:
        return self._gates.condition(node if isinstance(node, Scalar) else None)

    def needed(self, node: Node) -> tuple[Gate, ...]:
        """Return the gates that a list names; a condition without a name goes by its text."""
        written = [one for one in node.items if isinstance(one, Scalar)] if isinstance(node, Seq) else []
        return tuple(Gate(one.text, self._gates.condition(one), one.location) for one in written)

    def interruptions(self, node: Node) -> tuple[Interruption, ...]:
        written = node.items if isinstance(node, Seq) else ()
        return tuple(self._model(Interruption, one, after="", detour="") for one in written if isinstance(one, Map))


SCALE_ANSWERS = tuple(Answer(label, label) for label in "12345")
"""Default answers of a question of type `scale`."""


def apply_weight(answers: Sequence[Answer], weight: Mapping[str, float]) -> tuple[Answer, ...]:
    """Return the answers with their points times `weight`.

    A label that is a number is worth that many points unless the answer gives others: a score of 4 at weight 3 is 12.
    `weight` is by name of points; a bare number (the empty name) weighs all of them.
    """
    return tuple(replace(one, points=_weighted_points(one, weight)) for one in answers)


def _weighted_points(answer: Answer, weight: Mapping[str, float]) -> dict[str, float]:
    score = field_values.parse_number(answer.label)
    points = answer.points or (dict.fromkeys(weight, score) if score is not None else {})
    return {name: value * weight.get(name, weight.get("", 1.0)) for name, value in points.items()}


def _planned_minutes(agenda: tuple[Item, ...]) -> float | None:
    minutes = [item.minutes for item in agenda if isinstance(item, Section) and item.minutes is not None]
    return sum(minutes) if minutes else None


def _maps(tree: Map, key: str) -> list[tuple[Scalar, Map]]:
    return [(name, node) for name, node in tree.entries_of(key) if isinstance(node, Map)]


def _text(node: Node) -> str:
    return node.text if isinstance(node, Scalar) else ""


def _texts(node: Node) -> tuple[str, ...]:
    return tuple(node.texts()) if isinstance(node, Seq) else ()


def _text_map(node: Node) -> dict[str, str]:
    return {key: _text(value) for key, (_, value) in node.entries.items()} if isinstance(node, Map) else {}


def _points(node: Node) -> dict[str, float]:
    return {key: field_values.parse_number(value) or 0.0 for key, value in _text_map(node).items()}


_Reader = Callable[[_ModelBuilder, Node], Any]


def _read_node(read: Callable[[Node], Any]) -> _Reader:
    return lambda _, node: read(node)


def _read_text(read: Callable[[str], Any]) -> _Reader:
    return lambda _, node: read(_text(node))


_READERS_BY_KIND: Mapping[Kind, _Reader] = {
    **dict.fromkeys((Kind.TEXT, Kind.ID, Kind.NAME, Kind.LETTER, Kind.LANG, Kind.PLAYBOOK), _read_node(_text)),
    **dict.fromkeys((Kind.TEXTS, Kind.IDS, Kind.NAMES), _read_node(_texts)),
    **dict.fromkeys((Kind.TEXT_MAP, Kind.NOTES), _read_node(_text_map)),
    Kind.NUMBER: _read_text(lambda text: int(field_values.parse_number(text) or 0)),
    Kind.MINUTES: _read_text(field_values.parse_minutes),
    Kind.SHARE: _read_text(field_values.parse_share),
    Kind.SECONDS: _read_text(field_values.parse_seconds),
    Kind.FLAG: _read_text(lambda text: bool(field_values.parse_flag(text))),
    Kind.POINTS: _read_node(_points),
    Kind.CAPTURE: _read_node(lambda node: tuple(_text_map(node)) or _texts(node)),
    Kind.ANSWERS: _ModelBuilder.answers,
    Kind.CONDITION: _ModelBuilder.condition,
    Kind.CONDITIONS: _ModelBuilder.needed,
    Kind.INTERRUPTS: _ModelBuilder.interruptions,
}


def _field_readers(model: type[Struct], shape: MapKind) -> dict[str, tuple[str, _Reader]]:
    """Return, for each field that the model has, its name there and how it is read. Lengths are in seconds there."""
    found: dict[str, tuple[str, _Reader]] = {}
    for name, known in shape.fields.items():
        attribute = known.attribute or (f"{name}_seconds" if known.kind is Kind.SECONDS else name)
        read = _field_reader(known)
        if read and attribute in model.__struct_fields__:
            found[name] = (attribute, read)
    return found


def _field_reader(known: Field) -> _Reader | None:
    if known.name_kind is NameKind.OUTCOME:
        return _ModelBuilder.outcome
    return _read_text(known.choices) if known.choices else _READERS_BY_KIND.get(known.kind)


_READERS_BY_MODEL: Mapping[type[Struct], Mapping[str, tuple[str, _Reader]]] = {
    model: _field_readers(model, shape)
    for model, shape in (
        (Playbook, table.FILE),
        (Section, table.SECTION),
        (Ask, table.ASK),
        (Say, table.SAY),
        (Answer, table.ANSWER),
        (Detour, table.DETOUR),
        (Outcome, table.OUTCOME),
        (CoachSettings, table.COACH),
        (Interruption, table.INTERRUPT),
        (Buyer, table.BUYER),
        (PlaybookTest, table.TEST),
    )
}
