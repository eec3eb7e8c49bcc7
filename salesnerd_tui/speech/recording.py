"""Source that plays a recorded call at its own pace or faster."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from salesnerd_tui.call.events import Heard, SourceState
from salesnerd_tui.files import format_size
from salesnerd_tui.speech.sides import Sides, UnknownSpeaker, resolve_speakers, suggest_user
from salesnerd_tui.speech.source import (
    LAG_SECONDS,
    TALK_KEY_HINT,
    CallClock,
    Emit,
    ReadProgress,
    SpeakersFound,
    StopSignal,
    source_changed,
)
from salesnerd_tui.speech.transcripts.read import CannotRead, read_transcript
from salesnerd_tui.speech.utterances import stream_events
from salesnerd_tui.timefmt import format_clock as clock_text

if TYPE_CHECKING:
    from salesnerd_tui.speech.transcripts.model import Transcript


MAX_WAIT_SECONDS = 0.25
"""Real seconds of one wait, so that a paused call or a changed clock takes effect soon."""

PROGRESS_STEPS = 20
"""Progress messages while a recording is read."""


class _Stopped(Exception):
    """The call ended while the recording was read."""


class FileSource:
    """Plays the transcript at `path` on the call's clock, which must run at this source's `speed`.

    Each event's `at` is its time in the recording, the same in every replay. A resumed call skips everything up to
    `skip_until`, the time of its last utterance. A transcript that nobody has read before `run` is read there, with the
    clock of the call paused; `user_names` are then the names to look for among its speakers.
    """

    def __init__(
        self, path: Path, sides: Sides, speed: float = 1.0, skip_until: float = 0.0, user_names: Sequence[str] = ()
    ) -> None:
        self.path = path
        self.name = path.name
        self.sides = sides
        self.speed = speed
        self._skip_until = skip_until
        self._user_names = tuple(user_names)

    @cached_property
    def transcript(self) -> Transcript:
        """The whole recording, read at the first use. Raises `CannotRead`."""
        return read_transcript(self.path)

    def run(self, emit: Emit, clock: CallClock, stop: StopSignal) -> None:
        try:
            transcript = self._read(emit, clock, stop)
        except (CannotRead, UnknownSpeaker) as problem:
            emit(source_changed(self, clock, SourceState.BROKEN, f"not hearing the call: {problem}; {TALK_KEY_HINT}"))
            return
        except _Stopped:
            return
        while clock.is_paused:  # until the user has answered who they are, because sides are looked up ahead
            if stop.wait(MAX_WAIT_SECONDS):
                return
        self._play(transcript, emit, clock, stop)

    def _play(self, transcript: Transcript, emit: Emit, clock: CallClock, stop: StopSignal) -> None:
        emit(source_changed(self, clock, SourceState.LISTENING, self._description(transcript)))
        if transcript.skipped_lines_message:
            emit(source_changed(self, clock, SourceState.LAGGING, f"{self.name}, {transcript.skipped_lines_message}"))
        is_lagging, has_warned = False, bool(transcript.skipped_lines_message)
        for event in stream_events(transcript.utterances, self.sides):
            if event.at <= self._skip_until:
                continue
            if not _wait_until(event.at, clock, stop):
                return
            if has_warned:
                emit(source_changed(self, clock, SourceState.LISTENING, self._description(transcript)))
                has_warned = False
            is_lagging = self._report_lag(event, emit, clock, is_lagging)
            if event.final or not is_lagging:
                emit(event)
        emit(source_changed(self, clock, SourceState.ENDED, f"{self.name} is over; {TALK_KEY_HINT}, or end the call"))

    def _read(self, emit: Emit, clock: CallClock, stop: StopSignal) -> Transcript:
        """Return the transcript, reading it now if nobody has. Raises `CannotRead`, `UnknownSpeaker`, `_Stopped`."""
        if "transcript" in self.__dict__:
            return self.transcript
        clock.pause()
        steps = -1

        def on_progress(share: float) -> None:
            nonlocal steps
            if stop.is_set():
                raise _Stopped
            if int(share * PROGRESS_STEPS) > steps:
                steps = int(share * PROGRESS_STEPS)
                emit(ReadProgress(f"reading {self.name}{size}: {share:.0%}"))

        try:
            size = f" ({format_size(self.path.stat().st_size)})"
        except OSError:
            size = ""
        is_waiting = False
        try:
            self.transcript = read_transcript(self.path, on_progress)
            emit(ReadProgress(""))
            speakers = self.transcript.speakers
            if self._user_names:
                self.sides.choose(resolve_speakers(self._user_names, speakers))
            is_waiting = bool(speakers) and not self.sides.is_chosen
            if is_waiting:
                emit(SpeakersFound(speakers, suggest_user(self.transcript)))
        finally:
            if not is_waiting:
                clock.resume()
        return self.transcript

    def _report_lag(self, event: Heard, emit: Emit, clock: CallClock, is_lagging: bool) -> bool:
        """Return whether the screen is behind. While it is, partials are skipped so that it catches up."""
        behind = clock.real_seconds(clock() - event.at)
        if not is_lagging and behind > LAG_SECONDS:
            message = f"{self.name} is {behind:.0f} s behind; catching up"
            emit(source_changed(self, clock, SourceState.LAGGING, message, behind))
            return True
        if is_lagging and behind < LAG_SECONDS / 3:
            emit(source_changed(self, clock, SourceState.LISTENING, f"{self.name} is up to date again"))
            return False
        return is_lagging

    def _description(self, transcript: Transcript) -> str:
        pace = "" if self.speed == 1 else f" at {self.speed:g} times its pace"
        description = f"playing {self.name}: {clock_text(transcript.seconds)}, {transcript.format}{pace}"
        return " · ".join((description, *transcript.problems[:1]))


def _wait_until(at: float, clock: CallClock, stop: StopSignal) -> bool:
    """Wait until the call's clock has reached `at`. Return False if the source has to end before."""
    while (ahead := at - clock()) > 0:
        if stop.wait(min(clock.real_seconds(ahead), MAX_WAIT_SECONDS)):
            return False
    return not stop.is_set()
