"""Markdown in exported meeting documents: markup around names, times and words.

Only a line that begins with markup (a heading, a bold name, a link, a table row) shows that a file is Markdown; until
then words keep their symbols, because `2 * 3 * 4` and `snake_case` are speech.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from salesnerd_tui.lazy_pattern import lazy_pattern
from salesnerd_tui.speech.transcripts.boilerplate import is_boilerplate
from salesnerd_tui.speech.transcripts.model import Piece, same_name
from salesnerd_tui.speech.transcripts.parser import LineParser
from salesnerd_tui.speech.transcripts.speakers import looks_like_name
from salesnerd_tui.speech.transcripts.timestamps import TIME

LINE_LIMIT = 20_000
"""Length from which a line is not examined."""

_SYMBOLS = "#-*_>`~|+["
"""First characters of Markdown lines, apart from the numbers of lists."""

_PLAIN = lazy_pattern(r"[\w\s.,:;?!'’%$€()/+-]*", re.ASCII)
_HEADING = lazy_pattern(r"[ \t]{0,3}#{1,6}[ \t]+(?=\S)")
_ANCHOR = lazy_pattern(r"[ \t]*\{#[^{}\n]{0,80}\}[ \t]*\Z")
_HASHES = lazy_pattern(r"[ \t]+#{1,6}[ \t]*\Z")
_RULE = lazy_pattern(r"[ \t]*(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|`{3,}\w{0,20}|~{3,}\w{0,20})\Z")
_ROW = lazy_pattern(r"[ \t]*\|(.*)\|[ \t]*\Z")
_ROW_RULE = lazy_pattern(r"[ \t]*\|[ \t:|-]+\|[ \t]*\Z")
_BULLET = lazy_pattern(r"[ \t]*(?:[-*+][ \t]+|\d{1,4}\.[ \t]+|>[ \t]*)(?=\*\*|__|\[)")
_BOLD_NAME = lazy_pattern(
    r"[ \t]*(\*\*\*|\*\*|__|\*|_)(?=\S)((?:\\[!-~]|[^*\n\\]){1,160}?)(?<=\S)\1(?=$|[ \t:(\[|,–—-])"
)
_LINKED = lazy_pattern(r"[ \t]*\[[^\[\]\n]{1,160}\]\((?:https?:|#|mailto:|/)[^()\s]{0,400}\)")
_BOLD = lazy_pattern(r"(\*\*\*|\*\*|__)(?=\S)(.{1,2000}?)(?<=\S)\1")
_EMPHASIS = lazy_pattern(r"(?<![\w*\\])([*_])(?=[^\s*_])([^*_\n]{1,400}?)(?<=[^\s*_\\])\1(?![\w*])")
_CODE = lazy_pattern(r"`([^`\n]{1,400})`")
_LINK = lazy_pattern(r"!?\[([^\[\]\n]{0,400})\]\([^()\n]{0,400}\)")
_ESCAPE = lazy_pattern(r"\\([!-/:-@\[-`{-~])")
_BREAK = lazy_pattern(r"<br[ \t]*/?>", re.IGNORECASE)
_NAME_LINE = lazy_pattern(
    r"(?P<prefix>[ \t]{0,3}(?:#{1,6}[ \t]+|>[ \t]*|[-*+][ \t]+)?)(?P<emphasis>(?:\*\*\*|\*\*|__|\*|_)?)"
    r"(?P<name>[^*_#>\s][^*_#\n]{0,118}?)(?P=emphasis):?[ \t]*#{0,6}[ \t]*\Z"
)
NAME_LINE_LIMIT = 160
_NEEDS_COLON = lazy_pattern(rf"[ \t]+(?!(?:[\[(]?{TIME}|[-–—|·•(]))\S")


def name_on(line: str) -> tuple[str, str] | None:
    """Return the markup and the name of a line with nothing but a name in markup (`## Ana`, `**Ana**`), or None."""
    found = _NAME_LINE.match(line) if len(line) < NAME_LINE_LIMIT else None
    if not found or not (found["prefix"].lstrip().startswith("#") or found["emphasis"]):
        return None
    name = found["name"].strip().rstrip(":")
    markup = f"{found['prefix'].strip()} {found['emphasis']}"
    return (markup, name) if looks_like_name(name) and not is_boilerplate(name) else None


def name_markup(lines: Sequence[str]) -> frozenset[str]:
    """Return the markup in which names stand alone on their lines: one name recurs, and there are several."""
    names: dict[str, list[str]] = {}
    for found in map(name_on, lines):
        if found:
            names.setdefault(found[0], []).append(same_name(found[1]))
    return frozenset(markup for markup, found in names.items() if 1 < len(set(found)) < len(found))


class Markdown:
    """Strip the markup of a file, line by line. Immutable: `clean` returns the state after the line as well."""

    __slots__ = ("_seen",)

    def __init__(self, seen: bool = False) -> None:
        self._seen = seen

    def clean(self, line: str) -> tuple[str, Markdown]:
        """Return a line without markup."""
        if len(line) > LINE_LIMIT:
            return line, self
        first = line.lstrip()[:1]
        if first not in _SYMBOLS and not first.isdigit():
            return (_inline(line) if self._seen and not _PLAIN.fullmatch(line) else line), self
        if _RULE.match(line) or _ROW_RULE.match(line):
            return "", self
        text, seen = _begin(line)
        state = self if self._seen or not seen else Markdown(True)
        return (_inline(text) if state._seen else text), state


def _begin(line: str) -> tuple[str, bool]:
    """Return a line without its initial markup, and whether that is certainly Markdown."""
    if line.lstrip()[:1].isdigit() and not _BULLET.match(line):
        return line, False
    if heading := _HEADING.match(line):
        return _HASHES.sub("", _ANCHOR.sub("", line[heading.end() :])), True
    if row := _ROW.match(line):
        cells = [cell.strip() for cell in row.group(1).split("|")]
        if len(cells) > 1:
            return "\t".join(cells), True
    bullet = _BULLET.match(line)
    rest = line[bullet.end() :] if bullet else line
    if bold := _BOLD_NAME.match(rest):
        after = rest[bold.end() :]
        if _NEEDS_COLON.match(after) and not bold.group(2).endswith(":") and looks_like_name(bold.group(2)):
            return f"{bold.group(2)}:{after}", True
        return rest, True
    if _LINKED.match(rest):
        return rest, True
    return line, False


def _inline(text: str) -> str:
    text = _BREAK.sub(" ", _LINK.sub(r"\1", text))
    text = _EMPHASIS.sub(r"\2", _BOLD.sub(r"\2", text))
    text = _ESCAPE.sub(r"\1", _CODE.sub(r"\1", text))
    if "&" in text:
        import html  # start-up time: few transcripts escape anything

        text = html.unescape(text)
    return text.replace("\xa0", " ").rstrip(" \t\\")


class MarkdownParser(LineParser):
    """Parser that strips markup for another parser and drops the first `skip` lines.

    A name alone on a line with one of the `names` markups (`name_markup`) begins a turn.
    """

    def __init__(self, inner: LineParser, skip: int = 0, names: frozenset[str] = frozenset()) -> None:
        super().__init__()
        self._inner = inner
        self._skip = skip
        self._names = names
        self._markdown = Markdown()
        self.problems = inner.problems

    @property
    def refused(self) -> int:
        return self._inner.refused

    @property
    def recurring(self) -> frozenset[str]:
        return self._inner.recurring

    @property
    def candidates(self) -> tuple[int, int]:
        return self._inner.candidates

    def push(self, line: str) -> Sequence[Piece]:
        self._line += 1
        name = name_on(line) if self._names else None
        text, self._markdown = self._markdown.clean(line)
        if name and name[0] in self._names:
            text = f"{name[1]}:"
        done = self._inner.push(text if self._line >= self._skip else "")
        self.begun = self._inner.begun
        return done

    def finish(self) -> Sequence[Piece]:
        return self._inner.finish()

    def copy(self) -> MarkdownParser:
        twin = super().copy()
        twin._inner = self._inner.copy()
        return twin

    def peek(self) -> MarkdownParser:
        twin = self.copy()
        twin._inner = self._inner.peek()
        return twin
