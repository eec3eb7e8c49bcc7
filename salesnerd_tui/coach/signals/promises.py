"""Promises: absolute, unbounded or unfounded ones against commitments with an owner, a thing and a date.

The design's `over-promising`. *We will send the figures on Friday* is a commitment: it goes on the list in silence.
*It works with anything*, *no problem at all*, *we'll definitely have it* bind me to what nobody can know. A hedge
(*we will try*, *I'd have to check*) or a bound (a date, a number, *for the first version*) takes the edge off.
"""

from __future__ import annotations

from dataclasses import dataclass

from salesnerd_tui.coach.words import phrases

_WORKS = "(?:works?|working|run|runs|functions?|executes|pushes|syncs?|integrates?)"
_ABSOLUTE = phrases(
    f"everything (?:[a-z']+ ){{0,4}}?(?:{_WORKS}|(?:is|'s|should be|will be) (?:[a-z]+ ){{0,2}}?(?:great|perfect|"
    f"perfectly|stable|ready|implemented|automatic|automatically|checked|covered|secure|safe|possible|tested|taken "
    f"care))",
    "(?:will|should|would|going to|gonna) (?:definitely|certainly|absolutely|surely|always|never|just|simply|"
    "obviously) (?:be |work|have|get|do|make|solve|save|fix|fit|handle|run)",
    "(?:definitely|certainly|absolutely|surely|obviously) (?:will|can|going to|be|works?|have)",
    "(?:be|is|are|get) (?:definitely|absolutely|totally|completely|100) (?:done|ready|safe|secure|possible|fine|"
    "finished|reliable|percent)",
    "(?:i|we) (?:can )?(?:guarantee|promise|assure|ensure you|swear)|guaranteed?",
    "(?:of course|sure|yes|absolutely|definitely|certainly) (?:we|i)(?:'ll| will| can)",
    "(?:it|this|that|system|site|app|application|product|platform|tool|we|they|ai|model|there|which) (?:[a-z]+ "
    ")?(?:can't|cannot|won't|will not|would never|will never|never|can never|doesn't ever) (?:crash|fail|break|go "
    "down|lose|happen|miss|be any|recommends?|let|leak|goes? wrong|have any|go wrong|stop)",
    "(?:won't|will not|shouldn't|should not|wouldn't|can't) be (?:any|a|an) (?:[a-z]+ ){0,2}?(?:issues?|problems?|"
    "trouble|bugs?|difficult(?:y|ies)|delays?)",
    "(?:no|without(?: any)?|zero|not a|isn't a|not an) (?:[a-z]+ ){0,1}?(?:problem|problems|issue|issues|big deal|"
    "trouble|risk|downtime|effort|bugs?)(?: at all)?",
    "never (?:recommends?|fails?|crash(?:es)?|breaks?|loses?|misses?|goes|have|has|happens?|been)",
    "(?:with|to|for|from|on|in) (?:anything|everything|anyone|any (?:system|tool|platform|device|database|format|"
    "browser|vendor|scale|size|load|stack|company|provider|crm))",
    "(?:works?|integrates?|scales?|fits?|connects?|supports?|handles?) (?:[a-z]+ ){0,2}?(?:anything|everything|"
    "anywhere|everywhere|anybody|any [a-z]+|all [a-z]+|infinitely|indefinitely|perfectly|flawlessly|seamlessly|"
    "reliably|always)",
    "(?:whatever|anything) (?:you|they|the customer|your team) (?:want|need|wants|needs|like|ask)",
    "(?:just |only |literally |with |it's )?(?:one|a single|two) (?:line|lines|command|click|clicks|minute|minutes|"
    "button) (?:of code |and |fix)?(?:you|it|that|to|away|fix)?",
    "(?:that's|that is|this is) all (?:it takes|you need|there is|it needs)",
    "nothing (?:else|more|to) (?:that )?(?:you |to |worry|do|need)",
    "(?:we'll|we will|i'll|i will|they'll) (?:figure|sort|work) (?:it|that|everything|this) out",
    "(?:reliably|flawlessly|seamlessly|perfectly|magically|bulletproof|foolproof|rock solid|100 percent|hundred "
    "percent|a hundred percent|zero downtime|instantly)",
    "(?:fully|completely|entirely|totally|absolutely) (?:working|ready|done|finished|automated|secure|safe|tested|"
    "functional|make|compatible|covered|solved|free)",
    "(?:entire|whole|all of the|all the) (?:[a-z]+ ){1,3}?(?:is|are) (?:ready|done|finished|implemented|complete|"
    "working|fixed)",
    "(?:fixed|finished|done|implemented|completed|solved|tested|covered|resolved) (?:absolutely )?(?:everything|all "
    "of (?:it|them)|all the (?:bugs|issues|problems))",
    "(?:everything|all bugs|all issues|all of it|anything) (?:else )?(?:is|are|was|has been|have been|will be) "
    "(?:[a-z]+ )?(?:implemented|fixed|solved|done|finished|resolved|handled|automatic)",
    "(?:save|saves|cut|cuts|reduce|reduces|double|doubles|triple|triples|increase|increases|boost|boosts|grow|grows|"
    "improve|improves) (?:you |your |it |them |the |their )?(?:[a-z]+ ){0,3}?(?:by )?(?:\\d+|half|ten|five|twenty|"
    "thirty|forty|fifty|ninety|hundred)(?: percent| times|x|%)?",
)
_HEDGE = phrases(
    "(?:try|trying|hope|hopefully|probably|maybe|perhaps|might|not sure|i think|we think|i'd have to|have to check|"
    "need to check|if|depends|depending|plan to|aim|as far as i know|should we|unless|assuming|most likely|likely|"
    "almost|except|not always|but not)",
)
_ASIDE = phrases(
    "(?:no (?:problem|worries)|not a problem|sure|of course|no issue)$",
    "(?:have|has|had|see|found|find|are|is|were|was|any|raise|report|fix(?:ed)?|reported|about|with) no (?:problem|"
    "problems|issue|issues)",
    "(?:was|were|had|been|got) (?:[a-z]+ )?(?:problem|problems|issue|issues|trouble)",
)
_COMMITMENT = phrases(
    "(?:we|i|our team)(?:'ll| will| shall|'re going to| are going to|'m going to| am going to| can| plan to| are "
    "planning to|'re planning to) (?:[a-z]+ly |also |then |just |still |first |certainly )*(?:send|fix|add|finish|"
    "prepare|provide|update|share|deliver|write|make|change|check|investigate|ask|schedule|call|email|message|post|"
    "deploy|publish|implement|improve|remove|move|rename|rework|redo|look into|get back|come back|follow up|take "
    "care|find out|let you know|figure out|verify|confirm|handle|work on|transfer|invite|set up|show|test|create|"
    "build|complete|include|note|add|analy[sz]e|put|upload|book|forward|introduce|keep you)",
    "(?:it|this|that|they|everything|[a-z]+s?)(?:'ll| will) (?:also |all |then )?be (?:fixed|done|ready|removed|"
    "added|updated|finished|sent|moved|changed|delivered|completed|deployed|shared|implemented)",
    "(?:let me|i'll|we'll) (?:send|share|check|find out|ask|confirm|get back|follow up|write)",
)
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
    "(?:in the evening|in the morning|this evening|this afternoon|right now|immediately|as soon as possible|asap)",
)
_TO = phrases(
    "(?:to|for|with) (?:you|your (?:team|boss|manager|colleagues?|office)|the (?:team|customer|client|group|board|"
    "chat)|everyone|everybody|them)",
    "(?:send|give|show|email|call|tell|let|message|keep) (?:you|everyone|them)",
)


@dataclass(frozen=True, slots=True)
class Promise:
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
    if absolute and not asked and not _HEDGE.search(line) and not _ASIDE.search(line):
        return Promise(True, absolute.group().strip(), when, whom)
    made = _COMMITMENT.search(line)
    if made and not asked:
        return Promise(False, made.group().strip(), when, whom)
    return None
