"""Gestures: what one key press makes happen, as events.

Each function takes the playbook, the state and the time, and returns the events to record together; all carry the
same `at`, so that one undo takes the whole gesture back. A gesture that cannot act raises `CannotAct`, whose message is
shown to the person: it says why, and what can be done instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.call import walk
from salesnerd_tui.call.events import (
    Advanced,
    Answered,
    Asked,
    Detoured,
    Dismissal,
    Dismissed,
    Event,
    Filled,
    How,
    Jumped,
    Marked,
    Noted,
    NoteKind,
    Place,
    Planned,
    Proposed,
    Returned,
    Skipped,
    Undone,
)
from salesnerd_tui.call.kinds import kind_of
from salesnerd_tui.call.offers import NO_OFFERS, AnswerOffer, Offers
from salesnerd_tui.call.state import CallState, evolve, undone_numbers
from salesnerd_tui.call.templates import fill
from salesnerd_tui.playbook.model import PREP, Answer, Ask, Playbook

Events = tuple[Event, ...]

DETOURS_DEEP = 3
"""Detours stack at most this deep (playbook format): nobody finds the way back from further in."""

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
    Planned,
)


class CannotAct(Exception):
    """The gesture has nothing to act on; the message tells the person why and what to do."""


class Standing(Struct, frozen=True):
    """A playbook, the state of a call, its time in seconds and what was heard: what every gesture acts on."""

    playbook: Playbook
    state: CallState
    at: float
    offers: Offers = NO_OFFERS

    @property
    def late(self) -> bool:
        return walk.is_late(self.playbook, self.state.place, self.at)

    @property
    def here(self) -> walk.Spoken | None:
        place = self.state.place
        return walk.find(self.playbook, place.item, place.detour)

    def wording(self, item: walk.Spoken) -> str:
        return fill(item.text, self.playbook, self.state)

    def after(self, *events: Event) -> Standing:
        """The standing once these events have happened."""
        state = self.state
        for event in events:
            state = evolve(state, event)
        return replace(self, state=state)


def choices(item: walk.Spoken | None) -> tuple[Answer, ...]:
    """The numbered answers of a question: its own, or its plain choices."""
    if not isinstance(item, Ask):
        return ()
    return item.answers or tuple(Answer(label, label) for label in item.choices)


def go_next(now: Standing) -> Events:
    """Done here: tick the question as asked, keep what was heard as its answer, and go on."""
    item = now.here
    if item is None:
        raise CannotAct("the agenda is through: end the call, or jump back to a question")
    asked: Events = () if item.id in now.state.asked else (Asked(now.at, item.id, now.wording(item)),)
    offer = now.offers.answer_to(item.id)
    heard = heard_answer(now, offer) if offer is not None and offer.is_enough else ()
    then = now.after(*asked, *heard)
    followed = next((answer for answer in choices(item) if answer.label == now.state.place.probe), None)
    return (*asked, *heard, *(_lead(then, followed) if followed else _onwards(then)))


def skip(now: Standing) -> Events:
    """Leave this question out, on purpose."""
    item = now.here
    if item is None:
        raise CannotAct("nothing to skip: the agenda is through")
    skipped = Skipped(now.at, item.id)
    return (skipped, *_onwards(now.after(skipped)))


def go_back(now: Standing) -> Events:
    """To the place before this one."""
    if not now.state.trail:
        raise CannotAct("this is the first question")
    return (Jumped(now.at, now.state.trail[-1], now.state.place, "back"),)


def jump(now: Standing, item: str) -> Events:
    """To any question of the agenda, by its id."""
    to = Place(item, detour=walk.spine(now.state))
    if walk.find(now.playbook, item, to.detour) is None:
        raise CannotAct(f"there is no question '{item}' in this playbook: j lists them")
    if now.state.place == to:
        raise CannotAct("you are there already")
    return (Jumped(now.at, to, now.state.place),)


def pick(now: Standing, number: int, how: How = How.HAND) -> Events:
    """The answer with that number (from 1) was heard: note it, and do what it leads to."""
    item = now.here
    offered = choices(item)
    if not isinstance(item, Ask) or not offered:
        raise CannotAct("no numbered answers here: type a note, or n for the next question")
    if not 1 <= number <= len(offered):
        raise CannotAct(f"there is no answer {number} here: 1 to {len(offered)}")
    picked = offered[number - 1]
    points = _points(now, item, picked.points)
    wording = now.wording(item)
    answered = Answered(now.at, item.id, wording, label=picked.label, how=how, points=points, again=item.again)
    filled = tuple(Filled(now.at, name, text) for name, text in picked.sets.items())
    return (answered, *filled, *_act(now.after(answered, *filled), picked))


def note(now: Standing, text: str) -> Events:
    """Words typed: under the question on the screen, or free when they begin with a kind or no question is shown."""
    kind, words = kind_of(text)
    if not words:
        raise CannotAct("nothing typed yet")
    item = now.here
    if kind is not None or not isinstance(item, Ask):
        return (Noted(now.at, words, kind or NoteKind.FREE, item.id if item else ""),)
    return answer(now, item, words)


def answer(now: Standing, item: Ask, words: str, how: How = How.HAND) -> Events:
    """Words kept under a question, whatever sign they begin with."""
    return (Answered(now.at, item.id, now.wording(item), note=words, how=how, points=_points(now, item, {})),)


def heard_asked(now: Standing, question: str) -> Events:
    """A playbook question was recognised in what I said. Asked is not answered, and the call does not move."""
    ask = walk.find_ask(now.playbook, question)
    if ask is None or question in now.state.asked:
        return ()
    return (Asked(now.at, question, now.wording(ask), How.HEARD),)


def heard_answer(now: Standing, offer: AnswerOffer) -> Events:
    """What they said after a question, kept under it. Nothing when its question left the playbook."""
    ask = walk.find_ask(now.playbook, offer.question)
    return answer(now, ask, offer.words, How.HEARD) if ask is not None else ()


def take_detour(now: Standing, detour: str, how: How = How.HAND) -> Events:
    """Into a detour; the way back is automatic."""
    found = now.playbook.detours.get(detour)
    if found is None:
        raise CannotAct(f"this playbook has no detour '{detour}'")
    open_now = {place.detour for place in (*now.state.returns, now.state.place)}
    if detour in open_now:
        raise CannotAct("you are in that detour already: go on in it, or back")
    if len(now.state.returns) >= DETOURS_DEEP:
        raise CannotAct(f"{DETOURS_DEEP} detours deep already: come back from one first")
    if found.once and detour in now.state.detours:
        raise CannotAct("that detour is for once in a call, and it was taken")
    if not found.when.holds(walk.CallFacts(now.playbook, now.state)):
        raise CannotAct(f"not now: it waits for {found.when.source}")
    left = now.state.place
    inside = now.after(Detoured(now.at, detour, Place(None, detour=detour), left, how))
    to = walk.first(now.playbook, inside.state, detour)
    if to.detour != detour:
        raise CannotAct("everything in that detour has its answer already")
    return (Detoured(now.at, detour, to, left, how),)


def mark(now: Standing) -> Events:
    """Remember this moment for the debrief."""
    return (Marked(now.at, now.state.place.item or ""),)


def wave_away(now: Standing) -> Events:
    """The tap on the screen is not wanted."""
    if now.state.cue is None:
        raise CannotAct("no tap to wave away")
    return (Dismissed(now.at, now.state.cue.kind, Dismissal.BY_HAND),)


def undo(now: Standing, events: Sequence[Event]) -> Events:
    """Take back the latest gesture that still counts."""
    gone = undone_numbers(events)
    latest = next(
        (events[i].at for i in reversed(range(len(events))) if i not in gone and isinstance(events[i], UNDOABLE)), None
    )
    if latest is None:
        raise CannotAct("nothing to undo")
    numbers = tuple(
        i for i, event in enumerate(events) if event.at == latest and i not in gone and isinstance(event, UNDOABLE)
    )
    return (Undone(now.at, numbers),)


def stay_in_place(now: Standing, before: Playbook) -> Events:
    """After a reload: nothing while the place survives, else a jump to the next question that does."""
    place = now.state.place
    if place.item is None or now.here is not None:
        return ()
    spoken = [item.id for item in before.items_of(place.detour) if isinstance(item, walk.Spoken)]
    after = spoken[spoken.index(place.item) + 1 :] if place.item in spoken else []
    survivor = next((item for item in after if walk.find(now.playbook, item, place.detour)), None)
    if survivor is not None:
        to = Place(survivor, detour=place.detour)
    else:
        to = walk.following(now.playbook, now.state, place) if place.detour else Place(None)
    return (Jumped(now.at, to, place, "the question left the playbook"),)


def _onwards(now: Standing) -> Events:
    to = walk.following(now.playbook, now.state, now.state.place, late=now.late)
    return _move(now, to)


def _move(now: Standing, to: Place) -> Events:
    left = now.state.place
    if left.detour not in (None, PREP) and to.detour != left.detour:
        return (Returned(now.at, to, left),)
    return (Advanced(now.at, to, left),)


def _act(now: Standing, answer: Answer) -> Events:
    """What an answer has to ask or say comes first; where it leads, once that is done."""
    place = now.state.place
    if answer.probe or answer.say:
        return (Advanced(now.at, Place(place.item, answer.label, place.detour), place),)
    return _lead(now, answer)


def _lead(now: Standing, answer: Answer) -> Events:
    place = now.state.place
    if answer.goto:
        return (Advanced(now.at, Place(answer.goto, detour=place.detour), place),)
    if answer.end or answer.switch:
        proposed = Proposed(now.at, answer.end or "", answer.switch or "")
        return (proposed, Advanced(now.at, Place(None), place))
    if answer.detour:
        return _detour_or_on(now, answer.detour)
    if answer.back and now.state.returns:
        return (Returned(now.at, now.state.returns[-1], place),)
    return _onwards(now)


def _detour_or_on(now: Standing, detour: str) -> Events:
    """An answer was picked, and that counts even where its detour cannot be taken now."""
    try:
        return take_detour(now, detour)
    except CannotAct:
        return _onwards(now)


def _points(now: Standing, ask: Ask, picked: Mapping[str, float]) -> dict[str, float]:
    """The question's own points with its first answer, picked or typed; the picked answer's with every pick. A pick
    that takes the place of another counts as the first."""
    staying = any(note.text or ask.again for note in now.state.notes.get(ask.id, ()))
    total = {} if staying else dict(ask.points)
    for name, points in picked.items():
        total[name] = total.get(name, 0.0) + points
    return total
