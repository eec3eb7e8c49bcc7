"""Replay of speech through a coach: to take over in the middle of a call, or over a whole conversation.

A saved playbook may change the coach's settings, so a new coach first replays the call, without showing taps. An hour
of talk takes a fifth of a second. To keep keys from waiting, it is replayed in pieces while the previous coach
continues.

A whole conversation is replayed without a screen: each sentence is judged at its own time, as in a live call.
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
    """Replays a call for a new coach.

    `events` is the call's own list, which may grow meanwhile; `promised` are the promises found so far.
    """

    def __init__(self, drift: CoachSettings, quiet: Mapping[TapKind, float], events: Sequence[Event]) -> None:
        self.coach = Coach(drift, quiet=quiet)
        self.promised: list[Promised] = []
        self._events = events
        self._next = 0

    def listen(self, most: int | None = None) -> bool:
        """Replay all remaining events, or at most `most`. Return whether the coach has caught up with the call."""
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
    """Return the taps that a live call would have shown, in order, without praise for silence."""
    coach = Coach(drift or CoachSettings(), product_words=product_words, limits=limits, model=model)
    return [told for told in play(coach, heards) if isinstance(told, Tapped) and told.kind is not TapKind.SILENCE]


def play(coach: Coach, heards: Iterable[Heard]) -> Iterable[CoachEvent]:
    """Yield all events of the coach for these utterances."""
    for heard in held(heards):
        yield from coach.replay(heard)


class ReplayStep(Struct, frozen=True):
    """One utterance with the classification of the user's sentences, and the events of the coach."""

    heard: Heard
    readings: tuple[SentenceReading, ...]
    told: tuple[CoachEvent, ...]


def explain(coach: Coach, heards: Iterable[Heard]) -> Iterator[ReplayStep]:
    """Replay with the classifications at each step, to analyze missed and wrong taps."""
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
    """Yield the utterances with a clock that never runs backwards, as it does in some edited transcripts."""
    clock = 0.0
    for heard in heards:
        start = max(heard.start, clock)
        clock = start + max(heard.end - heard.start, 0.0)
        yield replace(heard, at=clock, start=start, end=clock, final=True)
