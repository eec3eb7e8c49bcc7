"""Is this a question, and which kind? Read from the words: speech recognition drops question marks.

English asks by turning verb and subject round (*do you*, *is it*), by a question word before a verb (*how often
does*), or in so many words (*tell me*, *I wonder whether*). A question mark is taken as further evidence where there is
one, never needed. A check (*can you see my screen*, *okay?*, *right?*) looks after the
meeting and asks nothing about them.
"""

from __future__ import annotations

from enum import StrEnum

from salesnerd_tui.coach.words import phrases


class Question(StrEnum):
    """What a question does to the floor."""

    REAL = "real"
    CHECK = "check"


_SUBJECT = (
    "(?:you|we|i|it|they|he|she|this|that|there|these|those|the|your|our|my|anyone|anybody|someone|everyone|everything)"
)
_BE = "(?:is|are|was|were|isn't|aren't)"
_DO = (
    "(?:do|does|did|don't|doesn't|didn't|can|could|would|will|should|shall|have|has|had|may|might|won't|"
    "wouldn't|couldn't|can't)"
)
_LEAD = (
    "(?:(?:so|and|but|or|okay|ok|well|um|uh|yeah|yes|no|also|now|then|right|great|good|alright|sorry|hey|like|because|"
    "thanks|thank you|actually|basically|again|first|second|third|finally|maybe|just|oh|ah|in general|for example|"
    "by the way|overall|one (?:more|last|other|final) (?:question|thing)|(?:another|next|last|a|my|the|second|first) "
    "question(?: is)?|"
    "question(?: is)?|i have a question|in principle|i mean) )*"
)

_INVERTED = phrases(
    f"{_DO} (?:you|we|i|they|he|she|anyone|anybody|someone|everyone)",
    "(?:does|did|is|was|isn't|doesn't) (?:it|this|that|there|he|she|anyone|everything) [a-z']+",
    "are (?:you|there|they|these|those|we)",
)
_OPENING = phrases(
    f"{_LEAD}(?:{_BE}|{_DO}) {_SUBJECT}",
    f"{_LEAD}{_DO} [a-z'-]+ [a-z'-]+",
    f"{_LEAD}(?:what|which|who|whose|where|when|why|how)(?:'s)?(?: [a-z'-]+){{0,5}}? (?:{_BE}|{_DO}|am) [a-z'-]+",
    f"{_LEAD}(?:what|who|where|how|when)(?:'s|'re) [a-z'-]+",
    f"{_LEAD}(?:what|how) about",
    f"{_LEAD}(?:how come|how so|why not|why|what if|what else|such as what|like what|for what|how many|how much|how "
    f"often|how long)",
    f"{_LEAD}(?:any|anything|no) (?:questions|thoughts|ideas|comments|concerns|else|objections|additions|feedback)",
    f"{_LEAD}(?:which|what) (?:one|kind|sort|type|part|of)",
)
_ANYWHERE = phrases(
    f"(?:what|how|where|when|which|why|who)(?: [a-z'-]+){{0,3}}? {_DO} (?:you|we|i|they|it|he|she|the|this|that|your)",
    f"(?:what|how|where|which|why|who) {_BE} (?:your|you|the|it|this|that|his|her|their|those)",
    "do you (?:think|want|need|use|have|know|see|like|agree|approve|mind|remember|accept|plan|allow|permit|mean|"
    "prefer|feel|confirm)",
    "(?:can|could|would) you (?:please )?(?:tell|explain|describe|clarify|show|confirm|share|give|walk|elaborate|"
    "remind|provide|say|talk)",
    "(?:tell|walk) (?:me|us)(?: a (?:little|bit)| more)*(?: about| through| how| what| why)",
    "(?:i'm|i am|we're|just|was) (?:curious|wondering|interested to know)",
    "i (?:wonder|wanted to ask|want to ask|would like to (?:ask|know|hear)|'d like to (?:ask|know|hear))",
    "(?:what do|would) you (?:think|say)",
    "should (?:we|i) ",
    "(?:or|and) (?:not|should we|is it|do you|are you)",
    "let (?:me|us) know (?:if|what|whether|how)",
    "would (?:that|this|it) (?:be|work|help|make)",
    "(?:is|does) (?:that|this|it|everything) (?:okay|ok|fine|clear|correct|right|good|enough|work|suit|make sense|"
    "sound)",
)
_TAG = phrases(
    "(?:right|okay|ok|correct|isn't it|aren't you|don't you|doesn't it|agreed|yes|yeah|or no|or not|you know what i "
    "mean|does that make sense)$"
)
_CHECK = phrases(
    "(?:can|do|did|could) (?:you|everyone|everybody|folks|people)(?: all)? (?:still )?(?:see|hear)(?: (?:me|us|it|my|"
    "the|this|that|our|now|well|okay|anything))?",
    "(?:is|are) (?:it|this|that|my|the|you|we|everything) (?:[a-z]+ )?(?:visible|audible|muted|recording|recorded|"
    "ready|there|clear|okay|ok|fine)",
    "(?:may|can|should|could|shall) (?:i|we) (?:please )?(?:start|begin|share|record|move|continue|go|proceed|"
    "publish|include|take|get your (?:consent|permission))",
    "(?:do|would) you (?:mind|consent|permit|allow|give|agree to)(?: [a-z']+){0,6} (?:record|recording|recorded|"
    "transcript|transcribe|publish|permission|consent)[a-z]*",
    "(?:permission|consent) (?:to|for)",
    "(?:does|do) (?:that|this|it) make sense",
    "you know$",
    "you know what i mean",
    "see what i mean",
)
_NOT_ASKED = phrases(
    f"{_LEAD}(?:as|if|when|whenever|because|since|that|where|while|whether|what|how) (?:you|we|i|they|it) (?:can|"
    f"could|would|will|do|did|have|may|see)",
    f"{_LEAD}(?:that is|that's|this is|what (?:you|we|i|they)|how (?:it|we|they|you)|when (?:you|we|i|it|a|the|they)|"
    f"where (?:you|we|it))",
    f"{_LEAD}(?:may|might|will|have|had|can) (?:be|been|also|not|just)",
    f"{_LEAD}(?:do|have) (?:a|an|the|this|that|it|not) ",
)
_SELF = phrases(
    "where (?:is|was|did) (?:it|that|this|he|the)",
    "what (?:else|was|is) (?:it|that|do i|do we need to|did i|was i)",
    "what (?:was|am) i",
    "why (?:didn't|isn't|doesn't|won't) (?:it|this|that)",
    "let me see",
    "how (?:do|should) (?:i|you) say",
    "what's it called",
)


def question(spoken: tuple[str, ...], marked: bool = False) -> Question | None:
    """The kind of question these words are, or None. `marked` says that the text ended in a question mark."""
    if not spoken:
        return None
    line = " ".join(spoken)
    if _SELF.search(line) and len(spoken) < 9:
        return None
    if _CHECK.search(line) and len(spoken) < 22:
        return Question.CHECK
    tagged = bool(_TAG.search(line)) and len(spoken) > 1
    if marked:
        return Question.CHECK if len(spoken) == 1 or (tagged and not _asks(line)) else Question.REAL
    return Question.REAL if _asks(line) else None


def is_question(spoken: tuple[str, ...], marked: bool = False) -> bool:
    """True for any question, checks included."""
    return question(spoken, marked) is not None


def _asks(line: str) -> bool:
    if _ANYWHERE.search(line):
        return True
    if _OPENING.match(line):
        return not _NOT_ASKED.match(line)
    found = _INVERTED.search(line)
    return bool(found and found.start() <= len(line) // 2 and not _NOT_ASKED.match(line))
