"""Events and state messages of a live transcript, shared by a followed file and a pipe.

Caption times are aligned with the call's clock. A captions file counts from the start of the meeting, a pipe has no
times at all, and the call's clock starts with a key press. The smallest recent delay between a caption's end and its
arrival is the difference of the two clocks; a caption that arrives later than that is late.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.call.events import Heard, SourceState
from salesnerd_tui.speech.growing_transcript import GrowingTranscript
from salesnerd_tui.speech.source import INSTEAD, LAG_SECONDS, CallClock, Emit, Source, changed
from salesnerd_tui.speech.transcripts.model import Piece, spoken_seconds
from salesnerd_tui.speech.transcripts.speakers import NAME_LIMIT
from salesnerd_tui.speech.utterances import Chunker

if TYPE_CHECKING:
    from salesnerd_tui.speech.deduplicator import UtteranceChange
    from salesnerd_tui.speech.sides import Sides


SETTLED_SECONDS = 1.0
"""Real seconds without a change after which an unfinished utterance counts as complete."""

QUIET_SECONDS = 40.0
"""Real seconds without a word after which the user is warned; people are rarely silent for so long."""


class LiveSpeech:
    """Emits the utterances of one live source, and reports its state only when it changes.

    `now` returns real seconds, to measure for how long nothing was read.
    """

    def __init__(
        self, source: Source, sides: Sides, emit: Emit, clock: CallClock, now: Callable[[], float] = time.monotonic
    ) -> None:
        self.transcript = GrowingTranscript()
        self._source = source
        self._sides = sides
        self._emit = emit
        self._clock = clock
        self._now = now
        self._changed_at = now()
        self._is_settled = True
        self._alignment = ClockAlignment()
        self._chunker = Chunker()
        self._late_in_a_row = 0
        self._state: tuple[SourceState, str] | None = None
        self._has_lost_lines = False
        self._open: dict[int, Heard] = {}
        """The last partial of each utterance without its final."""
        self._unheard: set[int] = set()
        """Utterances that continued while the call was paused."""

    def take(self, changes: Iterable[UtteranceChange]) -> None:
        """Emit what was read just now, and report once if more than a few lines were not understood."""
        self._changed_at, self._is_settled = self._now(), False
        self._hear(changes)
        problem = self.transcript.not_understood
        if problem and not self._has_lost_lines:
            self._has_lost_lines = True
            self.report(SourceState.LAGGING, f"{self._source.name}, {problem}", "lost")

    def wait(self) -> None:
        """Complete open utterances if nothing was read for a while, and report when that is unusually long."""
        quiet = self._now() - self._changed_at
        if not self._is_settled and quiet >= SETTLED_SECONDS:
            self._is_settled = True
            self._hear(self.transcript.settle())
        if quiet >= QUIET_SECONDS:
            message = f"{self._source.name} stopped growing {quiet:.0f} s ago: not hearing the call; {INSTEAD}"
            self.report(SourceState.LAGGING, message, "quiet", quiet)

    def _hear(self, changes: Iterable[UtteranceChange]) -> None:
        """Emit changes. While the call is paused nothing is emitted, so nothing can be stored.

        An utterance that continues in a pause ends with what was heard before it.
        """
        if self._clock.paused:
            self._unheard.update(change.number for change in changes)
            return
        for number in self._unheard & self._open.keys():
            self._emit_chunks(replace(self._open.pop(number), at=self._clock(), final=True))
        late = None
        for change in changes:
            if change.number in self._unheard:
                continue
            now = self._clock()
            piece = change.piece
            placed = self._alignment.place(change.number, piece, change.final, now)
            speaker = " ".join(piece.speaker.split())[:NAME_LIMIT]
            side = self._sides.side(speaker)
            heard = Heard(
                now, side, speaker, placed.start, placed.end, piece.text, change.final, utterance=change.number
            )
            self._emit_chunks(heard)
            if change.final:
                self._open.pop(change.number, None)
            else:
                self._open[change.number] = heard
            late = placed.late_seconds
        if late is not None:
            self._report_lag(late)

    def _emit_chunks(self, heard: Heard) -> None:
        for chunk in self._chunker.split(heard):
            self._emit(chunk)

    def _report_lag(self, late: float) -> None:
        """Report a lag after two late captions in a row; a single one is chance."""
        if late <= LAG_SECONDS:
            self._late_in_a_row = 0
            self.report(SourceState.LISTENING, f"hearing {self._source.name}", "hearing")
            return
        self._late_in_a_row += 1
        if self._late_in_a_row > 1:
            self.report(SourceState.LAGGING, f"{self._source.name} is {late:.0f} s behind the call", "late", late)

    def report_binary(self) -> bool:
        """Report if the source is not text, and return whether it is not."""
        if problem := self.transcript.not_text:
            message = f"{self._source.name}: {problem}: not hearing the call; {INSTEAD}"
            self.report(SourceState.BROKEN, message, "not text")
        return bool(problem)

    def report_readable(self) -> None:
        """Report that the source can be read again."""
        if self._state is None or self._state[0] is SourceState.BROKEN:
            self.report(SourceState.LISTENING, f"listening to {self._source.name}", "hearing")

    def report(self, state: SourceState, message: str, reason: str, behind: float = 0.0) -> None:
        """Emit a change of state; the same state and reason in a row is emitted once."""
        if self._state != (state, reason):
            self._state = (state, reason)
            self._emit(changed(self._source, self._clock, state, message, behind))


RECENT_CAPTIONS = 40
"""Captions among which the smallest delay counts: a few minutes, so that a pause or a wrong time drops out."""


class AlignedTime(Struct, frozen=True):
    """Call seconds of an utterance, and its delay compared with the others."""

    start: float
    end: float
    late_seconds: float


class ClockAlignment:
    """Aligns the pieces of one source in order."""

    def __init__(self) -> None:
        self._delays: deque[float] = deque(maxlen=RECENT_CAPTIONS)
        self._starts: dict[int, float] = {}
        self._last_end = 0.0

    def place(self, number: int, piece: Piece, final: bool, now: float) -> AlignedTime:
        """Return the time of the utterance `number`, which was read at `now` (call seconds)."""
        placed = self._by_time(piece, now) if piece.start is not None else self._by_words(number, piece, now)
        if final:
            self._starts.pop(number, None)
            self._last_end = max(self._last_end, placed.end)
        return placed

    def _by_time(self, piece: Piece, now: float) -> AlignedTime:
        start = piece.start or 0.0
        end = piece.end if piece.end is not None and piece.end >= start else start + spoken_seconds(piece.text)
        delay = now - end
        self._delays.append(delay)
        difference = min(self._delays)
        begin = min(max(0.0, start + difference), now)
        return AlignedTime(begin, min(max(begin, end + difference), now), delay - difference)

    def _by_words(self, number: int, piece: Piece, now: float) -> AlignedTime:
        """Assume that a piece without a time was said just now; its start stays where it was first heard."""
        estimate = max(min(self._last_end, now), now - spoken_seconds(piece.text))
        start = self._starts.setdefault(number, estimate)
        return AlignedTime(min(start, estimate), now, 0.0)
