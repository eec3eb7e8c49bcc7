"""Opening a call: the playbook, the file it is kept in, the clock and the source of speech, put together.

The command line and the home screen open calls in the same way. Every way it can fail is one sentence for the person
(`CannotOpen`), said before a screen is up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from salesnerd_tui.call.attributing import who_is_me
from salesnerd_tui.call.events import Event, Heard, Mode, Recalled, Started
from salesnerd_tui.hearing.clock import CallClock
from salesnerd_tui.hearing.sides import Sides, UnknownSpeaker, check_me, suggest_me
from salesnerd_tui.session import CallSession, resumed, started
from salesnerd_tui.text import one_line

if TYPE_CHECKING:
    from salesnerd_tui.hearing.source import Source
    from salesnerd_tui.notes.callfile import CallFile
    from salesnerd_tui.notes.habits import CoachHabits
    from salesnerd_tui.notes.notebook import Notebook
    from salesnerd_tui.playbook.library import Library
    from salesnerd_tui.playbook.model import Playbook

MICROPHONE = "mic"
"""What `--hear` is given for the microphone and the system's output; a file of that name is `./mic`."""

RECALL_CALLS = 5
"""Earlier calls with the same account that are looked through for answers."""


class CannotOpen(Exception):
    """The call cannot be opened; the message says why and what to do, in one line."""


class Wish(Struct, frozen=True):
    """What somebody asked for. `hear` is a file, `-` for standard input or `mic`; `me` are the names that are me.

    `voice` says how much the microphone hears (`hearing.voice.modes`), `voice_model` is a folder with another model.
    """

    playbook: str = "first_call"
    account: str = ""
    people: tuple[str, ...] = ()
    me: tuple[str, ...] = ()
    hear: str = ""
    follow: bool = False
    speed: float = 1.0
    mode: Mode = Mode.LIVE
    speech_descriptor: int = 0
    voice: str = ""
    voice_model: str = ""

    @property
    def is_recording(self) -> bool:
        """Whether what is heard happened before."""
        return self.hear not in ("", "-", "mic") and not self.follow


def _nothing() -> tuple[Recalled, ...]:
    """What a call recalls that goes on: that was done when it began."""
    return ()


class Call(Struct):
    """An open call, ready to be shown.

    `begin` records how it began, once somebody listens to what is saved. `recall` reads what earlier calls with this
    account know, on any thread: among ten thousand it takes its time. `recalls` then writes it down.
    """

    session: CallSession
    file: CallFile
    clock: CallClock
    sides: Sides
    began: datetime
    begin: Callable[[], None]
    source: Source | None = None
    speakers: tuple[str, ...] = ()
    suggested: str | None = None
    told: tuple[str, ...] = field(default_factory=tuple)
    mode: Mode = Mode.LIVE
    recall: Callable[[], tuple[Recalled, ...]] = _nothing

    def recalls(self, found: Sequence[Recalled]) -> None:
        """This is known from before, as far as nobody has answered it meanwhile."""
        known = self.session.state.notes
        self.session.record(*(each for each in found if each.question not in known))

    @property
    def asks_who(self) -> bool:
        """Whether the source names speakers and nobody said which of them is me."""
        return bool(self.speakers) and not self.sides.known


class Desk:
    """Where calls are opened: a library of playbooks and a notebook."""

    def __init__(self, library: Library, notebook: Notebook) -> None:
        self.library = library
        self.notebook = notebook

    def playbook(self, name: str) -> Playbook:
        """Raises `CannotOpen` with the first error and where it is."""
        loaded = self.library.load(name, thorough=False)
        if loaded.playbook is None:
            first = next(iter(loaded.errors), None)
            if first is None:
                raise CannotOpen(f"{one_line(name)} is a library of parts, not a playbook: name one that uses it")
            hint = f" ({one_line(first.hint)})" if first.hint else ""
            raise CannotOpen(f"{one_line(str(first))}{hint}; salesnerd playbook list shows what there is")
        return loaded.playbook

    def open(self, wish: Wish, playbook: Playbook | None = None, prepared: Sequence[Event] = ()) -> Call:
        """A new call; `playbook` as it was planned, and `prepared` what is written down at its beginning."""
        playbook = playbook or self.playbook(wish.playbook)
        sides = Sides(wish.me)
        source, speakers, suggested = _source(wish, sides)
        _check_consent(wish, playbook)
        began = datetime.now(UTC).astimezone()
        file = _kept(lambda: self.notebook.create(began, wish.account))
        clock = CallClock(wish.speed if source is None else source.speed)
        session = CallSession(playbook, file, clock, habits=self._habits(wish))
        _let_consent(wish, source, session)
        first = started(playbook, wish.mode, began, account=wish.account, people=wish.people, me=", ".join(wish.me))

        def begin() -> None:
            session.begin(first)
            session.record(*prepared)

        def recall() -> tuple[Recalled, ...]:
            return self._recalled(wish.account, playbook, file.id)

        return Call(
            session, file, clock, sides, began, begin, source, speakers, suggested, mode=wish.mode, recall=recall
        )

    def resume(self, call_id: str, wish: Wish | None = None) -> Call:
        """A call that was cut off or left open, with everything that was kept of it."""
        file = _kept(lambda: self.notebook.open(call_id))
        if file.read_only:
            problem = file.problem
            file.close()
            raise CannotOpen(f"call {call_id} can only be read: {problem}")
        first = next((event for event in file.events if isinstance(event, Started)), None)
        if first is None:
            file.close()
            raise CannotOpen(f"call {call_id} has no beginning to go on from: salesnerd calls show {call_id}")
        playbook, told = self.playbook_again(file.events, first.title)
        if first.mode is not Mode.PREP:
            playbook = _as_planned(playbook, file.events)
        wish = wish or Wish()
        sides = Sides(wish.me or who_is_me(file.events) or tuple(filter(str.strip, first.me.split(","))))
        source, speakers, suggested = _source(wish, sides, begin=_heard_until(file.events))
        clock = CallClock(1.0 if source is None else source.speed)
        last = max(event.at for event in file.events)
        clock.resume_from(last)
        session = CallSession(playbook, file, clock, events=file.events, habits=self._habits(wish))
        _let_consent(wish, source, session)
        began = datetime.fromisoformat(first.began) if first.began else datetime.now(UTC)
        now = datetime.now(UTC).astimezone()
        gap = max((now - began.astimezone(UTC) - timedelta(seconds=last)).total_seconds(), 0.0)

        def begin() -> None:
            resumed(session, now, gap)

        return Call(session, file, clock, sides, began, begin, source, speakers, suggested, told, first.mode)

    def playbook_again(self, events: Sequence[Event], title: str = "") -> tuple[Playbook, tuple[str, ...]]:
        """The playbook of a kept call as it is now, and what there is to tell; a call outlives its playbook."""
        from salesnerd_tui.call.state import fold
        from salesnerd_tui.playbook.model import Playbook as Empty

        name = fold(events).playbook
        try:
            return self.playbook(name), ()
        except CannotOpen as problem:
            return Empty(name, title or name), (f"the playbook is gone, the notes are not: {problem}",)

    def _habits(self, wish: Wish) -> CoachHabits:
        """What the coach knows of this person; nobody could have heeded a tap in a recording."""
        from salesnerd_tui.notes.habits import CoachHabits

        return CoachHabits(self.notebook.settings, by_hand=wish.is_recording)

    def _recalled(self, account: str, playbook: Playbook, own: str) -> tuple[Recalled, ...]:
        """What earlier calls with this account know of the questions of this playbook, newest first.

        A call that cannot be read says nothing: the start page tells of it.
        """
        if not account.strip():
            return ()
        from salesnerd_tui.call.state import fold
        from salesnerd_tui.notes.receipts import NotesProblem

        asked = {ask.id for ask in playbook.asks()}
        same = account.strip().casefold()
        earlier = [each for each in self.notebook.summaries() if each.account.strip().casefold() == same]
        found: dict[str, Recalled] = {}
        for summary in [each for each in earlier if each.id != own and each.mode is Mode.LIVE][:RECALL_CALLS]:
            try:
                notes = fold(self.notebook.open(summary.id, read_only=True).events).notes
            except NotesProblem:
                continue
            for question, under in notes.items():
                if question in asked and question not in found and under and under[-1].words:
                    found[question] = Recalled(0.0, question, under[-1].words, summary.id)
        return tuple(found.values())


def _as_planned(playbook: Playbook, events: Sequence[Event]) -> Playbook:
    from salesnerd_tui.call.plan import planned, planning
    from salesnerd_tui.call.state import fold

    return planned(playbook, planning(fold(events).plan))


def _heard_until(events: Sequence[Event]) -> float:
    """When the last utterance was heard that the call has; a note may be later than words that nobody kept."""
    return max((event.at for event in events if isinstance(event, Heard)), default=0.0)


def _kept(open_file: Callable[[], CallFile]) -> CallFile:
    from salesnerd_tui.notes.receipts import NotesProblem

    try:
        return open_file()
    except NotesProblem as problem:
        raise CannotOpen(str(problem)) from problem


def speech_source(wish: Wish, sides: Sides) -> Source | None:
    """What a wish wants to hear with. Raises `CannotOpen`."""
    return _source(wish, sides)[0]


def _source(wish: Wish, sides: Sides, begin: float = 0.0) -> tuple[Source | None, tuple[str, ...], str | None]:
    """The source of speech with the speakers it already names and who of them is likely me."""
    if wish.voice and wish.hear != MICROPHONE:
        raise CannotOpen("--mode is for the microphone: --hear mic --mode mine")
    if not wish.hear:
        if wish.follow or wish.speed != 1.0:
            raise CannotOpen("--follow and --speed need a file to hear: --hear FILE")
        return None, (), None
    if wish.hear == "-":
        from salesnerd_tui.hearing.stdin_source import StdinSource

        return StdinSource(sides, max(wish.speech_descriptor, 0)), (), None
    if wish.hear == MICROPHONE:
        return _microphone(wish), (), None
    path = Path(wish.hear)
    if wish.follow:
        from salesnerd_tui.hearing.follow_source import FollowSource

        return FollowSource(path, sides), (), None
    return _recording(path, sides, wish, begin)


def _microphone(wish: Wish) -> Source:
    from salesnerd_tui.hearing.voice.model import ModelProblem
    from salesnerd_tui.hearing.voice.modes import VoiceMode
    from salesnerd_tui.hearing.voice.starting import microphone

    if wish.follow or wish.speed != 1.0:
        raise CannotOpen("--follow and --speed are for a file; a microphone is heard as it is")
    try:
        return microphone(VoiceMode(wish.voice or VoiceMode.ACTIVITY), wish.voice_model)
    except ModelProblem as problem:
        raise CannotOpen(one_line(str(problem))) from problem


def _check_consent(wish: Wish, playbook: Playbook) -> None:
    """Their words need a yes, and so a playbook that asks for it."""
    if wish.hear != MICROPHONE or wish.voice != "both":
        return
    from salesnerd_tui.hearing.voice.consent import can_be_asked

    if not can_be_asked(playbook):
        raise CannotOpen(
            f"{one_line(playbook.id)} never asks them for leave to write down their words: "
            "add common/consent to its use:, or take --mode mine"
        )


def _let_consent(wish: Wish, source: Source | None, session: CallSession) -> None:
    """The microphone looks into the notes for their yes, again and again."""
    if wish.hear != MICROPHONE:
        return
    from salesnerd_tui.hearing.voice.consent import given
    from salesnerd_tui.hearing.voice.mic_source import MicSource

    if isinstance(source, MicSource):
        source.consented = lambda: given(session.state)


def _recording(path: Path, sides: Sides, wish: Wish, begin: float) -> tuple[Source, tuple[str, ...], str | None]:
    from salesnerd_tui.hearing.file_source import FileSource
    from salesnerd_tui.hearing.formats.reading import CannotRead

    source = FileSource(path, sides, wish.speed, begin)
    try:
        transcript = source.transcript
        check_me(wish.me, transcript.speakers)
    except CannotRead as problem:
        raise CannotOpen(one_line(str(problem))) from problem
    except UnknownSpeaker as problem:
        raise CannotOpen(one_line(str(problem))) from problem
    return source, transcript.speakers, suggest_me(transcript)
