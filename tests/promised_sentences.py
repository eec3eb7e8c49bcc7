"""Sentences of an engineer on a call and what each of them is: a promise, an over-promise, or neither.

`promises.jsonl` was written and labelled before the rules that read it, in the voices of eight people: formal and
spoken, in somebody's second language, and as speech recognition gives it. Four of them are for deciding on
(`DECIDING`); the other four are kept for the final figure, and their misses are not looked at (`KEPT`). Two more rounds
were written when the rules stood, heard once, and then used for deciding as well (`LATER`).

A promise is something my side will do for them after this call. An over-promise has no exception (absolute), no end
(unbounded) or nothing under it (unfounded). Questions, reported speech, the past, what is only supposed, what the
buyer promises, and what is done while it is said are neither.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from salesnerd_tui.call.events import Heard, Side
from salesnerd_tui.coach.sentences import SentenceSplitter
from salesnerd_tui.coach.signals.promises import promise
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
"""What a sentence is taken for."""


def sentences() -> list[Sentence]:
    """All of them, in the order they were written."""
    text = (Path(__file__).parent / "coach" / "promises.jsonl").read_text(encoding="utf-8")
    rows = (json.loads(line) for line in text.splitlines())
    return [Sentence(**{**row, "label": Label(row["label"])}) for row in rows]


def heard(text: str) -> Label:
    """What the coach takes these words for, cut into sentences as it cuts them; the worst of them counts."""
    found = [
        promise(said.line, asked=is_question(said.words, said.mark))
        for said in SentenceSplitter().hear(Heard(0.0, Side.ME, "", 0.0, 5.0, text))
    ]
    if any(made is not None and made.over for made in found):
        return Label.OVER
    return Label.PROMISE if any(found) else Label.NONE


class Figures(NamedTuple):
    """Shares, 0 to 1, of each class against the two others."""

    recall: float
    precision: float
    of: int


def figures(told: Iterable[Sentence], label: Label, hear: Hear = heard) -> Figures:
    """How one class is heard."""
    meant = found = right = 0
    for sentence in told:
        taken = hear(sentence.said)
        meant += sentence.label is label
        found += taken is label
        right += taken is label is sentence.label
    return Figures(right / max(meant, 1), right / max(found, 1), meant)
