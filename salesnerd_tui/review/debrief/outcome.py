"""How a call ended, in the words a person would use. A go, a no-go and a not-yet are three good endings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from salesnerd_tui.call.events import Ended
from salesnerd_tui.playbook.model import Playbook
from salesnerd_tui.review.debrief.agenda import readable
from salesnerd_tui.review.debrief.model import OutcomeKind, OutcomeSummary
from salesnerd_tui.review.times import day, length

HEADLINES: Mapping[OutcomeKind, str] = {
    OutcomeKind.GO: "GO",
    OutcomeKind.NO_GO: "NO-GO",
    OutcomeKind.NOT_YET: "NOT YET",
    OutcomeKind.UNFINISHED: "NOT ENDED",
}
DATED = ("_on", "_date", "_by")
DATES = ("date", "when")
STEPS = ("next_step", "our_part", "their_part")
"""What a record calls a step that was agreed on, the first one it has."""

DRILL = "drill"
"""The outcome of five minutes of one trap."""

NAMELESS = "next step"
"""An outcome of this name says nothing that its date does not say."""


def outcome(
    ended: Ended | None, began: datetime | None, seconds: float, playbook: Playbook | None = None
) -> OutcomeSummary:
    """The ending of a call that lasted `seconds`; a call without one is unfinished, which is no failure either.

    `playbook`, where there is one, has its author's words for the ending.
    """
    if ended is None:
        return OutcomeSummary(
            OutcomeKind.UNFINISHED, headline=HEADLINES[OutcomeKind.UNFINISHED], line="No ending was written down."
        )
    if ended.outcome == DRILL:
        return _drilled(ended)
    verdict = _verdict(ended.decision)
    record = {name: words for name, words in ended.record.items() if words.strip()}
    dated = next((name for name in record if name.endswith(DATED) or name in DATES), "")
    when = day(record[dated], began) if dated else ""
    headline = HEADLINES.get(verdict, (ended.decision or ended.outcome or "ended").upper())
    verb = {"revisit_on": "revisit "}.get(dated, "")
    name = readable(ended.outcome, playbook)
    step = _next_step(ended, dated) or (name if dated and name != NAMELESS else "")
    return OutcomeSummary(
        verdict=verdict,
        name=name,
        headline=f"{headline} · {verb}{when}" if when else headline,
        line=_line(verdict, when, step, _reason(record), length(seconds)),
        when=when,
        next_step=step,
        record=record,
    )


def _drilled(ended: Ended) -> OutcomeSummary:
    """A drill ends with its result; it agreed on nothing."""
    record = {name: words for name, words in ended.record.items() if words.strip()}
    passed, caught = record.get("passed", ""), record.get("caught", "")
    told = f"{record.get('drill', 'a').capitalize()} drill: {passed or 'nothing'} passed."
    return OutcomeSummary(
        verdict=OutcomeKind.OTHER,
        name=DRILL,
        headline=f"DRILL · {passed}" if passed else "DRILL",
        line=f"{told} Caught: {_sentence(caught)}" if caught else told,
        record=record,
    )


def _verdict(decision: str) -> OutcomeKind:
    known = (OutcomeKind.GO, OutcomeKind.NO_GO, OutcomeKind.NOT_YET)
    return next(
        (verdict for verdict in known if verdict == decision.strip().lower().replace(" ", "-")), OutcomeKind.OTHER
    )


def _next_step(ended: Ended, dated: str) -> str:
    """The step in words: a date alone is no step."""
    record = ended.record
    told = next((words for name in STEPS if (words := record.get(name, "").strip())), "") or ended.next_step.strip()
    return "" if dated and told == ended.record[dated].strip() else told


def _reason(record: Mapping[str, str]) -> str:
    return next((record[name].strip() for name in ("reason", "what_must_change", "why") if name in record), "")


def _line(verdict: OutcomeKind, when: str, step: str, reason: str, lasted: str) -> str:
    because = f" {_sentence(reason)}" if reason else ""
    match verdict:
        case OutcomeKind.GO if step or when:
            return f"A next step you both agreed on: {', '.join(part for part in (step, when) if part)}."
        case OutcomeKind.GO:
            return "A go, but no next step was written down: agree on one while it is warm."
        case OutcomeKind.NOT_YET if when:
            return f"Not now, and both of you know when: {when}.{because}"
        case OutcomeKind.NOT_YET:
            return f"A not-yet without a date is a maybe: ask them for the day.{because}"
        case OutcomeKind.NO_GO:
            return f"A clear no after {lasted}, a good ending: nobody has to chase anybody.{because}"
        case _:
            return _sentence(step or reason or "It ended")


def _sentence(words: str) -> str:
    return words if words.endswith((".", "!", "?", "…")) else f"{words}."
