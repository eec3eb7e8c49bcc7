"""One item over the inherited one of the same name: fields by name, answers by label."""

from __future__ import annotations

from collections.abc import Callable

from salesnerd_tui.playbook.fields import MOVES
from salesnerd_tui.playbook.findings import Finding, did_you_mean, error, warning
from salesnerd_tui.playbook.nodes import Map, Node, Scalar, folded

Entries = dict[str, tuple[Scalar, Node]]
Tell = Callable[[Finding], None]


def name_of(item: Map) -> str:
    """What an item is overridden, placed and removed by; a section goes by its heading instead."""
    return item.text("id") or item.text("include")


def merged_item(base: Node, over: Map, tell: Tell) -> Map:
    """One item over the inherited one of the same name."""
    if not isinstance(base, Map):
        return over
    if "say" in over and "say" not in base:
        return over
    entries: Entries = dict(base.entries)
    if "ask" in over:
        for kind in ("say", "include"):
            entries.pop(kind, None)
    replaced = {name.text for name in over.scalars("replace")}
    _check_replaced(base, over, tell)
    for field in replaced - over.entries.keys():
        entries.pop(field, None)
    for key, (name, value) in over.entries.items():
        if key in ("include", "id") and key not in base and "ask" in base:
            continue
        found = None if key in replaced else entries.get(key)
        entries[key] = (name, _item_field(key, found[1] if found else None, value, tell))
    if "id" in base.entries and ("ask" in entries or "say" in entries):
        entries["id"] = base.entries["id"]
    entries.pop("include", None) if "ask" in entries else None
    return base.with_entries(entries) if "ask" not in over and "say" not in over else over.with_entries(entries)


def _check_replaced(base: Map, over: Map, tell: Tell) -> None:
    for name in over.scalars("replace"):
        if name.text not in base:
            hint, fix = did_you_mean(name.text, [key for key in base.entries if key not in ("id", "ask")])
            tell(
                warning(
                    "P605", f"replace '{name.text}': the inherited question has no such field", name.spot, hint, fix
                )
            )


def _item_field(key: str, base: Node | None, over: Node, tell: Tell) -> Node:
    if key == "answers":
        return merged_answers(base, over, tell)
    if key in ("points", "each") and isinstance(base, Map) and isinstance(over, Map):
        return with_defaults(base, over) if key == "each" else base.with_entries({**base.entries, **over.entries})
    return over


def with_defaults(defaults: Map, over: Map) -> Map:
    """A question with its section's `each`: what it writes itself wins, answers and points merge."""
    entries: Entries = dict(defaults.entries)
    replaced = {name.text for name in over.scalars("replace")}
    for key, (name, value) in over.entries.items():
        found = None if key in replaced else defaults.get(key)
        entries[key] = (name, _item_field(key, found, value, _quiet))
    return over.with_entries(entries)


def _quiet(finding: Finding) -> None:
    """A new label beside the section's own is meant."""


def merged_answers(base: Node | None, over: Node, tell: Tell) -> Node:
    """Answers by label; the key of the first stays, whatever later ones are spelled like."""
    if not isinstance(base, Map) or not isinstance(over, Map):
        return over
    entries: Entries = dict(base.entries)
    keys = {folded(label): label for label in entries}
    for label, (key, act) in over.entries.items():
        known = keys.get(folded(label))
        if known is None:
            if isinstance(act, Map) and act.entries.keys() == {"label"} and tell is not _quiet:
                hint, fix = did_you_mean(label, entries)
                tell(error("P605", f"'{label}' is not an inherited answer", key.spot, hint, fix))
            entries[label] = (key, act)
        else:
            first, inherited = entries[known]
            entries[known] = (first, _merged_act(inherited, act))
    return over.with_entries(entries)


def _merged_act(base: Node, over: Node) -> Node:
    if not isinstance(base, Map) or not isinstance(over, Map):
        return over
    moves = any(move in over for move in MOVES)
    kept = {key: entry for key, entry in base.entries.items() if not (moves and key in MOVES)}
    return over.with_entries({**kept, **over.entries}) if over.entries else base
