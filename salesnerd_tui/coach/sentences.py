"""Speech as it arrives, cut into sentences with their times.

The coach decides sentence by sentence, so that a tap comes at the sentence that made it due and not at the end of a
turn of two minutes. Partials grow: only what is new since the last one is looked at, which keeps each event's
cost the same however long the turn has become. In a source without punctuation, as speech recognition often is, a
sentence ends where a clause seems to begin, and at the latest after `LONGEST_WORDS`.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterator

from msgspec import Struct

from salesnerd_tui.call.events import Heard, Side
from salesnerd_tui.coach.normalize import vocabulary, words

LONGEST_WORDS = 30
"""A spoken chain of clauses longer than this is judged in pieces; at 150 words a minute it is twelve seconds."""

COMMA_WORDS = 20
"""From here on a comma is a good enough place to cut."""

CLAUSE_WORDS = 8
"""Without punctuation a clause of fewer words than this is not cut off before the next."""

_CLAUSE_STARTS = vocabulary(
    "so and but okay ok now also then well anyway because regarding next plus besides here if when"
)
_WORD = re.compile(r"\S+\s*")
_REMEMBERED = 16
_END = re.compile(r"(?:[.!?…]+[\"'”’)\]]*|[.!?…]+)(?=\s|$)|\n")
_BLANKS = re.compile(r"\s+")


class SpokenSentence(Struct, frozen=True):
    """One sentence. `opens` marks the first of its utterance; `mark` is the sign it ends in, if any."""

    side: Side
    start: float
    end: float
    text: str
    words: tuple[str, ...]
    turn: int = -1
    opens: bool = True
    mark: str = ""
    speaker: str = ""

    @property
    def line(self) -> str:
        """The words joined by blanks: what the signals search."""
        return " ".join(self.words)

    @property
    def seconds(self) -> float:
        return max(self.end - self.start, 0.0)


class _UtteranceProgress(Struct):
    """How far an utterance has been read: characters, and the call's clock there."""

    read: int
    until: float
    opens: bool = True


class SentenceSplitter:
    """Turns `Heard` events into sentences, each given exactly once."""

    def __init__(self) -> None:
        self._open: OrderedDict[int, _UtteranceProgress] = OrderedDict()
        self._punctuated = False

    def hear(self, event: Heard) -> tuple[SpokenSentence, ...]:
        """The sentences that this event completes; a final one completes everything it holds."""
        text = event.text or ""
        place = self._open.get(event.utterance) if event.utterance >= 0 else None
        if place is None:
            place = _UtteranceProgress(0, event.start)
            if event.utterance >= 0:
                self._open[event.utterance] = place
                while len(self._open) > _REMEMBERED:
                    self._open.popitem(last=False)
        rest = text[place.read :]
        self._punctuated = self._punctuated or _END.search(rest) is not None
        pieces = list(_pieces(rest, event.final, self._punctuated))
        told = tuple(self._timed(event, place, rest, pieces))
        if event.final:
            self._open.pop(event.utterance, None)
        return told

    def _timed(self, event: Heard, place: _UtteranceProgress, rest: str, pieces: list[str]) -> Iterator[SpokenSentence]:
        total = max(len(rest), 1)
        began, span = place.until, max(event.end - place.until, 0.0)
        done = 0
        for piece in pieces:
            done += len(piece)
            until = began + span * min(done / total, 1.0)
            spoken = words(piece)
            if spoken:
                text = _BLANKS.sub(" ", piece).strip()
                mark = end_mark(text)
                yield SpokenSentence(
                    event.side, place.until, until, text, spoken, event.turn, place.opens, mark, event.speaker
                )
                place.opens = False
            place.read += len(piece)
            place.until = until


def clauses(text: str) -> tuple[str, ...]:
    """`text` cut into sentences, all of it."""
    return tuple(piece.strip() for piece in _pieces(text, True, True) if piece.strip())


def end_mark(text: str) -> str:
    """The question mark or full stop that `text` ends in, or nothing."""
    last = text.rstrip("\"'”’)] ")[-1:]
    return last if last in "?.!" else ""


def _pieces(text: str, final: bool, punctuated: bool) -> Iterator[str]:
    """`text` cut after each sentence; what is unfinished is left out unless `final`."""
    start = 0
    for end in _END.finditer(text):
        yield from _short(text[start : end.end()], punctuated)
        start = end.end()
    rest = text[start:]
    if final:
        yield from _short(rest, punctuated)
        return
    *whole, _ = list(_short(rest, punctuated)) or [""]
    yield from whole


def _short(text: str, punctuated: bool) -> Iterator[str]:
    """A piece cut again where it runs too long, or, in a source without punctuation, where a clause seems to begin."""
    if punctuated and len(text.split()) < COMMA_WORDS:
        if text:
            yield text
        return
    start = count = 0
    for word in _WORD.finditer(text):
        bare = word.group().strip().lower()
        if not punctuated and count >= CLAUSE_WORDS and bare in _CLAUSE_STARTS:
            yield text[start : word.start()]
            start, count = word.start(), 0
        count += 1
        if count >= LONGEST_WORDS or (count >= COMMA_WORDS and bare.endswith((",", ";", "-", ":"))):
            yield text[start : word.end()]
            start, count = word.end(), 0
    if start < len(text):
        yield text[start:]
