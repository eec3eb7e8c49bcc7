"""They told me something that matters: a pain, a number, a doubt, a need. The next thing from me should take it up.

Sources: the design's four (pain, number, doubt, need); the moves that discovery teaches (Rackham's implied and explicit
needs). Words of the trade are left out on purpose: a pain is said in everyday words.
"""

from __future__ import annotations

from enum import StrEnum

from salesnerd_tui.coach.phrases import phrases


class RevealKind(StrEnum):
    PAIN = "pain"
    DOUBT = "doubt"
    NEED = "need"
    NUMBER = "number"


_NOT = (
    "(?:(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)(?: not|n't)|cannot|can't|won't|never)"
)
_PAIN = phrases(
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
_DOUBT = phrases(
    "(?:worried|worry|worries|worrying|afraid|fear|fears|scared|concern|concerns|concerned|nervous|skeptical|"
    "sceptical|"
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
_NEED = phrases(
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
_NUMBER = phrases(
    r"(?:about|around|roughly|over|under|nearly|almost|up to|at least|some|like)? ?\d[\d.,]*(?:k|m|%)? (?:percent|"
    r"people|users|customers|clients|engineers|developers|teams|hours|minutes|days|weeks|months|years|times|euros|"
    r"dollars|tickets|orders|items|servers|accounts|stores|calls|records|cards|tasks|projects|companies|students|"
    r"members|patients|invoices|thousand|million|k)",
    "(?:two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|forty|fifty|hundred|hundreds|"
    "thousand|thousands|million|millions|dozen|dozens|half) (?:of )?(?:percent|people|users|customers|engineers|"
    "developers|teams|hours|minutes|days|weeks|months|years|times|euros|dollars|tickets|orders|thousand|million|a "
    "year|a month|a week|a day)",
)
_TESTS = ((RevealKind.DOUBT, _DOUBT), (RevealKind.PAIN, _PAIN), (RevealKind.NEED, _NEED), (RevealKind.NUMBER, _NUMBER))
_ALL_WELL = phrases(
    "(?:no|not any|without|don't (?:see|have)(?: any)?|do not (?:see|have|currently see)(?: any)?|any) (?:more |"
    "further |big |major |significant |real |other )?(?:problem|problems|issue|issues|questions|complaints|concerns|"
    "objections|bugs|doubt|trouble)",
    "(?:problem|problems|issue|issues|bug|bugs) (?:is|are|was|were|appear|seem) (?:solved|fixed|resolved|gone)",
)
SHORTEST_WORDS = 5
"""A revelation takes a clause: *no problem*, *that works* are manners."""


def revealed(spoken: tuple[str, ...]) -> RevealKind | None:
    """What these words of theirs give away, or None."""
    if len(spoken) < SHORTEST_WORDS:
        return None
    line = " ".join(spoken)
    if _ALL_WELL.search(line):
        return None
    return next((kind for kind, test in _TESTS if test.search(line)), None)
