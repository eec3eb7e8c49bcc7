"""Actions of the user in a call: each function returns the events that one key press records.

It takes the context of the call and records nothing: `CallSession.do` does. All events of an action have the same `at`,
so one undo reverts the whole action. An action that is not possible raises `CannotAct`, whose message tells the user
why, and what to do instead.

`Suggestions` come from what was heard: a buyer's request, a question that may have been asked, words that may answer
it. They are not events: a suggestion that was not accepted leaves no trace in the call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.call import traversal
from salesnerd_tui.call.events import (
    Advanced,
    Answered,
    Asked,
    Detoured,
    Dismissal,
    Dismissed,
    Event,
    Filled,
    Jumped,
    JumpReason,
    Marked,
    Mode,
    Noted,
    NoteKind,
    Origin,
    Place,
    PlanKind,
    PlanSet,
    Proposed,
    Returned,
    Skipped,
    Switched,
    Undone,
)
from salesnerd_tui.call.state import CallState, Note, evolve, undone_numbers
from salesnerd_tui.call.traversal import fill
from salesnerd_tui.errors import UserError
from salesnerd_tui.playbook.model import PREP, Answer, Ask, NoteType, Playbook, Section
from salesnerd_tui.text import closest_match

NOTE_PREFIXES: Mapping[str, NoteKind] = {
    "!": NoteKind.PAIN,
    "#": NoteKind.NUMBER,
    "@": NoteKind.PERSON,
    ">": NoteKind.PROMISE,
    '"': NoteKind.QUOTE,
    "-": NoteKind.FREE,
}
"""Symbols that set the kind at the start of a note; a kind's name and a colon (`pain: …`) do the same.

A prefix, because a menu would delay the note.
"""

ANSWERED_TYPES: Mapping[NoteKind, tuple[NoteType, ...]] = {
    NoteKind.NUMBER: (NoteType.NUMBER, NoteType.MONEY),
    NoteKind.PERSON: (NoteType.PERSON, NoteType.PEOPLE),
}
"""Types of questions that a note of this kind answers: `# 9k all in` is the answer to *What did it cost you?*"""


def parse_note_kind(text: str) -> tuple[NoteKind | None, str]:
    """Return the kind that a note starts with, and the rest; None if it names no kind and belongs to the question."""
    words = text.strip()
    if words[:1] in NOTE_PREFIXES:
        return NOTE_PREFIXES[words[0]], words[1:].strip().rstrip('"') if words[0] == '"' else words[1:].strip()
    name, colon, rest = words.partition(":")
    if colon and name.strip().lower() in set(NoteKind):
        return NoteKind(name.strip().lower()), rest.strip()
    return None, words


Events = tuple[Event, ...]

MAX_OPEN_DETOURS = 3
"""Playbook format: with more open detours, users lose their way back."""

NEXT_BLOCKED_SECONDS = 1.5
"""Time after an automatic move in which *next* is refused: the key was meant for the previous question."""

UNDOABLE = (Asked, Answered, Filled, Skipped, Noted, Marked, Proposed, Advanced, Jumped, Detoured, Returned)

SUGGESTION_SECONDS = 20.0
"""Time for which *you asked* and *their answer* are shown; after that the talk has moved on."""

MAX_REQUESTS = 3
"""Maximum number of pending requests of the buyer; a new one replaces the oldest."""

MIN_ANSWER_WORDS = 4
"""Minimum number of words, without polite ones, for an answer that the next question confirms; fewer need the key."""


class AnswerSuggestion(Struct, frozen=True):
    """Words of the buyer after a question was asked. `at` is the time of the last ones."""

    question: str
    asked_as: str
    words: str
    at: float

    @property
    def is_long_enough(self) -> bool:
        """Return whether moving to the next question confirms the answer."""
        return len(self.words.split()) >= MIN_ANSWER_WORDS


class AskedSuggestion(Struct, frozen=True):
    """A question that the user may have asked, as `heard`.

    `answer` is what the buyer has said since. `previous_answer` was pending when the question was asked.
    """

    question: str
    asked_as: str
    heard: str
    at: float
    answer: AnswerSuggestion | None = None
    previous_answer: AnswerSuggestion | None = None


class DetourSuggestion(Struct, frozen=True):
    """A request of the buyer that a detour answers, as `heard`; `key` is the detour's letter, or empty."""

    detour: str
    label: str
    key: str
    heard: str
    at: float


class Suggestions(Struct, frozen=True):
    """All pending suggestions; none hides another.

    `requests` are the buyer's requests, newest first; each stays until it is accepted, rejected or answered. `asked`
    and `answer` expire. `unconfirmed` is the answer that the next question confirms, even after `answer` has expired.
    """

    asked: AskedSuggestion | None = None
    answer: AnswerSuggestion | None = None
    requests: tuple[DetourSuggestion, ...] = ()
    unconfirmed: AnswerSuggestion | None = None

    def __bool__(self) -> bool:
        return any((self.asked, self.answer, self.requests))

    @property
    def accepts_request(self) -> bool:
        """Return whether `accept` takes the newest request; otherwise it takes the question or the answer."""
        return bool(self.requests) and not (self.requests[0].key and (self.asked or self.answer))

    def answer_to(self, question: str) -> AnswerSuggestion | None:
        """Return what the buyer said to this question, if it was (or may have been) the last one asked."""
        if self.asked is not None and self.asked.question == question:
            return self.asked.answer
        suggestion = self.unconfirmed or self.answer
        return suggestion if suggestion is not None and suggestion.question == question else None


NO_SUGGESTIONS = Suggestions()


class CannotAct(UserError):
    """An action is not available now; the message says why and what to do instead."""


class CallContext(Struct, frozen=True):
    """Input of every action and view: playbook, state, suggestions, and the time `at` in seconds of the call."""

    playbook: Playbook
    state: CallState
    at: float
    suggestions: Suggestions = NO_SUGGESTIONS

    @property
    def is_late(self) -> bool:
        return traversal.is_late(self.playbook, self.state.place, self.at)

    @property
    def item(self) -> traversal.SpokenItem | None:
        place = self.state.place
        return traversal.find_item(self.playbook, place.item, place.detour)

    def wording(self, item: traversal.SpokenItem) -> str:
        return fill(item.text, self.playbook, self.state)

    def after(self, *events: Event) -> CallContext:
        state = self.state
        for event in events:
            state = evolve(state, event)
        return replace(self, state=state)


Action = Callable[[CallContext], tuple[Event, ...]]
"""Returns the events of what the user did. Raises `CannotAct`."""


def numbered_answers(item: traversal.SpokenItem | None) -> tuple[Answer, ...]:
    """Return the answers of a question that number keys pick; a statement has none."""
    return item.answers if isinstance(item, Ask) else ()


def go_next(context: CallContext) -> Events:
    """Mark the question as asked, save what was heard as its answer, and move to the next question."""
    item = context.item
    if context.at - context.state.followed_at < NEXT_BLOCKED_SECONDS:
        raise CannotAct("moved to the question you asked: press again to continue")
    if item is None:
        raise CannotAct(_end_message(context))
    is_asked = item.id in context.state.asked
    asked: Events = () if is_asked else (Asked(context.at, item.id, context.wording(item)),)
    events = (*asked, *record_long_answer(context, context.suggestions.answer_to(item.id)))
    after = context.after(*events)
    picked = next((answer for answer in numbered_answers(item) if answer.label == context.state.place.probe), None)
    return (*events, *(_follow_answer(after, picked) if picked else _advance(after)))


def _end_message(context: CallContext) -> str:
    """Return a message that says what to do after the last question."""
    if context.state.started is not None and context.state.started.mode is Mode.PREP:
        return "no more prep questions: start the call, or add to the page"
    return "end of the agenda: end the call, or jump back to a question"


def skip(context: CallContext) -> Events:
    item = context.item
    if item is None:
        raise CannotAct(f"nothing to skip: {_end_message(context).partition(':')[0]}")
    skipped = Skipped(context.at, item.id)
    return (skipped, *_advance(context.after(skipped)))


def go_back(context: CallContext) -> Events:
    """Return to the previous place."""
    if not context.state.trail:
        raise CannotAct("this is the first question")
    return (Jumped(context.at, context.state.trail[-1], context.state.place, JumpReason.BACK),)


def jump(context: CallContext, item: str) -> Events:
    """Jump to a question of the agenda by its id."""
    to = Place(item, detour=traversal.main_list(context.state))
    if traversal.find_item(context.playbook, item, to.detour) is None:
        ids = [each.id for each in context.playbook.items_of(to.detour) if isinstance(each, Ask)]
        raise CannotAct(f"no question '{item}' in this playbook{_did_you_mean(item, ids)}")
    if context.state.place == to:
        raise CannotAct("already at this question")
    return (Jumped(context.at, to, context.state.place),)


def pick(context: CallContext, number: int) -> Events:
    """Record the answer with this number (from 1): its follow-up or statement comes next, or where the answer leads."""
    item = context.item
    answers = numbered_answers(item)
    if not isinstance(item, Ask) or not answers:
        raise CannotAct("this question has no numbered answers: type a note, or go to the next question")
    if not 1 <= number <= len(answers):
        raise CannotAct(f"no answer {number} (choose 1 to {len(answers)})")
    picked = answers[number - 1]
    events = _pick_answer(context, item, picked, picked.points)
    if picked.follow_up or picked.say:
        place = context.state.place
        return (*events, Advanced(context.at, Place(place.item, picked.label, place.detour), place))
    return (*events, *_follow_answer(context.after(*events), picked))


def _pick_answer(context: CallContext, item: Ask, picked: Answer, points: Mapping[str, float]) -> Events:
    wording = context.wording(item)
    answered = Answered(context.at, item.id, wording, label=picked.label, points=dict(points), again=item.repeatable)
    return (answered, *(Filled(context.at, name, text) for name, text in picked.sets.items()))


def note(context: CallContext, text: str) -> Events:
    """Save a typed note: under the current question, or free if it names a kind that does not answer the question."""
    kind, words = parse_note_kind(text)
    if not words:
        raise CannotAct("nothing typed yet")
    item = context.item
    if isinstance(item, Ask) and (kind is None or item.type in ANSWERED_TYPES.get(kind, ())):
        return answer(context, item, words, kind=kind or NoteKind.FREE)
    return (Noted(context.at, words, kind or NoteKind.FREE, item.id if item else ""),)


def answer(
    context: CallContext, item: Ask, words: str, how: Origin = Origin.HAND, *, kind: NoteKind = NoteKind.FREE
) -> Events:
    """Save words under a question, whatever symbol they start with."""
    return (Answered(context.at, item.id, context.wording(item), note=words, how=how, fills=item.fills, kind=kind),)


def record_heard_question(context: CallContext, question: str, *, follow: bool = False) -> Events:
    """Record that the user was heard asking a question. Asked does not mean answered.

    With `follow`, the call moves to the question: in its own list, or into the detour of a pending request.
    """
    ask = context.playbook.question(question)
    if ask is None or traversal.is_asked(context.state, ask):
        return ()
    asked = Asked(context.at, question, context.wording(ask), Origin.HEARD)
    place = context.state.place
    if not follow or place.item == ask.id:
        return (asked,)
    for detour in dict.fromkeys((place.detour, traversal.main_list(context.state))):
        if traversal.find_item(context.playbook, ask.id, detour) is not None:
            return (asked, Jumped(context.at, Place(ask.id, detour=detour), place, JumpReason.HEARD))
    return (*_enter_requested_detour(context, ask), asked)


def _enter_requested_detour(context: CallContext, ask: Ask) -> Events:
    """Take the detour of a pending request that contains `ask`, at that question; no events if none can be taken."""
    for request in context.suggestions.requests:
        if traversal.find_item(context.playbook, ask.id, request.detour) is None:
            continue
        try:
            take_detour(context, request.detour)
        except CannotAct:
            continue
        to = Place(ask.id, detour=request.detour)
        return (Detoured(context.at, request.detour, to, context.state.place, Origin.HEARD),)
    return ()


def record_heard_answer(context: CallContext, suggestion: AnswerSuggestion) -> Events:
    """Save what the buyer said as the answer to a question; no events if the playbook no longer has the question."""
    ask = context.playbook.question(suggestion.question)
    return answer(context, ask, suggestion.words, Origin.HEARD) if ask is not None else ()


def record_long_answer(context: CallContext, suggestion: AnswerSuggestion | None) -> Events:
    """Save what the buyer said if it is long enough for an answer."""
    return record_heard_answer(context, suggestion) if suggestion is not None and suggestion.is_long_enough else ()


def take_detour(context: CallContext, detour_id: str, how: Origin = Origin.HAND) -> Events:
    """Take a detour; the way back is automatic."""
    target = context.playbook.detours.get(detour_id)
    if target is None:
        hint = _did_you_mean(detour_id, context.playbook.detours)
        raise CannotAct(f"no detour '{detour_id}' in this playbook{hint}")
    open_detours = {place.detour for place in (*context.state.returns, context.state.place)}
    if detour_id in open_detours:
        raise CannotAct("already in that detour")
    if len(context.state.returns) >= MAX_OPEN_DETOURS:
        raise CannotAct(f"too many open detours ({MAX_OPEN_DETOURS}): return from one first")
    if not target.repeatable and detour_id in context.state.detours:
        raise CannotAct("that detour can only be used once per call")
    if not target.when.is_met(traversal.CallFacts(context.playbook, context.state)):
        raise CannotAct(f"not available until {target.when.source}")
    place = context.state.place
    inside = context.after(Detoured(context.at, detour_id, Place(None, detour=detour_id), place, how))
    to = traversal.first_place(context.playbook, inside.state, detour_id)
    if to.detour != detour_id:
        raise CannotAct("every question in that detour is already answered")
    return (Detoured(context.at, detour_id, to, place, how),)


def _did_you_mean(typed: str, ids: Iterable[str]) -> str:
    """Return a hint at the id that was most likely meant, or an empty string."""
    ids = tuple(ids)
    beginnings = [each for each in ids if typed and each.startswith(typed)]
    meant = beginnings[0] if len(beginnings) == 1 else closest_match(typed, ids)
    return f" (did you mean '{meant}'?)" if meant else ""


def mark(context: CallContext) -> Events:
    return (Marked(context.at, context.state.place.item or ""),)


def dismiss_tap(context: CallContext) -> Events:
    if context.state.tap is None:
        raise CannotAct("no tap to dismiss")
    return (Dismissed(context.at, context.state.tap.kind, Dismissal.DISMISSED),)


def undo(context: CallContext, events: Sequence[Event]) -> Events:
    """Undo the latest action since the last switch that still counts, whether the user or the program did it."""
    undone = undone_numbers(events)
    switched = max((i for i, event in enumerate(events) if isinstance(event, Switched)), default=-1)
    undoable = [i for i in range(switched + 1, len(events)) if i not in undone and _is_undoable(events[i])]
    if not undoable:
        raise CannotAct("nothing to undo" if switched < 0 else "cannot undo the switch to another playbook")
    latest = events[undoable[-1]].at
    numbers = tuple(i for i in undoable if events[i].at == latest)
    return (Undone(context.at, numbers),)


def _is_undoable(event: Event) -> bool:
    """Return whether undo reverts the event; an expired tap and the file of the playbook are not actions."""
    match event:
        case Dismissed(how=how):
            return how is Dismissal.DISMISSED
        case PlanSet(kind=kind):
            return kind is not PlanKind.PLAYBOOK
    return isinstance(event, UNDOABLE)


def keep_place(context: CallContext, before: Playbook) -> Events:
    """Return no events if the place still exists after a reload, otherwise a jump to the next question that does.

    A question without an id gets another one when it is reworded: the call stays at it.
    """
    place = context.state.place
    if place.item is None or context.item is not None:
        return ()
    if (reworded := _find_reworded(before, context.playbook, place)) is not None:
        return (Jumped(context.at, replace(place, item=reworded), place, JumpReason.QUESTION_REMOVED),)
    items = [item.id for item in before.items_of(place.detour) if isinstance(item, traversal.SpokenItem)]
    here = traversal.find_item(before, place.item, place.detour)
    later_items = items[items.index(here.id) + 1 :] if here else []
    survivor = next((item for item in later_items if traversal.find_item(context.playbook, item, place.detour)), None)
    to = Place(survivor, detour=place.detour if survivor is not None else None)
    if survivor is None and place.detour:
        to = traversal.next_place(context.playbook, context.state, place)
    return (Jumped(context.at, to, place, JumpReason.QUESTION_REMOVED),)


def _find_reworded(before: Playbook, after: Playbook, place: Place) -> str | None:
    """Return the id of the new item at the old position of `place`, if the list has the same length."""
    new_items, position = after.items_of(place.detour), before.position(place.item or "", place.detour)
    if position is None or len(new_items) != len(before.items_of(place.detour)):
        return None
    item = new_items[position[0]]
    if isinstance(item, Section) or before.position(item.id, place.detour) is not None:
        return None
    return item.id


def _advance(context: CallContext) -> Events:
    place = context.state.place
    to = traversal.next_place(context.playbook, context.state, place, is_late=context.is_late)
    if place.detour not in (None, PREP) and to.detour != place.detour:
        return (Returned(context.at, to, place),)
    return (Advanced(context.at, to, place),)


def _follow_answer(context: CallContext, answer: Answer) -> Events:
    place = context.state.place
    if answer.goto:
        return (Advanced(context.at, Place(answer.goto, detour=place.detour), place),)
    if answer.end or answer.switch:
        proposed = Proposed(context.at, answer.end or "", answer.switch or "")
        return (proposed, Advanced(context.at, Place(None), place))
    if answer.detour:
        with suppress(CannotAct):  # the picked answer still counts, and the call moves on
            return take_detour(context, answer.detour)
    if answer.back and context.state.returns:
        return (Returned(context.at, context.state.returns[-1], place),)
    return _advance(context)


def accept(context: CallContext) -> Events:
    """Accept a suggestion: first a request without its own letter, because no other key accepts it.

    If a question was asked, what the buyer said before it answers the previous question.
    """
    asked = context.suggestions.asked
    if context.suggestions.accepts_request:
        return take_detour(context, context.suggestions.requests[0].detour, Origin.HEARD)
    if asked is not None:
        events = record_long_answer(context, asked.previous_answer)
        return (*events, Asked(context.at, asked.question, asked.asked_as, Origin.HEARD))
    if context.suggestions.answer is not None:
        return record_heard_answer(context, context.suggestions.answer)
    fact = fact_to_confirm(context)
    if fact is not None and isinstance(context.item, Ask):
        return _confirm(context, context.item, fact)
    raise CannotAct("no suggestion to confirm or reject")


def fact_to_confirm(context: CallContext) -> Note | None:
    """Return the newest fact from before under the question on the screen; None if this call has an answer."""
    item = context.item
    if not isinstance(item, Ask) or context.state.place.probe is not None:
        return None
    if not traversal.is_from_before(context.playbook, context.state, item):
        return None
    return traversal.notes_under(context.playbook, context.state, item.id)[-1]


def _confirm(context: CallContext, item: Ask, fact: Note) -> Events:
    """Save a fact that the buyer confirmed as an answer of this call, and move on.

    An answer of the playbook counts as picked, but its follow-ups were asked before and are not repeated.
    """
    picked = next((each for each in numbered_answers(item) if each.label == fact.words), None)
    if picked is None:
        events = answer(context, item, fact.words)
        return (*events, *_advance(context.after(*events)))
    events = _pick_answer(context, item, picked, {} if fact.points else picked.points)
    after = context.after(*events)
    return (*events, *(_follow_answer(after, picked) if picked.goto else _advance(after)))
