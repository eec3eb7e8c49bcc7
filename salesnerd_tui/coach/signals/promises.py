"""Promises in a sentence: overpromises, commitments with their day and recipient, and what the buyer promises.

*We will send the figures on Friday* is a commitment, and is listed without a tap. It is recognized by its grammar. With
a date or with *for you*, nearly any verb makes one (*we'll eat the cost of your cable*). Exceptions are things done
during the call (*I'll share my screen*), thoughts (*we'll see*) and actions of the product (*it will send you a list*).

Overpromises are promises that nobody can keep. *Absolute* ones allow no exception, and there always is one (*it never
fails*, *every system*). *Unbounded* ones have no end (*whatever you need*, *any time*). *Unfounded* ones promise what
nobody has checked: an effort, a gain, what people will feel, or simply *consider it done*. The kind determines the
safer wording that is suggested. A hedge (*we will try*, *I'd have to check*) softens an overpromise.

Questions, the past, suppositions and reported speech are not promises: *he swore it would be fixed by Easter* does not
bind the speaker. The buyer's promises count only in the first person and with a date, because they are listed without
confirmation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from salesnerd_tui.coach.phrases import Phrases
from salesnerd_tui.coach.sentences import vocabulary
from salesnerd_tui.lazy_pattern import lazy_pattern

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
    "(?:solves?|fix(?:es)?|covers?|handles?|supports?|answers?|prevents?|catch(?:es)?|detects?|finds?|"
    "fulfils?|"  # spoken
    "fulfills?|meets?|eliminates?|removes?|replaces?|understands?|accommodates?|satisf(?:y|ies)|knows?|sees?|"
    "recogni[sz]es?|integrates? with|works? with|connects? to|compatible with|connected (?:with|to))"
)
_ALL = "(?:all|every|everything|any|anything|each|every single|any single)"

ABSOLUTE = Phrases(
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


_OFFERS = (
    "(?:build|builds|do|does|make|makes|deliver|add|have|get|give|give you|develop|change|fix|handle|handles|support|"
    "supports|integrates? with|works? (?:with|in)|adapts?(?: to)?|adapt us to|accommodate|cover|covers|use it|help(?: "
    "you)?(?: with)?|reads?|processes|connects? to|it in|them in)"
)
HOURS = Phrases(
    "(?:around the clock|day and night|day or night|24/7|24 7|twenty[- ]four seven|twenty[- ]four hours|at all times|"
    "at any (?:time|hour)|any time (?:of|you|day))",
)
"""Promises about when somebody can be reached."""

UNBOUNDED = Phrases(
    *HOURS.patterns,
    "^(?:[a-z]+ ){0,2}?no matter (?:what|how|who|where|which|when) (?:[a-z']+ ){1,6}?(?:will|we'll|it'll|works|gets|"
    "is)",
    "(?:works?|integrates?|connects? (?:to|with)|scales?|compatible|support|supports|handle|handles|fits?|read|reads|"
    "process|processes|connected (?:to|with)) (?:[a-z]+ ){0,2}?(?:anything|everything|anywhere|everywhere|anybody|"
    "everybody|infinitely|indefinitely|any (?:system|tool|platform|device|database|format|browser|vendor|scale|size|"
    "load|stack|provider|crm|erp|language|amount|number|volume|kind|type|machine|process|customer|computer))",
    "(?:any|every) (?:volume|amount|number|size|load|requirement|requirements|request|requests|wish|change) (?:[a-z]+ "
    "){0,3}?(?:you|that|arises?|comes|from)",
    "connect (?:any|every) [a-z]+|(?:we|it|they) can (?:do|build|handle|solve|make) (?:almost )?(?:anything|"
    "everything)",
    "(?:works?|scales?|handles?|always|will|there|we're|'ll) (?:[a-z]+ ){0,3}?no matter (?:what|how|who|where|which|"
    "when)",
    f"{_OFFERS} (?:[a-z]+ ){{0,4}}?(?:whatever|anything|everything|any way|however|wherever|whenever) (?:that )?(?:you|"
    "they|your [a-z]+|your team|he|she|comes?|arises?|it takes|way)(?:'ve| have|'d|'re)?",
    "(?:whatever|anything|everything|whenever|wherever) (?:else )?(?:that )?(?:you|your [a-z]+)(?: might| could| may|"
    "'d|'ll)? (?:want|wanna|need|ask|like|wish|throw|imagine|require|changed)(?: [a-z]+){0,4}? (?:we|it|just|our)",
    "^(?:[a-z]+ ){0,2}?whatever you (?:want|wanna|need|like)",
    "in whatever way|whatever way|whatever it takes",
    "makes? no difference (?:how|what|which|where|who)|for ever|(?:weekends|holidays|nights) included|day in day out",
    "(?:for|with|against|of) (?:whatever|anything|everything|any case)(?: that)? (?:comes?(?: up)?|happens|arises|may "
    "come|might come|could happen|goes wrong)",
    "(?:got|have) you covered(?! by| until| for the first)|bend over backwards|move heaven and earth|pull out all the "
    "stops|at your beck and call",
    "(?:match|beat) (?:any|every|all) (?:[a-z]+ )?(?:price|offer|quote|competitor|deadline)s?",
    "(?:anything|whatever|everything) (?:your|the) [a-z]+(?: [a-z]+)? (?:wants?|needs?|asks?(?: for)?|likes?|wishes|"
    "desires?)",
    "(?:as|so) (?:often|many|much|long|few) (?:[a-z]+ )?as (?:you|they|your [a-z]+) (?:want|like|wish|need|may)|as "
    "many (?:[a-z]+ )?as you (?:want|like|wish|need)",
    "(?:unlimited|limitless|infinitely|for life)",
    "whatever (?:[a-z]+ ){1,4}(?:have|has|use|need|want)s? (?:it|we) (?:works|runs|will work|can)",
    "(?:any|each|every|all) (?:[a-z]+ )?(?:requirements?|requests?|wish(?:es)?|needs?|processes|process) (?:that "
    ")?(?:you|arises?|comes?|may)",
    "everything is possible|all is possible|you name it|you must only say|just (?:say|tell us|ask) and (?:we|it)",
    "(?:in (?:any|every) case|whatever happens|come what may|no ifs|regardless)(?=(?: [a-z]+){0,4}? (?:we|it|you|"
    "our)(?: |$))",
    "(?:in|under) (?:all|any) (?:conditions|circumstances|situations?)",
    "(?:does|do|handles?|takes care of) everything (?:for you|by itself|automatically)|"  # spoken
    "don't (?:need|have) to do "
    "anything",
    f"{OURS} (?:will |can |should )?(?:solves?|covers?|handles?|supports?|does|do) (?:all|everything|anything) (?:for "
    ")?you",
    "(?:we|they|people|our [a-z]+) (?:can|could|will|'ll) (?:do|handle|manage|solve) (?:any|anything|everything|all "
    "of that|all that)",
)


GAIN = Phrases(
    "(?:will|[a-z]+'ll|gonna|going to|make|makes|let|lets|see) (?:[a-z]+ ){0,4}?(?:explode|skyrocket|soar|boom|vanish|"
    "disappear|evaporate|plummet|take off|go through the roof|drop like a stone|fall off a cliff)",
    "(?:doubles?|triples?|halves?|halve) (?:your|the) [a-z]+",
    "to the moon|through the roof|like a stone",
    "(?:save|saves|cut|cuts|reduce|reduces|double|doubles|triple|triples|boost|boosts|increase|increases|grow|grows|"
    "halve|halves|lower|lowers|raise|raises) (?:you )?(?:[a-z]+ ){0,5}?(?:by |in |like )?(?:\\d+|half|ten|five|"
    "fifteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|a hundred)(?: percent| per cent| times|x| hours)?",
    "(?:make|get|earn|have) (?:the|your|that) (?:money|investment) back|pays? (?:for )?itself|pays? off (?:in|within)|"
    "return on investment (?:in|within|of)",
)
"""Promises of a gain for a buyer whose figures nobody has measured."""

EFFORT = Phrases(
    "(?:will|[a-z]+'ll|going to|gonna|should) be (?:[a-z]+ )?(?:easy|simple|quick|straightforward|painless|trivial|"
    "effortless)(?! (?:if|when|once))",
    "(?:just |only |literally )?(?:one|a single) (?:line of code|command|click|button)",
    "(?:super|very|really|totally|dead|pretty|completely) (?:easy|simple|trivial|painless|quick)(?= (?:we|it|for us|"
    "one|to (?:set|install|add|integrate|migrate|do))|$)",
    "(?:like |just |only |maybe )*(?:a |one )?(?:five|two|ten|one|few) (?:minutes?|seconds?|hours?|days?) (?:job|"
    "thing|work|and (?:all|it|you|everything))",
    "one day and (?:all|it|everything)",
    "(?:up and running|live|installed|set up|productive|done|integrated|migrated) (?:with)?in (?:an|a|one|two|a few|a "
    "couple of|no|minutes|hours|days)(?: [a-z]+)?",
    "only (?:press|push|flip|plug|click) (?!on)[a-z]+",
    "(?:runs|manages|maintains|configures|explains|installs) itself",
    "(?:piece of cake|child's play|no[- ]brainer|plug and play|plug-and-play|dead easy|dead simple|a breeze|walk in "
    "the park|in our sleep|magically|in no time)",
)
"""Promises about an effort before anybody has looked at the task."""

FEELING = Phrases(
    "(?:they|people|users|everybody|everyone) (?:just |simply |all )+get it|(?:everybody|everyone) (?:simply |just "
    ")?(?:loves|adores)",
    "(?:gonna|going to|will|[a-z]+'ll) (?:all )?(?:love|adore|be (?:delighted|thrilled|amazed|happy with)|thank (?:us|"
    "me|you))",
    "(?:immediately|instantly|at once) (?:understand|understands|see|get|love)|(?:understand|get|love) (?:it|this|"
    "that) (?:immediately|instantly|at once)",
)
"""Promises about what people will think of the product."""

UNFOUNDED = Phrases(
    "just works|from day one|overnight|for good$",
    "(?:i'm|i am|i can|let me) (?:telling|tell) you (?:now|right now|straight|this|it|that)(?! (?:about|a|what|how))|"
    "that(?:'s| is) a fact(?! of)|no discussion|end of (?:story|discussion)|put (?:my )?money on (?:it|that)",
    "even (?:my|your|a|an|the) (?:[a-z]+ )?(?:grandmother|grandma|mother|kid|kids|child|intern|boss|dog|monkey|"
    "beginner|trainee) (?:can|could|will|gets|understands)",
    *GAIN.patterns,
    *EFFORT.patterns,
    *FEELING.patterns,
    "(?:will|[a-z]+'ll|going to|gonna|can) (?:definitely|certainly|absolutely|surely|obviously|for sure) [a-z]+",
    "(?:will|going to|gonna) always [a-z]+",
    "(?:definitely|certainly|absolutely|surely|obviously) (?:will|can|going to|be ready)|(?:surely|definitely|"
    "certainly) (?:ready|done|before)",
    "(?:i|we|you|it)(?:'ll| will|'re going to| are going to| can|'m going to) (?:[a-z]+ ){1,6}?(?:for sure|guaranteed|"
    "without fail|surely)",
    "(?:i|we) (?:can |could |give you (?:a |my )?)?(?:guarantee|promise you|assure you|swear (?:that )?(?:it|this|"
    "we)(?:'ll| will))|guaranteed|guarantee (?:for (?:it|this|that))|(?:i|we) promise(?:$| (?:that |it|this|you|we))",
    "(?:you have|i give you|give you) (?:my|our) (?:assurance|word|guarantee|promise)",
    "(?:of course|sure|absolutely|definitely|certainly) (?:we|i)(?:'ll| will| can)",
    "definitely (?:that|this|it|all of that) (?:can|will)|make it happen",
    "(?:trust me|believe me|my word|take it from me|bank on (?:it|that)|without (?:a |any )?doubt|guarantee you|mark "
    "my words|count on (?:it|that|us|me)|rest assured|hand on heart|don't (?:you )?worry(?=$| (?:it|we|i|that|you|"
    "everything|nothing|there)(?: |'))|no worries at all|bet my (?:house|life|job))",
    "(?:don't|do not) (?:even )?(?:think|worry) about|you (?:don't|do not|won't|will not) (?:need|have) to worry",
    "consider (?:it|that|this) (?:done|sorted|solved|handled)|(?:it|that|this)'s as good as done",
    "(?:not a|isn't a|is not a|not an|it's no|that's no|is no|no) (?:big |real |major |huge )?(?:problem|issue|big "
    "deal|trouble|sweat|brainer|hassle|drama)(?: at all| for us)?",
    "non[- ]issue|(?:won't|will not|not going to|not gonna|wouldn't) be (?:an? )?(?:[a-z]+ )?(?:issue|problem|trouble|"
    "challenge)(?: at all)?",
    "(?:that's|that is|this is) all (?:it takes|you need|it needs)",
    "nothing (?:else|more) (?:that )?(?:you|they)(?: have| need| need to do)?|nothing to worry about",
    "(?:we'll|we will|i'll|i will) (?:figure|sort|work) (?:it|that|everything|this) out",
    "(?:sees?|get) results (?:immediately|instantly|from day one|overnight)",
    "(?:don't|doesn't|won't) need (?:any|no) (?:training|maintenance|support|help|developers?|it)",
    "(?:audit|exam|test|inspection|review|certification) will pass|(?:will|'ll) pass (?:the|your)",
    "(?:absolutely|sure|certainly|definitely|of course|easy|easily|naturally) (?:[a-z]+ percent )?(?:we|i|it|that) "
    "(?:can|could|support|do|handle|integrate|cover|have|works|does|is)",
)


class OverpromiseKind(StrEnum):
    """Kind of an overpromise: without an exception, without an end, or without a check."""

    ABSOLUTE = "absolute"
    UNBOUNDED = "unbounded"
    UNFOUNDED = "unfounded"


_OVERPROMISES: Mapping[OverpromiseKind, Phrases] = {
    OverpromiseKind.UNBOUNDED: UNBOUNDED,
    OverpromiseKind.ABSOLUTE: ABSOLUTE,
    OverpromiseKind.UNFOUNDED: UNFOUNDED,
}
_NO_PROMISE = Phrases(
    "^(?:no (?:problem|worries)|not a problem) (?:we|i)(?:'ll| will)(?! do (?:it|that)| handle| make it)",
    "that covers everything|covers everything from",
    "(?:no (?:problem|worries)|not a problem|(?<!for )sure|of course|no issue)(?:$| (?:take your|go ahead|thank|"
    "you're|i see|i understand|please|we can wait|i can wait))",
    "^(?:[a-z]+ )?(?:no (?:problem|worries))(?: [a-z]+){0,2}$",
    "never forget|don't worry (?:if|about|too)|(?:nobody|nothing|no one|never) (?:[a-z]+ ){0,2}(?:yet|before|until)",
    "(?:have|has|had|see|found|find|are|(?:there|it) (?:is|was)|were|any|raise|report|fix(?:ed)?|reported|about|with) "
    "no (?:problem|problems|issue|issues)(?! at all)",
    "(?:was|were|had|been|got) (?:[a-z]+ )?(?:problem|problems|issue|issues|trouble)",
    "must (?:[a-z]+ )?always|always must|always (?:ask|begin|start|use|used|wanted|say|says|said|thought|tell)",
)

MAX_EXTRA_WORDS = 4
"""Maximum words that are added to a match, so that its last word does not hang."""
_INCOMPLETE_ENDS = vocabulary(
    "every all any a an the that this these your our their its no zero with to of from for by and or not never have "
    "has be been is are can could will would we'll you've need single whatever even"
)
_DETERMINERS = vocabulary("the a our your this that these whole entire its my")
_DANGLING_ENDS = vocabulary("just and or so we i that to the a")


class OverpromiseMatch(Struct, frozen=True):
    """Words of an overpromise, and where in the line they start and end."""

    kind: OverpromiseKind
    words: str
    start: int
    end: int


def find_overpromises(line: str) -> list[OverpromiseMatch]:
    """Return every overpromise in a line, the first and longest first; empty if the line only sounds like one."""
    matches = [
        OverpromiseMatch(kind, _words_to_show(line, match.start(), match.end()), match.start(), match.end())
        for kind, patterns in _OVERPROMISES.items()
        for match in patterns.finditer(line)
    ]
    polite = [found.span() for found in _NO_PROMISE.finditer(line)] if matches else []
    matches = [match for match in matches if not any(match.start < end and start < match.end for start, end in polite)]
    return sorted(matches, key=lambda match: (match.start, -match.end))


def _words_to_show(line: str, start: int, end: int) -> str:
    """Return the words to display: not cut off after *every* or *with*, and without a dangling conjunction."""
    words, after, before = line[start:end].split(), line[end:].split(), line[:start].split()
    if before and before[-1] in _DETERMINERS:
        words.insert(0, before[-1])
    for word in after[:MAX_EXTRA_WORDS]:
        if words[-1] not in _INCOMPLETE_ENDS:
            break
        words.append(word)
    while len(words) > 1 and words[-1] in _DANGLING_ENDS:
        words.pop()
    return " ".join(words)


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

_DUE = Phrases(
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
_RECIPIENT = Phrases(
    "(?:to|for|with) (?:you|your (?:team|boss|manager|colleagues?|office|board|director|people|operators?|it|"
    "auditors?|legal department)|the (?:team|customer|client|group|board|chat)|everyone|everybody|them)",
    "(?:send|give|show|email|mail|call|ring|text|tell|let|message|keep|get|bring|lend|owe|pass|drop|write) (?:you|"
    "everyone|everybody|them)",
    "your (?:inbox|auditors?|board|director)",
)


def _find_due(line: str) -> str:
    """Return the date of a promise as it was said, or an empty string."""
    match = _DUE.search(line)
    return match.group() if match else ""


def _find_recipient(line: str) -> str:
    """Return the recipient of a promise as they were named, or an empty string."""
    match = _RECIPIENT.search(line)
    return match.group() if match else ""


_ROLE = (
    "(?:team|teams|colleague|colleagues|people|guy|guys|folks|boss|chief|manager|lead|engineer|engineers|architect|"
    "lawyer|lawyers|support|side|office|company|specialist|developer|developers|department|partner|consultant|"
    "technician|expert)"
)
_WE = f"(?:i|we|(?:our|my) (?:[a-z]+ ){{0,2}}?{_ROLE}|somebody from (?:our|my) [a-z]+)"
_COLLEAGUE = (
    "(?:he|she|they|somebody|someone|(?:our|my) (?:[a-z]+ ){0,2}?[a-z]+|(?:a|one of (?:our|my)) (?:[a-z]+ "
    f"){{0,2}}?{_ROLE}(?: of mine| of ours)?)"
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
_ACTION = (
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
_IN_MEETING = (
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

_FOR_YOU = (
    "(?:(?:to|for|with|at|by|in) (?:you|your [a-z]+|everybody|everyone)|you (?:a|an|the|some|one|two|three|that|those|"
    "it|both|all|this|another|with|up|in|out|posted|know|back|off|something|updated|informed)|your [a-z]+)"
)
_GIVING = (
    "(?:send|give|share|provide|prepare|email|write|bring|book|get|have (?:somebody|someone|one of|it|that|our|my|"
    "[a-z]+ (?:call|send|come|contact))|ask|arrange|offer|extend|call|knock|set|put|build|make|deliver|lend|ship|move|"
    "organi[sz]e|add|fix|change|check|find|connect|introduce)"
)

_WILLING = Phrases(
    f"{_WE}{_WILL} {_ADVERB}(?!{_IN_MEETING} ){_ACTION}",
    f"what (?:i|we)(?:'ll| will| can| could)? (?:can )?do is (?:[a-z']+ ){{0,3}}?{_ACTION}",
    "(?:i|we|i'll|we'll)(?: will| would|'d|'m| am|'re| are)?(?: be)? (?:(?:more than|very|only too) )?(?:(?:happy|"
    f"glad|delighted|pleased|willing|ready) to|gladly) (?!{_IN_MEETING} |see|share my)[a-z]+",
    f"^(?:(?:and|so|yeah|yes|sure) )*(?:happy|glad) to (?!{_IN_MEETING} )[a-z]+",
    f"(?:on|from) (?:my|our) (?:side|end|part) (?:i|we)(?:{_WILL})? (?!{_IN_MEETING} )(?:(?:'re|are|'m|am) "
    f")?(?:[a-z]+ing|{_ACTION})",
    f"(?:our|my) side (?:will |'ll )?{_ACTION}s?",
    "(?:the|our|my) (?:plan|next step|action)(?: [a-z]+){0,3}? is (?:to|that (?:we|i))",
)
"""Actions that are always commitments."""

_FOR_LISTENER = Phrases(
    f"{_WE}{_WILL} {_ADVERB}(?!{_IN_MEETING} )[a-z]+ (?:[a-z']+ ){{0,7}}?{_FOR_YOU}",
    f"{_COLLEAGUE}{_WILL} {_ADVERB}(?!{_IN_MEETING} )(?:{_ACTION}|come|contact|visit) (?:[a-z']+ ){{0,5}}?{_FOR_YOU}",
    f"{_WE} can {_ADVERB}(?!{_IN_MEETING} )[a-z]+ (?:[a-z']+ ){{0,3}}?(?:for|to) (?:you|your [a-z]+)",
    f"{_WE} (?:can|could) {_ADVERB}{_GIVING} (?:[a-z']+ ){{0,7}}?{_FOR_YOU}",
    f"{_WE} (?:can|could) {_ADVERB}(?:send|give|share|provide|prepare|email|write|bring|book) (?:it|them|the|a)",
    "(?:i|we|my [a-z]+|our [a-z]+)(?:'m|'re| am| are| is) (?:sending|bringing|giving|getting|making|preparing|"
    "providing|lending|shipping|writing|arranging|assigning|introducing) (?:[a-z']+ ){0,4}?" + _FOR_YOU,
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

_IDIOMS = Phrases(
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
_DONE = Phrases(
    "(?:it|this|that|they|everything|[a-z]+s?)(?:'ll| will) (?:also |all |then )?be (?:fixed|done|ready|removed|added|"
    "updated|finished|sent|moved|changed|delivered|completed|deployed|shared|implemented|corrected|installed)",
    "(?:is|are) planned for (?:completion|the next|next)",
)
_DATED = Phrases(
    f"(?:{_WE}|he|she)(?:{_WILL}| can| could) {_ADVERB}(?!{_IN_MEETING} )[a-z]+",
    f"{_WE}(?:{_WILL}| can| could) {_ADVERB}(?:be|have|go|come|run|start|begin|try|try to|finish|show) (?!a look|to "
    "look|the agenda|through)[a-z]+",
    "[a-z]+(?: [a-z]+)?(?:'ll| will|'s going to| is going to) (?!not |be |have |see |show |need |tell |want |happen "
    f")(?:{_ACTION}|call|contact|visit|come|swing|join)",
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

_NOW = Phrases(
    "(?:(?<!for )now|right now|just|in a (?:second|moment|sec|minute)|one (?:moment|second|sec)|quickly)",
    "(?:the|my|our|your) screen|the right window|the agenda",
    "i(?:'ll| will) (?:now |just )?(?:take|make|put|check|test|add|create|ask|start|go)$",
)
"""Actions during the call, which are not promises: nobody will ask about them on Friday."""

_HABIT = Phrases(
    "every (?:day|week|month|year|time|morning|evening|second|minute|hour|monday|tuesday|wednesday|thursday|friday)|"
    "usually|normally|typically|each (?:day|week|month|time)|used to",
)
_NOT_DONE = Phrases(
    "(?:won't|will not|can't|cannot|can not|not going to|aren't going to|not able to|unable to|don't|do not) "
    "(?:[a-z]+ ){0,3}?(?:be able to|commit|promise|make|do|send|have|get|start|give|finish|deliver)",
    "(?:you|your [a-z]+(?: [a-z]+)?)(?:'ll| will|'re going to| are going to| are gonna|'re gonna| is gonna) (?!get |"
    "have |receive |hear |be getting |find )(?:[a-z]+ )?[a-z]+ (?:us|it to us|me)",
)


def _find_commitment(line: str, due: str) -> re.Match[str] | None:
    """Return the words that commit the user's side to an action, or None. `due` is the date in the line, if any."""
    match = _IDIOMS.search(line) or _WILLING.search(line) or _FOR_LISTENER.search(line) or _DONE.search(line)
    if match is None and due and not _HABIT.search(line):
        match = _DATED.search(line)
    if match is None or (not due and _NOW.search(line)):
        return None
    start, end = match.span()
    is_negated = any(other.end() >= start and other.start() <= end for other in _NOT_DONE.finditer(line))
    return None if is_negated else match


_ASSENT = lazy_pattern(
    r"(?:(?:yes|yeah|yep|sure|sure thing|okay|ok|right|of course|absolutely|definitely|certainly|gladly|well|oh|so) )*"
    r"(?:we|i)(?:'ll| will| can| could)(?: (?:definitely|certainly|surely|absolutely|also|just))*"
    r"(?: do (?:that|it|this|so)(?: for you)?(?: (?:now|right now|right away|straight away|for sure))?)?"
)
"""Agreement that names nothing: what is agreed to is in the buyer's words."""


def is_assent(line: str) -> bool:
    """Return whether a sentence only agrees to what the buyer asked for: *sure, we can do that*."""
    return _ASSENT.fullmatch(line) is not None


class DetectedPromise(Struct, frozen=True):
    """A promise. `due` and `recipient` are in the speaker's own words, or empty; `kind` is that of an overpromise."""

    evidence: str
    due: str = ""
    recipient: str = ""
    kind: OverpromiseKind | None = None

    @property
    def is_overpromise(self) -> bool:
        return self.kind is not None


def find_promise(line: str, *, is_question: bool = False, may_overpromise: bool = True) -> DetectedPromise | None:
    """Return the promise in a sentence of the user, or None. Without `may_overpromise`, only commitments count."""
    if is_question:
        return None
    due = _find_due(line)
    for match in find_overpromises(line) if may_overpromise else ():
        if _is_meant(line, match.start, match.end) and not _is_hedged(line, match.start, match.end):
            return DetectedPromise(match.words, due, _find_recipient(line), match.kind)
    commitment = _find_commitment(line, due)
    if commitment is None or not _is_meant(line, *commitment.span()):
        return None
    return DetectedPromise(commitment.group().strip(), due, _find_recipient(line))


def _is_meant(line: str, start: int, end: int) -> bool:
    """Return whether the words from `start` to `end` are meant, and are the speaker's own."""
    return not (_is_supposed(line, end) or _is_denied(line, start) or _is_reported(line, start))


_FIRST_PERSON = Phrases(
    "(?:i|we)(?:'ll| will|'m going to|'re going to| am going to| are going to) "
    "(?!see |think |have to see |not |never |be |need |want |know )[a-z]+",
    "(?:i|we) can (?:do|get|send|give|bring|have) (?:that|it|this|you|them|those)",
)


_DELIVERY = Phrases(
    "(?:i|we)(?:'ll| will|'m going to|'re going to| am going to| are going to) "
    "(?:(?:also|just|then|probably|definitely|immediately|try to|go and) )?(?:"
    "(?:send|forward|share|email|mail|get|give|bring|introduce|connect) (?:it |that |this |them )?(?:over )?"
    "(?:to )?you|"
    "(?:send|forward) (?:the|an?|my|our|over|out)|set up (?:a|the) (?:call|meeting)|(?:get|come) back to you|"
    "let you know|(?:ask|check with|talk (?:to|with)|speak (?:to|with)) "
    "(?!for |about |that |if |whether |what |how |you |myself)(?:my |our |the )?[a-z]+)",
)
"""Steps of the buyer that count without a date: something for the user, or a word with a colleague."""


def find_buyer_promise(line: str, *, is_question: bool = False) -> DetectedPromise | None:
    """Return the promise in a sentence of the buyer, or None: dated, or a step for the user.

    Overpromises of the buyer are not distinguished.
    """
    if is_question or not _FIRST_PERSON.search(line):
        return None
    promise = find_promise(line)
    if promise and promise.due:
        return DetectedPromise(promise.evidence, promise.due, promise.recipient)
    delivery = _DELIVERY.search(line)
    if delivery is None or not _is_meant(line, *delivery.span()):
        return None
    return DetectedPromise(delivery.group(), _find_due(line), _find_recipient(line))


_SAID = (
    "(?:said|says|say|saying|told|tells|promised|promises|promising|swore|swears|claimed|claims|mentioned|mentions|"
    "indicated|assured|guaranteed|wrote|thought|hoped|believed|reckoned|wanted|asked|explained)"
)
_OTHERS = (
    "(?:he|she|they|you|somebody|someone|people|nobody|them|who|(?:your|the|that|my|his|her|their)(?: [a-z]+){1,3}?)"
)
_REPORTED = Phrases(
    f"(?<!as ){_OTHERS} (?:(?:had|have|has|'d|been|also|always|used to|already|just|blind|once|once also|never|"
    f"clearly) )*{_SAID}(?! you| that's)",
    "(?:told|assured|promised) (?:me|us|him|her|them|you)(?! that's)",
    "(?:was|were|been|got) (?:told|assured|promised|given to understand)",
    "according to",
)
_SAID_AFTER = Phrases(
    f"(?:you|he|she|they|somebody|someone) (?:just |also |had )?{_SAID}(?: (?:us|me|him|her|it|so|before|earlier))?$",
)
_NEW_CONTEXT = Phrases("(?:so|therefore|that's why|but|anyway|then)")
"""Words after which reported speech ends."""

_SUPPOSED = Phrases(
    "(?:would|might|could)(?:n't)? (?!be (?:happy|glad|delighted|pleased))(?:[a-z]+ ){0,2}?(?:have|be|need|want|"
    "rather|love|like|say|guess)(?! (?:happy|glad|delighted|pleased))",
    "if (?:i|we) can|(?:i'd|i would|we'd|we would) be (?:lying|wrong|guessing)",
    "if (?:i|we|you|they|it|he|she) (?:were|was|had|would|could|ever|ever had)",
    "were (?:we|i|you|they) to|had (?:we|you|they|i) [a-z]+(?:ed|n|ld|ught)",
    "(?:doesn't|don't|does not|do not|did not|didn't|not) (?:mean|think|believe|say|know|claim|pretend|promise|"
    "guarantee)(?! about)",
)
_DENIED = Phrases(
    "(?:can't|cannot|can not|couldn't|won't|wouldn't|don't|doesn't|do not|does not|didn't|not|isn't|aren't|wasn't|"
    "hardly|nobody|no one) (?:[a-z]+ ){0,3}?(?:promise|guarantee|guaranteed|assure|commit|say|exclude|always|every|"
    "all|everything|everybody|everyone|anything|completely|fully|entirely|totally|perfect|perfectly|100|certain|sure)",
    "(?:no|without any|not a|not any) (?:assurance|guarantee|guarantees|promise|promises)",
    "(?:unfair|dishonest|wrong|hard|difficult|too early|too soon) to (?:[a-z]+ )?(?:promise|guarantee|say|commit)",
    "not (?:a |in a )?position to|not able to|unable to",
)
_HEDGED = Phrases(
    "(?:try|trying|hope|hopefully|probably|maybe|perhaps|might|not sure|i think|we think|have to check|need to check|"
    "depends|depending|plan to|aim to|as far as i know|unless|assuming|most likely|likely|almost|not always|it seems|"
    "seems|should we|how|whether|so that|in order|make sure|if (?:we|it|all|nothing|possible))",
    "so far|at least|in (?:most|many|some) cases|usually|normally|often|mostly|nearly",
)
_NOT_YET = Phrases("(?:after|once|until|till|before|as soon as)$")
_BUT = Phrases("^(?:[a-z']+ ){0,2}?but")
HEDGE_REACH = 24
"""Characters after an absolute within which a hedge still softens it."""


def _is_reported(line: str, start: int) -> bool:
    """Return whether the words from `start` on are somebody else's."""
    if _SAID_AFTER.search(line):
        return True
    ends = [match.end() for match in _REPORTED.finditer(line[:start])]
    return bool(ends) and not _NEW_CONTEXT.search(line[ends[-1] : start].strip())


def _is_supposed(line: str, end: int) -> bool:
    """Return whether the words up to `end` are only supposed, or not meant."""
    return bool(_SUPPOSED.search(line[:end]))


def _is_denied(line: str, start: int) -> bool:
    """Return whether the words from `start` on are denied: *doesn't always work*, *we can't guarantee*."""
    return any(denial.start() < start <= denial.end() + 1 for denial in _DENIED.finditer(line))


def _is_hedged(line: str, start: int, end: int) -> bool:
    """Return whether a hedge precedes the words from `start` to `end`, or closely follows them.

    *It depends, but we will definitely have it* is not hedged.
    """
    if _NOT_YET.search(line[:start].rstrip()):
        return True
    after = line[end : end + HEDGE_REACH].lstrip()
    before = f" {line[:start]}".rpartition(" but ")[2]
    return bool(_HEDGED.search(before) or _HEDGED.search(after) or _BUT.search(after))
