"""A call in a few numbers and no words: what trends are made of, and what stays when its words are forgotten.

A fold of the events, as the debrief is. What was not heard is not known, which is something else than nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import fields, replace

from salesnerd_tui.call.events import Ended, Event, Forgotten, Heard, Side, TapKind
from salesnerd_tui.call.state import fold, undone_numbers
from salesnerd_tui.coach.normalize import words
from salesnerd_tui.coach.sentences import end_mark
from salesnerd_tui.coach.signals.questions import QuestionType, question
from salesnerd_tui.review.debrief.model import Monologue, OutcomeKind, TalkSummary, Tap, TapReaction
from salesnerd_tui.review.debrief.outcome import outcome
from salesnerd_tui.review.debrief.talk import SpeechTimeline, listen
from salesnerd_tui.review.debrief.taps import taps
from salesnerd_tui.review.times import drawable

VERSION = 1
"""Goes up when a figure changes its meaning: what was remembered of calls is worked out anew then."""

PRODUCT = frozenset((TapKind.OVER_EXPLAINING, TapKind.PITCHING, TapKind.US_FOCUS))
"""Taps about product talk that nobody asked for; a tap about length alone is none."""


class Figures(Struct, frozen=True):
    """Lengths in seconds. `unasked` are my stretches of talk that drew a tap for product talk and were not waved away.

    `questions` are mine, as heard, checks of the line left out; where no words were heard, those of the playbook that
    were asked. `worded` says which. Without speech nothing is known of talk, and `seconds` is all there is.
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
    waved_away: int = 0
    over_promises: int = 0
    worded: bool = False
    verdict: OutcomeKind = OutcomeKind.UNFINISHED

    @property
    def heard(self) -> bool:
        return self.mine_seconds + self.theirs_seconds > 0

    @property
    def share(self) -> float | None:
        """My part of all talk, 0 to 1; None where nobody was heard."""
        return self.mine_seconds / (self.mine_seconds + self.theirs_seconds) if self.heard else None


def figures(events: Iterable[Event]) -> Figures:
    """The figures of a call, whatever its events say: it never raises."""
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
    return _joined(_kept(forgotten.figures), since, found)


def as_heard(talk: TalkSummary, events: Sequence[Event]) -> TalkSummary:
    """The talk of a call whose words were forgotten, with the figures it had; that of any other call as it is."""
    if not any(isinstance(event, Forgotten) for event in events):
        return talk
    known = figures(events)
    return replace(
        talk,
        mine_seconds=known.mine_seconds,
        theirs_seconds=known.theirs_seconds,
        share=known.share,
        longest_mine=_lasting(talk.longest_mine, known.longest_mine_seconds),
        longest_theirs=_lasting(talk.longest_theirs, known.longest_theirs_seconds),
        forgotten=True,
    )


def _lasting(stretch: Monologue | None, seconds: float) -> Monologue | None:
    return replace(stretch, seconds=seconds) if stretch is not None and seconds > 0 else None


def to_document(found: Figures) -> dict[str, Any]:
    """The figures as JSON values."""
    return {item.name: getattr(found, item.name) for item in fields(Figures)} | {"verdict": found.verdict.value}


def from_document(document: Mapping[str, Any]) -> Figures:
    """The figures that `to_document` told."""
    return Figures(**{**document, "verdict": OutcomeKind(document["verdict"])})


def to_keep(events: Iterable[Event]) -> dict[str, float]:
    """What is written into a call whose words are forgotten."""
    found = to_document(figures(events))
    return {name: float(found[name]) for name in _OF_WORDS}


_OF_WORDS = (
    "mine_seconds",
    "theirs_seconds",
    "longest_mine_seconds",
    "longest_theirs_seconds",
    "unasked_seconds",
    "questions",
    "worded",
)
"""What cannot be counted again once the words are gone."""


def _counted(events: Sequence[Event]) -> Figures:
    state = fold(events)
    seconds = _seconds(events)
    talk, speech = listen(events, seconds)
    told = taps(events, speech, seconds, None)
    asked = sum(_asks(speech)) if talk.worded else len(state.asked)
    return Figures(
        seconds=seconds,
        mine_seconds=round(talk.mine_seconds, 3),
        theirs_seconds=round(talk.theirs_seconds, 3),
        longest_mine_seconds=round(talk.longest_mine.seconds, 3) if talk.longest_mine else 0.0,
        longest_theirs_seconds=round(talk.longest_theirs.seconds, 3) if talk.longest_theirs else 0.0,
        unasked_seconds=round(sum(_unasked(told, speech)), 3),
        questions=asked,
        taps=len(told),
        handed_back=sum(tap.after is TapReaction.HANDED_BACK for tap in told),
        waved_away=sum(tap.after is TapReaction.WAVED_AWAY for tap in told),
        over_promises=sum(promise.overpromise for promise in state.promises),
        worded=talk.worded,
        verdict=outcome(state.ended, None, seconds).verdict,
    )


def _seconds(events: Sequence[Event]) -> float:
    ended = next((event.at for event in reversed(events) if isinstance(event, Ended)), None)
    if ended is not None:
        return ended
    return max((max(event.at, event.end) if isinstance(event, Heard) else event.at for event in events), default=0.0)


def _asks(speech: SpeechTimeline) -> Iterator[bool]:
    for said in speech.sentences:
        if said.side is Side.ME:
            yield question(words(said.text), end_mark(said.text)) is QuestionType.REAL


def _unasked(told: Sequence[Tap], speech: SpeechTimeline) -> Iterator[float]:
    """The length of each of my runs that drew such a tap, however many it drew."""
    seen: set[float] = set()
    for tap in told:
        run = (
            speech.run_at(Side.ME, tap.at) if tap.kind in PRODUCT and tap.after is not TapReaction.WAVED_AWAY else None
        )
        if run is not None and run.start not in seen:
            seen.add(run.start)
            yield run.seconds


def _kept(stored: Mapping[str, float]) -> Figures:
    known = {name: stored[name] for name in _OF_WORDS if name in stored and stored[name] >= 0}
    return Figures(
        mine_seconds=known.get("mine_seconds", 0.0),
        theirs_seconds=known.get("theirs_seconds", 0.0),
        longest_mine_seconds=known.get("longest_mine_seconds", 0.0),
        longest_theirs_seconds=known.get("longest_theirs_seconds", 0.0),
        unasked_seconds=known.get("unasked_seconds", 0.0),
        questions=int(known.get("questions", 0)),
        worded=bool(known.get("worded", 0)),
    )


def _joined(before: Figures, since: Figures, whole: Figures) -> Figures:
    """What the words had come to, what was heard after they were forgotten, and what needs no words."""
    return replace(
        whole,
        mine_seconds=before.mine_seconds + since.mine_seconds,
        theirs_seconds=before.theirs_seconds + since.theirs_seconds,
        longest_mine_seconds=max(before.longest_mine_seconds, since.longest_mine_seconds),
        longest_theirs_seconds=max(before.longest_theirs_seconds, since.longest_theirs_seconds),
        unasked_seconds=before.unasked_seconds + since.unasked_seconds,
        questions=before.questions + since.questions,
        worded=before.worded or since.worded,
    )
