"""Without headphones the microphone hears the buyer too. Words of theirs must not be written down as mine.

Two checks, measured together on reverberated speech at -6 to -40 dB: the speakers' own stream was clearly louder than
the microphone meanwhile, or the words are theirs.
"""

from __future__ import annotations

import re
from collections import deque
from difflib import SequenceMatcher

LOUDER_DB = 3.0
"""By how much their stream has to be louder than the microphone for its sound to be theirs."""

ALIKE = 0.70
"""From here on words heard at the same time are the same words."""

LEAST_WORDS = 2
"""One word is too little to be told apart: both sides say "yes" at once."""

_WORD = re.compile(r"[a-z0-9']+")


def alike(mine: str, theirs: str) -> float:
    """How well the shorter text is found somewhere in the longer one, 0 to 1 (a partial ratio)."""
    shorter, longer = sorted((_plain(mine), _plain(theirs)), key=len)
    if not shorter:
        return 0.0
    matcher = SequenceMatcher(None, shorter, longer, autojunk=False)
    starts = {max(block.b - block.a, 0) for block in matcher.get_matching_blocks() if block.size}
    return max((_ratio(shorter, longer[start : start + len(shorter)]) for start in starts), default=0.0)


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.lower()))


def is_theirs_by_level(mine_db: float, theirs_db: float) -> bool:
    return theirs_db > mine_db + LOUDER_DB


class TheirWords:
    """What they said lately, to compare mine with. Kept for a minute, in memory only."""

    def __init__(self, remembered: int = 12) -> None:
        self._said: deque[tuple[int, float, float, str]] = deque(maxlen=remembered)

    def said(self, number: int, start: float, end: float, text: str) -> None:
        if self._said and self._said[-1][0] == number:
            self._said.pop()
        self._said.append((number, start, end, text))

    def hold(self, start: float, end: float, text: str) -> bool:
        """Whether these words of mine are what they said at that time."""
        if len(_WORD.findall(text.lower())) < LEAST_WORDS:
            return False
        meanwhile = [theirs for _, begun, ended, theirs in self._said if begun < end and ended > start]
        return any(alike(text, theirs) >= ALIKE for theirs in (*meanwhile, " ".join(meanwhile)))
