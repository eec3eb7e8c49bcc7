"""Promises over all calls: read, filter and settle them, for the command and the screen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from msgspec import Struct

from salesnerd_tui.call.events import Mode, Settled, Settlement, Side
from salesnerd_tui.playbook.model import Decision
from salesnerd_tui.review.debrief.builder import debrief
from salesnerd_tui.review.debrief.model import PromiseKind
from salesnerd_tui.review.promises import OPEN_STATUSES, TrackedPromise, in_order, tracked_promises
from salesnerd_tui.storage.errors import StorageError
from salesnerd_tui.storage.store import CallStore, account_key, add_events
from salesnerd_tui.storage.summary import CallSummary
from salesnerd_tui.text import searchable

_AGREEING = frozenset((Decision.GO.value, Decision.NOT_YET.value))


class PromiseFilter(Struct, frozen=True):
    """Selects promises; an empty field selects all. `settled` includes kept and withdrawn ones."""

    account: str = ""
    side: Side | None = None
    settled: bool = False

    def fits(self, pledge: TrackedPromise) -> bool:
        return (
            (self.settled or pledge.status in OPEN_STATUSES)
            and (not self.account or searchable(self.account) in searchable(pledge.account))
            and (self.side is None or self.side is pledge.promise.side)
        )


def may_owe(summary: CallSummary) -> bool:
    """Return True for a call with promises, or with an ending that agrees on a step or a day."""
    return bool(summary.promises) or summary.decision in _AGREEING


def all_promises(book: CallStore, day: date) -> Iterator[TrackedPromise]:
    """Yield the promises and agreed steps of live calls; rehearsals are excluded.

    A day to talk again is over once a later call with the account has ended. A call that cannot be read is reported
    and skipped.
    """
    later: set[str] = set()
    for summary in book.summaries():
        if summary.mode is not Mode.LIVE:
            continue
        account = account_key(summary.account)
        is_superseded = account in later
        if summary.ended and account:
            later.add(account)
        if not (may_owe(summary) or summary.problem):
            continue
        try:
            call = book.open(summary.id, read_only=True)
        except StorageError as problem:
            book.report(summary.id, f"skipped: {problem}")
        else:
            for pledge in tracked_promises(summary.id, debrief(call.events), day):
                if not (is_superseded and pledge.promise.kind is PromiseKind.REVISIT):
                    yield pledge


def listed(book: CallStore, asked: PromiseFilter, day: date) -> list[TrackedPromise]:
    """Return the selected promises by urgency. Raises `StorageError`."""
    return in_order(pledge for pledge in all_promises(book, day) if asked.fits(pledge))


def settle(book: CallStore, pledge: TrackedPromise, how: Settlement) -> None:
    """Store what became of a promise in its call.

    Raises `StorageError` if another window has the call open or the write fails.
    """
    with book.open(pledge.call) as call:
        at = call.events[-1].at if call.events else 0.0
        add_events(call, [Settled(at, pledge.promise.number, how)], "the promise was not updated")
