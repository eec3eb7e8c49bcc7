"""Overpromises: why a promise cannot be kept, and what to say instead.

A safer wording has gaps that only the speaker can fill: what was tried, what is covered, until which day something is
checked. It is short enough to be read at a glance at 80 columns.
"""

from __future__ import annotations

from collections.abc import Mapping

from salesnerd_tui.call.events import TapBasis, TapReason
from salesnerd_tui.coach.phrases import Phrases
from salesnerd_tui.coach.signals.promises import EFFORT, FEELING, GAIN, HOURS, DetectedPromise, OverpromiseKind
from salesnerd_tui.lazy_pattern import lazy_pattern

_BASES: Mapping[OverpromiseKind, TapBasis] = {
    OverpromiseKind.ABSOLUTE: TapBasis.NO_EXCEPTION,
    OverpromiseKind.UNBOUNDED: TapBasis.OPEN_ENDED,
    OverpromiseKind.UNFOUNDED: TapBasis.NOT_CHECKED,
}
_WORDINGS_BY_KIND: Mapping[OverpromiseKind, str] = {
    OverpromiseKind.ABSOLUTE: "So far, yes; the exception I know of is …",
    OverpromiseKind.UNBOUNDED: "For … yes; for anything else I'd check by …",
    OverpromiseKind.UNFOUNDED: "I see no obstacle yet; I'll check … by …",
}
_DEADLINE = Phrases("(?:deadlines?|go-live|launch|go-live date|date|on time|in time)")
_WORDINGS_BY_SUBJECT: tuple[tuple[Phrases, str], ...] = (
    (GAIN, "At … it was …; for you, we would measure it by …"),
    (FEELING, "Those who tried it say …; your people could judge by …"),
    (EFFORT, "Elsewhere it took …; I'd look at your case by …"),
    (HOURS, "We're available from … to …; outside that, …"),
    (_DEADLINE, "The plan is …; what could move it is …"),
)
"""Wordings by the subject of a promise; they take precedence over those by kind."""

_WORDING_WITH_DATE = "The plan is to have it {due}; what could move it is …"
_FUTURE = Phrases("(?:[a-z]+'ll|will|going to|guarantee|guaranteed|promise|shall|consider it)")
"""Words of a promise about the future. Elsewhere a day is part of a story, or of how the product works."""

_PROPER_NOUNS = lazy_pattern(
    r"\b(?:i(?='|\b)|(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|june|july|august|september|"
    r"october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|may(?= \d)|christmas|easter|new year)\b"
)
"""Words that are capitalized again for display; the sentence is in lower case."""

_NOW = frozenset(
    (
        "today",
        "tonight",
        "immediately",
        "asap",
        "now",
        "right now",
        "right away",
        "straight away",
        "as soon as possible",
    )
)
_WORDING_FOR_NEVER_SAY = "What I can say today is …; the rest by …"


def overpromise_reason(promise: DetectedPromise) -> TapReason | None:
    """Return why this promise is an overpromise; None for a promise that can be kept."""
    if promise.kind is None:
        return None
    basis = TapBasis.NOT_MEASURED if GAIN.search(promise.evidence) else _BASES[promise.kind]
    return TapReason(basis, words=(_capitalize_names(promise.evidence),))


def safer_wording(promise: DetectedPromise, line: str) -> str:
    """Return a safer wording for the promise in this line; empty for a promise that can be kept."""
    if promise.kind is None:
        return ""
    if is_binding(promise, line):
        return _WORDING_WITH_DATE.format(due=_capitalize_names(promise.due))
    by_subject = (wording for subject, wording in _WORDINGS_BY_SUBJECT if subject.search(line))
    return next(by_subject, _WORDINGS_BY_KIND[promise.kind])


def is_binding(promise: DetectedPromise | None, line: str) -> bool:
    """Return whether an overpromise commits the user to a day, unlike a claim about the product."""
    if promise is None or not promise.is_overpromise or not promise.due or promise.due in _NOW:
        return False
    is_claim = GAIN.search(line) or EFFORT.search(promise.evidence)
    return not is_claim and _FUTURE.search(line) is not None


_DENIAL = Phrases(
    "(?:never|definitely|always|impossible|guarantee|guaranteed|no way|a hundred percent|bulletproof|foolproof)",
    "(?:can't|cannot|can not|won't|will not|doesn't|does not) (?:ever |possibly )?"
    "(?:happen|fail|break|lose|crash|stop|drop|go wrong|go down|be lost)",
)
"""Words that rule out what the buyer has just reported."""


def rules_out(promise: DetectedPromise | None, line: str) -> bool:
    """Return whether an overpromise rules something out without exception (*that can't happen with ours*)."""
    return promise is not None and promise.is_overpromise and _DENIAL.search(line) is not None


def reason_and_safer_wording(promise: DetectedPromise | None, excluded: str, line: str) -> tuple[TapReason | None, str]:
    """Return the reason and what to say instead, for a promise or a phrase that the playbook excludes.

    The reason is None for a promise that can be kept.
    """
    wording = safer_wording(promise, line) if promise is not None else ""
    if excluded:
        return TapReason(TapBasis.NEVER_SAY, words=(excluded,)), wording or _WORDING_FOR_NEVER_SAY
    return overpromise_reason(promise) if promise is not None else None, wording


def _capitalize_names(text: str) -> str:
    return _PROPER_NOUNS.sub(lambda name: name.group().capitalize(), text)


_LIMITING = Phrases(
    "(?:let me|i'll|i will|i'd have to|i would have to|i have to|i need to|we'd have to|we have to) "
    "(?:check|find out|look into|look at|ask|confirm|verify|correct)",
    "i (?:can't|cannot|won't|will not) promise",
    "i (?:don't|do not) know (?:yet|that|if|whether)",
    "i (?:should not|shouldn't) have (?:said|promised)",
    "(?:no obstacle yet|the exception|what i can say|the plan is|for anything else|could move it)",
    "(?:elsewhere it took|those who tried it|we would measure|outside that)",
)
"""Words that limit a promise, including those of the suggested safer wordings."""

_LIMITING_STATEMENT = lazy_pattern(r"\bso far\b")
"""Words that limit a promise in a statement, and in a question ask about the past: *what have you tried so far?*"""


def limits_promise(promise: DetectedPromise | None, line: str, *, is_question: bool) -> bool:
    """Return whether a sentence limits an earlier promise: a commitment with a date, a check, or a withdrawal."""
    is_dated = promise is not None and not promise.is_overpromise and bool(promise.due)
    is_limited = _LIMITING.search(line) or (not is_question and _LIMITING_STATEMENT.search(line))
    return is_dated or bool(is_limited)
