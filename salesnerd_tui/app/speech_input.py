"""Speech input of a call: none, standard input, a file or the microphone, built from an `OpenRequest`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from salesnerd_tui.app.opened_call import MICROPHONE, CannotOpen, OpenRequest
from salesnerd_tui.speech.sides import Sides, UnknownSpeaker, check_me, suggest_me
from salesnerd_tui.text import one_line

if TYPE_CHECKING:
    from salesnerd_tui.playbook.model import Playbook
    from salesnerd_tui.session import CallSession
    from salesnerd_tui.speech.microphone.source import MicSource
    from salesnerd_tui.speech.source import Source


# Each source is imported on use: most calls need one of them or none, and their parsers cost start-up time.

BACKGROUND_BYTES = 256 * 1024
"""Size from which a recording is read after the screen is up: reading takes about a second per megabyte."""


class SpeechInput(Struct, frozen=True):
    """The source of a call, the speakers it names so far, and the one who is probably the user."""

    source: Source | None = None
    speakers: tuple[str, ...] = ()
    suggested: str | None = None


def speech_input(request: OpenRequest, sides: Sides, begin: float = 0.0) -> SpeechInput:
    """Return the speech input; a recording continues after `begin` seconds. Raises `CannotOpen`."""
    if request.transcribe and request.listen != MICROPHONE:
        raise CannotOpen("--transcribe needs a microphone (use it with: --listen mic)")
    if not request.listen:
        if request.follow or request.speed != 1.0:
            raise CannotOpen("--follow and --speed need a file (use them with: --listen FILE)")
        return SpeechInput()
    if request.listen == MICROPHONE:
        return SpeechInput(_microphone(request))
    if request.listen == "-":
        return SpeechInput(_standard_input(request, sides))
    path = Path(request.listen)
    if not request.follow:
        return _recording(path, sides, request, begin)
    from salesnerd_tui.speech.followed_file import FollowSource

    return SpeechInput(FollowSource(path, sides))


def check_consent(request: OpenRequest, playbook: Playbook) -> None:
    """Raise `CannotOpen` if the buyer is to be transcribed and the playbook never asks for consent."""
    if request.listen != MICROPHONE or request.transcribe != "both":
        return
    from salesnerd_tui.speech.microphone.voice_mode import asks_consent

    if not asks_consent(playbook):
        raise CannotOpen(
            f"{one_line(playbook.id)} never asks for consent to transcribe the other side "
            "(add common/consent to its use:, or choose --transcribe me)"
        )


def connect_consent(source: Source | None, session: CallSession) -> None:
    """Let a microphone read the buyer's consent from the notes of the call."""
    if source is None or source.name != "microphone":
        return
    from salesnerd_tui.speech.microphone.source import MicSource
    from salesnerd_tui.speech.microphone.voice_mode import has_consent

    if isinstance(source, MicSource):
        source.has_consent = lambda: has_consent(session.state)


def _microphone(request: OpenRequest) -> MicSource:
    from salesnerd_tui.speech.microphone.models import ModelProblem
    from salesnerd_tui.speech.microphone.setup import microphone
    from salesnerd_tui.speech.microphone.voice_mode import VoiceMode

    if request.follow or request.speed != 1.0:
        raise CannotOpen("--follow and --speed need a file, not a microphone")
    try:
        mode = VoiceMode(request.transcribe or VoiceMode.NONE)
    except ValueError:
        choices = ", ".join(VoiceMode)
        raise CannotOpen(f"invalid mode {request.transcribe!r} (--transcribe expects one of: {choices})") from None
    try:
        return microphone(mode, request.voice_model)
    except ModelProblem as problem:
        raise CannotOpen(one_line(str(problem))) from problem


def _standard_input(request: OpenRequest, sides: Sides) -> Source:
    from salesnerd_tui.speech.stdin import StdinSource

    source = StdinSource(sides, max(request.speech_descriptor, 0))
    if reason := source.binary_reason():
        raise CannotOpen(f"standard input: {one_line(reason)}")
    return source


def _recording(path: Path, sides: Sides, request: OpenRequest, begin: float) -> SpeechInput:
    """Read a short recording at once. A long one is only checked; its source reads it when the call has begun."""
    from salesnerd_tui.speech.recording import FileSource
    from salesnerd_tui.speech.transcripts.read import CannotRead, check_readable

    source = FileSource(path, sides, request.speed, begin, request.me)
    try:
        if check_readable(path) >= BACKGROUND_BYTES:
            return SpeechInput(source)
        transcript = source.transcript
        if request.me:
            sides.choose(check_me(request.me, transcript.speakers))
    except (CannotRead, UnknownSpeaker) as problem:
        raise CannotOpen(one_line(str(problem))) from problem
    return SpeechInput(source, transcript.speakers, suggest_me(transcript))
