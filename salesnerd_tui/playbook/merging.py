"""Laying one playbook over another: maps by key, questions by id, answers by label, lists replaced.

It works on canonical trees, so that a value that comes from a parent or a library still stands where it was written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from salesnerd_tui.playbook.fields import MOVES
from salesnerd_tui.playbook.findings import Finding, did_you_mean, error, warning
from salesnerd_tui.playbook.nodes import Map, Node, Scalar, Seq, folded, seq_of

Entries = dict[str, tuple[Scalar, Node]]
Tell = Callable[[Finding], None]
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


def name_of(item: Map) -> str:
    """What an item is overridden, placed and removed by; a section goes by its heading instead."""
    return item.text("id") or item.text("include")


def _same(over: Map, items: list[Node]) -> int | None:
    """Where the item that `over` stands for is, if it was inherited."""
    if "section" in over:
        titles = {folded(over.text("section")), *(folded(was.text) for was in over.scalars("was"))}
        return _first(items, lambda item: "section" in item and folded(item.text("section")) in titles)
    name = name_of(over)
    if not name:
        return None
    found = _first(items, lambda item: name_of(item) == name)
    if found is not None:
        return found
    return _first(items, lambda item: "was" in item and any(was.text == name for was in item.scalars("was")))


def _first(items: list[Node], test: Callable[[Map], bool]) -> int | None:
    return next((at for at, item in enumerate(items) if isinstance(item, Map) and test(item)), None)


def merged_items(base: Node | None, over: Node, tell: Tell) -> Node:
    """Items by id. A new item goes after the item written above it, unless `after` or `before` says where."""
    if not isinstance(over, Seq):
        return over
    inherited = isinstance(base, Seq) and bool(base.items)
    items: list[Node] = list(base.items) if isinstance(base, Seq) else []
    mine = [item for item in over.items if isinstance(item, Map)]
    if not inherited and not any(_placed(item) or not _is_item(item) for item in mine):
        return over
    last: Node | None = None
    for number, item in enumerate(mine):
        at = _same(item, items) if inherited else None
        if at is not None and not _placed(item):
            items[at] = last = merged_item(items[at], item, tell)
            continue
        if at is not None:
            item = merged_item(items.pop(at), item, tell)
        elif not _is_item(item):
            _patch_of_nothing(item, items, tell)
            continue
        items.insert(_place(item, items, last, mine[number + 1 :], inherited, tell), item)
        last = item
    return seq_of(items, over)


def _is_item(item: Map) -> bool:
    return not item.entries.keys().isdisjoint(("section", "ask", "say", "include"))


def _patch_of_nothing(item: Map, items: list[Node], tell: Tell) -> None:
    name = item.scalar("id")
    if name:
        hint, fix = did_you_mean(name.text, [name_of(one) for one in items if isinstance(one, Map)], "write its `ask:`")
        tell(error("P605", f"nothing inherited has the id '{name.text}'", name.spot, hint, fix))


def _placed(item: Map) -> bool:
    return "after" in item or "before" in item


def _place(item: Map, items: list[Node], last: Node | None, rest: list[Map], inherited: bool, tell: Tell) -> int:
    for key, step in (("after", 1), ("before", 0)):
        target = item.scalar(key)
        if target is None:
            continue
        at = _named(target.text, items)
        if at is not None:
            return at + step
        known = [name_of(one) or one.text("section") for one in items if isinstance(one, Map)]
        hint, fix = did_you_mean(target.text, known)
        tell(error("P605", f"{key} '{target.text}': no item has that id", target.spot, hint, fix))
    if last is not None:
        return items.index(last) + 1
    if inherited:
        following = next((at for one in rest if (at := _same(one, items)) is not None), None)
        if following is not None:
            return following
    return len(items)


def _named(name: str, items: list[Node]) -> int | None:
    """Where the item with that id, or the section with that heading, is."""
    title = folded(name)
    return _first(items, lambda item: name_of(item) == name or folded(item.text("section")) == title)


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
    "gates": _MAP,
    "outcomes": _by_key(_fields({})),
    "drift": _fields({"jargon": _MAP, "never_say": _added_up}),
    "detours": _by_key(_fields({"agenda": merged_items})),
    "rehearsal": _by_key(_BUYER),
    "prep": merged_items,
    "agenda": merged_items,
    "parts": merged_items,
}
