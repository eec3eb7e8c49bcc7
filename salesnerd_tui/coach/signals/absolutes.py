"""Promises without exception: nothing, never, always, everything, a hundred percent.

One case that goes otherwise breaks them, and there is always one.
"""

from __future__ import annotations

from salesnerd_tui.coach.words import phrases

THING = (
    "(?:data|system|site|website|web site|app|application|product|platform|tool|model|server|service|solution|"
    "software|machine|device|sensor|ai|assistant|algorithm|module|engine|box|integration|connection|backup|interface|"
    "version|results?|accuracy|prices?|response times?|numbers?|thing|migration|update|installation|rollout)"
)
OURS = f"(?:it|this|that|we|they|there|which|who|ai|{THING})"
_WORKS = (
    "(?:works?|working|runs?|functions?|executes?|executing|pushes|syncs?|integrates?|holds?|fits?|function|goes "
    "(?:well|smoothly))"
)
_STATE = (
    "(?:great|perfect|perfectly|stable|ready|implemented|checked|covered|secure|safe|possible(?! that)|tested|taken "
    "care|handled|solved|done|finished|fixed|reliable|installed|automatic|automated|painless|compatible|clear|"
    "included|met|satisfied|supported|accurate|sure|certain|guaranteed|happy|fulfilled)"
)
_WHOLLY = (
    "(?:definitely|absolutely|totally|completely|entirely|fully|(?:a )?(?:100|hundred|one hundred)(?: percent| per "
    "cent)?)"
)
_PLAIN = "(?:(?!and |we |you |i |that |it |they |which |need |to |if )[a-z']+ ){0,4}?"
_BREAKS = (
    "(?:crash|crashes|fail|fails|fail|failed|break|breaks|go down|goes down|lose|loses|lost|miss|misses|missed|leak|"
    "leaks|stop|stops|go wrong|goes wrong|happen|happens|be any|leave|leaves|let|lets)"
)
_BAD = (
    "(?:outages?|downtime|down time|failures?|fails?|errors?|bugs?|data loss|limits?|limitations?|surprises?|risks?|"
    "problems?|issues?|troubles?|difficult(?:y|ies)|delays?|interruptions?|disruptions?|complaints?|incidents?|"
    "rejects?|weakness(?:es)?|effort|maintenance|defects?|exceptions?|waste|mistakes?|loss(?:es)?|gaps?|doubt|"
    "restrictions?|training|scrap)"
)
_SERVES = (
    "(?:solves?|fix(?:es)?|covers?|handles?|supports?|answers?|prevents?|catch(?:es)?|detects?|finds?|reads?|fulfils?|"
    "fulfills?|meets?|eliminates?|removes?|replaces?|understands?|accommodates?|satisf(?:y|ies)|knows?|sees?|"
    "recogni[sz]es?|integrates? with|works? with|connects? to|compatible with|connected (?:with|to))"
)
_ALL = "(?:all|every|everything|any|anything|each|every single|any single)"

ABSOLUTE = phrases(
    f"everything {_PLAIN}(?:{_WORKS}|(?:is|'s|should be|will be|has been) (?:[a-z]+ ){{0,2}}?{_STATE})",
    "all (?:of )?(?:this|that|it|your|our|these|those|the)? ?(?:[a-z]+ ){0,2}?(?:is|are|will be|gets?|'s) (?:[a-z]+ "
    ")?(?:met|covered|supported|satisfied|fulfilled|included|guaranteed|compatible|taken care)",
    f"(?:be|is|are|get|'s|'re|that's|it's|was) {_WHOLLY} (?:free of [a-z]+|risk[- ]free|without risk|{_STATE})(?! "
    "that)",
    f"{_WHOLLY} (?:working|ready|done|finished|automated|automatic|secure|safe|tested|functional|make|do|compatible|"
    "covered|solved|sure|reliable|accurate|free of [a-z]+|risk[- ]free)",
    "(?:entire|whole) (?:[a-z]+ ){1,3}?(?:is|are) (?:ready|done|finished|implemented|complete|working|fixed)",
    "(?:fixed|finished|implemented|completed|solved|covered|resolved) (?:absolutely )?(?:everything|all of (?:it|"
    "them))",
    f"{OURS}(?:'ll| will|'s| has| have|'ve| is| can)? (?:[a-z]+ )?(?:can't|cannot|won't|will not|would never|will "
    f"never|can never|never) (?:ever )?{_BREAKS}",
    "(?:ai|it|system|app|which|that|model|assistant|algorithm|software|tool) never (?:recommends?|suggests?|shows?|"
    f"sends?|makes?|gets?|needs?|{_BREAKS})",
    "never (?:recommends?|fails?|crash(?:es)?|breaks?|loses?|misses|goes down)",
    "(?:has|have|there's|there has|never|we've|we have|there have) (?:[a-z]+ )?never (?:[a-z]+ ){0,3}?(?:a |an |"
    f"any )?(?:single )?{_BAD}",
    f"never (?!had |a )(?:[a-z]+ ){{0,3}}?{_BAD}",
    "(?:we|it|system)(?:'ve| have|'s| has)? never (?:ever )?(?:missed|lost|failed|let|been (?:late|hacked|down))",
    "(?:you|they|your [a-z]+)(?:'ll| will|'re going to)? never (?:ever )?(?:have to|need|see|notice|worry|face|get|"
    "lose|miss|touch|think|hear|run|want|be|again)",
    "(?:no way|nothing|nobody|no one|there's no chance|no chance) (?:that )?(?:it|this|that|anything|they|you)? "
    "?(?:can|could|will|would|is going to|gets|goes|ever)(?! (?:say|tell|know|see|be said|here))(?:'t)? [a-z]+",
    "(?:there(?:'s| is|'re| are)|absolutely) nothing (?:[a-z]+ ){0,4}?(?:it|we|this|that|they|he|system) (?:can't|"
    "cannot|could not|couldn't|can not|won't|doesn't)",
    "(?:never|nothing (?:ever )?|nobody (?:ever )?|no one (?:ever )?)(?: ever)? ?(?:goes wrong|gets lost|is lost|gets "
    "in|breaks|fails|crashes|goes down|will (?:ever )?(?:notice|break|fail|get lost|happen))",
    "(?:won't|will not|wouldn't|will never|don't|[a-z]+'ll never|never|cannot|can't) (?:ever )?(?:be|have|see|get|"
    f"notice|face|need) (?:any|a single|another|even a) (?:[a-z]+ ){{0,2}}?(?:{_BAD}|difference|thing)",
    "(?:won't|will not|shouldn't|should not|wouldn't|will never|not gonna|not going to) be (?:any|a|an) (?:[a-z]+ "
    "){0,2}?(?:issues?|problems?|trouble|bugs?|difficult(?:y|ies)|delays?|downtime)",
    "(?:you|they|your [a-z]+) (?:won't|will not|will never) (?:ever )?(?:even )?(?:have any|need any|notice|see any|"
    "face|get any|to worry|another|a single|have to worry|feel)",
    "(?:without|there's|there is|there are|there will be|will be|with|means|have|has|had|absolutely|literally) "
    "(?:absolutely )?(?:no|zero|any|a single|not any|no any|not a single) (?:[a-z]+ ){0,2}?(?:downtime|interruptions?|"
    "disruptions?|data loss|surprises?|delays?|risks?|exceptions?|whatsoever|weakness(?:es)?|rejects?|defects?|effort|"
    "bugs|errors)",
    "without (?:exception|fail|interruption|(?:any|a single) (?:[a-z]+ )?(?:problems?|issues?|trouble|effort|risk|"
    "bugs?|downtime|delay|difficulty|difficulties|interruption))",
    f"(?:zero|not a single) {_BAD}",
    f"no {_BAD} (?:whatsoever|at all|none|of any kind)",
    f"(?:free of|free from) (?:any |all )?{_BAD}",
    "under no circumstances",
    f"{OURS} (?:will |can |should |'ll )?(?:always |just |simply )?{_SERVES} (?:just |absolutely |literally |with |to "
    f")?{_ALL}(?! (?:time|other|day|week|month|year|now|way|of you))",
    f"(?:is|are|'s|be) (?:[a-z]+ )?(?:compatible with|connected (?:with|to)|integrated with) {_ALL}",
    f"{_SERVES} every (?:single|possible|type|kind)",
    "(?:everyone|everybody) (?:sees results|loves (?:it|this)|benefits|wins|who (?:[a-z]+ ){1,4}?(?:ends|buys|loves|"
    "stays|likes))",
    "(?:any|every|each|anything|everything|it all) (?:(?!you |we |i |they |it |that )[a-z]+ ){0,3}?(?:(?:just|simply|"
    "always|all) )*(?:works|will work|is possible|is supported|is taken care of)(?! (?:on|with|like|the|how|in))",
    "(?:is|are|be|we're|it's|they're|there) always (?:been )?(?:the same|right|correct|available|online|up|there for "
    "you|on time|happy|accurate|ready|reachable|there|open|satisfied|cheaper|faster|better|successful|safe)",
    "(?:will|[a-z]+'ll|we|our [a-z]+) always (?!have to|need to|get to|had to)(?:be|have|get|turn up|deliver|answer|"
    "meet|keep|reply|respond|win|come|find|pick|finish|hit|work|find a way)",
    "(?<!not )(?:always|simply) works|works (?:always|every time|for everybody|for everyone|all the time)",
    "(?:hundred|100)(?: percent| per cent)? (?:sure|secure|safe|reliable|accurate|certain|we|of the time|uptime|"
    "guaranteed|automatic|available|coverage|correct|compatible)",
    "(?:a )?(?:hundred|100) (?:percent|per cent)$|^(?:[a-z]+ ){0,2}?(?:a |one )?(?:hundred|100) (?:percent|per cent)",
    "(?:bulletproof|foolproof|rock solid|rock-solid|fail-safe|unbreakable|unhackable|flawless|idiot-proof)",
    f"(?:{_WORKS}|handles?|does it|do it|will) (?:[a-z]+ ){{0,2}}?(?:perfectly|flawlessly|seamlessly|reliably)",
    f"everything else (?:works|is {_STATE}|has been {_STATE})",
    "(?:zero|no) touch|never again",
    "(?:you|your [a-z]+)(?:'ll| will| won't| can't| cannot|'re going to)(?: [a-z']+){0,4}? (?:never|not one|nothing|"
    "no [a-z]+|nobody|nowhere|ever|always|none|any|anything|everything|all of it|each|every)",
    "(?:you|it|they|users|people) (?:literally |simply |just |really )?(?:can't|cannot|won't|couldn't) (?:even |"
    "possibly )?(?:mess|screw|break|go wrong|fail|do (?:it |anything )?wrong|get (?:it|this|that) wrong|lose)",
    "(?:all|every one) (?:of )?(?:your|our) (?:[a-z]+ ){1,3}?(?:keep|keeps|stay|stays|remain|remains|will)",
    "(?:every|each) (?:team|customer|client|company|user|site|school|hospital|shop|department|order|project) "
    "(?:(?:that |who )?(?:we|leaves|gets|arrives|wins|stays|signs|signed|renews))",
    "we never (?!use|used|saw|see|had|have|got|met|thought|knew|know|asked|heard|talked|discussed|went|did|do |really|"
    "want|wanted|tried|try|need|needed|said|going|changed|found|reached)[a-z]+",
    "(?:simply|really|just|there's|is|with|has|have|a) no (?:downsides?|drawbacks?|risk|catch|losers?)",
    "(?:nobody|no one|nowhere) else|(?:not have|without|not see|not get) one (?:single |late |bad |wrong )?[a-z]+",
    "(?:nobody|no one|no other [a-z]+|no [a-z]+ (?:on earth|in the (?:market|world))|not one (?:customer|user|client)|"
    "not a single [a-z]+)(?: (?!that |who |which )[a-z]+){0,3}? (?:has|have|had|can|could|will|would|'s|beats|matches|"
    "comes close) (?!(?:a |an |the )?(?:idea|plan|time|say|told|said|asked|tell|know|see|an))[a-z]+",
    "(?:impossible|not possible|not able|unable|no way) (?:for (?:it|them|anybody|anyone) )?to (?:[a-z]+ )?(?:break|"
    "fail|crash|lose|miss|hack|get it wrong|go wrong|make (?:an |any )?(?:error|mistake)s?|beat)",
    "(?:isn't|is not|there's not|ain't) (?:a |any |one )?(?:single )?(?:[a-z]+ ){1,3}?(?:on earth |in the world |that "
    ")?(?:it|we|this|that) (?:can't|cannot|couldn't|hasn't|haven't|doesn't|has failed|fails)",
    "(?:not a single|no|not one) (?:case|time|instance|customer|situation) (?:where|when|in which|that) (?:it|this|we|"
    "[a-z]+) (?:has|had|have)?(?: ever)? ?(?:failed|fails|broken|breaks|lost|crashed|gone wrong|complained|left)",
    "(?:solutions?|answers?|fix) (?:for|to) (?:all|every|each|any)|for (?:all|every|each|any) (?:problem|question|"
    "case|need)s? (?:a |an |the )?(?:solution|answer|fix)",
    "everything (?:what |that |which )?(?:you|your [a-z]+|they)(?:'ll| will)? (?:ever )?(?:need|needs|want|wants|"
    "require)",
    "(?:in|at) (?:every|each|any|all) (?:moment|second|minute|time of|situation|respects?)",
    f"{_SERVES} (?:you |us )?(?:all|every|each) (?:the |your |of )?(?:[a-z]+ )?(?:problems?|troubles?|formats?|cases?|"
    "questions?|types?|kinds?|errors?|systems?|worries|needs?|requests?|languages?|versions?|devices?|customers?|"
    "sources?)",
    "(?:no|zero|without) learning curve|no setup|no configuration|no compromises?|no trade-?offs?|no strings attached|"
    "no catch|no surprises",
)
