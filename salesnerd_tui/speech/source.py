"""What a source of speech is: something that gives events to a call from a thread of its own, until it is stopped.

A captions file, a pipe and a microphone are the same to a call. A source says in words when it works, lags, breaks or
ends; whatever happens to it, the call goes on.

The talk key: the person shows who talks. No microphone, no words, and it always works.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Protocol

from salesnerd_tui.call.events import FloorTaken, Heard, Origin, Side, SourceChanged, SourceState
from salesnerd_tui.speech.clock import CallClock

Spoken = Heard | FloorTaken | SourceChanged

Emit = Callable[[Spoken], None]
"""Takes an event on the source's thread, in the order of `at`. What it does with it must not touch a widget."""

LAG_SECONDS = 3.0
"""Real seconds behind the talk from which a source says so: a later tap would be about something said long ago."""

INSTEAD = "use space to show who talks"

logger = logging.getLogger("salesnerd.hearing")
logger.addHandler(logging.NullHandler())


class Stop(Protocol):
    """What a source waits on: a `threading.Event`, or in tests a script of what happens meanwhile."""

    def wait(self, timeout: float) -> bool:
        """Wait so many real seconds; True as soon as the source has to end."""

    def is_set(self) -> bool: ...


class Source(Protocol):
    """`speed` is how many times faster than life it plays, for the call's clock; 1 for everything live."""

    @property
    def name(self) -> str: ...

    @property
    def speed(self) -> float: ...

    def run(self, emit: Emit, clock: CallClock, stop: Stop) -> None:
        """Give events until the speech is over or `stop` is set."""


def heard_mark(source: Source | None) -> str:
    """What a microphone hears of each side at this moment, in a few letters; empty for other sources."""
    return str(getattr(getattr(source, "hears", None), "mark", ""))


def changed(source: Source, clock: CallClock, state: SourceState, told: str, behind: float = 0.0) -> SourceChanged:
    return SourceChanged(clock(), source.name, state, told, round(behind, 1))


class Listening:
    """A source at work on its own thread, which ends with the program."""

    def __init__(self, source: Source, emit: Emit, clock: CallClock) -> None:
        self.source = source
        self._stop = threading.Event()
        self._thread = threading.Thread(
            target=run_guarded, args=(source, emit, clock, self._stop), name=f"hearing {source.name}", daemon=True
        )

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout: float = 1.0) -> None:
        """Ask the source to end, and wait for it at most so long."""
        self._stop.set()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(timeout)


def run_guarded(source: Source, emit: Emit, clock: CallClock, stop: Stop) -> None:
    """Run a source; if it fails in a way that nobody thought of, the call is told and goes on."""
    try:
        source.run(emit, clock, stop)
    except Exception:
        logger.exception("the source of speech %r failed", source.name)
        emit(changed(source, clock, SourceState.BROKEN, f"{source.name} failed: not hearing the call; {INSTEAD}"))


class TalkKey:
    """A toggle between me and them; the first press says that I talk."""

    def __init__(self) -> None:
        self._side = Side.NOBODY

    @property
    def side(self) -> Side:
        return self._side

    def press(self, at: float) -> FloorTaken:
        """The floor changes hands at `at` seconds of the call."""
        self._side = Side.THEM if self._side is Side.ME else Side.ME
        return FloorTaken(at, self._side, Origin.HAND)

    def follow(self, side: Side) -> None:
        """Somebody was heard: the next press says that the other one talks now."""
        if side is not Side.NOBODY:
            self._side = side

    def silence(self, at: float) -> FloorTaken:
        """Nobody talks: the call was paused or is over."""
        self._side = Side.NOBODY
        return FloorTaken(at, Side.NOBODY, Origin.HAND)
