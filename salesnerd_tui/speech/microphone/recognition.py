"""Segments of speech in a stream of sound, the voice-activity detector and the speech recognizer of `sherpa-onnx`.

A segment is opened and closed by the detector and cut when it is too long. Only the child process imports this module.
The libraries are imported on use, so that the module can be imported and tested without the voice extra.

Note: the values were measured. A segment opens after 0.25 s of voice (with 0.09 s, noise became words), closes after
0.5 s of silence, and includes the 0.45 s before it opened, or first words are lost. Models trained on sentences return
nonsense for much more than 15 s.
"""

from __future__ import annotations

import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from enum import StrEnum
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any, Protocol

from msgspec import Struct, field

from salesnerd_tui.speech.microphone.models import EXTRA, ModelFamily, ModelProblem, SpeechModel, tokens_text
from salesnerd_tui.speech.microphone.sound import (
    FULL_SCALE,
    RATE,
    SAMPLE_BYTES,
    LoudnessHistory,
    decibels,
    power_of,
    seconds_of,
)

WINDOW_BYTES = 512 * SAMPLE_BYTES
"""Bytes of one frame of 32 ms: the only length that Silero supports at 16 kHz."""

WINDOW_SECONDS = seconds_of(bytes(WINDOW_BYTES))
OPEN_SECONDS = 0.25
CLOSE_SECONDS = 0.5
BEFORE_SECONDS = 0.45
LONGEST_SECONDS = 15.0
CUT_WITHIN_SECONDS = 4.0
"""A segment that is too long is cut at the quietest moment of its last seconds, so that no word is split."""

TAIL_SECONDS = 0.2
"""Silence kept at the end of a segment: a final consonant is as quiet."""

QUIET_DB = -75.0
"""Level below which nobody speaks: the detector is skipped there to save time."""

SKIP_AFTER_FRAMES = 16
"""Quiet frames (half a second) after which the detector is reset and skipped."""


class Vad(Protocol):
    """Stateful voice-activity detector: true after `OPEN_SECONDS` of voice, false after `CLOSE_SECONDS` of silence."""

    def is_speech(self, frame: bytes) -> bool: ...

    def reset(self) -> None: ...


class Segment(Struct):
    """A stretch of speech that starts at a monotonic second; `transcribed` tells whether it may be recognized."""

    number: int
    start: float
    transcribed: bool = False
    frames: list[bytes] = field(default_factory=list)
    decoded_until: float = 0.0

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
    """Change of a segment."""

    OPENED = "opened"
    CLOSED = "closed"
    CUT = "cut"


class Segmenter:
    """Splitter of one side's stream. `numbers` is shared by both sides; `transcribe` is called when a segment opens."""

    def __init__(
        self, vad: Vad, numbers: Iterator[int] | None = None, transcribe: Callable[[], bool] = lambda: True
    ) -> None:
        self.levels = LoudnessHistory()
        self.open: Segment | None = None
        self._vad = vad
        self._numbers = numbers if numbers is not None else count()
        self._transcribe = transcribe
        self._rest = b""
        self._quiet_frames = 0
        self._before: deque[bytes] = deque(maxlen=round(BEFORE_SECONDS / WINDOW_SECONDS))

    def take(self, samples: bytes, until: float) -> Iterator[tuple[SegmentChange, Segment]]:
        """Process sound and yield the changes; `until` is the time of the last sample."""
        data = self._rest + samples
        whole = len(data) // WINDOW_BYTES * WINDOW_BYTES
        self._rest = data[whole:]
        for begin in range(0, whole, WINDOW_BYTES):
            frame = data[begin : begin + WINDOW_BYTES]
            ended = until - (len(data) - begin - WINDOW_BYTES) / (RATE * SAMPLE_BYTES)
            yield from self._frame(frame, ended)

    def gap(self) -> Iterator[tuple[SegmentChange, Segment]]:
        """Close the open segment, because the sound was interrupted."""
        self._rest = b""
        self._before.clear()
        self._vad.reset()
        if self.open is not None:
            closed, self.open = self.open, None
            yield SegmentChange.CLOSED, closed

    def discard(self) -> None:
        """Drop the open segment."""
        for _ in self.gap():
            pass

    def _frame(self, frame: bytes, ended: float) -> Iterator[tuple[SegmentChange, Segment]]:
        power = power_of(frame)
        self.levels.add(power, ended)
        self._before.append(frame)
        is_speech = self._is_speech(frame, decibels(power))
        if self.open is None:
            if is_speech:
                start = ended - len(self._before) * WINDOW_SECONDS
                self.open = Segment(next(self._numbers), start, self._transcribe(), list(self._before))
                yield SegmentChange.OPENED, self.open
            return
        self.open.frames.append(frame)
        if not is_speech:
            closed, self.open = self.open, None
            del closed.frames[len(closed.frames) - round((CLOSE_SECONDS - TAIL_SECONDS) / WINDOW_SECONDS) :]
            self._before.clear()
            yield SegmentChange.CLOSED, closed
        elif self.open.seconds >= LONGEST_SECONDS:
            yield SegmentChange.CUT, self._cut(self.open)

    def _is_speech(self, frame: bytes, level: float) -> bool:
        self._quiet_frames = self._quiet_frames + 1 if level < QUIET_DB else 0
        if self.open is None and self._quiet_frames >= SKIP_AFTER_FRAMES:
            if self._quiet_frames == SKIP_AFTER_FRAMES:
                self._vad.reset()
            return False
        return self._vad.is_speech(frame)

    def _cut(self, segment: Segment) -> Segment:
        """End the segment at its quietest late moment, and open the next one with the rest."""
        at = self.levels.quietest(segment.end - CUT_WITHIN_SECONDS, segment.end)
        length = min(max(round((at - segment.start) / WINDOW_SECONDS), 1), len(segment.frames))
        rest = segment.frames[length:]
        del segment.frames[length:]
        self.open = Segment(next(self._numbers), segment.end, segment.transcribed, rest)
        return segment


SPEECH_LIKELY = 0.5
"""Probability from which a frame counts as voice: the default of the model."""


def library(name: str) -> Any:
    """Import a library of the voice extra. Raises `ModelProblem`."""
    try:
        return import_module(name)
    except (ImportError, OSError) as problem:
        raise ModelProblem(f"cannot load {name}: {problem} (install the voice extra: {EXTRA})") from problem


class SileroVad:
    """Voice-activity detector of one stream. It keeps state, so each side needs its own."""

    def __init__(self, file: Path) -> None:
        sherpa, self._numpy = library("sherpa_onnx"), library("numpy")
        config = sherpa.VadModelConfig()
        config.silero_vad.model = str(file)
        config.silero_vad.threshold = SPEECH_LIKELY
        config.silero_vad.min_speech_duration = OPEN_SECONDS
        config.silero_vad.min_silence_duration = CLOSE_SECONDS
        config.sample_rate = RATE
        config.num_threads = 1
        if not config.validate():
            raise ModelProblem(f"{file.name} is not a supported voice-activity model")
        self._model = sherpa.VadModel.create(config)
        # The model takes each frame with the end of the previous one, and ends the process if the length is wrong.
        self._overlap_bytes = self._model.window_size() * SAMPLE_BYTES - WINDOW_BYTES
        if not 0 <= self._overlap_bytes <= WINDOW_BYTES:
            raise ModelProblem(f"{file.name} needs an unsupported frame length")
        self._before = bytes(self._overlap_bytes)

    def is_speech(self, frame: bytes) -> bool:
        given = self._before + frame
        self._before = given[len(given) - self._overlap_bytes :]
        return bool(self._model.is_speech(_floats(self._numpy, given)))

    def reset(self) -> None:
        self._before = bytes(self._overlap_bytes)
        self._model.reset()


class SpeechRecognizer:
    """Speech recognizer, shared by both sides."""

    def __init__(self, model: SpeechModel) -> None:
        self._numpy = library("numpy")
        self._recognizer = _load_recognizer(library("sherpa_onnx"), model)

    def text(self, samples: bytes) -> str:
        stream = self._recognizer.create_stream()
        stream.accept_waveform(RATE, _floats(self._numpy, samples))
        self._recognizer.decode_stream(stream)
        return str(stream.result.text)


def _floats(numpy: Any, samples: bytes) -> Any:
    return numpy.frombuffer(samples, dtype="<i2").astype(numpy.float32) / FULL_SCALE


def _load_recognizer(sherpa: Any, model: SpeechModel) -> Any:
    create = {
        ModelFamily.MOONSHINE: sherpa.OfflineRecognizer.from_moonshine_v2,
        ModelFamily.MOONSHINE_ONNX: sherpa.OfflineRecognizer.from_moonshine,
        ModelFamily.WHISPER: sherpa.OfflineRecognizer.from_whisper,
    }[model.family]
    parts = {part: str(path) for part, path in model.parts.items()}
    with tempfile.TemporaryDirectory(prefix="salesnerd-voice-") as folder:
        tokens = model.tokens
        if tokens.suffix == ".bin":
            text = tokens_text(tokens.read_bytes())
            tokens = Path(folder) / "tokens.txt"
            tokens.write_text(text)
        return create(**parts, tokens=str(tokens), num_threads=1)
