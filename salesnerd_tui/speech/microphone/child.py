"""The listening process: `python -m salesnerd_tui.speech.microphone.child SETTINGS`.

It writes messages (`protocol`) to standard output and reads orders from standard input. It ends when standard input
ends, so that nothing listens after the program is gone. Its libraries write to standard error, which is a log file;
what was said is never written there.

Each side's device has a reader. It reopens a device that is lost and follows the default device; each problem is
reported once on one line and retried with growing waits.
"""

from __future__ import annotations

import os
import queue
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event, Lock, Thread
from typing import TextIO

import msgspec

from salesnerd_tui.call.events import Side, SourceState
from salesnerd_tui.speech.microphone.capture import Capture, Chunk, NoDevice, Stream, system_capture
from salesnerd_tui.speech.microphone.models import (
    ModelProblem,
    SileroVad,
    SpeechRecognizer,
    find_speech_model,
    find_vad_file,
)
from salesnerd_tui.speech.microphone.protocol import (
    SIDES,
    ChildSettings,
    DeviceMessage,
    Heartbeat,
    InvalidLine,
    ListenOrders,
    Message,
    ReadyMessage,
    RefusedMessage,
    decode_orders,
    encode,
)
from salesnerd_tui.speech.microphone.worker import Worker

RETRY_SECONDS = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Waits between two tries; the last one repeats. A headset that is plugged in again shows up within a second."""

STALL_TIMEOUT_SECONDS = 5.0
"""Time without any sound data, not even silence, after which a device counts as gone."""

MAX_ZEROS_SECONDS = 10.0
"""Time of zeros after which a microphone counts as muted or blocked: a room is never exactly silent."""

DEFAULT_CHECK_SECONDS = 5.0
"""Interval between two lookups of the default device."""

NOT_HEARING = {Side.ME: "not hearing you", Side.THEM: "not hearing the other side"}
DEVICE_NAMES = {Side.ME: "microphone", Side.THEM: "system output"}
MUTED_MESSAGE = (
    "the microphone sends only zeros: it is muted or blocked (check its switch and the system's privacy settings)"
)
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
        *,
        clock: Clock = time.monotonic,
    ) -> None:
        self._capture, self._side = capture, side
        self._on_chunk, self._on_message = on_chunk, on_message
        self._stop, self._clock = stop, clock
        self._stream: Stream | None = None
        self._last_report: tuple[SourceState, str] | None = None
        self._last_read_at = 0.0
        self._opened_at = 0.0
        self._should_reopen = False
        self._has_only_zeros = True
        self._checked_at = 0.0

    def start(self) -> None:
        Thread(target=self.run, name=f"reading {self._side}", daemon=True).start()

    def run(self) -> None:
        """Open the device, read it to its end, wait and repeat until `stop` is set."""
        attempts = 0
        while not self._stop.is_set():
            started_at = self._clock()
            reason = self._read_device()
            self._on_chunk(Chunk(self._side, b"", self._clock()))
            if self._stop.is_set():
                return
            if self._should_reopen:
                self._should_reopen, attempts = False, 0
                continue
            attempts = 0 if self._clock() - started_at > 2 * RETRY_SECONDS[-1] else attempts
            self._report(SourceState.BROKEN, f"{NOT_HEARING[self._side]}: {reason}; retrying")
            self._stop.wait(RETRY_SECONDS[min(attempts, len(RETRY_SECONDS) - 1)])
            attempts += 1

    def check(self) -> None:
        """Close a stalled device, and reopen when the default changed. Call once a second from another thread."""
        stream, now = self._stream, self._clock()
        if stream is None:
            return
        if now - self._last_read_at > STALL_TIMEOUT_SECONDS:
            stream.close()
            return
        if self._side is Side.ME and self._has_only_zeros and now - self._opened_at > MAX_ZEROS_SECONDS:
            self._report(SourceState.LAGGING, MUTED_MESSAGE)
        if now - self._checked_at >= DEFAULT_CHECK_SECONDS:
            self._checked_at = now
            default = self._capture.default_name(self._side)
            if default and default != stream.name:
                self._should_reopen = True
                stream.close()

    def _read_device(self) -> str:
        """Read until the device ends, and return the reason."""
        try:
            stream = self._capture.open(self._side)
        except NoDevice as problem:
            return str(problem)
        self._opened_at = self._last_read_at = self._checked_at = self._clock()
        self._has_only_zeros = True
        self._stream = stream
        try:
            while not self._stop.is_set() and (samples := stream.read()):
                self._last_read_at = self._clock()
                if self._has_only_zeros and samples.count(0) != len(samples):
                    self._has_only_zeros = False
                if not (self._has_only_zeros and self._last_report == (SourceState.LAGGING, MUTED_MESSAGE)):
                    self._report(SourceState.LISTENING, f"hearing the {DEVICE_NAMES[self._side]} ({stream.name})")
                self._on_chunk(Chunk(self._side, samples, self._last_read_at))
            if self._clock() - self._last_read_at > STALL_TIMEOUT_SECONDS:
                return f"the {DEVICE_NAMES[self._side]} ({stream.name}) sends no sound"
            return stream.end_reason() or f"the {DEVICE_NAMES[self._side]} ({stream.name}) is gone"
        finally:
            self._stream = None
            stream.close()

    def _report(self, state: SourceState, message: str) -> None:
        if self._last_report != (state, message):
            self._last_report = (state, message)
            self._on_message(DeviceMessage(self._side, state, message))


HEARTBEAT_SECONDS = 2.0
MAX_BACKLOG_SECONDS = 30.0
"""Age from which sound is dropped: after a long stall, the present matters more."""

REFUSED_STATUS = 3


class LineWriter:
    """Writer of whole lines, safe to call from several threads. Ends the process when the reader is gone."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._lock = Lock()

    def __call__(self, message: Message) -> None:
        try:
            with self._lock:
                self._out.write(encode(message, time.monotonic()) + "\n")
                self._out.flush()
        except (BrokenPipeError, ValueError):
            os._exit(0)


def main(arguments: list[str]) -> int:
    """Listen until standard input ends. Returns the exit status; `REFUSED_STATUS` without a model or a microphone."""
    settings = msgspec.json.decode(arguments[0], type=ChildSettings)
    send = LineWriter(_reserve_output())
    try:
        worker = _load_worker(settings, send)
        capture = system_capture()
    except (ModelProblem, NoDevice) as problem:
        send(RefusedMessage(str(problem)))
        return REFUSED_STATUS
    inbox: queue.SimpleQueue[Chunk | ListenOrders] = queue.SimpleQueue()
    stop = Event()
    readers = [DeviceReader(capture, side, inbox.put, send, stop) for side in SIDES]
    Thread(target=_take_orders, args=(sys.stdin, inbox), name="orders", daemon=True).start()
    send(ReadyMessage())
    for reader in readers:
        reader.start()
    Thread(target=_check_devices, args=(readers, stop), name="devices", daemon=True).start()
    _process_sound(worker, inbox, send)
    return 0


def _reserve_output() -> TextIO:
    """Return standard output, reserved for messages; what a library prints there goes to the log instead."""
    output = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)
    return output


def _load_worker(settings: ChildSettings, send: LineWriter) -> Worker:
    user_folder = Path(settings.model).expanduser() if settings.model else None
    file = find_vad_file(user_folder)
    vads = {side: SileroVad(file) for side in SIDES}
    return Worker(vads, SpeechRecognizer(find_speech_model(user_folder)) if settings.recognizes else None, send)


def _take_orders(lines: TextIO, inbox: queue.SimpleQueue[Chunk | ListenOrders]) -> None:
    for line in lines:
        try:
            inbox.put(decode_orders(line))
        except InvalidLine:
            inbox.put(ListenOrders(frozenset(), paused=True))
    os._exit(0)


def _check_devices(readers: list[DeviceReader], stop: Event) -> None:
    while not stop.wait(1.0):
        for reader in readers:
            reader.check()


def _process_sound(worker: Worker, inbox: queue.SimpleQueue[Chunk | ListenOrders], send: LineWriter) -> None:
    reported_at, max_delay = time.monotonic(), 0.0
    while True:
        now = time.monotonic()
        if now - reported_at >= HEARTBEAT_SECONDS:
            send(Heartbeat(round(max_delay, 2), time.process_time(), _megabytes()))
            reported_at, max_delay = now, 0.0
        try:
            item = inbox.get(timeout=HEARTBEAT_SECONDS)
        except queue.Empty:
            continue
        now = time.monotonic()
        if isinstance(item, ListenOrders):
            worker.apply_orders(item, now)
            continue
        behind = now - item.until
        max_delay = max(max_delay, behind)
        worker.process(Chunk(item.side, b"", now) if behind > MAX_BACKLOG_SECONDS else item, behind)


def _megabytes() -> float:
    """Return resident megabytes; 0 where `/proc` does not exist."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)
    except (OSError, ValueError, IndexError):
        return 0.0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
