"""Lines of a review page, and of a prep sheet, in the styles of the screen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from salesnerd_tui.review.page_lines import Line as PageLine
from salesnerd_tui.review.page_lines import Tone
from salesnerd_tui.tui.render.text import MUTED, Line, Lines, blank, line, safe, wrap

if TYPE_CHECKING:
    from salesnerd_tui.review.debrief_page import DocumentBlock
    from salesnerd_tui.review.prep import PrepSheet

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


def draw_sheet(sheet: PrepSheet, width: int) -> Lines:
    """Draw the blocks of a prep sheet; empty if nothing is prepared and nothing is known."""
    from salesnerd_tui.review.prep import prep_blocks  # imports the debrief: not at start-up

    rows: Lines = []

    def draw_bullet(text: str, style: str) -> None:
        first, *rest = wrap(text, width - 5, style) or [blank()]
        rows.extend([line("   · ", first), *(line("     ", each) for each in rest)])

    for block in prep_blocks(sheet):
        rows.append(line(" ", (block.title.upper(), "bold $primary")))
        for text in block.lines:
            draw_bullet(text, "")
            if text in block.under:
                rows += [line("     ", each) for each in wrap(block.under[text], width - 5, MUTED)]
        for text in block.weak:
            draw_bullet(text, MUTED)
        rows.append(blank())
    return rows
