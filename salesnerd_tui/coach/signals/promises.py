"""Promises in a sentence: commitments with their day and recipient, overpromises, and what the buyer promises.

A commitment is recognized by its grammar. With a date or with *for you*, nearly any verb makes one (*we'll eat the cost
of your cable*). Exceptions are things done during the call (*I'll share my screen*), thoughts (*we'll see*) and actions
of the product (*it will send you a list*).

*We will send the figures on Friday* is a commitment, and is listed without a tap. *It works with anything*, *no problem
at all* and *we'll definitely have it* are overpromises (`overpromises`). A hedge (*we will try*, *I'd have to check*)
softens an overpromise. Questions, the past, suppositions and reported speech are not promises: *he swore it would be
fixed by Easter* does not bind the speaker.

The buyer's promises count only in the first person and with a date, because they are listed without confirmation.
"""

from __future__ import annotations

import re

from msgspec import Struct

from salesnerd_tui.coach.phrases import phrases
from salesnerd_tui.coach.signals.overpromises import OverpromiseKind, claims

_DAY = "(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
_MONTH = (
    "(?:january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|"
    "aug|sept?|oct|nov|dec)"
)
_ORDINAL = (
    "(?:\\d{1,2}(?:st|nd|rd|th)|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|"
    "thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|thirtieth)"
)
_COUNT = "(?:a|an|one|two|three|four|five|six|seven|eight|nine|ten|fourteen|thirty|few|couple of|\\d+)"
_BY = "(?:by|on|until|till|before|from|latest|for)"
_PART = "(?:morning|noon|lunchtime|lunch|afternoon|evening|night)"
_AHEAD = "(?:this|next|coming|following)"
_MEETING = "(?:meeting|call|demo|release|session|exam)"

_DUE = phrases(
    f"(?:{_BY} |first thing )*(?:the |{_AHEAD} )*{_DAY}(?: {_PART})?(?: at the latest)?",
    f"(?:{_BY} )?(?:the )?(?:end|close|middle|start|beginning) of (?:the |this |next )?(?:day|business|play|week|"
    f"month|quarter|year|sprint|meeting|call|{_MONTH}|{_DAY})(?: (?:today|tomorrow|{_DAY}))?",
    f"(?:{_BY} )?(?:later |first thing )?(?:today|tonight|tomorrow)(?: {_PART}| itself)?",
    f"(?:{_BY} |in |during |within )?(?:the )?{_AHEAD} (?:couple of )?(?:days?|week|month|sprint|quarter|year|"
    f"{_MEETING}|version|spring|summer|autumn|fall|winter)(?: still)?",
    f"(?:in|within|inside) (?!a (?:minute|second|moment|sec))(?:the )?(?:next |another )?(?:a )?(?:{_COUNT} "
    ")+(?:working |business |more |of )*(?:minutes?|hours?|days?|weeks?|months?)",
    f"(?:right )?after (?:the|this|our) {_MEETING}",
    f"(?:{_BY} )(?:the )?(?:{_ORDINAL}|\\d{{1,2}})(?: of)? (?:{_MONTH}|(?:this|next|the) month)",
    f"(?:{_BY} |in |early |late )+(?:early |late |mid )?{_MONTH}(?: {_ORDINAL}| \\d{{1,2}})?",
    f"(?:{_BY} )the (?:{_ORDINAL}|\\d{{1,2}})(?! [a-z]+ed)",
    "(?:by|until|till|before|at|around) (?:noon|midnight|lunchtime|lunch|one|two|three|four|five|six|seven|eight|nine|"
    "ten|eleven|twelve|\\d{1,2})(?: o'clock| ish| am| pm| in the [a-z]+)?$",
    "(?:by|until|till|before|at|around) \\d{1,2}(?: \\d\\d)? (?:am|pm|o'clock)(?: (?:today|tomorrow))?",
    "(?:before|by|over|after|until) (?:the )?(?:weekend|summer|easter|christmas|holidays?|new year|spring|autumn|fall|"
    "winter)",
    "(?:before|by|in time for) your [a-z]+(?: [a-z]+)?(?: meets?)?",
    "calendar week [a-z0-9-]+",
    "(?:in the evening|in the morning|this evening|this afternoon|this morning|this week|immediately|straight away|"
    "right away|as soon as possible|asap)",
)
_TO = phrases(
    "(?:to|for|with) (?:you|your (?:team|boss|manager|colleagues?|office|board|director|people|operators?|it|"
    "auditors?|legal department)|the (?:team|customer|client|group|board|chat)|everyone|everybody|them)",
    "(?:send|give|show|email|mail|call|ring|text|tell|let|message|keep|get|bring|lend|owe|pass|drop|write) (?:you|"
    "everyone|everybody|them)",
    "your (?:inbox|auditors?|board|director)",
)


def due(line: str) -> str:
    """Return the date of a promise as it was said, or an empty string."""
    found = _DUE.search(line)
    return found.group() if found else ""


def recipient(line: str) -> str:
    """Return the recipient of a promise as they were named, or an empty string."""
    found = _TO.search(line)
    return found.group() if found else ""


_KIN = (
    "(?:team|teams|colleague|colleagues|people|guy|guys|folks|boss|chief|manager|lead|engineer|engineers|architect|"
    "lawyer|lawyers|support|side|office|company|specialist|developer|developers|department|partner|consultant|"
    "technician|expert)"
)
_WE = f"(?:i|we|(?:our|my) (?:[a-z]+ ){{0,2}}?{_KIN}|somebody from (?:our|my) [a-z]+)"
_OTHERS_OF_US = (
    "(?:he|she|they|somebody|someone|(?:our|my) (?:[a-z]+ ){0,2}?[a-z]+|(?:a|one of (?:our|my)) (?:[a-z]+ "
    f"){{0,2}}?{_KIN}(?: of mine| of ours)?)"
)
_WILL = (
    "(?:(?:'ll| will| shall)(?: be able to)?|(?:'m| am|'re| are|'s| is)? (?:going to|gonna)|'m gonna|'re gonna|(?: "
    "plan| intend| promise| commit|'re planning|'m planning| are planning| am planning|'re happy|'m happy| am happy| "
    "are happy)(?: to)?)"
)
_ADVERB = (
    "(?:(?:also|then|just|probably|maybe|hopefully|gladly|happily|certainly|definitely|of course|go ahead and|totally|"
    "personally|quickly|still|simply|at least|even|try to|try and|have to|make sure to|in parallel|therefore|"
    "additionally|next|afterwards) )*"
)
_DEED = (
    "(?:send|fix|add|finish|prepare|provide|deliver|write|change|check|investigate|email|mail|message|ping|ring|phone|"
    "text|fax|post|deploy|publish|implement|improve|remove|rename|rework|redo|look into|dig into|dig|chase|get back|"
    "come back|circle back|report|revert|follow up|find out|figure|verify|confirm|clarify|transfer|invite|introduce|"
    "loop|connect|set up|set|arrange|schedule|organi[sz]e|book|reserve|build|complete|include|analy[sz]e|upload|"
    "forward|combine|merge|polish|update|clean|review|order|pay|cover|refund|waive|discount|hand|bring|draft|share|"
    "circulate|extend|assign|install|train|repair|replace|mend|sort|ship|"  # spoken
    "visit|drop|file|raise|escalate|request|"
    "estimate|quote|calculate|document|estimate|reproduce|simulate|host|supply|lend|keep|let you|let your|make sure|"
    "see to|ensure|take care|deal with|handle|own|note|knock|throw in|eat|honou?r|match|call|ask|make|create|test|"
    "develop|deliver|get (?:you|it|that|this|them|your|somebody|someone|everybody|back|the|us|our|a|an)|give|put|take|"
    "move|work|help|join)"
)
_MEANTIME = (
    "(?:not|now|never|see|show|present|demonstrate|demo|discuss|look|talk|tell (?!him|her|them|our|my)[a-z]+|explain|"
    "say|speak|start|begin|go|walk|run|be|have|need|want|like|love|continue|record|try|find|click|open|notice|hear|"
    "focus|only|use|skip|jump|pull|read|stop|pause|wait|listen|think|know|mean|guess|assume|admit|repeat|switch|"
    "scroll|zoom|type|play|summari[sz]e|leave it|end|cut|answer|describe|recap|ask you|share my|mute|finish here|turn|"
    "get to|get into|get started|get going|come to|move on|move to|take a look|take you through|take a|take the|take "
    "this opportunity|make a note|make it|make this|put it|put this|keep it|keep this|keep my|hand (?:the floor|off|"
    "it over|over)|get there|work with|work on it|give a|give you (?:a|an) (?:quick|short|brief|little|example|"
    "overview|bit)|pass|refresh|log|enter|select|choose|press)"
)
"""Verbs for things done in the meeting itself, thoughts, and actions on a screen."""

_FOR_THEM = (
    "(?:(?:to|for|with|at|by|in) (?:you|your [a-z]+|everybody|everyone)|you (?:a|an|the|some|one|two|three|that|those|"
    "it|both|all|this|another|with|up|in|out|posted|know|back|off|something|updated|informed)|your [a-z]+)"
)
_GIVES = (
    "(?:send|give|share|provide|prepare|email|write|bring|book|get|have (?:somebody|someone|one of|it|that|our|my|"
    "[a-z]+ (?:call|send|come|contact))|ask|arrange|offer|extend|call|knock|set|put|build|make|deliver|lend|ship|move|"
    "organi[sz]e|add|fix|change|check|find|connect|introduce)"
)

_WILLING = phrases(
    f"{_WE}{_WILL} {_ADVERB}(?!{_MEANTIME} ){_DEED}",
    f"what (?:i|we)(?:'ll| will| can| could)? (?:can )?do is (?:[a-z']+ ){{0,3}}?{_DEED}",
    "(?:i|we|i'll|we'll)(?: will| would|'d|'m| am|'re| are)?(?: be)? (?:(?:more than|very|only too) )?(?:(?:happy|"
    f"glad|delighted|pleased|willing|ready) to|gladly) (?!{_MEANTIME} |see|share my)[a-z]+",
    f"^(?:(?:and|so|yeah|yes|sure) )*(?:happy|glad) to (?!{_MEANTIME} )[a-z]+",
    f"(?:on|from) (?:my|our) (?:side|end|part) (?:i|we)(?:{_WILL})? (?!{_MEANTIME} )(?:(?:'re|are|'m|am) "
    f")?(?:[a-z]+ing|{_DEED})",
    f"(?:our|my) side (?:will |'ll )?{_DEED}s?",
    "(?:the|our|my) (?:plan|next step|action)(?: [a-z]+){0,3}? is (?:to|that (?:we|i))",
)
"""Actions that are always commitments."""

_TOWARDS = phrases(
    f"{_WE}{_WILL} {_ADVERB}(?!{_MEANTIME} )[a-z]+ (?:[a-z']+ ){{0,7}}?{_FOR_THEM}",
    f"{_OTHERS_OF_US}{_WILL} {_ADVERB}(?!{_MEANTIME} )(?:{_DEED}|come|contact|visit) (?:[a-z']+ ){{0,5}}?{_FOR_THEM}",
    f"{_WE} can {_ADVERB}(?!{_MEANTIME} )[a-z]+ (?:[a-z']+ ){{0,3}}?(?:for|to) (?:you|your [a-z]+)",
    f"{_WE} (?:can|could) {_ADVERB}{_GIVES} (?:[a-z']+ ){{0,7}}?{_FOR_THEM}",
    f"{_WE} (?:can|could) {_ADVERB}(?:send|give|share|provide|prepare|email|write|bring|book) (?:it|them|the|a)",
    "(?:i|we|my [a-z]+|our [a-z]+)(?:'m|'re| am| are| is) (?:sending|bringing|giving|getting|making|preparing|"
    "providing|lending|shipping|writing|arranging|assigning|introducing) (?:[a-z']+ ){0,4}?" + _FOR_THEM,
    "(?:you(?:'ll| will| shall| can expect(?: to)?)|expect) (?:to )?(?:get|receive|have|hear|find|expect)? "
    "?(?:[a-z']+ ){0,6}?from (?:me|us|our [a-z]+|my [a-z]+)",
    "(?:will|[a-z]+'ll|shall|should) (?:be|arrive|land) (?:with you|in your (?:inbox|mail|office))",
    "(?:i|we) (?:check|ask|clarify|test|look|find|measure|discuss|prepare|calculate)(?: [a-z]+){1,6}? and (?:then "
    ")?(?:i |we )?(?:call|tell|write|inform|send|answer|let|give|ring|mail|email) (?:to )?you",
    "^(?:[a-z]+ ){0,2}?expect (?:the|a|an|my|our|it|them) ",
    "(?:i|we) (?:give|send|bring|write|inform|tell|share|make for|prepare for) (?:to )?(?:you|your [a-z]+)(?! (?:can|"
    "could|see|have|the floor|that|how|what|a short|a brief|a quick))",
)
"""Actions that are commitments because they are done for the listener."""

_IDIOMS = phrases(
    "leave (?:it|that|this|them|that one|this one) (?:with|to) (?:me|us)",
    "(?:i|we) (?:owe you|undertake to|commit to|commit ourselves|pledge)",
    "(?:i'm|i am|we're|we are) on (?:it|that|the case)",
    "(?:i|we)(?:'ll| will)? take (?:it|this|that|the [a-z]+)(?: [a-z]+){0,6}? (?:away|upon|offline|home|as (?:a "
    ")?(?:homework|an action|action|a task))",
    "(?:take|taking) (?:[a-z]+ ){1,6}?(?:away with me|with me|as (?:an )?action)",
    "(?:i|we)(?:'ll| will| shall) see (?:that|to it)",
    "(?:action|to do|todo|homework) (?:is )?(?:on|for) (?:me|us|our side)",
    "(?:give|allow) (?:us|me) (?:until|till|a day|two days|a week|an hour|some days)",
    "let (?:me|us) (?:also |just |quickly |please )*(?:check|ask|find out|clarify|confirm|verify|look into|get you|"
    "see (?:if|whether)|come back|get back|talk to|speak to|take|send|dig|write|put together|have a word)(?! (?:you|"
    "that i|a look|the screen|this opportunity|if you can see|if i(?:'ve)? (?:got|get|understood|understand|have)|i |"
    "if this|if it|whether (?:it|this)))",
    "allow me to (?:check|ask|verify|confirm|clarify|come back|look into)",
    "(?:i|we) (?:will |'ll )?(?:clarify|check|verify|ask) (?:it |this |that )?(?:with|in) (?:our|my)|this point i "
    "clarify",
    "(?:i|we)(?:'ll| will) do (?:[a-z]+ ){1,5}?(?:for free|for nothing|at no cost|on us)",
    "(?:i|we) (?:have |'ve )?noted (?:it|that|this|the|your)",
    "i do the needful|do the needful",
    "(?:i|we)(?:'ll| will) (?:keep (?:you|everyone) (?:posted|informed|updated|in the loop)|let you know|be in touch)",
)
_DONE = phrases(
    "(?:it|this|that|they|everything|[a-z]+s?)(?:'ll| will) (?:also |all |then )?be (?:fixed|done|ready|removed|added|"
    "updated|finished|sent|moved|changed|delivered|completed|deployed|shared|implemented|corrected|installed)",
    "(?:is|are) planned for (?:completion|the next|next)",
)
_DATED = phrases(
    f"(?:{_WE}|he|she)(?:{_WILL}| can| could) {_ADVERB}(?!{_MEANTIME} )[a-z]+",
    f"{_WE}(?:{_WILL}| can| could) {_ADVERB}(?:be|have|go|come|run|start|begin|try|try to|finish|show) (?!a look|to "
    "look|the agenda|through)[a-z]+",
    "[a-z]+(?: [a-z]+)?(?:'ll| will|'s going to| is going to) (?!not |be |have |see |show |need |tell |want |happen "
    f")(?:{_DEED}|call|contact|visit|come|swing|join)",
    "(?:my|our) (?:[a-z]+ ){1,3}?(?:sends|brings|comes|calls|makes|gives|delivers|installs|visits|writes|checks|"
    "prepares|trains|starts|answers|shows you|arrives|ships|tests|repairs|joins)",
    "(?:we're|i'm|we are|i am|(?:my|our) [a-z]+(?: [a-z]+)? (?:is|are)) (?:sending|bringing|delivering|fixing|calling|"
    "changing|visiting|replacing|shipping|preparing|providing|coming|installing|publishing|making|getting|doing|"
    "starting|testing|writing|finishing)",
    "(?:i|we) (?!(?:would|could|can|might|did|had|have|were|was|are|am|need|think|know|hope|see|meet|saw) "
    f"){_ADVERB}(?:send|bring|deliver|fix|call|make|give|prepare|publish|ship|start|install|assign|visit|come|write|"
    "test|do|tell|inform|answer|finish|clarify|replace|provide|offer|supply|put)",
    "(?:i|we) (?:owe you|commit to)|(?:you|your [a-z]+)(?:'ll| will| shall)? (?:get|have|receive|hear)",
    "(?:you|your [a-z]+)(?:'ll| will| can expect to| can expect) (?:get|have|receive|hear|expect|be (?:getting|"
    "receiving))|you can expect",
    "(?:will|[a-z]+'ll|should|shall) (?:be (?:there|with you|ready|done|fixed|live|sent|finished|in your|on your|up "
    "and)|arrive|reach you|land|go out|follow)",
    "(?:ships?|goes out|go out|arrives?|follows) ",
)
"""With a date, nearly any action is a commitment, also in the present tense."""

_NOW = phrases(
    "(?:(?<!for )now|right now|just|in a (?:second|moment|sec|minute)|one (?:moment|second|sec)|quickly)",
    "(?:the|my|our|your) screen|the right window|the agenda",
    "i(?:'ll| will) (?:now |just )?(?:take|make|put|check|test|add|create|ask|start|go)$",
)
"""Actions during the call, which are not promises: nobody will ask about them on Friday."""

_HABIT = phrases(
    "every (?:day|week|month|year|time|morning|evening|second|minute|hour|monday|tuesday|wednesday|thursday|friday)|"
    "usually|normally|typically|each (?:day|week|month|time)|used to",
)
_NOT_DONE = phrases(
    "(?:won't|will not|can't|cannot|can not|not going to|aren't going to|not able to|unable to|don't|do not) "
    "(?:[a-z]+ ){0,3}?(?:be able to|commit|promise|make|do|send|have|get|start|give|finish|deliver)",
    "(?:you|your [a-z]+(?: [a-z]+)?)(?:'ll| will|'re going to| are going to| are gonna|'re gonna| is gonna) (?!get |"
    "have |receive |hear |be getting |find )(?:[a-z]+ )?[a-z]+ (?:us|it to us|me)",
)


def commitment(line: str, when: str) -> re.Match[str] | None:
    """Return the words that commit the user's side to an action, or None. `when` is the date in the line, if any."""
    made = _IDIOMS.search(line) or _WILLING.search(line) or _TOWARDS.search(line) or _DONE.search(line)
    if made is None and when and not _HABIT.search(line):
        made = _DATED.search(line)
    if made is None or (not when and _NOW.search(line)):
        return None
    not_done = (
        found for found in _NOT_DONE.finditer(line) if found.end() >= made.start() and found.start() <= made.end()
    )
    return None if any(not_done) else made


class DetectedPromise(Struct, frozen=True):
    """A promise. `due` and `to` are in the speaker's own words, or empty; `over` is true for an overpromise."""

    over: bool
    evidence: str
    due: str = ""
    to: str = ""
    lack: OverpromiseKind | None = None


def promise(line: str, *, asked: bool = False) -> DetectedPromise | None:
    """Return the promise in a sentence of the user, or None."""
    if asked:
        return None
    claim = next((claim for claim in claims(line) if _meant(line, claim.start, claim.end, is_claim=True)), None)
    if claim is not None:
        return DetectedPromise(True, claim.words, due(line), recipient(line), claim.lack)
    when = due(line)
    made = commitment(line, when)
    if made is None or not _meant(line, made.start(), made.end()):
        return None
    return DetectedPromise(False, made.group().strip(), when, recipient(line))


def _meant(line: str, start: int, end: int, *, is_claim: bool = False) -> bool:
    """Return whether the words from `start` to `end` are meant. A hedge softens an overpromise, not a commitment."""
    taken_back = _supposed(line, end) or _denied(line, start) or _reported(line, start)
    return not taken_back and not (is_claim and _hedged(line, start, end))


_OWN = phrases(
    "(?:i|we)(?:'ll| will|'m going to|'re going to| am going to| are going to) "
    "(?!see |think |have to see |not |never |be |need |want |know )[a-z]+"
)


def their_promise(line: str, *, asked: bool = False) -> DetectedPromise | None:
    """Return the promise in a sentence of the buyer, or None."""
    if asked or not _OWN.search(line):
        return None
    made = promise(line)
    return DetectedPromise(False, made.evidence, made.due, made.to) if made is not None and made.due else None


_SAID = (
    "(?:said|says|say|saying|told|tells|promised|promises|promising|swore|swears|claimed|claims|mentioned|mentions|"
    "indicated|assured|guaranteed|wrote|thought|hoped|believed|reckoned|wanted|asked|explained)"
)
_OTHERS = (
    "(?:he|she|they|you|somebody|someone|people|nobody|them|who|(?:your|the|that|my|his|her|their)(?: [a-z]+){1,3}?)"
)
_REPORTED = phrases(
    f"(?<!as ){_OTHERS} (?:(?:had|have|has|'d|been|also|always|used to|already|just|blind|once|once also|never|"
    f"clearly) )*{_SAID}(?! you| that's)",
    "(?:told|assured|promised) (?:me|us|him|her|them|you)(?! that's)",
    "(?:was|were|been|got) (?:told|assured|promised|given to understand)",
    "according to",
)
_SAID_AFTER = phrases(
    f"(?:you|he|she|they|somebody|someone) (?:just |also |had )?{_SAID}(?: (?:us|me|him|her|it|so|before|earlier))?$",
)
_ANEW = phrases("(?:so|therefore|that's why|but|anyway|then)")
"""Words that end the context of an aside."""

_SUPPOSED = phrases(
    "(?:would|might|could)(?:n't)? (?!be (?:happy|glad|delighted|pleased))(?:[a-z]+ ){0,2}?(?:have|be|need|want|"
    "rather|love|like|say|guess)(?! (?:happy|glad|delighted|pleased))",
    "if (?:i|we) can|(?:i'd|i would|we'd|we would) be (?:lying|wrong|guessing)",
    "if (?:i|we|you|they|it|he|she) (?:were|was|had|would|could|ever|ever had)",
    "were (?:we|i|you|they) to|had (?:we|you|they|i) [a-z]+(?:ed|n|ld|ught)",
    "(?:doesn't|don't|does not|do not|did not|didn't|not) (?:mean|think|believe|say|know|claim|pretend|promise|"
    "guarantee)(?! about)",
)
_DENIED = phrases(
    "(?:can't|cannot|can not|couldn't|won't|wouldn't|don't|doesn't|do not|does not|didn't|not|isn't|aren't|wasn't|"
    "hardly|nobody|no one) (?:[a-z]+ ){0,3}?(?:promise|guarantee|guaranteed|assure|commit|say|exclude|always|every|"
    "all|everything|everybody|everyone|anything|completely|fully|entirely|totally|perfect|perfectly|100|certain|sure)",
    "(?:no|without any|not a|not any) (?:assurance|guarantee|guarantees|promise|promises)",
    "(?:unfair|dishonest|wrong|hard|difficult|too early|too soon) to (?:[a-z]+ )?(?:promise|guarantee|say|commit)",
    "not (?:a |in a )?position to|not able to|unable to",
)
_HEDGED = phrases(
    "(?:try|trying|hope|hopefully|probably|maybe|perhaps|might|not sure|i think|we think|have to check|need to check|"
    "depends|depending|plan to|aim to|as far as i know|unless|assuming|most likely|likely|almost|not always|it seems|"
    "seems|should we|how|whether|so that|in order|make sure|if (?:we|it|all|nothing|possible))",
    "so far|at least|in (?:most|many|some) cases|usually|normally|often|mostly|nearly",
)
_NOT_YET = phrases("(?:after|once|until|till|before|as soon as)$")
_BUT = phrases("^(?:[a-z']+ ){0,2}?but")
HEDGE_REACH = 24
"""Characters after an absolute within which a hedge still softens it."""


def _reported(line: str, start: int) -> bool:
    """Return whether the words from `start` on are somebody else's."""
    if _SAID_AFTER.search(line):
        return True
    frames = [frame.end() for frame in _REPORTED.finditer(line[:start])]
    return bool(frames) and not _ANEW.search(line[frames[-1] : start].strip())


def _supposed(line: str, end: int) -> bool:
    """Return whether the words up to `end` are only supposed, or not meant."""
    return bool(_SUPPOSED.search(line[:end]))


def _denied(line: str, start: int) -> bool:
    """Return whether the words from `start` on are denied: *doesn't always work*, *we can't guarantee*."""
    return any(found.start() < start <= found.end() + 1 for found in _DENIED.finditer(line))


def _hedged(line: str, start: int, end: int) -> bool:
    """Return whether a hedge precedes the words from `start` to `end`, or closely follows them."""
    if _NOT_YET.search(line[:start].rstrip()):
        return True
    after = line[end : end + HEDGE_REACH].lstrip()
    return bool(_HEDGED.search(line[:start]) or _HEDGED.search(after) or _BUT.search(after))
