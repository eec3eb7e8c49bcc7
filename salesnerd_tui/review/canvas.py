"""Lines of text with a tone on each part: what a terminal, a printed page, Markdown and HTML all draw from.

A tone says what a part means, never how it looks; the screen has a colour for it, a printed page has none. Widths are
terminal cells, so that a name in Chinese or an emoji does not push a column out of its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum

from msgspec import Struct
from rich.cells import cell_len, chop_cells, set_cell_size

from salesnerd_tui.text import one_line


class Tone(StrEnum):
    PLAIN = "plain"
    HEADING = "heading"
    DIM = "dim"
    ME = "me"
    THEM = "them"
    TAP = "tap"
    GOOD = "good"
    QUOTE = "quote"
    STRONG = "strong"


class Part(Struct, frozen=True):
    text: str
    tone: Tone = Tone.PLAIN


class Line(Struct, frozen=True):
    """One line on the screen; its texts are clean and hold no new line."""

    parts: tuple[Part, ...] = ()

    @property
    def plain(self) -> str:
        return "".join(part.text for part in self.parts).rstrip()

    @property
    def cells(self) -> int:
        return sum(cell_len(part.text) for part in self.parts)


BLANK = Line()


def line(*parts: Part | str) -> Line:
    """A line of parts; plain text stands for itself."""
    return Line(tuple(part if isinstance(part, Part) else Part(part) for part in parts))


def cut(text: str, width: int) -> str:
    """`text` in at most `width` cells, with … where something was left out."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + "…" if width > 1 else set_cell_size("…", max(width, 0))


def pad(text: str, width: int) -> str:
    """`text` in exactly `width` cells."""
    return set_cell_size(cut(text, width), width)


def wrapped(text: str, width: int) -> Iterator[str]:
    """The words of `text` (cleaned, on one line) in lines of at most `width` cells; a longer word is cut."""
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
    """`text` in lines behind `first`, which later lines are indented by."""
    lead = tuple(first)
    indent = sum(cell_len(part.text) for part in lead)
    for number, row in enumerate(wrapped(text, width - indent)):
        yield Line((*lead, Part(row, tone))) if number == 0 else line(" " * indent, Part(row, tone))
