"""Coach: listens to a call and decides on taps. `tap_policy` says when a tap is due and when it may be shown.

It folds `Heard` and `FloorTaken` events: the same events give the same taps, on a screen, for a transcript or in a
test. It reads no clock; the time comes from the events. Every tap carries its evidence.

A call is replayed for a coach that takes over in the middle of it (`CoachReplay`), and a whole conversation to judge it
without a screen (`judge`): each sentence then is judged at its own time, as in a live call.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.call.events import (
    Dismissal,
    Dismissed,
    Event,
    FloorTaken,
    Heard,
    Promised,
    Side,
    TapBasis,
    TapKind,
    Tapped,
    TapReason,
)
from salesnerd_tui.coach.conversation import Compliments, ConversationState, InvitationType
from salesnerd_tui.coach.drift_judge import DriftJudge, DriftModel, asks, hands_over
from salesnerd_tui.coach.limits import Limits
from salesnerd_tui.coach.sentences import SentenceSplitter, SpokenSentence, stem, words
from salesnerd_tui.coach.signals.product import JargonExplainer
from salesnerd_tui.coach.signals.promises import DetectedPromise, promise, their_promise
from salesnerd_tui.coach.signals.questions import OpenQuestion, OpenQuestions
from salesnerd_tui.coach.speech_reader import ClassifiedSentence, SpeechAct, classify
from salesnerd_tui.coach.tap_policy import (
    DRIFT,
    DueTap,
    MissedReveal,
    TapCadence,
    allowed,
    bounds,
    in_section,
    safer_wording_for,
    weigh,
    weigh_compliment,
    weigh_floor,
    weigh_learned,
)
from salesnerd_tui.coach.turns import TalkStats, Turn, TurnTracker
from salesnerd_tui.playbook.model import CoachSettings, ProductTalk

if TYPE_CHECKING:
    from salesnerd_tui.coach.speech_reader import SpeechReading

CoachEvent = Tapped | Dismissed | Promised


class SentenceReading(Struct, frozen=True):
    """Classification of one sentence of the user: `weighed` of the `allowed` seconds are used up after it.

    `probability` is the learned judge's probability of drift, 0 to 1.
    """

    deed: ClassifiedSentence
    weighed: float
    allowed: float
    invitation: InvitationType | None
    revealed: str
    ignored: bool
    probability: float


class Coach:
    """Coach of one call. `product_words` are names from the playbook; `quiet` lengthens the pause of a kind of tap.

    `model` replaces the built-in weights, which are loaded when the first words arrive.
    """

    def __init__(
        self,
        drift: CoachSettings,
        *,
        product_words: Collection[str] = (),
        quiet: Mapping[TapKind, float] | None = None,
        limits: Limits | None = None,
        model: DriftModel | None = None,
    ) -> None:
        self._limits = limits or Limits.of(drift)
        self._jargon = frozenset(stem(word) for term in (*drift.jargon, *product_words) for word in words(term))
        self._plainly = JargonExplainer(drift.jargon)
        self._never = tuple(" ".join(words(phrase)) for phrase in drift.never_say)
        self._ear = SentenceSplitter()
        self._turns = TurnTracker(self._limits)
        self._standing = ConversationState(self._limits)
        self._model = model
        self._judge: DriftJudge | None = None
        self._cadence = TapCadence(self._limits, quiet)
        self._product_talk = ProductTalk.IF_ASKED
        self._ready = ""
        self._shown: Tapped | None = None
        self._shown_run: Turn | None = None
        self._shown_run_seconds = 0.0
        self._passed_over = MissedReveal(self._limits.pain_first_seconds)
        self._compliments = Compliments(self._limits)
        self._open_questions = OpenQuestions()
        self._worded = False
        self._asked_at: float | None = None
        self._keeps_readings = False
        self._reading: SentenceReading | None = None

    @property
    def talk(self) -> TalkStats:
        """Return who has talked how much so far."""
        return self._turns.talk

    @property
    def turns(self) -> TurnTracker:
        return self._turns

    @property
    def talked_on_seconds(self) -> float:
        """Return the seconds that the user has kept talking since the tap on the screen."""
        run = self._turns.current
        if self._shown is None or run is None or run is not self._shown_run:
            return 0.0
        return max(run.seconds - self._shown_run_seconds, 0.0)

    @property
    def open_questions(self) -> tuple[OpenQuestion, ...]:
        """Return the buyer's questions that the user has not answered, oldest first."""
        return self._open_questions.open

    def keep_readings(self) -> None:
        """Record the classification of each sentence of the user, for `taken_for`."""
        self._keeps_readings = True

    def taken_for(self) -> SentenceReading | None:
        """Return the classification of the user's last sentence, once; None if there was no sentence since."""
        reading, self._reading = self._reading, None
        return reading

    def stand(self, product_talk: ProductTalk, ready_question: str) -> None:
        """Set the position in the call: whether product talk is drift there, and the next question."""
        self._product_talk = product_talk
        self._ready = ready_question

    def show(self, cue: Tapped | None) -> None:
        """Set the tap on the screen, whatever its source; it expires as usual."""
        self._shown = cue
        self._shown_run = self._turns.current
        self._shown_run_seconds = self._turns.current.seconds if self._turns.current is not None else 0.0

    def hear(self, event: Heard | FloorTaken) -> tuple[CoachEvent, ...]:
        """Return the coach's events for this event. A partial costs only what is new in it."""
        if event.at >= 0:
            self._cadence.began(event.start if isinstance(event, Heard) else event.at)
        if isinstance(event, FloorTaken) or event.text is None:
            changed = self._turns.hear(event)
            return (*self._after_change(changed, event.at), *self._by_floor(event.at))
        told: list[CoachEvent] = []
        for said in self._ear.hear(event):
            told += self.said(said, max(event.at, said.end))
        return tuple(told)

    def replay(self, event: Heard) -> tuple[CoachEvent, ...]:
        """Return the events for a recorded utterance; each sentence is judged at its own end, as in a live call."""
        if event.text is None:
            return self.hear(event)
        told: list[CoachEvent] = []
        for said in self._ear.hear(event):
            told += self.said(said, said.end)
        return tuple(told)

    def tick(self, at: float) -> tuple[Tapped | Dismissed, ...]:
        """Return the events of a second that has passed."""
        told: list[Tapped | Dismissed] = []
        told += self._after_change(self._turns.tick(at), at)
        is_old = self._shown is not None and at - self._shown.at > self._limits.shown_seconds
        if is_old and not self._drifts_on(at):
            told.append(self._take_away(Dismissal.EXPIRED, at))
        told += self._by_floor(at)
        told += self._praise(at)
        return tuple(told)

    def dismiss(self, at: float) -> tuple[Dismissed, ...]:
        """Dismiss the tap on the screen."""
        return (self._take_away(Dismissal.DISMISSED, at),) if self._shown is not None else ()

    def said(self, said: SpokenSentence, at: float) -> list[CoachEvent]:
        """Take one sentence, judged at `at`."""
        self._worded = True
        self._cadence.began(said.start)
        reading = self._understand(said)
        asked = said.mark == "?" or (hands_over(reading) if said.side is Side.ME else asks(reading))
        changed = self._turns.spoke(said.side, said.start, said.end, said.words, question=asked, opens=said.opens)
        mine = self._turns.current is not None and self._turns.current.side is Side.ME
        told: list[CoachEvent] = [*self._after_change(changed, at)]
        if said.side is not Side.ME:
            return told + self._said_by_them(said, reading, at, asked=asked, turn=not mine, took_floor=changed)
        self._asked_at = said.end if asked else None
        self._standing.hand_over.mine()
        if not mine:
            return told
        self._plainly.mine(said.words)
        deed = classify(said, reading, self._standing.their_words, self._jargon)
        self._standing.mine(deed)
        if len(said.words) > self._limits.backchannel_words:
            self._passed_over.mine(self._standing.revealed, said.end)
        if self._keeps_readings:
            self._reading = self._read(deed)
        told += self._promised(said, at, asked)
        self._open_questions.mine(said)
        has_gone_on = self._compliments.mine(deed)
        if deed.act in (SpeechAct.ASKS, SpeechAct.CHECKS):
            return told
        if self._cadence.may_drift(at):
            told += self._tell(self._weigh(said), at, said.end, said.turn)
        if has_gone_on and not told:
            told += self._ask_for_last_time(said, at)
        return told

    def _understand(self, said: SpokenSentence) -> SpeechReading:
        if self._judge is None:
            self._judge = DriftJudge(self._model)
        return self._judge.hear(said.side is Side.ME, said.words, said.start, said.end, asked=said.mark == "?")

    def _said_by_them(
        self, said: SpokenSentence, reading: SpeechReading, at: float, *, asked: bool, turn: bool, took_floor: bool
    ) -> list[CoachEvent]:
        self._asked_at = None
        self._plainly.theirs(said.words, took_floor=took_floor)
        self._compliments.theirs(said, asked=asked, invited=self._standing.is_invited)
        self._standing.theirs(said, reading, turn=turn, took_floor=took_floor)
        self._passed_over.theirs(self._standing.revealed)
        self._open_questions.theirs(said, asked=asked)
        if took_floor:
            self._cadence.handed_over()
        theirs = their_promise(said.line, asked=asked)
        if theirs is None:
            return []
        return [Promised(at, said.text, Side.THEM, owner=said.speaker, due=theirs.due, to=theirs.to)]

    def _ask_for_last_time(self, said: SpokenSentence, at: float) -> list[Tapped]:
        due = self._cadence.due(weigh_compliment(self._compliments.said, self._standing, said.text), at)
        if due is None:
            return []
        self._compliments.clear()
        return [self._cue(due, at, said.end, said.turn)]

    def _weigh(self, said: SpokenSentence) -> DueTap | None:
        """Return the tap that is due: the judge's own, or that of the rules unless the judge rules it out.

        The judge cannot rule out a turn full of technical terms that the buyer neither used nor asked about, because it
        was trained on few of them, nor one that is several times as long as there was room for.
        """
        probability = self._probability()
        standing, limits = self._standing, self._limits
        due = weigh_learned(standing, probability, limits, said.text)
        if due is not None:
            return due
        due = weigh(standing, self._turns, limits, self._product_talk, said.text)
        is_jargon = len({*standing.strange}) >= limits.jargon_terms and not standing.is_invited
        most = limits.overfull_factor * allowed(standing, limits, self._product_talk)
        is_sure = is_jargon or standing.load.weighed >= most
        return due if is_sure or probability >= limits.veto_probability else None

    def _probability(self) -> float:
        return in_section(self._judge.probability, self._product_talk) if self._judge is not None else 0.0

    def _read(self, deed: ClassifiedSentence) -> SentenceReading:
        standing = self._standing
        invited = standing.invitation
        return SentenceReading(
            deed,
            standing.load.weighed,
            allowed(standing, self._limits, self._product_talk),
            invited.wanted if invited and invited.holds else None,
            standing.revealed,
            standing.ignored,
            self._probability(),
        )

    def _tell(self, due: DueTap | None, at: float, cause: float, turn: int) -> list[Tapped]:
        ready = self._cadence.due(due, at)
        if ready is None:
            return []
        self._standing.tapped(self._turns.current.seconds if self._turns.current else 0.0)
        return [self._cue(ready, at, cause, turn)]

    def _cue(self, due: DueTap, at: float, cause: float, turn: int) -> Tapped:
        term = self._plainly.worst() if due.kind is TapKind.OVER_EXPLAINING else None
        shown = Tapped(
            at,
            due.kind,
            due.reason,
            due.quote,
            due.suggestion or self._ready,
            turn,
            at - cause > self._limits.late_seconds,
            ": ".join(term) if term else None,
        )
        self.show(shown)
        return shown

    def _promised(self, said: SpokenSentence, at: float, asks: bool) -> list[CoachEvent]:
        made = promise(said.line, asked=asks)
        never = next((phrase for phrase in self._never if phrase and f" {phrase} " in f" {said.line} "), "")
        if made is None and not never:
            return [self._take_away(Dismissal.BOUNDED, at)] if self._is_bounded(None, said) else []
        over = bool(never) or (made is not None and made.over)
        why, instead = safer_wording_for(made, never, said.line)
        told: list[CoachEvent] = [
            Promised(
                at,
                said.text,
                owner=said.speaker,
                due=made.due if made else "",
                to=made.to if made else "",
                overpromise=over,
                safer_wording=instead,
            )
        ]
        if over and why is not None:
            told += self._warn(DueTap(TapKind.OVER_PROMISING, why, said.text, instead), said, at)
        elif self._is_bounded(made, said):
            told.append(self._take_away(Dismissal.BOUNDED, at))
        return told

    def _warn(self, due: DueTap, said: SpokenSentence, at: float) -> list[Tapped]:
        """Return the tap for an overpromise, or for a reveal that the user has just passed over."""
        if self._passed_over.outranks(at):
            pain = self._tell(self._passed_over.due(said.text), at, said.end, said.turn)
            if pain or self._cadence.has_told(TapKind.PITCHING, self._passed_over.since):
                return pain
        if not self._cadence.may(TapKind.OVER_PROMISING, at):
            return []
        self._cadence.told(TapKind.OVER_PROMISING, at)
        return [self._cue(due, at, said.end, said.turn)]

    def _is_bounded(self, made: DetectedPromise | None, said: SpokenSentence) -> bool:
        """Return whether this sentence limits the promise that the tap on the screen is about."""
        shown = self._shown
        is_warned = shown is not None and shown.kind is TapKind.OVER_PROMISING and shown.quote != said.text
        return is_warned and bounds(made, said.line)

    def _by_floor(self, at: float) -> list[Tapped]:
        if self._worded:
            return []
        due = weigh_floor(self._turns, self._limits)
        return self._tell(due, at, at, -1)

    def _praise(self, at: float) -> list[Tapped]:
        if self._asked_at is None:
            return []
        waited = at - self._asked_at
        if not self._limits.silence_from_seconds <= waited <= self._limits.silence_until_seconds:
            return []
        self._asked_at = None
        if self._shown is not None or not self._cadence.may(TapKind.SILENCE, at):
            return []
        self._cadence.praised(at)
        return [self._cue(DueTap(TapKind.SILENCE, TapReason(TapBasis.SILENCE, waited)), at, at, -1)]

    def _after_change(self, changed: bool, at: float) -> list[Dismissed]:
        if not changed or self._turns.current is None or self._turns.current.side is not Side.THEM:
            return []
        shown = self._shown
        if shown is None or shown.kind is TapKind.OVER_PROMISING:
            return []  # a promise still binds the user while others talk
        is_ignored = at - shown.at > self._limits.shown_seconds
        return [self._take_away(Dismissal.EXPIRED if is_ignored else Dismissal.HANDED_BACK, at)]

    def _drifts_on(self, at: float) -> bool:
        """Return whether the stretch of talk that was tapped continues."""
        run = self._turns.current
        is_same = run is not None and run.side is Side.ME and run is self._shown_run
        talks = at - self._turns.last_end <= self._limits.drift_pause_seconds
        kind = self._shown.kind if self._shown is not None else None
        return kind in DRIFT and is_same and talks and not self._turns.handed_over

    def _take_away(self, how: Dismissal, at: float) -> Dismissed:
        assert self._shown is not None
        gone = Dismissed(at, self._shown.kind, how)
        self._shown = None
        return gone


class CoachReplay:
    """Replays a call for a new coach, because a saved playbook may change its settings; it shows no taps meanwhile.

    An hour of talk takes a fifth of a second. To keep keys from waiting, it is replayed in pieces while the previous
    coach continues. `events` is the call's own list, which may grow meanwhile; `promised` are the promises so far.
    """

    def __init__(self, drift: CoachSettings, quiet: Mapping[TapKind, float], events: Sequence[Event]) -> None:
        self.coach = Coach(drift, quiet=quiet)
        self.promised: list[Promised] = []
        self._events = events
        self._next = 0

    def listen(self, most: int | None = None) -> bool:
        """Replay all remaining events, or at most `most`. Return whether the coach has caught up with the call."""
        last = len(self._events)
        until = last if most is None else min(self._next + most, last)
        for number in range(self._next, until):
            event = self._events[number]
            if isinstance(event, Heard | FloorTaken):
                self.promised += [told for told in self.coach.hear(event) if isinstance(told, Promised)]
        self._next = until
        return until == last


def judge(
    heards: Iterable[Heard],
    drift: CoachSettings | None = None,
    *,
    product_words: Collection[str] = (),
    limits: Limits | None = None,
    model: DriftModel | None = None,
) -> list[Tapped]:
    """Return the taps that a live call would have shown, in order, without praise for silence."""
    coach = Coach(drift or CoachSettings(), product_words=product_words, limits=limits, model=model)
    return [told for told in play(coach, heards) if isinstance(told, Tapped) and told.kind is not TapKind.SILENCE]


def play(coach: Coach, heards: Iterable[Heard]) -> Iterable[CoachEvent]:
    """Yield all events of the coach for these utterances."""
    for heard in held(heards):
        yield from coach.replay(heard)


class ReplayStep(Struct, frozen=True):
    """One utterance with the classification of the user's sentences, and the events of the coach."""

    heard: Heard
    readings: tuple[SentenceReading, ...]
    told: tuple[CoachEvent, ...]


def explain(coach: Coach, heards: Iterable[Heard]) -> Iterator[ReplayStep]:
    """Replay with the classifications at each step, to analyze missed and wrong taps."""
    coach.keep_readings()
    for heard in held(heards):
        readings: list[SentenceReading] = []
        told: list[CoachEvent] = []
        for said in SentenceSplitter().hear(heard):
            told += coach.said(said, said.end)
            reading = coach.taken_for()
            if reading is not None:
                readings.append(reading)
        yield ReplayStep(heard, tuple(readings), tuple(told))


def held(heards: Iterable[Heard]) -> Iterator[Heard]:
    """Yield the utterances with a clock that never runs backwards, as it does in some edited transcripts."""
    clock = 0.0
    for heard in heards:
        start = max(heard.start, clock)
        clock = start + max(heard.end - heard.start, 0.0)
        yield replace(heard, at=clock, start=start, end=clock, final=True)
