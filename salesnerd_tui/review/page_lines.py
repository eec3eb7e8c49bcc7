"""Lines of text whose parts have a tone, for the terminal, printed pages and HTML; and text escaped for Markdown.

A tone says what a part means, not how it looks: the screen maps it to a color. Widths are terminal cells, so wide
characters and emoji keep columns aligned.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum

from msgspec import Struct
from rich.cells import cell_len, chop_cells, set_cell_size

from salesnerd_tui.text import one_line


class Tone(StrEnum):
    """Meaning of a part of a line."""

    PLAIN = "plain"
    HEADING = "heading"
    DIM = "dim"
    ME = "me"
    THEM = "them"
    TAP = "tap"
    GOOD = "good"
    WARNING = "warning"
    QUOTE = "quote"
    STRONG = "strong"


class Part(Struct, frozen=True):
    """Text with a tone."""

    text: str
    tone: Tone = Tone.PLAIN


class Line(Struct, frozen=True):
    """One line on the screen. Its texts are sanitized and contain no line break."""

    parts: tuple[Part, ...] = ()

    @property
    def plain(self) -> str:
        return "".join(part.text for part in self.parts).rstrip()

    @property
    def cells(self) -> int:
        return sum(cell_len(part.text) for part in self.parts)


BLANK = Line()


def line(*parts: Part | str) -> Line:
    """Return a line of parts; a string becomes a part with the plain tone."""
    return Line(tuple(part if isinstance(part, Part) else Part(part) for part in parts))


def cut(text: str, width: int) -> str:
    """Return `text` in at most `width` cells; a cut text ends with …."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + "…" if width > 1 else set_cell_size("…", max(width, 0))


def pad(text: str, width: int) -> str:
    """Return `text` in exactly `width` cells."""
    return set_cell_size(cut(text, width), width)


def wrap(text: str, width: int) -> Iterator[str]:
    """Yield `text`, sanitized, in rows of at most `width` cells; longer words are split."""
    width = max(width, 1)
    row, used = "", 0
    for word in one_line(text, whole=True).split(" "):
        cells = cell_len(word)
        if row and used + 1 + cells > width:
            yield row
            row, used = "", 0
        if cells > width:
            *whole, word = chop_cells(word, width)
            yield from whole
            cells = cell_len(word)
        row, used = (f"{row} {word}", used + 1 + cells) if row else (word, cells)
    yield row


def paragraph(text: str, width: int, *, first: Iterable[Part] = (), tone: Tone = Tone.PLAIN) -> Iterator[Line]:
    """Yield `text` in lines after `first`; later lines are indented to match."""
    lead = tuple(first)
    indent = sum(cell_len(part.text) for part in lead)
    for number, row in enumerate(wrap(text, width - indent)):
        yield Line((*lead, Part(row, tone))) if number == 0 else line(" " * indent, Part(row, tone))


_SYMBOLS = re.compile(r"([\\`*_{}\[\]<>#|~&!$@%]|=(?==)|(?<==)=)")
_BLOCK_START = re.compile(r"^([-+=:]|\d+(?=[.)]))")
_URL = re.compile(r"(?i)(?<=[a-z])://|\bwww\.")


def escape(text: str) -> str:
    """Return `text` on one line, escaped for any place in a paragraph or list item."""
    escaped = _SYMBOLS.sub(r"\\\1", one_line(text, whole=True))
    # A list, heading or quote would begin; a number keeps its digits.
    escaped = _BLOCK_START.sub(lambda start: f"{start[0]}\\" if start[0].isdigit() else f"\\{start[0]}", escaped)
    return _URL.sub(lambda match: match.group().replace(":", "\\:").replace(".", "\\."), escaped)
