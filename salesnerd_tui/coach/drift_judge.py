"""Learned judge of drift: how likely a careful reader would mark this sentence of the user as drift.

Two steps, both pure Python at a bounded cost per sentence. A reader classifies each sentence (`speech_reader`).
`TalkFeatures` tracks the talk since the buyer's last real turn, what they asked for or revealed, and whether it was
followed up; boosted trees turn that into a probability.

The weights in ``drift_judge.json`` are written by ``make train``; the file records what they were learned from and how
well they do on held-out conversations. `docs/judgement.md` explains both.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, reduce
from operator import and_, getitem, itemgetter
from typing import Any

import msgspec

from salesnerd_tui.coach.sentences import vocabulary
from salesnerd_tui.coach.signals.invitations import FEATURES as INVITATION_FEATURES
from salesnerd_tui.coach.signals.invitations import LONG_AGO, Invitations
from salesnerd_tui.coach.speech_reader import (
    BUYER_ACTS,
    USER_ACTS,
    USER_HEADS,
    SentenceContext,
    SpeechReader,
    SpeechReading,
)
from salesnerd_tui.files import read_regular

WEIGHTS = f"{__file__.rpartition('drift_judge')[0]}drift_judge.json"
MOST_BYTES = 32 << 20

_USER = {code: place for place, code in enumerate(USER_ACTS)}
_BUYER = {code: place for place, code in enumerate(BUYER_ACTS)}
_Q, _C, _R, _N, _P, _O = (_USER[code] for code in "QCRNPO")
_telling: Callable[[list[float]], tuple[float, ...]] = itemgetter(*(_USER[code] for code in "FTUPO"))
_Y_ASKS, _Y_FACT, _Y_REVEALS, _Y_REQUESTS, _Y_OBJECTS = (_BUYER[code] for code in "qyvro")
_Y_BACKCHANNEL, _Y_FRAGMENT, _Y_SOCIAL = (_BUYER[code] for code in "bxs")
_engaged: Callable[[list[float]], tuple[float, ...]] = itemgetter(*(_BUYER[code] for code in "ebqyx"))
_ANSWERS, _TAKES_UP, _PASSES, _DRIFT = range(len(USER_HEADS))

LEAVES = 8
"""Maximum leaves of a tree: one byte holds those that remain."""

_FIRST_LEAF = bytes((byte & -byte).bit_length() - 1 if byte else 0 for byte in range(1 << LEAVES))

BACKCHANNEL_WORDS = 3
LEAST_ASKED, LEAST_REVEALED = 0.3, 0.35
"""Probability from which a sentence of the buyer counts as a question, or as worth following up."""

ASKS, MAY_ASK, GIVES_AWAY, BACKCHANNEL, ENGAGED, PICKS_UP, PRAISES, HANDS_OVER = 0.4, 0.2, 0.45, 0.8, 0.5, 0.4, 0.4, 0.5
"""Probability from which the rules accept the class of a sentence."""

_COMMON = vocabulary(
    """the a an and or of to in is it that this i we you they he she for on with as be are was so but if not do have has
    can will just our your my at by from there what how which also then now very okay ok yes no like would could should
    about me us them it's that's"""
)
_SPANS = (60.0, 180.0, 600.0)
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


class TalkFeatures:
    """State of the talk, folded one sentence at a time by `theirs` and `mine`. Times are in seconds."""

    def __init__(self) -> None:
        self._taken_up = 0.0
        self._load = [0.0] * len(USER_ACTS)
        self._run_seconds = self._run_sentences = self._run_words = 0.0
        self._turn = [0.0] * len(BUYER_ACTS)
        self._their_last = [0.0] * len(BUYER_ACTS)
        self._turn_words = 0
        self._mine: bool | None = None
        self._murmurs = self._murmurs_in_run = 0
        self._invitations = Invitations()
        self._since_question = self._since_reveal = LONG_AGO
        self._words_since_question = self._asked = self._revealed = 0.0
        self._since_my_question = 99
        self._relation = [0.0, 0.0, 0.0]
        self._place = 0
        self._rolling = 0.0
        self._recent: deque[list[float]] = deque(maxlen=3)
        self._shares = [[0.0, 0.0] for _ in _SPANS]
        self._their_turns: deque[int] = deque(maxlen=6)
        self._their_words: set[str] = set()
        self._their_topic: set[str] = set()
        self._my_topic: set[str] = set()
        self._now: tuple[list[float], set[str], int, float, float] = ([], set(), 0, 0.0, 0.0)
        self._began: float | None = None
        self._clock = 0.0

    def theirs(self, reading: SpeechReading, words: Sequence[str], start: float, end: float) -> None:
        """Take one sentence of the buyer."""
        acts = reading.acts
        topic = _topic(words)
        count = len(words)
        self._my_topic |= self._now[1]
        if self._mine is not False:
            self._turn = [0.0] * len(BUYER_ACTS)
            self._turn_words = 0
            self._their_topic = set()
            self._mine = False
        self._turn = [before + now for before, now in zip(self._turn, acts, strict=True)]
        self._turn_words += count
        self._their_last = acts
        self._their_topic |= topic
        self._their_words |= topic
        self._invitations.theirs(words, acts[_Y_ASKS] + 0.5 * acts[_Y_FACT], _engagement(acts))
        self._hear_out(acts, count)
        self._note_question(acts)
        self._note_reveal(acts)
        self._talked(False, count, start, end)

    def _hear_out(self, acts: list[float], count: int) -> None:
        """Reduce the user's talk before a real turn of the buyer by most of its seconds."""
        if self._turn_words <= BACKCHANNEL_WORDS:
            self._murmurs += 1
            self._murmurs_in_run += 1
            return
        polite = acts[_Y_BACKCHANNEL] + 0.7 * acts[_Y_FRAGMENT] + 0.5 * acts[_Y_SOCIAL]
        real = max(0.0, 1.0 - polite) * (0.5 if count <= BACKCHANNEL_WORDS else 1.0)
        keep = 1.0 - 0.9 * real
        self._load = [each * keep for each in self._load]
        self._run_seconds *= keep
        self._run_sentences *= keep
        self._run_words *= keep
        self._murmurs_in_run = 0
        if real > 0.5:
            self._my_topic = set()
            self._now = ([], set(), 0, 0.0, 0.0)

    def _note_question(self, acts: list[float]) -> None:
        asks, fact = acts[_Y_ASKS], acts[_Y_FACT]
        if asks + 0.6 * fact > LEAST_ASKED:
            self._since_question = self._words_since_question = 0.0
            self._asked = max(self._asked * 0.5, asks + 0.5 * fact)
        elif self._turn_words > 12:  # the buyer asked, and then continued to talk
            self._asked *= 0.6

    def _note_reveal(self, acts: list[float]) -> None:
        given = acts[_Y_REVEALS] + acts[_Y_OBJECTS] + 0.5 * acts[_Y_REQUESTS]
        if given > LEAST_REVEALED:
            self._since_reveal = self._taken_up = 0.0
            self._revealed = max(0.5 * self._revealed, given)

    def mine(self, reading: SpeechReading, words: Sequence[str], start: float, end: float) -> None:
        """Take one sentence of the user."""
        acts, heads = reading.acts, reading.heads
        count, topic = len(words), _topic(words)
        seconds = min(max(end - start, 0.0), count / 2.0 + 1.0)
        if self._mine is False:
            self._their_turns.append(self._turn_words)
            if self._turn_words > BACKCHANNEL_WORDS:
                self._murmurs = self._place = 0
                self._rolling = 0.0
        self._mine = True
        self._my_topic |= self._now[1]
        asks = acts[_Q] + 0.7 * acts[_C]
        keep = 1.0 - 0.5 * asks
        self._load = [before * keep + now * count for before, now in zip(self._load, acts, strict=True)]
        self._since_my_question = 0 if asks > 0.5 else self._since_my_question + 1
        self._taken_up = max(self._taken_up, acts[_R] + acts[_Q])
        self._run_seconds += seconds
        self._run_sentences += 1
        self._run_words += count
        self._since_question += seconds
        self._since_reveal += seconds
        self._invitations.mine(count, seconds)
        self._words_since_question += count
        self._talked(True, count, start, end)
        now = heads[:3]
        if self._place:
            now = [0.7 * before + 0.3 * here for before, here in zip(self._relation, now, strict=True)]
        self._relation = now
        self._place += 1
        guess = math.log((heads[_DRIFT] + 1e-4) / (1.0001 - heads[_DRIFT]))
        self._rolling = 0.6 * self._rolling + guess
        self._recent.append(acts)
        self._now = (acts, topic, count, seconds, guess)

    def values(self) -> list[float]:
        """Return the value of each of `FEATURES` after the last sentence, which has to be one of the user."""
        acts, topic, count, seconds, guess = self._now
        load = [each / 40.0 for each in self._load]
        telling = sum(_telling(load))
        asked = self._asked * math.exp(-self._since_question / 45.0)
        revealed = self._revealed * math.exp(-self._since_reveal / 30.0)
        size = len(topic) + 1
        turn = 1.0 + 0.3 * self._turn_words / 8.0
        turns = self._their_turns
        recent = len(self._recent)
        minutes = (self._clock - (self._began or 0.0)) / 60.0
        return [
            *acts,
            *load,
            *(sum(column) / recent for column in zip(*self._recent, strict=True)),
            *(each / turn for each in self._turn),
            *self._their_last,
            self._run_seconds / 60.0,
            math.log1p(self._run_seconds),
            self._run_sentences / 10.0,
            self._run_words / 100.0,
            math.log1p(self._run_words),
            math.log1p(self._turn_words),
            self._murmurs,
            self._murmurs_in_run,
            min(self._since_question, 300.0) / 60.0,
            min(self._words_since_question, 600.0) / 100.0,
            self._asked,
            asked,
            min(self._since_reveal, 300.0) / 60.0,
            revealed,
            revealed * (1.0 - self._taken_up),
            sum(_telling(acts)),
            telling,
            telling + load[_N],
            telling * (1.0 - asked),
            *(mine / (mine + theirs + 5.0) for mine, theirs in self._shares),
            sum(turns) / len(turns) if turns else 12.0,
            sum(each <= BACKCHANNEL_WORDS for each in turns),
            min(minutes / 30.0, 2.0),
            min(minutes / 2.0, 1.0),
            min(self._since_my_question, 30) / 10.0,
            len(topic - self._my_topic) / size,
            len(topic & self._their_topic) / size,
            len(topic - self._their_words) / size,
            count / 20.0,
            seconds / 10.0,
            *self._relation,
            guess,
            self._rolling,
            *self._invitations.values(),
        ]

    def _talked(self, mine: bool, count: int, start: float, end: float) -> None:
        """Move the clock, which never runs backwards, and fade the shares of talk."""
        if self._began is None:
            self._began = self._clock = start
        passed = min(max(end - self._clock, 0.0), 3600.0)
        self._clock = max(self._clock, end)
        place = 0 if mine else 1
        for span, share in zip(_SPANS, self._shares, strict=True):
            fade = math.exp(-passed / span)
            share[0] *= fade
            share[1] *= fade
            share[place] += count


def _engagement(acts: list[float]) -> float:
    return sum(_engaged(acts))


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
        self._count = len(self._leaves)
        whole = (1 << LEAVES * self._count) - 1
        features: list[int] = []
        self._thresholds: list[list[float]] = []
        self._masks: list[list[int]] = []
        for feature, thresholds, trees, ruled_out in stored["splits"]:
            left = whole
            masks = [left]
            for tree, leaves in zip(trees, ruled_out, strict=True):
                left &= ~(leaves << LEAVES * tree)
                masks.append(left)
            features.append(feature)
            self._thresholds.append(thresholds)
            self._masks.append(masks)
        self._features = features
        self._whole = whole

    def total(self, values: Sequence[float]) -> float:
        """Return the sum of the trees for the values of `FEATURES`."""
        used = map(values.__getitem__, self._features)
        left = reduce(and_, map(getitem, self._masks, map(bisect_left, self._thresholds, used)), self._whole)
        first = left.to_bytes(self._count, "little").translate(_FIRST_LEAF)
        return sum(map(getitem, self._leaves, first), 0.0)


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
    """Load the weights that come with the program; some 10 ms, once."""
    return DriftModel(msgspec.json.decode(read_regular(WEIGHTS, MOST_BYTES)))


class DriftJudge:
    """Judge of one call, sentence by sentence. Trees are only evaluated when the probability is read."""

    def __init__(self, model: DriftModel | None = None) -> None:
        self._model = model or shipped_model()
        self._context = SentenceContext()
        self.features = TalkFeatures()
        self._is_mine = False
        self._probability: float | None = None

    def hear(self, user: bool, words: Sequence[str], start: float, end: float, *, asked: bool) -> SpeechReading:
        """Take one sentence and return its classification. ``asked`` is true if it ends in a question mark."""
        start, end = _finite(start), _finite(end)
        reading = self._model.reader.read(user, self._context.groups(user, words, asked))
        self._probability = None
        self._is_mine = user
        if user:
            self.features.mine(reading, words, start, end)
        else:
            self.features.theirs(reading, words, start, end)
        return reading

    @property
    def values(self) -> list[float] | None:
        """Return the inputs of the trees after a sentence of the user; None after one of the buyer."""
        return self.features.values() if self._is_mine else None

    @property
    def probability(self) -> float:
        """Return the probability that the user's last sentence is drift; 0 if the last sentence was the buyer's."""
        if not self._is_mine:
            return 0.0
        if self._probability is None:
            self._probability = self._model.probability(self.features.values())
        return self._probability


def _finite(seconds: float) -> float:
    return seconds if math.isfinite(seconds) else 0.0


def asks(reading: SpeechReading) -> bool:
    """Return True when a sentence of the buyer asks for anything."""
    return reading.acts[_Y_ASKS] + reading.acts[_Y_FACT] >= ASKS


def may_ask(reading: SpeechReading) -> bool:
    """Return True when a sentence of the buyer perhaps asks for something."""
    return reading.acts[_Y_ASKS] + reading.acts[_Y_FACT] >= MAY_ASK


def is_engaged(reading: SpeechReading) -> bool:
    """Return True when a sentence of the buyer stays on what the user is saying: interest, a question, *uh-huh*."""
    return _engagement(reading.acts) >= ENGAGED


def invites(reading: SpeechReading) -> bool:
    """Return True when a sentence of the buyer asks for more than one fact."""
    return reading.acts[_Y_ASKS] >= reading.acts[_Y_FACT]


def gives_away(reading: SpeechReading) -> bool:
    """Return True when a sentence of the buyer reveals, requests or objects: worth following up."""
    acts = reading.acts
    return acts[_Y_REVEALS] + acts[_Y_OBJECTS] + 0.5 * acts[_Y_REQUESTS] >= GIVES_AWAY


def is_backchannel(reading: SpeechReading) -> bool:
    """Return True when a sentence of the buyer is only *okay* or *uh-huh*."""
    return reading.acts[_Y_BACKCHANNEL] >= BACKCHANNEL


def picks_up(reading: SpeechReading) -> bool:
    """Return True when a sentence of the user asks about or reflects what the buyer said."""
    return reading.acts[_R] + reading.acts[_Q] >= PICKS_UP and not passes_over(reading)


def passes_over(reading: SpeechReading) -> bool:
    """Return True when a sentence of the user passes over what the buyer said instead of picking it up."""
    return reading.heads[_PASSES] > reading.heads[_TAKES_UP]


def praises(reading: SpeechReading) -> bool:
    """Return True when a sentence of the user praises the product or promises too much."""
    return reading.acts[_P] + reading.acts[_O] >= PRAISES


def telling(reading: SpeechReading) -> float:
    """Return the probability that a sentence of the user presents: product, internals, company, praise."""
    return sum(_telling(reading.acts))


def hands_over(reading: SpeechReading) -> bool:
    """Return True when a sentence of the user asks or checks in."""
    return reading.acts[_Q] + reading.acts[_C] >= HANDS_OVER
