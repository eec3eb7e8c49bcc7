"""Speech acts: the reader classifies the sentences of both sides by what they do, from hashed word n-grams.

A linear model with one weight per output and n-gram, learned by `tools/train_judge.py` from labeled conversations.
It is pure Python and its cost per sentence is bounded. Speech recognition drops punctuation and words, so the model
is trained on such texts, too; a question mark is one token among others.

`classify` groups the acts of the user by what a tap can say about them.
"""

from __future__ import annotations

import binascii
import math
import struct
from collections.abc import Callable, Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from enum import StrEnum
from functools import cache, lru_cache
from operator import add, itemgetter
from typing import Any
from zlib import crc32

from msgspec import Struct

from salesnerd_tui.coach.sentences import SpokenSentence, stem, vocabulary
from salesnerd_tui.coach.signals.product import find_internal_terms

USER_ACTS = "QCRAFTUPGMOLSNX"
"""Acts of the user, one letter each: question, check, reflection, answer, feature, internals (T), us, praise, guidance,
commitment (M), overpromise, logistics of the meeting, social, other content (N), fragment (X)."""

BUYER_ACTS = "qyvroebasnx"
"""Acts of the buyer: asks for an explanation or demo (q), asks yes-or-no or for one fact (y), reveals (v), requests,
objects, engages, backchannel, answers, social, other content (n), fragment (x)."""

USER_HEADS = ("answers", "takes up", "passes over", "drift")
"""Further outputs for the user: how the sentence relates to what the buyer just said, and the reader's own first guess
at drift. Each is a separate probability."""

USER_INDEX = {code: index for index, code in enumerate(USER_ACTS)}
BUYER_INDEX = {code: index for index, code in enumerate(BUYER_ACTS)}

presenting_acts: Callable[[list[float]], tuple[float, ...]] = itemgetter(*(USER_INDEX[code] for code in "FTUPO"))
"""Return the probabilities of the user's acts that present: product, internals, company, praise."""

engaged_acts: Callable[[list[float]], tuple[float, ...]] = itemgetter(*(BUYER_INDEX[code] for code in "ebqyx"))
"""Return the probabilities of the buyer's acts that stay on what the user is saying."""

MAX_WORDS = 40
"""Maximum words of a sentence that are read; the sentence splitter splits at 30."""

MAX_LETTERS = 30
"""Maximum letters of a word that are read."""

_MAX_LOGIT = 30.0
"""Logits beyond this are clipped."""

MAX_SUMS, MAX_ROWS = 1000, 1 << 16
"""Maximum number of cached sums of groups, and of cached rows of n-grams."""

_LANES_BYTES = 2
_NEUTRAL = 128
_OWN, _BEFORE, _OTHER, _FLAG = 1.0, 0.5, 0.4, 0.3
"""Weight of each group of n-grams: the sentence itself, the one before, the other side's last one, one flag."""

_FIRST, _LAST = crc32(b"first"), crc32(b"last")
_PREFIX_BEFORE, _PREFIX_OTHER, _PREFIX_OPENING = crc32(b"before"), crc32(b"other"), crc32(b"opening")

Groups = tuple[tuple[Collection[int], float], ...]


class SpeechReading(Struct, frozen=True):
    """Outputs for one sentence: a probability per act, which sum to 1, and one per further head (user only)."""

    acts: list[float]
    heads: list[float]


class _Rows(dict[int, int]):
    """Row of each n-gram, decoded from base64 on first use: a call uses one bucket in fifty."""

    def __init__(self, weights: str, width: int) -> None:
        self._weights = weights
        self._width = width
        self._mask = (len(weights) * 3 // 4 - weights.count("=", -2)) // width - 1

    def __missing__(self, gram: int) -> int:
        if len(self) >= MAX_ROWS:
            self.clear()
        at, width = (gram & self._mask) * self._width, self._width
        first, last = at // 3, (at + width + 2) // 3
        raw = binascii.a2b_base64(self._weights[4 * first : 4 * last])
        wide = bytearray(_LANES_BYTES * width)
        wide[::_LANES_BYTES] = raw[at - 3 * first : at - 3 * first + width]
        row = self[gram] = int.from_bytes(wide, "little")
        return row


class Weights:
    """Weights of one side: for each bucket of hashed n-grams, one byte per output.

    A bucket's row is one integer with a lane of 16 bits per output, so that adding two rows adds all outputs at once:
    at most 250 n-grams of at most 255 fit a lane, and a sentence has at most some 130.
    """

    def __init__(self, stored: Mapping[str, Any]) -> None:
        self._bias: list[float] = stored["bias"]
        self._scale: float = stored["scale"]
        self.width = len(self._bias)
        self._step = _LANES_BYTES * self.width
        self._unpack = struct.Struct(f"<{self.width}H").unpack
        self._rows = _Rows(stored["weights"], self.width)
        self._sums: dict[tuple[frozenset[int], float], list[float]] = {}
        """Sums of groups that occur again: flags, and the last sentence of the other side."""

    def logits(self, groups: Groups) -> list[float]:
        """Return one logit per output. Each group is scaled by its weight over the square root of its size."""
        logits = list(self._bias)
        row_of, sums = self._rows.__getitem__, self._sums
        for hashes, weight in groups:
            if not hashes:
                continue
            parts = sums.get((hashes, weight)) if isinstance(hashes, frozenset) else None
            if parts is None:
                total = sum(map(row_of, hashes))
                count = len(hashes)
                factor = weight * self._scale / math.sqrt(count)
                zero = _NEUTRAL * count
                parts = [factor * (lane - zero) for lane in self._unpack(total.to_bytes(self._step, "little"))]
                if isinstance(hashes, frozenset):
                    if len(sums) >= MAX_SUMS:
                        sums.clear()
                    sums[hashes, weight] = parts
            logits = list(map(add, logits, parts))
        return logits


class SentenceContext:
    """Context of the current sentence: the previous sentence of each side."""

    def __init__(self) -> None:
        self._before_user: bool | None = None
        self._before: Sequence[_HashedWord] = ()
        self._last: dict[bool, Sequence[_HashedWord]] = {True: (), False: ()}
        self._other: dict[bool, frozenset[int] | None] = {True: None, False: None}
        """The n-grams of the last sentence of each side, once the other side needs them."""

        self._place = 0

    def groups(self, words: Sequence[str], *, is_user: bool, has_question_mark: bool) -> Groups:
        """Return the hashed n-grams of the next sentence in their groups. `words` are in lower case."""
        hashed = list(map(_hash_word, filter(None, words[:MAX_WORDS])))
        if has_question_mark:
            hashed.append(_QUESTION_MARK)
        is_same_side = self._before_user is is_user
        self._place = self._place + 1 if is_same_side else 0
        own = _grams(hashed)
        before = {each[2] for each in self._before}
        other = self._other[not is_user]
        if other is None:
            other = self._other[not is_user] = _grams_of_other(self._last[not is_user])
        flags = self._flags(len(hashed), is_same_side=is_same_side)
        self._before_user, self._before = is_user, hashed
        self._last[is_user] = hashed
        self._other[is_user] = None
        return (own, _OWN), (before, _BEFORE), (other, _OTHER), (flags, _FLAG * math.sqrt(len(flags)))

    def _flags(self, count: int, *, is_same_side: bool) -> frozenset[int]:
        size = min(count, 4) if count < 5 else 5 + count // 8
        kind = b""
        if not is_same_side:
            kind = b"asked" if _QUESTION_MARK in self._before else b"murmur" if len(self._before) < 4 else b"turn"
        return _flag_grams(size, min(self._place, 3), kind)


@cache
def _flag_grams(size: int, place: int, kind: bytes) -> frozenset[int]:
    """Return hashes of the length of a sentence, its place in the turn, and what came before the turn."""
    flags = {crc32(b"words %d" % size), crc32(b"place %d" % place)}
    if kind:
        flags.add(crc32(b"after " + kind))
    return frozenset(flags)


_HashedWord = tuple[bytes, int, int, int]
"""A token and its hashes: in the sentence itself, in the one before, in the last one of the other side."""


@lru_cache(maxsize=8192)
def _hash_word(word: str) -> _HashedWord:
    """Return the hashes of a word; all numbers are the same token."""
    return _hash_token((" 7" if word[0].isdigit() else " " + word[:MAX_LETTERS]).encode("utf-8", "replace"))


def _hash_token(token: bytes) -> _HashedWord:
    return token, crc32(token), crc32(token, _PREFIX_BEFORE), crc32(token, _PREFIX_OTHER)


_QUESTION_MARK = _hash_token(b" ?")


def _grams_of_other(hashed: Sequence[_HashedWord]) -> frozenset[int]:
    grams = {each[3] for each in hashed}
    _add_opening(grams, hashed, _PREFIX_OPENING)
    return frozenset(grams)


def _grams(hashed: Sequence[_HashedWord]) -> set[int]:
    """Return the hashes of runs of one to three tokens, of the first one and two, and of the last."""
    tokens = [each[0] for each in hashed]
    ones = [each[1] for each in hashed]
    twos = list(map(crc32, tokens[1:], ones))
    grams = {*ones, *twos, *map(crc32, tokens[2:], twos)}
    _add_opening(grams, hashed, _FIRST)
    if tokens:
        grams.add(crc32(tokens[-1], _LAST))
    return grams


def _add_opening(grams: set[int], hashed: Sequence[_HashedWord], prefix: int) -> None:
    """Add the hashes of the first one and two tokens."""
    for each in hashed[:2]:
        prefix = crc32(each[0], prefix)
        grams.add(prefix)


class SpeechReader:
    """Classifies sentences. `stored` is the `reader` part of `drift_judge.json`."""

    def __init__(self, stored: Mapping[str, Any]) -> None:
        self._weights = {True: Weights(stored["user"]), False: Weights(stored["buyer"])}

    def read(self, groups: Groups, *, is_user: bool) -> SpeechReading:
        """Return the classification of a sentence; `groups` come from `SentenceContext`."""
        acts = len(USER_ACTS) if is_user else len(BUYER_ACTS)
        exp = math.exp
        logits = self._weights[is_user].logits(groups)
        if max(logits) > _MAX_LOGIT or min(logits) < -_MAX_LOGIT:
            logits = [min(max(logit, -_MAX_LOGIT), _MAX_LOGIT) for logit in logits]
        odds = [1.0 / (1.0 + exp(-logit)) for logit in logits]
        total = sum(odds[:acts]) or 1.0
        return SpeechReading([each / total for each in odds[:acts]], odds[acts:])


_Q, _C, _R, _P, _O = (USER_INDEX[code] for code in "QCRPO")
_ASKS, _ASKS_FACT, _REVEALS, _REQUESTS, _OBJECTS, _BACKCHANNEL = (BUYER_INDEX[code] for code in "qyvrob")
_TAKES_UP, _PASSES_OVER = USER_HEADS.index("takes up"), USER_HEADS.index("passes over")


# The rules accept the class of a sentence from the probability in each of these functions.


def asks(reading: SpeechReading) -> bool:
    """Return whether a sentence of the buyer asks for anything."""
    return reading.acts[_ASKS] + reading.acts[_ASKS_FACT] >= 0.4


def may_ask(reading: SpeechReading) -> bool:
    """Return whether a sentence of the buyer perhaps asks for something."""
    return reading.acts[_ASKS] + reading.acts[_ASKS_FACT] >= 0.2


def is_engaged(reading: SpeechReading) -> bool:
    """Return whether a sentence of the buyer stays on what the user is saying: interest, a question, *uh-huh*."""
    return sum(engaged_acts(reading.acts)) >= 0.5


def invites(reading: SpeechReading) -> bool:
    """Return whether a sentence of the buyer asks for more than one fact."""
    return reading.acts[_ASKS] >= reading.acts[_ASKS_FACT]


def reveals(reading: SpeechReading) -> bool:
    """Return whether a sentence of the buyer reveals, requests or objects, which is worth following up."""
    acts = reading.acts
    return acts[_REVEALS] + acts[_OBJECTS] + 0.5 * acts[_REQUESTS] >= 0.45


def is_backchannel(reading: SpeechReading) -> bool:
    """Return whether a sentence of the buyer is only *okay* or *uh-huh*."""
    return reading.acts[_BACKCHANNEL] >= 0.8


def picks_up(reading: SpeechReading) -> bool:
    """Return whether a sentence of the user asks about or reflects what the buyer said."""
    return reading.acts[_R] + reading.acts[_Q] >= 0.4 and not passes_over(reading)


def passes_over(reading: SpeechReading) -> bool:
    """Return whether a sentence of the user passes over what the buyer said instead of picking it up."""
    return reading.heads[_PASSES_OVER] > reading.heads[_TAKES_UP]


def praises(reading: SpeechReading) -> bool:
    """Return whether a sentence of the user praises the product or promises too much."""
    return reading.acts[_P] + reading.acts[_O] >= 0.4


def overpromise_probability(reading: SpeechReading) -> float:
    """Return the probability that a sentence of the user promises too much."""
    return reading.acts[_O]


def presenting_probability(reading: SpeechReading) -> float:
    """Return the probability that a sentence of the user presents: product, internals, company, praise."""
    return sum(presenting_acts(reading.acts))


def hands_over(reading: SpeechReading) -> bool:
    """Return whether a sentence of the user asks or checks in."""
    return reading.acts[_Q] + reading.acts[_C] >= 0.5


def likeliest_act(reading: SpeechReading) -> str:
    """Return the likeliest act of a sentence of the user."""
    return USER_ACTS[reading.acts.index(max(reading.acts))]


_ADDITION_WORDS = vocabulary("additionally another besides furthermore moreover next plus regarding")
_OPENING_WORDS = 4


class SpeechAct(StrEnum):
    """Act that the user performs with a sentence."""

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
    """One sentence of the user. `unfamiliar_terms` are technical terms in it that this buyer has not used.

    `is_addition` is true if it starts another point: *we also*, *another*, *plus*.
    """

    act: SpeechAct
    sentence: SpokenSentence
    reading: SpeechReading
    unfamiliar_terms: tuple[str, ...] = ()
    is_addition: bool = False


def classify(
    sentence: SpokenSentence, reading: SpeechReading, buyer_stems: AbstractSet[str], jargon_stems: AbstractSet[str]
) -> ClassifiedSentence:
    """Return the speech act of a sentence of the user, with its technical terms that the buyer has not used."""
    act = _ACTS.get(likeliest_act(reading), SpeechAct.OTHER)
    words = sentence.words
    is_addition = "also" in words or not _ADDITION_WORDS.isdisjoint(words[:_OPENING_WORDS])
    if act not in (SpeechAct.INTERNALS, SpeechAct.FEATURE, SpeechAct.PRAISE, SpeechAct.OTHER):
        return ClassifiedSentence(act, sentence, reading, is_addition=is_addition)
    terms = find_internal_terms(words, jargon_stems)
    unfamiliar = tuple(term for term in terms if not any(stem(word) in buyer_stems for word in term.split()))
    return ClassifiedSentence(act, sentence, reading, unfamiliar, is_addition)
