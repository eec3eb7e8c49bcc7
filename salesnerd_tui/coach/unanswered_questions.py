"""Questions of the buyer that the user has not answered yet, while the call runs.

A question is open when the reply puts it off or changes the subject. A later sentence of the user that shares enough
words with the question closes it. The debrief finds them in the same way (`review/debrief/reactions.py`), and also
those that nobody replied to.
"""

from __future__ import annotations

from msgspec import Struct

from salesnerd_tui.coach.normalize import topics, words
from salesnerd_tui.coach.phrases import phrases
from salesnerd_tui.coach.sentences import SpokenSentence, end_mark
from salesnerd_tui.coach.signals.questions import QuestionType, question
from salesnerd_tui.lazy_pattern import lazy_pattern

FEWEST_WORDS = 4
"""Minimum words of a question; shorter ones ("sorry?", "is it?") need no later answer."""

SHARED_STEMS = 2
"""Minimum content stems that a later sentence shares with a question that it answers."""

REPLY_SENTENCES = 3
"""Sentences at the start of a reply that decide whether it answers."""

MOST_OPEN = 20
"""Maximum number of open questions."""

_PUTS_OFF = phrases(
    "(?:i|we)(?:'ll| will|'d| would)? (?:have to|need to|must|better) (?:check|ask|look|find out|get back)",
    "(?:i|we)(?:'ll| will| can) (?:check|find out|get back|look (?:it|that|into)|come back|come to|get to|let you know|"
    "tell you (?:later|in a))",
    "(?:i|we) (?:don't|do not) (?:actually |really )?know|no idea|let me (?:check|find out|come back)",
    "(?:more on that|later|another time|in a (?:minute|second|moment))$",
)
_CHANGES_SUBJECT = lazy_pattern(
    r"^(?:(?:so|okay|ok|well|right|yes|yeah|good|great|thanks|thank you|and|but|now) )*(?:moving on|move on|anyway|"
    r"before (?:that|we get|i answer)|let me (?:first|just|finish|continue|share|"
    r"show)|as i was saying|first|next|regarding)\b"
)


def needs_answer(text: str) -> bool:
    """Return True if a sentence is a question that needs an answer; checks such as "okay?" are not."""
    spoken = words(text)
    return len(spoken) >= FEWEST_WORDS and question(spoken, end_mark(text)) is QuestionType.REAL


def is_put_off(line: str) -> bool:
    """Return True if the first sentence of a reply puts the answer off."""
    return _PUTS_OFF.search(line) is not None


def changes_subject(line: str) -> bool:
    """Return True if the first sentence of a reply opens another subject."""
    return _CHANGES_SUBJECT.search(line) is not None


class OpenQuestion(Struct, frozen=True):
    """A question of the buyer that is not answered. `at` is in seconds of the call."""

    text: str
    at: float


class OpenQuestions:
    """Open questions of a call, updated one sentence at a time by `theirs` and `mine` at a constant cost."""

    def __init__(self) -> None:
        self._open: list[tuple[OpenQuestion, frozenset[str]]] = []
        self._waiting: tuple[OpenQuestion, frozenset[str]] | None = None
        self._reply = 0

    @property
    def open(self) -> tuple[OpenQuestion, ...]:
        """Return the questions that wait for an answer, oldest first."""
        return tuple(each for each, _ in self._open)

    def theirs(self, said: SpokenSentence, *, asked: bool) -> None:
        """Take a sentence of the buyer; `asked` is true if it may be a question.

        Within a turn, the last wording of a question counts.
        """
        if self._waiting is not None and self._reply:
            self._keep()
        if asked and len(said.words) >= FEWEST_WORDS and question(said.words, said.mark) is QuestionType.REAL:
            self._waiting = (OpenQuestion(said.text, said.start), topics(said.words))
            self._reply = 0

    def mine(self, said: SpokenSentence) -> None:
        """Take a sentence of the user: the reply to a question, or the answer to an older one."""
        spoken = topics(said.words)
        if self._open:
            self._open = [each for each in self._open if len(each[1] & spoken) < SHARED_STEMS]
        if self._waiting is None:
            return
        self._reply += 1
        if self._reply == 1:
            if is_put_off(said.line):
                self._keep()
                return
            is_answer = not changes_subject(said.line) or bool(spoken & self._waiting[1])
        else:
            is_answer = bool(spoken & self._waiting[1])
        if is_answer:
            self._waiting = None
        elif self._reply >= REPLY_SENTENCES:
            self._keep()

    def _keep(self) -> None:
        assert self._waiting is not None
        self._open = [*self._open, self._waiting][-MOST_OPEN:]
        self._waiting = None
        self._reply = 0
