"""Converter of Confluence pages to Markdown, line by line because every block has its source line.

A page is in wiki markup (`h2. Title`, `|| header ||`, `[words|address]`), or in the storage format, which is HTML with
macros. A table becomes HTML, because Markdown needs a line below the header that the page does not have.
"""

from __future__ import annotations

import re
from html import escape

_WIKI = re.compile(r"^(?:h[1-6]\. +\S|\|\|.*\|\|[ \t]*$)", re.MULTILINE)
_ELEMENT = re.compile(r"</?(?:ac|ri|at):[^<>]*>|<!\[CDATA\[|\]\]>")
_HEADING = re.compile(r"^h([1-6])\. +")
_ITEM = re.compile(r"^ *([*#]+|-) +(?=\S)")
_ROW = re.compile(r"^ *\|.*\| *$")
_QUOTE = re.compile(r"^bq\. +")
_INLINE = (
    (re.compile(r"\{status:(?>[^{}]*?title=)([^{}|]++)[^{}]*+\}"), r"(\1)"),
    (re.compile(r"\{(?:panel|expand):(?>[^{}]*?title=|(?![^{}]*=))([^{}|]++)[^{}]*+\}"), r"<b>\1:</b>"),
    (re.compile(r"\{quote\}(?=.*\{quote\})"), "> "),
    (
        re.compile(
            r"\{(?:panel|expand|info|note|tip|warning|quote|noformat|code|color|toc|column|section|anchor|excerpt|jira)"
            r"(?::[^{}]*)?\}|(?<!\S)![^\s!][^!]*!|\((?:[/x!?iyn*+-]|on|off)\)(?=\s)|^-{4,}\s*$"
        ),
        "",
    ),
    (re.compile(r"\{\{([^{}]++)\}\}"), r"\1"),
    (re.compile(r"\[([^\[\]|]+)\|([^\[\]|\s]+)(?:\|[^\[\]]*)?\]"), r"[\1](\2)"),
    (re.compile(r"(?<![\w*])\*(?=[^\s*])([^*]*[^\s*])\*(?![\w*])"), r"<b>\1</b>"),
    (re.compile(r"(?<![\w-])-(?=[^\s-])([^-]*[^\s-])-(?![\w-])"), r"<del>\1</del>"),
    (re.compile(r"\\\\"), "<br>"),
)
"""Markup inside a line, and what it becomes; macros, images and icons are removed."""

_LINK = re.compile(r"\[([^\[\]]+)\]\([^()]*\)")


def confluence_to_markdown(text: str) -> str:
    """Return the Markdown of a Confluence page; any other text unchanged."""
    text = _ELEMENT.sub(lambda element: "\n" * element[0].count("\n"), text)
    if not _WIKI.search(text):
        return text
    lines = text.split("\n")
    are_rows = [_ROW.match(line) is not None for line in lines]
    converted: list[str] = []
    for line, is_row, was_row, is_row_next in zip(
        lines, are_rows, [False, *are_rows], [*are_rows[1:], False], strict=False
    ):
        if is_row:
            converted.append(f"{'' if was_row else '<table>'}{_table_row(line)}{'' if is_row_next else '</table>'}")
            continue
        item = _ITEM.match(line)
        mark = f"{'   ' * (len(item[1]) - 1)}{'1.' if item[1][-1] == '#' else '-'} " if item else ""
        line = _HEADING.sub(lambda heading: "#" * int(heading[1]) + " ", _QUOTE.sub("> ", line))
        converted.append(mark + _convert_inline(line[item.end() :] if item else line))
    return "\n".join(converted)


def _table_row(line: str) -> str:
    cells = _LINK.sub(r"\1", _convert_inline(escape(line.strip(), quote=False)))
    tag = "th" if cells.startswith("||") else "td"
    return f"<tr>{''.join(f'<{tag}>{cell}</{tag}>' for cell in re.split(r'[|]{1,2}', cells.strip('|')))}</tr>"


def _convert_inline(text: str) -> str:
    for pattern, replacement in _INLINE:
        text = pattern.sub(replacement, text)
    return text
