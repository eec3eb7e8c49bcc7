"""From the merged tree to the model. What is in a canonical tree has the right kind, so little can go wrong here:
conditions that cannot be read, gates that go in circles, an outcome that nobody gave a decision.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from salesnerd_tui.playbook import amounts
from salesnerd_tui.playbook.conditions import GateLit, leaves, parse_condition, with_gates
from salesnerd_tui.playbook.converting import ASKED, NAMES, buyer_of, drift_of, example_of, map_of, planned, texts
from salesnerd_tui.playbook.findings import Finding, error
from salesnerd_tui.playbook.model import (
    ALWAYS,
    Ask,
    Condition,
    Decision,
    Detour,
    Gate,
    Item,
    NoteType,
    Outcome,
    Playbook,
    ProductTalk,
    Say,
    Section,
    Spot,
)
from salesnerd_tui.playbook.nodes import Map, Scalar
from salesnerd_tui.playbook.weighing import weighed

GATES_DEEP_MAX = 20


class Row(Struct, frozen=True):
    """An item with the tree it was built from and where it stands: `prep`, `agenda` or a detour's id."""

    item: Item
    node: Map
    place: str
    index: int


class Built(Struct):
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
            tags=texts(tree, "tags"),
            minutes=minutes if minutes is not None else planned(agenda),
            vars=map_of(tree, "vars"),
            prep=prep,
            agenda=agenda,
            detours=detours,
            gates=self.gates,
            outcomes=self._outcomes(),
            drift=drift_of(tree.map("drift")),
            buyers={name.text: buyer_of(name, node) for name, node in tree.under("rehearsal") if isinstance(node, Map)},
            examples=tuple(example_of(node) for node in tree.maps("tests")),
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
            convert = ASKED.get(key)
            if convert:
                written[NAMES.get(key, key)] = convert(value)
        if "when" in node:
            written["when"] = self._when(node)
        kind = written.get("type")
        if not written.get("choices") and (kind is NoteType.CHOICE or kind is NoteType.SCALE):
            written["choices"] = tuple(answer.label for answer in written.get("answers", ()))
        weight = written.pop("weight", None)
        if weight:
            written["answers"] = weighed(written.get("answers", ()), written.get("choices", ()), weight)
        written.setdefault("id", "")
        return Ask(spot=node.entries["ask"][1].spot, **written)

    def _detour(self, name: Scalar, node: Map) -> Detour:
        return Detour(
            id=name.text,
            agenda=self._items(node, "agenda", name.text),
            hear=texts(node, "hear"),
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
                needs=texts(node, "needs"),
                record=texts(node, "record"),
                say=node.text("say"),
                next=node.text("next"),
                spot=name.spot,
            )
        return found
