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

MOST_WORDS = 60
"""Maximum words of a sentence; speech is cut into shorter sentences, but a pasted page is not."""

RARE, COMMON, ASKING, FRAME, FILLER = 1.0, 0.45, 0.3, 0.08, 0.0
"""Weights of words: topic, general, question word, grammar, filler. Round numbers, not tuned."""

_FILLERS = vocabulary(
    "um uh er erm hm hmm mm mhm ah oh okay ok so well yeah yes yep really actually basically maybe perhaps "
    "please kindly right then sort kind roughly mean know guess say let's honestly exactly now-now"
)
_FRAME = vocabulary(
    "a an the this that these those there here it its i you we they he she me us them him my your our their his her "
    "be am is are was were been being do does did done have has had having will would can could shall should may might "
    "like just must to of in on at by for from with about into up as than and or but if because not no any some all "
    "both each such very too also ever already still yet guy everybody anybody anyone somebody someone nobody want"
)
_ASKING = vocabulary("what who when where why how which whose often many much long")
_COMMON = vocabulary(
    "know think see look go get make take need use work show tell come give put try keep let ask talk call find leave "
    "happen mean feel start help believe thing way time day week month year hour minute today now right next last "
    "first one two three other else same new good great better best bad big little lot more most less bit part people "
    "person guy team side end back out off over down again before after until while different sure able possible point "
    "step question answer problem number name line list case example idea word page screen change open close set run "
    "write read hear wait stay stop move turn share add send build check plan wrong nothing something anything "
    "everything support build page able carry far between own once interesting important hold"
)
_LEMMAS = {
    form: head
    for head, forms in {
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
"""Irregular forms, and words that ask a buyer the same: each can replace the others in such a question."""

_APART = lazy_pattern(r"^(.+?)(n't|'s|'re|'ll|'ve|'d|'m)$")
_ENDINGS = {"n't": "not", "'s": "is", "'re": "are", "'ll": "will", "'ve": "have", "'d": "would", "'m": "am"}
_WHOLE = {"can't": ("can", "not"), "won't": ("will", "not"), "let's": ("let's",), "who's": ("who", "is")}
_PHRASES = (
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
    """A word for comparison: its `form`, and how much it `says` (0 to 1)."""

    form: str
    says: float


def spoken(text: str) -> tuple[Word, ...]:
    """Return the normalized words of `text` without fillers and stutters, at most `MOST_WORDS`."""
    line = " ".join(split_words(text[: MOST_WORDS * 12])[:MOST_WORDS])
    for pattern, plain in _PHRASES:
        line = pattern.sub(plain, line)
    found: list[Word] = []
    for raw in line.split():
        for part in _WHOLE.get(raw) or _split(raw):
            word = _word(part)
            if word.says > FILLER and not (found and found[-1].form == word.form):
                found.append(word)
    return tuple(found)


def _split(raw: str) -> tuple[str, ...]:
    apart = _APART.match(raw)
    return (apart.group(1), _ENDINGS[apart.group(2)]) if apart else (raw,)


def _word(raw: str) -> Word:
    if raw in _FILLERS:
        return Word(raw, FILLER)
    if raw in _FRAME:
        return Word(raw, FRAME)
    if raw in _ASKING:
        return Word(raw, ASKING)
    plain = _LEMMAS.get(raw) or _LEMMAS.get(raw.rstrip("s")) or raw
    if plain in _COMMON or plain.rstrip("s") in _COMMON:
        return Word(_COMMON_FORMS.get(plain, stem(plain)), COMMON)
    return Word(stem(plain), RARE)


_COMMON_FORMS = {word: stem(word) for word in _COMMON}


LEAST_SAID = 0.75
"""Minimum weight of the shared words for a wording to be suggested."""

EXPECTED = 0.14
"""Discount on the threshold for the question on the screen; for a distant question it is added."""

NEAR = 0.08
"""Discount for suggesting an unasked question of the same section; it does not apply to ticking one."""

PAIRS_SHARE = 0.25
"""Share of word order in the similarity."""

UNKNOWN = 0.5
"""Weight of a word that is in no wording of this playbook, because people embellish their questions."""

STATEMENT_FACTOR = 0.65
"""Factor for the words of a question in a sentence that asks nothing, and vice versa."""

DENIAL = "not"
DENIAL_FACTOR = 0.8
"""Factor for a statement against its negation: *that's my decision* is not *that's not my decision*."""

CONTAINED = 0.92
"""Similarity of a sentence that contains the whole wording verbatim."""

ENOUGH_SAID = 1.0
"""Minimum weight of the shared words for a sure match: one topic word, or three general words."""

_STARTS = vocabulary(
    "what who when where why how which whose tell walk describe show take give is are do does did have has "
    "can could would will if let"
)
_ORDERS = vocabulary("tell walk describe show take give explain help talk pick send email")
_MOST_STARTS = 4
_LEAST_HELD = 3


class MatchKind(StrEnum):
    QUESTION = "question"
    PROBE = "probe"
    DETOUR = "detour"
    EXCLUDED = "excluded"


class PreparedText(Struct, frozen=True):
    """A sentence or a wording, prepared for comparison."""

    order: tuple[str, ...]
    weights: dict[str, float]
    pairs: dict[tuple[str, str], float]

    @classmethod
    def of(cls, said: tuple[Word, ...]) -> PreparedText:
        neighbors = pairwise(said)
        return cls(
            tuple(word.form for word in said),
            {word.form: word.says for word in said},
            {(first.form, second.form): first.says + second.says for first, second in neighbors},
        )


class Wording(Struct, frozen=True):
    """One way to ask a question, to follow it up, or to open a detour; `id` is the question's or the detour's."""

    id: str
    kind: MatchKind
    text: str
    asks: bool
    said: PreparedText

    @property
    def denies(self) -> bool:
        return DENIAL in self.said.weights

    @property
    def is_open(self) -> bool:
        """True for the beginning of a sentence (*Does it support*), as in a detour's `they_say`."""
        return self.kind is MatchKind.DETOUR and not end_mark(self.text) and len(self.said.order) >= _LEAST_HELD


class QuestionContext(Struct, frozen=True):
    """Questions that are likely now, given the position in the call."""

    expected: Collection[str] = ()
    near: Collection[str] = ()
    far: Collection[str] = ()

    def bonus(self, id: str) -> float:
        if id in self.expected:
            return EXPECTED
        return NEAR if id in self.near else -EXPECTED if id in self.far else 0.0


class WordingIndex:
    """Index of wordings by their significant words, each weighed by how few wordings contain it."""

    def __init__(self, phrases: Iterable[Wording]) -> None:
        self._phrases = tuple(phrase for phrase in phrases if phrase.said.order)
        self._holding: dict[str, list[int]] = defaultdict(list)
        for number, phrase in enumerate(self._phrases):
            for form in phrase.said.weights:
                self._holding[form].append(number)
        self._vocabulary: dict[str, set[str]] = defaultdict(set)
        for phrase in self._phrases:
            self._vocabulary[phrase.id].update(phrase.said.weights)
        most = math.log(2 + len(self._phrases))
        self._rarity = {
            form: 0.5 + 0.5 * math.log((2 + len(self._phrases)) / (1 + len(held))) / most
            for form, held in self._holding.items()
        }
        self._whole: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for number, phrase in enumerate(self._phrases):
            if len(phrase.said.order) >= _LEAST_HELD:
                self._whole[phrase.said.order].append(number)
        self._openings = tuple(number for number, phrase in enumerate(self._phrases) if phrase.is_open)
        self._sums = tuple(self._sum(phrase.said.weights) for phrase in self._phrases)
        self._pair_sums = tuple(sum(phrase.said.pairs.values()) for phrase in self._phrases)

    def scored(self, text: str, mark: str, likely: QuestionContext) -> Collection[ScoredWording]:
        """Return the closest wording of each question or detour that is similar at all."""
        best: dict[str, ScoredWording] = {}
        asks = _asks(text, mark)
        for said in _windows(spoken(text), asks):
            for number, common in self._alike_at_all(said, likely.expected):
                phrase = self._phrases[number]
                score = self._likeness(said, number)
                if phrase.asks != asks:
                    score *= STATEMENT_FACTOR
                elif not asks and phrase.denies != (DENIAL in said.weights):
                    score *= DENIAL_FACTOR
                score += likely.bonus(phrase.id)
                if phrase.id in likely.expected:
                    common *= 2
                if phrase.id not in best or score > best[phrase.id].score:
                    best[phrase.id] = ScoredWording(score, common, phrase)
        return best.values()

    def _alike_at_all(self, said: PreparedText, expected: Collection[str]) -> Iterator[tuple[int, float]]:
        """Yield the wordings that share enough with the sentence to be compared, and the weight of the shared words."""
        common: dict[int, float] = defaultdict(float)
        whole = self._whole.get(said.order, ())
        for number in whole:
            yield number, ENOUGH_SAID
        for form, says in said.weights.items():
            if says > FRAME:
                for number in self._holding.get(form, ()):
                    common[number] += says
        for number, shared in common.items():
            if shared >= LEAST_SAID or (self._phrases[number].id in expected and 2 * shared >= LEAST_SAID):
                yield number, shared
        for number in self._openings:
            order = self._phrases[number].said.order
            if said.order[: len(order)] == order:
                yield number, LEAST_SAID

    def _likeness(self, said: PreparedText, number: int) -> float:
        """Return the similarity of a sentence and a wording, 0 to 1: Dice over words, and over pairs of words.

        Words that are in another wording of the same question do not lower the similarity.
        """
        phrase = self._phrases[number].said
        common = sum(says * self._rarity[form] for form, says in phrase.weights.items() if form in said.weights)
        spare = self._vocabulary[self._phrases[number].id].difference(phrase.weights)
        excused = self._sum({form: says for form, says in said.weights.items() if form in spare})
        total = self._sum(said.weights) + self._sums[number] - excused
        words_alike = 2 * common / total
        pairs = sum(says for pair, says in phrase.pairs.items() if pair in said.pairs)
        all_pairs = sum(said.pairs.values()) + self._pair_sums[number]
        alike = words_alike * (1 - PAIRS_SHARE) + (2 * pairs / all_pairs if all_pairs else words_alike) * PAIRS_SHARE
        return max(alike, CONTAINED) if _holds(said.order, phrase.order) else alike

    def _sum(self, weights: dict[str, float]) -> float:
        return sum(says * self._rarity.get(form, UNKNOWN) for form, says in weights.items())


class ScoredWording(Struct, frozen=True):
    """A wording with its similarity, 0 to slightly more than 1, and the weight of the shared words."""

    score: float
    common: float
    phrase: Wording


def _windows(said: tuple[Word, ...], asks: bool) -> Iterator[PreparedText]:
    """Yield the sentence, and if it asks, its rest from each place where a question may start."""
    starts = [at for at, word in enumerate(said) if at and asks and word.form in _STARTS]
    for at in (0, *starts[-_MOST_STARTS:]):
        if said[at:]:
            yield PreparedText.of(said[at:])


def _holds(said: tuple[str, ...], phrase: tuple[str, ...]) -> bool:
    """Return whether a wording of three words or more was said verbatim."""
    length = len(phrase)
    return length >= _LEAST_HELD and any(said[at : at + length] == phrase for at in range(len(said) - length + 1))


def wording(id: str, kind: MatchKind, text: str) -> Wording:
    return Wording(id, kind, text, _asks(text, ""), PreparedText.of(spoken(text)))


def _asks(text: str, mark: str) -> bool:
    """Return whether a sentence asks, by its words first: recognized speech has no question marks."""
    said = split_words(text)
    lead = next((word for word in said if word not in _LEADS), "")
    return lead in _ORDERS or is_question(said, mark or end_mark(text))


_LEADS = vocabulary("okay ok so and well right great um uh yeah yes please now then just maybe")


__all__ = ["Match", "MatchKind", "Matcher"]

SURE = 0.52
"""Similarity from which a question is ticked automatically; `tests/bench/match_accuracy.py` prints other values."""

MIDDLING = 0.42
"""Similarity from which a question is suggested."""

MIDDLING_DETOUR = 0.48
"""Similarity from which a detour is suggested. Users who get wrong suggestions stop reading them."""

_EXCLUDED_PREFIX = "not "
"""Prefix of a detour's id for its `unless_they_say`; an id has no space in it."""

MARGIN = 0.06
"""Minimum lead of a sure match over the next question."""


class Match(Struct, frozen=True):
    """A match: the `id` of the question or detour, its `score`, 0 to 1, and the closest wording as `phrase`."""

    id: str
    score: float
    sure: bool
    kind: MatchKind
    phrase: str = ""


class Matcher:
    """Matcher for one playbook, from its questions and its detours' `they_say` and `unless_they_say` (a few ms).

    Slots in a wording are filled with the values known when the matcher is built; unknown ones are left out.
    """

    def __init__(self, playbook: Playbook, state: CallState | None = None) -> None:
        known = state or CallState()
        self._questions = WordingIndex(
            wording(ask.id, kind, fill_for_recognition(text, playbook, known))
            for ask in playbook.call_questions()
            for kind, texts in ((MatchKind.QUESTION, (ask.text, *ask.phrasings)), (MatchKind.PROBE, ask.follow_ups))
            for text in texts
        )
        self._detours = WordingIndex(
            wording(f"{prefix}{detour.id}", kind, text)
            for detour in playbook.detours.values()
            for prefix, kind, texts in (
                ("", MatchKind.DETOUR, detour.they_say),
                (_EXCLUDED_PREFIX, MatchKind.EXCLUDED, detour.unless_they_say),
            )
            for text in texts
        )

    def asked(
        self,
        text: str,
        mark: str = "",
        *,
        expected: Collection[str] = (),
        near: Collection[str] = (),
        far: Collection[str] = (),
    ) -> Match | None:
        """Return the question that these words of the user ask, or None; one that is not `sure` can be suggested.

        `expected` are the questions most likely asked now, `near` the next likely, `far` the least likely: those of
        detours that were not taken, which are never sure. A match of a follow-up has its question's id and the kind
        `PROBE`.
        """
        likely = QuestionContext(expected, near, far)
        return _decide(self._questions.scored(text, mark, likely), likely)

    def opened(self, text: str, mark: str = "") -> Match | None:
        """Return the detour that these words of the buyer ask for, or None.

        A detour is left out when one of its `unless_they_say` is at least as similar as the best of its `they_say`.
        """
        found = self._detours.scored(text, mark, QuestionContext())
        excluded = {each.phrase.id: each.score for each in found if each.phrase.kind is MatchKind.EXCLUDED}
        open_now = [
            each
            for each in found
            if each.phrase.kind is MatchKind.DETOUR
            and each.score > excluded.get(f"{_EXCLUDED_PREFIX}{each.phrase.id}", 0.0)
        ]
        return _decide(open_now, QuestionContext())


def _decide(found: Iterable[ScoredWording], likely: QuestionContext) -> Match | None:
    ranked = sorted(found, key=lambda scored: -scored.score)
    if not ranked:
        return None
    first = ranked[0]
    if first.score < (MIDDLING_DETOUR if first.phrase.kind is MatchKind.DETOUR else MIDDLING):
        return None
    id = first.phrase.id
    by_itself = first.score - (NEAR if id in likely.near and id not in likely.expected else 0.0)
    clear = len(ranked) == 1 or first.score - ranked[1].score >= MARGIN
    sure = by_itself >= SURE and clear and first.common >= ENOUGH_SAID and id not in likely.far
    return Match(id, min(first.score, 1.0), sure, first.phrase.kind, first.phrase.text)
