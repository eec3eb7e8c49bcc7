"""Labeled sentences of an engineer on a call: promises, overpromises, or neither.

`promises.jsonl` was written and labeled before the rules existed, in the voices of eight people: formal and spoken, by
non-native speakers, and as speech recognition returns it. Four voices are for tuning (`DECIDING`). The other four are
held out for the final figure, and nobody looks at their misses (`KEPT`). Two more rounds were written when the rules
were finished, evaluated once, and then used for tuning as well (`LATER`).

A promise is something the user's side will do for the buyer after this call. An overpromise has no exception
(absolute), no end (unbounded) or no basis (unfounded). Questions, reported speech, the past, suppositions, the buyer's
promises, and things done during the call are neither.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from salesnerd_tui.call.events import Heard, Side
from salesnerd_tui.coach.sentences import SentenceSplitter
from salesnerd_tui.coach.signals.promises import find_promise
from salesnerd_tui.coach.signals.questions import is_question

DECIDING, KEPT, LATER = "deciding", "kept", "later"


class Label(StrEnum):
    PROMISE = "promise"
    OVER = "over-promise"
    NONE = "none"


class Sentence(NamedTuple):
    half: str
    hand: str
    style: str
    label: Label
    said: str


Hear = Callable[[str], Label]
"""Class of a sentence."""


def sentences() -> list[Sentence]:
    """Return all sentences, in the order in which they were written."""
    text = (Path(__file__).parent / "coach" / "promises.jsonl").read_text(encoding="utf-8")
    rows = (json.loads(line) for line in text.splitlines())
    return [Sentence(**{**row, "label": Label(row["label"])}) for row in rows]


def heard(text: str) -> Label:
    """Return the class that the coach assigns to these words; of several sentences, the worst class counts."""
    found = [
        find_promise(said.line, is_question=is_question(said.words, said.mark))
        for said in SentenceSplitter().hear(Heard(0.0, Side.ME, "", 0.0, 5.0, text))
    ]
    if any(made is not None and made.is_overpromise for made in found):
        return Label.OVER
    return Label.PROMISE if any(found) else Label.NONE


class Figures(NamedTuple):
    """Recall and precision, 0 to 1, of a class against the two others."""

    recall: float
    precision: float
    of: int


def figures(told: Iterable[Sentence], label: Label, hear: Hear = heard) -> Figures:
    """Return the score of one class."""
    meant = found = right = 0
    for sentence in told:
        taken = hear(sentence.said)
        meant += sentence.label is label
        found += taken is label
        right += taken is label is sentence.label
    return Figures(right / max(meant, 1), right / max(found, 1), meant)
