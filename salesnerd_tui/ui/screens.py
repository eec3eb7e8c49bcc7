"""Which screen a call is taken on: a rehearsal needs its buyer, also when it was cut off and is taken up again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.screen import Screen

from salesnerd_tui.call.events import Rehearsed

if TYPE_CHECKING:
    from salesnerd_tui.ui.opening import Call, Desk


def screen_of(call: Call, desk: Desk) -> Screen[None]:
    """The screen for a call that was opened; its first event may not be there yet."""
    if any(isinstance(event, Rehearsed) for event in call.session.events):
        from salesnerd_tui.ui.rehearse.screen import RehearseScreen

        return RehearseScreen(call, desk)
    from salesnerd_tui.ui.live import LiveScreen

    return LiveScreen(call)
