"""Sound capture on Windows (`soundcard`) and macOS (`flexaudio`), the libraries of the voice extra.

Untested on both systems. `SoundcardCapture` ran on Linux, where the same library records PulseAudio's devices.
`FlexaudioCapture` never ran; the tests call it through a module with the signatures of flexaudio 0.8.1.
"""

from __future__ import annotations

import sys
import time
from array import array
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from salesnerd_tui.call.events import Side
from salesnerd_tui.speech.microphone.capture import Capture, NoDevice
from salesnerd_tui.speech.microphone.sound import CHUNK_BYTES, RATE, SAMPLE_BYTES

POLL_SECONDS = 0.01
READ_SECONDS = 6.0
"""Timeout of one read: longer than `device_reader` waits before it closes a stalled device."""

END_REASONS: Mapping[str, str] = {
    "permissionDenied": "permission denied",
    "deviceLost": "the device is gone",
    "terminalError": "the capture failed",
}
"""Messages for the events of flexaudio that end a stream."""


def library_capture(system: str) -> Capture:
    """Return the capture for a system (`Windows`, `Darwin`, or another). Raises `NoDevice` if its library fails."""
    name = "flexaudio" if system == "Darwin" else "soundcard"
    try:
        library = import_module(name)
    except (ImportError, OSError, AssertionError, RuntimeError) as problem:
        raise NoDevice(f"the sound library {name} cannot be loaded: {problem} (reinstall the voice extra)") from problem
    return FlexaudioCapture(library) if name == "flexaudio" else SoundcardCapture(library)


def as_samples(values: Any) -> bytes:
    """Return floats from -1 to 1 as 16-bit samples."""
    samples = array("h", [round(max(-1.0, min(1.0, value)) * 32767) for value in values])
    if sys.byteorder == "big":
        samples.byteswap()
    return samples.tobytes()


class SoundcardStream:
    """A `soundcard` recorder. Enter, read and exit it on one thread, as Windows requires."""

    def __init__(self, name: str, recorder: Any) -> None:
        self.name = name
        self._recorder: Any = recorder.__enter__()
        self._manager = recorder
        self._reason = ""
        self._closed = False

    def read(self) -> bytes:
        if self._closed:
            self._manager.__exit__(None, None, None)
            return b""
        try:
            recorded = self._recorder.record(numframes=CHUNK_BYTES // SAMPLE_BYTES)
        except (RuntimeError, OSError, AssertionError) as problem:
            self._reason = str(problem)
            return b""
        return as_samples(recorded.reshape(-1).tolist())

    def end_reason(self) -> str:
        return self._reason

    def close(self) -> None:
        self._closed = True


class SoundcardCapture:
    """Windows capture: WASAPI, and its loopback of the default output."""

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
            raise NoDevice(f"cannot open {device.name}: {problem}") from problem

    def _device(self, side: Side) -> Any:
        try:
            if side is Side.ME:
                return self._library.default_microphone()
            return self._loopback(self._library.default_speaker())
        except (RuntimeError, OSError, IndexError, AssertionError, AttributeError) as problem:
            what = "microphone" if side is Side.ME else "output device"
            raise NoDevice(f"no {what} found: {problem}") from problem

    def _loopback(self, speaker: Any) -> Any:
        """Return the loopback of a speaker: found by id on Windows, by name elsewhere."""
        try:
            return self._library.get_microphone(id=str(speaker.id), include_loopback=True)
        except IndexError:
            return self._library.get_microphone(id=str(speaker.name), include_loopback=True)


class FlexaudioStream:
    """A `flexaudio` stream, which has to be polled."""

    def __init__(self, name: str, stream: Any) -> None:
        self.name = name
        self._stream = stream
        self._reason = ""
        self._closed = False

    def read(self) -> bytes:
        until = time.monotonic() + READ_SECONDS
        while not self._closed and time.monotonic() < until and not self._reason:
            self._take_events()
            chunk = self._stream.poll_chunk()
            if chunk is not None:
                values = array("f")
                values.frombytes(chunk.data)
                return as_samples(values)
            time.sleep(POLL_SECONDS)
        return b""

    def _take_events(self) -> None:
        while (event := self._stream.poll_event()) is not None:
            self._reason = END_REASONS.get(event.type, self._reason)

    def end_reason(self) -> str:
        return self._reason

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._stream.stop()


class FlexaudioCapture:
    """macOS capture: the microphone, and a Core Audio tap of the output. Streams follow the default device."""

    def __init__(self, library: Any) -> None:
        self._library = library

    def default(self, side: Side) -> str:
        return "the default microphone" if side is Side.ME else "the system's output"

    def open(self, side: Side) -> FlexaudioStream:
        kind = "mic" if side is Side.ME else "system"
        try:
            stream = self._library.open(kind, output_rate=RATE, output_channels=1)
        except (RuntimeError, ValueError, OSError) as problem:
            raise NoDevice(f"cannot capture {self.default(side)}: {problem}") from problem
        return FlexaudioStream(self.default(side), stream)
