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
from salesnerd_tui.call.actions import CallContext, fact_to_confirm, numbered_answers
from salesnerd_tui.call.events import Dismissal, Dismissed, Event, TapKind, Tapped
from salesnerd_tui.call.state import Note, wall_time
from salesnerd_tui.call.traversal import fill
from salesnerd_tui.playbook.coach_settings import ProductTalk
from salesnerd_tui.playbook.model import NOWHERE, Answer, Ask, Cues, Priority, Say, Section, SourceLocation
from salesnerd_tui.timefmt import format_call_day


class Progress(StrEnum):
    """Progress of a question or a section."""

    DONE = "done"
    KNOWN = "known"
    """The answer is known from before, and the question is not asked again."""
    HERE = "here"
    OPEN = "open"
    SKIPPED = "skipped"


class SectionStatus(Struct, frozen=True):
    """A section with its questions: `done` of `total` are asked or answered, `musts` must still be asked.

    Questions whose answer is known from before are not counted, unless they are asked again. `is_here` is true for the
    section of the question on the screen, even after its last question was answered.
    """

    title: str
    progress: Progress
    done: int
    total: int
    musts: int = 0
    is_here: bool = False


class GateStatus(Struct, frozen=True):
    """A gate by its display name."""

    name: str
    is_met: bool


class DetourKey(Struct, frozen=True):
    """A detour that can be taken now. `key` is empty if it is only in the list of detours."""

    key: str
    detour: str
    label: str
    they_say: tuple[str, ...]


class EarlierFact(Struct, frozen=True):
    """A fact from an earlier call or the prep: the name of its question, the words, the id and day of that call."""

    name: str
    words: str
    call: str
    day: str
    """The day as in `29 Nov` or `today`; empty if it is unknown."""


class JumpRow(Struct, frozen=True):
    """A question in the list of questions."""

    item: str
    section: str
    text: str
    is_must: bool
    progress: Progress
    known: EarlierFact | None = None
    """The answer from earlier calls, while this call has none."""


def section_statuses(context: CallContext) -> tuple[SectionStatus, ...]:
    """Return each section with its progress; questions that are not open are left out."""
    place = traversal.outermost_place(context.state)
    here = traversal.section_of(context.playbook, place)
    open_ids = _open_ids(context)
    statuses = []
    for title, section, asks in _sections(context):
        open_asks = [ask for ask in asks if id(ask) in open_ids]
        is_here = place.item is not None and section is here
        statuses.append(_section_status(context, title, open_asks, is_here=is_here))
    return tuple(statuses)


def gate_statuses(context: CallContext) -> tuple[GateStatus, ...]:
    facts = traversal.CallFacts(context.playbook, context.state)
    return tuple(
        GateStatus(context.playbook.display_name(name), gate.condition.is_met(facts))
        for name, gate in context.playbook.gates.items()
    )


def detour_keys(context: CallContext) -> tuple[DetourKey, ...]:
    """Return the detours that can be taken by a key or from the list, in the playbook's order."""
    facts = traversal.CallFacts(context.playbook, context.state)
    return tuple(
        DetourKey(detour.key, detour.id, context.playbook.display_name(detour.id), detour.they_say)
        for detour in context.playbook.detours.values()
        if detour.when.is_met(facts) and (detour.repeatable or detour.id not in context.state.detours)
    )


def jump_rows(context: CallContext) -> tuple[JumpRow, ...]:
    """Return every question of the agenda, in order, for the jump list."""
    open_ids = _open_ids(context)
    rows: list[JumpRow] = []
    for title, _, asks in _sections(context):
        for ask in asks:
            progress = _progress(context, ask) if id(ask) in open_ids else Progress.SKIPPED
            is_answered = traversal.is_answered(context.playbook, context.state, ask)
            known = None if is_answered else _newest_earlier_fact(context, ask)
            rows.append(JumpRow(ask.id, title, context.wording(ask), ask.priority is Priority.MUST, progress, known))
    return tuple(rows)


def _open_ids(context: CallContext) -> set[int]:
    """Return the identities of the open items of the main list: two of them may have the same id."""
    return set(map(id, traversal.open_items(context.playbook, context.state, traversal.main_list(context.state))))


def _sections(context: CallContext) -> list[tuple[str, Section | None, list[Ask]]]:
    """Return the sections of the agenda with their questions; questions above the first heading get an empty title."""
    grouped: list[tuple[str, Section | None, list[Ask]]] = []
    for item in context.playbook.items_of(traversal.main_list(context.state)):
        if isinstance(item, Section):
            grouped.append((item.title, item, []))
        elif isinstance(item, Ask):
            if not grouped:
                grouped.append(("", None, []))
            grouped[-1][2].append(item)
    return grouped


def _section_status(context: CallContext, title: str, asks: list[Ask], *, is_here: bool) -> SectionStatus:
    progresses = [(ask, _progress(context, ask)) for ask in asks]
    counted = [(ask, state) for ask, state in progresses if state is not Progress.KNOWN]
    done = sum(state is Progress.DONE for _, state in counted)
    progress = Progress.HERE if is_here else Progress.OPEN
    if counted and done == len(counted):
        progress = Progress.DONE
    elif not counted and not is_here:
        progress = Progress.KNOWN if progresses else Progress.SKIPPED
    musts = sum(ask.priority is Priority.MUST and state is not Progress.DONE for ask, state in counted)
    return SectionStatus(title, progress, done, len(counted), musts, is_here)


def _progress(context: CallContext, ask: Ask) -> Progress:
    if traversal.is_asked(context.state, ask) or traversal.is_answered(context.playbook, context.state, ask):
        return Progress.DONE
    if context.state.place.item in ask.all_ids and context.state.place.detour == traversal.main_list(context.state):
        return Progress.HERE
    if traversal.is_skipped(context.state, ask):
        return Progress.SKIPPED
    should_ask = ask.repeatable or traversal.needs_confirmation(context.playbook, context.state, ask)
    return (
        Progress.OPEN if should_ask or not traversal.is_known(context.playbook, context.state, ask) else Progress.KNOWN
    )


MIN_SHOWN_SECONDS = 6.0
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
        return self.tap is not None or self.is_followed


def coach_line(tap: Tapped | None, events: Sequence[Event], at: float, talked_on_seconds: float = 0.0) -> CoachLine:
    """Return what the coach shows `at` seconds of the call; `talked_on_seconds` is the user's talk since the tap."""
    if tap is not None:
        is_drift = tap.kind not in (TapKind.OVER_PROMISING, TapKind.SILENCE)
        is_ignored = is_drift and at - tap.at > IGNORED_SECONDS
        return CoachLine(tap, tap.reason.seconds + talked_on_seconds, is_ignored)
    is_followed = False
    for event in reversed(events[-RECENT_EVENTS:]):
        if isinstance(event, Dismissed) and not is_followed:
            is_heeded = event.how in (Dismissal.HANDED_BACK, Dismissal.BOUNDED) and event.kind is not TapKind.SILENCE
            if not is_heeded or at - event.at > MIN_SHOWN_SECONDS:
                break
            is_followed = True
        elif isinstance(event, Tapped):
            return CoachLine(event, event.reason.seconds, is_followed=True) if is_followed else CoachLine()
    return CoachLine(is_followed=is_followed)


class PromptKind(StrEnum):
    """Kind of what is to be said now. `PROBE` is a follow-up; `CLOSING` asks for the decision."""

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
    is_picked: bool
    lead_in: str = ""
    note: str = ""


class SurroundingCues(Struct, frozen=True):
    """Cues of the section or detour of a question. `goal` is the section's own line."""

    title: str
    cues: Cues
    goal: str = ""


class Prompt(Struct, frozen=True):
    """The one thing to say now. `parent` is the question a follow-up belongs to, `follows` the number of its answer.

    `remember` is a note to the user for this moment; `surroundings` are the cues of the section and the detour.
    `they_said` (labels of answers) and `you_noted` are about the same thing as the text, but not in the buyer's words:
    for reading, not for speaking. `known` is what earlier calls and the prep say about the question; `asks_to_confirm`
    is true if the buyer should confirm it.
    """

    kind: PromptKind
    text: str
    item: str = ""
    parent: str = ""
    follows: int = 0
    lead_in: str = ""
    is_must: bool = False
    is_asked: bool = False
    speaker: str = "me"
    why: tuple[str, ...] = ()
    remember: tuple[str, ...] = ()
    link: tuple[str, ...] = ()
    listen_for: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    surroundings: tuple[SurroundingCues, ...] = ()
    probes: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    notes: tuple[Note, ...] = ()
    they_said: tuple[str, ...] = ()
    you_noted: tuple[str, ...] = ()
    known: tuple[EarlierFact, ...] = ()
    asks_to_confirm: bool = False
    location: SourceLocation = NOWHERE

    @property
    def followed(self) -> Choice | None:
        """The answer that a follow-up belongs to."""
        return next((choice for choice in self.choices if choice.number == self.follows), None)


class CallView(Struct, frozen=True):
    """Everything that the live screen shows of the playbook and the call, without speech.

    `way_back` is where a detour returns to; `proposed` is the id of an outcome or of the playbook to switch to.
    """

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
    detour: str
    """Name of the detour that the call is in, or empty."""
    way_back: str
    is_late: bool
    product_talk: ProductTalk
    next_question: str
    proposed: str
    switch: str
    earlier: tuple[EarlierFact, ...] = ()

    @property
    def following_question(self) -> str:
        """The question to ask next, if the text on the screen is a statement or was asked; otherwise empty."""
        is_statement = self.prompt.kind is PromptKind.SAY and not self.prompt.parent
        is_asked = self.prompt.kind is PromptKind.ASK and self.prompt.is_asked
        return self.next_question if is_statement or is_asked else ""


def view(context: CallContext) -> CallView:
    """Return everything that the live screen shows of the playbook and the call, without speech."""
    started = context.state.started
    sections = section_statuses(context)
    proposed = context.state.proposed
    return CallView(
        title=context.playbook.title,
        account=started.account if started else "",
        people=started.people if started else (),
        prompt=prompt(context),
        done=sum(section.done for section in sections),
        total=sum(section.total for section in sections),
        sections=sections,
        gates=gate_statuses(context),
        scores=tuple((name or "points", value) for name, value in sorted(context.state.scores.items())),
        detours=detour_keys(context),
        detour=context.playbook.display_name(context.state.place.detour or "") if context.state.returns else "",
        way_back=_way_back(context),
        is_late=context.is_late,
        product_talk=product_talk(context),
        next_question=next_question(context),
        proposed=(proposed.outcome or proposed.switch) if proposed else "",
        switch=proposed.switch if proposed else "",
        earlier=earlier_facts(context),
    )


def earlier_facts(context: CallContext) -> tuple[EarlierFact, ...]:
    """Return the facts from earlier calls and the prep, one for each question, in the order of the notes.

    An answer such as *they do not know* is left out, and what this call has an answer to.
    """
    facts = traversal.CallFacts(context.playbook, context.state)
    recalled_facts: list[EarlierFact] = []
    for name, notes in context.state.notes.items():
        recalled = [note for note in notes if note.recalled_from and note.words]
        has_own = not all(note.recalled_from for note in traversal.notes_under(context.playbook, context.state, name))
        if recalled and not has_own and facts.is_known(name):
            recalled_facts.append(_to_earlier_fact(context, name, recalled[-1]))
    return tuple(recalled_facts)


def _to_earlier_fact(context: CallContext, name: str, note: Note) -> EarlierFact:
    day = format_call_day(note.recalled_from, wall_time(context.state, context.at))
    return EarlierFact(context.playbook.display_name(name), note.words, note.recalled_from, day)


def _newest_earlier_fact(context: CallContext, ask: Ask) -> EarlierFact | None:
    """Return the newest note under a question from before this call."""
    notes = traversal.notes_under(context.playbook, context.state, ask.id)
    recalled = [note for note in notes if note.recalled_from and note.words]
    return _to_earlier_fact(context, ask.id, recalled[-1]) if recalled else None


def prompt(context: CallContext) -> Prompt:
    """Return what to say now."""
    item = context.item
    if item is None:
        return _with_cues(context, Prompt(PromptKind.CLOSING, _closing_text(context)))
    if isinstance(item, Say):
        spoken = Prompt(PromptKind.SAY, context.wording(item), item.id, speaker=item.speaker, location=item.location)
        return _with_cues(context, _with_notes(context, spoken, item.text))
    return _question_prompt(context, item)


def product_talk(context: CallContext) -> ProductTalk:
    """Return whether product talk counts as drift here, according to the current section."""
    section = traversal.section_of(context.playbook, traversal.outermost_place(context.state))
    return section.product_talk if section and context.state.place.item else ProductTalk.IF_ASKED


def next_question(context: CallContext) -> str:
    """Return the wording of the question to ask next: the one on the screen while unasked, otherwise the one after."""
    following = next_item(context)
    return context.wording(following) if following else ""


def next_item(context: CallContext) -> traversal.SpokenItem | None:
    """Return the question to ask next: the one on the screen while unasked, otherwise the one after."""
    item = context.item
    if isinstance(item, Ask) and not traversal.is_asked(context.state, item):
        return item
    place = context.state.place
    while True:
        place = traversal.next_place(context.playbook, context.state, place, is_late=context.is_late)
        following = traversal.find_item(context.playbook, place.item, place.detour)
        if not isinstance(following, Say):
            return following


def _question_prompt(context: CallContext, ask: Ask) -> Prompt:
    notes = traversal.notes_under(context.playbook, context.state, ask.id)
    picked_labels = {note.label for note in notes if note.label}
    picked_answer = next((answer for answer in ask.answers if answer.label == context.state.place.probe), None)
    wording = context.wording(ask)
    text = (picked_answer.follow_up or picked_answer.say or wording) if picked_answer else wording
    is_statement = picked_answer is not None and picked_answer.follow_up is None and picked_answer.say is not None
    result = Prompt(
        kind=(PromptKind.SAY if is_statement else PromptKind.PROBE) if picked_answer else PromptKind.ASK,
        text=fill(text, context.playbook, context.state),
        item=ask.id,
        parent=wording if picked_answer else "",
        follows=ask.answers.index(picked_answer) + 1 if picked_answer else 0,
        lead_in=_lead_in(context, picked_answer) if picked_answer else "",
        is_must=ask.priority is Priority.MUST,
        is_asked=traversal.is_asked(context.state, ask),
        speaker=ask.speaker,
        probes=tuple(
            fill(each, context.playbook, context.state)
            for each in (*(picked_answer.follow_ups[1:] if picked_answer else ()), *ask.follow_ups)
        ),
        choices=tuple(
            Choice(
                number,
                answer.display_label,
                _effect_of(context, answer),
                answer.label in picked_labels,
                _lead_in(context, answer),
                " · ".join(answer.why),
            )
            for number, answer in enumerate(ask.answers, 1)
        ),
        notes=notes,
        known=tuple(filter(None, (_newest_earlier_fact(context, ask),))),
        asks_to_confirm=fact_to_confirm(context) is not None,
        location=ask.location,
    )
    return _with_cues(context, _with_notes(context, result, text if picked_answer else ask.text), picked_answer)


def _with_notes(context: CallContext, prompt: Prompt, template: str) -> Prompt:
    """Add what is known in place of the quotes that the text lacks."""
    unspoken = tuple(traversal.unspoken_notes(template, context.playbook, context.state))
    notes = tuple(note for note in unspoken if not note.recalled_from)
    recalled = tuple(_to_earlier_fact(context, "", note) for note in unspoken if note.recalled_from)
    return replace(
        prompt,
        known=(*prompt.known, *recalled),
        they_said=tuple(note.label for note in notes if note.label and not note.text),
        you_noted=tuple(note.text for note in notes if note.text),
    )


def _lead_in(context: CallContext, answer: Answer) -> str:
    """Return what to say before the follow-up question; empty unless the answer has both."""
    return fill(answer.say, context.playbook, context.state) if answer.follow_up and answer.say else ""


def _effect_of(context: CallContext, answer: Answer) -> str:
    """Describe the effect of picking the answer: its follow-ups, then where it goes."""
    follow_ups = tuple(fill(text, context.playbook, context.state) for text in answer.follow_ups or (answer.say or "",))
    return " · ".join(part for part in (*follow_ups, _target(context, answer)) if part)


def _target(context: CallContext, answer: Answer) -> str:
    if answer.goto:
        target = context.playbook.question(answer.goto)
        return context.wording(target) if target else answer.goto
    if answer.end:
        outcome = context.playbook.outcome(answer.end)
        return f"ends: {context.playbook.display_name(answer.end)}" + (f" ({outcome.decision})" if outcome else "")
    if answer.switch:
        return f"continues in the playbook “{context.playbook.display_name(answer.switch)}”"
    if answer.detour:
        return f"detour: {context.playbook.display_name(answer.detour)}"
    return "goes back" if answer.back else ""


def _closing_text(context: CallContext) -> str:
    proposed = context.state.proposed
    if proposed and proposed.switch:
        return f"Continue with the playbook “{context.playbook.display_name(proposed.switch)}”?"
    if proposed and proposed.outcome:
        outcome = context.playbook.outcome(proposed.outcome)
        if outcome and outcome.say:
            return fill(outcome.say, context.playbook, context.state)
    return "Decide together: what did you two agree on?"


def _way_back(context: CallContext) -> str:
    if not context.state.returns:
        return ""
    return_place = context.state.returns[-1]
    item = traversal.find_item(context.playbook, return_place.item, return_place.detour)
    return context.wording(item) if item else "the end of the agenda"


def _with_cues(context: CallContext, prompt: Prompt, picked: Answer | None = None) -> Prompt:
    """Add the cues at the current place. `picked` is the answer whose follow-up is on the screen.

    `remember` is what the user should see without pressing a key. `listen_for` and `avoid` are those of the question or
    the picked answer, or else the detour's or the section's.
    """
    item = context.item
    own: Cues = item if item is not None else NO_CUES
    answer = picked or _just_picked(context) or NO_CUES
    surroundings = tuple(_surroundings(context))
    nearest = (picked or own, *(each.cues for each in surroundings))
    in_detour = surroundings[0].cues.why if surroundings and context.state.returns else ()
    return replace(
        prompt,
        why=own.why if isinstance(item, Ask) else (),
        remember=_first_nonempty((*answer.why, *(own.why if isinstance(item, Say) else ())), in_detour),
        listen_for=_first_nonempty(*(cues.listen_for for cues in nearest)),
        avoid=_first_nonempty(*(cues.avoid for cues in nearest)),
        link=(*answer.link, *own.link),
        surroundings=surroundings,
    )


def _first_nonempty(*found: tuple[str, ...]) -> tuple[str, ...]:
    return next((each for each in found if each), ())


def _just_picked(context: CallContext) -> Answer | None:
    """Return the answer picked at the place before this one, if it led straight on: its note would flash by."""
    last_place = context.state.trail[-1] if context.state.trail else None
    if last_place is None or last_place.probe is not None:
        return None
    notes = context.state.notes.get(last_place.item or "", ())
    item = traversal.find_item(context.playbook, last_place.item, last_place.detour)
    return next((answer for answer in numbered_answers(item) if notes and answer.label == notes[-1].label), None)


def _surroundings(context: CallContext) -> Iterator[SurroundingCues]:
    """Yield the cues of the surroundings of the current place, the nearest first."""
    place = context.state.place
    detour = context.playbook.detours.get(place.detour or "")
    section = traversal.section_of(context.playbook, place)
    if section is not None and (section.has_cues or section.goal):
        yield SurroundingCues(section.title, section, section.goal)
    if detour is not None and detour.has_cues:
        yield SurroundingCues(context.playbook.display_name(detour.id), detour)
