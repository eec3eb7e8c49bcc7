"""Changes to the text of a playbook that leave everything around them as it is."""

from __future__ import annotations

from collections.abc import Iterable

from salesnerd_tui.playbook.diagnostics import Edit
from salesnerd_tui.playbook.tree import LINE_BREAKS


def apply_edits(text: str, edits: Iterable[Edit]) -> tuple[str, int]:
    """Return the changed text and how many edits were made.

    Edits that overlap an earlier one, or that lie outside the text, are left out.
    """
    starts = [0, *(found.end() for found in LINE_BREAKS.finditer(text))]
    ends = [*(found.start() for found in LINE_BREAKS.finditer(text)), len(text)]
    parts: list[str] = []
    at = made = 0
    for edit in sorted(set(edits), key=lambda one: (one.line, one.column, one.end_line, one.end_column, one.text)):
        start, end = (
            _offset(edit.line, edit.column, starts, ends),
            _offset(edit.end_line, edit.end_column, starts, ends),
        )
        if start < at or end < start:
            continue
        parts += [text[at:start], _with_breaks_of(text, edit.text)]
        at, made = end, made + 1
    return "".join([*parts, text[at:]]), made


def _offset(line: int, column: int, starts: list[int], ends: list[int]) -> int:
    """Return a place as an index into the text; -1 outside of it."""
    if not 0 < line <= len(starts) or column < 1 or starts[line - 1] + column - 1 > ends[line - 1]:
        return -1
    return starts[line - 1] + column - 1


def _with_breaks_of(text: str, added: str) -> str:
    """Return `added` with the line breaks that the file uses."""
    return added.replace("\n", "\r\n") if "\r\n" in text else added


def touched_lines(edits: Iterable[Edit]) -> frozenset[int]:
    """Return the lines that edits change, by their numbers before the change."""
    return frozenset(line for edit in edits for line in range(edit.line, edit.end_line + 1))
