"""Parser for written times: `1:02`, `00:01:02.500`, `0:0:5.1`, `10:02:13 AM`, `62.5`."""

from __future__ import annotations

import math
import re

from salesnerd_tui.lazy_pattern import lazy_pattern

TIME = r"-?\d{1,9}(?::\d{1,9}){1,2}(?:[.,]\d{1,9})?(?: ?[AaPp]\.?[Mm]\.?)?"
"""Pattern of a time with at least one colon. Every repetition is bounded, so that no line makes it slow."""

_NUMBER = lazy_pattern(r"-?\d{1,15}(?:\.\d{0,15})?(?:[eE][+-]?\d{1,3})?\Z")
_WHOLE = lazy_pattern(TIME + r"\Z")
_SPOKEN = lazy_pattern(r"(?:\d{1,4} (?:hours?|minutes?|seconds?),? ?){1,3}\Z")


def seconds_of(written: str) -> float | None:
    """Return the seconds of a written time, or None. They may be negative or absurd; `timing` checks that."""
    written = written.strip()[:60]
    if ":" not in written and _NUMBER.match(written):
        value = float(written)
        return value if math.isfinite(value) else None
    if not _WHOLE.match(written):
        return None
    negative = written.startswith("-")
    afternoon = "p" in written.lower()
    is_12_hour = afternoon or "a" in written.lower()
    digits = re.sub(r"[^\d:.,]", "", written) if is_12_hour else written.removeprefix("-")
    fields = [float(field) for field in digits.rstrip(".").replace(",", ".").split(":")]
    if is_12_hour and fields[0] <= 12:
        fields[0] = fields[0] % 12 + (12 if afternoon else 0)
        fields += [0.0] * (3 - len(fields))
    total = 0.0
    for field in fields:
        total = total * 60 + field
    return -total if negative else total


def is_spoken_time(text: str) -> bool:
    """Return whether a line is a time for screen readers, as Teams copies it: `3 minutes 5 seconds`."""
    return bool(_SPOKEN.match(text[:60]))


def webvtt_time(seconds: float) -> str:
    """Return `HH:MM:SS.mmm`, the format of WebVTT."""
    millis = round(seconds * 1000)
    hours, rest = divmod(millis, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    return f"{hours:02}:{minutes:02}:{rest // 1000:02}.{rest % 1000:03}"
