"""Policy of taps: whether one is due, of which kind, on what evidence, with which wording, and whether it may show yet.

The learned judge decides whether to speak, the rules what to say. Where the judge is unsure, the rules may speak, too.
Taps are sparse by rule, because people who get feedback all the time do worse than people who get it rarely.

In place of a promise that nobody can keep, a tap suggests a wording with holes that only the speaker can fill: what was
tried, what is covered, until when something is looked at. It is short enough to be read in a glance at 80 columns.

How often each kind of tap is right was measured on conversations that the judge had not seen; the figures come with the
weights (`about` in `drift_judge.json`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from salesnerd_tui.call.events import Side, TapBasis, TapKind, TapReason
from salesnerd_tui.coach.drift_judge import shipped_model
from salesnerd_tui.coach.normalize import vocabulary
from salesnerd_tui.coach.phrases import Phrases, phrases
from salesnerd_tui.coach.signals.overpromises import EFFORT, FEELING, GAIN, HOURS, OverpromiseKind
from salesnerd_tui.coach.speech_acts import SpeechAct
from salesnerd_tui.lazy_pattern import lazy_pattern
from salesnerd_tui.playbook.model import ProductTalk

if TYPE_CHECKING:
    from salesnerd_tui.coach.conversation import ConversationState
    from salesnerd_tui.coach.floor import Floor, FloorRun
    from salesnerd_tui.coach.limits import Limits
    from salesnerd_tui.coach.signals.promises import DetectedPromise

QUOTED = 60
"""Characters of their sentence that a line of evidence quotes."""


class DueTap(Struct, frozen=True):
    """A tap that the talk asks for, with the evidence in a line and the words it rests on.

    `urgent` when they revealed something and the user talks past it: that may not wait for the end of the opening.
    """

    kind: TapKind
    reason: TapReason
    quote: str = ""
    suggestion: str = ""
    urgent: bool = False


_SECTION = {ProductTalk.AVOID: 0.6, ProductTalk.IF_ASKED: 1.0, ProductTalk.ALLOWED: 2.0}
_SECTION_ODDS = {ProductTalk.AVOID: 1.5, ProductTalk.IF_ASKED: 1.0, ProductTalk.ALLOWED: 0.4}
"""Odds of drift: higher in a section that locks product talk, lower in one that is open to it."""


def allowed(standing: ConversationState, limits: Limits, product_talk: ProductTalk) -> float:
    """Return how much weighed talk there is room for just now, in seconds."""
    room = limits.unasked_seconds * standing.room() * _SECTION[product_talk]
    return room * limits.ignored_factor if standing.ignored else room


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
    standing: ConversationState, floor: Floor, limits: Limits, product_talk: ProductTalk, text: str = ""
) -> DueTap | None:
    """Return the tap that the rules ask for, or None."""
    run = floor.run
    if run is None:
        return None
    if standing.load.weighed < allowed(standing, limits, product_talk):
        return _overdue(standing, run, limits, text)
    return _due(standing, text)


def _overdue(standing: ConversationState, run: FloorRun, limits: Limits, text: str) -> DueTap | None:
    """A stretch that is too long whatever it is about, unless it was asked for or is a test being guided."""
    talked = run.seconds - standing.told_run_seconds - standing.load.of(SpeechAct.GUIDES, SpeechAct.CHECKS)
    asked = standing.licence is not None and standing.licence.holds
    if asked or talked < limits.stretch_seconds * limits.relevant_factor * standing.room():
        return None
    return DueTap(TapKind.MONOLOGUE, TapReason(TapBasis.MONOLOGUE, run.seconds), text)


def _due(standing: ConversationState, text: str) -> DueTap:
    """Return the tap for what most of the talk was, with its reason."""
    load, licence = standing.load, standing.licence
    if standing.revealed:
        reason = TapReason(TapBasis.NOT_FOLLOWED_UP, said=_quote(standing.revealed))
        return DueTap(TapKind.PITCHING, reason, text, urgent=True)

    def after(basis: TapBasis, seconds: float, words: tuple[str, ...] = ()) -> TapReason:
        asked = _quote(licence.text) if licence is not None else ""
        return TapReason(basis, seconds, answered=licence is not None, words=words, said=asked)

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


def weigh_floor(floor: Floor, limits: Limits) -> DueTap | None:
    """Return the tap due by the floor alone, where no words are heard: run length, and the share so far."""
    run, share = floor.run, floor.talk.share or 0.0
    if run is None or run.side is not Side.ME:
        return None
    if run.seconds >= limits.stretch_seconds:
        return DueTap(TapKind.MONOLOGUE, TapReason(TapBasis.MONOLOGUE_WITHOUT_WORDS, run.seconds))
    total = floor.talk.mine_seconds + floor.talk.theirs_seconds
    if share > limits.share_max and total >= limits.share_from_seconds and run.seconds >= limits.stretch_seconds / 2:
        return DueTap(TapKind.MONOLOGUE, TapReason(TapBasis.SHARE_WITHOUT_WORDS, share=share))
    return None


DRIFT = frozenset({TapKind.OVER_EXPLAINING, TapKind.PITCHING, TapKind.US_FOCUS, TapKind.MONOLOGUE})


class PassedOver:
    """The latest reveal that the user talked past: for a while it matters more than anything else."""

    def __init__(self, first_seconds: float) -> None:
        self._first_seconds = first_seconds
        self._said = ""
        self.since: float | None = None
        """Seconds of the call at which the user's first sentence past it ended; None while nothing was passed over."""

    def theirs(self, revealed: str) -> None:
        """Take what they have revealed that nobody took up; empty for nothing."""
        if revealed != self._said:
            self._said, self.since = revealed, None

    def mine(self, revealed: str, end: float) -> None:
        """Take what is still not taken up after a sentence of the user's that ended at `end`."""
        if not revealed:
            self._said, self.since = "", None
        elif self.since is None:
            self._said, self.since = revealed, end

    def outranks(self, at: float) -> bool:
        """Return whether it comes before an overpromise."""
        return self.since is not None and at - self.since <= self._first_seconds

    def due(self, text: str) -> DueTap:
        """Return the tap for it; `text` is the user's sentence."""
        reason = TapReason(TapBasis.NOT_FOLLOWED_UP, said=_quote(self._said))
        return DueTap(TapKind.PITCHING, reason, text, urgent=True)


LAST_TIME = "When did you last need that, and what did you do?"
"""A question that turns praise or a supposition into evidence."""


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
"""Words that limit what was just promised, and those of the wordings that the coach suggests for it."""


def bounds(made: DetectedPromise | None, line: str) -> bool:
    """Return whether a sentence limits a promise: a commitment with a day, a check, or a withdrawal."""
    return (made is not None and not made.over and bool(made.due)) or _BOUNDS.search(line) is not None


class TapCadence:
    """Says whether a tap may show yet. All times are seconds on the call's clock."""

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
        """The first word of the call was heard."""
        if self._began is None:
            self._began = at

    def handed_over(self) -> None:
        """A real turn of theirs: what comes after it is another matter."""
        self._fresh = True

    def due(self, due: DueTap | None, at: float) -> DueTap | None:
        """Return what may be shown now. It need not hold any longer: what is due has been piling up."""
        if due is None or not self.may(due.kind, at, urgent=due.urgent):
            return None
        self.told(due.kind, at)
        return due

    def may(self, kind: TapKind, at: float, *, urgent: bool = False) -> bool:
        """Return True when a tap of this kind would not come too soon."""
        limits = self._limits
        if self._began is None or (at - self._began < limits.opening_seconds and not urgent):
            return False
        # A promise binds at once, and what they revealed is gone in a moment: neither waits for the usual interval.
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
        """A tap went out."""
        self._last, self._last_kind = at, kind
        self._last_of[kind] = at
        if kind in DRIFT:
            self._last_drift = at
            self._fresh = False

    def praised(self, at: float) -> None:
        """Praise was shown. It delays no tap."""
        self._last_of[TapKind.SILENCE] = at

    def has_told(self, kind: TapKind, since: float | None) -> bool:
        """Return whether a tap of this kind went out after `since`."""
        last = self._last_of.get(kind)
        return since is not None and last is not None and last >= since


TRIAL_PRECISION = 0.6
"""A kind of tap that is right less often than this is on trial."""


class TapPrecision(Struct, frozen=True):
    """`precision` is the part of the `taps` that came where readers marked drift, 0 to 1."""

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
"""Wordings by the subject of a promise, which says more than what it lacks."""

_PLANNED = "The plan is {due}; what could move it is …"
_NAMES = lazy_pattern(
    r"\b(?:i(?='|\b)|(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|june|july|august|september|"
    r"october|november|december|christmas|easter)\b"
)
"""Words that are capitalized again; they were compared in lower case."""

_AT_ONCE = vocabulary("today tonight immediately asap")
_NEVER = "What I can say today is …; the rest by …"


def because(made: DetectedPromise) -> TapReason | None:
    """Return why these words bind the user to too much; None for a promise that can be kept."""
    if made.lack is None:
        return None
    basis = TapBasis.NOT_MEASURED if GAIN.search(made.evidence) else _BASIS[made.lack]
    return TapReason(basis, words=(_NAMES.sub(_large, made.evidence),))


def bounded(made: DetectedPromise, line: str) -> str:
    """Return a wording that can be kept in place of this line; empty for a promise that can be kept as it is."""
    if made.lack is None:
        return ""
    gain = GAIN.search(line)
    if made.due and not gain and made.due not in _AT_ONCE:
        return _PLANNED.format(due=_NAMES.sub(_large, made.due))
    about = (wording for phrases, wording in _OF_WHAT if phrases.search(line))
    return next(about, _INSTEAD[made.lack])


def told_of(made: DetectedPromise | None, never: str, line: str) -> tuple[TapReason | None, str]:
    """Return why, and what instead: of a promise, and of a phrase that the playbook never wants to hear."""
    instead = bounded(made, line) if made is not None else ""
    if never:
        return TapReason(TapBasis.NEVER_SAY, words=(never,)), instead or _NEVER
    return because(made) if made is not None else None, instead


def _large(name: re.Match[str]) -> str:
    return name.group().capitalize()
