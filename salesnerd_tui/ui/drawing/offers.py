"""What was heard and waits for a yes, in the coach's place while the coach has nothing to say."""

from __future__ import annotations

from collections.abc import Mapping

from salesnerd_tui.call.events import Side
from salesnerd_tui.call.offers import Offers
from salesnerd_tui.ui.drawing.words import MUTED, Lines, fit, line, pressable, safe
from salesnerd_tui.ui.offering import offered

NONE: Mapping[str, str] = {}


def draw_offer(offers: Offers, holder: Side, width: int, keys: Mapping[str, str] = NONE, letters: str = "") -> Lines:
    """One line, or none; only `keys` and `letters` are promised."""
    found = offered(offers, holder, keys.get("accept", ""), letters)
    if found is None:
        return []
    yes = f"   {found.keys}" if keys and found.keys else ""
    row = fit(line("  ", (f"{found.label}  ", "bold $accent"), safe(found.words), (yes, MUTED)), width)
    return [pressable(row, keys.get("accept", ""))]
