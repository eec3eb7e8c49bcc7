"""An imported call is the call that would have been stored if its recording had been heard live."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from memory_store import MemoryStore
from salesnerd_tui.call.events import Asked, Ended, Event, Heard, Promised, SourceChanged, Started, TapKind, Tapped
from salesnerd_tui.call_session import CallSession
from salesnerd_tui.playbook.folders import builtin_folder
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.services import demo
from salesnerd_tui.services.call_import import import_call
from salesnerd_tui.services.call_service import CallService, OpenRequest
from salesnerd_tui.speech.recording import FileSource
from salesnerd_tui.speech.sides import Sides
from salesnerd_tui.speech.source import CallClock, SourceEvent
from salesnerd_tui.storage.call_store import CallStore


class LiveCall:
    """A call that hears a recording at its own pace, with a tick every second; nobody waits."""

    def __init__(self, session: CallSession, real_seconds: list[float]) -> None:
        self._session, self._real_seconds = session, real_seconds

    def is_set(self) -> bool:
        return False

    def wait(self, timeout: float) -> bool:
        before = self._real_seconds[0]
        self._real_seconds[0] = min(before + timeout, int(before) + 1.0)
        if self._real_seconds[0].is_integer():
            self._session.tick()
        return False

    def hear(self, event: SourceEvent) -> None:
        if isinstance(event, Heard | SourceChanged):
            self._session.hear(event)


@pytest.fixture
def service(tmp_path: Path) -> CallService:
    return CallService(Library([builtin_folder()]), CallStore(tmp_path / "data"))


def heard_live(service: CallService, first: Event) -> list[Event]:
    real_seconds = [0.0]
    clock = CallClock(now=lambda: real_seconds[0])
    session = CallSession(service.load_playbook("first_call"), MemoryStore(), clock)
    session.record(first)
    call = LiveCall(session, real_seconds)
    FileSource(demo.CALL, Sides(demo.ME)).run(call.hear, clock, call)
    return session.events


def facts(events: Sequence[Event]) -> list[tuple[object, ...]]:
    """Return what the events say, without the news of the source and the ending."""
    return [
        (type(event), round(event.at), getattr(event, "text", ""), getattr(event, "kind", ""))
        for event in events
        if not isinstance(event, SourceChanged | Ended)
    ]


def test_an_imported_call_has_the_events_of_a_live_one(service: CallService) -> None:
    request = OpenRequest(me=demo.ME, listen=str(demo.CALL), account="Clinic")
    imported = import_call(service, request, service.load_playbook("first_call"), None, again=False)
    events = service.store.read(imported.call.id).events
    assert isinstance(events[0], Started)
    assert facts(events) == facts(heard_live(service, events[0]))
    kinds = {event.kind for event in events if isinstance(event, Tapped)}
    assert {TapKind.OVER_PROMISING, TapKind.SILENCE} <= kinds, "taps that need the clock, too"
    assert {type(event) for event in events} > {Heard, Asked, Promised}
    assert isinstance(events[-1], Ended)
    assert isinstance(events[1], SourceChanged)
    assert events[1].message.startswith(f"imported {demo.CALL.name}: 4:22, WebVTT captions")
