"""Request to open a call, and the error if it cannot be opened."""

from __future__ import annotations

from msgspec import Struct

from salesnerd_tui.call.events import Mode

MICROPHONE = "mic"
"""Value of `--hear` for the microphone and the system's output; a file of that name is `./mic`."""


class CannotOpen(Exception):
    """The call cannot be opened; the message says why and what to do, on one line."""


class OpenRequest(Struct, frozen=True):
    """Options of a call. `hear` is a file, `-` for standard input, or `mic`; `me` are the user's names.

    `voice` is a `VoiceMode`, and `voice_model` the folder of another speech model.
    """

    playbook: str = "first_call"
    account: str = ""
    people: tuple[str, ...] = ()
    me: tuple[str, ...] = ()
    hear: str = ""
    follow: bool = False
    speed: float = 1.0
    mode: Mode = Mode.LIVE
    speech_descriptor: int = 0
    voice: str = ""
    voice_model: str = ""

    @property
    def is_recording(self) -> bool:
        """Whether the source is a recording of an earlier call."""
        return self.hear not in ("", "-", MICROPHONE) and not self.follow
