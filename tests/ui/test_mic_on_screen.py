"""A call that hears by microphone: the mark that says of whom what is heard, the floor at once, and their yes."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import pytest

from live_stage import on_stage
from salesnerd_tui.call.events import FloorTaken, How, Side, SourceChanged, SourceState
from salesnerd_tui.cli.live import desk
from salesnerd_tui.hearing.clock import CallClock
from salesnerd_tui.hearing.source import Emit, Stop
from salesnerd_tui.hearing.voice import starting
from salesnerd_tui.hearing.voice.mic_source import MicSource
from salesnerd_tui.hearing.voice.modes import Ear, Hears, VoiceMode
from salesnerd_tui.ui.live import LiveScreen
from salesnerd_tui.ui.wish import CannotOpen, Wish


class Mic:
    """A microphone that hears what a test says."""

    name, speed = "microphone", 1.0

    def __init__(self, hears: Hears) -> None:
        self.hears = hears

    def run(self, emit: Emit, clock: CallClock, stop: Stop) -> None:
        raise AssertionError("nobody listens in this test")


async def test_the_mark_is_always_there_beside_trouble_too(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        stage.call.source = Mic(Hears(Ear.WORDS, Ear.VOICE))
        stage.screen.post_message(LiveScreen.Spoke(FloorTaken(1.0, Side.ME, How.HEARD)))
        await stage.sees("mic: you words · them voice", row=1)
        lost = SourceChanged(2.0, "the other side", SourceState.BROKEN, "not hearing the other side: it is gone")
        stage.call.source.hears = Hears(Ear.WORDS, Ear.DEAF)
        stage.screen.post_message(LiveScreen.Spoke(lost))
        await stage.sees("not hearing the other side", row=1)
        await stage.sees("mic: you words · them -", row=1)


async def test_who_talks_is_shown_from_the_voice_alone(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        stage.screen.post_message(LiveScreen.Spoke(FloorTaken(1.0, Side.THEM, How.HEARD)))
        await stage.until(lambda: stage.screen.holder is Side.THEM)
        await stage.press("space")
        assert stage.screen.holder is Side.ME, "the talk key still says who talks now"


@pytest.fixture
def microphones(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything that a microphone needs is there."""

    def start() -> NoReturn:
        raise AssertionError("nobody listens in this test")

    monkeypatch.setattr(starting, "microphone", lambda mode, model: MicSource(mode, start))


@pytest.mark.usefixtures("microphones")
def test_their_yes_is_read_from_the_notes_of_this_call(tmp_path: Path) -> None:
    from salesnerd_tui.call import moves

    call = desk(str(tmp_path)).open(Wish(hear="mic", voice="both"))
    source = call.source
    assert isinstance(source, MicSource)
    call.begin()
    assert source.allowed() == {Side.ME}
    call.session.do(lambda now: moves.take_detour(now, "hearing_consent"))
    call.session.do(moves.go_next)
    call.session.do(lambda now: moves.pick(now, 1))
    assert source.allowed() == {Side.ME, Side.THEM}
    call.session.undo()
    assert source.allowed() == {Side.ME}
    call.file.close()


@pytest.mark.usefixtures("microphones")
@pytest.mark.parametrize(
    ("wish", "told"),
    [
        (Wish("plain_talk", hear="mic", voice="both"), "add common/consent to its use:"),
        (Wish(hear="mic", speed=2.0), "a microphone is heard as it is"),
        (Wish(voice="mine"), "--hear mic --mode mine"),
        (Wish(hear="meeting.vtt", voice="both"), "--mode is for the microphone"),
    ],
    ids=["no consent step", "speed", "no microphone", "a file"],
)
def test_what_makes_no_sense_is_told_before_the_screen(wish: Wish, told: str, tmp_path: Path) -> None:
    with pytest.raises(CannotOpen) as refused:
        desk(str(tmp_path)).open(wish)
    assert told in str(refused.value)
    assert not list(tmp_path.glob("*.json")), "no call was begun"


def test_a_call_without_the_extra_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, "find_spec", lambda name: None)
    with pytest.raises(CannotOpen, match=r"pip install 'salesnerd-tui\[voice\]'"):
        desk(str(tmp_path)).open(Wish(hear="mic"))


def test_the_least_is_heard_unless_more_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[VoiceMode] = []

    def microphone(mode: VoiceMode, model: str) -> MicSource:
        asked.append(mode)
        return MicSource(mode, lambda: pytest.fail("nobody listens in this test"))

    monkeypatch.setattr(starting, "microphone", microphone)
    desk(str(tmp_path)).open(Wish(hear="mic")).file.close()
    assert asked == [VoiceMode.ACTIVITY]
