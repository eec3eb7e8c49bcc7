"""Calendar export: open promises with a due date as all-day entries (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from salesnerd_tui.call.events import Side
from salesnerd_tui.review.promises import OPEN_STATUSES, TrackedPromise
from salesnerd_tui.text import one_line


def calendar(listed: Iterable[TrackedPromise], now: datetime) -> str:
    """Return the calendar file; `now` must have a time zone. A second import updates entries instead of adding them."""
    from icalendar import Calendar, Event

    made = Calendar()
    made.add("prodid", "-//salesnerd//promises//EN")
    made.add("version", "2.0")
    for pledge in listed:
        due = pledge.promise.due_on
        if due is None or pledge.status not in OPEN_STATUSES:
            continue
        said_on = pledge.promise.said_on
        entry = Event()
        entry.add("uid", f"{pledge.call}.{pledge.promise.number}@salesnerd")
        entry.add("dtstamp", now)
        entry.add("dtstart", due)
        entry.add("dtend", due + timedelta(days=1))
        entry.add("summary", one_line(f"{_owner(pledge)}: {pledge.promise.text}", whole=True))
        said = f"said on {said_on.day} {said_on:%B %Y}" if said_on else ""
        entry.add("description", one_line(" · ".join(part for part in (pledge.account, said, pledge.ref) if part)))
        entry.add("transp", "TRANSPARENT")
        made.add_component(entry)
    text: bytes = made.to_ical()
    return text.decode()


def _owner(pledge: TrackedPromise) -> str:
    """Return who owes the promise; in a calendar, the account says who `they` are."""
    is_named = pledge.promise.side is Side.ME or pledge.promise.owner
    return pledge.who if is_named else pledge.account or pledge.who
