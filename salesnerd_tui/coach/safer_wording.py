"""What can be said in place of a promise that nobody can keep, and why that one cannot be kept.

The wording has holes that only the speaker can fill: what was tried, what is covered, what will be looked at and by
when. It is short enough to be read in a glance at 80 columns while somebody waits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from salesnerd_tui.call.events import TapBasis, TapReason
from salesnerd_tui.coach.normalize import vocabulary
from salesnerd_tui.coach.phrases import Phrases, phrases
from salesnerd_tui.coach.signals.overpromises import EFFORT, FEELING, GAIN, HOURS, OverpromiseKind
from salesnerd_tui.coach.signals.promises import DetectedPromise
from salesnerd_tui.lazy_pattern import lazy_pattern

_BASIS: Mapping[OverpromiseKind, TapBasis] = {
    OverpromiseKind.EXCEPTION: TapBasis.NO_EXCEPTION,
    OverpromiseKind.END: TapBasis.OPEN_ENDED,
    OverpromiseKind.GROUND: TapBasis.NOT_CHECKED,
}
_INSTEAD: Mapping[OverpromiseKind, str] = {
    OverpromiseKind.EXCEPTION: "So far …; the exception I know of is …",
    OverpromiseKind.END: "For … yes; for anything else I'd check by …",
    OverpromiseKind.GROUND: "I see no obstacle yet; I'll check … by …",
}
_DEADLINE = phrases("(?:deadlines?|go-live|launch|go-live date|date|on time|in time)")
_OF_WHAT: tuple[tuple[Phrases, str], ...] = (
    (GAIN, "At … it was …; yours we would measure by …"),
    (FEELING, "Those who tried it said …; yours could by …"),
    (EFFORT, "Elsewhere it took …; yours I'd look at by …"),
    (HOURS, "You reach us from … to …; outside that, …"),
    (_DEADLINE, "The plan is …; what could move it is …"),
)
"""What the promise is about says more than what it lacks."""

_PLANNED = "The plan is {due}; what could move it is …"
_NAMES = lazy_pattern(
    r"\b(?:i(?='|\b)|(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|june|july|august|september|"
    r"october|november|december|christmas|easter)\b"
)
"""What is written large; the words were compared in lower case."""

_AT_ONCE = vocabulary("today tonight immediately asap")
_NEVER = "What I can say today is …; the rest by …"


def because(made: DetectedPromise) -> TapReason | None:
    """Why these words bind me to too much; None for a promise that can be kept."""
    if made.lack is None:
        return None
    basis = TapBasis.NOT_MEASURED if GAIN.search(made.evidence) else _BASIS[made.lack]
    return TapReason(basis, words=(_NAMES.sub(_large, made.evidence),))


def bounded(made: DetectedPromise, line: str) -> str:
    """A wording that can be kept in place of this line; empty for a promise that can be kept as it is."""
    if made.lack is None:
        return ""
    gain = GAIN.search(line)
    if made.due and not gain and made.due not in _AT_ONCE:
        return _PLANNED.format(due=_NAMES.sub(_large, made.due))
    about = (wording for phrases, wording in _OF_WHAT if phrases.search(line))
    return next(about, _INSTEAD[made.lack])


def told_of(made: DetectedPromise | None, never: str, line: str) -> tuple[TapReason | None, str]:
    """Why, and what instead: of a promise, and of a phrase that the playbook never wants to hear, if there is one."""
    instead = bounded(made, line) if made is not None else ""
    if never:
        return TapReason(TapBasis.NEVER_SAY, words=(never,)), instead or _NEVER
    return because(made) if made is not None else None, instead


def _large(name: re.Match[str]) -> str:
    return name.group().capitalize()
