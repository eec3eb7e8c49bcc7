"""Labeled sentences of an engineer on a call: promises, overpromises, or neither.

`promises.jsonl` was written and labeled before the rules existed, in the voices of eight people: formal and spoken, by
non-native speakers, and as speech recognition returns it. Four voices are for tuning (`TUNING`). The other four are
held out for the final figure, and nobody looks at their misses (`HELD_OUT`). Two more rounds were written when the
rules were finished, evaluated once, and then used for tuning as well (`LATER`).

A promise is something the user's side will do for the buyer after this call. An overpromise has no exception
(absolute), no end (unbounded) or no basis (unfounded). Questions, reported speech, the past, suppositions, the buyer's
promises, and things done during the call are neither.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from salesnerd_tui.call.events import Heard, Side
from salesnerd_tui.coach.sentences import SentenceSplitter
from salesnerd_tui.coach.signals.promises import find_promise
from salesnerd_tui.coach.signals.questions import is_question

TUNING, HELD_OUT, LATER = "deciding", "kept", "later"


class Label(StrEnum):
    PROMISE = "promise"
    OVERPROMISE = "over-promise"
    NONE = "none"


class Sentence(NamedTuple):
    half: str
    hand: str
    style: str
    label: Label
    said: str


def sentences() -> list[Sentence]:
    """Return all sentences, in the order in which they were written."""
    lines = (Path(__file__).parent / "coach" / "promises.jsonl").read_text(encoding="utf-8").splitlines()
    rows = (json.loads(line) for line in lines)
    return [Sentence(**{**row, "label": Label(row["label"])}) for row in rows]


def classify(text: str) -> Label:
    """Return the class that the coach assigns to these words; of several sentences, the worst class counts."""
    promises = [
        find_promise(sentence.line, is_question=is_question(sentence.words, sentence.mark))
        for sentence in SentenceSplitter().hear(Heard(0.0, Side.ME, "", 0.0, 5.0, text))
    ]
    if any(promise is not None and promise.is_overpromise for promise in promises):
        return Label.OVERPROMISE
    return Label.PROMISE if any(promises) else Label.NONE


class Figures(NamedTuple):
    """Recall and precision, 0 to 1, of a class against the two others."""

    recall: float
    precision: float
    total: int


def figures(chosen: Iterable[Sentence], label: Label) -> Figures:
    """Return the score of one class."""
    actual = predicted = right = 0
    for sentence in chosen:
        prediction = classify(sentence.said)
        actual += sentence.label is label
        predicted += prediction is label
        right += prediction is label is sentence.label
    return Figures(right / max(actual, 1), right / max(predicted, 1), actual)
