"""Sound on Linux, through the sound server's own command line tools.

`parec` was tried on PulseAudio 16. `pw-record` is for machines with PipeWire and without `parec`; it has to be new
enough to write plain samples (`--raw`), and was not tried on a sound card.
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
"""How long a question to the sound server may take; it answers in milliseconds or hangs."""

ANSWER_SECONDS = 2.0
"""How long an answer of the sound server is good for."""

NONE_THERE = {Side.ME: "there is no microphone", Side.THEM: "there is no output to listen to"}
NO_SERVER = "no sound server answers: is PulseAudio or PipeWire running for this user?"


class ProcessStream:
    """A recording process; its standard output is the sound, the end of its error output says why it ended."""

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

    def why(self) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired, OSError, ValueError):
            self._process.wait(TOOL_SECONDS)
            said = os.read(self._process.stderr.fileno(), 4096) if self._process.stderr else b""
            lines = said.decode(errors="replace").strip().splitlines()
            return lines[-1] if lines else ""
        return ""

    def close(self) -> None:
        """Killed, not asked: it keeps nothing that could be lost, and one that hangs would hold the device."""
        self._process.kill()
        self._process.wait()


class ParecCapture:
    """PulseAudio's recorder. The system's output is the monitor of the sink that is the default."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._asked_at = -ANSWER_SECONDS
        self._answer: dict[str, str] = {}

    def default(self, side: Side) -> str:
        name = self._info().get("Default Source" if side is Side.ME else "Default Sink", "")
        return f"{name}.monitor" if name and side is Side.THEM else name

    def _info(self) -> dict[str, str]:
        """What the server says of itself, asked once for both sides."""
        now = self._clock()
        if now - self._asked_at >= ANSWER_SECONDS:
            lines = [line.partition(": ") for line in _asked(["pactl", "info"]).splitlines()]
            self._asked_at, self._answer = now, {name.strip(): value.strip() for name, _, value in lines}
        return self._answer

    def open(self, side: Side) -> ProcessStream:
        name = self.default(side)
        if not name or name.startswith("@"):
            raise NoDevice(NO_SERVER if not self._info() else NONE_THERE[side])
        if side is Side.ME and name.endswith(".monitor"):
            raise NoDevice("the default microphone is only an echo of the speakers: choose one in the sound settings")
        layout = [f"--rate={RATE}", "--channels=1", "--format=s16le", f"--latency-msec={LATENCY_MILLISECONDS}"]
        return ProcessStream(name, ["parec", "-d", name, *layout, "--raw", "--client-name=salesnerd"])


class PwRecordCapture:
    """PipeWire's recorder; it follows the default device by itself."""

    def default(self, side: Side) -> str:
        return "the default microphone" if side is Side.ME else "the default output"

    def open(self, side: Side) -> ProcessStream:
        if "--raw" not in _asked(["pw-record", "--help"]):
            raise NoDevice("this pw-record is too old to be listened to: install pulseaudio-utils for parec")
        layout = [f"--rate={RATE}", "--channels=1", "--format=s16", f"--latency={LATENCY_MILLISECONDS}ms"]
        what = ["-P", "{ stream.capture.sink=true }"] if side is Side.THEM else []
        return ProcessStream(self.default(side), ["pw-record", "--raw", *layout, *what, "-"])


def _asked(command: Sequence[str]) -> str:
    """The tool's answer; empty if it gives none."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=TOOL_SECONDS, env=_untranslated())
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout + done.stderr if done.returncode == 0 else ""


def _untranslated() -> dict[str, str]:
    return {**os.environ, "LC_ALL": "C"}
