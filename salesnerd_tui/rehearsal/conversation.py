"""Conversation of a rehearsal: the user's typed words are heard at the pace of speech, and the buyer answers.

The screen and plain text mode run the same conversation with different clocks. Its state always follows from the
recorded events, so an interrupted rehearsal continues where it was.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from msgspec.structs import replace

from salesnerd_tui.call import actions, traversal, view
from salesnerd_tui.call.events import Detoured, Ended, Event, Heard, Place, Promised, Rehearsed, Side, TapKind, Tapped
from salesnerd_tui.call.state import CallState, evolve
from salesnerd_tui.call.view import PromptKind
from salesnerd_tui.playbook.coach_settings import ProductTalk
from salesnerd_tui.rehearsal.buyer import BuyerLine, Counterpart, RehearsalState, UserSpeechReader, UserTurn
from salesnerd_tui.rehearsal.drills import DRILL_SECONDS, TRAPS, Drill, DrillBuyer, describe_kept_silence
from salesnerd_tui.speech.sides import Sides
from salesnerd_tui.speech.transcripts.model import Utterance, estimate_seconds
from salesnerd_tui.speech.utterances import stream_events

if TYPE_CHECKING:
    from salesnerd_tui.call_session import CallSession
    from salesnerd_tui.playbook.model import Playbook

YOU = "You"
MICROPHONE_OFFSET = 1_000_000
"""Offset of the numbers of a microphone's utterances, so that they differ from those of typed text."""

_SIDES = Sides((YOU,))


class RehearsalClock(Protocol):
    """Clock of a call that can be advanced: typed text takes as long as saying it. A screen uses a `CallClock`."""

    def __call__(self) -> float: ...

    def advance(self, seconds: float) -> None: ...


class ManualClock:
    """Clock that moves only when `advance` or a setter moves it."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds

    def advance(self, seconds: float) -> None:
        self.seconds += seconds


class RehearsalConversation:
    """A rehearsal in progress. `speaker` is the name of the buyer.

    `state` is replayed from the events, so that a rehearsal can be resumed. `current_sentence` is the heard part of a
    sentence that the buyer has started.
    """

    def __init__(
        self,
        session: CallSession,
        clock: RehearsalClock,
        counterpart: Counterpart,
        reader: UserSpeechReader,
        speaker: str,
    ) -> None:
        self.session = session
        self.speaker = speaker
        self.counterpart = counterpart
        self.state: RehearsalState = replay(counterpart, session.playbook, session.events)
        self._reader = reader
        self._clock = clock
        self._upcoming: deque[Heard] = deque()
        self.current_sentence = ""
        self._is_user_talking = False
        self._utterances = sum(isinstance(event, Heard) for event in session.events)

    @property
    def drill(self) -> Drill | None:
        return self.counterpart.drill if isinstance(self.counterpart, DrillBuyer) else None

    @property
    def is_over(self) -> bool:
        """Return whether the drill is over: its last trap is done, or its time is up."""
        return self.drill is not None and (self.state.is_over or self._clock() >= DRILL_SECONDS)

    @property
    def next_at(self) -> float | None:
        """Return when the buyer is heard next, on the call's clock."""
        return self._upcoming[0].at if self._upcoming else None

    def resume(self) -> None:
        """Let the buyer say the pending lines: at the start, and after a crash."""
        spoken = count_buyer_lines(self.session.events)
        self._schedule(self.state.lines[spoken:])

    def say(self, text: str) -> None:
        """Say this now. The buyer finishes a sentence that has started; lines that have not are dropped."""
        self.finish_sentence()
        self._upcoming.clear()
        seconds = max(estimate_seconds(text), 0.4)
        for event in self._stream_events(YOU, text, self._clock(), seconds):
            self._clock.advance(max(event.at - self._clock(), 0.0))
            self.session.hear(event)
        self._end_user_turn(text)

    def hear_user(self, event: Heard) -> None:
        """Take in the user's speech from a microphone. The buyer waits meanwhile, and can still say pending lines."""
        number = event.utterance if event.utterance < 0 else event.utterance + MICROPHONE_OFFSET
        event = replace(event, side=Side.ME, speaker=YOU, utterance=number)
        self._is_user_talking = not event.final
        if event.final:
            self.finish_sentence()
            self._upcoming.clear()
        self.session.hear(event)
        if event.final and (event.text or "").strip():
            self._end_user_turn(event.text or "")

    def _end_user_turn(self, text: str) -> None:
        """End the user's turn: mark the question as asked, and let the buyer think of an answer."""
        asked = self._reader.match_question(text, (self.session.state.place.item or "",))
        if asked is not None and not asked.is_follow_up:
            question = asked.question
            follow = self.session.can_follow_question()
            self.session.do(lambda context: actions.record_heard_question(context, question, follow=follow))
        elif (prompt := view.prompt(self.session.context)).kind is PromptKind.SAY and text == prompt.text:
            self.session.do(actions.go_next)
        *_, turn = user_turns(self.session.playbook, self.session.events)
        self.state = self.counterpart.respond(self.state, turn)
        self._schedule(self.state.lines)

    def record_due_lines(self) -> bool:
        """Record everything of the buyer that is due by now. Return whether there was anything."""
        has_recorded = False
        while not self._is_user_talking and self._upcoming and self._upcoming[0].at <= self._clock():
            event = self._upcoming.popleft()
            self.current_sentence = "" if event.final else event.text or "…"
            self.session.hear(event)
            has_recorded = True
        return has_recorded

    def finish_sentence(self) -> None:
        """Advance the clock to the end of the buyer's current sentence."""
        self._is_user_talking = False
        while self.current_sentence and self._upcoming:
            self._clock.advance(max(self._upcoming[0].at - self._clock(), 0.0))
            self.record_due_lines()

    def finish(self) -> None:
        """End the drill, with its result as the outcome."""
        drill, state = self.drill, self.state
        failures = [result.reason for result in state.results if not result.passed]
        record = {"drill": drill.value if drill else "", "passed": f"{state.passed} of {len(state.results)}"}
        if failures:
            record["caught"] = "; ".join(dict.fromkeys(failures))
        self.session.do(lambda context: (Ended(context.at, "drill", "", record),))

    @property
    def progress(self) -> str:
        """Return the place in the drill, in a few words."""
        if self.drill is None:
            return ""
        is_passing = bool(self.silence_message)
        done, passed = len(self.state.results) + is_passing, self.state.passed + is_passing
        left = max(DRILL_SECONDS - self._clock(), 0.0)
        so_far = f"{passed} of {done} passed, " if done else ""
        return f"{so_far}{TRAPS - done} to come, {left // 60:.0f}:{left % 60:02.0f} left"

    @property
    def silence_message(self) -> str:
        """Return why the trap of the silence drill is passed at this moment; the next turn records the verdict."""
        is_speaking = self.current_sentence or self._upcoming
        if self.drill is not Drill.SILENCE or is_speaking or not count_buyer_lines(self.session.events):
            return ""
        return describe_kept_silence(self.state.lines)

    def _schedule(self, lines: tuple[BuyerLine, ...]) -> None:
        self._upcoming.clear()
        self.current_sentence = ""
        at = self._clock()
        for line in lines:
            at += line.pause_seconds
            seconds = max(estimate_seconds(line.text), 0.4)
            self._upcoming.extend(self._stream_events(self.speaker, line.text, at, seconds))
            at += seconds

    def _stream_events(self, speaker: str, text: str, start: float, seconds: float) -> Iterator[Heard]:
        start = round(start, 3)
        self._utterances += 1
        utterance = Utterance(start, round(start + seconds, 3), speaker, text, -1)
        for event in stream_events([utterance], _SIDES):
            yield replace(event, utterance=self._utterances)


PITCH_TAPS = frozenset((TapKind.OVER_EXPLAINING, TapKind.PITCHING, TapKind.US_FOCUS))
"""Taps for unprompted talk about the product or company. A long turn alone is not a pitch."""


def replay(counterpart: Counterpart, playbook: Playbook, events: Iterable[Event]) -> RehearsalState:
    """Return the progress of the rehearsal that these events record."""
    state = counterpart.start()
    for turn in user_turns(playbook, events):
        state = counterpart.respond(state, turn)
    return state


def user_turns(playbook: Playbook, events: Iterable[Event]) -> Iterator[UserTurn]:
    """Yield the user's turns since the rehearsal began, each with what the coach found in it."""
    state, has_started = CallState(), False
    before: list[Event] = []
    said: tuple[Heard, Place] | None = None
    after: list[Event] = []
    for event in events:
        state = evolve(state, event)
        if isinstance(event, Rehearsed):
            has_started = True
        elif has_started and isinstance(event, Heard) and event.final and event.side is Side.ME:
            if said is not None:
                yield _user_turn(playbook, *said, before, after)
                before = after
            said, after = (event, state.place), []
        elif has_started:
            (before if said is None else after).append(event)
    if said is not None:
        yield _user_turn(playbook, *said, before, after)


def count_buyer_lines(events: Sequence[Event]) -> int:
    """Return the number of the buyer's lines since the user last spoke."""
    count = 0
    for event in reversed(events):
        if isinstance(event, Rehearsed) or (isinstance(event, Heard) and event.side is Side.ME):
            break
        count += _is_buyer_line(event)
    return count


def _user_turn(
    playbook: Playbook, said: Heard, place: Place, before: Sequence[Event], after: Sequence[Event]
) -> UserTurn:
    detours = [event.detour for event in before if isinstance(event, Detoured)]
    section = traversal.section_of(playbook, place)
    return UserTurn(
        text=said.text or "",
        heard_lines=sum(map(_is_buyer_line, before)),
        has_pitch=any(isinstance(event, Tapped) and event.kind in PITCH_TAPS for event in after),
        has_overpromise=any(isinstance(event, Promised) and event.overpromise for event in after),
        detour=detours[-1] if detours else "",
        current_question=place.item or "",
        allows_product_talk=section is not None and section.product_talk is ProductTalk.ALLOWED,
    )


def _is_buyer_line(event: Event) -> bool:
    return isinstance(event, Heard) and event.final and event.side is Side.THEM
