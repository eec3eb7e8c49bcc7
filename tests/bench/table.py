"""Rows of the benchmark table: one for each budget, and how they are printed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """A measured figure, its budget, and what it was compared with (empty for an absolute budget)."""

    what: str
    figure: str
    budget: str
    ok: bool
    against: str = ""

    @property
    def verdict(self) -> str:
        return "ok" if self.ok else "OVER"


@dataclass(frozen=True, slots=True)
class Unmeasured:
    """Return the row of a budget that could not be measured here, with the reason."""

    what: str
    why: str


def at_most(what: str, figure: float, limit: float, unit: str, against: str = "") -> Row:
    """Return a row whose figure and budget are in the same unit."""
    return Row(what, number(figure, unit), f"≤ {number(limit, unit)}", figure <= limit, against)


def ratio(what: str, ours: float, theirs: float, limit: float, unit: str, named: str) -> Row:
    """Return a row whose budget is a multiple of something measured in the same run."""
    times = ours / theirs
    figure = f"{number(ours, unit)} = {times:.2f} x"
    return Row(what, figure, f"≤ {limit:g} x", times <= limit, f"{named} {number(theirs, unit)}")


def number(value: float, unit: str) -> str:
    """Return the three figures that matter, and the unit."""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f} {unit}"


def rendered(row: Row | Unmeasured) -> str:
    if isinstance(row, Unmeasured):
        return f"{row.what:60} not measured: {row.why}"
    return f"{row.what:60} {row.figure:>22}   {row.budget:12} {row.verdict:5} {row.against}".rstrip()


def summary(rows: Iterable[Row | Unmeasured]) -> str:
    kept = list(rows)
    measured = [row for row in kept if isinstance(row, Row)]
    over = sum(not row.ok for row in measured)
    missing = len(kept) - len(measured)
    return f"{len(measured) - over} within budget, {over} over, {missing} not measured"
