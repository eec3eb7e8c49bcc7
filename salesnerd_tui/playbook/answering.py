"""Answers: a label that can be heard, and what it leads to."""

from __future__ import annotations

from salesnerd_tui.playbook import fields as table
from salesnerd_tui.playbook import values
from salesnerd_tui.playbook.fields import Field, Kind
from salesnerd_tui.playbook.findings import advice, error
from salesnerd_tui.playbook.hints import quote_whole
from salesnerd_tui.playbook.nodes import Map, Node, Scalar, Seq, folded
from salesnerd_tui.playbook.straightening import Shaper

_ACT = Field("an answer", Kind.TEXT, "", "")
_BARE = {"yes", "no", "y", "n", "true", "false", "ja", "nein", "oui", "non", "sí", "si", "ok", "maybe"}


def answers_of(shaper: Shaper, node: Node, field: Field) -> Map | None:
    if not isinstance(node, Map):
        hint = "write each as `What you hear: What you ask next`, or `What you hear: {}` for nothing"
        shaper.tell(error("P112", f"'{field.name}' expects a {field.kind}", node.spot, hint))
        return None
    kept: dict[str, tuple[Scalar, Node]] = {}
    seen: dict[str, Scalar] = {}
    for label, (key, value) in node.entries.items():
        same = folded(label)
        if not same or same in seen:
            first = f"first on line {seen[same].line}: keep one of them" if same else "write what you would hear"
            shaper.tell(
                error("P106", f"'{label}' is written twice" if same else "an answer without words", key.spot, first)
            )
            continue
        seen[same] = key
        if same in _BARE:
            hint = "write what you would hear, like 'We lost a customer over it'"
            shaper.tell(advice("P105", f"'{label}' says little when you read the notes later", key.spot, hint))
        act = _act(shaper, key, value)
        if act:
            kept[label] = (key, act)
    return node.with_entries(kept)


def _act(shaper: Shaper, key: Scalar, value: Node) -> Map | None:
    if isinstance(value, Map):
        act = shaper.map(value, table.ACT)
        moves = [act.entries[move][0] for move in table.MOVES if move in act]
        if len(moves) > 1:
            message = f"an answer leads to one place, not to {moves[0].text} and {moves[1].text}"
            shaper.tell(error("P112", message, moves[1].spot, "delete one of them"))
        return act
    if isinstance(value, Scalar) and value.bare and not values.eaten(value, shaper.tell):
        return Map(*key.place)
    if isinstance(value, Seq):
        hint = "an answer has one follow-up: list others under `probes:` or ask them with `when:`"
        line = value.source.line(value.line)
        if value.items and line[value.column - 1 : value.column] == "[":
            hint += f"; if it is one text, {quote_whole(value.source.between(*value.place[1:]))}"
        shaper.tell(error("P112", f"'{key.text[:40]}' has a list of follow-ups", value.spot, hint))
        return None
    text = values.text_of(value, _ACT, shaper.tell)
    if text is None:
        return None
    return Map(*text.place, {"probe": (text, text)})
