"""Factory of call screens: each mode of a call has its own, also when an interrupted call is resumed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesnerd_tui.call.events import Mode

if TYPE_CHECKING:
    from salesnerd_tui.app.calls import CallService, OpenedCall
    from salesnerd_tui.tui.screens.live import LiveScreen


def call_screen(call: OpenedCall, service: CallService) -> LiveScreen:
    """Return the screen for an opened call. Each is imported when it is needed, for a quick start."""
    if call.mode is Mode.REHEARSE:
        from salesnerd_tui.tui.screens.rehearsal import RehearsalScreen

        return RehearsalScreen(call, service)
    if call.mode is Mode.PREP:
        from salesnerd_tui.tui.screens.prep import PrepScreen

        return PrepScreen(call, service)
    from salesnerd_tui.tui.screens.live import LiveScreen

    return LiveScreen(call, service)
