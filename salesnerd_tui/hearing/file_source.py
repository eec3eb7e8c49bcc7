"""A recorded call, played at its own pace or faster."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from salesnerd_tui.call.events import Heard, SourceState
from salesnerd_tui.hearing.clock import CallClock
from salesnerd_tui.hearing.formats.model import Transcript
from salesnerd_tui.hearing.formats.reading import CannotRead, read_transcript
from salesnerd_tui.hearing.sides import Sides
from salesnerd_tui.hearing.source import INSTEAD, LAG_SECONDS, Emit, Stop, changed
from salesnerd_tui.hearing.unfolding import unfold
from salesnerd_tui.timefmt import clock as told_time

LONGEST_WAIT_SECONDS = 0.25
"""Real seconds of one wait, so that a paused call or a changed clock is noticed soon."""


class FileSource:
    """Plays the transcript at `path` on the call's clock, which has to run at this source's `speed`.

    Each event's `at` is its moment in the recording, the same in every replay. `begin` is for a call that goes on: the
    moment of the last utterance that it has; that and what was heard before it is left out.
    """

    def __init__(self, path: Path, sides: Sides, speed: float = 1.0, begin: float = 0.0) -> None:
        self.path = path
        self.sides = sides
        self._speed = speed
        self._begin = begin

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def speed(self) -> float:
        return self._speed

    @cached_property
    def transcript(self) -> Transcript:
        """The whole recording, to ask who is me before it plays. Raises `CannotRead`."""
        return read_transcript(self.path)

    def run(self, emit: Emit, clock: CallClock, stop: Stop) -> None:
        try:
            transcript = self.transcript
        except CannotRead as problem:
            emit(changed(self, clock, SourceState.BROKEN, f"{problem} Not hearing the call; {INSTEAD}"))
            return
        emit(changed(self, clock, SourceState.LISTENING, self._told(transcript)))
        if transcript.not_understood:
            told = f"{self.name}, {transcript.not_understood.rstrip('.')}"
            emit(changed(self, clock, SourceState.LAGGING, told))
        lagging, lost = False, bool(transcript.not_understood)
        for event in unfold(transcript.utterances, self.sides):
            if event.at <= self._begin:
                continue
            if not _until(event.at, clock, stop):
                return
            if lost:
                emit(changed(self, clock, SourceState.LISTENING, self._told(transcript)))
                lost = False
            lagging = self._mind_lag(event, emit, clock, lagging)
            if event.final or not lagging:
                emit(event)
        emit(changed(self, clock, SourceState.ENDED, f"{self.name} is over; {INSTEAD}, or end the call"))

    def _mind_lag(self, event: Heard, emit: Emit, clock: CallClock, lagging: bool) -> bool:
        """Whether the screen cannot keep up. While it cannot, partials are left out so that it catches up."""
        behind = clock.real_seconds(clock() - event.at)
        if not lagging and behind > LAG_SECONDS:
            told = f"{self.name} is {behind:.0f} s behind; catching up"
            emit(changed(self, clock, SourceState.LAGGING, told, behind))
            return True
        if lagging and behind < LAG_SECONDS / 3:
            emit(changed(self, clock, SourceState.LISTENING, f"{self.name} is up to date again"))
            return False
        return lagging

    def _told(self, transcript: Transcript) -> str:
        pace = "" if self._speed == 1 else f" at {self._speed:g} times its pace"
        told = f"playing {self.name}: {told_time(transcript.seconds)}, {transcript.format}{pace}"
        return " · ".join((told, *transcript.problems[:1]))


def _until(at: float, clock: CallClock, stop: Stop) -> bool:
    """Wait until the call's clock has reached `at`. False if the source has to end before."""
    while (ahead := at - clock()) > 0:
        if stop.wait(min(clock.real_seconds(ahead), LONGEST_WAIT_SECONDS)):
            return False
    return not stop.is_set()
