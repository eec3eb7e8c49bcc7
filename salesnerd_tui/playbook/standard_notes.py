"""Notes with a meaning outside their playbook: standard notes, and the parts of the account page that notes fill.

An author declares with the id of a standard note which note of an outcome is a next step or its day. Every other id is
free.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from enum import StrEnum


class AccountPart(StrEnum):
    """Part of the account page that the notes of a question fill.

    `REASON` opens the plan for the buyer. `DOCUMENTS` and `IN_WRITING` are documents that the user delivers, the latter
    written by the user.
    """

    REASON = "reason"
    STEPS = "steps"
    PEOPLE = "people"
    DOCUMENTS = "documents"
    IN_WRITING = "in_writing"
    BLOCKERS = "blockers"
    GO_LIVE = "go_live"


class StandardNote(StrEnum):
    """Id of a standard note."""

    OUR_STEP = "our_part"
    OUR_DATE = "our_date"
    THEIR_STEP = "their_part"
    THEIR_DATE = "their_date"
    SHARED_STEP = "next_step"
    SHARED_DATE = "next_date"
    OWNER = "next_owner"
    REVISIT_DATE = "revisit_on"
    REASON = "reason"
    CONDITION = "what_must_change"
    PRICE = "price_agreed"
    CONSENT = "other_side_heard"


MEANINGS: Mapping[StandardNote, str] = {
    StandardNote.OUR_STEP: "Your next step, after a go.",
    StandardNote.OUR_DATE: "The day of your next step.",
    StandardNote.THEIR_STEP: "Their next step, after a go.",
    StandardNote.THEIR_DATE: "The day of their next step.",
    StandardNote.SHARED_STEP: "A next step that both sides share, after a go.",
    StandardNote.SHARED_DATE: "The day of the next step, if a side has no day of its own.",
    StandardNote.OWNER: "Who takes the shared next step.",
    StandardNote.REVISIT_DATE: "The day to talk again, after a not-yet.",
    StandardNote.REASON: "Why it is a no or a not-yet.",
    StandardNote.CONDITION: "What has to be true before you talk again, after a not-yet.",
    StandardNote.PRICE: "The price you agreed on, for the follow-up message.",
    StandardNote.CONSENT: "`agreed` if they agreed to a transcript; an answer sets it.",
}

GO_PROMPTS: Mapping[str, str] = {
    StandardNote.OUR_STEP.value: "Your next step",
    StandardNote.OUR_DATE.value: "Your day",
    StandardNote.THEIR_STEP.value: "Their next step",
    StandardNote.THEIR_DATE.value: "Their day",
}
"""Notes that a go captures by default, and what the user is asked for each."""

_DOCUMENTS, _IN_WRITING = (AccountPart.DOCUMENTS,), (AccountPart.IN_WRITING,)
_BLOCKERS, _PEOPLE, _STEPS = (AccountPart.BLOCKERS,), (AccountPart.PEOPLE,), (AccountPart.STEPS,)
_REASON = (AccountPart.REASON,)

FORMER_FILLS: Mapping[str, tuple[AccountPart, ...]] = {
    "papers_needed": _DOCUMENTS,
    "in_writing": _IN_WRITING,
    "slowest_step": _BLOCKERS,
    "stalled_buy": _BLOCKERS,
    "decision_path": _PEOPLE,
    "late_stop": (*_PEOPLE, *_BLOCKERS),
    "budget_owner": _PEOPLE,
    "right_person": _PEOPLE,
    "who_feels_it": _PEOPLE,
    "demo_audience": _PEOPLE,
    "step_yes": _PEOPLE,
    "forms_reader": _PEOPLE,
    "wasted_step": _BLOCKERS,
    "forms_when": _BLOCKERS,
    "in_use_by": (AccountPart.GO_LIVE,),
    "first_step": _STEPS,
    "map_steps": _STEPS,
    **dict.fromkeys(("trigger", "symptom", "cost", "cost_year", "cost_monthly", "number_to_move"), _REASON),
}
"""Question ids from before questions had `fills`, with what their notes fill, in the order of the account page.

This list is closed. Only the linter and readers of stored calls use these ids.
"""


def former_fills(jobs: Container[str]) -> dict[str, tuple[AccountPart, ...]]:
    """Return what former ids fill; an answer was only a reason if its question is in `jobs`, so has a buying job."""
    return {id: parts for id, parts in FORMER_FILLS.items() if parts != _REASON or id in jobs}
