"""Utterances as the events of a call: a recorded one grows about every second, a very long one comes in chunks.

The coach decides on partial speech, so replays, tests and `salesnerd coach` feed it recorded utterances as a live
recognizer would report them.

Chunks keep any event below a few minutes of talk. Speech usually comes in turns of a hundred words. A pasted page, a
file without line ends or a recognizer that never ends its utterance yields one of a million characters. Chunks lose no
word: each is an utterance of its own, and text that was emitted once is not emitted again as the utterance grows.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable, Iterator
from itertools import count
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.call.events import Heard, Side

if TYPE_CHECKING:
    from salesnerd_tui.speech.sides import Sides
    from salesnerd_tui.speech.transcripts.model import Utterance

MAX_CHUNK_CHARACTERS = 4_000
"""Characters of one chunk: about 700 words, five minutes of talk."""


class _GrowingUtterance(Struct):
    """Emitted part of a growing utterance: characters, the time reached, and the number of the open chunk."""

    emitted: int
    until: float
    number: int


class Chunker:
    """Splits the events of one source, live or recorded. Utterances are renumbered: each chunk has its own number."""

    def __init__(self) -> None:
        self._open: dict[int, _GrowingUtterance] = {}
        self._numbers = count()

    def split(self, heard: Heard) -> Iterator[Heard]:
        """Yield the event, or its new chunks; only the last chunk of a growing utterance is not final."""
        growing = self._open.get(heard.utterance)
        if growing is None:
            growing = self._open[heard.utterance] = _GrowingUtterance(0, heard.start, next(self._numbers))
        yield from self._chunks(heard, growing)
        if heard.final:
            del self._open[heard.utterance]

    def _chunks(self, heard: Heard, growing: _GrowingUtterance) -> Iterator[Heard]:
        text = heard.text
        if text is None:
            yield replace(heard, utterance=growing.number)
            return
        while len(text) - growing.emitted > MAX_CHUNK_CHARACTERS:
            end = find_chunk_end(text, growing.emitted)
            share = (end - growing.emitted) / (len(text) - growing.emitted)
            until = growing.until + max(heard.end - growing.until, 0.0) * share
            if words := text[growing.emitted : end].strip():
                yield _chunk(heard, words, growing, until, final=True)
                growing.number = next(self._numbers)
            growing.emitted, growing.until = end, until
        rest = text[growing.emitted :]
        if growing.emitted == 0 or rest.strip():
            yield _chunk(heard, rest.strip() if growing.emitted else rest, growing, heard.end, final=heard.final)


def find_chunk_end(text: str, start: int) -> int:
    """Return where the chunk from `start` ends: after a space or line end if possible, otherwise inside a word."""
    limit = start + MAX_CHUNK_CHARACTERS
    space = max(text.rfind(" ", start, limit), text.rfind("\n", start, limit))
    return space + 1 if space > start else limit


def _chunk(heard: Heard, text: str, growing: _GrowingUtterance, until: float, *, final: bool) -> Heard:
    start = growing.until if growing.emitted else heard.start
    return replace(heard, start=start, end=max(until, start), text=text, utterance=growing.number, final=final)


PARTIAL_SECONDS = 1.0
"""Seconds of call time between two partials; live captions come every 0.5 to 2 s."""

MAX_PARTIALS = 900
"""Partials of one utterance (15 minutes), so that an absurdly long one does not take quadratic time."""

MAX_PARTIAL_CHARACTERS = 20_000
"""Characters of an utterance with partials (half an hour of talk); a longer one is emitted in final chunks only."""

_WORD = re.compile(r"\S+\s*")


def stream_events(utterances: Iterable[Utterance], sides: Sides) -> Iterator[Heard]:
    """Yield every partial and final of a transcript in the order of `at`, the time it is heard on the call's clock.

    Sides are looked up while events are consumed, so that a choice made during the call applies from then on.
    """
    chunker = Chunker()
    chunks = [
        (chunk, len(utterance.text) <= MAX_PARTIAL_CHARACTERS)
        for number, utterance in enumerate(utterances)
        for chunk in chunker.split(_to_event(utterance, number))
    ]
    active: list[tuple[float, int, Heard, Iterator[Heard]]] = []
    for chunk, has_partials in sorted(chunks, key=lambda each: each[0].start):
        while active and active[0][0] <= chunk.start:
            yield _pop_event(active, sides)
        events = _with_partials(chunk, has_partials)
        first = next(events)
        heapq.heappush(active, (first.at, chunk.utterance, first, events))
    while active:
        yield _pop_event(active, sides)


def _to_event(utterance: Utterance, number: int) -> Heard:
    return Heard(
        utterance.end,
        Side.NOBODY,
        utterance.speaker,
        utterance.start,
        utterance.end,
        utterance.text,
        final=True,
        utterance=number,
        turn=utterance.turn,
    )


def _pop_event(active: list[tuple[float, int, Heard, Iterator[Heard]]], sides: Sides) -> Heard:
    _, number, event, events = active[0]
    following = next(events, None)
    if following is None:
        heapq.heappop(active)
    else:
        heapq.heapreplace(active, (following.at, number, following, events))
    return replace(event, side=sides.side_of(event.speaker))


def _with_partials(chunk: Heard, has_partials: bool) -> Iterator[Heard]:
    start, seconds, text = chunk.start, chunk.end - chunk.start, chunk.text or ""
    step = max(PARTIAL_SECONDS, seconds / MAX_PARTIALS)
    words = [found.end() for found in _WORD.finditer(text)]
    number = 1
    while has_partials and (at := start + number * step) < chunk.end:
        heard = int(len(words) * number * step / seconds)
        yield replace(chunk, at=at, end=at, text=text[: words[heard - 1]].rstrip() if heard else None, final=False)
        number += 1
    yield replace(chunk, at=chunk.end)
