"""Merging of playbooks: maps by key, questions by id, answers by label; lists are replaced.

An item that overrides an inherited one changes it in place. A new item goes after the one written above it, or where
`after` or `before` puts it. The merge works on canonical trees, so that each value keeps its position in the source.
Every step takes constant time, because a hostile file may have ten thousand items.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from msgspec import Struct, field

from salesnerd_tui.lazy_pattern import lazy_pattern
from salesnerd_tui.playbook.diagnostics import Report, did_you_mean, error, warning
from salesnerd_tui.playbook.fields import DESTINATIONS, ITEMS
from salesnerd_tui.playbook.yaml_tree import (
    ITEM_LISTS,
    Entries,
    Map,
    Node,
    Scalar,
    Seq,
    item_lists,
    make_seq,
    map_item_lists,
    normalize_label,
)

Merge = Callable[[Node | None, Node, Report], Node]


def item_name(item: Map) -> str:
    """Return the name by which files override, place and remove an item; a section has its heading instead."""
    return item.text("id") or item.text("include")


def _replace(_base: Node | None, over: Node, _report: Report) -> Node:
    return over


_Merges = Mapping[str, Merge]
"""Merges of the values of some keys of a map."""


def _merge_maps(base: Node | None, over: Map, report: Report, merges: _Merges, other: Merge = _replace) -> Map:
    """Merge a map over an inherited one; `other` merges the values of keys without a merge of their own."""
    entries: Entries = dict(base.entries) if isinstance(base, Map) else {}
    for key, (name, value) in over.entries.items():
        entry = entries.get(key)
        entries[key] = (name, merges.get(key, other)(entry[1] if entry else None, value, report))
    return over.with_entries(entries)


def _map_merge(merges: _Merges, other: Merge = _replace) -> Merge:
    """Return the merge of two maps; see `_merge_maps`."""
    return lambda base, over, report: _merge_maps(base, over, report, merges, other) if isinstance(over, Map) else over


def merge_item(base: Node, over: Map, report: Report) -> Map:
    """Merge an item over the inherited one of the same name."""
    if not isinstance(base, Map) or ("say" in over and "say" not in base):
        return over
    if "ask" in over:
        base = base.with_entries({key: entry for key, entry in base.entries.items() if key not in ("say", "include")})
    entries = _merge_maps(base, over, report, _ITEM_MERGES).entries
    if "id" in base and ("ask" in entries or "say" in entries):
        entries["id"] = base.entries["id"]
    if "ask" in entries:
        entries.pop("include", None)
    return (over if "ask" in over or "say" in over else base).with_entries(entries)


def _merge_defaults(base: Node | None, over: Node, _report: Report) -> Node:
    return with_defaults(base, over) if isinstance(base, Map) and isinstance(over, Map) else over


def with_defaults(defaults: Map, over: Map) -> Map:
    """Return a question with `defaults`; its own fields take precedence.

    Its answers are merged over the default ones if they share a label; otherwise they replace them.
    """
    entries: Entries = {**defaults.entries, **over.entries}
    own_answers, default_answers = over.map("answers"), defaults.map("answers")
    if own_answers is not None and default_answers is not None:
        labels = set(map(normalize_label, default_answers.entries))
        if any(normalize_label(label) in labels for label in own_answers.entries):
            # The findings are ignored, because a question may well have other answers than the defaults.
            merged = merge_answers(default_answers, own_answers, lambda _: None)
            entries["answers"] = (entries["answers"][0], merged)
    return over.with_entries(entries)


def merge_answers(base: Node | None, over: Node, report: Report) -> Node:
    """Merge answers by label. An inherited label keeps its spelling."""
    if not isinstance(base, Map) or not isinstance(over, Map):
        return over
    entries: Entries = dict(base.entries)
    inherited_labels = {normalize_label(label): label for label in entries}
    for label, (key, answer) in over.entries.items():
        inherited_label = inherited_labels.get(normalize_label(label))
        if inherited_label is None:
            if isinstance(answer, Map) and answer.entries.keys() == {"label"}:
                hint, fix = did_you_mean(label, entries)
                report(error("P605", f"'{label}' is not an inherited answer", key.location, hint, fix))
            entries[label] = (key, answer)
        else:
            inherited_key, inherited = entries[inherited_label]
            entries[inherited_label] = (inherited_key, _merge_answer(inherited, answer))
    return over.with_entries(entries)


def _merge_answer(base: Node, over: Node) -> Node:
    if not isinstance(base, Map) or not isinstance(over, Map):
        return over
    has_destination = any(name in over for name in DESTINATIONS)
    entries = {key: entry for key, entry in base.entries.items() if not (has_destination and key in DESTINATIONS)}
    return over.with_entries({**entries, **over.entries}) if over.entries else base


class _Slot(Struct, eq=False):
    """An item in the list, with the items that go directly before and after it.

    A moved item is in one of these lists of another slot, not in its inherited place.
    """

    item: Map
    before: list[_Slot] = field(default_factory=list)
    after: list[_Slot] = field(default_factory=list)
    is_moved: bool = False


def merge_items(base: Node | None, over: Node, report: Report) -> Node:
    """Merge items by id. A new item goes after the item written above it, unless `after` or `before` says where."""
    if not isinstance(over, Seq):
        return over
    inherited = [item for item in base.items if isinstance(item, Map)] if isinstance(base, Seq) else []
    own = [item for item in over.items if isinstance(item, Map)]
    if not inherited and all(_is_item(item) and not _has_place(item) for item in own):
        return over
    return make_seq(list[Node](_ItemMerger(inherited, report).merge(own)), over)


def _has_place(item: Map) -> bool:
    return "after" in item or "before" in item


def _is_item(item: Map) -> bool:
    return not item.entries.keys().isdisjoint(ITEMS)


class _ItemMerger:
    """Merger of the items of a file over inherited ones."""

    def __init__(self, inherited: Sequence[Map], report: Report) -> None:
        self.report = report
        self.slots = [_Slot(item) for item in inherited]
        self.by_name: dict[str, _Slot] = {}
        self.by_title: dict[str, _Slot] = {}
        self.by_alias: dict[str, _Slot] = {}
        for slot in self.slots:
            self._register(slot)
        self.has_inherited = bool(inherited)

    def _register(self, slot: _Slot) -> None:
        item = slot.item
        if "section" in item:
            self.by_title.setdefault(normalize_label(item.text("section")), slot)
        elif item_name(item):
            self.by_name.setdefault(item_name(item), slot)
            for alias in item.scalars("aliases"):
                self.by_alias.setdefault(alias.text, slot)

    def merge(self, own: Sequence[Map]) -> list[Map]:
        overridden = [self._find_overridden(item) for item in own]
        waiting: list[_Slot] = []
        previous: _Slot | None = None
        for item, inherited in zip(own, overridden, strict=True):
            if inherited is None and not _is_item(item):
                self._report_unknown_id(item)
                continue
            slot = inherited or _Slot(item)
            if inherited is not None:
                inherited.item = merge_item(inherited.item, item, self.report)
            else:
                self._register(slot)
            if inherited is None or _has_place(item):
                self._place(slot, item, previous, waiting, is_new=inherited is None)
            if inherited is not None and waiting:
                inherited.before += waiting
                waiting = []
            previous = slot
        self.slots += waiting
        return self._flatten()

    def _find_overridden(self, item: Map) -> _Slot | None:
        if "section" in item:
            titles = (item.text("section"), *(alias.text for alias in item.scalars("aliases")))
            slots = (self.by_title.get(normalize_label(title)) for title in titles)
            return next((slot for slot in slots if slot), None)
        name = item_name(item)
        return self.by_name.get(name) or self.by_alias.get(name) if name else None

    def _find_anchor(self, item: Map) -> _Slot | None:
        """Return the slot that `after` or `before` of an item names."""
        name = item.scalar("after") or item.scalar("before")
        if name is None:
            return None
        anchor = self.by_name.get(name.text) or self.by_title.get(normalize_label(name.text))
        if anchor is None:
            names = [*self.by_name, *(slot.item.text("section") for slot in self.by_title.values())]
            hint, fix = did_you_mean(name.text, names)
            key = "after" if "after" in item else "before"
            self.report(error("P605", f"{key} '{name.text}': no item has that id", name.location, hint, fix))
        return anchor

    def _place(self, slot: _Slot, item: Map, previous: _Slot | None, waiting: list[_Slot], *, is_new: bool) -> None:
        anchor = self._find_anchor(item)
        if anchor is slot:
            return
        if not is_new and (anchor or previous):
            slot.is_moved = True
        if anchor is not None:
            (anchor.after if "after" in item else anchor.before).append(slot)
        elif previous is not None and previous not in waiting:
            previous.after.append(slot)
        elif self.has_inherited and is_new:
            waiting.append(slot)
        elif is_new:
            self.slots.append(slot)
        else:
            slot.is_moved = False

    def _report_unknown_id(self, item: Map) -> None:
        name = item.scalar("id")
        if name:
            hint, fix = did_you_mean(name.text, self.by_name, "write its `ask:`")
            self.report(error("P605", f"nothing inherited has the id '{name.text}'", name.location, hint, fix))

    def _flatten(self) -> list[Map]:
        """Return the items in their final order. Items that are placed in a cycle come last and are reported."""
        flat: list[Map] = []
        todo: list[tuple[_Slot, bool]] = [(slot, False) for slot in reversed(self.slots) if not slot.is_moved]
        done: set[int] = set()
        while todo:
            slot, is_expanded = todo.pop()
            if is_expanded:
                flat.append(slot.item)
                continue
            if id(slot) in done:
                continue
            done.add(id(slot))
            todo += [(next_slot, False) for next_slot in reversed(slot.after)]
            todo.append((slot, True))
            todo += [(next_slot, False) for next_slot in reversed(slot.before)]
        for slot in self.slots:
            if id(slot) not in done:
                anchor = slot.item.scalar("after") or slot.item.scalar("before")
                if anchor:
                    message = "these items are placed after each other"
                    self.report(error("P605", message, anchor.location, "drop one `after`"))
                flat.append(slot.item)
        return flat


_NOT_INHERITED = ("library", "goal", "lang", "tags", "minutes", "extends", "use", "remove", "defaults")
_MAPS_BY_ID = ("detours", "outcomes", "gates", "buyers")


def merge_files(base: Map, over: Map, report: Report) -> Map:
    """Merge a file over inherited ones. A library does not pass on its title, goal, language and defaults."""
    if "library" in over:
        over = over.filter(lambda name, _: name.text not in _NOT_INHERITED)
    return _merge_maps(base, over, report, _FILE_MERGES)


def without_removed(tree: Map, names: list[Scalar], report: Report) -> Map:
    """Return `tree` without the inherited items, detours, outcomes, gates and buyers that `remove:` names.

    What inherited buyers and tests say about them goes too, because the author cannot change it in the parent's file.
    """
    removed_names = {name.text for name in names}
    known_names = {item_name(item) for items in item_lists(tree) for item in items} - {""}
    known_names |= {name.text for key in _MAPS_BY_ID for name, _ in tree.entries_of(key)}
    found_names: set[str] = set()
    entries: Entries = {}
    for key, (name, value) in tree.entries.items():
        if key in _MAPS_BY_ID and isinstance(value, Map):
            found_names |= removed_names & value.entries.keys()
            value = value.filter(lambda name, _: name.text not in removed_names)
        entries[key] = (name, value)

    def remove_from(items: Seq) -> Seq:
        kept: list[Node] = []
        for item in items.items:
            if isinstance(item, Map) and item_name(item) in removed_names:
                found_names.add(item_name(item))
            else:
                kept.append(item)
        return make_seq(kept, items)

    result = map_item_lists(tree.with_entries(entries), remove_from)
    for name in names:
        if name.text not in found_names:
            hint, fix = did_you_mean(name.text, sorted(known_names))
            message = f"remove '{name.text}': nothing inherited has that id"
            report(warning("P605", message, name.location, hint, fix))
    return _without_references(result, found_names)


def without_taken_keys(base: Map, own: Map, report: Report) -> Map:
    """Return the inherited `base`, in which no detour has a key that the file gives to another one."""
    own_keys = {name.text: key for name, detour in own.named_maps("detours") if (key := detour.scalar("key"))}
    owners = {key.text: name for name, key in own_keys.items()}
    inherited = base.map("detours")
    if inherited is None or not owners:
        return base
    entries: Entries = {}
    for id, (name, detour) in inherited.entries.items():
        if isinstance(detour, Map) and (letter := detour.text("key")) in owners and id not in own_keys:
            message = f"'{letter}' opens '{owners[letter]}', and no longer the inherited detour '{id}'"
            hint = f"to open both with a key: `detours: {{{id}: {{key: …}}}}`"
            report(warning("P309", message, own_keys[owners[letter]].location, hint))
            detour = detour.filter(lambda field, _: field.text != "key")
        entries[id] = (name, detour)
    return base.with_entries({**base.entries, "detours": (base.entries["detours"][0], inherited.with_entries(entries))})


def _without_references(tree: Map, removed_names: AbstractSet[str]) -> Map:
    """Return a file whose buyers and tests do not mention what was removed; a test that does is dropped."""
    entries = dict(tree.entries)
    if buyers := tree.map("buyers"):
        kept = {
            id: (name, _buyer_without(buyer, removed_names) if isinstance(buyer, Map) else buyer)
            for id, (name, buyer) in buyers.entries.items()
        }
        entries["buyers"] = (entries["buyers"][0], buyers.with_entries(kept))
    if tests := tree.maps("tests"):
        kept_tests: list[Node] = [test for test in tests if not _mentions(test, removed_names)]
        entries["tests"] = (entries["tests"][0], make_seq(kept_tests, entries["tests"][1]))
    return tree.with_entries(entries)


def _buyer_without(buyer: Map, removed_names: AbstractSet[str]) -> Map:
    entries: Entries = {}
    for key, (name, value) in buyer.entries.items():
        if key in ("picks", "says", "hides") and isinstance(value, Map):
            value = value.filter(lambda question, _: question.text not in removed_names)
        elif key == "interrupts" and isinstance(value, Seq):
            value = make_seq([each for each in value.items if not _mentions(each, removed_names)], value)
        elif key == "ends" and isinstance(value, Scalar) and value.text in removed_names:
            continue
        entries[key] = (name, value)
    return buyer.with_entries(entries)


def _mentions(node: Node, names: AbstractSet[str]) -> bool:
    """Return whether a test or an interruption has one of the names as a key, as a text, or in a condition."""
    if isinstance(node, Map):
        return any(
            key in names or (key != "it" and _mentions(value, names)) or (key in _CONDITIONS and _uses(value, names))
            for key, (_, value) in node.entries.items()
        )
    if isinstance(node, Seq):
        return any(_mentions(item, names) for item in node.items)
    return node.text in names


_CONDITIONS = ("met", "unmet")
_QUOTED = lazy_pattern(r"\"[^\"]*\"|'[^']*'")
_NAME = lazy_pattern(r"[a-z][a-z0-9_]*")


def _uses(node: Node, names: AbstractSet[str]) -> bool:
    """Return whether a condition, or one of a list, uses one of the names."""
    texts = [node.text] if isinstance(node, Scalar) else node.texts() if isinstance(node, Seq) else []
    return any(not names.isdisjoint(_NAME.findall(_QUOTED.sub("", text))) for text in texts)


def outcome_aliases(outcomes: Map) -> dict[str, str]:
    """Return the current id of each outcome by its former ids, without former ids that another outcome has now."""
    return {
        alias.text: id
        for id, (_, outcome) in outcomes.entries.items()
        if isinstance(outcome, Map)
        for alias in outcome.scalars("aliases")
        if alias.text not in outcomes
    }


def _merge_outcomes(base: Node | None, over: Node, report: Report) -> Node:
    """Merge outcomes by id; an override may still use the former id of an inherited outcome."""
    if isinstance(base, Map) and isinstance(over, Map):
        aliases = outcome_aliases(base)
        entries: Entries = {}
        for key, (name, value) in over.entries.items():
            current_id = aliases.get(key, key)
            entries[current_id] = (name if current_id == key else name.with_text(current_id), value)
        over = over.with_entries(entries)
    return _map_merge({}, _MERGE_BY_KEY)(base, over, report)


def _merge_unique_texts(base: Node | None, over: Node, _report: Report) -> Node:
    if not isinstance(base, Seq) or not isinstance(over, Seq):
        return over
    labels = {normalize_label(item.text) for item in base.items if isinstance(item, Scalar)}
    new = [item for item in over.items if not (isinstance(item, Scalar) and normalize_label(item.text) in labels)]
    return make_seq([*base.items, *new], over)


_MERGE_BY_KEY = _map_merge({})
_ITEM_MERGES: _Merges = {"answers": merge_answers, "defaults": _merge_defaults}
_FILE_MERGES: _Merges = {
    **dict.fromkeys(("vars", "labels", "gates"), _MERGE_BY_KEY),
    **dict.fromkeys(ITEM_LISTS, merge_items),
    "outcomes": _merge_outcomes,
    "coach": _map_merge({"jargon": _MERGE_BY_KEY, "never_say": _merge_unique_texts}),
    "detours": _map_merge({}, _map_merge({"agenda": merge_items})),
    "buyers": _map_merge({}, _map_merge(dict.fromkeys(("picks", "says", "hides"), _MERGE_BY_KEY))),
}
"""Fields of an item and of a file that merge; all others replace what is inherited."""
