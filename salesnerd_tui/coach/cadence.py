"""When a tap may show: sparse by rule, because people who are told all the time do worse than people told seldom.

One at a time, never queued; about 20 s between any two and 60 s per kind; nothing in the opening. A kind this
person keeps waving away comes less often (`quiet`).
"""

from __future__ import annotations

from collections.abc import Mapping

from salesnerd_tui.call.events import CueKind
from salesnerd_tui.coach.limits import Limits
from salesnerd_tui.coach.weighing import Due


class Cadence:
    """Says whether a tap may show yet. All times are seconds on the call's clock."""

    def __init__(self, limits: Limits, quiet: Mapping[CueKind, float] | None = None) -> None:
        self._limits = limits
        self._quiet = dict(quiet or {})
        self._began: float | None = None
        self._last: float | None = None
        self._last_of: dict[CueKind, float] = {}

    def began(self, at: float) -> None:
        """The first word of the call was heard."""
        if self._began is None:
            self._began = at

    def due(self, due: Due | None, at: float) -> Due | None:
        """What may be told now. It need not hold any longer: what is due has been piling up for some 25 s."""
        if due is None or not self.may(due.kind, at):
            return None
        self.told(due.kind, at)
        return due

    def may(self, kind: CueKind, at: float) -> bool:
        """True when a tap of this kind would not come too soon."""
        limits = self._limits
        if self._began is None or at - self._began < limits.opening_seconds:
            return False
        if self._last is not None and at - self._last < limits.between_taps_seconds:
            return False
        least = limits.between_taps_seconds if kind is CueKind.OVER_PROMISING else limits.between_same_seconds
        before = self._last_of.get(kind)
        return before is None or at - before >= least * max(self._quiet.get(kind, 1.0), 1.0)

    def told(self, kind: CueKind, at: float) -> None:
        """A tap went out."""
        self._last = at
        self._last_of[kind] = at
