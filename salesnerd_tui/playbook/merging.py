"""Laying one playbook over another: maps by key, questions by id, answers by label, lists replaced.

It works on canonical trees, so that a value that comes from a parent or a library still stands where it was written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from salesnerd_tui.playbook.findings import did_you_mean, warning
from salesnerd_tui.playbook.nodes import Map, Node, Scalar, Seq, folded, seq_of
from salesnerd_tui.playbook.overriding import Entries, Tell, name_of
from salesnerd_tui.playbook.placing import merged_items

_OWN_TO_A_FILE = ("library", "format", "goal", "lang", "tags", "minutes", "extends", "use", "remove")
_ITEM_LISTS = ("prep", "agenda", "parts")


def overlaid(base: Map, over: Map, tell: Tell) -> Map:
    """`base` with what `over` writes. A library's own title, goal and language stay its own."""
    entries: Entries = dict(base.entries)
    for key, (name, value) in over.entries.items():
        if "library" in over and key in _OWN_TO_A_FILE:
            continue
        found = entries.get(key)
        merge = _FIELDS.get(key)
        entries[key] = (name, merge(found[1] if found else None, value, tell) if merge else value)
    return over.with_entries(entries)


def without(tree: Map, names: list[Scalar], tell: Tell) -> Map:
    """`tree` without the inherited things that `remove:` names."""
    gone = {name.text for name in names}
    seen: set[str] = set()
    entries: Entries = {}
    for key, (name, value) in tree.entries.items():
        entries[key] = (name, _pruned(key, value, gone, seen))
    known = sorted(_ids(tree))
    for name in names:
        if name.text not in seen:
            hint, fix = did_you_mean(name.text, known)
            tell(warning("P605", f"remove '{name.text}': nothing inherited has that id", name.spot, hint, fix))
    return tree.with_entries(entries)


def _pruned(key: str, value: Node, gone: set[str], seen: set[str]) -> Node:
    if key in _ITEM_LISTS and isinstance(value, Seq):
        return _kept(value, gone, seen)
    if key in ("detours", "outcomes", "gates", "rehearsal") and isinstance(value, Map):
        seen |= gone & value.entries.keys()
        kept = {one: entry for one, entry in value.entries.items() if one not in gone}
        if key == "detours":
            kept = {one: (name, _agenda_kept(detour, gone, seen)) for one, (name, detour) in kept.items()}
        return value.with_entries(kept)
    return value


def _agenda_kept(detour: Node, gone: set[str], seen: set[str]) -> Node:
    agenda = detour.get("agenda") if isinstance(detour, Map) else None
    if not isinstance(detour, Map) or not isinstance(agenda, Seq):
        return detour
    return detour.with_entries({**detour.entries, "agenda": (detour.entries["agenda"][0], _kept(agenda, gone, seen))})


def _kept(items: Seq, gone: set[str], seen: set[str]) -> Seq:
    seen |= gone & {name_of(item) for item in items.items if isinstance(item, Map)}
    return seq_of([item for item in items.items if not (isinstance(item, Map) and name_of(item) in gone)], items)


def _ids(tree: Map) -> set[str]:
    found = {name_of(item) for key in _ITEM_LISTS for item in tree.maps(key)}
    for key in ("detours", "outcomes", "gates", "rehearsal"):
        found |= {name.text for name, _ in tree.under(key)}
    for _, detour in tree.under("detours"):
        found |= {name_of(item) for item in detour.maps("agenda")} if isinstance(detour, Map) else set()
    return found - {""}


def _by_key(inner: Callable[[Node | None, Node, Tell], Node]) -> Callable[[Node | None, Node, Tell], Node]:
    def merge(base: Node | None, over: Node, tell: Tell) -> Node:
        if not isinstance(over, Map):
            return over
        entries: Entries = dict(base.entries) if isinstance(base, Map) else {}
        for key, (name, value) in over.entries.items():
            found = entries.get(key)
            entries[key] = (name, inner(found[1] if found else None, value, tell))
        return over.with_entries(entries)

    return merge


def _replaced(_base: Node | None, over: Node, _tell: Tell) -> Node:
    return over


def _fields(
    special: Mapping[str, Callable[[Node | None, Node, Tell], Node]],
) -> Callable[[Node | None, Node, Tell], Node]:
    def merge(base: Node | None, over: Node, tell: Tell) -> Node:
        if not isinstance(over, Map):
            return over
        entries: Entries = dict(base.entries) if isinstance(base, Map) else {}
        for key, (name, value) in over.entries.items():
            found = entries.get(key)
            entries[key] = (name, special.get(key, _replaced)(found[1] if found else None, value, tell))
        return over.with_entries(entries)

    return merge


def _added_up(base: Node | None, over: Node, _tell: Tell) -> Node:
    if not isinstance(base, Seq) or not isinstance(over, Seq):
        return over
    known = {folded(item.text) for item in base.items if isinstance(item, Scalar)}
    new = [item for item in over.items if not (isinstance(item, Scalar) and folded(item.text) in known)]
    return seq_of([*base.items, *new], over)


_MAP = _by_key(_replaced)
_BUYER = _fields({"picks": _MAP, "says": _MAP, "hides": _MAP})
_FIELDS: Mapping[str, Callable[[Node | None, Node, Tell], Node]] = {
    "vars": _MAP,
    "labels": _MAP,
    "gates": _MAP,
    "outcomes": _by_key(_fields({})),
    "drift": _fields({"jargon": _MAP, "never_say": _added_up}),
    "detours": _by_key(_fields({"agenda": merged_items})),
    "rehearsal": _by_key(_BUYER),
    "prep": merged_items,
    "agenda": merged_items,
    "parts": merged_items,
}
