"""A recorded utterance as it would have been heard live: growing by about a second of words, then final.

The coach decides on partial speech, so a replay, a test and `salesnerd coach` all have to feed it that way.

A recorded call, played at its own pace or faster.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

from msgspec.structs import replace

from salesnerd_tui.call.events import Heard, Side, SourceState
from salesnerd_tui.speech.clock import CallClock
from salesnerd_tui.speech.live import in_portions
from salesnerd_tui.speech.sides import Sides
from salesnerd_tui.speech.source import INSTEAD, LAG_SECONDS, Emit, Stop, changed
from salesnerd_tui.speech.transcripts.model import Transcript, Utterance
from salesnerd_tui.speech.transcripts.read import CannotRead, read_transcript
from salesnerd_tui.timefmt import clock as told_time

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


LONGEST_WAIT_SECONDS = 0.25
"""Real seconds of one wait, so that a paused call or a changed clock is noticed soon."""


class FileSource:
    """Plays the transcript at `path` on the call's clock, which has to run at this source's `speed`.

    Each event's `at` is its moment in the recording, the same in every replay. `begin` is for a call that goes on: the
    moment of the last utterance that it has; that and what was heard before it is left out.
    """

    def __init__(self, path: Path, sides: Sides, speed: float = 1.0, begin: float = 0.0) -> None:
        self.path = path
        self.sides = sides
        self._speed = speed
        self._begin = begin

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def speed(self) -> float:
        return self._speed

    @cached_property
    def transcript(self) -> Transcript:
        """The whole recording, to ask who is me before it plays. Raises `CannotRead`."""
        return read_transcript(self.path)

    def run(self, emit: Emit, clock: CallClock, stop: Stop) -> None:
        try:
            transcript = self.transcript
        except CannotRead as problem:
            emit(changed(self, clock, SourceState.BROKEN, f"{problem} Not hearing the call; {INSTEAD}"))
            return
        emit(changed(self, clock, SourceState.LISTENING, self._told(transcript)))
        if transcript.not_understood:
            told = f"{self.name}, {transcript.not_understood.rstrip('.')}"
            emit(changed(self, clock, SourceState.LAGGING, told))
        lagging, lost = False, bool(transcript.not_understood)
        for event in unfold(transcript.utterances, self.sides):
            if event.at <= self._begin:
                continue
            if not _until(event.at, clock, stop):
                return
            if lost:
                emit(changed(self, clock, SourceState.LISTENING, self._told(transcript)))
                lost = False
            lagging = self._mind_lag(event, emit, clock, lagging)
            if event.final or not lagging:
                emit(event)
        emit(changed(self, clock, SourceState.ENDED, f"{self.name} is over; {INSTEAD}, or end the call"))

    def _mind_lag(self, event: Heard, emit: Emit, clock: CallClock, lagging: bool) -> bool:
        """Whether the screen cannot keep up. While it cannot, partials are left out so that it catches up."""
        behind = clock.real_seconds(clock() - event.at)
        if not lagging and behind > LAG_SECONDS:
            told = f"{self.name} is {behind:.0f} s behind; catching up"
            emit(changed(self, clock, SourceState.LAGGING, told, behind))
            return True
        if lagging and behind < LAG_SECONDS / 3:
            emit(changed(self, clock, SourceState.LISTENING, f"{self.name} is up to date again"))
            return False
        return lagging

    def _told(self, transcript: Transcript) -> str:
        pace = "" if self._speed == 1 else f" at {self._speed:g} times its pace"
        told = f"playing {self.name}: {told_time(transcript.seconds)}, {transcript.format}{pace}"
        return " · ".join((told, *transcript.problems[:1]))


def _until(at: float, clock: CallClock, stop: Stop) -> bool:
    """Wait until the call's clock has reached `at`. False if the source has to end before."""
    while (ahead := at - clock()) > 0:
        if stop.wait(min(clock.real_seconds(ahead), LONGEST_WAIT_SECONDS)):
            return False
    return not stop.is_set()
