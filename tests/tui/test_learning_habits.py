"""A call teaches the coach the user's habits, and the next call starts with them."""

from __future__ import annotations

from pathlib import Path

from salesnerd_tui.call import actions
from salesnerd_tui.call.events import TapKind, Tapped
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.services.call_service import CallService, OpenRequest
from salesnerd_tui.storage.call_store import CallStore
from salesnerd_tui.storage.settings import HabitStore
from tap_reasons import recorded

KIND = TapKind.PITCHING


def store_three_dismissed_taps(folder: Path, request: OpenRequest) -> None:
    store = CallStore(folder)
    call = CallService(Library(), store).open(request)
    call.begin()
    for number in range(3):
        call.session.record(Tapped(number + 1.0, KIND, recorded("nobody asked")))
        call.session.do(actions.dismiss_tap)
    call.session.close()
    store.settings.wait()


def test_three_dismissed_taps_make_the_next_call_quieter(tmp_path: Path) -> None:
    store_three_dismissed_taps(tmp_path, OpenRequest())
    assert HabitStore(CallStore(tmp_path).settings).pauses() == {KIND: 2}


def test_which_sources_are_recordings() -> None:
    assert OpenRequest(listen="meeting.vtt").is_recording
    assert not any(
        request.is_recording
        for request in (OpenRequest(), OpenRequest(listen="-"), OpenRequest(listen="live.vtt", follow=True))
    )
