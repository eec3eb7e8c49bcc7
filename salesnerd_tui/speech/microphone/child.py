"""The listening process: `python -m salesnerd_tui.speech.microphone.child SETTINGS`.

It writes messages (`protocol`) to standard output and reads orders from standard input. It ends when standard input
ends, so that nothing listens after the program is gone. Output of its libraries goes to standard error, which is a log
file; nothing that was said does.
"""

from __future__ import annotations

import os
import queue
import sys
import time
from pathlib import Path
from threading import Event, Lock, Thread
from typing import TextIO

from salesnerd_tui.speech.microphone.capture import NoDevice
from salesnerd_tui.speech.microphone.device_reader import DeviceReader
from salesnerd_tui.speech.microphone.devices import system_capture
from salesnerd_tui.speech.microphone.models import ModelProblem, speech_model, vad_file
from salesnerd_tui.speech.microphone.protocol import (
    ChildSettings,
    Heartbeat,
    InvalidLine,
    ListenOrders,
    Message,
    ReadyMessage,
    RefusedMessage,
    decode_orders,
    decode_settings,
    encode,
)
from salesnerd_tui.speech.microphone.sound import Chunk
from salesnerd_tui.speech.microphone.voice_mode import SIDES
from salesnerd_tui.speech.microphone.worker import Worker

HEARTBEAT_SECONDS = 2.0
BACKLOG_SECONDS = 30.0
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
    settings = decode_settings(arguments[0])
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
    from salesnerd_tui.speech.microphone.recognition import SileroVad, SpeechRecognizer  # tests run without the extra

    own = Path(settings.model).expanduser() if settings.model else None
    file = vad_file(own)
    vads = {side: SileroVad(file) for side in SIDES}
    return Worker(vads, SpeechRecognizer(speech_model(own)) if settings.recognizes else None, send)


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
    reported_at, worst = time.monotonic(), 0.0
    while True:
        now = time.monotonic()
        if now - reported_at >= HEARTBEAT_SECONDS:
            send(Heartbeat(round(worst, 2), time.process_time(), _megabytes()))
            reported_at, worst = now, 0.0
        try:
            item = inbox.get(timeout=HEARTBEAT_SECONDS)
        except queue.Empty:
            continue
        now = time.monotonic()
        if isinstance(item, ListenOrders):
            worker.order(item, now)
            continue
        behind = now - item.until
        worst = max(worst, behind)
        worker.take(Chunk(item.side, b"", now) if behind > BACKLOG_SECONDS else item, behind)


def _megabytes() -> float:
    """Return resident megabytes; 0 where `/proc` does not exist."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)
    except (OSError, ValueError, IndexError):
        return 0.0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
