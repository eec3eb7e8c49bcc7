"""Suggestions from what was heard: their requests, a question that may have been asked, words that may answer it.

Plain values, so that a screen can draw them and an action can use them. They are not events: a suggestion that nobody
took leaves no trace in the call.
"""

from __future__ import annotations

from msgspec import Struct

OFFERED_SECONDS = 20.0
"""Seconds for which *you asked this?* and *their answer* are shown. The talk has moved on after that."""

MOST_REQUESTS = 3
"""Requests of theirs that wait at the same time; an older one makes room for a new one."""

ANSWER_WORDS = 4
"""Words of theirs, polite words left out, from which on moving on confirms an answer; fewer need the key."""


class AnswerSuggestion(Struct, frozen=True):
    """What they said after a question was asked. `at` is when the last of it was heard."""

    question: str
    asked_as: str
    words: str
    at: float

    @property
    def is_enough(self) -> bool:
        """Whether the next question confirms it without a key of its own."""
        return len(self.words.split()) >= ANSWER_WORDS


class AskedSuggestion(Struct, frozen=True):
    """A question that the user perhaps asked, as `heard`. `answer` is what they said since, `before` what was open."""

    question: str
    asked_as: str
    heard: str
    at: float
    answer: AnswerSuggestion | None = None
    before: AnswerSuggestion | None = None


class DetourSuggestion(Struct, frozen=True):
    """A request of theirs that a detour answers, as `heard`; `key` is the detour's letter, or empty."""

    detour: str
    label: str
    key: str
    heard: str
    at: float


class Suggestions(Struct, frozen=True):
    """Everything that waits, and nothing hides anything else.

    `requests` are what they asked for, newest first; each waits until it is taken, rejected or answered. `asked` and
    `answer` are marks that expire. `unconfirmed` is the answer that the next question confirms, whether or not its
    mark is still shown.
    """

    asked: AskedSuggestion | None = None
    answer: AnswerSuggestion | None = None
    requests: tuple[DetourSuggestion, ...] = ()
    unconfirmed: AnswerSuggestion | None = None

    def __bool__(self) -> bool:
        return any((self.asked, self.answer, self.requests))

    @property
    def detour(self) -> DetourSuggestion | None:
        """The newest request."""
        return self.requests[0] if self.requests else None

    def answer_to(self, question: str) -> AnswerSuggestion | None:
        """What they said to this question, if it is the one that was asked, or perhaps asked, last."""
        if self.asked is not None and self.asked.question == question:
            return self.asked.answer
        found = self.unconfirmed or self.answer
        return found if found is not None and found.question == question else None


NO_OFFERS = Suggestions()
