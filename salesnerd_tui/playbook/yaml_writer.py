"""YAML writer: quoting of texts, new tests, merged playbooks, and new files.

Our own loader keeps every text as written, but other YAML readers do not: `No` is false in YAML 1.1 and a text in 1.2.
Texts that the two versions read differently are quoted, so that an editor sees the same value as the program.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from string import Template
from typing import TYPE_CHECKING

from salesnerd_tui.lazy_pattern import lazy_pattern
from salesnerd_tui.playbook import fields as table
from salesnerd_tui.playbook.diagnostics import Edit
from salesnerd_tui.playbook.fields import Kind
from salesnerd_tui.playbook.yaml_tree import Map, Node, Scalar, Seq, SourceText

if TYPE_CHECKING:
    from salesnerd_tui.playbook.model import PlaybookTest

_AMBIGUOUS = lazy_pattern(
    r"""(?: [yYnN] | [yY]es | YES | [nN]o | NO | [oO]n | ON | [oO]ff | OFF          # true and false in 1.1
      | [-+]?0b[01_]+ | [-+]?0[0-9_]+ | 0o[0-7]+ | [-+]0x[0-9a-fA-F_]+              # other bases
      | (?=[^_]*\d[^a-zA-Z]*_) [-+]?[\d_.]+ | 0x[0-9a-fA-F]*_[0-9a-fA-F_]*          # 1_000
      | [-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?                                    # 1:30 in base 60
      | [-+]?\d+[eE][-+]?\d+ | [-+]?\.?\d+[eE]\d+ | [-+]?\d+\.\d*[eE]\d+            # 1e5
      | \d{4}-\d{1,2}-\d{1,2}(?:(?:[tT]|\s+)[\d:.]+(?:\s*(?:Z|[-+]\d{1,2}(?::?\d{2})?))?)?  # a date in 1.1
      | <<|= )""",
    re.VERBOSE,
)
_INDICATORS = frozenset("-?:,[]{}#&*!|>'\"%@`")
_UNSAFE = lazy_pattern(r":(?=\s|$)|\s#|[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]|^\s|\s$|^$|^(?:---|\.\.\.)")
_NULL = frozenset(("~", "null", "Null", "NULL"))
_ESCAPED = lazy_pattern("[\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")


def is_ambiguous(text: str) -> bool:
    """Return whether YAML 1.1 and YAML 1.2 read a plain `text` differently."""
    return _AMBIGUOUS.fullmatch(text) is not None


def needs_quotes(text: str, flow: bool = False) -> bool:
    """Return whether `text` needs quotes to keep its value; more often inside { } and [ ]."""
    if _UNSAFE.search(text) or text[0] in _INDICATORS or text in _NULL or is_ambiguous(text):
        return True
    return flow and any(sign in text for sign in ",[]{}:")


def quote(text: str) -> str:
    """Return `text` in double quotes, with invisible characters escaped."""
    return _ESCAPED.sub(lambda sign: f"\\u{ord(sign[0]):04x}", json.dumps(text, ensure_ascii=False))


def quote_for_hint(text: str) -> str:
    """Return `text` in the quotes that are easiest to read, for a hint."""
    return f"'{text}'" if '"' in text and "'" not in text else quote(text)


def format_text(text: str, flow: bool = False) -> str:
    """Return `text` as it is written in a playbook."""
    return quote(text) if needs_quotes(text, flow) else text


def replace_text(node: Scalar, text: str) -> tuple[Edit, ...]:
    """Return the edit that replaces a text as it is written, in the quotes it has; none for a block (`|`, `>`)."""
    if node.style in ("|", ">"):
        return ()
    return (Edit(node.line, node.column, node.end_line, node.end_column, _format_in_style(node.style, text)),)


def _format_in_style(style: str, text: str) -> str:
    if style == "'":
        return "'" + text.replace("'", "''") + "'"
    if style == '"':
        return quote(text)
    return quote_for_hint(text) if needs_quotes(text, flow=True) else text


_APPLIED_IN_FILE = frozenset(("extends", "use", "remove", "defaults"))
_APPLIED_IN_ITEM = frozenset(("after", "before", "include", "defaults"))
"""Fields that merging has already applied."""

_UNSHARED_FIELDS = ("library", "goal", "lang", "tags")
"""Fields of a library that it does not share, so that the merged tree does not have them."""

_TEXT_LISTS = frozenset(
    field.name
    for shape in (*table.ITEMS.values(), table.ANSWER)
    for field in shape.fields.values()
    if field.kind is Kind.TEXTS
)
"""Fields in which a single text is a list of one."""

_LINE_LENGTH = 100
"""Maximum characters of a list, an answer or the notes of a test on one line."""

_FIELD_ORDER = {name: at for at, name in enumerate(table.FILE.fields)}


def format_merged(tree: Map, own: Map) -> str:
    """Return the playbook that `own` becomes with its parents and libraries as one file that needs no other."""
    if "library" in own:
        kept = {name: own.entries[name] for name in _UNSHARED_FIELDS if name in own}
        tree = tree.with_entries({**kept, **tree.entries})
    return "".join(f"{text}\n" for text in _format_file(tree))


def _format_file(tree: Map) -> Iterator[str]:
    keys = sorted(tree.entries, key=lambda name: _FIELD_ORDER.get(name, len(_FIELD_ORDER)))
    for name in keys:
        if name not in _APPLIED_IN_FILE and not (name == "questions" and "library" not in tree):
            yield from _format_entry(*tree.entries[name], 0, name)


def _format_entry(key: Scalar, value: Node, depth: int, name: str) -> Iterator[str]:
    """Return `key: value`, on one line if it fits."""
    lead = f"{'  ' * depth}{format_text(key.text)}:"
    short = _format_inline(value, name)
    if short is not None and (isinstance(value, Scalar) or len(lead) + len(short) < _LINE_LENGTH):
        yield f"{lead} {short}"
        return
    yield lead
    yield from _format_block(value, depth + 1, name)


def _format_block(value: Node, depth: int, name: str) -> Iterator[str]:
    if isinstance(value, Map):
        for key, under in _entries_to_write(value):
            yield from _format_entry(key, under, depth, key.text if name not in ("answers",) else "act")
    elif isinstance(value, Seq):
        for item in value.items:
            yield from _format_item(item, depth)


def _format_item(item: Node, depth: int) -> Iterator[str]:
    if not isinstance(item, Map):
        yield f"{'  ' * depth}- {_format_inline(item, '')}"
        return
    first = True
    for key, value in _entries_to_write(item):
        for text in _format_entry(key, value, depth + 1, key.text):
            yield f"{'  ' * depth}- {text[2 * depth + 2 :]}" if first else text
            first = False


def _entries_to_write(node: Map) -> Iterator[tuple[Scalar, Node]]:
    """Return the fields to write, without those that merging has applied; an item's kind comes first, then its id."""
    kind = next((name for name in table.ITEMS if name in node), "")
    names = [name for name in node.entries if not (kind and name in _APPLIED_IN_ITEM)]
    for name in sorted(names, key=lambda name: (name != kind, name != "id")) if kind else names:
        key, value = node.entries[name]
        yield (key if key.text == name else key.with_text(name)), value


def _format_inline(value: Node, name: str) -> str | None:
    """Return the value on one line, or None if it takes several."""
    if isinstance(value, Scalar):
        return format_text(value.text)
    if name == "points" and isinstance(value, Map) and list(value.entries) == [""]:
        return _format_inline(value.entries[""][1], "")
    if isinstance(value, Map) and list(value.entries) == ["follow_ups"] and name == "act":
        return _format_inline(value.entries["follow_ups"][1], "follow_ups")
    if (
        name == "answers"
        and isinstance(value, Map)
        and not any(_count_entries(act) for _, act in value.entries.values())
    ):
        return "[" + ", ".join(format_text(label, flow=True) for label in value.entries) + "]"
    single = _unwrap_single(name, value)
    return format_text(single.text) if isinstance(single, Scalar) else _format_flow(single)


def _unwrap_single(name: str, value: Node) -> Node:
    """Return the only text of a list if a single text is allowed instead."""
    if name in _TEXT_LISTS and isinstance(value, Seq) and len(value.items) == 1 and isinstance(value.items[0], Scalar):
        return value.items[0]
    return value


def _count_entries(node: Node) -> int:
    return len(node.entries) if isinstance(node, Map) else 0


def _format_flow(value: Node) -> str | None:
    if isinstance(value, Scalar):
        return format_text(value.text, flow=True)
    if isinstance(value, Seq):
        if any(isinstance(item, Map) for item in value.items):
            return None
        parts = [_format_flow(item) for item in value.items]
        return "[" + ", ".join(part for part in parts if part is not None) + "]"
    written_entries = []
    for key, under in _entries_to_write(value):
        short = (
            _format_inline(under, key.text)
            if key.text == "points" and isinstance(under, Map)
            else _format_flow(_unwrap_single(key.text, under))
        )
        if short is None:
            return None
        written_entries.append(f"{format_text(key.text, flow=True)}: {short}")
    return "{" + ", ".join(written_entries) + "}"


def add_tests(tests: Sequence[PlaybookTest], own: Map, source: SourceText) -> Edit | None:
    """Return the change that adds the tests to the file whose tree is `own`; None if its `tests:` is in brackets."""
    found = own.get("tests")
    if not isinstance(found, Seq):
        return _add_test_list(tests, own, source)
    lead = source.line(found.line)[found.column - 1 :]
    if lead.startswith("[") and found.items:
        return None
    if lead.startswith("["):
        text = "\n" + "\n".join(format_tests(tests, own.column + 1))
        after_colon = len(source.line(found.line)[: found.column - 1].rstrip()) + 1
        return Edit(found.line, after_colon, found.end_line, found.end_column, text)
    line = _last_line(found, source)
    text = "\n" + "\n".join(format_tests(tests, found.column - 1))
    end = len(source.line(line)) + 1
    return Edit(line, end, line, end, text)


def format_tests(tests: Sequence[PlaybookTest], indent: int) -> Iterator[str]:
    """Yield the lines of a list of tests, the dashes indented by `indent` spaces."""
    margin = " " * indent
    for test in tests:
        yield f"{margin}- it: {format_text(test.it)}"
        for interruption in test.interrupts:
            yield f"{margin}  interrupts: {{after: {interruption.after}, with: {interruption.detour}}}"
        for key, values in (("picks", test.picks), ("notes", test.notes)):
            yield from _format_text_map(key, values, f"{margin}  ")
        yield f"{margin}  ends: {format_text(test.ends)}"


def _format_text_map(key: str, values: Mapping[str, str], margin: str) -> Iterator[str]:
    if not values:
        return
    inside = ", ".join(
        f"{format_text(name, flow=True)}: {format_text(text, flow=True)}" for name, text in values.items()
    )
    short = f"{margin}{key}: {{{inside}}}"
    if len(short) <= _LINE_LENGTH:
        yield short
        return
    yield f"{margin}{key}:"
    yield from (f"{margin}  {format_text(name)}: {format_text(text)}" for name, text in values.items())


def _add_test_list(tests: Sequence[PlaybookTest], own: Map, source: SourceText) -> Edit:
    """Return the change that adds `tests:` below everything else in the file."""
    margin = " " * (own.column - 1)
    lines = [f"{margin}tests:", *format_tests(tests, own.column + 1)]
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


SCHEMA_FILE = "playbook.schema.json"
"""Name of the schema file in the folder of the user's playbooks."""

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*(/[a-z0-9][a-z0-9_-]*)*")
_MODELINE = re.compile(r"\A# yaml-language-server:.*\n")

_CHILD_TEMPLATE = """\
# This playbook has everything that {parent} has. What you write here replaces it, one question at a time.
# `salesnerd playbook show {name}` prints the result.
playbook: {title}
extends: {parent}

# remove: [an_id]            # questions, detours, outcomes, gates or buyers you do not want

agenda: []
#  - ask: The same question in your own words?
#    id: its_id              # the same id: only what is written here changes
#  - ask: A question of your own?
#    id: my_question
#    after: another_id       # where it goes
"""


def is_valid_name(name: str) -> bool:
    """Return whether `name` may become a file: lower-case letters, digits, _ and -, also in subfolders."""
    return len(name) <= 100 and _NAME.fullmatch(name) is not None


def title_from_name(name: str) -> str:
    """Return `my_first-call` as a title."""
    words = re.sub(r"[_-]+", " ", PurePosixPath(name).name).strip()
    return words[:1].upper() + words[1:] or name


def modeline(name: str) -> str:
    """Return the first line, by which an editor finds the schema next to the playbooks."""
    up = "../" * name.count("/")
    return f"# yaml-language-server: $schema={up or './'}{SCHEMA_FILE}\n"


def starter_text(name: str) -> str:
    """Return a small playbook that works as it is."""
    text = Path(__file__).with_name("starter.yaml").read_text(encoding="utf-8")
    return modeline(name) + Template(text).substitute(name=name, title=format_text(title_from_name(name)))


def child_text(name: str, parent: str) -> str:
    """Return a playbook that inherits everything from `parent`."""
    return modeline(name) + _CHILD_TEMPLATE.format(name=name, parent=parent, title=format_text(title_from_name(name)))


def copy_text(name: str, path: Path) -> str:
    """Return the text of another file under a new name. Raises `OSError` and `UnicodeDecodeError`."""
    return modeline(name) + _MODELINE.sub("", path.read_text(encoding="utf-8-sig"))
