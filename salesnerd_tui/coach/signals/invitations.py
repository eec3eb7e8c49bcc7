"""What they asked for: an invitation opens a licence to explain, and says how long it lasts.

The design gives an explanation that was asked for 60-75 seconds, renewed by each further question. A question that yes
or no answers buys less; being shown something buys more, since it cannot be shown in a sentence. Asking me to *do*
something (*could you make it bigger?*) invites work, not talk, and a worry in the shape of a question (*won't that
erase everything?*) wants an answer, not a tour.
"""

from __future__ import annotations

from enum import StrEnum

from salesnerd_tui.coach.normalize import phrases
from salesnerd_tui.coach.signals.questions import QuestionType, question


class InvitationType(StrEnum):
    """What they want to hear or see."""

    SHOWN = "shown"
    EXPLAINED = "explained"
    ANSWERED = "answered"


_SHOW = phrases(
    "(?:show|demo|demonstrate|walk)(?: (?:me|us|it|that|this|them|the|what|how|your|through|now|again))+",
    "(?:(?:can|could|may) (?:i|we|you)|let's|let us) (?:please |also |just |now |maybe )*(?:see|look at|have a look "
    "at|take a look at|watch|hear)",
    "(?:i|we)(?:'d| would)? (?:really |just |also )*(?:want|like|love|be happy|be glad|be curious) to (?:see|hear|"
    "look at)",
    "(?:happy|glad|curious|interesting|interested) (?:to|in) (?:see|seeing|hear|hearing)",
    "(?:please |just |then |you can |yes |okay |yeah )*(?:go ahead|go on|carry on|keep going|please continue|take it "
    "away)",
    "the floor is yours|your turn|over to you|(?:i'm|we're) (?:listening|all ears)",
    "open (?:it|that|the|this)",
    "give (?:me|us) (?:a|an|the|some) (?:demo|tour|overview|glimpse|idea|example|summary|update|sense|picture)",
)
_TELL = phrases(
    "(?:tell|explain|describe|clarify|remind|elaborate|teach|break (?:it|that|this) down)(?: (?:me|us|it|that|what|"
    "how|why|to|a|more|about|through|the|your|on|please))*",
    "i (?:don't|do not|didn't|still don't) (?:quite |fully |really )?(?:understand|get (?:it|that|how|what|why))",
    "(?:i'm|i am|we're|just|was) (?:also |really )?(?:curious|wondering|interested)",
    "(?:i|we) (?:wonder|want to know)",
    "(?:i'd|we'd|i would|we would) (?:like|love) to (?:know|hear|understand)",
)
_OPEN = phrases(
    "how(?: [a-z]+){0,2} (?:do|does|did|is|are|was|were|would|will|can|could|come|to|have|has)",
    "(?:why|how come|what's|how's|what happens|what happened|what about|what if|how about)",
    "(?:what|which|who|where|when)(?: [a-z'-]+){0,4} (?:is|are|was|were|does|do|did|will|would|can|could|should|have|"
    "has)",
    "what(?: kind| sort| type| exactly)",
    "(?:what do you|do you) mean",
    "for example$|such as$|meaning what",
)
_WORK = phrases(
    "(?:can|could|would|will) you (?:please |maybe |also |just |possibly |try to )*(?!tell|explain|show|describe|"
    "clarify|remind|walk|elaborate|give|share|say|demonstrate|open)[a-z]+",
    "(?:what if|why don't|why not|how about|should|could|can|shall) (?:we|you|i|it)(?: just| not)?",
    "(?:won't|wouldn't|doesn't|isn't|can't) (?:it|that|this|they|there)",
    "do you (?:want|need) me to",
)
_LET_ME = phrases(
    "let me|i'll (?:look|try|check|see|take|open)|i will (?:look|try|check|see|take|open)|one (?:second|moment)"
)
LEAST_WORDS = 2
"""A question of one word (*what?*) says that the words were not caught."""


def invitation(spoken: tuple[str, ...], mark: str = "") -> InvitationType | None:
    """What these words of theirs ask for, or None when they ask for nothing.

    A full stop does not speak against it: recognisers end many a question with one.
    """
    line = " ".join(spoken)
    if _LET_ME.search(line):
        return None
    if _SHOW.search(line):
        return InvitationType.SHOWN
    if _TELL.search(line):
        return InvitationType.EXPLAINED
    if len(spoken) < LEAST_WORDS or question(spoken, mark if mark == "?" else "") is not QuestionType.REAL:
        return (
            InvitationType.ANSWERED if mark == "?" and len(spoken) >= LEAST_WORDS and not _WORK.search(line) else None
        )
    if _WORK.search(line):
        return None
    return InvitationType.EXPLAINED if _OPEN.search(line) else InvitationType.ANSWERED


_OFFER = phrases(
    "(?:shall|should|can|may|could|do you want me to|would you like (?:me )?to|want me to|let me|i'll|i will|i can|"
    "we can|we'll) (?:i |we |now |just |quickly |also )*(?:show|demo|demonstrate|walk|explain|tell|see|present|share|"
    "continue|go on|move|start|run)",
)


def offers(line: str) -> bool:
    """True when I offer to show or explain: their yes is an invitation."""
    return bool(_OFFER.search(line))
