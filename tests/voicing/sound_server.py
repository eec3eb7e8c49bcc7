"""Private PulseAudio server with two null outputs: needs no sound card and uses no real device."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from salesnerd_tui.call.events import Side

SINKS: Mapping[Side, str] = {Side.ME: "micpipe", Side.THEM: "speakers"}
"""Null outputs: sound played into `micpipe` arrives at the microphone; `speakers` is the output of the system."""

TIMEOUT_SECONDS = 20.0
TOOLS = ("pulseaudio", "pactl", "parec", "paplay")


def skip_reason() -> str:
    """Return why no sound server can be started here; empty if one can."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    return f"{', '.join(missing)} not installed (apt-get install pulseaudio pulseaudio-utils)" if missing else ""


class SoundServer:
    """Use it in a `with`; its folder's name must be short, as sockets want it."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="snd-"))
        self._process: subprocess.Popen[bytes] | None = None
        self._playing: list[subprocess.Popen[bytes]] = []

    @property
    def environment(self) -> dict[str, str]:
        """Environment that makes programs use this server only."""
        socket = f"unix:{self.folder / 'pulse.sock'}"
        runtime = str(self.folder)
        return {"PULSE_SERVER": socket, "XDG_RUNTIME_DIR": runtime, "PULSE_RUNTIME_PATH": f"{runtime}/pulse"}

    def __enter__(self) -> Self:
        (self.folder / "pulse").mkdir()
        loaded = [
            f"module-native-protocol-unix auth-anonymous=1 socket={self.folder / 'pulse.sock'}",
            "module-null-sink sink_name=speakers rate=48000 channels=2 sink_properties=device.description=Speakers",
            "module-null-sink sink_name=micpipe rate=48000 channels=1",
            "module-remap-source master=micpipe.monitor source_name=mic",
        ]
        options = ["-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--disable-shm=yes"]
        modules = [part for module in loaded for part in ("-L", module)]
        with (self.folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                ["pulseaudio", *options, "--log-level=error", *modules],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **self.environment, "HOME": str(self.folder)},
            )
        self._wait()
        self.ask("set-default-sink", "speakers")
        self.ask("set-default-source", "mic")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in (*self._playing, self._process):
            if process is not None:
                process.kill()
                process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def ask(self, *words: str) -> str:
        """Return the output of `pactl`."""
        done = subprocess.run(
            ["pactl", *words], capture_output=True, text=True, env={**os.environ, **self.environment}, timeout=10
        )
        return done.stdout.strip()

    def play(self, side: Side, file: Path) -> subprocess.Popen[bytes]:
        """Start playing a file on one side."""
        playing = subprocess.Popen(
            ["paplay", "-d", SINKS[side], str(file)], env={**os.environ, **self.environment}, stdin=subprocess.DEVNULL
        )
        self._playing.append(playing)
        return playing

    def users(self, command: str) -> list[int]:
        """Return the processes with such a command line that use this server, so that other programs are left alone."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                ours = str(self.folder).encode() in (process / "environ").read_bytes()
                if ours and command.encode() in (process / "cmdline").read_bytes():
                    found.append(int(process.name))
        return found

    def _wait(self) -> None:
        until = time.monotonic() + TIMEOUT_SECONDS
        while time.monotonic() < until:
            if "Server Name" in self.ask("info"):
                return
            time.sleep(0.1)
        raise AssertionError(f"no sound server came up: {(self.folder / 'log').read_text()}")
