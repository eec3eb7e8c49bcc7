"""Reasons of taps for tests to which only the text matters."""

from __future__ import annotations

from salesnerd_tui.call.events import TapBasis, TapReason


def recorded(text: str) -> TapReason:
    """Return a reason that reads as `text`."""
    return TapReason(TapBasis.RECORDED, words=(text,) if text else ())
