"""What was prepared for the call on the screen, to look at in the middle of it."""

from __future__ import annotations

from collections.abc import Callable

from salesnerd_tui.app.prep import prepared
from salesnerd_tui.call.actions import CallContext
from salesnerd_tui.tui.panels.panel import ReadingPanel
from salesnerd_tui.tui.render.text import MUTED, Line, line


def prepared_panel(now: CallContext, close: Callable[[], None]) -> ReadingPanel:
    """What to find out, who has which part, your own answers."""
    lines: list[str | Line] = []
    for title, rows in prepared(now):
        lines += [line((title, f"bold {MUTED}")), *(f"· {row}" for row in rows), ""]
    return ReadingPanel("prepared", lines or ["Nothing was prepared for this call: salesnerd prep does that."], close)
