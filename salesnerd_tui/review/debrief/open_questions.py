"""Open questions: what the buyer asked and the user has not answered.

A question is open when there is no reply, or when the reply puts the question off or changes the subject.
A later sentence of the user that shares enough words with the question closes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from salesnerd_tui.call.events import Side
from salesnerd_tui.coach.normalize import topics, words
from salesnerd_tui.coach.open_questions import SHARED_STEMS, changes_subject, is_put_off, needs_answer
from salesnerd_tui.review.debrief.followups import REPLY_SENTENCES, reply_to
from salesnerd_tui.review.debrief.model import Sentence
from salesnerd_tui.review.debrief.talk import SpeechTimeline

QuestionReader = Callable[[str], bool]
"""Returns True if a sentence of the buyer asks something that needs an answer."""


def is_answered(asked: str, reply: Sequence[str]) -> bool:
    """Return True unless the reply is empty, puts the question off or changes the subject."""
    lines = [" ".join(words(text)) for text in reply[:REPLY_SENTENCES]]
    if not any(lines):
        return False
    shares = bool(topics(words(asked)) & topics(words(" ".join(lines))))
    return not is_put_off(lines[0]) and (shares or not changes_subject(lines[0]))


def open_questions(speech: SpeechTimeline, read: QuestionReader = needs_answer) -> Iterator[Sentence]:
    """Yield the buyer's questions that were not answered, oldest first."""
    mine = [(sentence.at, topics(words(sentence.text))) for sentence in speech.sentences if sentence.side is Side.ME]
    for number, run in enumerate(speech.runs):
        if run.side is not Side.THEM:
            continue
        asked = [said for said in speech.between(Side.THEM, run.start, run.end) if read(said.text)]
        if not asked:
            continue
        reply = reply_to(speech, number)
        later = reply[-1].at if reply else run.end
        # A turn often rephrases its question; the last wording is the one that waits for an answer.
        if is_answered(asked[-1].text, [sentence.text for sentence in reply]):
            continue
        stems = topics(words(asked[-1].text))
        if not any(at > later and len(stems & said) >= SHARED_STEMS for at, said in mine):
            yield asked[-1]
