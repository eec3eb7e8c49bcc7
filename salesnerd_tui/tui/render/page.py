"""Lines of a review page in the styles of the screen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from salesnerd_tui.review.page_lines import Line as PageLine
from salesnerd_tui.review.page_lines import Tone
from salesnerd_tui.tui.render.text import MUTED, Line, Lines, blank, line, safe

if TYPE_CHECKING:
    from salesnerd_tui.review.debrief_page import DocumentBlock

TONE_STYLES: Mapping[Tone, str] = {
    Tone.PLAIN: "",
    Tone.HEADING: "bold $primary",
    Tone.DIM: MUTED,
    Tone.ME: "$accent",
    Tone.THEM: "$primary",
    Tone.TAP: "bold $warning",
    Tone.GOOD: "bold $success",
    Tone.WARNING: "bold $warning",
    Tone.QUOTE: "$secondary",
    Tone.STRONG: "bold",
}
"""Styles of the tones."""


def draw_page_line(page_line: PageLine) -> Line:
    """Return a line of a review page in the styles of its tones."""
    return line(*((part.text, TONE_STYLES[part.tone]) for part in page_line.parts))


def page_lines(blocks: Iterable[DocumentBlock]) -> Lines:
    """Return the lines of all blocks below their titles."""
    rows: Lines = []
    for block in blocks:
        if block.title:
            rows += [blank(), line((safe(block.title).upper(), TONE_STYLES[Tone.HEADING]))]
        rows += map(draw_page_line, block.lines)
    return rows
