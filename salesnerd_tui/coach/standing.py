"""Where the talk stands: was it asked, is it answered by now, did they just reveal something, was it taken up.

Everything the judgement knows about what came before the sentence at hand, at a constant cost per sentence.
"""

from __future__ import annotations

from dataclasses import dataclass

from salesnerd_tui.coach.acts import Act, Deed
from salesnerd_tui.coach.limits import Limits
from salesnerd_tui.coach.sentences import Said
from salesnerd_tui.coach.signals.engagement import Reply, reply
from salesnerd_tui.coach.signals.invitations import Wanted, invitation
from salesnerd_tui.coach.signals.revealed import Revealed, revealed
from salesnerd_tui.coach.signals.takeup import takes_up
from salesnerd_tui.coach.words import stem, topics


@dataclass(slots=True)
class Licence:
    """What they asked for, and how long an answer may take. `used_seconds` is what I have talked under it."""

    wanted: Wanted
    seconds: float
    used_seconds: float = 0.0
    answered: bool = False

    @property
    def holds(self) -> bool:
        return not self.answered and self.used_seconds <= self.seconds


@dataclass(slots=True)
class Load:
    """Talk by what it was, in seconds, since the floor was last theirs."""

    weighed: float = 0.0
    features: float = 0.0
    internals: float = 0.0
    us: float = 0.0
    reads: float = 0.0
    other: float = 0.0
    guides: float = 0.0
    asked: float = 0.0


class Standing:
    """Folded one sentence at a time by `theirs` and `mine`."""

    def __init__(self, limits: Limits, off: frozenset[str] = frozenset()) -> None:
        self._limits = limits
        self._off = off
        self.licence: Licence | None = None
        self.revealed: tuple[Revealed, str] | None = None
        self.ignored = False
        self.load = Load()
        self.their_words: set[str] = set()
        self.their_topics: frozenset[str] = frozenset()
        self.reply = Reply.POLITE
        self.strange: list[str] = []
        self._last_mine: Deed | None = None
        self._since_turn = 0
        self._offered = False
        self.guiding_until = float("-inf")

    def theirs(self, said: Said, *, turn: bool, took_floor: bool) -> None:
        """They said a sentence; `turn` when it counts as one, `took_floor` when the floor just became theirs."""
        self.their_words.update(stem(word) for word in said.words)
        wanted = invitation(said.words, said.marked)
        self.reply = reply(said.words)
        if took_floor:
            self.load = Load()
            self.licence = None
            self.revealed = None
            self.ignored = False
            self.their_topics = frozenset()
            self.strange.clear()
            self._since_turn = 0
        if turn:
            self.their_topics |= topics(said.words)
            found = revealed(said.words)
            if found:
                self.revealed = (found, said.text)
        if wanted is not None:
            seconds = {
                Wanted.SHOWN: self._limits.shown_licence_seconds,
                Wanted.EXPLAINED: self._limits.explained_licence_seconds,
                Wanted.ANSWERED: self._limits.answered_licence_seconds,
            }[wanted.wanted]
            self.licence = Licence(wanted.wanted, seconds)
            self.load = Load()
        elif self._offered and not turn:
            self.licence = Licence(Wanted.SHOWN, self._limits.explained_licence_seconds)
        elif self.reply is Reply.DELIGHTED:
            self.load.weighed *= 0.5
            if self.licence is not None:
                self.licence.used_seconds *= 0.5
        self._offered = False

    def mine(self, deed: Deed) -> None:
        """I said a sentence: what it does is weighed, and what stood before it changes."""
        said = deed.said
        self._since_turn += 1
        asks = deed.act is Act.ASKS
        if self.revealed is not None and self._since_turn <= self._limits.takeup_sentences:
            if takes_up(said.words, self.their_topics, asks):
                self.revealed = None
        elif self.revealed is not None:
            self.ignored = True
        licence = self.licence
        if licence is not None:
            licence.used_seconds += said.seconds
            if deed.adds and licence.used_seconds - said.seconds > self._limits.answer_least_seconds:
                licence.answered = True
        if deed.act is Act.GUIDES:
            self.guiding_until = said.end + self._limits.guiding_seconds
        if asks:
            self.load = Load()
            self.strange.clear()
        else:
            self._weigh(deed)
        self._last_mine = deed

    def tapped(self) -> None:
        """A tap went out: the next one has to be earned anew, so that it neither nags nor latches."""
        self.load = Load()
        self.strange.clear()

    def _weigh(self, deed: Deed) -> None:
        seconds = deed.said.seconds
        limits, load = self._limits, self.load
        weight = {
            Act.FEATURE: limits.feature_weight,
            Act.INTERNALS: limits.internals_weight,
            Act.US: limits.us_weight,
            Act.READS: limits.reads_weight,
            Act.OTHER: limits.unasked_seconds / limits.stretch_seconds,
        }.get(deed.act, 0.0)
        if self.licence is not None and self.licence.holds:
            load.asked += seconds
            return
        if deed.said.start < self.guiding_until:
            load.guides += seconds
            weight *= limits.guided_factor
        if deed.act is Act.FEATURE:
            load.features += seconds
        elif deed.act is Act.INTERNALS:
            load.internals += seconds
            self.strange.extend(deed.strange)
        elif deed.act is Act.US:
            load.us += seconds
        elif deed.act is Act.READS:
            load.reads += seconds
        elif deed.act is Act.OTHER:
            load.other += seconds
        load.weighed += seconds * weight
