"""Promises from all calls: read, filter and settle them; show them as a page, a task list or calendar entries.

The calendar (RFC 5545) holds open promises with a due date as all-day entries. `list_upcoming` lists what is due next:
agreed steps, days to look again, and promises.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Literal

from msgspec import Struct
from rich.cells import cell_len

from salesnerd_tui.call.events import Mode, Settled, Settlement, Side
from salesnerd_tui.playbook.model import Decision
from salesnerd_tui.review.debrief.builder import debrief
from salesnerd_tui.review.debrief.model import PromiseKind
from salesnerd_tui.review.page_lines import Line, Part, Tone, cut, escape, line, pad, paragraph
from salesnerd_tui.review.promises import (
    ENDINGS,
    OPEN_STATUSES,
    PromiseStatus,
    TrackedPromise,
    due_text,
    revisit_reason,
    sentence,
    sort_by_urgency,
    to_task,
    tracked_promises,
)
from salesnerd_tui.storage.call_store import CallStore, account_key, add_events
from salesnerd_tui.storage.errors import StorageError
from salesnerd_tui.storage.summary import CallSummary
from salesnerd_tui.text import one_line, searchable

_AGREEING = frozenset((Decision.GO.value, Decision.NOT_YET.value))
"""Decisions with which a call ends in a step or a day."""


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
    return bool(summary.promises) or summary.decision in _AGREEING


def all_promises(store: CallStore, day: date) -> Iterator[TrackedPromise]:
    """Yield the promises and agreed steps of live calls; rehearsals are excluded.

    A day to talk again is over once a later call with the account has ended. A call that cannot be read is reported
    and skipped.
    """
    later: set[str] = set()
    for summary in store.summaries():
        if summary.mode is not Mode.LIVE:
            continue
        account = account_key(summary.account)
        is_superseded = account in later
        if summary.ended and account:
            later.add(account)
        if not (may_have_promises(summary) or summary.problem):
            continue
        try:
            call = store.read(summary.id)
        except StorageError as problem:
            store.report(summary.id, f"skipped: {problem}")
        else:
            for tracked in tracked_promises(summary.id, debrief(call.events), day):
                if not (is_superseded and tracked.promise.kind is PromiseKind.REVISIT):
                    yield tracked


def list_promises(store: CallStore, filters: PromiseFilter, day: date) -> list[TrackedPromise]:
    """Return the selected promises by urgency. Raises `StorageError`."""
    return sort_by_urgency(tracked for tracked in all_promises(store, day) if filters.fits(tracked))


def settle_promise(store: CallStore, tracked: TrackedPromise, how: Settlement) -> None:
    """Store what became of a promise in its call.

    Raises `StorageError` if another window has the call open or the write fails.
    """
    with store.open(tracked.call) as call:
        at = call.events[-1].at if call.events else 0.0
        add_events(call, [Settled(at, tracked.promise.number, how)], "the promise was not updated")


STATUS = 9
DUE, NARROW_DUE = 18, 14
REF = 13
READABLE = 60
"""Columns from which a date with its year is never cut."""
TONES = {
    PromiseStatus.LATE: Tone.TAP,
    PromiseStatus.OVERPROMISE: Tone.TAP,
    PromiseStatus.OPEN: Tone.STRONG,
    PromiseStatus.KEPT: Tone.GOOD,
    PromiseStatus.WITHDRAWN: Tone.DIM,
}


def promises_page(promises: Iterable[TrackedPromise], width: int, *, has_refs: bool = True) -> Iterator[Sequence[Line]]:
    """Yield the lines of each promise; the first has status, due date, owner and, if `has_refs`, the short name.

    Only a command line needs the short name; on a screen the promise is selected.
    """
    for tracked in promises:
        yield tuple(_rows(tracked, width, has_refs))


def summary_sentence(promises: Iterable[TrackedPromise]) -> str:
    """Return the open promises in one sentence; an overpromise is not owed but to be corrected."""
    owed = [tracked for tracked in promises if tracked.status in OPEN_STATUSES]
    if not owed:
        return "No open promises."
    sides = Counter(tracked.promise.side for tracked in owed if tracked.status is not PromiseStatus.OVERPROMISE)
    late = sum(tracked.status is PromiseStatus.LATE for tracked in owed)
    over = sum(tracked.status is PromiseStatus.OVERPROMISE for tracked in owed)
    found = [f"You owe {sides[Side.ME]}", f"they owe {sides[Side.THEM]}"]
    found += [f"{late} {'is' if late == 1 else 'are'} late"] if late else []
    found += [f"{over} overpromise{'s' if over > 1 else ''} to correct"] if over else []
    return "; ".join(found) + "."


def _rows(tracked: TrackedPromise, width: int, has_refs: bool) -> Iterator[Line]:
    promise = tracked.promise
    due_width = DUE if width >= READABLE else NARROW_DUE
    lead = STATUS + due_width
    who_width = max(width - lead - (REF + 1 if has_refs else 0), 8)
    who = tracked.who
    if width >= READABLE:
        who = f"{who} owe{'' if who in ('you', 'they') else 's'}"
    who = one_line(who)
    who_and_account = one_line(" · ".join(part for part in (who, tracked.account) if part))
    fits = cell_len(who_and_account) <= who_width
    due = one_line(due_text(tracked))
    yield line(
        Part(pad(tracked.status.value, STATUS), TONES[tracked.status]),
        Part(pad(cut(due or "no date", due_width - 1), due_width), Tone.PLAIN if due else Tone.DIM),
        Part(pad(who_and_account if fits else who, who_width), Tone.DIM),
        Part(f" {pad(cut(tracked.ref, REF), REF)}" if has_refs else "", Tone.DIM),
    )
    indent = (Part(" " * STATUS),)
    if not fits:
        rest = tracked.account if cell_len(who) <= who_width else who_and_account
        yield from paragraph(rest, width - 1, first=indent, tone=Tone.DIM)
    tone = Tone.DIM if tracked.status not in OPEN_STATUSES else Tone.PLAIN
    yield from paragraph(sentence(promise.text), width - 1, first=indent, tone=tone)
    if promise.overpromise and promise.safer_wording:
        yield from paragraph(f"safer wording: {promise.safer_wording}", width - 1, first=indent, tone=Tone.DIM)
    elif promise.sentence is not None:
        yield from paragraph(f"from: “{promise.sentence.text}”", width - 1, first=indent, tone=Tone.DIM)


def to_checklist(promises: Iterable[TrackedPromise]) -> str:
    """Return a Markdown task list to paste into an issue tracker."""
    return "".join(
        f"- [{' ' if tracked.status in OPEN_STATUSES else 'x'}] {_item_text(tracked)}\n" for tracked in promises
    )


def _item_text(tracked: TrackedPromise) -> str:
    due = f", {escape(due_text(tracked))}" if due_text(tracked) else ""
    owner = f"{escape(tracked.who)}{f' ({escape(tracked.account)})' if tracked.account else ''}{due}"
    return f"**{owner}**: {escape(tracked.promise.text)} ({tracked.status.value})"


def to_ics(promises: Iterable[TrackedPromise], now: datetime) -> str:
    """Return the calendar file; `now` must have a time zone. A second import updates entries instead of adding them."""
    from icalendar import Calendar, Event  # 0.1 s, and only for .ics files

    made = Calendar()
    made.add("prodid", "-//salesnerd//promises//EN")
    made.add("version", "2.0")
    for tracked in promises:
        due = tracked.promise.due_on
        if due is None or tracked.status not in OPEN_STATUSES:
            continue
        said_on = tracked.promise.said_on
        entry = Event()
        entry.add("uid", f"{tracked.call}.{tracked.promise.number}@salesnerd")
        entry.add("dtstamp", now)
        entry.add("dtstart", due)
        entry.add("dtend", due + timedelta(days=1))
        entry.add("summary", one_line(f"{_owner_name(tracked)}: {tracked.promise.text}", whole=True))
        said = f"said on {said_on.day} {said_on:%B %Y}" if said_on else ""
        entry.add("description", one_line(" · ".join(part for part in (tracked.account, said, tracked.ref) if part)))
        entry.add("transp", "TRANSPARENT")
        made.add_component(entry)
    text: bytes = made.to_ical()
    return text.decode()


def _owner_name(tracked: TrackedPromise) -> str:
    """Return who owes the promise; in a calendar, the account says who `they` are."""
    is_named = tracked.promise.side is Side.ME or tracked.promise.owner
    return tracked.who if is_named else tracked.account or tracked.who


class Upcoming(Struct, frozen=True):
    """Something that is due. `due` is None without a day; `when` is the due date in their words, if there is any.

    `kind` is an agreed step, a day to look again, or a promise of the user or of the buyer.
    """

    kind: Literal["step", "revisit", "ours", "theirs"]
    call: CallSummary
    text: str
    who: str = ""
    due: date | None = None
    when: str = ""


CALLS_READ = 40
"""Most calls that are read, the newest ones: a start page must not read ten thousand."""

STEPS = ("step", "revisit")


def list_upcoming(store: CallStore, summaries: Sequence[CallSummary], today: date, max_rows: int) -> list[Upcoming]:
    """Return at most `max_rows` things that are due, the earliest first and what has no day last.

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
        decides = summary.ended and key not in seen and summary.decision in _AGREEING
        if summary.ended:
            seen.add(key)
        if not (decides or summary.promises):
            continue
        read += 1
        try:
            events = store.read(summary.id).events
        except StorageError:
            continue
        owed = (each for each in tracked_promises(summary.id, debrief(events), today) if each.status in OPEN_STATUSES)
        found += [_to_upcoming(summary, each) for each in owed if decides or each.promise.kind not in ENDINGS]
    steps = [each for each in found if each.kind in STEPS]
    promises = sorted((each for each in found if each.kind not in STEPS), key=_day_or_max)
    places = max(max_rows - len(steps), max_rows // 2)
    return sorted(
        [*promises[:places], *sorted(steps, key=_day_or_max)[: max_rows - min(places, len(promises))]], key=_day_or_max
    )


def _day_or_max(due: Upcoming) -> date:
    return due.due or date.max


def _to_upcoming(summary: CallSummary, tracked: TrackedPromise) -> Upcoming:
    promise, due = tracked.promise, (tracked.promise.due_on, tracked.promise.due)
    if promise.kind is PromiseKind.STEP:
        return Upcoming("step", summary, promise.text, promise.owner or tracked.who, *due)
    if promise.kind is PromiseKind.REVISIT:
        return Upcoming("revisit", summary, revisit_reason(promise), "", *due)
    return Upcoming("ours" if promise.side is Side.ME else "theirs", summary, to_task(promise.text), tracked.who, *due)
