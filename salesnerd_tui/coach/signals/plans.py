"""What happens next: a commitment, a plan, a summing up of what was agreed. Both sides need it said."""

from __future__ import annotations

from salesnerd_tui.coach.words import phrases

_NEXT = phrases(
    "(?:we|i)(?:'ll| will| shall| plan to| intend to|'re going to| are going to|'m going to| am going to| are "
    "planning|'re planning)",
    "(?:to sum(?:mari[sz]e)?|to recap|in summary|let's recap|recap|next steps?|action items?|the plan is|our plan is)",
    "(?:will|can) be (?:done|ready|fixed|sent|finished|delivered|added|removed) (?:by|on|before|in|after|today|"
    "tomorrow|next|this)",
)


def plans(line: str) -> bool:
    """True when this sentence of mine says what will be done."""
    return bool(_NEXT.search(line))
