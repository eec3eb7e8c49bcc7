"""What is written once and stands under many questions: `include` brings a library's question, `each` the defaults.

Both copy, so a small file could ask for a thousand answers under a thousand questions. What they copy is counted, and
one value under a hundred questions is a hundred.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from salesnerd_tui.playbook.findings import Enough, did_you_mean, error, over
from salesnerd_tui.playbook.limits import COPIES
from salesnerd_tui.playbook.nodes import Map, Node, Scalar, Seq, seq_of
from salesnerd_tui.playbook.overriding import Entries, Tell, merged_item, name_of, with_defaults

_Fill = Callable[[Seq], Seq]


def included(tree: Map, tell: Tell) -> Map:
    """Every `include` becomes the question it names, with its own priority, condition and place.

    Raises `Enough` when the copies are too many.
    """
    filler = _Filler(tell, {name_of(part): part for part in tree.maps("parts")})
    return _in_lists(tree, filler.included)


def with_each(tree: Map) -> Map:
    """Every question with its section's `each`. Raises `Enough` when the copies are too many."""
    return _in_lists(tree, _Filler(_nothing, {}).with_each)


def _nothing(_finding: object) -> None:
    """A section's defaults leave nothing to tell."""


def _in_lists(tree: Map, fill: _Fill) -> Map:
    """The tree with `fill` done to each of its lists of items."""
    entries: Entries = dict(tree.entries)
    for key in ("prep", "agenda"):
        _fill(entries, key, fill)
    detours = tree.map("detours")
    if detours:
        kept: Entries = {}
        for one, (name, detour) in detours.entries.items():
            kept[one] = (name, _in_detour(detour, fill))
        entries["detours"] = (entries["detours"][0], detours.with_entries(kept))
    return tree.with_entries(entries)


def _in_detour(detour: Node, fill: _Fill) -> Node:
    if not isinstance(detour, Map):
        return detour
    entries: Entries = dict(detour.entries)
    _fill(entries, "agenda", fill)
    return detour.with_entries(entries)


def _fill(entries: Entries, key: str, fill: _Fill) -> None:
    name, items = entries.get(key, (None, None))
    if name is not None and isinstance(items, Seq):
        entries[key] = (name, fill(items))


class _Filler:
    def __init__(self, tell: Tell, parts: Mapping[str, Map]) -> None:
        self.tell = tell
        self.parts = parts
        self._copied = 0
        self._sizes: dict[int, int] = {}

    def included(self, items: Seq) -> Seq:
        if not any("include" in item for item in items.items if isinstance(item, Map)):
            return items
        filled: list[Node] = []
        for item in items.items:
            wanted = item.scalar("include") if isinstance(item, Map) else None
            if wanted is None or not isinstance(item, Map):
                filled.append(item)
            elif wanted.text in self.parts:
                part = self.parts[wanted.text]
                self._count(part, wanted)
                filled.append(item.with_entries(merged_item(part, item, self.tell).entries))
            else:
                hint, fix = did_you_mean(wanted.text, self.parts, "no library in `use:` has parts")
                message = f"include '{wanted.text}': no part has that id"
                self.tell(error("P602", message, wanted.spot, hint, fix))
        return seq_of(filled, items)

    def with_each(self, items: Seq) -> Seq:
        if not any("each" in item for item in items.items if isinstance(item, Map)):
            return items
        key: Scalar | None = None
        each: Map | None = None
        done: list[Node] = []
        for item in items.items:
            if isinstance(item, Map) and "section" in item:
                key, each = item.key("each"), item.map("each")
            if key and each and isinstance(item, Map) and "ask" in item:
                self._count(each, key)
                item = with_defaults(each, item)
            done.append(item)
        return seq_of(done, items)

    def _count(self, copied: Map, written: Scalar) -> None:
        size = self._sizes.get(id(copied))
        if size is None:
            size = self._sizes[id(copied)] = _size(copied)
        self._copied += size
        if self._copied > COPIES:
            hint = "one value under a hundred questions counts a hundred; write what differs at the question"
            raise Enough(over(COPIES, f"values copied by `{_word(written)}`", written.spot, hint))


def _word(written: Scalar) -> str:
    return "each" if written.text == "each" else "include"


def _size(node: Node) -> int:
    if isinstance(node, Map):
        return 1 + sum(_size(value) for _, value in node.entries.values())
    return len(node.items) if isinstance(node, Seq) else 1
