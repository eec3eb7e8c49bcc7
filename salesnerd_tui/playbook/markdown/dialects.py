"""Dialects of documents: Confluence, outlines in YAML, note apps and word processors become plain Markdown.

Every conversion goes line by line, because every block has its source line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from salesnerd_tui.playbook.markdown.sentence import find_role

_PAGE = re.compile(r"^(?:h[1-6]\. +\S|\|\|.*\|\|[ \t]*$)", re.MULTILINE)
_MACRO_ELEMENT = re.compile(r"</?(?:ac|ri|at):[^<>]*>|<!\[CDATA\[|\]\]>")
_PAGE_HEADING = re.compile(r"^h([1-6])\. +")
_PAGE_ITEM = re.compile(r"^ *([*#]+|-) +(?=\S)")
_PAGE_ROW = re.compile(r"^ *\|.*\| *$")
_PAGE_QUOTE = re.compile(r"^bq\. +")
_PAGE_MARKUP = (
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

_CELL_LINK = re.compile(r"\[([^\[\]]+)\]\([^()]*\)")


def confluence_to_markdown(text: str) -> str:
    """Return the Markdown of a Confluence page; any other text unchanged.

    A page is in wiki markup (`h2. Title`, `|| header ||`, `[words|address]`), or in the storage format, which is HTML
    with macros. A table becomes HTML, because Markdown needs a line below the header that the page does not have.
    """
    text = _MACRO_ELEMENT.sub(lambda element: "\n" * element[0].count("\n"), text)
    if not _PAGE.search(text):
        return text
    lines = text.split("\n")
    are_rows = [_PAGE_ROW.match(line) is not None for line in lines]
    converted: list[str] = []
    for line, is_row, was_row, is_row_next in zip(
        lines, are_rows, [False, *are_rows], [*are_rows[1:], False], strict=False
    ):
        if is_row:
            converted.append(f"{'' if was_row else '<table>'}{_table_row(line)}{'' if is_row_next else '</table>'}")
            continue
        item = _PAGE_ITEM.match(line)
        mark = f"{'   ' * (len(item[1]) - 1)}{'1.' if item[1][-1] == '#' else '-'} " if item else ""
        line = _PAGE_HEADING.sub(lambda heading: "#" * int(heading[1]) + " ", _PAGE_QUOTE.sub("> ", line))
        converted.append(mark + _convert_markup(line[item.end() :] if item else line))
    return "\n".join(converted)


def _table_row(line: str) -> str:
    cells = _CELL_LINK.sub(r"\1", _convert_markup(escape(line.strip(), quote=False)))
    tag = "th" if cells.startswith("||") else "td"
    return f"<tr>{''.join(f'<{tag}>{cell}</{tag}>' for cell in re.split(r'[|]{1,2}', cells.strip('|')))}</tr>"


def _convert_markup(text: str) -> str:
    for pattern, replacement in _PAGE_MARKUP:
        text = pattern.sub(replacement, text)
    return text


_TITLE = re.compile(r"^(\s*)(?:-\s+)?(?:title|name|section|heading)\s*:\s*[\"']?(.+?)[\"']?\s*$")
_BLOCK = re.compile(r"^(\s*)(?:-\s+)?[\w-]+\s*:\s*[|>][+-]?\d?\s*$")
_YAML = re.compile(r"^\s*(?:-\s+)?[\w-]+\s*:(?:\s|$)|^\s*-\s|^\s*#|^---\s*$")


def yaml_to_markdown(text: str) -> str:
    """Return the Markdown in a YAML outline, line by line; any other text unchanged."""
    lines = text.split("\n")
    if sum(map(bool, map(_TITLE.match, lines))) < 3 or not any(map(_BLOCK.match, lines)):
        return text
    first_lines = [line for line in lines if line.strip()][:3]
    return "\n".join(_convert_yaml(lines)) if all(map(_YAML.match, first_lines)) else text


def _convert_yaml(lines: list[str]) -> list[str]:
    """Replace each title by a heading of its depth, and remove the indentation of block texts."""
    converted: list[str] = []
    key_indent = text_indent = -1
    for line in lines:
        indent = len(line) - len(line.lstrip())
        if key_indent >= 0 and (not line.strip() or indent > key_indent):
            text_indent = indent if text_indent < 0 and line.strip() else text_indent
            converted.append(line[max(text_indent, 0) :] if line.strip() else "")
            continue
        title, block = _TITLE.match(line), _BLOCK.match(line)
        key_indent, text_indent = len(block[1]) if block else -1, -1
        converted.append(f"{'#' * min(2 + len(title[1]) // 4, 6)} {title[2]}" if title and not block else "")
    return converted


_BULLET = re.compile(r"^(\s*)[•▪◦●○‣⁃∙·»➤►▶▸]\s*(?=\S)")
_BOX = re.compile(r"^(\s*)(?:[-*+]\s+)?[☐□☑❏▢]\s+(?=\S)")
_BARE_TASK = re.compile(r"^(\s*)(?:\[[ xX]?\]|\([ xX]?\))\s+(?=\S)")
_TOGGLE = re.compile(r"^(\s*(?:[-*+]|#{1,6})\s+)[▶▸▾▼►]\s*(?:toggle\s*:\s*)?(?=\S)", re.IGNORECASE)
_ATTRIBUTES = re.compile(
    r"^\s*(?:[*-]\s+TOC\s*$|\{:.*\}\s*$|\{::.*/?\}\s*$|:::.*$|\[\[?_?TOC_?\]?\]\s*$)", re.IGNORECASE
)
_CALLOUT = re.compile(r"^(\s*>\s*)\[!(\w+)\][+-]?[ \t]*(.*)$")
_TIGHT_HEADING = re.compile(r"^(#{1,6})(?=[^\W\d_])([^#\n]*)$")
_EMBED = re.compile(r"!\[\[[^\[\]]*\]\]")
_WIKI_LINK = re.compile(r"\[\[([^\[\]|\n]+)(?:\|([^\[\]\n]+))?\]\]")
_COMMENT = re.compile(r"%%([^%]+(?:%[^%]+)*)%%")
_HIGHLIGHT = re.compile(r"==(?=\S)([^=]+(?:=[^=]+)*)(?<=\S)==")
_HIGHLIGHTED_REMARK = re.compile(r"(?<=[?.!])\s*==(?=[a-z])([^=]+)==\s*$")
_ANCHOR = re.compile(r"\s\^[\w-]+\s*$|(?<!\s)\s*\{#[\w-]+\}\s*$")
_INLINE_FIELD = re.compile(r"^(\s*(?:[-*+]\s+)?\[?)([^\W\d_][\w -]{0,30})::\s+(?=\S)")
_BRACKETED_LABEL = re.compile(r"(?<=\s)\[([^\W\d_][\w -]{0,30}):\s([^\[\]\n]+)\](?!\()")
_BBCODE = re.compile(r"\[/?(?:b|i|u|s|url|quote|list|li|size|color)(?:=[^\]\n]{1,80})?\](?!\()", re.IGNORECASE)
_HASHTAG = re.compile(r"(?:^|(?<=\s))#([^\W\d_][\w/-]*)(?=\s|$)")
_PRIORITIES = {"must": "must", "required": "must", "optional": "optional", "could": "optional"}


def normalize_line(line: str) -> str:
    """Return a line with the markup of other dialects replaced by Markdown."""
    if _ATTRIBUTES.match(line):
        return ""
    line = _TOGGLE.sub(r"\1", line)
    line = _BARE_TASK.sub(r"\1- [ ] ", _BOX.sub(r"\1- [ ] ", line))
    line = _BULLET.sub(r"\1- ", line)
    line = _CALLOUT.sub(_format_callout, line)
    line = _COMMENT.sub(lambda comment: f"({comment[1].strip()})", _EMBED.sub("", line))
    line = _WIKI_LINK.sub(lambda link: link[2] or link[1], line)
    line = _HIGHLIGHT.sub(r"\1", _HIGHLIGHTED_REMARK.sub(r" (\1)", _ANCHOR.sub("", line)))
    line = _BBCODE.sub("", _INLINE_FIELD.sub(r"\1\2: ", line))
    line = _BRACKETED_LABEL.sub(
        lambda label: f"({label[1]}: {label[2].strip()})" if find_role(label[1]) else label[0], line
    )
    return _replace_hashtags(line) if "#" in line else line


def _format_callout(callout: re.Match[str]) -> str:
    """Return the first line of a callout as a label: its title if that is a label or a condition, else its kind."""
    title = callout[3].strip()
    if title and (find_role(title) or re.match(r"(?:if|when) ", title, re.IGNORECASE)):
        return f"{callout[1]}**{title.rstrip(':')}:**"
    return f"{callout[1]}**{callout[2].capitalize()}:** {title}".rstrip()


def _replace_hashtags(line: str) -> str:
    """Remove hashtags from a line. A priority becomes a remark, and `#Pain points` a heading."""
    heading = _TIGHT_HEADING.match(line)
    if heading and (len(heading[1]) > 1 or " " in heading[2].strip()):
        return f"{heading[1]} {heading[2]}"
    if line.lstrip().startswith("# "):
        return line
    return _HASHTAG.sub(lambda tag: f"({priority})" if (priority := _PRIORITIES.get(tag[1].lower())) else "", line)


_FOOTNOTE = re.compile(r"^\[\^([\w-]+)\]:[ \t]*(.*)$")
_FOOTNOTE_MARK = re.compile(r"\\?\[\^([\w-]+)\\?\]")


def move_footnotes(lines: list[str]) -> list[str]:
    """Return the lines with each footnote as a remark at the end of the line that refers to it."""
    notes = {match[1]: match[2].strip() for line in lines if (match := _FOOTNOTE.match(line))}
    if not notes:
        return lines
    moved: list[str] = []
    for line in lines:
        marks = [] if _FOOTNOTE.match(line) else [name for name in _FOOTNOTE_MARK.findall(line) if name in notes]
        remarks = "".join(f" ({notes.pop(name)})" for name in dict.fromkeys(marks))
        moved.append(_FOOTNOTE_MARK.sub("", line).rstrip() + remarks if marks else line)
    return ["" if (match := _FOOTNOTE.match(line)) and match[1] not in notes else line for line in moved]


MIN_RUN = 2
"""Minimum lines of such a list; a single `A. Smith` or a single question is not one."""

MAX_QUESTION_WORDS = 30
"""Maximum words of a question on a line of its own; a longer line is prose."""

_LETTERED = re.compile(r"^(?P<indent>[ \t]*)(?P<letter>[a-zA-Z]|[ivx]{2,4})[.)][ \t]+(?=\S)")
_NUMBERED = re.compile(r"^(?P<indent>[ \t]*)\(?\d{1,3}[.)][ \t]+\S")
_QUESTION = re.compile(r"^[\"“¿]?[^\W\d_a-z].*[?？][\"”]?\s*$")
_FENCE = re.compile(r"^\s*(?:```|~~~)")


def mark_lists(lines: Sequence[str]) -> list[str]:
    """Return the lines with a bullet before each item of a list that Markdown does not know.

    These are letters (`a)`, `B.`), numbers with levels (`2.1`), and questions on lines of their own.
    """
    lines = _mark_levels(lines)
    marked = list(lines)
    run: list[int] = []
    is_code = False
    for number, line in enumerate([*lines, "."]):
        is_code ^= _FENCE.match(line) is not None
        if run and not _continues(run, number, lines):
            _mark_run(run, marked)
            run = []
        if not is_code and number < len(lines) and (_LETTERED.match(line) or _is_question(number, lines)):
            run.append(number)
    return marked


_LEVELS = re.compile(r"^(?P<number>\d{1,3}(?:\.\d{1,3}){0,5})(?P<dot>[.)]?)[ \t]+(?=\S)")


def _mark_levels(lines: Sequence[str]) -> list[str]:
    """Return the lines with each item such as `2.1` below the item `2.`, if there are several of them."""
    matches = [_LEVELS.match(line) for line in lines]
    if sum("." in match["number"] for match in matches if match) < MIN_RUN:
        return list(lines)
    marked: list[str] = []
    above: set[str] = set()
    for line, match in zip(lines, matches, strict=True):
        if match is None:
            above = set() if line.startswith("#") else above
            marked.append(line)
            continue
        parts = match["number"].split(".")
        depth = sum(".".join(parts[:count]) in above for count in range(1, len(parts)))
        above.add(match["number"])
        is_top = len(parts) == 1
        marked.append(line if is_top else f"{'   ' * depth}- {match['number']} {line[match.end() :]}")
    return marked


def _is_question(number: int, lines: Sequence[str]) -> bool:
    return _QUESTION.match(lines[number]) is not None and len(lines[number].split()) <= MAX_QUESTION_WORDS


def _continues(run: Sequence[int], number: int, lines: Sequence[str]) -> bool:
    """Return whether line `number` is the next item after a run, or a blank line between lettered items."""
    if number >= len(lines):
        return False
    first = _LETTERED.match(lines[run[0]])
    if first is None:
        return _LETTERED.match(lines[number]) is None and _is_question(number, lines)
    if not lines[number].strip():
        return True
    following = _LETTERED.match(lines[number])
    return (
        following is not None
        and following["indent"] == first["indent"]
        and _rank(following["letter"], len(run)) == len(run)
        and following["letter"].isupper() == first["letter"].isupper()
    )


def _rank(letter: str, expected: int) -> int:
    """Return the place of a letter or Roman numeral in its list, counted from 0; -1 if it is not the expected one."""
    numerals = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")
    letters = "abcdefghijklmnopqrstuvwxyz"
    is_next = letter.lower() in (letters[expected : expected + 1], *numerals[expected : expected + 1])
    return expected if is_next else -1


def _mark_run(run: Sequence[int], marked: list[str]) -> None:
    first = _LETTERED.match(marked[run[0]])
    if len(run) < MIN_RUN or (first and _rank(first["letter"], 0)):
        return
    above = next((marked[number] for number in range(run[0] - 1, -1, -1) if marked[number].strip()), "")
    numbered = _NUMBERED.match(above)
    for number in run:
        match = _LETTERED.match(marked[number])
        if match is None:
            marked[number] = f"- {marked[number].strip()}"
            continue
        indent = match["indent"]
        if numbered and numbered["indent"] == indent and not match["letter"].isupper():
            indent += "   "
        marked[number] = f"{indent}- {match['letter']}) {marked[number][match.end() :]}"
