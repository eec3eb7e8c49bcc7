"""Recorded utterances as a live recognizer would report them: growing about every second, then final.

The coach decides on partial speech, so replays, tests and `salesnerd coach` feed it this way.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from salesnerd_tui.call.events import Heard, Side
from salesnerd_tui.speech.chunks import chunks_of
from salesnerd_tui.speech.sides import Sides
from salesnerd_tui.speech.transcripts.model import Utterance

PARTIAL_SECONDS = 1.0
"""Seconds of call time between two partials; live captions come every 0.5 to 2 s."""

PARTIALS_LIMIT = 900
"""Partials of one utterance (15 minutes), so that an absurdly long one does not take quadratic time."""

PARTIAL_TEXT_LIMIT = 20_000
"""Characters of an utterance with partials (half an hour of talk); a longer one is emitted in final chunks only."""

_WORD = re.compile(r"\S+\s*")


def unfold(utterances: Iterable[Utterance], sides: Sides) -> Iterator[Heard]:
    """Yield every partial and final of a transcript in the order of `at`, the time it is heard on the call's clock.

    Sides are looked up while events are consumed, so that a choice made during the call applies from then on.
    """
    chunks = ((each, len(whole.text) <= PARTIAL_TEXT_LIMIT) for whole in utterances for each in chunks_of(whole))
    waiting = sorted(enumerate(chunks), key=lambda numbered: numbered[1][0].start)
    active: list[tuple[float, int, Heard, Iterator[Heard]]] = []
    for number, (utterance, grows) in waiting:
        while active and active[0][0] <= utterance.start:
            yield _next(active, sides)
        events = _partials(number, utterance, grows)
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


def _partials(number: int, utterance: Utterance, grows: bool) -> Iterator[Heard]:
    start, end, text = utterance.start, utterance.end, utterance.text
    final = Heard(end, Side.NOBODY, utterance.speaker, start, end, text, True, number, utterance.turn)
    seconds = end - start
    step = max(PARTIAL_SECONDS, seconds / PARTIALS_LIMIT)
    words = [found.end() for found in _WORD.finditer(text)]
    count = 1
    while grows and (at := start + count * step) < end:
        heard = int(len(words) * count * step / seconds)
        yield replace(final, at=at, end=at, text=text[: words[heard - 1]].rstrip() if heard else None, final=False)
        count += 1
    yield final
