"""Figures of a call, without any words: the basis of trends, and what is kept when a transcript is deleted.

Computed by replaying the events, like the debrief. Without speech the talk figures are unknown, not zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import isfinite
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.call.events import Event, Forgotten, Heard, Side, TapKind
from salesnerd_tui.call.state import fold, undone_numbers
from salesnerd_tui.coach.normalize import words
from salesnerd_tui.coach.sentences import end_mark
from salesnerd_tui.coach.signals.questions import QuestionType, question
from salesnerd_tui.review.debrief.model import Monologue, OutcomeKind, TalkSummary, Tap, TapReaction
from salesnerd_tui.review.debrief.outcome import outcome
from salesnerd_tui.review.debrief.reactions import taps
from salesnerd_tui.review.debrief.talk import SpeechTimeline, call_seconds, drawable, listen

VERSION = 2
"""Increased when a figure changes its name or meaning; cached figures are then recomputed."""

PRODUCT = frozenset((TapKind.OVER_EXPLAINING, TapKind.PITCHING, TapKind.US_FOCUS))
"""Kinds of taps about product talk that nobody asked for."""


class Figures(Struct, frozen=True):
    """Figures of a call; durations are in seconds.

    `unasked_seconds` is the length of the user's runs that drew a tap for product talk and were not dismissed.
    `questions` are the user's spoken questions without checks such as "okay?"; without a transcript, the playbook's
    questions that were marked as asked. Without speech only `seconds` is known.
    """

    seconds: float = 0.0
    mine_seconds: float = 0.0
    theirs_seconds: float = 0.0
    longest_mine_seconds: float = 0.0
    longest_theirs_seconds: float = 0.0
    unasked_seconds: float = 0.0
    questions: int = 0
    taps: int = 0
    handed_back: int = 0
    dismissed: int = 0
    overpromises: int = 0
    has_transcript: bool = False
    verdict: OutcomeKind = OutcomeKind.UNFINISHED

    @property
    def heard(self) -> bool:
        return self.mine_seconds + self.theirs_seconds > 0

    @property
    def share(self) -> float | None:
        """The user's talk ratio, 0 to 1; None if nobody was heard."""
        return self.mine_seconds / (self.mine_seconds + self.theirs_seconds) if self.heard else None


def figures(events: Iterable[Event]) -> Figures:
    """Return the figures of a call. Never raises, whatever the events hold."""
    listed = list(events)
    undone = undone_numbers(listed)
    counted = tuple(drawable(event for number, event in enumerate(listed) if number not in undone))
    found = _counted(counted)
    at = next((at for at in range(len(counted) - 1, -1, -1) if isinstance(counted[at], Forgotten)), None)
    if at is None:
        return found
    forgotten = counted[at]
    assert isinstance(forgotten, Forgotten)
    since = _counted(counted[at + 1 :]) if any(isinstance(event, Heard) for event in counted[at + 1 :]) else Figures()
    return _joined(forgotten.figures, since, found)


def with_figures(talk: TalkSummary, known: Figures) -> TalkSummary:
    """Return the talk summary of a call whose transcript was deleted, with the figures that were kept."""
    return replace(
        talk,
        mine_seconds=known.mine_seconds,
        theirs_seconds=known.theirs_seconds,
        share=known.share,
        longest_mine=_with_seconds(talk.longest_mine, known.longest_mine_seconds),
        longest_theirs=_with_seconds(talk.longest_theirs, known.longest_theirs_seconds),
        transcript_deleted=True,
    )


def _with_seconds(monologue: Monologue | None, seconds: float) -> Monologue | None:
    return replace(monologue, seconds=seconds) if monologue is not None and seconds > 0 else None


def to_document(found: Figures) -> dict[str, Any]:
    """Return the figures as JSON values."""
    values: dict[str, Any] = msgspec.to_builtins(found)
    return values


def from_document(document: Mapping[str, Any]) -> Figures:
    """Return the figures from what `to_document` returned."""
    return msgspec.convert(document, Figures)


def to_keep(events: Iterable[Event]) -> dict[str, float]:
    """Return the figures to store in a call whose transcript is deleted."""
    found = figures(events)
    return {name: float(getattr(found, name)) for name in _FROM_TRANSCRIPT}


_ADDED = ("mine_seconds", "theirs_seconds", "unasked_seconds", "questions")
_LONGEST = ("longest_mine_seconds", "longest_theirs_seconds")
_FROM_TRANSCRIPT = (*_ADDED, *_LONGEST, "has_transcript")
"""Figures that cannot be recomputed without the transcript."""


def _counted(events: Sequence[Event]) -> Figures:
    state = fold(events)
    seconds = call_seconds(events)
    talk, speech = listen(events, seconds)
    found = taps(events, speech, seconds, None)
    mine = [said.text for said in speech.sentences if said.side is Side.ME]
    real = sum(question(words(text), end_mark(text)) is QuestionType.REAL for text in mine)
    return Figures(
        seconds=seconds,
        mine_seconds=round(talk.mine_seconds, 3),
        theirs_seconds=round(talk.theirs_seconds, 3),
        longest_mine_seconds=round(talk.longest_mine.seconds, 3) if talk.longest_mine else 0.0,
        longest_theirs_seconds=round(talk.longest_theirs.seconds, 3) if talk.longest_theirs else 0.0,
        unasked_seconds=round(sum(_unasked_runs(found, speech)), 3),
        questions=real if talk.has_transcript else len(state.asked),
        taps=len(found),
        handed_back=sum(tap.after in (TapReaction.HANDED_BACK, TapReaction.BOUNDED) for tap in found),
        dismissed=sum(tap.after is TapReaction.DISMISSED for tap in found),
        overpromises=sum(promise.overpromise for promise in state.promises),
        has_transcript=talk.has_transcript,
        verdict=outcome(state.ended, None, seconds).verdict,
    )


def _unasked_runs(found: Sequence[Tap], speech: SpeechTimeline) -> Iterator[float]:
    """Yield the length of each of the user's runs that drew such a tap, each run once."""
    seen: set[float] = set()
    for tap in found:
        run = speech.run_at(Side.ME, tap.at) if tap.kind in PRODUCT and tap.after is not TapReaction.DISMISSED else None
        if run is not None and run.start not in seen:
            seen.add(run.start)
            yield run.seconds


def _joined(stored: Mapping[str, float], since: Figures, whole: Figures) -> Figures:
    """Join the stored figures, those of speech after the deletion, and those that need no transcript."""
    before = {name: value for name, value in stored.items() if isfinite(value) and value >= 0}
    joined: dict[str, Any] = {name: before.get(name, 0.0) + getattr(since, name) for name in _ADDED}
    joined |= {name: max(before.get(name, 0.0), getattr(since, name)) for name in _LONGEST}
    # Calls written before 0.1.0 call this figure `worded`.
    had_transcript = before.get("has_transcript", before.get("worded", 0.0)) > 0
    joined |= {"questions": int(joined["questions"]), "has_transcript": had_transcript or since.has_transcript}
    return replace(whole, **joined)
