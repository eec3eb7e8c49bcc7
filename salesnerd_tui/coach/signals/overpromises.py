"""Promises nobody can keep or know: without exception, without end, or with nothing under them.

*Absolute* leaves no room for the one case that will come (*it never fails*, *every system*, *a hundred percent*).
*Unbounded* gives away what has no edge (*whatever you need*, *any time*, *no matter how many*). *Unfounded* assures
what has not been looked at: an effort, a gain, what people will feel, or simply *consider it done*. Which of them it is
decides what can be said in its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from salesnerd_tui.coach.signals.absolutes import ABSOLUTE
from salesnerd_tui.coach.signals.boundless import UNBOUNDED
from salesnerd_tui.coach.signals.unfounded import UNFOUNDED
from salesnerd_tui.coach.words import Phrases, phrases, vocabulary


class Lack(StrEnum):
    """What a promise is without."""

    EXCEPTION = "absolute"
    END = "unbounded"
    GROUND = "unfounded"


_BY_LACK: Mapping[Lack, Phrases] = {
    Lack.END: UNBOUNDED,
    Lack.EXCEPTION: ABSOLUTE,
    Lack.GROUND: UNFOUNDED,
}
_NO_PROMISE = phrases(
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

MOST_MORE_WORDS = 4
_LEADS_ON = vocabulary(
    "every all any a an the that this these your our their its no zero with to of from for by and or not never have "
    "has be been is are can could will would we'll you've need single whatever even"
)
_DETERMINERS = vocabulary("the a our your this that these whole entire its my")
_HANGS_ON = vocabulary("just and or so we i that to the a")


class Claim(Struct, frozen=True):
    """The words of a promise nobody can keep: what they lack, and where in the line they begin and end."""

    lack: Lack
    words: str
    start: int
    end: int


def claims(line: str) -> list[Claim]:
    """Every such promise in these words, the first and longest first; none where they only sound like it."""
    found = [
        Claim(lack, _told(line, match.start(), match.end()), match.start(), match.end())
        for lack, wordings in _BY_LACK.items()
        for match in wordings.finditer(line)
    ]
    if not found or _NO_PROMISE.search(line):
        return []
    return sorted(found, key=lambda claim: (claim.start, -claim.end))


def _told(line: str, start: int, end: int) -> str:
    """The words as they are shown: not broken off at *every* or *with*, and without what hangs on behind."""
    told, rest, before = line[start:end].split(), line[end:].split(), line[:start].split()
    if before and before[-1] in _DETERMINERS:
        told.insert(0, before[-1])
    for word in rest[:MOST_MORE_WORDS]:
        if told[-1] not in _LEADS_ON:
            break
        told.append(word)
    while len(told) > 1 and told[-1] in _HANGS_ON:
        told.pop()
    return " ".join(told)
