"""Praise of our own thing, and the view from the hill: unique, growing, the future of the whole industry.

The design calls going to *the solution or to praise of it* pitching. Such a sentence answers no question about how or
what, so an invitation does not cover it. The classes are those of advertising: superlatives, uniqueness, other
customers as witnesses, our growth and size, the vision, the market and those who are worse.
"""

from __future__ import annotations

from salesnerd_tui.coach.phrases import phrases

_PRAISE = phrases(
    "(?:unlike|compared (?:to|with)) (?:the |any |all |every |most |many |some |other |others|our |anyone|anything)+",
    "(?:nobody|no one|no-one|none of (?:them|the others)|no other [a-z]+|nothing else) (?:else )?(?:[a-z]+ "
    "){0,3}?(?:has|"
    "have|does|do|can|offers?|is|are|comes)",
    "(?:(?:the|our|your|is|are|we're) )?(?:only (?:one|ones|company|product|platform|tool|solution|team|"
    "people|vendor)|"
    "first (?:one|ones|company|product|platform|tool|to market)|market leaders?|leader in|leading)",
    "(?:makes|sets|what's|that's what's|really|so) (?:us |it |our [a-z]+ |really |so |very )*(?:different|unique|"
    "special|apart)",
    "differentiat(?:es?|ion|or|ors)|competitive advantage|secret sauce|superpowers?|moat|flywheel|value proposition",
    "(?:better|faster|cheaper|stronger|smarter|easier|more [a-z]+|ahead) (?:than|of) (?:any|anything|anyone|everyone|"
    "everything|everybody|all|the (?:others?|competition|competitors|market|rest|alternatives)|others|most|"
    "competitors)",
    "(?:best|fastest|biggest|largest|strongest|most [a-z]+)(?:[- ][a-z]+)? (?:in|on|of) (?:the|its|our|this) "
    "(?:[a-z]+ )?"
    "(?:world|market|industry|region|country|class|kind|business|space|year|projects?)|best[- ]in[- ]class|"
    "fastest[- ]growing",
    "(?:powerful|seamless|seamlessly|cutting-edge|state-of-the-art|next-generation|next-gen|revolutionary|"
    "revolutioni[sz]e|world-class|game[- ]chang(?:er|ing)|out of the box|amazing|incredible|awesome|magical|"
    "groundbreaking|breakthrough|unparalleled|unmatched|best of both|holistic|disruptive|disrupt(?:ing)?|"
    "transformative|supercharge|unlock(?:s|ing)?|empower(?:s|ing)?|one-stop|turnkey)",
    "(?:our|my|their|the|all) (?:[a-z]+ )?(?:customers|clients|users|partners|operators) (?:(?:all|always|"
    "often|really|"
    "constantly|even|just) )*(?:tell|say|call|love|see|report|are (?:so |very |really )?(?:happy|thrilled|"
    "excited)|rave)",
    "(?:we|we've|we're|it's|i'm|are|is) (?:been |just |already |also |really |very |so |quite |super |"
    "extremely )*(?:proud|"
    "excited|thrilled|growing|grown|grew|fastest[- ]growing|leading|number one)",
    "(?:our|the) (?:vision|mission|ambition|dream|roadmap|moonshot)|become the|operating system (?:for|of)",
    "(?:whole|entire|every|the|this) (?:[a-z]+ )?(?:market|industry|category|ecosystem|world)(?:'s| is| are| "
    "will| was|'ll)|"
    "(?:market|industry|category|space|world) (?:is|are|was|will|has) (?:going|moving|changing|shifting|"
    "consolidating|"
    "huge|massive|growing|becoming|been)|in the next (?:decade|few years|five years|ten years|year or two)",
    "(?:the )?(?:future|next generation|new era|paradigm) of|total addressable|big opportunity|opportunity "
    "(?:for us|is)",
    "(?:competitors?|competition|other (?:vendors|tools|products|companies|solutions|players|guys|startups))",
)


def praises(line: str) -> bool:
    """True when this sentence of mine praises our thing, or paints the market and the future round it."""
    return bool(_PRAISE.search(line))
