"""Where on the call's clock something was said that was only now read.

A captions file counts from the start of the meeting, a pipe from nothing at all; the call's clock began when the person
pressed a key. The least delay seen lately between a caption's end and its arrival is taken for the difference of the
two clocks; what comes later than that is late.

A very long utterance in portions, so that no event costs more than a few minutes of talk.

Speech comes in turns of a hundred words. A pasted page, a file without line ends or a recogniser that never ends its
utterance come in one of a million characters, and whoever hears it would stand still over it. Portions lose no word:
each is an utterance of its own, one after the other, and what was told once is not told again as it grows.

What a followed file and a pipe share: from what was read to the events of a call, and what is said about it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.call.events import Heard, SourceState
from salesnerd_tui.speech.clock import CallClock
from salesnerd_tui.speech.incremental import UtteranceChange
from salesnerd_tui.speech.sides import Sides
from salesnerd_tui.speech.source import INSTEAD, LAG_SECONDS, Emit, Source, changed
from salesnerd_tui.speech.transcripts.model import Piece, Utterance, spoken_seconds
from salesnerd_tui.speech.transcripts.speakers import NAME_LIMIT

RECENT = 40
"""Captions over which the least delay is sought: a few minutes, so that a paused call or a wrong time is forgotten."""


class AlignedTime(Struct, frozen=True):
    """Seconds of the call, and how late it came compared with the others."""

    start: float
    end: float
    late_seconds: float


class ClockAlignment:
    """Keeps what it has to know of the pieces before."""

    def __init__(self) -> None:
        self._delays: deque[float] = deque(maxlen=RECENT)
        self._starts: dict[int, float] = {}
        self._last_end = 0.0

    def place(self, number: int, piece: Piece, final: bool, now: float) -> AlignedTime:
        """The span of the utterance `number`, which was read at `now` (seconds of the call)."""
        placed = self._by_its_time(piece, now) if piece.start is not None else self._by_its_words(number, piece, now)
        if final:
            self._starts.pop(number, None)
            self._last_end = max(self._last_end, placed.end)
        return placed

    def _by_its_time(self, piece: Piece, now: float) -> AlignedTime:
        start = piece.start or 0.0
        end = piece.end if piece.end is not None and piece.end >= start else start + spoken_seconds(piece.text)
        delay = now - end
        self._delays.append(delay)
        difference = min(self._delays)
        begin = min(max(0.0, start + difference), now)
        return AlignedTime(begin, min(max(begin, end + difference), now), delay - difference)

    def _by_its_words(self, number: int, piece: Piece, now: float) -> AlignedTime:
        """Without a time it was said just now; its beginning stays where it was first heard."""
        reckoned = max(min(self._last_end, now), now - spoken_seconds(piece.text))
        start = self._starts.setdefault(number, reckoned)
        return AlignedTime(min(start, reckoned), now, 0.0)


PORTION_CHARACTERS = 4_000
"""Characters of one portion: about 700 words, five minutes of talk without a breath."""


class _GrowingChunk(Struct):
    """How far a growing utterance was told: characters, the time there, and the number of the portion that grows."""

    told: int
    until: float
    number: int


class Chunker:
    """Takes the events of one source in order. Numbers of utterances are given anew, since a portion needs its own."""

    def __init__(self) -> None:
        self._open: dict[int, _GrowingChunk] = {}
        self._next = 0

    def of(self, heard: Heard) -> Iterator[Heard]:
        """This event, or the portions of it that are new; each is final but for the last of an utterance that grows."""
        growing = self._open.get(heard.utterance)
        if growing is None:
            growing = self._open[heard.utterance] = _GrowingChunk(0, heard.start, self._number())
        yield from self._tell(heard, growing)
        if heard.final:
            del self._open[heard.utterance]

    def _tell(self, heard: Heard, growing: _GrowingChunk) -> Iterator[Heard]:
        text = heard.text
        if text is None:
            yield replace(heard, utterance=growing.number)
            return
        while len(text) - growing.told > PORTION_CHARACTERS:
            end = portion_end(text, growing.told)
            share = (end - growing.told) / (len(text) - growing.told)
            until = growing.until + max(heard.end - growing.until, 0.0) * share
            yield _part(heard, text[growing.told : end].strip(), growing, until, final=True)
            growing.told, growing.until, growing.number = end, until, self._number()
        rest = text[growing.told :]
        if growing.told == 0 or rest.strip():
            yield _part(heard, rest.strip() if growing.told else rest, growing, heard.end, final=heard.final)

    def _number(self) -> int:
        self._next += 1
        return self._next - 1


def portion_end(text: str, start: int) -> int:
    """Where the portion of `text` from `start` on ends: at a blank where there is one, else in the middle of a word."""
    most = start + PORTION_CHARACTERS
    blank = max(text.rfind(" ", start, most), text.rfind("\n", start, most))
    return blank + 1 if blank > start else most


def in_portions(utterance: Utterance) -> Iterator[Utterance]:
    """A recorded utterance in portions that follow each other, times by their share of its characters."""
    text, length = utterance.text, max(len(utterance.text), 1)
    begin, start = 0, utterance.start
    while len(text) - begin > PORTION_CHARACTERS:
        cut = portion_end(text, begin)
        end = utterance.start + (utterance.end - utterance.start) * cut / length
        if said := text[begin:cut].strip():
            yield replace(utterance, start=start, end=end, text=said)
        begin, start = cut, end
    if begin == 0:
        yield utterance
    elif rest := text[begin:].strip():
        yield replace(utterance, start=start, text=rest)


def _part(heard: Heard, text: str, growing: _GrowingChunk, until: float, *, final: bool) -> Heard:
    start = growing.until if growing.told else heard.start
    return replace(heard, start=start, end=max(until, start), text=text, utterance=growing.number, final=final)


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
        self._placing = ClockAlignment()
        self._portions = Chunker()
        self._late_in_a_row = 0
        self._state: tuple[SourceState, str] | None = None
        self._not_understood = False

    def hear(self, changes: Iterable[UtteranceChange]) -> None:
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
