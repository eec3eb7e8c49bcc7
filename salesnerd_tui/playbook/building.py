"""From the merged tree to the model. What is in a canonical tree has the right kind, so little can go wrong here:
conditions that cannot be read, gates that go in circles, an outcome that nobody gave a decision.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from salesnerd_tui.playbook import amounts
from salesnerd_tui.playbook.conditions import GateLit, leaves, parse_condition, with_gates
from salesnerd_tui.playbook.findings import Finding, error
from salesnerd_tui.playbook.model import (
    ALWAYS,
    Answer,
    Ask,
    Buyer,
    Condition,
    Decision,
    Detour,
    Drift,
    Example,
    Gate,
    Interruption,
    Item,
    NoteType,
    Outcome,
    Playbook,
    Priority,
    ProductTalk,
    Say,
    Section,
    Spot,
)
from salesnerd_tui.playbook.nodes import Map, Node, Scalar, Seq

GATES_DEEP_MAX = 20


@dataclass(frozen=True, slots=True)
class Row:
    """An item with the tree it was built from and where it stands: `prep`, `agenda` or a detour's id."""

    item: Item
    node: Map
    place: str
    index: int


@dataclass(slots=True)
class Built:
    """The model, its rows in order, and what was found on the way."""

    playbook: Playbook
    rows: list[Row]
    findings: list[Finding] = field(default_factory=list)


def build(tree: Map, id: str, digest: str = "", sources: tuple[str, ...] = ()) -> Built:
    """The playbook that `tree` says."""
    return _Builder(tree).built(id, digest, sources)


class _Builder:
    def __init__(self, tree: Map) -> None:
        self.tree = tree
        self.rows: list[Row] = []
        self.findings: list[Finding] = []
        self._conditions: dict[int, Condition] = {}
        self.gates = self._gates()

    def built(self, id: str, digest: str, sources: tuple[str, ...]) -> Built:
        tree = self.tree
        minutes = amounts.number(tree.text("minutes"))
        prep = self._items(tree, "prep", "prep")
        agenda = self._items(tree, "agenda", "agenda")
        detours = {name.text: self._detour(name, node) for name, node in tree.under("detours") if isinstance(node, Map)}
        playbook = Playbook(
            id=id,
            title=tree.text("playbook") or tree.text("library"),
            goal=tree.text("goal"),
            lang=tree.text("lang", "en"),
            tags=_texts(tree, "tags"),
            minutes=minutes if minutes is not None else _planned(agenda),
            vars=_map(tree, "vars"),
            prep=prep,
            agenda=agenda,
            detours=detours,
            gates=self.gates,
            outcomes=self._outcomes(),
            drift=_drift(tree.map("drift")),
            buyers={name.text: _buyer(name, node) for name, node in tree.under("rehearsal") if isinstance(node, Map)},
            examples=tuple(_example(node) for node in tree.maps("tests")),
            digest=digest,
            sources=sources,
        )
        return Built(playbook, self.rows, self.findings)

    def _gates(self) -> Mapping[str, Gate]:
        parsed = {name.text: self._parsed(node) for name, node in self.tree.under("gates") if isinstance(node, Scalar)}
        spots = {name.text: name.spot for name, _ in self.tree.under("gates")}
        resolved: dict[str, Condition] = {}
        told: set[str] = set()
        for name in parsed:
            self._resolve(name, (), parsed, resolved, spots, told)
        self._resolved = resolved
        return {name: Gate(name, condition, spots[name]) for name, condition in resolved.items() if name in parsed}

    def _resolve(
        self,
        name: str,
        chain: tuple[str, ...],
        parsed: Mapping[str, Condition],
        resolved: dict[str, Condition],
        spots: Mapping[str, Spot],
        told: set[str],
    ) -> None:
        """Fill in the gates a gate names, deepest first; a circle is told once and counts as dark."""
        if name in resolved or name not in parsed:
            return
        if name in chain or len(chain) > GATES_DEEP_MAX:
            around = chain[chain.index(name) :] if name in chain else chain
            if not told & set(around):
                path = " > ".join((*around[:6], name))
                message = f"gate '{name}' leads back to itself: {path}" if name in chain else "gates more than 20 deep"
                self.findings.append(error("P215", message, spots[name], "write the notes it is about instead"))
            told |= set(around)
            return
        for leaf in leaves(parsed[name]):
            if isinstance(leaf, GateLit):
                self._resolve(leaf.name, (*chain, name), parsed, resolved, spots, told)
        resolved[name] = with_gates(parsed[name], resolved)

    def _parsed(self, node: Scalar | None) -> Condition:
        if node is None:
            return ALWAYS
        found = self._conditions.get(id(node))
        if found is None:
            read = parse_condition(node.text, node.within(0, len(node.text)))
            if isinstance(read, Finding):
                self.findings.append(read)
                read = ALWAYS
            found = self._conditions[id(node)] = read
        return found

    def _when(self, node: Map) -> Condition:
        written = node.scalar("when")
        return with_gates(self._parsed(written), self._resolved) if written else ALWAYS

    def _items(self, tree: Map, key: str, place: str) -> tuple[Item, ...]:
        items: list[Item] = []
        for node in tree.maps(key):
            item = self._item(node)
            if item is not None:
                self.rows.append(Row(item, node, place, len(items)))
                items.append(item)
        return tuple(items)

    def _item(self, node: Map) -> Item | None:
        if "ask" in node:
            return self._ask(node)
        if "say" in node:
            say = node.entries["say"][1]
            text = node.text("say")
            return Say(node.text("id"), text, node.text("by", "me"), node.text("link"), self._when(node), say.spot)
        return self._section(node) if "section" in node else None

    def _section(self, node: Map) -> Section:
        return Section(
            title=node.text("section"),
            goal=node.text("goal"),
            minutes=amounts.number(node.text("minutes")),
            product_talk=ProductTalk(node.text("product_talk", "on_request")),
            when=self._when(node),
            spot=node.entries["section"][1].spot,
        )

    def _ask(self, node: Map) -> Ask:
        """Only what is written is passed on, so that the defaults stand in one place and most questions cost little."""
        written: dict[str, Any] = {}
        for key, (_, value) in node.entries.items():
            convert = _ASKED.get(key)
            if convert:
                written[_NAMES.get(key, key)] = convert(value)
        if "when" in node:
            written["when"] = self._when(node)
        kind = written.get("type")
        if not written.get("choices") and (kind is NoteType.CHOICE or kind is NoteType.SCALE):
            written["choices"] = tuple(answer.label for answer in written.get("answers", ()))
        written.setdefault("id", "")
        return Ask(spot=node.entries["ask"][1].spot, **written)

    def _detour(self, name: Scalar, node: Map) -> Detour:
        return Detour(
            id=name.text,
            agenda=self._items(node, "agenda", name.text),
            hear=_texts(node, "hear"),
            key=node.text("key"),
            once=bool(amounts.flag(node.text("once", "no"))),
            when=self._when(node),
            spot=name.spot,
        )

    def _outcomes(self) -> Mapping[str, Outcome]:
        found = {}
        for name, node in self.tree.under("outcomes"):
            if not isinstance(node, Map):
                continue
            if "decision" not in node:
                message = f"outcome '{name.text}' needs 'decision'"
                self.findings.append(error("P112", message, name.spot, "one of: go, no-go, not-yet"))
            found[name.text] = Outcome(
                id=name.text,
                decision=Decision(node.text("decision", "not-yet")),
                needs=_texts(node, "needs"),
                record=_texts(node, "record"),
                say=node.text("say"),
                next=node.text("next"),
                spot=name.spot,
            )
        return found


def _text(node: Node) -> str:
    return node.text if isinstance(node, Scalar) else ""


def _list(node: Node) -> tuple[str, ...]:
    return tuple(item.text for item in node.items if isinstance(item, Scalar)) if isinstance(node, Seq) else ()


def _text_map(node: Node) -> dict[str, str]:
    return {key: _text(value) for key, (_, value) in node.entries.items()} if isinstance(node, Map) else {}


def _texts(node: Map, key: str) -> tuple[str, ...]:
    found = node.get(key)
    return _list(found) if found else ()


def _map(node: Map, key: str) -> dict[str, str]:
    found = node.get(key)
    return _text_map(found) if found else {}


def _points(node: Node) -> dict[str, float]:
    return {key: amounts.number(value) or 0.0 for key, value in _text_map(node).items()}


def _flag(node: Node) -> bool:
    return bool(amounts.flag(_text(node)))


def _answers(node: Node) -> tuple[Answer, ...]:
    found = node.entries.values() if isinstance(node, Map) else ()
    return tuple(_answer(key, act) for key, act in found if isinstance(act, Map))


def _answer(key: Scalar, act: Map) -> Answer:
    written: dict[str, Any] = {}
    for name, (_, value) in act.entries.items():
        convert = _ACTS.get(name)
        if convert:
            written[_NAMES.get(name, name)] = convert(value)
    shown = written.pop("label", "") or key.text
    return Answer(label=key.text, shown=shown, spot=key.spot, **written)


_NAMES = {"ask": "text", "set": "sets"}
"""Where the language's word is another one than the model's."""

_ASKED: Mapping[str, Callable[[Node], Any]] = {
    "ask": _text,
    "id": _text,
    "priority": lambda node: Priority(_text(node)),
    "type": lambda node: NoteType(_text(node)),
    "choices": _list,
    "why": _text,
    "listen_for": _list,
    "avoid": _list,
    "also": _list,
    "probes": _list,
    "answers": _answers,
    "points": _points,
    "again": _flag,
    "by": _text,
    "link": _text,
    "was": _list,
}
_ACTS: Mapping[str, Callable[[Node], Any]] = {
    **dict.fromkeys(("probe", "say", "goto", "end", "switch", "detour", "label"), _text),
    "back": _flag,
    "points": _points,
    "set": _text_map,
    "avoid": _list,
}


def _planned(agenda: tuple[Item, ...]) -> float | None:
    minutes = [item.minutes for item in agenda if isinstance(item, Section) and item.minutes is not None]
    return sum(minutes) if minutes else None


def _drift(node: Map | None) -> Drift:
    if node is None:
        return Drift()
    usual = Drift()
    in_a_row = amounts.number(node.text("in_a_row_max"))
    return Drift(
        you_talk_max=_or(amounts.share(node.text("you_talk_max")), usual.you_talk_max),
        one_stretch_max_seconds=_or(amounts.seconds(node.text("one_stretch_max")), usual.one_stretch_max_seconds),
        unasked_product_talk_max_seconds=_or(
            amounts.seconds(node.text("unasked_product_talk_max")), usual.unasked_product_talk_max_seconds
        ),
        in_a_row_max=int(_or(in_a_row, usual.in_a_row_max)),
        late_after_seconds=_or(amounts.seconds(node.text("late_after")), usual.late_after_seconds),
        jargon=_map(node, "jargon"),
        never_say=_texts(node, "never_say"),
    )


def _or(value: float | None, usual: float) -> float:
    return usual if value is None else value


def _interrupts(node: Map) -> tuple[Interruption, ...]:
    return tuple(Interruption(one.text("after"), one.text("with"), one.text("says")) for one in node.maps("interrupts"))


def _buyer(name: Scalar, node: Map) -> Buyer:
    return Buyer(
        id=name.text,
        who=node.text("who"),
        picks=_map(node, "picks"),
        says=_map(node, "says"),
        hides=_map(node, "hides"),
        interrupts=_interrupts(node),
        if_jargon=node.text("if_jargon"),
        if_pitch=node.text("if_pitch"),
        otherwise=node.text("otherwise"),
        ends=node.text("ends"),
        spot=name.spot,
    )


def _example(node: Map) -> Example:
    return Example(
        it=node.text("it"),
        buyer=node.text("buyer"),
        picks=_map(node, "picks"),
        notes=_map(node, "notes"),
        late=bool(amounts.flag(node.text("late", "no"))),
        interrupts=_interrupts(node),
        ends=node.text("ends"),
        asks=_texts(node, "asks"),
        skips=_texts(node, "skips"),
        lit=_texts(node, "lit"),
        dark=_texts(node, "dark"),
        back_to=node.text("back_to"),
        spot=node.entries["it"][1].spot if "it" in node else node.spot,
    )
