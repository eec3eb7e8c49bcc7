"""Prep sheet as lines, for the prep screen and the preview of a prep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesnerd_tui.review.prep import prep_blocks
from salesnerd_tui.tui.render.text import MUTED, Lines, blank, line, wrap

if TYPE_CHECKING:
    from salesnerd_tui.review.prep import PrepSheet


def draw_sheet(sheet: PrepSheet, width: int) -> Lines:
    """Draw the blocks of a prep sheet; empty if nothing is prepared and nothing is known."""
    rows: Lines = []
    for block in prep_blocks(sheet):
        rows.append(line(" ", (block.title.upper(), "bold $primary")))
        for text in block.lines:
            rows += _draw_bullet(text, width, "")
            if text in block.under:
                rows += [line("     ", each) for each in wrap(block.under[text], width - 5, MUTED)]
        for text in block.weak:
            rows += _draw_bullet(text, width, MUTED)
        rows.append(blank())
    return rows


def _draw_bullet(text: str, width: int, style: str) -> Lines:
    first, *rest = wrap(text, width - 5, style) or [blank()]
    return [line("   · ", first), *(line("     ", each) for each in rest)]
