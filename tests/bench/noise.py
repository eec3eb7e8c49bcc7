"""Noise for recorded conversations: the errors of a worse recognizer or clock, the same on every run."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable, Iterable

from msgspec.structs import replace

from salesnerd_tui.call.events import Heard

Noise = Callable[[Heard, random.Random], Heard]

JITTER = 0.35
"""Standard deviation of the logarithm of durations: two in three are between 0.7 and 1.4 of the true duration."""


def _marks_lost(heard: Heard, chance: random.Random) -> Heard:
    return replace(heard, text=(heard.text or "").replace("?", "."))


def _bare(heard: Heard, chance: random.Random) -> Heard:
    return replace(heard, text=re.sub(r"[^\w\s'’-]", " ", heard.text or "").lower())


def _losing(share: float) -> Noise:
    def lose(heard: Heard, chance: random.Random) -> Heard:
        text = heard.text or ""
        return replace(heard, text=" ".join(word for word in text.split() if chance.random() >= share) or text)

    return lose


def _lasting(factor: Callable[[random.Random], float]) -> Noise:
    def last(heard: Heard, chance: random.Random) -> Heard:
        end = heard.start + (heard.end - heard.start) * factor(chance)
        return replace(heard, end=end, at=end)

    return last


NOISES: dict[str, Noise] = {
    "question marks as full stops": _marks_lost,
    "no punctuation, no capitals": _bare,
    "5 % of the words lost": _losing(0.05),
    "15 % of the words lost": _losing(0.15),
    "each length off by a third": _lasting(lambda chance: math.exp(chance.gauss(0, JITTER))),
    "a clock 20 % short": _lasting(lambda chance: 0.8),
    "a clock 25 % long": _lasting(lambda chance: 1.25),
}


def noisy(heards: Iterable[Heard], noise: Noise, seed: str) -> list[Heard]:
    """Return the utterances with this noise added to each."""
    chance = random.Random(seed)
    return [noise(heard, chance) for heard in heards]
