"""Promises without an end: whatever you need, any time, as many as you like, no matter what."""

from __future__ import annotations

from salesnerd_tui.coach.signals.absolutes import OURS
from salesnerd_tui.coach.words import phrases

_GIVES = (
    "(?:build|builds|do|does|make|makes|deliver|add|have|get|give|give you|develop|change|fix|handle|handles|support|"
    "supports|integrates? with|works? (?:with|in)|adapts?(?: to)?|adapt us to|accommodate|cover|covers|use it|help(?: "
    "you)?(?: with)?|reads?|processes|connects? to|it in|them in)"
)
HOURS = phrases(
    "(?:around the clock|day and night|day or night|24/7|24 7|twenty[- ]four seven|twenty[- ]four hours|at all times|"
    "at any (?:time|hour)|any time (?:of|you|day))",
)
"""When somebody can be reached."""

UNBOUNDED = phrases(
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
    f"{_GIVES} (?:[a-z]+ ){{0,4}}?(?:whatever|anything|everything|any way|however|wherever|whenever) (?:that )?(?:you|"
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
    "(?:does|do|handles?|takes care of) everything (?:for you|by itself|automatically)|don't (?:need|have) to do "
    "anything",
    f"{OURS} (?:will |can |should )?(?:solves?|covers?|handles?|supports?|does|do) (?:all|everything|anything) (?:for "
    ")?you",
    "(?:we|they|people|our [a-z]+) (?:can|could|will|'ll) (?:do|handle|manage|solve) (?:any|anything|everything|all "
    "of that|all that)",
)
