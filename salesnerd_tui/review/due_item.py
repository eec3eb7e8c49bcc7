"""Item that is due next: an agreed step, a day to look again, or a promise.

A module of its own, so that the start page can draw items before it loads the code that finds them.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from msgspec import Struct

from salesnerd_tui.storage.summary import CallSummary


class UpcomingKind(StrEnum):
    """Kind of thing that is due."""

    STEP = "step"
    REVISIT = "revisit"
    OURS = "ours"
    """A promise of the user."""
    THEIRS = "theirs"
    """A promise of the buyer."""


class Upcoming(Struct, frozen=True):
    """Something that is due. `due` is None without a day; `when` is the due date in their words, if there is any."""

    kind: UpcomingKind
    call: CallSummary
    text: str
    who: str = ""
    due: date | None = None
    when: str = ""
