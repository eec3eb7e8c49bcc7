"""Where the talk stands: was it asked, is it answered by now, did they just reveal something, was it taken up.

Everything the judgement knows about what came before the sentence at hand, at a constant cost per sentence.
"""

from __future__ import annotations

from msgspec import Struct

from salesnerd_tui.coach.limits import Limits
from salesnerd_tui.coach.normalize import stem, topics
from salesnerd_tui.coach.sentences import SpokenSentence
from salesnerd_tui.coach.signals.engagement import ReplyType, reacts, reply, says_no
from salesnerd_tui.coach.signals.follow_up import takes_up
from salesnerd_tui.coach.signals.invitations import InvitationType, invitation, offers
from salesnerd_tui.coach.signals.reveals import RevealKind, revealed
from salesnerd_tui.coach.speech_acts import ClassifiedSentence, SpeechAct


class Invitation(Struct):
    """What they asked for, and how long an answer may take. `used_seconds` is what I have talked under it."""

    wanted: InvitationType
    seconds: float
    used_seconds: float = 0.0
    answered: bool = False

    @property
    def holds(self) -> bool:
        return not self.answered and self.used_seconds <= self.seconds


class TalkLoad:
    """Talk since the floor was last theirs: weighed, and in plain seconds by what it was."""

    __slots__ = ("seconds", "weighed")

    def __init__(self) -> None:
        self.weighed = 0.0
        self.seconds: dict[SpeechAct, float] = {}

    def add(self, act: SpeechAct, seconds: float) -> None:
        self.seconds[act] = self.seconds.get(act, 0.0) + seconds

    def of(self, *acts: SpeechAct) -> float:
        """Seconds spent on these."""
        return sum(self.seconds.get(act, 0.0) for act in acts)


class ConversationState:
    """Folded one sentence at a time by `theirs` and `mine`."""

    def __init__(self, limits: Limits, off: frozenset[str] = frozenset()) -> None:
        self._limits = limits
        self._off = off
        self.licence: Invitation | None = None
        self.revealed: tuple[RevealKind, str] | None = None
        self.ignored = False
        self.load = TalkLoad()
        self.their_words: set[str] = set()
        self.their_topics: frozenset[str] = frozenset()
        self.reply = ReplyType.POLITE
        self.strange: list[str] = []
        self._last_mine: ClassifiedSentence | None = None
        self._since_turn = 0
        self._offered = False
        self._talked_on = 0
        self._told_since = 0
        self._their_seconds = 0.0
        self._their_turns = 0
        self.told_run_seconds = 0.0
        """How long this run of mine was when it was last tapped."""
        self._their_count = 0
        self._settled = True
        self._weights = {
            SpeechAct.INTERNALS: limits.internals_weight,
            SpeechAct.FEATURE: limits.telling_weight,
            SpeechAct.US: limits.telling_weight,
            SpeechAct.PRAISE: limits.internals_weight,
            SpeechAct.READS: limits.telling_weight,
            SpeechAct.OTHER: limits.other_weight,
        }

    def theirs(self, said: SpokenSentence, *, turn: bool, took_floor: bool) -> None:
        """They said a sentence; `turn` when it counts as one, `took_floor` when the floor just became theirs.

        A yes to a check (*can you see it?*) hands the floor over and back and settles nothing: what was piled up stays.
        """
        self.their_words.update(stem(word) for word in said.words)
        wanted = invitation(said.words, said.mark)
        self.reply = reply(said.words)
        if took_floor:
            self._their_count = 0
            self._settled = False
        self._their_count += len(said.words)
        if turn and not self._settled and (wanted or self._their_count > self._limits.backchannel_words):
            self._settle()
        elif reacts(said.words, self.reply) and "reactions" not in self._off:
            self.load.weighed *= self._limits.reaction_factor
        if turn:
            self._told(said, wanted)
        self._asked(said, wanted)

    def _told(self, said: SpokenSentence, wanted: InvitationType | None) -> None:
        """What a turn of theirs is about, and whether it gives something away."""
        self._their_seconds += self._talked(said)
        self.their_topics |= topics(said.words)
        found = revealed(said.words)
        self._told_since = 0 if found else self._told_since + len(said.words)
        if self._told_since > self._limits.told_words:
            self.revealed = None
        if found and wanted in (None, InvitationType.ANSWERED) and "reveal" not in self._off:
            self.revealed = (found, said.text)

    def _asked(self, said: SpokenSentence, wanted: InvitationType | None) -> None:
        """Whether an invitation opens, stays open, or is talked away by themselves."""
        if wanted is not None:
            self._license(wanted)
            self._talked_on = 0
        elif self.licence is not None and self.licence.used_seconds == 0.0:
            self._talked_on += len(said.words)
            if self._talked_on > self._limits.talked_on_words:
                self.licence = None
        elif self._offered and self.reply is not ReplyType.CONTENT and not says_no(said.words):
            self._license(InvitationType.EXPLAINED)
        self._offered = False

    def _settle(self) -> None:
        """A real turn of theirs has begun: what I piled up before it is heard out."""
        self._settled = True
        self._their_turns += 1
        self.told_run_seconds = 0.0
        self.load = TalkLoad()
        self.licence = None
        self.revealed = None
        self.ignored = False
        self.their_topics = frozenset()
        self.strange.clear()
        self._since_turn = 0

    def _license(self, wanted: InvitationType) -> None:
        seconds = {
            InvitationType.SHOWN: self._limits.shown_licence_seconds,
            InvitationType.EXPLAINED: self._limits.explained_licence_seconds,
            InvitationType.ANSWERED: self._limits.answered_licence_seconds,
        }[wanted]
        kept = self.licence
        if kept is None or kept.used_seconds > 0 or kept.seconds < seconds:
            self.licence = Invitation(wanted, seconds)

    def mine(self, deed: ClassifiedSentence) -> None:
        """I said a sentence: what it does is weighed, and what stood before it changes."""
        said = deed.said
        self._since_turn += 1
        asks = deed.act is SpeechAct.ASKS
        if self.revealed is not None and self._since_turn <= self._limits.takeup_sentences:
            if takes_up(said.words, self.their_topics, asks):
                self.revealed = None
        elif self.revealed is not None:
            self.ignored = True
        self._offered = offers(said.line) and deed.act in (SpeechAct.ASKS, SpeechAct.CHECKS)
        licence = self.licence
        if licence is not None:
            if deed.adds and licence.used_seconds > 0 and licence.wanted is not InvitationType.SHOWN:
                licence.answered = True
            licence.used_seconds += self._talked(said)
        if asks and SpeechAct.ASKS.value not in self._off:
            self.load.weighed *= self._limits.asked_factor
        else:
            self._weigh(deed)
        self._last_mine = deed

    def tapped(self, run_seconds: float) -> None:
        """A tap went out: the next one has to be earned anew, so that it neither nags nor latches."""
        self.told_run_seconds = run_seconds
        self.load = TalkLoad()
        self.strange.clear()

    def _weigh(self, deed: ClassifiedSentence) -> None:
        """Add one sentence to the load: its seconds times what such talk costs a listener who did not ask."""
        limits, load, seconds = self._limits, self.load, self._talked(deed.said)
        load.add(deed.act, seconds)
        if deed.act is SpeechAct.INTERNALS:
            self.strange.extend(deed.strange)
        familiar = deed.act is SpeechAct.INTERNALS and not deed.strange
        weight = self._weights[SpeechAct.FEATURE] if familiar else self._weights.get(deed.act, 0.0)
        if deed.act.value in self._off:
            weight = self._weights[SpeechAct.FEATURE]
        if weight <= 0:
            return
        if deed.plans and "plans" not in self._off:
            weight *= limits.plan_factor
        asked = self._asked_factor(deed)
        load.weighed += seconds * weight * asked
        if deed.adds and "additions" not in self._off:
            load.weighed += limits.addition_seconds * asked

    def _asked_factor(self, deed: ClassifiedSentence) -> float:
        """What asking takes off the weight of an answer, while the invitation lasts.

        Praise answers nothing, and round a yes or a no there is only so much to say.
        """
        licence = self.licence
        if licence is None or not licence.holds or "licence" in self._off:
            return 1.0
        if deed.act is SpeechAct.PRAISE and "praise" not in self._off:
            return 1.0
        return 1.0 if licence.wanted is InvitationType.ANSWERED else self._limits.invited_factor

    def _talked(self, said: SpokenSentence) -> float:
        """Seconds spent talking: those of the clock, but no more than the words take at a usual pace.

        Whoever clicks, waits or searches for a word between two words does not hold forth.
        """
        if "pace" in self._off:
            return said.seconds
        return min(said.seconds, len(said.words) * 60 / self._limits.usual_pace)

    def room(self) -> float:
        """How much longer than usual a turn may be here, 1 to 2, from how long theirs usually are."""
        if "norm" in self._off:
            return 1.0
        limits = self._limits
        total = self._their_seconds + limits.norm_prior_turns * limits.norm_prior_seconds
        usual = total / (self._their_turns + limits.norm_prior_turns)
        return 1.0 + min(usual / limits.norm_seconds, 1.0)
