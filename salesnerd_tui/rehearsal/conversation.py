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
from salesnerd_tui.playbook.model import Playbook, ProductTalk
from salesnerd_tui.rehearsal.buyer import BuyerLine, OtherSide, RehearsalState, UserSpeechReader, UserTurn
from salesnerd_tui.rehearsal.drills import DRILL_SECONDS, TRAPS, Drill, DrillBuyer, silence_kept
from salesnerd_tui.speech.sides import Sides
from salesnerd_tui.speech.transcripts.model import Utterance, estimate_seconds
from salesnerd_tui.speech.utterances import stream_events

if TYPE_CHECKING:
    from salesnerd_tui.call_session import CallSession

YOU = "You"
SPOKEN = 1_000_000
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


class RehearsalTalk:
    """A rehearsal in progress. `speaker` is the name of the buyer.

    `scene` is replayed from the events, so that a rehearsal can be resumed. `saying` is the heard part of a sentence
    that the buyer has started.
    """

    def __init__(
        self,
        session: CallSession,
        time: RehearsalClock,
        counterpart: OtherSide,
        understands: UserSpeechReader,
        speaker: str,
    ) -> None:
        self.session = session
        self.speaker = speaker
        self.counterpart = counterpart
        self.scene: RehearsalState = replay(counterpart, session.playbook, session.events)
        self._understands = understands
        self._time = time
        self._coming: deque[Heard] = deque()
        self.saying = ""
        self._held = False
        self._utterances = sum(isinstance(event, Heard) for event in session.events)

    @property
    def drill(self) -> Drill | None:
        return self.counterpart.drill if isinstance(self.counterpart, DrillBuyer) else None

    @property
    def is_over(self) -> bool:
        """Return whether the drill is over: its last trap is done, or its time is up."""
        return self.drill is not None and (self.scene.over or self._time() >= DRILL_SECONDS)

    @property
    def next_at(self) -> float | None:
        """Return when the buyer is heard next, on the call's clock."""
        return self._coming[0].at if self._coming else None

    def resume(self) -> None:
        """Let the buyer say the pending lines: at the start, and after a crash."""
        spoken = heard_since(self.session.events)
        self._schedule(self.scene.lines[spoken:])

    def say(self, text: str) -> None:
        """Say this now. The buyer finishes a sentence that has started; lines that have not are dropped."""
        self.hear_out()
        self._coming.clear()
        seconds = max(estimate_seconds(text), 0.4)
        for event in self._unfolded(YOU, text, self._time(), seconds):
            self._time.advance(max(event.at - self._time(), 0.0))
            self.session.hear(event)
        self._turn_ends(text)

    def overhear(self, event: Heard) -> None:
        """Take in the user's speech from a microphone. The buyer waits meanwhile, and can still say pending lines."""
        number = event.utterance if event.utterance < 0 else event.utterance + SPOKEN
        mine = replace(event, side=Side.ME, speaker=YOU, utterance=number)
        self._held = not event.final
        if event.final:
            self.hear_out()
            self._coming.clear()
        self.session.hear(mine)
        if event.final and (event.text or "").strip():
            self._turn_ends(event.text or "")

    def _turn_ends(self, text: str) -> None:
        """End the user's turn: mark the question as asked, and let the buyer think of an answer."""
        asking = self._understands.question(text, (self.session.state.place.item or "",))
        if asking is not None and not asking.probe:
            question = asking.question
            follow = self.session.follows()
            self.session.do(lambda now: actions.record_heard_question(now, question, follow=follow))
        elif self._is_shown_line(text):
            self.session.do(actions.go_next)
        *_, turn = turns(self.session.playbook, self.session.events)
        self.scene = self.counterpart.hears(self.scene, turn)
        self._schedule(self.scene.lines)

    def _is_shown_line(self, text: str) -> bool:
        """Return whether the user said the line on the screen, word for word."""
        prompt = view.view(self.session.now).prompt
        return prompt.kind is PromptKind.SAY and text == prompt.text

    def hear(self) -> bool:
        """Record everything of the buyer that is due by now. Return whether there was anything."""
        heard = False
        while not self._held and self._coming and self._coming[0].at <= self._time():
            event = self._coming.popleft()
            self.saying = "" if event.final else event.text or "…"
            self.session.hear(event)
            heard = True
        return heard

    def hear_out(self) -> None:
        """Advance the clock to the end of the buyer's current sentence."""
        self._held = False
        while self.saying and self._coming:
            self._time.advance(max(self._coming[0].at - self._time(), 0.0))
            self.hear()

    def finish(self) -> None:
        """End the drill, with its result as the outcome."""
        drill, scene = self.drill, self.scene
        caught = [verdict.reason for verdict in scene.verdicts if not verdict.passed]
        record = {"drill": drill.value if drill else "", "passed": f"{scene.passed} of {len(scene.verdicts)}"}
        if caught:
            record["caught"] = "; ".join(dict.fromkeys(caught))
        self.session.do(lambda now: (Ended(now.at, "drill", "", record),))

    @property
    def progress(self) -> str:
        """Return the place in the drill, in a few words."""
        if self.drill is None:
            return ""
        kept = bool(self.silence_kept)
        done, passed = len(self.scene.verdicts) + kept, self.scene.passed + kept
        left = max(DRILL_SECONDS - self._time(), 0.0)
        so_far = f"{passed} of {done} passed, " if done else ""
        return f"{so_far}{TRAPS - done} to come, {left // 60:.0f}:{left % 60:02.0f} left"

    @property
    def silence_kept(self) -> str:
        """Return why the trap of the silence drill is passed at this moment; the next turn records the verdict."""
        if self.drill is not Drill.SILENCE or self.saying or self._coming or not heard_since(self.session.events):
            return ""
        return silence_kept(self.scene.lines)

    def _schedule(self, lines: tuple[BuyerLine, ...]) -> None:
        self._coming.clear()
        self.saying = ""
        at = self._time()
        for line in lines:
            at += line.after_seconds
            seconds = max(estimate_seconds(line.text), 0.4)
            self._coming.extend(self._unfolded(self.speaker, line.text, at, seconds))
            at += seconds

    def _unfolded(self, speaker: str, text: str, start: float, seconds: float) -> Iterator[Heard]:
        start = round(start, 3)
        self._utterances += 1
        utterance = Utterance(start, round(start + seconds, 3), speaker, text, -1)
        for event in stream_events([utterance], _SIDES):
            yield replace(event, utterance=self._utterances)


ABOUT_US = frozenset((TapKind.OVER_EXPLAINING, TapKind.PITCHING, TapKind.US_FOCUS))
"""Taps for unprompted talk about the product or company. A long turn alone is not a pitch."""


def replay(counterpart: OtherSide, playbook: Playbook, events: Iterable[Event]) -> RehearsalState:
    """Return the progress of the rehearsal that these events record."""
    scene = counterpart.begins()
    for turn in turns(playbook, events):
        scene = counterpart.hears(scene, turn)
    return scene


def turns(playbook: Playbook, events: Iterable[Event]) -> Iterator[UserTurn]:
    """Yield the user's turns since the rehearsal began, each with what the coach found in it."""
    state, begun = CallState(), False
    before: list[Event] = []
    said: tuple[Heard, Place] | None = None
    after: list[Event] = []
    for event in events:
        state = evolve(state, event)
        if isinstance(event, Rehearsed):
            begun = True
        elif begun and isinstance(event, Heard) and event.final and event.side is Side.ME:
            if said is not None:
                yield _turn(playbook, *said, before, after)
                before = after
            said, after = (event, state.place), []
        elif begun:
            (before if said is None else after).append(event)
    if said is not None:
        yield _turn(playbook, *said, before, after)


def heard_since(events: Sequence[Event]) -> int:
    """Return the number of the buyer's lines since the user last spoke."""
    count = 0
    for event in reversed(events):
        if isinstance(event, Rehearsed) or (isinstance(event, Heard) and event.side is Side.ME):
            break
        count += _is_theirs(event)
    return count


def _turn(playbook: Playbook, said: Heard, place: Place, before: Sequence[Event], after: Sequence[Event]) -> UserTurn:
    taken = [event.detour for event in before if isinstance(event, Detoured)]
    section = traversal.section_of(playbook, place)
    return UserTurn(
        text=said.text or "",
        heard=sum(map(_is_theirs, before)),
        pitched=any(isinstance(event, Tapped) and event.kind in ABOUT_US for event in after),
        over=any(isinstance(event, Promised) and event.overpromise for event in after),
        detour=taken[-1] if taken else "",
        here=place.item or "",
        open_talk=section is not None and section.product_talk is ProductTalk.ALLOWED,
    )


def _is_theirs(event: Event) -> bool:
    return isinstance(event, Heard) and event.final and event.side is Side.THEM
