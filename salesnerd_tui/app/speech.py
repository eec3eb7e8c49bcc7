"""What a call hears with: nothing, standard input, a file, or the microphone once nothing speaks against it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from salesnerd_tui.app.request import MICROPHONE, CannotOpen, OpenRequest
from salesnerd_tui.session import CallSession
from salesnerd_tui.speech.sides import Sides, UnknownSpeaker, check_me, suggest_me
from salesnerd_tui.text import one_line

if TYPE_CHECKING:
    from salesnerd_tui.playbook.model import Playbook
    from salesnerd_tui.speech.source import Source


def speech_source(wish: OpenRequest, sides: Sides) -> Source | None:
    """What a wish wants to hear with. Raises `CannotOpen`."""
    return speech(wish, sides)[0]


def speech(wish: OpenRequest, sides: Sides, begin: float = 0.0) -> tuple[Source | None, tuple[str, ...], str | None]:
    """The source of speech with the speakers it already names and who of them is likely me."""
    if wish.voice and wish.hear != MICROPHONE:
        raise CannotOpen("--transcribe is for the microphone: --listen mic --transcribe me")
    if not wish.hear:
        if wish.follow or wish.speed != 1.0:
            raise CannotOpen("--follow and --speed need a file to hear: --listen FILE")
        return None, (), None
    if wish.hear == "-":
        from salesnerd_tui.speech.stdin import StdinSource

        source = StdinSource(sides, max(wish.speech_descriptor, 0))
        if wrong := source.not_text():
            raise CannotOpen(f"standard input: {one_line(wrong)}")
        return source, (), None
    if wish.hear == MICROPHONE:
        return _microphone(wish), (), None
    path = Path(wish.hear)
    if wish.follow:
        from salesnerd_tui.speech.follow import FollowSource

        return FollowSource(path, sides), (), None
    return _recording(path, sides, wish, begin)


def _microphone(wish: OpenRequest) -> Source:
    from salesnerd_tui.speech.microphone.models import ModelProblem
    from salesnerd_tui.speech.microphone.modes import VoiceMode
    from salesnerd_tui.speech.microphone.setup import microphone

    if wish.follow or wish.speed != 1.0:
        raise CannotOpen("--follow and --speed are for a file; a microphone is heard as it is")
    try:
        return microphone(VoiceMode(wish.voice or VoiceMode.ACTIVITY), wish.voice_model)
    except ModelProblem as problem:
        raise CannotOpen(one_line(str(problem))) from problem


def check_consent(wish: OpenRequest, playbook: Playbook) -> None:
    """Their words need a yes, and so a playbook that asks for it."""
    if wish.hear != MICROPHONE or wish.voice != "both":
        return
    from salesnerd_tui.speech.microphone.consent import can_be_asked

    if not can_be_asked(playbook):
        raise CannotOpen(
            f"{one_line(playbook.id)} never asks them for leave to write down their words: "
            "add common/consent to its use:, or take --transcribe me"
        )


def let_consent(wish: OpenRequest, source: Source | None, session: CallSession) -> None:
    """The microphone looks into the notes for their yes, again and again."""
    if wish.hear != MICROPHONE:
        return
    from salesnerd_tui.speech.microphone.consent import given
    from salesnerd_tui.speech.microphone.source import MicSource

    if isinstance(source, MicSource):
        source.consented = lambda: given(session.state)


def _recording(path: Path, sides: Sides, wish: OpenRequest, begin: float) -> tuple[Source, tuple[str, ...], str | None]:
    from salesnerd_tui.speech.file import FileSource
    from salesnerd_tui.speech.transcripts.read import CannotRead

    source = FileSource(path, sides, wish.speed, begin)
    try:
        transcript = source.transcript
        if wish.me:
            sides.choose(check_me(wish.me, transcript.speakers))
    except CannotRead as problem:
        raise CannotOpen(one_line(str(problem))) from problem
    except UnknownSpeaker as problem:
        raise CannotOpen(one_line(str(problem))) from problem
    return source, transcript.speakers, suggest_me(transcript)
