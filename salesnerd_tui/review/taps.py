"""Each tap with its moment: what was said before it, what was ready, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from salesnerd_tui.call.events import Cued, CueKind, Dismissal, Dismissed, Event, Side
from salesnerd_tui.coach.cues import plain_words, question_ready
from salesnerd_tui.coach.words import words
from salesnerd_tui.playbook.model import Playbook
from salesnerd_tui.review.model import After, Praise, Sentence, Tap
from salesnerd_tui.review.talk import Speech

LOOK_BACK_SECONDS = 300.0
"""A sentence older than this has nothing to do with the tap."""


def taps(events: Sequence[Event], speech: Speech, until: float, playbook: Playbook | None) -> tuple[Tap, ...]:
    """Every tap of the call, oldest first; praise is not among them."""
    return tuple(
        _tap(cued, answer, speech, until, playbook)
        for cued, answer in _answered(events)
        if cued.kind is not CueKind.SILENCE
    )


def praise(events: Sequence[Event], speech: Speech) -> tuple[Praise, ...]:
    """Every time they were left to think, with what they said then."""
    return tuple(
        Praise(cued.at, cued.words, cued.because, _next_of_theirs(speech, cued.at))
        for cued in events
        if isinstance(cued, Cued) and cued.kind is CueKind.SILENCE
    )


def _answered(events: Sequence[Event]) -> Iterator[tuple[Cued, Dismissed | None]]:
    """Each tap with what ended it. One message shows at a time, so the next tap ends the one before."""
    waiting: Cued | None = None
    for event in events:
        if isinstance(event, Dismissed) and waiting is not None and event.kind is waiting.kind:
            yield waiting, event
            waiting = None
        elif isinstance(event, Cued):
            if waiting is not None:
                yield waiting, None
            waiting = event
    if waiting is not None:
        yield waiting, None


def _tap(cued: Cued, dismissed: Dismissed | None, speech: Speech, until: float, playbook: Playbook | None) -> Tap:
    before = _before(cued, speech)
    run = speech.run_at(Side.ME, cued.at)
    they_said = _recent(speech.last(Side.THEM, min(run.start, cued.at) if run else cued.at), cued.at)
    after, seconds = _came_of_it(cued, dismissed, speech, until)
    return Tap(
        at=cued.at,
        kind=cued.kind,
        words=cued.words,
        because=cued.because,
        evidence=cued.evidence,
        ready=question_ready(cued),
        plainer=plain_words(cued) or plainer(speech.between(Side.ME, run.start if run else cued.at, cued.at), playbook),
        late=cued.late,
        before=before,
        they_said=they_said,
        after=after,
        after_seconds=seconds,
    )


def _before(cued: Cued, speech: Speech) -> Sentence | None:
    """The sentence that the tap rests on where it says so, else the last one of mine before it."""
    if cued.evidence:
        recent = speech.between(Side.ME, cued.at - LOOK_BACK_SECONDS, cued.at)
        same = next((sentence for sentence in reversed(recent) if sentence.text == cued.evidence), None)
        return same or Sentence(Side.ME, cued.at, cued.at, cued.evidence)
    return _recent(speech.last(Side.ME, cued.at), cued.at)


def _came_of_it(cued: Cued, dismissed: Dismissed | None, speech: Speech, until: float) -> tuple[After, float | None]:
    if dismissed is not None and dismissed.how is not Dismissal.EXPIRED:
        seconds = max(dismissed.at - cued.at, 0.0)
        return (After.HANDED_BACK if dismissed.how is Dismissal.HANDED_BACK else After.WAVED_AWAY), seconds
    run = speech.run_at(Side.ME, cued.at)
    if run is None or run.end <= cued.at:
        return After.OPEN, None
    handed_over = speech.handed_over(cued.at)
    return After.TALKED_ON, max((until if handed_over is None else handed_over) - cued.at, 0.0)


def plainer(said: Iterable[Sentence], playbook: Playbook | None) -> str:
    """The jargon in these sentences, each with the playbook's plain words for it, or ''."""
    if playbook is None or not playbook.drift.jargon:
        return ""
    spoken = f" {' '.join(word for sentence in said for word in words(sentence.text))} "
    jargon = playbook.drift.jargon.items()
    found = [f"{term}: {plain}" for term, plain in jargon if f" {' '.join(words(term))} " in spoken]
    return "; ".join(found)


def _recent(sentence: Sentence | None, at: float) -> Sentence | None:
    return sentence if sentence is not None and at - sentence.end <= LOOK_BACK_SECONDS else None


def _next_of_theirs(speech: Speech, at: float) -> Sentence | None:
    return next((said for said in speech.sentences if said.side is Side.THEM and said.at >= at), None)
