"""Devices come and go during a call: each is reopened, and each problem is reported on one line."""

from __future__ import annotations

import os
import stat
import sys
from array import array
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event
from types import ModuleType, SimpleNamespace
from typing import Self

import pytest

from salesnerd_tui.call.events import Side, SourceState
from salesnerd_tui.speech.microphone.capture import (
    CHUNK_BYTES,
    RATE,
    Capture,
    Chunk,
    NoDevice,
    ParecCapture,
    PwRecordCapture,
    SoundcardCapture,
    Stream,
    library_capture,
    system_capture,
    to_samples,
)
from salesnerd_tui.speech.microphone.child import MUTED_MESSAGE, DeviceReader
from salesnerd_tui.speech.microphone.protocol import DeviceMessage, Message

ME, THEM = Side.ME, Side.THEM
NOISE = b"\x01\x02" * 640
Act = Callable[[], object]


class FakeStream:
    """Stream that returns scripted sound; a step may also be a function to call between two reads."""

    def __init__(self, name: str, reads: list[bytes | Act], reason: str = "") -> None:
        self.name, self.closed = name, False
        self.reads, self._reason = reads, reason

    def read(self) -> bytes:
        while self.reads and not self.closed:
            step = self.reads.pop(0)
            if not callable(step):
                return step
            step()
        return b""

    def end_reason(self) -> str:
        return self._reason

    def close(self) -> None:
        self.closed = True


class FakeSystem:
    """System with scripted streams; a `NoDevice` among them is raised in its turn."""

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

    def default_name(self, side: Side) -> str:
        return self.preferred

    def read(self, side: Side = ME) -> FakeSystem:
        """Read until all streams have ended."""
        self.reader(side).run()
        return self

    def reader(self, side: Side = ME) -> DeviceReader:
        self._reader = DeviceReader(
            self, side, self.chunks.append, self.messages.append, self._until_done(), clock=self.seconds
        )
        return self._reader

    def check(self) -> None:
        self._reader.check()

    def passes(self, seconds: float) -> Act:
        return lambda: setattr(self, "now", self.now + seconds)

    def seconds(self) -> float:
        return self.now

    @property
    def reported(self) -> list[tuple[SourceState, str]]:
        return [(message.state, message.message) for message in self.messages if isinstance(message, DeviceMessage)]

    def _until_done(self) -> Event:
        system = self

        class StopSignal(Event):
            def wait(self, timeout: float | None = None) -> bool:
                system.waits.append(timeout or 0.0)
                system.now += timeout or 0.0
                return self.is_set()

            def is_set(self) -> bool:
                return not system._streams and system.current is not None and not system.current.reads

        return StopSignal()


def test_chunks_carry_the_time_they_were_read() -> None:
    system = FakeSystem()
    system._streams = [FakeStream("mic", [NOISE, system.passes(0.04), NOISE])]
    reader = system.reader()
    reader._read_device()
    assert [chunk.until for chunk in system.chunks] == [0.0, 0.04]
    assert system.reported == [(SourceState.LISTENING, "hearing the microphone (mic)")]


def test_an_unplugged_headset_is_reported_and_retried_with_growing_waits() -> None:
    gone = [FakeStream("headset", [NOISE], "Stream error: Entity killed") for _ in range(3)]
    system = FakeSystem(*gone, NoDevice("no microphone found"), FakeStream("mic", [NOISE])).read()
    assert system.reported == [
        (SourceState.LISTENING, "hearing the microphone (headset)"),
        (SourceState.BROKEN, "not hearing you: Stream error: Entity killed; retrying"),
        (SourceState.LISTENING, "hearing the microphone (headset)"),
        (SourceState.BROKEN, "not hearing you: Stream error: Entity killed; retrying"),
        (SourceState.LISTENING, "hearing the microphone (headset)"),
        (SourceState.BROKEN, "not hearing you: Stream error: Entity killed; retrying"),
        (SourceState.BROKEN, "not hearing you: no microphone found; retrying"),
        (SourceState.LISTENING, "hearing the microphone (mic)"),
    ]
    assert system.waits == [0.5, 1.0, 2.0, 4.0]
    assert [chunk.samples for chunk in system.chunks if not chunk.samples], "each end leaves a gap in the sound"


def test_a_new_default_device_is_opened_without_a_warning() -> None:
    system = FakeSystem()

    def chosen() -> None:
        system.preferred, system.now = "headset", system.now + 6.0
        system._reader._last_read_at = system.now
        system.check()

    system._streams = [FakeStream("mic", [NOISE, chosen, NOISE]), FakeStream("headset", [NOISE])]
    system.read()
    assert system.reported == [
        (SourceState.LISTENING, "hearing the microphone (mic)"),
        (SourceState.LISTENING, "hearing the microphone (headset)"),
    ]
    assert system.waits == []


def test_a_stalled_device_is_closed() -> None:
    system = FakeSystem()
    stalled = FakeStream("usb", [NOISE, system.passes(6.0), system.check, NOISE])
    system._streams = [stalled, FakeStream("usb", [NOISE])]
    system.preferred = "usb"
    system.read(THEM)
    assert system.reported[1] == (
        SourceState.BROKEN,
        "not hearing the other side: the system output (usb) sends no sound; retrying",
    )
    assert stalled.closed


def test_a_muted_microphone_is_reported_until_it_sends_sound() -> None:
    system = FakeSystem()
    zeros = bytes(CHUNK_BYTES)
    quiet: list[bytes | Act] = [zeros, *(step for _ in range(11) for step in (system.passes(1.0), zeros, system.check))]
    system._streams = [FakeStream("mic", [*quiet, zeros, NOISE])]
    system.reader()._read_device()
    assert [message for _, message in system.reported] == [
        "hearing the microphone (mic)",
        MUTED_MESSAGE,
        "hearing the microphone (mic)",
    ]


def test_a_silent_output_is_not_reported() -> None:
    system = FakeSystem()
    system._streams = [FakeStream("mic", [bytes(CHUNK_BYTES), system.passes(4.0), bytes(CHUNK_BYTES)] * 5)]
    system.reader(THEM)._read_device()
    assert len(system.reported) == 1


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Install shell scripts as the sound tools of the system."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/usr/bin{os.pathsep}/bin")

    def put(name: str, script: str) -> None:
        path = folder / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    return put


INFO = "echo 'Server Name: pulse'; echo 'Default Sink: speakers'; echo 'Default Source: {}'"


def test_parec_records_the_default_devices(tools: Callable[[str, str], None]) -> None:
    tools("pactl", INFO.format("headset"))
    tools("parec", 'echo "$@"')
    sounds = ParecCapture()
    assert (sounds.default_name(ME), sounds.default_name(THEM)) == ("headset", "speakers.monitor")
    stream = sounds.open(THEM)
    given = stream.read().decode()
    assert "-d speakers.monitor --rate=16000 --channels=1 --format=s16le" in given
    assert stream.read() == b""
    stream.close()


def test_the_error_of_a_recorder_is_its_end_reason(tools: Callable[[str, str], None]) -> None:
    tools("pactl", INFO.format("mic"))
    tools("parec", "echo 'Connection failure: Access denied' >&2; exit 1")
    stream = ParecCapture().open(ME)
    assert stream.read() == b""
    assert stream.end_reason() == "Connection failure: Access denied"
    stream.close()


@pytest.mark.parametrize(
    ("answers", "side", "message"),
    [
        ("exit 1", ME, "the sound server does not answer"),
        ("echo 'Server Name: pulse'", ME, "no microphone found"),
        ("echo 'Server Name: pulse'", THEM, "no output device found"),
        (INFO.format("speakers.monitor"), ME, "the echo of the speakers"),
    ],
)
def test_a_missing_device_is_explained(
    answers: str, side: Side, message: str, tools: Callable[[str, str], None]
) -> None:
    tools("pactl", answers)
    with pytest.raises(NoDevice, match=message):
        ParecCapture().open(side)


def test_pw_record_is_used_if_it_supports_raw_samples(tools: Callable[[str, str], None]) -> None:
    tools("pw-record", 'echo "--raw $@"')
    stream = PwRecordCapture().open(THEM)
    assert "stream.capture.sink=true" in stream.read().decode()
    stream.close()
    tools("pw-record", "echo old")
    with pytest.raises(NoDevice, match="too old"):
        PwRecordCapture().open(ME)


def test_linux_without_a_recorder_names_the_package_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.system", lambda: "Linux")
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(NoDevice, match="pulseaudio-utils"):
        system_capture()


def test_a_missing_sound_library_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "flexaudio", None)
    with pytest.raises(NoDevice, match="the sound library flexaudio cannot be loaded"):
        library_capture("Darwin")


def test_floats_become_samples_within_bounds() -> None:
    assert array("h", to_samples([0.0, 1.0, -1.0, 2.0, 0.5])).tolist() == [0, 32767, -32767, 32767, 16384]


def test_soundcard_records_the_loopback_of_the_default_output() -> None:
    """A fake with the names of the library, which never ran on Windows."""

    class Recorder:
        def __enter__(self) -> Self:
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
    assert sounds.default_name(THEM) == "Speakers"
    stream = sounds.open(THEM)
    assert stream.read() == to_samples([0.5] * 640)
    stream.close()
    assert stream.read() == b""
    assert left == [True]
    with pytest.raises(NoDevice, match="no microphone found"):
        SoundcardCapture(SimpleNamespace()).open(ME)


class FakeFlexaudio(ModuleType):
    """Module with the signatures of flexaudio 0.8.1, which never ran on macOS."""

    def __init__(
        self, chunks: Sequence[bytes] = (), events: Sequence[str] = (), refusal: Exception | None = None
    ) -> None:
        super().__init__("flexaudio")
        self.chunks, self.events, self.refusal = list(chunks), list(events), refusal
        self.opened: list[tuple[str, int, int]] = []
        self.stopped = 0

    def open(
        self,
        kind: str,
        *,
        device_id: str | None = None,
        process_id: int | None = None,
        mode: str = "include",
        exclude_self: bool = False,
        exclude_pids: Sequence[int] | None = None,
        output_rate: int = 48000,
        output_channels: int = 2,
        chunk_ms: int = 20,
        gain: float = 1.0,
        mic_device_id: str | None = None,
        system_device_id: str | None = None,
        mic_gain: float = 1.0,
        system_gain: float = 1.0,
        denoise: bool = False,
        silence_probe: bool = True,
        vad: object | None = None,
        windows_classic_loopback_keepalive: bool = True,
        secondary_output: object | None = None,
        strict: bool | None = None,
        ring_capacity_chunks: int | None = None,
    ) -> FakeFlexaudioStream:
        if kind not in ("mic", "system", "process", "mix"):
            raise ValueError(f"unknown source kind {kind}")
        if self.refusal is not None:
            raise self.refusal
        self.opened.append((kind, output_rate, output_channels))
        return FakeFlexaudioStream(self)


class FakeFlexaudioStream:
    """Stream of `FakeFlexaudio`: events are read before chunks, and both come one at a time."""

    def __init__(self, library: FakeFlexaudio) -> None:
        self._library = library

    def poll_event(self) -> SimpleNamespace | None:
        return SimpleNamespace(type=self._library.events.pop(0)) if self._library.events else None

    def poll_chunk(self) -> SimpleNamespace | None:
        return SimpleNamespace(data=self._library.chunks.pop(0)) if self._library.chunks else None

    def stop(self) -> None:
        self._library.stopped += 1


def on_macos(monkeypatch: pytest.MonkeyPatch, library: FakeFlexaudio) -> Capture:
    monkeypatch.setattr("platform.system", lambda: "Darwin")
    monkeypatch.setitem(sys.modules, "flexaudio", library)
    return system_capture()


def test_macos_records_the_microphone_and_the_system_output_at_the_rate_of_the_models(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    library = FakeFlexaudio([array("f", [0.5, -0.5]).tobytes(), array("f", [1.0]).tobytes()])
    capture = on_macos(monkeypatch, library)
    user, buyer = capture.open(ME), capture.open(THEM)
    assert library.opened == [("mic", RATE, 1), ("system", RATE, 1)]
    assert (user.name, buyer.name) == (capture.default_name(ME), capture.default_name(THEM))
    assert user.read() == to_samples([0.5, -0.5])
    assert buyer.read() == to_samples([1.0])
    user.close()
    user.close()
    assert library.stopped == 1, "a stream is stopped once"
    assert user.read() == b""


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ("permissionDenied", "permission denied"),
        ("deviceLost", "the device is gone"),
        ("terminalError", "the capture failed"),
    ],
)
def test_macos_reports_why_a_stream_ended(event: str, reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = on_macos(monkeypatch, FakeFlexaudio(events=["chunkDropped", event])).open(ME)
    assert stream.read() == b""
    assert stream.end_reason() == reason


def test_macos_keeps_reading_after_a_harmless_event(monkeypatch: pytest.MonkeyPatch) -> None:
    library = FakeFlexaudio([array("f", [0.25]).tobytes()], ["clipped", "recovered"])
    stream = on_macos(monkeypatch, library).open(THEM)
    assert stream.read() == to_samples([0.25])
    assert stream.end_reason() == ""


@pytest.mark.parametrize("refusal", [RuntimeError("denied"), ValueError("no such device"), OSError("busy")])
def test_macos_reports_a_device_that_cannot_be_opened(refusal: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    capture = on_macos(monkeypatch, FakeFlexaudio(refusal=refusal))
    with pytest.raises(NoDevice, match="cannot capture the default microphone"):
        capture.open(ME)
