"""Sound in, messages out: who talks, and the words of those whose words may be written down.

One worker for both sides and one recogniser between them: two would cost the memory twice, and people take turns.
It reads no clock and no device; a test feeds it chunks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import count
from typing import Protocol

from salesnerd_tui.call.events import Side
from salesnerd_tui.speech.microphone.echo import TheirWords, is_theirs_by_level
from salesnerd_tui.speech.microphone.modes import SIDES
from salesnerd_tui.speech.microphone.protocol import EchoMessage, FloorMessage, ListenOrders, Message, WordsMessage
from salesnerd_tui.speech.microphone.segments import Segment, SegmentChange, Segmenter, Vad
from salesnerd_tui.speech.microphone.sound import RATE, SAMPLE_BYTES, Chunk
from salesnerd_tui.speech.microphone.transcript_filter import believed, settled

PARTIAL_SECONDS = 2.0
"""Between two partials of a segment: a tap must not wait for the end of a monologue, and each costs a decoding."""

PAUSE_SECONDS = 0.15
PAUSE_DB = 15.0
"""So much quieter than the stretch it is in, a moment is a pause."""

SILENCE = bytes(int(0.5 * RATE) * SAMPLE_BYTES)
"""Follows every stretch that is written down. Cut off in the middle of a voice, the model says the last clause over
and over to its end; with half a second of silence it stops where the voice does."""

BEHIND_SECONDS = 0.6
"""From here on partials are left out, so that the segments' ends are not late as well."""


class Recogniser(Protocol):
    def text(self, samples: bytes) -> str:
        """What is said there, as the model writes it."""


class Worker:
    """Tells what it hears with `tell`. Without a recogniser it hears voices only, whatever it is ordered."""

    def __init__(
        self, vads: Mapping[Side, Vad], recogniser: Recogniser | None, tell: Callable[[Message], None]
    ) -> None:
        numbers = count()
        self._recogniser = recogniser
        self._tell = tell
        self._orders = ListenOrders()
        self._ears = {side: Segmenter(vads[side], numbers, self._worded(side)) for side in SIDES}
        self._holder = Side.NOBODY
        self._theirs = TheirWords()

    def order(self, orders: ListenOrders, at: float) -> None:
        """What is allowed from now on. A stretch of speech that began without leave stays without words."""
        self._orders = orders
        for side, ear in self._ears.items():
            if ear.open is not None and side not in orders.words:
                ear.open.worded = False
            if orders.paused:
                ear.forget()
        if orders.paused:
            self._mind_floor(at)

    def take(self, chunk: Chunk, behind: float = 0.0) -> None:
        """A little more sound. `behind` is how many seconds ago it sounded."""
        if self._orders.paused:
            return
        ear = self._ears[chunk.side]
        changes = ear.take(chunk.samples, chunk.until) if chunk.samples else ear.gap()
        self._changed(chunk.side, changes, chunk.until)
        if behind < BEHIND_SECONDS:
            self._mind_partial(chunk.side)

    def _worded(self, side: Side) -> Callable[[], bool]:
        return lambda: side in self._orders.words

    def _changed(self, side: Side, changes: Iterable[tuple[SegmentChange, Segment]], at: float) -> None:
        for change, segment in changes:
            self._mind_floor(at)
            if change is not SegmentChange.OPENED:
                self._finish(side, segment)

    def _mind_floor(self, at: float) -> None:
        """Whoever talks first holds the floor until silent; a word thrown in does not take it."""
        talking = [side for side in SIDES if self._talks(side, at)]
        if self._holder not in talking:
            holder = talking[0] if talking else Side.NOBODY
            if holder is not self._holder:
                self._holder = holder
                self._tell(FloorMessage(holder, at))

    def _talks(self, side: Side, at: float) -> bool:
        segment = self._ears[side].open
        return segment is not None and not (side is Side.ME and self._is_echo(segment.start, at))

    def _is_echo(self, start: float, end: float) -> bool:
        mine, theirs = (self._ears[side].levels.between(start, end) for side in SIDES)
        return is_theirs_by_level(mine, theirs)

    def _mind_partial(self, side: Side) -> None:
        segment = self._ears[side].open
        if segment is None or not segment.worded or self._recogniser is None:
            return
        if segment.end - max(segment.start, segment.told_until) < PARTIAL_SECONDS:
            return
        if self._pauses(side, segment):
            return
        segment.told_until = segment.end
        if side is Side.ME and self._is_echo(segment.start, segment.end):
            return
        self._tell_words(side, segment, final=False)

    def _pauses(self, side: Side, segment: Segment) -> bool:
        """Silent for a moment: most likely the segment closes and is decoded anyway."""
        levels, end = self._ears[side].levels, segment.end
        return levels.between(end - PAUSE_SECONDS, end) < levels.between(segment.start, end) - PAUSE_DB

    def _finish(self, side: Side, segment: Segment) -> None:
        if not segment.worded or self._recogniser is None:
            return
        if side is Side.ME and self._is_echo(segment.start, segment.end):
            self._tell(EchoMessage(segment.end))
            return
        self._tell_words(side, segment, final=True)

    def _tell_words(self, side: Side, segment: Segment, *, final: bool) -> None:
        written = self._recogniser.text(segment.samples + SILENCE) if self._recogniser is not None else ""
        text = believed(written) if final else settled(written)
        if not text:
            return
        if side is Side.THEM:
            self._theirs.said(segment.number, segment.start, segment.end, text)
        elif self._is_said_by_them(segment, text):
            if final:
                self._tell(EchoMessage(segment.end))
            return
        self._tell(WordsMessage(side, segment.number, segment.start, segment.end, text, final))

    def _is_said_by_them(self, segment: Segment, text: str) -> bool:
        """What they are saying at this moment has to be written first, to be compared with."""
        theirs = self._ears[Side.THEM].open
        if theirs is not None and theirs.worded and theirs.start < segment.end:
            theirs.told_until = theirs.end
            self._tell_words(Side.THEM, theirs, final=False)
        return self._theirs.hold(segment.start, segment.end, text)
