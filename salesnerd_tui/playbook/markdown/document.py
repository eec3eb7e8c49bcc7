"""Parser of documents: front matter, and the tree of blocks.

HTML inside a document becomes the same blocks as Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from html.parser import HTMLParser

from markdown_it import MarkdownIt
from markdown_it.token import Token
from msgspec import Struct, field

from salesnerd_tui.playbook.markdown.dialects import mark_lists, move_footnotes, normalize_line

BREAK = "\v"
"""A line break inside one source line, such as `<br>` in a table cell."""

_SPACES = re.compile(r"\s+")


class BlockKind(StrEnum):
    """Kinds of blocks that the import distinguishes."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST = "list"
    ITEM = "item"
    QUOTE = "quote"
    TABLE = "table"
    CODE = "code"


class Words(Struct, frozen=True):
    r"""The words of a block or a table cell without Markdown markup; `\n` is a line break of the source.

    Words that are struck through are only in `struck`.
    `bold` is the number of bold characters at the start, and `bold_lines` has the start of each line that begins in
    bold with the end of its bold characters. `links` are pairs of words and address.
    """

    text: str = ""
    bold: int = 0
    links: tuple[tuple[str, str], ...] = ()
    bold_lines: Mapping[int, int] = {}
    struck: str = ""

    @property
    def plain(self) -> str:
        """The words on one line."""
        return collapse_spaces(self.text)

    @property
    def is_bold(self) -> bool:
        return bool(self.text.strip()) and self.bold >= len(self.text.rstrip(" :\n"))


_NO_WORDS = Words()


class Row(Struct, frozen=True):
    """A row of a table."""

    line: int
    cells: tuple[Words, ...]


class Block(Struct):
    """A block. `level` is set for headings; `marker` is the number of an ordered item or the language of code."""

    kind: BlockKind
    line: int
    words: Words = _NO_WORDS
    children: list[Block] = field(default_factory=list)
    level: int = 0
    marker: str = ""
    rows: list[Row] = field(default_factory=list)
    indent: int = 0

    def units(self) -> list[Unit]:
        """Split the words into units; a line that starts a sentence or a list item starts a unit."""
        units: list[Unit] = []
        parts: list[str] = []
        position = start = 0
        start_line = self.line
        bold_lines = self.words.bold_lines
        for number, source_line in enumerate(self.words.text.split("\n")):
            for part_number, part in enumerate(source_line.split(BREAK)):
                if part.strip():
                    is_title = _is_title(part, bold_lines.get(position, position) - position)
                    if parts and (part_number or is_title or _starts_unit(parts, part)):
                        units.append(_make_unit(" ".join(parts), start_line, start, self.words))
                        parts = []
                    if not parts:
                        start_line, start = self.line + number, position
                    parts.append(part)
                position += len(part) + 1
        if parts:
            units.append(_make_unit(" ".join(parts), start_line, start, self.words))
        return units


def walk(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield all blocks and every block below them."""
    for block in blocks:
        yield block
        yield from walk(block.children)


class Unit(Words, frozen=True, kw_only=True):
    """Lines of a block that are read as one text, joined to one line."""

    line: int
    is_task: bool = False


def collapse_spaces(text: str) -> str:
    """Return `text` on one line, with single spaces."""
    return _SPACES.sub(" ", text).strip()


_UNIT_START = re.compile(
    r"""\s*(?: (?:->|→|=>|[-*•]\s) | (?:yes|no|maybe)\s+[–—-]\s | (?:if|when)\b[^.?!]{1,60}(?:,|:|->|→)
        | \(?(?:Q\s?)?\d{1,3}[.):]\s | \d{1,3}(?:\.\d{1,3})+\s | [A-Z][\w\x20'’/&-]{0,30}(?:\([^)]{1,30}\))?: ) """,
    re.VERBOSE | re.IGNORECASE,
)
_ENDS = re.compile(r"""[.?!:;？。][)"“”’'»*\]]*\s*$""")
_TASK = re.compile(r"\s*\[[ xX✓-]?\]\s+")


_CAPITALS = re.compile(r"(?=.*[A-Z]{4})[^a-z.?!:,]+")


def is_in_capitals(line: str) -> bool:
    """Return whether a line is in capitals, which is a heading in plain text."""
    return _CAPITALS.fullmatch(line) is not None


def _is_title(line: str, bold: int) -> bool:
    """Return whether a line is entirely bold, or begins with a bold question: it does not continue a sentence."""
    return bold > 0 and (bold >= len(line.rstrip(" :")) or line[:bold].rstrip().endswith("?"))


def _starts_unit(parts: Sequence[str], line: str) -> bool:
    """Return whether a line does not continue the lines above it."""
    if _UNIT_START.match(line):
        return True
    if is_in_capitals(parts[-1]) and not is_in_capitals(line):
        return True
    is_after_label = _UNIT_START.match(parts[0]) is not None and line.rstrip().endswith("?")
    return (bool(_ENDS.search(parts[-1])) or is_after_label) and not line.lstrip()[:1].islower()


def _make_unit(raw: str, line: int, start: int, words: Words) -> Unit:
    task = _TASK.match(raw)
    text = collapse_spaces(raw[task.end() :] if task else raw)
    shift = start + (task.end() if task else 0) + (len(raw) - len(raw.lstrip()) if not task else 0)
    links = tuple(link for link in words.links if not link[0] or collapse_spaces(link[0]) in text)
    bold = max(0, min(words.bold_lines.get(start, words.bold) - shift, len(text)))
    return Unit(text, bold, links, line=line, is_task=task is not None)


_LINE_END = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
_FRONT_MATTER_FIELD = re.compile(r"^(title|name|description|summary|subtitle)\s*:\s*(.*)$", re.IGNORECASE)
_HTML_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9-]*)(?:\s[^<>]*)?/?>|<!--.*?-->", re.DOTALL)


class Document(Struct):
    """A document: title and description of its front matter, and its blocks."""

    blocks: list[Block]
    title: str = ""
    description: str = ""


def read_document(text: str) -> Document:
    """Parse Markdown. Any text can be parsed; the result may have no blocks."""
    lines = [line.replace("\0", "\ufffd") for line in _LINE_END.split(text.removeprefix("\ufeff"))]
    fields, body = _split_front_matter(lines)
    blocks = parse_blocks(mark_lists([normalize_line(line) for line in move_footnotes(body)]))
    return Document(blocks, fields.get("title") or fields.get("name", ""), fields.get("description", ""))


def parse_blocks(lines: Sequence[str], first_line: int = 1) -> list[Block]:
    """Parse lines of Markdown, the first of which is line `first_line` of the document."""
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    tokens = parser.parse("\n".join(lines) + "\n")
    blocks, _ = _parse_tokens(tokens, 0, lines, first_line)
    return _nest_by_indent(blocks)


def _split_front_matter(lines: list[str]) -> tuple[dict[str, str], list[str]]:
    """Return title and description, and the lines with the front matter blanked."""
    if not lines or lines[0].strip() not in ("---", "+++"):
        return {}, lines
    end = next((at for at, line in enumerate(lines[1:200], 1) if line.strip() == lines[0].strip()), 0)
    if not end or not any(re.match(r"\s*[\w-]+\s*[:=]", line) for line in lines[1:end]):
        return {}, lines
    fields: dict[str, str] = {}
    key = ""
    for line in lines[1:end]:
        if match := _FRONT_MATTER_FIELD.match(line):
            key = match[1].lower()
            value = match[2].strip()
            fields[key] = "" if value in (">", ">-", "|", "|-") else value.strip("\"'")
        elif key and line[:1] in " \t":
            fields[key] = f"{fields[key]} {line.strip()}".strip()
        else:
            key = ""
    fields.setdefault("description", fields.get("summary", ""))
    return fields, [""] * (end + 1) + lines[end + 1 :]


_CONTAINERS = {
    "bullet_list_open": BlockKind.LIST,
    "ordered_list_open": BlockKind.LIST,
    "list_item_open": BlockKind.ITEM,
    "blockquote_open": BlockKind.QUOTE,
}


def _parse_tokens(tokens: Sequence[Token], at: int, lines: Sequence[str], first: int) -> tuple[list[Block], int]:
    """Return the blocks from token `at` to the end of its container, and the position after it."""
    blocks: list[Block] = []
    while at < len(tokens):
        token = tokens[at]
        if token.nesting < 0:
            return blocks, at + 1
        line = first + (token.map[0] if token.map else 0)
        if token.type in _CONTAINERS:
            children, at = _parse_tokens(tokens, at + 1, lines, first)
            blocks.append(_make_container(token, line, children, lines, first))
        elif token.type == "table_open":
            rows, at = _parse_rows(tokens, at + 1, first)
            blocks.append(Block(BlockKind.TABLE, line, rows=rows))
        elif token.type in ("heading_open", "paragraph_open"):
            kind = BlockKind.HEADING if token.type == "heading_open" else BlockKind.PARAGRAPH
            level = int(token.tag[1]) if kind is BlockKind.HEADING else 0
            blocks.append(Block(kind, line, _read_inline(tokens[at + 1]), level=level))
            at += 3
        else:
            blocks += _leaf_blocks(token, line)
            at += 1
    return blocks, at


def _make_container(token: Token, line: int, children: list[Block], lines: Sequence[str], first: int) -> Block:
    source = lines[line - first] if line - first < len(lines) else ""
    block = Block(_CONTAINERS[token.type], line, children=children, indent=len(source) - len(source.lstrip()))
    if block.kind is BlockKind.ITEM:
        block.marker = token.info
        if children and children[0].kind in (BlockKind.PARAGRAPH, BlockKind.HEADING):
            block.words = children[0].words
            block.children = children[1:]
    if token.type == "ordered_list_open":
        block.marker = "1"
    return block


def _leaf_blocks(token: Token, line: int) -> list[Block]:
    if token.type == "fence":
        return [Block(BlockKind.CODE, line + 1, Words(token.content), marker=token.info.strip().lower())]
    if token.type == "code_block":
        return [Block(BlockKind.CODE, line, Words(token.content))]
    return parse_html(token.content, line) if token.type == "html_block" else []


def _parse_rows(tokens: Sequence[Token], at: int, first: int) -> tuple[list[Row], int]:
    rows: list[Row] = []
    cells: list[Words] = []
    line = first
    while tokens[at].type != "table_close":
        token = tokens[at]
        if token.type == "tr_open":
            cells, line = [], first + (token.map[0] if token.map else 0)
        elif token.type == "inline":
            cells.append(_read_inline(token))
        elif token.type == "tr_close":
            rows.append(Row(line, tuple(cells)))
        at += 1
    return rows, at + 1


class _InlineReader:
    """Reader of one inline token: drops emphasis, images and tags, and keeps links. Struck words are separate."""

    def __init__(self) -> None:
        self.text = ""
        self.links: list[tuple[str, str]] = []
        self.bold_lines: dict[int, int] = {}
        self.struck = ""
        self._strong = 0
        self._struck = 0
        self._plain_seen = False
        self._line_start = 0
        self._open_link: tuple[int, str] | None = None

    def _add(self, text: str) -> None:
        if self._struck:
            self.struck += text
            return
        self.text += text
        if not text.strip():
            return
        if self._strong and not self._plain_seen:
            self.bold_lines[self._line_start] = len(self.text)
        elif not self._strong and text.strip(" \n*_:"):
            self._plain_seen = True

    def read(self, token: Token) -> None:
        tag, nesting = token.tag, token.nesting
        if token.type == "html_inline" and (element := _HTML_TAG.fullmatch(token.content)):
            tag, nesting = element[1], -1 if token.content.startswith("</") else 1
        if tag in _BOLD_TAGS:
            self._strong = max(0, self._strong + nesting)
        elif tag in _STRUCK_TAGS:
            self._struck = max(0, self._struck + nesting)
        elif token.type in ("text", "code_inline", "text_special"):
            self._add(token.content)
        elif token.type in ("softbreak", "hardbreak"):
            self.text += "\n"
            if not self._strong:
                self._line_start, self._plain_seen = len(self.text), False
        elif token.type == "link_open":
            self._open_link = len(self.text), str(token.attrs.get("href", ""))
        elif token.type == "link_close" and self._open_link:
            self.links.append((self.text[self._open_link[0] :], self._open_link[1]))
            self._open_link = None
        elif token.type == "html_inline":
            self._add(_text_of_tag(token.content))


def _read_inline(inline: Token) -> Words:
    reader = _InlineReader()
    for child in inline.children or ():
        reader.read(child)
    bold = reader.bold_lines.get(0, 0)
    return Words(reader.text, bold, tuple(reader.links), reader.bold_lines, reader.struck)


def _text_of_tag(tag: str) -> str:
    """Return the text that replaces an inline tag; an unknown tag is a placeholder of the author."""
    match = _HTML_TAG.fullmatch(tag)
    name = (match[1] or "").lower() if match else ""
    if match is None or (name and name not in HTML_TAGS):
        return tag
    return BREAK if name in ("br", "li", "p") else ""


def _nest_by_indent(blocks: list[Block]) -> list[Block]:
    """Move a list that is indented deeper than the list before it below that list's last item.

    Markdown requires three spaces below `1. `, and people write two.
    """
    nested: list[Block] = []
    for block in blocks:
        block.children = _nest_by_indent(block.children)
        before = nested[-1] if nested else None
        if before is None or block.kind is not BlockKind.LIST or before.kind is not BlockKind.LIST:
            nested.append(block)
        elif block.indent > before.indent:
            before.children[-1].children.append(block)
        elif block.marker and before.marker and block.indent == before.indent:
            before.children += block.children
        else:
            nested.append(block)
    return nested


_BOLD_TAGS = ("b", "strong")
_STRUCK_TAGS = ("del", "s", "strike")
_HIDDEN_TAGS = ("script", "style", "svg", "iframe", "video")
_HEADING_TAGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_BREAK_TAGS = frozenset(
    (*_HEADING_TAGS, "p", "div", "section", "article", "details", "summary", "aside", "center", "dl", "dd", "dt")
) | {"figure", "hr", "body"}
_CELL_TAGS = ("td", "th")
_KINDS = {
    "table": BlockKind.TABLE,
    "blockquote": BlockKind.QUOTE,
    **dict.fromkeys(("ul", "ol"), BlockKind.LIST),
    "li": BlockKind.ITEM,
}
HTML_TAGS = frozenset(
    re.findall(
        r"\w+",
        "a abbr article aside b big blockquote body br button caption center cite code col colgroup dd del "
        "details dialog div dl dt em figcaption figure font footer form h1 h2 h3 h4 h5 h6 head header hr "
        "html i iframe img input ins kbd label li main mark nav ol option p pre q s samp script section "
        "select small span strike strong style sub summary sup svg table tbody td textarea tfoot th thead "
        "title tr tt u ul var video wbr",
    )
)
"""HTML elements. Any other tag, such as `<product>`, is a placeholder of the author."""

MAX_NESTING = 30
"""Maximum nesting of HTML blocks; a deeper block becomes a sibling."""

_CLOSING_TAG = re.compile(r"</([a-z][^\t\n\r\f />]*)")
_ELEMENT = re.compile(r"<[^<>]*>")


class _HtmlReader(HTMLParser):
    """Parser of one run of HTML. Unclosed elements and stray closing tags are accepted."""

    def __init__(self, html: str, first_line: int) -> None:
        super().__init__(convert_charrefs=True)
        self._closed = frozenset(_CLOSING_TAG.findall(html.lower()))
        self._lines = html.split("\n")
        self._has_words: dict[int, bool] = {}
        self.blocks: list[Block] = []
        self._first = first_line
        self._open: list[Block] = []
        self._text = ""
        self._bold = 0
        self._strong = 0
        self._line = first_line
        self._hidden = 0
        self._struck = 0
        self._struck_blocks: list[Block] = []
        self._heading = 0
        self._cells: list[Words] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in _HIDDEN_TAGS:
            self._hidden += 1
        elif tag in _STRUCK_TAGS:
            self._struck += tag in self._closed
        elif tag in _BOLD_TAGS:
            self._strong += 1
        elif tag == "br":
            self._text += BREAK if self._cells is not None else "\n"
        elif tag in _CELL_TAGS:
            self._end_cell()
        elif tag == "tr":
            self._end_text()
            self._cells = []
        elif tag in HTML_TAGS:
            self._start_block(tag)
        elif self._is_placeholder(tag):
            self.handle_data(self.get_starttag_text() or "")

    def _is_placeholder(self, tag: str) -> bool:
        """Return whether an unknown tag is a placeholder: `<product>` in the middle of a text, and never closed."""
        line = self.getpos()[0] - 1
        if line not in self._has_words:
            self._has_words[line] = bool(_ELEMENT.sub("", self._lines[line]).strip())
        return tag not in self._closed and self._has_words[line]

    def _start_block(self, tag: str) -> None:
        if tag in _BREAK_TAGS:
            if self._cells is None:
                self._end_text()
            self._heading = int(tag[1]) if tag in _HEADING_TAGS else 0
            self._strong += tag == "summary"
        elif tag == "li":
            self._end_text()
            while self._open and self._open[-1].kind is BlockKind.ITEM:
                self._open.pop()
            if not self._open or self._open[-1].kind is not BlockKind.LIST:
                self._push(BlockKind.LIST)
            self._push(BlockKind.ITEM)
        elif tag in _KINDS:
            self._push(_KINDS[tag])

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN_TAGS:
            self._hidden = max(0, self._hidden - 1)
        elif tag in _STRUCK_TAGS:
            self._struck = max(0, self._struck - 1)
        elif tag in _BOLD_TAGS:
            self._strong = max(0, self._strong - 1)
        elif tag == "tr":
            self._end_row()
        elif tag in _KINDS:
            if tag == "table":
                self._end_row()
            self._close(_KINDS[tag])
        elif tag in _BREAK_TAGS and self._cells is None:
            self._end_text()
            self._heading = 0
            self._strong = 0 if tag == "summary" else self._strong

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        if self._struck:
            self._struck_blocks.append(self._new_block(BlockKind.PARAGRAPH, Words(struck=data)))
            return
        if not self._text.strip():
            self._text = ""
            data = data.lstrip(" \t") if data.strip() else data
            self._line = (
                self._first + self.getpos()[0] - 1 + len(data[: len(data) - len(data.lstrip())].split("\n")) - 1
            )
            data = data.lstrip()
        is_first_bold = self._strong and self._bold == len(self._text)
        self._text += data.replace("\xa0", " ")
        if is_first_bold and data.strip():
            self._bold = len(self._text)

    def finish(self) -> list[Block]:
        """End the text and return its blocks."""
        self.close()
        self._end_row()
        self._end_text()
        return self.blocks + self._struck_blocks

    def _new_block(self, kind: BlockKind, words: Words = _NO_WORDS) -> Block:
        return Block(kind, self._first + self.getpos()[0] - 1, words)

    def _push(self, kind: BlockKind) -> None:
        self._end_text()
        if kind is not BlockKind.ITEM:  # an item belongs to the list that was opened for it
            del self._open[MAX_NESTING:]
        block = self._new_block(kind)
        self._children().append(block)
        self._open.append(block)

    def _children(self) -> list[Block]:
        return self._open[-1].children if self._open else self.blocks

    def _close(self, kind: BlockKind) -> None:
        self._end_text()
        if any(block.kind is kind for block in self._open):
            while self._open.pop().kind is not kind:
                pass

    def _end_text(self) -> None:
        text, bold, line = self._text.strip(), self._bold, self._line
        self._text, self._bold = "", 0
        if not text:
            return
        words = Words(text, min(bold, len(text)))
        parent = self._open[-1] if self._open else None
        if parent is not None and parent.kind is BlockKind.ITEM and not parent.words.text and not parent.children:
            parent.words, parent.line = words, line
        else:
            kind = BlockKind.HEADING if self._heading else BlockKind.PARAGRAPH
            self._children().append(Block(kind, line, words, level=self._heading))

    def _end_cell(self) -> None:
        if self._cells is not None and (self._text.strip() or self._cells):
            self._cells.append(Words(collapse_spaces(self._text), min(self._bold, len(self._text.strip()))))
        elif self._cells is not None:
            self._cells.append(Words())
        self._text, self._bold = "", 0

    def _end_row(self) -> None:
        if self._cells is None:
            return
        self._end_cell()
        cells, self._cells = self._cells[1:], None
        table = next((block for block in reversed(self._open) if block.kind is BlockKind.TABLE), None)
        if cells and table is not None:
            table.rows.append(Row(self._first + self.getpos()[0] - 1, tuple(cells)))


def parse_html(html: str, first_line: int) -> list[Block]:
    """Parse a run of HTML that starts at `first_line`. Comments, scripts and styles are dropped."""
    reader = _HtmlReader(html, first_line)
    reader.feed(html)
    return reader.finish()
