"""Offers: what they asked for and what was heard, each with its key, side by side and away from the tap."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from salesnerd_tui.app.call_text import SuggestionText
from salesnerd_tui.timefmt import age
from salesnerd_tui.tui.render.text import MUTED, Line, Lines, both_ends, fit, line, pressable, safe, tail

LEAST_CELLS = 10
"""Cells of an offer below which it is left out of a row."""

NARROW = 60
"""Below this width offers are closer together."""


def draw_offers_row(offers: Sequence[SuggestionText], width: int) -> Line:
    """Draw the offers side by side in one row, with as many of them as fit.

    Words that do not fit are replaced by the offer's name. The symbol stands once for offers of a kind.
    """
    gap = "   " if width >= NARROW else "  "
    most = max((width - 1) // (LEAST_CELLS + len(gap)), 1)
    shown = list(offers[:most])
    parts: list[Line] = []
    used, symbol = 1, ""
    for number, offer in enumerate(shown):
        cells = max((width - used) // (len(shown) - number) - len(gap), LEAST_CELLS)
        parts.append(_short(offer, cells, has_symbol=offer.symbol != symbol))
        used += parts[-1].cell_length + len(gap)
        symbol = offer.symbol
    return fit(line(" ", Line(gap).join(parts)), width) if parts else line()


def _short(offer: SuggestionText, width: int, *, has_symbol: bool) -> Line:
    text = safe(offer.words)
    key = (f"{offer.key} " if offer.key else "", "bold $accent")
    symbol = (f"{offer.symbol} " if has_symbol else "", _color(offer))
    head = line((f"{offer.symbol} {offer.label}  " if has_symbol else "", _color(offer)), key)
    if head.cell_length + cell_len(text) > width:
        head = line(symbol, key)
    room = max(width - head.cell_length, 1)
    if cell_len(text) <= room or not offer.brief:
        words = line((tail(text, room), _weight(offer)))
    else:
        words = fit(line((safe(offer.brief), _weight(offer))), room)
    return pressable(line(head, words), offer.key)


def draw_offers(offers: Sequence[SuggestionText], at: float, width: int, height: int) -> Lines:
    """Draw the offers below each other: kind, key and words, and at the end how long ago they were heard."""
    lines: Lines = []
    for offer in offers[: max(height, 0)]:
        ago = line((age(at - offer.at), MUTED))
        head = line((f"{offer.symbol} ", _color(offer)), (f"{offer.key} " if offer.key else "", "bold $accent"))
        words = tail(safe(offer.words), max(width - head.cell_length - ago.cell_length - 2, 1))
        lines.append(pressable(both_ends(line(head, (words, _weight(offer))), ago, width), offer.key))
    return lines


def _color(offer: SuggestionText) -> str:
    return "$accent" if offer.is_request else MUTED


def _weight(offer: SuggestionText) -> str:
    return "" if offer.is_request else MUTED
