"""Speech acts of the user: ask, guide, present features, explain internals, talk about the company.

The speech reader distinguishes more acts; this module groups them by what a tap can say about them.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from enum import StrEnum

from msgspec import Struct

from salesnerd_tui.coach.drift_judge import best_act
from salesnerd_tui.coach.sentences import SpokenSentence, stem, vocabulary
from salesnerd_tui.coach.signals.product import internal_terms
from salesnerd_tui.coach.speech_reader import SpeechReading

_ADDING = vocabulary("additionally another besides furthermore moreover next plus regarding")
_OPENING_WORDS = 4


class SpeechAct(StrEnum):
    ASKS = "asks"
    CHECKS = "checks"
    GUIDES = "guides"
    INTERNALS = "internals"
    FEATURE = "features"
    US = "us"
    PRAISE = "praise"
    OTHER = "other"


_ACTS = {
    "Q": SpeechAct.ASKS,
    "C": SpeechAct.CHECKS,
    "G": SpeechAct.GUIDES,
    "T": SpeechAct.INTERNALS,
    "F": SpeechAct.FEATURE,
    "U": SpeechAct.US,
    "P": SpeechAct.PRAISE,
    "O": SpeechAct.PRAISE,
}


class ClassifiedSentence(Struct, frozen=True):
    """One sentence of the user. `strange` are technical terms in it that this buyer has not used.

    `adds` is true if it starts another point: *we also*, *another*, *plus*.
    """

    act: SpeechAct
    said: SpokenSentence
    reading: SpeechReading
    strange: tuple[str, ...] = ()
    adds: bool = False


def classify(
    said: SpokenSentence, reading: SpeechReading, theirs: AbstractSet[str], jargon: AbstractSet[str] = frozenset()
) -> ClassifiedSentence:
    """Return the speech act of a sentence. `theirs` and `jargon` are stems of the buyer's words and the playbook's."""
    act = _ACTS.get(best_act(reading), SpeechAct.OTHER)
    adds = "also" in said.words or not _ADDING.isdisjoint(said.words[:_OPENING_WORDS])
    if act not in (SpeechAct.INTERNALS, SpeechAct.FEATURE, SpeechAct.PRAISE, SpeechAct.OTHER):
        return ClassifiedSentence(act, said, reading, adds=adds)
    terms = internal_terms(said.words, jargon)
    strange = tuple(term for term in terms if not any(stem(word) in theirs for word in term.split()))
    return ClassifiedSentence(act, said, reading, strange, adds)
