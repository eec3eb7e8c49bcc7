"""From the merged tree to the model. What is in a canonical tree has the right kind, so little can go wrong here:
conditions that cannot be read, and an outcome that nobody gave a decision.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from salesnerd_tui.playbook import amounts
from salesnerd_tui.playbook.converting import ASKED, NAMES, buyer_of, drift_of, example_of, map_of, planned, texts
from salesnerd_tui.playbook.findings import Finding, error
from salesnerd_tui.playbook.gating import Gates
from salesnerd_tui.playbook.model import (
    Ask,
    Decision,
    Detour,
    Item,
    NoteType,
    Outcome,
    Playbook,
    ProductTalk,
    Say,
    Section,
)
from salesnerd_tui.playbook.nodes import Map, Scalar
from salesnerd_tui.playbook.weighing import weighed


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
        self._gates = Gates(tree, self.findings)

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
            labels=map_of(tree, "labels"),
            prep=prep,
            agenda=agenda,
            detours=detours,
            gates=self._gates.all(),
            outcomes=self._outcomes(),
            drift=drift_of(tree.map("drift")),
            buyers={name.text: buyer_of(name, node) for name, node in tree.under("rehearsal") if isinstance(node, Map)},
            examples=tuple(example_of(node) for node in tree.maps("tests")),
            digest=digest,
            sources=sources,
        )
        return Built(playbook, self.rows, self.findings)

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
            return Say(
                node.text("id"),
                text,
                node.text("by", "me"),
                node.text("link"),
                self._gates.condition(node.scalar("when")),
                say.spot,
            )
        return self._section(node) if "section" in node else None

    def _section(self, node: Map) -> Section:
        return Section(
            title=node.text("section"),
            goal=node.text("goal"),
            minutes=amounts.number(node.text("minutes")),
            product_talk=ProductTalk(node.text("product_talk", "on_request")),
            when=self._gates.condition(node.scalar("when")),
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
            written["when"] = self._gates.condition(node.scalar("when"))
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
            when=self._gates.condition(node.scalar("when")),
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
