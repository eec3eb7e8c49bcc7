"""Source that reads a pipe: `recognizer | salesnerd live --listen -`."""

from __future__ import annotations

import errno
import os
import select
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from salesnerd_tui.call.events import SourceState
from salesnerd_tui.speech.live_speech import LiveSpeech
from salesnerd_tui.speech.source import INSTEAD, CallClock, Emit, StopSignal
from salesnerd_tui.speech.transcripts.decode import kind_of_binary, not_text

if TYPE_CHECKING:
    from salesnerd_tui.speech.sides import Sides

READ_BYTES = 64 * 1024
FIRST_BYTES_SECONDS = 0.1
"""Real seconds to wait for the first bytes when a call opens: a redirected file has them at once."""

WAIT_SECONDS = 0.2
"""Real seconds of one wait for bytes, which limits the delay of a stop."""


def wait_for_bytes(descriptor: int, seconds: float) -> bool:
    """Return whether the descriptor has data, or has ended, within so many real seconds."""
    return bool(select.select([descriptor], [], [], seconds)[0])


class StdinSource:
    """Reads a pipe (standard input, unless another `descriptor` is given) until it ends.

    `has_bytes` waits for data and `now` returns real seconds; tests replace both.
    """

    speed = 1.0

    def __init__(
        self,
        sides: Sides,
        descriptor: int = 0,
        name: str = "standard input",
        has_bytes: Callable[[int, float], bool] = wait_for_bytes,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.sides = sides
        self._name = name
        self._descriptor = descriptor
        self._has_bytes = has_bytes
        self._now = now
        self._first: bytes | None = None

    def binary_reason(self, seconds: float = FIRST_BYTES_SECONDS) -> str:
        """Wait `seconds` for the first bytes. Return why they are not text; empty for text or without bytes."""
        try:
            if self._has_bytes(self._descriptor, seconds):
                self._first = os.read(self._descriptor, READ_BYTES)
        except OSError:
            return ""
        if self._first and (kind := kind_of_binary(self._first)):
            return not_text(kind)
        return ""

    @property
    def name(self) -> str:
        return self._name

    def run(self, emit: Emit, clock: CallClock, stop: StopSignal) -> None:
        speech = LiveSpeech(self, self.sides, emit, clock, self._now)
        speech.report(SourceState.LISTENING, f"listening to {self.name}", "hearing")
        try:
            self._listen(speech, stop)
        except OSError as problem:
            message = f"cannot read {self.name} ({problem.strerror}): not hearing the call; {INSTEAD}"
            speech.report(SourceState.BROKEN, message, errno.errorcode.get(problem.errno or 0, "broken"))

    def _listen(self, speech: LiveSpeech, stop: StopSignal) -> None:
        transcript, held, begin = speech.transcript, b"", 0
        while not stop.is_set():
            if self._first is None and not self._has_bytes(self._descriptor, WAIT_SECONDS):
                speech.wait()
                continue
            arrived = os.read(self._descriptor, READ_BYTES) if self._first is None else self._first
            self._first = None
            held += arrived
            speech.take(transcript.take(held) if arrived else transcript.close(held))
            if speech.report_binary():
                return
            if not arrived:
                speech.report(SourceState.ENDED, f"{self.name} is over: not hearing the call; {INSTEAD}", "ended")
                return
            held, begin = held[transcript.rest - begin :], transcript.rest
