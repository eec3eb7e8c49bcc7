"""Hypotheses of a call: which ones it touched, and what the user decided about them afterwards.

The beliefs about an account are the hypotheses of its preps and calls, with the evidence of all calls. They are
computed from the stored calls and not stored elsewhere, so deleting a call or a name removes it here too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from salesnerd_tui.call.events import HypothesisJudged, Mode, NoteKind, Origin, Verdict
from salesnerd_tui.call.plan import hypothesis_key, plan_from_events
from salesnerd_tui.call.traversal import wording
from salesnerd_tui.coach.sentences import split_words, topics
from salesnerd_tui.review.debrief.model import HypothesisResult, Statement
from salesnerd_tui.timefmt import parse_time, to_epoch_seconds

if TYPE_CHECKING:
    from salesnerd_tui.call.state import CallState, Note
    from salesnerd_tui.playbook.model import Playbook


SHARED_STEMS = 2
"""Word stems that words elsewhere in the call share with a hypothesis they touch; a shorter hypothesis needs all."""


class _Remark(Struct, frozen=True):
    """Words of the call that may concern a hypothesis."""

    at: float
    text: str
    heard: bool = False
    is_quoted: bool = False


def hypothesis_results(
    state: CallState, statements: Sequence[Statement] = (), playbook: Playbook | None = None
) -> Iterator[HypothesisResult]:
    """Yield the hypotheses of the prep, each once, with what this call said about it.

    A call touches a hypothesis if its question was asked or answered, or if an answer, a note or one of the buyer's
    `statements` shares words with it or with what would disprove it. The user's own promises and what they wrote before
    the call do not count. Only a live call touches anything.
    """
    plan = plan_from_events(state.plan)
    is_live = state.started is not None and state.started.mode is Mode.LIVE
    remarks = [
        *_find_remarks(state),
        *(_Remark(each.at, each.said.text, heard=True, is_quoted=True) for each in statements),
    ]
    remark_stems = [topics(split_words(each.text)) for each in remarks] if plan.hypotheses else []
    judged = {hypothesis_key(event.hypothesis): event for event in state.judged}
    for question, text in plan.hypotheses:
        key = hypothesis_key(text)
        disproof = plan.disproofs.get(key, "")
        ask = playbook.question(question) if playbook else None
        ids = ask.all_ids if ask else (question,) if question else ()
        notes = (note for id in ids for note in state.notes.get(id, ()))
        answers = [_remark_of_answer(note) for note in notes if note.words and not note.recalled_from]
        asked = bool(answers) or not state.asked.keys().isdisjoint(ids)
        closest = answers[-1] if answers else _closest_remark(f"{text} {disproof}", text, remarks, remark_stems)
        verdict = judged.get(key)
        yield HypothesisResult(
            text,
            question,
            wording(question, state, playbook),
            tuple(each.text for each in answers),
            asked=asked,
            disproof=disproof,
            touched=is_live and (asked or closest is not None),
            quote=verdict.text if verdict is not None else closest.text if closest is not None else "",
            heard=verdict.how is Origin.HEARD if verdict is not None else closest is not None and closest.heard,
            is_quoted=bool(verdict.text) if verdict is not None else closest is not None and closest.is_quoted,
            verdict=verdict.verdict if verdict is not None else None,
        )


def undecided(results: Sequence[HypothesisResult]) -> tuple[HypothesisResult, ...]:
    """Return the hypotheses that the call touched and the user has not decided about."""
    return tuple(each for each in results if each.touched and each.verdict is None)


def make_verdict(result: HypothesisResult, verdict: Verdict, quote: str, at: float) -> HypothesisJudged:
    """Return the event of a verdict. A quote that began as words of the transcript is deleted with it."""
    text = "" if verdict is Verdict.UNTOUCHED else " ".join(quote.split())
    return HypothesisJudged(at, result.text, verdict, text, Origin.HEARD if result.heard and text else Origin.HAND)


def touch_text(result: HypothesisResult) -> str:
    """Return what touched a hypothesis, as a sentence that quotes only the buyer; empty if there are no words."""
    if not result.quote:
        return ""
    return f"They said “{result.quote}”" if result.is_quoted else f"You noted: {result.quote}"


def verdict_text(result: HypothesisResult) -> str:
    """Return what the user decided about a hypothesis, as the end of a sentence; empty before."""
    return VERDICTS[result.verdict] if result.verdict is not None else ""


VERDICTS = {
    Verdict.FOR: "speaks for it",
    Verdict.AGAINST: "speaks against it",
    Verdict.DISPROVED: "disproves it",
    Verdict.UNTOUCHED: "says nothing about it",
}


def _find_remarks(state: CallState) -> Iterator[_Remark]:
    """Yield answers and notes of this call. Notes of its prep were copied to its beginning."""
    for notes in state.notes.values():
        for note in notes:
            if note.words and not note.recalled_from and not note.is_set:
                yield _remark_of_answer(note)
    for noted in state.free:
        if noted.kind is not NoteKind.PROMISE and not (state.prepared and noted.at <= 0):
            yield _Remark(noted.at, noted.text, is_quoted=noted.kind is NoteKind.QUOTE)


def _remark_of_answer(note: Note) -> _Remark:
    """Return an answer as a remark; what was heard under it is quoted, a label or typed words are the user's."""
    heard = note.how is Origin.HEARD
    return _Remark(note.at, note.words, heard, is_quoted=heard and bool(note.text))


def _closest_remark(
    about: str, hypothesis: str, remarks: Sequence[_Remark], remark_stems: Sequence[frozenset[str]]
) -> _Remark | None:
    """Return the remark that shares the most word stems, the latest of several; None if none shares enough."""
    stems = topics(split_words(about))
    min_shared = min(SHARED_STEMS, len(topics(split_words(hypothesis))) or SHARED_STEMS)
    shared = [(len(remark_stems[number] & stems), each.at, number) for number, each in enumerate(remarks)]
    best = max(shared, default=(0, 0.0, 0))
    return remarks[best[2]] if best[0] >= min_shared else None


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
    started_at = parse_time(state.started.started_at) if state.started else None
    return BeliefSource(call, started_at, tuple(hypothesis_results(state)))


_STATES = {
    Verdict.FOR: BeliefState.SUPPORTED,
    Verdict.AGAINST: BeliefState.WEAKENED,
    Verdict.DISPROVED: BeliefState.DISPROVED,
}

STATE_ORDER = (BeliefState.UNTESTED, BeliefState.WEAKENED, BeliefState.SUPPORTED, BeliefState.DISPROVED)
"""Order of the states in a list; untested hypotheses come first."""


def beliefs(sources: Iterable[BeliefSource]) -> tuple[Belief, ...]:
    """Return the beliefs of an account by state, the oldest first. The order of `sources` makes no difference."""
    mentions_by_key: dict[str, list[tuple[BeliefSource, HypothesisResult]]] = {}
    for source in sorted(sources, key=lambda each: (to_epoch_seconds(each.started_at), each.call)):
        for result in source.results:
            mentions_by_key.setdefault(hypothesis_key(result.text), []).append((source, result))

    def order(belief: Belief) -> tuple[int, float, str]:
        return STATE_ORDER.index(belief.state), to_epoch_seconds(belief.since), hypothesis_key(belief.text)

    return tuple(sorted(map(_merge_mentions, mentions_by_key.values()), key=order))


def find_riskiest(
    candidates: Iterable[Belief], musts: Collection[str] = (), excluded: Iterable[str] = ()
) -> Belief | None:
    """Return the untested belief to test next, None if all others are tested or `excluded`.

    A belief whose question is one of today's must-asks (`musts`, ids) matters most. Of several, the oldest comes first,
    then one that nothing would disprove.
    """
    excluded_keys = {hypothesis_key(text) for text in excluded}

    def risk(belief: Belief) -> tuple[bool, float, bool, str]:
        key = hypothesis_key(belief.text)
        return belief.question not in musts, to_epoch_seconds(belief.since), bool(belief.disproof), key

    untested = (each for each in candidates if each.state is BeliefState.UNTESTED)
    return min((each for each in untested if hypothesis_key(each.text) not in excluded_keys), key=risk, default=None)


def _merge_mentions(mentions: Sequence[tuple[BeliefSource, HypothesisResult]]) -> Belief:
    """Return the belief of its mentions, oldest first."""
    latest = mentions[-1][1]
    evidence = tuple(
        Evidence(source.call, source.started_at, result.verdict, result.quote)
        for source, result in mentions
        if result.verdict is not None and result.verdict is not Verdict.UNTOUCHED
    )
    # The latest evidence decides, but a disproof holds until something supports the belief.
    state = BeliefState.UNTESTED
    for each in evidence:
        if not (state is BeliefState.DISPROVED and each.verdict is Verdict.AGAINST):
            state = _STATES[each.verdict]
    return Belief(
        latest.text,
        next((result.question for _, result in reversed(mentions) if result.question), ""),
        next((result.disproof for _, result in reversed(mentions) if result.disproof), ""),
        state,
        next((source.started_at for source, _ in mentions if source.started_at), None),
        evidence,
    )
