"""List of what is due over all calls: agreed steps, days to look again, and promises."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from salesnerd_tui.call.events import Mode, Side
from salesnerd_tui.playbook.model import Decision
from salesnerd_tui.review.debrief.builder import debrief
from salesnerd_tui.review.debrief.model import Debrief
from salesnerd_tui.review.debrief.outcome import DATED, DATES
from salesnerd_tui.review.promises import OPEN_STATUSES, TrackedPromise, deed, due_on, tracked_promises
from salesnerd_tui.review.upcoming import Upcoming, UpcomingKind
from salesnerd_tui.storage.errors import StorageError
from salesnerd_tui.storage.store import CallStore, account_key
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
        review = debrief(events)
        if decides:
            found += _agreed(summary, review)
        tracked = tracked_promises(summary.id, review, today)
        found += [_promised(summary, each) for each in tracked if each.status in OPEN_STATUSES]
    steps = [each for each in found if each.kind in STEPS]
    promises = sorted((each for each in found if each.kind not in STEPS), key=_day)
    places = max(most - len(steps), most // 2)
    return sorted([*promises[:places], *sorted(steps, key=_day)[: most - min(places, len(promises))]], key=_day)


def _day(due: Upcoming) -> date:
    return due.due or date.max


def _agreed(summary: CallSummary, review: Debrief) -> Iterator[Upcoming]:
    """Yield the agreed step of a go, or the day to look again of a not-yet."""
    record, started_at = review.outcome.record, review.header.started_at
    name = next((each for each in record if each.endswith(DATED) or each in DATES), "")
    when = record.get(name, "")
    due = due_on(when, started_at.date()) if when and started_at is not None else None
    step = review.outcome.next_step
    if summary.decision == Decision.NOT_YET.value:
        reason = next((record[each] for each in ("reason", "what_must_change", "why") if each in record), "")
        yield Upcoming(UpcomingKind.REVISIT, summary, reason, "", due, when)
    elif step or when:
        yield Upcoming(UpcomingKind.STEP, summary, step, record.get("next_owner", ""), due, when)


def _promised(summary: CallSummary, tracked: TrackedPromise) -> Upcoming:
    promise = tracked.promise
    kind = UpcomingKind.OURS if promise.side is Side.ME else UpcomingKind.THEIRS
    return Upcoming(kind, summary, deed(promise.text), tracked.who, promise.due_on, promise.due)
