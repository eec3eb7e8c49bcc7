"""Which screen a call leads to when it has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.screen import Screen

if TYPE_CHECKING:
    from salesnerd_tui.ui.opening import Call


def debrief_screen(call: Call) -> Screen[None]:
    """What to make of the call that has just ended."""
    from salesnerd_tui.ui.debrief import DebriefScreen

    return DebriefScreen(call.session.events, call.session.playbook, call_id=call.file.id)
