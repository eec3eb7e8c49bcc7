"""Talk of a call: who talked, when and how long, with the coach's own floor, and what their statements are worth.

Stored events can have any times: a transcript with a different clock, a time that is not a number, a clock that
restarted after a crash. `drawable` normalizes them.

Each statement of the buyer that matters has a rung of evidence (`coach/signals/evidence.py`).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from math import inf, isfinite

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.call.events import Ended, Event, FloorTaken, Heard, Resumed, Side, SourceChanged, SourceState
from salesnerd_tui.coach.floor import Floor, FloorRun
from salesnerd_tui.coach.sentences import SentenceSplitter
from salesnerd_tui.coach.signals.evidence import EVIDENCE, RUNGS, Rung, rung
from salesnerd_tui.review.debrief.model import ListeningGap, Monologue, Sentence, Span, Statement, TalkSummary

JOINED_SECONDS = 1.0
"""Spans of one side that are closer than this are merged."""

ENDED_EARLY_SECONDS = 60.0
"""A source that ended less than this before the call is not reported as a gap."""

TURN_WORDS = 4
"""Shorter sentences ("mm-hm") are not worth quoting."""

LONGEST_CALL_SECONDS = 7 * 24 * 3600.0
"""A later time comes from a different clock."""

OTHER_CLOCK_SECONDS = 12 * 3600.0
"""Speech this far from its event was timed by a different clock; only its duration is used."""

LONGEST_UTTERANCE_SECONDS = 3600.0


def drawable(events: Iterable[Event]) -> Iterator[Event]:
    """Yield the events with normalized times, without partial speech."""
    offset = last = 0.0
    for event in events:
        at = _within(event.at, last - offset)
        if isinstance(event, Resumed) and at + offset < last:
            offset = last - at
        last = at + offset
        if not isinstance(event, Heard):
            yield event if last == event.at else replace(event, at=last)
        elif event.final:
            yield _heard(event, last, offset)


def _heard(event: Heard, at: float, offset: float) -> Heard:
    start, end = (value if isfinite(value) else inf for value in (event.start, event.end))
    start, end = start + offset, end + offset
    seconds = min(max(end - start, 0.0), LONGEST_UTTERANCE_SECONDS) if isfinite(end - start) else 0.0
    if not (start >= 0 and abs(start + seconds - at) <= OTHER_CLOCK_SECONDS):
        start = max(at - seconds, 0.0)
    return replace(event, at=at, start=round(start, 3), end=round(start + seconds, 3))


def _within(seconds: float, otherwise: float) -> float:
    known = isfinite(seconds) and 0 <= seconds <= LONGEST_CALL_SECONDS
    return round(seconds if known else max(otherwise, 0.0), 3)


class SpeechTimeline(Struct, frozen=True):
    """Everything that was said, for lookup by time."""

    sentences: tuple[Sentence, ...]
    runs: tuple[Monologue, ...]
    _mine: tuple[Sentence, ...]
    _theirs: tuple[Sentence, ...]

    def last(self, side: Side, at: float) -> Sentence | None:
        """Return the last sentence worth quoting that `side` had started by `at`."""
        said = self._mine if side is Side.ME else self._theirs
        found = bisect_right(said, at, key=lambda sentence: sentence.at)
        return said[found - 1] if found else None

    def between(self, side: Side, start: float, end: float) -> tuple[Sentence, ...]:
        """Return the sentences worth quoting that `side` started between two times."""
        said = self._mine if side is Side.ME else self._theirs
        first = bisect_left(said, start, key=lambda sentence: sentence.at)
        return said[first : bisect_right(said, end, key=lambda sentence: sentence.at)]

    def around(self, at: float) -> Sentence | None:
        """Return the last sentence of either side that had started by `at`."""
        found = bisect_right(self.sentences, at, key=lambda sentence: sentence.at)
        return self.sentences[found - 1] if found else None

    def run_at(self, side: Side, at: float) -> Monologue | None:
        """Return the last run of `side` that had started by `at`."""
        return next((run for run in reversed(self.runs) if run.side is side and run.start <= at), None)

    def handed_over(self, at: float) -> float | None:
        """Return when the buyer next took the floor after `at`, None if never."""
        return next((run.start for run in self.runs if run.side is Side.THEM and run.start >= at), None)


def call_seconds(events: Sequence[Event]) -> float:
    """Return the duration of a call: up to its ending, otherwise up to the last event."""
    ended = next((event.at for event in reversed(events) if isinstance(event, Ended)), None)
    if ended is not None:
        return ended
    return max((max(event.at, event.end) if isinstance(event, Heard) else event.at for event in events), default=0.0)


def listen(events: Sequence[Event], until: float) -> tuple[TalkSummary, SpeechTimeline]:
    """Return who talked up to `until` (seconds) and what was said."""
    floor, runs = Floor(), list[FloorRun]()
    for event in events:
        if isinstance(event, Heard | FloorTaken) and floor.hear(event) and floor.run is not None:
            runs.append(floor.run)
    if floor.tick(until) and floor.run is not None:
        runs.append(floor.run)
    speech = _speech(events, runs)
    figures = floor.talk
    talk = TalkSummary(
        mine_seconds=figures.mine_seconds,
        theirs_seconds=figures.theirs_seconds,
        share=figures.share,
        longest_mine=_longest(speech.runs, Side.ME),
        longest_theirs=_longest(speech.runs, Side.THEM),
        spans=spans(events, until),
        has_transcript=bool(speech.sentences),
    )
    return talk, speech


def spans(events: Iterable[Event], until: float) -> tuple[Span, ...]:
    """Return when each side talked. The talk key counts only for a side without speech."""
    found, heard_sides = list[Span](), set[Side]()
    keyed, holder, since = list[Span](), Side.NOBODY, 0.0
    for event in events:
        if isinstance(event, Heard) and event.side is not Side.NOBODY:
            heard_sides.add(event.side)
            found.append(Span(event.side, event.start, max(event.end, event.start)))
        elif isinstance(event, FloorTaken):
            if holder is not Side.NOBODY:
                keyed.append(Span(holder, since, max(event.at, since)))
            holder, since = event.side, event.at
    if holder is not Side.NOBODY:
        keyed.append(Span(holder, since, max(until, since)))
    found.extend(span for span in keyed if span.side not in heard_sides)
    return _joined(sorted(found, key=lambda span: span.start))


def listening_gaps(events: Iterable[Event], until: float) -> tuple[ListeningGap, ...]:
    """Return when a source of speech lagged, was broken, or had ended long before the call."""
    troubled: dict[str, SourceChanged] = {}
    gaps: list[ListeningGap] = []
    for event in events:
        if isinstance(event, SourceChanged):
            trouble = troubled.pop(event.source, None)
            if trouble is not None:
                gaps.append(_gap(trouble, event.at))
            if event.state is not SourceState.LISTENING:
                troubled[event.source] = event
    for trouble in troubled.values():
        if trouble.state is not SourceState.ENDED or until - trouble.at >= ENDED_EARLY_SECONDS:
            gaps.append(_gap(trouble, until))
    return tuple(sorted(gaps, key=lambda gap: gap.start))


def _gap(trouble: SourceChanged, end: float) -> ListeningGap:
    behind = trouble.behind_seconds if trouble.state is SourceState.LAGGING else 0.0
    start = max(trouble.at - behind, 0.0) if isfinite(behind) else trouble.at
    message = "it had ended" if trouble.state is SourceState.ENDED else trouble.message
    return ListeningGap(trouble.source, min(start, trouble.at), max(end, start), message)


def _speech(events: Sequence[Event], runs: Sequence[FloorRun]) -> SpeechTimeline:
    splitter, sentences = SentenceSplitter(), list[Sentence]()
    for event in events:
        if isinstance(event, Heard) and event.text:
            sentences.extend(
                Sentence(said.side, said.start, said.end, said.text, said.speaker) for said in splitter.hear(event)
            )
    sentences.sort(key=lambda sentence: sentence.at)
    worth = [sentence for sentence in sentences if len(sentence.text.split(maxsplit=TURN_WORDS)) >= TURN_WORDS]
    mine = tuple(sentence for sentence in worth if sentence.side is Side.ME)
    theirs = tuple(sentence for sentence in worth if sentence.side is Side.THEM)
    monologues = tuple(_monologue(run, mine if run.side is Side.ME else theirs) for run in runs)
    return SpeechTimeline(tuple(sentences), monologues, mine, theirs)


def _monologue(run: FloorRun, said: Sequence[Sentence]) -> Monologue:
    found = bisect_right(said, run.start - 0.001, key=lambda sentence: sentence.at)
    opening = said[found].text if found < len(said) and said[found].at <= run.end else ""
    return Monologue(run.side, run.start, run.end, run.seconds, opening)


def _longest(runs: Iterable[Monologue], side: Side) -> Monologue | None:
    return max((run for run in runs if run.side is side), key=lambda run: run.seconds, default=None)


def _joined(found: Iterable[Span]) -> tuple[Span, ...]:
    last: dict[Side, Span] = {}
    joined: list[Span] = []
    for span in found:
        before = last.get(span.side)
        if before is not None and span.start - before.end <= JOINED_SECONDS:
            last[span.side] = Span(span.side, before.start, max(before.end, span.end))
        else:
            if before is not None:
                joined.append(before)
            last[span.side] = span
    return tuple(sorted((*joined, *last.values()), key=lambda span: span.start))


def statements(speech: SpeechTimeline) -> Iterator[Statement]:
    """Yield the buyer's statements that have a rung, oldest first."""
    for sentence in speech.sentences:
        if sentence.side is Side.THEM and (found := rung(sentence.text)) is not None:
            yield Statement(sentence.at, sentence, found.value, found in EVIDENCE)


def best(found: tuple[Statement, ...]) -> Statement | None:
    """Return the statement on the highest rung, the most detailed one of several; None without evidence."""
    return max(
        (statement for statement in found if statement.is_evidence),
        key=lambda statement: (RUNGS.index(Rung(statement.rung)), len(statement.said.text)),
        default=None,
    )
