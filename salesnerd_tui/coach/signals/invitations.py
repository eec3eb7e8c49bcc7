"""Invitations: what the buyer asked the user to explain or show, and how long ago.

The speech reader learned from few invitations to explain and misses most of them, although they are set phrases: *walk
me through that*, *how does it know*, *keep going*. The phrases here complement what the reader learned.
"""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from salesnerd_tui.coach.phrases import Phrases
from salesnerd_tui.lazy_pattern import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Sequence


class InvitationCue(IntEnum):
    """Degree to which a sentence of the buyer asks for an explanation or a demo."""

    NONE = 0
    LIKELY = 1
    PLAIN = 2


_WE_WANT = "(?:i|we)(?:'d| would)? (?:really |just |also )?(?:like|love|want|wanted|need)"
_WHOLE = "(?:whole|full|long|entire) (?:thing|story|journey|version|answer|tour)"
_GO_ON = Phrases(
    "(?:go ahead|go on|keep going|carry on|off you go|take it away|fire away|please do)",
    "(?:explain|describe|demonstrate)",
    "give us an? (?:[a-z]+ )?update",
    "(?:over to you|floor is yours|floor's yours)",
    "(?:hand|handing) (?:it |this |things )?over to",
)
_PLAIN = Phrases(
    "(?:tell|show|teach|talk|walk|take|run|lead) (?:me|us) (?:[a-z']+ )?(?:through|how|what|why|about|exactly|the|"
    "everything|more|all|properly|it|that|this)",
    "how (?:does|do) (?:it|this|that|they|the|your|you)",
    "how(?:'s| is| are) (?:it|that|this|they|the) [a-z']+ing",
    "how come",
    f"want the (?:whole|full|long|entire)|{_WHOLE}",
    "(?:i|we)(?:'d| would)? (?:like|love|want) to (?:see|know|hear|understand)",
    "let's (?:see|hear)",
)
_LIKELY = Phrases(
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
"""Words that may come before *go on* or *explain* if the buyer addresses the user."""

_REFUSAL = lazy_pattern(r"\b(?:not|never|nobody|\w+n't|without|no need to|hard to|too)\b")
"""Words that turn a phrase into a complaint or a refusal ("we can't go on like this"); "why don't you" is neither."""


def _is_refusal(line: str) -> bool:
    return _REFUSAL.search(line.replace("why don't you", "").replace("why not", "")) is not None


@lru_cache(maxsize=4)
def find_invitation(line: str) -> InvitationCue:
    """Return how plainly a sentence of the buyer asks for an explanation or a demo.

    A refusal counts only before the phrase: *walk me through where nobody sees it* is none.
    """
    go_on = _GO_ON.search(line)
    plain = go_on if go_on and _LEAD.fullmatch(line, 0, go_on.start()) else _PLAIN.search(line)
    if plain:
        return InvitationCue.LIKELY if _is_refusal(line[: plain.end()]) else InvitationCue.PLAIN
    return InvitationCue.LIKELY if _LIKELY.search(line) else InvitationCue.NONE


_NAME_FIRST = lazy_pattern(r"(?:(?:so|and|but|well|okay|ok|hey) )?([^\W\d_]+),", re.IGNORECASE)
_NAME_LAST = lazy_pattern(r", ([^\W\d_]+)[?.!]*\Z")


def addressed_name(text: str) -> str:
    """Return the name at the beginning or end of a sentence (*Tom, how does it work?*), case-folded; may be empty."""
    name = _NAME_FIRST.match(text) or _NAME_LAST.search(text)
    return name.group(1).casefold() if name else ""


_FACT = Phrases(
    "how (?:much|many|long|often|soon|big|large|old|far|fast|quickly)(?! of an?\\b)",
    "what (?:does|do|did|would|will|is|are) (?:[a-z']+ ){1,4}?(?:costs?|prices?|fees?|rates?|licenses?)",
    "what (?:does|do|did|would|will) (?:it|that|this) (?:be|come to|run us)",
    "what's (?:the|your) (?:[a-z]+ ){0,2}(?:costs?|prices?|fees?|rates?)",
)
"""Questions for one fact: a price, a number, a time."""


def asks_fact(line: str) -> bool:
    """Return whether a question of the buyer asks for a fact, which needs no explanation."""
    return _FACT.search(line) is not None


MAX_ACCEPTING_WORDS = 6
"""Words up to which a sentence may only accept an answer; a longer one says more."""

_ACCEPTED = lazy_pattern(
    r"(?:(?:ok|okay|yes|yeah|alright|all right|right|ah|oh|hm|well|that's|that is|that|cool|great|it) )*"
    r"(?:fair enough|got it|makes sense|understood|good to know|answers (?:it|that|my question)|helps|"
    r"thanks|thank you)\b"
)


def accepts_answer(words: Sequence[str]) -> bool:
    """Return whether the buyer's words say that an answer was enough (*got it, thanks*)."""
    return len(words) <= MAX_ACCEPTING_WORDS and _ACCEPTED.match(" ".join(words)) is not None


_OFFER_TO_EXPLAIN = lazy_pattern(
    r"(?P<before>.*?)\b(?:(?:i|me|we|us) (?:[a-z']+ ){0,2}?(?:show|demo|demonstrate|explain|present|(?:walk|take) you)"
    r"|i (?:[a-z']+ )?(?:continue|go on)|(?:do|would) you (?:[a-z]+ )?(?:want|like|care) to (?:see|hear)"
    r"|(?:do|would) you (?:[a-z]+ )?(?:want|like) (?:the|an?) (?:[a-z]+ )?(?:answer|version|explanation|demo|tour|"
    r"story|details?|overview|example)|i (?:[a-z']+ )?go (?:deeper|into|through))\b"
)
_QUESTION_WORD = lazy_pattern(r"\b(?:what|which|how|when|where|who|whose|why)(?:'\w+)?\b")


def offers_explanation(line: str) -> bool:
    """Return whether a question of the user offers a demo or an explanation (*shall I show you?*).

    *Can you walk me through it?* and *what would you like to see?* ask for the buyer's story instead.
    """
    offer = _OFFER_TO_EXPLAIN.match(line)
    return offer is not None and _QUESTION_WORD.search(offer["before"]) is None


_TALK = "(?:talk|speak|discuss|hear|look|see|focus|start|begin|go (?:over|through|back)|cover|learn)"
_REDIRECT = Phrases(
    f"(?:i'd|i would|we'd|we would) (?:rather|prefer)(?: to)? (?:[a-z]+ ){{0,2}}?{_TALK}",
    "(?:i|we) (?:had |was |were |actually |really |just )*(?:thought|hoped|hoping|expected|expecting|assumed) "
    f"(?:(?:that )?(?:we|you) (?:would|could|can|might|were going to) |(?:we|you)'d |to )(?:[a-z]+ ){{0,2}}?{_TALK}",
    "(?:can|could|may|should) we (?:[a-z]+ ){0,2}?(?:talk|speak|discuss|go back|get back|come back|focus|stick)",
    "let's (?:[a-z]+ )?(?:talk about|go back|get back|come back|focus on|stick to|stay with)",
    "not (?:really |quite )?(?:what|why) (?:i|we) (?:wanted|asked|meant|came|called|need|are here|am here)",
)


def redirects(line: str) -> bool:
    """Return whether the buyer wants to talk about something else (*I'd rather talk about the outage*)."""
    return _REDIRECT.search(line) is not None


_WHAT_TO_SHOW = Phrases(
    "(?:what|which (?:part|one|screen|thing)s?|where) (?:do|would|should|could|shall|can) (?:you|i|we) "
    "(?:[a-z]+ ){0,2}?(?:want|like|love|need|prefer|hope|show|start|begin)",
    "(?:one thing|anything|something|a part|part|parts) (?:[a-z]+ )?(?:that )?you (?:[a-z]+ )?(?:want|need|hope|wanted|"
    "would like|'d like) (?:most )?to see",
    "what (?:are|were) you hoping to see|what (?:do|did) you (?:[a-z]+ )?hope to see",
)
_DEMO = "(?:demo|demonstration|walkthrough|tour|show|see|seeing|look)"
_RECALLED_REQUEST = Phrases(
    f"you (?:had |have |already |also )?(?:asked|wanted|requested|wished|hoped)(?: [a-z']+){{0,8}}? {_DEMO}",
    f"(?:as|like) (?:we |you )?(?:agreed|promised|discussed|planned|asked|wanted)(?: [a-z']+){{0,8}}? {_DEMO}",
    f"{_DEMO}(?: [a-z']+){{0,4}}? (?:as|like) (?:you asked|you wanted|we agreed|agreed|promised)",
)
_WISH = Phrases(
    "(?:show (?:us|me)|(?:see|watch|get|have) (?:the|a|your|some) (?:[a-z]+ )?"
    "(?:demo|demonstration|product|thing|tool|app))",
    "(?:like|love|want|hoping|keen|need) to (?:[a-z]+ )?(?:see|watch)",
)
_SCREEN = Phrases(
    "(?:can|do) you (?:[a-z]+ )?see (?:it|that|this|my (?:screen|slides?)|the (?:screen|list|page|window))",
    "(?:is|are) my (?:screen|slides?) (?:visible|there|up)",
    "you should (?:[a-z]+ )?see (?:it|my screen|the (?:screen|list|page|window))",
    "(?:sharing|share) my screen|let me share",
)
_SEE_OR_SHOW = Phrases("(?:see|show|demo|start with|begin with|look at)")


def asks_what_to_show(line: str) -> bool:
    """Return whether the user asks what the buyer wants to see."""
    return _WHAT_TO_SHOW.search(line) is not None and _SEE_OR_SHOW.search(line) is not None


def recalls_demo_request(line: str) -> bool:
    """Return whether the user recalls that the buyer asked for a demo (*you asked for a demo*)."""
    return _RECALLED_REQUEST.search(line) is not None


def wishes_demo(line: str) -> bool:
    """Return whether the buyer asks for a demo now or later (*can you show us that next time?*)."""
    return _WISH.search(line) is not None and not _is_refusal(line)


def starts_demo(line: str) -> bool:
    """Return whether the user begins to show something (*can you see my screen?*)."""
    return _SCREEN.search(line) is not None


LONG_AGO = 999.0
"""Seconds since something that never happened."""

LONG_TURN = 20
"""Words of the buyer about something else that end an invitation."""

MAX_TURNS = 9
"""Maximum number of turns that are counted since an invitation."""

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


class InvitationFeatures:
    """State of the buyer's invitations, updated one sentence at a time.

    An invitation stays open while they stay engaged, however long the explanation takes: interest and *uh-huh* do not
    weaken it, a turn about something else ends it.
    """

    def __init__(self) -> None:
        self._is_user_turn: bool | None = None
        self._last_cue = self._turn_cue = InvitationCue.NONE
        self._seconds_since = self._seconds_since_plain = LONG_AGO
        self._strength = self._plain_strength = self._question_strength = 0.0
        self._buyer_words_since = self._buyer_turn_words = self._user_turn_words = 0
        self._turns_since = MAX_TURNS

    def add_buyer_sentence(self, words: Sequence[str], question_probability: float, engagement: float) -> None:
        """Take a sentence of the buyer; both probabilities are 0 to 1."""
        cue = find_invitation(" ".join(words))
        if self._is_user_turn is not False:
            self._is_user_turn, self._turn_cue, self._buyer_turn_words = False, InvitationCue.NONE, 0
        self._last_cue = cue
        self._turn_cue = max(self._turn_cue, cue)
        self._buyer_turn_words += len(words)
        decay = 1.0 - (1.0 - engagement) * min(1.0, len(words) / LONG_TURN)
        self._strength *= decay
        self._plain_strength *= decay
        self._question_strength = max(self._question_strength * decay, question_probability)
        self._buyer_words_since += len(words)
        if cue:
            self._seconds_since, self._strength = 0.0, 1.0
            self._buyer_words_since = self._turns_since = 0
        if cue is InvitationCue.PLAIN:
            self._seconds_since_plain, self._plain_strength = 0.0, 1.0

    def add_user_sentence(self, word_count: int, seconds: float) -> None:
        """Take a sentence of the user."""
        if self._is_user_turn is not True:
            self._is_user_turn, self._user_turn_words = True, 0
            self._turns_since += 1
        self._seconds_since += seconds
        self._seconds_since_plain += seconds
        self._user_turn_words += word_count

    def values(self) -> tuple[float, ...]:
        """Return the value of each of `FEATURES`."""
        likely, plain = InvitationCue.LIKELY, InvitationCue.PLAIN
        return (
            self._last_cue >= likely,
            self._last_cue is plain,
            self._turn_cue >= likely,
            self._turn_cue is plain,
            min(self._seconds_since, 300.0) / 60.0,
            min(self._seconds_since_plain, 300.0) / 60.0,
            self._strength,
            self._plain_strength,
            min(self._buyer_words_since, 100) / 20.0,
            min(self._turns_since, MAX_TURNS),
            self._question_strength,
            self._user_turn_words / 40.0,
            min(self._buyer_turn_words, 100) / 20.0,
        )


_PRESENTATION = (
    "(?:an?|some|any|your|the|quick|short|brief) (?:[a-z]+ ){0,2}(?:updates?|overview|demo|demonstration|presentation|"
    "intro|introduction|tour|rundown|summary|recap|walkthrough|background|pitch)"
)
_HAND_OVER = Phrases(
    "(?:i'll|i will|let me|going to|gonna|like to|want to|i can) (?:[a-z]+ )?(?:hand|kick|pass|turn|throw) "
    "(?:it |this |that |things |the floor )?(?:back )?(?:over|off) to",
    "(?:handing|kicking|passing|turning|throwing) (?:it |this |that |things |the floor )?(?:back )?(?:over|off) to",
    "over to you",
    "take it (?:away|from here)",
    "(?:floor|stage)(?:'s| is) yours",
    "(?:your turn|you're up|you are up|next up|up next|start us off|kick us off|you go first|go ahead|start with you)",
)
_OFFER = Phrases(
    f"(?:give|giving|provide|show) (?:us|me|everyone|everybody|the group|them) {_PRESENTATION}",
    f"(?:we|i)(?:'d| would)? (?:really |just )?(?:love|like|want) (?:to (?:get|have|hear|see) )?{_PRESENTATION}",
    f"(?:let's|let us|can we|could we|may we|love to|you) (?:do|get|have|hear|see|give|start with) {_PRESENTATION}",
    f"(?:you|anybody|anyone|someone|who) (?:[a-z]+ )?(?:want|wants|like|wanna) to give {_PRESENTATION}",
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
"""Words that give the user the floor for a while: *I'll hand it over to you*, *do you want to give us an update?*"""

_NOT_HANDED_OVER = lazy_pattern(
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
"""Words of buyers who act themselves, or complain: *we share the results by mail*, *they go ahead and copy it*."""

REFUSAL_WORDS = 4
"""Number of words before an offer in which a *don't* or *no need to* refuses it."""

HAND_OVER_SENTENCES = 6
"""Sentences at the end of the buyer's turn that may hand over: hosts often add some (*and I'll watch the chat*)."""


def gives_floor(line: str) -> bool:
    """Return whether a sentence of the buyer gives the floor to the user."""
    if not _HAND_OVER.search(line):
        offer = _OFFER.search(line)
        if offer is None or _is_refusal(" ".join(line[: offer.start()].split()[-REFUSAL_WORDS:])):
            return False
    return _NOT_HANDED_OVER.search(line) is None


class HandOver:
    """Tracks whether the buyer's last turn gave the user the floor. A backchannel of the buyer changes nothing.

    If a colleague of the buyer speaks next, the floor was given to the colleague.
    """

    def __init__(self) -> None:
        self.is_active = False
        self._is_buyer_turn = False
        self._turn_words = 0
        self._sentences_since = HAND_OVER_SENTENCES
        """Sentences of the buyer in this turn since the last one that handed over."""
        self._speaker = ""

    def add_buyer_sentence(self, line: str, word_count: int, max_backchannel_words: float, speaker: str = "") -> None:
        """Take a sentence of the buyer; a turn of up to `max_backchannel_words` is a backchannel."""
        if not self._is_buyer_turn:
            self._is_buyer_turn, self._turn_words, self._sentences_since = True, 0, HAND_OVER_SENTENCES
        self._turn_words += word_count
        is_hand_over = gives_floor(line)
        if is_hand_over:
            self._sentences_since, self._speaker = 0, speaker
        elif speaker != self._speaker and word_count > max_backchannel_words:
            self._sentences_since = HAND_OVER_SENTENCES
        else:
            self._sentences_since += 1
        if is_hand_over or self._turn_words > max_backchannel_words:
            self.is_active = self._sentences_since < HAND_OVER_SENTENCES

    def end_buyer_turn(self) -> None:
        """Take a sentence of the user, which ends the buyer's turn."""
        self._is_buyer_turn = False
