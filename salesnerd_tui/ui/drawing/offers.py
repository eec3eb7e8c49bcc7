"""What was heard and waits for a yes, in the coach's place while the coach has nothing to say."""

from __future__ import annotations

from salesnerd_tui.call.events import Side
from salesnerd_tui.call.offers import Offers
from salesnerd_tui.ui.drawing.words import MUTED, Line, Lines, fit, line, safe

YES = "o yes"


def draw_offer(offers: Offers, holder: Side, width: int, keys: bool = True) -> Lines:
    """One line, or none. While they talk only what they ask for is offered: nothing else appears before a face."""
    if holder is Side.THEM and offers.detour is None:
        return []
    found = _offer(offers, keys)
    return [] if found is None else [fit(line("  ", found), width)]


def _offer(offers: Offers, keys: bool) -> Line | None:
    """The first of what `accepting.accept` would take."""
    if offers.asked is not None:
        yes = f"   {YES}" if keys else ""
        return line(("? asked this  ", "bold $accent"), (safe(offers.asked.asked_as), ""), (yes, MUTED))
    if offers.answer is not None:
        said = _shortened(offers.answer.words)
        return line(
            ("“ their answer  ", "bold $accent"), (said, ""), (f"   {YES} · or just go on" if keys else "", MUTED)
        )
    if offers.detour is not None:
        key = offers.detour.key or "o"
        goes = f"   {key} goes there" if keys else ""
        return line(("↷ they asked for  ", "bold $accent"), (safe(offers.detour.label), ""), (goes, MUTED))
    return None


def _shortened(words: str, limit: int = 60) -> str:
    """The end of a long answer is what was said last."""
    text = safe(words)
    return text if len(text) <= limit else f"…{text[-limit:].split(' ', 1)[-1]}"
