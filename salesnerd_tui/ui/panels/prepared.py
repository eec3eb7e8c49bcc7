"""What was prepared for the call on the screen, to look at in the middle of it."""

from __future__ import annotations

from collections.abc import Callable

from salesnerd_tui.call.moves import Standing
from salesnerd_tui.ui.drawing.words import MUTED, Line, line
from salesnerd_tui.ui.panels.panel import Reading
from salesnerd_tui.ui.prepared import prepared


def prepared_panel(now: Standing, close: Callable[[], None]) -> Reading:
    """What to find out, who has which part, your own answers."""
    lines: list[str | Line] = []
    for title, rows in prepared(now):
        lines += [line((title, f"bold {MUTED}")), *(f"· {row}" for row in rows), ""]
    return Reading("prepared", lines or ["Nothing was prepared for this call: salesnerd prep does that."], close)
