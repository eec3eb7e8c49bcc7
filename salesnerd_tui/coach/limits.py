"""Thresholds of the coach in one table: value, unit, source and confidence.

The `coach:` section of a playbook overrides some of them (`Limits.from_settings`). Tunable numbers of the coach belong
here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, get_type_hints

from msgspec import Struct

from salesnerd_tui.playbook.coach_settings import CoachSettings, Sensitivity


class Limit(Struct, frozen=True):
    """One row of the table, for the settings screen and the documentation."""

    name: str
    value: float
    unit: str
    source: str
    confidence: str


class Basis(Struct, frozen=True):
    """Unit, meaning or source, and confidence of a number."""

    unit: str
    source: str
    confidence: str


_THRESHOLDS = {Sensitivity.LOW: (0.8, 0.35), Sensitivity.NORMAL: (0.65, 0.2), Sensitivity.HIGH: (0.5, 0.1)}
"""Probability of drift from which the judge taps, and below which the rules do not tap."""

_TAP_PROBABILITY, _VETO_PROBABILITY = _THRESHOLDS[Sensitivity.NORMAL]


class Limits(Struct, frozen=True):
    """Limits of the coach as plain numbers, in seconds unless the table says otherwise."""

    # When words of one side are a turn.
    backchannel_words: Annotated[float, Basis("words", "a backchannel has up to about three words", "medium")] = 3
    polite_words: Annotated[
        float, Basis("words", "up to this many polite words (yes, okay, got it) are not a turn", "low")
    ] = 6
    cough_seconds: Annotated[float, Basis("s", "a shorter sound without words is not a turn", "low")] = 2.0

    # When the learned judge taps (docs/training.md); cross-validated on labeled conversations.
    tap_probability: Annotated[
        float, Basis("probability", "from this probability of drift, a tap is due whatever the rules say", "medium")
    ] = _TAP_PROBABILITY
    invited_margin: Annotated[
        float, Basis("share", "while they wait for an explanation, the threshold moves this far towards 1", "low")
    ] = 0.5
    veto_probability: Annotated[
        float, Basis("probability", "below this probability of drift, the rules do not tap", "low")
    ] = _VETO_PROBABILITY
    jargon_terms: Annotated[
        float, Basis("terms", "with this many terms that they never used, the rules tap at any probability", "low")
    ] = 6
    no_veto_factor: Annotated[
        float, Basis("factor", "at this multiple of the allowed talk, the rules tap at any probability", "low")
    ] = 2.5

    overpromise_probability: Annotated[
        float,
        Basis("probability", "below this, absolute words are no overpromise (docs/training.md)", "medium"),
    ] = 0.015

    # When a tap may be shown.
    between_taps_seconds: Annotated[
        float, Basis("s", "Rhema, 30 speakers: two words of feedback every twenty seconds", "medium")
    ] = 20.0
    between_same_kind_seconds: Annotated[
        float, Basis("s", "between two taps of a kind, so that the coach does not nag", "low")
    ] = 60.0
    drift_new_topic_seconds: Annotated[
        float, Basis("s", "between two taps for drift if they had a turn in between", "medium")
    ] = 30.0
    drift_same_topic_seconds: Annotated[
        float, Basis("s", "between two taps for drift if they had no turn in between", "medium")
    ] = 60.0
    opening_seconds: Annotated[
        float, Basis("s", "no taps at the start of a call; the shorter end of 30-60 s", "low")
    ] = 30.0
    shown_seconds: Annotated[float, Basis("s", "a tap without effect for this long counts as ignored", "low")] = 20.0
    min_shown_seconds: Annotated[float, Basis("s", "a tap takes this long to read and act on", "low")] = 6.0
    reveal_first_seconds: Annotated[
        float, Basis("s", "a missed reveal takes precedence over an overpromise for this long", "low")
    ] = 10.0
    drift_pause_seconds: Annotated[float, Basis("s", "silence that ends the talk that was tapped", "low")] = 8.0
    late_seconds: Annotated[
        float, Basis("s", "a tap that comes later than this after its cause is marked late", "medium")
    ] = 2.0

    # How much talk is too much.
    monologue_seconds: Annotated[
        float, Basis("s", "between Parley (40 s) and Demodesk (76 s); the playbook's value wins", "low")
    ] = 60.0
    relevant_factor: Annotated[
        float, Basis("factor", "a turn of relevant talk may last this many times as long", "low")
    ] = 1.5
    unprompted_seconds: Annotated[float, Basis("s", "default for unprompted product talk in a playbook", "low")] = 25.0
    max_talk_ratio: Annotated[float, Basis("share", "Gong Labs, 25,537 calls: harmful above 65%", "medium")] = 0.65
    talk_ratio_from_seconds: Annotated[
        float, Basis("s", "the talk ratio means nothing before this much talk", "low")
    ] = 180.0

    # Weight of a second of unprompted talk.
    internals_weight: Annotated[
        float, Basis("per s", "internals and praise; the other weights are relative to it", "medium")
    ] = 1.6
    product_weight: Annotated[
        float, Basis("per s", "half: features, the company, a list that is read aloud", "medium")
    ] = 0.8
    other_weight: Annotated[float, Basis("per s", "a quarter: length alone is weak evidence", "medium")] = 0.4
    usual_words_per_minute: Annotated[
        float, Basis("words/min", "usual pace 130 to 175; slower speech has pauses", "medium")
    ] = 150.0
    extra_topic_seconds: Annotated[
        float, Basis("s", "added for another unprompted topic (`also`, `moving on`)", "low")
    ] = 5.5
    invited_factor: Annotated[
        float, Basis("factor", "for an explanation or demo that they asked for, while the invitation lasts", "low")
    ] = 0.6
    question_factor: Annotated[float, Basis("factor", "question asked but talked over: half credit", "low")] = 0.5
    reaction_factor: Annotated[
        float, Basis("factor", "a reaction (`yes, cool`): more than a backchannel, less than a turn", "low")
    ] = 0.67
    redirect_seconds: Annotated[
        float, Basis("s", "weighted talk that is allowed after they want to talk about something else", "low")
    ] = 6.0
    ignored_reveal_factor: Annotated[
        float, Basis("factor", "allowed talk after a reveal that was not followed up", "low")
    ] = 0.5

    # Usual length of turns in this conversation: a podcast is not a stand-up meeting.
    usual_turn_seconds: Annotated[
        float, Basis("s", "usual turn of theirs that doubles the allowed talk, at most doubled", "low")
    ] = 20.0
    prior_turn_seconds: Annotated[
        float, Basis("s", "usual turn in a meeting, assumed before they have talked", "low")
    ] = 8.0
    prior_turns: Annotated[float, Basis("turns", "weight of that assumption, as a number of turns", "low")] = 3

    # How long an invitation lasts.
    explanation_seconds: Annotated[float, Basis("s", "for an explanation; the shorter end of 60-75 s", "low")] = 60.0
    answer_seconds: Annotated[float, Basis("s", "for an answer: yes or no, with its reason", "low")] = 25.0
    clarifying_seconds: Annotated[
        float, Basis("s", "a question about a request, after which the request is still open", "low")
    ] = 8.0
    hand_over_seconds: Annotated[
        float, Basis("s", "the rules do not tap after a hand-over; from held-out pitches and meetings", "medium")
    ] = 120.0
    request_expires_words: Annotated[
        float, Basis("words", "after this many more words of theirs, their question is no longer open", "low")
    ] = 15
    reveal_expires_words: Annotated[
        float, Basis("words", "after this many more words of theirs, a reveal needs no follow-up", "low")
    ] = 40
    min_reveal_words: Annotated[float, Basis("words", "a reveal takes at least a clause", "low")] = 5
    follow_up_sentences: Annotated[
        float, Basis("sentences", "a follow-up comes within the first sentences or not at all", "low")
    ] = 2

    # Praise and suppositions.
    compliment_sentences: Annotated[
        float, Basis("sentences", "sentences about the product after a compliment", "low")
    ] = 1.0

    # Silence after a question.
    silence_from_seconds: Annotated[
        float, Basis("s", "switch interviews: wait 3-5 s; praised a little earlier", "low")
    ] = 2.0
    silence_until_seconds: Annotated[
        float, Basis("s", "after this the line is more likely dead than they are thinking", "low")
    ] = 8.0

    @classmethod
    def from_settings(cls, settings: CoachSettings) -> Limits:
        """Return the limits with those of a playbook applied."""
        tap_probability, veto_probability = _THRESHOLDS[settings.sensitivity]
        return cls(
            tap_probability=tap_probability,
            veto_probability=veto_probability,
            monologue_seconds=settings.max_monologue_seconds,
            unprompted_seconds=settings.max_unprompted_product_talk_seconds,
        )


def table() -> Iterator[Limit]:
    """Yield the rows in the order they are declared."""
    defaults = Limits()
    for name, hint in get_type_hints(Limits, include_extras=True).items():
        basis: Basis = hint.__metadata__[0]
        yield Limit(name, getattr(defaults, name), basis.unit, basis.source, basis.confidence)
