"""All promises that are kept, and writing down what became of one: for the command and for the screen."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from datetime import date

from msgspec import Struct

from salesnerd_tui.call.events import Mode, Settled, Settlement, Side
from salesnerd_tui.review.debrief.builder import debrief
from salesnerd_tui.review.promises import OWED, TrackedPromise, in_order, pledges
from salesnerd_tui.storage.errors import StorageError, WriteFailed, WriteSaved
from salesnerd_tui.storage.store import CallStore
from salesnerd_tui.text import searchable

WAIT_SECONDS = 10.0


class PromiseFilter(Struct, frozen=True):
    """Which promises are looked at; an empty field leaves nothing out. `settled` wants the kept and retracted too."""

    account: str = ""
    side: Side | None = None
    settled: bool = False

    def fits(self, pledge: TrackedPromise) -> bool:
        return (
            (self.settled or pledge.standing in OWED)
            and (not self.account or searchable(self.account) in searchable(pledge.account))
            and (self.side is None or self.side is pledge.promise.side)
        )


def every_pledge(book: CallStore, day: date) -> Iterator[TrackedPromise]:
    """Of calls with people: what was promised in a rehearsal binds nobody.

    A call that cannot be read is reported and left out.
    """
    for summary in book.summaries():
        if summary.mode is not Mode.LIVE or not (summary.promises or summary.problem):
            continue
        try:
            call = book.open(summary.id, read_only=True)
        except StorageError as problem:
            book.report(summary.id, f"is left out: {problem}")
        else:
            yield from pledges(summary.id, debrief(call.events), day)


def listed(book: CallStore, asked: PromiseFilter, day: date) -> list[TrackedPromise]:
    """Those that are asked for, the ones to act on first. Raises `StorageError`."""
    return in_order(pledge for pledge in every_pledge(book, day) if asked.fits(pledge))


def settle(book: CallStore, pledge: TrackedPromise, how: Settlement) -> None:
    """Write it down in the call it was made in.

    Raises `StorageError` when another window has that call open, or the disk refuses.
    """
    answers: queue.SimpleQueue[WriteSaved | WriteFailed] = queue.SimpleQueue()
    with book.open(pledge.call) as call:
        at = call.events[-1].at if call.events else 0.0
        call.keep([Settled(at, pledge.promise.number, how)], answers.put)
        try:
            answer = answers.get(timeout=WAIT_SECONDS)
        except queue.Empty:
            raise StorageError("the disk does not answer: it was not written down") from None
    if isinstance(answer, WriteFailed):
        raise StorageError(f"it was not written down: {answer.why}")
