"""Learned judge of drift: how likely a careful reader would mark this sentence of the user as drift.

Two steps, both pure Python at a bounded cost per sentence. `SpeechReader` classifies each sentence. `TalkFeatures`
tracks the talk since the buyer's last real turn, what they asked for or revealed, and whether it was followed up;
boosted trees turn that into a probability.

The weights in `drift_judge.json` are written by `make train`; the file records what they were learned from and how well
they do on held-out conversations, also for each kind of tap. `docs/judgement.md` explains both.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import deque
from collections.abc import Mapping, Sequence
from functools import lru_cache, reduce
from operator import and_, getitem
from typing import Any

import msgspec
from msgspec import Struct

from salesnerd_tui.coach.sentences import vocabulary
from salesnerd_tui.coach.signals.invitations import FEATURES as INVITATION_FEATURES
from salesnerd_tui.coach.signals.invitations import LONG_AGO, InvitationFeatures
from salesnerd_tui.coach.speech_reader import (
    BUYER_ACTS,
    BUYER_INDEX,
    USER_ACTS,
    USER_HEADS,
    USER_INDEX,
    SentenceContext,
    SpeechReader,
    SpeechReading,
    engaged_acts,
    presenting_acts,
)
from salesnerd_tui.files import read_regular

WEIGHTS = f"{__file__.rpartition('drift_judge')[0]}drift_judge.json"
MAX_BYTES = 32 << 20

_Q, _C, _R, _N = (USER_INDEX[code] for code in "QCRN")
_ASKS, _ASKS_FACT, _REVEALS, _REQUESTS, _OBJECTS = (BUYER_INDEX[code] for code in "qyvro")
_BACKCHANNEL, _FRAGMENT, _SOCIAL = (BUYER_INDEX[code] for code in "bxs")
_DRIFT = USER_HEADS.index("drift")

LEAVES = 8
"""Maximum leaves of a tree: one bit each of a byte."""

_FIRST_LEAF = bytes((byte & -byte).bit_length() - 1 if byte else 0 for byte in range(1 << LEAVES))

BACKCHANNEL_WORDS = 3
MIN_QUESTION, MIN_REVEAL = 0.3, 0.35
"""Probability from which a sentence of the buyer counts as a question, or as worth following up."""

_COMMON = vocabulary(
    """the a an and or of to in is it that this i we you they he she for on with as be are was so but if not do have has
    can will just our your my at by from there what how which also then now very okay ok yes no like would could should
    about me us them it's that's"""
)
_FADE_SECONDS = (60.0, 180.0, 600.0)
"""Time constants of the user's share of the recent talk, in seconds."""

_SCALARS = (
    "run minutes",
    "run log seconds",
    "run sentences",
    "run words",
    "run log words",
    "their turn log words",
    "murmurs",
    "murmurs in run",
    "minutes since question",
    "words since question",
    "asked",
    "asked fading",
    "minutes since reveal",
    "revealed fading",
    "revealed not taken up",
    "telling now",
    "telling load",
    "telling or other load",
    "telling load unasked",
    "share 60 s",
    "share 180 s",
    "share 600 s",
    "their usual turn",
    "their short turns",
    "minutes into call",
    "opening",
    "sentences since my question",
    "new words",
    "words of theirs",
    "words they never used",
    "sentence words",
    "sentence seconds",
    "answers",
    "takes up",
    "passes over",
    "drift now",
    "drift rolling",
)
FEATURES: tuple[str, ...] = (
    *(f"now {code}" for code in USER_ACTS),
    *(f"load {code}" for code in USER_ACTS),
    *(f"recent {code}" for code in USER_ACTS),
    *(f"their turn {code}" for code in BUYER_ACTS),
    *(f"their last {code}" for code in BUYER_ACTS),
    *_SCALARS,
    *INVITATION_FEATURES,
)
"""Inputs of the trees, in order."""


class _UserSentence(Struct, frozen=True):
    """The user's last sentence. `guess` is the reader's own logit of drift."""

    acts: list[float]
    topic: set[str]
    word_count: int
    seconds: float
    guess: float


_NO_SENTENCE = _UserSentence([], set(), 0, 0.0, 0.0)


class TalkFeatures:
    """State of the talk, updated one sentence at a time. Times are in seconds."""

    def __init__(self) -> None:
        self._is_user_turn: bool | None = None
        self._load = [0.0] * len(USER_ACTS)
        """Words of the user by act since the buyer's last real turn."""
        self._run_seconds = self._run_sentences = self._run_words = 0.0
        """Length of the user's talk since the buyer's last real turn."""
        self._buyer_turn = [0.0] * len(BUYER_ACTS)
        self._buyer_last = [0.0] * len(BUYER_ACTS)
        self._buyer_turn_words = 0
        self._buyer_turn_lengths: deque[int] = deque(maxlen=6)
        self._backchannels = self._backchannels_in_run = 0
        self._invitations = InvitationFeatures()
        self._seconds_since_question = self._seconds_since_reveal = LONG_AGO
        self._words_since_question = 0.0
        self._question = self._reveal = self._follow_up = 0.0
        self._sentences_since_own_question = 99
        self._relation = [0.0, 0.0, 0.0]
        self._sentences_in_turn = 0
        self._rolling_guess = 0.0
        self._recent_acts: deque[list[float]] = deque(maxlen=3)
        self._word_shares = [[0.0, 0.0] for _ in _FADE_SECONDS]
        self._buyer_words: set[str] = set()
        self._buyer_topic: set[str] = set()
        self._user_topic: set[str] = set()
        self._current = _NO_SENTENCE
        self._call_start: float | None = None
        self._clock = 0.0

    def add_buyer_sentence(self, reading: SpeechReading, words: Sequence[str], start: float, end: float) -> None:
        """Take one sentence of the buyer."""
        acts = reading.acts
        topic = _topic(words)
        word_count = len(words)
        self._user_topic |= self._current.topic
        if self._is_user_turn is not False:
            self._buyer_turn = [0.0] * len(BUYER_ACTS)
            self._buyer_turn_words = 0
            self._buyer_topic = set()
            self._is_user_turn = False
        self._buyer_turn = [before + now for before, now in zip(self._buyer_turn, acts, strict=True)]
        self._buyer_turn_words += word_count
        self._buyer_last = acts
        self._buyer_topic |= topic
        self._buyer_words |= topic
        self._invitations.add_buyer_sentence(words, acts[_ASKS] + 0.5 * acts[_ASKS_FACT], sum(engaged_acts(acts)))
        self._fade_load(acts, word_count)
        self._note_question(acts)
        self._note_reveal(acts)
        self._add_words(word_count, start, end, is_user=False)

    def _fade_load(self, acts: list[float], word_count: int) -> None:
        """Reduce the user's talk before a real turn of the buyer by most of its seconds."""
        if self._buyer_turn_words <= BACKCHANNEL_WORDS:
            self._backchannels += 1
            self._backchannels_in_run += 1
            return
        polite = acts[_BACKCHANNEL] + 0.7 * acts[_FRAGMENT] + 0.5 * acts[_SOCIAL]
        real = max(0.0, 1.0 - polite) * (0.5 if word_count <= BACKCHANNEL_WORDS else 1.0)
        keep = 1.0 - 0.9 * real
        self._load = [words * keep for words in self._load]
        self._run_seconds *= keep
        self._run_sentences *= keep
        self._run_words *= keep
        self._backchannels_in_run = 0
        if real > 0.5:
            self._user_topic = set()
            self._current = _NO_SENTENCE

    def _note_question(self, acts: list[float]) -> None:
        asks, fact = acts[_ASKS], acts[_ASKS_FACT]
        if asks + 0.6 * fact > MIN_QUESTION:
            self._seconds_since_question = self._words_since_question = 0.0
            self._question = max(self._question * 0.5, asks + 0.5 * fact)
        elif self._buyer_turn_words > 12:  # the buyer asked, and then continued to talk
            self._question *= 0.6

    def _note_reveal(self, acts: list[float]) -> None:
        reveal = acts[_REVEALS] + acts[_OBJECTS] + 0.5 * acts[_REQUESTS]
        if reveal > MIN_REVEAL:
            self._seconds_since_reveal = self._follow_up = 0.0
            self._reveal = max(0.5 * self._reveal, reveal)

    def add_user_sentence(self, reading: SpeechReading, words: Sequence[str], start: float, end: float) -> None:
        """Take one sentence of the user."""
        acts, heads = reading.acts, reading.heads
        word_count = len(words)
        seconds = min(max(end - start, 0.0), word_count / 2.0 + 1.0)
        if self._is_user_turn is False:
            self._buyer_turn_lengths.append(self._buyer_turn_words)
            if self._buyer_turn_words > BACKCHANNEL_WORDS:
                self._backchannels = self._sentences_in_turn = 0
                self._rolling_guess = 0.0
        self._is_user_turn = True
        self._user_topic |= self._current.topic
        asks = acts[_Q] + 0.7 * acts[_C]
        keep = 1.0 - 0.5 * asks
        self._load = [before * keep + now * word_count for before, now in zip(self._load, acts, strict=True)]
        self._sentences_since_own_question = 0 if asks > 0.5 else self._sentences_since_own_question + 1
        self._follow_up = max(self._follow_up, acts[_R] + acts[_Q])
        self._run_seconds += seconds
        self._run_sentences += 1
        self._run_words += word_count
        self._seconds_since_question += seconds
        self._seconds_since_reveal += seconds
        self._invitations.add_user_sentence(word_count, seconds)
        self._words_since_question += word_count
        self._add_words(word_count, start, end, is_user=True)
        relation = heads[:3]
        if self._sentences_in_turn:
            relation = [0.7 * before + 0.3 * now for before, now in zip(self._relation, relation, strict=True)]
        self._relation = relation
        self._sentences_in_turn += 1
        guess = math.log((heads[_DRIFT] + 1e-4) / (1.0001 - heads[_DRIFT]))
        self._rolling_guess = 0.6 * self._rolling_guess + guess
        self._recent_acts.append(acts)
        self._current = _UserSentence(acts, _topic(words), word_count, seconds, guess)

    def values(self) -> list[float]:
        """Return the value of each of `FEATURES` after the last sentence, which has to be one of the user."""
        current, topic = self._current, self._current.topic
        load = [words / 40.0 for words in self._load]
        presenting = sum(presenting_acts(load))
        question = self._question * math.exp(-self._seconds_since_question / 45.0)
        reveal = self._reveal * math.exp(-self._seconds_since_reveal / 30.0)
        topic_size = len(topic) + 1
        turn_size = 1.0 + 0.3 * self._buyer_turn_words / 8.0
        turn_lengths = self._buyer_turn_lengths
        recent_count = len(self._recent_acts)
        minutes = (self._clock - (self._call_start or 0.0)) / 60.0
        return [
            *current.acts,
            *load,
            *(sum(column) / recent_count for column in zip(*self._recent_acts, strict=True)),
            *(act / turn_size for act in self._buyer_turn),
            *self._buyer_last,
            self._run_seconds / 60.0,
            math.log1p(self._run_seconds),
            self._run_sentences / 10.0,
            self._run_words / 100.0,
            math.log1p(self._run_words),
            math.log1p(self._buyer_turn_words),
            self._backchannels,
            self._backchannels_in_run,
            min(self._seconds_since_question, 300.0) / 60.0,
            min(self._words_since_question, 600.0) / 100.0,
            self._question,
            question,
            min(self._seconds_since_reveal, 300.0) / 60.0,
            reveal,
            reveal * (1.0 - self._follow_up),
            sum(presenting_acts(current.acts)),
            presenting,
            presenting + load[_N],
            presenting * (1.0 - question),
            *(user / (user + buyer + 5.0) for user, buyer in self._word_shares),
            sum(turn_lengths) / len(turn_lengths) if turn_lengths else 12.0,
            sum(length <= BACKCHANNEL_WORDS for length in turn_lengths),
            min(minutes / 30.0, 2.0),
            min(minutes / 2.0, 1.0),
            min(self._sentences_since_own_question, 30) / 10.0,
            len(topic - self._user_topic) / topic_size,
            len(topic & self._buyer_topic) / topic_size,
            len(topic - self._buyer_words) / topic_size,
            current.word_count / 20.0,
            current.seconds / 10.0,
            *self._relation,
            current.guess,
            self._rolling_guess,
            *self._invitations.values(),
        ]

    def _add_words(self, word_count: int, start: float, end: float, *, is_user: bool) -> None:
        """Advance the clock, which never runs backwards, and update the shares of the recent words."""
        if self._call_start is None:
            self._call_start = self._clock = start
        passed = min(max(end - self._clock, 0.0), 3600.0)
        self._clock = max(self._clock, end)
        for fade_seconds, share in zip(_FADE_SECONDS, self._word_shares, strict=True):
            fade = math.exp(-passed / fade_seconds)
            share[0] *= fade
            share[1] *= fade
            share[0 if is_user else 1] += word_count


def _topic(words: Sequence[str]) -> set[str]:
    return {word[:6] for word in words if len(word) > 2 and word not in _COMMON}


class Trees:
    """Boosted trees of at most eight leaves, evaluated without walking them.

    A split that sends a sentence to the right rules out the leaves on its left. For each feature the splits are sorted
    by threshold, so that one search finds what they rule out together; the leaf of a tree is the first one left.

    Note: the method is QuickScorer (Lucchese et al., 2015). It takes about half the time of walking 240 trees.
    """

    def __init__(self, stored: Mapping[str, Any]) -> None:
        self._leaves: list[list[float]] = stored["leaves"]
        self._tree_count = len(self._leaves)
        self._all_leaves = (1 << LEAVES * self._tree_count) - 1
        self._features: list[int] = []
        self._thresholds: list[list[float]] = []
        self._masks: list[list[int]] = []
        for feature, thresholds, trees, ruled_out in stored["splits"]:
            mask = self._all_leaves
            masks = [mask]
            for tree, leaves in zip(trees, ruled_out, strict=True):
                mask &= ~(leaves << LEAVES * tree)
                masks.append(mask)
            self._features.append(feature)
            self._thresholds.append(thresholds)
            self._masks.append(masks)

    def total(self, values: Sequence[float]) -> float:
        """Return the sum of the trees for the values of `FEATURES`."""
        used = map(values.__getitem__, self._features)
        masks = map(getitem, self._masks, map(bisect_left, self._thresholds, used))
        remaining = reduce(and_, masks, self._all_leaves)
        first = remaining.to_bytes(self._tree_count, "little").translate(_FIRST_LEAF)
        return sum(map(getitem, self._leaves, first), 0.0)


TRIAL_PRECISION = 0.6
"""Minimum precision; kinds of taps below it are on trial."""


class TapPrecision(Struct, frozen=True):
    """Measured precision: the fraction of the `taps` that came where readers marked drift, 0 to 1."""

    taps: int
    precision: float

    @property
    def is_on_trial(self) -> bool:
        return self.precision < TRIAL_PRECISION


def measured_precision(about: Mapping[str, Any], title: str) -> TapPrecision | None:
    """Return the precision of taps with this title from what a model says about itself; None if not measured."""
    row = about.get("precision by tap", {}).get(title)
    return None if row is None else TapPrecision(int(row["taps"]), float(row["precision"]))


class DriftModel:
    """The learned weights: built once per process and shared by every judge, since nothing in them changes."""

    def __init__(self, stored: Mapping[str, Any]) -> None:
        self.reader = SpeechReader(stored["reader"])
        self._trees = Trees(stored["trees"])
        self.about: Mapping[str, Any] = stored.get("about", {})

    def probability(self, values: Sequence[float]) -> float:
        """Return the probability of drift, 0 to 1, for the values of `FEATURES`."""
        return 1.0 / (1.0 + math.exp(-min(30.0, max(-30.0, self._trees.total(values)))))


@lru_cache(maxsize=1)
def shipped_model() -> DriftModel:
    """Load the weights that come with the program, once; it takes some 10 ms."""
    return DriftModel(msgspec.json.decode(read_regular(WEIGHTS, MAX_BYTES)))


class DriftJudge:
    """Judge of one call, sentence by sentence. Trees are only evaluated when the probability is read."""

    def __init__(self, model: DriftModel | None = None) -> None:
        self._model = model or shipped_model()
        self._context = SentenceContext()
        self._features = TalkFeatures()
        self._is_user_sentence = False
        self._probability: float | None = None

    def hear(
        self, is_user: bool, words: Sequence[str], start: float, end: float, *, has_question_mark: bool
    ) -> SpeechReading:
        """Take one sentence and return its classification."""
        start, end = _finite(start), _finite(end)
        groups = self._context.groups(words, is_user=is_user, has_question_mark=has_question_mark)
        reading = self._model.reader.read(groups, is_user=is_user)
        self._probability = None
        self._is_user_sentence = is_user
        if is_user:
            self._features.add_user_sentence(reading, words, start, end)
        else:
            self._features.add_buyer_sentence(reading, words, start, end)
        return reading

    @property
    def probability(self) -> float:
        """Probability that the user's last sentence is drift; 0 if the last sentence was the buyer's."""
        if not self._is_user_sentence:
            return 0.0
        if self._probability is None:
            self._probability = self._model.probability(self._features.values())
        return self._probability


def _finite(seconds: float) -> float:
    return seconds if math.isfinite(seconds) else 0.0
