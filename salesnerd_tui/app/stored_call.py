"""Stored calls: read one for its debrief."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from salesnerd_tui.call.events import Event
from salesnerd_tui.call.plan import playbook_name
from salesnerd_tui.call.state import fold
from salesnerd_tui.playbook.model import Playbook

if TYPE_CHECKING:
    from salesnerd_tui.app.calls import CallService, OpenedCall


class StoredCall(Struct, frozen=True):
    """A call's events, and its own playbook if that can still be loaded."""

    id: str
    events: tuple[Event, ...]
    playbook: Playbook | None = None


def stored_call_of(call: OpenedCall) -> StoredCall:
    """Return a call that has just ended as it is stored."""
    return StoredCall(call.file.id, tuple(call.session.events), call.session.playbook)


def read_stored_call(service: CallService, call_id: str) -> StoredCall:
    """Read a call. Raises `StorageError` when its file cannot be read."""
    events = service.notebook.open(call_id, read_only=True).events
    return StoredCall(call_id, tuple(events), service.library.load(playbook_name(fold(events))).playbook)
