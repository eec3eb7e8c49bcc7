"""Plan of a call, set in its prep: hypotheses, roles of people, today's must-asks, rewordings and time boxes.

`planned` applies a plan to the playbook, so that the live screen, the coach and the debrief need not know about plans.
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
LONGEST_MINUTES = 24 * 60.0


class CallPlan(Struct, frozen=True):
    """The plan of a call. `hypotheses` are pairs of a question's id (or '') and what to find out."""

    hypotheses: tuple[tuple[str, str], ...] = ()
    disproofs: Mapping[str, str] = field(default_factory=dict)
    """Observations that would disprove a hypothesis, by its `hypothesis_key`."""
    parts: Mapping[str, str] = field(default_factory=dict)
    musts: Mapping[str, bool] = field(default_factory=dict)
    wordings: Mapping[str, str] = field(default_factory=dict)
    minutes: Mapping[str, float] = field(default_factory=dict)
    listen: str = ""
    """Source that the call listens to: a file, or `mic`."""
    meeting: Mapping[str, str] = field(default_factory=dict)
    """Facts of the invitation: `starts_at` (ISO 8601), `minutes`, `link`, `title`."""
    playbooks: Mapping[str, str] = field(default_factory=dict)
    """Files of playbooks outside the playbook folders, by id."""

    def about(self, question: str) -> tuple[str, ...]:
        """Return what to find out with this question."""
        return tuple(text for about, text in self.hypotheses if about == question)


def hypothesis_key(text: str) -> str:
    """Return the text by which hypotheses are compared: case and spacing make no difference.

    A hypothesis has no other id: if a name is redacted everywhere, its text stays the same in all calls.
    """
    return " ".join(text.split()).casefold()


def planning(events: Iterable[PlanSet]) -> CallPlan:
    """Return the plan after these events."""
    hypotheses: dict[str, tuple[str, str]] = {}
    latest: dict[tuple[PlanKind, str], str] = {}
    for event in events:
        if event.kind is PlanKind.HYPOTHESIS:
            hypotheses[hypothesis_key(event.text)] = (event.about, event.text)
        else:
            latest[event.kind, event.about] = event.text
    held = {key: text for key, text in latest.items() if text.strip()}
    return CallPlan(
        tuple((about, text) for about, text in hypotheses.values() if text.strip()),
        {hypothesis_key(about): text for about, text in _of(held, PlanKind.DISPROOF).items()},
        _of(held, PlanKind.ROLE),
        {about: text == YES for about, text in _of(held, PlanKind.MUST).items()},
        _of(held, PlanKind.WORDING),
        {about: found for about, text in _of(held, PlanKind.TIMEBOX).items() if (found := _number(text)) is not None},
        held.get((PlanKind.LISTEN, ""), ""),
        _of(held, PlanKind.MEETING),
        _of(held, PlanKind.PLAYBOOK),
    )


def playbook_name(state: CallState) -> str:
    """Return the id or the path with which to reload the playbook of a call."""
    return planning(state.plan).playbooks.get(state.playbook, state.playbook)


def planned(playbook: Playbook, plan: CallPlan) -> Playbook:
    """Return the playbook with the plan applied; ids stay the same, so that notes and detours find their questions."""
    if plan == CallPlan():
        return playbook
    agenda = tuple(_planned(item, plan) for item in playbook.agenda)
    boxes = [item.minutes for item in agenda if isinstance(item, Section)]
    invited = _number(plan.meeting.get("minutes", "")) or playbook.minutes
    total = sum(box or 0.0 for box in boxes) if plan.minutes and all(boxes) else invited
    return replace(playbook, agenda=agenda, minutes=total)


def hypothesis(now: CallContext, text: str, question: str = "") -> tuple[PlanSet, ...]:
    """Add a hypothesis, with or without a question that tests it. Raises `CannotAct` if the question is unknown."""
    words = text.strip()
    if not words:
        raise CannotAct("nothing typed yet")
    if question:
        _ask(now, question)
    return (PlanSet(now.at, PlanKind.HYPOTHESIS, question, words),)


def disproof(now: CallContext, about: str, text: str) -> tuple[PlanSet, ...]:
    """Set what would disprove a hypothesis of the plan; '' clears it. `about` may be the start of the hypothesis."""
    hypotheses = dict.fromkeys(each for _, each in planning(now.state.plan).hypotheses)
    key = hypothesis_key(about)
    found = [each for each in hypotheses if hypothesis_key(each) == key] or [
        each for each in hypotheses if key and hypothesis_key(each).startswith(key)
    ]
    if len(found) != 1:
        raise CannotAct(f"{'more than one' if found else 'no'} hypothesis begins with '{about.strip()}'")
    return (PlanSet(now.at, PlanKind.DISPROOF, found[0], text.strip()),)


def part(now: CallContext, person: str, text: str) -> tuple[PlanSet, ...]:
    """Set the role of a person in the purchase; '' clears it."""
    if not person.strip():
        raise CannotAct("whose part? name the person first")
    return (PlanSet(now.at, PlanKind.ROLE, person.strip(), text.strip()),)


def must(now: CallContext, question: str, yes: bool | None = None) -> tuple[PlanSet, ...]:
    """Set whether a question must be asked today; without `yes`, toggle it."""
    ask = _ask(now, question)
    is_must = _planned(ask, planning(now.state.plan))
    wanted = yes if yes is not None else not (isinstance(is_must, Ask) and is_must.priority is Priority.MUST)
    return (PlanSet(now.at, PlanKind.MUST, question, YES if wanted else NO),)


def reword(now: CallContext, question: str, text: str) -> tuple[PlanSet, ...]:
    """Reword a question for this call; '' restores the wording of the playbook."""
    _ask(now, question)
    return (PlanSet(now.at, PlanKind.WORDING, question, " ".join(text.split())),)


def meeting(now: CallContext, facts: Mapping[str, str]) -> tuple[PlanSet, ...]:
    """Set the facts of the invitation; facts that are already known do not change."""
    known = planning(now.state.plan).meeting
    return tuple(
        PlanSet(now.at, PlanKind.MEETING, name, text) for name, text in facts.items() if known.get(name, "") != text
    )


def listen(now: CallContext, source: str) -> tuple[PlanSet, ...]:
    """Set the source that the call listens to; '' for none."""
    return (PlanSet(now.at, PlanKind.LISTEN, "", source.strip()),)


def box(now: CallContext, section: str, minutes: str) -> tuple[PlanSet, ...]:
    """Set the minutes for a section; '' restores those of the playbook. `section` may be the start of a title."""
    titles = [item.title for item in now.playbook.agenda if isinstance(item, Section)]
    folded = section.strip().casefold()
    found = [title for title in titles if title.casefold() == folded] or [
        title for title in titles if folded and title.casefold().startswith(folded)
    ]
    if len(found) != 1:
        raise CannotAct(f"no section is called '{section}': {', '.join(titles) or 'this playbook has none'}")
    number = _number(minutes)
    if minutes.strip() and number is None:
        raise CannotAct(f"'{minutes.strip()}' is not a number of minutes")
    return (PlanSet(now.at, PlanKind.TIMEBOX, found[0], minutes.strip() and f"{number:g}"),)


def _ask(now: CallContext, question: str) -> Ask:
    items = (item for item in now.playbook.agenda if isinstance(item, Ask))
    found = next((item for item in items if item.id == question), None)
    if found is None:
        raise CannotAct(f"there is no question '{question}' in the agenda of this playbook")
    return found


def _planned(item: Item, plan: CallPlan) -> Item:
    if isinstance(item, Section):
        return replace(item, minutes=plan.minutes.get(item.title, item.minutes))
    if not isinstance(item, Ask):
        return item
    tests = tuple(f"test: {text}" for text in plan.about(item.id))
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


def _of(held: Mapping[tuple[PlanKind, str], str], kind: PlanKind) -> dict[str, str]:
    return {about: text for (each, about), text in held.items() if each is kind}


def _number(text: str) -> float | None:
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return None
    return number if 0 < number <= LONGEST_MINUTES else None


def begins(playbook: Playbook) -> Place:
    """Return the first place of a prep: its first question, or its end if the playbook has none."""
    return traversal.first(playbook, CallState(), PREP) if playbook.prep else Place(None, detour=PREP)
