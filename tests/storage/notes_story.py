"""Events and helpers for tests of the store."""

from __future__ import annotations

import queue
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from salesnerd_tui.call.events import Event, Mode, Noted, Place, Started, Undone
from salesnerd_tui.storage.call_store import CallStore
from salesnerd_tui.storage.call_writer import CallFile
from salesnerd_tui.storage.errors import WriteFailed, WriteSaved

BEGAN = datetime(2026, 11, 22, 10, 4, tzinfo=UTC)
STARTED = Started(
    0.0, "first_call", "First call", "d1", Mode.LIVE, Place("why"), BEGAN.isoformat(), "Acme", ("Dana", "Raj")
)


def save_events(call: CallFile, events: Sequence[Event]) -> WriteSaved | WriteFailed:
    """Save events, and wait for the first result."""
    answers: queue.SimpleQueue[WriteSaved | WriteFailed] = queue.SimpleQueue()
    call.save(events, answers.put)
    return answers.get(timeout=20)


def store_call(
    store: CallStore, *events: Event, account: str = "Acme", days: int = 0, hours: int = 0, draft: str = ""
) -> str:
    """Store a closed call that began so many days and hours later; return its id."""
    with store.create(BEGAN + timedelta(days=days, hours=hours), account) as call:
        save_events(call, events)
        call.save_draft(draft)
    return call.id


def note(number: int, length: int = 40) -> Noted:
    """Return a note with a unique text."""
    return Noted(float(number), f"note {number} " + "x" * length)


def is_lost(event: Event) -> bool:
    """Return whether the event is a placeholder for one that could not be read."""
    return isinstance(event, Undone) and not event.events
