"""The debrief: everything there is to say about one call, as a fold of its events.

It needs nothing but the events. The playbook, where it is still there, adds the musts that nobody asked, the
sections, and plainer words; a changed or missing one takes nothing away from what was said.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from salesnerd_tui.call.events import Ended, Event, Heard, Marked, NoteKind, Prepared, Resumed, Switched
from salesnerd_tui.call.plan import planned, planning
from salesnerd_tui.call.state import CallState, fold, undone_numbers
from salesnerd_tui.call.wall_clock import wall_time
from salesnerd_tui.playbook.model import Playbook
from salesnerd_tui.review.debrief import agenda, lesson, taps
from salesnerd_tui.review.debrief.figures import as_heard
from salesnerd_tui.review.debrief.hypotheses import tested
from salesnerd_tui.review.debrief.model import Debrief, FreeNote, Header, Lesson, Moment, PlaybookStatus
from salesnerd_tui.review.debrief.outcome import DRILL, outcome
from salesnerd_tui.review.debrief.talk import SpeechTimeline, blind_spells, listen
from salesnerd_tui.review.debrief.taps import reveals
from salesnerd_tui.review.promises import promises
from salesnerd_tui.review.times import drawable, moment

LONGEST_BREAK = 10 * 365 * 86400.0
"""Seconds: a call is not taken up again after ten years, but a clock may say so."""


def debrief(events: Iterable[Event], playbook: Playbook | None = None) -> Debrief:
    """What to make of a call, whatever its events say: it never raises. `playbook` is its own, if still there."""
    listed = list(events)
    numbered = _numbered(listed, undone_numbers(listed))
    counted = tuple(event for _, event in numbered)
    state = fold(counted)
    news = _news(counted, state, playbook)
    # Questions of another playbook must not look unasked or gone.
    known = playbook if news in (PlaybookStatus.SAME, PlaybookStatus.CHANGED) else None
    if known is not None:
        known = planned(known, planning(state.plan))
    seconds = _seconds(counted)
    header = _header(counted, state, news, seconds)
    talk, speech = listen(counted, seconds)
    talk = as_heard(talk, counted)
    found = Debrief(
        header=header,
        outcome=outcome(state.ended, header.began, seconds, known),
        lesson=Lesson(""),
        talk=talk,
        taps=taps.taps(counted, speech, seconds, known),
        praise=taps.praise(counted, speech),
        reveals=reveals(speech),
        answers=agenda.answers(counted, state, known),
        unasked=agenda.unasked(known, state) if known and not _is_drill(state) else None,
        coverage=agenda.coverage(state, known),
        promises=promises(numbered, speech, header.people, lambda at: wall_time(state, at)),
        notes=_free_notes(state),
        marks=tuple(_moment(mark, state, speech) for mark in state.marks),
        stays=agenda.stays(counted, seconds, known),
        blind=blind_spells(counted, seconds),
        tested=tested(state),
    )
    return replace(found, lesson=lesson.lesson(found))


def _is_drill(state: CallState) -> bool:
    """Whether it was five minutes of one trap, in which no must has to be asked."""
    return state.ended is not None and state.ended.outcome == DRILL


def _numbered(events: Sequence[Event], undone: frozenset[int]) -> tuple[tuple[int, Event], ...]:
    """The events that count, each with its number in the call's list, by which a promise is settled."""
    kept = [
        (number, event)
        for number, event in enumerate(events)
        if number not in undone and not (isinstance(event, Heard) and not event.final)
    ]
    mended = drawable(event for _, event in kept)
    return tuple(zip((number for number, _ in kept), mended, strict=True))


def _news(events: Sequence[Event], state: CallState, playbook: Playbook | None) -> PlaybookStatus:
    if playbook is None:
        return PlaybookStatus.GONE
    if playbook.id != state.playbook:
        return PlaybookStatus.OTHER
    switched = next((event for event in reversed(events) if isinstance(event, Switched)), None)
    source = switched or state.started
    return PlaybookStatus.SAME if source and source.digest == playbook.digest else PlaybookStatus.CHANGED


def _seconds(events: Sequence[Event]) -> float:
    """How long it lasted: to its ending, or to the last thing that happened. What is noted afterwards adds nothing."""
    ended = next((event.at for event in reversed(events) if isinstance(event, Ended)), None)
    if ended is not None:
        return ended
    return max((max(event.at, event.end) if isinstance(event, Heard) else event.at for event in events), default=0.0)


def _header(events: Sequence[Event], state: CallState, news: PlaybookStatus, seconds: float) -> Header:
    breaks = [event for event in events if isinstance(event, Resumed)]
    away = sum(min(event.gap_seconds, LONGEST_BREAK) for event in breaks if event.gap_seconds > 0)
    started = state.started
    if started is None:
        return Header("", (), "", state.playbook, "", news, "", None, seconds, len(breaks), away)
    titles = [event.title for event in events if isinstance(event, Switched)]
    return Header(
        account=started.account,
        people=started.people,
        me=started.me,
        playbook=state.playbook,
        title=titles[-1] if titles else started.title,
        news=news,
        mode=started.mode.value,
        began=moment(started.started_at),
        seconds=seconds,
        breaks=len(breaks),
        break_seconds=away,
        prep=next((event.call for event in events if isinstance(event, Prepared)), ""),
    )


def _free_notes(state: CallState) -> tuple[FreeNote, ...]:
    """Free notes by kind in the order the kinds are declared; promises have a list of their own."""
    kinds: list[NoteKind] = [kind for kind in NoteKind if kind is not NoteKind.PROMISE]
    kept = sorted((note for note in state.free if note.kind in kinds), key=lambda note: kinds.index(note.kind))
    return tuple(FreeNote(note.at, note.kind, note.text, note.question) for note in kept)


def _moment(mark: Marked, state: CallState, speech: SpeechTimeline) -> Moment:
    question = state.wordings.get(mark.question) or agenda.readable(mark.question)
    return Moment(mark.at, question, speech.around(mark.at))
