"""Thresholds of the coach in one table: value, unit, source and confidence.

The `coach:` section of a playbook overrides some of them (`Limits.of`). Tunable numbers of the coach belong here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, get_type_hints

from msgspec import Struct

from salesnerd_tui.playbook.model import CoachSettings, Sensitivity


class Limit(Struct, frozen=True):
    """One row of the table, for the settings screen and the documentation."""

    name: str
    value: float
    unit: str
    source: str
    confidence: str


class Basis(Struct, frozen=True):
    """Unit, source and confidence of a number."""

    unit: str
    source: str
    confidence: str


_THRESHOLDS = {Sensitivity.LOW: (0.8, 0.35), Sensitivity.NORMAL: (0.65, 0.2), Sensitivity.HIGH: (0.5, 0.1)}
"""Probability of drift from which the judge taps, and below which the rules do not tap."""

_NORMAL = _THRESHOLDS[Sensitivity.NORMAL]


class Limits(Struct, frozen=True):
    """Limits of the coach as plain numbers, in seconds unless the table says otherwise."""

    # Who has the floor.
    backchannel_words: Annotated[
        float, Basis("words", "design: a backchannel is up to about three words", "medium")
    ] = 3
    polite_words: Annotated[float, Basis("words", "nothing but yes, okay, got it, great: still no turn", "low")] = 6
    cough_seconds: Annotated[float, Basis("s", "a voice without words shorter than this is not a turn", "low")] = 2.0

    # When the learned judge taps (docs/judgement.md); cross-validated on labeled conversations.
    speak_probability: Annotated[
        float, Basis("probability", "from here on a tap is due, regardless of the rules", "medium")
    ] = _NORMAL[0]
    invited_margin: Annotated[
        float, Basis("share", "how much nearer to certain while they wait for an answer", "low")
    ] = 0.5
    veto_probability: Annotated[float, Basis("probability", "below this the rules keep silent", "low")] = _NORMAL[1]

    jargon_terms: Annotated[
        float, Basis("terms", "so many that they never used, and no probability is too low", "low")
    ] = 6

    overfull_factor: Annotated[
        float, Basis("factor", "so many times the room for unasked talk, and no probability is too low", "low")
    ] = 2.5

    # When a tap may be shown.
    between_taps_seconds: Annotated[
        float, Basis("s", "Rhema, 30 speakers: two words each twenty seconds", "medium")
    ] = 20.0
    between_same_seconds: Annotated[float, Basis("s", "design: per kind, so that it never nags", "low")] = 60.0
    fresh_seconds: Annotated[
        float, Basis("s", "between taps for drift, with a real turn of the buyer in between", "medium")
    ] = 30.0
    stale_seconds: Annotated[
        float, Basis("s", "between taps for drift, without a real turn of the buyer in between", "medium")
    ] = 60.0
    opening_seconds: Annotated[float, Basis("s", "design: nothing in the first 30-60 s; the shorter end", "low")] = 30.0
    shown_seconds: Annotated[float, Basis("s", "design: what did not change anything in 20 s was ignored", "low")] = (
        20.0
    )
    least_shown_seconds: Annotated[float, Basis("s", "a tap takes this long to read and act on", "low")] = 6.0
    pain_first_seconds: Annotated[
        float, Basis("s", "what they revealed outranks an overpromise for this long", "low")
    ] = 10.0
    drift_pause_seconds: Annotated[
        float, Basis("s", "silence that ends the stretch of talk that was tapped", "low")
    ] = 8.0
    late_seconds: Annotated[
        float, Basis("s", "design: later than this after its cause it is marked late", "medium")
    ] = 2.0

    # How much talk is too much.
    stretch_seconds: Annotated[
        float, Basis("s", "call.md 60, Parley 40, Demodesk 76; the playbook's own wins", "low")
    ] = 60.0
    relevant_factor: Annotated[
        float, Basis("factor", "words that the signals find relevant may take half as long again", "low")
    ] = 1.5
    unasked_seconds: Annotated[float, Basis("s", "format default for unprompted product talk", "low")] = 25.0
    share_max: Annotated[float, Basis("share", "Gong Labs, 25,537 calls: harmful above 65%", "medium")] = 0.65

    share_from_seconds: Annotated[float, Basis("s", "a share of less talk than this says nothing", "low")] = 180.0

    # What a second of unasked talk weighs.
    internals_weight: Annotated[
        float, Basis("per s", "how it is made, and praise: the measure of the others", "medium")
    ] = 1.6
    telling_weight: Annotated[float, Basis("per s", "half: what it has, about us, a list read aloud", "medium")] = 0.8
    other_weight: Annotated[float, Basis("per s", "a quarter: length alone is weak evidence", "medium")] = 0.4
    usual_pace: Annotated[float, Basis("words/min", "usual pace 130 to 175; slower speech has pauses", "medium")] = (
        150.0
    )
    addition_seconds: Annotated[float, Basis("s", "`also`, `moving on`: another unprompted topic", "low")] = 5.5
    invited_factor: Annotated[
        float, Basis("factor", "what they asked to see or to understand, while it lasts", "low")
    ] = 0.6
    asked_factor: Annotated[float, Basis("factor", "a question I ran over was still half a door", "low")] = 0.5
    reaction_factor: Annotated[float, Basis("factor", "`yes, cool`: more than a murmur, less than a turn", "low")] = (
        0.67
    )
    ignored_factor: Annotated[float, Basis("factor", "design: after a revelation a question comes next", "low")] = 0.5

    # Usual length of turns in this conversation: a podcast is not a stand-up meeting.
    norm_seconds: Annotated[
        float, Basis("s", "their usual turn that doubles the room; never more than doubled", "low")
    ] = 20.0
    norm_prior_seconds: Annotated[
        float, Basis("s", "a usual turn in a meeting, before three of the buyer are known", "low")
    ] = 8.0
    norm_prior_turns: Annotated[float, Basis("turns", "how much that guess counts for", "low")] = 3

    # How long an invitation lasts.
    explanation_seconds: Annotated[float, Basis("s", "design: 60-75 s; the shorter end", "low")] = 60.0
    answer_seconds: Annotated[float, Basis("s", "yes or no with its reason", "low")] = 25.0
    handed_over_seconds: Annotated[
        float, Basis("s", "after a hand-over the rules are silent: left-out pitches and meetings", "medium")
    ] = 120.0
    talked_on_words: Annotated[
        float, Basis("words", "a question they went on talking after is no longer open", "low")
    ] = 15
    told_words: Annotated[float, Basis("words", "what they talked on from for longer waits for no answer", "low")] = 40
    reveal_words: Annotated[float, Basis("words", "what gives something away takes a clause", "low")] = 5
    takeup_sentences: Annotated[float, Basis("sentences", "taking up comes at once or not at all", "low")] = 2

    # Praise and suppositions.
    compliment_sentences: Annotated[float, Basis("sentences", "surely about the product, after praise", "low")] = 1.0

    # Silence after a question.
    silence_from_seconds: Annotated[
        float, Basis("s", "switch interviews: wait 3-5 s; praise it from the middle", "low")
    ] = 2.0
    silence_until_seconds: Annotated[float, Basis("s", "after this the line is dead rather than thoughtful", "low")] = (
        8.0
    )

    @classmethod
    def of(cls, drift: CoachSettings) -> Limits:
        """Return the limits with those of a playbook applied."""
        speak, veto = _THRESHOLDS[drift.sensitivity]
        return cls(
            speak_probability=speak,
            veto_probability=veto,
            stretch_seconds=drift.max_monologue_seconds,
            unasked_seconds=drift.max_unprompted_product_talk_seconds,
        )


def table() -> Iterator[Limit]:
    """Yield the rows in the order they are declared."""
    usual = Limits()
    for name, hint in get_type_hints(Limits, include_extras=True).items():
        about: Basis = hint.__metadata__[0]
        yield Limit(name, getattr(usual, name), about.unit, about.source, about.confidence)
