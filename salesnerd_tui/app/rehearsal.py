"""Opening a rehearsal: the playbook's buyer, or the other side of a recorded call; and taking up one that was left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.app.calls import CallService, OpenedCall
from salesnerd_tui.app.request import MICROPHONE, CannotOpen, OpenRequest
from salesnerd_tui.app.speech import speech_input
from salesnerd_tui.call.events import Event, Heard, Mode, Recalled, Rehearsed, Started
from salesnerd_tui.call.state import fold
from salesnerd_tui.playbook.model import Playbook
from salesnerd_tui.rehearsal.buyer import Counterpart, PlaybookBuyer
from salesnerd_tui.rehearsal.conversation import YOU, HandTime, RehearsalClock, RehearsalTalk
from salesnerd_tui.rehearsal.drills import Drill, DrillBuyer, NothingToDrill
from salesnerd_tui.rehearsal.recorded import NothingRecorded, RecordedBuyer, cut
from salesnerd_tui.rehearsal.understanding import CoachSpeechReader
from salesnerd_tui.session import CallSession, started
from salesnerd_tui.speech.clock import CallClock
from salesnerd_tui.speech.sides import Sides
from salesnerd_tui.speech.source import Source
from salesnerd_tui.storage.errors import StorageError
from salesnerd_tui.storage.store import CallStore
from salesnerd_tui.text import one_line

READING_PACE = 1.6
"""240 words a minute where speech has 150: silent reading of English takes 238 (Brysbaert 2019)."""

THEM = "They"


class RehearsalRequest(Struct, frozen=True):
    """What somebody wants to practise. `call` is the id of a recorded one, replayed from `since` seconds on.

    `hear` is the microphone or a captions file that grows, for who speaks instead of typing.
    """

    playbook: str = "first_call"
    buyer: str = ""
    seed: int = 0
    drill: Drill | None = None
    call: str = ""
    since: float = 0.0
    speed: float = READING_PACE
    hear: str = ""


def open_rehearsal(desk: CallService, wish: RehearsalRequest, time: HandTime | None = None) -> OpenedCall:
    """A new rehearsal, kept as a call of its own kind; on `time` where no clock runs. Raises `CannotOpen`."""
    if wish.call:
        return _recorded(desk, wish, time)
    playbook = desk.playbook(wish.playbook)
    buyer = _chosen(playbook, wish.buyer)
    rehearsed = Rehearsed(0.0, buyer, wish.seed, wish.drill.value if wish.drill else "")
    counterpart(desk.notebook, playbook, rehearsed)
    first = started(playbook, Mode.REHEARSE, _now(), people=(named(buyer),), me=YOU)
    return _call(desk, playbook, (first, rehearsed), wish, time)


def talk(desk: CallService, session: CallSession, time: RehearsalClock, rehearsed: Rehearsed) -> RehearsalTalk:
    """The talk of a rehearsal that has begun. Raises `CannotOpen` when the other side is gone."""
    side = counterpart(desk.notebook, session.playbook, rehearsed)
    speaker = named(rehearsed.buyer) if rehearsed.buyer else _their_name(side)
    return RehearsalTalk(session, time, side, CoachSpeechReader(session.playbook), speaker)


def counterpart(notebook: CallStore, playbook: Playbook, rehearsed: Rehearsed) -> Counterpart:
    """Who plays the other side. Raises `CannotOpen`."""
    if rehearsed.call:
        try:
            return RecordedBuyer(cut(_events(notebook, rehearsed.call), rehearsed.since))
        except NothingRecorded as problem:
            raise CannotOpen(str(problem)) from problem
    found = playbook.buyers.get(rehearsed.buyer)
    if found is None:
        raise CannotOpen(f"the playbook has no buyer '{one_line(rehearsed.buyer)}' any more")
    buyer = PlaybookBuyer(playbook, found, rehearsed.seed, CoachSpeechReader(playbook))
    if not rehearsed.drill:
        return buyer
    try:
        return DrillBuyer(buyer, Drill(rehearsed.drill))
    except NothingToDrill as problem:
        raise CannotOpen(str(problem)) from problem


def named(buyer: str) -> str:
    return buyer.replace("_", " ").title()


def _chosen(playbook: Playbook, name: str) -> str:
    """The buyer of that name, else the playbook's first."""
    there = ", ".join(playbook.buyers)
    if not there:
        raise CannotOpen(f"{one_line(playbook.title)} has no buyer to practise on: add one under `rehearsal:`")
    if name and name not in playbook.buyers:
        raise CannotOpen(f"there is no buyer '{one_line(name)}' in this playbook: {there}")
    return name or next(iter(playbook.buyers))


def _recorded(desk: CallService, wish: RehearsalRequest, time: HandTime | None) -> OpenedCall:
    """From a minute of a kept call on: what was known by then is recalled, the minute before is heard again."""
    events = _events(desk.notebook, wish.call)
    try:
        recording = cut(events, wish.since)
    except NothingRecorded as problem:
        raise CannotOpen(str(problem)) from problem
    state = fold(events)
    first = state.started
    playbook, told = desk.playbook_again(events, first.title if first else "")
    offset = recording.context[0].start if recording.context else wish.since
    context = [
        replace(heard, at=heard.end - offset, start=heard.start - offset, end=heard.end - offset, utterance=number)
        for number, heard in enumerate(recording.context)
    ]
    begun = started(playbook, Mode.REHEARSE, _now(), account=first.account if first else "")
    begun = replace(begun, to=recording.place, people=first.people if first else (), me=YOU)
    recalled = tuple(Recalled(0.0, name, note.words, wish.call) for name, note in recording.notes.items())
    at = max((heard.end for heard in context), default=0.0)
    rehearsed = Rehearsed(at, seed=wish.seed, call=wish.call, since=wish.since)
    call = _call(desk, playbook, (begun, *recalled, *context, rehearsed), wish, time)
    call.clock.resume_from(at)
    if time is not None:
        time.advance(at)
    call.told = told
    return call


def _call(
    desk: CallService, playbook: Playbook, first: Sequence[Event], wish: RehearsalRequest, time: HandTime | None
) -> OpenedCall:
    began = _now()
    source = _ear(wish.hear)
    account = next((event.account for event in first if isinstance(event, Started)), "")
    try:
        file = desk.notebook.create(began, account)
    except StorageError as problem:
        raise CannotOpen(str(problem)) from problem
    clock = CallClock(1.0 if source is not None else wish.speed)
    session = CallSession(playbook, file, time or clock)

    def begin() -> None:
        for event in first:
            session.hear(event) if isinstance(event, Heard) else session.record(event)

    return OpenedCall(session, file, clock, Sides((YOU,)), began, begin, source, mode=Mode.REHEARSE)


def _ear(hear: str) -> Source | None:
    """What listens to you. Whatever speaker it names, it is you; only the other side of a microphone is not."""
    if not hear:
        return None
    if hear == MICROPHONE:
        return speech_input(OpenRequest(listen=hear, transcribe="me"), Sides(())).source
    return speech_input(OpenRequest(listen=hear, follow=True), Sides(())).source


def _events(notebook: CallStore, call_id: str) -> tuple[Event, ...]:
    try:
        return notebook.open(call_id, read_only=True).events
    except StorageError as problem:
        raise CannotOpen(str(problem)) from problem


def _their_name(side: Counterpart) -> str:
    if not isinstance(side, RecordedBuyer):
        return THEM
    spoken = [heard for exchange in side.recording.exchanges for heard in exchange.theirs]
    return next((heard.speaker for heard in spoken if heard.speaker), THEM)


def _now() -> datetime:
    return datetime.now(UTC).astimezone()
