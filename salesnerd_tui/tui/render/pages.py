"""Pages of the review room on a canvas: their tones as colours, and as much of them as there is room for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from salesnerd_tui.review.canvas import Line as Told
from salesnerd_tui.review.canvas import Tone
from salesnerd_tui.review.document import DocumentBlock
from salesnerd_tui.tui.render.text import MUTED, Line, Lines, blank, both_ends, line, safe

COLOURS: Mapping[Tone, str] = {
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
"""The same as on a debrief."""

SCROLLS = {"down": 1, "up": -1, "pagedown": 8, "pageup": -8}


def painted(told: Told) -> Line:
    """A line with its tones."""
    return line(*((part.text, COLOURS[part.tone]) for part in told.parts))


def drawn(blocks: Iterable[DocumentBlock]) -> Lines:
    """Blocks one under the other, each under its title."""
    rows: Lines = []
    for block in blocks:
        if block.title:
            rows += [blank(), line((safe(block.title).upper(), COLOURS[Tone.HEADING]))]
        rows += map(painted, block.lines)
    return rows


def window(rows: Sequence[Line], top: int, width: int, height: int) -> tuple[Lines, int]:
    """The rows from `top` on that fit, and where `top` can be; what lies below is counted on the last row."""
    top = min(max(top, 0), max(len(rows) - height, 0))
    shown = list(rows[top : top + height])
    below = len(rows) - top - height
    if below > 0 and shown:
        shown[-1] = both_ends(shown[-1], line((f"↓ {below + 1} more ", MUTED)), width)
    return shown, top
