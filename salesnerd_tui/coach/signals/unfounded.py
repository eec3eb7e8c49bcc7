"""Promises with nothing under them: an effort, a gain or a feeling assured before anybody looked, or just *done*."""

from __future__ import annotations

from salesnerd_tui.coach.words import phrases

GAIN = phrases(
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
"""A gain, for somebody whose figures nobody measured."""

EFFORT = phrases(
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
"""An effort, before anybody looked at what there is to do."""

FEELING = phrases(
    "(?:they|people|users|everybody|everyone) (?:just |simply |all )+get it|(?:everybody|everyone) (?:simply |just "
    ")?(?:loves|adores)",
    "(?:gonna|going to|will|[a-z]+'ll) (?:all )?(?:love|adore|be (?:delighted|thrilled|amazed|happy with)|thank (?:us|"
    "me|you))",
    "(?:immediately|instantly|at once) (?:understand|understands|see|get|love)|(?:understand|get|love) (?:it|this|"
    "that) (?:immediately|instantly|at once)",
)
"""What people will think of it."""

UNFOUNDED = phrases(
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
    "we)(?:'ll| will))|guaranteed|guarantee (?:for (?:it|this|that))|(?:i|we) promise (?:that |it|this|you|we)",
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
