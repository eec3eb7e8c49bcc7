"""What a followed file and a pipe share: from what was read to the events of a call, and what is said about it."""

from __future__ import annotations

from collections.abc import Iterable

from salesnerd_tui.call.events import Heard, SourceState
from salesnerd_tui.hearing.clock import CallClock
from salesnerd_tui.hearing.formats.speakers import NAME_LIMIT
from salesnerd_tui.hearing.ledger import Change
from salesnerd_tui.hearing.placing import Placing
from salesnerd_tui.hearing.portions import Portions
from salesnerd_tui.hearing.sides import Sides
from salesnerd_tui.hearing.source import INSTEAD, LAG_SECONDS, Emit, Source, changed

SETTLED_SECONDS = 1.0
"""Real seconds without a change after which an unfinished utterance is taken as complete."""

QUIET_SECONDS = 40.0
"""Real seconds without a word after which the person is told; people are rarely silent for so long."""


class Voice:
    """Gives the events of one live source, and tells its state only when it changes."""

    def __init__(self, source: Source, sides: Sides, emit: Emit, clock: CallClock) -> None:
        self._source = source
        self._sides = sides
        self._emit = emit
        self._clock = clock
        self._placing = Placing()
        self._portions = Portions()
        self._late_in_a_row = 0
        self._state: tuple[SourceState, str] | None = None
        self._not_understood = False

    def hear(self, changes: Iterable[Change]) -> None:
        """Emit what was read just now. While the call is paused nothing is heard, and so nothing can be kept."""
        if self._clock.paused:
            return
        late = None
        for change in changes:
            now = self._clock()
            piece = change.piece
            placed = self._placing.place(change.number, piece, change.final, now)
            speaker = " ".join(piece.speaker.split())[:NAME_LIMIT]
            side = self._sides.side(speaker)
            heard = Heard(
                now, side, speaker, placed.start, placed.end, piece.text, change.final, utterance=change.number
            )
            for portion in self._portions.of(heard):
                self._emit(portion)
            late = placed.late_seconds
        if late is not None:
            self._mind_lag(late)

    def _mind_lag(self, late: float) -> None:
        """One late caption is chance; two in a row are told."""
        if late <= LAG_SECONDS:
            self._late_in_a_row = 0
            self.tell(SourceState.LISTENING, f"hearing {self._source.name}", "hearing")
            return
        self._late_in_a_row += 1
        if self._late_in_a_row > 1:
            self.tell(SourceState.LAGGING, f"{self._source.name} is {late:.0f} s behind the call", "late", late)

    def mind_lost(self, sentence: str) -> None:
        """Report once that lines were not understood; `sentence` is empty as long as they are only a few."""
        if sentence and not self._not_understood:
            self._not_understood = True
            self.tell(SourceState.LAGGING, f"{self._source.name}, {sentence.rstrip('.')}", "lost")

    def mind_binary(self, sentence: str) -> bool:
        """Report that the bytes are no text, so that nothing can be heard; `sentence` is empty where they are text."""
        if sentence:
            told = f"{self._source.name}: {sentence.rstrip('.')}: not hearing the call; {INSTEAD}"
            self.tell(SourceState.BROKEN, told, "not text")
        return bool(sentence)

    def readable(self) -> None:
        """It can be read again after it could not."""
        if self._state is None or self._state[0] is SourceState.BROKEN:
            self.tell(SourceState.LISTENING, f"listening to {self._source.name}", "hearing")

    def quiet(self, seconds: float) -> None:
        """Nothing was read for so long."""
        if seconds >= QUIET_SECONDS:
            told = f"{self._source.name} stopped growing {seconds:.0f} s ago: not hearing the call; {INSTEAD}"
            self.tell(SourceState.LAGGING, told, "quiet", seconds)

    def tell(self, state: SourceState, told: str, why: str, behind: float = 0.0) -> None:
        """Emit a change of state, once for each `why` in a row."""
        if self._state != (state, why):
            self._state = (state, why)
            self._emit(changed(self._source, self._clock, state, told, behind))
