"""The items of an agenda: each is exactly one of section, ask, say and include, or a change to an inherited one."""

from __future__ import annotations

from itertools import islice

from salesnerd_tui.playbook import fields as table
from salesnerd_tui.playbook.fields import Field
from salesnerd_tui.playbook.findings import closest, error
from salesnerd_tui.playbook.nodes import Map, Node, Scalar, Seq, seq_of
from salesnerd_tui.playbook.slugs import slug
from salesnerd_tui.playbook.straightening import Shaper, patch


def items_of(shaper: Shaper, node: Node, field: Field) -> Seq | None:
    if not isinstance(node, Seq):
        shaper.expect(node, field, Seq)
        return None
    shaped = [_item(shaper, item, field) for item in node.items]
    return seq_of([item for item in shaped if item is not None], node)


def _item(shaper: Shaper, node: Node, field: Field) -> Map | None:
    if not isinstance(node, Map):
        text = f": '- ask: {node.text[:40]}'" if isinstance(node, Scalar) and node.text else ""
        shaper.tell(
            error("P110", "an item is a section, ask, say or include", node.spot, f"write{text or ' one of them'}")
        )
        return None
    kinds = [kind for kind in table.ITEMS if kind in node.entries]
    if len(kinds) > 1:
        second = node.entries[kinds[1]][0]
        shaper.tell(error("P110", f"an item cannot be both {kinds[0]} and {kinds[1]}", second.spot, "make two items"))
        return None
    if not kinds:
        return _without_kind(shaper, node)
    if field.name == "parts" and kinds[0] != "ask":
        shaper.tell(error("P110", "a part is a question: ask", node.entries[kinds[0]][0].spot))
        return None
    clean = shaper.map(node, table.ITEMS[kinds[0]])
    bad = node.entries.get("id")
    if bad and "id" not in clean and isinstance(bad[1], Scalar):
        clean.entries["id"] = (bad[0], bad[1].derived(slug(bad[1].text)))
    return clean if kinds[0] in clean else None


def _without_kind(shaper: Shaper, node: Map) -> Map | None:
    if shaper.inherits and "id" in node:
        return shaper.map(node, patch(table.ASK))
    keys = [key for key, _ in islice(node.entries.values(), 20)]
    meant = next(((key, close) for key in keys if (close := closest(key.text, table.ITEMS))), None)
    if meant:
        hint = f"did you mean '{meant[1]}'?"
        shaper.tell(error("P110", "not one of section, ask, say and include", meant[0].spot, hint, meant[1]))
    else:
        spot = keys[0].spot if keys else node.spot
        shaper.tell(
            error("P110", "not one of section, ask, say and include", spot, "an item needs exactly one of them")
        )
    return None
