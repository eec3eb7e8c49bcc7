"""Speech that another program pipes in: `recogniser | salesnerd live --listen -`."""

from __future__ import annotations

import errno
import os
import select
import time
from collections.abc import Callable

from salesnerd_tui.call.events import SourceState
from salesnerd_tui.speech.clock import CallClock
from salesnerd_tui.speech.incremental import GrowingTranscript
from salesnerd_tui.speech.live import SETTLED_SECONDS, Voice
from salesnerd_tui.speech.sides import Sides
from salesnerd_tui.speech.source import INSTEAD, Emit, Stop
from salesnerd_tui.speech.transcripts.decode import kind_of_binary, not_text

READ_BYTES = 64 * 1024
FIRST_BYTES_SECONDS = 0.1
"""Real seconds to wait for the first bytes when a call is opened: a file is there at once, speech takes longer."""

WAIT_SECONDS = 0.2
"""Real seconds of one wait for bytes; bytes end the wait at once, so this only bounds how late a stop is seen."""


def bytes_there(descriptor: int, seconds: float) -> bool:
    """Whether the descriptor has something to read (or has ended) within so many real seconds."""
    return bool(select.select([descriptor], [], [], seconds)[0])


class StdinSource:
    """Reads a pipe (standard input, unless another `descriptor` is given) until it ends.

    `there` waits for bytes and `now` gives real seconds; both are replaced in tests.
    """

    speed = 1.0

    def __init__(
        self,
        sides: Sides,
        descriptor: int = 0,
        name: str = "standard input",
        there: Callable[[int, float], bool] = bytes_there,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.sides = sides
        self._name = name
        self._descriptor = descriptor
        self._there = there
        self._now = now
        self._first: bytes | None = None

    def not_text(self, seconds: float = FIRST_BYTES_SECONDS) -> str:
        """Look at the first bytes, if some come within so many seconds. Return a sentence where they are no text."""
        try:
            if self._there(self._descriptor, seconds):
                self._first = os.read(self._descriptor, READ_BYTES)
        except OSError:
            return ""
        if self._first and (kind := kind_of_binary(self._first)):
            return not_text(kind)
        return ""

    @property
    def name(self) -> str:
        return self._name

    def run(self, emit: Emit, clock: CallClock, stop: Stop) -> None:
        voice = Voice(self, self.sides, emit, clock)
        voice.tell(SourceState.LISTENING, f"listening to {self.name}", "hearing")
        try:
            self._listen(voice, stop)
        except OSError as problem:
            told = f"{self.name} broke ({problem.strerror}): not hearing the call; {INSTEAD}"
            voice.tell(SourceState.BROKEN, told, errno.errorcode.get(problem.errno or 0, "broken"))

    def _listen(self, voice: Voice, stop: Stop) -> None:
        transcript, held, begin = GrowingTranscript(), b"", 0
        first = self._first
        changed_at, settled = self._now(), True
        while not stop.is_set():
            if first is None and not self._there(self._descriptor, WAIT_SECONDS):
                quiet = self._now() - changed_at
                if not settled and quiet >= SETTLED_SECONDS:
                    settled = True
                    voice.hear(transcript.settle())
                voice.quiet(quiet)
                continue
            arrived, first = os.read(self._descriptor, READ_BYTES) if first is None else first, None
            if not arrived:
                voice.hear(transcript.close(held))
                voice.mind_lost(transcript.not_understood)
                if voice.mind_binary(transcript.not_text):
                    return
                voice.tell(SourceState.ENDED, f"{self.name} is over: not hearing the call; {INSTEAD}", "ended")
                return
            held += arrived
            voice.hear(transcript.take(held))
            if voice.mind_binary(transcript.not_text):
                return
            voice.mind_lost(transcript.not_understood)
            held, begin = held[transcript.rest - begin :], transcript.rest
            changed_at, settled = self._now(), False
