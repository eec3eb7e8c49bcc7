"""The real detectors and recognizer on recorded sound: as fast as possible, without devices."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from salesnerd_tui.call.events import Side
from salesnerd_tui.speech.microphone.capture import CHUNK_BYTES, Chunk, duration_seconds
from salesnerd_tui.speech.microphone.models import SileroVad, SpeechRecognizer, find_speech_model, find_vad_file
from salesnerd_tui.speech.microphone.protocol import SIDES, ListenOrders, Message, WordsMessage
from salesnerd_tui.speech.microphone.worker import Worker


class Listener:
    """Worker with real models and no devices. `at` is the sound heard so far, in seconds."""

    def __init__(self, words: Collection[Side] = SIDES) -> None:
        self.messages: list[Message] = []
        self.at = 0.0
        file = find_vad_file()
        vads = {side: SileroVad(file) for side in SIDES}
        self.worker = Worker(vads, SpeechRecognizer(find_speech_model()), self.messages.append)
        self.worker.apply_orders(ListenOrders(frozenset(words)), 0.0)

    def hear(self, samples: Iterable[bytes], side: Side = Side.ME) -> None:
        """Process one side; the other is not heard at all."""
        for piece in samples:
            self.at += duration_seconds(piece)
            self.worker.process(Chunk(side, piece, self.at))

    def hears_both(self, mine: bytes, theirs: bytes) -> None:
        for begin in range(0, max(len(mine), len(theirs)), CHUNK_BYTES):
            self.at += duration_seconds(bytes(CHUNK_BYTES))
            for side, samples in ((Side.ME, mine), (Side.THEM, theirs)):
                piece = samples[begin : begin + CHUNK_BYTES]
                self.worker.process(Chunk(side, piece + bytes(CHUNK_BYTES - len(piece)), self.at))

    @property
    def words(self) -> list[WordsMessage]:
        return [message for message in self.messages if isinstance(message, WordsMessage)]

    def said(self, side: Side) -> str:
        return " ".join(message.text for message in self.words if message.final and message.side is side)
