"""Where sound comes from: one small interface, and on each system somebody who keeps it.

Linux: `parec` (PulseAudio, or PipeWire's stand-in for it) or `pw-record`, as processes of their own: nothing to install
in Python, and nothing of theirs in our process. Windows and macOS: a library, see `capture_library`.
"""

from __future__ import annotations

import platform
import shutil
from typing import Protocol

from salesnerd_tui.call.events import Side


class NoDevice(Exception):
    """A side cannot be heard; the message says why and what to do, as half a sentence."""


class Stream(Protocol):
    """An open device. `name` is what the person knows it by."""

    @property
    def name(self) -> str: ...

    def read(self) -> bytes:
        """The next sound, `sound.CHUNK_BYTES` or less; empty when the device is gone. Waits for it."""

    def why(self) -> str:
        """Why it ended, in the device's own words; may be empty."""

    def close(self) -> None:
        """Let go of it; a waiting `read` ends."""


class Capture(Protocol):
    """A system's way to hear. When the name of the `default` device changes, the stream has to be opened again."""

    def open(self, side: Side) -> Stream:
        """The microphone (me) or what the system plays (them). Raises `NoDevice`."""

    def default(self, side: Side) -> str:
        """The name of the default device, empty if there is none; always the same where streams follow it."""


def capture() -> Capture:
    """This system's. Raises `NoDevice` with what to install."""
    system = platform.system()
    if system == "Linux":
        from salesnerd_tui.speech.microphone.capture_linux import ParecCapture, PwRecordCapture

        if shutil.which("parec"):
            return ParecCapture()
        if shutil.which("pw-record"):
            return PwRecordCapture()
        raise NoDevice("neither parec nor pw-record is there: install pulseaudio-utils (or pipewire-bin)")
    from salesnerd_tui.speech.microphone.capture_library import library_capture

    return library_capture(system)
