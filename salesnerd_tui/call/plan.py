"""Plan of a call, set in its prep: hypotheses, roles of people, today's must-asks, rewordings and time boxes.

`apply_plan` applies a plan to the playbook, so the live screen, the coach and the debrief need not know about plans.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from salesnerd_tui.call import traversal
from salesnerd_tui.call.actions import CallContext, CannotAct
from salesnerd_tui.call.events import Place, PlanKind, PlanSet
from salesnerd_tui.call.state import CallState
from salesnerd_tui.playbook.model import PREP, Ask, Item, Playbook, Priority, Section

YES, NO = "yes", "no"
MAX_MINUTES = 24 * 60.0


class CallPlan(Struct, frozen=True):
    """The plan of a call. `hypotheses` are pairs of a question's id (or '') and what to find out."""

    hypotheses: tuple[tuple[str, str], ...] = ()
    disproofs: Mapping[str, str] = field(default_factory=dict)
    """Observations that would disprove a hypothesis, by its `hypothesis_key`."""
    roles: Mapping[str, str] = field(default_factory=dict)
    musts: Mapping[str, bool] = field(default_factory=dict)
    wordings: Mapping[str, str] = field(default_factory=dict)
    minutes: Mapping[str, float] = field(default_factory=dict)
    listen: str = ""
    """Source that the call listens to: a file, or `mic`."""
    meeting: Mapping[str, str] = field(default_factory=dict)
    """Facts of the invitation: `starts_at` (ISO 8601), `minutes`, `link`, `title`."""
    playbooks: Mapping[str, str] = field(default_factory=dict)
    """Files of playbooks outside the playbook folders, by id."""

    def hypotheses_about(self, question: str) -> tuple[str, ...]:
        return tuple(text for about, text in self.hypotheses if about == question)


def hypothesis_key(text: str) -> str:
    """Return the text by which hypotheses are compared: case and spacing make no difference.

    A hypothesis has no other id: if a name is redacted everywhere, its text stays the same in all calls.
    """
    return " ".join(text.split()).casefold()


def match_names(names: Iterable[str], typed: str) -> list[str]:
    """Return the names that are `typed`, or else those that begin with it; case and spacing make no difference."""
    key = hypothesis_key(typed)
    matches = [name for name in dict.fromkeys(names) if key and hypothesis_key(name).startswith(key)]
    return [name for name in matches if hypothesis_key(name) == key] or matches


def plan_from_events(events: Iterable[PlanSet]) -> CallPlan:
    hypotheses: dict[str, tuple[str, str]] = {}
    latest: dict[PlanKind, dict[str, str]] = {kind: {} for kind in PlanKind}
    for event in events:
        if event.kind is PlanKind.HYPOTHESIS:
            hypotheses[hypothesis_key(event.text)] = (event.about, event.text)
        else:
            latest[event.kind][event.about] = event.text
    filled = {kind: {about: text for about, text in texts.items() if text.strip()} for kind, texts in latest.items()}
    minutes = {section: _parse_minutes(text) for section, text in filled[PlanKind.TIMEBOX].items()}
    return CallPlan(
        tuple((about, text) for about, text in hypotheses.values() if text.strip()),
        {hypothesis_key(about): text for about, text in filled[PlanKind.DISPROOF].items()},
        filled[PlanKind.ROLE],
        {question: text == YES for question, text in filled[PlanKind.MUST].items()},
        filled[PlanKind.WORDING],
        {section: number for section, number in minutes.items() if number is not None},
        filled[PlanKind.LISTEN].get("", ""),
        filled[PlanKind.MEETING],
        filled[PlanKind.PLAYBOOK],
    )


def playbook_name(state: CallState) -> str:
    """Return the id or the path with which to reload the playbook of a call."""
    return plan_from_events(state.plan).playbooks.get(state.playbook, state.playbook)


def apply_plan(playbook: Playbook, plan: CallPlan) -> Playbook:
    """Return the playbook with the plan applied; ids stay the same, so that notes and detours find their questions."""
    if plan == CallPlan():
        return playbook
    plan = with_current_ids(plan, playbook)
    agenda = tuple(_apply_to_item(item, plan) for item in playbook.agenda)
    boxes = [item.minutes for item in agenda if isinstance(item, Section)]
    invited = _parse_minutes(plan.meeting.get("minutes", "")) or playbook.minutes
    total = sum(box or 0.0 for box in boxes) if plan.minutes and all(boxes) else invited
    return replace(playbook, agenda=agenda, minutes=total)


def with_current_ids(plan: CallPlan, playbook: Playbook) -> CallPlan:
    """Return the plan with the ids that its questions have now; a question may have been renamed since the prep."""
    current = {former: ask.id for ask in playbook.questions() for former in ask.aliases}
    return replace(
        plan,
        hypotheses=tuple((current.get(question, question), text) for question, text in plan.hypotheses),
        musts={current.get(question, question): is_must for question, is_must in plan.musts.items()},
        wordings={current.get(question, question): text for question, text in plan.wordings.items()},
    )


def add_hypothesis(context: CallContext, text: str, question: str = "") -> tuple[PlanSet, ...]:
    """Add a hypothesis, with or without a question that tests it. Raises `CannotAct` if the question is unknown."""
    words = text.strip()
    if not words:
        raise CannotAct("nothing typed yet")
    if question:
        _find_ask(context, question)
    return (PlanSet(context.at, PlanKind.HYPOTHESIS, question, words),)


def set_disproof(context: CallContext, about: str, text: str) -> tuple[PlanSet, ...]:
    """Set what would disprove a hypothesis of the plan; '' clears it. `about` may be the start of the hypothesis."""
    matches = match_names((each for _, each in plan_from_events(context.state.plan).hypotheses), about)
    if len(matches) != 1:
        raise CannotAct(f"{'more than one' if matches else 'no'} hypothesis begins with '{about.strip()}'")
    return (PlanSet(context.at, PlanKind.DISPROOF, matches[0], text.strip()),)


def set_role(context: CallContext, person: str, text: str) -> tuple[PlanSet, ...]:
    """Set the role of a person in the purchase; '' clears it."""
    if not person.strip():
        raise CannotAct("missing person (name the person before the role)")
    return (PlanSet(context.at, PlanKind.ROLE, person.strip(), text.strip()),)


def set_must(context: CallContext, question: str, is_must: bool | None = None) -> tuple[PlanSet, ...]:
    """Set whether a question must be asked today; by default, toggle it."""
    ask = _find_ask(context, question)
    if is_must is None:
        plan = plan_from_events(context.state.plan)
        is_must = _priority(ask, plan.musts.get(ask.id)) is not Priority.MUST
    return (PlanSet(context.at, PlanKind.MUST, question, YES if is_must else NO),)


def reword(context: CallContext, question: str, text: str) -> tuple[PlanSet, ...]:
    """Reword a question for this call; '' restores the wording of the playbook."""
    _find_ask(context, question)
    return (PlanSet(context.at, PlanKind.WORDING, question, " ".join(text.split())),)


def set_meeting(context: CallContext, facts: Mapping[str, str]) -> tuple[PlanSet, ...]:
    """Set the facts of the invitation; facts that are already known do not change."""
    current = plan_from_events(context.state.plan).meeting
    return tuple(
        PlanSet(context.at, PlanKind.MEETING, name, text)
        for name, text in facts.items()
        if current.get(name, "") != text
    )


def set_listen_source(context: CallContext, source: str) -> tuple[PlanSet, ...]:
    """Set the source that the call listens to; '' for none."""
    return (PlanSet(context.at, PlanKind.LISTEN, "", source.strip()),)


def set_timebox(context: CallContext, section: str, minutes: str) -> tuple[PlanSet, ...]:
    """Set the minutes for a section; '' restores those of the playbook. `section` may be the start of a title."""
    titles = [section.title for section in context.playbook.sections]
    matches = match_names(titles, section)
    if len(matches) != 1:
        raise CannotAct(f"unknown section '{section}' (this playbook has: {', '.join(titles) or 'none'})")
    number = _parse_minutes(minutes)
    if minutes.strip() and number is None:
        raise CannotAct(f"invalid number of minutes '{minutes.strip()}'")
    return (PlanSet(context.at, PlanKind.TIMEBOX, matches[0], minutes.strip() and f"{number:g}"),)


def _find_ask(context: CallContext, question: str) -> Ask:
    items = (item for item in context.playbook.agenda if isinstance(item, Ask))
    ask = next((item for item in items if item.id == question), None)
    if ask is None:
        raise CannotAct(f"no question '{question}' in the agenda of this playbook")
    return ask


def _apply_to_item(item: Item, plan: CallPlan) -> Item:
    if isinstance(item, Section):
        return replace(item, minutes=plan.minutes.get(item.title, item.minutes))
    if not isinstance(item, Ask):
        return item
    tests = tuple(f"test: {text}" for text in plan.hypotheses_about(item.id))
    wording = plan.wordings.get(item.id, "")
    return replace(
        item,
        text=wording or item.text,
        phrasings=(item.text, *item.phrasings) if wording else item.phrasings,
        priority=_priority(item, plan.musts.get(item.id)),
        listen_for=(*tests, *item.listen_for),
    )


def _priority(ask: Ask, must_today: bool | None) -> Priority:
    if must_today is None:
        return ask.priority
    if must_today:
        return Priority.MUST
    return Priority.SHOULD if ask.priority is Priority.MUST else ask.priority


def _parse_minutes(text: str) -> float | None:
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return None
    return number if 0 < number <= MAX_MINUTES else None


def first_prep_place(playbook: Playbook) -> Place:
    """Return the first place of a prep: its first question, or its end if the playbook has none."""
    return traversal.first_place(playbook, CallState(), PREP) if playbook.prep else Place(None, detour=PREP)
