"""Weighted scores, as in bid or no-bid scorecards."""

from __future__ import annotations

from pathlib import Path

import pytest

from salesnerd_tui.playbook.lint.linter import lint
from salesnerd_tui.playbook.model import Ask


def points(question: str) -> dict[str, dict[str, float]]:
    """Return the points of each answer of a question."""
    text = f"playbook: X\nagenda:\n  - ask: What?\n    id: q\n{question}"
    loaded = lint(Path("x.yaml"), (), text)
    assert loaded.playbook is not None, loaded.errors
    item = loaded.playbook.agenda[0]
    assert isinstance(item, Ask)
    return {answer.label: dict(answer.points) for answer in item.answers}


def test_a_score_is_multiplied_by_its_weight() -> None:
    assert points('    type: scale\n    answers: ["1", "2"]\n    weight: 3\n') == {"1": {"": 3.0}, "2": {"": 6.0}}


def test_a_weight_may_be_for_points_of_a_name() -> None:
    assert points("    type: scale\n    answers: [1, 2]\n    weight: {fit: 2}\n") == {
        "1": {"fit": 2.0},
        "2": {"fit": 4.0},
    }


@pytest.mark.parametrize("weight", ["2", "{fit: 2}"])
def test_the_points_of_answers_are_multiplied(weight: str) -> None:
    answers = "    answers: {Strong: {points: {fit: 3}}, Weak: {points: {fit: 1}}, Unclear: {}}\n"
    found = points(answers + f"    weight: {weight}\n")
    assert found == {"Strong": {"fit": 6.0}, "Weak": {"fit": 2.0}, "Unclear": {}}


def test_without_a_weight_a_scale_gives_no_points() -> None:
    assert points("    type: scale\n    answers: [1, 2]\n") == {"1": {}, "2": {}}


def test_a_scale_without_answers_goes_from_one_to_five() -> None:
    assert list(points("    type: scale\n")) == ["1", "2", "3", "4", "5"]
    assert points("    type: scale\n    weight: 2\n")["5"] == {"": 10.0}


def test_a_condition_can_compare_points() -> None:
    scale = (
        "  - {section: Score, defaults: {type: scale, answers: [1, 2, 3]}}\n  - {ask: A?, id: q, weight: {fit: 2}}\n"
    )
    loaded = lint(Path("x.yaml"), (), f"playbook: X\nagenda:\n{scale}gates: {{good: points.fit >= 4}}\n")
    assert loaded.errors == ()
    loaded = lint(Path("x.yaml"), (), f"playbook: X\nagenda:\n{scale}gates: {{good: points.fut >= 4}}\n")
    assert [(one.code, one.hint) for one in loaded.errors] == [("P210", "did you mean 'points.fit'?")]


def test_a_text_can_contain_the_score() -> None:
    say = "  - say: That makes {points.fit} in all, {points.fut} of them good, and {points} of the others.\n    id: s\n"
    ask = "  - {ask: What?, id: q, type: scale, answers: [1, 2], weight: {fit: 2}}\n"
    loaded = lint(Path("x.yaml"), (), f"playbook: X\nagenda:\n{ask}{say}")
    findings = [(one.message, one.hint) for one in loaded.findings if one.code == "P210"]
    assert [message for message, _ in findings] == ["{points.fut} is never filled", "{points} is never filled"]
    assert findings[0][1] == "did you mean 'points.fit'?"
