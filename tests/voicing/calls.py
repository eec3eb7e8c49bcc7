"""A call with a microphone for the journey and the benchmark: setup, playback and results."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from salesnerd_tui.call.events import Heard, Side, TapKind, Tapped
from salesnerd_tui.coach.engine import Coach
from salesnerd_tui.playbook.coach_settings import CoachSettings
from salesnerd_tui.speech.microphone.models import list_missing_files, voice_folder
from salesnerd_tui.speech.microphone.source import LIBRARIES, MicSource, VoiceMode, open_microphone
from salesnerd_tui.speech.sides import Sides
from salesnerd_tui.speech.source import CallClock, SourceEvent, SourceThread
from salesnerd_tui.speech.transcripts.model import Utterance
from salesnerd_tui.speech.utterances import stream_events
from voicing import dialogue, sound_server
from voicing.dialogue import SpokenTurn
from voicing.sound_server import SoundServer

Event = SourceEvent
TIMEOUT_SECONDS = 60.0
DRIFT = frozenset(TapKind) - {TapKind.SILENCE, TapKind.OVER_PROMISING}


@cache
def skip_reason(*, sound: bool = True) -> str:
    """Return why the real microphone cannot be tested here; empty if it can."""
    missing = [name for name in LIBRARIES if find_spec(name) is None]
    if missing:
        return f"{', '.join(missing)} not installed (make voice)"
    if list_missing_files():
        return f"no voice models in {voice_folder()} (salesnerd voice install)"
    return dialogue.skip_reason() or (sound_server.skip_reason() if sound else "")


class MicrophoneCall:
    """Microphone source on a sound server, without a screen."""

    def __init__(self, mode: VoiceMode = VoiceMode.BOTH, model: str = "") -> None:
        self.source: MicSource = open_microphone(mode, model)
        self.source.has_consent = lambda: True
        self.clock = CallClock()
        self.events: list[Event] = []
        self.listening = SourceThread(self.source, self.events.append, self.clock)

    @property
    def heard(self) -> list[Heard]:
        return [event for event in self.events if isinstance(event, Heard)]

    def words(self, side: Side) -> str:
        return " ".join(event.text or "" for event in self.heard if event.final and event.side is side)

    def wait_for_status(self, mark: str) -> None:
        until = time.monotonic() + TIMEOUT_SECONDS
        while self.source.status.mark != mark or self.source.heartbeat is None:
            if time.monotonic() > until:
                raise AssertionError(f"it hears {self.source.status.mark!r}: {[str(event) for event in self.events]}")
            time.sleep(0.05)


@contextmanager
def use_server(server: SoundServer) -> Iterator[None]:
    """Let programs started by this process use the server."""
    before = {name: os.environ.get(name) for name in server.environment}
    os.environ.update(server.environment)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.__setitem__(name, value)


def play(server: SoundServer, files: Mapping[Side, Path]) -> float:
    """Play both sides to the end, and return the monotonic second at which they began."""
    started_at = time.monotonic()
    for playing in [server.play(side, file) for side, file in files.items()]:
        playing.wait()
    return started_at


def first_tap(spoken: Sequence[SpokenTurn], drift: CoachSettings) -> float | None:
    """Return when a coach without any delay taps, in seconds of the recording."""
    utterances = [
        Utterance(each.start, each.end, each.turn.side, each.turn.text, number) for number, each in enumerate(spoken)
    ]
    coach = Coach(drift)
    for event in stream_events(utterances, Sides([Side.ME])):
        for advice in coach.hear(event):
            if isinstance(advice, Tapped) and advice.kind in DRIFT:
                return advice.at
    return None
