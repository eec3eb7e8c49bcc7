"""State of a call, folded from its events.

State only changes in `evolve`, which does not need the playbook: the events say where the call went, so that a call can
be read long after its playbook has changed or was deleted. Undo folds the events again without the undone ones.

Captions name their speakers, but not which of them is the user. Until the user chooses, utterances are stored as
nobody's. The choice (`Identified`) lists them by number, so that it still applies after a name is redacted, and it
applies from the beginning of the call.

The call's own clock stops while the program is closed and while the computer sleeps. The start of a call and every
resume store the wall-clock time, so the latest of these before a moment determines its time of day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from salesnerd_tui.call.events import (
    Advanced,
    Answered,
    Asked,
    CallEdited,
    Detoured,
    Dismissed,
    Ended,
    Event,
    Filled,
    Heard,
    HypothesisJudged,
    Identified,
    Jumped,
    JumpReason,
    Marked,
    Noted,
    NoteKind,
    Origin,
    Place,
    PlanSet,
    Prepared,
    Promised,
    Proposed,
    Recalled,
    Resumed,
    Returned,
    Side,
    Skipped,
    SourceChanged,
    Started,
    Switched,
    Tapped,
    Undone,
)

TRAIL_LENGTH = 200
"""Maximum number of places stored for going back."""


NO_PLACE = Place(None)
NEVER = float("-inf")


class Note(Struct, frozen=True):
    """A note under a question: typed, a picked label, stored by the `set` of an answer, or from an earlier call."""

    at: float
    text: str
    label: str = ""
    how: Origin = Origin.HAND
    recalled_from: str = ""
    points: Mapping[str, float] = field(default_factory=dict)
    is_set: bool = False
    kind: NoteKind = NoteKind.FREE

    @property
    def words(self) -> str:
        return self.text or self.label


class CallState(Struct, frozen=True):
    """State of a call.

    `returns` are the places to which open detours return, outermost first; `trail` are the places left, oldest first.
    """

    started: Started | None = None
    playbook: str = ""
    place: Place = NO_PLACE
    returns: tuple[Place, ...] = ()
    trail: tuple[Place, ...] = ()
    followed_at: float = NEVER
    """Time of the call, in seconds, of the last automatic move to a question that the user was heard asking."""
    notes: Mapping[str, tuple[Note, ...]] = field(default_factory=dict)
    wordings: Mapping[str, str] = field(default_factory=dict)
    asked: Mapping[str, float] = field(default_factory=dict)
    skipped: frozenset[str] = frozenset()
    scores: Mapping[str, float] = field(default_factory=dict)
    free: tuple[Noted, ...] = ()
    marks: tuple[Marked, ...] = ()
    detours: tuple[str, ...] = ()
    proposed: Proposed | None = None
    tap: Tapped | None = None
    promises: tuple[Promised, ...] = ()
    sources: Mapping[str, SourceChanged] = field(default_factory=dict)
    plan: tuple[PlanSet, ...] = ()
    judged: tuple[HypothesisJudged, ...] = ()
    prepared: str = ""
    resumed: int = 0
    wall_readings: tuple[tuple[float, str], ...] = ()
    """Wall-clock times, ISO 8601, by seconds of the call: of its start and of each resume."""
    ended: Ended | None = None

    def known(self, name: str) -> tuple[str, ...]:
        """Return every typed note and picked label under `name`, oldest first."""
        notes = self.notes.get(name, ())
        return tuple(words for note in notes for words in (note.label, note.text) if words)

    def quote(self, *names: str) -> str:
        """Return the buyer's latest own words under any of the ids, heard or noted as a quote; empty without any."""
        notes = (note for name in names for note in self.notes.get(name, ()))
        heard = [(note.at, note.text) for note in notes if note.how is Origin.HEARD and note.text]
        noted = [(note.at, note.text) for note in self.free if note.kind is NoteKind.QUOTE and note.question in names]
        return max([*heard, *noted], key=lambda each: each[0])[1] if heard or noted else ""

    def points(self, name: str = "") -> float:
        return self.scores.get(name, 0.0)


def fold(events: Iterable[Event]) -> CallState:
    """Return the state after `events`, without those that a later `Undone` lists by number."""
    listed = list(events)
    undone = undone_numbers(listed)
    state = CallState()
    for number, event in enumerate(listed):
        if number not in undone:
            state = evolve(state, event)
    return state


def undone_numbers(events: Iterable[Event]) -> frozenset[int]:
    return frozenset(number for event in events if isinstance(event, Undone) for number in event.events)


def evolve(state: CallState, event: Event) -> CallState:
    """Return the state after one more event. Speech does not change it; the coach evaluates speech."""
    reducer = _REDUCERS.get(type(event))
    return reducer(state, event) if reducer else state


def _start(state: CallState, event: Started) -> CallState:
    state = _read_wall_clock(state, event.at, event.started_at)
    return replace(state, started=event, playbook=event.playbook, place=event.to)


def _resume(state: CallState, event: Resumed) -> CallState:
    return replace(_read_wall_clock(state, event.at, event.resumed_at), resumed=state.resumed + 1)


def _read_wall_clock(state: CallState, at: float, time: str) -> CallState:
    return replace(state, wall_readings=(*state.wall_readings, (at, time))) if time else state


def _recall(state: CallState, event: Recalled) -> CallState:
    noted = _add_note(state, event.question, Note(event.at, event.text, recalled_from=event.call, points=event.points))
    return replace(noted, scores=_add_points(state.scores, event.points, 1))


def _ask(state: CallState, event: Asked) -> CallState:
    wordings = {**state.wordings, event.question: event.text}
    return replace(state, asked={event.question: event.at, **state.asked}, wordings=wordings)


def _add_note(state: CallState, question: str, note: Note) -> CallState:
    under = (*state.notes.get(question, ()), note)
    return replace(state, notes={**state.notes, question: under})


def _answer(state: CallState, event: Answered) -> CallState:
    before = state if event.again or not event.label else _remove_pick(state, event.question)
    note = Note(event.at, event.note, event.label, event.how, points=event.points, kind=event.kind)
    return replace(
        _add_note(before, event.question, note),
        asked={event.question: event.at, **state.asked},
        skipped=state.skipped - {event.question},
        wordings={**state.wordings, event.question: event.asked_as},
        scores=_add_points(before.scores, event.points, 1),
    )


def _remove_pick(state: CallState, question: str) -> CallState:
    """Remove the label and points of an earlier pick, which a second pick corrects; typed words stay."""
    notes = state.notes.get(question, ())
    scores = state.scores
    for note in notes:
        if note.label:
            scores = _add_points(scores, note.points, -1)
    typed = tuple(replace(note, label="", points={}) if note.label else note for note in notes if note.text)
    return replace(state, notes={**state.notes, question: typed}, scores=scores)


def _is_corrected(state: CallState, place: Place) -> bool:
    """Return whether a place is the follow-up to an answer that was corrected since: going back leads past it."""
    if place.probe is None or place.item is None:
        return False
    return all(note.label != place.probe for note in state.notes.get(place.item, ()))


def _add_points(scores: Mapping[str, float], points: Mapping[str, float], sign: int) -> Mapping[str, float]:
    total = dict(scores)
    for name, value in points.items():
        total[name] = total.get(name, 0.0) + sign * value
    return total


def _move(state: CallState, event: Advanced | Jumped | Detoured | Returned | Switched) -> CallState:
    trail = tuple(place for place in (*state.trail, event.left) if not _is_corrected(state, place))[-TRAIL_LENGTH:]
    returns: tuple[Place, ...] = ()
    match event:
        case Jumped(reason=JumpReason.BACK):
            trail = state.trail[:-1]
            returns = state.returns if event.to.detour else ()
        case Detoured():
            returns = (*state.returns, event.left)
        case Returned():
            returns = state.returns[:-1]
        case Advanced():
            returns = state.returns if event.to.detour else ()
        case Jumped():
            returns = state.returns if event.to.detour == event.left.detour else ()
        case Switched():
            trail = ()
    is_heard = isinstance(event, Jumped) and event.reason is JumpReason.HEARD
    followed_at = event.at if is_heard else state.followed_at
    moved = replace(state, place=event.to, trail=trail, returns=returns, followed_at=followed_at)
    if isinstance(event, Detoured):
        return replace(moved, detours=(*state.detours, event.detour))
    if isinstance(event, Switched):
        return replace(moved, playbook=event.playbook, proposed=None)
    return moved if event.to.item is None else replace(moved, proposed=None)


_REDUCERS: Mapping[type[Event], Callable[[CallState, Any], CallState]] = {
    Started: _start,
    Resumed: _resume,
    Recalled: _recall,
    Asked: _ask,
    Answered: _answer,
    Filled: lambda state, event: _add_note(state, event.name, Note(event.at, event.text, is_set=True)),
    Skipped: lambda state, event: replace(state, skipped=state.skipped | {event.question}),
    Noted: lambda state, event: replace(state, free=(*state.free, event)),
    Marked: lambda state, event: replace(state, marks=(*state.marks, event)),
    Proposed: lambda state, event: replace(state, proposed=event),
    Advanced: _move,
    Jumped: _move,
    Detoured: _move,
    Returned: _move,
    Switched: _move,
    Tapped: lambda state, event: replace(state, tap=event),
    Dismissed: lambda state, _: replace(state, tap=None),
    Promised: lambda state, event: replace(state, promises=(*state.promises, event)),
    SourceChanged: lambda state, event: replace(state, sources={**state.sources, event.source: event}),
    PlanSet: lambda state, event: replace(state, plan=(*state.plan, event)),
    HypothesisJudged: lambda state, event: replace(state, judged=(*state.judged, event)),
    Prepared: lambda state, event: replace(state, prepared=event.call),
    Ended: lambda state, event: replace(state, ended=event, tap=None),
}
"""Reducers by event class: one lookup per event, so that even a day-long call folds fast and speech costs nothing."""


def apply_identifications(events: Sequence[Event]) -> list[Event]:
    """Return the events with the final side of each utterance; numbers of other events are ignored."""
    result = list(events)
    for event in events:
        if isinstance(event, Identified):
            for side, numbers in ((Side.ME, event.mine), (Side.THEM, event.theirs), (Side.NOBODY, event.nobodys)):
                for number in numbers:
                    heard = result[number] if 0 <= number < len(result) else None
                    if isinstance(heard, Heard):
                        result[number] = replace(heard, side=side)
    return result


def apply_edits(events: Sequence[Event]) -> list[Event]:
    """Return the events as if the call had started with its corrected account, people and time.

    The wall-clock time of every resume before an edit moves with that of the start.
    """
    result = list(events)
    number, started = next(
        ((number, event) for number, event in enumerate(events) if isinstance(event, Started)), (0, None)
    )
    for place, edit in enumerate(events):
        if started is None or not isinstance(edit, CallEdited):
            continue
        values = {"account": edit.account, "people": edit.people, "started_at": edit.started_at}
        before = started
        result[number] = started = replace(
            before, **{name: value for name, value in values.items() if value is not None}
        )
        for earlier, event in enumerate(result[:place]):
            if isinstance(event, Resumed):
                with suppress(ValueError, OverflowError, TypeError):  # damaged, or without a zone
                    moved = datetime.fromisoformat(started.started_at) - datetime.fromisoformat(before.started_at)
                    resumed_at = datetime.fromisoformat(event.resumed_at) + moved
                    result[earlier] = replace(event, resumed_at=resumed_at.isoformat())
    return result


def identify_speakers(events: Sequence[Event], me: Sequence[str], side: Callable[[str], Side], at: float) -> Identified:
    """Return the choice of the user's names, and the earlier utterances whose side it changes."""
    changed: dict[Side, list[int]] = {each: [] for each in Side}
    for number, event in enumerate(events):
        if isinstance(event, Heard) and event.speaker.strip() and side(event.speaker) is not event.side:
            changed[side(event.speaker)].append(number)
    return Identified(at, tuple(me), *(tuple(changed[each]) for each in (Side.ME, Side.THEM, Side.NOBODY)))


def user_names(events: Sequence[Event]) -> tuple[str, ...]:
    """Return the latest chosen names of the user; empty if nothing was chosen."""
    return next((event.me for event in reversed(events) if isinstance(event, Identified)), ())


def newly_attributed(events: Sequence[Event], choice: Identified) -> list[int]:
    """Return the numbers of utterances that belonged to nobody before this choice."""
    numbers = sorted((*choice.mine, *choice.theirs))
    return [number for number in numbers if isinstance(heard := events[number], Heard) and heard.side is Side.NOBODY]


def correct_promises(events: Sequence[Event], promises: Sequence[Promised], at: float) -> list[Event]:
    """Return the events that correct the promises after speakers were identified.

    `promises` are all promises that the coach now finds. New ones are added, and those attributed to the wrong side are
    undone.
    """
    undone = undone_numbers(events)
    known = {
        number: (event.side, event.text)
        for number, event in enumerate(events)
        if isinstance(event, Promised) and event.how is Origin.HEARD and number not in undone
    }
    heard = {(promise.side, promise.text) for promise in promises}
    corrections: list[Event] = [promise for promise in promises if (promise.side, promise.text) not in known.values()]
    wrong = tuple(number for number, each in known.items() if each not in heard)
    return [*corrections, Undone(at, wrong)] if wrong else corrections


def wall_time(state: CallState, at: float) -> datetime | None:
    """Return the time of day at `at` call seconds, in the time zone of that part of the call; None if it is unknown."""
    time: datetime | None = None
    for since, wall in state.wall_readings:
        if time is not None and since > at:
            break
        with suppress(ValueError, OverflowError):  # damaged, or the year 10000
            time = datetime.fromisoformat(wall.strip()) + timedelta(seconds=at - since)
    return time
