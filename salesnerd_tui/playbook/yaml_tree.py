"""Tree of a file: every value is the written text with its position.

Trees are merged before the model is built, so that a value keeps its position through any number of parents and
libraries. Trees are immutable; a change makes a new tree that shares parts of the old one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from functools import cached_property

from msgspec import Struct, field

from salesnerd_tui.playbook.model import SourceLocation

LINE_BREAKS = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""Line breaks of YAML, so that a line number of the parser is an index into the lines plus one."""

_RARE_BREAKS = "\r\x85\u2028\u2029"


class SourceText:
    """Name of a file in findings, its text, and the number of values that were read from it.

    `repaired` are the lines that were read as if they were fixed, each after a finding about it.
    """

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self.value_count = 0
        self.repaired: frozenset[int] = frozenset()

    @cached_property
    def lines(self) -> list[str]:
        """Return the lines, split as YAML does: a line number of the parser is an index plus one."""
        if any(sign in self.text for sign in _RARE_BREAKS):
            return LINE_BREAKS.split(self.text)
        return self.text.split("\n")

    @cached_property
    def lines_with_hash(self) -> frozenset[int]:
        """Return the lines that contain a #, which are few."""
        return frozenset(number for number, line in enumerate(self.lines, 1) if "#" in line)

    @cached_property
    def may_have_ok_comments(self) -> bool:
        """True if any line may hold `# ok CODE reason`."""
        return any("ok" in self.line(number) for number in self.lines_with_hash)

    def line(self, number: int) -> str:
        """Return line `number`, counted from 1; empty outside of the file."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def location(self, line: int, column: int, end_column: int) -> SourceLocation:
        """Return a place in one line of the file."""
        return SourceLocation(self.name, line, column, end_column)

    @property
    def end(self) -> SourceLocation:
        """The place behind the last character."""
        return self.location(len(self.lines), len(self.lines[-1]) + 1, len(self.lines[-1]) + 2)

    def text_between(self, line: int, column: int, end_line: int, end_column: int) -> str:
        """Return the text from one place up to, not including, another as a single line; all counted from 1."""
        lines = [self.line(number) for number in range(line, end_line + 1)]
        lines[-1] = lines[-1][: end_column - 1]
        lines[0] = lines[0][column - 1 :]
        return " ".join(part for text in lines if (part := text.strip()))


class _LocatedNode(Struct, eq=False, gc=False):
    """A value with its range; lines and columns count from 1.

    It has numbers instead of the parser's marks, which the garbage collector would have to traverse. It is left out of
    that (`gc=False`) itself: a value refers to what it contains and never to what contains it, so there is no cycle.
    """

    source: SourceText
    line: int
    column: int
    end_line: int
    end_column: int

    @property
    def span(self) -> tuple[SourceText, int, int, int, int]:
        """Return the arguments for a node at the same place."""
        return self.source, self.line, self.column, self.end_line, self.end_column

    @property
    def first_character(self) -> str:
        """Return the first character as it is written: `[` or `{` begins a list or a map within a line."""
        return self.source.line(self.line)[self.column - 1 : self.column]

    @property
    def location(self) -> SourceLocation:
        """Return the place of the value, which ends on the same line or at that line's end."""
        if self.end_line == self.line:
            return self.source.location(self.line, self.column, max(self.end_column, self.column + 1))
        return self.source.location(self.line, self.column, len(self.source.line(self.line)) + 1)


class Scalar(_LocatedNode, eq=False):
    """A text. `style` is its quote (`'`, `"`), `|`, `>`, or empty for plain text."""

    text: str = ""
    style: str = ""

    @property
    def is_null(self) -> bool:
        """Return whether nothing was written (`key:`)."""
        return not self.text and not self.style

    def location_within(self, start: int, length: int) -> SourceLocation:
        """Return the place of `text[start:start + length]`, or of the whole text if it is escaped or folded."""
        first = self.column + (1 if self.style in ("'", '"') else 0)
        line = self.source.line(self.line)
        if self.line == self.end_line and line[first - 1 : first - 1 + len(self.text)] == self.text:
            return self.source.location(self.line, first + start, first + start + length)
        return self.location

    def with_text(self, text: str) -> Scalar:
        """Return another text at this place."""
        return Scalar(*self.span, text, self.style)


class Seq(_LocatedNode, eq=False):
    items: list[Node] = field(default_factory=list)

    def texts(self) -> list[str]:
        return [item.text for item in self.items if isinstance(item, Scalar)]


class Map(_LocatedNode, eq=False):
    """Map with its entries in the order of the file: from the text of the key to the key and its value."""

    entries: dict[str, tuple[Scalar, Node]] = field(default_factory=dict)
    is_flow: bool = False

    def __contains__(self, key: str) -> bool:
        return key in self.entries

    def get(self, key: str) -> Node | None:
        found = self.entries.get(key)
        return found[1] if found else None

    def key(self, key: str) -> Scalar | None:
        found = self.entries.get(key)
        return found[0] if found else None

    def text(self, key: str, default: str = "") -> str:
        found = self.entries.get(key)
        return found[1].text if found and isinstance(found[1], Scalar) else default

    def scalar(self, key: str) -> Scalar | None:
        node = self.get(key)
        return node if isinstance(node, Scalar) else None

    def map(self, key: str) -> Map | None:
        node = self.get(key)
        return node if isinstance(node, Map) else None

    def seq(self, key: str) -> list[Node]:
        node = self.get(key)
        return node.items if isinstance(node, Seq) else []

    def scalars(self, key: str) -> list[Scalar]:
        return [item for item in self.seq(key) if isinstance(item, Scalar)]

    def maps(self, key: str) -> list[Map]:
        return [item for item in self.seq(key) if isinstance(item, Map)]

    def entries_of(self, key: str) -> Iterator[tuple[Scalar, Node]]:
        """Yield the entries of the map under `key`."""
        found = self.map(key)
        if found:
            yield from found.entries.values()

    def filter(self, wanted: Callable[[Scalar, Node], bool]) -> Map:
        """Return the map with the entries whose key and value are wanted."""
        return self.with_entries({key: entry for key, entry in self.entries.items() if wanted(*entry)})

    def with_entries(self, entries: dict[str, tuple[Scalar, Node]]) -> Map:
        return Map(*self.span, entries, self.is_flow)


Node = Scalar | Seq | Map


def make_seq(items: list[Node], like: Node) -> Seq:
    """Return a list at the place of `like`."""
    return Seq(*like.span, items)


ITEM_LISTS = ("prep", "agenda", "questions")
"""Fields of a file with lists of items; each detour has an `agenda` too."""


def item_lists(tree: Map) -> Iterator[list[Map]]:
    """Yield every list of items of a file."""
    for key in ITEM_LISTS:
        yield tree.maps(key)
    for _, detour in tree.entries_of("detours"):
        if isinstance(detour, Map):
            yield detour.maps("agenda")


def map_item_lists(tree: Map, change: Callable[[Seq], Seq], lists: Collection[str] = ITEM_LISTS) -> Map:
    """Return a file with its lists of items changed, also those of its detours."""
    entries: dict[str, tuple[Scalar, Node]] = {}
    for key, (name, value) in tree.entries.items():
        if key in lists and isinstance(value, Seq):
            value = change(value)
        elif key == "detours" and isinstance(value, Map):
            detours = {
                id: (written, map_item_lists(detour, change, lists) if isinstance(detour, Map) else detour)
                for id, (written, detour) in value.entries.items()
            }
            value = value.with_entries(detours)
        entries[key] = (name, value)
    return tree.with_entries(entries)


def normalize_label(label: str) -> str:
    """Return a label for comparison: case and spacing make no difference."""
    return " ".join(label.split()).casefold()
