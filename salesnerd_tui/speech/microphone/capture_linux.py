"""Sound capture on Linux with the command line tools of the sound server.

`parec` was tested on PulseAudio 16. `pw-record` is for machines with PipeWire and without `parec`; it must support
`--raw` and was not tested with a sound card.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from collections.abc import Callable, Sequence

from salesnerd_tui.call.events import Side
from salesnerd_tui.speech.microphone.capture import NoDevice
from salesnerd_tui.speech.microphone.sound import CHUNK_BYTES, RATE

LATENCY_MILLISECONDS = 40
TOOL_SECONDS = 3.0
"""Timeout of a query to the sound server, which answers in milliseconds or hangs."""

ANSWER_SECONDS = 2.0
"""Time for which an answer of the sound server is cached."""

NOT_FOUND = {Side.ME: "no microphone found", Side.THEM: "no output device found"}
NO_SERVER = "the sound server does not answer (start PulseAudio or PipeWire for this user)"


class ProcessStream:
    """A recording process: its standard output is the sound, its last error line is the reason it ended."""

    def __init__(self, name: str, command: Sequence[str]) -> None:
        self.name = name
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=_untranslated()
        )

    def read(self) -> bytes:
        output = self._process.stdout
        try:
            return os.read(output.fileno(), CHUNK_BYTES) if output else b""
        except (OSError, ValueError):
            return b""

    def end_reason(self) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired, OSError, ValueError):
            self._process.wait(TOOL_SECONDS)
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

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._queried_at = -ANSWER_SECONDS
        self._cached: dict[str, str] = {}

    def default(self, side: Side) -> str:
        name = self._info().get("Default Source" if side is Side.ME else "Default Sink", "")
        return f"{name}.monitor" if name and side is Side.THEM else name

    def _info(self) -> dict[str, str]:
        """Return the server's information, cached for both sides."""
        now = self._clock()
        if now - self._queried_at >= ANSWER_SECONDS:
            lines = [line.partition(": ") for line in _output_of(["pactl", "info"]).splitlines()]
            self._queried_at, self._cached = now, {name.strip(): value.strip() for name, _, value in lines}
        return self._cached

    def open(self, side: Side) -> ProcessStream:
        name = self.default(side)
        if not name or name.startswith("@"):
            raise NoDevice(NO_SERVER if not self._info() else NOT_FOUND[side])
        if side is Side.ME and name.endswith(".monitor"):
            raise NoDevice("the default microphone is the echo of the speakers (change it in the sound settings)")
        layout = [f"--rate={RATE}", "--channels=1", "--format=s16le", f"--latency-msec={LATENCY_MILLISECONDS}"]
        return ProcessStream(name, ["parec", "-d", name, *layout, "--raw", "--client-name=salesnerd"])


class PwRecordCapture:
    """PipeWire capture. Streams follow the default device."""

    def default(self, side: Side) -> str:
        return "the default microphone" if side is Side.ME else "the default output"

    def open(self, side: Side) -> ProcessStream:
        if "--raw" not in _output_of(["pw-record", "--help"]):
            raise NoDevice("this pw-record is too old: it lacks --raw (install pulseaudio-utils for parec)")
        layout = [f"--rate={RATE}", "--channels=1", "--format=s16", f"--latency={LATENCY_MILLISECONDS}ms"]
        what = ["-P", "{ stream.capture.sink=true }"] if side is Side.THEM else []
        return ProcessStream(self.default(side), ["pw-record", "--raw", *layout, *what, "-"])


def _output_of(command: Sequence[str]) -> str:
    """Return the output of a tool; empty if it fails or times out."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=TOOL_SECONDS, env=_untranslated())
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout + done.stderr if done.returncode == 0 else ""


def _untranslated() -> dict[str, str]:
    return {**os.environ, "LC_ALL": "C"}
