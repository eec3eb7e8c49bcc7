"""The calls that trends are made of, read from the notebook, and which of them are looked at.

One place for the command and for the screen, so that the same filters always give the same figures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from msgspec import Struct

from salesnerd_tui.call.events import Mode
from salesnerd_tui.notes.notebook import Notebook
from salesnerd_tui.notes.summary import CallSummary
from salesnerd_tui.review.figures import VERSION, figures, from_document, to_document
from salesnerd_tui.review.times import moment
from salesnerd_tui.review.trends import By, Counted, Trends, trends
from salesnerd_tui.text import searchable

OPEN = "open"
"""The decision of a call that has not ended."""


class Wanted(Struct, frozen=True):
    """Which calls are looked at; an empty field leaves nothing out. `account` is a part of a name, `decision` a
    decision or `open`, `first` and `last` are days that count themselves."""

    account: str = ""
    playbook: str = ""
    decision: str = ""
    first: date | None = None
    last: date | None = None
    by: By | None = None

    def fits(self, call: CallSummary, day: date | None) -> bool:
        return (
            (not self.account or searchable(self.account) in searchable(call.account))
            and (not self.playbook or self.playbook == call.playbook)
            and (not self.decision or self.decision == (call.decision if call.ended else OPEN))
            and (self.first is None or (day is not None and day >= self.first))
            and (self.last is None or (day is not None and day <= self.last))
        )


Read = Sequence[tuple[CallSummary, Counted]]


def read_calls(book: Notebook, mode: Mode, done: Callable[[int, int], None] = lambda *_: None) -> Read:
    """Every call of a mode with its figures, newest first. `done` is told how many of the new ones have been read."""
    return list(_counted(book, mode, done))


def chosen(read: Read, wanted: Wanted) -> Trends:
    """The trends of the calls that are `wanted`."""
    fitting = [counted for call, counted in read if wanted.fits(call, counted.day)]
    return trends(fitting, [counted for _, counted in read], wanted.by)


def _counted(book: Notebook, mode: Mode, done: Callable[[int, int], None]) -> Iterator[tuple[CallSummary, Counted]]:
    for call, found in book.facts(VERSION, lambda events: to_document(figures(events)), done):
        if call.mode is mode:
            began = moment(call.began)
            day = began.date() if began else None
            yield call, Counted(call.id, day, call.account, call.playbook, from_document(found))
