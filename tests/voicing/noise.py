"""An hour of sounds that are not speech, reproducible from a seed."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

RATE = 16_000
PIECE_SECONDS = 20


def hour_of_noise(seconds: int = 3600, seed: int = 6) -> Iterator[bytes]:
    """Pieces of 20 s, each of one kind of noise at one of four loudnesses, with silence between some."""
    numpy: Any = import_module("numpy")
    rng = numpy.random.default_rng(seed)
    kinds = (white, pink, hum, keys, fan, chime, taps, breath)
    for number in range(seconds // PIECE_SECONDS):
        noise = kinds[number % len(kinds)](numpy, rng)
        noise = noise / (numpy.abs(noise).max() + 1e-9)
        loudness = (0.9, 0.3, 0.1, 0.02)[(number // len(kinds)) % 4]
        yield (noise * loudness * 32767).astype("<i2").tobytes()


def white(numpy: Any, rng: Any) -> Any:
    del numpy
    return rng.normal(size=PIECE_SECONDS * RATE)


def pink(numpy: Any, rng: Any) -> Any:
    """As loud in every octave: rain, a street, a crowd far away."""
    spectrum = numpy.fft.rfft(white(numpy, rng))
    return numpy.fft.irfft(spectrum / numpy.sqrt(numpy.arange(1, len(spectrum) + 1)))


def hum(numpy: Any, rng: Any) -> Any:
    """The mains and its overtones, now stronger, now weaker."""
    del rng
    time = _time(numpy)
    tones = sum(numpy.sin(2 * numpy.pi * 50 * order * time) / order for order in range(1, 9))
    return tones * (1 + 0.5 * numpy.sin(2 * numpy.pi * 0.3 * time))


def keys(numpy: Any, rng: Any) -> Any:
    """Return typing: seven keystrokes per second."""
    return _struck(numpy, rng, each_second=7, tone=1800, seconds=0.03)


def taps(numpy: Any, rng: Any) -> Any:
    """A cup is put down, a door closes, a foot goes against the desk."""
    return _struck(numpy, rng, each_second=1, tone=160, seconds=0.25)


def chime(numpy: Any, rng: Any) -> Any:
    """The sounds a computer makes when a message comes."""
    return _struck(numpy, rng, each_second=0.5, tone=880, seconds=0.9, noisy=0.0)


def fan(numpy: Any, rng: Any) -> Any:
    """Air that beats as the blades pass."""
    time = _time(numpy)
    return pink(numpy, rng) * (1 + 0.6 * numpy.sin(2 * numpy.pi * 23 * time)) + 0.02 * hum(numpy, rng)


def breath(numpy: Any, rng: Any) -> Any:
    """Somebody breathes near the microphone: noise that comes and goes every four seconds."""
    return pink(numpy, rng) * numpy.clip(numpy.sin(2 * numpy.pi * 0.25 * _time(numpy)), 0, 1) ** 2


def _time(numpy: Any) -> Any:
    return numpy.arange(PIECE_SECONDS * RATE) / RATE


def _struck(numpy: Any, rng: Any, *, each_second: float, tone: float, seconds: float, noisy: float = 0.5) -> Any:
    sound = 1e-4 * white(numpy, rng)
    length = int(seconds * 4 * RATE)
    fall = numpy.exp(-numpy.arange(length) / (seconds * RATE))
    for _ in range(int(PIECE_SECONDS * each_second)):
        begin = int(rng.integers(0, len(sound) - length))
        pitch = tone * rng.uniform(0.8, 1.3)
        body = numpy.sin(2 * numpy.pi * pitch * numpy.arange(length) / RATE)
        sound[begin : begin + length] += fall * (body * (1 - noisy) + rng.normal(size=length) * noisy)
    return sound
