"""Builder of the debrief of a call from its events.

The events are enough. The playbook, if available, adds unasked must-ask questions, sections and plain wordings.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from salesnerd_tui.call.events import Event, Forgotten, Heard, Marked, NoteKind, Prepared, Resumed, Switched
from salesnerd_tui.call.plan import planned, planning
from salesnerd_tui.call.state import CallState, fold, undone_numbers, wall_time
from salesnerd_tui.review.debrief import agenda, hypotheses, lesson, reactions
from salesnerd_tui.review.debrief.figures import figures, with_figures
from salesnerd_tui.review.debrief.model import Debrief, FreeNote, Header, Lesson, Moment, PlaybookStatus
from salesnerd_tui.review.debrief.outcome import DRILL, agreed_steps, outcome
from salesnerd_tui.review.debrief.talk import SpeechTimeline, call_seconds, drawable, listen, listening_gaps, statements
from salesnerd_tui.review.promises import promises
from salesnerd_tui.timefmt import moment

if TYPE_CHECKING:
    from salesnerd_tui.playbook.model import Playbook

LONGEST_BREAK = 10 * 365 * 86400.0
"""Upper limit for an interruption, in seconds; a longer one is a wrong clock."""


def debrief(events: Iterable[Event], playbook: Playbook | None = None) -> Debrief:
    """Return the debrief of a call. Never raises, whatever the events hold.

    `playbook` is the library's version of the playbook used in the call, None if it is missing.
    """
    listed = list(events)
    numbered = _numbered(listed, undone_numbers(listed))
    counted = tuple(event for _, event in numbered)
    state = fold(counted)
    status = _playbook_status(counted, state, playbook)
    # Questions of a different playbook must not be reported as unasked or no longer asked.
    known = playbook if status in (PlaybookStatus.SAME, PlaybookStatus.CHANGED) else None
    if known is not None:
        known = planned(known, planning(state.plan))
    seconds = call_seconds(counted)
    header = _header(counted, state, status, seconds)
    talk, speech = listen(counted, seconds)
    if any(isinstance(event, Forgotten) for event in counted):
        talk = with_figures(talk, figures(counted))
    ending = outcome(state.ended, header.started_at, seconds, known)
    said_at = wall_time(state, state.ended.at) if state.ended else None
    said = tuple(statements(speech))
    # A drill has no must-ask questions.
    is_drill = state.ended is not None and state.ended.outcome == DRILL
    promised = promises(numbered, speech, header, lambda at: wall_time(state, at))
    found = Debrief(
        header=header,
        outcome=ending,
        lesson=Lesson(""),
        talk=talk,
        taps=reactions.taps(counted, speech, seconds, known),
        praise=reactions.praise(counted, speech),
        reveals=tuple(reactions.reveals(speech)),
        statements=said,
        open_questions=tuple(reactions.open_questions(speech)),
        answers=agenda.answers(counted, state, known),
        unasked_musts=agenda.unasked_musts(known, state) if known and not is_drill else None,
        coverage=agenda.coverage(state, known),
        promises=promised,
        agreed=agreed_steps(numbered, ending, header.people, promised, said_at) if state.ended else (),
        notes=_free_notes(state),
        marks=tuple(_moment(mark, state, speech) for mark in state.marks),
        agenda_path=agenda.agenda_path(counted, seconds, known),
        listening_gaps=listening_gaps(counted, seconds),
        tested=tuple(hypotheses.hypothesis_results(state, said, known)),
    )
    return replace(found, lesson=lesson.lesson(found))


def _numbered(events: Sequence[Event], undone: frozenset[int]) -> tuple[tuple[int, Event], ...]:
    """Return the events that count, each with its index in the call (promises are settled by that index)."""
    kept = [
        (number, event)
        for number, event in enumerate(events)
        if number not in undone and not (isinstance(event, Heard) and not event.final)
    ]
    normalized = drawable(event for _, event in kept)
    return tuple(zip((number for number, _ in kept), normalized, strict=True))


def _playbook_status(events: Sequence[Event], state: CallState, playbook: Playbook | None) -> PlaybookStatus:
    if playbook is None:
        return PlaybookStatus.MISSING
    if playbook.id != state.playbook:
        return PlaybookStatus.DIFFERENT
    switched = next((event for event in reversed(events) if isinstance(event, Switched)), None)
    source = switched or state.started
    return PlaybookStatus.SAME if source and source.digest == playbook.digest else PlaybookStatus.CHANGED


def _header(events: Sequence[Event], state: CallState, status: PlaybookStatus, seconds: float) -> Header:
    breaks = [event for event in events if isinstance(event, Resumed)]
    away = sum((min(event.gap_seconds, LONGEST_BREAK) for event in breaks if event.gap_seconds > 0), 0.0)
    started = state.started
    if started is None:
        return Header("", (), "", state.playbook, "", status, "", None, seconds, len(breaks), away)
    titles = [event.title for event in events if isinstance(event, Switched)]
    return Header(
        account=started.account,
        people=started.people,
        me=started.me,
        playbook=state.playbook,
        title=titles[-1] if titles else started.title,
        playbook_status=status,
        mode=started.mode.value,
        started_at=moment(started.started_at),
        duration_seconds=seconds,
        breaks=len(breaks),
        break_seconds=away,
        prep=next((event.call for event in events if isinstance(event, Prepared)), ""),
    )


def _free_notes(state: CallState) -> tuple[FreeNote, ...]:
    """Return the free notes ordered by kind, those without one last; promises are listed elsewhere."""
    kinds = [*(kind for kind in NoteKind if kind not in (NoteKind.PROMISE, NoteKind.FREE)), NoteKind.FREE]
    kept = sorted((note for note in state.free if note.kind in kinds), key=lambda note: kinds.index(note.kind))
    return tuple(FreeNote(note.at, note.kind, note.text, note.question) for note in kept)


def _moment(mark: Marked, state: CallState, speech: SpeechTimeline) -> Moment:
    return Moment(mark.at, agenda.wording(mark.question, state), speech.around(mark.at))
