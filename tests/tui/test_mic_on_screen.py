"""A call with a microphone: the mark shows what is heard, the floor changes at once, and consent is required."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import pytest

from live_stage import LiveStage
from salesnerd_tui.call import actions
from salesnerd_tui.call.events import FloorTaken, Origin, Side, SourceChanged, SourceState
from salesnerd_tui.cli.screens import open_service
from salesnerd_tui.services.call_service import CannotOpen, OpenRequest
from salesnerd_tui.speech.microphone import source as mic_source
from salesnerd_tui.speech.microphone.source import ListenLevel, ListenStatus, MicSource, VoiceMode
from salesnerd_tui.speech.source import CallClock, Emit, StopSignal


class Mic:
    """A microphone that hears the words of a test."""

    name, speed = "microphone", 1.0

    def __init__(self, status: ListenStatus) -> None:
        self.status = status

    def run(self, emit: Emit, clock: CallClock, stop: StopSignal) -> None:
        raise AssertionError("nobody listens in this test")


async def test_microphone_mark_is_shown_beside_a_warning(stage: LiveStage) -> None:
    stage.call.source = Mic(ListenStatus(ListenLevel.WORDS, ListenLevel.VOICE))
    stage.send_event(FloorTaken(1.0, Side.ME, Origin.HEARD))
    await stage.wait_for("mic: you words · them voice", row=1)
    lost = SourceChanged(2.0, "the other side", SourceState.BROKEN, "not hearing the other side: it is gone")
    stage.call.source.status = ListenStatus(ListenLevel.WORDS, ListenLevel.OFF)
    stage.send_event(lost)
    await stage.wait_for("not hearing the other side", row=1)
    await stage.wait_for("mic: you words · them -", row=1)


async def test_speaker_is_shown_by_voice_alone(stage: LiveStage) -> None:
    stage.send_event(FloorTaken(1.0, Side.THEM, Origin.HEARD))
    await stage.wait_until(lambda: stage.screen.current_speaker is Side.THEM)
    await stage.press("space")
    assert stage.screen.current_speaker is Side.ME, "the talk key still says who talks now"


@pytest.fixture
def microphones(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pretend that everything a microphone needs is installed."""

    def start() -> NoReturn:
        raise AssertionError("nobody listens in this test")

    monkeypatch.setattr(mic_source, "open_microphone", lambda mode, model: MicSource(mode, start))


@pytest.mark.usefixtures("microphones")
def test_consent_is_read_from_the_notes_of_this_call(tmp_path: Path) -> None:
    call = open_service(str(tmp_path)).open(OpenRequest(listen="mic", transcribe="both"))
    source = call.source
    assert isinstance(source, MicSource)
    call.begin()
    assert source.allowed_sides() == {Side.ME}
    call.session.do(lambda context: actions.take_detour(context, "hearing_consent"))
    call.session.do(actions.go_next)
    call.session.do(lambda context: actions.pick(context, 1))
    assert source.allowed_sides() == {Side.ME, Side.THEM}
    call.session.undo()
    assert source.allowed_sides() == {Side.ME}
    call.file.close()


@pytest.mark.usefixtures("microphones")
@pytest.mark.parametrize(
    ("open_request", "message"),
    [
        (OpenRequest("plain_talk", listen="mic", transcribe="both"), "add common/consent to its use:"),
        (OpenRequest(listen="mic", transcribe="mine"), "none, me, both"),
        (OpenRequest(listen="mic", speed=2.0), "need a file, not a microphone"),
        (OpenRequest(transcribe="me"), "--listen mic"),
        (OpenRequest(listen="meeting.vtt", transcribe="both"), "--transcribe needs a microphone"),
    ],
    ids=["no consent step", "unknown mode", "speed", "no microphone", "a file"],
)
def test_invalid_options_are_reported_before_the_screen(
    open_request: OpenRequest, message: str, tmp_path: Path
) -> None:
    with pytest.raises(CannotOpen) as refused:
        open_service(str(tmp_path)).open(open_request)
    assert message in str(refused.value)
    assert not list(tmp_path.glob("*.json")), "no call was begun"


def test_missing_extra_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mic_source, "find_spec", lambda name: None)
    with pytest.raises(CannotOpen, match=r"pip install 'salesnerd-tui\[voice\]'"):
        open_service(str(tmp_path)).open(OpenRequest(listen="mic"))


def test_microphone_transcribes_nothing_by_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[VoiceMode] = []

    def microphone(mode: VoiceMode, model: str) -> MicSource:
        asked.append(mode)
        return MicSource(mode, lambda: pytest.fail("nobody listens in this test"))

    monkeypatch.setattr(mic_source, "open_microphone", microphone)
    open_service(str(tmp_path)).open(OpenRequest(listen="mic")).file.close()
    assert asked == [VoiceMode.NONE]
