"""Edits of a stored call: its account, its people and its start, which were mistyped or guessed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from salesnerd_tui.call.events import CallEdited, Event, Mode, Recalled, Undone
from salesnerd_tui.storage.call_store import add_events, same_account

if TYPE_CHECKING:
    from salesnerd_tui.storage.call_store import CallStore


def edit_call(
    store: CallStore,
    call_id: str,
    account: str | None = None,
    people: tuple[str, ...] | None = None,
    started_at: datetime | None = None,
) -> None:
    """Correct what a stored call says about itself; None leaves a value as it is.

    With another account, what the call took over from calls with the former one is taken back. Raises `StorageError`
    if another window has the call open or the write fails.
    """
    accounts = {call.id: call.account for call in store.summaries() if call.mode is Mode.LIVE}
    with store.open(call_id) as file:
        at = file.events[-1].at if file.events else 0.0
        edits: list[Event] = [CallEdited(at, account, people, started_at.isoformat() if started_at else None)]
        foreign = tuple(
            number
            for number, event in enumerate(file.events)
            if isinstance(event, Recalled)
            and account is not None
            and not same_account(accounts.get(event.call, account), account)
        )
        if foreign:
            edits.append(Undone(at, foreign))
        add_events(file, edits, "nothing was changed")
