"""Question matcher: which playbook question the user asked, in any words, and which detour the buyer asked for.

Sentences are compared by their words and pairs of words, without a model. Only wordings that share a significant word
with the sentence are compared, and the result names the closest wording. A sentence that asks nothing does not match a
question that has the same words, and a few common words prove nothing, however short the question is.

A spoken question never has exactly the words of the playbook: contractions and tenses differ, synonyms replace words,
and fillers surround it. Words are therefore lemmatized, united with words that ask the same in such a call, and weighed
by how much they say in general. A word that is rare in a playbook of thirty sentences may still occur in every second
sentence of a meeting.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec import Struct

from salesnerd_tui.call.state import CallState
from salesnerd_tui.call.traversal import fill_for_recognition
from salesnerd_tui.coach.sentences import end_mark, split_words, stem, vocabulary
from salesnerd_tui.coach.signals.questions import is_question
from salesnerd_tui.lazy_pattern import lazy_pattern

if TYPE_CHECKING:
    from salesnerd_tui.playbook.model import Playbook

MAX_WORDS = 60
"""Maximum words of a sentence; speech is split into shorter sentences, but a pasted page is not."""

TOPIC_WEIGHT, GENERAL_WEIGHT, QUESTION_WEIGHT, GRAMMAR_WEIGHT, FILLER_WEIGHT = 1.0, 0.45, 0.3, 0.08, 0.0
"""Round numbers, not tuned."""

_FILLERS = vocabulary(
    "um uh er erm hm hmm mm mhm ah oh okay ok so well yeah yes yep really actually basically maybe perhaps "
    "please kindly right then sort kind roughly mean know guess say let's honestly exactly now-now"
)
_GRAMMAR_WORDS = vocabulary(
    "a an the this that these those there here it its i you we they he she me us them him my your our their his her "
    "be am is are was were been being do does did done have has had having will would can could shall should may might "
    "like just must to of in on at by for from with about into up as than and or but if because not no any some all "
    "both each such very too also ever already still yet guy everybody anybody anyone somebody someone nobody want"
)
_QUESTION_WORDS = vocabulary("what who when where why how which whose often many much long")
_GENERAL_WORDS = vocabulary(
    "know think see look go get make take need use work show tell come give put try keep let ask talk call find leave "
    "happen mean feel start help believe thing way time day week month year hour minute today now right next last "
    "first one two three other else same new good great better best bad big little lot more most less bit part people "
    "person guy team side end back out off over down again before after until while different sure able possible point "
    "step question answer problem number name line list case example idea word page screen change open close set run "
    "write read hear wait stay stop move turn share add send build check plan wrong nothing something anything "
    "everything support build page able carry far between own once interesting important hold"
)
_LEMMAS = {
    form: lemma
    for lemma, forms in {
        "try": "tried tries trying attempt attempted attempts",
        "buy": "bought buys buying purchase purchased purchases",
        "make": "made makes making",
        "tell": "told tells telling describe",
        "feel": "felt feels feeling suffer suffers hurt hurts bother bothers bothered annoy annoys annoyed",
        "lose": "lost loses losing",
        "stop": "stopped stops stopping block blocked kill killed veto vetoed halt halted reject rejected",
        "spend": "spent spending",
        "leave": "left leaves leaving",
        "go": "went gone goes going",
        "say": "said says saying",
        "see": "saw seen sees seeing",
        "keep": "kept keeps keeping",
        "hear": "heard hears hearing",
        "get": "got gets getting gotten",
        "come": "came comes coming",
        "take": "took taken takes taking",
        "think": "thought thinks thinking",
        "write": "wrote written writes writing",
        "break": "broke broken breaks breaking",
        "put": "puts putting",
        "give": "gave given gives giving",
        "use": "used uses using",
        "happen": "happened happens happening occur occurred occurs",
        "notice": "noticed notices noticing spot spotted spots realise realised realize realized",
        "decide": "decided decides deciding decision decisions",
        "approve": "approved approves approving approval okayed",
        "exclude": "excluded excludes excluding eliminate eliminated",
        "problem": "issue issues trouble troubles",
        "change": "changed changes changing",
        "different": "differ difference differently",
        "promise": "promised promises commit committed commitment commitments",
        "expect": "expected expecting expects",
        "big": "bigger",
        "cost": "costs costing price prices priced pricing pay paid paying pays expensive cheap cheaper spend damage",
        "budget": "budgets pot",
        "last": "recent latest previous past",
        "time": "incident incidents occasion occasions instance instances",
        "now": "currently nowadays",
        "option": "options alternative alternatives possibility possibilities",
        "look": "looked looks looking consider considering considered evaluate evaluating explore exploring search",
        "trigger": "triggered prompt prompted",
        "fix": "fixed fixes fixing mend mended solve solved",  # spoken
        "tool": "tools system systems software product",
        "theory": "theories guess",
        "deck": "decks slide slides brochure brochures presentation one-pager",
        "form": "forms questionnaire questionnaires assessment",
        "demo": "demos demonstration demonstrate",
        "vendor": "vendors supplier suppliers provider",
        "tender": "tenders rfp rfq bid bids bidding",
        "roadmap": "roadmaps",
        "involve": "involved participate participating",
        "wrong": "mistaken",
        "minute": "minutes",
        "number": "numbers figure figures sum",
        "own": "yours",
        "show": "shows showed shown showing",
        "talk": "talked talks talking speak speaks spoke",
        "cause": "caused causes causing",
        "company": "organisation organization firm",
        "colleague": "colleagues",
        "people": "folks person persons guys team teams staff crew",
        "repeat": "repeated",
        "understand": "understood",
        "worth": "worthwhile",
    }.items()
    for form in forms.split()
}
"""Base forms of irregular words, and of words that ask a buyer the same: each can replace the others."""

_CONTRACTION = lazy_pattern(r"^(.+?)(n't|'s|'re|'ll|'ve|'d|'m)$")
_CONTRACTION_ENDINGS = {"n't": "not", "'s": "is", "'re": "are", "'ll": "will", "'ve": "have", "'d": "would", "'m": "am"}
_CONTRACTIONS = {"can't": ("can", "not"), "won't": ("will", "not"), "let's": ("let's",), "who's": ("who", "is")}
_REPLACEMENTS = (
    (
        lazy_pattern(
            r"\b(?:at|in) the moment\b|\bright now\b|\bthese days\b|\bby now\b|\b(?:up to|until|till) now\b|\bso far\b|"
            r"\bto date\b|\bthus far\b"
        ),
        "now",
    ),
    (lazy_pattern(r"\b(?:what(?:'s| is| was) the reason|for what reason|how come|what (?:makes|made))\b"), "why"),
    (lazy_pattern(r"\b(?:walk|take|talk|run|guide) (me|us) through\b"), r"tell \1"),
    (
        lazy_pattern(
            r"\b(?:sign(?:s|ed|ing)?[ -]off|(?:say|says|said|saying) (?:yes|go)|"
            r"(?:give|gives|gave) (?:the|a) (?:go-ahead|green light|nod)|"
            r"(?:final|last) (?:say|word|decision)|calls? the shots)\b"
        ),
        "approve",
    ),
    (lazy_pattern(r"\b(?:have|has|had) a say\b|\bmakes? the (?:call|decision)\b|\bdecision[ -]makers?\b"), "decide"),
    (lazy_pattern(r"\b(?:turn|turns|turned|vote|voted|shot|shoot) (?:it |this |that |one |them )?down\b"), "stop"),
    (lazy_pattern(r"\b(?:rule|ruled|rules|cross|crossed) (?:it |that |this |them )?(?:out|off)\b"), "exclude"),
    (
        lazy_pattern(
            r"\bleave (?:it|this|that|things|everything) "
            r"(?:as (?:it|this|that|they) (?:is|are)|alone|like (?:this|that))\b|"
            r"\b(?:do|did|does|doing) nothing\b|\b(?:don't|do not|not) (?:do|change) anything\b|"
            r"\bnothing (?:changes|happens|is done)\b|\b"
            r"(?:carry|carries|carrying|go|going|keep|keeps|keeping) (?:on|going) "
            r"(?:like (?:this|that)|as (?:before|now|it is|you are))\b"
        ),
        "leave unchanged",
    ),
    (lazy_pattern(r"\b(?:by hand|manually)\b"), "manual"),
    (lazy_pattern(r"\bquarter\b"), "three month"),
    (
        lazy_pattern(
            r"\b(?:on|at|from) your (?:side|end)\b|\b(?:end|ends|ended) up\b|"
            r"\bat the end of the day\b|\bto be honest\b|"
            r"\bexactly\b|\bby the way\b|\bin (?:your|the) (?:company|organi[sz]ation|firm)\b"
        ),
        "",
    ),
    (lazy_pattern(r"\blast[ -]minute\b"), "late"),
    (lazy_pattern(r"\brequest for proposals?\b"), "tender"),
    (lazy_pattern(r"\bhow many times\b|\bhow frequently\b"), "how often"),
    (
        lazy_pattern(
            r"\b(?:you know|i mean|sort of|kind of|i guess|i think|or so|you guys|if i may(?: ask)?|let's say)\b"
        ),
        "",
    ),
)


class Word(Struct, frozen=True):
    """A word for comparison: its normalized `form`, and its `weight` (0 to 1)."""

    form: str
    weight: float


def normalize_words(text: str) -> tuple[Word, ...]:
    """Return the normalized words of `text` without fillers and stutters, at most `MAX_WORDS`."""
    line = " ".join(split_words(text[: MAX_WORDS * 12])[:MAX_WORDS])
    for pattern, replacement in _REPLACEMENTS:
        line = pattern.sub(replacement, line)
    words: list[Word] = []
    for raw in line.split():
        for part in _CONTRACTIONS.get(raw) or _split_contraction(raw):
            word = _normalize_word(part)
            if word.weight > FILLER_WEIGHT and not (words and words[-1].form == word.form):
                words.append(word)
    return tuple(words)


def _split_contraction(raw: str) -> tuple[str, ...]:
    match = _CONTRACTION.match(raw)
    return (match.group(1), _CONTRACTION_ENDINGS[match.group(2)]) if match else (raw,)


def _normalize_word(raw: str) -> Word:
    if raw in _FILLERS:
        return Word(raw, FILLER_WEIGHT)
    if raw in _GRAMMAR_WORDS:
        return Word(raw, GRAMMAR_WEIGHT)
    if raw in _QUESTION_WORDS:
        return Word(raw, QUESTION_WEIGHT)
    lemma = _LEMMAS.get(raw) or _LEMMAS.get(raw.rstrip("s")) or raw
    is_general = lemma in _GENERAL_WORDS or lemma.rstrip("s") in _GENERAL_WORDS
    return Word(stem(lemma), GENERAL_WEIGHT if is_general else TOPIC_WEIGHT)


MIN_SHARED_WEIGHT = 0.75
"""Minimum weight of the shared words for a wording to be suggested."""

SURE_SHARED_WEIGHT = 1.0
"""Minimum weight of the shared words for a sure match: one topic word, or three general words."""

EXPECTED_BONUS = 0.14
"""Added to the similarity of the question on the screen; for a question far away it is subtracted."""

NEAR_BONUS = 0.08
"""Added to the similarity of an unasked question nearby; it does not count for ticking the question."""

PAIRS_SHARE = 0.25
"""Share of word order in the similarity."""

UNKNOWN_RARITY = 0.5
"""Rarity of a word that is in no wording of this playbook, because people embellish their questions."""

STATEMENT_FACTOR = 0.65
"""Factor for the words of a question in a sentence that asks nothing, and vice versa."""

NEGATION = "not"
NEGATION_FACTOR = 0.8
"""Factor for a statement against its negation: *that's my decision* is not *that's not my decision*."""

VERBATIM = 0.92
"""Similarity of a sentence that contains the whole wording verbatim."""

MIN_VERBATIM_WORDS = 3
"""Minimum words of a wording that is recognized verbatim, or as the beginning of a sentence."""

MAX_STARTS = 4
"""Maximum number of places in a sentence where a question may start."""

_STARTS = vocabulary(
    "what who when where why how which whose tell walk describe show take give is are do does did have has "
    "can could would will if let"
)
_REQUESTS = vocabulary("tell walk describe show take give explain help talk pick send email")
_LEADS = vocabulary("okay ok so and well right great um uh yeah yes please now then just maybe")
"""Words that may come before a request."""


def _is_asking(text: str, mark: str) -> bool:
    """Return whether a sentence asks, by its words first: recognized speech has no question marks."""
    words = split_words(text)
    first = next((word for word in words if word not in _LEADS), "")
    return first in _REQUESTS or is_question(words, mark or end_mark(text))


class MatchKind(StrEnum):
    """Purpose of a wording. `EXCLUDED` wordings rule out the detour that they belong to."""

    QUESTION = "question"
    FOLLOW_UP = "follow_up"
    DETOUR = "detour"
    EXCLUDED = "excluded"


class PreparedText(Struct, frozen=True):
    """A sentence or a wording, prepared for comparison: its words, and the weights of its words and word pairs."""

    forms: tuple[str, ...]
    weights: dict[str, float]
    pair_weights: dict[tuple[str, str], float]

    @classmethod
    def from_words(cls, words: tuple[Word, ...]) -> PreparedText:
        return cls(
            tuple(word.form for word in words),
            {word.form: word.weight for word in words},
            {(first.form, second.form): first.weight + second.weight for first, second in pairwise(words)},
        )

    def contains(self, forms: tuple[str, ...]) -> bool:
        """Return whether these words, three or more, are in the text verbatim."""
        length = len(forms)
        starts = range(len(self.forms) - length + 1)
        return length >= MIN_VERBATIM_WORDS and any(self.forms[at : at + length] == forms for at in starts)


class Wording(Struct, frozen=True):
    """One way to ask a question, to follow it up, or to open a detour; `id` is the question's or the detour's."""

    id: str
    kind: MatchKind
    text: str
    is_question: bool
    prepared: PreparedText

    @classmethod
    def from_text(cls, id: str, kind: MatchKind, text: str) -> Wording:
        return cls(id, kind, text, _is_asking(text, ""), PreparedText.from_words(normalize_words(text)))

    @property
    def is_negated(self) -> bool:
        return NEGATION in self.prepared.weights

    @property
    def is_opening(self) -> bool:
        """True for the beginning of a sentence (*Does it support*), as in a detour's `they_say`."""
        is_long = len(self.prepared.forms) >= MIN_VERBATIM_WORDS
        return is_long and self.kind is MatchKind.DETOUR and not end_mark(self.text)


class QuestionContext(Struct, frozen=True):
    """Questions that are likely or unlikely now, given the position in the call."""

    expected: Collection[str] = ()
    near: Collection[str] = ()
    far: Collection[str] = ()

    def bonus(self, id: str) -> float:
        if id in self.expected:
            return EXPECTED_BONUS
        return NEAR_BONUS if id in self.near else -EXPECTED_BONUS if id in self.far else 0.0


class ScoredWording(Struct, frozen=True):
    """A wording with its similarity, 0 to slightly more than 1, and the weight of the shared words."""

    score: float
    shared_weight: float
    wording: Wording


class WordingIndex:
    """Index of wordings by their significant words, each weighed by how few wordings contain it."""

    def __init__(self, wordings: Iterable[Wording]) -> None:
        self._wordings = tuple(wording for wording in wordings if wording.prepared.forms)
        self._numbers_by_form: dict[str, list[int]] = defaultdict(list)
        self._numbers_by_text: dict[tuple[str, ...], list[int]] = defaultdict(list)
        self._vocabulary_of: dict[str, set[str]] = defaultdict(set)
        for number, wording in enumerate(self._wordings):
            forms = wording.prepared.forms
            for form in wording.prepared.weights:
                self._numbers_by_form[form].append(number)
            if len(forms) >= MIN_VERBATIM_WORDS:
                self._numbers_by_text[forms].append(number)
            self._vocabulary_of[wording.id].update(wording.prepared.weights)
        count = 2 + len(self._wordings)
        self._rarity = {
            form: 0.5 + 0.5 * math.log(count / (1 + len(numbers))) / math.log(count)
            for form, numbers in self._numbers_by_form.items()
        }
        self._openings = tuple(number for number, wording in enumerate(self._wordings) if wording.is_opening)
        self._total_weights = tuple(self._weigh(wording.prepared.weights) for wording in self._wordings)
        self._total_pair_weights = tuple(sum(wording.prepared.pair_weights.values()) for wording in self._wordings)

    def find_closest(self, text: str, mark: str, context: QuestionContext) -> Collection[ScoredWording]:
        """Return the closest wording of each question or detour that is similar at all."""
        best: dict[str, ScoredWording] = {}
        is_asking = _is_asking(text, mark)
        for sentence in _sentence_and_rests(normalize_words(text), is_asking=is_asking):
            for number, shared_weight in self._find_candidates(sentence, context.expected):
                wording = self._wordings[number]
                score = self._similarity(sentence, number)
                if wording.is_question != is_asking:
                    score *= STATEMENT_FACTOR
                elif not is_asking and wording.is_negated != (NEGATION in sentence.weights):
                    score *= NEGATION_FACTOR
                score += context.bonus(wording.id)
                if wording.id in context.expected:
                    shared_weight *= 2
                if wording.id not in best or score > best[wording.id].score:
                    best[wording.id] = ScoredWording(score, shared_weight, wording)
        return best.values()

    def _find_candidates(self, sentence: PreparedText, expected: Collection[str]) -> Iterator[tuple[int, float]]:
        """Yield the wordings that share enough with the sentence to be compared, and the weight of the shared words."""
        for number in self._numbers_by_text.get(sentence.forms, ()):
            yield number, SURE_SHARED_WEIGHT
        shared: dict[int, float] = defaultdict(float)
        for form, weight in sentence.weights.items():
            if weight > GRAMMAR_WEIGHT:
                for number in self._numbers_by_form.get(form, ()):
                    shared[number] += weight
        for number, weight in shared.items():
            is_expected = self._wordings[number].id in expected
            if weight >= MIN_SHARED_WEIGHT or (is_expected and 2 * weight >= MIN_SHARED_WEIGHT):
                yield number, weight
        for number in self._openings:
            forms = self._wordings[number].prepared.forms
            if sentence.forms[: len(forms)] == forms:
                yield number, MIN_SHARED_WEIGHT

    def _similarity(self, sentence: PreparedText, number: int) -> float:
        """Return the similarity of a sentence and a wording, 0 to 1: Dice over words, and over pairs of words.

        Words that are in another wording of the same question do not lower the similarity.
        """
        wording = self._wordings[number].prepared
        shared = sum(
            weight * self._rarity[form] for form, weight in wording.weights.items() if form in sentence.weights
        )
        others = self._vocabulary_of[self._wordings[number].id].difference(wording.weights)
        excused = self._weigh({form: weight for form, weight in sentence.weights.items() if form in others})
        by_words = 2 * shared / (self._weigh(sentence.weights) + self._total_weights[number] - excused)
        shared_pairs = sum(weight for pair, weight in wording.pair_weights.items() if pair in sentence.pair_weights)
        all_pairs = sum(sentence.pair_weights.values()) + self._total_pair_weights[number]
        by_pairs = 2 * shared_pairs / all_pairs if all_pairs else by_words
        similarity = by_words * (1 - PAIRS_SHARE) + by_pairs * PAIRS_SHARE
        return max(similarity, VERBATIM) if sentence.contains(wording.forms) else similarity

    def _weigh(self, weights: dict[str, float]) -> float:
        return sum(weight * self._rarity.get(form, UNKNOWN_RARITY) for form, weight in weights.items())


def _sentence_and_rests(words: tuple[Word, ...], *, is_asking: bool) -> Iterator[PreparedText]:
    """Yield the sentence, and if it asks, its rest from each place where a question may start."""
    starts = [at for at, word in enumerate(words) if at and is_asking and word.form in _STARTS]
    for at in (0, *starts[-MAX_STARTS:]):
        if words[at:]:
            yield PreparedText.from_words(words[at:])


SURE = 0.52
"""Similarity from which a question is ticked automatically."""

LIKELY_QUESTION = 0.42
"""Similarity from which a question is suggested."""

LIKELY_DETOUR = 0.48
"""Similarity from which a detour is suggested. Users who get wrong suggestions stop reading them."""

MARGIN = 0.06
"""Minimum lead of a sure match over the next question."""

_EXCLUDED_PREFIX = "not "
"""Prefix of a detour's id for its `unless_they_say`; an id has no space in it."""


class Match(Struct, frozen=True):
    """A match: the `id` of the question or detour, its `score`, 0 to 1, and the closest `wording`."""

    id: str
    score: float
    is_sure: bool
    kind: MatchKind
    wording: str = ""


class Matcher:
    """Matcher for one playbook, from its questions and its detours' `they_say` and `unless_they_say` (a few ms).

    Slots in a wording are filled with the values known when the matcher is built; unknown ones are left out.
    """

    def __init__(self, playbook: Playbook, state: CallState | None = None) -> None:
        known = state or CallState()
        self._questions = WordingIndex(
            Wording.from_text(ask.id, kind, fill_for_recognition(text, playbook, known))
            for ask in playbook.call_questions()
            for kind, texts in ((MatchKind.QUESTION, (ask.text, *ask.phrasings)), (MatchKind.FOLLOW_UP, ask.follow_ups))
            for text in texts
        )
        self._detours = WordingIndex(
            Wording.from_text(f"{prefix}{detour.id}", kind, text)
            for detour in playbook.detours.values()
            for prefix, kind, texts in (
                ("", MatchKind.DETOUR, detour.they_say),
                (_EXCLUDED_PREFIX, MatchKind.EXCLUDED, detour.unless_they_say),
            )
            for text in texts
        )

    def match_question(
        self,
        text: str,
        mark: str = "",
        *,
        expected: Collection[str] = (),
        near: Collection[str] = (),
        far: Collection[str] = (),
    ) -> Match | None:
        """Return the question that these words of the user ask, or None; one that is not sure can be suggested.

        `expected` are the questions most likely asked now, `near` the next likely, `far` the least likely: those of
        detours that were not taken, which are never sure. A match of a follow-up has its question's id and the kind
        `FOLLOW_UP`.
        """
        context = QuestionContext(expected, near, far)
        return _best_match(self._questions.find_closest(text, mark, context), context)

    def match_detour(self, text: str, mark: str = "") -> Match | None:
        """Return the detour that these words of the buyer ask for, or None.

        A detour is left out when one of its `unless_they_say` is at least as similar as the best of its `they_say`.
        """
        context = QuestionContext()
        scored = self._detours.find_closest(text, mark, context)
        excluded = {each.wording.id: each.score for each in scored if each.wording.kind is MatchKind.EXCLUDED}
        detours = [
            each
            for each in scored
            if each.wording.kind is MatchKind.DETOUR
            and each.score > excluded.get(f"{_EXCLUDED_PREFIX}{each.wording.id}", 0.0)
        ]
        return _best_match(detours, context)


def _best_match(wordings: Iterable[ScoredWording], context: QuestionContext) -> Match | None:
    ranked = sorted(wordings, key=lambda scored: -scored.score)
    if not ranked:
        return None
    best, wording = ranked[0], ranked[0].wording
    if best.score < (LIKELY_DETOUR if wording.kind is MatchKind.DETOUR else LIKELY_QUESTION):
        return None
    is_near = wording.id in context.near and wording.id not in context.expected
    is_similar = best.score - (NEAR_BONUS if is_near else 0.0) >= SURE
    is_clear = len(ranked) == 1 or best.score - ranked[1].score >= MARGIN
    is_sure = is_similar and is_clear and best.shared_weight >= SURE_SHARED_WEIGHT and wording.id not in context.far
    return Match(wording.id, min(best.score, 1.0), is_sure, wording.kind, wording.text)
