"""Rows of the benchmark table, one for each budget, and their format."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """A measured figure, its budget, and what it was compared with (empty for an absolute budget)."""

    name: str
    figure: str
    budget: str
    is_ok: bool
    comparison: str = ""

    @property
    def verdict(self) -> str:
        return "ok" if self.is_ok else "OVER"


@dataclass(frozen=True, slots=True)
class Unmeasured:
    """A budget that could not be measured here, with the reason."""

    name: str
    reason: str


def limit_row(name: str, figure: float, limit: float, unit: str, comparison: str = "") -> Row:
    """Return a row whose figure and budget are in the same unit."""
    return Row(name, format_number(figure, unit), f"≤ {format_number(limit, unit)}", figure <= limit, comparison)


def ratio_row(name: str, value: float, baseline: float, limit: float, unit: str, baseline_name: str) -> Row:
    """Return a row whose budget is a multiple of something measured in the same run."""
    factor = value / baseline
    figure = f"{format_number(value, unit)} = {factor:.2f} x"
    comparison = f"{baseline_name} {format_number(baseline, unit)}"
    return Row(name, figure, f"≤ {limit:g} x", factor <= limit, comparison)


def format_number(value: float, unit: str) -> str:
    """Return the value with three significant digits, and the unit."""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f} {unit}"


def format_row(row: Row | Unmeasured) -> str:
    if isinstance(row, Unmeasured):
        return f"{row.name:60} not measured: {row.reason}"
    return f"{row.name:60} {row.figure:>22}   {row.budget:12} {row.verdict:5} {row.comparison}".rstrip()


def summary(rows: Iterable[Row | Unmeasured]) -> str:
    rows = list(rows)
    measured = [row for row in rows if isinstance(row, Row)]
    over = sum(not row.is_ok for row in measured)
    missing = len(rows) - len(measured)
    return f"{len(measured) - over} within budget, {over} over, {missing} not measured"
