"""Tap cadence: whether a tap may be shown yet.

Taps are limited, because people who get constant feedback do worse than people who get it rarely.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from salesnerd_tui.call.events import TapKind

if TYPE_CHECKING:
    from salesnerd_tui.coach.limits import Limits
    from salesnerd_tui.coach.tap_policy import DueTap

DRIFT_KINDS = frozenset({TapKind.OVER_EXPLAINING, TapKind.PITCHING, TapKind.US_FOCUS, TapKind.MONOLOGUE})


class TapCadence:
    """Intervals between the taps of one call. All times are seconds on the call's clock.

    `interval_factors` lengthen the interval between two taps of a kind.
    """

    def __init__(self, limits: Limits, interval_factors: Mapping[TapKind, float] | None = None) -> None:
        self._limits = limits
        self._interval_factors = dict(interval_factors or {})
        self._call_start: float | None = None
        self._last_at: float | None = None
        self._last_kind: TapKind | None = None
        self._last_of_kind: dict[TapKind, float] = {}
        self._last_drift_at: float | None = None
        self._has_buyer_replied = True

    def start_call(self, at: float) -> None:
        """Set the time of the first word of the call; later calls have no effect."""
        if self._call_start is None:
            self._call_start = at

    def record_buyer_turn(self) -> None:
        """Record a real turn of the buyer, after which the topic is new."""
        self._has_buyer_replied = True

    def admit(self, tap: DueTap | None, at: float) -> DueTap | None:
        """Return the tap and record it if it may be shown now, else None."""
        if tap is None or not self.can_show(tap.kind, at, is_urgent=tap.is_urgent, is_binding=tap.is_binding):
            return None
        self.record_tap(tap.kind, at)
        return tap

    def can_show_drift(self, at: float) -> bool:
        """Return whether any tap for drift may be shown now; if not, none needs to be looked for."""
        return any(self.can_show(kind, at, is_urgent=True) for kind in DRIFT_KINDS)

    def can_show(self, kind: TapKind, at: float, *, is_urgent: bool = False, is_binding: bool = False) -> bool:
        """Return whether a tap of this kind would not come too soon."""
        limits = self._limits
        if self._call_start is None or (at - self._call_start < limits.opening_seconds and not is_urgent):
            return False
        # A promise binds at once, and its tap says nothing about drift: neither it nor the next tap waits longer.
        is_exempt = TapKind.OVER_PROMISING in (kind, self._last_kind)
        interval = limits.min_shown_seconds if is_exempt else limits.between_taps_seconds
        if self._last_at is not None and at - self._last_at < interval:
            return False
        last_of_kind = self._last_of_kind.get(kind)
        if kind in DRIFT_KINDS:
            last = self._last_drift_at
            interval = limits.drift_new_topic_seconds if self._has_buyer_replied else limits.drift_same_topic_seconds
        else:
            last = last_of_kind
            is_promise = kind is TapKind.OVER_PROMISING
            interval = limits.between_taps_seconds if is_promise else limits.between_same_kind_seconds
        if last is not None and at - last < interval and not is_binding:
            return False
        factor = self._interval_factors.get(kind, 1.0)
        return last_of_kind is None or factor <= 1.0 or at - last_of_kind >= limits.between_same_kind_seconds * factor

    def record_tap(self, kind: TapKind, at: float) -> None:
        """Record that a tap was shown."""
        self._last_at, self._last_kind = at, kind
        self._last_of_kind[kind] = at
        if kind in DRIFT_KINDS:
            self._last_drift_at = at
            self._has_buyer_replied = False

    def record_praise(self, at: float) -> None:
        """Record that praise for a silence was shown, which delays no other tap."""
        self._last_of_kind[TapKind.SILENCE] = at

    def has_shown(self, kind: TapKind, since: float | None) -> bool:
        """Return whether a tap of this kind was shown after `since`."""
        last = self._last_of_kind.get(kind)
        return since is not None and last is not None and last >= since
