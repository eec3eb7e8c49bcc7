"""Promises: absolute, unbounded or unfounded ones against commitments with an owner, a thing and a date.

The design's `over-promising`. *We will send the figures on Friday* is a commitment: it goes on the list in silence.
*It works with anything*, *no problem at all*, *we'll definitely have it* bind me to what nobody can know. A hedge
(*we will try*, *I'd have to check*) takes the edge off; a question, somebody else's words, the past and what is only
supposed promise nothing.
"""

from __future__ import annotations

from msgspec import Struct

from salesnerd_tui.coach.signals import asides
from salesnerd_tui.coach.signals.commitments import commitment
from salesnerd_tui.coach.signals.deadlines import due, recipient
from salesnerd_tui.coach.signals.overpromises import Lack, claims


class Promise(Struct, frozen=True):
    """`due` and `to` are the speaker's own words, empty when they said none. `over` marks the kind nobody can keep."""

    over: bool
    evidence: str
    due: str = ""
    to: str = ""
    lack: Lack | None = None


def promise(line: str, *, asked: bool = False) -> Promise | None:
    """The promise in this sentence of mine, or None."""
    if asked:
        return None
    claim = next((claim for claim in claims(line) if _meant(line, claim.start, claim.end, is_claim=True)), None)
    if claim is not None:
        return Promise(True, claim.words, due(line), recipient(line), claim.lack)
    when = due(line)
    made = commitment(line, when)
    if made is None or not _meant(line, made.start(), made.end()):
        return None
    return Promise(False, made.group().strip(), when, recipient(line))


def _meant(line: str, start: int, end: int, *, is_claim: bool = False) -> bool:
    """Whether the words from `start` to `end` are said in earnest. A hedge softens a claim, not a commitment."""
    taken_back = asides.supposed(line, end) or asides.denied(line, start) or asides.reported(line, start)
    return not taken_back and not (is_claim and asides.hedged(line, start, end))
