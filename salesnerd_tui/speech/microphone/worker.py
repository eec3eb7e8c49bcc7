"""Worker that turns sound into messages: who talks, and the words of the sides that may be transcribed.

One worker and one recognizer serve both sides: two would double the memory, and people take turns. It reads no clock
and no device.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import count
from typing import Protocol

from salesnerd_tui.call.events import Side
from salesnerd_tui.speech.microphone.echo import BuyerWords, is_echo_by_level
from salesnerd_tui.speech.microphone.protocol import EchoMessage, FloorMessage, ListenOrders, Message, WordsMessage
from salesnerd_tui.speech.microphone.segments import Segment, SegmentChange, Segmenter, Vad
from salesnerd_tui.speech.microphone.sound import RATE, SAMPLE_BYTES, Chunk
from salesnerd_tui.speech.microphone.transcript_filter import plausible_text, stable_text
from salesnerd_tui.speech.microphone.voice_mode import SIDES

PARTIAL_SECONDS = 2.0
"""Interval of partials: a tap must not wait for the end of a monologue, and each partial costs a decoding."""

PAUSE_SECONDS = 0.15
PAUSE_DB = 15.0
"""Margin by which a pause is quieter than its segment."""

SILENCE = bytes(int(0.5 * RATE) * SAMPLE_BYTES)
"""Appended to every segment before recognition: without it, models repeat the last clause of an unfinished sentence."""

BEHIND_SECONDS = 0.6
"""Delay from which partials are skipped, so that final texts are not late as well."""


class Recognizer(Protocol):
    """Speech recognizer."""

    def text(self, samples: bytes) -> str:
        """Return what is said, as the model writes it."""


class Worker:
    """Passes messages to `on_message`. Without a recognizer it detects voices only, whatever the orders say."""

    def __init__(
        self, vads: Mapping[Side, Vad], recognizer: Recognizer | None, on_message: Callable[[Message], None]
    ) -> None:
        numbers = count()
        self._recognizer = recognizer
        self._on_message = on_message
        self._orders = ListenOrders(frozenset())
        self._segmenters = {side: Segmenter(vads[side], numbers, self._may_transcribe(side)) for side in SIDES}
        self._holder = Side.NOBODY
        self._buyer_words = BuyerWords()

    def order(self, orders: ListenOrders, at: float) -> None:
        """Apply new orders. A segment that began without permission is never transcribed."""
        self._orders = orders
        for side, segmenter in self._segmenters.items():
            if segmenter.open is not None and side not in orders.words:
                segmenter.open.transcribed = False
            if orders.paused:
                segmenter.discard()
        if orders.paused:
            self._update_floor(at)

    def take(self, chunk: Chunk, behind: float = 0.0) -> None:
        """Process more sound, which is `behind` seconds old."""
        if self._orders.paused:
            return
        segmenter = self._segmenters[chunk.side]
        changes = segmenter.take(chunk.samples, chunk.until) if chunk.samples else segmenter.gap()
        self._handle(chunk.side, changes, chunk.until)
        if behind < BEHIND_SECONDS:
            self._send_partial(chunk.side)

    def _may_transcribe(self, side: Side) -> Callable[[], bool]:
        return lambda: side in self._orders.words

    def _handle(self, side: Side, changes: Iterable[tuple[SegmentChange, Segment]], at: float) -> None:
        for change, segment in changes:
            self._update_floor(at)
            if change is not SegmentChange.OPENED:
                self._finish(side, segment)

    def _update_floor(self, at: float) -> None:
        """Report the floor: the side that talks first holds it until silent; an interjection does not take it."""
        talking = [side for side in SIDES if self._talks(side, at)]
        if self._holder not in talking:
            holder = talking[0] if talking else Side.NOBODY
            if holder is not self._holder:
                self._holder = holder
                self._on_message(FloorMessage(holder, at))

    def _talks(self, side: Side, at: float) -> bool:
        segment = self._segmenters[side].open
        return segment is not None and not (side is Side.ME and self._is_echo(segment.start, at))

    def _is_echo(self, start: float, end: float) -> bool:
        user, buyer = (self._segmenters[side].levels.between(start, end) for side in SIDES)
        return is_echo_by_level(user, buyer)

    def _send_partial(self, side: Side) -> None:
        segment = self._segmenters[side].open
        if segment is None or not segment.transcribed or self._recognizer is None:
            return
        if segment.end - max(segment.start, segment.decoded_until) < PARTIAL_SECONDS:
            return
        if self._is_pausing(side, segment):
            return
        segment.decoded_until = segment.end
        if side is Side.ME and self._is_echo(segment.start, segment.end):
            return
        self._send_words(side, segment, final=False)

    def _is_pausing(self, side: Side, segment: Segment) -> bool:
        """Return whether a segment is silent right now: it probably closes and is decoded anyway."""
        levels, end = self._segmenters[side].levels, segment.end
        return levels.between(end - PAUSE_SECONDS, end) < levels.between(segment.start, end) - PAUSE_DB

    def _finish(self, side: Side, segment: Segment) -> None:
        if not segment.transcribed or self._recognizer is None:
            return
        if side is Side.ME and self._is_echo(segment.start, segment.end):
            self._on_message(EchoMessage(segment.end))
            return
        self._send_words(side, segment, final=True)

    def _send_words(self, side: Side, segment: Segment, *, final: bool) -> None:
        recognized = self._recognizer.text(segment.samples + SILENCE) if self._recognizer is not None else ""
        text = plausible_text(recognized) if final else stable_text(recognized)
        if not text:
            return
        if side is Side.THEM:
            self._buyer_words.add(segment.number, segment.start, segment.end, text)
        elif self._is_said_by_them(segment, text):
            if final:
                self._on_message(EchoMessage(segment.end))
            return
        self._on_message(WordsMessage(side, segment.number, segment.start, segment.end, text, final))

    def _is_said_by_them(self, segment: Segment, text: str) -> bool:
        """Return whether the words are the buyer's. Recognizes the buyer's open segment first, to compare with it."""
        theirs = self._segmenters[Side.THEM].open
        if theirs is not None and theirs.transcribed and theirs.start < segment.end:
            theirs.decoded_until = theirs.end
            self._send_words(Side.THEM, theirs, final=False)
        return self._buyer_words.contain(segment.start, segment.end, text)
