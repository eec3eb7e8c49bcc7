"""Tap policy: which tap is due after a sentence, with its evidence.

The learned judge decides whether to tap, the rules choose the kind. If the judge is unsure, the rules may tap, too.
Whether a due tap may be shown yet is up to `tap_cadence`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from salesnerd_tui.call.events import Side, TapBasis, TapKind, TapReason
from salesnerd_tui.coach.speech_reader import SpeechAct
from salesnerd_tui.playbook.coach_settings import ProductTalk

if TYPE_CHECKING:
    from salesnerd_tui.coach.conversation import ConversationState
    from salesnerd_tui.coach.limits import Limits
    from salesnerd_tui.coach.turns import Turn, TurnTracker

MAX_QUOTE_LENGTH = 60
"""Maximum characters of the buyer's sentence in a line of evidence."""

MAX_TERMS = 3
"""Maximum technical terms in a line of evidence."""

LAST_TIME = "When did you last need that, and what did you do?"
"""Question that turns praise or a supposition into evidence."""

_ALLOWANCE_FACTORS = {ProductTalk.AVOID: 0.6, ProductTalk.IF_ASKED: 1.0, ProductTalk.ALLOWED: 2.0}
_DRIFT_ODDS = {ProductTalk.AVOID: 1.5, ProductTalk.IF_ASKED: 1.0, ProductTalk.ALLOWED: 0.4}
"""Factors on the odds of drift, by what the section says about product talk."""


class DueTap(Struct, frozen=True):
    """A tap that is due, with its evidence and the user's sentence that it is about.

    `is_urgent` is true if the user passes over a reveal: such a tap does not wait for the end of the opening.
    `is_binding` is true if the user overpromises a day: such a tap does not wait for the pause between its kind.
    """

    kind: TapKind
    reason: TapReason
    quote: str = ""
    suggestion: str = ""
    is_urgent: bool = False
    is_binding: bool = False


def allowed_seconds(state: ConversationState, limits: Limits, product_talk: ProductTalk) -> float:
    """Return how many weighted seconds of unprompted talk are allowed now."""
    seconds = limits.unprompted_seconds * state.length_factor() * _ALLOWANCE_FACTORS[product_talk]
    return seconds * limits.ignored_reveal_factor if state.is_reveal_ignored else seconds


def adjust_for_section(probability: float, product_talk: ProductTalk) -> float:
    """Return the probability of drift, given what the section says about product talk."""
    odds = probability * _DRIFT_ODDS[product_talk]
    return odds / (1.0 - probability + odds)


def find_drift_tap(
    state: ConversationState,
    turns: TurnTracker,
    limits: Limits,
    product_talk: ProductTalk,
    *,
    probability: float,
    quote: str,
) -> DueTap | None:
    """Return the tap for drift after the user's sentence `quote`: the judge's own or that of the rules, or None.

    The judge can veto the rules, with two exceptions: a turn full of technical terms that the buyer neither used nor
    asked about, because the judge was trained on few of them, and a turn several times as long as allowed.
    """
    threshold = limits.tap_probability
    if state.is_invited:
        threshold += limits.invited_margin * (1.0 - threshold)
    weighted = state.load.weighted_seconds
    if probability >= threshold or (state.is_redirect_ignored and weighted >= limits.redirect_seconds):
        return _make_drift_tap(state, quote)
    allowed = allowed_seconds(state, limits, product_talk)
    is_full_of_jargon = len({*state.unfamiliar_terms}) >= limits.jargon_terms and not state.is_invited
    can_veto = not is_full_of_jargon and weighted < limits.no_veto_factor * allowed
    turn = turns.current
    if turn is None or (can_veto and probability < limits.veto_probability):
        return None
    if state.hand_over.is_active and turn.seconds < limits.hand_over_seconds:
        return None
    return _make_drift_tap(state, quote) if weighted >= allowed else _find_monologue_tap(state, turn, limits, quote)


def _find_monologue_tap(state: ConversationState, turn: Turn, limits: Limits, quote: str) -> DueTap | None:
    """Return the tap for a turn that is too long, whatever its topic, unless it was asked for or guides a test."""
    talked = turn.seconds - state.tapped_turn_seconds - state.load.seconds_of(SpeechAct.GUIDES, SpeechAct.CHECKS)
    is_asked_for = state.invitation is not None and state.invitation.is_open
    if is_asked_for or talked < limits.monologue_seconds * limits.relevant_factor * state.length_factor():
        return None
    return DueTap(TapKind.MONOLOGUE, TapReason(TapBasis.MONOLOGUE, turn.seconds), quote)


def _make_drift_tap(state: ConversationState, quote: str) -> DueTap:
    """Return the tap for the kind of talk that took most of the time, with its reason."""
    if state.reveal:
        return make_reveal_tap(state.reveal, quote)
    load = state.load
    us, praise, other = (load.seconds_of(act) for act in (SpeechAct.US, SpeechAct.PRAISE, SpeechAct.OTHER))
    internals, features = load.seconds_of(SpeechAct.INTERNALS), load.seconds_of(SpeechAct.FEATURE)
    product = internals + features
    if praise > max(product, us):
        return DueTap(TapKind.PITCHING, _reason(state, TapBasis.SELF_PRAISE, praise), quote)
    if us > product:
        return DueTap(TapKind.US_FOCUS, _reason(state, TapBasis.ABOUT_US, us), quote)
    if state.unfamiliar_terms and internals >= features / 2 and product > other / 2:
        terms = tuple(dict.fromkeys(state.unfamiliar_terms[-MAX_TERMS:]))
        return DueTap(TapKind.OVER_EXPLAINING, _reason(state, TapBasis.INTERNALS, product, terms), quote)
    if product > other:
        return DueTap(TapKind.OVER_EXPLAINING, _reason(state, TapBasis.FEATURES, product), quote)
    return DueTap(TapKind.MONOLOGUE, TapReason(TapBasis.NOT_HANDED_BACK, product + us + praise + other), quote)


def _reason(state: ConversationState, basis: TapBasis, seconds: float, terms: tuple[str, ...] = ()) -> TapReason:
    """Return the reason, with the buyer's request that this talk answers."""
    invitation = state.invitation
    request = _shorten(invitation.text) if invitation is not None else ""
    return TapReason(basis, seconds, answered=invitation is not None, words=terms, said=request)


def _shorten(text: str) -> str:
    return text if len(text) <= MAX_QUOTE_LENGTH else text[: MAX_QUOTE_LENGTH - 1].rsplit(" ", 1)[0] + "…"


def make_reveal_tap(reveal: str, quote: str) -> DueTap:
    """Return the tap for a reveal of the buyer that the user passed over with the sentence `quote`."""
    reason = TapReason(TapBasis.NOT_FOLLOWED_UP, said=_shorten(reveal))
    return DueTap(TapKind.PITCHING, reason, quote, is_urgent=True)


def find_talk_time_tap(turns: TurnTracker, limits: Limits) -> DueTap | None:
    """Return the tap that is due by talk time alone: the length of the turn, or the talk ratio so far."""
    turn, ratio = turns.current, turns.talk.share or 0.0
    if turn is None or turn.side is not Side.ME:
        return None
    if turn.seconds >= limits.monologue_seconds:
        return DueTap(TapKind.MONOLOGUE, TapReason(TapBasis.MONOLOGUE_WITHOUT_WORDS, turn.seconds))
    is_measured = turns.talk.mine_seconds + turns.talk.theirs_seconds >= limits.talk_ratio_from_seconds
    if ratio > limits.max_talk_ratio and is_measured and turn.seconds >= limits.monologue_seconds / 2:
        return DueTap(TapKind.MONOLOGUE, TapReason(TapBasis.SHARE_WITHOUT_WORDS, share=ratio))
    return None


def find_compliment_tap(compliment: str, state: ConversationState, quote: str) -> DueTap | None:
    """Return the tap for a compliment that the user answers with more product talk that the buyer did not ask for."""
    if state.is_invited:
        return None
    return DueTap(TapKind.SUPPOSITION, TapReason(TapBasis.SUPPOSED, said=_shorten(compliment)), quote, LAST_TIME)
