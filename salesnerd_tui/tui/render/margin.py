"""Margin of a wide live screen: what they asked for, what was noted, what is known, what is still to ask.

Each part has its own rows, so that a new note moves nothing. Parts without content leave their rows empty.
"""

from __future__ import annotations

from collections.abc import Sequence

from salesnerd_tui.app.call_text import NoteRow, SaveReceipts, SuggestionText
from salesnerd_tui.call.state import CallState
from salesnerd_tui.call.view import CallView
from salesnerd_tui.timefmt import call_days
from salesnerd_tui.tui.render.notes import draw_notes
from salesnerd_tui.tui.render.offers import draw_offers
from salesnerd_tui.tui.render.progress import draw_sections
from salesnerd_tui.tui.render.text import KNOWN, MUTED, Line, Lines, blank, fit, line, safe

OFFER_ROWS = 6
"""Rows for four offers below their title, and a blank."""

NOTE_ROWS = 8
FEW_ROWS = 24
"""Rows of the margin below which its parts get fewer rows."""

KNOWN_ROWS = 4


def draw_margin(
    view: CallView,
    offers: Sequence[SuggestionText],
    asked: Sequence[Line],
    notes: Sequence[NoteRow],
    receipts: SaveReceipts,
    state: CallState,
    at: float,
    width: int,
    height: int,
) -> Lines:
    """Draw exactly `height` rows. `asked` are rows below the offers, such as a question of theirs without an answer."""
    few = height < FEW_ROWS
    offer_rows, note_rows = (5, 5) if few else (OFFER_ROWS, NOTE_ROWS)
    width -= 1
    theirs = [*draw_offers(offers, at, width, offer_rows - 2), *(fit(each, width) for each in asked)]
    lines = _part("They asked" if any(each.is_request for each in offers) or asked else "Heard", theirs, offer_rows)
    noted = draw_notes(notes[2 - note_rows :], receipts, state, width, min(len(notes), note_rows - 2), indent="")
    lines += _part("Noted", noted, note_rows)
    sections = draw_sections(view, width)
    lines += _part("Still to ask", sections, len(sections) + 2)
    known = [line((f"{safe(each.name)}  ", MUTED), (safe(each.words), KNOWN)) for each in view.earlier[-KNOWN_ROWS:]]
    lines += _part(
        f"Known {call_days(each.call for each in view.earlier)}", [fit(each, width) for each in known], KNOWN_ROWS + 1
    )
    return [*lines, *[blank()] * height][:height]


def _part(title: str, rows: Sequence[Line], height: int) -> Lines:
    """Return a part of the margin in exactly `height` rows: its title, its rows, and blanks."""
    head = [line((title.upper(), MUTED))] if rows else []
    return [*head, *rows, *[blank()] * height][:height]
