"""Service that opens calls (new, resumed or stored): playbook, file, clock and source of speech, put together.

The command line and the screens use it alike. Every failure is a `CannotOpen` with one line for the user, raised
before a screen is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib import import_module
from typing import TYPE_CHECKING

from msgspec import Struct

from salesnerd_tui.app import talk_meter
from salesnerd_tui.app.opened_call import CannotOpen, OpenedCall, OpenRequest
from salesnerd_tui.app.speech_input import check_consent, connect_consent, speech_input
from salesnerd_tui.call.events import Event, Heard, Mode, Recalled, Started
from salesnerd_tui.call.plan import playbook_name
from salesnerd_tui.call.state import fold, who_is_me
from salesnerd_tui.call.wall_clock import wall_time
from salesnerd_tui.playbook.model import Playbook
from salesnerd_tui.speech.sides import Sides
from salesnerd_tui.speech.source import CallClock
from salesnerd_tui.text import one_line

if TYPE_CHECKING:
    from salesnerd_tui.playbook.library import Library
    from salesnerd_tui.storage.call_file import CallFile
    from salesnerd_tui.storage.settings import HabitStore
    from salesnerd_tui.storage.store import CallStore


FOLLOW_SETTING = "follow"
"""Setting that keeps the call from moving to a question that was heard: `off`."""

RECALL_CALLS = 5
"""Earlier calls with the same account that are searched for answers."""


def preload() -> None:
    """Import what opening a call needs, so that the key that opens one need not wait for it. Runs on any thread."""
    for name in ("salesnerd_tui.session", "salesnerd_tui.playbook.library"):
        import_module(name)


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

    def playbook(self, name: str) -> Playbook:
        """Raises `CannotOpen` with the first error and where it is."""
        loaded = self.library.load(name)
        if loaded.playbook is None:
            first = next(iter(loaded.errors), None)
            if first is None:
                raise CannotOpen(f"{one_line(name)} is a library, not a playbook (choose a playbook that uses it)")
            hint = f" ({one_line(first.hint)})" if first.hint else ""
            raise CannotOpen(f"{one_line(str(first))}{hint}; list playbooks with: salesnerd playbook list")
        return loaded.playbook

    def open(
        self, request: OpenRequest, playbook: Playbook | None = None, prepared: Sequence[Event] = ()
    ) -> OpenedCall:
        """A new call; `playbook` as it was planned, and `prepared` what is written down at its beginning."""
        from salesnerd_tui.session import CallSession, started  # loads the coach: not for the start page

        playbook = playbook or self.playbook(request.playbook)
        sides = Sides(request.me)
        heard = speech_input(request, sides)
        source = heard.source
        check_consent(request, playbook)
        began = datetime.now(UTC).astimezone()
        file = _kept(lambda: self.store.create(began, request.account))
        clock = CallClock(request.speed if source is None else source.speed)
        session = CallSession(playbook, file, clock, habits=self._habits(request), wall=_wall_of(request))
        session.follow_questions = self.follows_questions
        connect_consent(source, session)
        first = started(
            playbook, request.mode, began, account=request.account, people=request.people, me=", ".join(request.me)
        )

        def begin() -> None:
            session.begin(first)
            session.record(*prepared)

        def recall() -> tuple[Recalled, ...]:
            return self._recalled(request.account, playbook, file.id)

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
            mode=request.mode,
            recall=recall,
            always_shows_share=self.always_shows_share,
        )

    def resume(self, call_id: str, request: OpenRequest | None = None) -> OpenedCall:
        """Open an interrupted or unfinished call with everything saved in it. Raises `CannotOpen`."""
        file = _kept(lambda: self.store.open(call_id))
        try:
            return self._resumed(file, request or OpenRequest())
        except BaseException:
            file.close()
            raise

    def _resumed(self, file: CallFile, request: OpenRequest) -> OpenedCall:
        from salesnerd_tui.session import CallSession, resumed  # loads the coach: not for the start page

        if file.read_only:
            raise CannotOpen(f"call {file.id} is read-only: {file.problem}")
        first = next((event for event in file.events if isinstance(event, Started)), None)
        if first is None:
            raise CannotOpen(
                f"cannot resume call {file.id}: its first event is missing (see: salesnerd calls show {file.id})"
            )
        playbook, told = self.playbook_again(file.events, first.title)
        if first.mode is not Mode.PREP:
            playbook = _as_planned(playbook, file.events)
        sides = Sides(request.me or who_is_me(file.events) or tuple(filter(str.strip, first.me.split(","))))
        heard = speech_input(request, sides, begin=_heard_until(file.events))
        source = heard.source
        clock = CallClock(1.0 if source is None else source.speed)
        last = max(event.at for event in file.events)
        clock.resume_from(last)
        session = CallSession(
            playbook, file, clock, events=file.events, habits=self._habits(request), wall=_wall_of(request)
        )
        session.follow_questions = self.follows_questions
        connect_consent(source, session)
        began = datetime.fromisoformat(first.started_at) if first.started_at else datetime.now(UTC)
        now = datetime.now(UTC).astimezone()
        left = wall_time(session.state, last)
        left = left if left is not None and left.tzinfo is not None else now
        gap = max((now - left).total_seconds(), 0.0)

        def begin() -> None:
            resumed(session, now, gap)

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
            told,
            first.mode,
            always_shows_share=self.always_shows_share,
        )

    def playbook_again(self, events: Sequence[Event], title: str = "") -> tuple[Playbook, tuple[str, ...]]:
        """Return the current playbook of a saved call, and messages for the user if it is missing."""
        from salesnerd_tui.call.plan import playbook_name
        from salesnerd_tui.call.state import fold
        from salesnerd_tui.playbook.model import Playbook as Empty

        state = fold(events)
        try:
            return self.playbook(playbook_name(state)), ()
        except CannotOpen as problem:
            name = state.playbook
            return Empty(name, title or name), (f"playbook not found, notes are kept: {problem}",)

    def path_outside(self, name: str, playbook: Playbook) -> str:
        """Return the path of a playbook that was opened by it, if its id alone would not find that file; else ''."""
        path, known = self.library.path_of(name), self.library.path_of(playbook.id)
        return str(path.resolve()) if path is not None and path != known else ""

    @property
    def always_shows_share(self) -> bool:
        """Return whether the user wants the share of the talk to be shown all the time."""
        return bool(self.store.settings.get(talk_meter.SETTING) == talk_meter.ALWAYS)

    @property
    def follows_questions(self) -> bool:
        """Return whether calls move to a question that the user is heard asking."""
        return bool(self.store.settings.get(FOLLOW_SETTING) != "off")

    def _habits(self, request: OpenRequest) -> HabitStore:
        """Return what the coach has learned; a recording teaches less, because nobody could react to its taps."""
        from salesnerd_tui.storage.settings import HabitStore

        return HabitStore(self.store.settings, by_hand=request.is_recording)

    def _recalled(self, account: str, playbook: Playbook, own: str) -> tuple[Recalled, ...]:
        """Return answers from earlier calls with this account to questions of this playbook, the newest of each.

        Unreadable calls are skipped here: the home screen reports them.
        """
        if not account.strip():
            return ()
        from salesnerd_tui.call.state import fold
        from salesnerd_tui.storage.errors import StorageError

        asked = {ask.id for ask in playbook.asks()}
        same = account.strip().casefold()
        earlier = [each for each in self.store.summaries() if each.account.strip().casefold() == same]
        found: dict[str, Recalled] = {}
        for summary in [each for each in earlier if each.id != own and each.mode is Mode.LIVE][:RECALL_CALLS]:
            try:
                notes = fold(self.store.open(summary.id, read_only=True).events).notes
            except StorageError:
                continue
            for question, under in notes.items():
                if question in asked and question not in found and under and under[-1].words:
                    found[question] = Recalled(0.0, question, under[-1].words, under[-1].recalled_from or summary.id)
        return tuple(found.values())


def _wall_of(request: OpenRequest) -> Callable[[], datetime] | None:
    """Return the wall clock for a call that happens now; the clock of a recording follows its file."""
    return None if request.is_recording else lambda: datetime.now(UTC).astimezone()


def _as_planned(playbook: Playbook, events: Sequence[Event]) -> Playbook:
    from salesnerd_tui.call.plan import planned, planning
    from salesnerd_tui.call.state import fold

    return planned(playbook, planning(fold(events).plan))


def _heard_until(events: Sequence[Event]) -> float:
    """Return when the last recorded utterance ended, in seconds of the call; notes may be later."""
    return max((event.at for event in events if isinstance(event, Heard)), default=0.0)


def _kept(open_file: Callable[[], CallFile]) -> CallFile:
    from salesnerd_tui.storage.errors import StorageError

    try:
        return open_file()
    except StorageError as problem:
        raise CannotOpen(str(problem)) from problem


class StoredCall(Struct, frozen=True):
    """A call's events, and its own playbook if that can still be loaded."""

    id: str
    events: tuple[Event, ...]
    playbook: Playbook | None = None


def stored_call_of(call: OpenedCall) -> StoredCall:
    """Return a call that has just ended as it is stored."""
    return StoredCall(call.file.id, tuple(call.session.events), call.session.playbook)


def read_stored_call(service: CallService, call_id: str) -> StoredCall:
    """Read a call. Raises `StorageError` when its file cannot be read."""
    events = service.store.open(call_id, read_only=True).events
    return StoredCall(call_id, tuple(events), service.library.load(playbook_name(fold(events))).playbook)
