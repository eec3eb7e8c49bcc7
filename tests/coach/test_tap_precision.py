"""Precision of each kind of tap: measured by the training script, never typed by hand."""

from __future__ import annotations

from salesnerd_tui.call import tap_text
from salesnerd_tui.call.events import TapKind
from salesnerd_tui.coach.drift_judge import TRIAL_PRECISION, measured_precision, shipped_model


def test_labeled_kinds_have_a_measured_precision() -> None:
    about = shipped_model().about
    drift = (TapKind.OVER_EXPLAINING, TapKind.PITCHING, TapKind.US_FOCUS, TapKind.MONOLOGUE)
    for kind in (*drift, TapKind.OVER_PROMISING):
        found = measured_precision(about, tap_text.TITLES[kind])
        assert found is not None
        assert found.taps >= 20
        assert found.precision == about["precision by tap"][tap_text.TITLES[kind]]["precision"]
        assert found.is_on_trial is (found.precision < TRIAL_PRECISION)


def test_a_kind_that_was_not_measured_has_no_figure() -> None:
    assert measured_precision(shipped_model().about, "Ask for the last time") is None
    assert measured_precision({}, "Ask, don't tell") is None


def test_a_kind_with_low_precision_is_on_trial() -> None:
    about = {
        "precision by tap": {
            "Hand it back": {"taps": 40, "precision": 0.59},
            "Follow that up": {"taps": 40, "precision": 0.6},
        }
    }
    wrong, right = measured_precision(about, "Hand it back"), measured_precision(about, "Follow that up")
    assert wrong is not None
    assert wrong.is_on_trial
    assert right is not None
    assert not right.is_on_trial
