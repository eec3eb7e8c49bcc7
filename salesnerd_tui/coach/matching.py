"""Which playbook question was just asked, in whatever words; which detour the buyer just opened.

A sentence that asks nothing is not the question whose words it uses, and a few common words in common prove nothing,
however short the question is. How alike two sentences are is `likeness`; here it is decided what that is worth.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from msgspec import Struct

from salesnerd_tui.call.state import CallState
from salesnerd_tui.call.templates import fill
from salesnerd_tui.coach.likeness import ENOUGH_SAID, NEAR, Index, Likely, MatchKind, Scored, wording
from salesnerd_tui.playbook.model import Playbook

__all__ = ["Match", "MatchKind", "Matcher"]

SURE = 0.52
"""From here on a question ticks itself; `tests/bench/matching.py` prints what other values would give."""

MIDDLING = 0.42
"""From here on a question is worth offering."""

MIDDLING_DETOUR = 0.48
"""From here on a detour is: it takes the call elsewhere, and whoever is asked in vain stops looking."""

MARGIN = 0.06
"""A sure match is this much better than the next other question."""


class Match(Struct, frozen=True):
    """`id` is the question's or the detour's, `score` 0 to 1, `phrase` the wording it came closest to."""

    id: str
    score: float
    sure: bool
    kind: MatchKind
    phrase: str = ""


class Matcher:
    """Built once per playbook (a few ms), from its questions and its detours' `hear`.

    Slots in a wording are filled with what the call knows when it is built; what nobody knows yet is left out.
    """

    def __init__(self, playbook: Playbook, state: CallState | None = None) -> None:
        known = state or CallState()
        self._questions = Index(
            wording(ask.id, kind, fill(text, playbook, known))
            for ask in playbook.asks()
            for kind, texts in ((MatchKind.QUESTION, (ask.text, *ask.also)), (MatchKind.PROBE, ask.probes))
            for text in texts
        )
        self._detours = Index(
            wording(detour.id, MatchKind.DETOUR, text) for detour in playbook.detours.values() for text in detour.hear
        )

    def asked(
        self,
        text: str,
        mark: str = "",
        *,
        expected: Collection[str] = (),
        near: Collection[str] = (),
        far: Collection[str] = (),
    ) -> Match | None:
        """The question that these words of mine ask, or None; when not `sure`, it is worth offering.

        `expected` are the questions most likely asked now, `near` the next likely, `far` the least: those of a detour
        nobody took, which are never sure. A probe's match has its question's id and the kind `PROBE`.
        """
        likely = Likely(expected, near, far)
        return _decide(self._questions.scored(text, mark, likely), likely)

    def opened(self, text: str, mark: str = "") -> Match | None:
        """The detour that these words of theirs open, or None."""
        return _decide(self._detours.scored(text, mark, Likely()), Likely())


def _decide(found: Iterable[Scored], likely: Likely) -> Match | None:
    ranked = sorted(found, key=lambda scored: -scored.score)
    if not ranked:
        return None
    first = ranked[0]
    if first.score < (MIDDLING_DETOUR if first.phrase.kind is MatchKind.DETOUR else MIDDLING):
        return None
    id = first.phrase.id
    by_itself = first.score - (NEAR if id in likely.near and id not in likely.expected else 0.0)
    clear = len(ranked) == 1 or first.score - ranked[1].score >= MARGIN
    sure = by_itself >= SURE and clear and first.common >= ENOUGH_SAID and id not in likely.far
    return Match(id, min(first.score, 1.0), sure, first.phrase.kind, first.phrase.text)
