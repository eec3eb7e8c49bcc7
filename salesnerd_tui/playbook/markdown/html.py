"""HTML inside a document: headings, lists, tables and paragraphs become the same blocks as those of Markdown."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from salesnerd_tui.playbook.markdown.block import BREAK, Block, BlockKind, Cell, Row, Words, joined

_HIDDEN = ("script", "style", "svg", "iframe", "video")
_BREAKS = ("p", "div", "section", "article", "details", "aside", "center", "dl", "dd", "dt", "figure", "hr", "body")
_LISTS = ("ul", "ol")
_CELLS = ("td", "th")
NAMES = frozenset(
    re.findall(
        r"\w+",
        "a abbr article aside b big blockquote body br button caption center cite code col colgroup dd del "
        "details dialog div dl dt em figcaption figure font footer form h1 h2 h3 h4 h5 h6 head header hr "
        "html i iframe img input ins kbd label li main mark nav ol option p pre q s samp script section "
        "select small span strike strong style sub summary sup svg table tbody td textarea tfoot th thead "
        "title tr tt u ul var video wbr",
    )
)
"""Names of elements; a text such as `<product>` is a placeholder of the author instead."""

NESTING_LIMIT = 30
"""Maximum nesting of blocks; a deeper block becomes a sibling."""

_CLOSING = re.compile(r"</([a-z][^\t\n\r\f />]*)")
_ELEMENT = re.compile(r"<[^<>]*>")


class _Reader(HTMLParser):
    """Reads one run of HTML. Elements that are never closed, and closing tags alone, are read as well."""

    def __init__(self, html: str, first_line: int) -> None:
        super().__init__(convert_charrefs=True)
        self._closed = frozenset(_CLOSING.findall(html.lower()))
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
        self._heading = 0
        self._cells: list[Cell] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in _HIDDEN:
            self._hidden += 1
        elif tag in ("b", "strong"):
            self._strong += 1
        elif tag == "br":
            self._text += BREAK if self._cells is not None else "\n"
        elif tag in _CELLS:
            self._end_cell()
        elif tag == "tr":
            self._end_text()
            self._cells = []
        elif tag in NAMES:
            self._start_block(tag)
        elif self._is_placeholder(tag):
            self.handle_data(self.get_starttag_text() or "")

    def _is_placeholder(self, tag: str) -> bool:
        """Return whether an unknown element is a place for the author's words: `<product>` in the middle of a text."""
        line = self.getpos()[0] - 1
        if line not in self._has_words:
            self._has_words[line] = bool(_ELEMENT.sub("", self._lines[line]).strip())
        return tag not in self._closed and self._has_words[line]

    def _start_block(self, tag: str) -> None:
        if tag in _BREAKS or tag == "summary" or tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            if self._cells is None:
                self._end_text()
            self._heading = int(tag[1]) if re.fullmatch(r"h[1-6]", tag) else 0
            self._strong += tag == "summary"
        elif tag == "table":
            self._push(BlockKind.TABLE)
        elif tag == "blockquote":
            self._push(BlockKind.QUOTE)
        elif tag in _LISTS:
            self._push(BlockKind.LIST)
        elif tag == "li":
            self._end_text()
            while self._open and self._open[-1].kind is BlockKind.ITEM:
                self._open.pop()
            if not self._open or self._open[-1].kind is not BlockKind.LIST:
                self._push(BlockKind.LIST)
            self._push(BlockKind.ITEM)

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag in ("b", "strong"):
            self._strong = max(0, self._strong - 1)
        elif tag == "tr":
            self._end_row()
        elif tag == "table":
            self._end_row()
            self._close(BlockKind.TABLE)
        elif tag == "li":
            self._close(BlockKind.ITEM)
        elif tag in _LISTS:
            self._close(BlockKind.LIST)
        elif tag == "blockquote":
            self._close(BlockKind.QUOTE)
        elif (tag in _BREAKS or tag == "summary" or re.fullmatch(r"h[1-6]", tag)) and self._cells is None:
            self._end_text()
            self._heading = 0
            self._strong = 0 if tag == "summary" else self._strong

    def handle_data(self, data: str) -> None:
        if self._hidden:
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
        """Return the blocks at the end of the text."""
        self.close()
        self._end_row()
        self._end_text()
        return self.blocks

    def _push(self, kind: BlockKind) -> None:
        self._end_text()
        if kind is not BlockKind.ITEM:  # an item belongs to the list that was opened for it
            del self._open[NESTING_LIMIT:]
        block = Block(kind, self._first + self.getpos()[0] - 1)
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
        inside = self._open[-1] if self._open else None
        if inside is not None and inside.kind is BlockKind.ITEM and not inside.words.text and not inside.children:
            inside.words, inside.line = words, line
        else:
            kind = BlockKind.HEADING if self._heading else BlockKind.PARAGRAPH
            self._children().append(Block(kind, line, words, level=self._heading))

    def _end_cell(self) -> None:
        if self._cells is not None and (self._text.strip() or self._cells):
            self._cells.append(Cell(Words(joined(self._text), min(self._bold, len(self._text.strip())))))
        elif self._cells is not None:
            self._cells.append(Cell())
        self._text, self._bold = "", 0

    def _end_row(self) -> None:
        if self._cells is None:
            return
        self._end_cell()
        cells, self._cells = self._cells[1:], None
        table = next((block for block in reversed(self._open) if block.kind is BlockKind.TABLE), None)
        if cells and table is not None:
            table.rows.append(Row(self._first + self.getpos()[0] - 1, tuple(cells)))


def blocks_of_html(html: str, first_line: int) -> list[Block]:
    """Return the blocks of a run of HTML that starts at `first_line`. Comments, scripts and styles have none."""
    reader = _Reader(html, first_line)
    reader.feed(html)
    return reader.finish()
