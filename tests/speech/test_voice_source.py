"""Microphone source: events in order, the buyer's words only with consent, and problems on one line."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from salesnerd_tui.call.events import FloorTaken, Heard, Side, SourceChanged, SourceState
from salesnerd_tui.speech.microphone import source
from salesnerd_tui.speech.microphone.protocol import (
    ChildSettings,
    DeviceMessage,
    EchoMessage,
    FloorMessage,
    Heartbeat,
    InvalidLine,
    ListenOrders,
    Message,
    ReadyMessage,
    RefusedMessage,
    WordsMessage,
    decode,
    decode_orders,
    encode,
    encode_orders,
)
from salesnerd_tui.speech.microphone.source import (
    ChildEnded,
    ChildListener,
    ListenLevel,
    ListenStatus,
    MicSource,
    VoiceMode,
)
from salesnerd_tui.speech.source import CallClock, SourceEvent, microphone_status

ME, THEM = Side.ME, Side.THEM
Step = Message | Callable[[], object] | float
WORKS = (
    DeviceMessage(ME, SourceState.LISTENING, "hearing the microphone (mic)"),
    DeviceMessage(THEM, SourceState.LISTENING, "ok"),
)


class Time:
    """Scripted clocks: the wall clock follows the monotonic one unless the machine sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.asleep = 0.0

    def seconds(self) -> float:
        return self.now

    def wall_clock(self) -> float:
        return self.now + self.asleep


@dataclass
class ScriptedChild:
    """Child with scripted messages, silences (seconds) and functions to call."""

    time: Time
    steps: list[Step]
    exit_reason: str = "status 255"
    orders: list[ListenOrders] = field(default_factory=list)
    closed: bool = False

    def receive(self, seconds: float) -> tuple[Message, float] | None:
        while self.steps:
            step = self.steps.pop(0)
            if isinstance(step, float):
                self.time.now += min(step, seconds)
                if step > seconds:
                    self.steps.insert(0, step - seconds)
                return None
            if not callable(step):
                return step, self.time.now
            step()
        raise ChildEnded(self.exit_reason)

    def send_orders(self, orders: ListenOrders) -> None:
        self.orders.append(orders)

    def close(self) -> None:
        self.closed = True


class Call:
    """Call that listens to a microphone until its scripted children have ended."""

    def __init__(self, mode: VoiceMode = VoiceMode.BOTH, consent: bool = True) -> None:
        self.time = Time()
        self.clock = CallClock(now=self.time.seconds)
        self.events: list[SourceEvent] = []
        self.consent = consent
        self.children: list[ScriptedChild] = []
        self.waits: list[float] = []
        self._scripts: list[list[Step]] = []
        self.source = MicSource(mode, self._start, lambda: self.consent, self.time.seconds, self.time.wall_clock)

    def hear(self, *scripts: list[Step]) -> Call:
        self._scripts = list(scripts)
        self.source.run(self.events.append, self.clock, self)
        return self

    def _start(self) -> ScriptedChild:
        self.children.append(ScriptedChild(self.time, self._scripts.pop(0)))
        return self.children[-1]

    def wait(self, timeout: float) -> bool:
        self.waits.append(timeout)
        self.time.now += timeout
        return self.is_set()

    def is_set(self) -> bool:
        return not self._scripts and (not self.children or not self.children[-1].steps)

    @property
    def reported(self) -> list[str]:
        return [event.message for event in self.events if isinstance(event, SourceChanged)]

    @property
    def said(self) -> list[tuple[Side, str | None]]:
        return [(event.side, event.text) for event in self.events if isinstance(event, Heard)]

    def set_consent(self, consent: bool) -> Callable[[], None]:
        return lambda: setattr(self, "consent", consent)


def words(
    side: Side, text: str, number: int = 0, final: bool = True, ago: float = 2.0, now: float = 1000.0
) -> WordsMessage:
    return WordsMessage(side, number, now - ago, now - 0.5, text, final)


def test_words_and_turns_use_the_call_clock() -> None:
    call = Call()
    call.hear([*WORKS, 10.0, FloorMessage(ME, 1009.0), words(ME, "We pay twice", ago=3.0, now=1010.0), 1.0])
    heard = next(event for event in call.events if isinstance(event, Heard))
    assert (heard.at, heard.start, heard.end) == pytest.approx((10.0, 7.0, 9.5), abs=0.15)
    assert [event.side for event in call.events if isinstance(event, FloorTaken)] == [ME]
    moments = [event.at for event in call.events if isinstance(event, Heard | FloorTaken | SourceChanged)]
    assert moments == sorted(moments)


@pytest.mark.parametrize(
    ("mode", "is_transcribed"), [(VoiceMode.NONE, []), (VoiceMode.ME, [ME]), (VoiceMode.BOTH, [ME, THEM])]
)
def test_only_requested_words_are_emitted_whatever_the_child_sends(mode: VoiceMode, is_transcribed: list[Side]) -> None:
    call = Call(mode).hear([*WORKS, 5.0, words(ME, "mine", now=1005.0), words(THEM, "theirs", 1, now=1005.0)])
    assert [side for side, _ in call.said] == is_transcribed
    assert call.children[0].orders == [ListenOrders(frozenset(is_transcribed))]


class TestConsent:
    def test_is_required(self) -> None:
        call = Call(consent=False).hear([*WORKS, 5.0, words(THEM, "not yet", now=1005.0)])
        assert call.said == []
        assert any("they are transcribed once they agree" in message for message in call.reported)
        assert call.children[0].orders == [ListenOrders(frozenset({ME}))]

    def test_takes_effect_at_once(self) -> None:
        call = Call(consent=False)
        call.hear([*WORKS, 5.0, call.set_consent(True), 0.5, words(THEM, "now", now=1005.0), 0.1])
        assert call.said == [(THEM, "now")]
        assert call.children[0].orders == [ListenOrders(frozenset({ME})), ListenOrders(frozenset({ME, THEM}))]
        assert "them: transcribed, with their consent" in call.reported[-1]

    def test_can_be_withdrawn(self) -> None:
        call = Call()
        call.hear([*WORKS, 5.0, call.set_consent(False), words(THEM, "no more", now=1005.0), 0.5])
        assert call.said == []
        assert call.children[0].orders[-1] == ListenOrders(frozenset({ME}))
        assert "them: talk time only" in call.reported[-1]


def test_the_mark_shows_what_is_heard_of_each_side() -> None:
    marks: list[str] = []
    call = Call(VoiceMode.ME)
    look = [lambda: marks.append(call.source.status.mark)]
    gone = DeviceMessage(THEM, SourceState.BROKEN, "not hearing the other side: it is gone; retrying")
    call.hear([*look, *WORKS, *look, gone, *look])
    assert marks == ["mic: you - · them -", "mic: you words · them voice", "mic: you words · them -"]
    assert call.source.status == ListenStatus(ListenLevel.OFF, ListenLevel.OFF)
    assert microphone_status(None) == ""


def test_a_lost_device_is_reported_with_the_talk_key() -> None:
    gone = DeviceMessage(THEM, SourceState.BROKEN, "not hearing the other side: the headset is gone; retrying")
    call = Call().hear([*WORKS, gone, 3.0, WORKS[1]])
    theirs = [event for event in call.events if isinstance(event, SourceChanged) and event.source == "the other side"]
    states = [event.state for event in theirs]
    assert states == [SourceState.LISTENING, SourceState.BROKEN, SourceState.LISTENING]
    assert f"{gone.message}; use space to show who talks" in call.reported


def test_a_child_that_ends_is_reported_and_restarted_with_growing_waits() -> None:
    call = Call().hear([ReadyMessage()], [ReadyMessage()], [ReadyMessage()], [*WORKS])
    broken = [event for event in call.events if isinstance(event, SourceChanged) and event.state is SourceState.BROKEN]
    assert [event.message for event in broken] == [
        "not hearing the call, retrying: the listener ended (status 255); use space to show who talks"
    ] * 3
    assert call.waits == [1.0, 2.0, 5.0]
    assert all(child.closed for child in call.children)


def test_words_after_a_restart_are_new_utterances() -> None:
    call = Call().hear(
        [*WORKS, 5.0, words(ME, "one", 0, now=1005.0), words(ME, "two", 1, now=1005.0), ReadyMessage()],
        [*WORKS, 5.0, words(ME, "three", 0, now=1011.0), 0.1],
    )
    assert [event.utterance for event in call.events if isinstance(event, Heard)] == [0, 1, 2]


def test_a_child_that_hangs_is_restarted() -> None:
    call = Call().hear([*WORKS, 20.0], [*WORKS])
    assert any("the listener hangs" in message for message in call.reported)


def test_listening_restarts_after_the_machine_slept() -> None:
    call = Call()
    call.hear([*WORKS, 1.0, lambda: setattr(call.time, "asleep", 600.0), 1.0], [*WORKS])
    assert any("the machine was asleep" in message for message in call.reported)
    assert len(call.children) == 2


def test_a_child_that_cannot_work_is_reported_and_not_restarted() -> None:
    call = Call().hear([RefusedMessage("voice models not found"), 5.0], [ReadyMessage()])
    assert call.reported == ["voice models not found; use space to show who talks"]
    assert len(call.children) == 1


def test_a_paused_call_emits_nothing() -> None:
    call = Call()
    call.hear(
        [
            *WORKS,
            5.0,
            call.clock.pause,
            words(ME, "between us", now=1005.0),
            FloorMessage(ME, 1005.0),
            3.0,
            call.clock.resume,
            0.5,
            words(ME, "begun before", 1, now=1008.0, ago=2.0),
            4.0,
            words(ME, "after", 2, now=1012.0),
            0.1,
        ]
    )
    assert [text for _, text in call.said] == ["after"]
    assert [orders.paused for orders in call.children[0].orders] == [False, True, False]
    assert not any(isinstance(event, FloorTaken) for event in call.events)


def test_a_busy_machine_and_its_recovery_are_reported() -> None:
    call = Call().hear(
        [*WORKS, Heartbeat(5.0, 1.0, 200.0), Heartbeat(4.0, 1.1, 200.0), Heartbeat(0.2, 1.2, 200.0), 0.1]
    )
    states = [event.state for event in call.events if isinstance(event, SourceChanged) and event.source == "microphone"]
    assert states == [SourceState.LISTENING, SourceState.LAGGING, SourceState.LISTENING]
    assert call.source.heartbeat == Heartbeat(0.2, 1.2, 200.0)


def test_an_echo_is_reported_once_and_cleared() -> None:
    pulses = [step for _ in range(8) for step in (10.0, Heartbeat(0.1, 1.0, 200.0))]
    call = Call().hear([*WORKS, EchoMessage(1000.0), EchoMessage(1001.0), *pulses, 0.1])
    echoes = [event for event in call.events if isinstance(event, SourceChanged) and "echo" in event.source]
    assert [event.state for event in echoes] == [SourceState.LAGGING, SourceState.LISTENING]
    assert "headphones" in echoes[0].message


@pytest.mark.parametrize(
    "message",
    [
        ReadyMessage(),
        RefusedMessage("no"),
        *WORKS,
        FloorMessage(THEM, 2.5),
        words(ME, "ça"),
        EchoMessage(1.0),
        Heartbeat(0.5, 1.0, 99.0),
    ],
)
def test_a_message_survives_encoding(message: Message) -> None:
    line = encode(message, 12.5)
    assert "\n" not in line
    assert decode(line) == (message, 12.5)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "ALSA lib says hello",
        "{}",
        "[]",
        '{"now": 1.0}',
        '{"now": 1.0, "message": {"kind": "x"}}',
        '{"now": 1.0, "message": {"kind": "words"}}',
        '{"now": 1.0, "message": {"kind": "floor", "side": "everybody", "at": 1.0}}',
        '{"now": "noon", "message": {"kind": "ready"}}',
        '{"message": {"kind": "ready"}}',
    ],
)
def test_output_of_a_library_is_not_a_message(line: str) -> None:
    with pytest.raises(InvalidLine):
        decode(line)


def test_orders_survive_encoding_and_anything_else_is_invalid() -> None:
    orders = ListenOrders(frozenset({ME, THEM}), True)
    assert decode_orders(encode_orders(orders)) == orders
    for line in ("", "{}", '{"words": "me"}', '{"words": ["everybody"], "paused": false}'):
        with pytest.raises(InvalidLine):
            decode_orders(line)


def test_a_real_child_without_models_reports_it_and_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALESNERD_VOICE", str(tmp_path / "none"))
    log = tmp_path / "log" / "listener.log"
    child = ChildListener(ChildSettings(), log)
    received = child.receive(60.0)
    with pytest.raises(ChildEnded, match="status 3"):
        child.receive(60.0)
    child.close()
    assert received is not None
    assert isinstance(received[0], RefusedMessage)
    assert "salesnerd voice install" in received[0].message
    assert log.stat().st_mode & 0o777 == 0o600


def test_a_child_is_killed_when_it_does_not_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "EXIT_TIMEOUT_SECONDS", 0.2)
    stuck = tmp_path / "stuck"
    stuck.write_text(f"#!/bin/sh\nexec {sys.executable} -c 'import time; time.sleep(60)'\n")
    stuck.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(stuck))
    child = ChildListener(ChildSettings(), tmp_path / "log")
    child.close()
    with pytest.raises(ChildEnded, match="signal 9"):
        child.receive(5.0)


def test_a_call_without_a_microphone_loads_none_of_these_modules() -> None:
    program = "import sys, salesnerd_tui.services.call_service; print([n for n in sys.modules if 'microphone' in n])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "[]"
