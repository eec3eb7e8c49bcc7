"""Sound capture of each system: `system_capture` returns the one that works here.

Sound is bytes: 16 kHz, one channel, signed 16-bit little-endian. It is never stored.

Linux uses `parec` (PulseAudio, or PipeWire's replacement for it) or `pw-record`, in processes of their own. Windows and
macOS use a library of the voice extra: `soundcard` or `flexaudio`.

Note: `parec` was tested on PulseAudio 16. `pw-record` is for machines with PipeWire and without `parec`; it must
support `--raw` and was not tested with a sound card. Windows and macOS are untested. `SoundcardCapture` ran on Linux,
where the same library records PulseAudio's devices. `FlexaudioCapture` never ran; the tests call it through a module
with the signatures of flexaudio 0.8.1.
"""

from __future__ import annotations

import contextlib
import os
import platform
import shutil
import subprocess
import sys
import time
from array import array
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, Protocol

from msgspec import Struct

from salesnerd_tui.call.events import Side

RATE = 16_000
"""Samples per second; both models were trained on this rate."""

SAMPLE_BYTES = 2
CHUNK_SECONDS = 0.04
CHUNK_BYTES = int(RATE * CHUNK_SECONDS) * SAMPLE_BYTES
FULL_SCALE = 32768.0


class Chunk(Struct, frozen=True):
    """A short piece of one side's sound; `until` is the monotonic second of its last sample. No samples mean a gap."""

    side: Side
    samples: bytes
    until: float


def duration_seconds(samples: bytes) -> float:
    """Return the duration of samples."""
    return len(samples) / (RATE * SAMPLE_BYTES)


class NoDevice(Exception):
    """A side cannot be captured; the message says why and how to fix it."""


class Stream(Protocol):
    """An open device. `name` is the device name that the user knows."""

    @property
    def name(self) -> str: ...

    def read(self) -> bytes:
        """Wait for sound and return at most `CHUNK_BYTES` of it; empty when the device is gone."""

    def end_reason(self) -> str:
        """Return why the stream ended, in the device's own words; may be empty."""

    def close(self) -> None:
        """Release the device. A waiting `read` returns."""


class Capture(Protocol):
    """A system's sound capture. When the name of the default device changes, open the stream again."""

    def open(self, side: Side) -> Stream:
        """Open the microphone (me) or the system's output (them). Raises `NoDevice`."""

    def default_name(self, side: Side) -> str:
        """Return the name of the default device, empty if there is none; constant where streams follow the default."""


LATENCY_MILLISECONDS = 40
QUERY_TIMEOUT_SECONDS = 3.0
"""Timeout of a query to the sound server, which answers in milliseconds or hangs."""

CACHE_SECONDS = 2.0
"""Time for which an answer of the sound server is cached."""

NO_DEVICE_MESSAGES = {Side.ME: "no microphone found", Side.THEM: "no output device found"}
NO_SERVER_MESSAGE = "the sound server does not answer (start PulseAudio or PipeWire for this user)"


class ProcessStream:
    """A recording process: its standard output is the sound, its last error line is the reason it ended."""

    def __init__(self, name: str, command: Sequence[str]) -> None:
        self.name = name
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_english_environment(),
        )

    def read(self) -> bytes:
        output = self._process.stdout
        try:
            return os.read(output.fileno(), CHUNK_BYTES) if output else b""
        except (OSError, ValueError):
            return b""

    def end_reason(self) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired, OSError, ValueError):
            self._process.wait(QUERY_TIMEOUT_SECONDS)
            said = os.read(self._process.stderr.fileno(), 4096) if self._process.stderr else b""
            lines = said.decode(errors="replace").strip().splitlines()
            return lines[-1] if lines else ""
        return ""

    def close(self) -> None:
        """Kill the process: it stores nothing, and one that hangs would keep the device busy."""
        self._process.kill()
        self._process.wait()


class ParecCapture:
    """PulseAudio capture. The system's output is the monitor of the default sink."""

    def __init__(self) -> None:
        self._queried_at = -CACHE_SECONDS
        self._cached_info: dict[str, str] = {}

    def default_name(self, side: Side) -> str:
        name = self._server_info().get("Default Source" if side is Side.ME else "Default Sink", "")
        return f"{name}.monitor" if name and side is Side.THEM else name

    def _server_info(self) -> dict[str, str]:
        """Return the server's information, cached for both sides."""
        now = time.monotonic()
        if now - self._queried_at >= CACHE_SECONDS:
            lines = [line.partition(": ") for line in _output_of(["pactl", "info"]).splitlines()]
            self._queried_at, self._cached_info = now, {name.strip(): value.strip() for name, _, value in lines}
        return self._cached_info

    def open(self, side: Side) -> ProcessStream:
        name = self.default_name(side)
        if not name or name.startswith("@"):
            raise NoDevice(NO_SERVER_MESSAGE if not self._server_info() else NO_DEVICE_MESSAGES[side])
        if side is Side.ME and name.endswith(".monitor"):
            raise NoDevice("the default microphone is the echo of the speakers (change it in the sound settings)")
        format_options = [f"--rate={RATE}", "--channels=1", "--format=s16le", f"--latency-msec={LATENCY_MILLISECONDS}"]
        return ProcessStream(name, ["parec", "-d", name, *format_options, "--raw", "--client-name=salesnerd"])


class PwRecordCapture:
    """PipeWire capture. Streams follow the default device."""

    def default_name(self, side: Side) -> str:
        return "the default microphone" if side is Side.ME else "the default output"

    def open(self, side: Side) -> ProcessStream:
        if "--raw" not in _output_of(["pw-record", "--help"]):
            raise NoDevice("this pw-record is too old: it lacks --raw (install pulseaudio-utils for parec)")
        format_options = [f"--rate={RATE}", "--channels=1", "--format=s16", f"--latency={LATENCY_MILLISECONDS}ms"]
        target_options = ["-P", "{ stream.capture.sink=true }"] if side is Side.THEM else []
        return ProcessStream(self.default_name(side), ["pw-record", "--raw", *format_options, *target_options, "-"])


def _output_of(command: Sequence[str]) -> str:
    """Return the output of a tool; empty if it fails or times out."""
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=QUERY_TIMEOUT_SECONDS,
            env=_english_environment(),
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout + done.stderr if done.returncode == 0 else ""


def _english_environment() -> dict[str, str]:
    return {**os.environ, "LC_ALL": "C"}


POLL_SECONDS = 0.01
READ_TIMEOUT_SECONDS = 6.0
"""Timeout of one read: longer than the reader of `child` waits before it closes a stalled device."""

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


def to_samples(values: Any) -> bytes:
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
        self._context = recorder
        self._reason = ""
        self._is_closed = False

    def read(self) -> bytes:
        if self._is_closed:
            self._context.__exit__(None, None, None)
            return b""
        try:
            recorded = self._recorder.record(numframes=CHUNK_BYTES // SAMPLE_BYTES)
        except (RuntimeError, OSError, AssertionError) as problem:
            self._reason = str(problem)
            return b""
        return to_samples(recorded.reshape(-1).tolist())

    def end_reason(self) -> str:
        return self._reason

    def close(self) -> None:
        self._is_closed = True


class SoundcardCapture:
    """Windows capture: WASAPI, and its loopback of the default output."""

    def __init__(self, library: Any) -> None:
        self._library = library

    def default_name(self, side: Side) -> str:
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
            speaker = self._library.default_speaker()
            try:  # its loopback is found by id on Windows, by name elsewhere
                return self._library.get_microphone(id=str(speaker.id), include_loopback=True)
            except IndexError:
                return self._library.get_microphone(id=str(speaker.name), include_loopback=True)
        except (RuntimeError, OSError, IndexError, AssertionError, AttributeError) as problem:
            device = "microphone" if side is Side.ME else "output device"
            raise NoDevice(f"no {device} found: {problem}") from problem


class FlexaudioStream:
    """A `flexaudio` stream, which has to be polled."""

    def __init__(self, name: str, stream: Any) -> None:
        self.name = name
        self._stream = stream
        self._reason = ""
        self._is_closed = False

    def read(self) -> bytes:
        until = time.monotonic() + READ_TIMEOUT_SECONDS
        while not self._is_closed and time.monotonic() < until and not self._reason:
            while (event := self._stream.poll_event()) is not None:
                self._reason = END_REASONS.get(event.type, self._reason)
            chunk = self._stream.poll_chunk()
            if chunk is not None:
                values = array("f")
                values.frombytes(chunk.data)
                return to_samples(values)
            time.sleep(POLL_SECONDS)
        return b""

    def end_reason(self) -> str:
        return self._reason

    def close(self) -> None:
        if not self._is_closed:
            self._is_closed = True
            self._stream.stop()


class FlexaudioCapture:
    """macOS capture: the microphone, and a Core Audio tap of the output. Streams follow the default device."""

    def __init__(self, library: Any) -> None:
        self._library = library

    def default_name(self, side: Side) -> str:
        return "the default microphone" if side is Side.ME else "the system's output"

    def open(self, side: Side) -> FlexaudioStream:
        kind = "mic" if side is Side.ME else "system"
        try:
            stream = self._library.open(kind, output_rate=RATE, output_channels=1)
        except (RuntimeError, ValueError, OSError) as problem:
            raise NoDevice(f"cannot capture {self.default_name(side)}: {problem}") from problem
        return FlexaudioStream(self.default_name(side), stream)


def system_capture() -> Capture:
    """Return the capture for this system. Raises `NoDevice` with what to install."""
    system = platform.system()
    if system != "Linux":
        return library_capture(system)
    if shutil.which("parec"):
        return ParecCapture()
    if shutil.which("pw-record"):
        return PwRecordCapture()
    raise NoDevice("no sound recorder found: parec and pw-record are missing (install pulseaudio-utils)")
