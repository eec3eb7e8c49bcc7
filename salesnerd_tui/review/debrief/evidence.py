"""Evidence in the debrief: the buyer's statements that matter, each on its rung (`coach/signals/evidence.py`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from salesnerd_tui.call.events import Side
from salesnerd_tui.coach.signals.evidence import EVIDENCE, RUNGS, Rung, rung
from salesnerd_tui.review.debrief.model import Statement
from salesnerd_tui.review.debrief.talk import SpeechTimeline

RungReader = Callable[[str], Rung | None]
"""Returns the rung of a sentence of the buyer, None if the sentence does not matter."""


def statements(speech: SpeechTimeline, read: RungReader = rung) -> Iterator[Statement]:
    """Yield the buyer's statements that have a rung, oldest first."""
    for sentence in speech.sentences:
        if sentence.side is Side.THEM and (found := read(sentence.text)) is not None:
            yield Statement(sentence.at, sentence, found.value, found in EVIDENCE)


def best(found: tuple[Statement, ...]) -> Statement | None:
    """Return the statement on the highest rung, the most detailed one of several; None without evidence."""
    return max(
        (statement for statement in found if statement.is_evidence),
        key=lambda statement: (RUNGS.index(Rung(statement.rung)), len(statement.said.text)),
        default=None,
    )
