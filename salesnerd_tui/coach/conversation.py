"""Conversation state for the rules: invitations, talk since the buyer's last turn, reveals and compliments.

It covers everything up to the current sentence, at a constant cost per sentence. `speech_reader` classifies the
sentences.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from salesnerd_tui.coach.sentences import stem, topics, vocabulary
from salesnerd_tui.coach.signals.evidence import EVIDENCE, Rung, find_rung, is_flattering
from salesnerd_tui.coach.signals.invitations import (
    HandOver,
    InvitationCue,
    accepts_answer,
    asks_fact,
    asks_what_to_show,
    find_invitation,
    offers_explanation,
    recalls_demo_request,
    redirects,
    starts_demo,
    wishes_demo,
)
from salesnerd_tui.coach.speech_reader import (
    USER_ACTS,
    ClassifiedSentence,
    SpeechAct,
    SpeechReading,
    asks,
    hands_over,
    invites,
    is_backchannel,
    is_engaged,
    may_ask,
    passes_over,
    picks_up,
    praises,
    presenting_probability,
    reveals,
)

if TYPE_CHECKING:
    from salesnerd_tui.coach.limits import Limits
    from salesnerd_tui.coach.sentences import SpokenSentence

_REFUSAL_WORDS = vocabulary("no nope nah not")
_REASON_WORDS = frozenset(("because", "'cause", "cause", "cos", "cuz", "since"))
_EXPERIENCES = frozenset({Rung.INCIDENT, Rung.WORKAROUND, Rung.SPENT})
"""Rungs of what happened to them, which is worth a follow-up even where the reader takes it for an answer."""

_PRESENTING = frozenset({SpeechAct.FEATURE, SpeechAct.INTERNALS, SpeechAct.US, SpeechAct.PRAISE})
INTERNALS_TERMS = 2
"""Number of unfamiliar terms that makes a sentence count as internals, whatever the reader says."""

MAX_COMPLIMENT_SENTENCES = 4
"""Sentences of the user after which a compliment is forgotten."""


class InvitationKind(StrEnum):
    """Kind of request: an explanation or demo, or an answer."""

    EXPLANATION = "explained"
    ANSWER = "answered"


class Invitation(Struct):
    """A request of the buyer in their words. It is open for `max_seconds` of the user's talk.

    In a demo (`is_demo`), *got it* asks for the next step; after an explanation it means that it was enough.
    """

    kind: InvitationKind
    max_seconds: float
    text: str = ""
    used_seconds: float = 0.0
    is_answered: bool = False
    is_demo: bool = False

    @property
    def is_open(self) -> bool:
        return not self.is_answered and self.used_seconds <= self.max_seconds


class TalkLoad:
    """Talk of the user since the buyer's last turn: weighted, and in seconds by speech act."""

    __slots__ = ("_seconds", "weighted_seconds")

    def __init__(self) -> None:
        self.weighted_seconds = 0.0
        self._seconds: dict[SpeechAct, float] = {}

    def add(self, act: SpeechAct, seconds: float) -> None:
        self._seconds[act] = self._seconds.get(act, 0.0) + seconds

    def seconds_of(self, *acts: SpeechAct) -> float:
        return sum(self._seconds.get(act, 0.0) for act in acts)


class ConversationState:
    """State of a conversation, updated one sentence at a time."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.invitation: Invitation | None = None
        self.reveal = ""
        """Sentence with the buyer's latest reveal that was not followed up."""
        self.is_reveal_ignored = False
        self.load = TalkLoad()
        self.hand_over = HandOver()
        self.buyer_stems: set[str] = set()
        self.unfamiliar_terms: list[str] = []
        """Technical terms of the user since the buyer's last turn that the buyer never used."""
        self.tapped_turn_seconds = 0.0
        """Length of the user's current turn at its last tap, in seconds."""
        self.is_redirect_ignored = False
        """True if the buyer wants to talk about something else, and the user continues to present."""
        self._is_redirect = False
        self._buyer_topics: frozenset[str] = frozenset()
        self._sentences_since_turn = 0
        self._words_since_request = 0
        self._words_since_reveal = 0
        self._has_offered = False
        self._asked_what_to_show = False
        self._has_asked = False
        self._demo_wish = ""
        """Words with which the buyer asked to see something that was not shown yet: a demo of it is invited."""
        self._buyer_seconds = 0.0
        self._buyer_turns = 0
        self._buyer_turn_words = 0
        self._is_turn_counted = True
        heavy, usual, light = limits.internals_weight, limits.product_weight, limits.other_weight
        weights = {"T": heavy, "P": heavy, "O": heavy, "F": usual, "U": usual, "Q": 0.0, "C": 0.0, "G": 0.0}
        self._act_weights = tuple(weights.get(code, light) for code in USER_ACTS)

    @property
    def is_invited(self) -> bool:
        """True if the buyer waits for an explanation or a demo that they asked for."""
        invitation = self.invitation
        return invitation is not None and invitation.is_open and invitation.kind is InvitationKind.EXPLANATION

    def replies_to_experience(self, sentence: SpokenSentence) -> bool:
        """Return whether the user's first sentence since the buyer's turn is about a reveal in it, or its topics."""
        is_first = self._sentences_since_turn <= 1
        return is_first and (bool(self.reveal) or bool(topics(sentence.words) & self._buyer_topics))

    def length_factor(self) -> float:
        """Return how much longer than usual a turn may be, 1 to 2, from the usual length of the buyer's turns."""
        limits = self._limits
        total = self._buyer_seconds + limits.prior_turns * limits.prior_turn_seconds
        usual = total / (self._buyer_turns + limits.prior_turns)
        return 1.0 + min(usual / limits.usual_turn_seconds, 1.0)

    def add_buyer_sentence(
        self,
        sentence: SpokenSentence,
        reading: SpeechReading,
        *,
        is_turn: bool,
        is_new_turn: bool,
        is_for_user: bool = True,
    ) -> None:
        """Take a sentence of the buyer. `is_turn` is false for a backchannel; `is_new_turn` if a turn just began.

        `is_for_user` is false if it addresses a colleague of the buyer by name, and then asks the user for nothing.

        A yes to a check (*can you see it?*) begins a turn, but does not reset the load.
        """
        word_count = len(sentence.words)
        self.buyer_stems.update(map(stem, sentence.words))
        self.hand_over.add_buyer_sentence(sentence.line, word_count, self._limits.backchannel_words, sentence.speaker)
        request = self._find_request(sentence, reading) if is_for_user else None
        if is_new_turn:
            self._buyer_turn_words = 0
            self._is_turn_counted = False
        self._buyer_turn_words += word_count
        is_real = request is not None or self._buyer_turn_words > self._limits.backchannel_words
        if is_turn and not self._is_turn_counted and is_real:
            self._start_buyer_turn(reading)
        elif not is_backchannel(reading):
            self.load.weighted_seconds *= self._limits.reaction_factor
        if is_turn:
            self._record_reveal(sentence, reading, request)
        is_refusal = sentence.words[0] in _REFUSAL_WORDS
        if request is None and self._has_offered and not is_refusal:
            request = InvitationKind.EXPLANATION
        if not is_refusal and (self._asked_what_to_show or wishes_demo(sentence.line)):
            self._demo_wish = sentence.text
        self._has_offered = self._asked_what_to_show = False
        self._update_invitation(sentence, request)

    def _find_request(self, sentence: SpokenSentence, reading: SpeechReading) -> InvitationKind | None:
        cue = find_invitation(sentence.line)
        if asks_fact(sentence.line) and cue is not InvitationCue.PLAIN:
            return InvitationKind.ANSWER
        if cue is InvitationCue.PLAIN or (cue is InvitationCue.LIKELY and may_ask(reading)):
            return InvitationKind.EXPLANATION
        if not asks(reading):
            return None
        return InvitationKind.EXPLANATION if invites(reading) else InvitationKind.ANSWER

    def _start_buyer_turn(self, reading: SpeechReading) -> None:
        """Reset the load at the start of a real turn of the buyer.

        An explanation that they asked for may continue after a turn that stays on the subject (*so it keeps a log?*),
        and any request after the answer to a question about it (*show me a visit — a family's? — yes, with two kids*).
        """
        self._is_turn_counted = True
        self._buyer_turns += 1
        self.reset_load(0.0)
        invitation = self.invitation
        if invitation is not None:
            is_clarified = self._has_asked and invitation.used_seconds <= self._limits.clarifying_seconds
            is_continued = invitation.kind is InvitationKind.EXPLANATION and is_engaged(reading)
            if not (is_clarified or is_continued):
                self.invitation = None
        self.reveal = ""
        self.is_reveal_ignored = self.is_redirect_ignored = False
        self._buyer_topics = frozenset()
        self._sentences_since_turn = 0

    def _record_reveal(self, sentence: SpokenSentence, reading: SpeechReading, request: InvitationKind | None) -> None:
        """Record the topics of the buyer's turn, and whether the sentence reveals something."""
        word_count = len(sentence.words)
        self._buyer_seconds += self._talk_seconds(sentence)
        self._buyer_topics |= topics(sentence.words)
        is_redirect = redirects(sentence.line)
        is_reveal = word_count >= self._limits.min_reveal_words and (
            is_redirect or reveals(reading) or find_rung(sentence.text) in _EXPERIENCES
        )
        self._words_since_reveal = 0 if is_reveal else self._words_since_reveal + word_count
        if self._words_since_reveal > self._limits.reveal_expires_words:
            self.reveal = ""
        if is_reveal and request is not InvitationKind.EXPLANATION:
            self.reveal, self._is_redirect = sentence.text, is_redirect

    def _update_invitation(self, sentence: SpokenSentence, request: InvitationKind | None) -> None:
        """Open, keep or drop an invitation; buyers who continue to talk drop their own request, unless they say why."""
        invitation = self.invitation
        if request is not None:
            limits = self._limits
            is_explanation = request is InvitationKind.EXPLANATION
            max_seconds = limits.explanation_seconds if is_explanation else limits.answer_seconds
            if invitation is None or invitation.used_seconds > 0 or invitation.max_seconds < max_seconds:
                self.invitation = Invitation(request, max_seconds, sentence.text)
            self._words_since_request = 0
        elif invitation is not None and invitation.used_seconds > 0 and accepts_answer(sentence.words):
            invitation.is_answered = invitation.is_answered or not invitation.is_demo
        elif invitation is not None and invitation.used_seconds == 0.0:
            if sentence.words[0] not in _REASON_WORDS:
                self._words_since_request += len(sentence.words)
            if self._words_since_request > self._limits.request_expires_words:
                self.invitation = None

    def add_user_sentence(self, classified: ClassifiedSentence) -> None:
        """Take a sentence of the user: add it to the load, and update invitation and reveal."""
        sentence, act = classified.sentence, classified.act
        is_brief = len(sentence.words) <= self._limits.backchannel_words and act is not SpeechAct.ASKS
        self._sentences_since_turn += not is_brief
        self._has_offered = hands_over(classified.reading) and offers_explanation(sentence.line)
        self._asked_what_to_show = asks_what_to_show(sentence.line)
        self._has_asked = sentence.mark == "?" or hands_over(classified.reading)
        if recalls_demo_request(sentence.line):
            self._demo_wish = self._demo_wish or sentence.text
        if self._demo_wish and starts_demo(sentence.line):
            self.invitation = Invitation(
                InvitationKind.EXPLANATION, self._limits.explanation_seconds, self._demo_wish, is_demo=True
            )
            self._demo_wish = ""
        if self.reveal and not is_brief:  # *Okay. Moving on.* neither follows up nor passes over a reveal.
            if self._sentences_since_turn > self._limits.follow_up_sentences:
                self.is_reveal_ignored = True
            elif self._follows_up(classified):
                self.reveal = ""
                self.is_reveal_ignored = self.is_redirect_ignored = False
            elif self._is_redirect and act in _PRESENTING:
                self.is_reveal_ignored = self.is_redirect_ignored = True
        invitation = self.invitation
        if invitation is not None:
            if classified.is_addition and invitation.used_seconds > 0:
                invitation.is_answered = True
            invitation.used_seconds += self._talk_seconds(sentence)
        if act is SpeechAct.ASKS:
            self.load.weighted_seconds *= self._limits.question_factor
        else:
            self._add_to_load(classified)

    def _follows_up(self, classified: ClassifiedSentence) -> bool:
        shared = len(topics(classified.sentence.words) & self._buyer_topics)
        if classified.act in _PRESENTING:
            return shared >= 3
        return picks_up(classified.reading) or shared >= (2 if passes_over(classified.reading) else 1)

    def _add_to_load(self, classified: ClassifiedSentence) -> None:
        """Add a sentence to the load: its seconds times the weight of such talk for a buyer who did not ask."""
        limits, acts = self._limits, classified.reading.acts
        seconds = self._talk_seconds(classified.sentence)
        self.load.add(classified.act, seconds)
        self.unfamiliar_terms.extend(classified.unfamiliar_terms)
        weight = sum(act_weight * probability for act_weight, probability in zip(self._act_weights, acts, strict=True))
        if len(classified.unfamiliar_terms) >= INTERNALS_TERMS:
            weight = max(weight, limits.internals_weight)
        extra = limits.extra_topic_seconds if classified.is_addition else 0.0
        # Praise answers nothing, and a yes-or-no question needs only a short answer.
        is_discounted = self.is_invited and not praises(classified.reading)
        self.load.weighted_seconds += (seconds * weight + extra) * (limits.invited_factor if is_discounted else 1.0)

    def reset_load(self, turn_seconds: float) -> None:
        """Reset the load, so that the next tap needs new talk after `turn_seconds` of the user's current turn."""
        self.tapped_turn_seconds = turn_seconds
        self.load = TalkLoad()
        self.unfamiliar_terms.clear()

    def _talk_seconds(self, sentence: SpokenSentence) -> float:
        """Return the seconds spent talking: those on the clock, but not more than the words take at a usual pace."""
        return min(sentence.seconds, len(sentence.words) * 60 / self._limits.usual_words_per_minute)


class MissedReveal:
    """Latest reveal that the user passed over: it takes precedence over an overpromise for `first_seconds`."""

    def __init__(self, first_seconds: float) -> None:
        self._first_seconds = first_seconds
        self.text = ""
        self.since: float | None = None
        """Call time at the end of the user's first sentence past the reveal; None if nothing was passed over."""

    def add_buyer_sentence(self, reveal: str) -> None:
        """Set the reveal that is not followed up after a sentence of the buyer; empty for none."""
        if reveal != self.text:
            self.text, self.since = reveal, None

    def add_user_sentence(self, reveal: str, end: float) -> None:
        """Set the reveal that is still not followed up after a sentence of the user that ended at `end`."""
        if not reveal:
            self.text, self.since = "", None
        elif self.since is None:
            self.text, self.since = reveal, end

    def is_first(self, at: float) -> bool:
        """Return whether the reveal takes precedence over an overpromise."""
        return self.since is not None and at - self.since <= self._first_seconds


class Compliments:
    """Compliments and suppositions of the buyer that the user answers with more product talk.

    *That sounds great* and *we would definitely use it* cost nothing to say. A question about the last time it happened
    shows what they are worth. `text` is the compliment that the user has not asked about yet, or empty.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.text = ""
        self._product_sentences = 0.0
        self._sentences = 0

    def add_buyer_sentence(self, sentence: SpokenSentence, *, is_question: bool, is_invited: bool) -> None:
        """Take a sentence of the buyer. A question or evidence of the buyer replaces a compliment.

        `is_invited` is true while they see what they asked for: a compliment then is only polite.
        """
        if is_question:
            self.clear()
        elif not is_invited and is_flattering(sentence.words):
            self.clear()
            self.text = sentence.text
        elif self.text and find_rung(sentence.text) in EVIDENCE:
            self.clear()

    def add_user_sentence(self, classified: ClassifiedSentence) -> bool:
        """Take a sentence of the user; return whether the user only talked about the product since."""
        if not self.text:
            return False
        self._sentences += 1
        if classified.act in (SpeechAct.ASKS, SpeechAct.CHECKS) or self._sentences > MAX_COMPLIMENT_SENTENCES:
            self.clear()
            return False
        if len(classified.sentence.words) > self._limits.backchannel_words:
            self._product_sentences += presenting_probability(classified.reading)
        return self._product_sentences >= self._limits.compliment_sentences

    def clear(self) -> None:
        """Forget the compliment."""
        self.text = ""
        self._product_sentences = 0.0
        self._sentences = 0
