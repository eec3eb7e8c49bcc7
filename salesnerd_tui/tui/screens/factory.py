"""Which screen a call is taken on: each mode has its own, also when the call was cut off and is taken up again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.screen import Screen

from salesnerd_tui.call.events import Mode

if TYPE_CHECKING:
    from salesnerd_tui.app.calls import CallService, OpenedCall


def screen_of(call: OpenedCall, desk: CallService) -> Screen[None]:
    """The screen for an opened call."""
    if call.mode is Mode.REHEARSE:
        from salesnerd_tui.tui.screens.rehearsal import RehearseScreen

        return RehearseScreen(call, desk)
    if call.mode is Mode.PREP:
        from salesnerd_tui.tui.screens.prep import PrepScreen

        return PrepScreen(call, desk)
    from salesnerd_tui.tui.screens.live import LiveScreen

    return LiveScreen(call)
