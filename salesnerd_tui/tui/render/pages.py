"""Pages of the review package on a canvas: their tones as colors, and a scrolled window on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from salesnerd_tui.review.canvas import Line as PageLine
from salesnerd_tui.review.canvas import Tone
from salesnerd_tui.review.document import DocumentBlock
from salesnerd_tui.tui.render.text import MUTED, Line, Lines, blank, both_ends, line, safe

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
"""Rows that each key moves on the other pages and in lists; the caller stops at both ends."""


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
