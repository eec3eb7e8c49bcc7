"""Measured figures of the coach: written by the training script; the pages that quote them quote them correctly."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

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


PROJECT = Path(__file__).parents[2]
SALES_CALLS = ("calls_a", "hand_a", "hand_b")
NUMBER = re.compile(r"\d+(?:\.\d+)?")


def numbers(text: str) -> list[float]:
    return [float(each) for each in NUMBER.findall(text)]


def test_the_documented_figures_are_those_of_the_weights() -> None:
    page = (PROJECT / "docs" / "judgement.md").read_text(encoding="utf-8")
    cells = [row.strip("| ").split(" | ") for row in page.splitlines() if row.count(" | ") == 5]
    for source, measured in shipped_model().about["cross-validated"].items():
        (row,) = [row for row in cells if row[0].endswith(f"({source})") or row[0].startswith(f"{source} ")]
        assert numbers(row[1]) == pytest.approx([measured["f1"], *measured["f1 90 %"]], abs=0.0051), source
        assert numbers(row[2]) == pytest.approx([measured["wrong per hour"]], abs=0.051), source
        assert numbers(row[3]) == pytest.approx([measured["in time"]], abs=0.0051), source
        assert numbers(row[4]) == [measured["invited"], measured["warnings"]], source


def test_the_figures_in_the_readme_are_those_of_the_weights() -> None:
    text = (PROJECT / "README.md").read_text(encoding="utf-8").partition("## How good is the coach?")[2]
    lowest_f1, _, fewest_wrong, _, _, meetings_f1, meetings_wrong = numbers(text.replace("F1", ""))[:7]
    measured = shipped_model().about["cross-validated"]
    sales = [measured[source] for source in SALES_CALLS]
    assert lowest_f1 == pytest.approx(min(each["f1"] for each in sales), abs=0.0051)
    assert fewest_wrong == pytest.approx(min(each["wrong per hour"] for each in sales), abs=0.051)
    meetings = measured["innopolis"]
    assert [meetings_f1] == pytest.approx([meetings["f1"]], abs=0.0051)
    assert [meetings_wrong] == pytest.approx([meetings["wrong per hour"]], abs=0.051)
