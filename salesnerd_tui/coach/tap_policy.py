"""Tap policy: whether a tap is due, its kind, evidence and suggested wording, and whether it may be shown yet.

The learned judge decides whether to tap, the rules choose the kind. If the judge is unsure, the rules may tap, too.
Taps are limited, because people who get constant feedback do worse than people who get it rarely.

For an overpromise, a tap suggests a safer wording with gaps that only the speaker can fill: what was tried, what is
covered, until which day something is checked. It is short enough to be read at a glance at 80 columns.

The precision of each kind of tap was measured on conversations that the judge had not seen; the figures come with the
weights (`about` in `drift_judge.json`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from salesnerd_tui.call.events import Side, TapBasis, TapKind, TapReason
from salesnerd_tui.coach.drift_judge import shipped_model
from salesnerd_tui.coach.phrases import Phrases, phrases
from salesnerd_tui.coach.signals.promises import EFFORT, FEELING, GAIN, HOURS, OverpromiseKind
from salesnerd_tui.coach.speech_reader import SpeechAct
from salesnerd_tui.lazy_pattern import lazy_pattern
from salesnerd_tui.playbook.model import ProductTalk

if TYPE_CHECKING:
    from salesnerd_tui.coach.conversation import ConversationState
    from salesnerd_tui.coach.limits import Limits
    from salesnerd_tui.coach.signals.promises import DetectedPromise
    from salesnerd_tui.coach.turns import Turn, TurnTracker

QUOTED = 60
"""Maximum characters of the buyer's sentence in a line of evidence."""


class DueTap(Struct, frozen=True):
    """A tap that is due, with its evidence in one line and the words it is based on.

    `urgent` is true if the user passes over a reveal: such a tap does not wait for the end of the opening.
    """

    kind: TapKind
    reason: TapReason
    quote: str = ""
    suggestion: str = ""
    urgent: bool = False


_SECTION = {ProductTalk.AVOID: 0.6, ProductTalk.IF_ASKED: 1.0, ProductTalk.ALLOWED: 2.0}
_SECTION_ODDS = {ProductTalk.AVOID: 1.5, ProductTalk.IF_ASKED: 1.0, ProductTalk.ALLOWED: 0.4}
"""Factors on the odds of drift, by what the section says about product talk."""


def allowed(standing: ConversationState, limits: Limits, product_talk: ProductTalk) -> float:
    """Return how many weighed seconds of talk are allowed now."""
    seconds = limits.unasked_seconds * standing.length_factor() * _SECTION[product_talk]
    return seconds * limits.ignored_factor if standing.ignored else seconds


def in_section(probability: float, product_talk: ProductTalk) -> float:
    """Return the probability of drift, given what the section says about product talk."""
    odds = probability * _SECTION_ODDS[product_talk]
    return odds / (1.0 - probability + odds)


def weigh_learned(standing: ConversationState, probability: float, limits: Limits, text: str) -> DueTap | None:
    """Return the tap that the learned judge asks for, or None."""
    least = limits.speak_probability
    if probability < (least + limits.invited_margin * (1.0 - least) if standing.is_invited else least):
        return None
    return _due(standing, text)


def weigh(
    standing: ConversationState, turns: TurnTracker, limits: Limits, product_talk: ProductTalk, text: str = ""
) -> DueTap | None:
    """Return the tap that the rules ask for, or None."""
    run = turns.current
    if run is None or (standing.hand_over.stands and run.seconds < limits.handed_over_seconds):
        return None
    if standing.load.weighed < allowed(standing, limits, product_talk):
        return _overdue(standing, run, limits, text)
    return _due(standing, text)


def _overdue(standing: ConversationState, run: Turn, limits: Limits, text: str) -> DueTap | None:
    """Return the tap for a run that is too long, whatever its topic, unless it was asked for or guides a test."""
    talked = run.seconds - standing.told_run_seconds - standing.load.of(SpeechAct.GUIDES, SpeechAct.CHECKS)
    asked = standing.invitation is not None and standing.invitation.holds
    if asked or talked < limits.stretch_seconds * limits.relevant_factor * standing.length_factor():
        return None
    return DueTap(TapKind.MONOLOGUE, TapReason(TapBasis.MONOLOGUE, run.seconds), text)


def _due(standing: ConversationState, text: str) -> DueTap:
    """Return the tap for the largest part of the talk, with its reason."""
    load, invitation = standing.load, standing.invitation
    if standing.revealed:
        reason = TapReason(TapBasis.NOT_FOLLOWED_UP, said=_quote(standing.revealed))
        return DueTap(TapKind.PITCHING, reason, text, urgent=True)

    def after(basis: TapBasis, seconds: float, words: tuple[str, ...] = ()) -> TapReason:
        asked = _quote(invitation.text) if invitation is not None else ""
        return TapReason(basis, seconds, answered=invitation is not None, words=words, said=asked)

    internals, features, us = load.of(SpeechAct.INTERNALS), load.of(SpeechAct.FEATURE), load.of(SpeechAct.US)
    praise = load.of(SpeechAct.PRAISE)
    if praise > max(features + internals, us):
        return DueTap(TapKind.PITCHING, after(TapBasis.SELF_PRAISE, praise), text)
    if us > features + internals:
        return DueTap(TapKind.US_FOCUS, after(TapBasis.ABOUT_US, us), text)
    rest = load.of(SpeechAct.OTHER)
    if standing.strange and internals >= features / 2 and internals + features > rest / 2:
        few = tuple(dict.fromkeys(standing.strange[-3:]))
        return DueTap(TapKind.OVER_EXPLAINING, after(TapBasis.INTERNALS, internals + features, few), text)
    if internals + features > rest:
        return DueTap(TapKind.OVER_EXPLAINING, after(TapBasis.FEATURES, internals + features), text)
    total = internals + features + us + praise + rest
    return DueTap(TapKind.MONOLOGUE, TapReason(TapBasis.NOT_HANDED_BACK, total), text)


def _quote(text: str) -> str:
    return text if len(text) <= QUOTED else text[: QUOTED - 1].rsplit(" ", 1)[0] + "…"


def weigh_floor(turns: TurnTracker, limits: Limits) -> DueTap | None:
    """Return the tap that is due by talk time alone: the length of the run, and the talk ratio so far."""
    run, share = turns.current, turns.talk.share or 0.0
    if run is None or run.side is not Side.ME:
        return None
    if run.seconds >= limits.stretch_seconds:
        return DueTap(TapKind.MONOLOGUE, TapReason(TapBasis.MONOLOGUE_WITHOUT_WORDS, run.seconds))
    total = turns.talk.mine_seconds + turns.talk.theirs_seconds
    if share > limits.share_max and total >= limits.share_from_seconds and run.seconds >= limits.stretch_seconds / 2:
        return DueTap(TapKind.MONOLOGUE, TapReason(TapBasis.SHARE_WITHOUT_WORDS, share=share))
    return None


DRIFT = frozenset({TapKind.OVER_EXPLAINING, TapKind.PITCHING, TapKind.US_FOCUS, TapKind.MONOLOGUE})


class MissedReveal:
    """Latest reveal that the user passed over: for a while it takes precedence over everything else."""

    def __init__(self, first_seconds: float) -> None:
        self._first_seconds = first_seconds
        self._said = ""
        self.since: float | None = None
        """Call time at the end of the user's first sentence past the reveal; None if nothing was passed over."""

    def theirs(self, revealed: str) -> None:
        """Set the buyer's reveal that was not followed up; empty for none."""
        if revealed != self._said:
            self._said, self.since = revealed, None

    def mine(self, revealed: str, end: float) -> None:
        """Set the reveal that is still not followed up after a sentence of the user that ended at `end`."""
        if not revealed:
            self._said, self.since = "", None
        elif self.since is None:
            self._said, self.since = revealed, end

    def outranks(self, at: float) -> bool:
        """Return whether the reveal takes precedence over an overpromise."""
        return self.since is not None and at - self.since <= self._first_seconds

    def due(self, text: str) -> DueTap:
        """Return the tap for the reveal; `text` is the user's sentence."""
        reason = TapReason(TapBasis.NOT_FOLLOWED_UP, said=_quote(self._said))
        return DueTap(TapKind.PITCHING, reason, text, urgent=True)


LAST_TIME = "When did you last need that, and what did you do?"
"""Question that turns praise or a supposition into evidence."""


def weigh_compliment(said: str, standing: ConversationState, text: str) -> DueTap | None:
    """Return the tap for praise that the user answers with more product, unless they asked for an explanation."""
    if standing.is_invited:
        return None
    return DueTap(TapKind.SUPPOSITION, TapReason(TapBasis.SUPPOSED, said=_quote(said)), text, LAST_TIME)


_BOUNDS = phrases(
    "(?:let me|i'll|i will|i'd have to|i would have to|i have to|i need to|we'd have to|we have to) "
    "(?:check|find out|look into|look at|ask|confirm|verify|correct)",
    "i (?:can't|cannot|won't|will not) promise",
    "i (?:don't|do not) know (?:yet|that|if|whether)",
    "i (?:should not|shouldn't) have (?:said|promised)",
    "(?:so far|no obstacle yet|the exception|what i can say|the plan is|for anything else|could move it)",
    "(?:elsewhere it took|those who tried it|we would measure|outside that)",
)
"""Words that limit a promise, including those of the suggested safer wordings."""


def bounds(made: DetectedPromise | None, line: str) -> bool:
    """Return whether a sentence limits a promise: a commitment with a day, a check, or a withdrawal."""
    return (made is not None and not made.over and bool(made.due)) or _BOUNDS.search(line) is not None


class TapCadence:
    """Decides whether a tap may be shown yet. All times are seconds on the call's clock."""

    def __init__(self, limits: Limits, quiet: Mapping[TapKind, float] | None = None) -> None:
        self._limits = limits
        self._quiet = dict(quiet or {})
        self._began: float | None = None
        self._last: float | None = None
        self._last_kind: TapKind | None = None
        self._last_of: dict[TapKind, float] = {}
        self._last_drift: float | None = None
        self._fresh = True

    def began(self, at: float) -> None:
        """Set the time of the first word of the call."""
        if self._began is None:
            self._began = at

    def handed_over(self) -> None:
        """Note a real turn of the buyer, after which the topic is new."""
        self._fresh = True

    def due(self, due: DueTap | None, at: float) -> DueTap | None:
        """Return the tap that may be shown now."""
        if due is None or not self.may(due.kind, at, urgent=due.urgent):
            return None
        self.told(due.kind, at)
        return due

    def may_drift(self, at: float) -> bool:
        """Return whether any tap for drift may be shown now; if not, nothing needs to be weighed."""
        return any(self.may(kind, at, urgent=True) for kind in DRIFT)

    def may(self, kind: TapKind, at: float, *, urgent: bool = False) -> bool:
        """Return whether a tap of this kind would not come too soon."""
        limits = self._limits
        if self._began is None or (at - self._began < limits.opening_seconds and not urgent):
            return False
        # A promise binds at once, and a reveal is soon out of date: neither waits for the usual interval.
        is_exempt = kind is TapKind.OVER_PROMISING or (urgent and self._last_kind is TapKind.OVER_PROMISING)
        least = limits.least_shown_seconds if is_exempt else limits.between_taps_seconds
        if self._last is not None and at - self._last < least:
            return False
        factor = max(self._quiet.get(kind, 1.0), 1.0)
        if kind in DRIFT:
            before = self._last_drift
            least = limits.fresh_seconds if self._fresh else limits.stale_seconds
        else:
            before = self._last_of.get(kind)
            least = limits.between_taps_seconds if kind is TapKind.OVER_PROMISING else limits.between_same_seconds
        if before is not None and at - before < least:
            return False
        before = self._last_of.get(kind)
        return before is None or factor == 1.0 or at - before >= limits.between_same_seconds * factor

    def told(self, kind: TapKind, at: float) -> None:
        """Note that a tap was shown."""
        self._last, self._last_kind = at, kind
        self._last_of[kind] = at
        if kind in DRIFT:
            self._last_drift = at
            self._fresh = False

    def praised(self, at: float) -> None:
        """Note that praise was shown, which delays no tap."""
        self._last_of[TapKind.SILENCE] = at

    def has_told(self, kind: TapKind, since: float | None) -> bool:
        """Return whether a tap of this kind was shown after `since`."""
        last = self._last_of.get(kind)
        return since is not None and last is not None and last >= since


TRIAL_PRECISION = 0.6
"""Minimum precision; kinds of taps below it are on trial."""


class TapPrecision(Struct, frozen=True):
    """Measured precision: the fraction of the `taps` that came where readers marked drift, 0 to 1."""

    taps: int
    precision: float

    @property
    def is_on_trial(self) -> bool:
        return self.precision < TRIAL_PRECISION


def precision_of(title: str) -> TapPrecision | None:
    """Return how often taps with this title were right; None if that was not measured."""
    return from_figures(shipped_model().about, title)


def from_figures(about: Mapping[str, Mapping[str, Mapping[str, float]]], title: str) -> TapPrecision | None:
    """Return the figures of a title from what a model says about itself."""
    row = about.get("precision by tap", {}).get(title)
    return None if row is None else TapPrecision(int(row["taps"]), float(row["precision"]))


_BASIS: Mapping[OverpromiseKind, TapBasis] = {
    OverpromiseKind.EXCEPTION: TapBasis.NO_EXCEPTION,
    OverpromiseKind.END: TapBasis.OPEN_ENDED,
    OverpromiseKind.GROUND: TapBasis.NOT_CHECKED,
}
_INSTEAD: Mapping[OverpromiseKind, str] = {
    OverpromiseKind.EXCEPTION: "So far, yes; the exception I know of is …",
    OverpromiseKind.END: "For … yes; for anything else I'd check by …",
    OverpromiseKind.GROUND: "I see no obstacle yet; I'll check … by …",
}
_DEADLINE = phrases("(?:deadlines?|go-live|launch|go-live date|date|on time|in time)")
_OF_WHAT: tuple[tuple[Phrases, str], ...] = (
    (GAIN, "At … it was …; for you, we would measure it by …"),
    (FEELING, "Those who tried it say …; your people could judge by …"),
    (EFFORT, "Elsewhere it took …; I'd look at your case by …"),
    (HOURS, "We're available from … to …; outside that, …"),
    (_DEADLINE, "The plan is …; what could move it is …"),
)
"""Wordings by the subject of a promise; they take precedence over those by kind."""

_PLANNED = "The plan is to have it {due}; what could move it is …"
_AHEAD = phrases("(?:[a-z]+'ll|will|going to|guarantee|guaranteed|promise|shall)")
"""Words of a promise about the future. Elsewhere a day is part of a story, or of how the product works."""

_NAMES = lazy_pattern(
    r"\b(?:i(?='|\b)|(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|june|july|august|september|"
    r"october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|may(?= \d)|christmas|easter|new year)\b"
)
"""Words that are capitalized again; they were compared in lower case."""

_AT_ONCE = frozenset(
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
_NEVER = "What I can say today is …; the rest by …"


def because(made: DetectedPromise) -> TapReason | None:
    """Return why this promise is an overpromise; None for a promise that can be kept."""
    if made.lack is None:
        return None
    basis = TapBasis.NOT_MEASURED if GAIN.search(made.evidence) else _BASIS[made.lack]
    return TapReason(basis, words=(_NAMES.sub(_large, made.evidence),))


def bounded(made: DetectedPromise, line: str) -> str:
    """Return a safer wording for this line; empty for a promise that can be kept."""
    if made.lack is None:
        return ""
    gain = GAIN.search(line)
    if made.due and not gain and made.due not in _AT_ONCE and _AHEAD.search(line):
        return _PLANNED.format(due=_NAMES.sub(_large, made.due))
    about = (wording for phrases, wording in _OF_WHAT if phrases.search(line))
    return next(about, _INSTEAD[made.lack])


def safer_wording_for(made: DetectedPromise | None, never: str, line: str) -> tuple[TapReason | None, str]:
    """Return the reason and what to say instead, for a promise or a phrase that the playbook excludes."""
    instead = bounded(made, line) if made is not None else ""
    if never:
        return TapReason(TapBasis.NEVER_SAY, words=(never,)), instead or _NEVER
    return because(made) if made is not None else None, instead


def _large(name: re.Match[str]) -> str:
    return name.group().capitalize()
