"""Outcomes of a call: the three ways to end it, which criteria each still misses, and what to fill in first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from salesnerd_tui.call import traversal
from salesnerd_tui.call.actions import CallContext, CannotAct, record_long_answer
from salesnerd_tui.call.events import Ended, Event
from salesnerd_tui.playbook.model import Ask, Decision, NoteType, Outcome
from salesnerd_tui.playbook.standard_notes import GO_PROMPTS, StandardNote

DEFAULT_OUTCOMES = (
    Outcome("go", Decision.GO, capture=tuple(GO_PROMPTS), prompts=GO_PROMPTS),
    Outcome("not_yet", Decision.NOT_YET, capture=(StandardNote.REVISIT_DATE.value,)),
    Outcome("no_go", Decision.NO_GO, capture=(StandardNote.REASON.value,)),
)
"""Outcomes of a playbook that defines none: a call can always end in each of the three ways."""

DATE_SUFFIXES = ("_on", "_date", "_by")
"""Endings of field names that hold a date, for fields without a question that says so."""

NEXT_STEP_NOTES = (
    *(StandardNote.SHARED_STEP, StandardNote.OUR_STEP, StandardNote.THEIR_STEP),
    *(StandardNote.SHARED_DATE, StandardNote.OUR_DATE, StandardNote.THEIR_DATE, StandardNote.REVISIT_DATE),
)
"""Notes that say what comes next; the first one present counts."""


class EndingChoice(Struct, frozen=True):
    """One way to end now. `unmet` are the needed gates that are not met; `record` the fields, as filled in so far."""

    outcome: Outcome
    unmet: tuple[str, ...]
    record: Mapping[str, str]
    is_proposed: bool = False
    labels: Mapping[str, str] = {}
    """Names to display for the outcome, its gates and its fields."""
    dates: tuple[str, ...] = ()
    """Fields that hold a date."""

    @property
    def is_met(self) -> bool:
        """Return whether the outcome needs gates and all of them are met."""
        return bool(self.outcome.needs) and not self.unmet

    @property
    def unmet_text(self) -> str:
        """Return the names of the unmet gates, separated by commas."""
        return ", ".join(self.labels[name] for name in self.unmet)

    @property
    def title(self) -> str:
        return self.labels.get(self.outcome.id) or self.outcome.id.replace("_", " ")


def ending_choices(context: CallContext) -> tuple[EndingChoice, ...]:
    """Return every outcome with its unmet gates, in the order of the playbook, so that a number keeps its meaning."""
    context = context.after(*record_long_answer(context, context.suggestions.unconfirmed))
    outcomes = tuple(context.playbook.outcomes.values()) or DEFAULT_OUTCOMES
    proposed = _current_id(context, context.state.proposed.outcome) if context.state.proposed else ""
    return tuple(_ending_choice(context, outcome, outcome.id == proposed) for outcome in outcomes)


def suggested_ending(endings: Sequence[EndingChoice]) -> EndingChoice | None:
    """Return the ending that an answer proposed, otherwise the first whose needs are met, such as a band of scores."""
    candidates = sorted(endings, key=lambda ending: (not ending.is_proposed, not ending.is_met))
    return next((each for each in candidates if each.is_proposed or each.is_met), None)


def end(context: CallContext, outcome_id: str, record: Mapping[str, str]) -> tuple[Event, ...]:
    """End the call with this outcome, also by its former id, and save what was heard as the last answer.

    Raises `CannotAct` if the playbook has no outcome with this id.
    """
    outcome_id = _current_id(context, outcome_id)
    ending = next((each for each in ending_choices(context) if each.outcome.id == outcome_id), None)
    if ending is None:
        raise CannotAct(f"this playbook has no outcome '{outcome_id}'")
    filled = {name: words.strip() for name, words in {**ending.record, **record}.items() if words.strip()}
    next_step = next((filled[name] for name in NEXT_STEP_NOTES if name in filled), "")
    last_answer = record_long_answer(context, context.suggestions.unconfirmed)  # no later question confirms it
    return (*last_answer, Ended(context.at, outcome_id, ending.outcome.decision.value, filled, next_step))


def _current_id(context: CallContext, outcome_id: str) -> str:
    """Return the id that an outcome has now; the playbook may have been edited since it was shown or proposed."""
    outcome = context.playbook.outcome(outcome_id)
    return outcome.id if outcome else outcome_id


def missing_date(ending: EndingChoice, record: Mapping[str, str]) -> str:
    """Return the first empty date field of a not-yet, or ''. A not-yet without a date would be a maybe."""
    if ending.outcome.decision is not Decision.NOT_YET:
        return ""
    empty = [name for name in ending.dates if not {**ending.record, **record}.get(name, "").strip()]
    return empty[0] if empty else ""


def _ending_choice(context: CallContext, outcome: Outcome, proposed: bool) -> EndingChoice:
    facts = traversal.CallFacts(context.playbook, context.state)
    unmet = tuple(gate.name for gate in outcome.needs if not gate.condition.is_met(facts))
    record = {name: next(reversed(facts.known(name)), "") for name in outcome.capture}
    named = (outcome.id, *(gate.name for gate in outcome.needs), *outcome.capture)
    labels = {name: context.playbook.display_name(name) for name in named} | dict(outcome.prompts)
    dates = tuple(name for name in outcome.capture if _is_date(name, context.playbook.question(name)))
    return EndingChoice(outcome, unmet, record, proposed, labels, dates)


def _is_date(name: str, question: Ask | None) -> bool:
    """Return whether the field holds a date, by its name or because its question asks for one."""
    return name.endswith(DATE_SUFFIXES) or name == "date" or (question is not None and question.type is NoteType.DATE)
