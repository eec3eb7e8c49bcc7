"""Events out of the documents of a call, whatever state they are in.

An event's number is its place in the call's list, and other events speak of it by that number, so a lost one leaves its
place behind: an `Undone` that undoes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from salesnerd_tui.call.attributing import attributed
from salesnerd_tui.call.codec import NotAnEvent, from_document
from salesnerd_tui.call.events import Event, Undone

FURTHEST_GAP = 10_000
"""Numbers that may be missing in a row; what stands beyond that comes from no call of ours."""


def read_events(rows: Mapping[str, Mapping[str, Any]]) -> tuple[tuple[Event, ...], int]:
    """The events in their order, each at the index that is its number, and how many could not be understood.

    Words count for the side that was found out later (`call.attributing`), so that no reader has to think of it.
    """
    events: list[Event] = []
    unknown = 0
    for number in sorted(map(int, rows)):
        if number > len(events) + FURTHEST_GAP:
            unknown += 1
            continue
        _fill(events, number)
        try:
            events.append(from_document(rows[str(number)]))
        except NotAnEvent:
            unknown += 1
            _fill(events, number + 1)
    return tuple(attributed(events)), unknown


def _fill(events: list[Event], length: int) -> None:
    at = events[-1].at if events else 0.0
    events.extend(Undone(at, ()) for _ in range(length - len(events)))
