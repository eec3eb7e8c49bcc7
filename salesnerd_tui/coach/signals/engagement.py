"""Interest against politeness. *Uh-huh* is not interest: it says that they are still on the line.

A reply is engaged when it carries content, asks, or is more than manners (*wow*, *I love that*). Nothing here reads a
voice or an emotion: only the words count.
"""

from __future__ import annotations

from enum import StrEnum

from salesnerd_tui.coach.normalize import phrases, vocabulary


class ReplyType(StrEnum):
    """What their words say about whether they want more."""

    POLITE = "polite"
    DELIGHTED = "delighted"
    CONTENT = "content"


_POLITE = vocabulary(
    """yes yeah yep yup ya no nope ok okay okey right sure mm mhm mm-hm mm-hmm mhmm hmm hm uh huh uh-huh aha ah oh i see
    got it gotcha understood fine good great super excellent perfect nice alright well so exactly correct true agreed
    indeed thanks thank you please go ahead all is everything it's that's and clear noted makes sense cool of course
    absolutely
    definitely really very much sounds okay"""
)
_DELIGHTED = phrases(
    "wow",
    "whoa",
    "(?:so|very|really|super|pretty|too) (?:cool|nice|good|great|interesting|smart|impressive|helpful|useful)",
    "(?:i|we) (?:really |just |actually |do )?(?:love|like) (?:it|that|this|these|the|how|your)",
    "(?:that's|it's|is|this is|that is|you're|looks?) (?:so |really |very |actually |pretty )?(?:amazing|awesome|"
    "brilliant|fantastic|lovely|beautiful|cool|genius|impressive|exciting)",
    "(?:amazing|awesome|brilliant|fantastic|genius|interesting|impressive)",
    "oh (?:my|nice|cool|great|wow)",
    "tell me more|go on|please (?:do|go on|continue)|show me",
    "well done",
    "exactly what (?:i|we)",
)


_MURMURS = vocabulary("uh huh uh-huh mm hm mm-hm mm-hmm mhm mhmm hmm aha ah oh um er")


def reacts(spoken: tuple[str, ...], how: ReplyType) -> bool:
    """True for more than a murmur: *yes, cool* shows that they followed, *yeah* and *uh-huh* that they are there."""
    return how is ReplyType.DELIGHTED or sum(word not in _MURMURS for word in spoken) > 1


def is_polite(spoken: tuple[str, ...]) -> bool:
    """True when the words are manners and nothing else."""
    return all(word in _POLITE for word in spoken)


def reply(spoken: tuple[str, ...]) -> ReplyType:
    """How engaged these words of theirs are. Delight that comes with content counts as delight."""
    if _DELIGHTED.search(" ".join(spoken)):
        return ReplyType.DELIGHTED
    return ReplyType.POLITE if is_polite(spoken) or len(spoken) <= 2 else ReplyType.CONTENT


def says_no(spoken: tuple[str, ...]) -> bool:
    """True when the answer is no."""
    return bool(spoken) and spoken[0] in ("no", "nope", "nah", "not")
