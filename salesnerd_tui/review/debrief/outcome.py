"""Outcome of a call in a sentence, and what was agreed: steps of both sides, the day to talk again, documents.

Go, no-go and not-yet are equally good outcomes. Agreements are promises.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace

from salesnerd_tui.call.events import Answered, Ended, Settled, Settlement, Side
from salesnerd_tui.coach.normalize import words
from salesnerd_tui.review.debrief.agenda import readable
from salesnerd_tui.review.debrief.model import OutcomeKind, OutcomeSummary, PromiseEntry, PromiseKind
from salesnerd_tui.review.promises import THEY, Numbered, day_of, same_person
from salesnerd_tui.text import with_period
from salesnerd_tui.timefmt import day, length

if TYPE_CHECKING:
    from salesnerd_tui.playbook.model import Playbook

HEADLINES: Mapping[OutcomeKind, str] = {
    OutcomeKind.GO: "GO",
    OutcomeKind.NO_GO: "NO-GO",
    OutcomeKind.NOT_YET: "NOT YET",
    OutcomeKind.UNFINISHED: "NOT ENDED",
}
DATED = ("_on", "_date", "_by")
DATES = ("date", "when")
SHARED, SHARED_DATE, OWNER = "next_step", "next_date", "next_owner"
PARTS = {Side.ME: ("our_part", "our_date"), Side.THEM: ("their_part", "their_date")}
"""Captured fields of an outcome that hold what each side does, and its day."""

STEPS: Mapping[str, str] = {SHARED: SHARED_DATE, **dict(PARTS.values())}
"""Captured fields that hold an agreed step, with the field of its day; the first one present counts."""

REVISIT_DATE = "revisit_on"
CONDITION = "what_must_change"
"""Captured field that holds what has to be true before both sides talk again."""

AGAIN = "Talk again"

ENDINGS = frozenset((PromiseKind.STEP, PromiseKind.REVISIT))
"""Kinds of what a call ends with; the next call with the account supersedes them."""

DOCUMENTS: Mapping[str, str] = {"papers_needed": "Paperwork they need", "in_writing": "In writing"}
"""Questions whose answers name documents that the user has to deliver, and how they are listed."""

DRILL = "drill"
"""Outcome id of a five-minute drill."""

NAMELESS = "next step"
"""An outcome with this name adds nothing to its date."""


def outcome(
    ended: Ended | None, began: datetime | None, seconds: float, playbook: Playbook | None = None
) -> OutcomeSummary:
    """Return the outcome of a call that lasted `seconds`; a call without an ending is unfinished.

    `playbook`, if available, provides its label for the outcome.
    """
    if ended is None:
        return OutcomeSummary(
            OutcomeKind.UNFINISHED, headline=HEADLINES[OutcomeKind.UNFINISHED], line="You have not ended this call."
        )
    if ended.outcome == DRILL:
        return _drill(ended)
    verdict = _verdict(ended.decision)
    record = {name: words for name, words in ended.record.items() if words.strip()}
    dated = _dated(record)
    when = day(record[dated], began) if dated else ""
    name = readable(ended.outcome, playbook)
    headline = HEADLINES.get(verdict, (ended.decision or name or "ended").upper())
    verb = "revisit " if dated == REVISIT_DATE else ""
    is_named = dated and name != NAMELESS and verdict in (OutcomeKind.GO, OutcomeKind.OTHER)
    step = _next_step(ended, dated) or (name if is_named else "")
    return OutcomeSummary(
        verdict=verdict,
        name=name,
        headline=f"{headline} · {verb}{when}" if when else headline,
        line=_both_parts(verdict, record, began) or _line(verdict, when, step, _why(record), length(seconds)),
        when=when,
        next_step=step,
        record=record,
    )


def _drill(ended: Ended) -> OutcomeSummary:
    """Return the result of a drill, in which nothing was agreed."""
    record = {name: words for name, words in ended.record.items() if words.strip()}
    passed, caught = record.get("passed", ""), record.get("caught", "")
    result = f"{record.get('drill', 'a').capitalize()} drill: {passed or 'nothing'} passed."
    return OutcomeSummary(
        verdict=OutcomeKind.OTHER,
        name=DRILL,
        headline=f"DRILL · {passed}" if passed else "DRILL",
        line=f"{result} Caught: {with_period(caught)}" if caught else result,
        record=record,
    )


def _verdict(decision: str) -> OutcomeKind:
    known = (OutcomeKind.GO, OutcomeKind.NO_GO, OutcomeKind.NOT_YET)
    return next(
        (verdict for verdict in known if verdict == decision.strip().lower().replace(" ", "-")), OutcomeKind.OTHER
    )


def _dated(record: Mapping[str, str]) -> str:
    """Return the field of the agreed day: that of the step, else the first day that is no other step's."""
    step = next((name for name in STEPS if name in record), "")
    if step and STEPS[step] in record:
        return STEPS[step]
    taken = {day for name, day in STEPS.items() if name in record and name != step}
    return next((name for name in record if (name.endswith(DATED) or name in DATES) and name not in taken), "")


def _both_parts(verdict: OutcomeKind, record: Mapping[str, str], began: datetime | None) -> str:
    """Return a line with the steps of both sides, empty unless both have one."""
    if verdict is not OutcomeKind.GO or not {"our_part", "their_part"} <= record.keys():
        return ""
    ours, theirs = (
        ", ".join(part for part in (record[name], day(record.get(STEPS[name], ""), began)) if part)
        for name in ("our_part", "their_part")
    )
    return f"Your next step: {with_period(ours)} Theirs: {with_period(theirs)}"


def _next_step(ended: Ended, dated: str) -> str:
    """Return the agreed step in words; a date alone is not a step."""
    record = ended.record
    step = next((words for name in STEPS if (words := record.get(name, "").strip())), "") or ended.next_step.strip()
    return "" if dated and step == ended.record[dated].strip() else step


def _reason(record: Mapping[str, str]) -> str:
    return next((record[name].strip() for name in ("reason", CONDITION, "why") if name in record), "")


def _why(record: Mapping[str, str]) -> str:
    """Return the reason of an outcome as a sentence, or what has to be true first."""
    reason = _reason(record)
    lead = "What has to be true by then" if record.get(CONDITION, "").strip() == reason else "Reason"
    return f"{lead}: {with_period(reason)}" if reason else ""


def _line(verdict: OutcomeKind, when: str, step: str, reason: str, lasted: str) -> str:
    why = f" {reason}" if reason else ""
    match verdict:
        case OutcomeKind.GO if step or when:
            return f"You agreed on a next step: {', '.join(part for part in (step, when) if part)}."
        case OutcomeKind.GO:
            return "A go, but without a next step: agree on one now."
        case OutcomeKind.NOT_YET if when:
            return f"Not now, but with a date: {when}.{why}"
        case OutcomeKind.NOT_YET:
            return f"A not-yet without a date is a maybe: ask them for the day.{why}"
        case OutcomeKind.NO_GO:
            return f"A clear no after {lasted}, which saves both sides time.{why}"
        case _:
            return f"{with_period(step or 'The call ended')}{why}"


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
    match outcome.verdict:
        case OutcomeKind.GO:
            steps = list(_steps(outcome, people))
        case OutcomeKind.NOT_YET:
            steps = [_revisit(outcome)]
        case _:
            return ()
    ending, at = next((number, event.at) for number, event in reversed(numbered) if isinstance(event, Ended))
    on = said.date() if said else None
    dated = (
        replace(
            step,
            at=at,
            number=step_number(ending, step.side),
            due_on=day_of(step.due, on.isoformat()) if on else None,
        )
        for step in steps
    )
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
    other_day = "" if any(record.get(field, "").strip() for _, field in PARTS.values()) else outcome.when
    for side, (part, day_field) in PARTS.items():
        own = record.get(part, "").strip()
        is_shared = bool(shared) and side is shared_side
        if is_shared or own:
            text = "; ".join(text for text in (shared if is_shared else "", own) if text)
            due = record.get(day_field, "").strip() or record.get(SHARED_DATE, "").strip() or other_day
            named = owner if is_shared and owner.casefold() not in THEY else ""
            yield _entry(side, text, named, due, PromiseKind.STEP)


def _revisit(outcome: OutcomeSummary) -> PromiseEntry:
    reason = _reason(outcome.record)
    text = f"{AGAIN}: {reason}" if reason else AGAIN
    return _entry(Side.ME, text, "", outcome.record.get(REVISIT_DATE, "").strip() or outcome.when, PromiseKind.REVISIT)


def reason_of(revisit: PromiseEntry) -> str:
    """Return why both sides talk again, empty if nobody said."""
    return revisit.text.removeprefix(AGAIN).removeprefix(": ")


def _entry(side: Side, text: str, owner: str, due: str, kind: PromiseKind) -> PromiseEntry:
    return PromiseEntry(0.0, side, text, owner=owner, due=due, noted=True, kind=kind)


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
