"""Likely causes of YAML errors, and the edits that repair them.

The parser reports where it stopped, but rarely why. A small error (a missing space after a colon or a dash, a quote
inside a text in the same quotes) makes a file unreadable, or changes its meaning. The reader applies the edit and
continues, so that one check also reports the errors in the rest of the file.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

import yaml

from salesnerd_tui.lazy_pattern import lazy_pattern
from salesnerd_tui.playbook.diagnostics import Edit, Finding, error
from salesnerd_tui.playbook.fields import (
    BUILT_IN_VARIABLES,
    FIELD_NAMES,
    MAX_LINE_CHARACTERS,
    NAME_LIST_FIELDS,
    WORD_FIELDS,
)
from salesnerd_tui.playbook.yaml_tree import Map, Node, Scalar, Seq, SourceText
from salesnerd_tui.playbook.yaml_writer import quote_for_hint, without_curly_quotes
from salesnerd_tui.text import one_line

if TYPE_CHECKING:
    from salesnerd_tui.playbook.model import SourceLocation

_VALUE = lazy_pattern(r"^\s*(?:-\s+)*(?:[^\s#'\"\[{][^:#]*?:\s+)?(?:-\s+)*")
_BLOCK_HEADER = lazy_pattern(r"[|>][-+1-9]{0,2}(\s+#.*)?")
_INDICATORS = "@`%*&!|>{[\"'?"
_MAX_QUOTED = 160
"""Maximum characters of a text that a hint quotes; a cut text in quotes would be a wrong suggestion."""
_NEXT_FIELD = lazy_pattern(r",\s+(?=(?:" + "|".join(sorted(FIELD_NAMES)) + r")\s*:\s)")
_NEXT_ITEM = lazy_pattern(r",\s+(?=[^\sa-z])")


def explain_error(exception: Exception, source: SourceText) -> Finding:
    """Return the finding for a syntax error, at the location to fix rather than where the parser stopped."""
    if not isinstance(exception, yaml.MarkedYAMLError):
        return error("P100", f"not YAML: {one_line(str(exception))[:120]}", source.location(1, 1, 2))
    message = (exception.context or "") + " " + (exception.problem or "")
    problem = _mark_location(exception.problem_mark, source)
    context = _mark_location(exception.context_mark, source) if exception.context_mark else problem
    return (
        _find_tab(problem, source)
        or _find_unclosed_quote(problem, source)
        or find_inner_quote(source, problem.line)
        or find_missing_space(source, problem.line)
        or find_wrong_character(source, problem.line)
        or (_find_backslash(problem, source) if "escape" in message or "hexdecimal" in message else None)
        or (_unclosed_quote(context, source) if "quoted scalar" in message else None)
        or _find_trailing_sign(problem, source)
        or _find_leading_indicator(context, problem, source)
        or (_find_colon(problem, source) if "mapping values" in message else None)
        or (_find_dash(problem, source) if "block sequence entries" in message else None)
        or (_find_missing_field(context, source) if "simple key" in message else None)
        or _find_wrong_indent(problem, message, source)
        or (_unclosed_bracket(context, source) if "flow" in message else None)
        or _unexplained(message, problem, source)
    )


_MARKDOWN = lazy_pattern(r"^(?:#{1,6} +\S.*|[*+-] +\S.*|\d+[.)] +\S.*|>.*|\*\*.*)$", re.MULTILINE)
_TITLE = lazy_pattern(r"^(?:playbook|library|agenda)\s*:", re.MULTILINE)
_MARKDOWN_LINES = 3
"""Minimum number of headings and bullets in a text that is probably Markdown."""


def looks_like_markdown(source: SourceText) -> bool:
    """Return whether a text has the headings and bullets of Markdown, and no title of a playbook."""
    return not _TITLE.search(source.text) and len(_MARKDOWN.findall(source.text)) >= _MARKDOWN_LINES


_CONFLICT_MARKER = lazy_pattern(r"^(?:[<>|]{7} \S.*|={7}\s*)$", re.MULTILINE)


def find_conflict_marker(source: SourceText) -> Finding | None:
    """Return the finding for the first line that a merge of two versions left in the file."""
    if not _CONFLICT_MARKER.search(source.text):
        return None
    for number, line in enumerate(source.lines, 1):
        if _CONFLICT_MARKER.match(line):
            hint = "keep one of the two versions, and delete the lines of <<<<<<<, ======= and >>>>>>>"
            return error("P100", "a merge conflict is not resolved", _without_indentation(number, source), hint)
    return None


def _unexplained(message: str, problem: SourceLocation, source: SourceText) -> Finding:
    end_line = _line_above(problem.line, source, is_item=False)
    if "<document start>" in message and source.line(end_line).rstrip() == "...":
        location = _without_indentation(end_line, source)
        return error("P100", "'...' ends the file here", location, "delete the line")
    hint = ""
    if looks_like_markdown(source):
        hint = "notes in Markdown become a playbook with `salesnerd playbook import FILE`"
    return error("P100", f"not YAML: {one_line(message)[:160]}", _to_line_end(problem, source), hint)


def _mark_location(mark: yaml.Mark | None, source: SourceText) -> SourceLocation:
    """Return the location of a mark; on a blank line, the end of the text above."""
    if mark is None:
        return source.location(1, 1, 2)
    line, column = mark.line + 1, mark.column + 1
    while line > 1 and not source.line(line).strip():
        line, column = line - 1, len(source.line(line - 1)) + 1
    return source.location(line, column, column + 1)


def _to_line_end(start: SourceLocation, source: SourceText) -> SourceLocation:
    end = max(len(source.line(start.line).rstrip()) + 1, start.column + 1)
    return source.location(start.line, start.column, end)


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip())


def _without_indentation(number: int, source: SourceText) -> SourceLocation:
    """Return the location of a line without the spaces around its text."""
    line = source.line(number)
    column = _indentation(line) + 1
    return source.location(number, column, max(len(line.rstrip()), column) + 1)


_TAB_AFTER_DASH = lazy_pattern(r"^ *(?:- +)*-(?P<tab>[ \t]*\t[ \t]*)")


def _find_tab(problem: SourceLocation, source: SourceText) -> Finding | None:
    if match := _TAB_AFTER_DASH.match(source.line(problem.line)):
        start, end = match.span("tab")
        location = source.location(problem.line, start + 1, end + 1)
        edit = Edit(problem.line, start + 1, problem.line, end + 1, " ")
        return error("P104", "a tab cannot follow a dash", location, "write one space", edits=(edit,))
    for number in (problem.line, problem.line - 1):
        line = source.line(number)
        column = line[: _indentation(line)].find("\t") + 1
        if column:
            location = source.location(number, column, column + 1)
            return error("P104", "a tab cannot indent", location, "indent with two spaces a level")
    return None


def _find_backslash(problem: SourceLocation, source: SourceText) -> Finding | None:
    """Return the finding for a backslash inside double quotes, where it starts an escape."""
    line = source.line(problem.line)
    start, value = _split_value(line)
    backslash = line.rfind("\\", 0, problem.column)
    if backslash < 0:
        return None
    location = source.location(problem.line, backslash + 1, backslash + 2)
    message = 'a backslash inside "…" starts an escape'
    if not _CLOSED_QUOTE['"'].fullmatch(value) or re.search(r'\\["\\]', value):
        return error("P102", message, location, "write two backslashes, or put the text in single quotes")
    text = "'" + value[1:-1].replace("'", "''") + "'"
    edit = Edit(problem.line, start + 1, problem.line, start + 1 + len(value), text)
    return error("P102", message, location, f"put the text in single quotes: {_shorten(text)}", edits=(edit,))


def _unclosed_quote(start: SourceLocation, source: SourceText) -> Finding:
    hint = "close it at the end of the text; an apostrophe inside '…' has to be doubled"
    return error("P100", "this quote is never closed", _to_line_end(start, source), hint)


_CLOSED_QUOTE = {'"': lazy_pattern(r'"(?:[^"\\]|\\.)*"'), "'": lazy_pattern(r"'(?:[^']|'')*'")}
_QUOTED_IN_BRACKETS = lazy_pattern(r""""(?:[^"\\]|\\.)*"|(?<=[\[{,:\s])'(?:[^']|'')*'""")
_FIELD_LINE = lazy_pattern(r"^(?P<indent>\s*)(?:-\s+)*(?P<field>[a-z_]+):(?:\s|$)")
_OPENED_QUOTE = lazy_pattern(r"""[\[{,:]\s*(?P<text>").*$""")
_MAX_QUOTED_LINES = 100
"""Maximum number of lines that a quote without an end may span before the parser stops."""


def _find_unclosed_quote(problem: SourceLocation, source: SourceText) -> Finding | None:
    """Return the finding for a quote that is still open where the next field begins.

    Such a text ends at the next quote, which may be many lines below, and the parser stops only there.
    """
    for number in range(problem.line, max(problem.line - _MAX_QUOTED_LINES, 0), -1):
        line = source.line(number)
        start = _unclosed_quote_start(line)
        if start < 0 or not _is_field_below(number, source):
            continue
        end = len(line.rstrip())
        quote = line[start]
        if quote == "'" or line.lstrip("- ")[:1] in ("'", '"') or _split_value(line)[0] != start or " #" in line:
            return _unclosed_quote(source.location(number, start + 1, start + 2), source)
        location = source.location(number, start + 1, end + 1)
        edit = Edit(number, end + 1, number, end + 1, quote)
        hint = f"close it at the end of the text: {_shorten(line[start:end] + quote)}"
        return error("P100", "this quote is never closed", location, hint, edits=(edit,))
    return None


def _unclosed_quote_start(line: str) -> int:
    """Return the index of the quote that opens a text and does not close it on the same line, or -1."""
    start, value = _split_value(line)
    if value[:1] in _CLOSED_QUOTE:
        return -1 if _CLOSED_QUOTE[value[0]].match(value) else start
    if value[:1] in ("[", "{"):
        rest = _QUOTED_IN_BRACKETS.sub(lambda match: "x" * len(match[0]), value)
        match = '"' in rest and (_OPENED_QUOTE.search(rest) or _OPENED_QUOTE.search(value))
        return start + match.start("text") if match else -1
    return -1


def _is_field_below(number: int, source: SourceText) -> bool:
    """Return whether the next line with text is a field or an item that is not indented below line `number`."""
    below = next((line for line in source.lines[number:] if line.strip()), "")
    match = _FIELD_LINE.match(below)
    line = source.line(number)
    column = len(line) - len(line.lstrip(" -"))
    return match is not None and match["field"] in FIELD_NAMES and len(match["indent"]) <= column


_AFTER_VALUE = lazy_pattern(r"""(?P<value>"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|\{.*[}\]]|\[.*[}\]])(?P<sign>\s*[,;]+)$""")


def _find_trailing_sign(problem: SourceLocation, source: SourceText) -> Finding | None:
    """Return the finding for a comma or a closing bracket too many at the end of a line."""
    line = source.line(problem.line)
    start, value = _split_value(line)
    match = _AFTER_VALUE.match(value)
    sign_start = start + match.start("sign") if match else problem.column - 1
    sign = line[sign_start:].strip()
    if match is None:
        is_after_bracket = value[:1] in ("{", "[") and line[:sign_start].rstrip()[-1:] in ("}", "]")
        if not is_after_bracket or not sign or sign.strip("}])"):
            return None
    end = len(line.rstrip())
    location = source.location(problem.line, end - len(sign) + 1, end + 1)
    edit = Edit(problem.line, sign_start + 1, problem.line, end + 1, "")
    return error("P100", f"'{sign}' is too much", location, "delete it", edits=(edit,))


def _split_value(line: str) -> tuple[int, str]:
    """Return the index of the value on a line, and the value."""
    match = _VALUE.match(line)
    start = match.end() if match else 0
    return start, line[start:].rstrip()


_SHARE = lazy_pattern(r"%\s*(\d{1,3})")
_QUOTED_NAME = lazy_pattern(r"""(?P<quote>["'])(?P<name>[a-z][a-z0-9_]*)(?P=quote)(?=\s+(?:is|includes|[<>=]))""")


def _find_leading_indicator(context: SourceLocation, problem: SourceLocation, source: SourceText) -> Finding | None:
    for number in dict.fromkeys((problem.line, context.line)):
        start, value = _split_value(source.line(number))
        if name := _QUOTED_NAME.match(value):
            location = source.location(number, start + 1, start + 1 + name.end())
            edit = Edit(number, start + 1, number, start + 1 + name.end(), name["name"])
            return error("P102", "names in conditions have no quotes", location, f"write {name['name']}", edits=(edit,))
        if not value or value[0] not in _INDICATORS or _is_valid_start(value):
            continue
        message = f"a text cannot start with {value[0]} unless it is in quotes"
        label_end = _label_end(value)
        if 0 < value.find(value[0], 1) < label_end - 1 and source.line(number)[:start].strip() in ("", "-"):
            label = source.location(number, start + 1, start + label_end + 1)
            return _label_finding("P102", message, label, source)
        location = source.location(number, start + 1, start + 1 + len(value))
        if share := _SHARE.fullmatch(value):
            edit = Edit(number, start + 1, number, start + 1 + len(value), f"{share[1]}%")
            return error(
                "P102", "the number comes before its percent sign", location, f"write {edit.text}", edits=(edit,)
            )
        return error("P102", message, location, quote_hint(value), edits=_quote_edit(number, start, value))
    return None


def _label_finding(code: str, message: str, label: SourceLocation, source: SourceText) -> Finding:
    """Return the finding for a label that needs quotes, and nothing else on its line does."""
    text = source.line(label.line)[label.column - 1 : label.end_column - 1]
    edit = Edit(label.line, label.column, label.line, label.end_column, quote_for_hint(text))
    hint = f"put the label in quotes: {_shorten(quote_for_hint(text))}"
    return error(code, message, label, hint, edits=(edit,))


def _is_valid_start(value: str) -> bool:
    """Return whether a value that starts with an indicator is valid YAML, or may continue on the next lines."""
    if value[0] in "{[":
        open_brackets = value.count("{") + value.count("[") - value.count("}") - value.count("]")
        return open_brackets > 0 or value[-1] in "}],"
    if value[0] in "\"'":
        return value.count(value[0]) % 2 == 1 or value[-1] == value[0]
    return _BLOCK_HEADER.fullmatch(value) is not None


def _find_colon(problem: SourceLocation, source: SourceText) -> Finding | None:
    line = source.line(problem.line)
    start, value = _split_value(line)
    colon = value.find(": ") if ": " in value else (len(value) - 1 if value.endswith(":") else -1)
    if colon < 1 or start == _indentation(line):
        return None
    label_end = _label_end(value)
    label_start = len(line) - len(line.lstrip("- "))
    if label_end and _is_label(line[label_start : start + label_end]):
        label = source.location(problem.line, label_start + 1, start + label_end + 1)
        return _label_finding("P101", "a colon and a space inside a label end it", label, source)
    first, second = _FIELD_LINE.match(line[:start]), _SECOND_FIELD.search(value)
    if first and first["field"] in WORD_FIELDS and second and second["field"] in FIELD_NAMES:
        location = source.location(problem.line, start + second.start("field") + 1, start + second.end("field") + 1)
        hint = f"write `{second['field']}:` on a line of its own"
        return error("P101", "two fields on one line", location, hint)
    hint = quote_hint(value)
    location = source.location(problem.line, start + colon + 1, start + colon + 2)
    edits = _quote_edit(problem.line, start, value)
    return error("P101", "a colon and a space inside a text end it", location, hint, edits=edits)


_SECOND_FIELD = lazy_pattern(r"^\S+\s+(?P<field>[a-z_]+):\s")
"""A word and then a field, as in `money priority: must`."""


def _label_end(value: str) -> int:
    """Return where a label ends that a colon splits: before the brackets, or the end, of its line; 0 if none does."""
    match = re.search(r":(?:\s+[\[{].*)?$", value)
    return match.start() if match else 0


def _is_label(text: str) -> bool:
    """Return whether a text before a colon is an answer or a name, and neither a field nor a map without its colon."""
    return text.partition(":")[0].strip() not in FIELD_NAMES and not any(sign in text for sign in "{}[]")


def _quote_edit(line: int, start: int, value: str) -> tuple[Edit, ...]:
    """Return the edit that puts the value of a line in quotes; none if a comment may follow it."""
    if " #" in value:
        return ()
    return (Edit(line, start + 1, line, start + 1 + len(value), quote_for_hint(without_curly_quotes(value))),)


def _find_dash(problem: SourceLocation, source: SourceText) -> Finding | None:
    line = source.line(problem.line)
    value = line[problem.column - 1 :].rstrip()
    if not value.startswith("-") or not line[: problem.column - 1].strip():
        return None
    location = source.location(problem.line, problem.column, problem.column + len(value))
    hint = "begin a list on the next line; a text that starts with - goes into quotes"
    return error("P102", "a list cannot begin behind its field", location, hint)


_QUOTED_LABEL = lazy_pattern(r"""^\s*(?P<quote>["'])(?P<label>[^"':]+):\s.*(?P=quote)\s*$""")


def _find_missing_field(context: SourceLocation, source: SourceText) -> Finding | None:
    line = source.line(context.line)
    location = _without_indentation(context.line, source)
    if whole := _QUOTED_LABEL.match(line):
        hint = f"put only the label in quotes: {whole['quote']}{_shorten(whole['label'])}{whole['quote']}: …"
        return error("P102", "the quotes go around the label and what follows it", location, hint)
    if tight := _TIGHT_LABEL.match(line):
        return _missing_space_finding(source, context.line, tight)
    if ":" in line:
        return None
    first_word = line.strip().partition(" ")[0]
    if first_word in FIELD_NAMES:
        start = location.column + len(first_word)
        equals_sign = re.match(r"\s*=\s*", line[start - 1 :])
        end = start + len(equals_sign[0]) if equals_sign else start
        hint = f"write `{f'{first_word}: {_shorten(line[end - 1 :].strip())}'.strip()}`"
        edit = Edit(context.line, start, context.line, end, ": " if equals_sign else ":")
        return error("P100", f"no colon after '{first_word}'", location, hint, edits=(edit,))
    above = source.line(_line_above(context.line, source, is_item=False))
    if _indentation(above) == location.column - 1 and above.partition(":")[0].strip(" -") not in FIELD_NAMES:
        hint = f"if it is an answer without a follow-up, write `{_shorten(line.strip())}: {{}}`"
        return error("P100", "this line has no colon", location, hint)
    hint = "a line is `field: value`; a text over several lines is indented further than its field"
    return error("P100", "this line has no field", location, hint)


def _find_wrong_indent(problem: SourceLocation, message: str, source: SourceText) -> Finding | None:
    if "block" not in message and "mapping values" not in message and "simple key" not in message:
        return None
    line = source.line(problem.line)
    location = _without_indentation(problem.line, source)
    is_item = line.lstrip().startswith("- ")
    title = "this line is not aligned with the ones above"
    above = _line_above(problem.line, source, is_item=False, max_indentation=_indentation(line))
    if _mixes_list_and_map(source.line(above), line):
        hint = f"line {above} has no dash" if is_item else f"line {above} begins with a dash and this one does not"
        return error("P113", title, location, f"{hint}: begin all of these lines with `- `, or none of them")
    above = _line_above(problem.line, source, is_item)
    owner = _line_above(above, source, is_item=False)
    if not is_item and _is_empty_field(source.line(owner)) and _is_label_beside(source.line(owner), source.line(above)):
        hint = f"indent it further than line {owner}, like the line below it"
        return error("P113", "this line is not aligned with the one below", _without_indentation(above, source), hint)
    if not above:
        return error("P113", title, location, "indent a text that continues")
    sibling = source.line(above)
    column = len(sibling) - len(sibling.lstrip(" " if is_item else "- ")) + 1
    siblings = "items of a list" if is_item else "fields of an item"
    begins = "has its first field" if not is_item and sibling.lstrip().startswith("- ") else "begins"
    return error("P113", title, location, f"line {above} {begins} in column {column}: {siblings} begin in one column")


def _is_empty_field(line: str) -> bool:
    """Return whether a line has a field and nothing after its colon."""
    field = _FIELD_LINE.match(line)
    return field is not None and field["field"] in FIELD_NAMES and not line[field.end() :].strip()


def _is_label_beside(field_line: str, line: str) -> bool:
    """Return whether a line has no field, and is not indented further than the field above."""
    is_field = line.partition(":")[0].strip(" -") in FIELD_NAMES
    return ":" in line and not is_field and _indentation(line) == _indentation(field_line)


def _line_above(number: int, source: SourceText, is_item: bool, max_indentation: int = MAX_LINE_CHARACTERS) -> int:
    """Return the nearest line above with an item, or with any text but a comment; 0 if there is none."""
    for other in range(number - 1, 0, -1):
        text = source.line(other).lstrip()
        if _indentation(source.line(other)) > max_indentation:
            continue
        if text.startswith("- ") if is_item else text and not text.startswith("#"):
            return other
    return 0


def _mixes_list_and_map(above: str, line: str) -> bool:
    """Return whether one of two lines in one column is in a list and the other in a map, as among answers."""
    items = [text.lstrip() for text in (above, line) if text.lstrip().startswith("- ")]
    is_aligned = _indentation(above) == _indentation(line)
    return is_aligned and len(items) == 1 and items[0][2:].partition(":")[0].strip() not in FIELD_NAMES


def _unclosed_bracket(start: SourceLocation, source: SourceText) -> Finding:
    """Return the finding for a bracket that is not closed, or that YAML reads so because of a text inside."""
    flow = source.line(start.line)[start.column - 1 :].rstrip()
    below = next((line for line in source.lines[start.line :] if line.strip()), "")
    is_ended = _indentation(below) <= _indentation(source.line(start.line))  # the next line cannot be inside
    if missing := _missing_brackets(flow, is_ended=is_ended):
        end = start.column + len(flow)
        hint = f"write `{missing}` at the end of the line"
        edit = Edit(start.line, end, start.line, end, missing)
        location = source.location(start.line, start.column, end)
        return error("P100", "this bracket is never closed", location, hint, edits=(edit,))
    if len(flow) > 2 and flow[0] + flow[-1] in ("{}", "[]"):
        for offset, text in _flow_values(flow):
            end = _early_end(text)
            if end >= 0:
                column = start.column + offset + end
                location = source.location(start.line, column, column + 1)
                return error(*_early_end_message(text, end), location, quote_hint(text))
    return error("P100", "this bracket is never closed", start, "a text with a bracket or a brace goes into quotes")


_FLOW_PARTS = lazy_pattern(
    r"""(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')|(?P<open>(?:^|(?<=[\[{])|(?<=[,:]\s))[\[{])|(?P<close>[\]}])"""
)


def _missing_brackets(flow: str, *, is_ended: bool) -> str:
    """Return the closing brackets that a line lacks; empty if it lacks none, or if a text has a bracket in it."""
    if flow[-1:] not in ("}", "]") and not (is_ended and " #" not in flow):
        return ""
    missing = ""
    for part in _FLOW_PARTS.finditer(flow):
        if part["open"]:
            missing = {"{": "}", "[": "]"}[part["open"]] + missing
        elif part["close"]:
            if part["close"] != missing[:1]:
                return ""
            missing = missing[1:]
    return missing


def _flow_values(flow: str) -> Iterator[tuple[int, str]]:
    """Yield the values of a flow map or list on one line, with their offsets."""
    body = flow[1:-1]
    separator = _NEXT_FIELD if flow[0] == "{" else _NEXT_ITEM
    start = 0
    for end, next_start in [*((match.start(), match.end()) for match in separator.finditer(body)), (len(body), 0)]:
        part = body[start:end]
        if flow[0] == "{":
            key = re.match(r"\s*[^:]*:\s+", part)
            skipped = key.end() if key else 0
        else:
            skipped = _indentation(part)
        yield 1 + start + skipped, part[skipped:].rstrip()
        start = next_start


def _early_end(text: str) -> int:
    """Return where YAML ends a plain text inside brackets too early, or -1."""
    if text[:1] in ("'", '"') and (len(text) < 2 or text.find(text[0], 1) == len(text) - 1):
        return -1
    if text[:1] in ("{", "[") and text[-1] in "}]":
        return -1
    match = re.search(r":(?=\s)|\s#|[\[\]{}]|^[\"']", text)
    return match.start() + match[0][0].isspace() if match else -1


def _early_end_message(text: str, end: int) -> tuple[str, str]:
    if text[end] == ":":
        return "P101", "a colon and a space inside a text end it"
    if text[end] == "#":
        return "P103", f"everything from '{text[end : end + 30]}' on is a comment"
    if text[end] in "\"'":
        return "P102", f"a text cannot start with {text[end]} unless it is in quotes"
    return "P102", f"a text inside brackets cannot have {text[end]} in it unless it is in quotes"


def quote_hint(text: str) -> str:
    """Return the hint to put `text` in quotes; a text too long to repeat is described instead."""
    text = one_line(text)
    bare = without_curly_quotes(text)
    if len(text) > _MAX_QUOTED:
        return f"put the whole text in quotes, from '{text[:40]}' to '{text[-40:]}'"
    if bare != text:
        return f"write straight quotes: {quote_for_hint(bare)}"
    return f"put the whole text in quotes: {quote_for_hint(text)}"


def _shorten(text: str) -> str:
    """Return a text for a hint on one line; a text too long to repeat ends with an ellipsis."""
    text = one_line(text)
    return text if len(text) <= _MAX_QUOTED else f"{text[:_MAX_QUOTED]}…"


_NAME = lazy_pattern(r"[a-z][a-z0-9_]*")
_FIELD_IN_BRACES = lazy_pattern(r"(?P<field>[a-z_]+)(?::|\s+)(?=\S)")


def find_split_texts(tree: Map, keys_without_colon: Sequence[tuple[Scalar, int]]) -> Iterator[Finding]:
    """Yield one finding for each text that commas split inside `{ }`.

    Each of `keys_without_colon` has the number of entries of `tree` before it. Entries from the middle of such a text
    are deleted from `tree`, so that there are no other findings about them.
    """
    entries = list(tree.entries.values())
    for position, run in groupby(keys_without_colon, key=lambda item: item[1]):
        run_keys = [key for key, _ in run]
        previous = entries[position - 1] if position else None
        following = entries[position][0] if position < len(entries) else None
        first = run_keys[0]
        field = _FIELD_IN_BRACES.match(first.text)
        is_id = field and field["field"] == "id" and _NAME.fullmatch(first.text[field.end() :])
        if is_id or (previous is None and following is None):
            if field and field["field"] in FIELD_NAMES:
                start, end = first.column + field.end("field"), first.column + field.end()
                edit = Edit(first.line, start, first.line, end, ": ")
                hint = f"write `{field['field']}: {_shorten(first.text[field.end() :])}`"
                yield error("P100", f"no colon and space after '{field['field']}'", first.location, hint, edits=(edit,))
                if is_id:  # other items may refer to it
                    tree.entries.setdefault("id", (first.with_text("id"), first.with_text(first.text[field.end() :])))
                continue
            message = "a text cannot start with { unless it is in quotes"
            yield error("P102", message, first.location, _hint_for_braces(first.text, quote_hint(tree.source_text)))
            continue
        hint = "delete it"
        if following is not None and _is_label_part(first, following, previous):
            hint = f"the text was split at its comma, {quote_hint(_text_through(first, following))}"
        elif previous is not None and isinstance(previous[1], Scalar):
            start = _sentence_start(entries[:position])
            whole = _text_through(entries[start][1], run_keys[-1])
            hint = f"the text was split at its comma, {quote_hint(whole)}"
            if re.fullmatch(r"\d+,\d{1,2}", whole):
                hint = f"write {whole.replace(',', '.')}"
            elif entries[start][0].text in NAME_LIST_FIELDS:
                hint = f"write a list: [{_shorten(whole)}]"
            for key, _ in entries[start + 1 : position]:
                del tree.entries[key.text]
        yield error("P107", f"'{first.text[:60]}' has no value", first.location, hint)


def _hint_for_braces(text: str, quote_hint: str) -> str:
    """Return the hint for braces around a text without a colon: the name of a field, of its value, or any text."""
    if text in FIELD_NAMES:
        return f"write what it leads to: `{{{text}: …}}`"
    if _NAME.fullmatch(text) and text not in BUILT_IN_VARIABLES:
        return f"write `{{goto: {text}}}` or `{{end: {text}}}`; if it is a text, {quote_hint}"
    return quote_hint


def split_text_hint(tree: Map, key: Scalar) -> str:
    """Return the hint for an unknown field in `{ }` that is the rest of a text with a comma, or an empty string."""
    entries = list(tree.entries.values())
    position = next((index for index, (name, _) in enumerate(entries) if name is key), 0)
    if not tree.is_flow or not position or not _is_sentence_part(key):
        return ""
    last = entries[position][1]
    if not isinstance(last, Scalar) or not isinstance(entries[position - 1][1], Scalar):
        return ""
    tail = tree.source.text_between(last.end_line, last.end_column, tree.end_line, tree.end_column).rstrip("}").rstrip()
    next_field = _NEXT_FIELD.search(tail)
    tail = tail[: next_field.start()] if next_field else tail
    start = entries[_sentence_start(entries[: position + 1])][1]
    return f"the text was split at its comma, {quote_hint(_text_through(start, last) + tail)}"


def _is_label_part(key: Scalar, following: Scalar, previous: tuple[Scalar, Node] | None) -> bool:
    """Return whether a key without a colon is the beginning of the label that `following` ends."""
    if following.text in FIELD_NAMES:
        return False
    if previous is None:
        return True
    is_in_number = isinstance(previous[1], Scalar) and previous[1].text[-1:].isdigit() and key.text[:1].isdigit()
    return not is_in_number and not _is_sentence_part(key) and following.text[:1].islower()


def _is_sentence_part(key: Scalar) -> bool:
    """Return whether a key reads like the rest of a sentence."""
    return not key.style and key.text[:1].islower() and (" " in key.text or key.text not in FIELD_NAMES)


def _sentence_start(entries: Sequence[tuple[Scalar, Node]]) -> int:
    """Return the position of the entry in whose value the sentence of the last entry begins."""
    position = len(entries) - 1
    while position and isinstance(entries[position - 1][1], Scalar):
        key = entries[position][0]
        if " " not in key.text or not _is_sentence_part(key):
            break
        position -= 1
    return position


def _text_through(first: Node, last: Node) -> str:
    """Return the text from one node to the end of another, without the quotes of the first."""
    text = first.source.text_between(first.line, first.column, last.end_line, last.end_column)
    if isinstance(first, Scalar) and first.style in ("'", '"') and first.line == first.end_line:
        length = first.end_column - first.column
        return first.text + text[length:]
    return text


_MISSING_SPACE = lazy_pattern(
    r"^[ ]*(?:-[ ]+)*"
    r"(?:(?P<colon>(?P<field>[a-z_]+):)(?=[^ \t\r\n:/])|(?P<dash>-)(?=[^\S \t\r\n]*(?P<item>[a-z_]+):(?:\s|$)))",
    re.MULTILINE,
)
_TIGHT_DASH = lazy_pattern(r"^(?P<indent>[ ]*)(?P<dash>-)(?=[^ \t\r\n\d-])", re.MULTILINE)
_TIGHT_LABEL = lazy_pattern(
    r"""^ *(?:- +)?(?P<colon>[^\s"'#:\[{\]},-][^"'#:\[{\]},\n]*:)(?=[\[{](?![^\]}\n]*[\]}] *[^\s\]}]))""", re.MULTILINE
)
"""The label of an answer, or a field, directly before brackets that end its line."""

_QUOTED = lazy_pattern(r"(?:^\s*(?:-\s+)*|[^\s'\"\[{,]:\s+|[\[{,]\s*)(?P<text>(?P<quote>['\"]).*)$")


def find_missing_space(
    source: SourceText, last_line: int, skipped_lines: Container[int] = (), *, is_readable: bool = False
) -> Finding | None:
    """Return a finding for a missing space after a field's colon or a list's dash, searched from `last_line` upward.

    In a file that is readable as YAML, a bracket that is not closed in its line is a character of the label.
    """
    for number in range(min(last_line + 1, len(source.lines)), 0, -1):
        if number in skipped_lines:
            continue
        line = source.line(number)
        match = _MISSING_SPACE.match(line)
        if match and _names_field(match):
            return _missing_space_finding(source, number, match)
        label = _TIGHT_LABEL.match(line)
        if label and not (is_readable and _has_open_bracket(line[label.end() :])):
            return _missing_space_finding(source, number, label)
        dash = _TIGHT_DASH.match(line)
        if dash and _is_in_list(source, number, len(dash["indent"])):
            return _missing_space_finding(source, number, dash)
    return None


_WRONG_DASH = lazy_pattern(r"^(?P<indent>[ ]*)(?P<wrong>[–—−•*+])[ ]+(?P<item>[a-z_]+):(?:\s|$)")
_WRONG_COLON = lazy_pattern(r"^[ ]*(?:-[ ]+)*(?P<item>[a-z_]+)[ ]*(?P<wrong>[：﹕∶])")
_WRONG_LABEL_COLON = lazy_pattern(
    r"""^[ ]*(?:-[ ]+)*[^\s"'#:=\[{\]}：-][^"'#:=\[{\]}：]*(?P<wrong>[=：﹕∶])[ ]*(?=\{.*\}\s*$)"""
)
_MISSING_COLON = lazy_pattern(r"^[ ]*-[ ]+(?P<item>ask|say|section|include)(?P<wrong>[ ]+)(?=[^\s:=])")
_SECOND_DASH = lazy_pattern(r"^[ ]*-(?P<wrong>[ ]+-)[ ]+(?P<item>[a-z_]+):(?:\s|$)")
_WRONG_INDENT = lazy_pattern(r"^[ ]*(?P<wrong>[^\S \t\n]+)")
_SEARCHED_LINES = 3
"""Number of lines to search for the error, from the one at which the parser stopped upward."""


def find_wrong_character(source: SourceText, last_line: int) -> Finding | None:
    """Return a finding for a missing colon, or a character that only looks like a space, dash or colon of YAML."""
    for number in range(min(last_line + 1, len(source.lines)), max(last_line - _SEARCHED_LINES, 0), -1):
        line = source.line(number)
        if match := _WRONG_INDENT.match(line):
            start, end = match.span("wrong")
            edit = Edit(number, start + 1, number, end + 1, " " * (end - start))
            location = source.location(number, start + 1, end + 1)
            hint = "indent with the space bar, two spaces a level"
            return error("P104", "a no-break space cannot indent", location, hint, edits=(edit,))
        for pattern, message, replacement in (
            (_WRONG_DASH, "'{wrong}' does not start an item", "-"),
            (_SECOND_DASH, "an item begins with one dash", ""),
            (_WRONG_COLON, "'{wrong}' is not the colon of YAML", ": "),
            (_WRONG_LABEL_COLON, "'{wrong}' is not the colon of YAML", ": "),
            (_MISSING_COLON, "no colon after '{item}'", ": "),
        ):
            match = pattern.match(line)
            if not match or (pattern is not _WRONG_LABEL_COLON and match["item"] not in FIELD_NAMES):
                continue
            start, end = match.span("wrong")
            start = len(line[:start].rstrip()) if replacement == ": " else start
            after = line[end:].lstrip(" ") if replacement == ": " else line[end:]
            hint = f"write `{_shorten((line[:start] + replacement + after).strip())}`"
            edit = Edit(number, start + 1, number, len(line) - len(after) + 1, replacement)
            location = source.location(number, start + 1, end + 1)
            return error("P100", message.format(**match.groupdict()), location, hint, edits=(edit,))
    return None


def _has_open_bracket(text: str) -> bool:
    return text.count("[") + text.count("{") != text.count("]") + text.count("}")


def has_missing_space(text: str) -> bool:
    """Return whether a line looks as if a space is missing. Faster than `find_missing_space`."""
    if _TIGHT_DASH.search(text) or _TIGHT_LABEL.search(text):
        return True
    return any(map(_names_field, _MISSING_SPACE.finditer(text)))


def _names_field(match: re.Match[str]) -> bool:
    return (match["field"] or match["item"]) in FIELD_NAMES


def _missing_space_finding(source: SourceText, line_number: int, match: re.Match[str]) -> Finding:
    line = source.line(line_number)
    group = "dash" if match.groupdict().get("dash") else "colon"
    start, end = match.span(group)
    rest = line[end:].lstrip()
    fixed = line[:end].lstrip() + " " + rest.rstrip()
    what = "the dash" if group == "dash" else f"'{match[group]}'"
    location = source.location(line_number, start + 1, len(line.rstrip()) + 1)
    edit = Edit(line_number, end + 1, line_number, len(line) - len(rest) + 1, " ")
    shown = fixed.lstrip("- ") if group == "colon" else fixed
    message = f"no space after {what}" if rest == line[end:] else f"a no-break space after {what}"
    return error("P100", message, location, f"write `{_shorten(shown)}`", edits=(edit,))


def _is_in_list(source: SourceText, line_number: int, indentation: int) -> bool:
    """Return whether the line above or below is an item of a list in the same column, or the field above is empty."""
    if any(source.line(other).startswith(" " * indentation + "- ") for other in (line_number - 1, line_number + 1)):
        return True
    return _is_empty_field(source.line(line_number - 1))


_BRACE_IN_KEY = lazy_pattern(r"^(?P<name>[^{}]*[^{}\s|=:>-])(?P<wrong>[\s|=:>-]+)\{[^{}]*$")


def find_missing_colon(key: Scalar, value: Node) -> Finding | None:
    """Return a finding for a key that has the brace of its value, as in `Worth it | {end: next_step}`."""
    match = _BRACE_IN_KEY.match(key.text)
    if match is None or key.style or not isinstance(value, Scalar) or value.style or not value.text.endswith("}"):
        return None
    line = key.source.line(key.line)
    start, end = key.column - 1 + match.start("wrong"), key.column - 1 + match.end("wrong")
    location = key.source.location(key.line, start + 1, end + 1)
    hint = f"write `{_shorten(line[:start].strip() + ': ' + line[end:].strip())}`"
    edit = Edit(key.line, start + 1, key.line, end + 1, ": ")
    return error("P100", f"no colon after '{match['name'].strip()}'", location, hint, edits=(edit,))


def quoted_lines(node: Node) -> frozenset[int]:
    """Return the lines, but the first, of all texts in quotes or blocks: what looks like a field there is text."""
    lines: set[int] = set()
    todo: list[Node] = [node]
    while todo:
        current = todo.pop()
        if isinstance(current, Map):
            todo += [part for entry in current.entries.values() for part in entry]
        elif isinstance(current, Seq):
            todo += current.items
        elif current.style and current.end_line > current.line:
            lines.update(range(current.line + 1, current.end_line + 1))
    return frozenset(lines)


def find_inner_quote(source: SourceText, last_line: int) -> Finding | None:
    """Return a finding for a text in quotes that ends at a quote inside it, searched from `last_line` upward."""
    for line_number in range(min(last_line, len(source.lines)), max(last_line - 20, 0), -1):
        line = source.line(line_number)
        start = 0
        while match := _QUOTED.search(line, start):
            finding = _find_early_quote(source, line_number, match.start("text"), match["quote"])
            if finding:
                return finding
            start = match.start("text") + 1
    return None


def _find_early_quote(source: SourceText, line_number: int, start: int, quote: str) -> Finding | None:
    line = source.line(line_number)
    content = r"(?:[^']|'')*" if quote == "'" else r'(?:[^"\\]|\\.)*'
    quoted = re.compile(f"{quote}{content}{quote}").match(line, start)
    if quoted is None or not re.match(r"\w", line[quoted.end() : quoted.end() + 1]):
        return None
    is_in_brackets = line[:start].rstrip()[-1:] in ("[", ",", "{") or re.search(r"[\[{][^\]}]*$", line[:start])
    terminator = r"[,}\]]" if is_in_brackets else r"(?:#|$)"
    closing_quote = re.compile(rf"{quote}(?=\s*{terminator})").search(line, quoted.end())
    if closing_quote is None:
        return None
    text = line[start + 1 : closing_quote.start()]
    text = text.replace("''", "'") if quote == "'" else text.replace('\\"', '"')
    what = "an apostrophe inside '…'" if quote == "'" else 'a quote inside "…"'
    edit = Edit(line_number, start + 1, line_number, closing_quote.end() + 1, quote_for_hint(text))
    location = source.location(line_number, quoted.end(), closing_quote.end() + 1)
    hint = f"put the text in the other quotes: {quote_for_hint(one_line(text))}"
    return error("P102", f"{what} ends the text", location, hint, edits=(edit,))
