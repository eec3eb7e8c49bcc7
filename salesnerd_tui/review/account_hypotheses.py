"""Beliefs about an account: the hypotheses of its preps and calls, with the evidence of all calls.

They are computed from the stored calls and not stored elsewhere, so deleting a call or a name removes it here too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from salesnerd_tui.call.events import Verdict
from salesnerd_tui.call.plan import hypothesis_key
from salesnerd_tui.review.debrief.hypotheses import hypothesis_results
from salesnerd_tui.review.debrief.model import HypothesisResult
from salesnerd_tui.timefmt import epoch_seconds, moment

if TYPE_CHECKING:
    from salesnerd_tui.call.state import CallState


class BeliefState(StrEnum):
    """State of a belief after all calls so far."""

    UNTESTED = "untested"
    SUPPORTED = "supported"
    WEAKENED = "weakened"
    DISPROVED = "disproved"


class Evidence(Struct, frozen=True):
    """Verdict of one call on a belief. `quote` are the buyer's words, if any were kept."""

    call: str
    said_at: datetime | None
    verdict: Verdict
    quote: str = ""


class Belief(Struct, frozen=True):
    """A hypothesis about an account. `evidence` is in the order of the calls.

    `question` is the id of the latest question that was to test it, and `since` when it was first written down.
    """

    text: str
    question: str
    disproof: str
    state: BeliefState
    since: datetime | None
    evidence: tuple[Evidence, ...] = ()

    @property
    def best(self) -> Evidence | None:
        """The latest evidence for the state; one with a quote wins."""
        of_state = [each for each in self.evidence if _STATES.get(each.verdict) is self.state]
        return max(of_state, key=lambda each: (bool(each.quote), self.evidence.index(each)), default=None)


class BeliefSource(Struct, frozen=True):
    """A call or a prep with its hypotheses; `started_at` orders them."""

    call: str
    started_at: datetime | None
    results: tuple[HypothesisResult, ...]


def belief_source(call: str, state: CallState) -> BeliefSource:
    """Return the hypotheses of a stored call or prep, without what its transcript says of them."""
    started_at = moment(state.started.started_at) if state.started else None
    return BeliefSource(call, started_at, tuple(hypothesis_results(state)))


_STATES = {
    Verdict.FOR: BeliefState.SUPPORTED,
    Verdict.AGAINST: BeliefState.WEAKENED,
    Verdict.DISPROVED: BeliefState.DISPROVED,
}

SHOWN_FIRST = (BeliefState.UNTESTED, BeliefState.WEAKENED, BeliefState.SUPPORTED, BeliefState.DISPROVED)
"""Order of the states in a list: what is to be found out comes first."""


def beliefs(sources: Iterable[BeliefSource]) -> tuple[Belief, ...]:
    """Return the beliefs of an account by state, the oldest first. The order of `sources` makes no difference."""
    found: dict[str, list[tuple[BeliefSource, HypothesisResult]]] = {}
    for source in sorted(sources, key=_order):
        for result in source.results:
            found.setdefault(hypothesis_key(result.text), []).append((source, result))
    made = (_belief(mentions) for mentions in found.values())
    return tuple(sorted(made, key=lambda each: (SHOWN_FIRST.index(each.state), *_age(each))))


def riskiest(found: Iterable[Belief], musts: Collection[str] = (), but: Iterable[str] = ()) -> Belief | None:
    """Return the untested belief to test next, None if all are tested or among the hypotheses `but`.

    Most depends on a belief whose question is among today's must-asks (`musts`, ids), so it comes first. Of several,
    the one that was believed longest; then one that nobody knows how to disprove.
    """
    known = {hypothesis_key(text) for text in but}

    def risk(belief: Belief) -> tuple[bool, float, bool, str]:
        key = hypothesis_key(belief.text)
        return belief.question not in musts, epoch_seconds(belief.since), bool(belief.disproof), key

    untested = (each for each in found if each.state is BeliefState.UNTESTED)
    return min((each for each in untested if hypothesis_key(each.text) not in known), key=risk, default=None)


def _belief(mentions: Sequence[tuple[BeliefSource, HypothesisResult]]) -> Belief:
    """Return the belief of its mentions, oldest first."""
    latest = mentions[-1][1]
    evidence = tuple(
        Evidence(source.call, source.started_at, result.verdict, result.quote)
        for source, result in mentions
        if result.verdict is not None and result.verdict is not Verdict.UNTOUCHED
    )
    return Belief(
        latest.text,
        next((result.question for _, result in reversed(mentions) if result.question), ""),
        next((result.disproof for _, result in reversed(mentions) if result.disproof), ""),
        _state(evidence),
        next((source.started_at for source, _ in mentions if source.started_at), None),
        evidence,
    )


def _state(evidence: Iterable[Evidence]) -> BeliefState:
    """Return the state: the latest evidence decides, but a disproof stands until something speaks for the belief."""
    state = BeliefState.UNTESTED
    for each in evidence:
        if not (state is BeliefState.DISPROVED and each.verdict is Verdict.AGAINST):
            state = _STATES[each.verdict]
    return state


def _order(source: BeliefSource) -> tuple[float, str]:
    return epoch_seconds(source.started_at), source.call


def _age(belief: Belief) -> tuple[float, str]:
    return epoch_seconds(belief.since), hypothesis_key(belief.text)
