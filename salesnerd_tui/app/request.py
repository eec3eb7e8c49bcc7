"""Request to open a call, and the error if it cannot be opened."""

from __future__ import annotations

from msgspec import Struct

from salesnerd_tui.call.events import Mode

MICROPHONE = "mic"
"""Value of `--listen` for the microphone and the system's output; a file of that name is `./mic`."""


class CannotOpen(Exception):
    """The call cannot be opened; the message says why and what to do, on one line."""


class OpenRequest(Struct, frozen=True):
    """Request for a call. `listen` is a file, `-` for standard input or `mic`; `me` are the user's speaker names.

    `transcribe` is a `VoiceMode` value for the microphone, or empty; `voice_model` is a folder with another model.
    """

    playbook: str = "first_call"
    account: str = ""
    people: tuple[str, ...] = ()
    me: tuple[str, ...] = ()
    listen: str = ""
    follow: bool = False
    speed: float = 1.0
    mode: Mode = Mode.LIVE
    speech_descriptor: int = 0
    transcribe: str = ""
    voice_model: str = ""

    @property
    def is_recording(self) -> bool:
        """Return whether the call plays a recording."""
        return self.listen not in ("", "-", MICROPHONE) and not self.follow
