"""Steps that both sides agreed on at the end of a call, as promises with an owner and a day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from msgspec.structs import replace

from salesnerd_tui.call.events import Ended, Settled, Settlement, Side
from salesnerd_tui.review.debrief.model import OutcomeKind, OutcomeSummary, PromiseEntry, PromiseKind
from salesnerd_tui.review.debrief.outcome import NAMELESS
from salesnerd_tui.review.prep import same_person
from salesnerd_tui.review.promises import THEY, Numbered
from salesnerd_tui.review.roadmap import day_of

SHARED, SHARED_DATE, OWNER = "next_step", "next_date", "next_owner"
PARTS = {Side.ME: ("our_part", "our_date"), Side.THEM: ("their_part", "their_date")}
"""Captured fields of an outcome that hold what each side does, and its day."""

REVISIT_DATE = "revisit_on"
AGAIN = "Talk again"


def agreed_steps(
    numbered: Numbered, outcome: OutcomeSummary, people: Sequence[str], said: datetime | None
) -> tuple[PromiseEntry, ...]:
    """Return the steps of a go, or the day to talk again of a not-yet; the user's step first.

    The shared next step belongs to its owner's side: the people of the call are on the buyer's. `said` is the time at
    which the call ended.
    """
    found = next(((number, event) for number, event in reversed(numbered) if isinstance(event, Ended)), None)
    if found is None:
        return ()
    number, ended = found
    on = said.date() if said else None
    match outcome.verdict:
        case OutcomeKind.GO:
            steps = list(_steps(outcome, people))
        case OutcomeKind.NOT_YET:
            steps = [_revisit(outcome)]
        case _:
            return ()
    settled = {event.promise: event.how for _, event in numbered if isinstance(event, Settled)}
    return tuple(_placed(step, number, ended.at, on, settled) for step in steps)


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


def _placed(
    step: PromiseEntry, ending: int, at: float, on: date | None, settled: Mapping[int, Settlement]
) -> PromiseEntry:
    number = step_number(ending, step.side)
    due_on = day_of(step.due, on.isoformat()) if on else None
    fate = settled.get(number, Settlement.OPEN)
    return replace(step, at=at, number=number, due_on=due_on, said_on=on, settled=fate)
