"""Text helpers for drawing: fit, wrap, two ends of a line, mouse targets, sparklines, and pages of a review."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content
from textual.style import Style

from salesnerd_tui.review.page_lines import Line as PageLine
from salesnerd_tui.review.page_lines import Tone
from salesnerd_tui.terminal.key_names import parse_key
from salesnerd_tui.text import one_line

if TYPE_CHECKING:
    from salesnerd_tui.review.debrief_page import DocumentBlock

Line = Content
Lines = list[Content]

MUTED = "$quiet"
KNOWN = f"italic {MUTED}"
"""Style of what is known from before: never that of an answer of this call."""
MOST = 2_000
"""Most characters of a text that a screen shows in one place."""

LONGEST_WORD = 12
"""Characters of a word that a cut at a blank may cost; a longer word is cut itself."""

STEPS = "▁▂▃▄▅▆▇█"


def safe(text: str) -> str:
    """Return `text` on one line, without control characters and at most `MOST` characters long."""
    return one_line(text if len(text) <= MOST else f"{text[:MOST]}…")


def line(*parts: str | tuple[str, str] | Content) -> Content:
    """Return one line made of plain parts and (text, style) pairs."""
    return Content.assemble(*parts)


def pressable(part: Content, shown: str) -> Content:
    """Return `part` as a mouse target that presses a key, given as people write it."""
    style = _press_style(shown)
    return part.stylize(style) if style else part


@cache
def _press_style(shown: str) -> Style | None:
    key = parse_key(shown) if shown else None
    return Style.from_meta({"press": key}) if key else None


def choosable(row: Content, number: int) -> Content:
    """Return the row of a list as a mouse target."""
    return row.stylize(Style.from_meta({"row": number}))


def blank() -> Content:
    return Content("")


def fit(text: Content, width: int) -> Content:
    """Return `text` in at most `width` cells, with an ellipsis where its end is cut off."""
    return text if text.cell_length <= width else text.truncate(max(width, 0), ellipsis=True).rstrip()


def wrapped(text: str | Line, width: int, style: str = "", indent: str = "", most: int = 0) -> Lines:
    """Wrap `text` to `width` cells, each line behind `indent`. If `most` is given, cut it to that many lines.

    A text is styled with `style`; a line keeps its own styles.
    """
    room = max(width - cell_len(indent), 1)
    content = Content.styled(safe(text), style) if isinstance(text, str) else text
    lines = [part.rstrip() for part in content.wrap(room)]
    if most and len(lines) > most:
        lines = [*lines[: most - 1], fit(Content.assemble(lines[most - 1], (" …", style)), room)]
    return [Content.assemble(indent, part) for part in lines]


def highlighted(row: Content, words: str) -> Content:
    """Return `row` with every occurrence of each of the words in reverse video, upper and lower case alike."""
    plain = row.plain.casefold()
    if not words or len(plain) != len(row.plain):
        return row
    for word in words.casefold().split():
        start = plain.find(word)
        while start >= 0:
            row = row.stylize("reverse", start, start + len(word))
            start = plain.find(word, start + len(word))
    return row


def both_ends(left: Content, right: Content, width: int) -> Content:
    """Return a line with two ends; the left one is cut if both do not fit."""
    if not right.plain:
        return fit(left, width)
    room = width - right.cell_length - 2
    if room < 4:
        return fit(left, width) if left.plain else fit(right, width)
    left = fit(left, room)
    return Content.assemble(left, " " * (width - left.cell_length - right.cell_length), right)


def flow(parts: Iterable[Content], width: int, gap: str = "  ") -> Lines:
    """Return the parts one after another on as many lines as they need; no part is split."""
    lines: Lines = []
    for part in parts:
        part = fit(part, width)
        joined = Content.assemble(lines[-1], gap, part) if lines else part
        if lines and joined.cell_length <= width:
            lines[-1] = joined
        else:
            lines.append(part)
    return lines


def tail(text: str, width: int) -> str:
    """Return the end of `text` that fits, cut between words if possible, with an ellipsis at the cut."""
    if cell_len(text) <= width:
        return text
    cut = len(text) - max(width - 1, 1)
    while cell_len(text[cut:]) > max(width - 1, 1):
        cut += 1
    blank = text.find(" ", max(cut - 1, 0))
    return f"…{text[blank + 1 if 0 <= blank < cut + LONGEST_WORD else cut :]}"


def spark(values: Sequence[float]) -> str:
    """Return values from 0 to 1 as bars."""
    return "".join(STEPS[min(int(max(value, 0.0) * len(STEPS)), len(STEPS) - 1)] for value in values)


COLORS: Mapping[Tone, str] = {
    Tone.PLAIN: "",
    Tone.HEADING: "bold $primary",
    Tone.DIM: MUTED,
    Tone.ME: "$accent",
    Tone.THEM: "$primary",
    Tone.TAP: "bold $warning",
    Tone.GOOD: "bold $success",
    Tone.QUOTE: "$secondary",
    Tone.STRONG: "bold",
}
"""Styles of the tones."""

SCROLLS = {"down": 1, "up": -1, "pagedown": 8, "pageup": -8}
"""Rows that each key scrolls a page during a call, where letters are commands."""

_END = 1_000_000
MOVES = {**SCROLLS, "j": 1, "k": -1, "space": 8, "g": -_END, "home": -_END, "G": _END, "end": _END}
"""Rows that each key moves on the other pages; the caller stops at both ends."""

LIST_MOVES = {key: rows for key, rows in MOVES.items() if key != "space"}
"""The same in lists, where space does not move."""


def painted(page_line: PageLine) -> Line:
    """Return a line of a page in the styles of its tones."""
    return line(*((part.text, COLORS[part.tone]) for part in page_line.parts))


def page_lines(blocks: Iterable[DocumentBlock]) -> Lines:
    """Return the lines of all blocks, each below its title."""
    rows: Lines = []
    for block in blocks:
        if block.title:
            rows += [blank(), line((safe(block.title).upper(), COLORS[Tone.HEADING]))]
        rows += map(painted, block.lines)
    return rows


def window(rows: Sequence[Line], top: int, width: int, height: int) -> tuple[Lines, int]:
    """Return the rows that fit from `top` on, and the nearest possible `top`. The last row counts the rows below it."""
    top = min(max(top, 0), max(len(rows) - height, 0))
    shown = list(rows[top : top + height])
    below = len(rows) - top - height
    if below > 0 and shown:
        shown[-1] = both_ends(shown[-1], line((f"↓ {below + 1} more ", MUTED)), width)
    return shown, top
