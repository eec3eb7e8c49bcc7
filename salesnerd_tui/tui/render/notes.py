"""Note rows: the notes of a call, each marked as saved, pending or not saved."""

from __future__ import annotations

from collections.abc import Sequence

from salesnerd_tui.app.call_text import NoteRow, SaveReceipts, SaveState
from salesnerd_tui.call.state import CallState
from salesnerd_tui.call.wall_clock import wall_time
from salesnerd_tui.tui.render.text import MUTED, Line, Lines, fit, line


def draw_notes(
    shown: Sequence[NoteRow], receipts: SaveReceipts, state: CallState, width: int, height: int, indent: str = " "
) -> Lines:
    """Draw the latest rows; the newest is the last one, next to the note line."""
    latest = shown[-height:] if height > 0 else []
    drawn = [_row(row, receipts.of(row.number), state, width, indent) for row in latest]
    return [*[Line("")] * (height - len(latest)), *drawn]


def _row(row: NoteRow, saved: SaveState, state: CallState, width: int, indent: str) -> Line:
    when = wall_time(state, row.at)
    time = when.strftime("%H:%M") if when else "  :  "
    if saved is SaveState.NO:
        return fit(line(indent, (time, MUTED), " ", ("✗ NOT SAVED", "bold $error"), "  ", row.words), width)
    mark = ("✓", "$success") if saved is SaveState.YES else ("·", MUTED)
    return fit(line(indent, (time, MUTED), " ", mark, " ", (row.words, MUTED)), width)
