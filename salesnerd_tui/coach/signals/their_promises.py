"""What they promise: only in the first person and with a day to it, since it is listed as theirs without a question.

*We'll see* and *somebody should send you that* bind nobody; *I'll ask the director by Friday* does.
"""

from __future__ import annotations

from salesnerd_tui.coach.signals.promises import Promise, promise
from salesnerd_tui.coach.words import phrases

_OWN = phrases(
    "(?:i|we)(?:'ll| will|'m going to|'re going to| am going to| are going to) "
    "(?!see |think |have to see |not |never |be |need |want |know )[a-z]+"
)


def their_promise(line: str, *, asked: bool = False) -> Promise | None:
    """The promise in this sentence of theirs, or None."""
    if asked or not _OWN.search(line):
        return None
    made = promise(line)
    return Promise(False, made.evidence, made.due, made.to) if made is not None and made.due else None
