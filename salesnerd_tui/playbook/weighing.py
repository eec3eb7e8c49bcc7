"""Weighted scores: what `weight` makes of a question's answers, so that a call only ever adds points up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from salesnerd_tui.playbook.amounts import number
from salesnerd_tui.playbook.model import Answer


def weighed(answers: Sequence[Answer], choices: Sequence[str], weight: Mapping[str, float]) -> tuple[Answer, ...]:
    """The answers, or else the choices, with their points times `weight`.

    A label that is a number counts as that many points where it gives none itself: a score of 4 at weight 3 is 12.
    `weight` is by name of points; a bare number (the empty name) weighs all of them.
    """
    offered = answers or [Answer(choice, choice) for choice in choices]
    return tuple(replace(one, points=_points(one, weight)) for one in offered)


def _points(answer: Answer, weight: Mapping[str, float]) -> dict[str, float]:
    score = number(answer.label)
    points = answer.points or (dict.fromkeys(weight, score) if score is not None else {})
    return {name: value * weight.get(name, weight.get("", 1.0)) for name, value in points.items()}
