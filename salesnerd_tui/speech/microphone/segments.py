"""From a stream of sound to stretches of speech: opened by the voice detector, closed by it, or cut when too long.

The numbers were measured: a voice opens after 0.25 s (with 0.09 s noise was taken for words), closes after 0.5 s of
silence, and the 0.45 s before the opening belong to it, or first words are lost. Models trained on sentences write
nonsense for much more than 15 s.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from enum import StrEnum
from itertools import count
from typing import Protocol

from msgspec import Struct, field

from salesnerd_tui.speech.microphone.sound import RATE, SAMPLE_BYTES, Levels, decibels, power_of, seconds_of

WINDOW_BYTES = 512 * SAMPLE_BYTES
"""One frame, 32 ms: the only length that the Silero detector takes at 16 kHz."""

WINDOW_SECONDS = seconds_of(bytes(WINDOW_BYTES))
OPEN_SECONDS = 0.25
CLOSE_SECONDS = 0.5
BEFORE_SECONDS = 0.45
LONGEST_SECONDS = 15.0
CUT_WITHIN_SECONDS = 4.0
"""A segment that gets too long is cut at the quietest place of its last seconds, so that no word is cut in two."""

TAIL_SECONDS = 0.2
"""Of the silence that closed it, what stays with a segment: the end of a last consonant is as quiet."""


QUIET_DB = -75.0
"""Nobody speaks below this into a microphone, and a call's own silence is digital: the detector is spared it."""

SPARED_AFTER_FRAMES = 16
"""Half a second of such quiet, after which the detector has nothing to remember."""


class Vad(Protocol):
    """A voice detector with a memory: opens after `OPEN_SECONDS` of voice, closes after `CLOSE_SECONDS` of none."""

    def speaks(self, frame: bytes) -> bool: ...

    def reset(self) -> None: ...


class Segment(Struct):
    """A stretch of speech. `worded` is whether its words may be written down; `start` is a monotonic second."""

    number: int
    start: float
    worded: bool = False
    frames: list[bytes] = field(default_factory=list)
    told_until: float = 0.0

    @property
    def samples(self) -> bytes:
        return b"".join(self.frames)

    @property
    def seconds(self) -> float:
        return len(self.frames) * WINDOW_SECONDS

    @property
    def end(self) -> float:
        return self.start + self.seconds


class SegmentChange(StrEnum):
    OPENED = "opened"
    CLOSED = "closed"
    CUT = "cut"


class Segmenter:
    """One side's stream. `numbers` numbers the segments of both sides; `worded` is asked when one opens."""

    def __init__(
        self, vad: Vad, numbers: Iterator[int] | None = None, worded: Callable[[], bool] = lambda: True
    ) -> None:
        self.levels = Levels()
        self.open: Segment | None = None
        self._vad = vad
        self._numbers = numbers if numbers is not None else count()
        self._worded = worded
        self._rest = b""
        self._quiet_frames = 0
        self._before: deque[bytes] = deque(maxlen=round(BEFORE_SECONDS / WINDOW_SECONDS))

    def take(self, samples: bytes, until: float) -> Iterator[tuple[SegmentChange, Segment]]:
        """What the sound changes; `until` is the moment of its last sample."""
        data = self._rest + samples
        whole = len(data) // WINDOW_BYTES * WINDOW_BYTES
        self._rest = data[whole:]
        for begin in range(0, whole, WINDOW_BYTES):
            frame = data[begin : begin + WINDOW_BYTES]
            ended = until - (len(data) - begin - WINDOW_BYTES) / (RATE * SAMPLE_BYTES)
            yield from self._frame(frame, ended)

    def gap(self) -> Iterator[tuple[SegmentChange, Segment]]:
        """The sound was interrupted: what was said until then is a segment."""
        self._rest = b""
        self._before.clear()
        self._vad.reset()
        if self.open is not None:
            closed, self.open = self.open, None
            yield SegmentChange.CLOSED, closed

    def forget(self) -> None:
        """What is being heard is nobody's business."""
        for _ in self.gap():
            pass

    def _frame(self, frame: bytes, ended: float) -> Iterator[tuple[SegmentChange, Segment]]:
        power = power_of(frame)
        self.levels.add(power, ended)
        self._before.append(frame)
        speaks = self._speaks(frame, decibels(power))
        if self.open is None:
            if speaks:
                self.open = self._begun(list(self._before), ended)
                yield SegmentChange.OPENED, self.open
            return
        self.open.frames.append(frame)
        if not speaks:
            closed, self.open = self.open, None
            del closed.frames[len(closed.frames) - round((CLOSE_SECONDS - TAIL_SECONDS) / WINDOW_SECONDS) :]
            self._before.clear()
            yield SegmentChange.CLOSED, closed
        elif self.open.seconds >= LONGEST_SECONDS:
            yield SegmentChange.CUT, self._cut(self.open)

    def _speaks(self, frame: bytes, level: float) -> bool:
        self._quiet_frames = self._quiet_frames + 1 if level < QUIET_DB else 0
        if self.open is None and self._quiet_frames >= SPARED_AFTER_FRAMES:
            if self._quiet_frames == SPARED_AFTER_FRAMES:
                self._vad.reset()
            return False
        return self._vad.speaks(frame)

    def _cut(self, segment: Segment) -> Segment:
        """The segment up to its quietest late moment; what comes after that opens the next one."""
        at = self.levels.quietest(segment.end - CUT_WITHIN_SECONDS, segment.end)
        kept = min(max(round((at - segment.start) / WINDOW_SECONDS), 1), len(segment.frames))
        rest = segment.frames[kept:]
        del segment.frames[kept:]
        self.open = Segment(next(self._numbers), segment.end, segment.worded, rest)
        return segment

    def _begun(self, frames: list[bytes], ended: float) -> Segment:
        return Segment(next(self._numbers), ended - len(frames) * WINDOW_SECONDS, self._worded(), frames)
