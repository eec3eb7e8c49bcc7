"""Voice-activity detector and speech recognizer of `sherpa-onnx`. Only the child process imports this module.

The libraries are imported on use, so that the module can be imported and tested without the voice extra.
"""

from __future__ import annotations

import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

from salesnerd_tui.speech.microphone.models import Family, ModelProblem, SpeechModel, tokens_text
from salesnerd_tui.speech.microphone.segments import CLOSE_SECONDS, OPEN_SECONDS, WINDOW_BYTES
from salesnerd_tui.speech.microphone.sound import FULL_SCALE, RATE, SAMPLE_BYTES

EXTRA = "pip install 'salesnerd-tui[voice]'"
SPEECH_LIKELY = 0.5
"""Probability from which a frame counts as voice: the default of the model."""

LIBRARIES = ("numpy", "sherpa_onnx")


class NotInstalled(ModelProblem):
    """The voice extra is not installed."""


def library(name: str) -> Any:
    """Import a library of the voice extra. Raises `NotInstalled`."""
    try:
        return import_module(name)
    except (ImportError, OSError) as problem:
        raise NotInstalled(f"cannot load {name}: {problem} (install the voice extra: {EXTRA})") from problem


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
        Family.MOONSHINE: sherpa.OfflineRecognizer.from_moonshine_v2,
        Family.MOONSHINE_ONNX: sherpa.OfflineRecognizer.from_moonshine,
        Family.WHISPER: sherpa.OfflineRecognizer.from_whisper,
    }[model.family]
    parts = {part: str(path) for part, path in model.parts.items()}
    with tempfile.TemporaryDirectory(prefix="salesnerd-voice-") as folder:
        tokens = model.tokens
        if tokens.suffix == ".bin":
            text = tokens_text(tokens.read_bytes())
            tokens = Path(folder) / "tokens.txt"
            tokens.write_text(text)
        return create(**parts, tokens=str(tokens), num_threads=1)
