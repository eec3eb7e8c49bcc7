"""Keeps one side's device open: reads it, notices when it is lost, another one is chosen or it falls silent.

Whatever happens is told once in a line, and tried again, after a longer while each time.
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
"""Waits between two tries; the last one is repeated. A headset that is plugged in again is there within a second."""

STALLED_SECONDS = 5.0
"""A device that gives nothing, not even silence, for so long is not there any more, whatever its server says."""

ZEROS_SECONDS = 10.0
"""A microphone in a room is never exactly silent: nothing but zeros since it was opened means muted or forbidden."""

LOOK_SECONDS = 5.0
"""How often the default device is looked up."""

DEAF = {Side.ME: "not hearing you", Side.THEM: "not hearing the other side"}
DEVICE = {Side.ME: "microphone", Side.THEM: "system's output"}
MUTED = "the microphone gives only zeros: muted, or the system does not permit it to be heard"
Clock = Callable[[], float]


class DeviceReader:
    """Gives the chunks of one side to `give` and its news to `tell`, from a thread of its own."""

    def __init__(
        self,
        capture: Capture,
        side: Side,
        give: Callable[[Chunk], None],
        tell: Callable[[Message], None],
        stop: Event,
        clock: Clock = time.monotonic,
    ) -> None:
        self._capture, self._side = capture, side
        self._give, self._tell = give, tell
        self._stop, self._clock = stop, clock
        self._stream: Stream | None = None
        self._told: tuple[SourceState, str] | None = None
        self._read_at = 0.0
        self._opened_at = 0.0
        self._reopen = ""
        self._zeros = True
        self._looked_at = 0.0

    def start(self) -> None:
        Thread(target=self.run, name=f"reading {self._side}", daemon=True).start()

    def run(self) -> None:
        """Until `stop`: open, read to the end, wait, again."""
        tries = 0
        while not self._stop.is_set():
            before = self._clock()
            why = self._listen()
            self._give(Chunk(self._side, b"", self._clock()))
            if self._stop.is_set():
                return
            if self._reopen:
                self._reopen, tries = "", 0
                continue
            tries = 0 if self._clock() - before > 2 * RETRY_SECONDS[-1] else tries
            self._say(SourceState.BROKEN, f"{DEAF[self._side]}: {why}; trying again")
            self._stop.wait(RETRY_SECONDS[min(tries, len(RETRY_SECONDS) - 1)])
            tries += 1

    def look(self) -> None:
        """From another thread, now and then: a stalled device is let go, another default is taken."""
        stream, now = self._stream, self._clock()
        if stream is None:
            return
        if now - self._read_at > STALLED_SECONDS:
            stream.close()
            return
        if self._side is Side.ME and self._zeros and now - self._opened_at > ZEROS_SECONDS:
            self._say(SourceState.LAGGING, MUTED)
        if now - self._looked_at >= LOOK_SECONDS:
            self._looked_at = now
            wanted = self._capture.default(self._side)
            if wanted and wanted != stream.name:
                self._reopen = wanted
                stream.close()

    def _listen(self) -> str:
        """Read until the device ends. Gives why."""
        try:
            stream = self._capture.open(self._side)
        except NoDevice as problem:
            return str(problem)
        self._opened_at = self._read_at = self._looked_at = self._clock()
        self._zeros = True
        self._stream = stream
        try:
            while not self._stop.is_set() and (samples := stream.read()):
                self._read(stream, samples)
            if self._clock() - self._read_at > STALLED_SECONDS:
                return f"the {DEVICE[self._side]} ({stream.name}) gives no sound"
            return stream.why() or f"the {DEVICE[self._side]} ({stream.name}) is gone"
        finally:
            self._stream = None
            stream.close()

    def _read(self, stream: Stream, samples: bytes) -> None:
        self._read_at = self._clock()
        if self._zeros and samples.count(0) != len(samples):
            self._zeros = False
        if not (self._zeros and self._told == (SourceState.LAGGING, MUTED)):
            self._say(SourceState.LISTENING, f"hearing the {DEVICE[self._side]} ({stream.name})")
        self._give(Chunk(self._side, samples, self._read_at))

    def _say(self, state: SourceState, told: str) -> None:
        if self._told != (state, told):
            self._told = (state, told)
            self._tell(DeviceMessage(self._side, state, told))
