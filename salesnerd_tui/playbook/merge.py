"""Merging of playbooks: maps by key, questions by id, answers by label; lists are replaced.

An item that overrides an inherited one changes it in place. A new item goes after the one written above it, or where
`after` or `before` puts it. The merge works on canonical trees, so that each value keeps its position in the source.
Every step takes constant time, because a hostile file may have ten thousand items.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct, field

from salesnerd_tui.playbook.diagnostics import Finding, Report, did_you_mean, error, warning
from salesnerd_tui.playbook.fields import DESTINATIONS
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
    """Return the name by which an item is overridden, placed and removed; a section has its heading instead."""
    return item.text("id") or item.text("include")


def _replace(_base: Node | None, over: Node, _report: Report) -> Node:
    return over


def _merge_maps(base: Node | None, over: Map, report: Report, merge_of: Callable[[str], Merge]) -> Map:
    """Return a map over an inherited one, at the place of `over`; `merge_of` says how the values of a key merge."""
    entries: Entries = dict(base.entries) if isinstance(base, Map) else {}
    for key, (name, value) in over.entries.items():
        found = entries.get(key)
        entries[key] = (name, merge_of(key)(found[1] if found else None, value, report))
    return over.with_entries(entries)


def _merge_values(inner: Merge) -> Merge:
    """Return the merge of maps whose values all merge in one way."""
    return lambda base, over, report: (
        _merge_maps(base, over, report, lambda _: inner) if isinstance(over, Map) else over
    )


def _merge_fields(special: Mapping[str, Merge]) -> Merge:
    """Return the merge of maps whose fields replace the inherited ones, except for special ones."""
    return lambda base, over, report: (
        _merge_maps(base, over, report, lambda key: special.get(key, _replace)) if isinstance(over, Map) else over
    )


def merge_item(base: Node, over: Map, report: Report) -> Map:
    """Merge an item over the inherited one of the same name."""
    if not isinstance(base, Map) or ("say" in over and "say" not in base):
        return over
    if "ask" in over:
        base = base.with_entries({key: one for key, one in base.entries.items() if key not in ("say", "include")})
    entries = _merge_maps(base, over, report, lambda key: _ITEM_MERGES.get(key, _replace)).entries
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
    own, usual = over.map("answers"), defaults.map("answers")
    if own is not None and usual is not None:
        labels = set(map(normalize_label, usual.entries))
        if any(normalize_label(label) in labels for label in own.entries):
            entries["answers"] = (entries["answers"][0], merge_answers(usual, own, _ignore))
    return over.with_entries(entries)


def _ignore(finding: Finding) -> None:
    """Ignore a finding: a label that the defaults do not have is intended."""


def merge_answers(base: Node | None, over: Node, report: Report) -> Node:
    """Merge answers by label; the spelling of the first one is kept."""
    if not isinstance(base, Map) or not isinstance(over, Map):
        return over
    entries: Entries = dict(base.entries)
    keys = {normalize_label(label): label for label in entries}
    for label, (key, act) in over.entries.items():
        known = keys.get(normalize_label(label))
        if known is None:
            if isinstance(act, Map) and act.entries.keys() == {"label"} and report is not _ignore:
                hint, fix = did_you_mean(label, entries)
                report(error("P605", f"'{label}' is not an inherited answer", key.location, hint, fix))
            entries[label] = (key, act)
        else:
            first, inherited = entries[known]
            entries[known] = (first, _merge_answer(inherited, act))
    return over.with_entries(entries)


def _merge_answer(base: Node, over: Node) -> Node:
    if not isinstance(base, Map) or not isinstance(over, Map):
        return over
    moves = any(move in over for move in DESTINATIONS)
    kept = {key: entry for key, entry in base.entries.items() if not (moves and key in DESTINATIONS)}
    return over.with_entries({**kept, **over.entries}) if over.entries else base


_ITEM_KINDS = ("section", "ask", "say", "include")


class _Slot(Struct, eq=False):
    """Place of an item, with the new items before and after it."""

    item: Map
    before: list[_Slot] = field(default_factory=list)
    after: list[_Slot] = field(default_factory=list)
    moved: bool = False


def merge_items(base: Node | None, over: Node, report: Report) -> Node:
    """Merge items by id. A new item goes after the item written above it, unless `after` or `before` says where."""
    if not isinstance(over, Seq):
        return over
    inherited = [item for item in base.items if isinstance(item, Map)] if isinstance(base, Seq) else []
    mine = [item for item in over.items if isinstance(item, Map)]
    if not inherited and all(_is_complete(item) for item in mine):
        return over
    return make_seq(list[Node](_ItemMerger(inherited, report).merged(mine)), over)


def _is_complete(item: Map) -> bool:
    return _is_item(item) and "after" not in item and "before" not in item


def _is_item(item: Map) -> bool:
    return not item.entries.keys().isdisjoint(_ITEM_KINDS)


class _ItemMerger:
    def __init__(self, inherited: Sequence[Map], report: Report) -> None:
        self.report = report
        self.order = [_Slot(item) for item in inherited]
        self.names: dict[str, _Slot] = {}
        self.titles: dict[str, _Slot] = {}
        self.former: dict[str, _Slot] = {}
        for place in self.order:
            self._enter(place)
        self.inherited = bool(inherited)

    def _enter(self, place: _Slot) -> None:
        item = place.item
        if "section" in item:
            self.titles.setdefault(normalize_label(item.text("section")), place)
        elif item_name(item):
            self.names.setdefault(item_name(item), place)
            for was in item.scalars("aliases"):
                self.former.setdefault(was.text, place)

    def merged(self, mine: Sequence[Map]) -> list[Map]:
        found = [self._same(item) if self.inherited else None for item in mine]
        waiting: list[_Slot] = []
        last: _Slot | None = None
        for item, same in zip(mine, found, strict=True):
            if same is None and not _is_item(item):
                self._patch_of_nothing(item)
                continue
            place = same or _Slot(item)
            if same is not None:
                same.item = merge_item(same.item, item, self.report)
            else:
                self._enter(place)
            if same is None or "after" in item or "before" in item:
                self._put(place, item, last, waiting, new=same is None)
            if same is not None and waiting:
                same.before += waiting
                waiting = []
            last = place
        self.order += waiting
        return self._flat()

    def _same(self, item: Map) -> _Slot | None:
        """Return the inherited item that `item` overrides."""
        if "section" in item:
            titles = (item.text("section"), *(was.text for was in item.scalars("aliases")))
            return next(
                (self.titles[normalize_label(title)] for title in titles if normalize_label(title) in self.titles), None
            )
        name = item_name(item)
        return self.names.get(name) or self.former.get(name) if name else None

    def _put(self, place: _Slot, item: Map, last: _Slot | None, waiting: list[_Slot], *, new: bool) -> None:
        target = self._target(item)
        if target is place:
            return
        if not new and (target or last):
            place.moved = True
        if target is not None:
            (target.after if "after" in item else target.before).append(place)
        elif last is not None and last not in waiting:
            last.after.append(place)
        elif self.inherited and new:
            waiting.append(place)
        elif new:
            self.order.append(place)
        else:
            place.moved = False

    def _target(self, item: Map) -> _Slot | None:
        wanted = item.scalar("after") or item.scalar("before")
        if wanted is None:
            return None
        found = self.names.get(wanted.text) or self.titles.get(normalize_label(wanted.text))
        if found is None:
            known = [*self.names, *(place.item.text("section") for place in self.titles.values())]
            hint, fix = did_you_mean(wanted.text, known)
            key = "after" if "after" in item else "before"
            self.report(error("P605", f"{key} '{wanted.text}': no item has that id", wanted.location, hint, fix))
        return found

    def _patch_of_nothing(self, item: Map) -> None:
        name = item.scalar("id")
        if name:
            hint, fix = did_you_mean(name.text, self.names, "write its `ask:`")
            self.report(error("P605", f"nothing inherited has the id '{name.text}'", name.location, hint, fix))

    def _flat(self) -> list[Map]:
        """Return the final order. Items whose places form a cycle come last and are reported."""
        flat: list[Map] = []
        todo: list[tuple[_Slot, bool]] = [(place, False) for place in reversed(self.order) if not place.moved]
        done: set[int] = set()
        while todo:
            place, opened = todo.pop()
            if opened:
                flat.append(place.item)
                continue
            if id(place) in done:
                continue
            done.add(id(place))
            todo += [(one, False) for one in reversed(place.after)]
            todo.append((place, True))
            todo += [(one, False) for one in reversed(place.before)]
        for place in self.order:
            if id(place) not in done:
                where = place.item.scalar("after") or place.item.scalar("before")
                if where:
                    self.report(
                        error("P605", "these items are placed after each other", where.location, "drop one `after`")
                    )
                flat.append(place.item)
        return flat


_NOT_INHERITED = ("library", "goal", "lang", "tags", "minutes", "extends", "use", "remove", "defaults")
_MAPS_BY_ID = ("detours", "outcomes", "gates", "buyers")


def merge_files(base: Map, over: Map, report: Report) -> Map:
    """Return `base` with what `over` writes. A library keeps its title, goal, language and defaults to itself."""
    if "library" in over:
        over = over.filter(lambda name, _: name.text not in _NOT_INHERITED)
    return _merge_maps(base, over, report, lambda key: _FILE_MERGES.get(key, _replace))


def without_removed(tree: Map, names: list[Scalar], report: Report) -> Map:
    """Return `tree` without the inherited things that `remove:` names."""
    gone = {name.text for name in names}
    known = {item_name(item) for items in item_lists(tree) for item in items} - {""}
    known |= {name.text for key in _MAPS_BY_ID for name, _ in tree.entries_of(key)}
    seen: set[str] = set()
    entries: Entries = {}
    for key, (name, value) in tree.entries.items():
        if key in _MAPS_BY_ID and isinstance(value, Map):
            seen |= gone & value.entries.keys()
            value = value.filter(lambda name, _: name.text not in gone)
        entries[key] = (name, value)

    def kept(items: Seq) -> Seq:
        seen.update(gone & {item_name(item) for item in items.items if isinstance(item, Map)})
        return make_seq(
            [item for item in items.items if not (isinstance(item, Map) and item_name(item) in gone)], items
        )

    left = map_item_lists(tree.with_entries(entries), kept)
    for written in names:
        if written.text not in seen:
            hint, fix = did_you_mean(written.text, sorted(known))
            message = f"remove '{written.text}': nothing inherited has that id"
            report(warning("P605", message, written.location, hint, fix))
    return left


def outcome_aliases(outcomes: Map) -> dict[str, str]:
    """Return each former id of the outcomes with the current id. A former id that is in use again is left out."""
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
            current = aliases.get(key, key)
            entries[current] = (name if current == key else name.with_text(current), value)
        over = over.with_entries(entries)
    return _merge_values(_MERGE_BY_KEY)(base, over, report)


def _merge_unique_texts(base: Node | None, over: Node, _report: Report) -> Node:
    if not isinstance(base, Seq) or not isinstance(over, Seq):
        return over
    known = {normalize_label(item.text) for item in base.items if isinstance(item, Scalar)}
    new = [item for item in over.items if not (isinstance(item, Scalar) and normalize_label(item.text) in known)]
    return make_seq([*base.items, *new], over)


_MERGE_BY_KEY = _merge_values(_replace)
_ITEM_MERGES: Mapping[str, Merge] = {"answers": merge_answers, "defaults": _merge_defaults}
_FILE_MERGES: Mapping[str, Merge] = {
    **dict.fromkeys(("vars", "labels", "gates"), _MERGE_BY_KEY),
    **dict.fromkeys(ITEM_LISTS, merge_items),
    "outcomes": _merge_outcomes,
    "coach": _merge_fields({"jargon": _MERGE_BY_KEY, "never_say": _merge_unique_texts}),
    "detours": _merge_values(_merge_fields({"agenda": merge_items})),
    "buyers": _merge_values(_merge_fields(dict.fromkeys(("picks", "says", "hides"), _MERGE_BY_KEY))),
}
"""Fields of an item and of a file that merge; all others replace what is inherited."""
