"""The coach over a whole conversation, without a screen: the very same coach, each sentence at its own time."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from salesnerd_tui.call.events import Cued, CueKind, Heard
from salesnerd_tui.coach.coach import Coach, Told
from salesnerd_tui.coach.limits import Limits
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
    """Everything the coach says over these utterances. A clock that runs backwards is held."""
    clock = 0.0
    for heard in heards:
        start = max(heard.start, clock)
        clock = start + max(heard.end - heard.start, 0.0)
        yield from coach.replay(replace(heard, at=clock, start=start, end=clock, final=True))
