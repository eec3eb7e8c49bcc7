"""A recorded utterance as it would have been heard live: growing by about a second of words, then final.

The coach decides on partial speech, so a replay, a test and `salesnerd coach` all have to feed it that way.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from salesnerd_tui.call.events import Heard, Side
from salesnerd_tui.hearing.formats.model import Utterance
from salesnerd_tui.hearing.portions import in_portions
from salesnerd_tui.hearing.sides import Sides

PARTIAL_SECONDS = 1.0
"""Seconds of call time between two partials; live captions come every 0.5 to 2 s."""

PARTIALS_AT_MOST = 900
"""Partials of one utterance, a quarter of an hour of them: an absurdly long one must not cost its length squared."""

PARTIAL_TEXT_LIMIT = 20_000
"""Characters of an utterance that grows word by word: half an hour of talk. Of a longer one only portions are told."""

_WORD = re.compile(r"\S+\s*")


def unfold(utterances: Iterable[Utterance], sides: Sides) -> Iterator[Heard]:
    """Every partial and final of a transcript in the order of the call; `at` is when it is heard, on the call's clock.

    Sides are looked up as the events are taken, so that a choice made during the call counts from then on.
    """
    portions = ((each, _grows(whole)) for whole in utterances for each in in_portions(whole))
    waiting = sorted(enumerate(portions), key=lambda numbered: numbered[1][0].start)
    active: list[tuple[float, int, Heard, Iterator[Heard]]] = []
    for number, (utterance, grows) in waiting:
        while active and active[0][0] <= utterance.start:
            yield _next(active, sides)
        events = _grown(number, utterance, grows)
        first = next(events)
        heapq.heappush(active, (first.at, number, first, events))
    while active:
        yield _next(active, sides)


def _next(active: list[tuple[float, int, Heard, Iterator[Heard]]], sides: Sides) -> Heard:
    _, number, event, events = active[0]
    following = next(events, None)
    if following is None:
        heapq.heappop(active)
    else:
        heapq.heapreplace(active, (following.at, number, following, events))
    return replace(event, side=sides.side(event.speaker))


def _grows(utterance: Utterance) -> bool:
    return len(utterance.text) <= PARTIAL_TEXT_LIMIT


def _grown(number: int, utterance: Utterance, grows: bool) -> Iterator[Heard]:
    start, end, text = utterance.start, utterance.end, utterance.text
    final = Heard(end, Side.NOBODY, utterance.speaker, start, end, text, True, number, utterance.turn)
    seconds = end - start
    step = max(PARTIAL_SECONDS, seconds / PARTIALS_AT_MOST)
    words = [found.end() for found in _WORD.finditer(text)]
    count = 1
    while grows and (at := start + count * step) < end:
        heard = int(len(words) * count * step / seconds)
        yield replace(final, at=at, end=at, text=text[: words[heard - 1]].rstrip() if heard else None, final=False)
        count += 1
    yield final
