"""Tree of a YAML file: every value is the text as written, with its position.

Trees are merged before the model is built, so that a value keeps its position through any number of parents and
libraries. The merge does not change trees: it makes new ones, which share nodes with the old.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from functools import cached_property

from msgspec import Struct, field

from salesnerd_tui.playbook.model import SourceLocation

LINE_BREAKS = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""Line breaks of YAML. Split by them, line `n` of the parser is the element `n - 1`."""

NULL_WORDS = frozenset(("~", "null", "Null", "NULL"))
"""Texts that YAML reads as nothing unless they are in quotes."""

_RARE_BREAKS = "\r\x85\u2028\u2029"


class SourceText:
    """Text of a file. `name` is what findings call the file, `value_count` the number of values in its tree.

    `repaired` are the lines that the reader fixed before it read them; each has a finding.
    """

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self.value_count = 0
        self.repaired: frozenset[int] = frozenset()

    @cached_property
    def lines(self) -> list[str]:
        """The lines, split as YAML does."""
        if any(character in self.text for character in _RARE_BREAKS):
            return LINE_BREAKS.split(self.text)
        return self.text.split("\n")

    @cached_property
    def lines_with_hash(self) -> frozenset[int]:
        """Numbers of the lines with a `#`, which are few."""
        return frozenset(number for number, line in enumerate(self.lines, 1) if "#" in line)

    @cached_property
    def may_have_ok_comments(self) -> bool:
        """True if a line may contain `# ok CODE reason`, which accepts a finding."""
        return any("ok" in self.line(number) for number in self.lines_with_hash)

    def line(self, number: int) -> str:
        """Return line `number`, counted from 1; empty outside of the file."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def location(self, line: int, column: int, end_column: int) -> SourceLocation:
        """Return a location in one line of the file."""
        return SourceLocation(self.name, line, column, end_column)

    @property
    def end(self) -> SourceLocation:
        """Location after the last character."""
        return self.location(len(self.lines), len(self.lines[-1]) + 1, len(self.lines[-1]) + 2)

    def text_between(self, line: int, column: int, end_line: int, end_column: int) -> str:
        """Return a range of the text as a single line. Lines and columns count from 1; the end is exclusive."""
        lines = [self.line(number) for number in range(line, end_line + 1)]
        lines[-1] = lines[-1][: end_column - 1]
        lines[0] = lines[0][column - 1 :]
        return " ".join(part for text in lines if (part := text.strip()))


class _LocatedNode(Struct, eq=False, gc=False):
    """A value with its range in the source. Lines and columns count from 1; the end is exclusive.

    The garbage collector skips nodes (`gc=False`): they refer to their children, never to a parent, so there are no
    cycles. For the same reason the range is numbers, not the parser's marks.
    """

    source: SourceText
    line: int
    column: int
    end_line: int
    end_column: int

    @property
    def span(self) -> tuple[SourceText, int, int, int, int]:
        """Source and range: the first arguments of another node in the same place."""
        return self.source, self.line, self.column, self.end_line, self.end_column

    @property
    def is_flow(self) -> bool:
        """True if the value is written in brackets: `[…]` or `{…}`."""
        return self.source.line(self.line)[self.column - 1 : self.column] in ("[", "{")

    @property
    def source_text(self) -> str:
        """The value as it is written, as a single line."""
        return self.source.text_between(self.line, self.column, self.end_line, self.end_column)

    @property
    def location(self) -> SourceLocation:
        """Location of the value; if it has several lines, of its first line."""
        if self.end_line == self.line:
            return self.source.location(self.line, self.column, max(self.end_column, self.column + 1))
        return self.source.location(self.line, self.column, len(self.source.line(self.line)) + 1)


class Scalar(_LocatedNode, eq=False):
    """A text. `style` is its quote (`'`, `"`), `|`, `>`, or empty for plain text."""

    text: str = ""
    style: str = ""

    @property
    def is_null(self) -> bool:
        """True if nothing is written, as in `key:`, or a word for nothing, as in `key: null`."""
        return not self.style and (not self.text or self.text in NULL_WORDS)

    def location_within(self, start: int, length: int) -> SourceLocation:
        """Return the location of `text[start:start + length]`; of the whole text if it has escapes or several lines."""
        column = self.column + (1 if self.style in ("'", '"') else 0)
        line = self.source.line(self.line)
        if self.line == self.end_line and line[column - 1 : column - 1 + len(self.text)] == self.text:
            return self.source.location(self.line, column + start, column + start + length)
        return self.location

    def with_text(self, text: str) -> Scalar:
        """Return a scalar with another text in the same place."""
        return Scalar(*self.span, text, self.style)


class Seq(_LocatedNode, eq=False):
    """A list."""

    items: list[Node] = field(default_factory=list)

    def texts(self) -> list[str]:
        return [item.text for item in self.items if isinstance(item, Scalar)]


class Map(_LocatedNode, eq=False):
    """A map. `entries` are in the order of the file: the text of a key, with the key and its value."""

    entries: Entries = field(default_factory=dict)

    def __contains__(self, key: str) -> bool:
        return key in self.entries

    def get(self, key: str) -> Node | None:
        entry = self.entries.get(key)
        return entry[1] if entry else None

    def key(self, key: str) -> Scalar | None:
        entry = self.entries.get(key)
        return entry[0] if entry else None

    def text(self, key: str) -> str:
        entry = self.entries.get(key)
        return entry[1].text if entry and isinstance(entry[1], Scalar) else ""

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
        """Yield the entries of the map under `key`; none if there is no map."""
        node = self.map(key)
        if node:
            yield from node.entries.values()

    def named_maps(self, key: str) -> Iterator[tuple[Scalar, Map]]:
        """Yield the entries of the map under `key` whose values are maps."""
        return ((name, node) for name, node in self.entries_of(key) if isinstance(node, Map))

    def filter(self, is_kept: Callable[[Scalar, Node], bool]) -> Map:
        """Return the map with the entries for which `is_kept(key, value)` is true."""
        return self.with_entries({key: entry for key, entry in self.entries.items() if is_kept(*entry)})

    def with_entries(self, entries: Entries) -> Map:
        return Map(*self.span, entries)


Node = Scalar | Seq | Map
Entries = dict[str, tuple[Scalar, Node]]


def make_seq(items: list[Node], origin: Node) -> Seq:
    """Return a list in the place of `origin`."""
    return Seq(*origin.span, items)


ITEM_LISTS = ("prep", "agenda", "questions")
"""Fields of a file with lists of items; each detour has an `agenda` too."""


def item_lists(tree: Map) -> Iterator[list[Map]]:
    """Yield the lists of items of a file, including those of its detours."""
    for key in ITEM_LISTS:
        yield tree.maps(key)
    for _, detour in tree.named_maps("detours"):
        yield detour.maps("agenda")


def map_item_lists(tree: Map, change: Callable[[Seq], Seq], lists: Collection[str] = ITEM_LISTS) -> Map:
    """Return a file with `change` applied to its lists of items, including those of its detours."""
    entries: Entries = {}
    for field_name, (key, value) in tree.entries.items():
        if field_name in lists and isinstance(value, Seq):
            value = change(value)
        elif field_name == "detours" and isinstance(value, Map):
            detours = {
                id: (key_node, map_item_lists(detour, change, lists) if isinstance(detour, Map) else detour)
                for id, (key_node, detour) in value.entries.items()
            }
            value = value.with_entries(detours)
        entries[field_name] = (key, value)
    return tree.with_entries(entries)


def normalize_label(label: str) -> str:
    """Return a label in the form in which labels are compared, without case and extra spaces."""
    return " ".join(label.split()).casefold()
