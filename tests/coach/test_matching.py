"""Heard you ask it: a playbook question in my own words, a detour in theirs."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

from salesnerd_tui.coach.matching import Match, Matcher, MatchKind
from salesnerd_tui.playbook.model import Ask, Detour

_HERE = Path(__file__).parent


class Pair(NamedTuple):
    by: str
    said: str
    means: str | None
    style: str


PAIRS = [
    Pair(**json.loads(line)) for line in (_HERE / "paraphrases.jsonl").read_text(encoding="utf-8").splitlines() if line
]


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    told = json.loads((_HERE / "paraphrased.json").read_text(encoding="utf-8"))
    asks = [
        Ask(name, spec["text"], also=tuple(spec["also"]), probes=tuple(spec["probes"]))
        for name, spec in told["questions"].items()
    ]
    return Matcher(asks, {name: Detour(name, (), hear=tuple(hear)) for name, hear in told["detours"].items()})


def found(matcher: Matcher, pair: Pair) -> Match | None:
    return matcher.asked(pair.said) if pair.by == "me" else matcher.opened(pair.said)


class Figures(NamedTuple):
    recall: float
    precision: float


def figures(matcher: Matcher, pairs: list[Pair], *, confident: bool) -> Figures:
    count: Counter[str] = Counter()
    for pair in pairs:
        match = found(matcher, pair)
        told = match.id if match is not None and (match.confident or not confident) else None
        count["meant"] += pair.means is not None
        count["told"] += told is not None
        count["right"] += told is not None and told == pair.means
    return Figures(count["right"] / count["meant"], count["right"] / max(count["told"], 1))


def test_two_hundred_pairs_from_several_styles() -> None:
    assert len(PAIRS) >= 200
    assert sum(pair.means is None for pair in PAIRS) >= 50
    assert len({pair.style for pair in PAIRS}) >= 6


@pytest.mark.parametrize(("by", "recall", "precision"), [("me", 0.6, 0.95), ("them", 0.7, 0.95)])
def test_what_ticks_itself_is_nearly_always_right(
    matcher: Matcher, by: str, recall: float, precision: float, capsys: pytest.CaptureFixture[str]
) -> None:
    pairs = [pair for pair in PAIRS if pair.by == by]
    sure, offered = figures(matcher, pairs, confident=True), figures(matcher, pairs, confident=False)
    with capsys.disabled():
        sure_told = f"{sure.recall:.2f}/{sure.precision:.2f}"
        sys.stdout.write(f"\n{by}: sure {sure_told}, offered {offered.recall:.2f}/{offered.precision:.2f}\n")
    assert sure.precision >= precision
    assert sure.recall >= recall
    assert offered.recall >= sure.recall


def test_figures_by_style(matcher: Matcher, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        for style in sorted({pair.style for pair in PAIRS if pair.means}):
            told = figures(matcher, [pair for pair in PAIRS if pair.style == style], confident=False)
            sys.stdout.write(f"{style}: offered {told.recall:.2f}\n")


def test_the_question_itself_is_certain(matcher: Matcher) -> None:
    match = matcher.asked("What have you tried so far?")
    assert match is not None
    assert (match.id, match.kind, match.confident) == ("tried", MatchKind.QUESTION, True)


def test_without_a_question_mark(matcher: Matcher) -> None:
    match = matcher.asked("okay so what have you tried so far")
    assert match is not None
    assert match.id == "tried"


def test_a_follow_up_counts_for_its_question(matcher: Matcher) -> None:
    match = matcher.asked("Who noticed it first?")
    assert match is not None
    assert (match.id, match.kind) == ("last_time", MatchKind.PROBE)


def test_a_statement_with_the_words_of_a_question_is_not_the_question(matcher: Matcher) -> None:
    match = matcher.asked("We have tried that so far with two customers.")
    assert match is None or not match.confident


def test_nothing_to_match() -> None:
    empty = Matcher()
    assert empty.asked("What have you tried so far?") is None
    assert empty.opened("") is None


def test_a_playbook_of_a_thousand_questions_still_finds_its_one() -> None:
    asks = [Ask(f"q{number}", f"What about subject{number} and item{number}?") for number in range(1000)]
    match = Matcher(asks).asked("so what about subject512 and item512")
    assert match is not None
    assert match.id == "q512"
