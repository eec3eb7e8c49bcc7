"""Outcome of a call in a sentence. Go, no-go and not-yet are equally good outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from salesnerd_tui.review.debrief.agenda import readable
from salesnerd_tui.review.debrief.model import OutcomeKind, OutcomeSummary
from salesnerd_tui.text import with_period
from salesnerd_tui.timefmt import day, length

if TYPE_CHECKING:
    from salesnerd_tui.call.events import Ended
    from salesnerd_tui.playbook.model import Playbook

HEADLINES: Mapping[OutcomeKind, str] = {
    OutcomeKind.GO: "GO",
    OutcomeKind.NO_GO: "NO-GO",
    OutcomeKind.NOT_YET: "NOT YET",
    OutcomeKind.UNFINISHED: "NOT ENDED",
}
DATED = ("_on", "_date", "_by")
DATES = ("date", "when")
STEPS: Mapping[str, str] = {"next_step": "next_date", "our_part": "our_date", "their_part": "their_date"}
"""Captured fields that hold the agreed step, with the field of its day; the first one present counts."""

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
    headline = HEADLINES.get(verdict, (ended.decision or ended.outcome or "ended").upper())
    verb = {"revisit_on": "revisit "}.get(dated, "")
    name = readable(ended.outcome, playbook)
    step = _next_step(ended, dated) or (name if dated and name != NAMELESS else "")
    return OutcomeSummary(
        verdict=verdict,
        name=name,
        headline=f"{headline} · {verb}{when}" if when else headline,
        line=_both_parts(verdict, record, began) or _line(verdict, when, step, _reason(record), length(seconds)),
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
    return next((record[name].strip() for name in ("reason", "what_must_change", "why") if name in record), "")


def _line(verdict: OutcomeKind, when: str, step: str, reason: str, lasted: str) -> str:
    why = f" Reason: {with_period(reason)}" if reason else ""
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
            return with_period(step or reason or "The call ended")
