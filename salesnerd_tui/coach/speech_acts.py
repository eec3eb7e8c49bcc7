"""What each of my sentences does: ask, guide, tell about the product, about how it is made, about us.

A sentence does one thing here: the first that fits, from what hands the floor over to what holds it.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from enum import StrEnum

from msgspec import Struct

from salesnerd_tui.coach.normalize import phrases, stem
from salesnerd_tui.coach.sentences import SpokenSentence
from salesnerd_tui.coach.signals.company import about_us
from salesnerd_tui.coach.signals.guidance import asks_to_do, guides
from salesnerd_tui.coach.signals.praise import praises
from salesnerd_tui.coach.signals.product import internal_terms, is_feature
from salesnerd_tui.coach.signals.promises import plans
from salesnerd_tui.coach.signals.questions import QuestionType, question
from salesnerd_tui.coach.signals.recital import reads_item

_ADDS = phrases(
    "^(?:[a-z]+ ){0,2}?(?:also|plus|besides|additionally|furthermore|moreover|another (?:thing|feature|option)|by "
    "the way|one more thing|on top of that|in addition|apart from that)",
    "^(?:so |and |well |okay |now |then |alright |anyway )*(?:regarding|as for|about the|speaking of|moving on|let's "
    "move|let's continue|let's go|next|in terms of|when it comes to|now (?:about|let's|the|for|regarding|to))",
    "(?:we|i) also",
)


class SpeechAct(StrEnum):
    ASKS = "asks"
    CHECKS = "checks"
    GUIDES = "guides"
    INTERNALS = "internals"
    FEATURE = "features"
    US = "us"
    PRAISE = "praise"
    READS = "reads"
    OTHER = "other"


class ClassifiedSentence(Struct, frozen=True):
    """One sentence of mine, read. `strange` are the terms in it that this buyer has not used."""

    act: SpeechAct
    said: SpokenSentence
    terms: tuple[str, ...] = ()
    strange: tuple[str, ...] = ()
    adds: bool = False
    plans: bool = False
    praises: bool = False


def read(said: SpokenSentence, theirs: AbstractSet[str], jargon: AbstractSet[str] = frozenset()) -> ClassifiedSentence:
    """What this sentence of mine does. `theirs` and `jargon` are stems: the buyer's words, the playbook's."""
    line = said.line
    adds = bool(_ADDS.search(line))
    terms = internal_terms(said.words, jargon)
    strange = tuple(term for term in terms if not any(stem(word) in theirs for word in term.split()))
    return ClassifiedSentence(_act(said, line, terms), said, terms, strange, adds, plans(line), praises(line))


def _act(said: SpokenSentence, line: str, terms: tuple[str, ...]) -> SpeechAct:
    asked = question(said.words, said.mark)
    if asked is QuestionType.REAL:
        return SpeechAct.GUIDES if asks_to_do(line) else SpeechAct.ASKS
    if asked is QuestionType.CHECK:
        return SpeechAct.CHECKS
    if reads_item(line):
        return SpeechAct.READS
    if guides(line):
        return SpeechAct.GUIDES
    if terms:
        return SpeechAct.INTERNALS
    if praises(line):
        return SpeechAct.PRAISE
    if about_us(line):
        return SpeechAct.US
    return SpeechAct.FEATURE if is_feature(line) else SpeechAct.OTHER
