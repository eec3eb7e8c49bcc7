"""Which screen a call is taken on, also when it was cut off and is taken up again: a rehearsal needs its buyer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.screen import Screen

from salesnerd_tui.call.events import Mode, Rehearsed

if TYPE_CHECKING:
    from salesnerd_tui.ui.opening import Call, Desk


def screen_of(call: Call, desk: Desk) -> Screen[None]:
    """The screen for a call that was opened before. A new one has no events yet that could tell."""
    if any(isinstance(event, Rehearsed) for event in call.session.events):
        from salesnerd_tui.ui.rehearse.screen import RehearseScreen

        return RehearseScreen(call, desk)
    started = call.session.state.started
    if started is not None and started.mode is Mode.PREP:
        from salesnerd_tui.ui.prep.screen import PrepScreen

        return PrepScreen(call, desk)
    from salesnerd_tui.ui.live import LiveScreen

    return LiveScreen(call)
