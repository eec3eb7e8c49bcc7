"""Opening calls: `CallService` opens a new call, resumes one, or reads a stored one.

An `OpenedCall` is a `CallSession` with its file, clock and source of speech. Every failure is a `CannotOpen` with one
line for the user, raised before a screen is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from salesnerd_tui.call.events import Event, Heard, Mode, PlanKind, PlanSet, Recalled, Started
from salesnerd_tui.call.plan import apply_plan, plan_from_events, playbook_name
from salesnerd_tui.call.state import CallState, fold, user_names, wall_time
from salesnerd_tui.call.traversal import notes_under
from salesnerd_tui.errors import UserError
from salesnerd_tui.files import url_hint
from salesnerd_tui.playbook.folders import DEFAULT_PLAYBOOK
from salesnerd_tui.playbook.model import Playbook
from salesnerd_tui.speech.sides import Sides, UnknownSpeaker, resolve_speakers, suggest_user
from salesnerd_tui.speech.source import CallClock
from salesnerd_tui.text import one_line
from salesnerd_tui.timefmt import parse_time, to_epoch_seconds

if TYPE_CHECKING:
    from salesnerd_tui.call_session import CallSession
    from salesnerd_tui.playbook.library import Library
    from salesnerd_tui.speech.microphone.source import MicSource
    from salesnerd_tui.speech.source import Source
    from salesnerd_tui.storage.call_store import CallStore
    from salesnerd_tui.storage.call_writer import CallFile

# Storage, the coach and each source of speech are imported on use: the start page needs none of them, and most calls
# need one source or none.

MICROPHONE = "mic"
"""Value of `--listen` for the microphone and the system's output; a file of that name is `./mic`."""

FOLLOW_SETTING = "follow"
"""Setting that keeps the call from moving to a question that was heard: `off`."""

SHARE_SETTING = "meter"
RARELY, ALWAYS = "rarely", "always"
SHARE_MODES = (RARELY, ALWAYS)
"""Values of the setting for when the user's share of the talk is shown."""

MAX_RECALLED_CALLS = 5
"""Maximum number of earlier calls with the account that are searched for answers."""

MIN_BACKGROUND_BYTES = 256 * 1024
"""Size from which a recording is read after the screen is up: reading takes about a second per megabyte."""


class CannotOpen(UserError):
    """The call cannot be opened; the message says why and what to do, on one line."""


class OpenRequest(Struct, frozen=True):
    """Request for a call. `listen` is a file, `-` for standard input or `mic`; `me` are the user's speaker names.

    `transcribe` is a `VoiceMode` value for the microphone, or empty; `voice_model` is a folder with another model.
    """

    playbook: str = DEFAULT_PLAYBOOK
    account: str = ""
    people: tuple[str, ...] = ()
    me: tuple[str, ...] = ()
    listen: str = ""
    follow: bool = False
    speed: float = 1.0
    mode: Mode = Mode.LIVE
    speech_descriptor: int = 0
    transcribe: str = ""
    voice_model: str = ""

    @property
    def is_recording(self) -> bool:
        """Return whether the call plays a recording."""
        return self.listen not in ("", "-", MICROPHONE) and not self.follow


class OpenedCall(Struct):
    """An open call, ready to be shown.

    `begin` records the first events, once something listens to what is saved. `recall` reads what earlier calls with
    this account know; it is slow with thousands of calls, and may run on any thread. `add_recalled` records the result.
    """

    session: CallSession
    file: CallFile
    clock: CallClock
    sides: Sides
    begin: Callable[[], None]
    source: Source | None = None
    speakers: tuple[str, ...] = ()
    suggested_speaker: str | None = None
    messages: tuple[str, ...] = ()
    """Messages for the user at the beginning, such as that the playbook is missing."""
    mode: Mode = Mode.LIVE
    recall: Callable[[], tuple[Recalled, ...]] = tuple
    is_share_always_shown: bool = False
    """Setting: the user's share of the talk is always shown."""

    def after_begin(self, work: Callable[[], object]) -> None:
        """Also run `work` when the call begins."""
        begin = self.begin

        def both() -> None:
            begin()
            work()

        self.begin = both

    def add_recalled(self, found: Sequence[Recalled]) -> None:
        """Record answers from earlier calls to questions that have no answer yet."""
        playbook, state = self.session.playbook, self.session.state
        self.session.record(*(each for each in found if not notes_under(playbook, state, each.question)))

    def notice_speaker(self, event: Heard) -> bool:
        """Add the speaker to the known ones. Return whether to ask which of them is the user.

        A live source names its speakers only as they speak.
        """
        name = event.speaker.strip()
        if self.sides.is_chosen or not name or name in self.speakers:
            return False
        self.speakers = (*self.speakers, name)
        return len(self.speakers) >= 2

    @property
    def should_ask_who(self) -> bool:
        """Return whether the source names speakers and it is unknown which of them is the user."""
        return bool(self.speakers) and not self.sides.is_chosen


class CallService:
    """Opens calls from a library of playbooks (None: the user's and the built-in ones) and a store of calls."""

    def __init__(self, library: Library | None, store: CallStore) -> None:
        self._library = library
        self.store = store

    @property
    def library(self) -> Library:
        """Return the library. The default one is opened on first use, because it loads YAML and the lint rules."""
        if self._library is None:
            from salesnerd_tui.playbook.library import Library

            self._library = Library()
        return self._library

    def load_playbook(self, name: str) -> Playbook:
        """Return the playbook of that id or path. Raises `CannotOpen` with its first error."""
        loaded = self.library.load(name)
        if loaded.playbook is None:
            first = next(iter(loaded.errors), None)
            if first is None:
                raise CannotOpen(f"{one_line(name)} is a library, not a playbook (choose a playbook that uses it)")
            hint = f" ({one_line(first.hint)})" if first.hint else ""
            why = loaded.not_found or f"{first}{hint}"
            raise CannotOpen(f"{one_line(why)}; list playbooks with: salesnerd playbook list")
        return loaded.playbook

    def open(
        self, request: OpenRequest, playbook: Playbook | None = None, prepared: Sequence[Event] = ()
    ) -> OpenedCall:
        """Open a new call; `playbook` is already planned, and `prepared` are the events of its prep."""
        from salesnerd_tui.call_session import start_event

        if playbook is None:
            playbook = self.load_playbook(request.playbook)
            prepared = (*self.path_events(request.playbook, playbook), *prepared)
        sides = Sides(request.me)
        speech = speech_input(request, sides)
        check_consent(request, playbook)
        started_at = datetime.now(UTC).astimezone()
        me = ", ".join(request.me)
        start = start_event(playbook, request.mode, started_at, account=request.account, people=request.people, me=me)
        file = self.create_file(started_at, request.account)
        call = self._assemble(
            request,
            playbook,
            file,
            sides=sides,
            speech=speech,
            mode=request.mode,
            begin=lambda session: session.record(start, *prepared),
        )
        call.recall = lambda: tuple(
            recalled_answers(self.store, request.account, playbook, file.id, MAX_RECALLED_CALLS)
        )
        return call

    def resume(self, call_id: str, request: OpenRequest | None = None) -> OpenedCall:
        """Resume an open call. Raises `CannotOpen`."""
        with convert_storage_errors():
            file = self.store.open(call_id)
        try:
            return self._resume(file, request or OpenRequest())
        except BaseException:
            file.close()
            raise

    def _resume(self, file: CallFile, request: OpenRequest) -> OpenedCall:
        from salesnerd_tui.call_session import record_resume

        start = next((event for event in file.events if isinstance(event, Started)), None)
        if start is None:
            raise CannotOpen(
                f"cannot resume call {file.id}: its first event is missing (see: salesnerd calls show {file.id})"
            )
        state = fold(file.events)
        playbook, messages = self.current_playbook(state)
        if start.mode is not Mode.PREP:
            playbook = apply_plan(playbook, plan_from_events(state.plan))
        sides = Sides(request.me or user_names(file.events) or tuple(filter(str.strip, start.me.split(","))))
        # The last utterance, not the last event: notes may be later.
        heard_until = max((event.at for event in file.events if isinstance(event, Heard)), default=0.0)
        speech = speech_input(request, sides, heard_until)
        last = max(event.at for event in file.events)
        now = datetime.now(UTC).astimezone()
        left_at = wall_time(state, last)
        gap = max((now - left_at).total_seconds(), 0.0) if left_at is not None and left_at.tzinfo is not None else 0.0
        call = self._assemble(
            request,
            playbook,
            file,
            sides=sides,
            speech=speech,
            mode=start.mode,
            begin=lambda session: record_resume(session, now, gap),
        )
        call.clock.resume_from(last)
        call.messages = messages
        return call

    def _assemble(
        self,
        request: OpenRequest,
        playbook: Playbook,
        file: CallFile,
        *,
        sides: Sides,
        speech: SpeechInput,
        mode: Mode,
        begin: Callable[[CallSession], None],
    ) -> OpenedCall:
        """Return a call with its session. A recording has no wall clock, because its clock follows the file.

        The coach learns less from a recording: nobody could react to its taps.
        """
        from salesnerd_tui.call_session import CallSession  # loads the coach
        from salesnerd_tui.storage.settings import HabitStore

        clock = CallClock(speech.source.speed if speech.source is not None else 1.0)
        habits = HabitStore(self.store.settings, only_dismissed=request.is_recording)
        wall = None if request.is_recording else lambda: datetime.now(UTC).astimezone()
        session = CallSession(playbook, file, clock, events=file.events, habits=habits, wall=wall)
        session.follow_questions = self.should_follow_questions
        connect_consent(speech.source, session)
        return OpenedCall(
            session,
            file,
            clock,
            sides,
            lambda: begin(session),
            speech.source,
            speech.speakers,
            speech.suggested_speaker,
            mode=mode,
            is_share_always_shown=self.is_share_always_shown,
        )

    def create_file(self, started_at: datetime, account: str) -> CallFile:
        """Create the file of a new call. Raises `CannotOpen`."""
        with convert_storage_errors():
            return self.store.create(started_at, account)

    def read_events(self, call_id: str) -> tuple[Event, ...]:
        """Return the events of a stored call. Raises `CannotOpen`."""
        with convert_storage_errors():
            return self.store.read(call_id).events

    def current_playbook(self, state: CallState) -> tuple[Playbook, tuple[str, ...]]:
        """Return the current version of a stored call's playbook, and messages for the user if it is missing."""
        try:
            return self.load_playbook(playbook_name(state)), ()
        except CannotOpen as problem:
            title = state.started.title if state.started else ""
            empty = Playbook(state.playbook, title or state.playbook)
            return empty, (f"playbook not found, notes are kept: {problem}",)

    def path_events(self, name: str, playbook: Playbook) -> tuple[PlanSet, ...]:
        """Return the event that stores the path of a playbook; none if its id alone finds the file."""
        path = self.library.find_path(name)
        if path is None or path == self.library.find_path(playbook.id):
            return ()
        return (PlanSet(0.0, PlanKind.PLAYBOOK, playbook.id, str(path.resolve())),)

    @property
    def is_share_always_shown(self) -> bool:
        """Return whether the user wants the share of the talk to be shown all the time."""
        return bool(self.store.settings.get(SHARE_SETTING) == ALWAYS)

    @property
    def should_follow_questions(self) -> bool:
        """Return whether calls move to a question that the user is heard asking."""
        return bool(self.store.settings.get(FOLLOW_SETTING) != "off")


def preload() -> None:
    """Import what opening a call needs, so the key press need not wait for it. Runs on any thread."""
    for name in ("salesnerd_tui.call_session", "salesnerd_tui.playbook.library"):
        import_module(name)


@contextmanager
def convert_storage_errors() -> Iterator[None]:
    """Turn a `StorageError` into a `CannotOpen`."""
    from salesnerd_tui.storage.errors import StorageError

    try:
        yield
    except StorageError as problem:
        raise CannotOpen(str(problem)) from problem


def recalled_answers(
    store: CallStore,
    account: str,
    playbook: Playbook,
    exclude_id: str = "",
    max_calls: int | None = None,
    *,
    before: datetime | None = None,
) -> Iterator[Recalled]:
    """Yield the newest answer from earlier calls with this account to each question of the playbook's call.

    The call with the id `exclude_id` and calls that started after `before` do not count, and at most `max_calls` calls
    are read. Unreadable calls are skipped; the home screen reports them.
    """
    from salesnerd_tui.storage.call_store import calls_with

    missing = {id: ask.id for ask in playbook.call_questions() for id in ask.all_ids}
    limit = to_epoch_seconds(before)
    calls = (
        call
        for call in calls_with(store, account, (Mode.LIVE,))
        if call.summary.id != exclude_id and to_epoch_seconds(parse_time(call.summary.started_at)) <= limit
    )
    for call in islice(calls, max_calls):
        for question, notes in fold(call.events).notes.items():
            worded = [note for note in notes if note.words]
            if worded and (current := missing.get(question)):
                missing = {former: id for former, id in missing.items() if id != current}
                yield Recalled(0.0, current, worded[-1].words, worded[-1].recalled_from or call.summary.id)


class StoredCall(Struct, frozen=True):
    """A call's events, and its own playbook if that can still be loaded."""

    id: str
    events: tuple[Event, ...]
    playbook: Playbook | None = None


def to_stored_call(call: OpenedCall) -> StoredCall:
    """Return an open call as a stored one, without reading its file."""
    return StoredCall(call.file.id, tuple(call.session.events), call.session.playbook)


def read_stored_call(service: CallService, call_id: str) -> StoredCall:
    """Read a call. Raises `StorageError`."""
    events = service.store.read(call_id).events
    return StoredCall(call_id, tuple(events), service.library.load(playbook_name(fold(events))).playbook)


class SpeechInput(Struct, frozen=True):
    """The source of a call, the speakers it names so far, and the one who is probably the user."""

    source: Source | None = None
    speakers: tuple[str, ...] = ()
    suggested_speaker: str | None = None


def speech_input(request: OpenRequest, sides: Sides, start_seconds: float = 0.0) -> SpeechInput:
    """Return the speech input; a recording starts at `start_seconds`. Raises `CannotOpen`."""
    if request.transcribe and request.listen != MICROPHONE:
        raise CannotOpen("--transcribe needs a microphone (use it with: --listen mic)")
    if not request.listen:
        if request.follow or request.speed != 1.0:
            raise CannotOpen("--follow and --speed need a file (use them with: --listen FILE)")
        return SpeechInput()
    if request.listen == MICROPHONE:
        return SpeechInput(_microphone(request))
    if request.listen == "-":
        return SpeechInput(_standard_input(request, sides))
    path = Path(request.listen)
    if request.follow and (hint := url_hint(path)):  # a file may appear later, a URL never does
        raise CannotOpen(f"cannot follow {one_line(request.listen)}{hint}")
    if not request.follow:
        return _recording(path, sides, request, start_seconds)
    from salesnerd_tui.speech.live_sources import FollowSource

    return SpeechInput(FollowSource(path, sides))


def check_consent(request: OpenRequest, playbook: Playbook) -> None:
    """Raise `CannotOpen` if the buyer is to be transcribed and the playbook never asks for consent."""
    if request.listen != MICROPHONE or request.transcribe != "both":
        return
    from salesnerd_tui.speech.microphone.source import asks_consent

    if not asks_consent(playbook):
        raise CannotOpen(
            f"{one_line(playbook.id)} never asks for consent to transcribe the other side "
            "(add common/consent to its use:, or choose --transcribe me)"
        )


def connect_consent(source: Source | None, session: CallSession) -> None:
    """Let a microphone read the buyer's consent from the notes of the call."""
    if source is None or source.name != "microphone":
        return
    from salesnerd_tui.speech.microphone.source import MicSource, has_consent

    if isinstance(source, MicSource):
        source.has_consent = lambda: has_consent(session.state)


def _microphone(request: OpenRequest) -> MicSource:
    from salesnerd_tui.speech.microphone.models import ModelProblem
    from salesnerd_tui.speech.microphone.source import VoiceMode, open_microphone

    if request.follow or request.speed != 1.0:
        raise CannotOpen("--follow and --speed need a file, not a microphone")
    try:
        mode = VoiceMode(request.transcribe or VoiceMode.NONE)
    except ValueError:
        choices = ", ".join(VoiceMode)
        raise CannotOpen(f"invalid mode {request.transcribe!r} (--transcribe expects one of: {choices})") from None
    try:
        return open_microphone(mode, request.voice_model)
    except ModelProblem as problem:
        raise CannotOpen(one_line(str(problem))) from problem


def _standard_input(request: OpenRequest, sides: Sides) -> Source:
    from salesnerd_tui.speech.live_sources import StdinSource

    source = StdinSource(sides, max(request.speech_descriptor, 0))
    if reason := source.binary_reason():
        raise CannotOpen(f"standard input: {one_line(reason)}")
    return source


def _recording(path: Path, sides: Sides, request: OpenRequest, start_seconds: float) -> SpeechInput:
    """Read a short recording at once. A long one is only checked; its source reads it when the call has begun."""
    from salesnerd_tui.speech.recording import FileSource
    from salesnerd_tui.speech.transcripts.read import CannotRead, check_readable

    source = FileSource(path, sides, request.speed, start_seconds, request.me)
    try:
        if check_readable(path) >= MIN_BACKGROUND_BYTES:
            return SpeechInput(source)
        transcript = source.transcript
        if request.me:
            sides.choose(resolve_speakers(request.me, transcript.speakers))
    except (CannotRead, UnknownSpeaker) as problem:
        raise CannotOpen(one_line(str(problem))) from problem
    return SpeechInput(source, transcript.speakers, suggest_user(transcript))
