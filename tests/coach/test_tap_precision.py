"""Precision of each kind of tap: measured by the training script, never typed by hand."""

from __future__ import annotations

from salesnerd_tui.call import tap_text
from salesnerd_tui.call.events import TapKind
from salesnerd_tui.coach.drift_judge import shipped_model
from salesnerd_tui.coach.tap_policy import TRIAL_PRECISION, from_figures, precision_of


def test_the_kinds_that_readers_mark_were_measured() -> None:
    figures = shipped_model().about["precision by tap"]
    drift = (TapKind.OVER_EXPLAINING, TapKind.PITCHING, TapKind.US_FOCUS, TapKind.MONOLOGUE)
    for kind in (*drift, TapKind.OVER_PROMISING):
        found = precision_of(tap_text.TITLES[kind])
        assert found is not None
        assert found.taps >= 20
        assert found.precision == figures[tap_text.TITLES[kind]]["precision"]
        assert found.is_on_trial is (found.precision < TRIAL_PRECISION)


def test_a_kind_that_was_not_measured_has_no_figure() -> None:
    assert precision_of("Ask for the last time") is None
    assert from_figures({}, "Ask, don't tell") is None


def test_a_kind_that_is_often_wrong_is_on_trial() -> None:
    about = {
        "precision by tap": {
            "Hand it back": {"taps": 40, "precision": 0.59},
            "Follow that up": {"taps": 40, "precision": 0.6},
        }
    }
    wrong, right = from_figures(about, "Hand it back"), from_figures(about, "Follow that up")
    assert wrong is not None
    assert wrong.is_on_trial
    assert right is not None
    assert not right.is_on_trial
