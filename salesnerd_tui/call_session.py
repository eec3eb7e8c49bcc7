"""The running call: `CallSession` holds its playbook, events and state, and records what happens.

An interface calls `do(action)` for a key, `hear(event)` for speech and `tick()` once a second, and draws `context` and
`state`. Each event is stored, applied to the state and passed to the coach. `services.call_service` makes sessions.

Nothing here waits for the disk: `on_written` is called in the writer's thread when events are saved or have failed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.call import actions, traversal, view
from salesnerd_tui.call.actions import NO_SUGGESTIONS, Action, CallContext, Suggestions
from salesnerd_tui.call.events import (
    Ended,
    Event,
    FloorTaken,
    Heard,
    Mode,
    Resumed,
    Side,
    SourceChanged,
    Started,
    Switched,
    TapKind,
    Tapped,
    Undone,
)
from salesnerd_tui.call.plan import apply_plan, plan_from_events
from salesnerd_tui.call.state import (
    CallState,
    apply_identifications,
    correct_promises,
    evolve,
    fold,
    identify_speakers,
    newly_attributed,
    wall_time,
)
from salesnerd_tui.coach.talk_stats import TalkStats
from salesnerd_tui.coach.tap_habits import TapHabit, learn_habits, read_effects
from salesnerd_tui.playbook.model import Playbook
from salesnerd_tui.speech.sides import CurrentSpeaker
from salesnerd_tui.storage.errors import WriteFailed, WriteSaved

if TYPE_CHECKING:
    from salesnerd_tui.coach.engine import Coach, CoachReplay
    from salesnerd_tui.coach.question_matcher import Matcher
    from salesnerd_tui.coach.question_tracker import QuestionTracker
    from salesnerd_tui.coach.signals.questions import OpenQuestion
    from salesnerd_tui.storage.settings import HabitStore


OnWritten = Callable[[WriteSaved | WriteFailed], None]
Clock = Callable[[], float]
"""Returns the seconds since the call started."""

SPEECH_EVENTS = (Heard, FloorTaken)
"""Events that only the coach evaluates; they do not change the state."""

COACH_EVENTS = (*SPEECH_EVENTS, Tapped)
"""Events that need the coach; the first one loads it."""

REPLAY_EVENTS = 20
"""Number of events that a new coach processes between two keys; takes about 5 ms."""

MIN_SLEEP_SECONDS = 5.0
"""Minimum lead of the wall clock over the call's clock that is recorded as a sleep of the computer."""

MIN_ACTION_GAP_SECONDS = 0.001
"""Minimum time between two actions, so that undo reverts only one."""


class EventStore(Protocol):
    """Destination of events, implemented by `storage.call_writer.CallFile`."""

    def save(self, events: Sequence[Event], on_written: OnWritten, /) -> range: ...

    def save_draft(self, text: str) -> None: ...

    def close(self) -> object: ...


class PreparedPlaybook(Struct, frozen=True):
    """A playbook for a call, with its wordings prepared for recognizing questions."""

    playbook: Playbook
    matcher: Matcher


class CallSession:
    """A running call. Not thread-safe; `on_written` is called on the thread of the writer.

    `wall` returns the wall-clock time with its zone in a live call; a recording has none.
    """

    def __init__(
        self,
        playbook: Playbook,
        file: EventStore,
        clock: Clock,
        *,
        events: Sequence[Event] = (),
        habits: HabitStore | None = None,
        wall: Callable[[], datetime] | None = None,
    ) -> None:
        self.playbook = playbook
        self.events: list[Event] = list(events)
        self.state: CallState = fold(self.events)
        self.on_written: OnWritten = lambda _: None
        self.follow_questions = True
        """Setting: move to a question that the user was heard asking."""
        self.can_move: Callable[[], bool] = lambda: True
        """Returns False while the user types a note, which belongs to the question on the screen."""
        self.speaker = CurrentSpeaker()
        self._file = file
        self._clock = clock
        self._wall = wall
        self._tracker: QuestionTracker | None = None
        self._prepared: PreparedPlaybook | None = None
        self._replay: CoachReplay | None = None
        self._habits = habits
        self._pauses = habits.pauses() if habits is not None else {}
        self._learned_count = len(self.events)
        self._last_at = max((event.at for event in self.events), default=-MIN_ACTION_GAP_SECONDS)
        self.opened_at = self._last_at
        """Seconds of the call when this program opened it; a resumed call has earlier events."""
        self._coach: Coach | None = None
        self._no_talk = TalkStats()
        if any(isinstance(event, COACH_EVENTS) for event in self.events):
            self._coach = self._replay_coach().coach

    @property
    def sources(self) -> tuple[SourceChanged, ...]:
        """The states of the sources since the call was opened: those from before a crash are no longer true."""
        return tuple(each for each in self.state.sources.values() if each.at > self.opened_at)

    @property
    def coach(self) -> Coach:
        """Return the coach; it is loaded on first use, which is after the first frame."""
        self._coach = self._coach or self._replay_coach().coach
        return self._coach

    @property
    def talk(self) -> TalkStats:
        return self._coach.talk if self._coach is not None else self._no_talk

    @property
    def talked_on_seconds(self) -> float:
        """Return the seconds that the user has kept talking since the tap on the screen."""
        return self._coach.seconds_since_tap if self._coach is not None else 0.0

    @property
    def open_questions(self) -> tuple[OpenQuestion, ...]:
        """Return the buyer's questions that the user has not answered, oldest first."""
        return self._coach.open_questions if self._coach is not None else ()

    @property
    def context(self) -> CallContext:
        """Return the context of an action or a view at this moment."""
        return self._context(self._clock())

    def tap_habit(self, kind: TapKind) -> TapHabit:
        """Return the user's reactions to taps of a kind, in earlier calls and in this one."""
        known = self._habits.known() if self._habits is not None else {}
        return learn_habits(known, read_effects(self.events, self._learned_count)).get(kind, TapHabit())

    @property
    def suggestions(self) -> Suggestions:
        """Return the pending suggestions; `call.actions.accept` accepts the first."""
        return self._tracker.suggestions(self._clock()) if self._tracker is not None else NO_SUGGESTIONS

    def do(self, action: Action) -> tuple[Event, ...]:
        """Record the events of an action. Raises `CannotAct` with a message for the user; then nothing is recorded."""
        self._record_sleep()
        self._last_at = max(round(self._clock(), 3), round(self._last_at + MIN_ACTION_GAP_SECONDS, 3))
        events = action(self._context(self._last_at))
        self.record(*events)
        return events

    def undo(self) -> tuple[Event, ...]:
        """Undo the latest action. Raises `CannotAct` if there is none."""
        return self.do(lambda context: actions.undo(context, self.events))

    def hear(self, event: Heard | FloorTaken | SourceChanged) -> None:
        """Record speech, a change of speaker, or news of a source. A partial goes to the coach only."""
        if isinstance(event, Heard | FloorTaken):
            self.speaker.update(event)
        if not isinstance(event, Heard) or event.final:
            self.record(event)
        else:
            self.record(*self.coach.hear(event))
        self._recognize(event)

    def reject_suggestion(self) -> None:
        """Decline the first suggestion. Raises `CannotAct` if there is none."""
        if self._tracker is None or not self.suggestions:
            raise actions.CannotAct("no suggestion to confirm or reject")
        self._tracker.reject(self._clock())

    def identify(self, me: Sequence[str], side: Callable[[str], Side]) -> None:
        """Set which speakers are the user; `side` returns the side of a name.

        What they said before counts from now on, including promises and questions.
        """
        choice = identify_speakers(self.events, me, side, round(self._clock(), 3))
        attributed = newly_attributed(self.events, choice)
        self.events[:] = apply_identifications([*self.events, choice])[:-1]
        replay = self._replay_coach()
        self._coach, self._replay = replay.coach, None
        self.record(*correct_promises(self.events, replay.promises, choice.at), choice)
        self._tracker = None
        for number in attributed:
            self._recognize(self.events[number])

    def tick(self) -> None:
        """Let time pass for the coach; call this once a second."""
        self._record_sleep()
        self.catch_up()
        if self._coach is not None:
            self.record(*self._coach.tick(self._clock()))

    def _record_sleep(self) -> None:
        """Record that the wall clock advanced without the call's clock, as it does while the computer sleeps."""
        at = self._clock()
        expected = wall_time(self.state, at)
        if self._wall is None or expected is None or expected.tzinfo is None:
            return
        now = self._wall()
        gap = (now - expected).total_seconds()
        if abs(gap) >= MIN_SLEEP_SECONDS:
            at = max(round(at, 3), self._last_at)
            self.record(Resumed(at, now.isoformat(), round(max(gap, 0.0), 3)))

    def can_follow_question(self) -> bool:
        """Return whether the call moves to a question that the user is heard asking; a demo follows its script."""
        is_demo = self.state.started is not None and self.state.started.mode is Mode.DEMO
        return self.follow_questions and not is_demo and self.can_move()

    def catch_up(self) -> bool:
        """Let a new coach process more of the call, between two keys. Return whether more is left."""
        if self._replay is None:
            return False
        if not self._replay.replay(REPLAY_EVENTS):
            return True
        self._coach, self._replay = self._replay.coach, None
        self._show_call(self._coach)
        return False

    def dismiss_tap(self) -> None:
        """Dismiss the tap. Raises `CannotAct` if there is none."""
        self.do(actions.dismiss_tap)
        self.coach.dismiss(self._last_at)

    def record(self, *events: Event) -> None:
        """Store the events, apply them, and pass them to the coach; its taps are recorded too."""
        if not events:
            return
        if any(isinstance(event, Ended) for event in events):
            self._finish_sentence()
        coach = self.coach if any(isinstance(event, COACH_EVENTS) for event in events) else self._coach
        self.events.extend(events)
        self._file.save(events, lambda outcome: self.on_written(outcome))
        for event in events:
            self.state = fold(self.events) if isinstance(event, Undone) else evolve(self.state, event)
        if coach is not None and not all(isinstance(event, SPEECH_EVENTS) for event in events):
            self._show_place(coach)
        if self._tracker is not None:
            self._tracker.follow(events, self.context)
            if any(isinstance(event, Undone) for event in events):
                self._tracker.follow_undo(self.events)
        for event in events:
            if isinstance(event, SPEECH_EVENTS):
                self.record(*self.coach.hear(event))

    def _finish_sentence(self) -> None:
        """Let the coach hear the words whose sentence the end of the call cuts off."""
        if self._coach is not None:
            self.record(*self._coach.finish_sentence(self._clock()))

    def prepare(self, playbook: Playbook | None = None) -> PreparedPlaybook:
        """Prepare a playbook's wordings (default: the current one). 1,000 questions take 0.1 s: use another thread."""
        from salesnerd_tui.coach.question_matcher import Matcher  # start-up time

        state = self.state
        planned = self.playbook if playbook is None else apply_plan(playbook, plan_from_events(state.plan))
        return PreparedPlaybook(planned, Matcher(planned, state))

    def use_prepared(self, prepared: PreparedPlaybook) -> None:
        """Use a prepared playbook, unless the call has another by now."""
        self._prepared = prepared

    def reload(self, playbook: Playbook | PreparedPlaybook) -> None:
        """Replace the playbook after an edit: the call stays at its question, or at the next that still exists."""
        before = self.playbook
        if isinstance(playbook, PreparedPlaybook):
            self._prepared, self.playbook = playbook, playbook.playbook
        else:
            self.playbook = apply_plan(playbook, plan_from_events(self.state.plan))
        self._on_playbook_changed(before)
        if actions.keep_place(self.context, before):
            self.do(lambda context: actions.keep_place(context, before))

    def switch(self, playbook: Playbook) -> None:
        """Continue with another playbook; notes with matching ids carry over."""
        place, before, self.playbook = self.state.place, self.playbook, playbook
        self._on_playbook_changed(before)
        to = traversal.first_place(playbook, self.state)
        self.do(lambda context: (Switched(context.at, playbook.id, playbook.title, playbook.digest, to, place),))

    def keep_draft(self, text: str) -> None:
        """Save unfinished text, to restore it after a crash."""
        self._file.save_draft(text)

    def close(self) -> None:
        """End the session: learn from the reactions to taps, and close the call's file."""
        self._finish_sentence()
        is_live = self.state.started is not None and self.state.started.mode is Mode.LIVE
        if self._habits is not None and is_live:
            self._habits.learn(self.events, self._learned_count)
            self._learned_count = len(self.events)
        self._file.close()

    def _context(self, at: float) -> CallContext:
        suggestions = self._tracker.suggestions(at) if self._tracker is not None else NO_SUGGESTIONS
        return CallContext(self.playbook, self.state, at, suggestions)

    def _recognize(self, event: Event) -> None:
        """Recognize questions, answers and detours in what was said; nothing is loaded for a call without words."""
        if not isinstance(event, Heard) or not event.text:
            return
        if self._tracker is None:
            from salesnerd_tui.coach.question_tracker import QuestionTracker  # start-up time

            prepared = self._prepared
            matcher = prepared.matcher if prepared is not None and prepared.playbook is self.playbook else None
            self._tracker = QuestionTracker(self.playbook, self.state, self.events, matcher, self.can_follow_question)
        for action in self._tracker.hear(event, self.context):
            self.do(action)

    def _on_playbook_changed(self, before: Playbook) -> None:
        """Replace the coach after a change of the playbook, because its limits may differ."""
        self._tracker = None
        if self._coach is None:
            return
        if before.coach != self.playbook.coach or self._replay is not None:
            from salesnerd_tui.coach.engine import CoachReplay  # start-up time

            self._replay = CoachReplay(self.playbook.coach, self._pauses, self.events)
            self.catch_up()
        self._show_place(self._coach)

    def _replay_coach(self) -> CoachReplay:
        """Return a coach with the playbook's limits that has processed the call so far, without its taps."""
        from salesnerd_tui.coach.engine import CoachReplay  # start-up time

        replay = CoachReplay(self.playbook.coach, self._pauses, self.events)
        replay.replay()
        self._show_call(replay.coach)
        return replay

    def _show_call(self, coach: Coach) -> None:
        coach.show(self.state.tap)
        self._show_place(coach)

    def _show_place(self, coach: Coach) -> None:
        """Set the place of the call, on which the coach's taps depend."""
        now = self.context
        coach.set_position(view.product_talk(now), view.next_question(now))


def start_event(
    playbook: Playbook, mode: Mode, started_at: datetime, *, account: str = "", people: Sequence[str] = (), me: str = ""
) -> Started:
    """Return the first event of a call. `started_at` must have a zone."""
    place = traversal.first_place(playbook, CallState())
    first = Started(0.0, playbook.id, playbook.title, playbook.digest, mode, place, started_at.isoformat())
    return replace(first, account=account, people=tuple(people), me=me)


def record_resume(session: CallSession, resumed_at: datetime, gap_seconds: float) -> None:
    session.record(Resumed(round(session.context.at, 3), resumed_at.isoformat(), gap_seconds))
