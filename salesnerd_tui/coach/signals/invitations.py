"""What they asked for: an invitation opens a licence to explain, and says how long it lasts.

The design gives an explanation that was asked for 60-75 seconds, renewed by each further question. A question
that yes or no answers buys less, being shown something buys more, since it cannot be shown in a sentence.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from salesnerd_tui.coach.signals.questions import question
from salesnerd_tui.coach.words import phrases


class Wanted(StrEnum):
    """What they want to hear or see."""

    SHOWN = "shown"
    EXPLAINED = "explained"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Invitation:
    wanted: Wanted
    words: tuple[str, ...]


_SHOW = phrases(
    "(?:show|demo|demonstrate|present|walk)(?: (?:me|us|it|that|them|the|what|how|your|through|now))+",
    "(?:can|could|may|want to|like to|happy to|love to|let's|let me|let us|wanna|going to|would) (?:[a-z']+ )?(?:see|"
    "look|watch|take a look|have a look|check)",
    "(?:let's|please) (?:see|look|have a look|take a look|do (?:it|that|this)|start|go|continue|begin|walk|run|show)",
    "(?:take|have) (?:me|us|a look)",
    "go ahead|go on|please do|carry on|keep going|take it away|the floor is yours|your turn|over to you|i'm "
    "listening|we're listening",
    "open (?:it|that|the|this)",
    "give (?:me|us) (?:a|an|the|some) (?:demo|tour|overview|glimpse|idea|example|summary|update)",
)
_EXPLAIN = phrases(
    "(?:tell|explain|describe|clarify|remind|elaborate|share|teach|break (?:it|that|this) down)(?: (?:me|us|it|that|"
    "what|how|why|to|a|more|about|through|the|your|on))*",
    "how (?:do|does|did|is|are|was|were|would|will|can|could|come|exactly|to|you|it|this|that)",
    "(?:why|what's|how's)",
    "what(?: [a-z'-]+){0,3} (?:is|are|was|were|does|do|did|will|would|happens|happened|about|if|makes|made|means|"
    "kind|sort|can|could|should|have|has)",
    "(?:what|which) [a-z'-]+",
    "i (?:don't|do not|didn't|still don't) (?:quite |fully |really )?(?:understand|get|know|see)",
    "(?:what do you|do you) (?:mean|think)",
    "(?:i'm|i am|was|we're|just) (?:curious|wondering|interested)",
    "(?:i|we) (?:wonder|want to know|would like to know|want to understand|want to hear|'d love to hear)",
    "give (?:me|us) (?:a|an|some) (?:sense|example|picture)",
    "what (?:did|have|do|are|will|would) you",
    "for example$|such as$|meaning$",
)


def invitation(spoken: tuple[str, ...], marked: bool = False) -> Invitation | None:
    """What these words of theirs ask for, or None when they ask for nothing."""
    line = " ".join(spoken)
    if _SHOW.search(line):
        return Invitation(Wanted.SHOWN, spoken)
    kind = question(spoken, marked)
    if kind is None:
        told = _TOLD.search(line)
        return Invitation(Wanted.EXPLAINED, spoken) if told else None
    return Invitation(Wanted.EXPLAINED if _EXPLAIN.search(line) else Wanted.ANSWERED, spoken)


_TOLD = phrases(
    "(?:tell|explain|describe|remind|clarify|elaborate)(?: (?:me|us|it|to me|to us|on|what|how|why|more|about|the|"
    "that))+",
    "i (?:don't|do not|didn't|still don't) (?:quite |fully |really )?(?:understand|get (?:it|that|how|what|why))",
    "(?:i'm|i am|we're) (?:curious|wondering|not sure (?:how|what|why|i understand))",
    "i (?:wonder|want to know|would like to (?:know|hear|understand)|'d (?:like|love) to (?:know|hear|understand))",
)
