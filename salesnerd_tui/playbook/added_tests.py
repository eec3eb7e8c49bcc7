"""Tests added to the text of a playbook, at the end of its `tests:`, with everything else left as it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from salesnerd_tui.playbook.diagnostics import Edit
from salesnerd_tui.playbook.model import PlaybookTest
from salesnerd_tui.playbook.tree import Map, Seq, SourceText
from salesnerd_tui.playbook.yaml_quotes import written

_ON_ONE_LINE = 100
"""Characters up to which the answers of a test are written on one line."""


def edit_that_adds(tests: Sequence[PlaybookTest], own: Map, source: SourceText) -> Edit | None:
    """Return the change that adds the tests to the file whose tree is `own`; None if its `tests:` is in brackets."""
    found = own.get("tests")
    if not isinstance(found, Seq):
        return _new_list(tests, own, source)
    lead = source.line(found.line)[found.column - 1 :]
    if lead.startswith("[") and found.items:
        return None
    if lead.startswith("["):
        text = "\n" + "\n".join(tests_as_yaml(tests, own.column + 1))
        after_colon = len(source.line(found.line)[: found.column - 1].rstrip()) + 1
        return Edit(found.line, after_colon, found.end_line, found.end_column, text)
    line = _last_line(found, source)
    text = "\n" + "\n".join(tests_as_yaml(tests, found.column - 1))
    end = len(source.line(line)) + 1
    return Edit(line, end, line, end, text)


def tests_as_yaml(tests: Sequence[PlaybookTest], indent: int) -> Iterator[str]:
    """Yield the lines of a list of tests, the dashes indented by `indent` spaces."""
    margin = " " * indent
    for test in tests:
        yield f"{margin}- it: {written(test.it)}"
        for interruption in test.interrupts:
            yield f"{margin}  interrupts: {{after: {interruption.after}, with: {interruption.detour}}}"
        for key, values in (("picks", test.picks), ("notes", test.notes)):
            yield from _texts(key, values, f"{margin}  ")
        yield f"{margin}  ends: {written(test.ends)}"


def _texts(key: str, values: Mapping[str, str], margin: str) -> Iterator[str]:
    if not values:
        return
    inside = ", ".join(f"{written(name, flow=True)}: {written(text, flow=True)}" for name, text in values.items())
    short = f"{margin}{key}: {{{inside}}}"
    if len(short) <= _ON_ONE_LINE:
        yield short
        return
    yield f"{margin}{key}:"
    yield from (f"{margin}  {written(name)}: {written(text)}" for name, text in values.items())


def _new_list(tests: Sequence[PlaybookTest], own: Map, source: SourceText) -> Edit:
    """Return the change that adds `tests:` below everything else in the file."""
    margin = " " * (own.column - 1)
    lines = [f"{margin}tests:", *tests_as_yaml(tests, own.column + 1)]
    last = len(source.lines)
    ends_with_break = last > 1 and not source.lines[-1]
    has_gap = ends_with_break and not source.line(last - 1).strip()
    before = "" if has_gap else "\n" if ends_with_break else "\n\n"
    end = len(source.lines[-1]) + 1
    return Edit(last, end, last, end, before + "\n".join(lines) + "\n" * ends_with_break)


def _last_line(tests: Seq, source: SourceText) -> int:
    """Return the last line of a list, with the comments that are indented like its entries.

    The parser ends a list where the next key begins, after blank lines and comments that belong to that key.
    """
    indent = tests.column - 1
    is_inside = source.line(tests.end_line)[: tests.end_column - 1].strip()
    line = tests.end_line if is_inside else tests.end_line - 1
    while line > tests.line:
        text = source.line(line)
        depth = len(text) - len(text.lstrip())
        is_foreign = text.lstrip().startswith("#") and depth < max(1, indent)
        if text.strip() and not is_foreign:
            break
        line -= 1
    return line
