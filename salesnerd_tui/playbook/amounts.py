"""Amounts as people write them: numbers, lengths of time, shares, and yes or no."""

from __future__ import annotations

import re

from salesnerd_tui.lazy_pattern import lazy_pattern

_TIME = lazy_pattern(r"(\d+(?:\.\d+)?)\s*(s|sec|seconds?|m|min|minutes?|h|hours?)?")
_CLOCK = lazy_pattern(r"(\d+):([0-5]\d)")
_NUMBER = lazy_pattern(r"[-+]?\d+(?:\.\d+)?")
_SPOKEN = lazy_pattern(
    r"([-+]?)(\d{1,3}(?:[ ,.'\u00a0\u202f’]\d{3})+|\d+)(?:[.,](\d{1,2})(?!\d))?\s*(k|m|mio|million|thousand|bn)?\b",
    re.I,
)
_SCALES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "mio": 1e6, "million": 1e6, "bn": 1e9}
_DIGITS_MAX = 15
_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0}


def number(text: str) -> float | None:
    """Return the number in a text like `8` or `-2.5`, otherwise None."""
    text = text.strip()
    return float(text) if len(text) <= _DIGITS_MAX and _NUMBER.fullmatch(text) else None


def minutes(text: str) -> float | None:
    """Return `8`, `8m`, `90s`, `1h` or `1:30` in minutes; a number alone means minutes."""
    found = seconds(text, bare="m")
    return None if found is None else found / 60


def seconds(text: str, bare: str = "s") -> float | None:
    """Return `60s`, `2m` or `1:30` in seconds; a number alone is in the unit `bare`."""
    text = text.strip().lower()
    if len(text) > _DIGITS_MAX:
        return None
    clock = _CLOCK.fullmatch(text)
    if clock:
        return int(clock[1]) * 60.0 + int(clock[2])
    found = _TIME.fullmatch(text)
    return float(found[1]) * _UNITS[(found[2] or bare)[0]] if found else None


def share(text: str) -> float | None:
    """Return `45%` or `0.45` as a share, 0 to 1."""
    text = text.strip()
    value = number(text.removesuffix("%").strip())
    if value is None:
        return None
    value = value / 100 if text.endswith("%") else value
    return value if 0 <= value <= 1 else None


def number_in(note: str) -> float | None:
    """Return the first amount in a note: `about 40k a year` is 40000, `€ 1,200.50` is 1200.5."""
    found = _SPOKEN.search(note[:1000])
    if not found or len(found[2]) > 30:
        return None
    whole = float(re.sub(r"\D", "", found[2]))
    value = whole + (float(f"0.{found[3]}") if found[3] else 0.0)
    value *= _SCALES.get((found[4] or "").lower(), 1.0)
    return -value if found[1] == "-" else value


def flag(text: str) -> bool | None:
    """Return the value of `yes`/`true` or `no`/`false`."""
    return {"yes": True, "true": True, "no": False, "false": False}.get(text.strip().lower())
