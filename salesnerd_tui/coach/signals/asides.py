"""What takes a sentence's word back: somebody else said it, it is past, it is only supposed, it is denied or hedged.

The words of a promise are in all of these. *He swore it would be fixed by Easter* binds nobody here.
"""

from __future__ import annotations

from salesnerd_tui.coach.phrases import phrases

_SAID = (
    "(?:said|says|say|saying|told|tells|promised|promises|promising|swore|swears|claimed|claims|mentioned|mentions|"
    "indicated|assured|guaranteed|wrote|thought|hoped|believed|reckoned|wanted|asked|explained)"
)
_OTHERS = (
    "(?:he|she|they|you|somebody|someone|people|nobody|them|who|(?:your|the|that|my|his|her|their)(?: [a-z]+){1,3}?)"
)
_REPORTED = phrases(
    f"(?<!as ){_OTHERS} (?:(?:had|have|has|'d|been|also|always|used to|already|just|blind|once|once also|never|"
    f"clearly) )*{_SAID}(?! you| that's)",
    "(?:told|assured|promised) (?:me|us|him|her|them|you)(?! that's)",
    "(?:was|were|been|got) (?:told|assured|promised|given to understand)",
    "according to",
)
_SAID_AFTER = phrases(
    f"(?:you|he|she|they|somebody|someone) (?:just |also |had )?{_SAID}(?: (?:us|me|him|her|it|so|before|earlier))?$",
)
_ANEW = phrases("(?:so|therefore|that's why|but|anyway|then)")
"""After one of these a sentence speaks for itself again."""

_SUPPOSED = phrases(
    "(?:would|might|could)(?:n't)? (?!be (?:happy|glad|delighted|pleased))(?:[a-z]+ ){0,2}?(?:have|be|need|want|"
    "rather|love|like|say|guess)(?! (?:happy|glad|delighted|pleased))",
    "if (?:i|we) can|(?:i'd|i would|we'd|we would) be (?:lying|wrong|guessing)",
    "if (?:i|we|you|they|it|he|she) (?:were|was|had|would|could|ever|ever had)",
    "were (?:we|i|you|they) to|had (?:we|you|they|i) [a-z]+(?:ed|n|ld|ught)",
    "(?:doesn't|don't|does not|do not|did not|didn't|not) (?:mean|think|believe|say|know|claim|pretend|promise|"
    "guarantee)(?! about)",
)
_DENIED = phrases(
    "(?:can't|cannot|can not|couldn't|won't|wouldn't|don't|doesn't|do not|does not|didn't|not|isn't|aren't|wasn't|"
    "hardly|nobody|no one) (?:[a-z]+ ){0,3}?(?:promise|guarantee|guaranteed|assure|commit|say|exclude|always|every|"
    "all|everything|everybody|everyone|anything|completely|fully|entirely|totally|perfect|perfectly|100|certain|sure)",
    "(?:no|without any|not a|not any) (?:assurance|guarantee|guarantees|promise|promises)",
    "(?:unfair|dishonest|wrong|hard|difficult|too early|too soon) to (?:[a-z]+ )?(?:promise|guarantee|say|commit)",
    "not (?:a |in a )?position to|not able to|unable to",
)
_HEDGED = phrases(
    "(?:try|trying|hope|hopefully|probably|maybe|perhaps|might|not sure|i think|we think|have to check|need to check|"
    "depends|depending|plan to|aim to|as far as i know|unless|assuming|most likely|likely|almost|not always|it seems|"
    "seems|should we|how|whether|so that|in order|make sure|if (?:we|it|all|nothing|possible))",
    "so far|at least|in (?:most|many|some) cases|usually|normally|often|mostly|nearly",
)
_NOT_YET = phrases("(?:after|once|until|till|before|as soon as)$")
_BUT = phrases("^(?:[a-z']+ ){0,2}?but")
HEDGE_REACH = 24
"""Characters after an absolute in which a hedge still takes its edge off."""


def reported(line: str, start: int) -> bool:
    """Whether the words from `start` on are somebody else's."""
    if _SAID_AFTER.search(line):
        return True
    frames = [frame.end() for frame in _REPORTED.finditer(line[:start])]
    return bool(frames) and not _ANEW.search(line[frames[-1] : start].strip())


def supposed(line: str, end: int) -> bool:
    """Whether what is said up to `end` is only what would be, or what is not meant."""
    return bool(_SUPPOSED.search(line[:end]))


def denied(line: str, start: int) -> bool:
    """Whether the words from `start` on are denied: *doesn't always work*, *we can't guarantee*."""
    return any(found.start() < start <= found.end() + 1 for found in _DENIED.finditer(line))


def hedged(line: str, start: int, end: int) -> bool:
    """Whether a hedge stands before the words from `start` to `end`, or close after them."""
    if _NOT_YET.search(line[:start].rstrip()):
        return True
    after = line[end : end + HEDGE_REACH].lstrip()
    return bool(_HEDGED.search(line[:start]) or _HEDGED.search(after) or _BUT.search(after))
