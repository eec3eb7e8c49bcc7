"""The process that listens: `python -m salesnerd_tui.hearing.voice.child SETTINGS`.

It writes JSON lines (`lines`) on standard output and takes its orders from standard input; when that ends it ends too,
so that nothing listens after the program is gone. Whatever its libraries print goes to the log it was given as standard
error, and nothing of what it heard does.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import time
from pathlib import Path
from threading import Event, Lock, Thread
from typing import TextIO

from msgspec import Struct

from salesnerd_tui.speech.microphone.capture import NoDevice, capture
from salesnerd_tui.speech.microphone.device_reader import DeviceReader
from salesnerd_tui.speech.microphone.models import ModelProblem, speech_model, vad_file
from salesnerd_tui.speech.microphone.modes import SIDES
from salesnerd_tui.speech.microphone.protocol import (
    Heartbeat,
    ListenOrders,
    Message,
    NotALine,
    ReadyMessage,
    RefusedMessage,
    decode_orders,
    encode,
)
from salesnerd_tui.speech.microphone.sound import Chunk
from salesnerd_tui.speech.microphone.worker import Worker

PULSE_SECONDS = 2.0
BACKLOG_SECONDS = 30.0
"""Sound older than this is dropped unheard: after a long stall the present matters more."""

REFUSED_STATUS = 3


class ChildSettings(Struct, frozen=True):
    """How the child begins. Without `recognises` no recogniser is loaded: for voices alone it would be dead weight."""

    recognises: bool = False
    model: str = ""

    def encode(self) -> str:
        return json.dumps({"recognises": self.recognises, "model": self.model})

    @classmethod
    def decode(cls, text: str) -> ChildSettings:
        fields = json.loads(text)
        return cls(bool(fields["recognises"]), str(fields["model"]))


class LineWriter:
    """Writes whole lines from several threads. Whoever does not listen any more ends the process."""

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
    settings = ChildSettings.decode(arguments[0])
    tell = LineWriter(_own_output())
    try:
        worker = _worker(settings, tell)
        sounds = capture()
    except (ModelProblem, NoDevice) as problem:
        tell(RefusedMessage(str(problem)))
        return REFUSED_STATUS
    inbox: queue.SimpleQueue[Chunk | ListenOrders] = queue.SimpleQueue()
    stop = Event()
    readers = [DeviceReader(sounds, side, inbox.put, tell, stop) for side in SIDES]
    Thread(target=_take_orders, args=(sys.stdin, inbox), name="orders", daemon=True).start()
    tell(ReadyMessage())
    for reader in readers:
        reader.start()
    Thread(target=_look, args=(readers, stop), name="looking", daemon=True).start()
    _work(worker, inbox, tell)
    return 0


def _own_output() -> TextIO:
    """Standard output for our lines alone: what a library prints there goes to the log with the rest."""
    mine = os.fdopen(os.dup(1), "w", encoding="ascii", buffering=1)
    os.dup2(2, 1)
    return mine


def _worker(settings: ChildSettings, tell: LineWriter) -> Worker:
    from salesnerd_tui.speech.microphone.recognition import SileroVad, SpeechRecogniser

    own = Path(settings.model).expanduser() if settings.model else None
    file = vad_file(own)
    vads = {side: SileroVad(file) for side in SIDES}
    return Worker(vads, SpeechRecogniser(speech_model(own)) if settings.recognises else None, tell)


def _take_orders(lines: TextIO, inbox: queue.SimpleQueue[Chunk | ListenOrders]) -> None:
    for line in lines:
        try:
            inbox.put(decode_orders(line))
        except NotALine:
            inbox.put(ListenOrders(paused=True))
    os._exit(0)


def _look(readers: list[DeviceReader], stop: Event) -> None:
    while not stop.wait(1.0):
        for reader in readers:
            reader.look()


def _work(worker: Worker, inbox: queue.SimpleQueue[Chunk | ListenOrders], tell: LineWriter) -> None:
    told_at, worst = time.monotonic(), 0.0
    while True:
        now = time.monotonic()
        if now - told_at >= PULSE_SECONDS:
            tell(Heartbeat(round(worst, 2), time.process_time(), _megabytes()))
            told_at, worst = now, 0.0
        try:
            item = inbox.get(timeout=PULSE_SECONDS)
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
    """Resident memory; 0 where the system does not tell without a library."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)
    except (OSError, ValueError, IndexError):
        return 0.0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
