"""Fakes for the microphone tests: sound with a known level, a detector and a recognizer."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from salesnerd_tui.call.events import Side
from salesnerd_tui.speech.microphone.capture import CHUNK_SECONDS, RATE, Chunk
from salesnerd_tui.speech.microphone.protocol import EchoMessage, FloorMessage, ListenOrders, Message, WordsMessage
from salesnerd_tui.speech.microphone.worker import CLOSE_SECONDS, FRAME_SECONDS, OPEN_SECONDS, Worker

LOUD, SOFT = 8000, 1000
"""Sample values of a near voice, and of the same voice from across the room."""


def sound(level: int, seconds: float = CHUNK_SECONDS) -> bytes:
    return array("h", [level, -level] * round(seconds * RATE / 2)).tobytes()


class LevelVad:
    """Detector with the delays of the real one; any sound that is not silent is speech."""

    def __init__(self) -> None:
        self._is_speech = False
        self._changing_seconds = 0.0

    def is_speech(self, frame: bytes) -> bool:
        if any(frame) is not self._is_speech:
            self._changing_seconds += FRAME_SECONDS
            if self._changing_seconds >= (CLOSE_SECONDS if self._is_speech else OPEN_SECONDS):
                self._is_speech, self._changing_seconds = not self._is_speech, 0.0
        else:
            self._changing_seconds = 0.0
        return self._is_speech

    def reset(self) -> None:
        self._is_speech, self._changing_seconds = False, 0.0


@dataclass
class FakeRecognizer:
    """Recognizer that returns scripted text and records the sound it was given."""

    transcribe: Callable[[bytes], str] = lambda samples: "these are words of mine"
    received: list[bytes] = field(default_factory=list)

    def recognize(self, samples: bytes) -> str:
        self.received.append(samples)
        return self.transcribe(samples)


class Room:
    """A worker with two streams; time passes only as sound is heard."""

    def __init__(
        self, words: Iterable[Side] = (), recognizer: FakeRecognizer | None = None, recognizes: bool = True
    ) -> None:
        self.messages: list[Message] = []
        self.recognizer = recognizer or FakeRecognizer()
        vads = {Side.ME: LevelVad(), Side.THEM: LevelVad()}
        self.worker = Worker(vads, self.recognizer if recognizes else None, self.messages.append)
        self.at = 0.0
        self.worker.apply_orders(ListenOrders(frozenset(words)), 0.0)

    def hear(self, seconds: float, me: int = 0, them: int = 0, behind: float = 0.0) -> Room:
        for _ in range(round(seconds / CHUNK_SECONDS)):
            self.at += CHUNK_SECONDS
            self.worker.process(Chunk(Side.ME, sound(me), self.at), behind)
            self.worker.process(Chunk(Side.THEM, sound(them), self.at), behind)
        return self

    def speak(self, seconds: float, me: int = 0, them: int = 0) -> Room:
        """Speak, then stay silent long enough to have finished."""
        return self.hear(seconds, me, them).hear(1.0)

    def allow(self, *words: Side, paused: bool = False) -> Room:
        self.worker.apply_orders(ListenOrders(frozenset(words), paused), self.at)
        return self

    @property
    def floors(self) -> list[Side]:
        return [message.side for message in self.messages if isinstance(message, FloorMessage)]

    @property
    def words(self) -> list[WordsMessage]:
        return [message for message in self.messages if isinstance(message, WordsMessage)]

    @property
    def finals(self) -> list[tuple[Side, str]]:
        return [(message.side, message.text) for message in self.words if message.final]

    @property
    def echoes(self) -> int:
        return sum(isinstance(message, EchoMessage) for message in self.messages)
