"""Synthetic speech of a written call with a feature dump; the times of all words are known exactly."""

from __future__ import annotations

import re
import wave
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from salesnerd_tui.call.events import Side

RATE = 24_000
"""Sample rate of the synthetic voice."""

HEARD_RATE = 16_000
LOUD = 300
"""A sample of speech, about 40 decibels below the loudest; below is the hiss of the voice."""

PACE = {Side.ME: 1.0, Side.THEM: 1.08}
"""Pace of the sides: the package has one voice, so the other side speaks a little faster."""


@dataclass(frozen=True, slots=True)
class Turn:
    """`pause` is the silence before it, in seconds."""

    side: Side
    text: str
    pause: float = 0.6


ME, THEM = Side.ME, Side.THEM
FEATURE_DUMP = (
    "So our platform has a pipeline with an idempotent queue, and each event goes through the scheduler. "
    "Then the engine validates the schema, and the module writes every record to the cache. "
    "We also have a dashboard with filters, an interface for plugins, and a webhook for each integration. "
    "Our system shards the table and replicates it to three regions, so the latency stays low. "
    "And the new version ships with a rules engine that you can configure with templates."
)
CALL: tuple[Turn, ...] = (
    Turn(ME, "What happened that made you look at this now?", 1.0),
    Turn(THEM, "Our import broke twice in October, and three people were up all night to repair it."),
    Turn(ME, "Walk me through the last time it happened."),
    Turn(THEM, "On a Friday evening the numbers were wrong. Anna saw it first, and she had to call the customer."),
    Turn(ME, FEATURE_DUMP),
    Turn(THEM, "Okay. That is a lot to take in.", 1.2),
    Turn(ME, "Sorry. What have you tried so far?"),
    Turn(THEM, "We wrote a script that checks the files, but nobody looks after it now."),
)


@dataclass(frozen=True, slots=True)
class SpokenTurn:
    """A turn with its place in the recording, in seconds; it ends with its last sound, not with the silence after."""

    turn: Turn
    start: float
    end: float


def skip_reason() -> str:
    """Return why speech cannot be synthesized here; empty if it can."""
    return "" if find_spec("hibari") else "hibari-tts is not installed (pip install hibari-tts)"


def speak(turns: Sequence[Turn], folder: Path) -> tuple[dict[Side, Path], list[SpokenTurn]]:
    """Return a recording of each side, as long as the whole call, and the place of each turn."""
    voice: Any = import_module("hibari").Hibari()
    tracks = {side: array("h") for side in (ME, THEM)}
    spoken_turns = []
    for number, turn in enumerate(turns):
        sound = _samples(voice(turn.text, speed=PACE[turn.side], seed=number))
        own, other = tracks[turn.side], tracks[THEM if turn.side is ME else ME]
        own.extend([0] * round(turn.pause * RATE))
        start = len(own) / RATE
        own.extend(sound)
        other.extend([0] * (len(own) - len(other)))
        spoken_turns.append(SpokenTurn(turn, start, start + _last_loud(sound) / RATE))
    for track in tracks.values():
        track.extend([0] * RATE)
    return {side: _write(folder / f"{side}.wav", track) for side, track in tracks.items()}, spoken_turns


def resample(file: Path) -> bytes:
    """Return a recording at `HEARD_RATE` samples per second."""
    numpy: Any = import_module("numpy")
    with wave.open(str(file)) as recorded:
        samples = numpy.frombuffer(recorded.readframes(recorded.getnframes()), dtype="<i2").astype(float)
    places = numpy.arange(len(samples) * HEARD_RATE // RATE) * RATE / HEARD_RATE
    return bytes(numpy.interp(places, numpy.arange(len(samples)), samples).astype("<i2").tobytes())


def word_errors(said: str, heard: str) -> tuple[int, int]:
    """Return the number of word errors, and of expected words."""
    expected, recognized = _words(said), _words(heard)
    row = list(range(len(recognized) + 1))
    for number, word in enumerate(expected, 1):
        before, row[0] = row[0], number
        for index, other in enumerate(recognized, 1):
            before, row[index] = row[index], min(row[index] + 1, row[index - 1] + 1, before + (word != other))
    return row[-1], len(expected)


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9']+", text.lower().replace("-", " "))


def _samples(sound: Any) -> array[int]:
    return array("h", [round(max(-1.0, min(1.0, value)) * 32000) for value in sound.tolist()])


def _last_loud(samples: array[int]) -> int:
    return max((index for index in range(0, len(samples), 24) if abs(samples[index]) > LOUD), default=len(samples))


def _write(path: Path, samples: array[int]) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return path
