"""They told me something that matters: a pain, a number, a doubt, a need. The next thing from me should take it up.

Sources: the design's four (pain, number, doubt, need); the moves that discovery teaches (Rackham's implied and explicit
needs). Words of the trade are left out on purpose: a pain is said in everyday words.
"""

from __future__ import annotations

from enum import StrEnum

from salesnerd_tui.coach.words import phrases


class Revealed(StrEnum):
    PAIN = "pain"
    DOUBT = "doubt"
    NEED = "need"
    NUMBER = "number"


_PAIN = phrases(
    "(?:problem|problems|issue|issues|trouble|troubles|pain|painful|struggle|struggling|struggled|headache|nightmare|"
    "mess|bug|bugs|broken|breaks|broke|fails|failed|failing|crash|crashed|crashes)",
    "(?:hard|difficult|annoying|frustrating|frustrated|confusing|confused|slow|slowly|tedious|expensive|costly|"
    "stressful|inconvenient|uncomfortable|tired|hurts)",
    "(?:takes|took|wastes?|wasting|costs|cost) (?:us |me |them |too |so |a |an |the |about |around |up )*(?:long|"
    "time|hours?|days?|weeks?|months?|money|forever|lot|whole|half)",
    "(?:doesn't|does not|didn't|don't|isn't|won't|can't|couldn't|cannot) (?:really |even |always |actually )?(?:work|"
    "fit|help|scale|save|let|show|find|open|load|match|see|understand|trust|handle|keep up|like)",
    "(?:lost|losing|missed|missing|wrong|worse|worst|stuck|fed up|overlap|overlaps|fell|flew)",
    "by hand|manually|over and over|every single time|up at night|fall through|workaround",
)
_DOUBT = phrases(
    "(?:worried|worry|worries|afraid|concern|concerns|concerned|nervous|skeptical|sceptical|doubt|doubts|risk|risky|"
    "unsure|hesitant|suspicious)",
    "(?:not|n't) (?:really |so |very |quite |too |entirely |100 )?(?:sure|certain|convinced|reliable|clear|"
    "comfortable|confident)",
    "(?:don't|do not|didn't) (?:really |quite |fully )?(?:need|want|care|believe|think)",
    "(?:won't|will not|wouldn't) (?:it|that|this|we|they)",
    "not (?:necessary|needed|important|critical|worth|relevant)",
    "(?:seems|feels|looks) (?:too|a bit|a little|kind of|strange|weird|odd|off|wrong|unreliable|complicated)",
)
_NEED = phrases(
    "(?:i|we|they|you guys|people|users|my team|our team|everyone) (?:really |also |just |would |do |definitely |"
    "absolutely )*(?:need|needs|want|wants|wish|prefer|must|have to|had to|expect|hope)",
    "(?:would be|it'd be|be) (?:great|good|nice|better|best|cool|helpful|useful|perfect|convenient|preferable|ideal) "
    "(?:if|to|for|that|when)",
    "(?:i'd|i would|we'd|we would|he'd|she'd) (?:rather|like|love|prefer|want|need|expect|also|make|add|put|do|"
    "change|say|suggest|recommend|leave)",
    "(?:preferable|preferably|ideally|it's important|is important|the main thing|most important|matters|priority|"
    "mandatory|must-have|required)",
    "(?:should|could|please|can you|could you) (?:be |also |have |just |maybe )*(?:add|make|change|fix|remove|send|"
    "include|show|put|rename|move|keep|bigger|smaller|clearer|consider|write|check|reduce|increase)",
    "(?:missing|lacking|lack|instead of|a way to|so that (?:i|we|they))",
    "(?:looking|searching) for",
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
_TESTS = ((Revealed.PAIN, _PAIN), (Revealed.DOUBT, _DOUBT), (Revealed.NEED, _NEED), (Revealed.NUMBER, _NUMBER))
_ALL_WELL = phrases(
    "(?:no|not any|without|don't (?:see|have)(?: any)?|do not (?:see|have|currently see)(?: any)?|any) (?:more |"
    "further |big |major |significant |real |other )?(?:problem|problems|issue|issues|questions|complaints|concerns|"
    "objections|bugs|doubt|trouble)",
    "(?:problem|problems|issue|issues|bug|bugs) (?:is|are|was|were|appear|seem) (?:solved|fixed|resolved|gone)",
)
SHORTEST_WORDS = 5
"""A revelation takes a clause: *no problem*, *that works* are manners."""


def revealed(spoken: tuple[str, ...]) -> Revealed | None:
    """What these words of theirs give away, or None."""
    if len(spoken) < SHORTEST_WORDS:
        return None
    line = " ".join(spoken)
    if _ALL_WELL.search(line):
        return None
    return next((kind for kind, test in _TESTS if test.search(line)), None)
