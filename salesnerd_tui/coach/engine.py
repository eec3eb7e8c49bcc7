"""Coach: listens to a call and decides on taps.

`tap_policy` finds the tap that is due, `tap_cadence` decides whether it may be shown yet. The coach processes `Heard`
and `FloorTaken` events: the same events give the same taps, on a screen, for a transcript or in a test. It reads no
clock; the time comes from the events. Every tap carries its evidence.

A call is replayed for a coach that takes over in the middle of it (`CoachReplay`), and a whole conversation to judge it
without a screen (`judge`): each sentence then is judged at its own time, as in a live call.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

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
from salesnerd_tui.coach.conversation import Compliments, ConversationState, MissedReveal
from salesnerd_tui.coach.drift_judge import DriftJudge, DriftModel
from salesnerd_tui.coach.limits import Limits
from salesnerd_tui.coach.overpromise import is_binding, limits_promise, reason_and_safer_wording, rules_out
from salesnerd_tui.coach.sentences import SentenceSplitter, SpokenSentence, split_words, stem
from salesnerd_tui.coach.signals.invitations import addressed_name
from salesnerd_tui.coach.signals.product import JargonExplainer
from salesnerd_tui.coach.signals.promises import DetectedPromise, find_buyer_promise, find_promise, is_assent
from salesnerd_tui.coach.signals.questions import OpenQuestion, OpenQuestions
from salesnerd_tui.coach.speech_reader import SpeechAct, asks, classify, hands_over, overpromise_probability
from salesnerd_tui.coach.tap_cadence import DRIFT_KINDS, TapCadence
from salesnerd_tui.coach.tap_policy import (
    DueTap,
    adjust_for_section,
    find_compliment_tap,
    find_drift_tap,
    find_talk_time_tap,
    make_reveal_tap,
)
from salesnerd_tui.coach.turns import Turn, TurnTracker
from salesnerd_tui.playbook.coach_settings import CoachSettings, ProductTalk

if TYPE_CHECKING:
    from salesnerd_tui.coach.speech_reader import SpeechReading
    from salesnerd_tui.coach.talk_stats import TalkStats

CoachEvent = Tapped | Dismissed | Promised


class Coach:
    """Coach of one call. `interval_factors` lengthen the interval between two taps of a kind.

    `model` replaces the built-in weights, which are loaded when the first words arrive.
    """

    def __init__(
        self,
        settings: CoachSettings,
        *,
        interval_factors: Mapping[TapKind, float] | None = None,
        limits: Limits | None = None,
        model: DriftModel | None = None,
    ) -> None:
        self._limits = limits or Limits.from_settings(settings)
        self._jargon_stems = frozenset(stem(word) for term in settings.jargon for word in split_words(term))
        self._jargon_explainer = JargonExplainer(settings.jargon)
        self._never_say = tuple(line for phrase in settings.never_say if (line := " ".join(split_words(phrase))))
        self._sentences = SentenceSplitter(joins=True)
        self._turns = TurnTracker(self._limits)
        self._state = ConversationState(self._limits)
        self._missed_reveal = MissedReveal(self._limits.reveal_first_seconds)
        self._compliments = Compliments(self._limits)
        self._open_questions = OpenQuestions()
        self._buyer_names: set[str] = set()
        """First names of the buyer's speakers, case-folded: a question to one of them is not for the user."""
        self._user_names: set[str] = set()
        self._model = model
        self._cadence = TapCadence(self._limits, interval_factors)
        self._product_talk = ProductTalk.IF_ASKED
        self._next_question = ""
        self._tap: Tapped | None = None
        self._tap_turn: Turn | None = None
        self._tap_turn_seconds = 0.0
        self._has_words = False
        self._question_end: float | None = None
        """End of the user's last sentence if it was a question and nobody has spoken since."""
        self._report_seconds = 0.0
        """Seconds from the buyer's first word to the first report of it: some sources report only whole captions."""
        self._reported_utterance: int | None = None

    @property
    def talk(self) -> TalkStats:
        """Talk time of both sides so far."""
        return self._turns.talk

    @property
    def seconds_since_tap(self) -> float:
        """Seconds that the user has kept talking since the tap on the screen."""
        turn = self._turns.current
        if self._tap is None or turn is None or turn is not self._tap_turn:
            return 0.0
        return max(turn.seconds - self._tap_turn_seconds, 0.0)

    @property
    def open_questions(self) -> tuple[OpenQuestion, ...]:
        """The buyer's questions that the user has not answered, oldest first."""
        return self._open_questions.open

    def set_position(self, product_talk: ProductTalk, next_question: str) -> None:
        """Set the position in the call: whether product talk is drift there, and the next question."""
        self._product_talk = product_talk
        self._next_question = next_question

    def show(self, tap: Tapped | None) -> None:
        """Set the tap on the screen, whatever its source; it expires as usual."""
        self._tap = tap
        self._tap_turn = self._turns.current
        self._tap_turn_seconds = self._turns.current.seconds if self._turns.current is not None else 0.0

    def hear(self, event: Heard | FloorTaken) -> tuple[CoachEvent, ...]:
        """Return the coach's events for this event. A partial costs only what is new in it."""
        if event.at >= 0:
            self._cadence.start_call(event.start if isinstance(event, Heard) else event.at)
        if isinstance(event, FloorTaken) or event.text is None:
            is_new_turn = self._turns.hear(event)
            return (*self._dismiss_on_reply(event.at, is_new_turn), *self._tap_by_talk_time(event.at))
        if event.side is Side.THEM and event.utterance != self._reported_utterance:
            self._reported_utterance = event.utterance
            self._report_seconds = (self._report_seconds + max(event.at - event.start, 0.0)) / 2
        events: list[CoachEvent] = []
        for sentence in self._sentences.hear(event):
            events += self.hear_sentence(sentence, max(event.at, sentence.end))
        return tuple(events)

    def hear_recorded(self, event: Heard) -> tuple[CoachEvent, ...]:
        """Return the events for a recorded utterance; each sentence is judged at its own end, as in a live call."""
        if event.text is None:
            return self.hear(event)
        events: list[CoachEvent] = []
        for sentence in self._sentences.hear(event):
            events += self.hear_sentence(sentence, sentence.end)
        return tuple(events)

    def tick(self, at: float) -> tuple[CoachEvent, ...]:
        """Return the events of a second that has passed."""
        events = [*self._hear_late(self._sentences.flush(at), at), *self._dismiss_on_reply(at, self._turns.tick(at))]
        is_old = self._tap is not None and at - self._tap.at > self._limits.shown_seconds
        if is_old and not self._is_still_drifting(at):
            events.append(self._remove_tap(Dismissal.EXPIRED, at))
        return (*events, *self._tap_by_talk_time(at), *self._praise_silence(at))

    def finish_sentence(self, at: float = 0.0) -> tuple[CoachEvent, ...]:
        """Return the events for an unfinished sentence, because the call ends at `at`."""
        return self._hear_late(self._sentences.finish(), at)

    def _hear_late(self, sentences: Iterable[SpokenSentence], at: float) -> tuple[CoachEvent, ...]:
        return tuple(event for each in sentences for event in self.hear_sentence(each, max(at, each.end)))

    def dismiss(self, at: float) -> tuple[Dismissed, ...]:
        """Dismiss the tap on the screen."""
        return (self._remove_tap(Dismissal.DISMISSED, at),) if self._tap is not None else ()

    def hear_sentence(self, sentence: SpokenSentence, at: float) -> list[CoachEvent]:
        """Return the coach's events for one sentence, judged at `at`."""
        self._has_words = True
        self._cadence.start_call(sentence.start)
        is_user = sentence.side is Side.ME
        reading = self._judge.hear(
            is_user, sentence.words, sentence.start, sentence.end, has_question_mark=sentence.mark == "?"
        )
        is_question = sentence.mark == "?" or (hands_over(reading) if is_user else asks(reading))
        is_new_turn = self._turns.add_talk(
            sentence.side,
            sentence.start,
            sentence.end,
            sentence.words,
            is_question=is_question,
            is_first=sentence.is_first,
        )
        user_has_floor = self._turns.current is not None and self._turns.current.side is Side.ME
        events: list[CoachEvent] = [*self._dismiss_on_reply(at, is_new_turn)]
        if is_user:
            self._question_end = sentence.end if is_question else None
            self._state.hand_over.end_buyer_turn()
            return (
                events + self._hear_user(sentence, reading, at, is_question=is_question) if user_has_floor else events
            )
        self._question_end = None
        self._hear_buyer(
            sentence, reading, is_question=is_question, is_turn=not user_has_floor, is_new_turn=is_new_turn
        )
        promise = find_buyer_promise(sentence.line, is_question=is_question)
        if promise is None:
            return events
        promised = Promised(at, sentence.text, Side.THEM, owner=sentence.speaker, due=promise.due, to=promise.recipient)
        return [*events, promised]

    @cached_property
    def _judge(self) -> DriftJudge:
        return DriftJudge(self._model)

    def _hear_buyer(
        self, sentence: SpokenSentence, reading: SpeechReading, *, is_question: bool, is_turn: bool, is_new_turn: bool
    ) -> None:
        self._jargon_explainer.add_buyer_words(sentence.words, is_new_turn=is_new_turn)
        self._buyer_names.update(sentence.speaker.casefold().split()[:1])
        is_for_user = addressed_name(sentence.text) not in self._buyer_names - self._user_names
        is_question = is_question and is_for_user
        self._compliments.add_buyer_sentence(sentence, is_question=is_question, is_invited=self._state.is_invited)
        self._state.add_buyer_sentence(
            sentence, reading, is_turn=is_turn, is_new_turn=is_new_turn, is_for_user=is_for_user
        )
        self._missed_reveal.add_buyer_sentence(self._state.reveal)
        self._open_questions.add_buyer_sentence(sentence, is_question=is_question)
        if is_new_turn:
            self._cadence.record_buyer_turn()

    def _hear_user(
        self, sentence: SpokenSentence, reading: SpeechReading, at: float, *, is_question: bool
    ) -> list[CoachEvent]:
        self._user_names.update(sentence.speaker.casefold().split()[:1])
        self._jargon_explainer.add_user_words(sentence.words)
        classified = classify(sentence, reading, self._state.buyer_stems, self._jargon_stems)
        self._state.add_user_sentence(classified)
        if len(sentence.words) > self._limits.backchannel_words:
            self._missed_reveal.add_user_sentence(self._state.reveal, sentence.end)
        events = self._hear_promise(sentence, reading, at, is_question=is_question)
        self._open_questions.add_user_sentence(sentence)
        is_presenting = self._compliments.add_user_sentence(classified)
        if classified.act in (SpeechAct.ASKS, SpeechAct.CHECKS):
            return events
        if self._cadence.can_show_drift(at):
            probability = adjust_for_section(self._judge.probability, self._product_talk)
            drift_tap = find_drift_tap(
                self._state,
                self._turns,
                self._limits,
                self._product_talk,
                probability=probability,
                quote=sentence.text,
            )
            events += self._show_drift_tap(drift_tap, at, sentence)
        if is_presenting and not events:
            tap = find_compliment_tap(self._compliments.text, self._state, sentence.text)
            tap = self._cadence.admit(tap, at)
            if tap is not None:
                self._compliments.clear()
                events.append(self._show_tap(tap, at, sentence))
        return events

    def _show_drift_tap(self, tap: DueTap | None, at: float, sentence: SpokenSentence | None = None) -> list[Tapped]:
        """Show the tap if it does not come too soon; the next one needs new talk."""
        tap = self._cadence.admit(tap, at)
        if tap is None:
            return []
        self._state.reset_load(self._turns.current.seconds if self._turns.current else 0.0)
        return [self._show_tap(tap, at, sentence)]

    def _show_tap(self, tap: DueTap, at: float, sentence: SpokenSentence | None = None) -> Tapped:
        """Show the tap, which is late if it comes long after the sentence that caused it."""
        term = self._jargon_explainer.take_worst_term() if tap.kind is TapKind.OVER_EXPLAINING else None
        shown = Tapped(
            at,
            tap.kind,
            tap.reason,
            tap.quote,
            tap.suggestion or self._next_question,
            sentence.turn if sentence is not None else -1,
            sentence is not None and at - sentence.end > self._limits.late_seconds,
            ": ".join(term) if term else None,
        )
        self.show(shown)
        return shown

    def _hear_promise(
        self, sentence: SpokenSentence, reading: SpeechReading, at: float, *, is_question: bool
    ) -> list[CoachEvent]:
        """Return the promise in a sentence of the user, with its tap if it is an overpromise.

        Absolute words alone are no overpromise (*everything is on that page*): the reader decides, too, unless they
        name a day or rule out what the buyer has just reported.
        Agreeing to a demo or an explanation promises nothing, because both are given in the call.
        """
        is_ignored = is_question or (self._state.is_invited and is_assent(sentence.line))
        promise = find_promise(sentence.line, is_question=is_ignored)
        is_firm = is_binding(promise, sentence.line)
        is_denial = rules_out(promise, sentence.line) and self._state.replies_to_experience(sentence)
        is_likely = overpromise_probability(reading) >= self._limits.overpromise_probability
        if not (is_firm or is_denial or is_likely):
            promise = find_promise(sentence.line, is_question=is_ignored, may_overpromise=False)
        excluded = next((phrase for phrase in self._never_say if f" {phrase} " in f" {sentence.line} "), "")
        events: list[CoachEvent] = []
        if promise is not None or excluded:
            reason, wording = reason_and_safer_wording(promise, excluded, sentence.line)
            events.append(
                Promised(
                    at,
                    sentence.text,
                    owner=sentence.speaker,
                    due=promise.due if promise else "",
                    to=promise.recipient if promise else "",
                    overpromise=reason is not None,
                    safer_wording=wording,
                )
            )
            if reason is not None:
                tap = DueTap(TapKind.OVER_PROMISING, reason, sentence.text, wording, is_binding=is_firm)
                return events + self._warn_of_overpromise(tap, sentence, at)
        if self._limits_shown_promise(promise, sentence, is_question=is_question):
            events.append(self._remove_tap(Dismissal.BOUNDED, at))
        return events

    def _warn_of_overpromise(self, tap: DueTap, sentence: SpokenSentence, at: float) -> list[Tapped]:
        """Show the tap for an overpromise, or for a reveal that the user has just passed over."""
        missed = self._missed_reveal
        if missed.is_first(at):
            reveal_tap = make_reveal_tap(missed.text, sentence.text)
            taps = self._show_drift_tap(reveal_tap, at, sentence)
            if taps or self._cadence.has_shown(TapKind.PITCHING, missed.since):
                return taps
        if self._cadence.admit(tap, at) is None:
            return []
        return [self._show_tap(tap, at, sentence)]

    def _limits_shown_promise(
        self, promise: DetectedPromise | None, sentence: SpokenSentence, *, is_question: bool
    ) -> bool:
        """Return whether this sentence limits the promise that the tap on the screen is about."""
        tap = self._tap
        is_warned = tap is not None and tap.kind is TapKind.OVER_PROMISING and tap.quote != sentence.text
        return is_warned and limits_promise(promise, sentence.line, is_question=is_question)

    def _tap_by_talk_time(self, at: float) -> list[Tapped]:
        if self._has_words:
            return []
        return self._show_drift_tap(find_talk_time_tap(self._turns, self._limits), at)

    def _praise_silence(self, at: float) -> list[Tapped]:
        """Praise a silence after the user's question, once the buyer's first words would have been reported."""
        if self._question_end is None:
            return []
        waited = at - self._question_end - self._report_seconds
        if not self._limits.silence_from_seconds <= waited <= self._limits.silence_until_seconds:
            return []
        self._question_end = None
        if self._tap is not None or not self._cadence.can_show(TapKind.SILENCE, at):
            return []
        self._cadence.record_praise(at)
        praise = DueTap(TapKind.SILENCE, TapReason(TapBasis.SILENCE, waited))
        return [self._show_tap(praise, at)]

    def _dismiss_on_reply(self, at: float, is_new_turn: bool) -> list[Dismissed]:
        """Remove the tap when the buyer's turn begins. A promise still binds the user while others talk."""
        if not is_new_turn or self._turns.current is None or self._turns.current.side is not Side.THEM:
            return []
        if self._tap is None or self._tap.kind is TapKind.OVER_PROMISING:
            return []
        is_ignored = at - self._tap.at > self._limits.shown_seconds
        return [self._remove_tap(Dismissal.EXPIRED if is_ignored else Dismissal.HANDED_BACK, at)]

    def _is_still_drifting(self, at: float) -> bool:
        """Return whether the talk that was tapped continues."""
        turn = self._turns.current
        is_same_turn = turn is not None and turn.side is Side.ME and turn is self._tap_turn
        is_talking = at - self._turns.last_end <= self._limits.drift_pause_seconds
        is_drift = self._tap is not None and self._tap.kind in DRIFT_KINDS
        return is_drift and is_same_turn and is_talking and not self._turns.is_reply_due

    def _remove_tap(self, how: Dismissal, at: float) -> Dismissed:
        assert self._tap is not None
        dismissed = Dismissed(at, self._tap.kind, how)
        self._tap = None
        return dismissed


class CoachReplay:
    """Replays a call for a new coach, because a saved playbook may change its settings; it shows no taps meanwhile.

    An hour of talk takes a fifth of a second. To keep keys from waiting, it is replayed in pieces while the previous
    coach continues. `events` is the call's own list, which may grow meanwhile; `promises` are those so far.
    """

    def __init__(
        self, settings: CoachSettings, interval_factors: Mapping[TapKind, float], events: Sequence[Event]
    ) -> None:
        self.coach = Coach(settings, interval_factors=interval_factors)
        self.promises: list[Promised] = []
        self._events = events
        self._next = 0

    def replay(self, max_events: int | None = None) -> bool:
        """Replay all remaining events, or at most `max_events`. Return whether the coach has caught up."""
        last = len(self._events)
        until = last if max_events is None else min(self._next + max_events, last)
        for number in range(self._next, until):
            event = self._events[number]
            if isinstance(event, Heard | FloorTaken):
                self.promises += [made for made in self.coach.hear(event) if isinstance(made, Promised)]
        self._next = until
        return until == last


def judge(utterances: Iterable[Heard], settings: CoachSettings | None = None) -> list[Tapped]:
    """Return the taps that a live call would have shown, in order, without praise for silence."""
    events = replay(Coach(settings or CoachSettings()), utterances)
    return [event for event in events if isinstance(event, Tapped) and event.kind is not TapKind.SILENCE]


def replay(coach: Coach, utterances: Iterable[Heard]) -> Iterable[CoachEvent]:
    """Yield all events of the coach for these utterances."""
    for utterance in make_monotonic(utterances):
        yield from coach.hear_recorded(utterance)
    yield from coach.finish_sentence()


def make_monotonic(utterances: Iterable[Heard]) -> Iterator[Heard]:
    """Yield the utterances with a clock that never runs backwards, as it does in some edited transcripts."""
    clock = 0.0
    for utterance in utterances:
        start = max(utterance.start, clock)
        clock = start + max(utterance.end - utterance.start, 0.0)
        yield replace(utterance, at=clock, start=start, end=clock, final=True)
