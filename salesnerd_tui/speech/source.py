"""Sources of speech: a captions file, a pipe or a microphone that sends events to a call from its own thread.

A source reports when it works, lags, breaks or ends. Whatever happens to it, the call continues; the talk key always
works, without a microphone and without words.

Its events have the time of the call's clock: seconds since the call began. A replay runs faster, a pause stops it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Protocol

from msgspec import Struct

from salesnerd_tui.call.events import FloorTaken, Heard, SourceChanged, SourceState


class CallClock:
    """Call seconds. At `speed` 20, an hour of call passes in three minutes, and every limit of the coach with it.

    `now` returns real seconds and never goes back (`time.monotonic`). Safe to use from several threads.
    """

    def __init__(self, speed: float = 1.0, now: Callable[[], float] = time.monotonic) -> None:
        if not 0 < speed <= 1000:
            raise ValueError(f"invalid speed {speed:g} (expected 0.01 to 1000)")
        self.speed = speed
        self._now = now
        self._lock = threading.Lock()
        self._real_start = now()
        self._call_seconds = 0.0
        self._paused = False

    def __call__(self) -> float:
        """Return the seconds since the call began."""
        with self._lock:
            return self._read()

    @property
    def is_paused(self) -> bool:
        return self._paused

    def pause(self) -> None:
        with self._lock:
            self._call_seconds, self._real_start, self._paused = self._read(), self._now(), True

    def resume(self) -> None:
        """Resume after a pause."""
        with self._lock:
            self._call_seconds, self._real_start, self._paused = self._read(), self._now(), False

    def resume_from(self, seconds: float) -> None:
        """Continue an interrupted call at `seconds`."""
        with self._lock:
            self._call_seconds, self._real_start, self._paused = max(0.0, seconds), self._now(), False

    def advance(self, seconds: float) -> None:
        """Let `seconds` of the call pass at once."""
        self.resume_from(self() + seconds)

    def real_seconds(self, call_seconds: float) -> float:
        """Return the real time in which so many seconds of the call pass."""
        return call_seconds / self.speed

    def _read(self) -> float:
        return (
            self._call_seconds
            if self._paused
            else self._call_seconds + max(0.0, self._now() - self._real_start) * self.speed
        )


class ReadProgress(Struct, frozen=True):
    """A long recording is being read: the message for the screen. Not stored with the call."""

    message: str


class SpeakersFound(Struct, frozen=True):
    """The recording was read, and nobody knows yet which speaker is the user. Not stored with the call.

    The source has paused the clock of the call; the screen resumes it when the user has answered.
    """

    speakers: tuple[str, ...]
    suggested: str | None


CallEvent = Heard | FloorTaken | SourceChanged
"""Events of a source that belong to the call."""

SourceEvent = CallEvent | ReadProgress | SpeakersFound

Emit = Callable[[SourceEvent], None]
"""Receiver of events, called on the source's thread in the order of `at`. It must not touch a widget."""

LAG_SECONDS = 3.0
"""Real seconds behind the talk from which a source reports a lag: a later tap would be about something long past."""

TALK_KEY_HINT = "use space to show who talks"

logger = logging.getLogger("salesnerd.hearing")
logger.addHandler(logging.NullHandler())


class StopSignal(Protocol):
    """Signal that a source waits for: a `threading.Event`, or a script in tests."""

    def wait(self, timeout: float) -> bool:
        """Wait `timeout` real seconds; return True as soon as the source has to end."""

    def is_set(self) -> bool: ...


class Source(Protocol):
    """A source of speech. `speed` is the pace of its recording for the call's clock; 1 for everything live."""

    @property
    def name(self) -> str: ...

    @property
    def speed(self) -> float: ...

    def run(self, emit: Emit, clock: CallClock, stop: StopSignal) -> None:
        """Emit events until the speech is over or `stop` is set."""


def microphone_status(source: Source | None) -> str:
    """Return the short status of a microphone, such as `mic: you words · them voice`; empty for other sources."""
    return str(getattr(getattr(source, "status", None), "mark", ""))


def source_changed(
    source: Source, clock: CallClock, state: SourceState, message: str, behind: float = 0.0
) -> SourceChanged:
    """Return the event that reports a source's state; `behind` is its lag in seconds."""
    return SourceChanged(clock(), source.name, state, message, round(behind, 1))


class SourceThread:
    """A source running on its own daemon thread."""

    def __init__(self, source: Source, emit: Emit, clock: CallClock) -> None:
        self.source = source
        self._stop = threading.Event()
        self._thread = threading.Thread(
            target=run_guarded, args=(source, emit, clock, self._stop), name=f"hearing {source.name}", daemon=True
        )

    def start(self) -> None:
        """Start the source. A second call does nothing."""
        if self._thread.ident is None:
            self._thread.start()

    def stop(self, timeout: float = 1.0) -> None:
        """Ask the source to end, and wait for it at most `timeout` seconds."""
        self._stop.set()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(timeout)


def run_guarded(source: Source, emit: Emit, clock: CallClock, stop: StopSignal) -> None:
    """Run a source. Log and report an unexpected error, so that the call continues."""
    try:
        source.run(emit, clock, stop)
    except Exception:
        logger.exception("the source of speech %r failed", source.name)
        emit(
            source_changed(
                source, clock, SourceState.BROKEN, f"not hearing the call: {source.name} failed; {TALK_KEY_HINT}"
            )
        )
