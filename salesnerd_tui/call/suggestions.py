"""Suggestions from what was heard: a buyer's request, a question that may have been asked, words that may answer it.

Plain values, so that a screen can draw them and an action can use them. They are not events: a suggestion that was not
accepted leaves no trace in the call.
"""

from __future__ import annotations

from msgspec import Struct

OFFERED_SECONDS = 20.0
"""Seconds for which *you asked this?* and *their answer* are shown. After that the talk has moved on."""

MOST_REQUESTS = 3
"""Maximum number of pending requests; a new one replaces the oldest."""

ANSWER_WORDS = 4
"""Minimum number of words, without polite ones, for an answer that the next question confirms; fewer need the key."""


class AnswerSuggestion(Struct, frozen=True):
    """Words of the buyer after a question was asked. `at` is the time of the last ones."""

    question: str
    asked_as: str
    words: str
    at: float

    @property
    def is_enough(self) -> bool:
        """Return whether moving to the next question confirms the answer."""
        return len(self.words.split()) >= ANSWER_WORDS


class AskedSuggestion(Struct, frozen=True):
    """A question that the user may have asked, as `heard`.

    `answer` is what the buyer said since, and `before` the answer that was pending at that time.
    """

    question: str
    asked_as: str
    heard: str
    at: float
    answer: AnswerSuggestion | None = None
    before: AnswerSuggestion | None = None


class DetourSuggestion(Struct, frozen=True):
    """A request of the buyer that a detour answers, as `heard`; `key` is the detour's letter, or empty."""

    detour: str
    label: str
    key: str
    heard: str
    at: float


class Suggestions(Struct, frozen=True):
    """All pending suggestions; none hides another.

    `requests` are the buyer's requests, newest first; each stays until it is accepted, rejected or answered. `asked`
    and `answer` expire. `unconfirmed` is the answer that the next question confirms, even after `answer` has expired.
    """

    asked: AskedSuggestion | None = None
    answer: AnswerSuggestion | None = None
    requests: tuple[DetourSuggestion, ...] = ()
    unconfirmed: AnswerSuggestion | None = None

    def __bool__(self) -> bool:
        return any((self.asked, self.answer, self.requests))

    @property
    def detour(self) -> DetourSuggestion | None:
        """Return the newest request."""
        return self.requests[0] if self.requests else None

    def answer_to(self, question: str) -> AnswerSuggestion | None:
        """Return what the buyer said to this question, if it is the one that was (or may have been) asked last."""
        if self.asked is not None and self.asked.question == question:
            return self.asked.answer
        found = self.unconfirmed or self.answer
        return found if found is not None and found.question == question else None


NO_SUGGESTIONS = Suggestions()
