"""All promises that are kept, and writing down what became of one: for the command and for the screen."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from datetime import date

from msgspec import Struct

from salesnerd_tui.call.events import Mode, Settled, Settlement, Side
from salesnerd_tui.notes.notebook import Notebook
from salesnerd_tui.notes.receipts import Kept, NotesProblem, NotKept
from salesnerd_tui.review.debrief import debrief
from salesnerd_tui.review.pledges import OWED, Pledge, in_order, pledges
from salesnerd_tui.text import searchable

WAIT_SECONDS = 10.0


class Asked(Struct, frozen=True):
    """Which promises are looked at; an empty field leaves nothing out. `settled` wants the kept and retracted too."""

    account: str = ""
    side: Side | None = None
    settled: bool = False

    def fits(self, pledge: Pledge) -> bool:
        return (
            (self.settled or pledge.standing in OWED)
            and (not self.account or searchable(self.account) in searchable(pledge.account))
            and (self.side is None or self.side is pledge.promise.side)
        )


def every_pledge(book: Notebook, day: date) -> Iterator[Pledge]:
    """Of calls with people: what was promised in a rehearsal binds nobody.

    A call that cannot be read is reported and left out.
    """
    for summary in book.summaries():
        if summary.mode is not Mode.LIVE or not (summary.promises or summary.problem):
            continue
        try:
            call = book.open(summary.id, read_only=True)
        except NotesProblem as problem:
            book.report(summary.id, f"is left out: {problem}")
        else:
            yield from pledges(summary.id, debrief(call.events), day)


def listed(book: Notebook, asked: Asked, day: date) -> list[Pledge]:
    """Those that are asked for, the ones to act on first. Raises `NotesProblem`."""
    return in_order(pledge for pledge in every_pledge(book, day) if asked.fits(pledge))


def settle(book: Notebook, pledge: Pledge, how: Settlement) -> None:
    """Write it down in the call it was made in.

    Raises `NotesProblem` when another window has that call open, or the disk refuses.
    """
    answers: queue.SimpleQueue[Kept | NotKept] = queue.SimpleQueue()
    with book.open(pledge.call) as call:
        at = call.events[-1].at if call.events else 0.0
        call.keep([Settled(at, pledge.promise.number, how)], answers.put)
        try:
            answer = answers.get(timeout=WAIT_SECONDS)
        except queue.Empty:
            raise NotesProblem("the disk does not answer: it was not written down") from None
    if isinstance(answer, NotKept):
        raise NotesProblem(f"it was not written down: {answer.why}")
