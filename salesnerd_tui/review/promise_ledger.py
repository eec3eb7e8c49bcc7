"""Promises from all calls: read, filter and settle them; show them as a page, a task list or calendar entries.

The calendar (RFC 5545) holds open promises with a due date as all-day entries. `list_upcoming` lists what is due next:
agreed steps, days to talk again, and promises.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Literal

from msgspec import Struct
from rich.cells import cell_len

from salesnerd_tui.call.events import Event, Mode, Settled, Settlement, Side
from salesnerd_tui.playbook.model import Decision
from salesnerd_tui.review.debrief.builder import build_debrief
from salesnerd_tui.review.debrief.model import PromiseKind
from salesnerd_tui.review.page_lines import Line, Part, Tone, cut, escape, line, pad, paragraph
from salesnerd_tui.review.promises import (
    OPEN_STATUSES,
    SUPERSEDED_KINDS,
    PromiseStatus,
    TrackedPromise,
    due_text,
    is_owed,
    revisit_reason,
    sentence,
    sort_by_urgency,
    to_own_task,
    to_task,
    tracked_promises,
)
from salesnerd_tui.storage.call_store import CallStore, account_key, add_events
from salesnerd_tui.storage.errors import StorageError
from salesnerd_tui.storage.summary import CallSummary
from salesnerd_tui.text import one_line, searchable

_AGREED_DECISIONS = frozenset((Decision.GO.value, Decision.NOT_YET.value))
"""Decisions that come with an agreed step or a day to talk again."""


class PromiseFilter(Struct, frozen=True):
    """Selects promises; an empty field selects all. `settled` includes kept and withdrawn ones."""

    account: str = ""
    side: Side | None = None
    settled: bool = False

    def fits(self, tracked: TrackedPromise) -> bool:
        return (
            (self.settled or tracked.status in OPEN_STATUSES)
            and (not self.account or searchable(self.account) in searchable(tracked.account))
            and (self.side is None or self.side is tracked.promise.side)
        )


def may_have_promises(summary: CallSummary) -> bool:
    """Return True for a call with promises, or with an ending that agrees on a step or a day."""
    return bool(summary.promises) or summary.decision in _AGREED_DECISIONS


def all_promises(store: CallStore, day: date) -> Iterator[TrackedPromise]:
    """Yield the promises and agreed steps of live calls; rehearsals are excluded.

    A call that cannot be read is reported and skipped.
    """
    summaries = [summary for summary in store.summaries() if summary.mode is Mode.LIVE]
    followed = calls_followed_by_another(summaries)
    for summary in summaries:
        if not (may_have_promises(summary) or summary.problem):
            continue
        try:
            call = store.read(summary.id)
        except StorageError as problem:
            store.report(summary.id, f"skipped: {problem}")
        else:
            yield from current_promises(summary, call.events, day, followed)


def calls_followed_by_another(summaries: Iterable[CallSummary]) -> frozenset[str]:
    """Return the ids of live calls after which another call with the account ended; `summaries` are newest first."""
    accounts: set[str] = set()
    followed: set[str] = set()
    for summary in summaries:
        account = account_key(summary.account)
        if account in accounts:
            followed.add(summary.id)
        if summary.ended and account and summary.mode is Mode.LIVE:
            accounts.add(account)
    return frozenset(followed)


def current_promises(
    summary: CallSummary, events: Iterable[Event], day: date, followed: Collection[str]
) -> Iterator[TrackedPromise]:
    """Yield the promises and agreed steps of a call; a later ended call supersedes its day to talk again.

    `followed` are the calls that `calls_followed_by_another` returned.
    """
    for tracked in tracked_promises(summary.id, build_debrief(events), day):
        if not (summary.id in followed and tracked.promise.kind is PromiseKind.REVISIT):
            yield tracked


def list_promises(store: CallStore, filters: PromiseFilter, day: date) -> list[TrackedPromise]:
    """Return the matching promises by urgency. Raises `StorageError`."""
    return sort_by_urgency(tracked for tracked in all_promises(store, day) if filters.fits(tracked))


def settle_promise(store: CallStore, tracked: TrackedPromise, settlement: Settlement) -> None:
    """Store in its call that a promise was kept, withdrawn or reopened.

    Raises `StorageError` if another window has the call open or the write fails.
    """
    with store.open(tracked.call) as call:
        at = call.events[-1].at if call.events else 0.0
        add_events(call, [Settled(at, tracked.promise.number, settlement)], "the promise was not updated")


STATUS_CELLS = 9
DUE_CELLS, NARROW_DUE_CELLS = 18, 14
REF_CELLS = 13
FULL_DATE_WIDTH = 60
"""Minimum width in cells for a due date with its year."""
TONES = {
    PromiseStatus.LATE: Tone.TAP,
    PromiseStatus.OVERPROMISE: Tone.TAP,
    PromiseStatus.OPEN: Tone.STRONG,
    PromiseStatus.KEPT: Tone.GOOD,
    PromiseStatus.WITHDRAWN: Tone.DIM,
}


def promises_page(
    promises: Iterable[TrackedPromise], width: int, today: date, *, has_refs: bool = True
) -> Iterator[Sequence[Line]]:
    """Yield the lines of each promise; the first has the status, due date and owner.

    `has_refs` adds the short name, with which a promise is settled on the command line.
    """
    for tracked in promises:
        yield tuple(_promise_lines(tracked, width, today, has_refs))


def summary_sentence(promises: Iterable[TrackedPromise]) -> str:
    """Return the number of open promises in one sentence; overpromises are counted apart, as something to correct."""
    open_promises = [tracked for tracked in promises if tracked.status in OPEN_STATUSES]
    if not open_promises:
        return "No open promises."
    sides = Counter(
        tracked.promise.side for tracked in open_promises if tracked.status is not PromiseStatus.OVERPROMISE
    )
    late = sum(tracked.status is PromiseStatus.LATE for tracked in open_promises)
    overpromises = sum(tracked.status is PromiseStatus.OVERPROMISE for tracked in open_promises)
    parts = [f"You owe {sides[Side.ME]}", f"they owe {sides[Side.THEM]}"]
    parts += [f"{late} {'is' if late == 1 else 'are'} late"] if late else []
    parts += [f"{overpromises} overpromise{'s' if overpromises > 1 else ''} to correct"] if overpromises else []
    return "; ".join(parts) + "."


def _promise_lines(tracked: TrackedPromise, width: int, today: date, has_refs: bool) -> Iterator[Line]:
    promise = tracked.promise
    due_width = DUE_CELLS if width >= FULL_DATE_WIDTH else NARROW_DUE_CELLS
    lead_cells = STATUS_CELLS + due_width
    who_width = max(width - lead_cells - (REF_CELLS + 1 if has_refs else 0), 8)
    who = tracked.who
    if width >= FULL_DATE_WIDTH:
        who = f"{who} owe{'' if who in ('you', 'they') else 's'}"
    who = one_line(who)
    who_and_account = one_line(" · ".join(part for part in (who, tracked.account) if part))
    fits = cell_len(who_and_account) <= who_width
    due = one_line(due_text(tracked, today))
    yield line(
        Part(pad(tracked.status.value, STATUS_CELLS), TONES[tracked.status]),
        Part(pad(cut(due or "no date", due_width - 1), due_width), Tone.PLAIN if due else Tone.DIM),
        Part(pad(who_and_account if fits else who, who_width), Tone.DIM),
        Part(f" {pad(cut(tracked.ref, REF_CELLS), REF_CELLS)}" if has_refs else "", Tone.DIM),
    )
    indent = (Part(" " * STATUS_CELLS),)
    if not fits:
        rest = tracked.account if cell_len(who) <= who_width else who_and_account
        yield from paragraph(rest, width - 1, first=indent, tone=Tone.DIM)
    tone = Tone.DIM if tracked.status not in OPEN_STATUSES else Tone.PLAIN
    yield from paragraph(sentence(promise.text), width - 1, first=indent, tone=tone)
    if promise.overpromise and promise.safer_wording:
        yield from paragraph(f"safer wording: {promise.safer_wording}", width - 1, first=indent, tone=Tone.DIM)
    elif promise.sentence is not None:
        yield from paragraph(f"from: “{promise.sentence.text}”", width - 1, first=indent, tone=Tone.DIM)


def to_checklist(promises: Iterable[TrackedPromise], today: date) -> str:
    """Return a Markdown task list to paste into an issue tracker."""
    items = []
    for tracked in promises:
        box = " " if tracked.status in OPEN_STATUSES else "x"
        account = f" ({escape(tracked.account)})" if tracked.account else ""
        due = due_text(tracked, today)
        owner = f"{escape(tracked.who)}{account}{f', {escape(due)}' if due else ''}"
        items.append(f"- [{box}] **{owner}**: {escape(tracked.promise.text)} ({tracked.status.value})\n")
    return "".join(items)


def to_ics(promises: Iterable[TrackedPromise], now: datetime) -> str:
    """Return a calendar file; `now` needs a time zone. Importing it again updates its entries: their ids are stable."""
    from icalendar import Calendar, Event  # 0.1 s, and only for .ics files

    calendar = Calendar()
    calendar.add("prodid", "-//salesnerd//promises//EN")
    calendar.add("version", "2.0")
    for tracked in promises:
        due = tracked.promise.due_on
        if due is None or tracked.status not in OPEN_STATUSES:
            continue
        said_on = tracked.promise.said_on
        is_named = tracked.promise.side is Side.ME or tracked.promise.owner
        who = tracked.who if is_named else tracked.account or tracked.who
        entry = Event()
        entry.add("uid", f"{tracked.call}.{tracked.promise.number}@salesnerd")
        entry.add("dtstamp", now)
        entry.add("dtstart", due)
        if due < date.max:  # without an end, it takes the whole day as well
            entry.add("dtend", due + timedelta(days=1))
        entry.add("summary", one_line(f"{who}: {tracked.promise.text}", whole=True))
        said = f"said on {said_on.day} {said_on:%B %Y}" if said_on else ""
        entry.add("description", one_line(" · ".join(part for part in (tracked.account, said, tracked.ref) if part)))
        entry.add("transp", "TRANSPARENT")
        calendar.add_component(entry)
    text: bytes = calendar.to_ical()
    return text.decode()


class Upcoming(Struct, frozen=True):
    """An agreed step, a day to talk again, or a promise of the user (`ours`) or of the buyer (`theirs`).

    `due` is None without a day; `when` is the due date as it was said, empty without one.
    """

    kind: Literal["step", "revisit", "ours", "theirs"]
    call: CallSummary
    text: str
    who: str = ""
    due: date | None = None
    when: str = ""


MAX_CALLS_READ = 40
"""Number of newest calls that are read: the start page has to open quickly with thousands of calls."""

STEP_KINDS = ("step", "revisit")


class UpcomingList(Struct, frozen=True):
    """List of what is due next; `late` counts late promises, and `is_complete` says that every call was counted."""

    items: Sequence[Upcoming] = ()
    late: int = 0
    is_complete: bool = True


def list_upcoming(store: CallStore, summaries: Sequence[CallSummary], today: date, max_rows: int) -> UpcomingList:
    """Return at most `max_rows` things that are due, the earliest first and what has no day last.

    Only the last ended call with an account counts for its step: what was agreed before is superseded. Old promises
    do not crowd out steps: they get half of the places, and more only if steps leave some. A call that cannot be read
    is left out. `late` is counted as on the page of promises.
    """
    followed = calls_followed_by_another(summaries)
    calls = [summary for summary in summaries if summary.mode is Mode.LIVE and may_have_promises(summary)]
    upcoming: list[Upcoming] = []
    late = 0
    for summary in calls[:MAX_CALLS_READ]:
        try:
            events = store.read(summary.id).events
        except StorageError:
            continue
        is_latest = summary.ended and summary.id not in followed
        for tracked in current_promises(summary, events, today, followed):
            late += tracked.status is PromiseStatus.LATE
            is_current = is_latest or tracked.promise.kind not in SUPERSEDED_KINDS
            if is_current and tracked.status in OPEN_STATUSES and is_owed(tracked.promise):
                upcoming.append(_to_upcoming(summary, tracked))
    steps = [each for each in upcoming if each.kind in STEP_KINDS]
    promises = sorted((each for each in upcoming if each.kind not in STEP_KINDS), key=_day_or_max)
    places = max(max_rows - len(steps), max_rows // 2)
    rows = [*promises[:places], *sorted(steps, key=_day_or_max)[: max_rows - min(places, len(promises))]]
    return UpcomingList(sorted(rows, key=_day_or_max), late, len(calls) <= MAX_CALLS_READ)


def _day_or_max(due: Upcoming) -> date:
    return due.due or date.max


def _to_upcoming(summary: CallSummary, tracked: TrackedPromise) -> Upcoming:
    promise, due = tracked.promise, (tracked.promise.due_on, tracked.promise.due)
    if promise.kind is PromiseKind.STEP:
        return Upcoming("step", summary, promise.text, promise.owner or tracked.who, *due)
    if promise.kind is PromiseKind.REVISIT:
        return Upcoming("revisit", summary, revisit_reason(promise), "", *due)
    if promise.side is Side.ME:
        return Upcoming("ours", summary, to_own_task(promise.text), tracked.who, *due)
    return Upcoming("theirs", summary, to_task(promise.text), tracked.who, *due)
