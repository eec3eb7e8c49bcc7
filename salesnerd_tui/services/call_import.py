"""Import of past transcripts: each is heard with its own clock, and stored as a call that has ended.

The events are computed in memory and stored in one step, so an interrupted import leaves no half call. The id of the
call ends with a digest of the words, which shows whether a transcript was imported before, in any format.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from salesnerd_tui.call.events import Ended, Event, Mode, Side, SourceChanged, SourceState
from salesnerd_tui.call_session import CallSession, OnWritten, start_event
from salesnerd_tui.errors import UserError, error_reason
from salesnerd_tui.rehearsal.conversation import ManualClock
from salesnerd_tui.services.call_service import MAX_RECALLED_CALLS, CallService, OpenRequest, recalled_answers
from salesnerd_tui.speech.sides import Sides, find_user
from salesnerd_tui.speech.transcripts.read import CannotRead, read_file
from salesnerd_tui.speech.transcripts.speakers import strip_brackets
from salesnerd_tui.speech.transcripts.start import RecordedStart, find_start
from salesnerd_tui.speech.utterances import stream_events
from salesnerd_tui.storage.errors import StorageError
from salesnerd_tui.storage.settings import HabitStore
from salesnerd_tui.timefmt import format_clock

if TYPE_CHECKING:
    from salesnerd_tui.playbook.model import Playbook
    from salesnerd_tui.speech.transcripts.model import Transcript
    from salesnerd_tui.storage.summary import CallSummary

KEY_DIGITS = 8


class ImportedCall(Struct, frozen=True):
    """An imported call, with messages about its transcript; `start` is None if it was imported before."""

    call: CallSummary
    start: RecordedStart | None
    messages: tuple[str, ...] = ()


class _NoFile:
    """Destination of the events while the call is computed: they stay in the session."""

    def save(self, _events: Sequence[Event], _on_written: OnWritten, /) -> range:
        return range(0)

    def save_draft(self, text: str) -> None:
        pass

    def close(self) -> None:
        pass


def import_call(
    service: CallService,
    request: OpenRequest,
    playbook: Playbook,
    start: RecordedStart | None,
    *,
    again: bool,
) -> ImportedCall:
    """Store the transcript `request.listen` as an ended call, unless it was imported before (`again`: in any case).

    `start` is when the call began, if the user says so. Raises `UserError` with the name of the file.
    """
    path, store = Path(request.listen), service.store
    transcript = read_file(request.listen)
    try:
        me, messages = find_user(request.me, transcript)
    except UserError as problem:
        raise UserError(f"{request.listen}: {problem}") from None
    key = transcript_key(transcript)
    known = next((call for call in store.summaries() if call.id.endswith(f"-{key}")), None)
    if known is not None and not again:
        return ImportedCall(known, None)
    try:
        start = start or find_start(path, transcript, datetime.now(UTC))
    except OSError as problem:
        raise CannotRead(f"cannot read {request.listen}: {error_reason(problem)}") from None
    sides = Sides(me)
    names = (strip_brackets(name) for name in transcript.speakers if sides.side_of(name) is Side.THEM)
    # Without names that are only numbered (`Speaker 2`).
    others = tuple(name for name in names if not any(letter.isdigit() for letter in name))
    first = start_event(
        playbook,
        Mode.LIVE,
        start.moment,
        account=request.account,
        people=request.people or others,
        me=", ".join(request.me),
    )
    clock = ManualClock()
    session = CallSession(playbook, _NoFile(), clock, habits=HabitStore(store.settings, only_dismissed=True))
    session.follow_questions = service.should_follow_questions
    session.record(first, *service.path_events(request.playbook, playbook))
    session.record(
        *recalled_answers(store, request.account, playbook, max_calls=MAX_RECALLED_CALLS, before=start.moment)
    )
    description = f"imported {path.name}: {format_clock(transcript.seconds)}, {transcript.format}"
    session.hear(SourceChanged(0.0, path.name, SourceState.LISTENING, description))
    _hear_all(session, clock, transcript, sides)
    session.record(Ended(transcript.seconds, "", ""))
    try:
        call = store.add(start.moment, session.events, key if known is None else "")
    except StorageError as problem:
        raise UserError(f"{request.listen}: {problem}") from None
    return ImportedCall(call, start, (*messages, *transcript.problems))


def _hear_all(session: CallSession, clock: ManualClock, transcript: Transcript, sides: Sides) -> None:
    """Let the session hear a transcript, second by second."""
    speech = ((event.at, 0, event) for event in stream_events(transcript.utterances, sides))
    seconds = ((float(second), 1, None) for second in range(1, int(transcript.seconds) + 1))
    for at, _, event in heapq.merge(speech, seconds, key=lambda step: step[:2]):
        clock.seconds = at
        if event is not None:
            session.hear(event)
        else:
            session.tick()


def transcript_key(transcript: Transcript) -> str:
    """Return a digest of the words of a transcript, the same in every format."""
    words = " ".join(" ".join(each.text for each in transcript.utterances).split())
    return sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:KEY_DIGITS]
