"""Promises: absolute, unbounded or unfounded ones against commitments with an owner, a thing and a date.

The design's `over-promising`. *We will send the figures on Friday* is a commitment: it goes on the list in silence.
*It works with anything*, *no problem at all*, *we'll definitely have it* bind me to what nobody can know. A hedge
(*we will try*, *I'd have to check*) or a bound (a date, a number, *for the first version*) takes the edge off.
"""

from __future__ import annotations

from msgspec import Struct

from salesnerd_tui.coach.words import phrases

_WORKS = "(?:works?|working|runs?|functions?|executes?|executing|pushes|syncs?|integrates?)"
_STATE = (
    "(?:great|perfect|perfectly|stable|ready|implemented|checked|covered|secure|safe|possible|tested|taken care|"
    "handled|solved|done|finished|fixed)"
)
_PLAIN = "(?:(?!and |we |you |i |that |it |they |which |need |to )[a-z']+ ){0,4}?"
_OURS = (
    "(?:it|this|that|we|they|ai|there|which|who|data|system|site|website|app|application|product|platform|tool|model|"
    "server|service)"
)
_BREAK = (
    "(?:crash|crashes|fail|fails|break|breaks|go down|goes down|lose|loses|miss|misses|leak|leaks|stop|stops|go "
    "wrong|goes wrong|happen|be any)"
)

_ABSOLUTE = phrases(
    f"everything {_PLAIN}(?:{_WORKS}|(?:is|'s|should be|will be) (?:[a-z]+ ){{0,2}}?{_STATE})",
    "(?:will|going to|gonna) (?:definitely|certainly|absolutely|surely|always|never|obviously) [a-z]+",
    "(?:definitely|certainly|absolutely|surely|obviously) (?:will|can|going to)",
    f"(?:be|is|are|get) (?:definitely|absolutely|totally|completely|100) {_STATE}",
    "(?:will|going to) (?:[a-z]+ ){1,6}?(?:for sure|guaranteed|without fail|no matter what)",
    "(?:i|we) (?:can )?(?:guarantee|promise you|assure you|swear)|guaranteed",
    "(?:of course|sure|absolutely|definitely|certainly) (?:we|i)(?:'ll| will| can)",
    f"{_OURS} (?:[a-z]+ )?(?:can't|cannot|won't|will not|would never|will never|can never|never) (?:ever )?{_BREAK}",
    "(?:won't|will not|shouldn't|should not|wouldn't|will never) be (?:any|a|an) (?:[a-z]+ ){0,2}?(?:issues?|"
    "problems?|trouble|bugs?|difficult(?:y|ies)|delays?|downtime)",
    "(?:you|they|your [a-z]+) (?:won't|will not|will never) (?:ever )?(?:have|need|notice|see|face|get) (?:any|to "
    "worry|another|a single)",
    "without (?:any|a single) (?:[a-z]+ )?(?:problems?|issues?|trouble|effort|risk|bugs?|downtime|delay)",
    "(?:not a|isn't a|not an|it's no|that's no|no) (?:[a-z]+ )?(?:problem|issue|big deal|trouble)(?: at all)?",
    "zero (?:downtime|risk|bugs|effort|maintenance|problems|issues)",
    f"(?:ai|it|system|app|which|that|model|assistant|algorithm) never (?:recommends?|suggests?|shows?|{_BREAK[3:-1]})",
    "(?:no way|nothing|nobody|no one|there's no chance|no chance) (?:that )?(?:it|this|that|anything|they|"
    "you)? ?(?:can|"
    "could|will|would|is going to|gets|goes)(?! (?:say|tell|know|see|be said))(?:'t)? [a-z]+",
    "(?:trust me|my word|mark my words|count on (?:it|that|us|me)|rest assured|no ifs|hand on heart|don't "
    "(?:you )?worry|"
    "no worries at all)",
    "(?:works?|scales?|handles?|always|will|can) (?:[a-z]+ ){0,2}?no matter (?:what|how|who|where|which)",
    "in no time|(?:whenever|whatever) (?:you|they) (?:want|need|like)|around the clock",
    "(?:we|it|system|platform|product|app|tool|service|there)(?:'s| has| have| is| are)? (?:never|zero|not a single) "
    "(?:has |have |had |any )?(?:outages?|downtime|failures?|errors|bugs|data loss|limits?|limitations?|surprises)",
    "(?:any|every|each|anything|everything|it all) (?:(?!you |we |i |they |it |that )[a-z]+ ){0,3}?(?:(?:just|simply|"
    "always|all) )*(?:works|will work|is possible|is supported|is taken care of)(?! (?:on|with|like|the|how|in))",
    f"{_OURS} (?:will |can |should )?(?:solves?|fix(?:es)?|covers?|handles?|supports?|answers?|prevents?|"
    f"catch(?:es)?|"
    "detects?) (?:just |absolutely |literally )?(?:all|every|anything|everything|any)(?: of)? (?:your|cases?|"
    "possible|"
    "problems?|systems?|them|kinds?|sorts?|single|formats?|bugs?|errors?|devices?)",
    "piece of cake|child's play|no[- ]brainer|whatever it takes|for good$|(?:sees?|get) results "
    "(?:immediately|instantly|from "
    "day one|overnight)|from day one",
    "(?:never|nothing (?:ever )?|nobody (?:ever )?|no one (?:ever )?)(?: ever)? ?(?:goes wrong|gets lost|is "
    "lost|gets in|"
    "breaks|fails|crashes|goes down|will (?:ever )?(?:notice|break|fail|get lost|happen))",
    "(?:is|are|be) always (?:right|correct|available|online|up|there for you|on time)",
    "(?:will be|there's|there is|with|means) (?:no|zero) (?:downtime|risk|delays?|data loss|interruptions?|surprises)",
    "(?:does|do|handles?|takes care of) everything (?:for you|by itself|automatically)|don't (?:need|have) to "
    "do anything",
    "whatever (?:[a-z]+ ){1,4}(?:have|has|use|need|want)s? it (?:works|runs|will work)",
    "definitely (?:that|this|it|all of that) (?:can|will)|make it happen",
    "connect (?:any|every) [a-z]+|(?:we|it) can do anything",
    "just works|(?<!not )(?:always|simply) works|works (?:always|every time|for everybody|for everyone|all the time)",
    "(?:absolutely|sure|certainly|definitely|of course|easy|easily) (?:we|i) (?:can|support|do|handle|"
    "integrate|cover|"
    "have)",
    "never (?:recommends?|fails?|crash(?:es)?|breaks?|loses?|misses|goes down)",
    "(?:works?|integrates?|connects?|scales?|compatible|support|supports|handle|handles|fits?) (?:[a-z]+ "
    "){0,2}?(?:anything|everything|anywhere|everywhere|anybody|everybody|infinitely|indefinitely|any (?:system|tool|"
    "platform|device|database|format|browser|vendor|scale|size|load|stack|provider|crm|erp|language|amount|number))",
    "(?:works?|working|runs?|handles?|integrates?|fits?|syncs?|does it|do it) (?:[a-z]+ ){0,2}?(?:perfectly|"
    "flawlessly|seamlessly|reliably)",
    "(?:magically|bulletproof|foolproof|rock solid|rock-solid|100 percent|hundred percent|100 (?:secure|safe|"
    "reliable|accurate|sure))",
    "(?:do|build|make|add|have|get) (?:whatever|anything) (?:you|they|your team) (?:want|need|like|ask)",
    "(?:just |only |literally )?(?:one|a single) (?:line of code|command|click|button)",
    "(?:that's|that is|this is) all (?:it takes|you need|it needs)",
    "nothing (?:else|more) (?:that )?(?:you|they)(?: have| need| need to do)?|nothing to worry about",
    "(?:we'll|we will|i'll|i will) (?:figure|sort|work) (?:it|that|everything|this) out",
    "(?:fully|completely|entirely|totally|absolutely) (?:working|ready|done|finished|automated|secure|safe|tested|"
    "functional|make|do|compatible|covered|solved)",
    "(?:entire|whole) (?:[a-z]+ ){1,3}?(?:is|are) (?:ready|done|finished|implemented|complete|working|fixed)",
    "(?:fixed|finished|implemented|completed|solved|covered|resolved) (?:absolutely )?(?:everything|all of (?:it|"
    "them))",
    f"everything else (?:works|is {_STATE}|has been {_STATE})",
    "(?:save|saves|cut|cuts|reduce|reduces|double|doubles|triple|triples|boost|boosts|increase|increases|grow|grows) "
    "(?:[a-z]+ ){0,5}?(?:by |in )?(?:\\d+|half|ten|five|twenty|thirty|forty|fifty|ninety|a hundred)(?: percent| "
    "times|x)?",
)
_HEDGE = phrases(
    "(?:try|trying|hope|hopefully|probably|maybe|perhaps|might|not sure|i think|we think|have to check|need to check|"
    "depends|depending|plan to|aim to|as far as i know|unless|assuming|most likely|likely|almost|not always|it seems|"
    "seems|should we|how|whether|so that|in order|make sure|if (?:we|it|all|nothing|possible))",
)
_HEDGE_REACH = 24
"""Characters after the absolute in which a hedge still takes its edge off."""
_ASIDE = phrases(
    "(?:no (?:problem|worries)|not a problem|sure|of course|no issue)(?:$| (?:take your|go ahead|thank|you're|"
    "i see|i "
    "understand|please))",
    "never forget|don't worry (?:if|about|too)|(?:nobody|nothing|no one|never) (?:[a-z]+ ){0,2}(?:yet|before|until)",
    "(?:have|has|had|see|found|find|are|is|were|was|any|raise|report|fix(?:ed)?|reported|about|with) no (?:problem|"
    "problems|issue|issues)",
    "(?:was|were|had|been|got) (?:[a-z]+ )?(?:problem|problems|issue|issues|trouble)",
)
_DEEDS = (
    "(?:send|fix|add|finish|prepare|provide|deliver|write|make|change|check|investigate|ask|schedule|email|message|"
    "post|deploy|publish|implement|improve|remove|move|rename|rework|redo|look into|get back|come back|follow up|"
    "take|find out|let|figure|verify|confirm|handle|work|transfer|invite|set up|test|build|complete|include|"
    "analy[sz]e|upload|book|forward|introduce|keep|combine|merge|polish|update|create|put|help|clean|review|order|"
    "pay|cover|hand|bring|draft|share)"
)
_DATED = phrases(
    "(?:we|i|he|she|they|(?:our|my) [a-z]+(?: [a-z]+)?|you)(?:'ll| will|'re going to| are going to|'m going "
    "to| am going "
    "to| can| could| commit to| promise to)(?: [a-z]+ly)? (?!not |now |see |show |discuss |look |talk about |"
    "talk through |"
    "start |begin |present |go |walk |be |need |want |continue |demo |demonstrate |tell |explain |say |record "
    "|try |find |"
    "click |open |notice |hear |speak |focus |only |use |also )[a-z]+",
    "(?:we're|i'm|we are|i am) (?:sending|bringing|delivering|fixing|calling|changing|visiting|replacing|shipping)",
    "let me (?:also |just |quickly )?(?:check|ask|find out|talk|look|think|clarify|confirm|verify)",
    "(?:i|we) (?:owe you|commit to)|you (?:get|have) (?:it|them|that|the)",
)
"""With a day to it, any deed is a commitment, whichever verb it takes; what is done in the meeting itself is not."""

_COMMITMENT = phrases(
    "(?:we|i|our team)(?:'ll| will| shall|'re going to| are going to|'m going to| am going to| plan to| intend to| "
    f"are planning to|'re planning to) (?!now )(?:(?!not )[a-z]+ ){{0,2}}?{_DEEDS}",
    "(?:we|i) can (?:also |then |just |easily )?(?:send|give|share|provide|prepare|email|write|bring|book) (?:you|"
    "it|them|the|a)",
    "(?:it|this|that|they|everything|[a-z]+s?)(?:'ll| will) (?:also |all |then )?be (?:fixed|done|ready|removed|"
    "added|updated|finished|sent|moved|changed|delivered|completed|deployed|shared|implemented)",
    "(?:our|the) plan is to|(?:is|are) planned for (?:completion|the next|next)",
)
_NOW = phrases(
    "(?:now|right now|just|in a (?:second|moment|sec)|one moment|quickly)",
    "(?:the|my|our|your) screen",
    "i(?:'ll| will) (?:now |just )?(?:take|make|put|check|test|add|create|ask|start|go)$",
)
"""What is done while it is said is no promise: nobody will ask for it on Friday."""

_DUE = phrases(
    "(?:by |on |until |before |this |next |coming )*(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)(?: "
    "(?:morning|afternoon|evening|night))?",
    "(?:by |before |until )?(?:the )?(?:end of (?:the |this |next )?(?:day|week|month|quarter|year|sprint|meeting|"
    "call))",
    "(?:by |until |before )?(?:later )?(?:today|tonight|tomorrow)(?: (?:morning|afternoon|evening|night))?",
    "(?:by |in |during |within |for )?(?:the )?(?:next|this|coming|following) (?:week|month|sprint|quarter|year|"
    "meeting|call|release|version)",
    "(?:in|within) (?:the )?(?:next )?(?:a |an |one |two |three |four |five |six |a few |few |couple of |\\d+ "
    ")+(?:minutes?|hours?|days?|weeks?|months?)",
    "(?:right )?after (?:the|this|our) (?:meeting|call|demo|exam|release|session)",
    "(?:by|on|before|until|from) (?:the )?(?:\\d{1,2}(?:st|nd|rd|th)?(?: of)? )?(?:january|february|march|april|may|"
    "june|july|august|september|october|november|december)(?: \\d{1,2}(?:st|nd|rd|th)?)?",
    "(?:by|on|until|before) the (?:\\d{1,2}(?:st|nd|rd|th)?|first|second|third|fourth|fifth|sixth|seventh|"
    "eighth|ninth|tenth|"
    "eleventh|twelfth|fifteenth|twentieth|thirtieth)",
    "(?:by|until|before|at) (?:noon|midnight|lunch|one|two|three|four|five|six|seven|eight|nine|ten|eleven|"
    "twelve|\\d{1,2})"
    "(?: o'clock|ish|am|pm| in the [a-z]+)?$",
    "(?:in the evening|in the morning|this evening|this afternoon|immediately|as soon as possible|asap)",
)
_TO = phrases(
    "(?:to|for|with) (?:you|your (?:team|boss|manager|colleagues?|office)|the (?:team|customer|client|group|board|"
    "chat)|everyone|everybody|them)",
    "(?:send|give|show|email|call|tell|let|message|keep) (?:you|everyone|them)",
)


class Promise(Struct, frozen=True):
    """`due` and `to` are the speaker's own words, empty when they said none. `over` marks the unbounded kind."""

    over: bool
    evidence: str
    due: str = ""
    to: str = ""


def promise(line: str, *, asked: bool = False) -> Promise | None:
    """The promise in this sentence of mine, or None."""
    due = _DUE.search(line)
    to = _TO.search(line)
    when, whom = (due.group() if due else ""), (to.group() if to else "")
    absolute = _ABSOLUTE.search(line)
    if absolute and not asked and not _ASIDE.search(line) and not _hedged(line, absolute.start(), absolute.end()):
        return Promise(True, absolute.group().strip(), when, whom)
    made = _COMMITMENT.search(line) or (due and _DATED.search(line)) or None
    if made and not asked and (due is not None or not _NOW.search(line)):
        return Promise(False, made.group().strip(), when, whom)
    return None


def _hedged(line: str, start: int, end: int) -> bool:
    """True when a hedge stands before the absolute, or close after it."""
    return bool(_HEDGE.search(line[:start]) or _HEDGE.search(line[end : end + _HEDGE_REACH].lstrip()))
