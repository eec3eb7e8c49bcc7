"""Score warnings over whole conversations against the stretches of drift that readers marked.

A warning is right if its turn lies within a marked stretch; several in one stretch count once. Figures per group of
conversations: precision, recall and F1; wrong warnings per hour; how many of all warnings came on invited talk; and the
share of caught stretches whose first warning came no later than the turn of the reader's own tap.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from training.conversations import CoachSentence, Conversation

DRAWS = 500
BACKCHANNEL_WORDS = 3


@dataclass(frozen=True)
class Score:
    """Result of the warnings in one conversation."""

    stretches: int
    hit: int
    wrong: int
    invited: int
    timely: int
    hours: float


@dataclass(frozen=True)
class Figures:
    """Result of the warnings in several conversations. `warnings` are all of them."""

    f1: float
    precision: float
    recall: float
    wrong_per_hour: float
    invited: int
    warnings: int
    in_time: float
    stretches: int


def score(conversation: Conversation, turns: Iterable[int]) -> Score:
    """Score the warnings, given the turn of each."""
    stretches = conversation.stretches
    hit: dict[int, int] = {}
    wrong = invited = 0
    for turn in turns:
        inside = [number for number, stretch in enumerate(stretches) if stretch.first <= turn <= stretch.last]
        for number in inside:
            hit.setdefault(number, turn)
        if not inside:
            wrong += 1
            invited += turn in conversation.invited_turns
    timely = sum(turn <= stretches[number].tap for number, turn in hit.items())
    return Score(len(stretches), len(hit), wrong, invited, timely, conversation.hours)


def sum_up(scores: Sequence[Score]) -> Figures:
    """Return the figures over several conversations."""
    hit, wrong = sum(score.hit for score in scores), sum(score.wrong for score in scores)
    stretches = sum(score.stretches for score in scores)
    precision = hit / (hit + wrong) if hit + wrong else 0.0
    recall = hit / stretches if stretches else 0.0
    f1 = 2 * precision * recall / (precision + recall) if hit else 0.0
    hours = sum(score.hours for score in scores) or 1.0
    invited = sum(score.invited for score in scores)
    timely = sum(score.timely for score in scores)
    return Figures(f1, precision, recall, wrong / hours, invited, hit + wrong, timely / (hit or 1), stretches)


def f1_interval(scores: Sequence[Score]) -> tuple[float, float]:
    """Return the 90 % interval of F1: bootstrap over conversations, always the same draws."""
    rng = random.Random(1)
    values = sorted(sum_up(rng.choices(scores, k=len(scores))).f1 for _ in range(DRAWS))
    return values[DRAWS // 20], values[DRAWS - DRAWS // 20 - 1]


def stopwatch_turns(sentences: Sequence[CoachSentence], seconds: float) -> list[int]:
    """Return the turns in which a stopwatch warns: once per stretch of the user's talk longer than `seconds`."""
    turns: list[int] = []
    talked, has_warned, buyer_words, turn = 0.0, False, 0, -1
    for sentence in sentences:
        if sentence.turn != turn:
            turn, buyer_words = sentence.turn, 0
        if sentence.is_user:
            talked += sentence.end - sentence.start
            if talked > seconds and not has_warned:
                turns.append(sentence.turn)
                has_warned = True
        else:
            buyer_words += len(sentence.words)
            if buyer_words > BACKCHANNEL_WORDS:
                talked, has_warned = 0.0, False
    return turns
