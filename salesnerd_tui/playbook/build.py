"""Builder of the model from the merged tree.

The values of a canonical tree have the right kinds, so there are only two errors here: an invalid condition, and an
outcome without a decision. Missing fields get the default of the model. The points of answers are multiplied by the
`weight` of their question, so that a call only adds them up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from salesnerd_tui.playbook import field_values
from salesnerd_tui.playbook import fields as table
from salesnerd_tui.playbook.coach_settings import CoachSettings
from salesnerd_tui.playbook.conditions import GateResolver
from salesnerd_tui.playbook.diagnostics import Finding, error
from salesnerd_tui.playbook.fields import Field, Kind, MapKind, NameKind
from salesnerd_tui.playbook.merge import outcome_aliases
from salesnerd_tui.playbook.model import (
    Answer,
    Ask,
    Buyer,
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
    """An item with its node, and its index in a list: `prep`, `agenda` or the one of a detour (its id)."""

    item: Item
    node: Map
    list_name: str
    index: int


class BuildResult(Struct):
    """The model, all items with their nodes, and the findings of building it."""

    playbook: Playbook
    item_nodes: list[ItemNode]
    findings: list[Finding] = field(default_factory=list)


def build(tree: Map, id: str, digest: str = "", sources: tuple[str, ...] = ()) -> BuildResult:
    return _ModelBuilder(tree).build(id, digest, sources)


class _ModelBuilder:
    def __init__(self, tree: Map) -> None:
        self.tree = tree
        self.item_nodes: list[ItemNode] = []
        self.findings: list[Finding] = []
        self._resolver = GateResolver(tree, self.findings)
        self._outcome_aliases = outcome_aliases(outcomes) if (outcomes := tree.map("outcomes")) else {}

    def build(self, id: str, digest: str, sources: tuple[str, ...]) -> BuildResult:
        tree = self.tree
        prep = self._build_items(tree, "prep", "prep")
        agenda = self._build_items(tree, "agenda", "agenda")
        minutes = [item.minutes for item in agenda if isinstance(item, Section) and item.minutes is not None]
        playbook = self._build_model(
            Playbook,
            tree,
            id=id,
            title=tree.text("playbook") or tree.text("library"),
            minutes=sum(minutes) if minutes else None,
            prep=prep,
            agenda=agenda,
            detours={name.text: self._build_detour(name, node) for name, node in tree.named_maps("detours")},
            gates=self._resolver.gates,
            outcomes={name.text: self._build_outcome(name, node) for name, node in tree.named_maps("outcomes")},
            coach=self._build_model(CoachSettings, coach) if (coach := tree.map("coach")) else CoachSettings(),
            buyers={
                name.text: self._build_model(Buyer, node, id=name.text, location=name.location)
                for name, node in tree.named_maps("buyers")
            },
            tests=tuple(
                self._build_model(PlaybookTest, node, it="", location=(node.get("it") or node).location)
                for node in tree.maps("tests")
            ),
            digest=digest,
            sources=sources,
        )
        return BuildResult(playbook, self.item_nodes, self.findings)

    def _build_model(self, model: type[T], node: Map, **values: Any) -> T:
        """Build the model of a map. `values` are those that the map may lack."""
        readers = _READERS_BY_MODEL[model]
        for name, (_, value) in node.entries.items():
            if name in readers:
                attribute, read = readers[name]
                values[attribute] = read(self, value)
        return model(**values)

    def _build_items(self, tree: Map, key: str, list_name: str) -> tuple[Item, ...]:
        items: list[Item] = []
        for node in tree.maps(key):
            item = self._build_item(node)
            if item is not None:
                self.item_nodes.append(ItemNode(item, node, list_name, len(items)))
                items.append(item)
        return tuple(items)

    def _build_item(self, node: Map) -> Item | None:
        if "ask" in node:
            return self._build_question(node)
        if "say" in node:
            return self._build_model(Say, node, id="", location=node.entries["say"][1].location)
        if "section" in node:
            return self._build_model(Section, node, location=node.entries["section"][1].location)
        return None

    def _build_question(self, node: Map) -> Ask:
        ask = self._build_model(Ask, node, id="", location=node.entries["ask"][1].location)
        answers = SCALE_ANSWERS if ask.type is NoteType.SCALE and not ask.answers else ask.answers
        weight = _points(node.entries["weight"][1]) if "weight" in node else {}
        if weight:
            answers = tuple(replace(answer, points=_weighted_points(answer, weight)) for answer in answers)
        return ask if answers is ask.answers else replace(ask, answers=answers)

    def build_answers(self, node: Node) -> tuple[Answer, ...]:
        entries = node.entries.values() if isinstance(node, Map) else ()
        return tuple(
            self._build_model(Answer, act, label=key.text, display_label=key.text, location=key.location)
            for key, act in entries
            if isinstance(act, Map)
        )

    def _build_detour(self, name: Scalar, node: Map) -> Detour:
        if "agenda" not in node:
            hint = "write what to ask or say, under `agenda:`"
            self.findings.append(error("P112", f"detour '{name.text}' needs 'agenda'", name.location, hint))
        agenda = self._build_items(node, "agenda", name.text)
        return self._build_model(Detour, node, id=name.text, agenda=agenda, location=name.location)

    def _build_outcome(self, name: Scalar, node: Map) -> Outcome:
        if "decision" not in node:
            message = f"outcome '{name.text}' needs 'decision'"
            self.findings.append(error("P112", message, name.location, "one of: go, no-go, not-yet"))
        prompts = _text_map(node.entries["capture"][1]) if "capture" in node else {}
        return self._build_model(
            Outcome, node, id=name.text, decision=Decision.NOT_YET, prompts=prompts, location=name.location
        )

    def current_outcome_id(self, node: Node) -> str:
        return self._outcome_aliases.get(_text(node), _text(node))

    def build_condition(self, node: Node) -> Condition:
        return self._resolver.resolve(node if isinstance(node, Scalar) else None)

    def build_gates(self, node: Node) -> tuple[Gate, ...]:
        """Return the gates that a list names; the name of a condition is its text."""
        nodes = [node for node in node.items if isinstance(node, Scalar)] if isinstance(node, Seq) else []
        return tuple(Gate(node.text, self._resolver.resolve(node), node.location) for node in nodes)

    def build_interruptions(self, node: Node) -> tuple[Interruption, ...]:
        nodes = node.items if isinstance(node, Seq) else ()
        return tuple(
            self._build_model(Interruption, node, after="", detour="") for node in nodes if isinstance(node, Map)
        )


SCALE_ANSWERS = tuple(Answer(label, label) for label in "12345")
"""Default answers of a question of type `scale`."""


def _weighted_points(answer: Answer, weight: Mapping[str, float]) -> dict[str, float]:
    """Return the points of an answer multiplied by `weight`.

    A label that is a number counts as that many points unless the answer has points: a score of 4 at weight 3 is 12.
    `weight` is by the name of the points; the empty name applies to all of them.
    """
    score = field_values.parse_number(answer.label)
    points = answer.points or (dict.fromkeys(weight, score) if score is not None else {})
    return {name: value * weight.get(name, weight.get("", 1.0)) for name, value in points.items()}


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
    Kind.MINUTES: _read_text(field_values.parse_minutes),
    Kind.SHARE: _read_text(field_values.parse_share),
    Kind.SECONDS: _read_text(field_values.parse_seconds),
    Kind.FLAG: _read_text(lambda text: bool(field_values.parse_flag(text))),
    Kind.POINTS: _read_node(_points),
    Kind.CAPTURE: _read_node(lambda node: tuple(_text_map(node)) or _texts(node)),
    Kind.ANSWERS: _ModelBuilder.build_answers,
    Kind.CONDITION: _ModelBuilder.build_condition,
    Kind.CONDITIONS: _ModelBuilder.build_gates,
    Kind.INTERRUPTS: _ModelBuilder.build_interruptions,
}


def _field_readers(model: type[Struct], map_kind: MapKind) -> dict[str, tuple[str, _Reader]]:
    """Return the attribute of the model and the reader for each field. Attributes with a time end in `_seconds`."""
    readers: dict[str, tuple[str, _Reader]] = {}
    for name, table_field in map_kind.fields.items():
        attribute = table_field.attribute or (f"{name}_seconds" if table_field.kind is Kind.SECONDS else name)
        reader = _field_reader(table_field)
        if reader and attribute in model.__struct_fields__:
            readers[name] = (attribute, reader)
    return readers


def _field_reader(field: Field) -> _Reader | None:
    if field.name_kind is NameKind.OUTCOME:
        return _ModelBuilder.current_outcome_id
    if (choices := field.choices) and field.kind is Kind.SOME_OF:
        return _read_node(lambda node: tuple(map(choices, _texts(node))))
    return _read_text(choices) if choices else _READERS_BY_KIND.get(field.kind)


_READERS_BY_MODEL: Mapping[type[Struct], Mapping[str, tuple[str, _Reader]]] = {
    model: _field_readers(model, map_kind)
    for model, map_kind in (
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
