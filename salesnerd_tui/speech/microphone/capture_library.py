"""Sound on Windows and macOS, through libraries of the extra. Written from their documentation.

Neither was tried on its own system: there was no such machine. `SoundcardCapture` was run on Linux, where the same
library records PulseAudio's devices; `FlexaudioCapture` was not run at all.
"""

from __future__ import annotations

import sys
import time
from array import array
from importlib import import_module
from typing import Any

from salesnerd_tui.call.events import Side
from salesnerd_tui.speech.microphone.capture import Capture, NoDevice
from salesnerd_tui.speech.microphone.sound import CHUNK_BYTES, RATE, SAMPLE_BYTES

POLL_SECONDS = 0.01
PATIENCE_SECONDS = 6.0
"""Longer than a reader waits before it calls a device stalled and closes it."""

TROUBLED = ("deviceLost", "permissionDenied", "terminalError")


def library_capture(system: str) -> Capture:
    """The library for a system (`Windows`, `Darwin`, or another). Raises `NoDevice` where it is not installed."""
    name = "flexaudio" if system == "Darwin" else "soundcard"
    try:
        library = import_module(name)
    except (ImportError, OSError, AssertionError, RuntimeError) as problem:
        raise NoDevice(
            f"the sound library {name} does not work ({problem}): install the voice extra again"
        ) from problem
    return FlexaudioCapture(library) if name == "flexaudio" else SoundcardCapture(library)


def as_samples(values: Any) -> bytes:
    """Floats from -1 to 1 as 16-bit samples."""
    samples = array("h", [round(max(-1.0, min(1.0, value)) * 32767) for value in values])
    if sys.byteorder == "big":
        samples.byteswap()
    return samples.tobytes()


class SoundcardStream:
    """A recorder of `soundcard`. It is entered, read and left on one thread, as Windows wants it."""

    def __init__(self, name: str, recorder: Any) -> None:
        self.name = name
        self._recorder: Any = recorder.__enter__()
        self._manager = recorder
        self._why = ""
        self._closed = False

    def read(self) -> bytes:
        if self._closed:
            self._manager.__exit__(None, None, None)
            return b""
        try:
            recorded = self._recorder.record(numframes=CHUNK_BYTES // SAMPLE_BYTES)
        except (RuntimeError, OSError, AssertionError) as problem:
            self._why = str(problem)
            return b""
        return as_samples(recorded.reshape(-1).tolist())

    def why(self) -> str:
        return self._why

    def close(self) -> None:
        self._closed = True


class SoundcardCapture:
    """Windows: WASAPI, and its loopback of the default output."""

    def __init__(self, library: Any) -> None:
        self._library = library

    def default(self, side: Side) -> str:
        try:
            return str(self._device(side).name)
        except NoDevice:
            return ""

    def open(self, side: Side) -> SoundcardStream:
        device = self._device(side)
        try:
            return SoundcardStream(str(device.name), device.recorder(samplerate=RATE, channels=1))
        except (RuntimeError, OSError, AssertionError) as problem:
            raise NoDevice(f"{device.name} cannot be opened ({problem})") from problem

    def _device(self, side: Side) -> Any:
        try:
            if side is Side.ME:
                return self._library.default_microphone()
            return self._loopback(self._library.default_speaker())
        except (RuntimeError, OSError, IndexError, AssertionError, AttributeError) as problem:
            what = "microphone" if side is Side.ME else "output to listen to"
            raise NoDevice(f"there is no {what} ({problem})") from problem

    def _loopback(self, speaker: Any) -> Any:
        """On Windows it has the speaker's own id; elsewhere only its name tells."""
        try:
            return self._library.get_microphone(id=str(speaker.id), include_loopback=True)
        except IndexError:
            return self._library.get_microphone(id=str(speaker.name), include_loopback=True)


class FlexaudioStream:
    """A stream of `flexaudio`: polled, because it gives sound in its own time."""

    def __init__(self, name: str, stream: Any) -> None:
        self.name = name
        self._stream = stream
        self._why = ""
        self._closed = False

    def read(self) -> bytes:
        until = time.monotonic() + PATIENCE_SECONDS
        while not self._closed and time.monotonic() < until and not self._why:
            self._mind_events()
            chunk = self._stream.poll_chunk()
            if chunk is not None:
                values = array("f")
                values.frombytes(chunk.data)
                return as_samples(values)
            time.sleep(POLL_SECONDS)
        return b""

    def _mind_events(self) -> None:
        while (event := self._stream.poll_event()) is not None:
            if event.type in TROUBLED:
                self._why = (
                    "the system does not permit it" if event.type == "permissionDenied" else "the device is gone"
                )

    def why(self) -> str:
        return self._why

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._stream.stop()


class FlexaudioCapture:
    """macOS: the microphone, and a Core Audio tap of what the system plays. It follows the default device by itself."""

    def __init__(self, library: Any) -> None:
        self._library = library

    def default(self, side: Side) -> str:
        return "the default microphone" if side is Side.ME else "the system's output"

    def open(self, side: Side) -> FlexaudioStream:
        kind = "mic" if side is Side.ME else "system"
        try:
            stream = self._library.open(kind, output_rate=RATE, output_channels=1)
        except (RuntimeError, ValueError, OSError) as problem:
            raise NoDevice(f"the system does not let {kind} be heard ({problem})") from problem
        return FlexaudioStream(self.default(side), stream)
