"""Hypotheses of a call: which ones it touched, and what the user decided about them afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from salesnerd_tui.call.events import HypothesisJudged, Mode, NoteKind, Origin, Verdict
from salesnerd_tui.call.plan import hypothesis_key, planning
from salesnerd_tui.coach.normalize import topics, words
from salesnerd_tui.review.debrief.model import HypothesisResult, Statement

if TYPE_CHECKING:
    from salesnerd_tui.call.state import CallState, Note

SHARED_STEMS = 2
"""Word stems that words elsewhere in the call share with a hypothesis they touch; a shorter hypothesis needs all."""


class _Remark(Struct, frozen=True):
    """Words of the call that may concern a hypothesis."""

    at: float
    text: str
    heard: bool = False
    is_quoted: bool = False


def hypothesis_results(state: CallState, statements: Sequence[Statement] = ()) -> Iterator[HypothesisResult]:
    """Yield the hypotheses of the prep, each once, with what this call said about it.

    A call touches a hypothesis if its question was asked or answered, or if an answer, a note or one of the buyer's
    `statements` shares words with it or with what would disprove it. The user's own promises and what they wrote before
    the call do not count. Only a live call touches anything.
    """
    plan = planning(state.plan)
    is_live = state.started is not None and state.started.mode is Mode.LIVE
    remarks = [*_remarks(state), *(_Remark(each.at, each.said.text, heard=True, is_quoted=True) for each in statements)]
    judged = {hypothesis_key(event.hypothesis): event for event in state.judged}
    for question, text in plan.hypotheses:
        key = hypothesis_key(text)
        disproof = plan.disproofs.get(key, "")
        answers = [
            _of_answer(note)
            for note in (state.notes.get(question, ()) if question else ())
            if note.words and not note.recalled_from
        ]
        asked = bool(question) and (question in state.asked or bool(answers))
        closest = answers[-1] if answers else _closest(f"{text} {disproof}", text, remarks)
        verdict = judged.get(key)
        yield HypothesisResult(
            text,
            question,
            state.wordings.get(question, question.replace("_", " ")),
            tuple(each.text for each in answers),
            asked=asked,
            disproof=disproof,
            touched=is_live and (asked or closest is not None),
            quote=verdict.text if verdict is not None else closest.text if closest is not None else "",
            heard=verdict.how is Origin.HEARD if verdict is not None else closest is not None and closest.heard,
            is_quoted=bool(verdict.text) if verdict is not None else closest is not None and closest.is_quoted,
            verdict=verdict.verdict if verdict is not None else None,
        )


def to_judge(results: Sequence[HypothesisResult]) -> tuple[HypothesisResult, ...]:
    """Return the hypotheses that the call touched and the user has not decided about."""
    return tuple(each for each in results if each.touched and each.verdict is None)


def judge(result: HypothesisResult, verdict: Verdict, quote: str, at: float) -> HypothesisJudged:
    """Return the event of a verdict. A quote that began as words of the transcript is deleted with it."""
    text = "" if verdict is Verdict.UNTOUCHED else " ".join(quote.split())
    return HypothesisJudged(at, result.text, verdict, text, Origin.HEARD if result.heard and text else Origin.HAND)


def touching_words(result: HypothesisResult) -> str:
    """Return what touched a hypothesis, as a sentence that quotes only the buyer; empty if there are no words."""
    if not result.quote:
        return ""
    return f"They said “{result.quote}”" if result.is_quoted else f"You noted: {result.quote}"


def judgment(result: HypothesisResult) -> str:
    """Return what the user decided about a hypothesis, as the end of a sentence; empty before."""
    return VERDICTS[result.verdict] if result.verdict is not None else ""


VERDICTS = {
    Verdict.FOR: "speaks for it",
    Verdict.AGAINST: "speaks against it",
    Verdict.DISPROVED: "disproves it",
    Verdict.UNTOUCHED: "says nothing about it",
}


def _remarks(state: CallState) -> Iterator[_Remark]:
    """Yield answers and notes of this call. Notes of its prep were copied to its beginning."""
    for notes in state.notes.values():
        for note in notes:
            if note.words and not note.recalled_from and not note.is_set:
                yield _of_answer(note)
    for noted in state.free:
        if noted.kind is not NoteKind.PROMISE and not (state.prepared and noted.at <= 0):
            yield _Remark(noted.at, noted.text, is_quoted=noted.kind is NoteKind.QUOTE)


def _of_answer(note: Note) -> _Remark:
    """Return an answer as a remark; what was heard under it is quoted, a label or typed words are the user's."""
    heard = note.how is Origin.HEARD
    return _Remark(note.at, note.words, heard, is_quoted=heard and bool(note.text))


def _closest(about: str, hypothesis: str, remarks: Sequence[_Remark]) -> _Remark | None:
    """Return the remark that shares the most word stems, the latest of several; None if none shares enough."""
    stems = topics(words(about))
    enough = min(SHARED_STEMS, len(topics(words(hypothesis))) or SHARED_STEMS)
    shared = [(len(topics(words(each.text)) & stems), each.at, number) for number, each in enumerate(remarks)]
    best = max(shared, default=(0, 0.0, 0))
    return remarks[best[2]] if best[0] >= enough else None
