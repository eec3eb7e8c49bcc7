"""Opening a call: the playbook, the file it is kept in, the clock and the source of speech, put together.

The command line and the home screen open calls in the same way. Every way it can fail is one sentence for the person
(`CannotOpen`), said before a screen is up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from msgspec import Struct, field

from salesnerd_tui.app.request import CannotOpen, OpenRequest
from salesnerd_tui.app.speech import check_consent, connect_consent, speech_input
from salesnerd_tui.call.events import Event, Heard, Mode, Recalled, Started
from salesnerd_tui.call.state import who_is_me
from salesnerd_tui.call.wall_clock import wall_time
from salesnerd_tui.session import CallSession, resumed, started
from salesnerd_tui.speech.clock import CallClock
from salesnerd_tui.speech.sides import Sides
from salesnerd_tui.text import one_line

if TYPE_CHECKING:
    from salesnerd_tui.playbook.library import Library
    from salesnerd_tui.playbook.model import Playbook
    from salesnerd_tui.speech.source import Source
    from salesnerd_tui.storage.call_file import CallFile
    from salesnerd_tui.storage.settings import HabitStore
    from salesnerd_tui.storage.store import CallStore

RECALL_CALLS = 5
"""Earlier calls with the same account that are looked through for answers."""


def _nothing() -> tuple[Recalled, ...]:
    """What a call recalls that goes on: that was done when it began."""
    return ()


class OpenedCall(Struct):
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


class CallService:
    """Where calls are opened: a library of playbooks and a notebook."""

    def __init__(self, library: Library, notebook: CallStore) -> None:
        self.library = library
        self.notebook = notebook

    def playbook(self, name: str) -> Playbook:
        """Raises `CannotOpen` with the first error and where it is."""
        loaded = self.library.load(name)
        if loaded.playbook is None:
            first = next(iter(loaded.errors), None)
            if first is None:
                raise CannotOpen(f"{one_line(name)} is a library of parts, not a playbook: name one that uses it")
            hint = f" ({one_line(first.hint)})" if first.hint else ""
            raise CannotOpen(f"{one_line(str(first))}{hint}; salesnerd playbook list shows what there is")
        return loaded.playbook

    def open(self, wish: OpenRequest, playbook: Playbook | None = None, prepared: Sequence[Event] = ()) -> OpenedCall:
        """A new call; `playbook` as it was planned, and `prepared` what is written down at its beginning."""
        playbook = playbook or self.playbook(wish.playbook)
        sides = Sides(wish.me)
        heard = speech_input(wish, sides)
        source = heard.source
        check_consent(wish, playbook)
        began = datetime.now(UTC).astimezone()
        file = _kept(lambda: self.notebook.create(began, wish.account))
        clock = CallClock(wish.speed if source is None else source.speed)
        session = CallSession(playbook, file, clock, habits=self._habits(wish), wall=_wall_of(wish))
        connect_consent(source, session)
        first = started(playbook, wish.mode, began, account=wish.account, people=wish.people, me=", ".join(wish.me))

        def begin() -> None:
            session.begin(first)
            session.record(*prepared)

        def recall() -> tuple[Recalled, ...]:
            return self._recalled(wish.account, playbook, file.id)

        return OpenedCall(
            session,
            file,
            clock,
            sides,
            began,
            begin,
            source,
            heard.speakers,
            heard.suggested,
            mode=wish.mode,
            recall=recall,
        )

    def resume(self, call_id: str, wish: OpenRequest | None = None) -> OpenedCall:
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
        wish = wish or OpenRequest()
        sides = Sides(wish.me or who_is_me(file.events) or tuple(filter(str.strip, first.me.split(","))))
        heard = speech_input(wish, sides, begin=_heard_until(file.events))
        source = heard.source
        clock = CallClock(1.0 if source is None else source.speed)
        last = max(event.at for event in file.events)
        clock.resume_from(last)
        session = CallSession(playbook, file, clock, events=file.events, habits=self._habits(wish), wall=_wall_of(wish))
        connect_consent(source, session)
        began = datetime.fromisoformat(first.started_at) if first.started_at else datetime.now(UTC)
        now = datetime.now(UTC).astimezone()
        left = wall_time(session.state, last)
        left = left if left is not None and left.tzinfo is not None else now
        gap = max((now - left).total_seconds(), 0.0)

        def begin() -> None:
            resumed(session, now, gap)

        return OpenedCall(
            session, file, clock, sides, began, begin, source, heard.speakers, heard.suggested, told, first.mode
        )

    def playbook_again(self, events: Sequence[Event], title: str = "") -> tuple[Playbook, tuple[str, ...]]:
        """The playbook of a kept call as it is now, and what there is to tell; a call outlives its playbook."""
        from salesnerd_tui.call.state import fold
        from salesnerd_tui.playbook.model import Playbook as Empty

        name = fold(events).playbook
        try:
            return self.playbook(name), ()
        except CannotOpen as problem:
            return Empty(name, title or name), (f"the playbook is gone, the notes are not: {problem}",)

    def _habits(self, wish: OpenRequest) -> HabitStore:
        """What the coach knows of this person; nobody could have heeded a tap in a recording."""
        from salesnerd_tui.storage.settings import HabitStore

        return HabitStore(self.notebook.settings, by_hand=wish.is_recording)

    def _recalled(self, account: str, playbook: Playbook, own: str) -> tuple[Recalled, ...]:
        """What earlier calls with this account know of the questions of this playbook, newest first.

        A call that cannot be read says nothing: the start page tells of it.
        """
        if not account.strip():
            return ()
        from salesnerd_tui.call.state import fold
        from salesnerd_tui.storage.errors import StorageError

        asked = {ask.id for ask in playbook.asks()}
        same = account.strip().casefold()
        earlier = [each for each in self.notebook.summaries() if each.account.strip().casefold() == same]
        found: dict[str, Recalled] = {}
        for summary in [each for each in earlier if each.id != own and each.mode is Mode.LIVE][:RECALL_CALLS]:
            try:
                notes = fold(self.notebook.open(summary.id, read_only=True).events).notes
            except StorageError:
                continue
            for question, under in notes.items():
                if question in asked and question not in found and under and under[-1].words:
                    found[question] = Recalled(0.0, question, under[-1].words, summary.id)
        return tuple(found.values())


def _wall_of(wish: OpenRequest) -> Callable[[], datetime] | None:
    """Return the wall clock for a call that happens now; the clock of a recording follows its file."""
    return None if wish.is_recording else lambda: datetime.now(UTC).astimezone()


def _as_planned(playbook: Playbook, events: Sequence[Event]) -> Playbook:
    from salesnerd_tui.call.plan import planned, planning
    from salesnerd_tui.call.state import fold

    return planned(playbook, planning(fold(events).plan))


def _heard_until(events: Sequence[Event]) -> float:
    """When the last utterance was heard that the call has; a note may be later than words that nobody kept."""
    return max((event.at for event in events if isinstance(event, Heard)), default=0.0)


def _kept(open_file: Callable[[], CallFile]) -> CallFile:
    from salesnerd_tui.storage.errors import StorageError

    try:
        return open_file()
    except StorageError as problem:
        raise CannotOpen(str(problem)) from problem
