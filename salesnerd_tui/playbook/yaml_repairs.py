"""Slips of the hand that make a file unreadable, or readable as something else, and the edit that undoes each.

A missing space after a colon or a dash, and a quote inside a text in the same quotes. The edits let the reader go on
behind the slip, so that one round of checking reports what is wrong with the rest of the file too.
"""

from __future__ import annotations

import re
from collections.abc import Container

from salesnerd_tui.playbook.diagnostics import Edit, Finding, error
from salesnerd_tui.playbook.model import SourceLocation
from salesnerd_tui.playbook.schema import FIELD_NAMES
from salesnerd_tui.playbook.tree import Map, Node, Scalar, Seq, SourceText
from salesnerd_tui.playbook.yaml_quotes import in_quotes
from salesnerd_tui.text import one_line

_NO_SPACE = re.compile(
    r"^[ ]*(?:-[ ]+)*(?:(?P<colon>(?P<field>[a-z_]+):)(?=[^\s:/])|(?P<dash>-)(?=(?P<item>[a-z_]+):(?:\s|$)))", re.M
)
_TIGHT_DASH = re.compile(r"^(?P<indent>[ ]*)(?P<dash>-)(?=[^\s\d-])", re.M)
_QUOTED = re.compile(r"(?:^\s*(?:-\s+)*|[^\s'\"\[{,]:\s+|[\[{,]\s*)(?P<text>(?P<quote>['\"]).*)$")


def missing_space(source: SourceText, near: int, skipped: Container[int] = ()) -> Finding | None:
    """Return a finding for a missing space after a field's colon or a list's dash, nearest above line `near` first."""
    for number in range(min(near + 1, len(source.lines)), 0, -1):
        if number in skipped:
            continue
        line = source.line(number)
        found = _NO_SPACE.match(line)
        if found and _names_field(found):
            return _spaced(source, number, found)
        tight = _TIGHT_DASH.match(line)
        if tight and _has_list_beside(source, number, len(tight["indent"])):
            return _spaced(source, number, tight)
    return None


_ITEM_SIGN = re.compile(r"^(?P<indent>[ ]*)(?P<sign>[–—−•*+])[ ]+(?P<item>[a-z_]+):(?:\s|$)")
_WIDE_COLON = re.compile(r"^[ ]*(?:-[ ]+)*(?P<item>[a-z_]+)[ ]*(?P<sign>[：﹕∶])")
_NO_COLON = re.compile(r"^[ ]*-[ ]+(?P<item>ask|say|section|include)(?P<sign>[ ]+)(?=[^\s:=])")
_WIDE_INDENT = re.compile(r"^[ ]*(?P<sign>[^\S \t\n]+)")
_NEAR = 3
"""Lines above the one at which the parser stopped that are searched for a wrong sign."""


def wrong_sign(source: SourceText, near: int) -> Finding | None:
    """Return a finding for a sign that only looks like the one YAML has: a space, a dash or a colon."""
    for number in range(min(near + 1, len(source.lines)), max(near - _NEAR, 0), -1):
        line = source.line(number)
        if found := _WIDE_INDENT.match(line):
            hint = "indent with the space bar, two spaces a level"
            return _replaced(source, number, found, "P104", "a no-break space cannot indent", " ", hint)
        for pattern, message, sign in (
            (_ITEM_SIGN, "'{sign}' does not begin an item", "-"),
            (_WIDE_COLON, "'{sign}' is not the colon of YAML", ": "),
            (_NO_COLON, "no colon after '{item}'", ": "),
        ):
            found = pattern.match(line)
            if found and found["item"] in FIELD_NAMES:
                after = line[: found.start("sign")] + sign + line[found.end("sign") :].lstrip(" " * (sign == ": "))
                hint = f"write `{one_line(after.strip())[:80]}`"
                return _replaced(source, number, found, "P100", message.format(**found.groupdict()), sign, hint)
    return None


def _replaced(
    source: SourceText, number: int, found: re.Match[str], code: str, message: str, sign: str, hint: str
) -> Finding:
    start, end = found.span("sign")
    spaces = end - start if code == "P104" else 1
    trailing = len(source.line(number)[end:]) - len(source.line(number)[end:].lstrip(" ")) if sign == ": " else 0
    edit = Edit(number, start + 1, number, end + trailing + 1, sign * spaces)
    return error(code, message, SourceLocation(source.name, number, start + 1, end + 1), hint, edits=(edit,))


def has_missing_space(text: str) -> bool:
    """Return whether any line looks as if a space is missing in it; quick, for a text of any length."""
    return any(map(_names_field, _NO_SPACE.finditer(text))) or _TIGHT_DASH.search(text) is not None


def _names_field(found: re.Match[str]) -> bool:
    return (found["field"] or found["item"]) in FIELD_NAMES


def _spaced(source: SourceText, number: int, found: re.Match[str]) -> Finding:
    line = source.line(number)
    group = "colon" if found.re is _NO_SPACE and found["colon"] else "dash"
    start, end = found.span(group)
    written = line[:end].lstrip() + " " + line[end:].rstrip()
    what = "the dash" if group == "dash" else f"'{found[group]}'"
    spot = SourceLocation(source.name, number, start + 1, len(line.rstrip()) + 1)
    edit = Edit(number, end + 1, number, end + 1, " ")
    shown = written.lstrip("- ") if group == "colon" else written
    return error("P100", f"no space after {what}", spot, f"write `{one_line(shown)[:80]}`", edits=(edit,))


def _has_list_beside(source: SourceText, number: int, indent: int) -> bool:
    """Return whether the line above or below is an item of a list in the same column."""
    return any(source.line(other).startswith(" " * indent + "- ") for other in (number - 1, number + 1))


def lines_in_quotes(node: Node) -> frozenset[int]:
    """Return the later lines of all texts in quotes or blocks: what looks like a field there is text."""
    lines: set[int] = set()
    todo: list[Node] = [node]
    while todo:
        one = todo.pop()
        if isinstance(one, Map):
            todo += [part for entry in one.entries.values() for part in entry]
        elif isinstance(one, Seq):
            todo += one.items
        elif isinstance(one, Scalar) and one.style and one.end_line > one.line:
            lines.update(range(one.line + 1, one.end_line + 1))
    return frozenset(lines)


def inner_quote(source: SourceText, near: int) -> Finding | None:
    """Return a finding for a text in quotes that ends at a quote inside it, nearest above line `near` first."""
    for number in range(min(near, len(source.lines)), max(near - 20, 0), -1):
        line = source.line(number)
        at = 0
        while found := _QUOTED.search(line, at):
            problem = _ended_early(source, number, found.start("text"), found["quote"])
            if problem:
                return problem
            at = found.start("text") + 1
    return None


def _ended_early(source: SourceText, number: int, start: int, quote: str) -> Finding | None:
    line = source.line(number)
    escaped = r"(?:[^']|'')*" if quote == "'" else r'(?:[^"\\]|\\.)*'
    closed = re.compile(f"{quote}{escaped}{quote}").match(line, start)
    if closed is None or not re.match(r"\w", line[closed.end() : closed.end() + 1]):
        return None
    in_brackets = line[:start].rstrip()[-1:] in ("[", ",", "{") or bool(re.search(r"[\[{][^\]}]*$", line[:start]))
    after = r"[,}\]]" if in_brackets else r"(?:#|$)"
    end = re.compile(rf"{quote}(?=\s*{after})").search(line, closed.end())
    if end is None:
        return None
    inside = line[start + 1 : end.start()]
    text = inside.replace("''", "'") if quote == "'" else inside.replace('\\"', '"')
    at = closed.end() - 1
    what = "an apostrophe inside '…'" if quote == "'" else 'a quote inside "…"'
    edit = Edit(number, start + 1, number, end.end() + 1, in_quotes(text))
    spot = SourceLocation(source.name, number, at + 1, end.end() + 1)
    hint = f"put the text in the other quotes: {in_quotes(one_line(text))}"
    return error("P102", f"{what} ends the text", spot, hint, edits=(edit,))
