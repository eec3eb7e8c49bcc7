"""Agreements of a call as promises: steps of both sides, the day to talk again, documents to deliver."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

from msgspec.structs import replace

from salesnerd_tui.call.events import Answered, Ended, Settled, Settlement, Side
from salesnerd_tui.coach.normalize import words
from salesnerd_tui.review.debrief.model import OutcomeKind, OutcomeSummary, PromiseEntry, PromiseKind
from salesnerd_tui.review.debrief.outcome import NAMELESS
from salesnerd_tui.review.prep import same_person
from salesnerd_tui.review.promises import THEY, Numbered
from salesnerd_tui.review.roadmap import day_of

SHARED, SHARED_DATE, OWNER = "next_step", "next_date", "next_owner"
PARTS = {Side.ME: ("our_part", "our_date"), Side.THEM: ("their_part", "their_date")}
"""Captured fields of an outcome that hold what each side does, and its day."""

ENDINGS = frozenset((PromiseKind.STEP, PromiseKind.REVISIT))
"""Kinds of what a call ends with; the next call with the account supersedes them."""

REVISIT_DATE = "revisit_on"
AGAIN = "Talk again"


DOCUMENTS: Mapping[str, str] = {"papers_needed": "Paperwork they need", "in_writing": "In writing"}
"""Questions whose answers name documents that the user has to deliver, and how they are listed."""


def agreed_steps(
    numbered: Numbered,
    outcome: OutcomeSummary,
    people: Sequence[str],
    promises: Sequence[PromiseEntry],
    said: datetime | None,
) -> tuple[PromiseEntry, ...]:
    """Return the steps of a go or the day to talk again of a not-yet, the user's first, then the documents.

    The shared next step belongs to its owner's side: the people of the call are on the buyer's. A step that repeats
    one of the `promises` is left out. `said` is the time at which the call ended.
    """
    found = next(((number, event) for number, event in reversed(numbered) if isinstance(event, Ended)), None)
    if found is None:
        return ()
    number, ended = found
    match outcome.verdict:
        case OutcomeKind.GO:
            steps = list(_steps(outcome, people))
        case OutcomeKind.NOT_YET:
            steps = [_revisit(outcome)]
        case _:
            return ()
    on = said.date() if said else None
    dated = (_dated(replace(step, at=ended.at, number=step_number(number, step.side)), on) for step in steps)
    owed = (*(step for step in dated if not _repeats(step, promises)), *_documents(numbered))
    settled = {event.promise: event.how for _, event in numbered if isinstance(event, Settled)}
    return tuple(replace(each, settled=settled.get(each.number, Settlement.OPEN), said_on=on) for each in owed)


def step_number(ending: int, side: Side) -> int:
    """Return the number of a side's step, where `ending` is the number of the event that ended the call.

    Both steps are in one event. Their number is negative, so it is never that of another event.
    """
    return ending if side is Side.ME else -2 - ending


def _steps(outcome: OutcomeSummary, people: Sequence[str]) -> Iterator[PromiseEntry]:
    record = outcome.record
    owner = record.get(OWNER, "").strip()
    is_theirs = owner.casefold() in THEY or any(owner and same_person(owner, person) for person in people)
    shared_side = Side.THEM if is_theirs else Side.ME
    has_parts = any(record.get(part, "").strip() for part, _ in PARTS.values())
    shared = record.get(SHARED, "").strip() or (
        "" if has_parts else outcome.next_step or (NAMELESS if outcome.when else "")
    )
    other_day = "" if any(record.get(day, "").strip() for _, day in PARTS.values()) else outcome.when
    for side, (part, day) in PARTS.items():
        own = record.get(part, "").strip()
        is_shared = bool(shared) and side is shared_side
        if is_shared or own:
            text = "; ".join(text for text in (shared if is_shared else "", own) if text)
            due = record.get(day, "").strip() or record.get(SHARED_DATE, "").strip() or other_day
            named = owner if is_shared and owner.casefold() not in THEY else ""
            yield _entry(side, text, named, due, PromiseKind.STEP)


def _revisit(outcome: OutcomeSummary) -> PromiseEntry:
    record = outcome.record
    reason = next((record[name] for name in ("reason", "what_must_change", "why") if name in record), "")
    text = f"{AGAIN}: {reason}" if reason else AGAIN
    return _entry(Side.ME, text, "", record.get(REVISIT_DATE, "").strip() or outcome.when, PromiseKind.REVISIT)


def reason_of(revisit: PromiseEntry) -> str:
    """Return why both sides talk again, empty if nobody said."""
    return revisit.text.removeprefix(AGAIN).removeprefix(": ")


def _entry(side: Side, text: str, owner: str, due: str, kind: PromiseKind) -> PromiseEntry:
    return PromiseEntry(0.0, side, text, owner=owner, due=due, noted=True, kind=kind)


def _dated(step: PromiseEntry, on: date | None) -> PromiseEntry:
    return replace(step, due_on=day_of(step.due, on.isoformat()) if on else None)


def _repeats(step: PromiseEntry, promises: Iterable[PromiseEntry]) -> bool:
    """Return True if a promise of the same side has all words of an agreed step, and its day."""
    said = set(words(step.text))
    return len(said) > 1 and any(
        promise.side is step.side
        and not promise.overpromise
        and step.due_on in (None, promise.due_on)
        and said.issubset(words(promise.text))
        for promise in promises
    )


def _documents(numbered: Numbered) -> Iterator[PromiseEntry]:
    """Yield what they said they need on paper; the label of an answer names no document."""
    for number, event in numbered:
        if isinstance(event, Answered) and event.question in DOCUMENTS and event.note.strip():
            text = f"{DOCUMENTS[event.question]}: {event.note.strip()}"
            document = _entry(Side.ME, text, "", "", PromiseKind.DOCUMENT)
            yield replace(document, at=event.at, number=number)
