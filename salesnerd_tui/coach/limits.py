"""Every number the coach rests on, in one table: its value, its unit, where it comes from and how far to trust it.

A playbook's `drift:` overrides some of them (`Limits.of`). Nothing else in this room holds a number that decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from typing import Any, NamedTuple

from salesnerd_tui.playbook.model import CoachSettings, Sensitivity


class Limit(NamedTuple):
    """One row of the table, for the settings screen and the documentation."""

    name: str
    value: float
    unit: str
    source: str
    confidence: str


def _limit(value: float, unit: str, source: str, confidence: str) -> Any:
    return field(default=value, metadata={"unit": unit, "source": source, "confidence": confidence})


_THRESHOLDS = {Sensitivity.LOW: (0.8, 0.3), Sensitivity.NORMAL: (0.65, 0.16), Sensitivity.HIGH: (0.5, 0.08)}
"""Probability of drift from which the judge speaks, and below which the rules keep silent."""

_NORMAL = _THRESHOLDS[Sensitivity.NORMAL]


@dataclass(frozen=True, slots=True)
class Limits:
    """The coach's limits as plain numbers; seconds unless the table says otherwise."""

    # Who has the floor.
    backchannel_words: float = _limit(3, "words", "design: a backchannel is up to about three words", "medium")
    polite_words: float = _limit(6, "words", "nothing but yes, okay, got it, great: still no turn", "low")
    cough_seconds: float = _limit(2.0, "s", "a voice without words shorter than this is no turn", "low")

    # When the learned judge speaks (docs/judgement.md); cross-validated on labeled conversations.
    speak_probability: float = _limit(
        _THRESHOLDS[Sensitivity.NORMAL][0], "probability", "from here on a tap is due whatever the rules say", "medium"
    )
    invited_margin: float = _limit(0.5, "share", "how much nearer to certain while they wait for an answer", "low")
    veto_probability: float = _limit(
        _THRESHOLDS[Sensitivity.NORMAL][1], "probability", "below this in the whole turn the rules keep silent", "low"
    )

    jargon_terms: float = _limit(6, "terms", "so many that they never used, and no probability is too low", "low")

    # When a tap may show.
    between_taps_seconds: float = _limit(20.0, "s", "Rhema, 30 speakers: two words each twenty seconds", "medium")
    between_same_seconds: float = _limit(60.0, "s", "design: per kind, so that it never nags", "low")
    fresh_seconds: float = _limit(30.0, "s", "between taps for drift, a real turn of theirs in between", "medium")
    stale_seconds: float = _limit(60.0, "s", "between taps for drift, no real turn of theirs in between", "medium")
    opening_seconds: float = _limit(30.0, "s", "design: nothing in the first 30-60 s; the shorter end", "low")
    shown_seconds: float = _limit(20.0, "s", "design: what did not change anything in 20 s was ignored", "low")
    least_shown_seconds: float = _limit(6.0, "s", "a tap takes this long to read and act on", "low")
    pain_first_seconds: float = _limit(10.0, "s", "what they revealed outranks an overpromise for this long", "low")
    drift_pause_seconds: float = _limit(8.0, "s", "silence that ends the stretch of talk that was tapped", "low")
    late_seconds: float = _limit(2.0, "s", "design: later than this after its cause it is marked late", "medium")

    # How much talk is too much.
    stretch_seconds: float = _limit(60.0, "s", "call.md 60, Parley 40, Demodesk 76; the playbook's own wins", "low")
    relevant_factor: float = _limit(
        1.5, "factor", "words that the signals find relevant may take half as long again", "low"
    )
    unasked_seconds: float = _limit(25.0, "s", "format default for product talk nobody asked for", "low")
    share_max: float = _limit(0.65, "share", "Gong Labs, 25,537 calls: harmful above 65%", "medium")

    share_from_seconds: float = _limit(180.0, "s", "a share of less talk than this says nothing", "low")

    # What a second of unasked talk weighs.
    internals_weight: float = _limit(1.6, "per s", "how it is made, and praise: the measure of the others", "medium")
    telling_weight: float = _limit(0.8, "per s", "half: what it has, about us, a list read aloud", "medium")
    other_weight: float = _limit(0.4, "per s", "a quarter: length alone is weak evidence", "medium")
    usual_pace: float = _limit(150.0, "words/min", "design: 130-175; slower words hold pauses, no talk", "medium")
    addition_seconds: float = _limit(5.5, "s", "`also`, `moving on`: one more thing that nobody waited for", "low")
    invited_factor: float = _limit(0.6, "factor", "what they asked to see or to understand, while it lasts", "low")
    asked_factor: float = _limit(0.5, "factor", "a question I ran over was still half a door", "low")
    reaction_factor: float = _limit(0.67, "factor", "`yes, cool`: more than a murmur, less than a turn", "low")
    ignored_factor: float = _limit(0.5, "factor", "design: after a revelation a question comes next", "low")

    # How long turns are in this conversation: a podcast is not a stand-up.
    norm_seconds: float = _limit(20.0, "s", "their usual turn that doubles the room; never more than doubled", "low")
    norm_prior_seconds: float = _limit(8.0, "s", "a usual turn in a meeting, before three of theirs are known", "low")
    norm_prior_turns: float = _limit(3, "turns", "how much that guess counts for", "low")

    # How long an invitation lasts.
    explained_licence_seconds: float = _limit(60.0, "s", "design: 60-75 s; the shorter end", "low")
    answered_licence_seconds: float = _limit(25.0, "s", "yes or no with its reason", "low")
    talked_on_words: float = _limit(15, "words", "a question they went on talking after is no longer open", "low")
    told_words: float = _limit(40, "words", "what they talked on from for longer waits for no answer", "low")
    reveal_words: float = _limit(5, "words", "what gives something away takes a clause", "low")
    takeup_sentences: float = _limit(2, "sentences", "taking up comes at once or not at all", "low")

    # Praise and suppositions.
    compliment_sentences: float = _limit(1.0, "sentences", "surely about the product, after praise", "low")

    # Silence after a question.
    silence_from_seconds: float = _limit(2.0, "s", "switch interviews: wait 3-5 s; praise it from the middle", "low")
    silence_until_seconds: float = _limit(8.0, "s", "after this the line is dead rather than thoughtful", "low")

    @classmethod
    def of(cls, drift: CoachSettings) -> Limits:
        """The table with this playbook's own limits laid over it."""
        speak, veto = _THRESHOLDS[drift.sensitivity]
        return replace(
            cls(),
            speak_probability=speak,
            veto_probability=veto,
            stretch_seconds=drift.max_monologue_seconds,
            unasked_seconds=drift.max_unprompted_product_talk_seconds,
        )


def table(limits: Limits | None = None) -> Iterator[Limit]:
    """The rows, in the order they are declared."""
    limits = limits or Limits()
    for row in fields(limits):
        about = row.metadata
        yield Limit(row.name, getattr(limits, row.name), about["unit"], about["source"], about["confidence"])
