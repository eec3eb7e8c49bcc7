"""Each tap with its moment: what was said before it, what was ready, and what came of it.

What they gave away (a pain, a doubt, a need, a number) and whether I took it up.

The coach's own signals, over the whole call: the teaching is in what was let lie, since nobody offers it twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from salesnerd_tui.call.events import Cued, Dismissal, Dismissed, Event, Side, TapKind
from salesnerd_tui.coach.engine import plain_words, question_ready
from salesnerd_tui.coach.normalize import topics, words
from salesnerd_tui.coach.sentences import end_mark
from salesnerd_tui.coach.signals.follow_up import takes_up
from salesnerd_tui.coach.signals.questions import is_question
from salesnerd_tui.coach.signals.reveals import RevealKind, revealed
from salesnerd_tui.playbook.model import Playbook
from salesnerd_tui.review.debrief.model import Monologue, Praise, Reveal, Sentence, Tap, TapReaction
from salesnerd_tui.review.debrief.talk import SpeechTimeline

LOOK_BACK_SECONDS = 300.0
"""A sentence older than this has nothing to do with the tap."""


def taps(events: Sequence[Event], speech: SpeechTimeline, until: float, playbook: Playbook | None) -> tuple[Tap, ...]:
    """Every tap of the call, oldest first; praise is not among them."""
    return tuple(
        _tap(cued, answer, speech, until, playbook)
        for cued, answer in _answered(events)
        if cued.kind is not TapKind.SILENCE
    )


def praise(events: Sequence[Event], speech: SpeechTimeline) -> tuple[Praise, ...]:
    """Every time they were left to think, with what they said then."""
    return tuple(
        Praise(cued.at, cued.words, cued.because, _next_of_theirs(speech, cued.at))
        for cued in events
        if isinstance(cued, Cued) and cued.kind is TapKind.SILENCE
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


def _tap(
    cued: Cued, dismissed: Dismissed | None, speech: SpeechTimeline, until: float, playbook: Playbook | None
) -> Tap:
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


def _before(cued: Cued, speech: SpeechTimeline) -> Sentence | None:
    """The sentence that the tap rests on where it says so, else the last one of mine before it."""
    if cued.evidence:
        recent = speech.between(Side.ME, cued.at - LOOK_BACK_SECONDS, cued.at)
        same = next((sentence for sentence in reversed(recent) if sentence.text == cued.evidence), None)
        return same or Sentence(Side.ME, cued.at, cued.at, cued.evidence)
    return _recent(speech.last(Side.ME, cued.at), cued.at)


def _came_of_it(
    cued: Cued, dismissed: Dismissed | None, speech: SpeechTimeline, until: float
) -> tuple[TapReaction, float | None]:
    if dismissed is not None and dismissed.how is not Dismissal.EXPIRED:
        seconds = max(dismissed.at - cued.at, 0.0)
        return (TapReaction.HANDED_BACK if dismissed.how is Dismissal.HANDED_BACK else TapReaction.WAVED_AWAY), seconds
    run = speech.run_at(Side.ME, cued.at)
    if run is None or run.end <= cued.at:
        return TapReaction.OPEN, None
    handed_over = speech.handed_over(cued.at)
    return TapReaction.TALKED_ON, max((until if handed_over is None else handed_over) - cued.at, 0.0)


def plainer(said: Iterable[Sentence], playbook: Playbook | None) -> str:
    """The jargon in these sentences, each with the playbook's plain words for it, or ''."""
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


WEIGHT = (RevealKind.PAIN, RevealKind.DOUBT, RevealKind.NEED, RevealKind.NUMBER)
"""What hurts tells more than a number does."""

ANSWER_SENTENCES = 3
"""My next sentences that count as the answer to a turn of theirs; a later one has changed the subject."""


def reveals(speech: SpeechTimeline) -> tuple[Reveal, ...]:
    """One for each turn of theirs that gave something away, oldest first."""
    return tuple(_reveals(speech))


def _reveals(speech: SpeechTimeline) -> Iterator[Reveal]:
    for number, run in enumerate(speech.runs):
        if run.side is not Side.THEM:
            continue
        said = speech.between(Side.THEM, run.start, run.end)
        found = [(WEIGHT.index(kind), place) for place, each in enumerate(said) if (kind := revealed(words(each.text)))]
        if not found:
            continue
        weight, place = min(found)
        if number + 1 == len(speech.runs):
            break  # The last words of a call are nobody's to take up.
        answer = _answer(speech, speech.runs[number + 1 :])
        taken_up = next((mine for mine in answer if _takes_up(mine, said)), None)
        yield Reveal(
            said[place].at, WEIGHT[weight].value, said[place], taken_up is not None, taken_up or _first(answer)
        )


def _answer(speech: SpeechTimeline, later: Sequence[Monologue]) -> tuple[Sentence, ...]:
    mine = next((run for run in later[:1] if run.side is Side.ME), None)
    return speech.between(Side.ME, mine.start, mine.end)[:ANSWER_SENTENCES] if mine else ()


def _takes_up(mine: Sentence, theirs: Sequence[Sentence]) -> bool:
    spoken = words(mine.text)
    stems = topics(word for sentence in theirs for word in words(sentence.text))
    return takes_up(spoken, stems, is_question(spoken, end_mark(mine.text)))


def _first(sentences: Sequence[Sentence]) -> Sentence | None:
    return sentences[0] if sentences else None
