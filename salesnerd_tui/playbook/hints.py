"""What an engineer most likely did when a file is not YAML: the parser's words say where it stumbled, rarely why."""

from __future__ import annotations

import re

import yaml

from salesnerd_tui.playbook.findings import Finding, error
from salesnerd_tui.playbook.model import Spot
from salesnerd_tui.playbook.nodes import Source
from salesnerd_tui.playbook.quoting import in_quotes
from salesnerd_tui.text import one_line

_VALUE = re.compile(r"^\s*(?:-\s+)*(?:[^\s#'\"\[{][^:#]*?:\s+)?(?:-\s+)*")
_BLOCK = re.compile(r"[|>][-+1-9]{0,2}(\s+#.*)?")
_SIGNS = "@`%*&!|>{[\"'?"


def explain(problem: Exception, source: Source) -> Finding:
    """The finding for a syntax error, at the place to mend rather than where the parser gave up."""
    if not isinstance(problem, yaml.MarkedYAMLError):
        return error("P100", f"not YAML: {one_line(str(problem))[:120]}", Spot(source.name, 1, 1, 2))
    context = (problem.context or "") + " " + (problem.problem or "")
    place = _place(problem.problem_mark, source)
    began = _place(problem.context_mark, source) if problem.context_mark else place
    return (
        _tab(place, source)
        or (_unclosed_quote(began, source) if "quoted scalar" in context else None)
        or _starts_with_sign(began, place, source)
        or (_colon(place, source) if "mapping values" in context else None)
        or (_dash(place, source) if "block sequence entries" in context else None)
        or (_no_field(began, source) if "simple key" in context else None)
        or _indented(place, context, source)
        or (_unclosed_bracket(began) if "flow" in context else None)
        or error("P100", f"not YAML: {one_line(context)[:160]}", _wide(place, source))
    )


def _place(mark: yaml.Mark | None, source: Source) -> Spot:
    if mark is None:
        return Spot(source.name, 1, 1, 2)
    line, column = mark.line + 1, mark.column + 1
    while line > 1 and not source.line(line).strip():
        line, column = line - 1, len(source.line(line - 1)) + 1
    return Spot(source.name, line, column, column + 1)


def _wide(place: Spot, source: Source) -> Spot:
    end = max(len(source.line(place.line).rstrip()) + 1, place.column + 1)
    return Spot(place.file, place.line, place.column, end)


def _tab(place: Spot, source: Source) -> Finding | None:
    for number in (place.line, place.line - 1):
        line = source.line(number)
        indent = line[: len(line) - len(line.lstrip())]
        if "\t" in indent:
            column = indent.index("\t") + 1
            spot = Spot(place.file, number, column, column + 1)
            return error("P104", "a tab cannot indent", spot, "indent with two spaces a level")
    return None


def _unclosed_quote(began: Spot, source: Source) -> Finding:
    hint = "close it at the end of the text; an apostrophe inside '…' is written twice"
    return error("P100", "this quote is never closed", _wide(began, source), hint)


def _value_of(line: str) -> tuple[int, str]:
    """Where the value on a line begins, counted from 0, and the value."""
    found = _VALUE.match(line)
    start = found.end() if found else 0
    return start, line[start:].rstrip()


def _starts_with_sign(began: Spot, place: Spot, source: Source) -> Finding | None:
    for number in dict.fromkeys((place.line, began.line)):
        start, value = _value_of(source.line(number))
        if not value or value[0] not in _SIGNS or _is_whole(value):
            continue
        spot = Spot(place.file, number, start + 1, start + 1 + len(value))
        hint = f"put it in quotes: {in_quotes(one_line(value)[:60])}"
        return error("P102", f"a text cannot start with {value[0]} unless it is in quotes", spot, hint)
    return None


def _is_whole(value: str) -> bool:
    """Whether what begins with a sign is what YAML means by it, or may go on over the next lines."""
    if value[0] in "{[":
        return _depth(value) > 0 or value[-1] in "}],"
    if value[0] in "\"'":
        return value.count(value[0]) % 2 == 1 or value[-1] == value[0]
    return _BLOCK.fullmatch(value) is not None


def _depth(value: str) -> int:
    return sum(value.count(sign) for sign in "{[") - sum(value.count(sign) for sign in "}]")


def _colon(place: Spot, source: Source) -> Finding | None:
    line = source.line(place.line)
    start, value = _value_of(line)
    at = value.find(": ") if ": " in value else (len(value) - 1 if value.endswith(":") else -1)
    if at < 1 or start == len(line) - len(line.lstrip()):
        return None
    hint = f"put the whole text in quotes: {in_quotes(one_line(value)[:60])}"
    spot = Spot(place.file, place.line, start + at + 1, start + at + 2)
    return error("P101", "a colon and a space inside a text end it", spot, hint)


def _dash(place: Spot, source: Source) -> Finding | None:
    value = source.line(place.line)[place.column - 1 :].rstrip()
    if not value.startswith("-") or not source.line(place.line)[: place.column - 1].strip():
        return None
    spot = Spot(place.file, place.line, place.column, place.column + len(value))
    hint = "begin a list on the next line; a text that starts with - goes into quotes"
    return error("P102", "a list cannot begin behind its field", spot, hint)


def _no_field(began: Spot, source: Source) -> Finding | None:
    line = source.line(began.line)
    if ":" in line:
        return None
    column = len(line) - len(line.lstrip()) + 1
    spot = Spot(began.file, began.line, column, max(len(line.rstrip()), column) + 1)
    hint = "a line is `field: value`; a text that goes on over several lines is indented further than its field"
    return error("P100", "this line has no field", spot, hint)


def _indented(place: Spot, context: str, source: Source) -> Finding | None:
    if "block" not in context and "mapping values" not in context and "simple key" not in context:
        return None
    line = source.line(place.line)
    column = len(line) - len(line.lstrip()) + 1
    spot = Spot(place.file, place.line, column, max(len(line.rstrip()), column) + 1)
    above = next((n for n in range(place.line - 1, 0, -1) if source.line(n).strip()), 0)
    before = source.line(above)
    column = len(before) - len(before.lstrip()) + 1
    hint = f"line {above} begins in column {column}: fields of one thing begin in one column"
    return error("P113", "this line is too far in or out", spot, hint if above else "a text that goes on is indented")


def _unclosed_bracket(began: Spot) -> Finding:
    return error("P100", "this bracket is never closed", began, "a text with a bracket or a brace goes into quotes")
