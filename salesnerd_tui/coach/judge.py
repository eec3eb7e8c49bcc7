"""The coach over a whole conversation, without a screen: the very same coach, each sentence at its own time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.call.events import Cued, CueKind, Heard
from salesnerd_tui.coach.coach import Coach, Reading, Told
from salesnerd_tui.coach.limits import Limits
from salesnerd_tui.coach.sentences import Ear
from salesnerd_tui.playbook.model import Drift


def judge(
    heards: Iterable[Heard],
    drift: Drift | None = None,
    *,
    product_words: Collection[str] = (),
    limits: Limits | None = None,
    off: Collection[str] = (),
) -> list[Cued]:
    """The taps that would have shown live, in order. Praise for silence is left out: it is no warning."""
    coach = Coach(drift or Drift(), product_words=product_words, limits=limits, off=off)
    return [told for told in play(coach, heards) if isinstance(told, Cued) and told.kind is not CueKind.SILENCE]


def play(coach: Coach, heards: Iterable[Heard]) -> Iterable[Told]:
    """Everything the coach says over these utterances."""
    for heard in held(heards):
        yield from coach.replay(heard)


class Step(Struct, frozen=True):
    """One utterance as the coach took it: how each sentence of mine was read, and what was said about it."""

    heard: Heard
    readings: tuple[Reading, ...]
    told: tuple[Told, ...]


def explain(coach: Coach, heards: Iterable[Heard]) -> Iterator[Step]:
    """`play`, with what the coach knew at each step: for reading its misses and its wrong taps."""
    for heard in held(heards):
        readings: list[Reading] = []
        told: list[Told] = []
        for said in Ear().hear(heard):
            told += coach.said(said, said.end)
            reading = coach.taken_for()
            if reading is not None:
                readings.append(reading)
        yield Step(heard, tuple(readings), tuple(told))


def held(heards: Iterable[Heard]) -> Iterator[Heard]:
    """The utterances with a clock that never runs backwards, as it does in tidied transcripts."""
    clock = 0.0
    for heard in heards:
        start = max(heard.start, clock)
        clock = start + max(heard.end - heard.start, 0.0)
        yield replace(heard, at=clock, start=start, end=clock, final=True)
