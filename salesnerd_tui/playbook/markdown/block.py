"""Blocks of a Markdown document, with the plain words of each and the line where it starts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum

from msgspec import Struct, field

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
    """The words of a block without Markdown markup; `\\n` is a line break of the source.

    `bold` is the number of bold characters at the start. `links` are pairs of words and address.
    """

    text: str = ""
    bold: int = 0
    links: tuple[tuple[str, str], ...] = ()

    @property
    def plain(self) -> str:
        """The words on one line."""
        return joined(self.text)

    @property
    def is_bold(self) -> bool:
        """True if all words are bold."""
        return bool(self.text.strip()) and self.bold >= len(self.text.rstrip(" :\n"))


class Cell(Struct, frozen=True):
    """A cell of a table."""

    words: Words = Words()

    @property
    def text(self) -> str:
        """The words of the cell on one line."""
        return self.words.plain


class Row(Struct, frozen=True):
    """A row of a table."""

    line: int
    cells: tuple[Cell, ...]


class Block(Struct):
    """A block; `level` is that of a heading, `marker` the number of an ordered item or the language of code."""

    kind: BlockKind
    line: int
    words: Words = Words()
    children: list[Block] = field(default_factory=list)
    level: int = 0
    marker: str = ""
    rows: list[Row] = field(default_factory=list)
    indent: int = 0

    def units(self) -> list[Unit]:
        """Return one unit for each line that starts a sentence, so that lists without markup are lists."""
        units: list[Unit] = []
        parts: list[str] = []
        position = start = 0
        start_line = self.line
        for number, source_line in enumerate(self.words.text.split("\n")):
            for part_number, part in enumerate(source_line.split(BREAK)):
                if part.strip():
                    if parts and (part_number or _is_new(parts[-1], part)):
                        units.append(_unit(" ".join(parts), start_line, start, self.words))
                        parts = []
                    if not parts:
                        start_line, start = self.line + number, position
                    parts.append(part)
                position += len(part) + 1
        if parts:
            units.append(_unit(" ".join(parts), start_line, start, self.words))
        return units


def walk(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield all blocks and every block below them."""
    for block in blocks:
        yield block
        yield from walk(block.children)


class Unit(Struct, frozen=True):
    """A line or a wrapped run of lines that is read as one text."""

    text: str
    line: int
    bold: int = 0
    links: tuple[tuple[str, str], ...] = ()
    is_task: bool = False

    @property
    def is_bold(self) -> bool:
        """True if all words are bold."""
        return bool(self.text) and self.bold >= len(self.text.rstrip(" :"))


def joined(text: str) -> str:
    """Return `text` on one line, with single spaces."""
    return _SPACES.sub(" ", text).strip()


_STARTS_ANEW = re.compile(
    r"""\s*(?: (?:->|→|=>|[-*•]\s) | (?:if|when)\b[^.?!]{1,60}(?:,|:|->|→)
        | \(?(?:Q\s?)?\d{1,3}[.):]\s | \d{1,3}(?:\.\d{1,3})+\s | [A-Z][\w\x20'’/&-]{0,30}(?:\([^)]{1,30}\))?: ) """,
    re.VERBOSE | re.IGNORECASE,
)
_ENDS = re.compile(r"""[.?!:;？。][)"“”’'»*\]]*\s*$""")
_TASK = re.compile(r"\s*\[[ xX✓-]?\]\s+")


def _is_new(before: str, line: str) -> bool:
    if _STARTS_ANEW.match(line):
        return True
    return bool(_ENDS.search(before)) and not line.lstrip()[:1].islower()


def _unit(raw: str, line: int, start: int, words: Words) -> Unit:
    task = _TASK.match(raw)
    text = joined(raw[task.end() :] if task else raw)
    shift = start + (task.end() if task else 0) + (len(raw) - len(raw.lstrip()) if not task else 0)
    links = tuple(link for link in words.links if not link[0] or joined(link[0]) in text)
    return Unit(text, line, max(0, min(words.bold - shift, len(text))), links, task is not None)
