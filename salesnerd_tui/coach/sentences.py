"""Sentence splitter: cuts speech into sentences with their times while it arrives.

The coach decides sentence by sentence, so that a tap does not wait for the end of a two-minute turn. Partials grow, and
only their new words are processed, so that each event costs the same however long the turn is. Without punctuation, as
in most recognized speech, a sentence ends where a clause seems to start, and at the latest after `LONGEST_WORDS`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator

from msgspec import Struct

from salesnerd_tui.call.events import Heard, Side
from salesnerd_tui.coach.normalize import vocabulary, words
from salesnerd_tui.lazy_pattern import lazy_pattern

LONGEST_WORDS = 30
"""Maximum words of a sentence (twelve seconds at 150 words a minute); longer ones are judged in pieces."""

COMMA_WORDS = 20
"""Number of words from which a sentence may be cut at a comma."""

CLAUSE_WORDS = 8
"""Minimum words of a clause that is cut from the next without punctuation."""

_CLAUSE_STARTS = vocabulary(
    "so and but okay ok now also then well anyway because regarding next plus besides here if when"
)
_WORD = lazy_pattern(r"\S+\s*")
_REMEMBERED = 16
_END = lazy_pattern(r"[.!?…\n](?:(?<=\n)|[.!?…]*[\"'”’)\]]*(?=\s|$))")
"""One set of characters for all first ones: what does not begin with one is skipped four times as fast."""


class SpokenSentence(Struct, frozen=True):
    """One sentence. `opens` is true for the first of its utterance; `mark` is its final punctuation, if any."""

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
        """Return the words joined by blanks, as the signals search them."""
        return " ".join(self.words)

    @property
    def seconds(self) -> float:
        return max(self.end - self.start, 0.0)


class _UtteranceProgress(Struct):
    """Position up to which an utterance was read, in characters, and the call's clock there."""

    read: int
    until: float
    opens: bool = True


class SentenceSplitter:
    """Turns `Heard` events into sentences, each returned exactly once."""

    def __init__(self) -> None:
        self._open: OrderedDict[int, _UtteranceProgress] = OrderedDict()
        self._punctuated = False

    def hear(self, event: Heard) -> tuple[SpokenSentence, ...]:
        """Return the sentences that this event completes; a final event completes all of its text."""
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
        pieces = _pieces(rest, event.final, self._punctuated)
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
                text = " ".join(piece.split())
                mark = end_mark(text)
                yield SpokenSentence(
                    event.side, place.until, until, text, spoken, event.turn, place.opens, mark, event.speaker
                )
                place.opens = False
            place.read += len(piece)
            place.until = until


def end_mark(text: str) -> str:
    """Return the question mark or period at the end of `text`, or an empty string."""
    last = text.rstrip("\"'”’)] ")[-1:]
    return last if last in "?.!" else ""


def _pieces(text: str, final: bool, punctuated: bool) -> list[str]:
    """Return `text` cut after each sentence; an unfinished one is left out unless `final`."""
    pieces = []
    start = 0
    for end in _END.finditer(text):
        pieces += _short(text[start : end.end()], punctuated)
        start = end.end()
    rest = _short(text[start:], punctuated)
    return pieces + (rest if final else rest[:-1])


def _short(text: str, punctuated: bool) -> list[str]:
    """Return the pieces of `text`, cut where it is too long, or without punctuation where a clause seems to start."""
    if punctuated and len(text.split()) < COMMA_WORDS:
        return [text] if text else []
    pieces = []
    start = count = 0
    for word in _WORD.finditer(text):
        bare = word.group().strip().lower()
        if not punctuated and count >= CLAUSE_WORDS and bare in _CLAUSE_STARTS:
            pieces.append(text[start : word.start()])
            start, count = word.start(), 0
        count += 1
        if count >= LONGEST_WORDS or (count >= COMMA_WORDS and bare.endswith((",", ";", "-", ":"))):
            pieces.append(text[start : word.end()])
            start, count = word.end(), 0
    return [*pieces, text[start:]] if start < len(text) else pieces
