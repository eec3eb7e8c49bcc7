"""Preview of a call in the history: its summary, or the entries around a match."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from salesnerd_tui.call.events import Answered, Event, Heard, Noted, Promised, Side
from salesnerd_tui.text import one_line
from salesnerd_tui.timefmt import clock
from salesnerd_tui.tui.render.text import MUTED, Lines, highlighted, line, painted, safe, wrapped

if TYPE_CHECKING:
    from salesnerd_tui.playbook.model import Playbook

BEFORE, AFTER = 4, 12
"""Entries shown before and after a match."""

NAMES = {Side.ME: "you", Side.THEM: "they"}


def short_day(started_at: str) -> str:
    """Return `20 Nov` for an ISO 8601 time, and blanks of the same width for anything else."""
    try:
        started = datetime.fromisoformat(started_at)
    except ValueError:
        return " " * 6
    return f"{started.day:>2} {started:%b}"


def call_preview(events: Sequence[Event], playbook: Playbook | None, width: int) -> Lines:
    """Return the first part of a call's debrief."""
    from salesnerd_tui.review.debrief.builder import debrief  # reads whole calls: not at start-up
    from salesnerd_tui.review.debrief_page import page

    return [painted(row) for row in page(debrief(events, playbook), width)[0].lines]


def hit_preview(events: Sequence[Event], number: int, words: str, width: int) -> Lines:
    """Return what was said and noted around the event `number`, with the words marked."""
    entries = list(_entries(events))
    at = next((place for place, (each, _, _) in enumerate(entries) if each >= number), len(entries))
    rows: Lines = []
    for each, lead, text in entries[max(at - BEFORE, 0) : at + AFTER]:
        style = "" if each == number else MUTED
        body = wrapped(f"{lead}{text}", width - 2, style)
        mark = ("▌ ", "$accent") if each == number else ("  ", "")
        rows += [line(mark, highlighted(row, words)) for row in body]
    return rows


def _entries(events: Sequence[Event]) -> Iterator[tuple[int, str, str]]:
    """Yield the number, the time with the speaker, and the text of everything said or noted."""
    for number, event in enumerate(events):
        when = f"{clock(max(event.at, 0.0))}  "
        match event:
            case Heard(final=True, text=str(text)) if text.strip():
                name = one_line(event.speaker) or NAMES.get(event.side, "")
                yield number, f"{when}{f'{name}: ' if name else ''}", safe(text)
            case Noted(text=text) if text.strip():
                yield number, f"{when}note: ", safe(text)
            case Answered():
                said = " · ".join(part for part in (event.label, event.note) if part.strip())
                if said:
                    yield number, f"{when}answer: ", safe(said)
            case Promised(text=text) if text.strip():
                yield number, f"{when}promise: ", safe(text)
            case _:
                continue
