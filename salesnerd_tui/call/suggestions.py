"""What was heard and waits for a yes: a question perhaps asked, words perhaps its answer, a detour perhaps opened.

Plain values, so that a screen can draw them and a gesture act on them. They are no events: an offer nobody took leaves
no trace in the call.
"""

from __future__ import annotations

from msgspec import Struct

OFFERED_SECONDS = 20.0
"""How long *asked this?* and a detour are offered. The talk has moved on after that."""

ANSWER_WORDS = 4
"""Words of theirs, manners left out, from which on moving on confirms an answer; fewer take the key of their own."""


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
    """A question that I perhaps asked, as `heard`. `answer` is what they said since, `before` what was open then."""

    question: str
    asked_as: str
    heard: str
    at: float
    answer: AnswerSuggestion | None = None
    before: AnswerSuggestion | None = None


class DetourSuggestion(Struct, frozen=True):
    """A detour that their words, as `heard`, open; `key` is its letter, or empty."""

    detour: str
    label: str
    key: str
    heard: str
    at: float


class Suggestions(Struct, frozen=True):
    """At most one of each kind; all None when nothing waits."""

    asked: AskedSuggestion | None = None
    answer: AnswerSuggestion | None = None
    detour: DetourSuggestion | None = None

    def __bool__(self) -> bool:
        return any((self.asked, self.answer, self.detour))

    def answer_to(self, question: str) -> AnswerSuggestion | None:
        """What they said to this question, if it is the one that was asked, or perhaps asked, last."""
        if self.asked is not None and self.asked.question == question:
            return self.asked.answer
        return self.answer if self.answer is not None and self.answer.question == question else None


NO_OFFERS = Suggestions()
