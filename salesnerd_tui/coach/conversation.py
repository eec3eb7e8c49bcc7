"""Conversation state for the rules: invitations, talk since the buyer's last turn, reveals and compliments.

It covers everything before the current sentence, at a constant cost per sentence. `speech_reader` classifies the
sentences.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from salesnerd_tui.coach.drift_judge import (
    asks,
    gives_away,
    hands_over,
    invites,
    is_backchannel,
    is_engaged,
    may_ask,
    passes_over,
    picks_up,
    praises,
    telling,
)
from salesnerd_tui.coach.sentences import stem, topics, vocabulary
from salesnerd_tui.coach.signals.evidence import EVIDENCE, flatters, rung
from salesnerd_tui.coach.signals.invitations import HandOver, InvitationCue, invitation
from salesnerd_tui.coach.speech_reader import USER_ACTS, ClassifiedSentence, SpeechAct, SpeechReading

if TYPE_CHECKING:
    from salesnerd_tui.coach.limits import Limits
    from salesnerd_tui.coach.sentences import SpokenSentence

_OFFERING = vocabulary("show demo demonstrate explain walk present continue start")
_TELLING = frozenset({SpeechAct.FEATURE, SpeechAct.INTERNALS, SpeechAct.US, SpeechAct.PRAISE})
_REFUSALS = vocabulary("no nope nah not")
STRANGE_TERMS = 2
"""Number of technical terms that makes a sentence count as internals, whatever the reader says."""

MOST_SENTENCES = 4
"""Sentences of the user after which a compliment is forgotten."""


class InvitationType(StrEnum):
    """Kind of request: an explanation or demo, or an answer."""

    EXPLAINED = "explained"
    ANSWERED = "answered"


class Invitation(Struct):
    """A request of the buyer in their words, and how long the answer may take; `used_seconds` of that are used up."""

    wanted: InvitationType
    seconds: float
    text: str = ""
    used_seconds: float = 0.0
    answered: bool = False

    @property
    def holds(self) -> bool:
        return not self.answered and self.used_seconds <= self.seconds


class TalkLoad:
    """Talk of the user since the buyer last had the floor: weighed, and in seconds by speech act."""

    __slots__ = ("seconds", "weighed")

    def __init__(self) -> None:
        self.weighed = 0.0
        self.seconds: dict[SpeechAct, float] = {}

    def add(self, act: SpeechAct, seconds: float) -> None:
        self.seconds[act] = self.seconds.get(act, 0.0) + seconds

    def of(self, *acts: SpeechAct) -> float:
        """Return the seconds of these speech acts."""
        return sum(self.seconds.get(act, 0.0) for act in acts)


class ConversationState:
    """State of a conversation, updated one sentence at a time by `theirs` and `mine`."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.invitation: Invitation | None = None
        self.revealed = ""
        """Sentence with the buyer's latest reveal that was not followed up."""
        self.ignored = False
        self.load = TalkLoad()
        self.hand_over = HandOver()
        self.their_words: set[str] = set()
        self.their_topics: frozenset[str] = frozenset()
        self.strange: list[str] = []
        self.told_run_seconds = 0.0
        """Length of the user's current run at its last tap, in seconds."""
        self._since_turn = 0
        self._talked_on = 0
        self._offered = False
        self._told_since = 0
        self._their_seconds = 0.0
        self._their_turns = 0
        self._their_count = 0
        self._settled = True
        heavy, usual, light = limits.internals_weight, limits.telling_weight, limits.other_weight
        weight_of = {"T": heavy, "P": heavy, "O": heavy, "F": usual, "U": usual, "Q": 0.0, "C": 0.0, "G": 0.0}
        self._weights = tuple(weight_of.get(code, light) for code in USER_ACTS)

    def theirs(self, said: SpokenSentence, reading: SpeechReading, *, turn: bool, took_floor: bool) -> None:
        """Take a sentence of the buyer. `turn` is true if it counts as a turn, `took_floor` if the floor just changed.

        A yes to a check (*can you see it?*) hands the floor over and back, and does not reset the load.
        """
        self.their_words.update(map(stem, said.words))
        self.hand_over.theirs(said.line, len(said.words), self._limits.backchannel_words, said.speaker)
        wanted = self._wanted(said, reading)
        if took_floor:
            self._their_count = 0
            self._settled = False
        self._their_count += len(said.words)
        if turn and not self._settled and (wanted or self._their_count > self._limits.backchannel_words):
            self._settle(reading)
        elif not is_backchannel(reading):
            self.load.weighed *= self._limits.reaction_factor
        if turn:
            self._told(said, reading, wanted)
        if wanted is None and self._offered and said.words[0] not in _REFUSALS:
            wanted = InvitationType.EXPLAINED
        self._offered = False
        self._asked(said, wanted)

    @property
    def is_invited(self) -> bool:
        """Return whether the buyer waits for an explanation or a demo that they asked for."""
        invited = self.invitation
        return invited is not None and invited.holds and invited.wanted is InvitationType.EXPLAINED

    def _wanted(self, said: SpokenSentence, reading: SpeechReading) -> InvitationType | None:
        cue = invitation(said.line)
        if cue is InvitationCue.PLAIN or (cue is InvitationCue.LIKELY and may_ask(reading)):
            return InvitationType.EXPLAINED
        if not asks(reading):
            return None
        return InvitationType.EXPLAINED if invites(reading) else InvitationType.ANSWERED

    def _told(self, said: SpokenSentence, reading: SpeechReading, wanted: InvitationType | None) -> None:
        """Record the topics of the buyer's turn, and whether it reveals something."""
        self._their_seconds += self._talked(said)
        self.their_topics |= topics(said.words)
        found = gives_away(reading) and len(said.words) >= self._limits.reveal_words
        self._told_since = 0 if found else self._told_since + len(said.words)
        if self._told_since > self._limits.told_words:
            self.revealed = ""
        if found and wanted is not InvitationType.EXPLAINED:
            self.revealed = said.text

    def _asked(self, said: SpokenSentence, wanted: InvitationType | None) -> None:
        """Open, keep or drop an invitation; buyers who continue to talk drop their own request."""
        if wanted is not None:
            self._invite(wanted, said.text)
            self._talked_on = 0
        elif self.invitation is not None and self.invitation.used_seconds == 0.0:
            self._talked_on += len(said.words)
            if self._talked_on > self._limits.talked_on_words:
                self.invitation = None

    def _settle(self, reading: SpeechReading) -> None:
        """Reset the load at the start of a real turn of the buyer.

        An explanation that they asked for may continue after a turn that stays on the subject (*so it keeps a log?*).
        """
        self._settled = True
        self._their_turns += 1
        self.told_run_seconds = 0.0
        self.load = TalkLoad()
        kept = self.invitation
        if kept is not None and not (kept.wanted is InvitationType.EXPLAINED and is_engaged(reading)):
            self.invitation = None
        self.revealed = ""
        self.ignored = False
        self.their_topics = frozenset()
        self.strange.clear()
        self._since_turn = 0

    def _invite(self, wanted: InvitationType, text: str) -> None:
        limits = self._limits
        seconds = limits.explanation_seconds if wanted is InvitationType.EXPLAINED else limits.answer_seconds
        kept = self.invitation
        if kept is None or kept.used_seconds > 0 or kept.seconds < seconds:
            self.invitation = Invitation(wanted, seconds, text)

    def mine(self, deed: ClassifiedSentence) -> None:
        """Take a sentence of the user: add its weighed seconds, and update invitation and reveal."""
        said = deed.said
        brief = len(said.words) <= self._limits.backchannel_words and deed.act is not SpeechAct.ASKS
        self._since_turn += not brief
        self._offered = hands_over(deed.reading) and not _OFFERING.isdisjoint(said.words)
        if brief:
            pass  # *Okay. Moving on.* neither follows up nor passes over a reveal.
        elif self.revealed and self._since_turn <= self._limits.takeup_sentences:
            if self._follows_up(deed):
                self.revealed = ""
        elif self.revealed:
            self.ignored = True
        invited = self.invitation
        if invited is not None:
            invited.answered = invited.answered or (deed.adds and invited.used_seconds > 0)
            invited.used_seconds += self._talked(said)
        if deed.act is SpeechAct.ASKS:
            self.load.weighed *= self._limits.asked_factor
        else:
            self._weigh(deed)

    def _follows_up(self, deed: ClassifiedSentence) -> bool:
        shared = len(topics(deed.said.words) & self.their_topics)
        least = 3 if deed.act in _TELLING else 2 if passes_over(deed.reading) else 1
        return (deed.act not in _TELLING and picks_up(deed.reading)) or shared >= least

    def tapped(self, run_seconds: float) -> None:
        """Reset the load after a tap, so that the next tap needs new talk."""
        self.told_run_seconds = run_seconds
        self.load = TalkLoad()
        self.strange.clear()

    def _weigh(self, deed: ClassifiedSentence) -> None:
        """Add a sentence to the load: its seconds times the weight of such talk for a listener who did not ask."""
        load, seconds = self.load, self._talked(deed.said)
        load.add(deed.act, seconds)
        self.strange.extend(deed.strange)
        weight = sum(each * sure for each, sure in zip(self._weights, deed.reading.acts, strict=True))
        if len(deed.strange) >= STRANGE_TERMS:
            weight = max(weight, self._limits.internals_weight)
        added = self._limits.addition_seconds if deed.adds else 0.0
        load.weighed += (seconds * weight + added) * self._asked_factor(deed)

    def _asked_factor(self, deed: ClassifiedSentence) -> float:
        """Return the discount on the weight of an answer while the invitation lasts.

        Praise answers nothing, and a yes-or-no question needs only a short answer.
        """
        invited = self.invitation
        if invited is None or not invited.holds or praises(deed.reading):
            return 1.0
        return 1.0 if invited.wanted is InvitationType.ANSWERED else self._limits.invited_factor

    def _talked(self, said: SpokenSentence) -> float:
        """Return the seconds spent talking: those on the clock, but not more than the words take at a usual pace."""
        return min(said.seconds, len(said.words) * 60 / self._limits.usual_pace)

    def length_factor(self) -> float:
        """Return how much longer than usual a turn may be, 1 to 2, from the usual length of the buyer's turns."""
        limits = self._limits
        total = self._their_seconds + limits.norm_prior_turns * limits.norm_prior_seconds
        usual = total / (self._their_turns + limits.norm_prior_turns)
        return 1.0 + min(usual / limits.norm_seconds, 1.0)


class Compliments:
    """Compliments and suppositions of the buyer that the user answers with more product talk.

    *That sounds great* and *we would definitely use it* cost nothing to say. A question about the last time it happened
    shows what they are worth. `said` is the compliment that has no question yet, or empty.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.said = ""
        self._told = 0.0
        self._sentences = 0

    def theirs(self, said: SpokenSentence, *, asked: bool, invited: bool) -> None:
        """Take a sentence of the buyer. A question or evidence of the buyer replaces a compliment.

        `invited` is true while they see what they asked for: a compliment then is only polite.
        """
        if asked:
            self.clear()
        elif not invited and flatters(said.words):
            self.clear()
            self.said = said.text
        elif self.said and rung(said.text) in EVIDENCE:
            self.clear()

    def mine(self, deed: ClassifiedSentence) -> bool:
        """Take a sentence of the user; return True if the user only talked about the product since."""
        if not self.said:
            return False
        self._sentences += 1
        if deed.act in (SpeechAct.ASKS, SpeechAct.CHECKS) or self._sentences > MOST_SENTENCES:
            self.clear()
            return False
        if len(deed.said.words) > self._limits.backchannel_words:
            self._told += telling(deed.reading)
        return self._told >= self._limits.compliment_sentences

    def clear(self) -> None:
        """Forget the compliment."""
        self.said = ""
        self._told = 0.0
        self._sentences = 0
