"""Precision of each kind of tap, as measured on conversations that the judge had not seen.

The figures come with the weights: `make train` writes them (`about` in `drift_judge.json`).
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from salesnerd_tui.coach.drift_judge import shipped_model

TRIAL_PRECISION = 0.6
"""A kind of tap that is right less often than this is on trial."""


class TapPrecision(Struct, frozen=True):
    """`precision` is the part of the `taps` that came where readers marked drift, 0 to 1."""

    taps: int
    precision: float

    @property
    def is_on_trial(self) -> bool:
        return self.precision < TRIAL_PRECISION


def precision_of(title: str) -> TapPrecision | None:
    """Return how often taps with this title were right; None if that was not measured."""
    return from_figures(shipped_model().about, title)


def from_figures(about: Mapping[str, Mapping[str, Mapping[str, float]]], title: str) -> TapPrecision | None:
    """Return the figures of a title from what a model says about itself."""
    row = about.get("precision by tap", {}).get(title)
    return None if row is None else TapPrecision(int(row["taps"]), float(row["precision"]))
