"""Was what they said taken up? A question about it, their own words given back, or a plain yes-we-will all do.

Reflection is the oldest listening move there is (Rogers): the next sentence holds words of theirs. Agreement that
only opens a door to the next item of mine (*noted, moving on*) takes nothing up.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from salesnerd_tui.coach.normalize import phrases, topics

_ACCEPTS = phrases(
    "(?:we|i)(?:'ll| will| can| could| shall| would| should|'re going to| are going to| am going to|'m going to) "
    "(?:[a-z]+ ){0,2}(?:fix|change|add|make|do|remove|look|check|send|update|try|rework|redo|reduce|write|put|note|"
    "take|work|think|consider|rename|move|investigate|improve|handle|address|sort)",
    "(?:you're|you are|that's|that is) (?:right|true|fair|a good|a fair|an excellent|a great|a real|important)",
    "(?:good|great|fair|excellent|valid) (?:point|idea|question|catch|suggestion)",
    "i (?:agree|understand|see (?:what|why|how|your|that)|hear|get (?:it|that|what|why))",
    "(?:sorry|apologies|i'm sorry|understood|agreed|exactly|let's (?:do|make|add|change|remove|fix|try|put))",
    "(?:so )?(?:if i understand|you mean|you're saying|you said|you mentioned|as you said|as you asked|what you|"
    "sounds like|it sounds)",
)
_BRUSHES_OFF = phrases(
    "(?:exactly|precisely|just) (?:what|why|where|the [a-z]+) (?:we|our|this|i)",
    "(?:can't|cannot|won't|doesn't|does not|isn't|is not|it's no|is no|not a|no) (?:really |actually |be )?(?:happen|a "
    "problem|problem|an issue|issue)",
    "(?:moving on|move on|let's continue|let's go on|so let's|anyway|let me continue|next (?:one|item|point|story|"
    "thing|up)|now (?:about|let's|regarding|for|to)|regarding|as for|about)",
)


def takes_up(spoken: tuple[str, ...], theirs: AbstractSet[str], asks: bool) -> bool:
    """True when my words take up what they said; `theirs` are the topic stems of their last turn."""
    line = " ".join(spoken)
    shared = len(topics(spoken) & theirs)
    if _BRUSHES_OFF.search(line):
        return shared >= 2
    return asks or shared >= 1 or bool(_ACCEPTS.search(line))
