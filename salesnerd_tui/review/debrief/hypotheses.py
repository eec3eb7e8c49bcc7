"""What somebody wanted to find out in a call, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator

from salesnerd_tui.call.plan import planning
from salesnerd_tui.call.state import CallState
from salesnerd_tui.review.debrief.model import HypothesisResult


def tested(state: CallState) -> tuple[HypothesisResult, ...]:
    """The hypotheses of the prep, each with what was noted under its question in this call."""
    return tuple(_tested(state))


def _tested(state: CallState) -> Iterator[HypothesisResult]:
    for question, text in planning(state.plan).hypotheses:
        if not question:
            yield HypothesisResult(text)
            continue
        asked_as = state.wordings.get(question, question.replace("_", " "))
        said = tuple(note.words for note in state.notes.get(question, ()) if note.words and not note.recalled_from)
        yield HypothesisResult(text, question, asked_as, said, asked=question in state.asked or bool(said))
