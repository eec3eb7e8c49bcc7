"""View of a call at this moment, as plain values: screens, strip and status line only draw them.

`view` covers the playbook and the call; `coach_line` covers the coach. Cues are what the playbook notes for the user at
this place and around it; they are never spoken.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.call import traversal
from salesnerd_tui.call.actions import CallContext, choices, fact_to_confirm
from salesnerd_tui.call.events import Dismissal, Dismissed, Event, TapKind, Tapped
from salesnerd_tui.call.state import Note
from salesnerd_tui.call.traversal import fill
from salesnerd_tui.playbook.model import NOWHERE, Answer, Ask, Cues, Priority, ProductTalk, Say, Section, SourceLocation


class Progress(StrEnum):
    DONE = "done"
    KNOWN = "known"
    """The answer is known from before, and the question is not asked again."""
    HERE = "here"
    OPEN = "open"
    LEFT_OUT = "skipped"


class SectionStatus(Struct, frozen=True):
    """A section with its questions: `done` of `total` are asked or answered, `musts` must still be asked.

    Questions whose answer is known from before are not counted, unless they are asked again.
    """

    title: str
    progress: Progress
    done: int
    total: int
    musts: int = 0


class GateStatus(Struct, frozen=True):
    name: str
    met: bool


class DetourKey(Struct, frozen=True):
    key: str
    detour: str
    label: str
    hear: tuple[str, ...]


class EarlierFact(Struct, frozen=True):
    """A fact from an earlier call or the prep: the name of its question, the words, the id of that call."""

    name: str
    words: str
    call: str


class JumpRow(Struct, frozen=True):
    item: str
    section: str
    text: str
    must: bool
    progress: Progress
    known: EarlierFact | None = None
    """The answer from earlier calls, while this call has none."""


def section_statuses(now: CallContext) -> tuple[SectionStatus, ...]:
    """Return each section with its progress; questions that are not open are left out."""
    here = traversal.section_of(now.playbook, traversal.outermost(now.state))
    open_ids = _open_ids(now)
    return tuple(
        _section_status(now, title, [ask for ask in asks if id(ask) in open_ids], is_here=section is here)
        for title, section, asks in _sections(now)
    )


def gate_statuses(now: CallContext) -> tuple[GateStatus, ...]:
    facts = traversal.CallFacts(now.playbook, now.state)
    return tuple(
        GateStatus(now.playbook.display_name(name), gate.condition.is_met(facts))
        for name, gate in now.playbook.gates.items()
    )


def detour_keys(now: CallContext) -> tuple[DetourKey, ...]:
    """Return the detours that can be taken by a key or from the list, in the playbook's order."""
    facts = traversal.CallFacts(now.playbook, now.state)
    return tuple(
        DetourKey(detour.key, detour.id, now.playbook.display_name(detour.id), detour.they_say)
        for detour in now.playbook.detours.values()
        if detour.when.is_met(facts) and (detour.repeatable or detour.id not in now.state.detours)
    )


def jump_rows(now: CallContext) -> tuple[JumpRow, ...]:
    """Return every question of the agenda, in order, for the jump list."""
    open_ids = _open_ids(now)
    rows: list[JumpRow] = []
    for title, _, asks in _sections(now):
        for ask in asks:
            progress = _progress(now, ask) if id(ask) in open_ids else Progress.LEFT_OUT
            known = None if traversal.is_answered(now.playbook, now.state, ask) else _earlier_fact(now, ask)
            rows.append(JumpRow(ask.id, title, now.wording(ask), ask.priority is Priority.MUST, progress, known))
    return tuple(rows)


def _open_ids(now: CallContext) -> set[int]:
    """Return the identities of the open items of the main list: two of them may have the same id."""
    return set(map(id, traversal.open_items(now.playbook, now.state, traversal.main_list(now.state))))


def _sections(now: CallContext) -> list[tuple[str, Section | None, list[Ask]]]:
    """Return the sections of the agenda with their questions; questions above the first heading get an empty title."""
    grouped: list[tuple[str, Section | None, list[Ask]]] = []
    for item in now.playbook.items_of(traversal.main_list(now.state)):
        if isinstance(item, Section):
            grouped.append((item.title, item, []))
        elif isinstance(item, Ask):
            if not grouped:
                grouped.append(("", None, []))
            grouped[-1][2].append(item)
    return grouped


def _section_status(now: CallContext, title: str, asks: list[Ask], *, is_here: bool) -> SectionStatus:
    states = [(ask, _progress(now, ask)) for ask in asks]
    counted = [(ask, state) for ask, state in states if state is not Progress.KNOWN]
    done = sum(state is Progress.DONE for _, state in counted)
    progress = Progress.HERE if is_here else Progress.OPEN
    if counted and done == len(counted):
        progress = Progress.DONE
    elif not counted and not is_here:
        progress = Progress.KNOWN if states else Progress.LEFT_OUT
    musts = sum(ask.priority is Priority.MUST and state is not Progress.DONE for ask, state in counted)
    return SectionStatus(title, progress, done, len(counted), musts)


def _progress(now: CallContext, ask: Ask) -> Progress:
    if now.state.place.item == ask.id and now.state.place.detour == traversal.main_list(now.state):
        return Progress.HERE if not traversal.is_answered(now.playbook, now.state, ask) else Progress.DONE
    if ask.id in now.state.asked or traversal.is_answered(now.playbook, now.state, ask):
        return Progress.DONE
    if ask.id in now.state.skipped:
        return Progress.LEFT_OUT
    is_to_ask = ask.repeatable or traversal.needs_confirmation(now.playbook, now.state, ask)
    return Progress.OPEN if is_to_ask or not traversal.is_known(now.playbook, now.state, ask) else Progress.KNOWN


LEAST_SHOWN_SECONDS = 6.0
"""Minimum time for which a tap is shown; a tap that the user followed is acknowledged for as long."""

IGNORED_SECONDS = 20.0
"""Time after which a tap without effect counts as ignored."""

NO_CUES = Cues()

RECENT_EVENTS = 50
"""Number of latest events to search for a tap that the user followed."""


class CoachLine(Struct, frozen=True):
    """The tap to show. `seconds` is how long the drift has lasted, and counts while it continues.

    `is_ignored`: it changed nothing, and the drift continues; draw it dim. `is_followed`: the user acted on it, which
    is acknowledged while the tap can still be read.
    """

    tap: Tapped | None = None
    seconds: float = 0.0
    is_ignored: bool = False
    is_followed: bool = False

    @property
    def is_shown(self) -> bool:
        """True if there is a tap or an acknowledgment."""
        return self.tap is not None or self.is_followed


def coach_line(tap: Tapped | None, events: Sequence[Event], at: float, talked_on_seconds: float = 0.0) -> CoachLine:
    """Return what the coach shows `at` seconds of the call; `talked_on_seconds` is the user's talk since the tap."""
    if tap is not None:
        is_drift = tap.kind not in (TapKind.OVER_PROMISING, TapKind.SILENCE)
        is_ignored = is_drift and at - tap.at > IGNORED_SECONDS
        return CoachLine(tap, tap.reason.seconds + talked_on_seconds, is_ignored)
    followed: Dismissed | None = None
    for event in reversed(events[-RECENT_EVENTS:]):
        if isinstance(event, Dismissed) and followed is None:
            if event.how not in (Dismissal.HANDED_BACK, Dismissal.BOUNDED) or event.kind is TapKind.SILENCE:
                break
            if at - event.at > LEAST_SHOWN_SECONDS:
                break
            followed = event
        elif isinstance(event, Tapped):
            return CoachLine(event, event.reason.seconds, is_followed=True) if followed is not None else CoachLine()
    return CoachLine(is_followed=followed is not None)


class PromptKind(StrEnum):
    ASK = "ask"
    SAY = "say"
    PROBE = "probe"
    CLOSING = "closing"


class Choice(Struct, frozen=True):
    """A numbered answer: what the user may hear, and the effect of picking it.

    `lead_in` is spoken before the follow-up; `note` is for the user and is never spoken.
    """

    number: int
    label: str
    leads_to: str
    picked: bool
    lead_in: str = ""
    note: str = ""


class SurroundingCues(Struct, frozen=True):
    """Cues of the section or detour of a question. `goal` is the section's own line."""

    title: str
    cues: Cues
    goal: str = ""


class Prompt(Struct, frozen=True):
    """The one thing to say now. `parent` is the question a follow-up belongs to.

    `remember` is a note to the user for this moment; `around` are the cues of the section and the detour.
    `they_said` (labels of answers) and `you_noted` are about the same thing as the text, but not in the buyer's words:
    for reading, not for speaking. `known` is what earlier calls and the prep say about the question, and `confirms` is
    true if the question is shown to be confirmed.
    """

    kind: PromptKind
    text: str
    item: str = ""
    parent: str = ""
    lead_in: str = ""
    must: bool = False
    asked: bool = False
    by: str = "me"
    why: tuple[str, ...] = ()
    remember: tuple[str, ...] = ()
    link: tuple[str, ...] = ()
    listen_for: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    around: tuple[SurroundingCues, ...] = ()
    probes: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    notes: tuple[Note, ...] = ()
    they_said: tuple[str, ...] = ()
    you_noted: tuple[str, ...] = ()
    known: tuple[EarlierFact, ...] = ()
    confirms: bool = False
    location: SourceLocation = NOWHERE


class CallView(Struct, frozen=True):
    title: str
    account: str
    people: tuple[str, ...]
    prompt: Prompt
    done: int
    total: int
    sections: tuple[SectionStatus, ...]
    gates: tuple[GateStatus, ...]
    scores: tuple[tuple[str, float], ...]
    detours: tuple[DetourKey, ...]
    way_back: str
    late: bool
    product_talk: ProductTalk
    next_question: str
    proposed: str
    switch: str
    earlier: tuple[EarlierFact, ...] = ()


def view(now: CallContext) -> CallView:
    """Return everything that the live screen shows of the playbook and the call, without speech."""
    started = now.state.started
    sections = section_statuses(now)
    proposed = now.state.proposed
    return CallView(
        title=now.playbook.title,
        account=started.account if started else "",
        people=started.people if started else (),
        prompt=prompt(now),
        done=sum(section.done for section in sections),
        total=sum(section.total for section in sections),
        sections=sections,
        gates=gate_statuses(now),
        scores=tuple((name or "points", value) for name, value in sorted(now.state.scores.items())),
        detours=detour_keys(now),
        way_back=_way_back(now),
        late=now.late,
        product_talk=product_talk(now),
        next_question=next_question(now),
        proposed=(proposed.outcome or proposed.switch) if proposed else "",
        switch=proposed.switch if proposed else "",
        earlier=earlier_facts(now),
    )


def earlier_facts(now: CallContext) -> tuple[EarlierFact, ...]:
    """Return the facts from earlier calls and the prep, one for each question, in the order of the notes.

    An answer such as *they do not know* is left out.
    """
    facts = traversal.CallFacts(now.playbook, now.state)
    found: list[EarlierFact] = []
    for name, notes in now.state.notes.items():
        recalled = [note for note in notes if note.recalled_from and note.words]
        if recalled and facts.is_known(name):
            found.append(_fact(now, name, recalled[-1]))
    return tuple(found)


def _fact(now: CallContext, name: str, note: Note) -> EarlierFact:
    return EarlierFact(now.playbook.display_name(name), note.words, note.recalled_from)


def _earlier_fact(now: CallContext, ask: Ask) -> EarlierFact | None:
    """Return the newest note under a question from before this call."""
    notes = traversal.notes_under(now.playbook, now.state, ask.id)
    recalled = [note for note in notes if note.recalled_from and note.words]
    return _fact(now, ask.id, recalled[-1]) if recalled else None


def prompt(now: CallContext) -> Prompt:
    """Return what to say now."""
    item = now.here
    if item is None:
        return _with_cues(now, Prompt(PromptKind.CLOSING, _closing_text(now)))
    if isinstance(item, Say):
        spoken = Prompt(PromptKind.SAY, now.wording(item), item.id, by=item.speaker, location=item.location)
        return _with_cues(now, _with_notes(now, spoken, item.text))
    return _question(now, item)


def product_talk(now: CallContext) -> ProductTalk:
    """Return whether product talk counts as drift here, according to the current section."""
    section = traversal.section_of(now.playbook, traversal.outermost(now.state))
    return section.product_talk if section and now.state.place.item else ProductTalk.IF_ASKED


def next_question(now: CallContext) -> str:
    """Return the wording of the question to ask next: the one on the screen while unasked, otherwise the one after."""
    item = now.here
    if isinstance(item, Ask) and item.id not in now.state.asked:
        return now.wording(item)
    place = traversal.following(now.playbook, now.state, now.state.place, late=now.late)
    ahead = traversal.find(now.playbook, place.item, place.detour)
    while isinstance(ahead, Say):
        place = traversal.following(now.playbook, now.state, place, late=now.late)
        ahead = traversal.find(now.playbook, place.item, place.detour)
    return now.wording(ahead) if ahead else ""


def _question(now: CallContext, ask: Ask) -> Prompt:
    picked = {note.label for note in now.state.notes.get(ask.id, ()) if note.label}
    follow = next((answer for answer in choices(ask) if answer.label == now.state.place.probe), None)
    wording = now.wording(ask)
    text = (follow.follow_up or follow.say or wording) if follow else wording
    said = follow is not None and follow.follow_up is None and follow.say is not None
    shown = Prompt(
        kind=(PromptKind.SAY if said else PromptKind.PROBE) if follow else PromptKind.ASK,
        text=fill(text, now.playbook, now.state),
        item=ask.id,
        parent=wording if follow else "",
        lead_in=_lead_in(now, follow) if follow else "",
        must=ask.priority is Priority.MUST,
        asked=ask.id in now.state.asked,
        by=ask.speaker,
        probes=tuple(
            fill(each, now.playbook, now.state)
            for each in (*(follow.follow_ups[1:] if follow else ()), *ask.follow_ups)
        ),
        choices=tuple(
            Choice(
                number,
                answer.display_label,
                _leads_to(now, answer),
                answer.label in picked,
                _lead_in(now, answer),
                " · ".join(answer.why),
            )
            for number, answer in enumerate(choices(ask), 1)
        ),
        notes=now.state.notes.get(ask.id, ()),
        known=tuple(filter(None, (_earlier_fact(now, ask),))),
        confirms=fact_to_confirm(now) is not None,
        location=ask.location,
    )
    return _with_cues(now, _with_notes(now, shown, text if follow else ask.text), follow)


def _with_notes(now: CallContext, prompt: Prompt, template: str) -> Prompt:
    """Add what is known in place of the quotes that the text lacks."""
    found = tuple(traversal.unspoken_notes(template, now.playbook, now.state))
    notes = tuple(note for note in found if not note.recalled_from)
    recalled = tuple(_fact(now, "", note) for note in found if note.recalled_from)
    return replace(
        prompt,
        known=(*prompt.known, *recalled),
        they_said=tuple(note.label for note in notes if note.label and not note.text),
        you_noted=tuple(note.text for note in notes if note.text),
    )


def _lead_in(now: CallContext, answer: Answer) -> str:
    """Return what to say before the follow-up question; empty unless the answer has both."""
    return fill(answer.say, now.playbook, now.state) if answer.follow_up and answer.say else ""


def _leads_to(now: CallContext, answer: Answer) -> str:
    """Describe the effect of picking the answer: its follow-ups, then where it goes."""
    asked = tuple(fill(text, now.playbook, now.state) for text in answer.follow_ups or (answer.say or "",))
    return " · ".join(part for part in (*asked, _target(now, answer)) if part)


def _target(now: CallContext, answer: Answer) -> str:
    if answer.goto:
        target = now.playbook.question(answer.goto)
        return now.wording(target) if target else answer.goto
    if answer.end:
        outcome = now.playbook.outcome(answer.end)
        return f"ends: {now.playbook.display_name(answer.end)}" + (f" ({outcome.decision})" if outcome else "")
    if answer.switch:
        return f"continues in the playbook “{now.playbook.display_name(answer.switch)}”"
    if answer.detour:
        return f"detour: {now.playbook.display_name(answer.detour)}"
    return "goes back" if answer.back else ""


def _closing_text(now: CallContext) -> str:
    proposed = now.state.proposed
    if proposed and proposed.switch:
        return f"Continue with the playbook “{now.playbook.display_name(proposed.switch)}”?"
    if proposed and proposed.outcome:
        outcome = now.playbook.outcome(proposed.outcome)
        if outcome and outcome.say:
            return fill(outcome.say, now.playbook, now.state)
    return "Decide together: what did you two agree on?"


def _way_back(now: CallContext) -> str:
    if not now.state.returns:
        return ""
    left = now.state.returns[-1]
    item = traversal.find(now.playbook, left.item, left.detour)
    return now.wording(item) if item else "the end of the agenda"


def _with_cues(now: CallContext, prompt: Prompt, picked: Answer | None = None) -> Prompt:
    """Add the cues at the current place. `picked` is the answer whose follow-up is on the screen.

    `remember` is what the user should see without pressing a key. `listen_for` and `avoid` are those of the question or
    the picked answer, or else the detour's or the section's.
    """
    item = now.here
    own: Cues = item if item is not None else NO_CUES
    answer = picked or _just_picked(now) or NO_CUES
    around = tuple(_around(now))
    nearest = (picked or own, *(each.cues for each in around))
    in_detour = around[0].cues.why if around and now.state.returns else ()
    return replace(
        prompt,
        why=own.why if isinstance(item, Ask) else (),
        remember=_first((*answer.why, *(own.why if isinstance(item, Say) else ())), in_detour),
        listen_for=_first(*(cues.listen_for for cues in nearest)),
        avoid=_first(*(cues.avoid for cues in nearest)),
        link=(*answer.link, *own.link),
        around=around,
    )


def _first(*found: tuple[str, ...]) -> tuple[str, ...]:
    return next((each for each in found if each), ())


def _just_picked(now: CallContext) -> Answer | None:
    """Return the answer picked at the place before this one, if it led straight on: its note would flash by."""
    left = now.state.trail[-1] if now.state.trail else None
    if left is None or left.probe is not None:
        return None
    notes = now.state.notes.get(left.item or "", ())
    item = traversal.find(now.playbook, left.item, left.detour)
    return next((answer for answer in choices(item) if notes and answer.label == notes[-1].label), None)


def _around(now: CallContext) -> Iterator[SurroundingCues]:
    """Yield the cues of the surroundings of the current place, the nearest first."""
    place = now.state.place
    detour = now.playbook.detours.get(place.detour or "")
    section = traversal.section_of(now.playbook, place)
    if section is not None and (section.has_cues or section.goal):
        yield SurroundingCues(section.title, section, section.goal)
    if detour is not None and detour.has_cues:
        yield SurroundingCues(now.playbook.display_name(detour.id), detour)
