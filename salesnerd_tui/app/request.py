"""What somebody asks for when they begin a call, and how they are told that it cannot be."""

from __future__ import annotations

from msgspec import Struct

from salesnerd_tui.call.events import Mode

MICROPHONE = "mic"
"""What `--listen` is given for the microphone and the system's output; a file of that name is `./mic`."""


class CannotOpen(Exception):
    """The call cannot be opened; the message says why and what to do, in one line."""


class OpenRequest(Struct, frozen=True):
    """What somebody asked for. `hear` is a file, `-` for standard input or `mic`; `me` are the names that are me.

    `voice` says how much the microphone hears (`hearing.voice.modes`), `voice_model` is a folder with another model.
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
        """Whether what is heard happened before."""
        return self.hear not in ("", "-", MICROPHONE) and not self.follow
