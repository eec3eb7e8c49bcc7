"""Actions: what one key press makes happen in a call, as events.

Each function takes the playbook, the state and the time, and returns the events to record together; all carry the
same `at`, so that one undo takes the whole action back. An action that is not possible raises `CannotAct`, whose
message is shown to the user: it says why, and what can be done instead.

A free note names its kind with a prefix, so that no menu delays writing it down.

`Suggestions` come from what was heard: a buyer's request, a question that may have been asked, words that may answer
it. They are not events: a suggestion that was not accepted leaves no trace in the call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
    PlanSet,
    Proposed,
    Returned,
    Skipped,
    Undone,
)
from salesnerd_tui.call.state import CallState, Note, evolve, undone_numbers
from salesnerd_tui.call.traversal import fill
from salesnerd_tui.errors import UserError
from salesnerd_tui.playbook.model import PREP, Answer, Ask, Playbook, Section

PREFIXES: Mapping[str, NoteKind] = {
    "!": NoteKind.PAIN,
    "#": NoteKind.NUMBER,
    "@": NoteKind.PERSON,
    ">": NoteKind.PROMISE,
    '"': NoteKind.QUOTE,
    "-": NoteKind.FREE,
}
"""Symbols that set the kind at the start of a note. The kind's name and a colon (`pain: …`) do the same."""


def kind_of(text: str) -> tuple[NoteKind | None, str]:
    """Return the kind that a note starts with, and the rest; None if it names no kind and belongs to the question."""
    words = text.strip()
    if words[:1] in PREFIXES:
        return PREFIXES[words[0]], words[1:].strip().rstrip('"') if words[0] == '"' else words[1:].strip()
    name, colon, rest = words.partition(":")
    if colon and name.strip().lower() in set(NoteKind):
        return NoteKind(name.strip().lower()), rest.strip()
    return None, words


Events = tuple[Event, ...]

DETOURS_DEEP = 3
"""Maximum number of open detours (playbook format): deeper than this, users lose their way back."""

FOLLOWED_SECONDS = 1.5
"""Time for which *next* is refused after an automatic move, because the key was meant for the previous question."""

UNDOABLE = (
    Asked,
    Answered,
    Filled,
    Skipped,
    Noted,
    Marked,
    Proposed,
    Advanced,
    Jumped,
    Detoured,
    Returned,
    Dismissed,
    PlanSet,
)


SUGGESTED_SECONDS = 20.0
"""Seconds for which *you asked this?* and *their answer* are shown. After that the talk has moved on."""

MOST_REQUESTS = 3
"""Maximum number of pending requests; a new one replaces the oldest."""

ANSWER_WORDS = 4
"""Minimum number of words, without polite ones, for an answer that the next question confirms; fewer need the key."""


class AnswerSuggestion(Struct, frozen=True):
    """Words of the buyer after a question was asked. `at` is the time of the last ones."""

    question: str
    asked_as: str
    words: str
    at: float

    @property
    def is_enough(self) -> bool:
        """Return whether moving to the next question confirms the answer."""
        return len(self.words.split()) >= ANSWER_WORDS


class AskedSuggestion(Struct, frozen=True):
    """A question that the user may have asked, as `heard`.

    `answer` is what the buyer said since, and `before` the answer that was pending at that time.
    """

    question: str
    asked_as: str
    heard: str
    at: float
    answer: AnswerSuggestion | None = None
    before: AnswerSuggestion | None = None


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
    def detour(self) -> DetourSuggestion | None:
        """Return the newest request."""
        return self.requests[0] if self.requests else None

    def answer_to(self, question: str) -> AnswerSuggestion | None:
        """Return what the buyer said to this question, if it is the one that was (or may have been) asked last."""
        if self.asked is not None and self.asked.question == question:
            return self.asked.answer
        found = self.unconfirmed or self.answer
        return found if found is not None and found.question == question else None


NO_SUGGESTIONS = Suggestions()


class CannotAct(UserError):
    """An action is not available now; the message says why and what to do instead."""


class CallContext(Struct, frozen=True):
    """A playbook, the state of a call, its time in seconds and what was heard: what every action acts on."""

    playbook: Playbook
    state: CallState
    at: float
    suggestions: Suggestions = NO_SUGGESTIONS

    @property
    def late(self) -> bool:
        return traversal.is_late(self.playbook, self.state.place, self.at)

    @property
    def here(self) -> traversal.Spoken | None:
        place = self.state.place
        return traversal.find(self.playbook, place.item, place.detour)

    def wording(self, item: traversal.Spoken) -> str:
        return fill(item.text, self.playbook, self.state)

    def after(self, *events: Event) -> CallContext:
        """Return the context after these events."""
        state = self.state
        for event in events:
            state = evolve(state, event)
        return replace(self, state=state)


Action = Callable[[CallContext], tuple[Event, ...]]
"""Returns the events of what the user did. Raises `CannotAct`."""


def choices(item: traversal.Spoken | None) -> tuple[Answer, ...]:
    """Return the numbered answers of a question; a statement has none."""
    return item.answers if isinstance(item, Ask) else ()


def go_next(now: CallContext) -> Events:
    """Mark the question as asked, save what was heard as its answer, and move to the next question."""
    item = now.here
    if now.at - now.state.followed_at < FOLLOWED_SECONDS:
        raise CannotAct("moved to the question you asked: press again to continue")
    if item is None:
        raise CannotAct(_end_of_questions(now))
    asked: Events = () if item.id in now.state.asked else (Asked(now.at, item.id, now.wording(item)),)
    answered = now.suggestions.answer_to(item.id)
    heard = heard_answer(now, answered) if answered is not None and answered.is_enough else ()
    then = now.after(*asked, *heard)
    followed = next((answer for answer in choices(item) if answer.label == now.state.place.probe), None)
    return (*asked, *heard, *(_lead(then, followed) if followed else _onwards(then)))


def _end_of_questions(now: CallContext) -> str:
    """Return a message that says what to do after the last question."""
    if now.state.started is not None and now.state.started.mode is Mode.PREP:
        return "no more prep questions: start the call, or add to the page"
    return "end of the agenda: end the call, or jump back to a question"


def skip(now: CallContext) -> Events:
    """Skip this question."""
    item = now.here
    if item is None:
        raise CannotAct(f"nothing to skip: {_end_of_questions(now).partition(':')[0]}")
    skipped = Skipped(now.at, item.id)
    return (skipped, *_onwards(now.after(skipped)))


def go_back(now: CallContext) -> Events:
    """Return to the previous place."""
    if not now.state.trail:
        raise CannotAct("this is the first question")
    return (Jumped(now.at, now.state.trail[-1], now.state.place, JumpReason.BACK),)


def jump(now: CallContext, item: str) -> Events:
    """Jump to a question of the agenda by its id."""
    to = Place(item, detour=traversal.main_list(now.state))
    if traversal.find(now.playbook, item, to.detour) is None:
        raise CannotAct(f"no question '{item}' in this playbook (jump lists them)")
    if now.state.place == to:
        raise CannotAct("already at this question")
    return (Jumped(now.at, to, now.state.place),)


def pick(now: CallContext, number: int) -> Events:
    """Record the answer with this number (from 1): its follow-up or statement comes next, or where the answer leads."""
    item = now.here
    offered = choices(item)
    if not isinstance(item, Ask) or not offered:
        raise CannotAct("this question has no numbered answers: type a note, or go to the next question")
    if not 1 <= number <= len(offered):
        raise CannotAct(f"no answer {number} (choose 1 to {len(offered)})")
    picked = offered[number - 1]
    wording = now.wording(item)
    points = dict(picked.points)
    answered = Answered(now.at, item.id, wording, label=picked.label, points=points, again=item.repeatable)
    kept = (answered, *(Filled(now.at, name, text) for name, text in picked.sets.items()))
    if picked.follow_up or picked.say:
        place = now.state.place
        return (*kept, Advanced(now.at, Place(place.item, picked.label, place.detour), place))
    return (*kept, *_lead(now.after(*kept), picked))


def note(now: CallContext, text: str) -> Events:
    """Save a typed note: free if it names a kind or no question is shown, otherwise under the current question."""
    kind, words = kind_of(text)
    if not words:
        raise CannotAct("nothing typed yet")
    item = now.here
    if kind is not None or not isinstance(item, Ask):
        return (Noted(now.at, words, kind or NoteKind.FREE, item.id if item else ""),)
    return answer(now, item, words)


def answer(now: CallContext, item: Ask, words: str, how: Origin = Origin.HAND) -> Events:
    """Save words under a question, whatever symbol they start with."""
    return (Answered(now.at, item.id, now.wording(item), note=words, how=how),)


def heard_asked(now: CallContext, question: str, *, follow: bool = False) -> Events:
    """Record that the user was heard asking a question. Asked does not mean answered.

    With `follow`, the call moves to the question: in its own list, or into the detour of a pending request.
    """
    ask = now.playbook.question(question)
    if ask is None or question in now.state.asked:
        return ()
    asked = Asked(now.at, question, now.wording(ask), Origin.HEARD)
    place = now.state.place
    if not follow or place.item == ask.id:
        return (asked,)
    for detour in dict.fromkeys((place.detour, traversal.main_list(now.state))):
        if traversal.find(now.playbook, ask.id, detour) is not None:
            return (asked, Jumped(now.at, Place(ask.id, detour=detour), place, JumpReason.HEARD))
    return (*_into_requested(now, ask), asked)


def _into_requested(now: CallContext, ask: Ask) -> Events:
    """Take the detour of a pending request that contains `ask`, at that question; no events if none can be taken."""
    for request in now.suggestions.requests:
        if traversal.find(now.playbook, ask.id, request.detour) is None:
            continue
        try:
            take_detour(now, request.detour)
        except CannotAct:
            continue
        to = Place(ask.id, detour=request.detour)
        return (Detoured(now.at, request.detour, to, now.state.place, Origin.HEARD),)
    return ()


def heard_answer(now: CallContext, suggestion: AnswerSuggestion) -> Events:
    """Save what the buyer said as the answer to a question; no events if the playbook no longer has the question."""
    ask = now.playbook.question(suggestion.question)
    return answer(now, ask, suggestion.words, Origin.HEARD) if ask is not None else ()


def take_detour(now: CallContext, detour: str, how: Origin = Origin.HAND) -> Events:
    """Take a detour; the way back is automatic."""
    found = now.playbook.detours.get(detour)
    if found is None:
        raise CannotAct(f"this playbook has no detour '{detour}'")
    open_now = {place.detour for place in (*now.state.returns, now.state.place)}
    if detour in open_now:
        raise CannotAct("already in that detour")
    if len(now.state.returns) >= DETOURS_DEEP:
        raise CannotAct(f"too many open detours ({DETOURS_DEEP}): return from one first")
    if not found.repeatable and detour in now.state.detours:
        raise CannotAct("that detour can only be used once per call")
    if not found.when.is_met(traversal.CallFacts(now.playbook, now.state)):
        raise CannotAct(f"not available until {found.when.source}")
    left = now.state.place
    inside = now.after(Detoured(now.at, detour, Place(None, detour=detour), left, how))
    to = traversal.first(now.playbook, inside.state, detour)
    if to.detour != detour:
        raise CannotAct("every question in that detour is already answered")
    return (Detoured(now.at, detour, to, left, how),)


def mark(now: CallContext) -> Events:
    """Bookmark this moment for the debrief."""
    return (Marked(now.at, now.state.place.item or ""),)


def dismiss_tap(now: CallContext) -> Events:
    """Dismiss the tap on the screen."""
    if now.state.tap is None:
        raise CannotAct("no tap to dismiss")
    return (Dismissed(now.at, now.state.tap.kind, Dismissal.DISMISSED),)


def undo(now: CallContext, events: Sequence[Event]) -> Events:
    """Undo the latest action that still counts, whether the user or the program did it."""
    gone = undone_numbers(events)
    counted = [i for i, event in enumerate(events) if i not in gone and _is_undoable(event)]
    if not counted:
        raise CannotAct("nothing to undo")
    latest = events[counted[-1]].at
    numbers = tuple(i for i in counted if events[i].at == latest)
    return (Undone(now.at, numbers),)


def _is_undoable(event: Event) -> bool:
    """Return whether undo reverts the event; a tap that expired is not an action."""
    expired = isinstance(event, Dismissed) and event.how is not Dismissal.DISMISSED
    return isinstance(event, UNDOABLE) and not expired


def stay_in_place(now: CallContext, before: Playbook) -> Events:
    """Return no events if the place survived a reload, otherwise a jump to the next question that did.

    A question without an id gets another one when it is reworded: the call stays at it.
    """
    place = now.state.place
    if place.item is None or now.here is not None:
        return ()
    if (reworded := _reworded(before, now.playbook, place)) is not None:
        return (Jumped(now.at, replace(place, item=reworded), place, JumpReason.QUESTION_REMOVED),)
    spoken = [item.id for item in before.items_of(place.detour) if isinstance(item, traversal.Spoken)]
    after = spoken[spoken.index(place.item) + 1 :] if place.item in spoken else []
    survivor = next((item for item in after if traversal.find(now.playbook, item, place.detour)), None)
    if survivor is not None:
        to = Place(survivor, detour=place.detour)
    else:
        to = traversal.following(now.playbook, now.state, place) if place.detour else Place(None)
    return (Jumped(now.at, to, place, JumpReason.QUESTION_REMOVED),)


def _reworded(before: Playbook, after: Playbook, place: Place) -> str | None:
    """Return the id of a new item where the one at `place` was, if the list is as long as it was."""
    items, position = after.items_of(place.detour), before.position(place.item or "", place.detour)
    if position is None or len(items) != len(before.items_of(place.detour)):
        return None
    found = items[position[0]]
    if isinstance(found, Section) or before.position(found.id, place.detour) is not None:
        return None
    return found.id


def _onwards(now: CallContext) -> Events:
    to = traversal.following(now.playbook, now.state, now.state.place, late=now.late)
    return _move(now, to)


def _move(now: CallContext, to: Place) -> Events:
    left = now.state.place
    if left.detour not in (None, PREP) and to.detour != left.detour:
        return (Returned(now.at, to, left),)
    return (Advanced(now.at, to, left),)


def _lead(now: CallContext, answer: Answer) -> Events:
    place = now.state.place
    if answer.goto:
        return (Advanced(now.at, Place(answer.goto, detour=place.detour), place),)
    if answer.end or answer.switch:
        proposed = Proposed(now.at, answer.end or "", answer.switch or "")
        return (proposed, Advanced(now.at, Place(None), place))
    if answer.detour:
        with suppress(CannotAct):  # the picked answer still counts, and the call moves on
            return take_detour(now, answer.detour)
    if answer.back and now.state.returns:
        return (Returned(now.at, now.state.returns[-1], place),)
    return _onwards(now)


def accept(now: CallContext) -> Events:
    """Accept a suggestion: first a request without its own letter, because no other key accepts it.

    If a question was asked, what the buyer said before it answers the previous question.
    """
    request, asked = now.suggestions.detour, now.suggestions.asked
    if request is not None and (not request.key or not (asked or now.suggestions.answer)):
        return take_detour(now, request.detour, Origin.HEARD)
    if asked is not None:
        before = heard_answer(now, asked.before) if asked.before is not None and asked.before.is_enough else ()
        return (*before, Asked(now.at, asked.question, asked.asked_as, Origin.HEARD))
    if now.suggestions.answer is not None:
        return heard_answer(now, now.suggestions.answer)
    fact = fact_to_confirm(now)
    if fact is not None and isinstance(now.here, Ask):
        return _confirm(now, now.here, fact)
    raise CannotAct("no suggestion to confirm or reject")


def fact_to_confirm(now: CallContext) -> Note | None:
    """Return the newest fact from before under the question on the screen; None if this call has an answer."""
    item = now.here
    if not isinstance(item, Ask) or now.state.place.probe is not None:
        return None
    if not traversal.is_from_before(now.playbook, now.state, item):
        return None
    return traversal.notes_under(now.playbook, now.state, item.id)[-1]


def _confirm(now: CallContext, item: Ask, fact: Note) -> Events:
    """Save a fact that the buyer confirmed as an answer of this call, and move on.

    An answer of the playbook counts as picked, but its follow-ups were asked before and are not repeated.
    """
    picked = next((each for each in choices(item) if each.label == fact.words), None)
    if picked is None:
        kept = answer(now, item, fact.words)
        return (*kept, *_onwards(now.after(*kept)))
    points = {} if fact.points else dict(picked.points)
    answered = Answered(now.at, item.id, now.wording(item), label=picked.label, points=points, again=item.repeatable)
    kept = (answered, *(Filled(now.at, name, text) for name, text in picked.sets.items()))
    then = now.after(*kept)
    return (*kept, *(_lead(then, picked) if picked.goto else _onwards(then)))
