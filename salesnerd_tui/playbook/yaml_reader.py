"""YAML reader: turns bytes into a tree or findings, from the events of libyaml, with all values as text.

No constructor runs, so `No` stays "No" and `1:30` stays "1:30". The reader uses events because the C composer
(`compose`) crashes the process on deeply nested input. Other YAML features than maps, lists and texts are errors.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from salesnerd_tui.errors import error_reason
from salesnerd_tui.files import NotRegular, TooLarge, read_regular
from salesnerd_tui.lazy_pattern import lazy_pattern
from salesnerd_tui.playbook import fields as table
from salesnerd_tui.playbook.diagnostics import (
    Finding,
    LimitReached,
    apply_edits,
    edited_lines,
    error,
    limit_error,
    limit_reached,
)
from salesnerd_tui.playbook.fields import MAX_FILE_VALUES
from salesnerd_tui.playbook.yaml_errors import (
    explain_error,
    find_conflict_marker,
    find_missing_colon,
    find_missing_space,
    find_split_texts,
    has_missing_space,
    looks_like_markdown,
    quoted_lines,
)
from salesnerd_tui.playbook.yaml_tree import Entries, Map, Node, Scalar, Seq, SourceText

if TYPE_CHECKING:
    from salesnerd_tui.playbook.model import SourceLocation

_CONDITION = lazy_pattern(r"\s*(?:- )?when:")

_MAX_REPAIRS = 30
"""Maximum number of repairs of a file; the file is parsed again after each."""

_MAX_REPAIRED_CHARACTERS = 2_000_000
"""Characters that are parsed again at most, in half a second; a handwritten playbook of 20 KB gets all repairs."""

_SPLIT_HINT = "split it, and share the parts with `use:`"

_Event = Any
"""An event of the parser. The published types declare marks as optional, but parsed events always have them."""

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_ZERO_WIDTH = "\u00ad\u200b\u2060\ufeff"
"""Characters without a width that copied texts contain; two texts with and without one look the same."""

_INVISIBLE = lazy_pattern("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


ReadResult = tuple[SourceText, Map | None, list[Finding]]
"""Text of a file, its tree and its findings. Without a tree there is at least one error."""


def read_file(path: Path, name: str = "") -> ReadResult:
    """Read the tree of a file. Never raises for any file."""
    name = name or str(path)
    try:
        raw = read_regular(path, table.MAX_FILE_BYTES)
    except TooLarge:
        return _too_large(name)
    except (NotRegular, IsADirectoryError):
        return _unreadable(name, "this is not a file")
    except (OSError, ValueError) as problem:
        return _unreadable(name, f"cannot be read: {error_reason(problem)}")
    return read_bytes(raw, name)


def read_bytes(raw: bytes, name: str) -> ReadResult:
    """Read a tree from bytes; see `read_file`."""
    if len(raw) > table.MAX_FILE_BYTES:
        return _too_large(name)
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _unreadable(name, "the file is UTF-16", "save the file as UTF-8")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        location = SourceText(name, raw[: problem.start].decode("utf-8-sig", "replace")).end
        source = SourceText(name, raw.decode("utf-8-sig", "replace"))
        return source, None, [error("P100", "a byte that is not UTF-8", location, "save the file as UTF-8")]
    return read_text(text, name)


def read_text(text: str, name: str) -> ReadResult:
    """Read a tree from text; see `read_file`."""
    if len(text) > table.MAX_FILE_BYTES:
        return _too_large(name)
    source = SourceText(name, text)
    if max(map(len, source.lines)) > table.MAX_LINE_CHARACTERS:
        number = next(number for number, line in enumerate(source.lines, 1) if len(line) > table.MAX_LINE_CHARACTERS)
        location = source.location(number, table.MAX_LINE_CHARACTERS + 1, table.MAX_LINE_CHARACTERS + 2)
        hint = "break it into several lines"
        return source, None, [limit_error(table.MAX_LINE_CHARACTERS, "characters in one line", location, hint)]
    match = _INVISIBLE.search(text)
    if match:
        hint = "delete it; inside double quotes it can be written as an escape"
        message = f"an invisible character (U+{ord(match.group()):04X})"
        return source, None, [error("P100", message, SourceText(name, text[: match.start()]).end, hint)]
    if conflict := find_conflict_marker(source):
        return source, None, [conflict]
    return _read_repaired(source)


def _read_repaired(source: SourceText) -> ReadResult:
    """Read a text. If a syntax error has a safe edit, report it, apply the edit and read the text again."""
    findings: list[Finding] = []
    current = SourceText(source.name, source.text)
    for _ in range(max(1, min(_MAX_REPAIRS, _MAX_REPAIRED_CHARACTERS // max(len(source.text), 1)))):
        builder = _TreeBuilder(current)
        try:
            tree = builder.document()
        except LimitReached as stop:
            return source, None, [*findings, *builder.findings, stop.finding]
        except (yaml.YAMLError, RecursionError, ValueError) as problem:
            finding = explain_error(problem, current)
        else:
            missing_space = None
            if tree is not None and has_missing_space(current.text):
                missing_space = find_missing_space(current, len(current.lines), quoted_lines(tree), is_readable=True)
            if missing_space is None:
                current.value_count = source.value_count = builder.value_count
                source.repaired = current.repaired
                findings += builder.findings
                if isinstance(tree, Map):
                    return source, tree, findings
                return source, None, [*findings, _not_a_map(tree, current)]
            finding = missing_space
        findings.append(finding)
        lines = edited_lines(finding.edits)
        if not lines or lines & current.repaired:
            break
        repaired_lines = current.repaired | lines
        current = SourceText(source.name, apply_edits(current.text, finding.edits)[0])
        current.repaired = repaired_lines
    return source, None, findings


def _unreadable(name: str, message: str, hint: str = "", code: str = "P100") -> ReadResult:
    source = SourceText(name, "")
    return source, None, [error(code, message, source.end, hint)]


def _too_large(name: str) -> ReadResult:
    return _unreadable(name, "the file is over 1 MiB", _SPLIT_HINT, "P115")


def _not_a_map(tree: Node | None, source: SourceText) -> Finding:
    if tree is None or (isinstance(tree, Scalar) and tree.is_null):
        hint = "begin with `playbook: Its title`"
        return error("P100", "nothing is written here yet", source.location(1, 1, 2), hint)
    what = "a list" if isinstance(tree, Seq) else "a text"
    hint = "a file is lines of `field: value` and begins with `playbook: Its title`"
    if isinstance(tree, Seq):
        hint = "write `playbook: Its title` and `agenda:` above the list, and each question as `- ask: …`"
    if looks_like_markdown(source) or all(isinstance(item, Scalar) for item in getattr(tree, "items", ())):
        hint += "; notes in Markdown become a playbook with `salesnerd playbook import FILE`"
    return error("P112", f"expected fields, found {what}", tree.location, hint)


class _TreeBuilder:
    """Builder of the tree of one document from the events of the parser."""

    def __init__(self, source: SourceText) -> None:
        self.source = source
        self.findings: list[Finding] = []
        self.value_count = 0
        has_zero_width = any(mark in source.text for mark in _ZERO_WIDTH)
        self._removed = str.maketrans("", "", _ZERO_WIDTH) if has_zero_width else None
        self._next: Callable[[], _Event] = _Loader(source.text).get_event
        self._builders: dict[type, Callable[[_Event, int], Node]] = {
            yaml.MappingStartEvent: self._map,
            yaml.SequenceStartEvent: self._seq,
            yaml.AliasEvent: self._alias,
        }

    def document(self) -> Node | None:
        self._next()
        if isinstance(self._next(), yaml.StreamEndEvent):
            return None
        tree = self._build(self._next(), 0)
        self._next()
        event = self._next()
        if not isinstance(event, yaml.StreamEndEvent):
            hint = "a file contains one playbook; delete the `---`"
            raise LimitReached(error("P100", "a second document starts here", self._location(event), hint))
        return tree

    def _build(self, event: _Event, depth: int) -> Node:
        if type(event) is yaml.ScalarEvent:
            return self._scalar(event)
        if depth > table.MAX_DEPTH:
            raise LimitReached(error("P115", f"nested deeper than {table.MAX_DEPTH} levels", self._location(event)))
        self.value_count += 1
        if self.value_count > MAX_FILE_VALUES:
            self._too_many(event)
        return self._builders[type(event)](event, depth)

    def _too_many(self, event: _Event) -> None:
        raise limit_reached(MAX_FILE_VALUES, "values in one file", self._location(event), _SPLIT_HINT)

    def _scalar(self, event: _Event) -> Scalar:
        """Return a text. Three of four values are texts, so this runs 20,000 times for a long playbook."""
        self.value_count += 1
        if self.value_count > MAX_FILE_VALUES:
            self._too_many(event)
        if event.anchor or event.tag:
            self._report_unsupported(event)
        start, end = event.start_mark, event.end_mark
        return Scalar(
            self.source,
            start.line + 1,
            start.column + 1,
            end.line + 1,
            end.column + 1,
            event.value.translate(self._removed) if self._removed else event.value,
            event.style or "",
        )

    def _span(self, first: _Event, last: _Event) -> tuple[SourceText, int, int, int, int]:
        start, end = first.start_mark, last.end_mark
        return self.source, start.line + 1, start.column + 1, end.line + 1, end.column + 1

    def _seq(self, event: _Event, depth: int) -> Seq:
        if event.anchor or event.tag:
            self._report_unsupported(event)
        items: list[Node] = []
        item = self._next()
        while type(item) is not yaml.SequenceEndEvent:
            items.append(self._build(item, depth + 1))
            item = self._next()
        return Seq(*self._span(event, item), items)

    def _map(self, event: _Event, depth: int) -> Map:
        if event.anchor or event.tag:
            self._report_unsupported(event)
        entries: Entries = {}
        is_flow = bool(event.flow_style)
        keys_without_colon: list[tuple[Scalar, int]] = []
        has_second_item = False
        next_event, build, scalar_event, scalar = self._next, self._build, yaml.ScalarEvent, self._scalar
        item = next_event()
        while type(item) is not yaml.MappingEndEvent:
            key = scalar(item) if type(item) is scalar_event else build(item, depth + 1)
            item = next_event()
            value = scalar(item) if type(item) is scalar_event else build(item, depth + 1)
            if type(key) is not Scalar:
                is_explicit = self.source.line(key.line)[: key.column - 1].rstrip().endswith("?")
                hint = f"a text that starts with {'?' if is_explicit else '{ or ['} goes into quotes"
                self._report(error("P102", "a field's name must be a plain text", key.location, hint))
            elif not is_flow and "{" in key.text and (missing_colon := find_missing_colon(key, value)):
                self._report(missing_colon)
            elif is_flow and isinstance(value, Scalar) and value.is_null and not self._has_colon(key):
                keys_without_colon.append((key, len(entries)))
            elif key.text in entries:
                hint = f"first on line {entries[key.text][0].line}: keep one of them"
                is_item = key.text in table.ITEMS and not is_flow
                if is_item:
                    hint = f"first on line {entries[key.text][0].line}: begin a new item with a dash, `- {key.text}: …`"
                if is_item or not has_second_item:
                    self._report(error("P106", f"duplicate field '{key.text}'", key.location, hint))
                has_second_item = has_second_item or is_item
            else:
                entries[key.text] = (key, value)
            item = next_event()
        tree = Map(*self._span(event, item), entries)
        for finding in find_split_texts(tree, keys_without_colon):
            self._report(finding)
        return tree

    def _has_colon(self, key: Scalar) -> bool:
        return self.source.line(key.end_line)[key.end_column - 1 :].lstrip().startswith(":")

    def _alias(self, event: _Event, _depth: int) -> Scalar:
        self._report_unsupported(event)
        return Scalar(*self._span(event, event), f"*{event.anchor}", '"')

    def _report_unsupported(self, event: _Event) -> None:
        """Report an alias, an anchor or a tag. Raises `LimitReached` if the rest of the file cannot be read."""
        is_alias = isinstance(event, yaml.AliasEvent)
        line = self.source.line(event.start_mark.line + 1)
        indicator = "*" if is_alias else line[event.start_mark.column :][:1]
        what = {"*": "an alias (*)", "&": "an anchor (&)"}.get(indicator, "a tag (!)")
        if indicator == "!" and _CONDITION.match(line):
            hint = "write `not` before what must be false"
            raise LimitReached(error("P215", "this condition cannot be read: found '!'", self._location(event), hint))
        hint = "if it is a text, put it in quotes; answers are shared with `defaults:`, questions with `include:`"
        finding = error("P102", f"{what} is not part of a playbook", self._location(event), hint)
        if is_alias:
            raise LimitReached(finding)
        self._report(finding)

    def _report(self, finding: Finding) -> None:
        self.findings.append(finding)
        if len(self.findings) >= table.MAX_ERRORS:
            hint = "the rest of it was not read"
            raise limit_reached(table.MAX_ERRORS - 1, "errors in one file", finding.location, hint)

    def _location(self, event: _Event) -> SourceLocation:
        start, end = event.start_mark, event.end_mark
        last = end.column + 1 if end.line == start.line and end.column > start.column else start.column + 2
        return self.source.location(start.line + 1, start.column + 1, last)
