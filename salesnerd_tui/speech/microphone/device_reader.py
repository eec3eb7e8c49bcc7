"""Reader of one side's device: reopens it when it is lost or another default is chosen, and reports its state.

Each problem is reported once on one line and retried with growing waits.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event, Thread

from salesnerd_tui.call.events import Side, SourceState
from salesnerd_tui.speech.microphone.capture import Capture, NoDevice, Stream
from salesnerd_tui.speech.microphone.protocol import DeviceMessage, Message
from salesnerd_tui.speech.microphone.sound import Chunk

RETRY_SECONDS = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Waits between two tries; the last one repeats. A headset that is plugged in again shows up within a second."""

STALLED_SECONDS = 5.0
"""Time without any sound data, not even silence, after which a device counts as gone."""

ZEROS_SECONDS = 10.0
"""Time of zeros after which a microphone counts as muted or blocked: a room is never exactly silent."""

DEFAULT_CHECK_SECONDS = 5.0
"""Interval between two lookups of the default device."""

DEAF = {Side.ME: "not hearing you", Side.THEM: "not hearing the other side"}
DEVICE = {Side.ME: "microphone", Side.THEM: "system output"}
MUTED = "the microphone sends only zeros: it is muted or blocked (check its switch and the system's privacy settings)"
Clock = Callable[[], float]


class DeviceReader:
    """Reader of one side on its own thread: passes chunks to `on_chunk` and state changes to `on_message`."""

    def __init__(
        self,
        capture: Capture,
        side: Side,
        on_chunk: Callable[[Chunk], None],
        on_message: Callable[[Message], None],
        stop: Event,
        clock: Clock = time.monotonic,
    ) -> None:
        self._capture, self._side = capture, side
        self._on_chunk, self._on_message = on_chunk, on_message
        self._stop, self._clock = stop, clock
        self._stream: Stream | None = None
        self._reported: tuple[SourceState, str] | None = None
        self._read_at = 0.0
        self._opened_at = 0.0
        self._reopen = False
        self._zeros = True
        self._checked_at = 0.0

    def start(self) -> None:
        Thread(target=self.run, name=f"reading {self._side}", daemon=True).start()

    def run(self) -> None:
        """Open the device, read it to its end, wait and repeat until `stop` is set."""
        tries = 0
        while not self._stop.is_set():
            before = self._clock()
            reason = self._listen()
            self._on_chunk(Chunk(self._side, b"", self._clock()))
            if self._stop.is_set():
                return
            if self._reopen:
                self._reopen, tries = False, 0
                continue
            tries = 0 if self._clock() - before > 2 * RETRY_SECONDS[-1] else tries
            self._report(SourceState.BROKEN, f"{DEAF[self._side]}: {reason}; retrying")
            self._stop.wait(RETRY_SECONDS[min(tries, len(RETRY_SECONDS) - 1)])
            tries += 1

    def check(self) -> None:
        """Close a stalled device, and reopen when the default changed. Call once a second from another thread."""
        stream, now = self._stream, self._clock()
        if stream is None:
            return
        if now - self._read_at > STALLED_SECONDS:
            stream.close()
            return
        if self._side is Side.ME and self._zeros and now - self._opened_at > ZEROS_SECONDS:
            self._report(SourceState.LAGGING, MUTED)
        if now - self._checked_at >= DEFAULT_CHECK_SECONDS:
            self._checked_at = now
            default = self._capture.default(self._side)
            if default and default != stream.name:
                self._reopen = True
                stream.close()

    def _listen(self) -> str:
        """Read until the device ends, and return the reason."""
        try:
            stream = self._capture.open(self._side)
        except NoDevice as problem:
            return str(problem)
        self._opened_at = self._read_at = self._checked_at = self._clock()
        self._zeros = True
        self._stream = stream
        try:
            while not self._stop.is_set() and (samples := stream.read()):
                self._read(stream, samples)
            if self._clock() - self._read_at > STALLED_SECONDS:
                return f"the {DEVICE[self._side]} ({stream.name}) sends no sound"
            return stream.end_reason() or f"the {DEVICE[self._side]} ({stream.name}) is gone"
        finally:
            self._stream = None
            stream.close()

    def _read(self, stream: Stream, samples: bytes) -> None:
        self._read_at = self._clock()
        if self._zeros and samples.count(0) != len(samples):
            self._zeros = False
        if not (self._zeros and self._reported == (SourceState.LAGGING, MUTED)):
            self._report(SourceState.LISTENING, f"hearing the {DEVICE[self._side]} ({stream.name})")
        self._on_chunk(Chunk(self._side, samples, self._read_at))

    def _report(self, state: SourceState, message: str) -> None:
        if self._reported != (state, message):
            self._reported = (state, message)
            self._on_message(DeviceMessage(self._side, state, message))
