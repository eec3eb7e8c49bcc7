"""Registry of the sound capture for each system.

Linux uses `parec` (PulseAudio, or PipeWire's replacement for it) or `pw-record`, in processes of their own. Windows and
macOS use a library, see `capture_library`.
"""

from __future__ import annotations

import platform
import shutil

from salesnerd_tui.speech.microphone.capture import Capture, NoDevice
from salesnerd_tui.speech.microphone.capture_library import library_capture
from salesnerd_tui.speech.microphone.capture_linux import ParecCapture, PwRecordCapture


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
