"""`fmt`: the few things about a playbook's text that have one right form, and nothing else.

It writes the ids that are missing, quotes what YAML 1.1 and 1.2 read differently, writes flags as true and false,
takes blanks from the ends of lines and ends the file with one line break. Comments and layout stay; twice is the same
as once.
"""

from __future__ import annotations

import re

from salesnerd_tui.playbook import amounts
from salesnerd_tui.playbook.editing import Edits, last_line
from salesnerd_tui.playbook.fields import Kind
from salesnerd_tui.playbook.nodes import Map, Scalar, Source
from salesnerd_tui.playbook.quoting import quoted, read_differently
from salesnerd_tui.playbook.referring import all_scalars, items_of, visits
from salesnerd_tui.playbook.shaping import shape

_BLANKS = re.compile(r"[ \t]+$")


def tidy(source: Source, tree: Map) -> str:
    """The file's text in its right form. Raises `CannotEdit` rather than change what it says."""
    edits = Edits(source, tree)
    for item, name in unnamed(tree):
        edits.add(item, "ask", "id", name)
    flags = _flags(tree)
    for scalar in all_scalars(tree):
        if scalar.style or scalar.bare:
            continue
        if id(scalar) in flags:
            _plain_flag(edits, scalar)
        elif read_differently(scalar.text):
            edits.rewrite(scalar, quoted(scalar.text))
    _trim(edits, source, tree)
    return edits.text()


def unnamed(tree: Map) -> list[tuple[Map, str]]:
    """The questions without an id, each with the name its notes are kept under until now."""
    missing = {(item.line, item.column): item for item in items_of(tree) if "ask" in item and "id" not in item}
    shaped = shape(tree).tree if missing else None
    if shaped is None:
        return []
    given = {(item.line, item.column): item.text("id") for item in items_of(shaped)}
    return [(item, given[place]) for place, item in missing.items() if given.get(place)]


def _flags(tree: Map) -> set[int]:
    return {id(visit.value) for visit in visits(tree) if visit.field.kind is Kind.FLAG}


def _plain_flag(edits: Edits, scalar: Scalar) -> None:
    value = amounts.flag(scalar.text)
    if value is not None and scalar.text not in ("true", "false"):
        edits.rewrite(scalar, str(value).lower())
        edits.says(scalar, str(value).lower())


def _trim(edits: Edits, source: Source, tree: Map) -> None:
    inside = _in_texts(tree)
    lines = source.lines
    last = max((number for number, line in enumerate(lines, 1) if line.strip()), default=0)
    for number, line in enumerate(lines[:last], 1):
        found = _BLANKS.search(line)
        if found and number not in inside:
            edits.cut(edits.offset(number, found.start() + 1), edits.offset(number, len(line) + 1))
    end = len(source.text)
    if last == len(lines):
        block = any(one.style in ("|", ">") and edits.raw(one)[1] == end for one in all_scalars(tree))
        edits.cut(end, end, "" if block else edits.line_break)  # a break more would be one more in the block's text
    elif last + 1 not in inside:
        edits.cut(edits.offset(last + 1, 1), end)


def _in_texts(tree: Map) -> set[int]:
    """The lines that belong to a text of several lines, where blanks may matter."""
    return {
        line
        for scalar in all_scalars(tree)
        if scalar.end_line > scalar.line
        for line in range(scalar.line, last_line(scalar) + 1)
    }
