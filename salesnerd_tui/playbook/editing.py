"""Changing a playbook's text in place: only the words that change are touched, so comments and layout stay as they are.

A round trip through a YAML library writes every line anew. `ruamel.yaml` was tried for it: it gives the playbooks that
come with the program back unchanged, but it re-indents other people's files, joins folded lines, moves a comment that
stands between two fields, and takes 100 to 230 ms for one file. Edits by position leave alone what nobody asked to
change, and each result is read again and compared with what it should say before it is written anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from salesnerd_tui.playbook.model import Spot
from salesnerd_tui.playbook.nodes import Map, Node, Scalar, Seq, Source
from salesnerd_tui.playbook.quoting import written
from salesnerd_tui.playbook.reader import read_text

_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_WORD = r"(?<![A-Za-z0-9_]){}(?![A-Za-z0-9_])"


class CannotEdit(Exception):
    """The text stays as it is; the message says where and why."""

    def __init__(self, message: str, spot: Spot | None = None) -> None:
        super().__init__(f"{spot}: {message}" if spot else message)


@dataclass(frozen=True, slots=True)
class _Edit:
    start: int
    end: int
    text: str


@dataclass
class Edits:
    """Changes to one file, collected and then made all at once by `text`."""

    source: Source
    tree: Map
    _edits: list[_Edit] = field(default_factory=list)
    _instead: dict[int, Any] = field(default_factory=dict)
    _added: dict[int, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._starts = [0, *(found.end() for found in _BREAK.finditer(self.source.text))]
        found = _BREAK.search(self.source.text)
        self.line_break = found[0] if found else "\n"

    def __bool__(self) -> bool:
        return bool(self._edits)

    def offset(self, line: int, column: int) -> int:
        """Where a place, counted from 1, stands in the text."""
        return self._starts[line - 1] + column - 1

    def raw(self, node: Node) -> tuple[int, int]:
        """Where the writing of a node begins and ends."""
        return self.offset(node.line, node.column), self.offset(node.end_line, node.end_column)

    def reword(self, node: Scalar, places: Sequence[int], old: str, new: str) -> None:
        """Write `new` where the word `old` stands at `places` of the text, whatever quotes are around it."""
        pattern = re.compile(_WORD.format(re.escape(old)))
        start, end = self.raw(node)
        inside = [found.start() for found in pattern.finditer(node.text)]
        in_file = [start + found.start() for found in pattern.finditer(self.source.text[start:end])]
        if len(inside) != len(in_file):
            raise CannotEdit(f"'{old}' is written here in a way that cannot be followed: change it by hand", node.spot)
        text = node.text
        for at in sorted(set(places), reverse=True):
            place = in_file[inside.index(at)]
            self._edits.append(_Edit(place, place + len(old), new))
            text = text[:at] + new + text[at + len(old) :]
        self._instead[id(node)] = text

    def rewrite(self, node: Scalar, text: str) -> None:
        """Write another text in the place of a whole one."""
        self._edits.append(_Edit(*self.raw(node), text))

    def says(self, node: Node, meant: object) -> None:
        """What a node that was rewritten has to say afterwards."""
        self._instead[id(node)] = meant

    def append(self, listed: Seq, text: str) -> None:
        """One more text at the end of a list."""
        start, end = self.raw(listed)
        if self.source.text[start : start + 1] == "[":
            lead = ", " if listed.items else ""
            self._edits.append(_Edit(end - 1, end - 1, lead + written(text, flow=True)))
        else:
            place = self._after(listed.items[-1])
            self._insert_line(place, " " * (listed.column - 1) + f"- {written(text)}")
        self._instead[id(listed)] = [*(self._said(item) for item in listed.items), text]

    def add(self, item: Map, after: str, key: str, text: str) -> None:
        """One more field of a map, below (or beside) the field `after`."""
        value = item.entries[after][1]
        if item.flow:
            end = self.raw(value)[1]
            self._edits.append(_Edit(end, end, f", {key}: {written(text, flow=True)}"))
        else:
            self._insert_line(self._after(value), " " * (item.column - 1) + f"{key}: {written(text)}")
        self._added.setdefault(id(item), {})[key] = text

    def cut(self, start: int, end: int, text: str = "") -> None:
        """Layout only: nothing that is said may change by it."""
        if end > start or text:
            self._edits.append(_Edit(start, end, text))

    def _after(self, node: Node) -> int:
        """The end of the line a node ends on, behind its comment; a block's lines end where the next line begins."""
        end = self.raw(node)[1]
        if isinstance(node, Scalar) and node.style in ("|", ">") and end in self._starts:
            return self._starts[last_line(node)]
        if not isinstance(node, Scalar) and not _is_flow(node):
            return self._after(node.items[-1] if isinstance(node, Seq) else [*node.entries.values()][-1][1])
        found = _BREAK.search(self.source.text, end)
        return found.start() if found else len(self.source.text)

    def _insert_line(self, place: int, line: str) -> None:
        at_start = place in self._starts and place > 0
        self._edits.append(_Edit(place, place, line + self.line_break if at_start else self.line_break + line))

    def text(self) -> str:
        """The changed text. Raises `CannotEdit` when it would not say what was meant."""
        changed, at = [], 0
        for edit in sorted(self._edits, key=lambda edit: edit.start):
            if edit.start < at:
                raise CannotEdit("two changes meet at one place", self.tree.spot)
            changed += [self.source.text[at : edit.start], edit.text]
            at = edit.end
        text = "".join([*changed, self.source.text[at:]])
        _, tree, _ = read_text(text, self.source.name)
        if tree is None or _plain(tree) != self._said(self.tree):
            raise CannotEdit("the change cannot be made without changing more than was meant: make it by hand")
        return text

    def _said(self, node: Node) -> object:
        if id(node) in self._instead:
            return self._instead[id(node)]
        if isinstance(node, Scalar):
            return node.text
        if isinstance(node, Seq):
            return [self._said(item) for item in node.items]
        said = {str(self._said(key)): self._said(value) for key, value in node.entries.values()}
        return {**said, **self._added.get(id(node), {})}


def last_line(node: Scalar) -> int:
    """The last line that says something: blank lines below a block do not, unless its sign keeps them."""
    last = node.end_line if node.end_column > 1 else node.end_line - 1
    if node.style not in ("|", ">") or "+" in node.source.line(node.line)[node.column - 1 : node.column + 3]:
        return last
    while last > node.line and not node.source.line(last).strip():
        last -= 1
    return last


def _is_flow(node: Seq | Map) -> bool:
    return node.source.line(node.line)[node.column - 1 : node.column] in ("[", "{")


def _plain(node: Node) -> object:
    """What a tree says, without where."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Seq):
        return [_plain(item) for item in node.items]
    return {key.text: _plain(value) for key, value in node.entries.values()}
