"""Edits of a stored call: its account, its people and its start, which were mistyped or guessed.

As text, an edit is `Lund; with=Tom Ek, CFO; with=Ulla; on=2026-11-12 10:30`.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from salesnerd_tui.call.events import CallEdited, Event, Mode, Recalled, Undone
from salesnerd_tui.errors import UserError
from salesnerd_tui.lazy_pattern import lazy_pattern
from salesnerd_tui.storage.call_store import add_events, same_account
from salesnerd_tui.timefmt import parse_time

if TYPE_CHECKING:
    from salesnerd_tui.speech.transcripts.start import RecordedStart
    from salesnerd_tui.storage.call_store import CallStore
    from salesnerd_tui.storage.summary import CallSummary

FIRST_YEAR = 1990
_DETAIL = lazy_pattern(r";\s*(with|on)=", re.IGNORECASE)


class CallEdit(Struct, frozen=True):
    """Corrected values of a call; None leaves one as it is."""

    account: str | None = None
    people: tuple[str, ...] | None = None
    start: RecordedStart | None = None


def edit_call(store: CallStore, call: CallSummary, edit: CallEdit) -> None:
    """Correct a stored call. A day without a time keeps the time of the day.

    With another account, what the call took over from calls with the former one is taken back. Raises `StorageError`
    if another window has the call open or the write fails.
    """
    moment = edit.start.moment if edit.start is not None else None
    if moment is not None and edit.start is not None and not edit.start.has_time:
        before = parse_time(call.started_at)
        moment = datetime.combine(moment.date(), before.timetz()) if before is not None else moment
    accounts = {each.id: each.account for each in store.summaries() if each.mode is Mode.LIVE}
    with store.open(call.id) as file:
        at = file.events[-1].at if file.events else 0.0
        events: list[Event] = [CallEdited(at, edit.account, edit.people, moment.isoformat() if moment else None)]
        foreign = tuple(
            number
            for number, event in enumerate(file.events)
            if isinstance(event, Recalled)
            and edit.account is not None
            and not same_account(accounts.get(event.call, edit.account), edit.account)
        )
        if foreign:
            events.append(Undone(at, foreign))
        add_events(file, events, "nothing was changed")


def parse_past_start(text: str, now: datetime) -> RecordedStart:
    """Return the start `2026-11-12`, at noon, or `2026-11-12T10:30` in local time. Raises `UserError`."""
    from salesnerd_tui.speech.transcripts.start import NOON, RecordedStart  # start-up time: all transcript formats

    try:
        has_time = False
        try:
            day = date.fromisoformat(text)
            moment = datetime(day.year, day.month, day.day, NOON)  # noqa: DTZ001  # local time
        except ValueError:
            has_time, moment = True, datetime.fromisoformat(text)
        if moment.year < FIRST_YEAR:
            raise ValueError
        moment, now = moment.astimezone(), now.astimezone()
    except (ValueError, OverflowError):
        raise UserError(f"invalid date {text!r} (expected 2026-11-12 or 2026-11-12T10:30)") from None
    if moment > now and (has_time or moment.date() > now.date()):
        raise UserError(f"invalid date {text!r}: it is in the future")
    return RecordedStart(min(moment, now), has_time)


def edit_text(call: CallSummary) -> str:
    """Return the current values of a call as the text of an edit."""
    people = "".join(f"; with={person}" for person in call.people)
    return f"{call.account}{people}; on={_start_text(call)}"


def parse_edit_text(text: str, call: CallSummary, now: datetime) -> CallEdit:
    """Return what a text changes in a call; an empty one changes nothing. Raises `UserError` for an invalid date."""
    if not text.strip():
        return CallEdit()
    account, *details = _DETAIL.split(text)
    values = [(name.casefold(), value.strip()) for name, value in zip(details[::2], details[1::2], strict=True)]
    people = tuple(value for name, value in values if name == "with" and value)
    days = [value for name, value in values if name == "on" and value and value != _start_text(call)]
    return CallEdit(
        account.strip() if account.strip() != call.account.strip() else None,
        people if people != tuple(person.strip() for person in call.people) else None,
        parse_past_start(days[-1], now) if days else None,
    )


def _start_text(call: CallSummary) -> str:
    started_at = parse_time(call.started_at)
    return f"{started_at:%Y-%m-%d %H:%M}" if started_at is not None else ""
