"""Sound as bytes: 16 kHz, one channel, signed 16-bit little-endian. It is never stored."""

from __future__ import annotations

import math
import sys
from array import array
from collections import deque
from operator import mul

from msgspec import Struct

from salesnerd_tui.call.events import Side

RATE = 16_000
"""Samples per second; both models were trained on this rate."""

SAMPLE_BYTES = 2
CHUNK_SECONDS = 0.04
CHUNK_BYTES = int(RATE * CHUNK_SECONDS) * SAMPLE_BYTES
LEVEL_STEP = 4
SILENCE_DB = -100.0
FULL_SCALE = 32768.0


class Chunk(Struct, frozen=True):
    """A short piece of one side's sound; `until` is the monotonic second of its last sample. No samples mean a gap."""

    side: Side
    samples: bytes
    until: float


def seconds_of(samples: bytes) -> float:
    """Return the duration of samples."""
    return len(samples) / (RATE * SAMPLE_BYTES)


def power_of(samples: bytes) -> float:
    """Return the mean square of every fourth sample, 0 to 1: accurate enough for a level at a quarter of the cost."""
    values = array("h")
    values.frombytes(samples)
    if sys.byteorder == "big":
        values.byteswap()
    values = values[::LEVEL_STEP]
    return sum(map(mul, values, values)) / (len(values) * FULL_SCALE**2) if values else 0.0


def decibels(power: float) -> float:
    """Return a power in decibels relative to full scale."""
    return max(10 * math.log10(power), SILENCE_DB) if power > 0 else SILENCE_DB


class LoudnessHistory:
    """Recent loudness of one side: the power of each frame of the last `seconds`."""

    def __init__(self, seconds: float = 40.0) -> None:
        self._seconds = seconds
        self._frames: deque[tuple[float, float]] = deque()

    def add(self, power: float, until: float) -> None:
        self._frames.append((until, power))
        while self._frames[0][0] < until - self._seconds:
            self._frames.popleft()

    def between(self, start: float, end: float) -> float:
        """Return the mean level in decibels of the frames that ended within the span."""
        powers = [power for until, power in self._frames if start <= until <= end]
        return decibels(sum(powers) / len(powers)) if powers else SILENCE_DB

    def quietest(self, start: float, end: float, wide: int = 4) -> float:
        """Return the end of the quietest `wide` frames within the span, `end` if there are none."""
        frames = [frame for frame in self._frames if start <= frame[0] <= end]
        best, at = math.inf, end
        for first in range(len(frames) - wide + 1):
            total = sum(power for _, power in frames[first : first + wide])
            if total < best:
                best, at = total, frames[first + wide // 2][0]
        return at
