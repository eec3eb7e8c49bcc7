"""What they gave away (a pain, a doubt, a need, a number) and whether I took it up.

The coach's own signals, over the whole call: the teaching is in what was let lie, since nobody offers it twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from salesnerd_tui.call.events import Side
from salesnerd_tui.coach.sentences import end_mark
from salesnerd_tui.coach.signals.questions import is_question
from salesnerd_tui.coach.signals.revealed import Revealed, revealed
from salesnerd_tui.coach.signals.takeup import takes_up
from salesnerd_tui.coach.words import topics, words
from salesnerd_tui.review.model import Reveal, Sentence, Stretch
from salesnerd_tui.review.talk import Speech

WEIGHT = (Revealed.PAIN, Revealed.DOUBT, Revealed.NEED, Revealed.NUMBER)
"""What hurts tells more than a number does."""

ANSWER_SENTENCES = 3
"""My next sentences that count as the answer to a turn of theirs; a later one has changed the subject."""


def reveals(speech: Speech) -> tuple[Reveal, ...]:
    """One for each turn of theirs that gave something away, oldest first."""
    return tuple(_reveals(speech))


def _reveals(speech: Speech) -> Iterator[Reveal]:
    for number, run in enumerate(speech.runs):
        if run.side is not Side.THEM:
            continue
        said = speech.between(Side.THEM, run.start, run.end)
        found = [(WEIGHT.index(kind), place) for place, each in enumerate(said) if (kind := revealed(words(each.text)))]
        if not found:
            continue
        weight, place = min(found)
        if number + 1 == len(speech.runs):
            break  # The last words of a call are nobody's to take up.
        answer = _answer(speech, speech.runs[number + 1 :])
        taken_up = next((mine for mine in answer if _takes_up(mine, said)), None)
        yield Reveal(
            said[place].at, WEIGHT[weight].value, said[place], taken_up is not None, taken_up or _first(answer)
        )


def _answer(speech: Speech, later: Sequence[Stretch]) -> tuple[Sentence, ...]:
    mine = next((run for run in later[:1] if run.side is Side.ME), None)
    return speech.between(Side.ME, mine.start, mine.end)[:ANSWER_SENTENCES] if mine else ()


def _takes_up(mine: Sentence, theirs: Sequence[Sentence]) -> bool:
    spoken = words(mine.text)
    stems = topics(word for sentence in theirs for word in words(sentence.text))
    return takes_up(spoken, stems, is_question(spoken, end_mark(mine.text)))


def _first(sentences: Sequence[Sentence]) -> Sentence | None:
    return sentences[0] if sentences else None
