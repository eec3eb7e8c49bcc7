"""Offers: what they asked for and what was heard, each with its key, side by side and away from the tap."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from salesnerd_tui.app.call_text import SuggestionText
from salesnerd_tui.tui.render.text import MUTED, Line, Lines, both_ends, fit, line, pressable, safe, tail

LEAST_CELLS = 10
"""Cells of an offer below which it is left out of a row."""


def draw_offers_row(offers: Sequence[SuggestionText], width: int) -> Line:
    """Draw the offers side by side in one row, with as many of them as fit; words are cut at their beginning."""
    most = max((width - 1) // (LEAST_CELLS + 3), 1)
    shown = list(offers[:most])
    parts: list[Line] = []
    used = 1
    for number, offer in enumerate(shown):
        parts.append(_short(offer, max((width - used) // (len(shown) - number) - 3, LEAST_CELLS)))
        used += parts[-1].cell_length + 3
    return fit(line(" ", Line("   ").join(parts)), width) if parts else line()


def _short(offer: SuggestionText, width: int) -> Line:
    text = safe(offer.words)
    key = (f"{offer.key} " if offer.key else "", "bold $accent")
    head = line((f"{offer.symbol} {offer.label}  ", _color(offer)), key)
    if head.cell_length + cell_len(text) > width:
        head = line((f"{offer.symbol} ", _color(offer)), key)
    words = tail(text, max(width - head.cell_length, 1))
    return pressable(line(head, (words, _weight(offer))), offer.key)


def draw_offers(offers: Sequence[SuggestionText], at: float, width: int, height: int) -> Lines:
    """Draw the offers below each other: kind, key and words, and at the end how many seconds ago they were heard."""
    lines: Lines = []
    for offer in offers[: max(height, 0)]:
        ago = line((f"{max(round(at - offer.at), 0)} s", MUTED))
        head = line((f"{offer.symbol} ", _color(offer)), (f"{offer.key} " if offer.key else "", "bold $accent"))
        words = tail(safe(offer.words), max(width - head.cell_length - ago.cell_length - 2, 1))
        lines.append(pressable(both_ends(line(head, (words, _weight(offer))), ago, width), offer.key))
    return lines


def _color(offer: SuggestionText) -> str:
    return "$accent" if offer.is_request else MUTED


def _weight(offer: SuggestionText) -> str:
    return "" if offer.is_request else MUTED
