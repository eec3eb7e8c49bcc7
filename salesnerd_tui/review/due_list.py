"""List of what is due over all calls: agreed steps, days to look again, and promises."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from salesnerd_tui.call.events import Mode, Side
from salesnerd_tui.playbook.model import Decision
from salesnerd_tui.review.agreed_steps import ENDINGS, reason_of
from salesnerd_tui.review.debrief.builder import debrief
from salesnerd_tui.review.debrief.model import PromiseKind
from salesnerd_tui.review.due_item import Upcoming, UpcomingKind
from salesnerd_tui.review.promises import OPEN_STATUSES, TrackedPromise, deed, tracked_promises
from salesnerd_tui.storage.errors import StorageError
from salesnerd_tui.storage.store import CallStore, account_key

if TYPE_CHECKING:
    from salesnerd_tui.storage.summary import CallSummary

CALLS_READ = 40
"""Most calls that are read, the newest ones: a start page must not read ten thousand."""

STEPS = frozenset((UpcomingKind.STEP, UpcomingKind.REVISIT))
_DECIDED = frozenset((Decision.GO.value, Decision.NOT_YET.value))


def due_list(book: CallStore, summaries: Sequence[CallSummary], today: date, most: int) -> list[Upcoming]:
    """Return at most `most` things that are due, the earliest first and what has no day last.

    Only the last ended call with an account counts for its step: what was agreed before is superseded. Old promises
    do not crowd out steps: they get half of the places, and more only if steps leave some. A call that cannot be read
    is left out.
    """
    found: list[Upcoming] = []
    seen: set[str] = set()
    read = 0
    for summary in summaries:
        if summary.mode is not Mode.LIVE or read >= CALLS_READ:
            continue
        key = account_key(summary.account) or summary.id
        decides = summary.ended and key not in seen and summary.decision in _DECIDED
        if summary.ended:
            seen.add(key)
        if not (decides or summary.promises):
            continue
        read += 1
        try:
            events = book.open(summary.id, read_only=True).events
        except StorageError:
            continue
        owed = (each for each in tracked_promises(summary.id, debrief(events), today) if each.status in OPEN_STATUSES)
        found += [_upcoming(summary, each) for each in owed if decides or each.promise.kind not in ENDINGS]
    steps = [each for each in found if each.kind in STEPS]
    promises = sorted((each for each in found if each.kind not in STEPS), key=_day)
    places = max(most - len(steps), most // 2)
    return sorted([*promises[:places], *sorted(steps, key=_day)[: most - min(places, len(promises))]], key=_day)


def _day(due: Upcoming) -> date:
    return due.due or date.max


def _upcoming(summary: CallSummary, tracked: TrackedPromise) -> Upcoming:
    promise = tracked.promise
    match promise.kind:
        case PromiseKind.STEP:
            kind, text, who = UpcomingKind.STEP, promise.text, _who(tracked)
        case PromiseKind.REVISIT:
            kind, text, who = UpcomingKind.REVISIT, reason_of(promise), ""
        case _:
            kind = UpcomingKind.OURS if promise.side is Side.ME else UpcomingKind.THEIRS
            text, who = deed(promise.text), tracked.who
    return Upcoming(kind, summary, text, who, promise.due_on, promise.due)


def _who(tracked: TrackedPromise) -> str:
    return tracked.promise.owner or tracked.who
