"""Compliments and suppositions of the buyer that the user answers with more product.

*That sounds great* and *we would definitely use it* cost nothing to say. A question about the last time it happened
shows what they are worth; more product does not.
"""

from __future__ import annotations

from salesnerd_tui.coach.drift_judge import telling
from salesnerd_tui.coach.limits import Limits
from salesnerd_tui.coach.sentences import SpokenSentence
from salesnerd_tui.coach.signals.evidence import EVIDENCE, flatters, rung
from salesnerd_tui.coach.speech_acts import ClassifiedSentence, SpeechAct

MOST_SENTENCES = 4
"""Sentences of the user after which a compliment is forgotten."""


class Compliments:
    """Folded one sentence at a time by `theirs` and `mine`. `said` is the one that waits for a question, or empty."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.said = ""
        self._told = 0.0
        self._sentences = 0

    def theirs(self, said: SpokenSentence, *, asked: bool, invited: bool) -> None:
        """Take a sentence of the buyer. A question or a piece of evidence makes up for a compliment.

        `invited` when they are being shown what they asked for: a compliment then is only manners.
        """
        if asked:
            self.clear()
        elif not invited and flatters(said.words):
            self.clear()
            self.said = said.text
        elif self.said and rung(said.text) in EVIDENCE:
            self.clear()

    def mine(self, deed: ClassifiedSentence) -> bool:
        """Take a sentence of the user; return True if the user only talked about the product since."""
        if not self.said:
            return False
        self._sentences += 1
        if deed.act in (SpeechAct.ASKS, SpeechAct.CHECKS) or self._sentences > MOST_SENTENCES:
            self.clear()
            return False
        if len(deed.said.words) > self._limits.backchannel_words:
            self._told += telling(deed.reading)
        return self._told >= self._limits.compliment_sentences

    def clear(self) -> None:
        """Forget the compliment."""
        self.said = ""
        self._told = 0.0
        self._sentences = 0
