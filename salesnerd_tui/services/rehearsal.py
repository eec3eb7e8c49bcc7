"""Service that opens rehearsals: with a buyer of the playbook, or the other side of a recorded call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.call.events import Event, Heard, Mode, Recalled, Rehearsed, Started
from salesnerd_tui.call.state import fold
from salesnerd_tui.call_session import CallSession, start_event
from salesnerd_tui.playbook.folders import DEFAULT_PLAYBOOK
from salesnerd_tui.rehearsal.buyer import Counterpart, PlaybookBuyer, buyers_of
from salesnerd_tui.rehearsal.conversation import YOU, ManualClock, RehearsalClock, RehearsalConversation
from salesnerd_tui.rehearsal.drills import Drill, DrillBuyer, DrillUnavailable
from salesnerd_tui.rehearsal.recorded import NothingToRehearse, RecordedBuyer, Recording, cut_recording
from salesnerd_tui.rehearsal.user_speech import CoachSpeechReader
from salesnerd_tui.services.call_service import MICROPHONE, CannotOpen, OpenedCall, OpenRequest, speech_input
from salesnerd_tui.speech.sides import Sides
from salesnerd_tui.speech.source import CallClock, Source
from salesnerd_tui.text import one_line

if TYPE_CHECKING:
    from salesnerd_tui.playbook.model import Playbook
    from salesnerd_tui.services.call_service import CallService

READING_PACE = 1.6
"""Speed of the buyer: 240 words a minute instead of 150, as fast as people read silently (Brysbaert 2019)."""

DEFAULT_SPEAKER = "They"


class RehearsalRequest(Struct, frozen=True):
    """Options of a rehearsal. `call` is the id of a recorded call, replayed from `since` seconds on.

    `listen` is the microphone or a growing captions file, for users who speak instead of typing.
    """

    playbook: str = DEFAULT_PLAYBOOK
    buyer: str = ""
    seed: int = 0
    drill: Drill | None = None
    call: str = ""
    since: float = 0.0
    speed: float = READING_PACE
    listen: str = ""


def open_rehearsal(service: CallService, request: RehearsalRequest, time: ManualClock | None = None) -> OpenedCall:
    """Open a new rehearsal, on the clock `time` if given. Raises `CannotOpen`."""
    if request.call:
        return _open_recorded(service, request, time)
    playbook = service.load_playbook(request.playbook)
    buyers = buyers_of(playbook)
    if request.buyer and request.buyer not in buyers:
        names = ", ".join(buyers)
        raise CannotOpen(f"unknown buyer '{one_line(request.buyer)}' (this playbook has: {names})")
    buyer = request.buyer or next(iter(buyers))
    rehearsed = Rehearsed(0.0, buyer, request.seed, request.drill.value if request.drill else "")
    other_side(service, playbook, rehearsed)
    first = start_event(playbook, Mode.REHEARSE, _now(), people=(buyer_name(buyer),), me=YOU)
    events = (first, *service.path_events(request.playbook, playbook), rehearsed)
    return _assemble(service, playbook, events, request, time)


def open_conversation(
    service: CallService, session: CallSession, time: RehearsalClock, rehearsed: Rehearsed
) -> RehearsalConversation:
    """Return the conversation of an open rehearsal. Raises `CannotOpen` if the other side is missing."""
    side = other_side(service, session.playbook, rehearsed)
    speaker = buyer_name(rehearsed.buyer) if rehearsed.buyer else _recorded_speaker(side)
    return RehearsalConversation(session, time, side, CoachSpeechReader(session.playbook), speaker)


def other_side(service: CallService, playbook: Playbook, rehearsed: Rehearsed) -> Counterpart:
    """Return the other side of a rehearsal. Raises `CannotOpen`."""
    if rehearsed.call:
        return RecordedBuyer(_cut_recording(service.read_events(rehearsed.call), rehearsed.since))
    playbook_buyer = buyers_of(playbook).get(rehearsed.buyer)
    if playbook_buyer is None:
        raise CannotOpen(f"the playbook no longer has the buyer '{one_line(rehearsed.buyer)}'")
    buyer = PlaybookBuyer(playbook, playbook_buyer, rehearsed.seed, CoachSpeechReader(playbook))
    if not rehearsed.drill:
        return buyer
    try:
        return DrillBuyer(buyer, Drill(rehearsed.drill))
    except DrillUnavailable as problem:
        raise CannotOpen(str(problem)) from problem


def buyer_name(buyer_id: str) -> str:
    return buyer_id.replace("_", " ").title()


def _open_recorded(service: CallService, request: RehearsalRequest, time: ManualClock | None) -> OpenedCall:
    """Open a rehearsal that starts within a saved call: recall what was known, and replay the minute before."""
    events = service.read_events(request.call)
    recording = _cut_recording(events, request.since)
    state = fold(events)
    first = state.started
    playbook, messages = service.current_playbook(state)
    offset = recording.context[0].start if recording.context else request.since
    context = [
        replace(heard, at=heard.end - offset, start=heard.start - offset, end=heard.end - offset, utterance=number)
        for number, heard in enumerate(recording.context)
    ]
    start = start_event(playbook, Mode.REHEARSE, _now(), account=first.account if first else "")
    start = replace(start, to=recording.place, people=first.people if first else (), me=YOU)
    recalled = tuple(Recalled(0.0, name, note.words, request.call) for name, note in recording.notes.items())
    at = max((heard.end for heard in context), default=0.0)
    rehearsed = Rehearsed(at, seed=request.seed, call=request.call, since=request.since)
    call = _assemble(service, playbook, (start, *recalled, *context, rehearsed), request, time)
    call.clock.resume_from(at)
    if time is not None:
        time.advance(at)
    call.messages = messages
    return call


def _assemble(
    service: CallService,
    playbook: Playbook,
    first_events: Sequence[Event],
    request: RehearsalRequest,
    time: ManualClock | None,
) -> OpenedCall:
    source = _speech_source(request.listen)
    account = next((event.account for event in first_events if isinstance(event, Started)), "")
    file = service.create_file(_now(), account)
    clock = CallClock(1.0 if source is not None else request.speed)
    session = CallSession(playbook, file, time or clock)
    session.follow_questions = service.should_follow_questions

    def begin() -> None:
        for event in first_events:
            session.hear(event) if isinstance(event, Heard) else session.record(event)

    return OpenedCall(session, file, clock, Sides((YOU,)), begin, source, mode=Mode.REHEARSE)


def _speech_source(listen: str) -> Source | None:
    """Return the source that listens to the user: all its speakers are the user, except the system's output."""
    if not listen:
        return None
    is_microphone = listen == MICROPHONE
    request = OpenRequest(listen=listen, transcribe="me" if is_microphone else "", follow=not is_microphone)
    return speech_input(request, Sides(())).source


def _cut_recording(events: Sequence[Event], since: float) -> Recording:
    try:
        return cut_recording(events, since)
    except NothingToRehearse as problem:
        raise CannotOpen(str(problem)) from problem


def _recorded_speaker(side: Counterpart) -> str:
    if not isinstance(side, RecordedBuyer):
        return DEFAULT_SPEAKER
    spoken = [heard for exchange in side.recording.exchanges for heard in exchange.buyer_lines]
    return next((heard.speaker for heard in spoken if heard.speaker), DEFAULT_SPEAKER)


def _now() -> datetime:
    return datetime.now(UTC).astimezone()
