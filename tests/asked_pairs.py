"""Spoken sentences with the playbook question or detour that they mean, by two authors, and the matcher's accuracy.

`spoken_pairs.jsonl` was written for the built-in playbooks. `paraphrases.jsonl` was written by another author for a
separate playbook (`paraphrased.json`), before the matcher existed. Thresholds were tuned on the `TUNED` styles only.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from salesnerd_tui.coach.question_matcher import Match, Matcher, MatchKind
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.playbook.model import Ask, Detour, Playbook

HERE = Path(__file__).parent / "coach"
TUNED = ("verbatim", "plain", "terse", "neg_statement", "neg_question")
HELD_OUT = ("asr", "nonnative", "free", "neg_smalltalk", "neg_product")
OTHER_AUTHOR = "other author"


class Pair(NamedTuple):
    """A spoken sentence; `by` is `me` or `them`, and `means` is None if nothing should be matched."""

    playbook: str
    by: str
    said: str
    means: str | None
    style: str


Found = tuple[str, bool] | None
"""Id that was matched, and whether the match is sure."""


def builtin_pairs() -> list[Pair]:
    """Return the pairs for the built-in playbooks."""
    return [Pair(**row) for row in _rows("spoken_pairs.jsonl")]


def other_pairs() -> list[Pair]:
    """Return the pairs of the other author."""
    return [Pair(OTHER_AUTHOR, **{**row, "style": OTHER_AUTHOR}) for row in _rows("paraphrases.jsonl")]


def _rows(name: str) -> Iterator[dict[str, str]]:
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        if line:
            yield json.loads(line)


@cache
def playbook(name: str) -> Playbook:
    if name == OTHER_AUTHOR:
        return _other_playbook()
    loaded = Library().load(name)
    assert loaded.playbook is not None
    return loaded.playbook


def _other_playbook() -> Playbook:
    spec = json.loads((HERE / "paraphrased.json").read_text(encoding="utf-8"))
    asks = tuple(
        Ask(name, question["text"], phrasings=tuple(question["also"]), follow_ups=tuple(question["probes"]))
        for name, question in spec["questions"].items()
    )
    detours = {name: Detour(name, (), they_say=tuple(hear)) for name, hear in spec["detours"].items()}
    return Playbook("other", "Other", agenda=asks, detours=detours)


@cache
def matcher(name: str) -> Matcher:
    return Matcher(playbook(name))


@cache
def far(name: str) -> frozenset[str]:
    """Return the questions of detours, for a call that follows its agenda."""
    agenda = {item.id for item in playbook(name).agenda if isinstance(item, Ask)}
    return frozenset(ask.id for ask in playbook(name).call_questions() if ask.id not in agenda)


def match_pair(pair: Pair) -> Found:
    """Return the question that the coach's matcher finds; a follow-up does not count as its question."""
    coach_matcher = matcher(pair.playbook)
    match: Match | None = (
        coach_matcher.match_question(pair.said, far=far(pair.playbook))
        if pair.by == "me"
        else coach_matcher.match_detour(pair.said)
    )
    return None if match is None or match.kind is MatchKind.FOLLOW_UP else (match.id, match.is_sure)


class Figures(NamedTuple):
    """Shares, 0 to 1; `wrong` counts sure matches with a different question, or where none is correct."""

    meant: int
    sure_recall: float
    sure_precision: float
    suggested_recall: float
    suggested_precision: float
    wrong: int


def figures(pairs: Iterable[Pair]) -> Figures:
    """Return the scores of the coach's matcher."""
    meant = sure = sure_right = suggested = suggested_right = 0
    for pair in pairs:
        found = match_pair(pair)
        meant += pair.means is not None
        if found is None:
            continue
        right = found[0] == pair.means
        suggested, suggested_right = suggested + 1, suggested_right + right
        sure, sure_right = sure + found[1], sure_right + (found[1] and right)
    return Figures(
        meant,
        sure_right / max(meant, 1),
        sure_right / max(sure, 1),
        suggested_right / max(meant, 1),
        suggested_right / max(suggested, 1),
        sure - sure_right,
    )
