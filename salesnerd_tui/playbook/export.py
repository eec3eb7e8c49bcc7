"""Merged playbook as one YAML file that needs no other file."""

from __future__ import annotations

from collections.abc import Iterator

from salesnerd_tui.playbook import fields as table
from salesnerd_tui.playbook.fields import Kind
from salesnerd_tui.playbook.lint.context import LintContext
from salesnerd_tui.playbook.lint.report import cells
from salesnerd_tui.playbook.tree import Map, Node, Scalar, Seq
from salesnerd_tui.playbook.yaml_quotes import written

_DONE_IN_FILE = frozenset(("extends", "use", "remove", "defaults"))
_DONE_IN_ITEM = frozenset(("after", "before", "include", "defaults"))
"""Fields that merging has applied."""

_OF_A_LIBRARY = ("library", "goal", "lang", "tags")
"""Fields that a library keeps to itself, so that the merged tree does not have them."""

_TEXTS = frozenset(
    field.name
    for shape in (*table.ITEMS.values(), table.ACT)
    for field in shape.fields.values()
    if field.kind is Kind.TEXTS
)
"""Fields in which a single text stands for a list of one."""

LINE_CELLS = 100
"""Width from which a list or an answer is written on several lines."""

_ORDER = {name: at for at, name in enumerate(table.FILE.fields)}


def merged_text(book: LintContext) -> str:
    """Return the merged playbook as YAML."""
    return "".join(f"{text}\n" for text in _file(_whole(book)))


def _whole(book: LintContext) -> Map:
    if not book.is_library:
        return book.tree
    own = {name: book.own.entries[name] for name in _OF_A_LIBRARY if name in book.own}
    return book.tree.with_entries({**own, **book.tree.entries})


def _file(tree: Map) -> Iterator[str]:
    keys = sorted(tree.entries, key=lambda name: _ORDER.get(name, len(_ORDER)))
    for name in keys:
        if name not in _DONE_IN_FILE and not (name == "questions" and "library" not in tree):
            yield from _entry(*tree.entries[name], 0, name)


def _entry(key: Scalar, value: Node, depth: int, name: str) -> Iterator[str]:
    """`key: value`, on one line where it fits."""
    lead = f"{'  ' * depth}{written(key.text)}:"
    short = _short(value, name)
    if short is not None and (isinstance(value, Scalar) or cells(lead) + cells(short) < LINE_CELLS):
        yield f"{lead} {short}"
        return
    yield lead
    yield from _block(value, depth + 1, name)


def _block(value: Node, depth: int, name: str) -> Iterator[str]:
    if isinstance(value, Map):
        for key, under in _entries(value):
            yield from _entry(key, under, depth, key.text if name not in ("answers",) else "act")
    elif isinstance(value, Seq):
        for item in value.items:
            yield from _item(item, depth)


def _item(item: Node, depth: int) -> Iterator[str]:
    if not isinstance(item, Map):
        yield f"{'  ' * depth}- {_short(item, '')}"
        return
    first = True
    for key, value in _entries(item):
        for text in _entry(key, value, depth + 1, key.text):
            yield f"{'  ' * depth}- {text[2 * depth + 2 :]}" if first else text
            first = False


def _entries(node: Map) -> Iterator[tuple[Scalar, Node]]:
    """Without what merging has done; what an item is comes first, then its id."""
    kind = next((name for name in table.ITEMS if name in node), "")
    names = [name for name in node.entries if not (kind and name in _DONE_IN_ITEM)]
    for name in sorted(names, key=lambda name: (name != kind, name != "id")) if kind else names:
        key, value = node.entries[name]
        yield (key if key.text == name else key.derived(name)), value


def _short(value: Node, name: str) -> str | None:
    """Return the value on one line, or None if it takes several."""
    if isinstance(value, Scalar):
        return written(value.text)
    if name == "points" and isinstance(value, Map) and list(value.entries) == [""]:
        return _short(value.entries[""][1], "")
    if isinstance(value, Map) and list(value.entries) == ["follow_ups"] and name == "act":
        return _short(value.entries["follow_ups"][1], "follow_ups")
    if name == "answers" and isinstance(value, Map) and not any(_entries_of(act) for _, act in value.entries.values()):
        return "[" + ", ".join(written(label, flow=True) for label in value.entries) + "]"
    single = _single(name, value)
    return written(single.text) if isinstance(single, Scalar) else _flow(single)


def _single(name: str, value: Node) -> Node:
    """Return the only text of a list where a text may stand for it."""
    if name in _TEXTS and isinstance(value, Seq) and len(value.items) == 1 and isinstance(value.items[0], Scalar):
        return value.items[0]
    return value


def _entries_of(node: Node) -> int:
    return len(node.entries) if isinstance(node, Map) else 0


def _flow(value: Node) -> str | None:
    if isinstance(value, Scalar):
        return written(value.text, flow=True)
    if isinstance(value, Seq):
        if any(isinstance(item, Map) for item in value.items):
            return None
        parts = [_flow(item) for item in value.items]
        return "[" + ", ".join(part for part in parts if part is not None) + "]"
    written_entries = []
    for key, under in _entries(value):
        short = (
            _short(under, key.text)
            if key.text == "points" and isinstance(under, Map)
            else _flow(_single(key.text, under))
        )
        if short is None:
            return None
        written_entries.append(f"{written(key.text, flow=True)}: {short}")
    return "{" + ", ".join(written_entries) + "}"
