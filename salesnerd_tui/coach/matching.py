"""Which playbook question was just asked, in whatever words; which detour the buyer just opened.

A lexical matcher: words in common, weighed by how rare they are in this playbook, with a small table of words that
mean the same in such calls. It needs no model and no network, says what it matched on, and costs the same for a
playbook of a thousand questions, because only questions that share a word are compared. A statement that uses a
question's words is not the question.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from salesnerd_tui.coach.sentences import clauses
from salesnerd_tui.coach.signals.questions import Question, question
from salesnerd_tui.coach.words import stem, vocabulary, words
from salesnerd_tui.playbook.model import Ask, Detour

CONFIDENT = 0.6
"""From here on a question ticks itself. From 200 written paraphrases; see tests/coach/test_matching.py."""

MIDDLING = 0.48
"""From here on a match is worth offering."""

MARGIN = 0.06
"""A confident match must be this much better than the next other one."""

STATEMENT_FACTOR = 0.6
"""What words of a question are worth in a sentence that asks nothing."""


class MatchKind(StrEnum):
    QUESTION = "question"
    PROBE = "probe"
    DETOUR = "detour"


@dataclass(frozen=True, slots=True)
class Match:
    """`id` is the question's or detour's; `confidence` 0 to 1; `phrase` is the wording it came closest to."""

    id: str
    confidence: float
    kind: MatchKind
    phrase: str = ""

    @property
    def confident(self) -> bool:
        return self.confidence >= CONFIDENT


@dataclass(frozen=True, slots=True)
class _Phrase:
    id: str
    kind: MatchKind
    text: str
    line: str
    parts: frozenset[str]


_SAME = (
    "cost price money expense expensive lose lost spend pay damage pricing ballpark",
    "hour hours time",
    "decide decision decides approve approval sign signs signoff agree say",
    "happen happened happens occur occurred occurrence incident",
    "look looking consider considering consideration alternative option evaluate",
    "try tried attempt attempted measure",
    "now moment currently today present",
    "start begin beginning set prompt prompted trigger",
    "recent latest last previous",
    "often frequency times",
    "feel feels suffer suffers affected hit hurt",
    "complain complains moan moans",
    "change changes changing",
    "leave leaving carry carrying continue nothing",
    "worry worries concern concerns scare scares afraid fear",
    "deadline date day when",
    "success worth",
    "budget fund funds money pot",
    "buy bought purchase purchasing procurement",
    "tool software system",
    "show see demo demonstrate demonstration",
    "walk tell describe take",
    "step steps",
    "go proceed ahead",
    "boss manager",
    "month months year",
    "deck slides one-pager brochure",
    "email mail send",
    "other others else another apart",
    "data information",
    "add plan planning",
    "better different difference",
)
_CONCEPT = {stem(word): group.split()[0] for group in _SAME for word in group.split()}
_EMPTY = vocabulary(
    "a about am an and any are as at be been being but by can could did do does doing for from get got had has have "
    "i if in into is it its just kind like me my of on or our please really so some that the their them there these "
    "they this those to up us was we were will with would you your guys okay ok well then maybe may might shall "
    "should um uh actually roughly of wonder wondering curious hear know help understand talk whether anybody "
    "somebody such already each let's let also very much too i'm i'd you're it's what's"
)
_ASKED = (
    ("how many times", "?often"),
    ("how often", "?often"),
    ("how many", "?many"),
    ("how much", "?many"),
    ("how long", "?long"),
    ("by when", "?when"),
    ("whose", "?who"),
    ("who", "?who"),
    ("which people", "?who"),
    ("when", "?when"),
    ("why", "?why"),
    ("how", "?how"),
    ("where", "?where"),
    ("what", "?what"),
    ("which", "?what"),
)
_ASKED_WEIGHT = 0.5
_UNKNOWN_FACTOR = 0.5
"""A word that no question of this playbook holds counts half: people dress their questions up."""

_CONTAINED = 0.9
_LEAST_CONTAINED_WORDS = 3


def _parts(text: str) -> frozenset[str]:
    spoken = words(text)
    line = f" {' '.join(spoken)} "
    asked = next((sign for phrase, sign in _ASKED if f" {phrase} " in line), None)
    content = {_CONCEPT.get(stem(word), stem(word)) for word in spoken if word not in _EMPTY}
    content -= {"what", "who", "whose", "how", "why", "where", "which"}
    return frozenset(content | ({asked} if asked else set()))


class Matcher:
    """Built once per playbook from its questions and its detours' `hear`."""

    def __init__(self, asks: Iterable[Ask] = (), detours: Mapping[str, Detour] | None = None) -> None:
        self._questions = _Index(_question_phrases(asks))
        self._detours = _Index(
            _Phrase(name, MatchKind.DETOUR, text, " ".join(words(text)), _parts(text))
            for name, detour in (detours or {}).items()
            for text in detour.hear
        )

    def asked(self, text: str, mark: str = "") -> Match | None:
        """The playbook question that these words of mine ask, or None. Below `confident` it is only worth offering."""
        return self._best(self._questions, text, mark)

    def opened(self, text: str, mark: str = "") -> Match | None:
        """The detour that these words of theirs open, or None."""
        return self._best(self._detours, text, mark)

    def _best(self, index: _Index, text: str, mark: str) -> Match | None:
        ranked: dict[str, Match] = {}
        for clause in clauses(text):
            for phrase, score in index.scored(clause, mark):
                kept = ranked.get(phrase.id)
                if kept is None or score > kept.confidence:
                    ranked[phrase.id] = Match(phrase.id, score, phrase.kind, phrase.text)
        if not ranked:
            return None
        first, *rest = sorted(ranked.values(), key=lambda match: -match.confidence)
        if first.confidence < MIDDLING:
            return None
        if rest and first.confident and first.confidence - rest[0].confidence < MARGIN:
            return Match(first.id, CONFIDENT - 0.01, first.kind, first.phrase)
        return first


class _Index:
    """Phrases by the words they hold; a word that few phrases hold says more."""

    def __init__(self, phrases: Iterable[_Phrase]) -> None:
        self._by_part: dict[str, list[_Phrase]] = defaultdict(list)
        self._all = tuple(phrases)
        for phrase in self._all:
            for part in phrase.parts:
                self._by_part[part].append(phrase)
        total = len(self._all) + 1
        self._weight = {part: math.log(1 + total / len(held)) for part, held in self._by_part.items()}
        self._unknown = _UNKNOWN_FACTOR * math.log(1 + total)

    def scored(self, text: str, mark: str) -> Iterator[tuple[_Phrase, float]]:
        spoken = words(text)
        line = " ".join(spoken)
        parts = _parts(text)
        factor = 1.0 if question(spoken, mark or _mark(text)) is Question.REAL or _orders(line) else STATEMENT_FACTOR
        said = sum(map(self._of, parts))
        candidates = {id(phrase): phrase for part in parts for phrase in self._by_part.get(part, ()) if part[0] != "?"}
        for phrase in self._all if len(self._all) < 64 else candidates.values():
            shared = sum(map(self._of, parts & phrase.parts))
            meant = sum(map(self._of, phrase.parts))
            score = 2 * shared / (said + meant) * factor if said + meant else 0.0
            if len(phrase.line.split()) >= _LEAST_CONTAINED_WORDS and f" {phrase.line} " in f" {line} ":
                score = max(score, _CONTAINED)
            if score > 0:
                yield phrase, min(score, 1.0)

    def _of(self, part: str) -> float:
        weight = self._weight.get(part, self._unknown)
        return weight * _ASKED_WEIGHT if part[0] == "?" else weight


def _mark(text: str) -> str:
    return "?" if text.rstrip().endswith("?") else ""


def _orders(line: str) -> bool:
    """True for a question in the shape of an order: walk me through, tell me, show me."""
    return line.split(" ", 1)[0] in ("walk", "tell", "take", "show", "give", "describe", "just", "explain", "help")


def _question_phrases(asks: Iterable[Ask]) -> Iterator[_Phrase]:
    for ask in asks:
        for text in (ask.text, *ask.also):
            yield _Phrase(ask.id, MatchKind.QUESTION, text, " ".join(words(text)), _parts(text))
        for text in ask.probes:
            yield _Phrase(ask.id, MatchKind.PROBE, text, " ".join(words(text)), _parts(text))
