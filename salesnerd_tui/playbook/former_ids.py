"""Question ids from before questions had `fills`: what their notes fill in stored calls and in older playbooks.

This list is closed. A question says with `fills` what its notes fill; only the linter and readers of stored calls use
these ids.
"""

from __future__ import annotations

from collections.abc import Container, Mapping

from salesnerd_tui.playbook.standard_notes import AccountPart

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
"""Former ids with what their notes fill, in the order of the account page."""


def former_fills(jobs: Container[str]) -> dict[str, tuple[AccountPart, ...]]:
    """Return what former ids fill; an answer was only a reason if its question is in `jobs`, so has a buying job."""
    return {id: parts for id, parts in FORMER_FILLS.items() if parts != _REASON or id in jobs}
