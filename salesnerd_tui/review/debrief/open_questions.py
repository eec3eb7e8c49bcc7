"""Open questions: what the buyer asked and the user has not answered.

A question is open when there is no reply, or when the reply puts the question off or changes the subject.
A later sentence of the user that shares enough words with the question closes it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from salesnerd_tui.call.events import Side
from salesnerd_tui.coach.normalize import topics, words
from salesnerd_tui.coach.phrases import phrases
from salesnerd_tui.coach.sentences import end_mark
from salesnerd_tui.coach.signals.questions import QuestionType, question
from salesnerd_tui.review.debrief.followups import REPLY_SENTENCES, reply_to
from salesnerd_tui.review.debrief.model import Sentence
from salesnerd_tui.review.debrief.talk import SpeechTimeline

FEWEST_WORDS = 4
"""Shorter questions ("sorry?", "is it?") ask for nothing that can be answered later."""

SHARED_STEMS = 2
"""A later sentence answers the question when it shares this many content stems with it."""

QuestionReader = Callable[[str], bool]
"""Returns True if a sentence of the buyer asks something that needs an answer."""

_PUTS_OFF = phrases(
    "(?:i|we)(?:'ll| will|'d| would)? (?:have to|need to|must|better) (?:check|ask|look|find out|get back)",
    "(?:i|we)(?:'ll| will| can) (?:check|find out|get back|look (?:it|that|into)|come back|come to|get to|let you know|"
    "tell you (?:later|in a))",
    "(?:i|we) (?:don't|do not) (?:actually |really )?know|no idea|let me (?:check|find out|come back)",
    "(?:more on that|later|another time|in a (?:minute|second|moment))$",
)
_CHANGES_SUBJECT = re.compile(
    r"^(?:(?:so|okay|ok|well|right|yes|yeah|good|great|thanks|thank you|and|but|now) )*(?:moving on|move on|anyway|"
    r"before (?:that|we get|i answer)|let me (?:first|just|finish|continue|share|"
    r"show)|as i was saying|first|next|regarding)\b"
)


def asks(text: str) -> bool:
    """Return True if the sentence is a question that needs an answer; checks such as "okay?" are not."""
    spoken = words(text)
    return len(spoken) >= FEWEST_WORDS and question(spoken, end_mark(text)) is QuestionType.REAL


def is_answered(asked: str, reply: Sequence[str]) -> bool:
    """Return True unless the reply is empty, puts the question off or changes the subject."""
    lines = [" ".join(words(text)) for text in reply[:REPLY_SENTENCES]]
    if not any(lines):
        return False
    shares = bool(topics(words(asked)) & topics(words(" ".join(lines))))
    return not _PUTS_OFF.search(lines[0]) and (shares or not _CHANGES_SUBJECT.search(lines[0]))


def open_questions(speech: SpeechTimeline, read: QuestionReader = asks) -> Iterator[Sentence]:
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
