"""Items over items: an override changes the inherited one in its place, a new one finds its place.

Every step costs the same however long the lists are: a file made to hurt has ten thousand of each.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, field

from salesnerd_tui.playbook.findings import did_you_mean, error
from salesnerd_tui.playbook.nodes import Map, Node, Seq, folded, seq_of
from salesnerd_tui.playbook.overriding import Tell, merged_item, name_of

_KINDS = ("section", "ask", "say", "include")


class _Place(Struct, eq=False):
    """An item and the new ones that were put before and after it."""

    item: Map
    before: list[_Place] = field(default_factory=list)
    after: list[_Place] = field(default_factory=list)
    moved: bool = False


def merged_items(base: Node | None, over: Node, tell: Tell) -> Node:
    """Items by id. A new item goes after the item written above it, unless `after` or `before` says where."""
    if not isinstance(over, Seq):
        return over
    inherited = [item for item in base.items if isinstance(item, Map)] if isinstance(base, Seq) else []
    mine = [item for item in over.items if isinstance(item, Map)]
    if not inherited and all(_is_whole(item) for item in mine):
        return over
    return seq_of(list[Node](_Merge(inherited, tell).merged(mine)), over)


def _is_whole(item: Map) -> bool:
    return _is_item(item) and "after" not in item and "before" not in item


def _is_item(item: Map) -> bool:
    return not item.entries.keys().isdisjoint(_KINDS)


class _Merge:
    def __init__(self, inherited: Sequence[Map], tell: Tell) -> None:
        self.tell = tell
        self.order = [_Place(item) for item in inherited]
        self.names: dict[str, _Place] = {}
        self.titles: dict[str, _Place] = {}
        self.former: dict[str, _Place] = {}
        for place in self.order:
            self._enter(place)
        self.inherited = bool(inherited)

    def _enter(self, place: _Place) -> None:
        item = place.item
        if "section" in item:
            self.titles.setdefault(folded(item.text("section")), place)
        elif name_of(item):
            self.names.setdefault(name_of(item), place)
            for was in item.scalars("was"):
                self.former.setdefault(was.text, place)

    def merged(self, mine: Sequence[Map]) -> list[Map]:
        found = [self._same(item) if self.inherited else None for item in mine]
        waiting: list[_Place] = []
        last: _Place | None = None
        for item, same in zip(mine, found, strict=True):
            if same is None and not _is_item(item):
                self._patch_of_nothing(item)
                continue
            place = same or _Place(item)
            if same is not None:
                same.item = merged_item(same.item, item, self.tell)
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

    def _same(self, item: Map) -> _Place | None:
        """The inherited item that `item` stands for."""
        if "section" in item:
            titles = (item.text("section"), *(was.text for was in item.scalars("was")))
            return next((self.titles[folded(title)] for title in titles if folded(title) in self.titles), None)
        name = name_of(item)
        return self.names.get(name) or self.former.get(name) if name else None

    def _put(self, place: _Place, item: Map, last: _Place | None, waiting: list[_Place], *, new: bool) -> None:
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

    def _target(self, item: Map) -> _Place | None:
        wanted = item.scalar("after") or item.scalar("before")
        if wanted is None:
            return None
        found = self.names.get(wanted.text) or self.titles.get(folded(wanted.text))
        if found is None:
            known = [*self.names, *(place.item.text("section") for place in self.titles.values())]
            hint, fix = did_you_mean(wanted.text, known)
            key = "after" if "after" in item else "before"
            self.tell(error("P605", f"{key} '{wanted.text}': no item has that id", wanted.spot, hint, fix))
        return found

    def _patch_of_nothing(self, item: Map) -> None:
        name = item.scalar("id")
        if name:
            hint, fix = did_you_mean(name.text, self.names, "write its `ask:`")
            self.tell(error("P605", f"nothing inherited has the id '{name.text}'", name.spot, hint, fix))

    def _flat(self) -> list[Map]:
        """The final order; what was put in a circle of `after` comes last, and is told."""
        flat: list[Map] = []
        todo: list[tuple[_Place, bool]] = [(place, False) for place in reversed(self.order) if not place.moved]
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
                    self.tell(error("P605", "these items are placed after each other", where.spot, "drop one `after`"))
                flat.append(place.item)
        return flat
