"""Which screen a call is taken on: each mode has its own, also when the call was cut off and is taken up again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.screen import Screen

from salesnerd_tui.call.events import Mode

if TYPE_CHECKING:
    from salesnerd_tui.ui.opening import Call, Desk


def screen_of(call: Call, desk: Desk) -> Screen[None]:
    """The screen for an opened call."""
    if call.mode is Mode.REHEARSE:
        from salesnerd_tui.ui.rehearse.screen import RehearseScreen

        return RehearseScreen(call, desk)
    if call.mode is Mode.PREP:
        from salesnerd_tui.ui.prep.screen import PrepScreen

        return PrepScreen(call, desk)
    from salesnerd_tui.ui.live import LiveScreen

    return LiveScreen(call)
