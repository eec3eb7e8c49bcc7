"""Score warnings over whole conversations against the stretches of drift that readers marked.

A warning is right if its turn lies within a marked stretch; several in one stretch count once. Figures per group of
conversations: precision, recall and F1; wrong warnings per hour; how many of all warnings came on invited talk; and the
share of caught stretches whose first warning came no later than the turn of the reader's own tap.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from training.conversations import Conversation, Piece

DRAWS = 500
BACKCHANNEL_WORDS = 3


@dataclass(frozen=True)
class Count:
    """Result of the warnings in one conversation."""

    stretches: int
    hit: int
    wrong: int
    invited: int
    timely: int
    hours: float


@dataclass(frozen=True)
class Figures:
    """The same over several conversations."""

    f1: float
    precision: float
    recall: float
    wrong_per_hour: float
    invited: int
    warnings: int
    in_time: float
    stretches: int


def count(conversation: Conversation, turns: Iterable[int]) -> Count:
    """Count the warnings, given the turn of each."""
    stretches = conversation.stretches
    hit: dict[int, int] = {}
    wrong = invited = 0
    for turn in turns:
        inside = [number for number, each in enumerate(stretches) if each.first <= turn <= each.last]
        for number in inside:
            hit.setdefault(number, turn)
        if not inside:
            wrong += 1
            invited += turn in conversation.invited_turns
    timely = sum(turn <= stretches[number].tap for number, turn in hit.items())
    return Count(len(stretches), len(hit), wrong, invited, timely, conversation.hours)


def figures(counts: Sequence[Count]) -> Figures:
    """Sum up."""
    hit, wrong = sum(each.hit for each in counts), sum(each.wrong for each in counts)
    stretches = sum(each.stretches for each in counts)
    precision = hit / (hit + wrong) if hit + wrong else 0.0
    recall = hit / stretches if stretches else 0.0
    f1 = 2 * precision * recall / (precision + recall) if hit else 0.0
    hours = sum(each.hours for each in counts) or 1.0
    invited = sum(each.invited for each in counts)
    timely = sum(each.timely for each in counts)
    return Figures(f1, precision, recall, wrong / hours, invited, hit + wrong, timely / (hit or 1), stretches)


def interval(counts: Sequence[Count]) -> tuple[float, float]:
    """Return the 90 % interval of F1: bootstrap over conversations, always the same draws."""
    chance = random.Random(1)
    values = sorted(figures(chance.choices(counts, k=len(counts))).f1 for _ in range(DRAWS))
    return values[DRAWS // 20], values[DRAWS - DRAWS // 20 - 1]


def stopwatch(pieces: Sequence[Piece], seconds: float) -> list[int]:
    """Return the turns in which a plain stopwatch warns: once per run of mine longer than ``seconds``."""
    turns: list[int] = []
    run, warned, theirs, turn = 0.0, False, 0, -1
    for piece in pieces:
        if piece.turn != turn:
            turn, theirs = piece.turn, 0
        if piece.user:
            run += piece.end - piece.start
            if run > seconds and not warned:
                turns.append(piece.turn)
                warned = True
        else:
            theirs += len(piece.words)
            if theirs > BACKCHANNEL_WORDS:
                run, warned = 0.0, False
    return turns


def ranked(pairs: Iterable[tuple[float, bool]]) -> float:
    """Return the average precision of scores, each with whether it is drift."""
    hits, total = 0, 0.0
    for place, (_, drift) in enumerate(sorted(pairs, key=lambda pair: -pair[0]), 1):
        if drift:
            hits += 1
            total += hits / place
    return total / (hits or 1)
