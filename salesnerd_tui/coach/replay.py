"""A coach that takes over in the middle of a call: first it hears what was said so far, and says nothing about it.

A playbook that is saved may change what the coach lets pass. To hear an hour of talk again takes a fifth of a second,
and no key is to wait for that: it is heard piece by piece while the coach before it goes on.

The coach over a whole conversation, without a screen: the very same coach, each sentence at its own time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.call.events import Event, FloorTaken, Heard, Promised, TapKind, Tapped
from salesnerd_tui.coach.engine import Coach, CoachEvent, SentenceReading
from salesnerd_tui.coach.sentences import SentenceSplitter
from salesnerd_tui.playbook.model import CoachSettings

if TYPE_CHECKING:
    from salesnerd_tui.coach.drift_judge import DriftModel
    from salesnerd_tui.coach.limits import Limits


class CoachReplay:
    """`events` are the call's own list, which may grow meanwhile. `promised` is what was promised in what it heard."""

    def __init__(self, drift: CoachSettings, quiet: Mapping[TapKind, float], events: Sequence[Event]) -> None:
        self.coach = Coach(drift, quiet=quiet)
        self.promised: list[Promised] = []
        self._events = events
        self._next = 0

    def listen(self, most: int | None = None) -> bool:
        """Hear all there is, or so many events more; whether it has caught up with the call."""
        last = len(self._events)
        until = last if most is None else min(self._next + most, last)
        for number in range(self._next, until):
            event = self._events[number]
            if isinstance(event, Heard | FloorTaken):
                self.promised += [told for told in self.coach.hear(event) if isinstance(told, Promised)]
        self._next = until
        return until == last


def judge(
    heards: Iterable[Heard],
    drift: CoachSettings | None = None,
    *,
    product_words: Collection[str] = (),
    limits: Limits | None = None,
    model: DriftModel | None = None,
) -> list[Tapped]:
    """The taps that would have shown live, in order. Praise for silence is left out: it is no warning."""
    coach = Coach(drift or CoachSettings(), product_words=product_words, limits=limits, model=model)
    return [told for told in play(coach, heards) if isinstance(told, Tapped) and told.kind is not TapKind.SILENCE]


def play(coach: Coach, heards: Iterable[Heard]) -> Iterable[CoachEvent]:
    """Everything the coach says over these utterances."""
    for heard in held(heards):
        yield from coach.replay(heard)


class ReplayStep(Struct, frozen=True):
    """One utterance as the coach took it: how each sentence of mine was read, and what was said about it."""

    heard: Heard
    readings: tuple[SentenceReading, ...]
    told: tuple[CoachEvent, ...]


def explain(coach: Coach, heards: Iterable[Heard]) -> Iterator[ReplayStep]:
    """`play`, with what the coach knew at each step: for reading its misses and its wrong taps."""
    coach.keep_readings()
    for heard in held(heards):
        readings: list[SentenceReading] = []
        told: list[CoachEvent] = []
        for said in SentenceSplitter().hear(heard):
            told += coach.said(said, said.end)
            reading = coach.taken_for()
            if reading is not None:
                readings.append(reading)
        yield ReplayStep(heard, tuple(readings), tuple(told))


def held(heards: Iterable[Heard]) -> Iterator[Heard]:
    """The utterances with a clock that never runs backwards, as it does in tidied transcripts."""
    clock = 0.0
    for heard in heards:
        start = max(heard.start, clock)
        clock = start + max(heard.end - heard.start, 0.0)
        yield replace(heard, at=clock, start=start, end=clock, final=True)
