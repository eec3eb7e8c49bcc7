"""Invented moments with and without drift, which were written before the signals.

Most drift is tapped, and nothing else, in clean text, without punctuation and with lost words.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from moment_files import Dialogue, dialogues, plain, taps, with_losses

from salesnerd_tui.call import tap_text

DIALOGUES = dialogues()
NOISES = [
    pytest.param(str, 0.75, id="clean"),
    pytest.param(plain, 0.65, id="bare"),
    pytest.param(with_losses, 0.6, id="lossy"),
]


def test_there_are_enough_moments() -> None:
    assert len(DIALOGUES) >= 50
    assert sum(moment.drift for dialogue in DIALOGUES for moment in dialogue.moments) >= 20
    assert {dialogue.kind for dialogue in DIALOGUES} == {"meeting", "podcast", "protocol"}


@pytest.mark.parametrize(("noise", "min_recall"), NOISES)
def test_most_drift_is_tapped_and_hardly_anything_else(noise: Callable[[str], str], min_recall: float) -> None:
    caught = drifts = wrong = 0
    for dialogue in DIALOGUES:
        turns = [tap.turn for tap in taps(dialogue, noise)]
        for moment in dialogue.moments:
            tapped = any(moment.first <= turn <= moment.last for turn in turns)
            drifts += moment.drift
            caught += moment.drift and tapped
            wrong += not moment.drift and tapped
    assert caught / drifts >= min_recall
    assert wrong <= 1


def test_drift_is_tapped_when_it_becomes_clear() -> None:
    timely = [
        min(turn for turn in turns if moment.first <= turn <= moment.last) <= moment.clear
        for dialogue in DIALOGUES
        for turns in [[tap.turn for tap in taps(dialogue)]]
        for moment in dialogue.moments
        if moment.drift and any(moment.first <= turn <= moment.last for turn in turns)
    ]
    assert sum(timely) / len(timely) >= 0.85


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda dialogue: dialogue.name)
def test_a_dialogue_without_drift_is_not_tapped(dialogue: Dialogue) -> None:
    without_drift = [moment for moment in dialogue.moments if not moment.drift]
    tapped = [(tap.turn, tap_text.reason(tap)) for tap in taps(dialogue)]
    assert [tap for tap in tapped if any(moment.first <= tap[0] <= moment.last for moment in without_drift)] == []
