"""Open calls: the request for one, the opened call, and the error if it cannot be opened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct, field

from salesnerd_tui.call.events import Heard, Mode, Recalled

if TYPE_CHECKING:
    from salesnerd_tui.session import CallSession
    from salesnerd_tui.speech.sides import Sides
    from salesnerd_tui.speech.source import CallClock, Source
    from salesnerd_tui.storage.call_file import CallFile

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


def _nothing() -> tuple[Recalled, ...]:
    """Recall nothing: a resumed call did so when it started."""
    return ()


class OpenedCall(Struct):
    """An open call, ready to be shown.

    `begin` records the first events, once something listens to what is saved. `recall` reads what earlier calls with
    this account know; it is slow with thousands of calls, and may run on any thread. `recalls` records the result.
    """

    session: CallSession
    file: CallFile
    clock: CallClock
    sides: Sides
    began: datetime
    begin: Callable[[], None]
    source: Source | None = None
    speakers: tuple[str, ...] = ()
    suggested: str | None = None
    told: tuple[str, ...] = field(default_factory=tuple)
    mode: Mode = Mode.LIVE
    recall: Callable[[], tuple[Recalled, ...]] = _nothing
    always_shows_share: bool = False
    """Setting: the user's share of the talk is always shown."""

    def recalls(self, found: Sequence[Recalled]) -> None:
        """Record answers from earlier calls to questions that have no answer yet."""
        known = self.session.state.notes
        self.session.record(*(each for each in found if each.question not in known))

    def notice_speaker(self, event: Heard) -> bool:
        """Add the speaker to the known ones. Returns whether to ask which of them is the user.

        A live source names its speakers only as they speak.
        """
        name = event.speaker.strip()
        if self.sides.known or not name or name in self.speakers:
            return False
        self.speakers = (*self.speakers, name)
        return len(self.speakers) >= 2

    @property
    def asks_who(self) -> bool:
        """Return whether the source names speakers and it is unknown which of them is the user."""
        return bool(self.speakers) and not self.sides.known
