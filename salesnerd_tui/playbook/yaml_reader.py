"""YAML reader: bytes become a tree or findings, from the events of libyaml, with all values as text.

No constructor runs, so `No` stays "No" and `1:30` stays "1:30". It uses events because the C composer (`compose`) ends
the whole process on deeply nested input. YAML features other than maps, lists and texts are refused with a finding.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from salesnerd_tui.files import NotRegular, TooLarge, read_regular
from salesnerd_tui.lazy_pattern import lazy_pattern
from salesnerd_tui.playbook.diagnostics import Finding, LimitReached, apply_edits, edited_lines, error, limit_error
from salesnerd_tui.playbook.fields import MAX_DEPTH, MAX_ERRORS, MAX_FILE_BYTES, MAX_FILE_VALUES, MAX_LINE_CHARACTERS
from salesnerd_tui.playbook.yaml_errors import (
    explain_error,
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
"""Maximum number of repaired errors in a file; each costs another pass."""

_SPLIT_HINT = "split it, and share the parts with `use:`"

_Event = Any
"""An event of the parser. The published types declare marks as optional, but parsed events always have them."""

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INVISIBLE = lazy_pattern("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


ReadResult = tuple[SourceText, Map | None, list[Finding]]
"""A file with its tree and findings. Without a tree there is at least one error."""


def read_file(path: Path, name: str = "") -> ReadResult:
    """Read the tree of a file. Never raises for any file."""
    name = name or str(path)
    try:
        raw = read_regular(path, MAX_FILE_BYTES)
    except TooLarge:
        return _too_large(name)
    except (NotRegular, IsADirectoryError):
        return _unreadable(name, "this is not a file")
    except (OSError, ValueError) as problem:
        return _unreadable(name, f"cannot be read: {getattr(problem, 'strerror', None) or problem}")
    return read_bytes(raw, name)


def read_bytes(raw: bytes, name: str) -> ReadResult:
    """Read a tree from bytes; see `read_file`."""
    if len(raw) > MAX_FILE_BYTES:
        return _too_large(name)
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _unreadable(name, "the file is UTF-16", "save the file as UTF-8")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        where = SourceText(name, raw[: problem.start].decode("utf-8-sig", "replace")).end
        shown = SourceText(name, raw.decode("utf-8-sig", "replace"))
        return shown, None, [error("P100", "a byte that is not UTF-8", where, "save the file as UTF-8")]
    return read_text(text, name)


def read_text(text: str, name: str) -> ReadResult:
    """Read a tree from text; see `read_file`."""
    if len(text) > MAX_FILE_BYTES:
        return _too_large(name)
    source = SourceText(name, text)
    if max(map(len, source.lines)) > MAX_LINE_CHARACTERS:
        long = next(number for number, line in enumerate(source.lines, 1) if len(line) > MAX_LINE_CHARACTERS)
        where = source.location(long, MAX_LINE_CHARACTERS + 1, MAX_LINE_CHARACTERS + 2)
        return (
            source,
            None,
            [limit_error(MAX_LINE_CHARACTERS, "characters in one line", where, "break it into several lines")],
        )
    bad = _INVISIBLE.search(text)
    if bad:
        hint = "delete it; inside double quotes it can be written as an escape"
        message = f"an invisible character (U+{ord(bad.group()):04X})"
        return source, None, [error("P100", message, SourceText(name, text[: bad.start()]).end, hint)]
    return _read_repaired(source)


def _read_repaired(source: SourceText) -> ReadResult:
    """Read a text; report errors with a safe edit and continue as if they were fixed."""
    findings: list[Finding] = []
    current = SourceText(source.name, source.text)
    for _ in range(_MAX_REPAIRS):
        builder = _TreeBuilder(current)
        try:
            tree = builder.document()
        except LimitReached as stop:
            return source, None, [*findings, *builder.findings, stop.finding]
        except (yaml.YAMLError, RecursionError, ValueError) as problem:
            finding = explain_error(problem, current)
        else:
            slip = None
            if tree is not None and has_missing_space(current.text):
                slip = find_missing_space(current, len(current.lines), quoted_lines(tree))
            if slip is None:
                current.value_count = source.value_count = builder.values
                source.repaired = current.repaired
                findings += builder.findings
                if isinstance(tree, Map):
                    return source, tree, findings
                return source, None, [*findings, _not_a_map(tree, current)]
            finding = slip
        touched = edited_lines(finding.edits)
        findings.append(finding)
        if not finding.edits or touched & current.repaired:
            break
        repaired = SourceText(source.name, apply_edits(current.text, finding.edits)[0])
        repaired.repaired = current.repaired | touched
        current = repaired
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
    """Walks the events of one document."""

    def __init__(self, source: SourceText) -> None:
        self.source = source
        self.findings: list[Finding] = []
        self.values = 0
        self._parser = _Loader(source.text)
        self._next: Callable[[], _Event] = self._parser.get_event
        self._node: dict[type, Callable[[_Event, int], Node]] = {
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
        after = self._next()
        if not isinstance(after, yaml.StreamEndEvent):
            message = "a second document starts here"
            raise LimitReached(
                error("P100", message, self._location(after), "a file contains one playbook; delete the `---`")
            )
        return tree

    def _build(self, event: _Event, depth: int) -> Node:
        if type(event) is yaml.ScalarEvent:
            return self._scalar(event)
        if depth > MAX_DEPTH:
            raise LimitReached(error("P115", f"nested deeper than {MAX_DEPTH} levels", self._location(event)))
        self.values += 1
        if self.values > MAX_FILE_VALUES:
            self._too_many(event)
        return self._node[type(event)](event, depth)

    def _too_many(self, event: _Event) -> None:
        raise LimitReached(limit_error(MAX_FILE_VALUES, "values in one file", self._location(event), _SPLIT_HINT))

    def _scalar(self, event: _Event) -> Scalar:
        """Return a text. Three of four values are texts, so this runs twenty thousand times for a long playbook."""
        self.values += 1
        if self.values > MAX_FILE_VALUES:
            self._too_many(event)
        if event.anchor or event.tag:
            self._refuse_sign(event)
        start, end = event.start_mark, event.end_mark
        return Scalar(
            self.source,
            start.line + 1,
            start.column + 1,
            end.line + 1,
            end.column + 1,
            event.value,
            event.style or "",
        )

    def _place(self, first: _Event, last: _Event) -> tuple[SourceText, int, int, int, int]:
        start, end = first.start_mark, last.end_mark
        return self.source, start.line + 1, start.column + 1, end.line + 1, end.column + 1

    def _seq(self, event: _Event, depth: int) -> Seq:
        if event.anchor or event.tag:
            self._refuse_sign(event)
        items: list[Node] = []
        item = self._next()
        while type(item) is not yaml.SequenceEndEvent:
            items.append(self._build(item, depth + 1))
            item = self._next()
        return Seq(*self._place(event, item), items)

    def _map(self, event: _Event, depth: int) -> Map:
        if event.anchor or event.tag:
            self._refuse_sign(event)
        entries: Entries = {}
        flow = bool(event.flow_style)
        split: list[tuple[Scalar, int]] = []
        following, build, text, scalar = self._next, self._build, yaml.ScalarEvent, self._scalar
        item = following()
        while type(item) is not yaml.MappingEndEvent:
            key = scalar(item) if type(item) is text else build(item, depth + 1)
            item = following()
            value = scalar(item) if type(item) is text else build(item, depth + 1)
            if flow or type(key) is not Scalar or key.text in entries:
                if (
                    flow
                    and isinstance(key, Scalar)
                    and isinstance(value, Scalar)
                    and value.is_null
                    and self._no_colon(key)
                ):
                    split.append((key, len(entries)))
                else:
                    self._enter(entries, key, value)
            else:
                entries[key.text] = (key, value)
            item = following()
        tree = Map(*self._place(event, item), entries)
        if split:
            for finding in find_split_texts(tree, split):
                self._report(finding)
        return tree

    def _enter(self, entries: Entries, key: Node, value: Node) -> None:
        if not isinstance(key, Scalar):
            hint = "a text that starts with { or [ goes into quotes"
            self._report(error("P102", "a field's name must be a plain text", key.location, hint))
            return
        first = entries.get(key.text)
        if first:
            message = f"duplicate field '{key.text}'"
            self._report(error("P106", message, key.location, f"first on line {first[0].line}: keep one of them"))
            return
        entries[key.text] = (key, value)

    def _no_colon(self, key: Scalar) -> bool:
        rest = self.source.line(key.end_line)[key.end_column - 1 :]
        return not rest.lstrip().startswith(":")

    def _alias(self, event: _Event, _depth: int) -> Scalar:
        self._refuse_sign(event)
        return Scalar(*self._place(event, event), f"*{event.anchor}", '"')

    def _refuse_sign(self, event: _Event) -> None:
        alias = isinstance(event, yaml.AliasEvent)
        mark = event.start_mark
        sign = "*" if alias else self.source.line(mark.line + 1)[mark.column : mark.column + 1]
        what = {"*": "an alias (*)", "&": "an anchor (&)"}.get(sign, "a tag (!)")
        line = self.source.line(mark.line + 1)
        if sign == "!" and _CONDITION.match(line):
            hint = "write `not` before what must be false"
            raise LimitReached(error("P215", "this condition cannot be read: found '!'", self._location(event), hint))
        hint = "if it is a text, put it in quotes; answers are shared with `defaults:`, questions with `include:`"
        finding = error("P102", f"{what} is not part of a playbook", self._location(event), hint)
        if alias:
            raise LimitReached(finding)
        self._report(finding)

    def _report(self, finding: Finding) -> None:
        self.findings.append(finding)
        if len(self.findings) >= MAX_ERRORS:
            raise LimitReached(
                limit_error(MAX_ERRORS - 1, "mistakes in one file", finding.location, "the rest of it was not read")
            )

    def _location(self, event: _Event) -> SourceLocation:
        start, end = event.start_mark, event.end_mark
        last = end.column + 1 if end.line == start.line and end.column > start.column else start.column + 2
        return self.source.location(start.line + 1, start.column + 1, last)
