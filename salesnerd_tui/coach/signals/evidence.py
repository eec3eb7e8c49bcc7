"""Evidence: the strength of the buyer's statements, and what they reveal.

Compliments, opinions and "we would definitely use it" cost nothing to say. A dated incident, a workaround or money
spent really happened. An introduction, a date or a budget is a commitment. Each statement gets the highest rung that
its words support; a statement without such words has no rung.

A pain, a number, a doubt or a need is worth a follow-up with the next sentence. Technical words are left out on
purpose, because people describe a pain in everyday words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum

from salesnerd_tui.coach.phrases import Phrases
from salesnerd_tui.coach.sentences import end_mark, split_words
from salesnerd_tui.coach.signals.questions import is_question


class Rung(StrEnum):
    """Strength of a statement as evidence, from the weakest to the strongest."""

    POLITENESS = "politeness"
    OPINION = "opinion"
    HYPOTHETICAL = "hypothetical"
    WISH = "wish"
    INCIDENT = "incident"
    WORKAROUND = "workaround"
    SPENT = "spent"
    INTRODUCTION = "introduction"
    DATE = "date"
    BUDGET = "budget"


RUNGS = tuple(Rung)
EVIDENCE = frozenset(RUNGS[RUNGS.index(Rung.INCIDENT) :])
"""Rungs that count as evidence: something happened, or something was given."""

MIN_WORDS = 4

_DAY = (
    "(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|tomorrow|next (?:week|month)|january|february|march|april|june|july|"
    r"august|september|october|november|december|the (?:\d+(?:st|nd|rd|th)|first|second|third|tenth|twelfth))"
)
_AMOUNT = (
    r"(?:\d[\d.,]*(?:k|m|%)?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|"
    "forty|fifty|sixty|eighty|ninety|(?:a |one )?hundred|(?:a )?thousand|(?:a )?million|half|a couple of|several)"
)
_UNIT = (
    "(?:hours?|days?|weeks?|months?|years?|evenings?|nights?|weekends?|euros?|dollars?|pounds?|francs?|quid|grand|"
    "thousand|million|k|percent)"
)
_SUPPOSES = Phrases(
    "(?:would|might|could|may|should)(?:n't| not)?|(?:i|we|they|you|he|she|it|that)'d",
    "(?:if|unless|imagine|suppose|supposing|perhaps|maybe|probably|theoretically|in theory|or)",
)
_HYPOTHESIZES = Phrases(
    "(?:i|we|they|he|she|people|users|customers|the team|my team|everyone|everybody|somebody|it) (?:[a-z]+ )?"
    "(?:would|might|could|may)(?:n't| not)? [a-z]+",
    "(?:i|we|they|he|she)'d (?!like|love|better|rather|prefer|been|had|got|never)[a-z]+",
    "(?:i|we|they|people|everyone|everybody)(?:'ll| will| would)? (?:definitely|surely|certainly|absolutely|probably) "
    "[a-z]+",
)
_WISHES = Phrases(
    "(?:i|we|they) (?:really |just |all |do )*(?:wish|hope|want|need)",
    "(?:i'd|we'd|i would|we would|would) (?:really )?(?:love|like|prefer)",
    "(?:would be|it'd be) (?:really |so |very )*(?:nice|great|good|cool|helpful|useful|perfect|ideal|lovely)",
    "ideally|the dream|looking forward",
)
_OPINES = Phrases(
    "(?:i|we) (?:really |do |don't |honestly |personally )*(?:think|guess|feel|believe|suppose|like|find|doubt)",
    "(?:in my opinion|if you ask me|to my mind|personally|seems|looks like|sounds like|usually|generally|always|"
    "everybody|everyone|people|most of us) [a-z']+",
)
_PLEASANT = Phrases(
    "(?:thanks|thank you|appreciate|pleasure|good luck|well done|congratulations)",
    "(?:sounds|looks|is|that's|it's|this is|really|very|so|quite) (?:really |very |so |quite |pretty )*(?:great|good|"
    "nice|interesting|impressive|cool|amazing|wonderful|fantastic|lovely|brilliant|clever|exciting|promising)",
    "(?:love|loved) (?:it|this|that|the idea|what)",
)
_PRAISE = Phrases(
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
"""Praise of a product as in advertising: superlatives, uniqueness, other customers, growth, vision, market, rivals."""

_TAKES_PLACE = Phrases(
    "(?:last|this) (?:week|month|year|quarter|monday|tuesday|wednesday|thursday|friday|saturday|sunday|night|spring|"
    "summer|autumn|fall|winter|march|april|june|july|october|november|december|january|february|august|september)",
    f"(?:in|on|since|around|back in) (?:early |late )?{_DAY}",
    rf"{_AMOUNT} (?:days?|weeks?|months?|years?) ago|in (?:19|20)\d\d|yesterday|this morning|the other day|just now|"
    "(?:the )?last time|once|twice|three times",
)
_PAST = Phrases(
    "[a-z]{2,}ed|was|were|had|did|lost|came|went|broke|said|fell|sent|got|took|found|rang|left|made|forgot|"
    "gave|told|wrote|bought|paid|cost|sat|stood|kept|ran|flew|threw|spent|hit|died|couldn't|didn't|wasn't"
)
_WORKS_AROUND = Phrases(
    "by hand|manually|work-?arounds?|spreadsheets?|excel|google sheets?|on paper|whiteboard|post-?its?|"
    "copy(?:ing|ied)? and past(?:e|ing|ed)|copies and pastes|typ(?:es?|ing) (?:it|them|that|everything) (?:again|in|"
    "out|twice|three times)",
    "(?:we|i|he|she|they|somebody|someone)(?:'ve| have| has|'s)? (?:just |even |already )?(?:built|wrote|hired|made|"
    "scripted|rigged|cobbled|knocked) (?:our|my|his|her|their|a|an|some|together|up)",
    "(?:we|i|he|she|they|somebody) (?:just |always |then )*(?:prints?|emails?|rings?|phones?) (?:it|them|"
    "everybody|each)",
)
_SPENDS = Phrases(
    f"(?:cost|costs|costing|paid|pay|pays|paying|spend|spends|spent|lose|loses|lost|wasted?|wastes|takes?|took|burned?)"
    f" (?:[a-z']+ ){{0,5}}{_AMOUNT} (?:[a-z]+ ){{0,2}}{_UNIT}",
    f"{_AMOUNT} (?:thousand |hundred |million )?{_UNIT} (?:a|per|each|every) (?:day|week|month|year|time|quarter|"
    "person|piece|head)",
    "(?:lost|cost|costs) (?:us|me|him|her|them) (?:a|the|our|my|his|her|their) [a-z]+",
    r"(?:€|£|\$) ?\d",
)
_INTRODUCES = Phrases(
    "(?:i'll|i will|i can|let me|we'll|we can|i'm going to) (?:[a-z]+ )?(?:introduce you|put you in touch|connect you|"
    "put you through|get (?:you )?(?:[a-z]+ ){0,3}(?:on|in front|together)|bring (?:[a-z]+ ){0,3}(?:in|along|to)|"
    "invite|copy|loop in|loop|forward (?:it|this|that) to|ask (?:[a-z]+ ){0,3}to join)",
    "(?:i'll|i will|we'll|let me|i can) (?:give|send) you (?:[a-z]+ )?(?:access|a login|their number|his number|her "
    "number|the data|our data|the logs|the export|a sample|samples)",
)
_GIVES_DATE = Phrases(
    "(?:let's|i'll|i will|we'll|we will|i can|we can|come|call me|ring me|meet|book|put (?:it|that|us) (?:in|down)|how "
    f"about|(?:shall) we say|we have to be live|go live|has to be live|start|decide) (?:[a-z']+ ){{0,7}}{_DAY}",
    f"(?:decides?|meets?|signs?|votes?|approves?|renews?|expires?|ends?|runs out) (?:[a-z]+ ){{0,3}}(?:on|in|by) "
    f"{_DAY}",
    "(?:decision|deadline|board|committee|audit|renewal|contract|licen[sc]e|go-live|launch|freeze|budget|vote)(?:'s|"
    f"(?: [a-z]+){{0,2}} (?:is|are|ends|comes|falls|starts|closes)) (?:[a-z']+ ){{0,3}}{_DAY}",
)
_GIVES_BUDGET = Phrases(
    f"(?:budget|budgeted|set aside|put aside|earmarked|signed off|approved|allocated|reserved) (?:[a-z']+ ){{0,4}}"
    f"(?:{_AMOUNT}|for (?:this|it|that)|money)",
    f"(?:{_AMOUNT}|money) (?:[a-z]+ ){{0,4}}(?:set aside|put aside|earmarked|approved|in the budget|in my budget|"
    "signed off)",
    f"i can (?:sign|spend|approve) (?:[a-z]+ ){{0,4}}(?:{_AMOUNT}|it|that|this)",
)
_DENIES = Phrases(
    "(?:no|not|never|don't|doesn't|didn't|haven't|hasn't|isn't|wasn't|can't|cannot|won't|without|nothing|nobody)"
)
_COMMITMENTS = ((Rung.BUDGET, _GIVES_BUDGET), (Rung.DATE, _GIVES_DATE), (Rung.INTRODUCTION, _INTRODUCES))


def find_rung(text: str) -> Rung | None:
    """Return the highest rung that the words of a sentence support, None if there is none."""
    words = split_words(text)
    if len(words) < MIN_WORDS or is_question(words, end_mark(text)):
        return None
    line = " ".join(words)
    evidence = None if _SUPPOSES.search(line) else _find_evidence(line)
    return evidence or next((rung for rung, is_met in _WITHOUT_EVIDENCE if is_met(line)), None)


def _find_evidence(line: str) -> Rung | None:
    if not _DENIES.search(line):
        for rung, commitment in _COMMITMENTS:
            if commitment.search(line):
                return rung
    return _find_incident(line)


def _find_incident(line: str) -> Rung | None:
    if _SPENDS.search(line):
        return Rung.SPENT
    if _WORKS_AROUND.search(line):
        return Rung.WORKAROUND
    return Rung.INCIDENT if _TAKES_PLACE.search(line) and _PAST.search(line) else None


_WITHOUT_EVIDENCE: Sequence[tuple[Rung, Callable[[str], object]]] = (
    (Rung.WISH, _WISHES.search),
    (Rung.HYPOTHETICAL, _HYPOTHESIZES.search),
    (Rung.POLITENESS, lambda line: _PLEASANT.search(line) or _PRAISE.search(line)),
    (Rung.OPINION, _OPINES.search),
)
"""Rungs that are not evidence, in order of precedence."""


MIN_FLATTERING_WORDS = 3
_COMPLIMENTS = Phrases(
    "(?:sounds|looks|is|that's|it's|this is|really|very|so|quite) (?:really |very |so |quite |pretty |absolutely )*"
    "(?:great|good|nice|interesting|impressive|cool|amazing|wonderful|fantastic|lovely|brilliant|clever|exciting|"
    "promising|perfect|awesome|neat|slick|excellent)",
    "(?:love|loved|like) (?:it|this|the idea|what (?:you|i))",
    "i(?:'m| am) (?:really |very |so )*(?:impressed|excited)",
    "(?:just|exactly) what (?:we|i)(?:'ve| have)? (?:need|needed|been looking for|want|wanted)",
)
_USES = (
    "(?:use|buy|pay|try|sign|switch|take|adopt|recommend|go for|save|help|solve|fix|change|love (?:it|this|that|"
    "to have|one)|be (?:(?:so|very|really|super|hugely|extremely|incredibly) )?(?:useful|helpful|handy|great|"
    "perfect|huge|happy|interested|a game changer|nice|good|amazing))"
)
_SUPPOSES_USE = Phrases(
    f"(?:i|we|they|people|everyone|everybody|it|that|this|(?:my|our|the) [a-z]+)(?:'d| would| could| might)"
    f"(?: [a-z]+){{0,2}}? {_USES}",
    f"(?:i|we|they|people|everyone|everybody|(?:my|our|the) [a-z]+)(?:'ll| will) (?:definitely|surely|certainly|"
    f"absolutely|totally|probably) {_USES}",
    f"would (?:definitely|surely|certainly|absolutely|totally|probably) {_USES}",
)
_RESERVES = Phrases("(?:but|except|though|although|until|not|no|never|don't|wouldn't|couldn't|isn't|doesn't|hardly)")


def is_flattering(words: Sequence[str]) -> bool:
    """Return whether the buyer praises the product or says they would use it, without a reservation."""
    if len(words) < MIN_FLATTERING_WORDS:
        return False
    line = " ".join(words)
    is_praise = _COMPLIMENTS.search(line) or _SUPPOSES_USE.search(line)
    if not is_praise or is_question(tuple(words)):
        return False
    return _find_incident(line) is None and not _RESERVES.search(line)


class RevealKind(StrEnum):
    """Kind of evidence that the buyer reveals."""

    PAIN = "pain"
    DOUBT = "doubt"
    NEED = "need"
    NUMBER = "number"


_NOT = (
    "(?:(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)(?: not|n't)|cannot|can't|won't|never)"
)
_PAIN = Phrases(
    "(?:problems?|issues?|troubles?|pains?|painful|struggl(?:e|es|ing|ed)|headaches?|nightmares?|mess|messy|chaos|"
    "chaotic|bugs?|errors?|mistakes?|broken|breaks?|broke|fails?|failed|failing|failures?|crash(?:ed|es|ing)?|hassle|"
    "bottlenecks?|complain(?:s|ed|ing|ts?)?|hates?|hated|suffer(?:s|ed|ing)?|drives? (?:me|us|them|people) "
    "(?:crazy|mad|"
    "nuts)|burden|disaster|terrible|horrible|awful|annoy(?:s|ed)?|frustrat(?:es|ion)|useless|impossible|tricky)",
    "(?:hard|difficult|annoying|frustrating|frustrated|confusing|confused|slow|slowly|tedious|expensive|"
    "costly|boring|"
    "stressful|inconvenient|uncomfortable|unclear|tired|tiring|exhausting|hurts|clumsy|cumbersome|overwhelming|"
    "overwhelmed|outdated|unreliable|unusable|scary|too (?:much|many|long|late|big|small|often|complicated|complex))",
    "(?:takes?|took|wast(?:es?|ed|ing)|costs?|spends?|spent|loses?|lost) (?:us |me |them |him |her |too |so |"
    "a |an |the "
    "|about |around |up |at least )*(?:long|time|hours?|days?|weeks?|months?|minutes?|money|forever|lot|whole|half|"
    "evenings?|nights?|weekends?|most)",
    f"{_NOT} (?:really |even |always |actually |properly )?(?:work|fit|help|scale|save|let|show|find|open|load|"
    f"match|see|"
    "understand|trust|handle|keep up|like|know|remember|get|use|allow|answer|respond|sync|update|come)",
    "(?:lose|losing|loses|lost|missed|missing|misses|wrong|worse|worst|stuck|fed up|gave up|give up|given up|forget|"
    "forgets|forgot|forgotten|overlaps?|fell|flew|disappear(?:s|ed)?|vanish(?:es|ed)?|delays?|delayed|late)",
    "by hand|manually|over and over|again and again|every single (?:time|day)|(?:up|awake) at night|keeps? (?:me|us) "
    "(?:awake|up)|falls? through|slips? through|work-?arounds?|copy(?:ing)? and past(?:e|ing)|twice a|no idea|nobody "
    "[a-z]+s|no one [a-z]+s",
)
_DOUBT = Phrases(
    "(?:worried|worry|worries|worrying|afraid|fear|fears|scared|concern|concerns|concerned|nervous|skeptical|"
    "sceptical|"  # spoken
    "doubts?|doubtful|risks?|risky|unsure|hesitant|hesitate|suspicious|reluctant|uneasy)",
    "(?:not|n't) (?:really |so |very |quite |too |entirely |fully |100 )*(?:sure|certain|convinced|reliable|clear|"
    "comfortable|confident|obvious|realistic|ready|happy|satisfied)",
    "(?:don't|do not|didn't|did not) (?:really |quite |fully )?(?:need|want|care|believe|think|trust|agree|"
    "see (?:why|how|"
    "the point))",
    "(?:won't|will not|wouldn't|would not) (?:it|that|this|we|they)",
    "not (?:necessary|needed|important|critical|worth|relevant)",
    "(?:seems|feels|looks|sounds) (?:too|a bit|a little|kind of|strange|weird|odd|off|wrong|unreliable|complicated|"
    "risky|suspicious)",
    "we(?:'ll| will) see|too good to be true|what if|on the other hand|tried (?:that|this|it|something|once|before)",
)
_NEED = Phrases(
    "(?:i|we|they|you guys|people|users|my team|our team|everyone) (?:really |also |just |would |do |definitely |"
    "absolutely )*(?:need|needs|want|wants|wish|prefer|must|have to|had to|expect|hope)",
    "(?:would be|it'd be|be) (?:great|good|nice|better|best|cool|helpful|useful|perfect|convenient|preferable|"
    "ideal|easier|enough|lovely) "
    "(?:if|to|for|that|when)",
    "(?:i'd|i would|we'd|we would|he'd|she'd) (?:rather|like|love|prefer|want|need|expect|also|make|add|put|do|"
    "change|say|suggest|recommend|leave)",
    "(?:preferable|preferably|ideally|it's important|is important|the main thing|most important|matters|priority|"
    "mandatory|must-have|required)",
    "(?:should|could|please|can you|could you) (?:be |also |have |just |maybe )*(?:add|make|change|fix|remove|send|"
    "include|show|put|rename|move|keep|bigger|smaller|clearer|consider|write|check|reduce|increase)",
    "(?:missing|lacking|lack|instead of|a way to|so that (?:i|we|they))",
    "(?:looking|searching|hoping|waiting|asking) for",
)
_NUMBER = Phrases(
    r"(?:about|around|roughly|over|under|nearly|almost|up to|at least|some|like)? ?\d[\d.,]*(?:k|m|%)? (?:percent|"
    r"people|users|customers|clients|engineers|developers|teams|hours|minutes|days|weeks|months|years|times|euros|"
    r"dollars|tickets|orders|items|servers|accounts|stores|calls|records|cards|tasks|projects|companies|students|"
    r"members|patients|invoices|thousand|million|k)",
    "(?:two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|forty|fifty|hundred|hundreds|"
    "thousand|thousands|million|millions|dozen|dozens|half) (?:of )?(?:percent|people|users|customers|engineers|"
    "developers|teams|hours|minutes|days|weeks|months|years|times|euros|dollars|tickets|orders|thousand|million|a "
    "year|a month|a week|a day)",
)
_REVEALS = (
    (RevealKind.DOUBT, _DOUBT),
    (RevealKind.PAIN, _PAIN),
    (RevealKind.NEED, _NEED),
    (RevealKind.NUMBER, _NUMBER),
)
_NO_PROBLEM = Phrases(
    "(?:no|not any|without|don't (?:see|have)(?: any)?|do not (?:see|have|currently see)(?: any)?|any) (?:more |"
    "further |big |major |significant |real |other )?(?:problem|problems|issue|issues|questions|complaints|concerns|"
    "objections|bugs|doubt|trouble)",
    "(?:problem|problems|issue|issues|bug|bugs) (?:is|are|was|were|appear|seem) (?:solved|fixed|resolved|gone)",
)
MIN_REVEAL_WORDS = 5
"""Minimum words of a reveal; shorter phrases such as *no problem* are only polite."""


def find_reveal(words: tuple[str, ...]) -> RevealKind | None:
    """Return what these words of the buyer reveal, or None."""
    if len(words) < MIN_REVEAL_WORDS:
        return None
    line = " ".join(words)
    if _NO_PROBLEM.search(line):
        return None
    return next((kind for kind, patterns in _REVEALS if patterns.search(line)), None)
