"""Devices come and go during a call: each is opened again, and what is wrong with it is told in a line."""

from __future__ import annotations

import os
import stat
from array import array
from collections.abc import Callable
from pathlib import Path
from threading import Event
from types import SimpleNamespace

import pytest

from salesnerd_tui.call.events import Side, SourceState
from salesnerd_tui.speech.microphone.capture import NoDevice, Stream, capture
from salesnerd_tui.speech.microphone.capture_library import (
    FlexaudioCapture,
    SoundcardCapture,
    as_samples,
    library_capture,
)
from salesnerd_tui.speech.microphone.capture_linux import ParecCapture, PwRecordCapture
from salesnerd_tui.speech.microphone.device_reader import MUTED, DeviceReader
from salesnerd_tui.speech.microphone.protocol import DeviceMessage, Message
from salesnerd_tui.speech.microphone.sound import CHUNK_BYTES, Chunk

ME, THEM = Side.ME, Side.THEM
NOISE = b"\x01\x02" * 640
Act = Callable[[], object]


class FakeStream:
    """Gives sound; between two reads something may happen."""

    def __init__(self, name: str, reads: list[bytes | Act], why: str = "") -> None:
        self.name, self.closed = name, False
        self.reads, self._why = reads, why

    def read(self) -> bytes:
        while self.reads and not self.closed:
            step = self.reads.pop(0)
            if not callable(step):
                return step
            step()
        return b""

    def why(self) -> str:
        return self._why

    def close(self) -> None:
        self.closed = True


class FakeSystem:
    """A system with one device a side, whose streams a test wrote down; a `NoDevice` is raised as it comes."""

    def __init__(self, *streams: FakeStream | NoDevice) -> None:
        self.now = 0.0
        self.preferred = "mic"
        self.messages: list[Message] = []
        self.chunks: list[Chunk] = []
        self.waits: list[float] = []
        self.current: FakeStream | None = None
        self._streams = list(streams)

    def open(self, side: Side) -> Stream:
        stream = self._streams.pop(0)
        if isinstance(stream, NoDevice):
            raise stream
        self.current = stream
        return stream

    def default(self, side: Side) -> str:
        return self.preferred

    def read(self, side: Side = ME) -> FakeSystem:
        """Until all streams have ended."""
        self.reader(side).run()
        return self

    def reader(self, side: Side = ME) -> DeviceReader:
        self._reader = DeviceReader(
            self, side, self.chunks.append, self.messages.append, self._until_done(), self.seconds
        )
        return self._reader

    def look(self) -> None:
        self._reader.look()

    def passes(self, seconds: float) -> Act:
        return lambda: setattr(self, "now", self.now + seconds)

    def seconds(self) -> float:
        return self.now

    @property
    def told(self) -> list[tuple[SourceState, str]]:
        return [(message.state, message.told) for message in self.messages if isinstance(message, DeviceMessage)]

    def _until_done(self) -> Event:
        system = self

        class Stop(Event):
            def wait(self, timeout: float | None = None) -> bool:
                system.waits.append(timeout or 0.0)
                system.now += timeout or 0.0
                return self.is_set()

            def is_set(self) -> bool:
                return not system._streams and system.current is not None and not system.current.reads

        return Stop()


def test_sound_is_given_with_the_moment_it_was_read() -> None:
    system = FakeSystem()
    system._streams = [FakeStream("mic", [NOISE, system.passes(0.04), NOISE])]
    reader = system.reader()
    reader._listen()
    assert [chunk.until for chunk in system.chunks] == [0.0, 0.04]
    assert system.told == [(SourceState.LISTENING, "hearing the microphone (mic)")]


def test_an_unplugged_headset_is_told_and_opened_again_with_longer_waits() -> None:
    gone = [FakeStream("headset", [NOISE], "Stream error: Entity killed") for _ in range(3)]
    system = FakeSystem(*gone, NoDevice("there is no microphone"), FakeStream("mic", [NOISE])).read()
    assert system.told == [
        (SourceState.LISTENING, "hearing the microphone (headset)"),
        (SourceState.BROKEN, "not hearing you: Stream error: Entity killed; trying again"),
        (SourceState.LISTENING, "hearing the microphone (headset)"),
        (SourceState.BROKEN, "not hearing you: Stream error: Entity killed; trying again"),
        (SourceState.LISTENING, "hearing the microphone (headset)"),
        (SourceState.BROKEN, "not hearing you: Stream error: Entity killed; trying again"),
        (SourceState.BROKEN, "not hearing you: there is no microphone; trying again"),
        (SourceState.LISTENING, "hearing the microphone (mic)"),
    ]
    assert system.waits == [0.5, 1.0, 2.0, 4.0]
    assert [chunk.samples for chunk in system.chunks if not chunk.samples], "each end is a gap in the sound"


def test_another_default_device_is_taken_without_a_fuss() -> None:
    system = FakeSystem()

    def chosen() -> None:
        system.preferred, system.now = "headset", system.now + 6.0
        system._reader._read_at = system.now
        system.look()

    system._streams = [FakeStream("mic", [NOISE, chosen, NOISE]), FakeStream("headset", [NOISE])]
    system.read()
    assert system.told == [
        (SourceState.LISTENING, "hearing the microphone (mic)"),
        (SourceState.LISTENING, "hearing the microphone (headset)"),
    ]
    assert system.waits == []


def test_a_device_that_stalls_is_let_go() -> None:
    system = FakeSystem()
    stalled = FakeStream("usb", [NOISE, system.passes(6.0), system.look, NOISE])
    system._streams = [stalled, FakeStream("usb", [NOISE])]
    system.preferred = "usb"
    system.read(THEM)
    assert system.told[1] == (
        SourceState.BROKEN,
        "not hearing the other side: the system's output (usb) gives no sound; trying again",
    )
    assert stalled.closed


def test_a_muted_or_forbidden_microphone_is_told_and_its_return_too() -> None:
    system = FakeSystem()
    zeros = bytes(CHUNK_BYTES)
    quiet: list[bytes | Act] = [zeros, *(step for _ in range(11) for step in (system.passes(1.0), zeros, system.look))]
    system._streams = [FakeStream("mic", [*quiet, zeros, NOISE])]
    system.reader()._listen()
    assert [told for _, told in system.told] == [
        "hearing the microphone (mic)",
        MUTED,
        "hearing the microphone (mic)",
    ]


def test_a_silent_output_is_no_news() -> None:
    system = FakeSystem()
    system._streams = [FakeStream("mic", [bytes(CHUNK_BYTES), system.passes(4.0), bytes(CHUNK_BYTES)] * 5)]
    system.reader(THEM)._listen()
    assert len(system.told) == 1


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Put a tool of one's own, a few lines of shell, where the system's would be found."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/usr/bin{os.pathsep}/bin")

    def put(name: str, script: str) -> None:
        path = folder / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    return put


INFO = "echo 'Server Name: pulse'; echo 'Default Sink: speakers'; echo 'Default Source: {}'"


def test_parec_is_asked_for_the_default_devices(tools: Callable[[str, str], None]) -> None:
    tools("pactl", INFO.format("headset"))
    tools("parec", 'echo "$@"')
    sounds = ParecCapture()
    assert (sounds.default(ME), sounds.default(THEM)) == ("headset", "speakers.monitor")
    stream = sounds.open(THEM)
    given = stream.read().decode()
    assert "-d speakers.monitor --rate=16000 --channels=1 --format=s16le" in given
    assert stream.read() == b""
    stream.close()


def test_why_a_recorder_ended_is_in_its_own_words(tools: Callable[[str, str], None]) -> None:
    tools("pactl", INFO.format("mic"))
    tools("parec", "echo 'Connection failure: Access denied' >&2; exit 1")
    stream = ParecCapture().open(ME)
    assert stream.read() == b""
    assert stream.why() == "Connection failure: Access denied"
    stream.close()


@pytest.mark.parametrize(
    ("answers", "side", "told"),
    [
        ("exit 1", ME, "no sound server answers"),
        ("echo 'Server Name: pulse'", ME, "there is no microphone"),
        ("echo 'Server Name: pulse'", THEM, "there is no output to listen to"),
        (INFO.format("speakers.monitor"), ME, "only an echo of the speakers"),
    ],
)
def test_no_device_is_told_in_plain_words(
    answers: str, side: Side, told: str, tools: Callable[[str, str], None]
) -> None:
    tools("pactl", answers)
    with pytest.raises(NoDevice, match=told):
        ParecCapture().open(side)


def test_pw_record_is_used_where_it_can_write_plain_samples(tools: Callable[[str, str], None]) -> None:
    tools("pw-record", 'echo "--raw $@"')
    stream = PwRecordCapture().open(THEM)
    assert "stream.capture.sink=true" in stream.read().decode()
    stream.close()
    tools("pw-record", "echo old")
    with pytest.raises(NoDevice, match="too old"):
        PwRecordCapture().open(ME)


def test_a_linux_without_any_recorder_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.system", lambda: "Linux")
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(NoDevice, match="pulseaudio-utils"):
        capture()


def test_a_system_without_its_library_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "flexaudio", None)
    with pytest.raises(NoDevice, match="flexaudio does not work"):
        library_capture("Darwin")


def test_floats_become_samples_within_bounds() -> None:
    assert array("h", as_samples([0.0, 1.0, -1.0, 2.0, 0.5])).tolist() == [0, 32767, -32767, 32767, 16384]


def test_soundcard_records_the_loopback_of_the_default_output() -> None:
    """A double with the library's own names; the library itself was not run on Windows."""

    class Recorder:
        def __enter__(self) -> Recorder:
            return self

        def __exit__(self, *_: object) -> None:
            left.append(True)

        def record(self, numframes: int) -> SimpleNamespace:
            return SimpleNamespace(reshape=lambda _: SimpleNamespace(tolist=lambda: [0.5] * numframes))

    left: list[bool] = []
    device = SimpleNamespace(name="Speakers", id="{1}", recorder=lambda samplerate, channels: Recorder())
    library = SimpleNamespace(
        default_microphone=lambda: device,
        default_speaker=lambda: device,
        get_microphone=lambda id, include_loopback: device if include_loopback else None,
    )
    sounds = SoundcardCapture(library)
    assert sounds.default(THEM) == "Speakers"
    stream = sounds.open(THEM)
    assert stream.read() == as_samples([0.5] * 640)
    stream.close()
    assert stream.read() == b""
    assert left == [True]
    with pytest.raises(NoDevice, match="no microphone"):
        SoundcardCapture(SimpleNamespace()).open(ME)


def test_flexaudio_tells_a_refused_permission() -> None:
    """A double with the library's own names; the library itself was not run on macOS."""
    events = [None, SimpleNamespace(type="permissionDenied")]
    chunk = SimpleNamespace(data=array("f", [0.5, -0.5]).tobytes())
    inner = SimpleNamespace(
        poll_event=lambda: events.pop(0) if events else None, poll_chunk=lambda: chunk, stop=lambda: None
    )
    stream = FlexaudioCapture(SimpleNamespace(open=lambda kind, output_rate, output_channels: inner)).open(ME)
    assert stream.read() == as_samples([0.5, -0.5])
    stream.read()
    assert stream.read() == b""
    assert stream.why() == "the system does not permit it"
    stream.close()
