"""Invitations: what the buyer asked the user to explain or show, and how long ago.

The speech reader learned from few invitations to explain and misses most of them, although they are set phrases: *walk
me through that*, *how does it know*, *keep going*. These phrases complement what the reader learned.
"""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from salesnerd_tui.coach.phrases import phrases
from salesnerd_tui.lazy_pattern import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Sequence


class InvitationCue(IntEnum):
    """Plainness with which a sentence of the buyer asks for more than a word."""

    NONE = 0
    LIKELY = 1
    PLAIN = 2


_WE_WANT = "(?:i|we)(?:'d| would)? (?:really |just |also )?(?:like|love|want|wanted|need)"
_WHOLE = "(?:whole|full|long|entire) (?:thing|story|journey|version|answer|tour)"
_GO_ON = phrases(
    "(?:go ahead|go on|keep going|carry on|off you go|take it away|fire away|please do)",
    "(?:explain|describe|demonstrate)",
    "give us an? (?:[a-z]+ )?update",
    "(?:over to you|floor is yours|floor's yours)",
    "(?:hand|handing) (?:it |this |things )?over to",
)
_PLAIN = phrases(
    "(?:tell|show|teach|talk|walk|take|run|lead) (?:me|us) (?:[a-z']+ )?(?:through|how|what|why|about|exactly|the|"
    "everything|more|all|properly|it|that|this)",
    "how (?:does|do) (?:it|this|that|they|the|your|you)",
    "how(?:'s| is| are) (?:it|that|this|they|the) [a-z']+ing",
    "how come",
    f"want the (?:whole|full|long|entire)|{_WHOLE}",
    "(?:i|we)(?:'d| would)? (?:like|love|want) to (?:see|know|hear|understand)",
    "let's (?:see|hear)",
)
_LIKELY = phrases(
    "from the (?:beginning|start|top)|step by step|box by box|line by line|one by one|end to end|warts and all|"
    "all of it",
    "(?:tell|show|teach|remind|give|talk|walk|take|run|bring|lead) (?:me|us)",
    "elaborate|clarify",
    "how (?:does|do|did|is|are|was|were|would|will|can|could|has|have|about)",
    "how(?:'s|'d|'re|'ll)",
    "how (?:it|that|this|they|you|the [a-z]+) (?:works?|does|do|did|knows?|decides?|handles?|gets?|would|will|can)",
    "why (?:is|are|does|do|did|would|was|were|can't|doesn't|don't|isn't|not)|why's",
    "what (?:does|do|did|would|will|happens|happened|exactly|makes|is (?:it|that|the|your)|are (?:the|those|you|we)|"
    "am i|can (?:it|you))",
    "what's (?:in|the|it|that|this|your|under|behind|going|different|special)",
    "(?:go for it|continue|proceed|let's go)",
    "(?:pass (?:it )?(?:over )?to|turn (?:it )?over to|i'll let you|let you (?:take|start|present|show|go))",
    "(?:give|provide|get|have|hear) (?:us |me )?(?:an?|the|some|any|your|quick|brief) (?:[a-z]+ )?(?:updates?|overview|"
    "demo|demonstration|presentation|intro|introduction|tour|rundown|picture|version|answer|idea|story|explanation|"
    "sense|feel)",
    f"{_WE_WANT} (?:to )?(?:see|know|hear|understand|learn|look|get|watch|find out)",
    "(?:curious|keen|happy|interested|hoping|wondering) (?:to )?(?:see|know|hear|understand|learn|look|watch|about|how|"
    "why|what|in)",
    "want the (?:real|honest|complete|technical|boring)",
    "(?:whole|full|long|entire) (?:lot|picture|demo)",
    "in detail|bit by bit|start to finish|every (?:bit|step|detail|part)",
    "let(?:'s| us| me) (?:see|hear|have a look|look|go through|watch)",
    "(?:can|could|would|will|do|did) (?:you|it|they|we|i) (?:[a-z]+ )?(?:show|explain|tell|walk|describe|elaborate|"
    "talk|go through|take|demo|present|share|expand)",
    "what about|more about|any (?:more )?detail",
    "(?:don't|do not|didn't) (?:get|understand|follow|see) (?:how|why|what|that|it)",
    "what i'm looking at|meaning what|such as what|like what|what for",
)


_LEAD = lazy_pattern(
    r"(?:(?:yes|yeah|yep|sure|okay|ok|right|great|good|no|oh|well|so|and|but|then|now|just|please|maybe|perhaps|"
    r"let's say|can|could|would|will|you|to|do|mind|(?:i|we)(?:'d| would)? (?:want|need|like|love)|first|briefly|"
    r"quickly|thanks|thank|alright|all|absolutely|of course) )*"
)
"""Words that may stand before *go on* or *explain* where the buyer says it to the user."""

_REFUSES = lazy_pattern(r"\b(?:not|never|nobody|\w+n't|without|no need to|hard to|too)\b")
"""Words that turn a phrase into a complaint or a refusal ("we can't go on like this"); "why don't you" is neither."""


def _refuses(line: str) -> bool:
    return _REFUSES.search(line.replace("why don't you", "").replace("why not", "")) is not None


@lru_cache(maxsize=4)
def invitation(line: str) -> InvitationCue:
    """Return how plainly a sentence of the buyer, its words joined by blanks, asks to be told or shown something."""
    told = _GO_ON.search(line)
    if (told and _LEAD.fullmatch(line, 0, told.start())) or _PLAIN.search(line):
        return InvitationCue.LIKELY if _refuses(line) else InvitationCue.PLAIN
    return InvitationCue.LIKELY if _LIKELY.search(line) else InvitationCue.NONE


LONG_AGO = 999.0
"""Seconds since something that never happened."""

LONG_TURN = 20
"""Words of theirs about something else, after which nothing is left of an invitation."""

FEATURES: tuple[str, ...] = (
    "their last invites",
    "their last invites plainly",
    "their turn invites",
    "their turn invites plainly",
    "minutes since invitation",
    "minutes since plain invitation",
    "invitation stands",
    "plain invitation stands",
    "their words since invitation",
    "turns since invitation",
    "question stands",
    "my turn words",
    "their turn words",
)


class Invitations:
    """State of the buyer's invitations, folded one sentence at a time by `theirs` and `mine`.

    An invitation stands while they stay engaged, however long the explanation takes: interest and *uh-huh* leave it,
    a turn about something else takes it away.
    """

    def __init__(self) -> None:
        self._mine: bool | None = None
        self._last = self._turn = InvitationCue.NONE
        self._since = self._since_plain = LONG_AGO
        self._stands = self._stands_plainly = self._question = 0.0
        self._their_words = self._turn_words = self._my_words = 0
        self._turns = 9

    def theirs(self, words: Sequence[str], asks: float, engaged: float) -> None:
        """Take a sentence of the buyer; how likely it `asks` anything, and how likely they are `engaged`."""
        cue = invitation(" ".join(words))
        if self._mine is not False:
            self._mine, self._turn, self._turn_words = False, InvitationCue.NONE, 0
        self._last = cue
        self._turn = max(self._turn, cue)
        self._turn_words += len(words)
        left = 1.0 - (1.0 - engaged) * min(1.0, len(words) / LONG_TURN)
        self._stands *= left
        self._stands_plainly *= left
        self._question = max(self._question * left, asks)
        self._their_words += len(words)
        if cue:
            self._since, self._stands = 0.0, 1.0
            self._their_words = self._turns = 0
        if cue is InvitationCue.PLAIN:
            self._since_plain, self._stands_plainly = 0.0, 1.0

    def mine(self, count: int, seconds: float) -> None:
        """Take a sentence of the user of so many words and seconds."""
        if self._mine is not True:
            self._mine, self._my_words = True, 0
            self._turns += 1
        self._since += seconds
        self._since_plain += seconds
        self._my_words += count

    def values(self) -> tuple[float, ...]:
        """Return the value of each of `FEATURES`."""
        likely, plain = InvitationCue.LIKELY, InvitationCue.PLAIN
        return (
            self._last >= likely,
            self._last is plain,
            self._turn >= likely,
            self._turn is plain,
            min(self._since, 300.0) / 60.0,
            min(self._since_plain, 300.0) / 60.0,
            self._stands,
            self._stands_plainly,
            min(self._their_words, 100) / 20.0,
            min(self._turns, 9),
            self._question,
            self._my_words / 40.0,
            min(self._turn_words, 100) / 20.0,
        )


_SHOWN = (
    "(?:an?|some|any|your|the|quick|short|brief) (?:[a-z]+ ){0,2}(?:updates?|overview|demo|demonstration|presentation|"
    "intro|introduction|tour|rundown|summary|recap|walkthrough|background|pitch)"
)
_FLOOR_GIVEN = phrases(
    "(?:i'll|i will|let me|going to|gonna|like to|want to|i can) (?:[a-z]+ )?(?:hand|kick|pass|turn|throw) "
    "(?:it |this |that |things |the floor )?(?:back )?(?:over|off) to",
    "(?:handing|kicking|passing|turning|throwing) (?:it |this |that |things |the floor )?(?:back )?(?:over|off) to",
    "over to you",
    "take it (?:away|from here)",
    "(?:floor|stage)(?:'s| is) yours",
    "(?:your turn|you're up|you are up|next up|up next|start us off|kick us off|you go first|go ahead|start with you)",
)
_FLOOR_OFFERED = phrases(
    f"(?:give|giving|provide|show) (?:us|me|everyone|everybody|the group|them) {_SHOWN}",
    f"(?:we|i)(?:'d| would)? (?:really |just )?(?:love|like|want) (?:to (?:get|have|hear|see) )?{_SHOWN}",
    f"(?:let's|let us|can we|could we|may we|love to|you) (?:do|get|have|hear|see|give|start with) {_SHOWN}",
    f"(?:you|anybody|anyone|someone|who) (?:[a-z]+ )?(?:want|wants|like|wanna) to give {_SHOWN}",
    "(?:do|does|would|and|so|now|maybe|perhaps|then) (?:you|anybody|anyone|someone) (?:guys |all |maybe |also )?"
    "(?:want|wants|like|wanna|wish) to (?:[a-z]+ )?(?:share|show|present|start|kick|take|introduce|walk|go first|"
    "go next|go through|talk about|begin|speak|tell|demo|demonstrate)",
    "who (?:wants|would like|'d like) to (?:share|show|present|start|begin|go|speak|demo)",
    "feel free to (?:[a-z]+ )?(?:share|take|start|present|go|kick|show|introduce|begin)",
    "(?:share|show|sharing) (?:us |me )?(?:your (?:[a-z]+ )?(?:screen|slides?|presentation|prototype|demo|progress|"
    "results?)|(?:the |a |that )?screen|the (?:slides?|presentation|prototype|demo))",
    "(?:minutes?|mins|seconds) to (?:talk about|present|share|walk|explain|show|give)",
    "introduce (?:yourself|yourselves)",
    "(?:let's|let us|please|can we|could we|should we|may we|you can|you may|could you|can you) (?:[a-z]+ )?"
    "(?:start|begin|continue|proceed|get started|go on|present)",
    "(?:let's|let us|can we|could we|may we) see it",
    "so (?:start|begin)",
)
"""Words with which the floor is given for a while: *I'll hand it over to you*, *do you want to give us an update?*"""

_NOT_GIVEN = lazy_pattern(
    r"\b(?:thanks|thank you) (?:[a-z']+ ){0,5}for\b|"
    r"\bgo ahead (?:and|with)\b|\b(?:we|they|i|he|she|to|not|before|people|just|ll) go ahead\b|"
    r"\b(?:over|off) to (?:the|our|my|their|his|her|legal|purchasing|procurement|accounting|finance|security)\b"
    r"(?!.* to (?:talk|present|show|give|walk|explain|tell|take)\b)|"
    r"\b(?:we|they|he|she|i(?! can))(?:'ll|'d|'re|'ve| \w+){0,3} (?:share|sharing|start|begin|continue|present)\b|"
    r"\bi(?:'ll|'d| \w+){0,4} give (?!me\b|us\b)|"
    r"\b(?:tak(?:e|es|en|ing)|took|needs?|needed|spend|spends|spent) (?:\w+ ){0,5}(?:minutes?|mins|seconds) to\b|"
    r"\b(?:start|begin) (?:(?:with|by) (?:why|what|how|who|saying|telling|the (?:complaint|problem|issue|outage|bug)s?)"
    r"\b|an? )|"
    r"\bcontinue (?:to|next|later|tomorrow|on)\b"
)
"""Words of somebody who acts themselves, or complains: *we share the results by mail*, *they go ahead and copy it*."""

REFUSED_WITHIN = 4
"""Words before such a phrase in which a *don't* or *no need to* refuses it."""

LAST_SENTENCES = 6
"""Sentences at the end of their turn that may hand over: hosts often add a few (*and I'll watch the chat*)."""


def hands_over(line: str) -> bool:
    """Return whether a sentence of the buyer, its words joined by blanks, gives the floor to the user."""
    if not _FLOOR_GIVEN.search(line):
        offered = _FLOOR_OFFERED.search(line)
        if offered is None or _refuses(" ".join(line[: offered.start()].split()[-REFUSED_WITHIN:])):
            return False
    return _NOT_GIVEN.search(line) is None


class HandOver:
    """Tracks whether the buyer's last turn gave the user the floor. A murmur of theirs changes nothing.

    If somebody else on their side takes the floor, it was given to them.
    """

    def __init__(self) -> None:
        self.stands = False
        self._mine = True
        self._words = 0
        self._sentences = LAST_SENTENCES
        """Sentences of theirs in this turn since the last one that handed over."""
        self._speaker = ""

    def theirs(self, line: str, count: int, murmur: float, speaker: str = "") -> None:
        """Take a sentence of the buyer, its words joined by blanks; up to `murmur` words are no turn."""
        if self._mine:
            self._mine, self._words, self._sentences = False, 0, LAST_SENTENCES
        self._words += count
        gives = hands_over(line)
        if gives:
            self._sentences, self._speaker = 0, speaker
        elif speaker != self._speaker and count > murmur:
            self._sentences = LAST_SENTENCES
        else:
            self._sentences += 1
        if gives or self._words > murmur:
            self.stands = self._sentences < LAST_SENTENCES

    def mine(self) -> None:
        """Take a sentence of the user."""
        self._mine = True
