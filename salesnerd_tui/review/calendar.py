"""Promises with a day as a calendar file, one all-day entry each, for any calendar that reads RFC 5545."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from salesnerd_tui.review.promises import OWED, TrackedPromise
from salesnerd_tui.text import one_line


def calendar(listed: Iterable[TrackedPromise], now: datetime) -> str:
    """What is owed and has a day; `now` must know its zone. Importing the file again updates, and never doubles."""
    from icalendar import Calendar, Event

    made = Calendar()
    made.add("prodid", "-//salesnerd//promises//EN")
    made.add("version", "2.0")
    for pledge in listed:
        due = pledge.promise.due_on
        if due is None or pledge.standing not in OWED:
            continue
        said_on = pledge.promise.said_on
        entry = Event()
        entry.add("uid", f"{pledge.call}.{pledge.promise.number}@salesnerd")
        entry.add("dtstamp", now)
        entry.add("dtstart", due)
        entry.add("dtend", due + timedelta(days=1))
        entry.add("summary", one_line(f"{pledge.who}: {pledge.promise.text}", whole=True))
        said = f"said on {said_on.day} {said_on:%B %Y}" if said_on else ""
        entry.add("description", one_line(" · ".join(part for part in (pledge.account, said, pledge.ref) if part)))
        entry.add("transp", "TRANSPARENT")
        made.add_component(entry)
    text: bytes = made.to_ical()
    return text.decode()
