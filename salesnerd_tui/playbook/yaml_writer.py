"""YAML writer: quoting of texts, new tests, merged playbooks, and new files.

The loader keeps every text as written, but other YAML readers do not: `No` is false in YAML 1.1 and a text in 1.2.
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
from salesnerd_tui.playbook.yaml_tree import NULL_WORDS, Map, Node, Scalar, Seq, SourceText

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
_UNSAFE = lazy_pattern(
    r":(?=\s|$)|\s#|[\x00-\x1f\x7f-\x9f\u00ad\u200b\u2028\u2029\u2060\ufeff]|^\s|\s$|^$|^(?:---|\.\.\.)"
)
_ESCAPED = lazy_pattern("[\x7f-\x9f\u00ad\u200b\u2028\u2029\u2060\ufeff\ud800-\udfff]")


def is_ambiguous(text: str) -> bool:
    """Return whether YAML 1.1 and YAML 1.2 read `text` differently without quotes."""
    return _AMBIGUOUS.fullmatch(text) is not None


def needs_quotes(text: str, *, flow: bool = False) -> bool:
    """Return whether `text` needs quotes to keep its value; `flow` is true inside { } and [ ]."""
    if _UNSAFE.search(text) or text[0] in _INDICATORS or text in NULL_WORDS or is_ambiguous(text):
        return True
    return flow and any(character in text for character in ",[]{}:")


def quote(text: str) -> str:
    """Return `text` in double quotes, with invisible characters escaped."""
    return _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(text, ensure_ascii=False))


def quote_for_hint(text: str) -> str:
    """Return `text` in the quotes that are easiest to read, for a hint."""
    return f"'{text}'" if '"' in text and "'" not in text else quote(text)


_CURLY_QUOTED = lazy_pattern("[“”„«]([^“”„«»]*)[“”»]")


def without_curly_quotes(text: str) -> str:
    """Return a text without the typographic quotes around all of it, which a word processor wrote for straight ones."""
    match = _CURLY_QUOTED.fullmatch(text.strip())
    return match[1] if match else text


def format_text(text: str, *, flow: bool = False) -> str:
    """Return `text` as YAML, in quotes if it needs them."""
    is_refused = flow and "?" in text  # salesnerd reads it, other YAML readers do not
    return quote(text) if is_refused or needs_quotes(text, flow=flow) else text


def replace_text(node: Scalar, text: str) -> tuple[Edit, ...]:
    """Return the edit that replaces a text and keeps its quotes; none for a block (`|`, `>`)."""
    if node.style in ("|", ">"):
        return ()
    written = quote_for_hint(text) if needs_quotes(text, flow=True) else text
    if node.style:
        written = quote(text) if node.style == '"' else "'" + text.replace("'", "''") + "'"
    return (Edit(node.line, node.column, node.end_line, node.end_column, written),)


_APPLIED_IN_FILE = frozenset(("extends", "use", "remove", "defaults"))
_APPLIED_IN_ITEM = frozenset(("after", "before", "include", "defaults"))
"""Fields that the merge has applied."""

_UNSHARED_FIELDS = ("library", "goal", "lang", "tags")
"""Fields of a library that its merged tree lacks, because a library does not share them."""

_TEXT_LISTS = frozenset(
    field.name
    for map_kind in (*table.ITEMS.values(), table.ANSWER)
    for field in map_kind.fields.values()
    if field.kind in (Kind.TEXTS, Kind.SOME_OF)
)
"""Fields in which a single text may be written instead of a list."""

_LINE_LENGTH = 100
"""Maximum characters of a list, an answer or the notes of a test on one line."""

_FIELD_ORDER = {name: index for index, name in enumerate(table.FILE.fields)}


def format_merged(tree: Map, own_tree: Map) -> str:
    """Return a merged playbook as a file that needs no other; `own_tree` is the tree of the file itself."""
    if "library" in own_tree:
        unshared = {name: own_tree.entries[name] for name in _UNSHARED_FIELDS if name in own_tree}
        tree = tree.with_entries({**unshared, **tree.entries})
    return "".join(f"{text}\n" for text in _format_file(tree))


def _format_file(tree: Map) -> Iterator[str]:
    names = sorted(tree.entries, key=lambda name: _FIELD_ORDER.get(name, len(_FIELD_ORDER)))
    for name in names:
        if name not in _APPLIED_IN_FILE and not (name == "questions" and "library" not in tree):
            yield from _format_entry(*tree.entries[name], 0, name)


def _format_entry(key: Scalar, value: Node, depth: int, name: str) -> Iterator[str]:
    """Yield the lines of `key: value`, one line if it fits. `name` is the field, or `act` for a single answer."""
    prefix = f"{'  ' * depth}{format_text(key.text)}:"
    inline = _format_inline(value, name)
    if inline is not None and (isinstance(value, Scalar) or len(prefix) + len(inline) < _LINE_LENGTH):
        yield f"{prefix} {inline}"
        return
    yield prefix
    yield from _format_block(value, depth + 1, name)


def _format_block(value: Node, depth: int, name: str) -> Iterator[str]:
    if isinstance(value, Map):
        for key, child in _entries_to_write(value):
            yield from _format_entry(key, child, depth, "act" if name == "answers" else key.text)
    elif isinstance(value, Seq):
        for item in value.items:
            yield from _format_item(item, depth)


def _format_item(item: Node, depth: int) -> Iterator[str]:
    if not isinstance(item, Map):
        yield f"{'  ' * depth}- {_format_inline(item, '')}"
        return
    is_first = True
    for key, value in _entries_to_write(item):
        for text in _format_entry(key, value, depth + 1, key.text):
            yield f"{'  ' * depth}- {text[2 * depth + 2 :]}" if is_first else text
            is_first = False


def _entries_to_write(node: Map) -> Iterator[tuple[Scalar, Node]]:
    """Yield the entries to write, without fields that the merge has applied; the kind of an item first, then its id."""
    kind = next((name for name in table.ITEMS if name in node), "")
    names = [name for name in node.entries if not (kind and name in _APPLIED_IN_ITEM)]
    for name in sorted(names, key=lambda name: (name != kind, name != "id")) if kind else names:
        key, value = node.entries[name]
        yield (key if key.text == name else key.with_text(name)), value


def _format_inline(value: Node, name: str) -> str | None:
    """Return a value on one line, or None if it takes several."""
    if isinstance(value, Scalar):
        return format_text(value.text)
    if name == "points" and isinstance(value, Map) and list(value.entries) == [""]:
        return _format_inline(value.entries[""][1], "")
    if isinstance(value, Map) and list(value.entries) == ["follow_ups"] and name == "act":
        return _format_inline(value.entries["follow_ups"][1], "follow_ups")
    if name == "answers" and isinstance(value, Map) and not any(_has_entries(act) for _, act in value.entries.values()):
        return "[" + ", ".join(format_text(label, flow=True) for label in value.entries) + "]"
    single = _unwrap_single(name, value)
    return format_text(single.text) if isinstance(single, Scalar) else _format_flow(single)


def _unwrap_single(name: str, value: Node) -> Node:
    """Return the only text of a list if a single text may be written instead, otherwise the value itself."""
    if name in _TEXT_LISTS and isinstance(value, Seq) and len(value.items) == 1 and isinstance(value.items[0], Scalar):
        return value.items[0]
    return value


def _has_entries(node: Node) -> bool:
    return isinstance(node, Map) and bool(node.entries)


def _format_flow(value: Node) -> str | None:
    """Return a value in brackets, or None if it contains a list of maps."""
    if isinstance(value, Scalar):
        return format_text(value.text, flow=True)
    if isinstance(value, Seq):
        if any(isinstance(item, Map) for item in value.items):
            return None
        parts = [_format_flow(item) for item in value.items]
        return "[" + ", ".join(part for part in parts if part is not None) + "]"
    formatted_entries = []
    for key, child in _entries_to_write(value):
        inline = (
            _format_inline(child, key.text)
            if key.text == "points" and isinstance(child, Map)
            else _format_flow(_unwrap_single(key.text, child))
        )
        if inline is None:
            return None
        formatted_entries.append(f"{format_text(key.text, flow=True)}: {inline}")
    return "{" + ", ".join(formatted_entries) + "}"


def make_tests_edit(tests: Sequence[PlaybookTest], own_tree: Map, source: SourceText) -> Edit | None:
    """Return the edit that adds tests to the file with the tree `own_tree`; None if its `tests:` are in brackets."""
    tests_node = own_tree.get("tests")
    if not isinstance(tests_node, Seq):
        return _add_test_list(tests, own_tree, source)
    start = source.line(tests_node.line)[tests_node.column - 1 :]
    if start.startswith("[") and tests_node.items:
        return None
    if start.startswith("["):
        text = "\n" + "\n".join(format_tests(tests, own_tree.column + 1))
        after_colon = len(source.line(tests_node.line)[: tests_node.column - 1].rstrip()) + 1
        return Edit(tests_node.line, after_colon, tests_node.end_line, tests_node.end_column, text)
    line = _last_line(tests_node, source)
    text = "\n" + "\n".join(format_tests(tests, tests_node.column - 1))
    end = len(source.line(line)) + 1
    return Edit(line, end, line, end, text)


def format_tests(tests: Sequence[PlaybookTest], indent: int) -> Iterator[str]:
    """Yield the lines of a list of tests, indented by `indent` spaces."""
    margin = " " * indent
    for test in tests:
        yield f"{margin}- it: {format_text(test.it)}"
        interruptions = [f"{{after: {one.after}, with: {one.detour}}}" for one in test.interrupts]
        if interruptions:
            value = interruptions[0] if len(interruptions) == 1 else f"[{', '.join(interruptions)}]"
            yield f"{margin}  interrupts: {value}"
        for key, values in (("picks", test.picks), ("notes", test.notes)):
            yield from _format_text_map(key, values, f"{margin}  ")
        yield f"{margin}  ends: {format_text(test.ends)}"


def _format_text_map(key: str, values: Mapping[str, str], margin: str) -> Iterator[str]:
    if not values:
        return
    entries = [f"{format_text(name, flow=True)}: {format_text(text, flow=True)}" for name, text in values.items()]
    line = f"{margin}{key}: {{{', '.join(entries)}}}"
    if len(line) <= _LINE_LENGTH:
        yield line
        return
    yield f"{margin}{key}:"
    yield from (f"{margin}  {format_text(name)}: {format_text(text)}" for name, text in values.items())


def _add_test_list(tests: Sequence[PlaybookTest], own_tree: Map, source: SourceText) -> Edit:
    """Return the edit that adds `tests:` at the end of the file."""
    margin = " " * (own_tree.column - 1)
    lines = [f"{margin}tests:", *format_tests(tests, own_tree.column + 1)]
    last_line = len(source.lines)
    ends_with_break = last_line > 1 and not source.lines[-1]
    has_gap = ends_with_break and not source.line(last_line - 1).strip()
    separator = "" if has_gap else "\n" if ends_with_break else "\n\n"
    end = len(source.lines[-1]) + 1
    return Edit(last_line, end, last_line, end, separator + "\n".join(lines) + "\n" * ends_with_break)


def _last_line(tests: Seq, source: SourceText) -> int:
    """Return the last line of a list, including comments that are indented like its entries.

    The parser ends a list at the next key, after blank lines and comments that belong to that key.
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

_NAME = lazy_pattern(r"[a-z0-9][a-z0-9_-]*(/[a-z0-9][a-z0-9_-]*)*")
_MODELINE = lazy_pattern(r"\A# yaml-language-server:.*\n")

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
    """Return whether `name` is valid for a file: lower-case letters, digits, _ and -, with / for subfolders."""
    return len(name) <= 100 and _NAME.fullmatch(name) is not None


def title_from_name(name: str) -> str:
    """Return `my_first-call` as a title."""
    words = re.sub(r"[_-]+", " ", PurePosixPath(name).name).strip()
    return words[:1].upper() + words[1:] or name


def modeline(name: str) -> str:
    """Return the first line of a playbook, which names its schema for editors."""
    up = "../" * name.count("/")
    return f"# yaml-language-server: $schema={up or './'}{SCHEMA_FILE}\n"


def starter_text(name: str) -> str:
    text = Path(__file__).with_name("starter.yaml").read_text(encoding="utf-8")
    return modeline(name) + Template(text).substitute(name=name, title=format_text(title_from_name(name)))


def child_text(name: str, parent: str) -> str:
    """Return a playbook that inherits everything from `parent`."""
    return modeline(name) + _CHILD_TEMPLATE.format(name=name, parent=parent, title=format_text(title_from_name(name)))


def copy_text(name: str, path: Path) -> str:
    """Return the text of another playbook for a file with a new name. Raises `OSError` and `UnicodeDecodeError`."""
    return modeline(name) + _MODELINE.sub("", path.read_text(encoding="utf-8-sig"))
