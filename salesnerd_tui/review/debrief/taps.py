"""Taps with their context: what was said before each tap, the suggestion, and how the user reacted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from salesnerd_tui.call import tap_text
from salesnerd_tui.call.events import Dismissal, Dismissed, Event, Side, TapKind, Tapped
from salesnerd_tui.coach.normalize import words
from salesnerd_tui.review.debrief.model import Praise, Sentence, Tap, TapReaction

if TYPE_CHECKING:
    from salesnerd_tui.playbook.model import Playbook
    from salesnerd_tui.review.debrief.talk import SpeechTimeline

LOOK_BACK_SECONDS = 300.0
"""A sentence that is older than this is unrelated to the tap."""


def taps(events: Sequence[Event], speech: SpeechTimeline, until: float, playbook: Playbook | None) -> tuple[Tap, ...]:
    """Return every tap of the call except praise, oldest first."""
    return tuple(
        _tap(cued, answer, speech, until, playbook)
        for cued, answer in _taps_with_dismissals(events)
        if cued.kind is not TapKind.SILENCE
    )


def praise(events: Sequence[Event], speech: SpeechTimeline) -> tuple[Praise, ...]:
    """Return each silence that was left to the buyer, with what they said next."""
    return tuple(
        Praise(cued.at, tap_text.title(cued), tap_text.reason(cued), _next_of_theirs(speech, cued.at))
        for cued in events
        if isinstance(cued, Tapped) and cued.kind is TapKind.SILENCE
    )


def _taps_with_dismissals(events: Sequence[Event]) -> Iterator[tuple[Tapped, Dismissed | None]]:
    """Yield each tap with the event that ended it. A new tap replaces the one on screen."""
    waiting: Tapped | None = None
    for event in events:
        if isinstance(event, Dismissed) and waiting is not None and event.kind is waiting.kind:
            yield waiting, event
            waiting = None
        elif isinstance(event, Tapped):
            if waiting is not None:
                yield waiting, None
            waiting = event
    if waiting is not None:
        yield waiting, None


def _tap(
    cued: Tapped, dismissed: Dismissed | None, speech: SpeechTimeline, until: float, playbook: Playbook | None
) -> Tap:
    before = _before(cued, speech)
    run = speech.run_at(Side.ME, cued.at)
    they_said = _recent(speech.last(Side.THEM, min(run.start, cued.at) if run else cued.at), cued.at)
    after, seconds = _reaction(cued, dismissed, speech, until)
    return Tap(
        at=cued.at,
        kind=cued.kind,
        words=tap_text.title(cued),
        reason=tap_text.reason(cued),
        evidence=cued.quote,
        suggestion=cued.suggestion,
        plain_wording=cued.plain_wording
        or plain_wording(speech.between(Side.ME, run.start if run else cued.at, cued.at), playbook),
        late=cued.late,
        before=before,
        they_said=they_said,
        after=after,
        after_seconds=seconds,
    )


def _before(cued: Tapped, speech: SpeechTimeline) -> Sentence | None:
    """Return the sentence the tap quotes as evidence, otherwise the user's last sentence before it."""
    if cued.quote:
        recent = speech.between(Side.ME, cued.at - LOOK_BACK_SECONDS, cued.at)
        same = next((sentence for sentence in reversed(recent) if sentence.text == cued.quote), None)
        return same or Sentence(Side.ME, cued.at, cued.at, cued.quote)
    return _recent(speech.last(Side.ME, cued.at), cued.at)


def _reaction(
    cued: Tapped, dismissed: Dismissed | None, speech: SpeechTimeline, until: float
) -> tuple[TapReaction, float | None]:
    how = dismissed.how if dismissed is not None else Dismissal.EXPIRED
    seconds = max(dismissed.at - cued.at, 0.0) if dismissed is not None else 0.0
    if how in (Dismissal.BOUNDED, Dismissal.DISMISSED):
        return (TapReaction.BOUNDED if how is Dismissal.BOUNDED else TapReaction.DISMISSED), seconds
    if cued.kind is TapKind.OVER_PROMISING:
        return TapReaction.OPEN, None  # who spoke next says nothing about a promise: it still binds
    if how is Dismissal.HANDED_BACK:
        return TapReaction.HANDED_BACK, seconds
    run = speech.run_at(Side.ME, cued.at)
    if run is None or run.end <= cued.at:
        return TapReaction.OPEN, None
    handed_over = speech.handed_over(cued.at)
    return TapReaction.TALKED_ON, max((until if handed_over is None else handed_over) - cued.at, 0.0)


def plain_wording(said: Iterable[Sentence], playbook: Playbook | None) -> str:
    """Return the jargon in these sentences with the playbook's plain wordings, or an empty string."""
    if playbook is None or not playbook.coach.jargon:
        return ""
    spoken = f" {' '.join(word for sentence in said for word in words(sentence.text))} "
    jargon = playbook.coach.jargon.items()
    found = [f"{term}: {plain}" for term, plain in jargon if f" {' '.join(words(term))} " in spoken]
    return "; ".join(found)


def _recent(sentence: Sentence | None, at: float) -> Sentence | None:
    return sentence if sentence is not None and at - sentence.end <= LOOK_BACK_SECONDS else None


def _next_of_theirs(speech: SpeechTimeline, at: float) -> Sentence | None:
    return next((said for said in speech.sentences if said.side is Side.THEM and said.at >= at), None)
